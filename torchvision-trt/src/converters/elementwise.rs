//! Arithmetic of two operands ([torch](https://docs.pytorch.org/docs/2.11/torch.html#pointwise-ops)).

use trt::{DataType, ElementWiseOperation as Op, UnaryOperation};

use crate::convert::{Context, Error, Operand, Result, Scalar, Tensor, converter};

/// `input + alpha * other`
#[converter("aten.add.Tensor", "aten.add.Scalar", "torch.add", "torch.Tensor.add", "torch.Tensor.__add__", "torch.Tensor.__radd__", crate = crate)]
fn add(
    ctx: &mut Context,
    input: Operand,
    other: Operand,
    #[default(Scalar::Int(1))] alpha: Scalar,
) -> Result<Tensor> {
    let other = scaled(ctx, other, alpha)?;
    ctx.add(input, other)
}

/// `input - alpha * other`
#[converter("aten.sub.Tensor", "aten.sub.Scalar", "torch.sub", "torch.Tensor.sub", "torch.Tensor.__sub__", crate = crate)]
fn sub(
    ctx: &mut Context,
    input: Operand,
    other: Operand,
    #[default(Scalar::Int(1))] alpha: Scalar,
) -> Result<Tensor> {
    let other = scaled(ctx, other, alpha)?;
    ctx.sub(input, other)
}

/// `other - alpha * input`
#[converter("aten.rsub.Tensor", "aten.rsub.Scalar", "torch.rsub", "torch.Tensor.__rsub__", crate = crate)]
fn rsub(
    ctx: &mut Context,
    input: Operand,
    other: Operand,
    #[default(Scalar::Int(1))] alpha: Scalar,
) -> Result<Tensor> {
    sub(ctx, other, input, alpha)
}

fn scaled(ctx: &mut Context, operand: Operand, alpha: Scalar) -> Result<Operand> {
    if alpha.as_f64() == Some(1.0) {
        return Ok(operand);
    }
    Ok(match (&operand, alpha) {
        // Two numbers are multiplied here, so that the product stays a number in type promotion.
        (Operand::Scalar(Scalar::Int(a)), Scalar::Int(b)) => (a * b).into(),
        (Operand::Scalar(a), b) if let (Some(a), Some(b)) = (a.as_f64(), b.as_f64()) => {
            (a * b).into()
        }
        (_, alpha) => (&ctx.mul(operand, alpha)?).into(),
    })
}

/// `input * other`
#[converter("aten.mul.Tensor", "aten.mul.Scalar", "torch.mul", "torch.Tensor.mul", "torch.Tensor.__mul__", "torch.Tensor.__rmul__", crate = crate)]
fn mul(ctx: &mut Context, input: Operand, other: Operand) -> Result<Tensor> {
    ctx.mul(input, other)
}

/// `input / other`; of integers too a float.
#[converter("aten.div.Tensor", "aten.div.Scalar", "aten.true_divide.Tensor", "torch.div", "torch.Tensor.div", "torch.Tensor.__truediv__", crate = crate)]
fn div(ctx: &mut Context, input: Operand, other: Operand) -> Result<Tensor> {
    ctx.div(input, other)
}

/// `input / other` rounded down (`"floor"`), towards 0 (`"trunc"`) or not at all.
#[converter("aten.div.Tensor_mode", "aten.div.Scalar_mode", crate = crate)]
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
            truncated(ctx, &quotient)
        }
        Some(other) => Err(Error::new(format!(
            "rounding_mode {other:?}: expected None, \"floor\" or \"trunc\""
        ))),
    }
}

/// `input / other` rounded down.
#[converter("aten.floor_divide.default", "aten.floor_divide.Scalar", "torch.floor_divide", "torch.Tensor.__floordiv__", crate = crate)]
fn floor_divide(ctx: &mut Context, input: Operand, other: Operand) -> Result<Tensor> {
    ctx.elementwise(Op::FloorDiv, input, other)
}

/// A float cut towards 0; integers are as they are.
fn truncated(ctx: &mut Context, x: &Tensor) -> Result<Tensor> {
    if !x.dtype().is_float() {
        return Ok(*x);
    }
    let magnitude = ctx.unary(UnaryOperation::Abs, x)?;
    let floor = ctx.unary(UnaryOperation::Floor, &magnitude)?;
    let sign = ctx.unary(UnaryOperation::Sign, x)?;
    ctx.mul(&floor, &sign)
}

