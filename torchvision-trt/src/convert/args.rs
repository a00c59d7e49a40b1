//! Binding: from the arguments of a call to the types a converter declares.

use super::tensor::{Operand, Scalar, Size, Tensor};
use super::{Context, Error, KeyKind, Result};
use crate::graph::{Argument, IntArg, ValueId, ValueKind};
use crate::pt2::{DType, SymExpr};

/// A type that an argument of a converter may have.
#[diagnostic::on_unimplemented(
    message = "an argument of a converter cannot be `{Self}`",
    label = "not a type that an argument binds to",
    note = "numbers are `i64`, `f64`, `bool`, `Size` or `Scalar`, tensors `&Tensor`, `Operand` or `&[Tensor]`; docs/adding-an-op.md has the table"
)]
pub trait FromArgument: Sized {
    /// What is expected, for messages: "an integer".
    const EXPECTED: &'static str;

    /// The argument as this type; `None` if it is something else.
    ///
    /// # Errors
    /// When a tensor that it refers to cannot be had.
    fn from_argument(ctx: &mut Context<'_, '_>, argument: &Argument) -> Result<Option<Self>>;

    /// The value for an argument that the call does not have, if there is one.
    fn absent() -> Option<Self> {
        None
    }
}

/// Binds one argument of the current call: by schema name, by position for functions and modules, else the default.
#[doc(hidden)]
pub fn bind<T: FromArgument>(
    ctx: &mut Context<'_, '_>,
    name: &str,
    index: usize,
    default: Option<fn() -> T>,
) -> Result<T> {
    let Some(argument) = find(ctx, name, index) else {
        return default
            .map(|d| d())
            .or_else(T::absent)
            .ok_or_else(|| missing(ctx, name, T::EXPECTED));
    };
    // `None` where a value is declared means that the caller left it out.
    if argument == Argument::None
        && let Some(value) = T::absent().or_else(|| default.map(|d| d()))
    {
        return Ok(value);
    }
    T::from_argument(ctx, &argument)?.ok_or_else(|| Error::Argument {
        argument: name.to_owned(),
        expected: T::EXPECTED.to_owned(),
        found: describe(ctx, &argument),
    })
}

fn find(ctx: &Context<'_, '_>, name: &str, index: usize) -> Option<Argument> {
    let call = ctx.call();
    let parameter = || ctx.parameter_value(name).map(Argument::Tensor);
    let input = || call.inputs().get(index).copied().map(Argument::Tensor);
    let node = call.node();
    let by_name = || node.and_then(|node| node.arg(name)).cloned();
    match call.kind() {
        // However many operators a module comes to, its tensors are bound alike.
        KeyKind::Module => parameter().or_else(by_name).or_else(input),
        kind => {
            let own = || node.filter(|_| name == "input")?.arg("self").cloned();
            let by_position = || match node {
                Some(node) if kind == KeyKind::Function => Some(node.args.get(index)?.1.clone()),
                Some(_) => None,
                None => input(),
            };
            by_name()
                .or_else(own)
                .or_else(by_position)
                .or_else(parameter)
        }
    }
}

fn missing(ctx: &Context<'_, '_>, name: &str, expected: &str) -> Error {
    let call = ctx.call();
    let found = match call.node().filter(|_| call.kind() != KeyKind::Module) {
        Some(node) => {
            let names: Vec<&str> = node.args.iter().map(|(n, _)| n.as_str()).collect();
            format!("no such argument: {} has {}", node.target, names.join(", "))
        }
        None => format!(
            "nothing: the call has {} input tensors and no parameter of that name",
            call.inputs().len()
        ),
    };
    Error::Argument {
        argument: name.to_owned(),
        expected: expected.to_owned(),
        found,
    }
}

