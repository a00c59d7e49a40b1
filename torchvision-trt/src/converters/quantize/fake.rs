//! Fake quantization, as quantization-aware training leaves it in a model
//! ([torch.fake_quantize_per_tensor_affine](https://docs.pytorch.org/docs/2.11/generated/torch.fake_quantize_per_tensor_affine.html)).

use super::Grid;
use crate::convert::{Context, Result, Tensor, converter};

/// Rounds to multiples of `scale`: a quantization to int8 and back where TensorRT has it, so that it may compute in int8.
#[converter("aten.fake_quantize_per_tensor_affine.default", crate = crate)]
fn per_tensor(
    ctx: &mut Context,
    input: &Tensor,
    scale: f64,
    zero_point: i64,
    quant_min: i64,
    quant_max: i64,
) -> Result<Tensor> {
    Grid::of_numbers(scale, zero_point, [quant_min, quant_max]).round(ctx, input)
}

/// As `fake_quantize_per_tensor_affine`, with a mask of the elements that are not clamped.
#[converter("aten.fake_quantize_per_tensor_affine_cachemask.default", crate = crate)]
fn per_tensor_with_mask(
    ctx: &mut Context,
    input: &Tensor,
    scale: f64,
    zero_point: i64,
    quant_min: i64,
    quant_max: i64,
) -> Result<(Tensor, Tensor)> {
    let grid = Grid::of_numbers(scale, zero_point, [quant_min, quant_max]);
    Ok((grid.round(ctx, input)?, grid.mask(ctx, input)?))
}

/// As `fake_quantize_per_tensor_affine`, with scale and zero point in tensors of one element.
#[converter("aten.fake_quantize_per_tensor_affine.tensor_qparams", crate = crate)]
fn per_tensor_of_tensors(
    ctx: &mut Context,
    input: &Tensor,
    scale: &Tensor,
    zero_point: &Tensor,
    quant_min: i64,
    quant_max: i64,
) -> Result<Tensor> {
    Grid::of_tensors(ctx, scale, zero_point, None, [quant_min, quant_max]).round(ctx, input)
}

/// Fake quantization with a scale and a zero point for each index along an axis.
#[converter("aten.fake_quantize_per_channel_affine.default", crate = crate)]
fn per_channel(
    ctx: &mut Context,
    input: &Tensor,
    scale: &Tensor,
    zero_point: &Tensor,
    axis: i64,
    quant_min: i64,
    quant_max: i64,
) -> Result<Tensor> {
    let axis = Some(input.axis(axis)?);
    Grid::of_tensors(ctx, scale, zero_point, axis, [quant_min, quant_max]).round(ctx, input)
}

/// As `fake_quantize_per_channel_affine`, with a mask of the elements that are not clamped.
#[converter("aten.fake_quantize_per_channel_affine_cachemask.default", crate = crate)]
fn per_channel_with_mask(
    ctx: &mut Context,
    input: &Tensor,
    scale: &Tensor,
    zero_point: &Tensor,
    axis: i64,
    quant_min: i64,
    quant_max: i64,
) -> Result<(Tensor, Tensor)> {
    let axis = Some(input.axis(axis)?);
    let grid = Grid::of_tensors(ctx, scale, zero_point, axis, [quant_min, quant_max]);
    Ok((grid.round(ctx, input)?, grid.mask(ctx, input)?))
}
