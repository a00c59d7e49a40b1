//! Converters for the model in `python/tidepool.py`. `docs/custom-converter.md` explains them.

use torchvision_trt::convert::{Call, Context, Result, Tensor, converter};
use torchvision_trt::graph::Argument;
use trt::{ActivationType, ReduceOperation, UnaryOperation};

/// The squared distance of each row of `x` to each row of `centres`.
#[converter("tidepool.squared_distances.default")]
fn squared_distances(ctx: &mut Context, x: &Tensor, centres: &Tensor) -> Result<Tensor> {
    let rows = ctx.unsqueeze(x, 1)?;
    let differences = ctx.sub(&rows, centres)?;
    let squares = ctx.mul(&differences, &differences)?;
    ctx.reduce(ReduceOperation::Sum, &squares, &[2], false)
}

/// `exp(-|x - centre|² * width)` for each row `x` of the input and each centre.
#[converter("tidepool.RadialBasis.forward")]
fn radial_basis(
    ctx: &mut Context,
    input: &Tensor,
    centres: &Tensor,
    width: &Tensor,
) -> Result<Tensor> {
    let distances = squared_distances(ctx, input, centres)?;
    let scaled = ctx.mul(&distances, width)?;
    let negative = ctx.unary(UnaryOperation::Neg, &scaled)?;
    ctx.unary(UnaryOperation::Exp, &negative)
}

/// `x * sigmoid(1.702 * x)`: two layers where the built-in converter takes the exact function, at most 0.021 away from it.
///
/// Restriction: `approximate='tanh'` is left to the built-in converter.
#[converter("aten.gelu.default", when = is_exact)]
fn quick_gelu(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let scaled = ctx.mul(input, 1.702)?;
    let gate = ctx.activation(ActivationType::Sigmoid, &scaled)?;
    ctx.mul(input, &gate)
}

fn is_exact(call: &Call) -> Result<(), String> {
    match call.arg("approximate") {
        Some(Argument::Str(mode)) if mode == "none" => Ok(()),
        _ => Err("only the exact GELU is approximated".into()),
    }
}
