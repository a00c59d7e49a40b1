//! Functions of one tensor that are composed of others ([torch.special](https://docs.pytorch.org/docs/2.11/special.html)).

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use trt::{DataType, ElementWiseOperation as Op, UnaryOperation};

use crate::convert::{Context, Result, Scalar, Tensor, converter};

/// `1 - erf(x)`, accurate where that is small.
#[converter("aten.erfc.default", "aten.special_erfc.default", "torch.erfc", "torch.special.erfc", crate = crate)]
fn erfc(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let x = ctx.as_float(input)?;
    complement(ctx, &x)
}

/// The normal distribution function: `erfc(-x / sqrt(2)) / 2`.
#[converter("aten.special_ndtr.default", "torch.special.ndtr", crate = crate)]
fn ndtr(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let x = ctx.as_float(input)?;
    let scaled = ctx.mul(&x, -FRAC_1_SQRT_2)?;
    let complement = complement(ctx, &scaled)?;
    ctx.mul(&complement, 0.5)
}

/// `1 - erf(x)` near 0; elsewhere `t * exp(-x² + polynomial(t))` with `t = 1 / (1 + |x| / 2)`, a Chebyshev fit that is off by
/// less than 1.2e-7 of the result (Numerical Recipes, 6.2).
fn complement(ctx: &mut Context, x: &Tensor) -> Result<Tensor> {
    const FIT: [f64; 10] = [
        0.170_872_77,
        -0.822_152_23,
        1.488_515_87,
        -1.135_203_98,
        0.278_868_07,
        -0.186_288_06,
        0.096_784_18,
        0.374_091_96,
        1.000_023_68,
        -1.265_512_23,
    ];
    let magnitude = ctx.unary(UnaryOperation::Abs, x)?;
    let half = ctx.mul(&magnitude, 0.5)?;
    let divisor = ctx.add(&half, 1.0)?;
    let t = ctx.unary(UnaryOperation::Recip, &divisor)?;
    let fit = polynomial(ctx, &t, &FIT)?;
    let square = ctx.mul(x, x)?;
    let exponent = ctx.sub(&fit, &square)?;
    let exp = ctx.unary(UnaryOperation::Exp, &exponent)?;
    let tail = ctx.mul(&t, &exp)?;
    let mirrored = ctx.sub(2.0, &tail)?;
    let negative = ctx.compare(Op::Less, x, 0.0)?;
    let far = ctx.select_where(&negative, &mirrored, &tail)?;
    let erf = ctx.unary(UnaryOperation::Erf, x)?;
    let near = ctx.sub(1.0, &erf)?;
    let small = ctx.compare(Op::Less, &magnitude, 0.5)?;
    ctx.select_where(&small, &near, &far)
}

/// The inverse of the Gauss error function, by the two polynomials that M. Giles gives for single precision
/// ("Approximating the erfinv function", 2010).
#[converter("aten.erfinv.default", "aten.special_erfinv.default", "torch.erfinv", "torch.special.erfinv", crate = crate)]
fn erfinv(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    const CENTRE: [f64; 9] = [
        2.810_226_36e-08,
        3.432_739_39e-07,
        -3.523_387_7e-06,
        -4.391_506_54e-06,
        0.000_218_580_87,
        -0.001_253_725_03,
        -0.004_177_681_640,
        0.246_640_727,
        1.501_409_41,
    ];
    const TAIL: [f64; 9] = [
        -0.000_200_214_257,
        0.000_100_950_558,
        0.001_349_343_22,
        -0.003_673_428_44,
        0.005_739_507_73,
        -0.007_622_461_3,
        0.009_438_870_47,
        1.001_674_06,
        2.832_976_82,
    ];
    let x = ctx.as_float(input)?;
    let square = ctx.mul(&x, &x)?;
    let negated = ctx.unary(UnaryOperation::Neg, &square)?;
    let log = ctx.log1p(&negated)?;
    let w = ctx.unary(UnaryOperation::Neg, &log)?;
    let near = ctx.sub(&w, 2.5)?;
    let near = polynomial(ctx, &near, &CENTRE)?;
    let root = ctx.unary(UnaryOperation::Sqrt, &w)?;
    let far = ctx.sub(&root, 3.0)?;
    let far = polynomial(ctx, &far, &TAIL)?;
    let central = ctx.compare(Op::Less, &w, 5.0)?;
    let factor = ctx.select_where(&central, &near, &far)?;
    let end = ctx.compare(Op::Equal, &square, 1.0)?;
    let factor = ctx.select_where(&end, f64::INFINITY, &factor)?;
    ctx.mul(&factor, &x)
}

/// A polynomial, its highest coefficient first.
pub(super) fn polynomial(ctx: &mut Context, x: &Tensor, coefficients: &[f64]) -> Result<Tensor> {
    let (first, others) = coefficients.split_first().unwrap_or((&0.0, &[]));
    let mut result = ctx.filled_like(x, &Scalar::Float(*first))?;
    for coefficient in others {
        let product = ctx.mul(&result, x)?;
        result = ctx.add(&product, *coefficient)?;
    }
    Ok(result)
}

