//! Changes of shape ([torch](https://docs.pytorch.org/docs/2.11/torch.html#indexing-slicing-joining-mutating-ops)).

use crate::convert::{Context, Error, Result, Size, Tensor, axis, converter};

/// The elements in the same order, in the shape that the program gives for the result.
#[converter(
    "aten.view.default", "aten._unsafe_view.default", "aten.view_copy.default", "aten.reshape.default", "aten.view_as.default", "aten.reshape_as.default",
    "aten.flatten.using_ints", "aten.unflatten.int", "aten.ravel.default",
    "aten.squeeze.default", "aten.squeeze.dim", "aten.squeeze.dims", "aten.squeeze_copy.default", "aten.squeeze_copy.dim", "aten.squeeze_copy.dims",
    "aten.unsqueeze.default", "aten.unsqueeze_copy.default",
    "aten.atleast_1d.default", "aten.atleast_2d.default", "aten.atleast_3d.default",
    "torch.nn.Flatten.forward", "torch.nn.Unflatten.forward", "torch.reshape", "torch.flatten", "torch.squeeze", "torch.unsqueeze",
    "torch.Tensor.view", "torch.Tensor.reshape", "torch.Tensor.flatten", "torch.Tensor.squeeze", "torch.Tensor.unsqueeze",
    "torch.Tensor.unflatten", "torch.Tensor.view_as", "torch.Tensor.reshape_as", "torch.Tensor.ravel", crate = crate
)]
fn reshape(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let sizes = ctx.output_sizes(0)?;
    ctx.reshape(input, &sizes)
}

/// Dimensions in another order.
#[converter("aten.permute.default", "aten.permute_copy.default", "torch.permute", "torch.Tensor.permute", crate = crate)]
fn permute(ctx: &mut Context, input: &Tensor, dims: &[i64]) -> Result<Tensor> {
    let axes = input.axes(dims)?;
    if axes.len() != input.rank() {
        return Err(Error::new(format!(
            "permutation {dims:?} of a tensor with {} dimensions",
            input.rank()
        )));
    }
    ctx.permute(input, &axes)
}

/// Two dimensions swapped.
#[converter("aten.transpose.int", "aten.transpose_copy.int", "aten.swapdims.default", "torch.transpose", "torch.Tensor.transpose", crate = crate)]
fn transpose(ctx: &mut Context, input: &Tensor, dim0: i64, dim1: i64) -> Result<Tensor> {
    ctx.transpose(input, input.axis(dim0)?, input.axis(dim1)?)
}

/// Two dimensions swapped, by NumPy's name.
#[converter("aten.swapaxes.default", "torch.swapaxes", crate = crate)]
fn swapaxes(ctx: &mut Context, input: &Tensor, axis0: i64, axis1: i64) -> Result<Tensor> {
    transpose(ctx, input, axis0, axis1)
}

/// A matrix transposed; a vector or scalar is as it is.
#[converter("aten.t.default", "aten.t_copy.default", "aten.numpy_T.default", "torch.t", "torch.Tensor.t", crate = crate)]
fn t(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let reversed: Vec<usize> = (0..input.rank()).rev().collect();
    ctx.permute(input, &reversed)
}

/// The last two dimensions swapped.
#[converter("aten.mT.default", "aten.adjoint.default", "aten.mH.default", "aten.matrix_H.default", crate = crate)]
fn matrix_transpose(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    ctx.transpose(input, input.axis(-2)?, input.axis(-1)?)
}

/// Dimensions moved to other places, the rest in their order.
#[converter("aten.movedim.int", "aten.movedim.intlist", "aten.moveaxis.int", "aten.moveaxis.intlist", "torch.movedim", "torch.moveaxis", crate = crate)]
fn movedim(
    ctx: &mut Context,
    input: &Tensor,
    source: &[i64],
    destination: &[i64],
) -> Result<Tensor> {
    let (from, to) = (input.axes(source)?, input.axes(destination)?);
    let mut axes: Vec<Option<usize>> = vec![None; input.rank()];
    for (f, t) in from.iter().zip(&to) {
        axes[*t] = Some(*f);
    }
    let mut rest = (0..input.rank()).filter(|a| !from.contains(a));
    let order: Vec<usize> = axes
        .into_iter()
        .filter_map(|a| a.or_else(|| rest.next()))
        .collect();
    ctx.permute(input, &order)
}

/// Sizes of 1 repeated to the shape that the program gives for the result.
#[converter("aten.expand.default", "aten.expand_copy.default", "aten.expand_as.default", "aten.broadcast_to.default", "torch.broadcast_to", "torch.Tensor.expand", "torch.Tensor.expand_as", crate = crate)]
fn expand(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let sizes = ctx.output_sizes(0)?;
    ctx.expand(input, &sizes)
}

/// The tensor several times along each dimension.
#[converter("aten.repeat.default", "torch.Tensor.repeat", crate = crate)]
fn repeat(ctx: &mut Context, input: &Tensor, repeats: Vec<Size>) -> Result<Tensor> {
    tile_to(ctx, input, &repeats)
}

/// The tensor several times along each dimension; missing repeats are 1.
#[converter("aten.tile.default", "torch.tile", crate = crate)]
fn tile(ctx: &mut Context, input: &Tensor, dims: Vec<Size>) -> Result<Tensor> {
    let missing = input.rank().saturating_sub(dims.len());
    let repeats = [vec![Size::Static(1); missing], dims].concat();
    tile_to(ctx, input, &repeats)
}

