//! Operations on the bits of integers ([torch.bitwise_and](https://docs.pytorch.org/docs/2.11/generated/torch.bitwise_and.html)).
//!
//! TensorRT has them for truth values only. Of integers they are computed from their bits, which stand along a new last dimension.

use trt::{DataType, ElementWiseOperation as Op, ReduceOperation, UnaryOperation};

use crate::convert::{Context, Operand, Result, Scalar, Size, Tensor, converter};

/// `input & other`
#[converter(
    "aten.bitwise_and.Tensor", "aten.bitwise_and.Scalar", "aten.bitwise_and.Scalar_Tensor", "aten.__and__.Tensor", "aten.__and__.Scalar",
    "torch.bitwise_and", crate = crate
)]
fn bitwise_and(ctx: &mut Context, input: Operand, other: Operand) -> Result<Tensor> {
    let operands = [input, other];
    let dtype = ctx.result_type(&operands);
    if dtype == DataType::Bool {
        return ctx.elementwise_in(dtype, Op::And, &operands);
    }
    common_bits(ctx, &operands, dtype)
}

/// `input | other`
#[converter(
    "aten.bitwise_or.Tensor", "aten.bitwise_or.Scalar", "aten.bitwise_or.Scalar_Tensor", "aten.__or__.Tensor", "aten.__or__.Scalar",
    "torch.bitwise_or", crate = crate
)]
fn bitwise_or(ctx: &mut Context, input: Operand, other: Operand) -> Result<Tensor> {
    let operands = [input, other];
    let dtype = ctx.result_type(&operands);
    if dtype == DataType::Bool {
        return ctx.elementwise_in(dtype, Op::Or, &operands);
    }
    let common = common_bits(ctx, &operands, dtype)?;
    let sum = ctx.elementwise_in(dtype, Op::Sum, &operands)?;
    ctx.sub(&sum, &common)
}

/// `input ^ other`
#[converter(
    "aten.bitwise_xor.Tensor", "aten.bitwise_xor.Scalar", "aten.bitwise_xor.Scalar_Tensor", "aten.__xor__.Tensor", "aten.__xor__.Scalar",
    "torch.bitwise_xor", crate = crate
)]
fn bitwise_xor(ctx: &mut Context, input: Operand, other: Operand) -> Result<Tensor> {
    let operands = [input, other];
    let dtype = ctx.result_type(&operands);
    if dtype == DataType::Bool {
        return ctx.elementwise_in(dtype, Op::Xor, &operands);
    }
    let common = common_bits(ctx, &operands, dtype)?;
    let twice = ctx.mul(&common, 2)?;
    let sum = ctx.elementwise_in(dtype, Op::Sum, &operands)?;
    ctx.sub(&sum, &twice)
}

/// `~x`: of integers `-x - 1`.
#[converter("aten.bitwise_not.default", "torch.bitwise_not", "torch.Tensor.__invert__", crate = crate)]
fn bitwise_not(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    if input.dtype() == DataType::Bool {
        return ctx.not(input);
    }
    let negated = ctx.unary(UnaryOperation::Neg, input)?;
    ctx.sub(&negated, 1)
}

/// `input << other`; by negative numbers, or all bits there are, it comes to 0.
#[converter(
    "aten.bitwise_left_shift.Tensor", "aten.bitwise_left_shift.Tensor_Scalar", "aten.bitwise_left_shift.Scalar_Tensor",
    "aten.__lshift__.Tensor", "aten.__lshift__.Scalar", "torch.bitwise_left_shift", crate = crate
)]
fn left_shift(ctx: &mut Context, input: Operand, other: Operand) -> Result<Tensor> {
    let (x, shift, dtype) = shifted(ctx, &[input, other])?;
    let [near, far] = powers_of_two(ctx, &shift)?;
    let partly = ctx.mul(&x, &near)?;
    let result = ctx.mul(&partly, &far)?;
    ctx.cast(&result, dtype)
}

/// `input >> other`, which keeps the sign; by negative numbers, or all bits there are, only the sign is left.
#[converter(
    "aten.bitwise_right_shift.Tensor", "aten.bitwise_right_shift.Tensor_Scalar", "aten.bitwise_right_shift.Scalar_Tensor",
    "aten.__rshift__.Tensor", "aten.__rshift__.Scalar", "torch.bitwise_right_shift", crate = crate
)]
fn right_shift(ctx: &mut Context, input: Operand, other: Operand) -> Result<Tensor> {
    let (x, shift, dtype) = shifted(ctx, &[input, other])?;
    // The highest bit of a signed integer is its sign, which stays.
    let all = bits_of(dtype) - i64::from(dtype != DataType::UInt8);
    let negative = ctx.compare(Op::Less, &shift, 0)?;
    let shift = ctx.select_where(&negative, all, &shift)?;
    let shift = ctx.minimum(&shift, all)?;
    let [near, far] = powers_of_two(ctx, &shift)?;
    let partly = ctx.floor_div(&x, &near)?;
    let result = ctx.floor_div(&partly, &far)?;
    ctx.cast(&result, dtype)
}

fn bits_of(dtype: DataType) -> i64 {
    match dtype {
        DataType::UInt8 => 8,
        DataType::Int32 => 32,
        _ => 64,
    }
}

/// The type that TensorRT computes with for integers of a type.
fn computed(dtype: DataType) -> DataType {
    if dtype == DataType::UInt8 {
        DataType::Int32
    } else {
        dtype
    }
}

/// A number and how far to shift it, in a type to compute with, and the type of the result.
fn shifted(ctx: &mut Context, operands: &[Operand; 2]) -> Result<(Tensor, Tensor, DataType)> {
    let dtype = ctx.result_type(operands);
    let aligned = ctx.aligned(operands, computed(dtype))?;
    Ok((aligned[0], aligned[1], dtype))
}

