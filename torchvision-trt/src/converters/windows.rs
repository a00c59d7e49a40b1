//! Patches of images ([torch.nn.Unfold](https://docs.pytorch.org/docs/2.11/generated/torch.nn.Unfold.html)).

use plugins_cuda::TorchUnfold;
use trt::plugin::Fields;

use crate::convert::{Context, Error, Result, Size, Tensor, converter};

/// Patches of images as columns: [N, C, H, W] to [N, C * kernel, places].
///
/// Plugin: TorchUnfold.
#[converter("aten.im2col.default", "torch.nn.Unfold.forward", "torch.nn.functional.unfold", crate = crate)]
fn im2col(
    ctx: &mut Context,
    input: &Tensor,
    kernel_size: [i64; 2],
    dilation: [i64; 2],
    padding: [i64; 2],
    stride: [i64; 2],
) -> Result<Tensor> {
    let x = batched(ctx, input, 4)?;
    if ctx.may_use_plugins() {
        let fields = Fields::new()
            .with("kernel_size", kernel_size)
            .with("dilation", dilation)
            .with("padding", padding)
            .with("stride", stride);
        let [columns] = ctx.add_plugin::<TorchUnfold, _>(&fields, &[x])?;
        return unbatched(ctx, &columns, input.rank() == 3);
    }
    let border = [0, 0, padding[0], padding[1]];
    let mut x = ctx.pad(
        &x,
        &border,
        &border,
        trt::SampleMode::Fill,
        &crate::convert::Scalar::Int(0),
    )?;
    for i in 0..2 {
        let axis = 2 + 2 * i;
        let n = ctx.sizes(&x)?[axis].clone();
        let extent = dilation[i] * (kernel_size[i] - 1) + 1;
        let count = n.plus(-extent).floor_div(stride[i]).plus(1);
        let geometry = [kernel_size[i], stride[i], 0, dilation[i]];
        let windows = ctx.sliding_windows(&n, &count, geometry)?;
        x = ctx.windowed(&x, axis, &windows)?;
    }
    // [N, C, rows, kernel, columns, kernel]
    let x = ctx.permute(&x, &[0, 1, 3, 5, 2, 4])?;
    let sizes = ctx.sizes(&x)?;
    let columns = [
        sizes[0].clone(),
        Size::product(&sizes[1..4]),
        Size::product(&sizes[4..6]),
    ];
    let columns = ctx.reshape(&x, &columns)?;
    unbatched(ctx, &columns, input.rank() == 3)
}

/// Columns put back to images, where they overlap added: a transposed convolution by kernels with a single one.
#[converter("aten.col2im.default", "torch.nn.Fold.forward", "torch.nn.functional.fold", crate = crate)]
fn col2im(
    ctx: &mut Context,
    input: &Tensor,
    output_size: [i64; 2],
    kernel_size: [i64; 2],
    dilation: [i64; 2],
    padding: [i64; 2],
    stride: [i64; 2],
) -> Result<Tensor> {
    let x = batched(ctx, input, 3)?;
    let volume = kernel_size[0] * kernel_size[1];
    let sizes = ctx.sizes(&x)?;
    let Some(channels) = sizes[1]
        .as_static()
        .filter(|c| volume > 0 && c % volume == 0)
    else {
        return Err(Error::new(format!(
            "columns of {} elements for kernels of {volume}",
            sizes[1]
        )));
    };
    let groups = channels / volume;
    let extent = |i: usize| dilation[i] * (kernel_size[i] - 1) + 1;
    let room = |i: usize| output_size[i] + 2 * padding[i] - extent(i);
    let places = [0, 1].map(|i| room(i) / stride[i] + 1);
    // What no window reaches at the end.
    let rest = [0, 1].map(|i| room(i) - (places[i] - 1) * stride[i]);
    let image = [
        sizes[0].clone(),
        Size::Static(channels),
        Size::Static(places[0]),
        Size::Static(places[1]),
    ];
    let image = ctx.reshape(&x, &image)?;
    let mut kernel = vec![0.0; (channels * volume) as usize];
    for i in 0..channels {
        kernel[(i * volume + i % volume) as usize] = 1.0;
    }
    let shape = [channels, 1, kernel_size[0], kernel_size[1]];
    let kernel = ctx.numbers_constant(&kernel, &shape, x.dtype())?;
    let folded = ctx.transposed_convolution(
        &image, &kernel, None, &stride, &padding, &rest, groups, &dilation,
    )?;
    unbatched(ctx, &folded, input.rank() == 2)
}

/// The input with a batch in front, if it has none.
fn batched(ctx: &mut Context, input: &Tensor, rank: usize) -> Result<Tensor> {
    if input.rank() + 1 != rank && input.rank() != rank {
        return Err(Error::new(format!(
            "a tensor with {} dimensions: expected {} or {rank}",
            input.rank(),
            rank - 1
        )));
    }
    ctx.with_rank(input, rank)
}

fn unbatched(ctx: &mut Context, tensor: &Tensor, added: bool) -> Result<Tensor> {
    if added {
        ctx.squeeze(tensor, &[0])
    } else {
        Ok(*tensor)
    }
}
