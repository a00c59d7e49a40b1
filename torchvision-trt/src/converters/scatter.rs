//! Parts of tensors replaced, by position or by index
//! ([torch](https://docs.pytorch.org/docs/2.11/torch.html#indexing-slicing-joining-mutating-ops)).
//! What adds to elements instead of replacing them is in `accumulate`.

use super::accumulate::{Reduction, accumulate};
use super::diagonal::Diagonal;
use crate::convert::{
    Context, Error, Operand, Result, Size, Tensor, converter, python_index, python_range,
};

/// The input with `src` in place of `input[…, start:end:step]` along a dimension.
#[converter("aten.slice_scatter.default", "torch.slice_scatter", "torch.Tensor.slice_scatter", crate = crate)]
fn slice_scatter(
    ctx: &mut Context,
    input: &Tensor,
    src: &Tensor,
    #[default(0)] dim: i64,
    start: Option<Size>,
    end: Option<Size>,
    #[default(1)] step: i64,
) -> Result<Tensor> {
    let axis = input.axis(dim)?;
    let n = ctx.sizes(input)?[axis].clone();
    let (start, length) = python_range(start.as_ref(), end.as_ref(), &n);
    if step == 1 {
        return replace_range(ctx, input, src, axis, &start, &length);
    }
    let src = ctx.cast(src, input.dtype())?;
    let count = ctx.sizes(&src)?[axis].clone();
    let places = ctx.arange(&start, step, &count)?;
    ctx.scatter_slices(input, &places, &src, axis)
}

/// The input with `src` in place of one slice along a dimension.
#[converter("aten.select_scatter.default", "torch.select_scatter", "torch.Tensor.select_scatter", crate = crate)]
fn select_scatter(
    ctx: &mut Context,
    input: &Tensor,
    src: &Tensor,
    dim: i64,
    index: Size,
) -> Result<Tensor> {
    let axis = input.axis(dim)?;
    let n = ctx.sizes(input)?[axis].clone();
    let src = ctx.unsqueeze(src, axis)?;
    let start = python_index(&index, &n);
    replace_range(ctx, input, &src, axis, &start, &Size::Static(1))
}

/// What stands before the range, the new elements, and what stands after it.
fn replace_range(
    ctx: &mut Context,
    input: &Tensor,
    src: &Tensor,
    axis: usize,
    start: &Size,
    length: &Size,
) -> Result<Tensor> {
    let src = ctx.cast(src, input.dtype())?;
    let n = ctx.sizes(input)?[axis].clone();
    let zero = Size::Static(0);
    let (end, mut parts) = (start.plus(length.clone()), Vec::new());
    if *start != zero {
        parts.push(ctx.slice_axis(input, axis, &zero, start, 1)?);
    }
    parts.push(src);
    if end != n {
        parts.push(ctx.slice_axis(input, axis, &end, &n.minus(end.clone()), 1)?);
    }
    ctx.concat(&parts, axis)
}

/// The input with elements replaced along a dimension at `index`, by those of `src` or by a number.
#[converter("aten.scatter.src", "aten.scatter.value", "torch.scatter", "torch.Tensor.scatter", crate = crate)]
fn scatter(
    ctx: &mut Context,
    input: &Tensor,
    dim: i64,
    index: &Tensor,
    src: Option<Operand>,
    value: Option<Operand>,
) -> Result<Tensor> {
    let axis = input.axis(dim)?;
    let (x, index) = (ctx.with_rank(input, 1)?, ctx.with_rank(index, 1)?);
    let wanted = ctx.sizes(&index)?;
    if wanted.contains(&Size::Static(0)) {
        return Ok(*input);
    }
    let updates = updates(ctx, &source(src, value)?, &wanted, x.dtype())?;
    let result = ctx.scatter_elements(&x, &index, &updates, axis)?;
    let sizes = ctx.sizes(input)?;
    ctx.reshape(&result, &sizes)
}

/// What is scattered: overloads call a tensor `src` and a number `value`.
pub(super) fn source(src: Option<Operand>, value: Option<Operand>) -> Result<Operand> {
    (src.or(value)).ok_or_else(|| Error::new("neither `src` nor `value` is given"))
}

/// The corner of the sources that the indices have places for, in the type of the target.
pub(super) fn updates(
    ctx: &mut Context,
    src: &Operand,
    wanted: &[Size],
    dtype: trt::DataType,
) -> Result<Tensor> {
    match src {
        Operand::Scalar(number) => {
            let number = ctx.scalar(number, dtype, wanted.len())?;
            ctx.expand(&number, wanted)
        }
        Operand::Tensor(src) => {
            let src = ctx.cast(src, dtype)?;
            let src = ctx.with_rank(&src, 1)?;
            corner(ctx, &src, wanted, None)
        }
    }
}