/// `2 ** shift` as two factors, since the highest power is no positive integer; 0 where it leaves the type's bits.
fn powers_of_two(ctx: &mut Context, shift: &Tensor) -> Result<[Tensor; 2]> {
    let bits = bits_of(shift.dtype());
    let table = |part: fn(i64) -> i64| {
        let mut powers: Vec<f64> = (0..bits).map(|n| (part(n) as f64).exp2()).collect();
        powers.push(0.0);
        powers
    };
    let below = ctx.compare(Op::Less, shift, 0)?;
    let index = ctx.select_where(&below, bits, shift)?;
    let index = ctx.minimum(&index, bits)?;
    let mut power = |part| -> Result<Tensor> {
        let table = ctx.numbers_constant(&table(part), &[bits + 1], shift.dtype())?;
        ctx.gather_slices(&table, &index, 0)
    };
    Ok([power(|n| n / 2)?, power(|n| n - n / 2)?])
}

/// So many bits make a digit; TensorRT divides numbers of that size, and adds them up, without loss.
const DIGIT: i64 = 16;

/// `a & b`, digit by digit: of each the sum of the powers of two that both have.
fn common_bits(ctx: &mut Context, operands: &[Operand; 2], dtype: DataType) -> Result<Tensor> {
    let wide = computed(dtype);
    let digits = (bits_of(dtype) + DIGIT - 1) / DIGIT;
    let [a, b] = operands;
    let (a, b) = (
        bits_of_operand(ctx, a, wide, digits)?,
        bits_of_operand(ctx, b, wide, digits)?,
    );
    let both = ctx.mul(&a, &b)?;
    let weights = powers(ctx, DIGIT, 1, wide)?;
    let weighted = ctx.mul(&both, &weights)?;
    let common = ctx.reduce(
        ReduceOperation::Sum,
        &weighted,
        &[weighted.rank() - 1],
        false,
    )?;
    // The highest bit of the highest digit overflows to the sign.
    let axis = common.rank() - 1;
    let mut number = ctx.select(&common, axis, &Size::Static(digits - 1))?;
    for digit in (0..digits - 1).rev() {
        number = ctx.mul(&number, 1i64 << DIGIT)?;
        let lower = ctx.select(&common, axis, &Size::Static(digit))?;
        number = ctx.add(&number, &lower)?;
    }
    ctx.cast(&number, dtype)
}

/// The bits of integers along two new last dimensions, digits and the bits of each, the lowest first.
fn bits_of_operand(
    ctx: &mut Context,
    operand: &Operand,
    dtype: DataType,
    digits: i64,
) -> Result<Tensor> {
    let known = match operand {
        Operand::Scalar(Scalar::Int(number)) => Some((vec![*number], vec![])),
        Operand::Scalar(_) => None,
        Operand::Tensor(tensor) => whole_numbers(ctx, tensor)
            .zip(ctx.dims(tensor).ok())
            .map(|(numbers, dims)| (numbers, dims.to_vec())),
    };
    if let Some((numbers, mut shape)) = known {
        let bit = |number: i64, place: i64| f64::from((number >> place.min(63)) as u8 & 1);
        let bits: Vec<f64> = numbers
            .iter()
            .flat_map(|&number| (0..digits * DIGIT).map(move |place| bit(number, place)))
            .collect();
        shape.extend([digits, DIGIT]);
        return ctx.numbers_constant(&bits, &shape, dtype);
    }
    let x = match operand {
        Operand::Tensor(tensor) => ctx.cast(tensor, dtype)?,
        Operand::Scalar(scalar) => ctx.scalar(scalar, dtype, 0)?,
    };
    let digits = digits_along_last(ctx, &x, digits)?;
    bits_along_last(ctx, &digits)
}

/// The numbers of a constant, if fp64 holds them all.
fn whole_numbers(ctx: &Context, tensor: &Tensor) -> Option<Vec<i64>> {
    let numbers = ctx.numbers(tensor)?;
    let held = numbers.iter().all(|n| n.abs() < 2f64.powi(53));
    held.then(|| numbers.iter().map(|&n| n as i64).collect())
}

/// The digits of integers, the lowest first, along a new last dimension; none is negative.
fn digits_along_last(ctx: &mut Context, x: &Tensor, digits: i64) -> Result<Tensor> {
    let x = ctx.unsqueeze(x, x.rank())?;
    let places = powers(ctx, digits, DIGIT, x.dtype())?;
    let from_place = ctx.floor_div(&x, &places)?;
    let above = ctx.floor_div(&from_place, 1i64 << DIGIT)?;
    let above = ctx.mul(&above, 1i64 << DIGIT)?;
    ctx.sub(&from_place, &above)
}

/// The bits of digits, the lowest first, along a new last dimension.
fn bits_along_last(ctx: &mut Context, digits: &Tensor) -> Result<Tensor> {
    let digits = ctx.unsqueeze(digits, digits.rank())?;
    let places = powers(ctx, DIGIT, 1, digits.dtype())?;
    let from_place = ctx.elementwise(Op::FloorDiv, &digits, &places)?;
    let above = ctx.elementwise(Op::FloorDiv, &from_place, 2)?;
    let above = ctx.mul(&above, 2)?;
    ctx.sub(&from_place, &above)
}

/// The first `count` powers of `2 ** bits`.
fn powers(ctx: &mut Context, count: i64, bits: i64, dtype: DataType) -> Result<Tensor> {
    let numbers: Vec<f64> = (0..count).map(|n| ((n * bits) as f64).exp2()).collect();
    ctx.numbers_constant(&numbers, &[count], dtype)
}
