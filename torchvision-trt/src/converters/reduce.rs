//! Reductions ([torch](https://docs.pytorch.org/docs/2.11/torch.html#reduction-ops)).

use trt::{DataType, ElementWiseOperation, ReduceOperation as Reduce, UnaryOperation};

use crate::convert::{Context, Result, Scalar, Tensor, converter};

/// Axes of a reduction: all of them if none are given.
pub(super) fn axes_or_all(input: &Tensor, dim: Option<&[i64]>) -> Result<Vec<usize>> {
    match dim {
        None | Some([]) => Ok((0..input.rank()).collect()),
        Some(dims) => input.axes(dims),
    }
}

/// A reduction in the dtype that the program gives for the result.
fn reduce_as_output(
    ctx: &mut Context,
    operation: Reduce,
    input: &Tensor,
    dim: Option<&[i64]>,
    keepdim: bool,
) -> Result<Tensor> {
    let dtype = ctx.output_dtype(0)?;
    let input = ctx.cast(input, dtype)?;
    let axes = axes_or_all(&input, dim)?;
    ctx.reduce(operation, &input, &axes, keepdim)
}

/// Sum over some or all dimensions; of integers and truth values as `int64`.
#[converter("aten.sum.default", "aten.sum.dim_IntList", "torch.sum", "torch.Tensor.sum", crate = crate)]
fn sum(
    ctx: &mut Context,
    input: &Tensor,
    dim: Option<&[i64]>,
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    reduce_as_output(ctx, Reduce::Sum, input, dim, keepdim)
}

/// Mean over some or all dimensions.
#[converter("aten.mean.default", "aten.mean.dim", "torch.mean", "torch.Tensor.mean", crate = crate)]
fn mean(
    ctx: &mut Context,
    input: &Tensor,
    dim: Option<&[i64]>,
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    reduce_as_output(ctx, Reduce::Avg, input, dim, keepdim)
}

/// Product over one or all dimensions; of integers and truth values as `int64`.
#[converter("aten.prod.default", "aten.prod.dim_int", "torch.prod", "torch.Tensor.prod", crate = crate)]
fn prod(
    ctx: &mut Context,
    input: &Tensor,
    dim: Option<&[i64]>,
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    reduce_as_output(ctx, Reduce::Prod, input, dim, keepdim)
}

/// Greatest elements over some or all dimensions.
#[converter("aten.amax.default", "aten.max.default", "torch.amax", crate = crate)]
fn amax(
    ctx: &mut Context,
    input: &Tensor,
    dim: Option<&[i64]>,
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    let axes = axes_or_all(input, dim)?;
    ctx.reduce(Reduce::Max, input, &axes, keepdim)
}

/// Smallest elements over some or all dimensions.
#[converter("aten.amin.default", "aten.min.default", "torch.amin", crate = crate)]
fn amin(
    ctx: &mut Context,
    input: &Tensor,
    dim: Option<&[i64]>,
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    let axes = axes_or_all(input, dim)?;
    ctx.reduce(Reduce::Min, input, &axes, keepdim)
}

/// Whether any element is true, over some or all dimensions.
#[converter("aten.any.default", "aten.any.dim", "aten.any.dims", "torch.any", crate = crate)]
fn any(
    ctx: &mut Context,
    input: &Tensor,
    dim: Option<&[i64]>,
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    truth_reduction(ctx, Reduce::Max, input, dim, keepdim)
}

/// Whether all elements are true, over some or all dimensions.
#[converter("aten.all.default", "aten.all.dim", "aten.all.dims", "torch.all", crate = crate)]
fn all(
    ctx: &mut Context,
    input: &Tensor,
    dim: Option<&[i64]>,
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    truth_reduction(ctx, Reduce::Min, input, dim, keepdim)
}

fn truth_reduction(
    ctx: &mut Context,
    operation: Reduce,
    input: &Tensor,
    dim: Option<&[i64]>,
    keepdim: bool,
) -> Result<Tensor> {
    let truth = ctx.truth(input)?;
    let numbers = ctx.cast(&truth, DataType::Int32)?;
    let axes = axes_or_all(input, dim)?;
    let reduced = ctx.reduce(operation, &numbers, &axes, keepdim)?;
    // A truth value, but of 8-bit integers one of them.
    let dtype = ctx.output_dtype(0)?;
    ctx.cast(&reduced, dtype)
}

/// `log(sum(exp(x)))` without overflow.
#[converter("aten.logsumexp.default", "aten.special_logsumexp.default", "torch.logsumexp", crate = crate)]
fn logsumexp(
    ctx: &mut Context,
    input: &Tensor,
    dim: &[i64],
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    let x = ctx.as_float(input)?;
    let axes = axes_or_all(&x, Some(dim))?;
    let max = ctx.reduce(Reduce::Max, &x, &axes, true)?;
    // Infinities have no difference to their like.
    let magnitude = ctx.unary(UnaryOperation::Abs, &max)?;
    let infinite = ctx.compare(ElementWiseOperation::Equal, &magnitude, f64::INFINITY)?;
    let shift = ctx.select_where(&infinite, 0.0, &max)?;
    let shifted = ctx.sub(&x, &shift)?;
    let exp = ctx.unary(UnaryOperation::Exp, &shifted)?;
    let sum = ctx.reduce(Reduce::Sum, &exp, &axes, true)?;
    let log = ctx.unary(UnaryOperation::Log, &sum)?;
    let result = ctx.add(&log, &shift)?;
    if keepdim {
        Ok(result)
    } else {
        ctx.squeeze(&result, &axes)
    }
}

/// Sum over some or all dimensions, in which NaN counts as 0.
#[converter("aten.nansum.default", "torch.nansum", crate = crate)]
fn nansum(
    ctx: &mut Context,
    input: &Tensor,
    dim: Option<&[i64]>,
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    let number = ctx.compare(ElementWiseOperation::Equal, input, input)?;
    let zero = ctx.scalar(&Scalar::Int(0), input.dtype(), 0)?;
    let numbers = ctx.select_where(&number, input, &zero)?;
    reduce_as_output(ctx, Reduce::Sum, &numbers, dim, keepdim)
}

/// Mean over some or all dimensions of what is not NaN.
#[converter("aten.nanmean.default", "torch.nanmean", crate = crate)]
fn nanmean(
    ctx: &mut Context,
    input: &Tensor,
    dim: Option<&[i64]>,
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    let sum = nansum(ctx, input, dim, keepdim)?;
    let number = ctx.compare(ElementWiseOperation::Equal, input, input)?;
    let count = reduce_as_output(ctx, Reduce::Sum, &number, dim, keepdim)?;
    ctx.div(&sum, &count)
}

/// How many elements are not 0, over some or all dimensions.
#[converter("aten.count_nonzero.default", "aten.count_nonzero.dim_IntList", "torch.count_nonzero", crate = crate)]
fn count_nonzero(ctx: &mut Context, input: &Tensor, dim: Option<&[i64]>) -> Result<Tensor> {
    let truth = ctx.truth(input)?;
    reduce_as_output(ctx, Reduce::Sum, &truth, dim, false)
}
