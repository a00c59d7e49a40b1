//! Views of tensors in host memory and on the GPU.

use std::marker::PhantomData;

use half::{bf16, f16};
use trt::cuda::DeviceBuffer;
use trt::{DataType, Dims};

use super::error::{Error, Result};

/// A Rust type that is an element type of TensorRT.
pub trait Element: bytemuck::NoUninit {
    /// The element type.
    const DTYPE: DataType;
}

macro_rules! elements {
    ($($rust:ty => $dtype:ident),* $(,)?) => {
        $(impl Element for $rust {
            const DTYPE: DataType = DataType::$dtype;
        })*
    };
}

elements! {
    f32 => Float, f16 => Half, bf16 => BFloat16, i64 => Int64, i32 => Int32, i8 => Int8, u8 => UInt8, bool => Bool,
}

/// A contiguous tensor in host memory, borrowed.
#[derive(Debug, Clone, Copy)]
pub struct TensorView<'a> {
    dtype: DataType,
    shape: Dims,
    bytes: &'a [u8],
}

impl<'a> TensorView<'a> {
    /// A view of `data` in row-major order. That its length fits the shape is checked at the run.
    ///
    /// # Errors
    /// More than eight dimensions.
    pub fn new<T: Element>(data: &'a [T], shape: &[i64]) -> Result<Self> {
        Self::from_bytes(T::DTYPE, bytemuck::cast_slice(data), shape)
    }

    /// A view of raw little-endian data in row-major order.
    ///
    /// # Errors
    /// More than eight dimensions.
    pub fn from_bytes(dtype: DataType, bytes: &'a [u8], shape: &[i64]) -> Result<Self> {
        Ok(Self {
            dtype,
            shape: Dims::new(shape)?,
            bytes,
        })
    }

    /// Element type.
    #[must_use]
    pub fn dtype(&self) -> DataType {
        self.dtype
    }

    /// Shape.
    #[must_use]
    pub fn shape(&self) -> Dims {
        self.shape
    }

    /// The data.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The data as values of `T`.
    ///
    /// # Errors
    /// Another element type, or data that is not aligned for it.
    pub fn to_slice<T: Element + bytemuck::AnyBitPattern>(&self) -> Result<&'a [T]> {
        if self.dtype != T::DTYPE {
            return Err(Error::Dtype {
                name: "view".into(),
                expected: self.dtype,
                found: T::DTYPE,
            });
        }
        bytemuck::try_cast_slice(self.bytes).map_err(|e| Error::Placement {
            name: "view".into(),
            detail: format!("cannot be read as a slice: {e}; copy its bytes"),
        })
    }
}

/// A contiguous tensor in device memory: its address, not the memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceTensor {
    /// Element type.
    pub dtype: DataType,
    /// Shape.
    pub shape: Dims,
    /// Device address of the first element, aligned to 256 bytes.
    pub address: u64,
    /// Bytes usable from there.
    pub len: usize,
    /// The number of the device whose memory it is; `None` when the caller vouches for it.
    pub device: Option<u32>,
}

impl DeviceTensor {
    /// The tensor of this type and shape at the start of a buffer.
    ///
    /// # Errors
    /// More than eight dimensions.
    pub fn new(buffer: &DeviceBuffer, dtype: DataType, shape: &[i64]) -> Result<Self> {
        Ok(Self {
            dtype,
            shape: Dims::new(shape)?,
            address: buffer.address(),
            len: buffer.len(),
            device: Some(buffer.device().ordinal()),
        })
    }
}

/// A tensor at the start of a device buffer, borrowed for reading.
#[derive(Debug, Clone, Copy)]
pub struct BufferRef<'a> {
    tensor: DeviceTensor,
    _buffer: PhantomData<&'a DeviceBuffer>,
}

impl<'a> BufferRef<'a> {
    /// The tensor of this type and shape at the start of a buffer.
    ///
    /// # Errors
    /// More than eight dimensions.
    pub fn new(buffer: &'a DeviceBuffer, dtype: DataType, shape: &[i64]) -> Result<Self> {
        Ok(Self {
            tensor: DeviceTensor::new(buffer, dtype, shape)?,
            _buffer: PhantomData,
        })
    }

    pub(super) fn tensor(&self) -> &DeviceTensor {
        &self.tensor
    }
}

/// A tensor at the start of a device buffer, borrowed for writing.
#[derive(Debug)]
pub struct BufferMut<'a> {
    tensor: DeviceTensor,
    _buffer: PhantomData<&'a mut DeviceBuffer>,
}

impl<'a> BufferMut<'a> {
    /// The tensor of this type and shape at the start of a buffer.
    ///
    /// # Errors
    /// More than eight dimensions.
    pub fn new(buffer: &'a mut DeviceBuffer, dtype: DataType, shape: &[i64]) -> Result<Self> {
        Ok(Self {
            tensor: DeviceTensor::new(buffer, dtype, shape)?,
            _buffer: PhantomData,
        })
    }

    pub(super) fn tensor(&self) -> &DeviceTensor {
        &self.tensor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_knows_its_type() {
        let view = TensorView::new(&[1.0_f32, 2.0], &[2]).unwrap();
        assert_eq!(view.dtype(), DataType::Float);
        assert_eq!(view.bytes().len(), 8);
        assert_eq!(view.to_slice::<f32>().unwrap(), [1.0, 2.0]);
        assert!(matches!(view.to_slice::<i32>(), Err(Error::Dtype { .. })));
        assert!(TensorView::new(&[true], &[1; 9]).is_err());
    }

    #[test]
    fn misaligned_bytes_are_an_error_not_a_panic() {
        let data = [0_u32; 3];
        let bytes = &bytemuck::cast_slice::<u32, u8>(&data)[1..9];
        let view = TensorView::from_bytes(DataType::Float, bytes, &[2]).unwrap();
        assert!(matches!(
            view.to_slice::<f32>(),
            Err(Error::Placement { .. })
        ));
    }
}
