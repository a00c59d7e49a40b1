//! Division to whole numbers, and what it leaves
//! ([torch.remainder](https://docs.pytorch.org/docs/2.11/generated/torch.remainder.html)).

use trt::{DataType, ElementWiseOperation as Op, UnaryOperation};

use crate::convert::{Context, Error, Operand, Result, Tensor, converter};

/// `input / other` rounded down (`"floor"`), towards 0 (`"trunc"`) or not at all.
#[converter("aten.div.Tensor_mode", "aten.div.Scalar_mode", "aten.divide.Tensor_mode", "aten.divide.Scalar_mode", crate = crate)]
fn div_mode(
    ctx: &mut Context,
    input: Operand,
    other: Operand,
    rounding_mode: Option<&str>,
) -> Result<Tensor> {
    match rounding_mode {
        None => ctx.div(input, other),
        Some("floor") => floor_divide(ctx, input, other),
        Some("trunc") => {
            // TensorRT cuts quotients of integers.
            let quotient = ctx.elementwise(Op::Div, input, other)?;
            trunc(ctx, &quotient)
        }
        Some(other) => Err(Error::new(format!(
            "rounding_mode {other:?}: expected None, \"floor\" or \"trunc\""
        ))),
    }
}

/// `x` cut towards 0; integers are as they are.
#[converter("aten.trunc.default", "aten.fix.default", "torch.trunc", crate = crate)]
fn trunc(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    if !input.dtype().is_float() {
        return Ok(*input);
    }
    let negative = ctx.compare(Op::Less, input, 0)?;
    let up = ctx.unary(UnaryOperation::Ceil, input)?;
    let down = ctx.unary(UnaryOperation::Floor, input)?;
    ctx.select_where(&negative, &up, &down)
}

/// `x - trunc(x)`
#[converter("aten.frac.default", "torch.frac", crate = crate)]
fn frac(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let whole = trunc(ctx, input)?;
    ctx.sub(input, &whole)
}

/// `input / other` rounded down.
#[converter("aten.floor_divide.default", "aten.floor_divide.Scalar", "torch.floor_divide", "torch.Tensor.__floordiv__", crate = crate)]
fn floor_divide(ctx: &mut Context, input: Operand, other: Operand) -> Result<Tensor> {
    let dtype = ctx.result_type(&[input.clone(), other.clone()]);
    if !dtype.is_float() {
        return ctx.floor_div(input, other);
    }
    let division = Division::new(ctx, &input, &other)?;
    let quotient = division.floored(ctx)?;
    ctx.cast(&quotient, dtype)
}

/// Remainder with the sign of the divisor: `input - floor(input / other) * other`.
///
/// Of floats exact while the quotient is below 2^46.
#[converter("aten.remainder.Tensor", "aten.remainder.Scalar", "aten.remainder.Scalar_Tensor", "torch.remainder", "torch.Tensor.__mod__", crate = crate)]
fn remainder(ctx: &mut Context, input: Operand, other: Operand) -> Result<Tensor> {
    let dtype = ctx.result_type(&[input.clone(), other.clone()]);
    if !dtype.is_float() {
        let quotient = ctx.floor_div(&input, &other)?;
        return rest(ctx, input, &quotient, other);
    }
    let division = Division::new(ctx, &input, &other)?;
    let rest = division.rest(ctx)?;
    let across = division.is_across(ctx, &rest)?;
    let moved = ctx.add(&rest, &division.divisor)?;
    let rest = ctx.select_where(&across, &moved, &rest)?;
    ctx.cast(&rest, dtype)
}

