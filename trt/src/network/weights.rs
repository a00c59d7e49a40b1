//! Weights: typed bytes that TensorRT reads where they are.

use trt_sys::TrtWeights;

use crate::{DataType, Error, Result};

/// Weights for a layer, borrowed: TensorRT reads them during the build, without a copy.
///
/// The borrow must last as long as the [`Network`](crate::Network) they go to, which the compiler checks. For weights
/// that are computed on the way, [`Network::keep`](crate::Network::keep) finds a place that lives long enough.
#[derive(Clone, Copy, Debug)]
pub struct Weights<'w> {
    dtype: DataType,
    bytes: &'w [u8],
}

impl<'w> Weights<'w> {
    /// The elements of type `dtype` that lie in `bytes`, aligned for that type.
    ///
    /// They are checked where they are used: bytes that are no whole number of elements or lie at an address that elements
    /// of this type cannot have are an error there. What [`Network::keep`](crate::Network::keep) gives is aligned for the
    /// type of its values, and setters of layers, which copy, take any address.
    pub const fn new(dtype: DataType, bytes: &'w [u8]) -> Self {
        Self { dtype, bytes }
    }

    /// No weights: an absent bias, scale, ...
    pub const fn empty(dtype: DataType) -> Self {
        Self { dtype, bytes: &[] }
    }

    /// Element type.
    pub const fn dtype(&self) -> DataType {
        self.dtype
    }

    /// The bytes, in the order of the machine.
    pub const fn bytes(&self) -> &'w [u8] {
        self.bytes
    }

    /// Number of elements.
    pub const fn len(&self) -> usize {
        // Whole bytes first, so that 2^61 bytes do not overflow.
        match self.dtype.size_bits() {
            bits if bits < 8 => self.bytes.len() * (8 / bits),
            bits => self.bytes.len() / (bits / 8),
        }
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The form that TensorRT takes.
    ///
    /// # Errors
    /// Bytes that are no whole number of elements, or lie where C++ cannot read such elements.
    pub(crate) fn to_raw(self) -> Result<TrtWeights> {
        let dtype = self.dtype;
        let size = dtype.size_bits().div_ceil(8);
        let refuse = |detail| Err(Error::invalid(format!("weights of type {dtype}"), detail));
        if !self.bytes.len().is_multiple_of(size) {
            return refuse(format!(
                "have {} bytes, expected a multiple of {size}",
                self.bytes.len()
            ));
        }
        if !self.is_empty() && !self.bytes.as_ptr().addr().is_multiple_of(size) {
            return refuse(format!(
                "start at {:p}, expected an address that is a multiple of {size}; copy them, for example with Network::keep",
                self.bytes.as_ptr()
            ));
        }
        Ok(TrtWeights {
            dtype: dtype.to_raw(),
            values: if self.is_empty() {
                std::ptr::null()
            } else {
                self.bytes.as_ptr().cast()
            },
            count: self.len() as i64,
        })
    }

    /// # Safety
    /// `raw.values` is null or points to `raw.count` elements that live and do not change for `'w`.
    pub(crate) unsafe fn from_raw(raw: &TrtWeights) -> Result<Self> {
        let dtype = DataType::try_from(raw.dtype)?;
        let count = usize::try_from(raw.count).unwrap_or(0);
        if raw.values.is_null() || count == 0 {
            return Ok(Self::empty(dtype));
        }
        let length = dtype.bytes_for(count).ok_or_else(|| {
            Error::invalid(
                "weights",
                format!("{count} elements exceed the address space"),
            )
        })?;
        // SAFETY: the caller's promise.
        let bytes = unsafe { std::slice::from_raw_parts(raw.values.cast(), length) };
        Ok(Self { dtype, bytes })
    }
}

macro_rules! from_slice {
    ($($element:ty => $dtype:ident,)*) => {$(
        impl<'w> From<&'w [$element]> for Weights<'w> {
            fn from(values: &'w [$element]) -> Self {
                Self::new(DataType::$dtype, bytemuck::cast_slice(values))
            }
        }

        impl<'w, const N: usize> From<&'w [$element; N]> for Weights<'w> {
            fn from(values: &'w [$element; N]) -> Self {
                Self::from(values.as_slice())
            }
        }

        impl<'w> From<&'w Vec<$element>> for Weights<'w> {
            fn from(values: &'w Vec<$element>) -> Self {
                Self::from(values.as_slice())
            }
        }
    )*};
}
from_slice! {
    f32 => Float,
    half::f16 => Half,
    half::bf16 => BFloat16,
    i8 => Int8,
    u8 => UInt8,
    i32 => Int32,
    i64 => Int64,
    bool => Bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn count_follows_from_type_and_bytes() {
        assert_eq!(Weights::from(&[1.0f32, 2.0]).len(), 2);
        assert_eq!(Weights::new(DataType::Int4, &[0; 3]).len(), 6);
        assert_eq!(Weights::from(&[true, false]).dtype(), DataType::Bool);
        let none = Weights::empty(DataType::Half);
        assert!(none.is_empty() && none.to_raw().unwrap().values.is_null());
    }
}