fn describe(ctx: &Context<'_, '_>, argument: &Argument) -> String {
    match argument {
        Argument::None => "None".into(),
        Argument::Tensor(v) => format!("the tensor {}", ctx.graph().value(*v).kind),
        Argument::SymInt(v) | Argument::SymFloat(v) | Argument::SymBool(v) => {
            format!(
                "{}, which depends on input sizes",
                ctx.graph().value(*v).kind
            )
        }
        Argument::Int(n) => n.to_string(),
        Argument::Float(x) => format!("{x:?}"),
        Argument::Bool(b) => b.to_string(),
        Argument::Str(s) => format!("{s:?}"),
        Argument::Ints(list) if list.iter().any(|i| matches!(i, IntArg::Sym(_))) => {
            format!(
                "{} integers, some of which depend on input sizes",
                list.len()
            )
        }
        other => format!("{other:?}"),
    }
}

fn expression(ctx: &Context<'_, '_>, value: ValueId) -> Option<SymExpr> {
    match &ctx.graph().value(value).kind {
        ValueKind::Int(expression) => Some(expression.clone()),
        _ => None,
    }
}

fn int(ctx: &Context<'_, '_>, argument: &Argument) -> Option<i64> {
    size(ctx, argument)?.as_static()
}

fn size(ctx: &Context<'_, '_>, argument: &Argument) -> Option<Size> {
    match argument {
        Argument::Int(n) => Some(Size::Static(*n)),
        Argument::SymInt(v) => expression(ctx, *v).map(Size::from),
        _ => None,
    }
}

fn sizes(ctx: &Context<'_, '_>, argument: &Argument) -> Option<Vec<Size>> {
    match argument {
        Argument::Ints(list) => list
            .iter()
            .map(|item| match item {
                IntArg::Static(n) => Some(Size::Static(*n)),
                IntArg::Sym(v) => expression(ctx, *v).map(Size::from),
            })
            .collect(),
        // PyTorch takes a number for a list of one.
        other => size(ctx, other).map(|s| vec![s]),
    }
}

fn ints(ctx: &Context<'_, '_>, argument: &Argument) -> Option<Vec<i64>> {
    sizes(ctx, argument)?.iter().map(Size::as_static).collect()
}

fn float(ctx: &Context<'_, '_>, argument: &Argument) -> Option<f64> {
    match argument {
        Argument::Float(x) => Some(*x),
        Argument::Bool(b) => Some(f64::from(u8::from(*b))),
        other => int(ctx, other).map(|n| n as f64),
    }
}

macro_rules! from_argument {
    ($($type:ty: $expected:literal, |$ctx:ident, $argument:ident| $value:expr;)*) => {$(
        impl FromArgument for $type {
            const EXPECTED: &'static str = $expected;
            fn from_argument($ctx: &mut Context<'_, '_>, $argument: &Argument) -> Result<Option<Self>> {
                Ok($value)
            }
        }
    )*};
}