/// Remainder with the sign of the dividend: `input - trunc(input / other) * other`.
///
/// Of floats exact while the quotient is below 2^46.
#[converter("aten.fmod.Tensor", "aten.fmod.Scalar", "torch.fmod", crate = crate)]
fn fmod(ctx: &mut Context, input: Operand, other: Operand) -> Result<Tensor> {
    let dtype = ctx.result_type(&[input.clone(), other.clone()]);
    if !dtype.is_float() {
        let quotient = ctx.elementwise(Op::Div, &input, &other)?;
        return rest(ctx, input, &quotient, other);
    }
    let division = Division::new(ctx, &input, &other)?;
    let rest = division.rest(ctx)?;
    ctx.cast(&rest, dtype)
}

/// `a - quotient * b`
fn rest(ctx: &mut Context, a: Operand, quotient: &Tensor, b: Operand) -> Result<Tensor> {
    let product = ctx.mul(quotient, b)?;
    ctx.sub(a, &product)
}

/// A division of fp32 numbers.
struct Division {
    dividend: Tensor,
    divisor: Operand,
}

impl Division {
    fn new(ctx: &mut Context, dividend: &Operand, divisor: &Operand) -> Result<Self> {
        let dividend = match dividend {
            Operand::Tensor(tensor) => ctx.cast(tensor, DataType::Float)?,
            Operand::Scalar(scalar) => ctx.scalar(scalar, DataType::Float, 0)?,
        };
        let divisor = match divisor {
            Operand::Tensor(tensor) => (&ctx.cast(tensor, DataType::Float)?).into(),
            Operand::Scalar(scalar) => match scalar.as_f64() {
                Some(number) => f64::from(number as f32).into(),
                None => (&ctx.scalar(scalar, DataType::Float, 0)?).into(),
            },
        };
        Ok(Self { dividend, divisor })
    }

    /// What the division leaves, with the sign of the dividend: C's `fmod`, which loses no digits.
    fn rest(&self, ctx: &mut Context) -> Result<Tensor> {
        let dividend = ctx.unary(UnaryOperation::Abs, &self.dividend)?;
        let divisor = match &self.divisor {
            Operand::Tensor(tensor) => (&ctx.unary(UnaryOperation::Abs, tensor)?).into(),
            Operand::Scalar(scalar) => scalar.as_f64().unwrap_or(f64::NAN).abs().into(),
        };
        let rest = if is_power_of_two(&divisor) {
            // Such a quotient is not rounded.
            let quotient = ctx.div(&dividend, &divisor)?;
            let whole = ctx.unary(UnaryOperation::Floor, &quotient)?;
            rest(ctx, (&dividend).into(), &whole, divisor.clone())?
        } else {
            // A quotient has 24 bits; what it leaves of a larger one is divided again. One that was rounded up leaves less than 0.
            let once = divided(ctx, &dividend, &divisor)?;
            let twice = divided(ctx, &once, &divisor)?;
            let short = ctx.compare(Op::Less, &twice, 0.0)?;
            let filled = ctx.add(&twice, &divisor)?;
            ctx.select_where(&short, &filled, &twice)?
        };
        let negative = ctx.compare(Op::Less, &self.dividend, 0.0)?;
        let negated = ctx.unary(UnaryOperation::Neg, &rest)?;
        let rest = ctx.select_where(&negative, &negated, &rest)?;
        // Also where the divisor is infinite.
        let smaller = ctx.compare(Op::Less, &dividend, divisor)?;
        ctx.select_where(&smaller, &self.dividend, &rest)
    }

    /// Whether a rest is not 0 and on the other side of 0 than the divisor.
    fn is_across(&self, ctx: &mut Context, rest: &Tensor) -> Result<Tensor> {
        match &self.divisor {
            Operand::Scalar(scalar) if scalar.as_f64().is_some_and(|x| x < 0.0) => {
                ctx.compare(Op::Greater, rest, 0.0)
            }
            Operand::Scalar(_) => ctx.compare(Op::Less, rest, 0.0),
            Operand::Tensor(divisor) => {
                let signs = [
                    ctx.unary(UnaryOperation::Sign, rest)?,
                    ctx.unary(UnaryOperation::Sign, divisor)?,
                ];
                let product = ctx.mul(&signs[0], &signs[1])?;
                ctx.compare(Op::Less, &product, 0.0)
            }
        }
    }

