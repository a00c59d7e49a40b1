//! Elements by their order ([torch](https://docs.pytorch.org/docs/2.11/torch.html#comparison-ops)).
//!
//! Which of equal elements comes first is left open, as in PyTorch, except where a sort is stable.

use trt::{ElementWiseOperation, ReduceOperation, TopKOperation};

use crate::convert::{Context, Result, Scalar, Size, Tensor, converter};

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
    let flat = ctx.flatten(input)?;
    let (_, indices) = ctx.topk(operation, &flat, &Size::Static(1), 0)?;
    let sizes = ctx.output_sizes(0)?;
    ctx.reshape(&indices, &sizes)
}

/// The `k` greatest or smallest elements along a dimension, sorted, and where they are.
///
/// Restriction: `k` up to 3840 where it, or the size of the dimension, is not known at conversion.
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
///
/// Restriction: dimensions whose size is not known at conversion of up to 3840 elements; a stable sort of those takes memory for each
/// pair of elements.
#[converter("aten.sort.default", "aten.sort.stable", "torch.sort", crate = crate)]
fn sort(
    ctx: &mut Context,
    input: &Tensor,
    #[default(-1)] dim: i64,
    #[default(false)] descending: bool,
    stable: Option<bool>,
) -> Result<(Tensor, Tensor)> {
    let operation = if descending {
        TopKOperation::Max
    } else {
        TopKOperation::Min
    };
    ctx.sort(operation, input, input.axis(dim)?, stable == Some(true))
}

/// All elements along the first dimension in order.
///
/// Restriction: dimensions whose size is not known at conversion of up to 3840 elements.
#[converter("aten.msort.default", "torch.msort", crate = crate)]
fn msort(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    Ok(sort(ctx, input, 0, false, None)?.0)
}

/// Where the elements along a dimension stand in order.
///
/// Restriction: dimensions whose size is not known at conversion of up to 3840 elements; a stable sort of those takes memory for each
/// pair of elements.
#[converter("aten.argsort.default", "aten.argsort.stable", "torch.argsort", crate = crate)]
fn argsort(
    ctx: &mut Context,
    input: &Tensor,
    #[default(-1)] dim: i64,
    #[default(false)] descending: bool,
    stable: Option<bool>,
) -> Result<Tensor> {
    Ok(sort(ctx, input, dim, descending, stable)?.1)
}

/// Smallest and greatest elements along a dimension, or of all.
#[converter("aten.aminmax.default", "torch.aminmax", crate = crate)]
fn aminmax(
    ctx: &mut Context,
    input: &Tensor,
    dim: Option<i64>,
    #[default(false)] keepdim: bool,
) -> Result<(Tensor, Tensor)> {
    let axes = match dim {
        Some(dim) => vec![input.axis(dim)?],
        None => (0..input.rank()).collect(),
    };
    Ok((
        ctx.reduce(ReduceOperation::Min, input, &axes, keepdim)?,
        ctx.reduce(ReduceOperation::Max, input, &axes, keepdim)?,
    ))
}

/// The `k`-th smallest element along a dimension, and where it is.
///
/// Restriction: `k` up to 3840 where it, or the size of the dimension, is not known at conversion.
#[converter("aten.kthvalue.default", "torch.kthvalue", crate = crate)]
fn kthvalue(
    ctx: &mut Context,
    input: &Tensor,
    k: Size,
    #[default(-1)] dim: i64,
    #[default(false)] keepdim: bool,
) -> Result<(Tensor, Tensor)> {
    let axis = input.axis(dim)?;
    let (values, indices) = ctx.topk(TopKOperation::Min, input, &k, axis)?;
    if input.rank() == 0 {
        return Ok((values, indices));
    }
    let last = |ctx: &mut Context, sorted: &Tensor| {
        let one = ctx.slice_axis(sorted, axis, &k.plus(-1), &Size::Static(1), 1)?;
        if keepdim {
            Ok(one)
        } else {
            ctx.squeeze(&one, &[axis])
        }
    };
    Ok((last(ctx, &values)?, last(ctx, &indices)?))
}