/// `x` cut towards 0.
#[converter("aten.trunc.default", "aten.fix.default", "torch.trunc", crate = crate)]
fn trunc(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    truncated(ctx, input)
}

/// `x - trunc(x)`
#[converter("aten.frac.default", "torch.frac", crate = crate)]
fn frac(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let whole = truncated(ctx, input)?;
    ctx.sub(input, &whole)
}

/// Remainder with the sign of the divisor: `input - floor(input / other) * other`.
#[converter("aten.remainder.Tensor", "aten.remainder.Scalar", "aten.remainder.Scalar_Tensor", "torch.remainder", "torch.Tensor.__mod__", crate = crate)]
fn remainder(ctx: &mut Context, input: Operand, other: Operand) -> Result<Tensor> {
    let quotient = ctx.elementwise(Op::FloorDiv, input.clone(), other.clone())?;
    let product = ctx.mul(&quotient, other)?;
    ctx.sub(input, &product)
}

/// Remainder with the sign of the dividend: `input - trunc(input / other) * other`.
#[converter("aten.fmod.Tensor", "aten.fmod.Scalar", "torch.fmod", crate = crate)]
fn fmod(ctx: &mut Context, input: Operand, other: Operand) -> Result<Tensor> {
    let quotient = ctx.elementwise(Op::Div, input.clone(), other.clone())?;
    let quotient = truncated(ctx, &quotient)?;
    let product = ctx.mul(&quotient, other)?;
    ctx.sub(input, &product)
}

/// `input ** exponent`
#[converter("aten.pow.Tensor_Scalar", "aten.pow.Tensor_Tensor", "aten.pow.Scalar", "torch.pow", "torch.Tensor.pow", "torch.Tensor.__pow__", crate = crate)]
fn pow(ctx: &mut Context, input: Operand, exponent: Operand) -> Result<Tensor> {
    if let (Operand::Tensor(base), Operand::Scalar(exponent)) = (&input, &exponent) {
        return pow_scalar(ctx, base, exponent);
    }
    let operands = [input, exponent];
    let dtype = ctx.result_type(&operands);
    if dtype.is_float() {
        return ctx.elementwise_in(dtype, Op::Pow, &operands);
    }
    // TensorRT has powers of floats only, which are exact for the integers that a float holds.
    let power = ctx.elementwise_in(DataType::Float, Op::Pow, &operands)?;
    let rounded = ctx.unary(UnaryOperation::Round, &power)?;
    ctx.cast(&rounded, dtype)
}

fn pow_scalar(ctx: &mut Context, base: &Tensor, exponent: &Scalar) -> Result<Tensor> {
    let operands = [base.into(), exponent.clone().into()];
    let dtype = ctx.result_type(&operands);
    let x = ctx.cast(base, dtype)?;
    let Some(number) = exponent.as_f64() else {
        return ctx.elementwise_in(dtype, Op::Pow, &operands);
    };
    // Whole exponents by products: exact, and right for negative bases.
    if number.fract() == 0.0 && (0.0..=16.0).contains(&number)
        || number.fract() == 0.0 && !dtype.is_float()
    {
        return repeated_product(ctx, &x, number as i64);
    }
    match number {
        0.5 => ctx.unary(UnaryOperation::Sqrt, &x),
        -0.5 => {
            let root = ctx.unary(UnaryOperation::Sqrt, &x)?;
            ctx.unary(UnaryOperation::Recip, &root)
        }
        _ if number.fract() == 0.0 && (-16.0..0.0).contains(&number) => {
            let product = repeated_product(ctx, &x, -number as i64)?;
            ctx.unary(UnaryOperation::Recip, &product)
        }
        _ => ctx.elementwise_in(dtype, Op::Pow, &operands),
    }
}

