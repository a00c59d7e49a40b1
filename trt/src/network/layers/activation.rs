//! Activation functions.

use super::{add_layer, layer_type};
use crate::network::{Network, Tensor};
use crate::{ActivationType, Result};

layer_type! {
    /// Activation function, element by element.
    ///
    /// Follows [`IActivationLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Activation.html).
    Activation {
        /// The function.
        activation_type, set_activation_type: ActivationType = ACTIVATION_TYPE;
        /// Parameter `a` of the function.
        alpha, set_alpha: f64 = ALPHA;
        /// Parameter `b` of the function.
        beta, set_beta: f64 = BETA;
    }
}

layer_type! {
    /// `x >= 0 ? x : slope * x`, with a slope (input 1) that broadcasts to the input.
    ///
    /// Follows [`IParametricReLULayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/ParametricReLU.html).
    ParametricRelu {}
}

impl Network<'_> {
    /// Adds an activation function.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_activation(
        &self,
        input: Tensor<'_>,
        activation_type: ActivationType,
    ) -> Result<Activation<'_>> {
        add_layer!(self.add_activation(input.raw(), activation_type.to_raw()) of &[input])
            .map(Activation)
    }

    /// Adds a leaky ReLU with slopes; `slope` broadcasts to `input`.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_parametric_relu(
        &self,
        input: Tensor<'_>,
        slope: Tensor<'_>,
    ) -> Result<ParametricRelu<'_>> {
        add_layer!(self.add_parametric_relu(input.raw(), slope.raw()) of &[input, slope])
            .map(ParametricRelu)
    }
}
