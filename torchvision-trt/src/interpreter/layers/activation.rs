//! [Activation](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Activation.html) and
//! [ParametricReLU](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/ParametricReLU.html).

use tch::Tensor;
use trt::ActivationType;
use trt::layers::Activation;

use crate::interpreter::call::Call;
use crate::interpreter::error::Result;

pub(super) fn activation(call: &Call, layer: &Activation<'_>) -> Result<Tensor> {
    let x = call.input(0)?;
    // TensorRT keeps both as fp32, as it keeps x.
    let (alpha, beta) = (layer.alpha()?, layer.beta()?);
    Ok(match layer.activation_type()? {
        ActivationType::Relu => x.f_relu()?,
        ActivationType::Sigmoid => x.f_sigmoid()?,
        ActivationType::Tanh => x.f_tanh()?,
        ActivationType::LeakyRelu => negative_part(x, &x.f_mul_scalar(alpha)?)?,
        ActivationType::Elu => negative_part(x, &x.f_expm1()?.f_mul_scalar(alpha)?)?,
        ActivationType::Selu => {
            negative_part(x, &x.f_expm1()?.f_mul_scalar(alpha)?)?.f_mul_scalar(beta)?
        }
        ActivationType::Softsign => x.f_div(&x.f_abs()?.f_add_scalar(1.0)?)?,
        // log(exp(y) + 1) overflows for large y where log(exp(y) + exp(0)) computed as one does not.
        ActivationType::Softplus => {
            let y = x.f_mul_scalar(beta)?;
            y.f_logaddexp(&y.f_zeros_like()?)?.f_mul_scalar(alpha)?
        }
        ActivationType::Clip => x.f_clamp_max(beta)?.f_clamp_min(alpha)?,
        ActivationType::HardSigmoid => x
            .f_mul_scalar(alpha)?
            .f_add_scalar(beta)?
            .f_clamp(0.0, 1.0)?,
        ActivationType::ScaledTanh => x.f_mul_scalar(beta)?.f_tanh()?.f_mul_scalar(alpha)?,
        ActivationType::ThresholdedRelu => x.f_where_self(&x.f_gt(alpha)?, &x.f_zeros_like()?)?,
        ActivationType::GeluErf => x.f_gelu("none")?,
        ActivationType::GeluTanh => x.f_gelu("tanh")?,
    })
}

pub(super) fn parametric_relu(call: &Call) -> Result<Tensor> {
    let (x, slope) = (call.input(0)?, call.input(1)?);
    negative_part(x, &x.f_mul(slope)?)
}

/// `x` where it is not negative, `negative` elsewhere.
fn negative_part(x: &Tensor, negative: &Tensor) -> Result<Tensor> {
    Ok(x.f_where_self(&x.f_ge(0.0)?, negative)?)
}
