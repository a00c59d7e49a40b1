//! The gamma function's logarithm and derivative
//! ([torch.special](https://docs.pytorch.org/docs/2.11/special.html)).

use std::f64::consts::PI;

use trt::{ElementWiseOperation as Op, UnaryOperation};

use super::special::polynomial;
use crate::convert::{Context, Result, Tensor, converter};

/// Euler's constant.
const GAMMA: f64 = 0.577_215_664_901_532_9;

/// The logarithm of the gamma function's magnitude.
#[converter("aten.lgamma.default", "aten.special_gammaln.default", "torch.lgamma", "torch.special.gammaln", crate = crate)]
fn lgamma(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let x = ctx.as_float(input)?;
    let mirrored = ctx.compare(Op::Less, &x, 0.5)?;
    let other = ctx.sub(1.0, &x)?;
    let z = ctx.select_where(&mirrored, &other, &x)?;
    // Near 1 and 2, where it is 0, from the power series at 2; elsewhere from Stirling's.
    let low = ctx.compare(Op::Less, &z, 1.5)?;
    let (from_one, from_two) = (ctx.sub(&z, 1.0)?, ctx.sub(&z, 2.0)?);
    let t = ctx.select_where(&low, &from_one, &from_two)?;
    let t = ctx.minimum(&t, 1.0)?;
    let near = polynomial(ctx, &t, &series_at_two())?;
    let log1p = ctx.log1p(&t)?;
    let near_one = ctx.sub(&near, &log1p)?;
    let near = ctx.select_where(&low, &near_one, &near)?;
    let far = stirling(ctx, &z)?;
    let is_near = ctx.compare(Op::Less, &z, 3.0)?;
    let log_gamma = ctx.select_where(&is_near, &near, &far)?;

    // Γ(x) Γ(1 - x) = π / sin(πx)
    let angle = fraction_angle(ctx, &x)?;
    let sine = ctx.unary(UnaryOperation::Sin, &angle)?;
    let sine = ctx.unary(UnaryOperation::Abs, &sine)?;
    let quotient = ctx.div(PI, &sine)?;
    let log = ctx.unary(UnaryOperation::Log, &quotient)?;
    let reflected = ctx.sub(&log, &log_gamma)?;
    let result = ctx.select_where(&mirrored, &reflected, &log_gamma)?;
    let end = ctx.compare(Op::Equal, &x, f64::NEG_INFINITY)?;
    ctx.select_where(&end, f64::INFINITY, &result)
}

/// The coefficients of `log(Γ(2 + t))`, which reach far enough for `|t| <= 1`, the highest first.
fn series_at_two() -> Vec<f64> {
    let higher = (2..=22).rev().map(|k| {
        let sign = if k % 2 == 0 { 1.0 } else { -1.0 };
        sign * zeta_minus_one(k) / f64::from(k)
    });
    higher.chain([1.0 - GAMMA, 0.0]).collect()
}

/// `ζ(k) - 1`: a sum, and what is left of it by Euler and Maclaurin.
fn zeta_minus_one(k: i32) -> f64 {
    const TERMS: i32 = 40;
    let (n, s) = (f64::from(TERMS), f64::from(k));
    let sum: f64 = (2..TERMS).map(|i| f64::from(i).powi(-k)).sum();
    sum + n.powi(1 - k) / (s - 1.0) + n.powi(-k) / 2.0 + s * n.powi(-k - 1) / 12.0
}

