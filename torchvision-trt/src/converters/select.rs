//! Parts of tensors by position ([torch](https://docs.pytorch.org/docs/2.11/torch.html#indexing-slicing-joining-mutating-ops)).

use crate::convert::{Context, Error, Result, Size, Tensor, converter};

/// `input[…, start:end:step]` along a dimension.
#[converter("aten.slice.Tensor", "aten.slice_copy.Tensor", "torch.Tensor.__getitem__", crate = crate)]
fn slice(
    ctx: &mut Context,
    input: &Tensor,
    #[default(0)] dim: i64,
    start: Option<Size>,
    end: Option<Size>,
    #[default(1)] step: i64,
) -> Result<Tensor> {
    ctx.python_slice(input, input.axis(dim)?, start.as_ref(), end.as_ref(), step)
}

/// One slice along a dimension, which goes away.
#[converter("aten.select.int", "aten.select_copy.int", "torch.select", crate = crate)]
fn select(ctx: &mut Context, input: &Tensor, dim: i64, index: Size) -> Result<Tensor> {
    ctx.select(input, input.axis(dim)?, &index)
}

/// `length` slices from `start` on along a dimension.
#[converter("aten.narrow.default", "aten.narrow_copy.default", "torch.narrow", "torch.Tensor.narrow", crate = crate)]
fn narrow(
    ctx: &mut Context,
    input: &Tensor,
    dim: i64,
    start: Size,
    length: Size,
) -> Result<Tensor> {
    let axis = input.axis(dim)?;
    let start = match start {
        Size::Static(n) if n < 0 => ctx.sizes(input)?[axis].plus(n),
        other => other,
    };
    ctx.slice_axis(input, axis, &start, &length, 1)
}

/// The input with `src` in place of `input[…, start:end]` along a dimension.
///
/// Restriction: step 1, and bounds known at conversion that count from the start.
#[converter("aten.slice_scatter.default", "torch.slice_scatter", crate = crate)]
fn slice_scatter(
    ctx: &mut Context,
    input: &Tensor,
    src: &Tensor,
    #[default(0)] dim: i64,
    start: Option<Size>,
    end: Option<Size>,
    #[default(1)] step: i64,
) -> Result<Tensor> {
    if step != 1 {
        return Err(Error::new(format!(
            "slice_scatter with step {step}: only 1 is converted"
        )));
    }
    let axis = input.axis(dim)?;
    let src = ctx.cast(src, input.dtype())?;
    // What stands before the slice, the slice, and what stands after it.
    let before = match &start {
        None | Some(Size::Static(0)) => None,
        Some(start) => Some(ctx.python_slice(input, axis, None, Some(start), 1)?),
    };
    let total = ctx.sizes(input)?[axis].clone();
    let reaches_end = match (&end, &total) {
        (None | Some(Size::Static(i64::MAX)), _) => true,
        (Some(Size::Static(end)), Size::Static(total)) => end >= total,
        (Some(end), total) => end == total,
    };
    let after = if reaches_end {
        None
    } else {
        Some(ctx.python_slice(input, axis, end.as_ref(), None, 1)?)
    };
    let parts: Vec<Tensor> = [before, Some(src), after].into_iter().flatten().collect();
    ctx.concat(&parts, axis)
}

/// The input with `src` in place of one slice along a dimension.
#[converter("aten.select_scatter.default", "torch.select_scatter", crate = crate)]
fn select_scatter(
    ctx: &mut Context,
    input: &Tensor,
    src: &Tensor,
    dim: i64,
    index: i64,
) -> Result<Tensor> {
    let axis = input.axis(dim)?;
    let n = ctx.sizes(input)?[axis].clone();
    let src = ctx.unsqueeze(src, axis)?;
    let start = if index < 0 {
        n.plus(index)
    } else {
        Size::Static(index)
    };
    let end = start.plus(1);
    slice_scatter(ctx, input, &src, dim, Some(start), Some(end), 1)
}

/// Elements moved along dimensions, those that leave one end come in at the other; without dimensions of the flattened tensor.
#[converter("aten.roll.default", "torch.roll", crate = crate)]
fn roll(
    ctx: &mut Context,
    input: &Tensor,
    shifts: Vec<Size>,
    #[default(vec![])] dims: Vec<i64>,
) -> Result<Tensor> {
    if dims.is_empty() {
        let sizes = ctx.sizes(input)?;
        let numel = sizes.iter().fold(Size::Static(1), |n, s| s.times(n));
        let flat = ctx.reshape(input, &[numel])?;
        let rolled = roll_axis(ctx, &flat, 0, &shifts[0])?;
        return ctx.reshape(&rolled, &sizes);
    }
    if shifts.len() != dims.len() {
        return Err(Error::new(format!(
            "roll by {} shifts along {} dimensions",
            shifts.len(),
            dims.len()
        )));
    }
    // A dimension may be given twice: the shifts add up.
    shifts
        .iter()
        .zip(&dims)
        .try_fold(*input, |x, (shift, dim)| {
            roll_axis(ctx, &x, x.axis(*dim)?, shift)
        })
}

fn roll_axis(ctx: &mut Context, x: &Tensor, axis: usize, shift: &Size) -> Result<Tensor> {
    let n = ctx.sizes(x)?[axis].clone();
    // The last `shift` elements come first.
    let tail = match (shift, &n) {
        (Size::Static(0), _) | (_, Size::Static(0)) => return Ok(*x),
        (Size::Static(shift), Size::Static(n)) => Size::Static(shift.rem_euclid(*n)),
        (shift, n) => shift.modulo(n.clone()),
    };
    if tail == Size::Static(0) {
        return Ok(*x);
    }
    let head = n.minus(tail.clone());
    let last = ctx.slice_axis(x, axis, &head, &tail, 1)?;
    let first = ctx.slice_axis(x, axis, &Size::Static(0), &head, 1)?;
    ctx.concat(&[last, first], axis)
}

/// Elements in reverse order along dimensions.
#[converter("aten.flip.default", "torch.flip", crate = crate)]
fn flip(ctx: &mut Context, input: &Tensor, dims: &[i64]) -> Result<Tensor> {
    let axes = input.axes(dims)?;
    if input.rank() == 0 || axes.is_empty() {
        return Ok(*input);
    }
    let sizes = ctx.sizes(input)?;
    let mut starts = vec![Size::Static(0); sizes.len()];
    let mut strides = vec![1; sizes.len()];
    for axis in axes {
        starts[axis] = sizes[axis].plus(-1);
        strides[axis] = -1;
    }
    ctx.strided_slice(input, &starts, &sizes, &strides)
}

/// Elements on and below a diagonal, zeros elsewhere.
#[converter("aten.tril.default", "torch.tril", crate = crate)]
fn tril(ctx: &mut Context, input: &Tensor, #[default(0)] diagonal: i64) -> Result<Tensor> {
    triangle(ctx, input, diagonal, true)
}

/// Elements on and above a diagonal, zeros elsewhere.
#[converter("aten.triu.default", "torch.triu", crate = crate)]
fn triu(ctx: &mut Context, input: &Tensor, #[default(0)] diagonal: i64) -> Result<Tensor> {
    triangle(ctx, input, diagonal, false)
}

fn triangle(ctx: &mut Context, input: &Tensor, diagonal: i64, lower: bool) -> Result<Tensor> {
    let mask = ctx.diagonal_mask(input, diagonal, lower)?;
    let zero = ctx.scalar(&crate::convert::Scalar::Int(0), input.dtype(), 0)?;
    ctx.select_where(&mask, input, &zero)
}
