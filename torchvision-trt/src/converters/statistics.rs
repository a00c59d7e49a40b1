//! Variance and standard deviation ([torch.var](https://docs.pytorch.org/docs/2.11/generated/torch.var.html)).

use trt::UnaryOperation;

use super::reduce::axes_or_all;
use crate::convert::{Context, Error, Result, Scalar, Tensor, converter};

/// The correction of a variance: by number, or 1 for the old `unbiased`.
fn correction_of(correction: Option<Scalar>, unbiased: Option<bool>) -> Result<f64> {
    match (correction, unbiased) {
        (Some(scalar), _) => scalar
            .as_f64()
            .ok_or_else(|| Error::new("a correction that depends on input sizes")),
        (None, Some(false)) => Ok(0.0),
        (None, _) => Ok(1.0),
    }
}

/// Variance over some or all dimensions.
#[converter("aten.var.correction", "aten.var.dim", "aten.var.default", "torch.var", crate = crate)]
fn var(
    ctx: &mut Context,
    input: &Tensor,
    dim: Option<&[i64]>,
    correction: Option<Scalar>,
    unbiased: Option<bool>,
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    let axes = axes_or_all(input, dim)?;
    Ok(ctx
        .variance(input, &axes, correction_of(correction, unbiased)?, keepdim)?
        .0)
}

/// Standard deviation over some or all dimensions.
#[converter("aten.std.correction", "aten.std.dim", "aten.std.default", "torch.std", crate = crate)]
fn std(
    ctx: &mut Context,
    input: &Tensor,
    dim: Option<&[i64]>,
    correction: Option<Scalar>,
    unbiased: Option<bool>,
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    let variance = var(ctx, input, dim, correction, unbiased, keepdim)?;
    ctx.unary(UnaryOperation::Sqrt, &variance)
}

/// Variance and mean over some or all dimensions.
#[converter("aten.var_mean.correction", "aten.var_mean.dim", "aten.var_mean.default", "torch.var_mean", crate = crate)]
fn var_mean(
    ctx: &mut Context,
    input: &Tensor,
    dim: Option<&[i64]>,
    correction: Option<Scalar>,
    unbiased: Option<bool>,
    #[default(false)] keepdim: bool,
) -> Result<(Tensor, Tensor)> {
    let axes = axes_or_all(input, dim)?;
    ctx.variance(input, &axes, correction_of(correction, unbiased)?, keepdim)
}

/// Standard deviation and mean over some or all dimensions.
#[converter("aten.std_mean.correction", "aten.std_mean.dim", "aten.std_mean.default", "torch.std_mean", crate = crate)]
fn std_mean(
    ctx: &mut Context,
    input: &Tensor,
    dim: Option<&[i64]>,
    correction: Option<Scalar>,
    unbiased: Option<bool>,
    #[default(false)] keepdim: bool,
) -> Result<(Tensor, Tensor)> {
    let (variance, mean) = var_mean(ctx, input, dim, correction, unbiased, keepdim)?;
    Ok((ctx.unary(UnaryOperation::Sqrt, &variance)?, mean))
}