/// `x` to a whole power, by squaring.
fn repeated_product(ctx: &mut Context, x: &Tensor, mut exponent: i64) -> Result<Tensor> {
    if exponent < 0 {
        return Err(Error::new(
            "integers to negative integer powers are not allowed",
        ));
    }
    if exponent == 0 {
        let zero = ctx.mul(x, 0)?;
        // 0 * inf is NaN, to the power of 0 it is 1.
        let equal = ctx.compare(Op::Equal, &zero, &zero)?;
        let truth = ctx.elementwise_in(
            DataType::Bool,
            Op::Or,
            &[(&equal).into(), Operand::Scalar(Scalar::Bool(true))],
        )?;
        return ctx.cast(&truth, x.dtype());
    }
    let (mut square, mut result) = (*x, None);
    loop {
        if exponent & 1 == 1 {
            result = Some(match result {
                Some(result) => ctx.mul(&result, &square)?,
                None => square,
            });
        }
        exponent >>= 1;
        match result {
            Some(result) if exponent == 0 => return Ok(result),
            _ => square = ctx.mul(&square, &square)?,
        }
    }
}

/// Greater of both.
#[converter("aten.maximum.default", "aten.max.other", "torch.maximum", crate = crate)]
fn maximum(ctx: &mut Context, input: &Tensor, other: &Tensor) -> Result<Tensor> {
    ctx.maximum(input, other)
}

/// Smaller of both.
#[converter("aten.minimum.default", "aten.min.other", "torch.minimum", crate = crate)]
fn minimum(ctx: &mut Context, input: &Tensor, other: &Tensor) -> Result<Tensor> {
    ctx.minimum(input, other)
}

/// `x` between two bounds, either of which may be absent.
#[converter("aten.clamp.default", "aten.clamp.Tensor", "aten.clip.default", "torch.clamp", "torch.Tensor.clamp", crate = crate)]
fn clamp(
    ctx: &mut Context,
    input: &Tensor,
    min: Option<Operand>,
    max: Option<Operand>,
) -> Result<Tensor> {
    let mut result = *input;
    if let Some(min) = min {
        result = ctx.maximum(&result, min)?;
    }
    match max {
        Some(max) => ctx.minimum(&result, max),
        None => Ok(result),
    }
}

/// `x`, but not below `min`.
#[converter("aten.clamp_min.default", "aten.clamp_min.Tensor", "torch.clamp_min", "torch.Tensor.clamp_min", crate = crate)]
fn clamp_min(ctx: &mut Context, input: &Tensor, min: Operand) -> Result<Tensor> {
    ctx.maximum(input, min)
}

/// `x`, but not above `max`.
#[converter("aten.clamp_max.default", "aten.clamp_max.Tensor", "torch.clamp_max", "torch.Tensor.clamp_max", crate = crate)]
fn clamp_max(ctx: &mut Context, input: &Tensor, max: Operand) -> Result<Tensor> {
    ctx.minimum(input, max)
}

/// `input + value * tensor1 * tensor2`
#[converter("aten.addcmul.default", "torch.addcmul", crate = crate)]
fn addcmul(
    ctx: &mut Context,
    input: &Tensor,
    tensor1: &Tensor,
    tensor2: &Tensor,
    #[default(Scalar::Int(1))] value: Scalar,
) -> Result<Tensor> {
    let product = ctx.mul(tensor1, tensor2)?;
    let product = scaled(ctx, (&product).into(), value)?;
    ctx.add(input, product)
}

/// `input + value * tensor1 / tensor2`
#[converter("aten.addcdiv.default", "torch.addcdiv", crate = crate)]
fn addcdiv(
    ctx: &mut Context,
    input: &Tensor,
    tensor1: &Tensor,
    tensor2: &Tensor,
    #[default(Scalar::Int(1))] value: Scalar,
) -> Result<Tensor> {
    let quotient = ctx.div(tensor1, tensor2)?;
    let quotient = scaled(ctx, (&quotient).into(), value)?;
    ctx.add(input, quotient)
}

/// `input + weight * (end - input)`
#[converter("aten.lerp.Scalar", "aten.lerp.Tensor", "torch.lerp", crate = crate)]
fn lerp(ctx: &mut Context, input: &Tensor, end: &Tensor, weight: Operand) -> Result<Tensor> {
    let difference = ctx.sub(end, input)?;
    let part = ctx.mul(&difference, weight)?;
    ctx.add(input, &part)
}