/// `sin(πx) / (πx)`, and 1 at 0.
#[converter("aten.sinc.default", "aten.special_sinc.default", "torch.sinc", crate = crate)]
fn sinc(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let x = ctx.as_float(input)?;
    let angle = ctx.mul(&x, PI)?;
    let sin = ctx.unary(UnaryOperation::Sin, &angle)?;
    let ratio = ctx.div(&sin, &angle)?;
    let zero = ctx.compare(Op::Equal, &x, 0.0)?;
    ctx.select_where(&zero, 1.0, &ratio)
}

/// `log(x / (1 - x))`, with `x` kept `eps` away from 0 and 1 if it is given.
#[converter("aten.logit.default", "aten.special_logit.default", "torch.logit", "torch.special.logit", crate = crate)]
fn logit(ctx: &mut Context, input: &Tensor, eps: Option<f64>) -> Result<Tensor> {
    let mut x = ctx.as_float(input)?;
    if let Some(eps) = eps {
        x = ctx.maximum(&x, eps)?;
        x = ctx.minimum(&x, 1.0 - eps)?;
    }
    let rest = ctx.sub(1.0, &x)?;
    let odds = ctx.div(&x, &rest)?;
    ctx.unary(UnaryOperation::Log, &odds)
}

/// `-x * log(x)`: 0 at 0, -inf below.
#[converter("aten.special_entr.default", "torch.special.entr", crate = crate)]
fn entr(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let x = ctx.as_float(input)?;
    let log = ctx.unary(UnaryOperation::Log, &x)?;
    let product = ctx.mul(&x, &log)?;
    let entropy = ctx.unary(UnaryOperation::Neg, &product)?;
    let zero = ctx.compare(Op::Equal, &x, 0.0)?;
    let entropy = ctx.select_where(&zero, 0.0, &entropy)?;
    let negative = ctx.compare(Op::Less, &x, 0.0)?;
    ctx.select_where(&negative, f64::NEG_INFINITY, &entropy)
}

/// Degrees as radians.
#[converter("aten.deg2rad.default", "torch.deg2rad", crate = crate)]
fn deg2rad(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    ctx.mul(input, PI / 180.0)
}

/// Radians as degrees.
#[converter("aten.rad2deg.default", "torch.rad2deg", crate = crate)]
fn rad2deg(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    ctx.mul(input, 180.0 / PI)
}

/// The angle of real numbers: π where negative, NaN where NaN, else 0.
#[converter("aten.angle.default", "torch.angle", crate = crate)]
fn angle(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let x = ctx.as_float(input)?;
    let negative = ctx.compare(Op::Less, &x, 0.0)?;
    let angle = ctx.select_where(&negative, PI, 0.0)?;
    let angle = ctx.cast(&angle, x.dtype())?;
    let number = ctx.compare(Op::Equal, &x, &x)?;
    ctx.select_where(&number, &angle, &x)
}

/// Whether elements are negative, the zero among them too.
#[converter("aten.signbit.default", "torch.signbit", crate = crate)]
fn signbit(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    if input.dtype() == DataType::Bool {
        return ctx.filled_like(input, &Scalar::Bool(false));
    }
    ctx.sign_bit(input)
}

/// Whether elements are infinite and positive.
#[converter("aten.isposinf.default", "torch.isposinf", crate = crate)]
fn isposinf(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let x = ctx.as_float(input)?;
    ctx.compare(Op::Equal, &x, f64::INFINITY)
}

/// Whether elements are infinite and negative.
#[converter("aten.isneginf.default", "torch.isneginf", crate = crate)]
fn isneginf(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let x = ctx.as_float(input)?;
    ctx.compare(Op::Equal, &x, f64::NEG_INFINITY)
}

/// The input with numbers for NaN and the infinities: by default 0 and the greatest and smallest of its type.
#[converter("aten.nan_to_num.default", "torch.nan_to_num", crate = crate)]
fn nan_to_num(
    ctx: &mut Context,
    input: &Tensor,
    nan: Option<f64>,
    posinf: Option<f64>,
    neginf: Option<f64>,
) -> Result<Tensor> {
    let greatest = match input.dtype() {
        DataType::Float => f64::from(f32::MAX),
        DataType::Half => f64::from(half::f16::MAX),
        DataType::BFloat16 => f64::from(half::bf16::MAX),
        _ => return Ok(*input),
    };
    let number = ctx.compare(Op::Equal, input, input)?;
    let mut result = ctx.select_where(&number, input, nan.unwrap_or(0.0))?;
    for (infinity, value) in [
        (f64::INFINITY, posinf.unwrap_or(greatest)),
        (f64::NEG_INFINITY, neginf.unwrap_or(-greatest)),
    ] {
        let infinite = ctx.compare(Op::Equal, input, infinity)?;
        result = ctx.select_where(&infinite, value, &result)?;
    }
    Ok(result)
}
