//! Pooling ([torch.nn.functional](https://docs.pytorch.org/docs/2.11/nn.functional.html#pooling-functions)).

use crate::convert::{Context, PoolWindow, Result, Scalar, Size, Tensor, converter};

/// Number of spatial dimensions of the pooling that the call is, from its name.
fn dimensions(ctx: &Context) -> usize {
    let target = ctx.call().target();
    (1..=3)
        .find(|n| target.contains(&format!("pool{n}d")))
        .unwrap_or(2)
}

/// Maxima over windows. Padding never wins.
#[converter(
    "aten.max_pool1d.default", "aten.max_pool2d.default", "aten.max_pool3d.default",
    "torch.nn.MaxPool1d.forward", "torch.nn.MaxPool2d.forward", "torch.nn.MaxPool3d.forward",
    "torch.max_pool1d", "torch.max_pool2d", "torch.max_pool3d",
    "torch.nn.functional.max_pool1d", "torch.nn.functional.max_pool2d", "torch.nn.functional.max_pool3d", crate = crate
)]
fn max_pool(
    ctx: &mut Context,
    input: &Tensor,
    kernel_size: Vec<i64>,
    #[default(vec![])] stride: Vec<i64>,
    #[default(vec![0])] padding: Vec<i64>,
    #[default(vec![1])] dilation: Vec<i64>,
    #[default(false)] ceil_mode: bool,
) -> Result<Tensor> {
    let window = PoolWindow::new(
        dimensions(ctx),
        &kernel_size,
        &stride,
        &padding,
        &dilation,
        ceil_mode,
    )?;
    ctx.max_pool(input, &window)
}

/// Maxima over windows, and where in the input they are: the first, where several elements are greatest.
#[converter(
    "aten.max_pool1d_with_indices.default", "aten.max_pool2d_with_indices.default", "aten.max_pool3d_with_indices.default", crate = crate
)]
fn max_pool_with_indices(
    ctx: &mut Context,
    input: &Tensor,
    kernel_size: Vec<i64>,
    #[default(vec![])] stride: Vec<i64>,
    #[default(vec![0])] padding: Vec<i64>,
    #[default(vec![1])] dilation: Vec<i64>,
    #[default(false)] ceil_mode: bool,
) -> Result<Vec<Tensor>> {
    let window = PoolWindow::new(
        dimensions(ctx),
        &kernel_size,
        &stride,
        &padding,
        &dilation,
        ceil_mode,
    )?;
    if !ctx.call().reads_output(1) {
        return Ok(vec![ctx.max_pool(input, &window)?]);
    }
    let (values, indices) = ctx.max_pool_with_indices(input, &window)?;
    Ok(vec![values, indices])
}

/// Means over windows.
#[converter(
    "aten.avg_pool1d.default", "aten.avg_pool2d.default", "aten.avg_pool3d.default",
    "torch.nn.AvgPool1d.forward", "torch.nn.AvgPool2d.forward", "torch.nn.AvgPool3d.forward",
    "torch.nn.functional.avg_pool1d", "torch.nn.functional.avg_pool2d", "torch.nn.functional.avg_pool3d", crate = crate
)]
#[expect(clippy::too_many_arguments, reason = "they are PyTorch's")]
fn avg_pool(
    ctx: &mut Context,
    input: &Tensor,
    kernel_size: Vec<i64>,
    #[default(vec![])] stride: Vec<i64>,
    #[default(vec![0])] padding: Vec<i64>,
    #[default(false)] ceil_mode: bool,
    #[default(true)] count_include_pad: bool,
    divisor_override: Option<i64>,
) -> Result<Tensor> {
    let window = PoolWindow::new(
        dimensions(ctx),
        &kernel_size,
        &stride,
        &padding,
        &[1],
        ceil_mode,
    )?;
    ctx.avg_pool(input, &window, count_include_pad, divisor_override)
}

/// Means over as many bins as asked for; where the size does not divide they overlap.
///
/// Plugin: AdaptivePool, where it does not divide.
#[converter(
    "aten.adaptive_avg_pool1d.default", "aten.adaptive_avg_pool2d.default", "aten.adaptive_avg_pool3d.default",
    "aten._adaptive_avg_pool2d.default", "aten._adaptive_avg_pool3d.default",
    "torch.nn.AdaptiveAvgPool1d.forward", "torch.nn.AdaptiveAvgPool2d.forward", "torch.nn.AdaptiveAvgPool3d.forward",
    "torch.nn.functional.adaptive_avg_pool1d", "torch.nn.functional.adaptive_avg_pool2d",
    "torch.nn.functional.adaptive_avg_pool3d", crate = crate
)]
fn adaptive_avg_pool(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let sizes = ctx.output_sizes(0)?;
    let first = sizes.len() - dimensions(ctx).min(sizes.len());
    ctx.adaptive_avg_pool(input, &sizes[first..])
}

/// Maxima over as many bins as asked for, and where in the input they are.
///
/// Plugin: AdaptivePool, where the size does not divide and nobody asks where the maxima are.
#[converter(
    "aten.adaptive_max_pool1d.default", "aten.adaptive_max_pool2d.default", "aten.adaptive_max_pool3d.default",
    "torch.nn.AdaptiveMaxPool1d.forward", "torch.nn.AdaptiveMaxPool2d.forward", "torch.nn.AdaptiveMaxPool3d.forward",
    "torch.nn.functional.adaptive_max_pool1d", "torch.nn.functional.adaptive_max_pool2d",
    "torch.nn.functional.adaptive_max_pool3d", crate = crate
)]
fn adaptive_max_pool(ctx: &mut Context, input: &Tensor) -> Result<Vec<Tensor>> {
    let sizes = ctx.output_sizes(0)?;
    let first = sizes.len() - dimensions(ctx).min(sizes.len());
    if !ctx.call().reads_output(1) {
        return Ok(vec![ctx.adaptive_max_pool(input, &sizes[first..])?]);
    }
    let (values, indices) = ctx.adaptive_max_pool_with_indices(input, &sizes[first..])?;
    Ok(vec![values, indices])
}

/// Elements put where the maxima of a pooling were, zeros elsewhere.
#[converter("aten.max_unpool2d.default", "aten.max_unpool3d.default", crate = crate)]
fn max_unpool(ctx: &mut Context, input: &Tensor, indices: &Tensor) -> Result<Tensor> {
    let target = ctx.output_sizes(0)?;
    let spatial = dimensions(ctx).min(target.len());
    let first = target.len() - spatial;
    let flat = |sizes: &[Size]| [&sizes[..first], &[Size::product(&sizes[first..])]].concat();
    let zero = ctx.scalar(&Scalar::Int(0), input.dtype(), first + 1)?;
    let empty = ctx.expand(&zero, &flat(&target))?;
    let sizes = flat(&ctx.sizes(input)?);
    let (values, places) = (ctx.reshape(input, &sizes)?, ctx.reshape(indices, &sizes)?);
    let filled = ctx.scatter_elements(&empty, &places, &values, first)?;
    ctx.reshape(&filled, &target)
}
