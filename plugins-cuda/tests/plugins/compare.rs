//! Whether a plugin's output is PyTorch's.

use anyhow::{Result, bail, ensure};
use half::{bf16, f16};
use trt::DataType;

use crate::suite::Tensor;

/// How far an output may be from PyTorch's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Tolerance {
    /// Every element the same; any NaN is the same as any other.
    Exact,
    /// The relative error in the Euclidean norm; an element may be off by ten times that, relative to itself and the mean size.
    Relative(f64),
}

impl Tolerance {
    /// `exact`, what a type allows (`fp32`: 1e-5; `fp16` and `bf16`: a rounding of the result and of one value on the way), or a
    /// number.
    pub(crate) fn named(name: &str) -> Result<Self> {
        Ok(match name {
            "exact" => Self::Exact,
            "fp32" => Self::Relative(1e-5),
            "fp16" => Self::Relative(1e-3),
            "bf16" => Self::Relative(8e-3),
            number => match number.parse() {
                Ok(limit) => Self::Relative(limit),
                Err(_) => bail!("unknown tolerance {number}"),
            },
        })
    }
}

/// The relative error; an error that says where and how the outputs differ when it is too large.
pub(crate) fn compare(found: &Tensor, expected: &Tensor, tolerance: Tolerance) -> Result<f64> {
    ensure!(
        found.dtype == expected.dtype,
        "type {:?}, expected {:?}",
        found.dtype,
        expected.dtype
    );
    ensure!(
        found.dims == expected.dims,
        "shape {}, expected {}",
        found.dims,
        expected.dims
    );
    let (found, expected) = (numbers(found), numbers(expected));
    let finite = || {
        let pairs = found.iter().zip(&expected);
        pairs.filter(|(_, expected)| expected.is_finite())
    };
    let norm = finite().map(|(_, e)| e * e).sum::<f64>().sqrt();
    let mean = norm / (finite().count().max(1) as f64).sqrt();
    let limit = |expected: f64| match tolerance {
        Tolerance::Exact => 0.0,
        Tolerance::Relative(relative) => 10.0 * relative * (expected.abs() + mean),
    };
    let is_off = |&(_, (found, expected)): &(usize, (&f64, &f64))| {
        !(found == expected
            || (found.is_nan() && expected.is_nan())
            || (found - expected).abs() <= limit(*expected))
    };
    let wrong: Vec<_> = found
        .iter()
        .zip(&expected)
        .enumerate()
        .filter(is_off)
        .collect();
    let total = expected.len();
    if let Some((index, (found, expected))) = wrong.first() {
        bail!(
            "{} of {} elements differ; the first is element {index}: {found:e}, expected {expected:e}",
            wrong.len(),
            total
        );
    }
    let error = finite().map(|(f, e)| (f - e).powi(2)).sum::<f64>().sqrt();
    let relative = if error == 0.0 { 0.0 } else { error / norm };
    match tolerance {
        Tolerance::Relative(limit) if relative > limit => {
            bail!("relative error {relative:.1e}, allowed {limit:.1e}")
        }
        _ => Ok(relative),
    }
}

/// The elements as numbers; a double holds every value of the types, of 64-bit integers those that cases have.
fn numbers(tensor: &Tensor) -> Vec<f64> {
    fn each<T: bytemuck::AnyBitPattern>(bytes: &[u8], number: fn(T) -> f64) -> Vec<f64> {
        let elements = bytes.chunks_exact(size_of::<T>());
        elements
            .map(|bytes| number(bytemuck::pod_read_unaligned(bytes)))
            .collect()
    }
    let bytes = &tensor.bytes;
    match tensor.dtype {
        DataType::Float => each::<f32>(bytes, f64::from),
        DataType::Half => each::<f16>(bytes, f64::from),
        DataType::BFloat16 => each::<bf16>(bytes, f64::from),
        DataType::Int64 => each::<i64>(bytes, |value| value as f64),
        DataType::Int32 => each::<i32>(bytes, f64::from),
        DataType::Int8 => each::<i8>(bytes, f64::from),
        _ => each::<u8>(bytes, f64::from),
    }
}
