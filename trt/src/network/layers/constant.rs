//! Constants and generated numbers.

use super::{add_layer, layer_type};
use crate::network::{Network, Weights};
use crate::{DataType, Dims, Error, FillOperation, Result};

layer_type! {
    /// A constant tensor.
    ///
    /// Follows [`IConstantLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Constant.html).
    Constant {
        /// The values; the setter copies them.
        weights, set_weights: Weights = WEIGHTS;
        /// The shape.
        dimensions, set_dimensions: Dims = DIMENSIONS;
    }
}

layer_type! {
    /// A tensor of generated numbers.
    ///
    /// Optional inputs: 0 shape, 1 alpha, 2 beta; they replace the properties.
    /// Follows [`IFillLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Fill.html).
    Fill {
        /// The shape, unless input 0 gives it.
        dimensions, set_dimensions: Dims = DIMENSIONS;
        /// What is generated.
        operation, set_operation: FillOperation = OPERATION;
        /// Start, minimum or mean.
        alpha, set_alpha: f64 = ALPHA;
        /// Step, maximum or standard deviation.
        beta, set_beta: f64 = BETA;
        /// [`alpha`](Self::alpha) of an integer tensor.
        alpha_int64, set_alpha_int64: i64 = ALPHA_INT64;
        /// [`beta`](Self::beta) of an integer tensor.
        beta_int64, set_beta_int64: i64 = BETA_INT64;
        /// Whether alpha and beta were given as integers.
        is_alpha_beta_int64: bool = IS_ALPHA_BETA_INT64;
        /// Element type of the output.
        to_type, set_to_type: DataType = TO_TYPE;
    }
}

impl<'a> Network<'a> {
    /// Adds a constant of shape `dims`.
    ///
    /// # Errors
    /// The weights are not those of such a shape, or TensorRT refuses them.
    pub fn add_constant(&self, dims: &[i64], weights: Weights<'a>) -> Result<Constant<'_>> {
        let dims = Dims::new(dims)?;
        let dtype = weights.dtype();
        // TensorRT multiplies sizes without a look at overflows, and complains about the wrong number in the build only.
        let count = dims.volume().filter(|&count| {
            dtype.bytes_for(count) == Some(weights.bytes().len()) && i64::try_from(count).is_ok()
        });
        let count = count.ok_or_else(|| Error::Shape {
            what: "constant".into(),
            detail: format!(
                "{:?} of type {dtype} does not fit weights of {} bytes",
                &*dims,
                weights.bytes().len()
            ),
        })?;
        let weights = trt_sys::TrtWeights {
            // In the types of four bits, the bytes leave open whether the last half of one counts.
            count: count as i64,
            ..weights.to_raw()?
        };
        add_layer!(self.add_constant(&dims.to_raw(), weights) of &[]).map(Constant)
    }

    /// Adds generated numbers of shape `dims` (unless input 0 of the layer gives it) and type `dtype`.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_fill(
        &self,
        dims: &[i64],
        operation: FillOperation,
        dtype: DataType,
    ) -> Result<Fill<'_>> {
        let dims = Dims::new(dims)?.to_raw();
        add_layer!(self.add_fill(&dims, operation.to_raw(), dtype.to_raw()) of &[]).map(Fill)
    }
}
