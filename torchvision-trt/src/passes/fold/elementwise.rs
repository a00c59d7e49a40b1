//! Operations element by element, with broadcasting.

use super::Call;
use super::array::Array;
use crate::graph::Argument;

pub(super) fn evaluate(operator: &str, call: &Call<'_>) -> Option<Array> {
    let [output] = call.outputs else { return None };
    // An operand: a tensor, or a literal that is repeated.
    let operand = |name: &str| -> Option<Array> {
        match call.node.arg(name)? {
            Argument::Tensor(_) => call.array(name)?.broadcast(&output.shape),
            _ => call.number(name).map(|x| Array {
                dtype: output.dtype,
                shape: output.shape.clone(),
                data: vec![x; output.shape.iter().product::<i64>() as usize],
            }),
        }
    };
    let alpha = call.number("alpha").unwrap_or(1.0);
    let unary = |f: fn(f64) -> f64| {
        let a = operand("self")?;
        Some(Array::from_fn(
            output.dtype,
            &output.shape,
            |i| f(a.data[i]),
        ))
    };
    let binary = |f: &dyn Fn(f64, f64) -> f64| {
        let (a, b) = (
            operand("self")?,
            operand("other").or_else(|| operand("exponent"))?,
        );
        Some(Array::from_fn(output.dtype, &output.shape, |i| {
            f(a.data[i], b.data[i])
        }))
    };
    let integers = output.dtype.is_integer();
    let truth = |f: fn(&f64, &f64) -> bool| binary(&|a, b| f64::from(u8::from(f(&a, &b))));
    let limit = |low: Option<f64>, high: Option<f64>| {
        let a = operand("self")?;
        let cut = |x: f64| {
            if x.is_nan() {
                x
            } else {
                x.max(low.unwrap_or(f64::NEG_INFINITY))
                    .min(high.unwrap_or(f64::INFINITY))
            }
        };
        Some(Array::from_fn(output.dtype, &output.shape, |i| {
            cut(a.data[i])
        }))
    };
    match operator {
        "_to_copy.default" => unary(|x| x),
        "neg.default" => unary(|x| -x),
        "abs.default" => unary(f64::abs),
        "exp.default" => unary(f64::exp),
        "log.default" => unary(f64::ln),
        "log2.default" => unary(f64::log2),
        "sqrt.default" => unary(f64::sqrt),
        "rsqrt.default" => unary(|x| 1.0 / x.sqrt()),
        "reciprocal.default" => unary(|x| 1.0 / x),
        "sin.default" => unary(f64::sin),
        "cos.default" => unary(f64::cos),
        "tanh.default" => unary(f64::tanh),
        "sigmoid.default" => unary(|x| 1.0 / (1.0 + (-x).exp())),
        "relu.default" => unary(|x| if x < 0.0 { 0.0 } else { x }),
        "floor.default" => unary(f64::floor),
        "ceil.default" => unary(f64::ceil),
        "round.default" => unary(f64::round_ties_even),
        "trunc.default" => unary(f64::trunc),
        "sign.default" => unary(|x| if x == 0.0 { 0.0 } else { x.signum() }),
        "logical_not.default" => unary(|x| f64::from(u8::from(x == 0.0))),
        "add.Tensor" | "add.Scalar" => binary(&|a, b| a + alpha * b),
        "sub.Tensor" | "sub.Scalar" => binary(&|a, b| a - alpha * b),
        "rsub.Tensor" | "rsub.Scalar" => binary(&|a, b| b - alpha * a),
        "mul.Tensor" | "mul.Scalar" => binary(&|a, b| a * b),
        "div.Tensor" | "div.Scalar" => binary(&|a, b| a / b),
        "div.Tensor_mode" | "div.Scalar_mode" => match call.node.arg("rounding_mode")? {
            Argument::None => binary(&|a, b| a / b),
            Argument::Str(mode) if mode == "floor" => {
                divided(binary(&|a, b| (a / b).floor()), integers)
            }
            Argument::Str(mode) if mode == "trunc" => {
                divided(binary(&|a, b| (a / b).trunc()), integers)
            }
            _ => None,
        },
        "floor_divide.default" | "floor_divide.Scalar" => {
            divided(binary(&|a, b| (a / b).floor()), integers)
        }
        "remainder.Tensor" | "remainder.Scalar" => {
            divided(binary(&|a, b| (a / b).floor()), integers)
                .and_then(|_| binary(&|a, b| a - (a / b).floor() * b))
        }
        "pow.Tensor_Scalar" | "pow.Tensor_Tensor" => binary(&f64::powf),
        "maximum.default" => binary(&|a, b| {
            if a.is_nan() || b.is_nan() {
                f64::NAN
            } else {
                a.max(b)
            }
        }),
        "minimum.default" => binary(&|a, b| {
            if a.is_nan() || b.is_nan() {
                f64::NAN
            } else {
                a.min(b)
            }
        }),
        "eq.Tensor" | "eq.Scalar" => truth(f64::eq),
        "ne.Tensor" | "ne.Scalar" => truth(f64::ne),
        "lt.Tensor" | "lt.Scalar" => truth(f64::lt),
        "le.Tensor" | "le.Scalar" => truth(f64::le),
        "gt.Tensor" | "gt.Scalar" => truth(f64::gt),
        "ge.Tensor" | "ge.Scalar" => truth(f64::ge),
        "logical_and.default" => truth(|a, b| *a != 0.0 && *b != 0.0),
        "logical_or.default" => truth(|a, b| *a != 0.0 || *b != 0.0),
        "logical_xor.default" => truth(|a, b| (*a != 0.0) != (*b != 0.0)),
        "clamp.default" => limit(optional(call, "min")?, optional(call, "max")?),
        "clamp_min.default" => limit(Some(call.number("min")?), None),
        "clamp_max.default" => limit(None, Some(call.number("max")?)),
        "masked_fill.Scalar" | "masked_fill.Tensor" => {
            let (a, mask, value) = (operand("self")?, operand("mask")?, operand("value")?);
            Some(Array::from_fn(output.dtype, &output.shape, |i| {
                if mask.data[i] != 0.0 {
                    value.data[i]
                } else {
                    a.data[i]
                }
            }))
        }
        "where.self" | "where.ScalarOther" | "where.ScalarSelf" | "where.Scalar" => {
            let (condition, a, b) = (operand("condition")?, operand("self")?, operand("other")?);
            Some(Array::from_fn(output.dtype, &output.shape, |i| {
                if condition.data[i] != 0.0 {
                    a.data[i]
                } else {
                    b.data[i]
                }
            }))
        }
        "fill.Tensor" => {
            let value = operand("value")?;
            Some(Array::from_fn(output.dtype, &output.shape, |i| {
                value.data[i]
            }))
        }
        _ => None,
    }
}

/// Rounded division; of integers by zero PyTorch gives an error, which is left to it.
fn divided(result: Option<Array>, integers: bool) -> Option<Array> {
    result.filter(|array| !integers || array.data.iter().all(|x| x.is_finite()))
}

/// A bound that may be absent. The outer `None`: it is no literal.
fn optional(call: &Call<'_>, name: &str) -> Option<Option<f64>> {
    match call.node.arg(name)? {
        Argument::None => Some(None),
        _ => call.number(name).map(Some),
    }
}
