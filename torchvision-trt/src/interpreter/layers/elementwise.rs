//! [ElementWise](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/ElementWise.html),
//! [Unary](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Unary.html) and
//! [Select](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Select.html).

use tch::{Kind, Tensor};
use trt::layers::{ElementWise, Unary};
use trt::{ElementWiseOperation, UnaryOperation};

use crate::interpreter::call::Call;
use crate::interpreter::error::{Failure, Result};

pub(super) fn elementwise(call: &Call, layer: &ElementWise<'_>) -> Result<Tensor> {
    use ElementWiseOperation as Op;
    let (a, b) = (call.input(0)?, call.input(1)?);
    if a.dim() != b.dim() {
        return Err(Failure::invalid(format!(
            "inputs have ranks {} and {}; they must be equal",
            a.dim(),
            b.dim()
        )));
    }
    if a.f_kind()? != b.f_kind()? {
        return Err(Failure::invalid(format!(
            "inputs have types {:?} and {:?}",
            a.f_kind()?,
            b.f_kind()?
        )));
    }
    let float = a.f_kind()? == Kind::Float;
    let operation = layer.operation()?;
    if (a.f_kind()? == Kind::Bool) != matches!(operation, Op::And | Op::Or | Op::Xor)
        && !matches!(operation, Op::Equal)
    {
        return Err(Failure::invalid(format!(
            "{operation} of {:?}",
            a.f_kind()?
        )));
    }
    Ok(match operation {
        Op::Sum => a.f_add(b)?,
        Op::Prod => a.f_mul(b)?,
        Op::Max => a.f_maximum(b)?,
        Op::Min => a.f_minimum(b)?,
        Op::Sub => a.f_sub(b)?,
        Op::Div if float => a.f_div(b)?,
        Op::Div => a.f_div_tensor_mode(b, "trunc")?,
        Op::Pow => a.f_pow(b)?,
        Op::FloorDiv => a.f_div_tensor_mode(b, "floor")?,
        Op::And => a.f_logical_and(b)?,
        Op::Or => a.f_logical_or(b)?,
        Op::Xor => a.f_logical_xor(b)?,
        Op::Equal => a.f_eq_tensor(b)?,
        Op::Greater => a.f_gt_tensor(b)?,
        Op::Less => a.f_lt_tensor(b)?,
    })
}

pub(super) fn unary(call: &Call, layer: &Unary<'_>) -> Result<Tensor> {
    use UnaryOperation as Op;
    let x = call.input(0)?;
    Ok(match layer.operation()? {
        Op::Exp => x.f_exp()?,
        Op::Log => x.f_log()?,
        Op::Sqrt => x.f_sqrt()?,
        Op::Recip => x.f_reciprocal()?,
        Op::Abs => x.f_abs()?,
        Op::Neg => x.f_neg()?,
        Op::Sin => x.f_sin()?,
        Op::Cos => x.f_cos()?,
        Op::Tan => x.f_tan()?,
        Op::Sinh => x.f_sinh()?,
        Op::Cosh => x.f_cosh()?,
        Op::Asin => x.f_asin()?,
        Op::Acos => x.f_acos()?,
        Op::Atan => x.f_atan()?,
        Op::Asinh => x.f_asinh()?,
        Op::Acosh => x.f_acosh()?,
        Op::Atanh => x.f_atanh()?,
        Op::Ceil => x.f_ceil()?,
        Op::Floor => x.f_floor()?,
        Op::Erf => x.f_erf()?,
        Op::Not => x.f_logical_not()?,
        Op::Sign => x.f_sign()?,
        Op::Round => x.f_round()?,
        Op::IsInf => x.f_isinf()?,
        Op::IsNan => x.f_isnan()?,
    })
}

pub(super) fn select(call: &Call) -> Result<Tensor> {
    let (condition, then, otherwise) = (call.input(0)?, call.input(1)?, call.input(2)?);
    if condition.f_kind()? != Kind::Bool {
        return Err(Failure::invalid(format!(
            "condition has type {:?}, expected Bool",
            condition.f_kind()?
        )));
    }
    Ok(then.f_where_self(condition, otherwise)?)
}
