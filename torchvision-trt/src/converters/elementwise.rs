//! Arithmetic of two operands ([torch](https://docs.pytorch.org/docs/2.11/torch.html#pointwise-ops)).

use std::f64::consts::{FRAC_PI_2, LN_2, LOG2_E, PI};

use trt::{ElementWiseOperation as Op, UnaryOperation};

use crate::convert::{Context, Operand, Result, Scalar, Tensor, converter};

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
#[converter("aten.sub.Tensor", "aten.sub.Scalar", "aten.subtract.Tensor", "aten.subtract.Scalar", "torch.sub", "torch.Tensor.sub", "torch.Tensor.__sub__", crate = crate)]
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
#[converter("aten.mul.Tensor", "aten.mul.Scalar", "aten.multiply.Tensor", "aten.multiply.Scalar", "torch.mul", "torch.Tensor.mul", "torch.Tensor.__mul__", "torch.Tensor.__rmul__", crate = crate)]
fn mul(ctx: &mut Context, input: Operand, other: Operand) -> Result<Tensor> {
    ctx.mul(input, other)
}

/// `input / other`; of integers too a float.
#[converter("aten.div.Tensor", "aten.div.Scalar", "aten.true_divide.Tensor", "aten.true_divide.Scalar", "aten.divide.Tensor", "aten.divide.Scalar", "torch.div", "torch.Tensor.div", "torch.Tensor.__truediv__", crate = crate)]
fn div(ctx: &mut Context, input: Operand, other: Operand) -> Result<Tensor> {
    ctx.div(input, other)
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

/// `input + weight * (end - input)`, from the nearer end, so that a weight of 1 gives `end` itself.
#[converter("aten.lerp.Scalar", "aten.lerp.Tensor", "torch.lerp", crate = crate)]
fn lerp(ctx: &mut Context, input: &Tensor, end: &Tensor, weight: Operand) -> Result<Tensor> {
    let way = ctx.sub(end, input)?;
    let weight = match weight {
        Operand::Tensor(tensor) => tensor,
        Operand::Scalar(number) => ctx.scalar(&number, way.dtype(), 0)?,
    };
    let part = ctx.mul(&way, &weight)?;
    let from_start = ctx.add(input, &part)?;
    let left = ctx.sub(1.0, &weight)?;
    let part = ctx.mul(&way, &left)?;
    let from_end = ctx.sub(end, &part)?;
    let magnitude = ctx.unary(UnaryOperation::Abs, &weight)?;
    let near = ctx.compare(Op::Less, &magnitude, 0.5)?;
    ctx.select_where(&near, &from_start, &from_end)
}

/// Greater of both, of which NaN is the other.
#[converter("aten.fmax.default", "torch.fmax", crate = crate)]
fn fmax(ctx: &mut Context, input: &Tensor, other: &Tensor) -> Result<Tensor> {
    let extreme = ctx.maximum(input, other)?;
    but_not_nan(ctx, input, other, &extreme)
}

/// Smaller of both, of which NaN is the other.
#[converter("aten.fmin.default", "torch.fmin", crate = crate)]
fn fmin(ctx: &mut Context, input: &Tensor, other: &Tensor) -> Result<Tensor> {
    let extreme = ctx.minimum(input, other)?;
    but_not_nan(ctx, input, other, &extreme)
}

fn but_not_nan(ctx: &mut Context, a: &Tensor, b: &Tensor, extreme: &Tensor) -> Result<Tensor> {
    let a_is = ctx.compare(Op::Equal, a, a)?;
    let b_is = ctx.compare(Op::Equal, b, b)?;
    let or_b = ctx.select_where(&a_is, extreme, b)?;
    ctx.select_where(&b_is, &or_b, a)
}

/// Length of the hypotenuse: `sqrt(input ** 2 + other ** 2)`, without overflow on the way.
#[converter("aten.hypot.default", "torch.hypot", crate = crate)]
fn hypot(ctx: &mut Context, input: &Tensor, other: &Tensor) -> Result<Tensor> {
    let a = ctx.unary(UnaryOperation::Abs, input)?;
    let b = ctx.unary(UnaryOperation::Abs, other)?;
    let (long, short) = (ctx.maximum(&a, &b)?, ctx.minimum(&a, &b)?);
    let ratio = ctx.div(&short, &long)?;
    let square = ctx.mul(&ratio, &ratio)?;
    let sum = ctx.add(&square, 1.0)?;
    let root = ctx.unary(UnaryOperation::Sqrt, &sum)?;
    let length = ctx.mul(&root, &long)?;
    // 0 / 0 is no ratio; an infinite side makes all infinite, even with NaN.
    let zero = ctx.compare(Op::Equal, &long, 0.0)?;
    let length = ctx.select_where(&zero, &long, &length)?;
    let a_infinite = ctx.compare(Op::Equal, &a, f64::INFINITY)?;
    let length = ctx.select_where(&a_infinite, &a, &length)?;
    let b_infinite = ctx.compare(Op::Equal, &b, f64::INFINITY)?;
    ctx.select_where(&b_infinite, &b, &length)
}

/// The magnitude of `input` with the sign of `other`, that of a zero too.
#[converter("aten.copysign.Tensor", "aten.copysign.Scalar", "torch.copysign", crate = crate)]
fn copysign(ctx: &mut Context, input: &Tensor, other: Operand) -> Result<Tensor> {
    let input = ctx.as_float(input)?;
    let magnitude = ctx.unary(UnaryOperation::Abs, &input)?;
    let negated = ctx.unary(UnaryOperation::Neg, &magnitude)?;
    match other {
        Operand::Tensor(other) => {
            let negative = ctx.sign_bit(&other)?;
            let result = ctx.select_where(&negative, &negated, &magnitude)?;
            let dtype = ctx.output_dtype(0)?;
            ctx.cast(&result, dtype)
        }
        Operand::Scalar(number) if number.as_f64().is_some_and(f64::is_sign_negative) => {
            Ok(negated)
        }
        Operand::Scalar(_) => Ok(magnitude),
    }
}

/// The angle of the point `(other, input)`, from -π to π.
#[converter("aten.atan2.default", "aten.arctan2.default", "torch.atan2", crate = crate)]
fn atan2(ctx: &mut Context, input: &Tensor, other: &Tensor) -> Result<Tensor> {
    let dtype = ctx.output_dtype(0)?;
    let (y, x) = (ctx.cast(input, dtype)?, ctx.cast(other, dtype)?);
    let (height, width) = (
        ctx.unary(UnaryOperation::Abs, &y)?,
        ctx.unary(UnaryOperation::Abs, &x)?,
    );
    // The angle to the nearer axis, whose tangent is not above 1; 0 and infinities are no ratios with their like.
    let (long, short) = (ctx.maximum(&height, &width)?, ctx.minimum(&height, &width)?);
    let ratio = ctx.div(&short, &long)?;
    let zero = ctx.compare(Op::Equal, &long, 0.0)?;
    let ratio = ctx.select_where(&zero, &long, &ratio)?;
    let diagonal = ctx.compare(Op::Equal, &short, f64::INFINITY)?;
    let ratio = ctx.select_where(&diagonal, 1.0, &ratio)?;
    let angle = ctx.unary(UnaryOperation::Atan, &ratio)?;
    let steep = ctx.compare(Op::Greater, &height, &width)?;
    let from_vertical = ctx.sub(FRAC_PI_2, &angle)?;
    let angle = ctx.select_where(&steep, &from_vertical, &angle)?;
    let left = ctx.sign_bit(&x)?;
    let from_left = ctx.sub(PI, &angle)?;
    let angle = ctx.select_where(&left, &from_left, &angle)?;
    let below = ctx.sign_bit(&y)?;
    let negated = ctx.unary(UnaryOperation::Neg, &angle)?;
    ctx.select_where(&below, &negated, &angle)
}

/// `log(exp(input) + exp(other))` without overflow.
#[converter("aten.logaddexp.default", "torch.logaddexp", crate = crate)]
fn logaddexp(ctx: &mut Context, input: &Tensor, other: &Tensor) -> Result<Tensor> {
    ctx.log_add_exp(input, other)
}

/// `log2(2 ** input + 2 ** other)` without overflow.
#[converter("aten.logaddexp2.default", "torch.logaddexp2", crate = crate)]
fn logaddexp2(ctx: &mut Context, input: &Tensor, other: &Tensor) -> Result<Tensor> {
    let (a, b) = (ctx.mul(input, LN_2)?, ctx.mul(other, LN_2)?);
    let natural = ctx.log_add_exp(&a, &b)?;
    ctx.mul(&natural, LOG2_E)
}

/// `input * log(other)`, and 0 where the input is 0.
#[converter("aten.xlogy.Tensor", "aten.xlogy.Scalar_Other", "aten.xlogy.Scalar_Self", "aten.special_xlogy.default", "aten.special_xlogy.other_scalar", "aten.special_xlogy.self_scalar", "torch.xlogy", crate = crate)]
fn xlogy(ctx: &mut Context, input: Operand, other: Operand) -> Result<Tensor> {
    let dtype = ctx.output_dtype(0)?;
    let aligned = ctx.aligned(&[input, other], dtype)?;
    let log = ctx.unary(UnaryOperation::Log, &aligned[1])?;
    times_log(ctx, &aligned[0], &aligned[1], &log)
}

/// `input * log1p(other)`, and 0 where the input is 0.
#[converter(
    "aten.special_xlog1py.default", "aten.special_xlog1py.other_scalar", "aten.special_xlog1py.self_scalar", "torch.special.xlog1py", crate = crate
)]
fn xlog1py(ctx: &mut Context, input: Operand, other: Operand) -> Result<Tensor> {
    let dtype = ctx.output_dtype(0)?;
    let aligned = ctx.aligned(&[input, other], dtype)?;
    let log = ctx.log1p(&aligned[1])?;
    times_log(ctx, &aligned[0], &aligned[1], &log)
}

/// `x * log`, which is 0 where `x` is, unless `y`, of which it is the logarithm, is NaN.
fn times_log(ctx: &mut Context, x: &Tensor, y: &Tensor, log: &Tensor) -> Result<Tensor> {
    let product = ctx.mul(x, log)?;
    let zero = ctx.compare(Op::Equal, x, 0.0)?;
    let product = ctx.select_where(&zero, 0.0, &product)?;
    let number = ctx.compare(Op::Equal, y, y)?;
    ctx.select_where(&number, &product, y)
}
