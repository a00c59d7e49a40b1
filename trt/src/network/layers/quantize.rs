//! Quantization and dequantization.

use super::{add_layer, layer_type};
use crate::error::int32;
use crate::network::{Network, Tensor};
use crate::{DataType, Dims, Result};

layer_type! {
    /// `round(x / scale + zero_point)`, clamped. Inputs: x, scale, optionally the zero point.
    ///
    /// Follows [`IQuantizeLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Quantize.html).
    Quantize {
        /// The dimension that has one scale for each index.
        axis, set_axis: i64 = AXIS;
        /// Shape of the blocks that share a scale.
        block_shape, set_block_shape: Dims = BLOCK_SHAPE;
        /// Element type of the output.
        to_type, set_to_type: DataType = TO_TYPE;
    }
}

layer_type! {
    /// `(x - zero_point) * scale`. Inputs: x, scale, optionally the zero point.
    ///
    /// Follows [`IDequantizeLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Dequantize.html).
    Dequantize {
        /// The dimension that has one scale for each index.
        axis, set_axis: i64 = AXIS;
        /// Shape of the blocks that share a scale.
        block_shape, set_block_shape: Dims = BLOCK_SHAPE;
        /// Element type of the output.
        to_type, set_to_type: DataType = TO_TYPE;
    }
}

layer_type! {
    /// Quantization in blocks with scales computed from the data. Outputs: quantized data, scales.
    ///
    /// Follows [`IDynamicQuantizeLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/DynamicQuantize.html).
    DynamicQuantize {
        /// Shape of the blocks that share a scale.
        block_shape, set_block_shape: Dims = BLOCK_SHAPE;
        /// The dimension that is cut in blocks (older libraries).
        axis, set_axis: i64 = AXIS;
        /// Length of a block (older libraries).
        block_size, set_block_size: i64 = BLOCK_SIZE;
        /// Element type of output 0.
        to_type, set_to_type: DataType = TO_TYPE;
        /// Element type of output 1.
        scale_type, set_scale_type: DataType = SCALE_TYPE;
    }
}

impl Network<'_> {
    /// Adds a quantization to `dtype`.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_quantize(
        &self,
        input: Tensor<'_>,
        scale: Tensor<'_>,
        dtype: DataType,
    ) -> Result<Quantize<'_>> {
        add_layer!(self.add_quantize(input.raw(), scale.raw(), dtype.to_raw()) of &[input, scale])
            .map(Quantize)
    }

    /// Adds a dequantization to `dtype`.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_dequantize(
        &self,
        input: Tensor<'_>,
        scale: Tensor<'_>,
        dtype: DataType,
    ) -> Result<Dequantize<'_>> {
        add_layer!(self.add_dequantize(input.raw(), scale.raw(), dtype.to_raw()) of &[input, scale])
            .map(Dequantize)
    }

    /// Adds a quantization in blocks of `block_shape`, to `dtype` with scales of type `scale_dtype`.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_dynamic_quantize(
        &self,
        input: Tensor<'_>,
        block_shape: &[i64],
        dtype: DataType,
        scale_dtype: DataType,
    ) -> Result<DynamicQuantize<'_>> {
        let block_shape = Dims::new(block_shape)?.to_raw();
        add_layer!(self.add_dynamic_quantize_v2(input.raw(), &block_shape, dtype.to_raw(), scale_dtype.to_raw()) of &[input]).map(DynamicQuantize)
    }

    /// Adds a quantization in blocks of `block_size` along `axis`, as libraries before block shapes have it.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_dynamic_quantize_along(
        &self,
        input: Tensor<'_>,
        axis: i64,
        block_size: i64,
        dtype: DataType,
        scale_dtype: DataType,
    ) -> Result<DynamicQuantize<'_>> {
        let axis = int32("axis", axis)?;
        let block_size = int32("block size", block_size)?;
        add_layer!(self.add_dynamic_quantize(input.raw(), axis, block_size, dtype.to_raw(), scale_dtype.to_raw()) of &[input]).map(DynamicQuantize)
    }
}