    /// The quotient rounded down, from what is left without the rest, as PyTorch computes it.
    fn floored(&self, ctx: &mut Context) -> Result<Tensor> {
        let rest = self.rest(ctx)?;
        let multiple = ctx.sub(&self.dividend, &rest)?;
        let quotient = ctx.div(&multiple, &self.divisor)?;
        let across = self.is_across(ctx, &rest)?;
        let lower = ctx.sub(&quotient, 1.0)?;
        let quotient = ctx.select_where(&across, &lower, &quotient)?;
        let floor = ctx.unary(UnaryOperation::Floor, &quotient)?;
        let fraction = ctx.sub(&quotient, &floor)?;
        let high = ctx.compare(Op::Greater, &fraction, 0.5)?;
        let next = ctx.add(&floor, 1.0)?;
        let rounded = ctx.select_where(&high, &next, &floor)?;
        // A 0 has the sign of the true quotient, and so has what a division by 0 gives.
        let ratio = ctx.div(&self.dividend, &self.divisor)?;
        let signed = ctx.mul(&ratio, 0.0)?;
        let zero = ctx.compare(Op::Equal, &quotient, 0.0)?;
        let result = ctx.select_where(&zero, &signed, &rounded)?;
        let by_zero = match &self.divisor {
            Operand::Tensor(divisor) => ctx.compare(Op::Equal, divisor, 0.0)?,
            Operand::Scalar(scalar) if scalar.as_f64() == Some(0.0) => return Ok(ratio),
            Operand::Scalar(_) => return Ok(result),
        };
        ctx.select_where(&by_zero, &ratio, &result)
    }
}

/// One step of long division of positive fp32 numbers: `a - floor(a / b) * b`, where the rounded product is made good by its error.
fn divided(ctx: &mut Context, a: &Tensor, b: &Operand) -> Result<Tensor> {
    let ratio = ctx.div(a, b)?;
    let quotient = ctx.unary(UnaryOperation::Floor, &ratio)?;
    let product = ctx.mul(&quotient, b)?;
    let [q_high, q_low] = halves(ctx, &(&quotient).into())?;
    let [b_high, b_low] = halves(ctx, b)?;
    let high = ctx.mul(&q_high, &b_high)?;
    let mut error = ctx.sub(&high, &product)?;
    for (q, b) in [(&q_high, &b_low), (&q_low, &b_high), (&q_low, &b_low)] {
        let part = ctx.mul(q, b)?;
        error = ctx.add(&error, &part)?;
    }
    let rest = ctx.sub(a, &product)?;
    ctx.sub(&rest, &error)
}

/// A number as the sum of two with half its digits, whose products are exact (Dekker's and Veltkamp's method).
fn halves(ctx: &mut Context, x: &Operand) -> Result<[Operand; 2]> {
    let tensor = match x {
        Operand::Tensor(tensor) => tensor,
        Operand::Scalar(scalar) => {
            let number = scalar.as_f64().unwrap_or(f64::NAN) as f32;
            let high = f32::from_bits(number.to_bits() & !0xfff);
            return Ok([f64::from(high).into(), f64::from(number - high).into()]);
        }
    };
    let scaled = ctx.mul(tensor, 4097.0)?;
    let beyond = ctx.sub(&scaled, tensor)?;
    let high = ctx.sub(&scaled, &beyond)?;
    let low = ctx.sub(tensor, &high)?;
    Ok([(&high).into(), (&low).into()])
}

/// Whether an operand is a number by which no division rounds.
fn is_power_of_two(operand: &Operand) -> bool {
    let number = match operand {
        Operand::Scalar(scalar) => scalar.as_f64().map(|x| x as f32),
        Operand::Tensor(_) => None,
    };
    number.is_some_and(|x| x.is_normal() && x.to_bits() & 0x7f_ffff == 0)
}
