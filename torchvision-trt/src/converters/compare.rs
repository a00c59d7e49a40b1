//! Comparisons, logic and choice ([torch](https://docs.pytorch.org/docs/2.11/torch.html#comparison-ops)).

use trt::{DataType, ElementWiseOperation as Op, UnaryOperation};

use crate::convert::{Context, Operand, Result, Scalar, Tensor, converter};

/// `input == other`
#[converter("aten.eq.Tensor", "aten.eq.Scalar", "torch.eq", "torch.Tensor.__eq__", crate = crate)]
fn eq(ctx: &mut Context, input: &Tensor, other: Operand) -> Result<Tensor> {
    ctx.compare(Op::Equal, input, other)
}

/// `input != other`
#[converter("aten.ne.Tensor", "aten.ne.Scalar", "torch.ne", "torch.Tensor.__ne__", crate = crate)]
fn ne(ctx: &mut Context, input: &Tensor, other: Operand) -> Result<Tensor> {
    let equal = ctx.compare(Op::Equal, input, other)?;
    ctx.not(&equal)
}

/// `input > other`
#[converter("aten.gt.Tensor", "aten.gt.Scalar", "torch.gt", "torch.Tensor.__gt__", crate = crate)]
fn gt(ctx: &mut Context, input: &Tensor, other: Operand) -> Result<Tensor> {
    ctx.compare(Op::Greater, input, other)
}

/// `input < other`
#[converter("aten.lt.Tensor", "aten.lt.Scalar", "torch.lt", "torch.Tensor.__lt__", crate = crate)]
fn lt(ctx: &mut Context, input: &Tensor, other: Operand) -> Result<Tensor> {
    ctx.compare(Op::Less, input, other)
}

/// `input >= other`, which NaN is not.
#[converter("aten.ge.Tensor", "aten.ge.Scalar", "torch.ge", "torch.Tensor.__ge__", crate = crate)]
fn ge(ctx: &mut Context, input: &Tensor, other: Operand) -> Result<Tensor> {
    or_equal(ctx, Op::Greater, input, other)
}

/// `input <= other`, which NaN is not.
#[converter("aten.le.Tensor", "aten.le.Scalar", "torch.le", "torch.Tensor.__le__", crate = crate)]
fn le(ctx: &mut Context, input: &Tensor, other: Operand) -> Result<Tensor> {
    or_equal(ctx, Op::Less, input, other)
}

fn or_equal(ctx: &mut Context, operation: Op, input: &Tensor, other: Operand) -> Result<Tensor> {
    let strict = ctx.compare(operation, input, other.clone())?;
    let equal = ctx.compare(Op::Equal, input, other)?;
    logic(ctx, Op::Or, &strict, &equal)
}

fn logic(ctx: &mut Context, operation: Op, a: &Tensor, b: &Tensor) -> Result<Tensor> {
    let (a, b) = (ctx.truth(a)?, ctx.truth(b)?);
    ctx.elementwise_in(DataType::Bool, operation, &[(&a).into(), (&b).into()])
}

/// Truth of both.
#[converter("aten.logical_and.default", "torch.logical_and", crate = crate)]
fn logical_and(ctx: &mut Context, input: &Tensor, other: &Tensor) -> Result<Tensor> {
    logic(ctx, Op::And, input, other)
}

/// Truth of either.
#[converter("aten.logical_or.default", "torch.logical_or", crate = crate)]
fn logical_or(ctx: &mut Context, input: &Tensor, other: &Tensor) -> Result<Tensor> {
    logic(ctx, Op::Or, input, other)
}

/// Truth of exactly one.
#[converter("aten.logical_xor.default", "torch.logical_xor", crate = crate)]
fn logical_xor(ctx: &mut Context, input: &Tensor, other: &Tensor) -> Result<Tensor> {
    logic(ctx, Op::Xor, input, other)
}

/// Untruth.
#[converter("aten.logical_not.default", "torch.logical_not", crate = crate)]
fn logical_not(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let truth = ctx.truth(input)?;
    ctx.not(&truth)
}

/// `input` where the condition holds, else `other`.
#[converter("aten.where.self", "aten.where.ScalarOther", "aten.where.ScalarSelf", "aten.where.Scalar", "torch.where", crate = crate)]
fn select(ctx: &mut Context, condition: &Tensor, input: Operand, other: Operand) -> Result<Tensor> {
    ctx.select_where(condition, input, other)
}

/// The input with `value` where the mask holds, in the input's dtype.
#[converter("aten.masked_fill.Scalar", "aten.masked_fill.Tensor", "torch.masked_fill", "torch.Tensor.masked_fill", crate = crate)]
fn masked_fill(ctx: &mut Context, input: &Tensor, mask: &Tensor, value: Operand) -> Result<Tensor> {
    let value = match &value {
        Operand::Scalar(scalar) => ctx.scalar(scalar, input.dtype(), 0)?,
        Operand::Tensor(tensor) => ctx.cast(tensor, input.dtype())?,
    };
    ctx.select_where(mask, &value, input)
}

/// Whether elements are infinite.
#[converter("aten.isinf.default", "torch.isinf", crate = crate)]
fn isinf(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let input = ctx.as_float(input)?;
    ctx.unary(UnaryOperation::IsInf, &input)
}

/// Whether elements are not a number: only NaN differs from itself.
#[converter("aten.isnan.default", "torch.isnan", crate = crate)]
fn isnan(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let equal = ctx.compare(Op::Equal, input, input)?;
    ctx.not(&equal)
}

/// Whether elements are finite: the difference of anything else with itself is NaN.
#[converter("aten.isfinite.default", "torch.isfinite", crate = crate)]
fn isfinite(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let input = ctx.as_float(input)?;
    let zero = ctx.sub(&input, &input)?;
    ctx.compare(Op::Equal, &zero, Operand::Scalar(Scalar::Int(0)))
}

/// Whether elements are real numbers, which all are that TensorRT knows.
#[converter("aten.isreal.default", "torch.isreal", crate = crate)]
fn isreal(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let truth = ctx.truth(input)?;
    ctx.filled_like(&truth, &Scalar::Bool(true))
}

/// Whether `|input - other| <= atol + rtol * |other|`; infinities only with themselves.
#[converter("aten.isclose.default", "torch.isclose", crate = crate)]
fn isclose(
    ctx: &mut Context,
    input: &Tensor,
    other: &Tensor,
    #[default(1e-5)] rtol: f64,
    #[default(1e-8)] atol: f64,
    #[default(false)] equal_nan: bool,
) -> Result<Tensor> {
    let same = ctx.compare(Op::Equal, input, other)?;
    let (a, b) = (ctx.as_float(input)?, ctx.as_float(other)?);
    let difference = ctx.sub(&a, &b)?;
    let distance = ctx.unary(UnaryOperation::Abs, &difference)?;
    let magnitude = ctx.unary(UnaryOperation::Abs, &b)?;
    let share = ctx.mul(&magnitude, rtol)?;
    let allowed = ctx.add(&share, atol)?;
    let near = or_equal(ctx, Op::Less, &distance, (&allowed).into())?;
    let finite = isfinite(ctx, &distance)?;
    let close = logic(ctx, Op::And, &near, &finite)?;
    let mut result = logic(ctx, Op::Or, &same, &close)?;
    if equal_nan {
        let (a, b) = (isnan(ctx, input)?, isnan(ctx, other)?);
        let both = logic(ctx, Op::And, &a, &b)?;
        result = logic(ctx, Op::Or, &result, &both)?;
    }
    Ok(result)
}