/// The first elements along every axis but one.
pub(super) fn corner(
    ctx: &mut Context,
    tensor: &Tensor,
    wanted: &[Size],
    but: Option<usize>,
) -> Result<Tensor> {
    let sizes = ctx.sizes(tensor)?;
    let mut result = *tensor;
    for axis in (0..sizes.len()).filter(|a| Some(*a) != but && sizes[*a] != wanted[*a]) {
        result = ctx.slice_axis(&result, axis, &Size::Static(0), &wanted[axis], 1)?;
    }
    Ok(result)
}

/// The input with slices along a dimension replaced at `index`.
#[converter("aten.index_copy.default", "torch.index_copy", "torch.Tensor.index_copy", crate = crate)]
fn index_copy(
    ctx: &mut Context,
    input: &Tensor,
    dim: i64,
    index: &Tensor,
    source: &Tensor,
) -> Result<Tensor> {
    let axis = input.axis(dim)?;
    let source = ctx.cast(source, input.dtype())?;
    replace_slices(ctx, input, axis, index, &source)
}

/// The input with slices along a dimension filled with a number at `index`.
#[converter("aten.index_fill.int_Scalar", "aten.index_fill.int_Tensor", "torch.index_fill", "torch.Tensor.index_fill", crate = crate)]
fn index_fill(
    ctx: &mut Context,
    input: &Tensor,
    dim: i64,
    index: &Tensor,
    value: Operand,
) -> Result<Tensor> {
    let axis = input.axis(dim)?;
    let x = ctx.with_rank(input, 1)?;
    let mut sizes = ctx.sizes(&x)?;
    let index = ctx.wrapped_indices(index, &sizes[axis])?;
    let index = ctx.with_rank(&index, 1)?;
    let value = match &value {
        Operand::Scalar(number) => ctx.scalar(number, input.dtype(), 0)?,
        Operand::Tensor(tensor) => ctx.cast(tensor, input.dtype())?,
    };
    sizes[axis] = ctx.sizes(&index)?[0].clone();
    let source = ctx.expand(&value, &sizes)?;
    replace_slices(ctx, input, axis, &index, &source)
}

fn replace_slices(
    ctx: &mut Context,
    input: &Tensor,
    axis: usize,
    index: &Tensor,
    source: &Tensor,
) -> Result<Tensor> {
    let x = ctx.with_rank(input, 1)?;
    let (index, source) = (ctx.with_rank(index, 1)?, ctx.with_rank(source, x.rank())?);
    if ctx.sizes(&index)?[0] == Size::Static(0) {
        return Ok(*input);
    }
    let result = ctx.scatter_slices(&x, &index, &source, axis)?;
    let sizes = ctx.sizes(input)?;
    ctx.reshape(&result, &sizes)
}

/// The input with elements replaced at positions in its flattened form, or added to.
///
/// Restriction: `accumulate` takes memory for each pair of a position and an element.
#[converter("aten.put.default", "torch.put", "torch.Tensor.put", crate = crate)]
fn put(
    ctx: &mut Context,
    input: &Tensor,
    index: &Tensor,
    source: &Tensor,
    #[default(false)] accumulate: bool,
) -> Result<Tensor> {
    let (flat, index) = (ctx.flatten(input)?, ctx.flatten(index)?);
    let source = ctx.flatten(source)?;
    let numel = ctx.sizes(&flat)?[0].clone();
    let index = ctx.wrapped_indices(&index, &numel)?;
    let result = if accumulate {
        self::accumulate(ctx, &flat, 0, &index, &source, Reduction::Sum, true)?
    } else {
        let source = ctx.cast(&source, input.dtype())?;
        replace_slices(ctx, &flat, 0, &index, &source)?
    };
    let sizes = ctx.sizes(input)?;
    ctx.reshape(&result, &sizes)
}

/// The input with `src` on a diagonal of two dimensions.
#[converter("aten.diagonal_scatter.default", "torch.diagonal_scatter", "torch.Tensor.diagonal_scatter", crate = crate)]
fn diagonal_scatter(
    ctx: &mut Context,
    input: &Tensor,
    src: &Tensor,
    #[default(0)] offset: i64,
    #[default(0)] dim1: i64,
    #[default(1)] dim2: i64,
) -> Result<Tensor> {
    let diagonal = Diagonal::of(ctx, input, offset, dim1, dim2)?;
    let src = ctx.cast(src, input.dtype())?;
    let changed = ctx.scatter_slices(&diagonal.flat, &diagonal.places, &src, diagonal.axis())?;
    let changed = ctx.reshape(&changed, &diagonal.sizes)?;
    let mut back = vec![0; diagonal.order.len()];
    for (to, from) in diagonal.order.into_iter().enumerate() {
        back[from] = to;
    }
    ctx.permute(&changed, &back)
}
