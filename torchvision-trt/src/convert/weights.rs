//! Constants on their way into the network: as they are where the dtype agrees, else converted once.

use half::{bf16, f16};
use trt::DataType;

use super::tensor::data_type;
use super::{Error, Result};
use crate::graph::Constant;
use crate::pt2::DType;

/// The elements of a constant as `dtype`, little-endian. Borrowed from the constant, else kept by the network.
pub(super) fn converted<'w>(
    network: &trt::Network<'w>,
    constant: &'w Constant,
    dtype: DataType,
) -> Result<&'w [u8]> {
    let same_bytes = !matches!(
        constant.dtype(),
        DType::Float64 | DType::Int16 | DType::Int8 | DType::UInt16
    );
    if same_bytes && data_type(constant.dtype())? == dtype {
        return Ok(constant.bytes());
    }
    let numbers = numbers(constant).ok_or_else(|| {
        Error::new(format!(
            "`{}` of {} cannot be converted to {dtype}",
            constant.name,
            constant.dtype()
        ))
    })?;
    Ok(network.keep(encoded(&numbers, dtype)?))
}

/// Numbers as elements of `dtype`, rounded to nearest; floats are cut to integers as PyTorch does.
pub(super) fn encoded(numbers: &[f64], dtype: DataType) -> Result<Vec<u8>> {
    Ok(match dtype {
        DataType::Float => numbers
            .iter()
            .flat_map(|x| (*x as f32).to_le_bytes())
            .collect(),
        DataType::Half => numbers
            .iter()
            .flat_map(|x| f16::from_f64(*x).to_le_bytes())
            .collect(),
        DataType::BFloat16 => numbers
            .iter()
            .flat_map(|x| bf16::from_f64(*x).to_le_bytes())
            .collect(),
        DataType::Int32 => numbers
            .iter()
            .flat_map(|x| (*x as i32).to_le_bytes())
            .collect(),
        DataType::Int64 => numbers
            .iter()
            .flat_map(|x| (*x as i64).to_le_bytes())
            .collect(),
        DataType::UInt8 => numbers.iter().map(|x| *x as u8).collect(),
        DataType::Bool => numbers.iter().map(|x| u8::from(*x != 0.0)).collect(),
        other => {
            return Err(Error::new(format!(
                "constants of {other} cannot be computed at conversion"
            )));
        }
    })
}

/// The elements of a constant as numbers; `None` for complex and 8-bit floats. Integers beyond 2^53 lose digits.
pub(super) fn numbers(constant: &Constant) -> Option<Vec<f64>> {
    let bytes = constant.bytes();
    macro_rules! each {
        ($type:ty) => {
            bytes
                .chunks_exact(size_of::<$type>())
                .map(|c| <$type>::from_le_bytes(c.try_into().unwrap_or_default()))
                .map(|x| f64::from(x))
                .collect()
        };
    }
    Some(match constant.dtype() {
        DType::Float32 => each!(f32),
        DType::Float64 => each!(f64),
        DType::Float16 => each!(f16),
        DType::BFloat16 => each!(bf16),
        DType::Int64 => bytes
            .chunks_exact(8)
            .map(|c| i64::from_le_bytes(c.try_into().unwrap_or_default()) as f64)
            .collect(),
        DType::Int32 => each!(i32),
        DType::Int16 => each!(i16),
        DType::UInt16 => each!(u16),
        DType::Int8 => each!(i8),
        DType::UInt8 | DType::Bool => bytes.iter().map(|b| f64::from(*b)).collect(),
        _ => return None,
    })
}

/// True if a float constant holds NaN.
pub(super) fn has_nan(constant: &Constant) -> bool {
    let bytes = constant.bytes();
    match constant.dtype() {
        DType::Float32 => match bytemuck::try_cast_slice::<u8, f32>(bytes) {
            Ok(values) => any_nan(values),
            Err(_) => numbers(constant).is_some_and(|n| n.iter().any(|x| x.is_nan())),
        },
        DType::Float64 | DType::Float16 | DType::BFloat16 => {
            numbers(constant).is_some_and(|n| n.iter().any(|x| x.is_nan()))
        }
        _ => false,
    }
}

/// In blocks without a branch inside, which the compiler turns into vector code: this reads every weight.
fn any_nan(values: &[f32]) -> bool {
    values
        .chunks(4096)
        .any(|block| block.iter().fold(false, |nan, x| nan | x.is_nan()))
}
