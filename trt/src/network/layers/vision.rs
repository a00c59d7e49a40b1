//! Layers for object detection.

use super::{add_layer, layer_type};
use crate::network::{Network, Tensor};
use crate::{BoundingBoxFormat, DataType, Result};

layer_type! {
    /// Non-maximum suppression.
    ///
    /// Inputs: boxes `[N, B, 4]` or `[N, B, C, 4]`, scores `[N, B, C]`, greatest number of boxes by class; optionally
    /// 3 the overlap and 4 the score from which boxes are dropped and kept. Outputs: indices `[n, 3]` of batch, class
    /// and box; their number.
    /// Follows [`INMSLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/NMS.html).
    Nms {
        /// How boxes are given.
        bounding_box_format, set_bounding_box_format: BoundingBoxFormat = BOUNDING_BOX_FORMAT;
        /// How many boxes of the best score are looked at.
        top_k_box_limit, set_top_k_box_limit: i64 = TOP_K_BOX_LIMIT;
        /// Element type of the indices.
        indices_type, set_indices_type: DataType = INDICES_TYPE;
    }
}

impl Network<'_> {
    /// Adds a non-maximum suppression; `indices` is the type of output 0, 32 or 64 bits.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_nms(
        &self,
        boxes: Tensor<'_>,
        scores: Tensor<'_>,
        max_boxes_per_class: Tensor<'_>,
        indices: DataType,
    ) -> Result<Nms<'_>> {
        add_layer!(self.add_nms(boxes.raw(), scores.raw(), max_boxes_per_class.raw(), indices.to_raw()) of &[boxes, scores, max_boxes_per_class]).map(Nms)
    }
}
