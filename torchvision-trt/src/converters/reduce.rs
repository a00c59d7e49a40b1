//! Reductions ([torch](https://docs.pytorch.org/docs/2.11/torch.html#reduction-ops)).

use trt::{
    DataType, ElementWiseOperation, ReduceOperation as Reduce, TopKOperation, UnaryOperation,
};

use crate::convert::{Context, Error, Result, Scalar, Size, Tensor, converter};

/// Axes of a reduction: all of them if none are given.
fn axes_or_all(input: &Tensor, dim: Option<&[i64]>) -> Result<Vec<usize>> {
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

/// Greatest elements along a dimension, and where they are.
#[converter("aten.max.dim", "torch.max", "torch.Tensor.max", crate = crate)]
fn max_dim(
    ctx: &mut Context,
    input: &Tensor,
    dim: i64,
    #[default(false)] keepdim: bool,
) -> Result<(Tensor, Tensor)> {
    extreme(ctx, TopKOperation::Max, input, dim, keepdim)
}

/// Smallest elements along a dimension, and where they are.
#[converter("aten.min.dim", "torch.min", "torch.Tensor.min", crate = crate)]
fn min_dim(
    ctx: &mut Context,
    input: &Tensor,
    dim: i64,
    #[default(false)] keepdim: bool,
) -> Result<(Tensor, Tensor)> {
    extreme(ctx, TopKOperation::Min, input, dim, keepdim)
}

fn extreme(
    ctx: &mut Context,
    operation: TopKOperation,
    input: &Tensor,
    dim: i64,
    keepdim: bool,
) -> Result<(Tensor, Tensor)> {
    let axis = input.axis(dim)?;
    let (values, indices) = ctx.topk(operation, input, &Size::Static(1), axis)?;
    if keepdim || input.rank() == 0 {
        return Ok((values, indices));
    }
    Ok((
        ctx.squeeze(&values, &[axis])?,
        ctx.squeeze(&indices, &[axis])?,
    ))
}

/// Where the greatest element is, along a dimension or in the flattened tensor.
#[converter("aten.argmax.default", "torch.argmax", crate = crate)]
fn argmax(
    ctx: &mut Context,
    input: &Tensor,
    dim: Option<i64>,
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    arg_extreme(ctx, TopKOperation::Max, input, dim, keepdim)
}

/// Where the smallest element is, along a dimension or in the flattened tensor.
#[converter("aten.argmin.default", "torch.argmin", crate = crate)]
fn argmin(
    ctx: &mut Context,
    input: &Tensor,
    dim: Option<i64>,
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    arg_extreme(ctx, TopKOperation::Min, input, dim, keepdim)
}

fn arg_extreme(
    ctx: &mut Context,
    operation: TopKOperation,
    input: &Tensor,
    dim: Option<i64>,
    keepdim: bool,
) -> Result<Tensor> {
    if let Some(dim) = dim {
        return Ok(extreme(ctx, operation, input, dim, keepdim)?.1);
    }
    let numel = ctx
        .sizes(input)?
        .into_iter()
        .fold(Size::Static(1), |n, s| s.times(n));
    let flat = ctx.reshape(input, &[numel])?;
    let (_, indices) = ctx.topk(operation, &flat, &Size::Static(1), 0)?;
    let sizes = ctx.output_sizes(0)?;
    ctx.reshape(&indices, &sizes)
}

/// The `k` greatest or smallest elements along a dimension, sorted, and where they are.
#[converter("aten.topk.default", "torch.topk", crate = crate)]
fn topk(
    ctx: &mut Context,
    input: &Tensor,
    k: Size,
    #[default(-1)] dim: i64,
    #[default(true)] largest: bool,
) -> Result<(Tensor, Tensor)> {
    let axis = input.axis(dim)?;
    let operation = if largest {
        TopKOperation::Max
    } else {
        TopKOperation::Min
    };
    ctx.topk(operation, input, &k, axis)
}

/// All elements along a dimension in order, and where they are.
#[converter("aten.sort.default", "aten.sort.stable", "torch.sort", crate = crate)]
fn sort(
    ctx: &mut Context,
    input: &Tensor,
    #[default(-1)] dim: i64,
    #[default(false)] descending: bool,
) -> Result<(Tensor, Tensor)> {
    let axis = input.axis(dim)?;
    let k = ctx
        .sizes(input)?
        .get(axis)
        .cloned()
        .unwrap_or(Size::Static(1));
    let operation = if descending {
        TopKOperation::Max
    } else {
        TopKOperation::Min
    };
    ctx.topk(operation, input, &k, axis)
}

/// Where the elements along a dimension stand in order.
#[converter("aten.argsort.default", "aten.argsort.stable", "torch.argsort", crate = crate)]
fn argsort(
    ctx: &mut Context,
    input: &Tensor,
    #[default(-1)] dim: i64,
    #[default(false)] descending: bool,
) -> Result<Tensor> {
    Ok(sort(ctx, input, dim, descending)?.1)
}

/// The correction of a variance: by number, or 1 for the old `unbiased`.
fn correction_of(correction: Option<Scalar>, unbiased: Option<bool>) -> Result<f64> {
    match (correction, unbiased) {
        (Some(scalar), _) => scalar
            .as_f64()
            .ok_or_else(|| Error::new("a correction that depends on input sizes")),
        (None, Some(false)) => Ok(0.0),
        (None, _) => Ok(1.0),
    }
}

/// Variance over some or all dimensions.
#[converter("aten.var.correction", "aten.var.dim", "aten.var.default", "torch.var", crate = crate)]
fn var(
    ctx: &mut Context,
    input: &Tensor,
    dim: Option<&[i64]>,
    correction: Option<Scalar>,
    unbiased: Option<bool>,
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    let axes = axes_or_all(input, dim)?;
    Ok(ctx
        .variance(input, &axes, correction_of(correction, unbiased)?, keepdim)?
        .0)
}

/// Standard deviation over some or all dimensions.
#[converter("aten.std.correction", "aten.std.dim", "aten.std.default", "torch.std", crate = crate)]
fn std(
    ctx: &mut Context,
    input: &Tensor,
    dim: Option<&[i64]>,
    correction: Option<Scalar>,
    unbiased: Option<bool>,
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    let variance = var(ctx, input, dim, correction, unbiased, keepdim)?;
    ctx.unary(UnaryOperation::Sqrt, &variance)
}

/// Variance and mean over some or all dimensions.
#[converter("aten.var_mean.correction", "aten.var_mean.dim", "aten.var_mean.default", "torch.var_mean", crate = crate)]
fn var_mean(
    ctx: &mut Context,
    input: &Tensor,
    dim: Option<&[i64]>,
    correction: Option<Scalar>,
    unbiased: Option<bool>,
    #[default(false)] keepdim: bool,
) -> Result<(Tensor, Tensor)> {
    let axes = axes_or_all(input, dim)?;
    ctx.variance(input, &axes, correction_of(correction, unbiased)?, keepdim)
}

/// Vector norm over some or all dimensions.
#[converter("aten.linalg_vector_norm.default", "torch.linalg.vector_norm", crate = crate)]
fn vector_norm(
    ctx: &mut Context,
    input: &Tensor,
    #[default(2.0)] ord: f64,
    dim: Option<&[i64]>,
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    let dtype = ctx.output_dtype(0)?;
    let x = ctx.cast(input, dtype)?;
    let axes = axes_or_all(&x, dim)?;
    let magnitude = ctx.unary(UnaryOperation::Abs, &x)?;
    if ord == f64::INFINITY {
        return ctx.reduce(Reduce::Max, &magnitude, &axes, keepdim);
    }
    if ord == f64::NEG_INFINITY {
        return ctx.reduce(Reduce::Min, &magnitude, &axes, keepdim);
    }
    if ord == 0.0 {
        let nonzero = ctx.compare(ElementWiseOperation::Greater, &magnitude, 0.0)?;
        let ones = ctx.cast(&nonzero, dtype)?;
        return ctx.reduce(Reduce::Sum, &ones, &axes, keepdim);
    }
    if ord == 1.0 {
        return ctx.reduce(Reduce::Sum, &magnitude, &axes, keepdim);
    }
    let operands = [(&magnitude).into(), ord.into()];
    let powers = if ord == 2.0 {
        ctx.mul(&x, &x)?
    } else {
        ctx.elementwise_in(dtype, ElementWiseOperation::Pow, &operands)?
    };
    let sum = ctx.reduce(Reduce::Sum, &powers, &axes, keepdim)?;
    if ord == 2.0 {
        ctx.unary(UnaryOperation::Sqrt, &sum)
    } else {
        ctx.elementwise_in(
            dtype,
            ElementWiseOperation::Pow,
            &[(&sum).into(), (1.0 / ord).into()],
        )
    }
}

/// p-norm over some or all dimensions, by its older name.
#[converter("aten.norm.ScalarOpt_dim", "aten.norm.Scalar", "aten.norm.ScalarOpt_dim_dtype", "torch.norm", crate = crate)]
fn norm(
    ctx: &mut Context,
    input: &Tensor,
    p: Option<f64>,
    dim: Option<&[i64]>,
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    vector_norm(ctx, input, p.unwrap_or(2.0), dim, keepdim)
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
    ctx.truth(&reduced)
}

/// `log(sum(exp(x)))` without overflow.
#[converter("aten.logsumexp.default", "torch.logsumexp", crate = crate)]
fn logsumexp(
    ctx: &mut Context,
    input: &Tensor,
    dim: &[i64],
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    let x = ctx.as_float(input)?;
    let axes = axes_or_all(&x, Some(dim))?;
    let max = ctx.reduce(Reduce::Max, &x, &axes, true)?;
    // Where all elements are -inf the maximum is too, and -inf - -inf would be NaN.
    let finite = ctx.maximum(&max, f64::from(f32::MIN))?;
    let shifted = ctx.sub(&x, &finite)?;
    let exp = ctx.unary(UnaryOperation::Exp, &shifted)?;
    let sum = ctx.reduce(Reduce::Sum, &exp, &axes, true)?;
    let log = ctx.unary(UnaryOperation::Log, &sum)?;
    let result = ctx.add(&log, &finite)?;
    if keepdim {
        Ok(result)
    } else {
        ctx.squeeze(&result, &axes)
    }
}

/// Running sum along a dimension.
#[converter("aten.cumsum.default", "torch.cumsum", crate = crate)]
fn cumsum(ctx: &mut Context, input: &Tensor, dim: i64) -> Result<Tensor> {
    let dtype = ctx.output_dtype(0)?;
    let x = ctx.cast(input, dtype)?;
    if x.rank() == 0 {
        return Ok(x);
    }
    ctx.cumulative_sum(&x, input.axis(dim)?)
}
