//! Functions of one tensor, element by element ([torch](https://docs.pytorch.org/docs/2.11/torch.html#pointwise-ops)).

use trt::{DataType, ElementWiseOperation, UnaryOperation};

use crate::convert::{Context, Error, Result, Tensor, converter};

/// Absolute value.
#[converter("aten.abs.default", "torch.abs", "torch.Tensor.abs", crate = crate)]
fn abs(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    if input.dtype() == DataType::Bool {
        Ok(*input)
    } else {
        ctx.unary(UnaryOperation::Abs, input)
    }
}

/// Negation.
#[converter("aten.neg.default", "torch.neg", "torch.Tensor.__neg__", crate = crate)]
fn neg(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    ctx.unary(UnaryOperation::Neg, input)
}

/// -1, 0 or 1.
#[converter("aten.sign.default", "aten.sgn.default", "torch.sign", crate = crate)]
fn sign(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    if input.dtype() == DataType::Bool {
        Ok(*input)
    } else {
        ctx.unary(UnaryOperation::Sign, input)
    }
}

/// Rounded down; integers are as they are.
#[converter("aten.floor.default", "torch.floor", crate = crate)]
fn floor(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    if input.dtype().is_float() {
        ctx.unary(UnaryOperation::Floor, input)
    } else {
        Ok(*input)
    }
}

/// Rounded up; integers are as they are.
#[converter("aten.ceil.default", "torch.ceil", crate = crate)]
fn ceil(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    if input.dtype().is_float() {
        ctx.unary(UnaryOperation::Ceil, input)
    } else {
        Ok(*input)
    }
}

/// Rounded to nearest, halves to even; integers are as they are.
#[converter("aten.round.default", "torch.round", crate = crate)]
fn round(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    if input.dtype().is_float() {
        ctx.unary(UnaryOperation::Round, input)
    } else {
        Ok(*input)
    }
}

/// Rounded to a number of decimals, negative ones in front of the point; integers are as they are.
#[converter("aten.round.decimals", crate = crate)]
fn round_decimals(ctx: &mut Context, input: &Tensor, decimals: i64) -> Result<Tensor> {
    if !input.dtype().is_float() {
        return Ok(*input);
    }
    let places = i32::try_from(decimals)
        .map_err(|_| Error::new(format!("rounding to {decimals} decimals")))?;
    let power = 10f64.powi(places.abs());
    if places < 0 {
        let scaled = ctx.div(input, power)?;
        let rounded = ctx.unary(UnaryOperation::Round, &scaled)?;
        return ctx.mul(&rounded, power);
    }
    let scaled = ctx.mul(input, power)?;
    let rounded = ctx.unary(UnaryOperation::Round, &scaled)?;
    ctx.div(&rounded, power)
}

macro_rules! float_functions {
    ($($(#[$doc:meta])* $name:ident: $operation:ident, $($key:literal),+;)*) => {$(
        $(#[$doc])*
        #[converter($($key),+, crate = crate)]
        fn $name(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
            ctx.float_unary(UnaryOperation::$operation, input)
        }
    )*};
}

float_functions! {
    /// Exponential.
    exp: Exp, "aten.exp.default", "torch.exp", "torch.Tensor.exp";
    /// Natural logarithm.
    log: Log, "aten.log.default", "torch.log", "torch.Tensor.log";
    /// Square root.
    sqrt: Sqrt, "aten.sqrt.default", "torch.sqrt", "torch.Tensor.sqrt";
    /// `1 / x`
    reciprocal: Recip, "aten.reciprocal.default", "torch.reciprocal";
    /// Sine.
    sin: Sin, "aten.sin.default", "torch.sin", "torch.Tensor.sin";
    /// Cosine.
    cos: Cos, "aten.cos.default", "torch.cos", "torch.Tensor.cos";
    /// Tangent.
    tan: Tan, "aten.tan.default", "torch.tan";
    /// Hyperbolic sine.
    sinh: Sinh, "aten.sinh.default", "torch.sinh";
    /// Hyperbolic cosine.
    cosh: Cosh, "aten.cosh.default", "torch.cosh";
    /// Inverse sine.
    asin: Asin, "aten.asin.default", "torch.asin";
    /// Inverse cosine.
    acos: Acos, "aten.acos.default", "torch.acos";
    /// Inverse tangent.
    atan: Atan, "aten.atan.default", "torch.atan";
    /// Inverse hyperbolic sine.
    asinh: Asinh, "aten.asinh.default", "torch.asinh";
    /// Inverse hyperbolic cosine.
    acosh: Acosh, "aten.acosh.default", "torch.acosh";
    /// Inverse hyperbolic tangent.
    atanh: Atanh, "aten.atanh.default", "torch.atanh";
    /// Gauss error function.
    erf: Erf, "aten.erf.default", "torch.erf";
}

/// `1 / sqrt(x)`
#[converter("aten.rsqrt.default", "torch.rsqrt", crate = crate)]
fn rsqrt(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let root = ctx.float_unary(UnaryOperation::Sqrt, input)?;
    ctx.unary(UnaryOperation::Recip, &root)
}

/// `x * x`
#[converter("aten.square.default", "torch.square", crate = crate)]
fn square(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    ctx.mul(input, input)
}

/// Logarithm to base 2.
#[converter("aten.log2.default", "torch.log2", crate = crate)]
fn log2(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let log = ctx.float_unary(UnaryOperation::Log, input)?;
    ctx.mul(&log, std::f64::consts::LOG2_E)
}

/// Logarithm to base 10.
#[converter("aten.log10.default", "torch.log10", crate = crate)]
fn log10(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let log = ctx.float_unary(UnaryOperation::Log, input)?;
    ctx.mul(&log, std::f64::consts::LOG10_E)
}

/// `log(1 + x)`, accurate for small `x`.
#[converter("aten.log1p.default", "aten.special_log1p.default", "torch.log1p", crate = crate)]
fn log1p(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let x = ctx.as_float(input)?;
    ctx.log1p(&x)
}

/// `exp(x) - 1`, accurate for small `x`.
#[converter("aten.expm1.default", "aten.special_expm1.default", "torch.expm1", "torch.special.expm1", crate = crate)]
fn expm1(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    // exp(x) - 1 = 2 * sinh(x / 2) * exp(x / 2) loses no digits.
    let x = ctx.as_float(input)?;
    let half = ctx.mul(&x, 0.5)?;
    let sinh = ctx.unary(UnaryOperation::Sinh, &half)?;
    let exp = ctx.unary(UnaryOperation::Exp, &half)?;
    let product = ctx.mul(&sinh, &exp)?;
    let result = ctx.mul(&product, 2.0)?;
    // Far below 0 the sine is an overflow times an underflow.
    let far = ctx.compare(ElementWiseOperation::Less, &x, -50.0)?;
    ctx.select_where(&far, -1.0, &result)
}