from_argument! {
    Tensor: "a tensor", |ctx, argument| match argument {
        Argument::Tensor(v) => Some(ctx.tensor(*v)?),
        _ => None,
    };
    Operand: "a tensor or a number", |ctx, argument| match argument {
        Argument::Tensor(v) => Some(Operand::Tensor(ctx.tensor(*v)?)),
        other => Scalar::from_argument(ctx, other)?.map(Operand::Scalar),
    };
    Vec<Tensor>: "a list of tensors", |ctx, argument| match argument {
        Argument::Tensors(list) => match list.iter().copied().collect::<Option<Vec<_>>>() {
            Some(all) => Some(all.into_iter().map(|v| ctx.tensor(v)).collect::<Result<_>>()?),
            None => None,
        },
        _ => None,
    };
    Vec<Option<Tensor>>: "a list of tensors or None", |ctx, argument| match argument {
        Argument::Tensors(list) => {
            Some(list.iter().map(|v| v.map(|v| ctx.tensor(v)).transpose()).collect::<Result<_>>()?)
        }
        _ => None,
    };
    i64: "an integer known at conversion", |ctx, argument| int(ctx, argument);
    f64: "a float known at conversion", |ctx, argument| float(ctx, argument);
    bool: "a bool", |_ctx, argument| match argument {
        Argument::Bool(b) => Some(*b),
        Argument::Int(n @ (0 | 1)) => Some(*n == 1),
        _ => None,
    };
    String: "a string", |_ctx, argument| match argument {
        Argument::Str(s) => Some(s.clone()),
        _ => None,
    };
    Vec<i64>: "a list of integers known at conversion", |ctx, argument| ints(ctx, argument);
    Vec<f64>: "a list of floats", |_ctx, argument| match argument {
        Argument::Floats(list) => Some(list.clone()),
        Argument::Ints(list) if list.is_empty() => Some(Vec::new()),
        Argument::Float(x) => Some(vec![*x]),
        _ => None,
    };
    Vec<bool>: "a list of bools", |_ctx, argument| match argument {
        Argument::Bools(list) => Some(list.clone()),
        Argument::Bool(b) => Some(vec![*b]),
        _ => None,
    };
    Size: "an integer", |ctx, argument| size(ctx, argument);
    Vec<Size>: "a list of integers", |ctx, argument| sizes(ctx, argument);
    Scalar: "a number", |ctx, argument| match argument {
        Argument::Bool(b) => Some(Scalar::Bool(*b)),
        Argument::Int(n) => Some(Scalar::Int(*n)),
        Argument::Float(x) => Some(Scalar::Float(*x)),
        other => size(ctx, other).map(Scalar::from),
    };
    DType: "a dtype", |_ctx, argument| match argument {
        Argument::DType(dtype) => Some(*dtype),
        _ => None,
    };
    Argument: "anything", |_ctx, argument| Some(argument.clone());
}

impl<const N: usize> FromArgument for [i64; N] {
    const EXPECTED: &'static str = "integers known at conversion, one for each dimension";

    fn from_argument(ctx: &mut Context<'_, '_>, argument: &Argument) -> Result<Option<Self>> {
        let list = ints(ctx, argument);
        // PyTorch repeats a list of one.
        Ok(list.and_then(|list| {
            if let [one] = list[..] {
                Some([one; N])
            } else {
                list.try_into().ok()
            }
        }))
    }
}

impl<T: FromArgument> FromArgument for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn from_argument(ctx: &mut Context<'_, '_>, argument: &Argument) -> Result<Option<Self>> {
        Ok(match argument {
            Argument::None => Some(None),
            other => T::from_argument(ctx, other)?.map(Some),
        })
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

/// What a converter may return.
#[diagnostic::on_unimplemented(
    message = "a converter cannot return `{Self}`",
    label = "not tensors",
    note = "it returns `Result<Tensor>`, a `Result` of a tuple or `Vec` of tensors, or `Result<()>` after `ctx.set_output(…)`"
)]
pub trait IntoOutputs {
    /// The outputs in order; `None` if the converter called [`Context::set_output`] itself.
    fn into_outputs(self) -> Option<Vec<Tensor>>;
}

impl IntoOutputs for () {
    fn into_outputs(self) -> Option<Vec<Tensor>> {
        None
    }
}

impl IntoOutputs for Tensor {
    fn into_outputs(self) -> Option<Vec<Tensor>> {
        Some(vec![self])
    }
}

impl IntoOutputs for Vec<Tensor> {
    fn into_outputs(self) -> Option<Vec<Tensor>> {
        Some(self)
    }
}

impl IntoOutputs for (Tensor, Tensor) {
    fn into_outputs(self) -> Option<Vec<Tensor>> {
        Some(vec![self.0, self.1])
    }
}

impl IntoOutputs for (Tensor, Tensor, Tensor) {
    fn into_outputs(self) -> Option<Vec<Tensor>> {
        Some(vec![self.0, self.1, self.2])
    }
}

/// Takes what a converter returned.
#[doc(hidden)]
pub fn finish(ctx: &mut Context<'_, '_>, outputs: impl IntoOutputs) -> Result<()> {
    if let Some(outputs) = outputs.into_outputs() {
        ctx.set_output(outputs);
    }
    Ok(())
}
