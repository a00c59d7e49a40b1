//! What a plugin is asked about and works on: tensors, and one call of it.

use std::ffi::c_void;
use std::ops::Deref;

use super::{Error, Plugin, Result, Size, SymbolicShape};
use crate::cuda::{self, RawStream};
use crate::enums::native_enum;
use crate::{DataType, Dims};

native_enum! {
    /// How the elements of a tensor lie in memory.
    ///
    /// Follows [`nvinfer1::TensorFormat`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/c-api/namespacenvinfer1.html).
    TensorFormat: TrtTensorFormat, "tensor format" {
        /// Row-major, dimensions in their order.
        Linear = LINEAR,
        /// Channels in pairs.
        Chw2 = CHW2,
        /// Channels last, padded to a multiple of 8.
        Hwc8 = HWC8,
        /// Channels in fours.
        Chw4 = CHW4,
        /// Channels in sixteens.
        Chw16 = CHW16,
        /// Channels in thirty-twos.
        Chw32 = CHW32,
        /// Three-dimensional images, channels last, padded to a multiple of 8.
        Dhwc8 = DHWC8,
        /// Three-dimensional images, channels in thirty-twos.
        Cdhw32 = CDHW32,
        /// Channels last.
        Hwc = HWC,
        /// Planar, for a DLA.
        DlaLinear = DLA_LINEAR,
        /// Channels last in fours, for a DLA.
        DlaHwc4 = DLA_HWC4,
        /// Channels last, padded to a multiple of 16.
        Hwc16 = HWC16,
        /// Three-dimensional images, channels last.
        Dhwc = DHWC,
    }
}

/// Shape, type and format of an input or output of a plugin.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct TensorInfo {
    /// Shape; -1 is a size not known yet.
    pub dims: Dims,
    /// Element type.
    pub dtype: DataType,
    /// How elements lie in memory.
    pub format: TensorFormat,
    /// What one step of [`DataType::Int8`] stands for, in networks where TensorRT keeps it beside the tensor.
    pub scale: Option<f32>,
}

impl TensorInfo {
    /// A row-major tensor.
    pub const fn linear(dtype: DataType, dims: Dims) -> Self {
        Self {
            dims,
            dtype,
            format: TensorFormat::Linear,
            scale: None,
        }
    }

    /// Whether it is row-major and of one of these types.
    pub fn is_linear_of(&self, dtypes: &[DataType]) -> bool {
        self.format == TensorFormat::Linear && dtypes.contains(&self.dtype)
    }
}

/// A tensor in device memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TensorMemory {
    info: TensorInfo,
    address: u64,
}

impl TensorMemory {
    /// A tensor at a device address, which may be 0 when the tensor is empty.
    pub const fn new(info: TensorInfo, address: u64) -> Self {
        Self { info, address }
    }

    /// The device address.
    pub const fn address(&self) -> u64 {
        self.address
    }

    /// The device address of an input.
    pub const fn as_ptr(&self) -> *const c_void {
        self.address as *const c_void
    }

    /// The device address of an output.
    pub const fn as_mut_ptr(&self) -> *mut c_void {
        self.address as *mut c_void
    }

    /// Number of elements, 0 for an empty tensor.
    ///
    /// # Errors
    /// A size that is not known, or a product past 63 bits.
    pub fn volume(&self) -> Result<i64> {
        self.dims
            .volume()
            .and_then(|volume| i64::try_from(volume).ok())
            .ok_or_else(|| {
                Error::invalid(
                    "tensor",
                    format!("has no number of elements: {}", self.dims),
                )
            })
    }

    /// Number of bytes of a row-major tensor.
    ///
    /// # Errors
    /// As [`volume`](Self::volume).
    pub fn bytes(&self) -> Result<usize> {
        let elements = self.volume()? as usize;
        self.dtype
            .bytes_for(elements)
            .ok_or_else(|| Error::invalid("tensor", format!("is too large: {}", self.dims)))
    }
}

impl Deref for TensorMemory {
    type Target = TensorInfo;

    fn deref(&self) -> &TensorInfo {
        &self.info
    }
}

/// One run of a plugin: its tensors, scratch memory and stream.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    inputs: &'a [TensorMemory],
    outputs: &'a [TensorMemory],
    workspace: u64,
    stream: RawStream,
}

