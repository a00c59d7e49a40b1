//! [Quantize](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Quantize.html) and
//! [Dequantize](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Dequantize.html).

use tch::{Kind, Tensor};
use trt::layers::{Dequantize, Quantize};
use trt::{DataType, Dims};

use crate::interpreter::call::Call;
use crate::interpreter::error::{Failure, Result};
use crate::interpreter::value;

pub(super) fn quantize(call: &Call, layer: &Quantize<'_>) -> Result<Tensor> {
    let x = call.input(0)?;
    let scaled = x.f_div(&scale(call, layer.axis()?, layer.block_shape().ok())?)?;
    Ok(match layer.to_type()? {
        DataType::Int8 => scaled.f_round()?.f_clamp(-128.0, 127.0)?,
        DataType::Int4 => scaled.f_round()?.f_clamp(-8.0, 7.0)?,
        // The rounding is that of the conversion, done when the result is stored.
        DataType::Fp8 => scaled.f_clamp(-448.0, 448.0)?,
        other => return Err(Failure::unsupported(format!("quantization to {other}"))),
    })
}

pub(super) fn dequantize(call: &Call, layer: &Dequantize<'_>) -> Result<Tensor> {
    let x = call.input(0)?.f_to_kind(Kind::Float)?;
    Ok(x.f_mul(&scale(call, layer.axis()?, layer.block_shape().ok())?)?)
}

/// The scale, shaped to broadcast over the input.
fn scale(call: &Call, axis: i64, block: Option<Dims>) -> Result<Tensor> {
    let (x, scale) = (call.input(0)?, call.input(1)?);
    if let Some(zero_point) = call.optional(2)
        && zero_point
            .f_to_kind(Kind::Float)?
            .f_count_nonzero(None)?
            .f_int64_value(&[])?
            != 0
    {
        return Err(Failure::unsupported("a zero point that is not zero"));
    }
    if block.is_some_and(|block| !block.is_empty()) {
        return Err(Failure::unsupported("quantization in blocks"));
    }
    if scale.numel() == 1 {
        return Ok(scale.f_reshape([1])?);
    }
    let axis = value::axis(axis, x.dim())? as usize;
    if scale.dim() != 1 || scale.size()[0] != x.size()[axis] {
        return Err(Failure::invalid(format!(
            "scale of shape {:?} along axis {axis} of {:?}",
            scale.size(),
            x.size()
        )));
    }
    let mut shape = vec![1; x.dim()];
    shape[axis] = -1;
    Ok(scale.f_reshape(shape)?)
}
