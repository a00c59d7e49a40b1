//! Operations on the bits of integers ([torch.bitwise_and](https://docs.pytorch.org/docs/2.11/generated/torch.bitwise_and.html)).
//!
//! TensorRT has them for truth values only. Of integers they are computed from their bits, which stand along a new last dimension.

use trt::{DataType, ElementWiseOperation as Op, ReduceOperation, UnaryOperation};

use crate::convert::{Context, Operand, Result, Tensor, converter};

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
    let partly = ctx.elementwise(Op::FloorDiv, &x, &near)?;
    let result = ctx.elementwise(Op::FloorDiv, &partly, &far)?;
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

/// `a & b`: the sum of the powers of two that both have.
fn common_bits(ctx: &mut Context, operands: &[Operand; 2], dtype: DataType) -> Result<Tensor> {
    let bits = bits_of(dtype);
    let wide = computed(dtype);
    let aligned = ctx.aligned(operands, wide)?;
    let a = bits_along_last(ctx, &aligned[0], bits)?;
    let b = bits_along_last(ctx, &aligned[1], bits)?;
    let both = ctx.mul(&a, &b)?;
    // The highest bit of a signed integer counts negative.
    let mut weights: Vec<f64> = (0..bits).map(|n| (n as f64).exp2()).collect();
    if dtype != DataType::UInt8 {
        weights[bits as usize - 1] *= -1.0;
    }
    let weights = ctx.numbers_constant(&weights, &[bits], wide)?;
    let weighted = ctx.mul(&both, &weights)?;
    let last = weighted.rank() - 1;
    let sum = ctx.reduce(ReduceOperation::Sum, &weighted, &[last], false)?;
    ctx.cast(&sum, dtype)
}

/// The bits of integers, the lowest first, along a new last dimension.
fn bits_along_last(ctx: &mut Context, x: &Tensor, bits: i64) -> Result<Tensor> {
    let x = ctx.unsqueeze(x, x.rank())?;
    let mut halved = x;
    // In two steps: the highest power of two is no positive integer.
    for part in [|n: i64| n / 2, |n: i64| n - n / 2] {
        let powers: Vec<f64> = (0..bits).map(|n| (part(n) as f64).exp2()).collect();
        let powers = ctx.numbers_constant(&powers, &[bits], x.dtype())?;
        halved = ctx.elementwise(Op::FloorDiv, &halved, &powers)?;
    }
    let rest = ctx.elementwise(Op::FloorDiv, &halved, 2)?;
    let even = ctx.mul(&rest, 2)?;
    ctx.sub(&halved, &even)
}