/// The lower of the middle elements along a dimension, and where it is; NaN, where there is one.
///
/// Restriction: dimensions whose size is not known at conversion of up to 7680 elements.
#[converter("aten.median.dim", "torch.median", crate = crate)]
fn median_dim(
    ctx: &mut Context,
    input: &Tensor,
    dim: i64,
    #[default(false)] keepdim: bool,
) -> Result<(Tensor, Tensor)> {
    let axis = input.axis(dim)?;
    let Some(count) = ctx.sizes(input)?.get(axis).cloned() else {
        return kthvalue(ctx, input, Size::Static(1), dim, keepdim);
    };
    let middle = count.plus(1).floor_div(2);
    let (values, indices) = kthvalue(ctx, input, middle, dim, keepdim)?;
    if !input.dtype().is_float() {
        return Ok((values, indices));
    }
    // The place of the first NaN, and `count` if there is none.
    let number = ctx.compare(ElementWiseOperation::Equal, input, input)?;
    let places = ctx.places(input, axis)?;
    let places = ctx.select_where(&number, Scalar::from(count.clone()), &places)?;
    let first = ctx.reduce(ReduceOperation::Min, &places, &[axis], keepdim)?;
    let found = ctx.compare(ElementWiseOperation::Less, &first, Scalar::from(count))?;
    Ok((
        ctx.select_where(&found, f64::NAN, &values)?,
        ctx.select_where(&found, &first, &indices)?,
    ))
}

/// The lower of the middle elements of all; NaN, if there is one.
///
/// Restriction: tensors whose size is not known at conversion of up to 7680 elements.
#[converter("aten.median.default", crate = crate)]
fn median(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let flat = ctx.flatten(input)?;
    Ok(median_dim(ctx, &flat, 0, false)?.0)
}

/// The lower of the middle elements along a dimension that are not NaN, and where it is; NaN, where all are.
///
/// Restriction: dimensions whose size is not known at conversion of up to 3840 elements.
#[converter("aten.nanmedian.dim", "torch.nanmedian", crate = crate)]
fn nanmedian_dim(
    ctx: &mut Context,
    input: &Tensor,
    dim: i64,
    #[default(false)] keepdim: bool,
) -> Result<(Tensor, Tensor)> {
    if !input.dtype().is_float() || input.rank() == 0 {
        return median_dim(ctx, input, dim, keepdim);
    }
    let axis = input.axis(dim)?;
    let number = ctx.compare(ElementWiseOperation::Equal, input, input)?;
    let ones = ctx.cast(&number, ctx.index_type())?;
    let count = ctx.reduce(ReduceOperation::Sum, &ones, &[axis], true)?;
    let last = ctx.sub(&count, 1)?;
    let middle = ctx.elementwise(ElementWiseOperation::FloorDiv, &last, 2)?;
    let middle = ctx.maximum(&middle, 0)?;
    let numbers = ctx.select_where(&number, input, f64::INFINITY)?;
    let (values, indices) = ctx.sort(TopKOperation::Min, &numbers, axis, false)?;
    let value = ctx.gather_elements(&values, &middle, axis)?;
    let index = ctx.gather_elements(&indices, &middle, axis)?;
    let none = ctx.compare(ElementWiseOperation::Equal, &count, 0)?;
    let value = ctx.select_where(&none, f64::NAN, &value)?;
    if keepdim {
        return Ok((value, index));
    }
    Ok((ctx.squeeze(&value, &[axis])?, ctx.squeeze(&index, &[axis])?))
}

/// The lower of the middle elements of all that are not NaN; NaN, if all are.
///
/// Restriction: tensors whose size is not known at conversion of up to 3840 elements.
#[converter("aten.nanmedian.default", crate = crate)]
fn nanmedian(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let flat = ctx.flatten(input)?;
    Ok(nanmedian_dim(ctx, &flat, 0, false)?.0)
}
