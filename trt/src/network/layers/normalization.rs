//! Normalization and affine maps.

use super::property::Axes;
use super::{add_layer, layer_type};
use crate::error::int32;
use crate::network::{Network, Tensor, Weights};
use crate::{DataType, Result, ScaleMode};

layer_type! {
    /// `(x * scale + shift) ^ power`.
    ///
    /// Follows [`IScaleLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Scale.html).
    Scale {
        /// How many coefficients there are.
        mode, set_mode: ScaleMode = MODE;
        /// What is added, or empty for 0; the setter copies it.
        shift, set_shift: Weights = SHIFT;
        /// What is multiplied, or empty for 1; the setter copies it.
        scale, set_scale: Weights = SCALE;
        /// The exponent, or empty for 1; the setter copies it.
        power, set_power: Weights = POWER;
        /// The dimension of the channels.
        channel_axis, set_channel_axis: i64 = CHANNEL_AXIS;
    }
}

layer_type! {
    /// Instance, group or layer normalization: `(x - mean) / sqrt(variance + epsilon) * scale + bias`.
    ///
    /// Inputs: x, scale, bias.
    /// Follows [`INormalizationLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Normalization.html).
    Normalization {
        /// What is added to the variance.
        epsilon, set_epsilon: f64 = EPSILON;
        /// The dimensions over which mean and variance are taken.
        axes, set_axes: Axes = AXES;
        /// Number of groups of channels.
        num_groups, set_num_groups: i64 = NB_GROUPS;
        /// Element type in which mean and variance are computed, in weakly typed networks.
        compute_precision, set_compute_precision: DataType = COMPUTE_PRECISION;
        /// Whether scale and bias have the shapes of the second form of the layer: those that ONNX prescribes.
        is_v2: bool = IS_V2;
    }
}

layer_type! {
    /// Local response normalization over channels: `x / (k + alpha / window * sum(x^2)) ^ beta`.
    ///
    /// Follows [`ILRNLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/LRN.html).
    Lrn {
        /// Number of channels in the sum.
        window_size, set_window_size: i64 = WINDOW_SIZE;
        /// Weight of the sum.
        alpha, set_alpha: f64 = ALPHA;
        /// The exponent.
        beta, set_beta: f64 = BETA;
        /// The summand.
        k, set_k: f64 = K;
    }
}

impl<'a> Network<'a> {
    /// Adds `(input * scale + shift) ^ power`; absent weights mean 0, 1 and 1. `channel_axis` counts in [`ScaleMode::Channel`].
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_scale(
        &self,
        input: Tensor<'_>,
        mode: ScaleMode,
        shift: Option<Weights<'a>>,
        scale: Option<Weights<'a>>,
        power: Option<Weights<'a>>,
        channel_axis: i64,
    ) -> Result<Scale<'_>> {
        // Absent weights must have the type of those that are there.
        let dtype = shift
            .or(scale)
            .or(power)
            .map_or(DataType::Float, |some| some.dtype());
        let [shift, scale, power] =
            [shift, scale, power].map(|weights| weights.unwrap_or(Weights::empty(dtype)).to_raw());
        let (shift, scale, power) = (shift?, scale?, power?);
        let channel_axis = int32("channel axis", channel_axis)?;
        add_layer!(self.add_scale(input.raw(), mode.to_raw(), shift, scale, power, channel_axis) of &[input]).map(Scale)
    }

    /// Adds a normalization in its first form: for instance normalization `scale` and `bias` are `[1, C, 1, 1]`, for group
    /// normalization `[1, groups, 1, 1]`, for layer normalization of the shape of the normalized dimensions, after ones.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_normalization(
        &self,
        input: Tensor<'_>,
        scale: Tensor<'_>,
        bias: Tensor<'_>,
        axes: Axes,
    ) -> Result<Normalization<'_>> {
        add_layer!(self.add_normalization(input.raw(), scale.raw(), bias.raw(), axes.bits()) of &[input, scale, bias]).map(Normalization)
    }

    /// Adds a normalization in its second form, of newer libraries: `scale` and `bias` broadcast to `input`, `[1, C, 1, 1]` also for
    /// group normalization.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_normalization_v2(
        &self,
        input: Tensor<'_>,
        scale: Tensor<'_>,
        bias: Tensor<'_>,
        axes: Axes,
    ) -> Result<Normalization<'_>> {
        add_layer!(self.add_normalization_v2(input.raw(), scale.raw(), bias.raw(), axes.bits()) of &[input, scale, bias]).map(Normalization)
    }

    /// Adds a local response normalization over `window` channels.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_lrn(
        &self,
        input: Tensor<'_>,
        window: i64,
        alpha: f32,
        beta: f32,
        k: f32,
    ) -> Result<Lrn<'_>> {
        add_layer!(self.add_lrn(input.raw(), window, alpha, beta, k) of &[input]).map(Lrn)
    }
}
