//! Tensors of a network.

use std::fmt;
use std::ptr::NonNull;

use trt_sys::{TrtDataType, TrtDims, TrtTensor};

use super::Core;
use crate::error::c_string;
use crate::library::{entry, text};
use crate::{DataType, Dims, Error, Result};

/// A tensor of a [`Network`](crate::Network): an input or the output of a layer.
///
/// A cheap handle that borrows the network.
#[derive(Clone, Copy)]
pub struct Tensor<'n> {
    handle: NonNull<TrtTensor>,
    network: &'n Core,
}

impl<'n> Tensor<'n> {
    /// # Safety
    /// `handle` is null or a tensor of `network`.
    pub(crate) unsafe fn from_raw(handle: *mut TrtTensor, network: &'n Core) -> Option<Self> {
        let handle = NonNull::new(handle)?;
        Some(Self { handle, network })
    }

    pub(crate) fn raw(&self) -> *mut TrtTensor {
        self.handle.as_ptr()
    }

    pub(crate) fn network(&self) -> &'n Core {
        self.network
    }

    /// The name; unique among inputs and outputs of a network.
    pub fn name(&self) -> String {
        let mut name = std::ptr::null();
        if let Some(get) = self.network.library.api().tensor_name {
            // SAFETY: the tensor lives as long as its network; the string is copied before anything can change it.
            unsafe {
                get(self.raw(), &mut name);
                return text(name);
            }
        }
        String::new()
    }

    /// Renames the tensor.
    ///
    /// # Errors
    /// The name contains a NUL, or TensorRT refuses it.
    pub fn set_name(&self, name: &str) -> Result<()> {
        let name = c_string(name)?;
        let set = entry!(self.network.library, tensor_set_name, "Tensor::set_name")?;
        // SAFETY: the tensor lives as long as its network; TensorRT copies the string.
        self.check("set_name", || unsafe { set(self.raw(), name.as_ptr()) })
    }

    /// The shape, as TensorRT infers it from the layers before; `-1` for sizes known only at run time.
    ///
    /// # Errors
    /// The layers before do not fit together; the message has TensorRT's explanation.
    pub fn dims(&self) -> Result<Dims> {
        let get = entry!(self.network.library, tensor_dims, "Tensor::dims")?;
        let mut dims = TrtDims::default();
        // SAFETY: the tensor lives as long as its network.
        self.check("dims", || unsafe { get(self.raw(), &mut dims) })?;
        Dims::from_raw(&dims).ok_or_else(|| Error::Shape {
            what: format!("tensor `{}`", self.name()),
            detail: "TensorRT cannot infer it: the layers before do not fit together".into(),
        })
    }

    /// Changes the shape of a network input.
    ///
    /// # Errors
    /// The tensor is not a network input, or the shape is not one.
    pub fn set_dims(&self, dims: &[i64]) -> Result<()> {
        let dims = Dims::new(dims)?.to_raw();
        let set = entry!(self.network.library, tensor_set_dims, "Tensor::set_dims")?;
        // SAFETY: the tensor lives as long as its network.
        self.check("set_dims", || unsafe { set(self.raw(), &dims) })
    }

    /// Element type.
    ///
    /// # Errors
    /// The library reports a type that this crate does not know.
    pub fn dtype(&self) -> Result<DataType> {
        let get = entry!(self.network.library, tensor_dtype, "Tensor::dtype")?;
        let mut dtype = TrtDataType::FLOAT;
        // SAFETY: the tensor lives as long as its network.
        self.check("dtype", || unsafe { get(self.raw(), &mut dtype) })?;
        DataType::try_from(dtype)
    }

    /// Sets the element type of an input or output of a weakly typed network.
    ///
    /// # Errors
    /// The library has strongly typed networks only, or refuses the type.
    pub fn set_dtype(&self, dtype: DataType) -> Result<()> {
        let set = entry!(self.network.library, tensor_set_dtype, "Tensor::set_dtype")?;
        // SAFETY: the tensor lives as long as its network.
        self.check("set_dtype", || unsafe { set(self.raw(), dtype.to_raw()) })
    }

    /// The name of dimension `index` of a network input, if it was given one.
    pub fn dimension_name(&self, index: usize) -> Option<String> {
        let get = self.network.library.api().tensor_dimension_name?;
        let mut name = std::ptr::null();
        // SAFETY: the tensor lives as long as its network; the string is copied before anything can change it.
        unsafe {
            get(self.raw(), i32::try_from(index).ok()?, &mut name);
            (!name.is_null()).then(|| text(name))
        }
    }

    /// Names a dimension of a network input. Dynamic dimensions of the same name have the same size at run time.
    ///
    /// # Errors
    /// The tensor is not a network input or has no such dimension.
    pub fn set_dimension_name(&self, index: usize, name: &str) -> Result<()> {
        let name = c_string(name)?;
        let index = i32::try_from(index)
            .map_err(|_| Error::invalid("dimension", format!("{index} is past the eighth")))?;
        let set = entry!(
            self.network.library,
            tensor_set_dimension_name,
            "Tensor::set_dimension_name"
        )?;
        self.check("set_dimension_name", || {
            // SAFETY: the tensor lives as long as its network; TensorRT copies the string.
            unsafe { set(self.raw(), index, name.as_ptr()) }
        })
    }

    /// Whether this is an input of the network.
    pub fn is_network_input(&self) -> bool {
        self.flag(self.network.library.api().tensor_is_network_input)
    }

    /// Whether this is an output of the network.
    pub fn is_network_output(&self) -> bool {
        self.flag(self.network.library.api().tensor_is_network_output)
    }

    /// Whether the values decide shapes, so that TensorRT computes them on the host.
    pub fn is_shape_tensor(&self) -> bool {
        self.flag(self.network.library.api().tensor_is_shape_tensor)
    }

    /// Whether the values are computed on the device.
    pub fn is_execution_tensor(&self) -> bool {
        self.flag(self.network.library.api().tensor_is_execution_tensor)
    }

    /// Memory layouts that an input or output may have; bit `i` stands for TensorRT's format `i`, bit 0 for row-major.
    ///
    /// # Errors
    /// TensorRT refuses the formats.
    pub fn set_allowed_formats(&self, formats: u32) -> Result<()> {
        let set = entry!(
            self.network.library,
            tensor_set_allowed_formats,
            "Tensor::set_allowed_formats"
        )?;
        self.check("set_allowed_formats", || {
            // SAFETY: the tensor lives as long as its network.
            unsafe { set(self.raw(), formats) }
        })
    }

    /// Memory layouts that this input or output may have; see [`set_allowed_formats`](Self::set_allowed_formats).
    ///
    /// # Errors
    /// The library does not tell.
    pub fn allowed_formats(&self) -> Result<u32> {
        let get = entry!(
            self.network.library,
            tensor_allowed_formats,
            "Tensor::allowed_formats"
        )?;
        let mut formats = 0;
        self.check("allowed_formats", || {
            // SAFETY: the tensor lives as long as its network.
            unsafe { get(self.raw(), &mut formats) }
        })?;
        Ok(formats)
    }

    fn flag(
        &self,
        get: Option<unsafe extern "C" fn(*const TrtTensor, *mut i32) -> trt_sys::TrtStatus>,
    ) -> bool {
        let mut value = 0;
        if let Some(get) = get {
            // SAFETY: the tensor lives as long as its network. A failing call leaves the value as it is.
            unsafe { get(self.raw(), &mut value) };
        }
        value != 0
    }

    fn check(&self, what: &'static str, call: impl FnOnce() -> trt_sys::TrtStatus) -> Result<()> {
        let what = fmt::from_fn(|f| write!(f, "Tensor::{what} of `{}`", self.name()));
        self.network.library.check_log(&what, call)
    }
}

impl PartialEq for Tensor<'_> {
    /// Whether both are the same tensor.
    fn eq(&self, other: &Self) -> bool {
        self.handle == other.handle
    }
}

impl Eq for Tensor<'_> {}

impl std::hash::Hash for Tensor<'_> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.handle.hash(state);
    }
}

impl fmt::Debug for Tensor<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tensor").field(&self.name()).finish()
    }
}