impl<'a> Call<'a> {
    /// A call, for [`Plugin::enqueue`](super::Plugin::enqueue) without TensorRT.
    ///
    /// # Safety
    /// Until the stream has done the work of the call: the tensors' addresses are device memory of at least their
    /// size, outputs overlap nothing but an input they are an alias of, `workspace` is device memory of at least
    /// what the plugin asked for these shapes (0 if nothing), aligned to 256 bytes; and `stream` is a stream of the
    /// device current on this thread.
    pub const unsafe fn new(
        inputs: &'a [TensorMemory],
        outputs: &'a [TensorMemory],
        workspace: u64,
        stream: RawStream,
    ) -> Self {
        Self {
            inputs,
            outputs,
            workspace,
            stream,
        }
    }

    /// All inputs.
    pub const fn inputs(&self) -> &'a [TensorMemory] {
        self.inputs
    }

    /// All outputs. A size that follows from the data is not known here: it is the largest or -1.
    pub const fn outputs(&self) -> &'a [TensorMemory] {
        self.outputs
    }

    /// One input.
    ///
    /// # Errors
    /// There are fewer.
    pub fn input(&self, index: usize) -> Result<&'a TensorMemory> {
        self.inputs
            .get(index)
            .ok_or_else(|| missing("input", index))
    }

    /// One output.
    ///
    /// # Errors
    /// There are fewer.
    pub fn output(&self, index: usize) -> Result<&'a TensorMemory> {
        self.outputs
            .get(index)
            .ok_or_else(|| missing("output", index))
    }

    /// Refuses shapes that do not go together: asks the plugin for the shapes of its outputs again, now that the sizes
    /// are known. In the build, a size that is known only at run time passes every check.
    ///
    /// For plugins without shape inputs, whose values a call does not have. Call it first in
    /// [`Plugin::enqueue`] where a kernel reads one tensor by the sizes of another.
    ///
    /// # Errors
    /// What the plugin says of these inputs; an output of another shape than it gives.
    pub fn check_shapes<P: Plugin>(&self, plugin: &P) -> Result<()> {
        let inputs = self.inputs.iter().enumerate();
        let inputs: Vec<_> = inputs
            .map(|(input, tensor)| SymbolicShape::of_input(input, &tensor.dims))
            .collect();
        let expected = plugin.output_shapes(&inputs, &[])?;
        for (index, shape) in expected.iter().enumerate() {
            let found = &self.output(index)?.dims;
            // A size that follows from the data is known to neither.
            let differs = |(&found, size): (&i64, &Size)| {
                found >= 0 && size.known().is_some_and(|size| size != found)
            };
            if found.len() != shape.rank() || found.iter().zip(shape.iter()).any(differs) {
                return Err(Error::invalid(
                    format!("output {index}"),
                    format!("has shape {found:?}, expected {shape:?}"),
                ));
            }
        }
        Ok(())
    }

    /// Puts a copy of an input to an output on the stream, both of the same number of bytes and row-major; nothing
    /// where they share their memory.
    ///
    /// # Errors
    /// Another number of bytes, a failing driver.
    pub fn copy(&self, input: usize, output: usize) -> Result<()> {
        let (from, to) = (self.input(input)?, self.output(output)?);
        let bytes = from.bytes()?;
        if bytes != to.bytes()? {
            return Err(Error::invalid(
                format!("output {output}"),
                format!("has {} bytes, input {input} has {bytes}", to.bytes()?),
            ));
        }
        if bytes == 0 || from.address == to.address {
            return Ok(());
        }
        // SAFETY: the promise that this call was made with.
        unsafe { cuda::copy_on_device(to.address, from.address, bytes, self.stream) }
            .map_err(Error::from)
    }

    /// Device address of the scratch memory, 0 when none was asked for.
    pub const fn workspace(&self) -> u64 {
        self.workspace
    }

    /// The stream that the work belongs on (`cudaStream_t`, `CUstream`).
    pub const fn stream(&self) -> RawStream {
        self.stream
    }
}

fn missing(what: &str, index: usize) -> Error {
    Error::invalid(format!("{what} {index}"), "is not given")
}
