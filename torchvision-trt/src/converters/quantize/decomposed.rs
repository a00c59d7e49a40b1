//! Quantization with integers in between, as [PT2E](https://docs.pytorch.org/ao/stable/pt2e_quantization/index.html) and the
//! reference form of `torch.ao.quantization` leave it in a program: each quantization is followed by a dequantization, and
//! what is between two such pairs is computed in floats, or by TensorRT in int8.

use trt::DataType;

use super::{Grid, dequantize_layer, quantize_layer};
use crate::convert::{Context, Error, Result, Tensor, converter};
use crate::pt2::DType;

/// Integers `round(input / scale) + zero_point`, clamped to a range.
#[converter("quantized_decomposed.quantize_per_tensor.default", crate = crate)]
fn quantize_per_tensor(
    ctx: &mut Context,
    input: &Tensor,
    scale: f64,
    zero_point: i64,
    quant_min: i64,
    quant_max: i64,
    dtype: DType,
) -> Result<Tensor> {
    Grid::of_numbers(scale, zero_point, [quant_min, quant_max]).quantize(ctx, input, dtype)
}

/// As `quantize_per_tensor`, with scale and zero point in tensors of one element.
#[converter("quantized_decomposed.quantize_per_tensor.tensor", crate = crate)]
fn quantize_by_tensors(
    ctx: &mut Context,
    input: &Tensor,
    scale: &Tensor,
    zero_point: &Tensor,
    quant_min: i64,
    quant_max: i64,
    dtype: DType,
) -> Result<Tensor> {
    Grid::of_tensors(ctx, scale, zero_point, None, [quant_min, quant_max])
        .quantize(ctx, input, dtype)
}

/// Quantization with a scale and a zero point for each index along an axis.
#[converter("quantized_decomposed.quantize_per_channel.default", crate = crate)]
fn quantize_per_channel(
    ctx: &mut Context,
    input: &Tensor,
    scales: &Tensor,
    zero_points: &Tensor,
    axis: i64,
    quant_min: i64,
    quant_max: i64,
    dtype: DType,
) -> Result<Tensor> {
    let axis = Some(input.axis(axis)?);
    Grid::of_tensors(ctx, scales, zero_points, axis, [quant_min, quant_max])
        .quantize(ctx, input, dtype)
}

/// Floats `(input - zero_point) * scale` of quantized integers.
#[converter("quantized_decomposed.dequantize_per_tensor.default", crate = crate)]
fn dequantize_per_tensor(
    ctx: &mut Context,
    input: &Tensor,
    scale: f64,
    zero_point: i64,
    quant_min: i64,
    quant_max: i64,
) -> Result<Tensor> {
    Grid::of_numbers(scale, zero_point, [quant_min, quant_max]).dequantize(ctx, input)
}

/// As `dequantize_per_tensor`, with scale and zero point in tensors of one element.
#[converter("quantized_decomposed.dequantize_per_tensor.tensor", crate = crate)]
fn dequantize_by_tensors(
    ctx: &mut Context,
    input: &Tensor,
    scale: &Tensor,
    zero_point: &Tensor,
    quant_min: i64,
    quant_max: i64,
) -> Result<Tensor> {
    Grid::of_tensors(ctx, scale, zero_point, None, [quant_min, quant_max]).dequantize(ctx, input)
}

/// Dequantization with a scale and a zero point for each index along an axis. Without zero points they are zero.
#[converter("quantized_decomposed.dequantize_per_channel.default", crate = crate)]
fn dequantize_per_channel(
    ctx: &mut Context,
    input: &Tensor,
    scales: &Tensor,
    zero_points: Option<&Tensor>,
    axis: i64,
    quant_min: i64,
    quant_max: i64,
) -> Result<Tensor> {
    let (axis, range) = (Some(input.axis(axis)?), [quant_min, quant_max]);
    match zero_points {
        Some(zero_points) => Grid::of_tensors(ctx, scales, zero_points, axis, range),
        None => Grid::symmetric(ctx, scales, axis, range),
    }
    .dequantize(ctx, input)
}

impl Grid {
    fn quantize(&self, ctx: &mut Context, input: &Tensor, dtype: DType) -> Result<Tensor> {
        let x = ctx.cast(input, DataType::Float)?;
        // TensorRT does not quantize a tensor without dimensions.
        let by_layer = dtype == DType::Int8 && x.rank() > 0;
        if let (Some(scale), true) = (self.int8_scale(), by_layer) {
            let x = self.above_lowest(ctx, &x, scale)?;
            let (scale, axis) = self.layer_scale(ctx, scale)?;
            let int8 = quantize_layer(ctx, &x, scale, axis)?;
            return ctx.wrap_int8(int8, &x);
        }
        let integers = self.integers(ctx, &x)?;
        let integers = self.clamped(ctx, &integers)?;
        let dtype = ctx.output_dtype(0)?;
        if dtype.is_float() {
            return Err(Error::new(format!(
                "quantization to {dtype} is not supported"
            )));
        }
        ctx.cast(&integers, dtype)
    }

    fn dequantize(&self, ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
        let dtype = ctx.output_dtype(0)?;
        let by_layer = self.int8_scale().filter(|_| input.rank() > 0);
        let floats = match by_layer.map(|scale| (scale, ctx.int8(input))) {
            Some((scale, Ok(Some(int8)))) => {
                let (scale, axis) = self.layer_scale(ctx, scale)?;
                dequantize_layer(ctx, int8, scale, axis)?
            }
            Some((_, Err(error))) => return Err(error),
            _ => {
                let integers = ctx.cast(input, DataType::Float)?;
                self.scaled(ctx, &integers)?
            }
        };
        ctx.cast(&floats, dtype)
    }
}