fn tile_to(ctx: &mut Context, input: &Tensor, repeats: &[Size]) -> Result<Tensor> {
    let mut result = ctx.with_rank(input, repeats.len())?;
    let sizes = ctx.sizes(&result)?;
    // One axis after the other, as [before, repeat, size, after], so that the rank stays small.
    for (axis, count) in repeats.iter().enumerate() {
        if *count == Size::Static(1) {
            continue;
        }
        let now = ctx.sizes(&result)?;
        if sizes[axis] == Size::Static(1) {
            let mut wide = now.clone();
            wide[axis] = count.clone();
            result = ctx.expand(&result, &wide)?;
            continue;
        }
        let (before, after) = (Size::product(&now[..axis]), Size::product(&now[axis + 1..]));
        let flat = ctx.reshape(
            &result,
            &[
                before.clone(),
                Size::Static(1),
                now[axis].clone(),
                after.clone(),
            ],
        )?;
        let wide = ctx.expand(&flat, &[before, count.clone(), now[axis].clone(), after])?;
        let mut target = now;
        target[axis] = target[axis].times(count.clone());
        result = ctx.reshape(&wide, &target)?;
    }
    Ok(result)
}

/// Each element several times in a row, along a dimension or of the flattened tensor.
#[converter("aten.repeat_interleave.self_int", "torch.repeat_interleave", crate = crate)]
fn repeat_interleave(
    ctx: &mut Context,
    input: &Tensor,
    repeats: Size,
    dim: Option<i64>,
) -> Result<Tensor> {
    let sizes = ctx.sizes(input)?;
    let (x, sizes, axis) = match dim {
        Some(dim) => (*input, sizes, input.axis(dim)?),
        None => {
            let numel = Size::product(&sizes);
            (
                ctx.reshape(input, std::slice::from_ref(&numel))?,
                vec![numel],
                0,
            )
        }
    };
    let column = ctx.unsqueeze(&x, axis + 1)?;
    let mut wide = sizes.clone();
    wide.insert(axis + 1, repeats.clone());
    let wide = ctx.expand(&column, &wide)?;
    let mut target = sizes;
    target[axis] = target[axis].times(repeats);
    ctx.reshape(&wide, &target)
}

/// Channels spread over space: `[N, C r², H, W]` to `[N, C, H r, W r]`.
#[converter("aten.pixel_shuffle.default", "torch.nn.PixelShuffle.forward", "torch.nn.functional.pixel_shuffle", crate = crate)]
fn pixel_shuffle(ctx: &mut Context, input: &Tensor, upscale_factor: i64) -> Result<Tensor> {
    let sizes = ctx.sizes(input)?;
    let (batch, [c, h, w]) = image_sizes(&sizes)?;
    let r = Size::Static(upscale_factor);
    let channels = c.floor_div(upscale_factor * upscale_factor);
    let batch_size = Size::product(batch);
    let split = ctx.reshape(
        input,
        &[
            batch_size,
            channels.clone(),
            r.clone(),
            r.clone(),
            h.clone(),
            w.clone(),
        ],
    )?;
    let mixed = ctx.permute(&split, &[0, 1, 4, 2, 5, 3])?;
    let target = [batch, &[channels, h.times(r.clone()), w.times(r)]].concat();
    ctx.reshape(&mixed, &target)
}

/// Space gathered in channels: `[N, C, H r, W r]` to `[N, C r², H, W]`.
#[converter("aten.pixel_unshuffle.default", "torch.nn.PixelUnshuffle.forward", "torch.nn.functional.pixel_unshuffle", crate = crate)]
fn pixel_unshuffle(ctx: &mut Context, input: &Tensor, downscale_factor: i64) -> Result<Tensor> {
    let sizes = ctx.sizes(input)?;
    let (batch, [c, h, w]) = image_sizes(&sizes)?;
    let r = Size::Static(downscale_factor);
    let (h, w) = (h.floor_div(downscale_factor), w.floor_div(downscale_factor));
    let batch_size = Size::product(batch);
    let split = ctx.reshape(
        input,
        &[batch_size, c.clone(), h.clone(), r.clone(), w.clone(), r],
    )?;
    let mixed = ctx.permute(&split, &[0, 1, 3, 5, 2, 4])?;
    let target = [batch, &[c.times(downscale_factor * downscale_factor), h, w]].concat();
    ctx.reshape(&mixed, &target)
}

/// Channels of several groups interleaved.
#[converter("aten.channel_shuffle.default", "aten.native_channel_shuffle.default", "torch.nn.ChannelShuffle.forward", crate = crate)]
fn channel_shuffle(ctx: &mut Context, input: &Tensor, groups: i64) -> Result<Tensor> {
    let sizes = ctx.sizes(input)?;
    let channel = axis(1, sizes.len())?;
    let mut grouped = sizes.clone();
    grouped[channel] = grouped[channel].floor_div(groups.max(1));
    grouped.insert(channel, Size::Static(groups));
    let split = ctx.reshape(input, &grouped)?;
    let mixed = ctx.transpose(&split, channel, channel + 1)?;
    ctx.reshape(&mixed, &sizes)
}

/// The sizes of an image with any dimensions in front of channels, height and width.
fn image_sizes(sizes: &[Size]) -> Result<(&[Size], [Size; 3])> {
    match sizes {
        [batch @ .., c, h, w] => Ok((batch, [c.clone(), h.clone(), w.clone()])),
        _ => Err(Error::new(format!(
            "a tensor with {} dimensions: expected [..., C, H, W]",
            sizes.len()
        ))),
    }
}
