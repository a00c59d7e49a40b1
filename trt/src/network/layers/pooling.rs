//! Pooling.

use super::{add_layer, layer_type};
use crate::network::{Network, Tensor};
use crate::{Dims, PaddingMode, PoolingType, Result};

layer_type! {
    /// Pooling over the last two or three dimensions.
    ///
    /// Follows [`IPoolingLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Pooling.html).
    Pooling {
        /// What a window computes.
        pooling_type, set_pooling_type: PoolingType = POOLING_TYPE;
        /// Weight of the average in [`PoolingType::MaxAverageBlend`].
        blend_factor, set_blend_factor: f64 = BLEND_FACTOR;
        /// Whether an average leaves padding out of the count.
        average_count_excludes_padding, set_average_count_excludes_padding: bool = AVERAGE_COUNT_EXCLUDES_PADDING;
        /// Size of the window in each spatial dimension.
        window_size, set_window_size: Dims = WINDOW_SIZE;
        /// Step in each spatial dimension.
        stride, set_stride: Dims = STRIDE;
        /// Padding on both sides of each spatial dimension.
        padding, set_padding: Dims = PADDING;
        /// Padding before each spatial dimension.
        pre_padding, set_pre_padding: Dims = PRE_PADDING;
        /// Padding after each spatial dimension.
        post_padding, set_post_padding: Dims = POST_PADDING;
        /// How the paddings give the output size.
        padding_mode, set_padding_mode: PaddingMode = PADDING_MODE;
    }
}

impl Network<'_> {
    /// Adds a pooling; stride and padding are set on the layer.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_pooling(
        &self,
        input: Tensor<'_>,
        pooling_type: PoolingType,
        window_size: &[i64],
    ) -> Result<Pooling<'_>> {
        let window_size = Dims::new(window_size)?.to_raw();
        add_layer!(self.add_pooling(input.raw(), pooling_type.to_raw(), &window_size) of &[input])
            .map(Pooling)
    }
}
