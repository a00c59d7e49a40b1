//! Activations ([torch.nn.functional](https://docs.pytorch.org/docs/2.11/nn.functional.html#non-linear-activation-functions)).

use trt::{ActivationType, DataType, ElementWiseOperation, UnaryOperation};

use crate::convert::{Call, Context, Result, Scalar, Tensor, converter};
use crate::graph::Argument;

/// `max(x, 0)`, also of integers.
#[converter("aten.relu.default", "torch.nn.ReLU.forward", "torch.relu", "torch.nn.functional.relu", "torch.Tensor.relu", crate = crate)]
fn relu(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    if input.dtype().is_float() {
        ctx.activation(ActivationType::Relu, input)
    } else {
        ctx.maximum(input, 0)
    }
}

/// `min(max(x, 0), 6)`
#[converter("aten.relu6.default", "torch.nn.ReLU6.forward", "torch.nn.functional.relu6", crate = crate)]
fn relu6(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    clip(ctx, input, 0.0, 6.0)
}

/// `min(max(x, min_val), max_val)`
#[converter("aten.hardtanh.default", "torch.nn.Hardtanh.forward", "torch.nn.functional.hardtanh", crate = crate)]
fn hardtanh(
    ctx: &mut Context,
    input: &Tensor,
    #[default(-1.0)] min_val: f64,
    #[default(1.0)] max_val: f64,
) -> Result<Tensor> {
    clip(ctx, input, min_val, max_val)
}

fn clip(ctx: &mut Context, input: &Tensor, low: f64, high: f64) -> Result<Tensor> {
    if input.dtype().is_float() {
        return ctx.activation_with(ActivationType::Clip, input, low, high);
    }
    // Of integers PyTorch takes the bounds as such.
    let clamped = ctx.maximum(input, low as i64)?;
    ctx.minimum(&clamped, high as i64)
}

/// `1 / (1 + exp(-x))`
#[converter("aten.sigmoid.default", "aten.special_expit.default", "torch.nn.Sigmoid.forward", "torch.sigmoid", "torch.nn.functional.sigmoid", "torch.Tensor.sigmoid", crate = crate)]
fn sigmoid(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let input = ctx.as_float(input)?;
    ctx.activation(ActivationType::Sigmoid, &input)
}

/// `tanh(x)`
#[converter("aten.tanh.default", "torch.nn.Tanh.forward", "torch.tanh", "torch.nn.functional.tanh", "torch.Tensor.tanh", crate = crate)]
fn tanh(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let input = ctx.as_float(input)?;
    ctx.activation(ActivationType::Tanh, &input)
}

/// `x` where positive, else `negative_slope * x`.
#[converter("aten.leaky_relu.default", "torch.nn.LeakyReLU.forward", "torch.nn.functional.leaky_relu", crate = crate)]
fn leaky_relu(
    ctx: &mut Context,
    input: &Tensor,
    #[default(0.01)] negative_slope: f64,
) -> Result<Tensor> {
    ctx.activation_with(ActivationType::LeakyRelu, input, negative_slope, 0.0)
}

/// `scale * x` where positive, else `scale * alpha * (exp(input_scale * x) - 1)`.
#[converter("aten.elu.default", "torch.nn.ELU.forward", "torch.nn.functional.elu", crate = crate)]
fn elu(
    ctx: &mut Context,
    input: &Tensor,
    #[default(1.0)] alpha: f64,
    #[default(1.0)] scale: f64,
    #[default(1.0)] input_scale: f64,
) -> Result<Tensor> {
    if scale == 1.0 && input_scale == 1.0 {
        return ctx.activation_with(ActivationType::Elu, input, alpha, 0.0);
    }
    // TensorRT's ELU of input_scale * x is right where x is negative; elsewhere x itself is wanted.
    let scaled = ctx.mul(input, input_scale)?;
    let negative = ctx.activation_with(ActivationType::Elu, &scaled, alpha, 0.0)?;
    let positive = ctx.compare(ElementWiseOperation::Greater, input, 0)?;
    let either = ctx.select_where(&positive, input, &negative)?;
    ctx.mul(&either, scale)
}

/// ELU with the constants of self-normalizing networks.
#[converter("aten.selu.default", "torch.nn.SELU.forward", "torch.selu", "torch.nn.functional.selu", crate = crate)]
fn selu(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    const ALPHA: f64 = 1.673_263_242_354_377_2;
    const SCALE: f64 = 1.050_700_987_355_480_5;
    ctx.activation_with(ActivationType::Selu, input, ALPHA, SCALE)
}

/// `x` where positive, else `alpha * (exp(x / alpha) - 1)`.
#[converter("aten.celu.default", "torch.nn.CELU.forward", "torch.celu", "torch.nn.functional.celu", crate = crate)]
fn celu(ctx: &mut Context, input: &Tensor, #[default(1.0)] alpha: f64) -> Result<Tensor> {
    elu(ctx, input, alpha, 1.0, 1.0 / alpha)
}

