//! Powers ([torch.pow](https://docs.pytorch.org/docs/2.11/generated/torch.pow.html)).

use trt::{DataType, ElementWiseOperation as Op, UnaryOperation};

use crate::convert::{Context, Error, Operand, Result, Scalar, Tensor, converter};

/// `input ** exponent`
///
/// Restriction: tensors of integers to the power of tensors of integers with exponents below 64.
#[converter("aten.pow.Tensor_Scalar", "aten.pow.Tensor_Tensor", "aten.pow.Scalar", "torch.pow", "torch.Tensor.pow", "torch.Tensor.__pow__", crate = crate)]
fn pow(ctx: &mut Context, input: Operand, exponent: Operand) -> Result<Tensor> {
    let operands = [input, exponent];
    let dtype = ctx.result_type(&operands);
    power(ctx, &operands, dtype)
}

/// `input ** exponent` as PyTorch computes it in double precision, here in `float32`.
#[converter(
    "aten.float_power.Tensor_Tensor", "aten.float_power.Tensor_Scalar", "aten.float_power.Scalar", "torch.float_power", crate = crate
)]
fn float_power(ctx: &mut Context, input: Operand, exponent: Operand) -> Result<Tensor> {
    power(ctx, &[input, exponent], DataType::Float)
}

/// `2 ** x`
#[converter("aten.exp2.default", "aten.special_exp2.default", "torch.exp2", "torch.special.exp2", crate = crate)]
fn exp2(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let x = ctx.as_float(input)?;
    ctx.elementwise_in(x.dtype(), Op::Pow, &[2.0.into(), (&x).into()])
}

/// `input * 2 ** other`
#[converter("aten.ldexp.Tensor", "torch.ldexp", crate = crate)]
fn ldexp(ctx: &mut Context, input: &Tensor, other: &Tensor) -> Result<Tensor> {
    let dtype = ctx.output_dtype(0)?;
    let scale = ctx.elementwise_in(dtype, Op::Pow, &[2.0.into(), other.into()])?;
    ctx.elementwise_in(dtype, Op::Prod, &[input.into(), (&scale).into()])
}

fn power(ctx: &mut Context, operands: &[Operand; 2], dtype: DataType) -> Result<Tensor> {
    if let [Operand::Tensor(base), Operand::Scalar(exponent)] = operands
        && let Some(number) = exponent.as_f64()
    {
        return power_of_number(ctx, base, number, dtype);
    }
    if dtype.is_float() {
        return ctx.elementwise_in(dtype, Op::Pow, operands);
    }
    let aligned = ctx.aligned(operands, dtype)?;
    power_of_integers(ctx, &aligned[0], &aligned[1])
}

fn power_of_number(
    ctx: &mut Context,
    base: &Tensor,
    exponent: f64,
    dtype: DataType,
) -> Result<Tensor> {
    let x = ctx.cast(base, dtype)?;
    let whole = exponent.fract() == 0.0;
    // Whole exponents by products: exact, and right for negative bases.
    match exponent {
        _ if whole && exponent < 0.0 && !dtype.is_float() => Err(Error::new(
            "integers to negative integer powers are not allowed",
        )),
        _ if whole && (!dtype.is_float() || (0.0..=16.0).contains(&exponent)) => {
            whole_power(ctx, &x, exponent as i64)
        }
        _ if whole && (-16.0..0.0).contains(&exponent) => {
            let product = whole_power(ctx, &x, -exponent as i64)?;
            ctx.unary(UnaryOperation::Recip, &product)
        }
        0.5 => ctx.unary(UnaryOperation::Sqrt, &x),
        -0.5 => {
            let root = ctx.unary(UnaryOperation::Sqrt, &x)?;
            ctx.unary(UnaryOperation::Recip, &root)
        }
        _ => ctx.elementwise_in(dtype, Op::Pow, &[(&x).into(), exponent.into()]),
    }
}

/// `x` to a whole power of 0 or more, by squaring.
fn whole_power(ctx: &mut Context, x: &Tensor, mut exponent: i64) -> Result<Tensor> {
    let mut result = None;
    let mut square = *x;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = Some(match result {
                Some(result) => ctx.mul(&result, &square)?,
                None => square,
            });
        }
        exponent >>= 1;
        if exponent > 0 {
            square = ctx.mul(&square, &square)?;
        }
    }
    match result {
        Some(result) => Ok(result),
        None => ctx.filled_like(x, &Scalar::Int(1)),
    }
}

/// Integers to the power of integers, by squaring: TensorRT has powers of floats only, which round.
fn power_of_integers(ctx: &mut Context, base: &Tensor, exponent: &Tensor) -> Result<Tensor> {
    const BITS: u32 = 6;
    // To a negative power, 1 and -1 are what they are to the positive one; of all others nothing is left.
    let magnitude = ctx.unary(UnaryOperation::Abs, base)?;
    let unit = ctx.compare(Op::Equal, &magnitude, 1)?;
    let negative = ctx.compare(Op::Less, exponent, 0)?;
    let inverse = ctx.select_where(&unit, base, 0)?;
    let mut square = ctx.select_where(&negative, &inverse, base)?;
    let exponent = ctx.unary(UnaryOperation::Abs, exponent)?;
    let (mut result, mut rest) = last_digit(ctx, &square, &exponent)?;
    for _ in 1..BITS {
        square = ctx.mul(&square, &square)?;
        let (factor, next) = last_digit(ctx, &square, &rest)?;
        result = ctx.mul(&result, &factor)?;
        rest = next;
    }
    Ok(result)
}

/// `x` to the power of an exponent's last binary digit, and the exponent's other digits.
fn last_digit(ctx: &mut Context, x: &Tensor, exponent: &Tensor) -> Result<(Tensor, Tensor)> {
    let rest = ctx.elementwise(Op::FloorDiv, exponent, 2)?;
    let even = ctx.mul(&rest, 2)?;
    let odd = ctx.compare(Op::Greater, exponent, &even)?;
    Ok((ctx.select_where(&odd, x, 1)?, rest))
}
