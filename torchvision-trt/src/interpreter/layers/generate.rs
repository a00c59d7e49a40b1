//! [Constant](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Constant.html),
//! [Fill](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Fill.html) and
//! [Assertion](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Assertion.html).

use tch::{Device, Kind, Tensor};
use trt::FillOperation;
use trt::layers::{Assertion, Constant, Fill};

use crate::interpreter::call::Call;
use crate::interpreter::error::{Failure, Result};
use crate::interpreter::value;

pub(super) fn constant(layer: &Constant<'_>) -> Result<Tensor> {
    let (weights, dims) = (layer.weights()?, layer.dimensions()?);
    match value::weights(&weights, &dims)? {
        Some(tensor) => Ok(tensor),
        // A constant without elements has no bytes either.
        None if dims.contains(&0) => {
            let kind = value::compute_kind(value::storage_kind(weights.dtype())?);
            Ok(Tensor::f_zeros(&dims[..], (kind, Device::Cpu))?)
        }
        None => Err(Failure::invalid("the constant has no weights")),
    }
}

/// Every element is `alpha` plus, for each dimension, `beta` times the index.
pub(super) fn fill(call: &Call, layer: &Fill<'_>) -> Result<Tensor> {
    if layer.operation()? != FillOperation::Linspace {
        return Err(Failure::unsupported(format!(
            "{} (random numbers cannot be verified)",
            layer.operation()?
        )));
    }
    let size = call.sizes(0, || layer.dimensions())?;
    let kind = value::compute_kind(value::storage_kind(layer.to_type()?)?);
    let parameter =
        |input: usize, float: trt::Result<f64>, int: trt::Result<i64>| -> Result<Tensor> {
            Ok(match call.optional(input) {
                Some(tensor) => tensor.f_to_kind(kind)?,
                // Libraries without 64-bit integers do not have this question.
                None if layer.is_alpha_beta_int64().unwrap_or(false) => {
                    Tensor::f_from_slice(&[int?])?.f_to_kind(kind)?
                }
                None => Tensor::f_from_slice(&[float?])?.f_to_kind(kind)?,
            })
        };
    let start = parameter(1, layer.alpha(), layer.alpha_int64())?.f_reshape([-1])?;
    let steps = parameter(2, layer.beta(), layer.beta_int64())?.f_reshape([-1])?;
    if start.numel() != 1 || steps.numel() != size.len() {
        return Err(Failure::invalid(format!(
            "{} start values and {} steps for {} dimensions",
            start.numel(),
            steps.numel(),
            size.len()
        )));
    }
    let mut result = start
        .f_expand(&size, false)
        .or_else(|_| start.f_reshape([0i64; 0])?.f_expand(&size, false))?;
    for (dimension, &length) in size.iter().enumerate() {
        let mut shape = vec![1; size.len()];
        shape[dimension] = length;
        let index = Tensor::f_arange(length, (kind, Device::Cpu))?.f_reshape(shape)?;
        result = result.f_add(&index.f_mul(&steps.f_get(dimension as i64)?)?)?;
    }
    Ok(result)
}

pub(super) fn assertion(call: &Call, layer: &Assertion<'_>) -> Result<()> {
    let condition = call.input(0)?;
    if condition
        .f_to_kind(Kind::Bool)?
        .f_all()?
        .f_int64_value(&[])?
        == 1
    {
        Ok(())
    } else {
        Err(Failure::invalid(format!(
            "assertion failed: {}",
            layer.message()?
        )))
    }
}