/// `log(Γ(z))` by Stirling's series, for `z` from 3 on.
fn stirling(ctx: &mut Context, z: &Tensor) -> Result<Tensor> {
    const SERIES: [f64; 5] = [
        1.0 / 1188.0,
        -1.0 / 1680.0,
        1.0 / 1260.0,
        -1.0 / 360.0,
        1.0 / 12.0,
    ];
    let z = ctx.maximum(z, 3.0)?;
    let inverse = ctx.unary(UnaryOperation::Recip, &z)?;
    let square = ctx.mul(&inverse, &inverse)?;
    let series = polynomial(ctx, &square, &SERIES)?;
    let series = ctx.mul(&series, &inverse)?;
    let log = ctx.unary(UnaryOperation::Log, &z)?;
    let (log, factor) = (ctx.sub(&log, 1.0)?, ctx.sub(&z, 0.5)?);
    let main = ctx.mul(&factor, &log)?;
    let constant = ((2.0 * PI).ln() - 1.0) / 2.0;
    let rest = ctx.add(&series, constant)?;
    ctx.add(&main, &rest)
}

/// `π` times the distance from the nearest integer, which is exact where `πx` is not.
fn fraction_angle(ctx: &mut Context, x: &Tensor) -> Result<Tensor> {
    let whole = ctx.unary(UnaryOperation::Round, x)?;
    let fraction = ctx.sub(x, &whole)?;
    ctx.mul(&fraction, PI)
}

/// The derivative of the gamma function's logarithm.
#[converter("aten.digamma.default", "aten.special_digamma.default", "aten.special_psi.default", "torch.digamma", "torch.special.digamma", crate = crate)]
fn digamma(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    const SHIFT: i32 = 6;
    const SERIES: [f64; 5] = [1.0 / 240.0, -1.0 / 252.0, 1.0 / 120.0, -1.0 / 12.0, 0.0];
    let x = ctx.as_float(input)?;
    let mirrored = ctx.compare(Op::Less, &x, 0.5)?;
    let other = ctx.sub(1.0, &x)?;
    let z = ctx.select_where(&mirrored, &other, &x)?;
    // ψ(z) = ψ(z + 1) - 1 / z, as often as the series needs.
    let small = ctx.compare(Op::Less, &z, f64::from(SHIFT))?;
    let shifted = ctx.add(&z, f64::from(SHIFT))?;
    let w = ctx.select_where(&small, &shifted, &z)?;
    let mut steps = ctx.unary(UnaryOperation::Recip, &z)?;
    for k in 1..SHIFT {
        let next = ctx.add(&z, f64::from(k))?;
        let next = ctx.unary(UnaryOperation::Recip, &next)?;
        steps = ctx.add(&steps, &next)?;
    }
    let steps = ctx.select_where(&small, &steps, 0.0)?;
    let inverse = ctx.unary(UnaryOperation::Recip, &w)?;
    let square = ctx.mul(&inverse, &inverse)?;
    let series = polynomial(ctx, &square, &SERIES)?;
    let half = ctx.mul(&inverse, 0.5)?;
    let series = ctx.sub(&series, &half)?;
    let log = ctx.unary(UnaryOperation::Log, &w)?;
    let sum = ctx.add(&log, &series)?;
    let psi = ctx.sub(&sum, &steps)?;

    // ψ(x) = ψ(1 - x) - π / tan(πx)
    let angle = fraction_angle(ctx, &x)?;
    let (sine, cosine) = (
        ctx.unary(UnaryOperation::Sin, &angle)?,
        ctx.unary(UnaryOperation::Cos, &angle)?,
    );
    let cotangent = ctx.div(&cosine, &sine)?;
    let cotangent = ctx.mul(&cotangent, PI)?;
    let reflected = ctx.sub(&psi, &cotangent)?;
    let result = ctx.select_where(&mirrored, &reflected, &psi)?;
    // A pole has no value, but 0 has the sign of the side it stands for.
    let pole = ctx.compare(Op::Equal, &angle, 0.0)?;
    let pole = ctx.both(&pole, &mirrored)?;
    let result = ctx.select_where(&pole, f64::NAN, &result)?;
    let zero = ctx.compare(Op::Equal, &x, 0.0)?;
    let side = ctx.div(-1.0, &x)?;
    ctx.select_where(&zero, &side, &result)
}
