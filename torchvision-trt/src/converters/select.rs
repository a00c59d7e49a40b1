//! Parts of tensors by position ([torch](https://docs.pytorch.org/docs/2.11/torch.html#indexing-slicing-joining-mutating-ops)).

use trt::DataType;

use crate::convert::{Context, Error, Result, Size, Tensor, converter, python_index};

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
    let start = python_index(&start, &ctx.sizes(input)?[axis]);
    ctx.slice_axis(input, axis, &start, &length, 1)
}

/// `length` slices from a start on that is a tensor.
///
/// Restriction: the start known at conversion.
#[converter("aten.narrow.Tensor", crate = crate)]
fn narrow_from(
    ctx: &mut Context,
    input: &Tensor,
    dim: i64,
    start: &Tensor,
    length: Size,
) -> Result<Tensor> {
    match ctx.numbers(start).as_deref() {
        Some([start]) => narrow(ctx, input, dim, Size::Static(*start as i64), length),
        _ => Err(Error::new("narrow whose start depends on data")),
    }
}

/// All windows of `size` elements along a dimension, `step` apart; the elements of a window become the last dimension.
#[converter("aten.unfold.default", "aten.unfold_copy.default", "torch.Tensor.unfold", crate = crate)]
fn unfold(
    ctx: &mut Context,
    input: &Tensor,
    #[name("dimension")] dim: i64,
    size: i64,
    step: i64,
) -> Result<Tensor> {
    if input.rank() == 0 {
        let sizes = ctx.output_sizes(0)?;
        return ctx.reshape(input, &sizes);
    }
    let axis = input.axis(dim)?;
    let n = ctx.sizes(input)?[axis].clone();
    let count = n.plus(-size).floor_div(step).plus(1);
    let first = ctx.arange(&Size::Static(0), step, &count)?;
    let first = ctx.unsqueeze(&first, 1)?;
    let inside = ctx.arange(&Size::Static(0), 1, &Size::Static(size))?;
    let places = ctx.add(&first, &inside)?;
    let windows = ctx.gather_slices(input, &places, axis)?;
    let order: Vec<usize> = (0..windows.rank())
        .filter(|a| *a != axis + 1)
        .chain([axis + 1])
        .collect();
    ctx.permute(&windows, &order)
}

/// The elements at `storage_offset + i * stride[0] + j * stride[1] + …` of the flattened input.
///
/// Restriction: of a contiguous tensor, with sizes known at conversion.
#[converter("aten.as_strided.default", "aten.as_strided_copy.default", "torch.as_strided", "torch.Tensor.as_strided", crate = crate)]
fn as_strided(
    ctx: &mut Context,
    input: &Tensor,
    size: &[i64],
    stride: &[i64],
    #[default(0)] storage_offset: i64,
) -> Result<Tensor> {
    let flat = ctx.flatten(input)?;
    let places = strided_places(size, stride, storage_offset);
    let places = ctx.numbers_constant(&places, size, DataType::Int64)?;
    ctx.gather_slices(&flat, &places, 0)
}

/// The input with `src` in the places that `as_strided` shows.
///
/// Restriction: of a contiguous tensor, with sizes known at conversion.
#[converter("aten.as_strided_scatter.default", "torch.as_strided_scatter", "torch.Tensor.as_strided_scatter", crate = crate)]
fn as_strided_scatter(
    ctx: &mut Context,
    input: &Tensor,
    src: &Tensor,
    size: &[i64],
    stride: &[i64],
    #[default(0)] storage_offset: i64,
) -> Result<Tensor> {
    let flat = ctx.flatten(input)?;
    let places = strided_places(size, stride, storage_offset);
    let count = places.len() as i64;
    let places = ctx.numbers_constant(&places, &[count], DataType::Int64)?;
    let src = ctx.cast(src, input.dtype())?;
    let src = ctx.flatten(&src)?;
    let changed = ctx.scatter_slices(&flat, &places, &src, 0)?;
    let sizes = ctx.sizes(input)?;
    ctx.reshape(&changed, &sizes)
}

fn strided_places(size: &[i64], stride: &[i64], offset: i64) -> Vec<f64> {
    let mut places = vec![offset];
    for (size, stride) in size.iter().zip(stride) {
        places = places
            .iter()
            .flat_map(|place| (0..*size).map(move |i| place + i * stride))
            .collect();
    }
    places.into_iter().map(|place| place as f64).collect()
}

/// Elements moved along dimensions, those that leave one end come in at the other; without dimensions of the flattened tensor.
#[converter("aten.roll.default", "torch.roll", "torch.Tensor.roll", crate = crate)]
fn roll(
    ctx: &mut Context,
    input: &Tensor,
    shifts: Vec<Size>,
    #[default(vec![])] dims: Vec<i64>,
) -> Result<Tensor> {
    if dims.is_empty() {
        let sizes = ctx.sizes(input)?;
        let flat = ctx.flatten(input)?;
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
#[converter("aten.flip.default", "torch.flip", "torch.Tensor.flip", crate = crate)]
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

/// Columns in reverse order.
#[converter("aten.fliplr.default", "torch.fliplr", "torch.Tensor.fliplr", crate = crate)]
fn fliplr(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    flip(ctx, input, &[1])
}

/// Rows in reverse order.
#[converter("aten.flipud.default", "torch.flipud", "torch.Tensor.flipud", crate = crate)]
fn flipud(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    flip(ctx, input, &[0])
}

/// Turned by `k` quarters in the plane of two dimensions, from the first towards the second.
#[converter("aten.rot90.default", "torch.rot90", "torch.Tensor.rot90", crate = crate)]
fn rot90(
    ctx: &mut Context,
    input: &Tensor,
    #[default(1)] k: i64,
    #[default([0, 1])] dims: [i64; 2],
) -> Result<Tensor> {
    let (from, to) = (input.axis(dims[0])?, input.axis(dims[1])?);
    match k.rem_euclid(4) {
        1 => {
            let flipped = flip(ctx, input, &dims[1..])?;
            ctx.transpose(&flipped, from, to)
        }
        2 => flip(ctx, input, &dims),
        3 => {
            let flipped = flip(ctx, input, &dims[..1])?;
            ctx.transpose(&flipped, from, to)
        }
        _ => Ok(*input),
    }
}
