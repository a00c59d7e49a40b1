//! Resize and sampling at coordinates.

use super::{add_layer, layer_type};
use crate::network::{Network, Tensor};
use crate::{
    Dims, InterpolationMode, ResizeCoordinateTransformation, ResizeRoundMode, ResizeSelector,
    Result, SampleMode,
};

layer_type! {
    /// Resize by interpolation, to a given shape or by given scales.
    ///
    /// Optional input 1: the output shape.
    /// Follows [`IResizeLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Resize.html).
    Resize {
        /// The output shape.
        output_dimensions, set_output_dimensions: Dims = OUTPUT_DIMENSIONS;
        /// The scale of each dimension; empty when the output shape is given instead.
        scales, set_scales: Floats = SCALES;
        /// How values between elements are computed.
        interpolation_mode, set_interpolation_mode: InterpolationMode = INTERPOLATION_MODE;
        /// Which input coordinate an output coordinate stands for.
        coordinate_transformation, set_coordinate_transformation: ResizeCoordinateTransformation = COORDINATE_TRANSFORMATION;
        /// Which element a resize to one element reads.
        selector_for_single_pixel, set_selector_for_single_pixel: ResizeSelector = SELECTOR_FOR_SINGLE_PIXEL;
        /// How nearest-neighbour coordinates are rounded.
        nearest_rounding, set_nearest_rounding: ResizeRoundMode = NEAREST_ROUNDING;
        /// Coefficient of cubic interpolation.
        cubic_coefficient, set_cubic_coefficient: f64 = CUBIC_COEFFICIENT;
        /// Whether weights of elements outside are zero, the rest normalized.
        exclude_outside, set_exclude_outside: bool = EXCLUDE_OUTSIDE;
    }
}

layer_type! {
    /// Samples the input (`NCHW`) at the coordinates of the grid (`[N, H', W', 2]`, from -1 to 1).
    ///
    /// Follows [`IGridSampleLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/GridSample.html).
    GridSample {
        /// How values between elements are computed.
        interpolation_mode, set_interpolation_mode: InterpolationMode = INTERPOLATION_MODE;
        /// Whether -1 and 1 are the centres of the corner elements rather than their edges.
        align_corners, set_align_corners: bool = ALIGN_CORNERS;
        /// What is read outside.
        sample_mode, set_sample_mode: SampleMode = SAMPLE_MODE;
    }
}

impl Network<'_> {
    /// Adds a resize; the output shape or scales are set on the layer.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_resize(&self, input: Tensor<'_>) -> Result<Resize<'_>> {
        add_layer!(self.add_resize(input.raw()) of &[input]).map(Resize)
    }

    /// Adds a sampling of `input` at the coordinates of `grid`.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_grid_sample(&self, input: Tensor<'_>, grid: Tensor<'_>) -> Result<GridSample<'_>> {
        add_layer!(self.add_grid_sample(input.raw(), grid.raw()) of &[input, grid]).map(GridSample)
    }
}