/// `x` where positive, else `weight * x`, with one weight for all or one for each channel.
#[converter("aten.prelu.default", "aten._prelu_kernel.default", "torch.nn.PReLU.forward", "torch.prelu", "torch.nn.functional.prelu", crate = crate)]
fn prelu(ctx: &mut Context, input: &Tensor, weight: &Tensor) -> Result<Tensor> {
    let weight = match (weight.rank(), input.rank()) {
        (1, 0) => ctx.squeeze(weight, &[0])?,
        (1, rank) if rank > 1 => ctx.along_channels(weight, rank)?,
        _ => *weight,
    };
    let negative = ctx.minimum(input, 0.0)?;
    let scaled = ctx.mul(&negative, &weight)?;
    let positive = ctx.activation(ActivationType::Relu, input)?;
    ctx.add(&positive, &scaled)
}

/// `x * Φ(x)`, exact or by its tanh approximation as `approximate` says.
#[converter("aten.gelu.default", "torch.nn.GELU.forward", "torch.nn.functional.gelu", crate = crate)]
fn gelu(ctx: &mut Context, input: &Tensor, #[default("none")] approximate: &str) -> Result<Tensor> {
    if approximate == "tanh" {
        return ctx.activation(ActivationType::GeluTanh, input);
    }
    ctx.activation(ActivationType::GeluErf, input)
}

/// `x * sigmoid(x)`
#[converter("aten.silu.default", "torch.nn.SiLU.forward", "torch.nn.functional.silu", crate = crate)]
fn silu(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let gate = ctx.activation(ActivationType::Sigmoid, input)?;
    ctx.mul(input, &gate)
}

/// `x * tanh(softplus(x))`
#[converter("aten.mish.default", "torch.nn.Mish.forward", "torch.nn.functional.mish", crate = crate)]
fn mish(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let softplus = softplus(ctx, input, 1.0, 20.0)?;
    let gate = ctx.activation(ActivationType::Tanh, &softplus)?;
    ctx.mul(input, &gate)
}

/// `min(max(x + 3, 0), 6) / 6`
#[converter("aten.hardsigmoid.default", "torch.nn.Hardsigmoid.forward", "torch.nn.functional.hardsigmoid", crate = crate)]
fn hardsigmoid(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    ctx.activation_with(ActivationType::HardSigmoid, input, 1.0 / 6.0, 0.5)
}

/// `x * hardsigmoid(x)`
#[converter("aten.hardswish.default", "torch.nn.Hardswish.forward", "torch.nn.functional.hardswish", crate = crate)]
fn hardswish(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let gate = hardsigmoid(ctx, input)?;
    ctx.mul(input, &gate)
}

/// `log(1 + exp(beta * x)) / beta`, and `x` where `beta * x` is above the threshold.
#[converter("aten.softplus.default", "torch.nn.Softplus.forward", "torch.nn.functional.softplus", crate = crate)]
fn softplus(
    ctx: &mut Context,
    input: &Tensor,
    #[default(1.0)] beta: f64,
    #[default(20.0)] threshold: f64,
) -> Result<Tensor> {
    // With y = beta * x, (max(y, 0) + log(1 + exp(-|y|))) / beta cannot overflow.
    let scaled = ctx.mul(input, beta)?;
    let magnitude = ctx.unary(UnaryOperation::Abs, &scaled)?;
    let exponent = ctx.unary(UnaryOperation::Neg, &magnitude)?;
    let exp = ctx.unary(UnaryOperation::Exp, &exponent)?;
    let log = ctx.log1p(&exp)?;
    let linear = ctx.activation(ActivationType::Relu, &scaled)?;
    let sum = ctx.add(&linear, &log)?;
    let smooth = ctx.div(&sum, beta)?;
    if threshold >= 20.0 {
        // The logarithm is below 3e-9 there.
        return Ok(smooth);
    }
    let above = ctx.compare(ElementWiseOperation::Greater, &scaled, threshold)?;
    ctx.select_where(&above, input, &smooth)
}

/// `log(sigmoid(x))`
#[converter("aten.log_sigmoid.default", "torch.nn.LogSigmoid.forward", "torch.nn.functional.logsigmoid", crate = crate)]
fn log_sigmoid(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let negated = ctx.unary(UnaryOperation::Neg, input)?;
    let softplus = softplus(ctx, &negated, 1.0, 20.0)?;
    ctx.unary(UnaryOperation::Neg, &softplus)
}

