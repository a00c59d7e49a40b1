//! Element types and constants, from TensorRT's to libtorch's.

use tch::{Kind, Tensor};
use trt::{DataType, Weights};

use super::error::{Failure, Result};

/// The type in which a tensor of TensorRT type `dtype` is stored between layers.
pub(super) fn storage_kind(dtype: DataType) -> Result<Kind> {
    Ok(match dtype {
        DataType::Float => Kind::Float,
        DataType::Half => Kind::Half,
        DataType::BFloat16 => Kind::BFloat16,
        DataType::Fp8 => Kind::Float8e4m3fn,
        // libtorch has no 4-bit integers; their values fit 8 bits.
        DataType::Int8 | DataType::Int4 => Kind::Int8,
        DataType::UInt8 => Kind::Uint8,
        DataType::Int32 => Kind::Int,
        DataType::Int64 => Kind::Int64,
        DataType::Bool => Kind::Bool,
        other => return Err(Failure::unsupported(format!("element type {other}"))),
    })
}

/// The type in which layers compute with elements stored as `kind`: fp32 for all small floating-point types.
pub(super) fn compute_kind(kind: Kind) -> Kind {
    match kind {
        Kind::Half | Kind::BFloat16 | Kind::Float8e4m3fn => Kind::Float,
        other => other,
    }
}

/// Weights as a tensor of `shape`, in the type to compute with; `None` for empty weights.
pub(super) fn weights(weights: &Weights<'_>, shape: &[i64]) -> Result<Option<Tensor>> {
    let bytes = weights.bytes();
    if bytes.is_empty() {
        return Ok(None);
    }
    let kind = match weights.dtype() {
        DataType::Int4 => return Err(Failure::unsupported("packed 4-bit weights")),
        dtype => storage_kind(dtype)?,
    };
    let expected = shape.iter().product::<i64>() as usize * kind.elt_size_in_bytes();
    if bytes.len() != expected {
        return Err(Failure::invalid(format!(
            "weights have {} bytes, a tensor of shape {shape:?} of {} has {expected}",
            bytes.len(),
            weights.dtype()
        )));
    }
    let tensor = Tensor::f_from_data_size(bytes, shape, kind)?;
    Ok(Some(tensor.f_to_kind(compute_kind(kind))?))
}

/// The numbers of a tensor that stands for a shape, an axis or a count.
pub(super) fn integers(tensor: &Tensor) -> Result<Vec<i64>> {
    if !matches!(tensor.f_kind()?, Kind::Int | Kind::Int64) {
        return Err(Failure::invalid(format!(
            "expected integers, found {:?}",
            tensor.f_kind()?
        )));
    }
    let flat = tensor.f_to_kind(Kind::Int64)?.f_contiguous()?;
    let mut values = vec![0i64; flat.numel()];
    let count = values.len();
    flat.f_copy_data(&mut values, count)?;
    Ok(values)
}

/// The one number of a tensor with a single element.
pub(super) fn number(tensor: &Tensor) -> Result<f64> {
    if tensor.numel() != 1 {
        return Err(Failure::invalid(format!(
            "expected one number, found shape {:?}",
            tensor.size()
        )));
    }
    Ok(tensor.f_reshape([1])?.f_double_value(&[0])?)
}

/// Brings an axis that counts from the end to one that counts from the start.
pub(super) fn axis(axis: i64, rank: usize) -> Result<i64> {
    let rank = rank as i64;
    if axis < -rank || axis >= rank {
        return Err(Failure::invalid(format!(
            "axis {axis} is outside of a tensor of rank {rank}"
        )));
    }
    Ok(axis.rem_euclid(rank.max(1)))
}
