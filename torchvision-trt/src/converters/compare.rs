//! Comparisons, logic and choice ([torch](https://docs.pytorch.org/docs/2.11/torch.html#comparison-ops)).

use trt::{DataType, ElementWiseOperation as Op, UnaryOperation};

use crate::convert::{Call, Context, Operand, Result, Scalar, Tensor, converter};

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

/// TensorRT has these for truth values only.
fn of_truth_values(call: &Call) -> std::result::Result<(), String> {
    let graph = call.graph();
    match call.outputs().first().and_then(|v| graph.value(*v).dtype()) {
        Some(crate::pt2::DType::Bool) => Ok(()),
        other => Err(format!(
            "bitwise operations of {} are not in TensorRT",
            other.map_or("nothing", |d| d.name())
        )),
    }
}

/// `input & other`
///
/// Restriction: truth values only.
#[converter("aten.bitwise_and.Tensor", "aten.bitwise_and.Scalar", "aten.__and__.Tensor", "aten.__and__.Scalar", "torch.bitwise_and", when = of_truth_values, crate = crate)]
fn bitwise_and(ctx: &mut Context, input: &Tensor, other: Operand) -> Result<Tensor> {
    ctx.elementwise_in(DataType::Bool, Op::And, &[input.into(), other])
}

/// `input | other`
///
/// Restriction: truth values only.
#[converter("aten.bitwise_or.Tensor", "aten.bitwise_or.Scalar", "aten.__or__.Tensor", "aten.__or__.Scalar", "torch.bitwise_or", when = of_truth_values, crate = crate)]
fn bitwise_or(ctx: &mut Context, input: &Tensor, other: Operand) -> Result<Tensor> {
    ctx.elementwise_in(DataType::Bool, Op::Or, &[input.into(), other])
}

/// `input ^ other`
///
/// Restriction: truth values only.
#[converter("aten.bitwise_xor.Tensor", "aten.bitwise_xor.Scalar", "aten.__xor__.Tensor", "aten.__xor__.Scalar", "torch.bitwise_xor", when = of_truth_values, crate = crate)]
fn bitwise_xor(ctx: &mut Context, input: &Tensor, other: Operand) -> Result<Tensor> {
    ctx.elementwise_in(DataType::Bool, Op::Xor, &[input.into(), other])
}

/// `~x`: of integers `-x - 1`.
#[converter("aten.bitwise_not.default", "torch.bitwise_not", "torch.Tensor.__invert__", crate = crate)]
fn bitwise_not(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    if input.dtype() == DataType::Bool {
        return ctx.not(input);
    }
    let negated = ctx.unary(UnaryOperation::Neg, input)?;
    ctx.sub(&negated, 1)
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
