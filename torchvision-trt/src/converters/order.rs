//! Elements by their order ([torch](https://docs.pytorch.org/docs/2.11/torch.html#comparison-ops)).
//!
//! TensorRT takes no more than 3840 elements of a dimension at once, and leaves open which of equal elements comes first.

use trt::{DataType, ElementWiseOperation as Op, ReduceOperation, TopKOperation};

use crate::convert::{Context, Error, Operand, Result, Scalar, Size, Tensor, converter};

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
    let flat = flattened(ctx, input)?;
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
/// Restriction: `k` up to 3840.
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

/// The lower of the middle elements along a dimension, and where it is.
///
/// Restriction: dimensions of up to 7680 elements.
#[converter("aten.median.dim", "torch.median", crate = crate)]
fn median_dim(
    ctx: &mut Context,
    input: &Tensor,
    dim: i64,
    #[default(false)] keepdim: bool,
) -> Result<(Tensor, Tensor)> {
    let sizes = ctx.sizes(input)?;
    let count = sizes.get(input.axis(dim)?);
    let middle = count.map_or(Size::Static(1), |n| n.plus(1).floor_div(2));
    kthvalue(ctx, input, middle, dim, keepdim)
}

/// The lower of the middle elements of all.
///
/// Restriction: up to 7680 elements.
#[converter("aten.median.default", crate = crate)]
fn median(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let flat = flattened(ctx, input)?;
    Ok(median_dim(ctx, &flat, 0, false)?.0)
}

/// Where values belong in sorted numbers, before those that are equal or behind them.
#[converter("aten.searchsorted.Tensor", "aten.searchsorted.Scalar", "torch.searchsorted", crate = crate)]
fn searchsorted(
    ctx: &mut Context,
    sorted_sequence: &Tensor,
    input: Operand,
    #[default(false)] right: bool,
    side: Option<&str>,
    sorter: Option<&Tensor>,
) -> Result<Tensor> {
    if sorter.is_some() {
        return Err(Error::new("searchsorted with a sorter"));
    }
    places(ctx, sorted_sequence, input, right || side == Some("right"))
}

/// Which of the intervals between boundaries values lie in.
#[converter("aten.bucketize.Tensor", "aten.bucketize.Scalar", "torch.bucketize", crate = crate)]
fn bucketize(
    ctx: &mut Context,
    input: Operand,
    boundaries: &Tensor,
    #[default(false)] right: bool,
) -> Result<Tensor> {
    places(ctx, boundaries, input, right)
}

/// How many of the sorted numbers come before each value; NaN comes last.
fn places(ctx: &mut Context, sorted: &Tensor, values: Operand, right: bool) -> Result<Tensor> {
    let values = match values {
        Operand::Tensor(tensor) => (&ctx.unsqueeze(&tensor, tensor.rank())?).into(),
        number => number,
    };
    // One row of numbers serves all values, several have their own.
    let sorted = if sorted.rank() > 1 {
        ctx.unsqueeze(sorted, sorted.rank() - 1)?
    } else {
        *sorted
    };
    let beyond = ctx.compare(Op::Greater, &sorted, &values)?;
    let behind = if right {
        beyond
    } else {
        let equal = ctx.compare(Op::Equal, &sorted, &values)?;
        ctx.elementwise_in(DataType::Bool, Op::Or, &[(&beyond).into(), (&equal).into()])?
    };
    let before = ctx.not(&behind)?;
    let dtype = ctx.output_dtype(0)?;
    let counts = ctx.cast(&before, dtype)?;
    ctx.reduce(ReduceOperation::Sum, &counts, &[counts.rank() - 1], false)
}

/// Whether elements are among others.
#[converter("aten.isin.Tensor_Tensor", "aten.isin.Tensor_Scalar", "torch.isin", crate = crate)]
fn isin(
    ctx: &mut Context,
    elements: &Tensor,
    test_elements: Option<&Tensor>,
    test_element: Option<Scalar>,
    #[default(false)] invert: bool,
) -> Result<Tensor> {
    let found = match (test_elements, test_element) {
        (Some(others), _) => {
            let others = flattened(ctx, others)?;
            let elements = ctx.unsqueeze(elements, elements.rank())?;
            let equal = ctx.compare(Op::Equal, &elements, &others)?;
            ctx.reduce(ReduceOperation::Max, &equal, &[equal.rank() - 1], false)?
        }
        (None, Some(number)) => ctx.compare(Op::Equal, elements, number)?,
        (None, None) => return Err(Error::new("isin without anything to look for")),
    };
    if invert { ctx.not(&found) } else { Ok(found) }
}

/// All elements in one dimension.
fn flattened(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let sizes = ctx.sizes(input)?;
    let numel = sizes.into_iter().fold(Size::Static(1), |n, s| s.times(n));
    ctx.reshape(input, &[numel])
}
