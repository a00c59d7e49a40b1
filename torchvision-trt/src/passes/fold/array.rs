//! Small tensors in memory.

use half::{bf16, f16};

use crate::graph::Constant;
use crate::pt2::{AlignedBytes, DType};

/// Elements in row-major order. `f64` holds every float and every integer up to 2^53 exactly.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Array {
    pub(super) dtype: DType,
    pub(super) shape: Vec<i64>,
    pub(super) data: Vec<f64>,
}

/// Beyond this, `f64` cannot hold every integer.
const EXACT: i64 = 1 << 53;

impl Array {
    /// An array whose elements `f` gives by position, rounded to the dtype.
    pub(super) fn from_fn(dtype: DType, shape: &[i64], f: impl FnMut(usize) -> f64) -> Self {
        let count = shape.iter().product::<i64>() as usize;
        let data = (0..count).map(f).map(|x| round(x, dtype)).collect();
        Self {
            dtype,
            shape: shape.to_vec(),
            data,
        }
    }

    /// The elements of a constant; `None` for types and numbers that `f64` does not hold.
    pub(super) fn decode(constant: &Constant) -> Option<Self> {
        let bytes = constant.bytes();
        let data = match constant.dtype() {
            DType::Float32 => bytes
                .as_chunks()
                .0
                .iter()
                .map(|b| f32::from_le_bytes(*b).into())
                .collect(),
            DType::Float64 => bytes
                .as_chunks()
                .0
                .iter()
                .map(|b| f64::from_le_bytes(*b))
                .collect(),
            DType::Float16 => bytes
                .as_chunks()
                .0
                .iter()
                .map(|b| f16::from_le_bytes(*b).into())
                .collect(),
            DType::BFloat16 => bytes
                .as_chunks()
                .0
                .iter()
                .map(|b| bf16::from_le_bytes(*b).into())
                .collect(),
            DType::Int64 => {
                let exact = |b: &[u8; 8]| {
                    Some(i64::from_le_bytes(*b)).filter(|n| n.abs_diff(0) <= EXACT as u64)
                };
                bytes
                    .as_chunks()
                    .0
                    .iter()
                    .map(|b| exact(b).map(|n| n as f64))
                    .collect::<Option<_>>()?
            }
            DType::Int32 => bytes
                .as_chunks()
                .0
                .iter()
                .map(|b| i32::from_le_bytes(*b).into())
                .collect(),
            DType::Int16 => bytes
                .as_chunks()
                .0
                .iter()
                .map(|b| i16::from_le_bytes(*b).into())
                .collect(),
            DType::UInt16 => bytes
                .as_chunks()
                .0
                .iter()
                .map(|b| u16::from_le_bytes(*b).into())
                .collect(),
            DType::Int8 => bytes.iter().map(|b| f64::from(*b as i8)).collect(),
            DType::UInt8 | DType::Bool => bytes.iter().map(|b| f64::from(*b)).collect(),
            _ => return None,
        };
        Some(Self {
            dtype: constant.dtype(),
            shape: constant.shape().to_vec(),
            data,
        })
    }

    /// The elements as a constant's bytes.
    pub(super) fn encode(&self) -> AlignedBytes {
        let mut out = AlignedBytes::zeroed(self.data.len() * self.dtype.size());
        let slots = out.as_mut().chunks_exact_mut(self.dtype.size());
        for (slot, x) in slots.zip(&self.data) {
            match self.dtype {
                DType::Float32 => slot.copy_from_slice(&(*x as f32).to_le_bytes()),
                DType::Float64 => slot.copy_from_slice(&x.to_le_bytes()),
                DType::Float16 => slot.copy_from_slice(&f16::from_f64(*x).to_le_bytes()),
                DType::BFloat16 => slot.copy_from_slice(&bf16::from_f64(*x).to_le_bytes()),
                DType::Int64 => slot.copy_from_slice(&(*x as i64).to_le_bytes()),
                DType::Int32 => slot.copy_from_slice(&(*x as i32).to_le_bytes()),
                DType::Int16 => slot.copy_from_slice(&(*x as i16).to_le_bytes()),
                DType::UInt16 => slot.copy_from_slice(&(*x as u16).to_le_bytes()),
                DType::Int8 => slot.copy_from_slice(&(*x as i8).to_le_bytes()),
                _ => slot.copy_from_slice(&[*x as u8]),
            }
        }
        out
    }

    /// Distance between neighbours of each dimension.
    pub(super) fn strides(&self) -> Vec<i64> {
        let mut strides = vec![1; self.shape.len()];
        for axis in (0..self.shape.len().saturating_sub(1)).rev() {
            strides[axis] = strides[axis + 1] * self.shape[axis + 1];
        }
        strides
    }

    /// The same elements with other sizes.
    pub(super) fn reshaped(&self, shape: &[i64]) -> Option<Self> {
        let fits = shape.iter().product::<i64>() as usize == self.data.len();
        fits.then(|| Self {
            shape: shape.to_vec(),
            ..self.clone()
        })
    }

    /// The elements that a strided view shows, in row-major order of `shape`.
    pub(super) fn gathered(&self, shape: &[i64], strides: &[i64], offset: i64) -> Self {
        let count = shape.iter().product::<i64>() as usize;
        let mut data = Vec::with_capacity(count);
        walk(shape, strides, offset, |at| data.push(self.data[at]));
        Self {
            dtype: self.dtype,
            shape: shape.to_vec(),
            data,
        }
    }

    /// Repeated along dimensions of size 1 as PyTorch broadcasts; `None` if the shapes do not fit.
    pub(super) fn broadcast(&self, shape: &[i64]) -> Option<Self> {
        let missing = shape.len().checked_sub(self.shape.len())?;
        let own = self.strides();
        let mut strides = vec![0; shape.len()];
        for (axis, (size, stride)) in self.shape.iter().zip(own).enumerate() {
            if *size == shape[missing + axis] {
                strides[missing + axis] = stride;
            } else if *size != 1 {
                return None;
            }
        }
        Some(self.gathered(shape, &strides, 0))
    }

    /// Position of a dimension that may count from the end.
    pub(super) fn axis(&self, dim: i64) -> Option<usize> {
        let rank = self.shape.len().max(1) as i64;
        (-rank..rank)
            .contains(&dim)
            .then(|| dim.rem_euclid(rank) as usize)
            .filter(|axis| *axis < self.shape.len())
    }
}

/// Calls `visit` with the position of every element of a strided view.
pub(super) fn walk(shape: &[i64], strides: &[i64], offset: i64, mut visit: impl FnMut(usize)) {
    let mut index = vec![0; shape.len()];
    let mut at = offset;
    for _ in 0..shape.iter().product::<i64>() {
        visit(at as usize);
        for axis in (0..shape.len()).rev() {
            index[axis] += 1;
            at += strides[axis];
            if index[axis] < shape[axis] {
                break;
            }
            at -= strides[axis] * shape[axis];
            index[axis] = 0;
        }
    }
}

/// A number as the dtype holds it.
pub(super) fn round(x: f64, dtype: DType) -> f64 {
    match dtype {
        DType::Float32 => f64::from(x as f32),
        DType::Float16 => f16::from_f64(x).to_f64(),
        DType::BFloat16 => bf16::from_f64(x).to_f64(),
        DType::Bool => f64::from(u8::from(x != 0.0)),
        dtype if dtype.is_integer() => x.trunc(),
        _ => x,
    }
}
