//! What PyTorch's own operators demand of a converter's arguments: that they exist, and can hold what is declared.

use syn::{PathArguments, Type};

use crate::check::{Bound, Errors, last_segment, option_argument};
use crate::keys::Keys;
use crate::schema::{self, Parameter, Schema};

pub(crate) fn check(arguments: &[Bound], keys: &Keys, errors: &mut Errors) {
    for argument in arguments {
        if let Err(error) = check_argument(argument, keys) {
            errors.push(error);
        }
    }
}

fn check_argument(argument: &Bound, keys: &Keys) -> syn::Result<()> {
    let lacking = (keys.schemas.iter()).find(|s| s.parameter(&argument.name).is_none());
    let holder = (keys.schemas.iter()).find_map(|s| Some((s, s.parameter(&argument.name)?)));
    // An argument that may be absent can be one that only some of the operators have.
    let may_be_absent = argument.default.is_some() || option_argument(&argument.declared).is_some();
    let found_elsewhere = may_be_absent && (holder.is_some() || keys.others);
    if let Some(schema) = lacking.filter(|_| !found_elsewhere) {
        let hint = if let Some((other, _)) = holder {
            format!(
                " although {} has: give it a default, as in #[default(1)]",
                other.operator
            )
        } else {
            let names = schema.parameters.iter().map(|p| p.name);
            match schema::closest(&argument.name, names) {
                Some(name) => format!("; did you mean `{name}`?"),
                None => format!("; {}", schema.list()),
            }
        };
        let message = format!(
            "{} has no argument `{}`{hint}",
            schema.operator, argument.name
        );
        return Err(syn::Error::new(argument.name_span, message));
    }
    for schema in &keys.schemas {
        if let Some(parameter) = schema.parameter(&argument.name) {
            check_type(&argument.declared, schema, parameter)?;
        }
    }
    Ok(())
}

fn check_type(declared: &Type, schema: &Schema, parameter: &Parameter) -> syn::Result<()> {
    let (Some(written), Some(fitting)) = (normal(declared), fitting(&parameter.ty)) else {
        return Ok(());
    };
    // A type that is none of ours has a name of the user's own, or is refused by the compiler.
    let is_ours = TYPES.contains(&written.as_str()) || OTHER_NUMBERS.contains(&written.as_str());
    if !is_ours || fitting.contains(&written.as_str()) {
        return Ok(());
    }
    let proposals: Vec<String> = fitting
        .iter()
        .take_while(|ty| **ty != "Argument")
        .map(|ty| format!("`{}`", shown(ty)))
        .collect();
    let message = format!(
        "`{}` of {} is `{}`: declare it as {}",
        parameter.name,
        schema.operator,
        parameter.ty,
        proposals.join(" or ")
    );
    Err(syn::Error::new_spanned(declared, message))
}

/// The types that a converter's argument can have, in the form of [`normal`].
const TYPES: [&str; 16] = [
    "Tensor",
    "Operand",
    "Vec<Tensor>",
    "Vec<Option<Tensor>>",
    "i64",
    "f64",
    "bool",
    "String",
    "Vec<i64>",
    "[i64]",
    "Vec<f64>",
    "Vec<bool>",
    "Size",
    "Vec<Size>",
    "Scalar",
    "DType",
];

/// Numbers that Rust has and PyTorch's schemas do not.
const OTHER_NUMBERS: [&str; 9] = [
    "f32", "i8", "i16", "i32", "u8", "u32", "u64", "usize", "isize",
];

/// The types that can hold a parameter, likely ones first; what stands after `Argument` works, but is not proposed.
fn fitting(ty: &str) -> Option<&'static [&'static str]> {
    let ty = ty.strip_suffix('?').unwrap_or(ty);
    // `int[2]` is a list, too.
    let list = ty.split_once('[').map(|(element, _)| element);
    Some(match (list, ty) {
        (Some("Tensor"), _) => &["Vec<Tensor>", "Argument", "Vec<Option<Tensor>>"],
        (Some("Tensor?"), _) => &["Vec<Option<Tensor>>", "Argument", "Vec<Tensor>"],
        (Some("int" | "SymInt"), _) => &["Vec<i64>", "Vec<Size>", "[i64]", "Argument"],
        (Some("float"), _) => &["Vec<f64>", "Argument"],
        (Some("bool"), _) => &["Vec<bool>", "Argument"],
        // `x + 2` is exported as a call of `add.Tensor` with a number.
        (None, "Tensor") => &["Tensor", "Operand", "Argument"],
        (None, "int" | "SymInt") => &[
            "i64",
            "Size",
            "Argument",
            "Scalar",
            "f64",
            "bool",
            "Vec<i64>",
            "Vec<Size>",
            "[i64]",
        ],
        (None, "float") => &["f64", "Argument", "Scalar", "Vec<f64>"],
        (None, "bool") => &["bool", "Argument", "Scalar", "f64", "Vec<bool>"],
        (None, "Scalar") => &[
            "Scalar", "f64", "i64", "Argument", "Operand", "Size", "bool",
        ],
        (None, "str") => &["String", "Argument"],
        (None, "ScalarType") => &["DType", "Argument"],
        _ => return None,
    })
}

/// A declared type without references, paths and an outer `Option`: `&[Tensor]` and `Option<Vec<Tensor>>` are `Vec<Tensor>`,
/// `&str` is `String`, `[i64; 2]` is `[i64]`.
fn normal(declared: &Type) -> Option<String> {
    let declared = option_argument(declared).unwrap_or(declared);
    let element = |ty: &Type| match option_argument(ty) {
        Some(inner) => Some(format!("Option<{}>", last_segment(inner)?)),
        None => last_segment(ty),
    };
    Some(match declared {
        Type::Reference(reference) => match &*reference.elem {
            Type::Slice(slice) => format!("Vec<{}>", element(&slice.elem)?),
            target if last_segment(target)? == "str" => "String".into(),
            target => normal(target)?,
        },
        Type::Array(array) => format!("[{}]", last_segment(&array.elem)?),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            match &last.arguments {
                PathArguments::AngleBracketed(arguments) if last.ident == "Vec" => {
                    match arguments.args.first()? {
                        syn::GenericArgument::Type(ty) => format!("Vec<{}>", element(ty)?),
                        _ => return None,
                    }
                }
                _ => last.ident.to_string(),
            }
        }
        _ => return None,
    })
}

/// A type as one writes it in a signature.
fn shown(ty: &str) -> &str {
    match ty {
        "Tensor" => "&Tensor",
        "Operand" => "&Operand",
        "Vec<Tensor>" => "&[Tensor]",
        "Vec<Option<Tensor>>" => "&[Option<Tensor>]",
        "[i64]" => "[i64; N]",
        "String" => "&str",
        other => other,
    }
}