/// `x` where above the threshold or NaN, else `value`.
#[converter("aten.threshold.default", "torch.nn.Threshold.forward", "torch.nn.functional.threshold", crate = crate)]
fn threshold(
    ctx: &mut Context,
    input: &Tensor,
    threshold: Scalar,
    value: Scalar,
) -> Result<Tensor> {
    let not_above = not_above(ctx, input, threshold)?;
    let other = ctx.scalar(&value, input.dtype(), 0)?;
    ctx.select_where(&not_above, &other, input)
}

/// `x` where `|x|` is above `lambd` or NaN, else 0.
#[converter("aten.hardshrink.default", "torch.nn.Hardshrink.forward", "torch.nn.functional.hardshrink", crate = crate)]
fn hardshrink(ctx: &mut Context, input: &Tensor, #[default(0.5)] lambd: f64) -> Result<Tensor> {
    let magnitude = ctx.unary(UnaryOperation::Abs, input)?;
    let not_above = not_above(ctx, &magnitude, Scalar::Float(lambd))?;
    ctx.select_where(&not_above, 0.0, input)
}

/// `x <= bound`, which NaN is not.
fn not_above(ctx: &mut Context, x: &Tensor, bound: Scalar) -> Result<Tensor> {
    let less = ctx.compare(ElementWiseOperation::Less, x, bound.clone())?;
    let equal = ctx.compare(ElementWiseOperation::Equal, x, bound)?;
    let operands = [(&less).into(), (&equal).into()];
    ctx.elementwise_in(DataType::Bool, ElementWiseOperation::Or, &operands)
}

/// `x` moved towards 0 by `lambd`.
#[converter("aten.softshrink.default", "torch.nn.Softshrink.forward", "torch.nn.functional.softshrink", crate = crate)]
fn softshrink(ctx: &mut Context, input: &Tensor, #[default(0.5)] lambd: f64) -> Result<Tensor> {
    let clamped = clip(ctx, input, -lambd, lambd)?;
    ctx.sub(input, &clamped)
}

/// First half along a dimension times the sigmoid of the second.
#[converter("aten.glu.default", "torch.nn.GLU.forward", "torch.nn.functional.glu", crate = crate)]
fn glu(ctx: &mut Context, input: &Tensor, #[default(-1)] dim: i64) -> Result<Tensor> {
    let axis = input.axis(dim)?;
    let half = ctx.sizes(input)?[axis].floor_div(2);
    let parts = ctx.split(input, axis, &[half.clone(), half])?;
    let gate = ctx.activation(ActivationType::Sigmoid, &parts[1])?;
    ctx.mul(&parts[0], &gate)
}

/// The input: dropout does nothing outside of training. Its mask, where it has one, is true everywhere.
#[converter(
    "aten.dropout.default", "aten.feature_dropout.default", "aten.alpha_dropout.default", "aten.feature_alpha_dropout.default",
    "aten.native_dropout.default",
    "torch.nn.Dropout.forward", "torch.nn.functional.dropout", when = not_training, crate = crate
)]
fn dropout(ctx: &mut Context, input: &Tensor) -> Result<Vec<Tensor>> {
    let mut outputs = vec![*input];
    if ctx.call().reads_output(1) {
        let mask = ctx.scalar(&Scalar::Bool(true), DataType::Bool, input.rank())?;
        let sizes = ctx.sizes(input)?;
        outputs.push(ctx.expand(&mask, &sizes)?);
    }
    Ok(outputs)
}

/// `x` where positive, else `x` times the mean of the bounds: what a randomized ReLU does outside of training.
#[converter("aten.rrelu.default", "aten.rrelu_with_noise_functional.default", "torch.nn.RReLU.forward", when = not_training, crate = crate)]
fn rrelu(
    ctx: &mut Context,
    input: &Tensor,
    #[default(0.125)] lower: f64,
    #[default(1.0 / 3.0)] upper: f64,
) -> Result<Vec<Tensor>> {
    let slope = (lower + upper) / 2.0;
    // The noise, where it is an output, is read in training only.
    Ok(vec![ctx.activation_with(
        ActivationType::LeakyRelu,
        input,
        slope,
        0.0,
    )?])
}

pub(super) fn not_training(call: &Call) -> std::result::Result<(), String> {
    let training = [call.arg("train"), call.arg("training")];
    if training
        .iter()
        .any(|a| matches!(a, Some(Argument::Bool(true))))
    {
        return Err("it is in training mode: call model.eval() before torch.export.export".into());
    }
    Ok(())
}

/// 0 where negative, 1 where positive, `values` where 0.
#[converter("aten.heaviside.default", "torch.heaviside", crate = crate)]
fn heaviside(ctx: &mut Context, input: &Tensor, values: &Tensor) -> Result<Tensor> {
    let zero = ctx.compare(ElementWiseOperation::Equal, input, 0)?;
    let positive = ctx.compare(ElementWiseOperation::Greater, input, 0)?;
    let step = ctx.cast(&positive, input.dtype())?;
    ctx.select_where(&zero, values, &step)
}
