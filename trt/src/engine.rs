//! An engine: a network compiled for a GPU, ready to run.

use std::ffi::{CStr, CString};
use std::fmt;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, PoisonError};

use trt_sys::{TrtContextAllocation, TrtDims, TrtEngine, TrtProfileSelector, TrtTensorInfo};

use crate::cuda::Device;
use crate::enums::native_enum;
use crate::library::{entry, text};
use crate::{Context, DataType, Dims, Error, Library, Plan, Result, Runtime};

native_enum! {
    /// Whether a tensor of an engine is an input or an output.
    TensorMode: TrtTensorMode, "tensor mode" {
        /// Neither.
        None = NONE,
        /// Read by the engine.
        Input = INPUT,
        /// Written by the engine.
        Output = OUTPUT,
    }
}

native_enum! {
    /// Where a tensor's memory must be.
    TensorLocation: TrtTensorLocation, "tensor location" {
        /// On the device.
        Device = DEVICE,
        /// On the host: values that decide shapes.
        Host = HOST,
    }
}

/// An engine. Clones are cheap and share it; contexts keep it alive.
///
/// Follows [`nvinfer1::ICudaEngine`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/c-api/classnvinfer1_1_1_i_cuda_engine.html).
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    runtime: Runtime,
    device: Device,
    raw: NonNull<TrtEngine>,
    tensors: Vec<TensorInfo>,
    num_profiles: usize,
    /// Held while TensorRT makes something from the engine or ends it; the headers do not promise that this is thread-safe.
    making: Mutex<()>,
}

// SAFETY: an engine may be used from several threads as long as each has its own context (TensorRT Developer Guide,
// "Thread Safety"); what changes the engine, or makes or ends objects of it, is serialized by `making`.
unsafe impl Send for Inner {}
// SAFETY: as above.
unsafe impl Sync for Inner {}

/// An input or output of an engine.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TensorInfo {
    /// Its name.
    pub name: String,
    /// Input or output.
    pub mode: TensorMode,
    /// Element type.
    pub dtype: DataType,
    /// Shape; -1 is a dynamic size.
    pub dims: Dims,
    /// Where its memory must be.
    pub location: TensorLocation,
    /// The memory layout in words, as `Row major linear FP32`.
    pub format: String,
    /// True when its values take part in the computation of shapes.
    pub is_shape_io: bool,
    /// Shapes of each optimization profile; empty for outputs.
    pub profiles: Vec<ProfileShape>,
    pub(crate) c_name: CString,
}

/// The shapes of one input in one optimization profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProfileShape {
    /// Smallest shape.
    pub min: Dims,
    /// The shape the engine is tuned for.
    pub opt: Dims,
    /// Largest shape.
    pub max: Dims,
}

impl Engine {
    pub(crate) fn new(runtime: Runtime, raw: NonNull<TrtEngine>) -> Result<Self> {
        let device = runtime.device()?.clone();
        // From here on the engine is destroyed when something fails.
        let mut inner = Inner {
            runtime,
            device,
            raw,
            tensors: Vec::new(),
            num_profiles: 0,
            making: Mutex::default(),
        };
        inner.num_profiles = inner.count(
            "counting profiles",
            inner.library().api().engine_nb_profiles,
        )?;
        let tensors = inner.count(
            "counting tensors",
            inner.library().api().engine_nb_io_tensors,
        )?;
        inner.tensors = (0..tensors)
            .map(|index| inner.tensor_info(index))
            .collect::<Result<_>>()?;
        Ok(Self(Arc::new(inner)))
    }

    /// The library.
    #[must_use]
    pub fn library(&self) -> &Library {
        self.0.library()
    }

    /// The device the engine is on.
    #[must_use]
    pub fn device(&self) -> &Device {
        &self.0.device
    }

    /// The name of the network.
    ///
    /// # Errors
    /// TensorRT's refusal.
    pub fn name(&self) -> Result<String> {
        let library = self.library();
        let get = entry!(library, engine_name, "the engine's name")?;
        let mut name = std::ptr::null();
        // SAFETY: a live engine, valid out-pointer.
        library.check(&"the engine's name", || unsafe {
            get(self.raw(), &mut name)
        })?;
        // SAFETY: the shim gives a string that lives as long as the engine, or null.
        Ok(unsafe { text(name) })
    }

    /// The number of layers after fusion.
    ///
    /// # Errors
    /// TensorRT's refusal.
    pub fn num_layers(&self) -> Result<usize> {
        self.0
            .count("counting layers", self.library().api().engine_nb_layers)
    }

    /// The number of optimization profiles.
    #[must_use]
    pub fn num_profiles(&self) -> usize {
        self.0.num_profiles
    }

    /// Inputs and outputs in the engine's order.
    #[must_use]
    pub fn tensors(&self) -> &[TensorInfo] {
        &self.0.tensors
    }

    /// The input or output of this name.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the names there are.
    pub fn tensor(&self, name: &str) -> Result<&TensorInfo> {
        self.tensors()
            .iter()
            .find(|tensor| tensor.name == name)
            .ok_or_else(|| {
                let names: Vec<_> = self
                    .tensors()
                    .iter()
                    .map(|tensor| tensor.name.as_str())
                    .collect();
                Error::invalid(
                    format!("tensor `{name}`"),
                    format!("the engine has {}", names.join(", ")),
                )
            })
    }

    /// The inputs.
    pub fn inputs(&self) -> impl Iterator<Item = &TensorInfo> {
        self.tensors()
            .iter()
            .filter(|tensor| tensor.mode == TensorMode::Input)
    }

    /// The outputs.
    pub fn outputs(&self) -> impl Iterator<Item = &TensorInfo> {
        self.tensors()
            .iter()
            .filter(|tensor| tensor.mode == TensorMode::Output)
    }

    /// Bytes of scratch memory on the device that a context needs, the largest over all profiles.
    ///
    /// # Errors
    /// TensorRT's refusal.
    pub fn device_memory_size(&self) -> Result<usize> {
        let library = self.library();
        let get = entry!(
            library,
            engine_device_memory_size,
            "the engine's memory size"
        )?;
        let mut bytes = 0;
        // SAFETY: a live engine, valid out-pointer.
        library.check(&"the engine's memory size", || unsafe {
            get(self.raw(), &mut bytes)
        })?;
        Ok(usize::try_from(bytes).unwrap_or(0))
    }

    /// True when the weights can be replaced.
    ///
    /// # Errors
    /// TensorRT's refusal.
    pub fn is_refittable(&self) -> Result<bool> {
        self.0
            .count(
                "asking for refit",
                self.library().api().engine_is_refittable,
            )
            .map(|answer| answer != 0)
    }

    /// The engine as a plan, which can be saved and loaded again.
    ///
    /// # Errors
    /// TensorRT's refusal.
    pub fn serialize(&self) -> Result<Plan> {
        let library = self.library();
        let serialize = entry!(library, engine_serialize, "serializing the engine")?;
        let mut memory = std::ptr::null_mut();
        let _making = self.lock();
        self.device().make_current()?;
        library.check(&"serializing the engine", || {
            // SAFETY: a live engine, valid out-pointer, no flags.
            unsafe { serialize(self.raw(), 0, &mut memory) }
        })?;
        let memory = library.created("a plan", memory)?;
        // SAFETY: TensorRT just made it for us.
        unsafe { Plan::from_raw(memory, library) }
    }

    /// A context to run the engine, with device memory of its own.
    ///
    /// # Errors
    /// TensorRT's refusal, for example for lack of device memory.
    pub fn context(&self) -> Result<Context> {
        self.create_context(TrtContextAllocation::STATIC)
    }

    /// A context without scratch memory: it needs [`Context::set_device_memory`] before it runs. Several contexts that
    /// never run at the same time can so share one block.
    ///
    /// # Errors
    /// TensorRT's refusal.
    pub fn context_without_memory(&self) -> Result<Context> {
        self.create_context(TrtContextAllocation::USER_MANAGED)
    }

    fn create_context(&self, allocation: TrtContextAllocation) -> Result<Context> {
        let library = self.library();
        let create = entry!(library, engine_create_context, "creating a context")?;
        let mut raw = std::ptr::null_mut();
        let making = self.lock();
        self.device().make_current()?;
        // TensorRT 8 makes a context also where a plugin could not be attached to it.
        let created = library.check_plugins(&"creating a context", || {
            // SAFETY: a live engine, valid out-pointer.
            unsafe { create(self.raw(), allocation, &mut raw) }
        });
        drop(making);
        // From here on the context is destroyed when something fails.
        let context = library.created("a context", raw);
        let context = context.map(|raw| Context::new(self.clone(), raw));
        created.and(context)
    }

    /// Whether clones or contexts of it exist.
    pub(crate) fn is_shared(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    pub(crate) fn raw(&self) -> *mut TrtEngine {
        self.0.raw.as_ptr()
    }

    /// Serializes calls that change the engine, or make or end objects of it.
    pub(crate) fn lock(&self) -> std::sync::MutexGuard<'_, ()> {
        self.0.making.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Count = Option<unsafe extern "C" fn(*const TrtEngine, *mut i32) -> trt_sys::TrtStatus>;

impl Inner {
    fn library(&self) -> &Library {
        self.runtime.library()
    }

    fn count(&self, what: &str, entry: Count) -> Result<usize> {
        let get = entry.ok_or_else(|| self.library().unsupported(what))?;
        let mut count = 0;
        self.library().check(&what, || {
            // SAFETY: a live engine, valid out-pointer.
            unsafe { get(self.raw.as_ptr(), &mut count) }
        })?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    fn tensor_info(&self, index: usize) -> Result<TensorInfo> {
        let library = self.library();
        let what = "describing the engine's tensors";
        let get = entry!(library, engine_tensor_info, what)?;
        let mut raw = std::mem::MaybeUninit::<TrtTensorInfo>::zeroed();
        // SAFETY: a live engine and an index below its count; the shim fills the whole struct when it returns OK.
        let raw = unsafe {
            library.check(&what, || {
                get(self.raw.as_ptr(), index as i32, 0, raw.as_mut_ptr())
            })?;
            raw.assume_init()
        };
        let c_name = if raw.name.is_null() {
            CString::default()
        } else {
            // SAFETY: the shim gives a string that lives as long as the engine.
            unsafe { CStr::from_ptr(raw.name) }.to_owned()
        };
        let name = c_name.to_string_lossy().into_owned();
        let mode = TensorMode::try_from(raw.mode)?;
        let dims = Dims::from_raw(&raw.dims).ok_or_else(|| Error::Shape {
            what: format!("tensor `{name}`"),
            detail: "the engine does not say it".into(),
        })?;
        let mut profiles = Vec::new();
        if mode == TensorMode::Input {
            for profile in 0..self.num_profiles {
                profiles.extend(self.profile_shape(&c_name, profile)?);
            }
        }
        Ok(TensorInfo {
            mode,
            dtype: DataType::try_from(raw.dtype)?,
            dims,
            location: TensorLocation::try_from(raw.location)?,
            // SAFETY: as for the name; null is the empty string.
            format: unsafe { text(raw.format_desc) },
            is_shape_io: raw.is_shape_inference_io != 0,
            profiles,
            name,
            c_name,
        })
    }

    /// The shapes of an input in a profile; `None` where the engine has none for it.
    fn profile_shape(&self, input: &CStr, profile: usize) -> Result<Option<ProfileShape>> {
        let library = self.library();
        let what = "the engine's profiles";
        let get = entry!(library, engine_profile_shape, what)?;
        let shape = |selector: TrtProfileSelector| -> Result<Option<Dims>> {
            let mut dims = TrtDims {
                rank: -1,
                d: [0; 8],
            };
            library.check(&what, || {
                // SAFETY: a live engine, a C string, a profile below the count, valid out-pointer.
                unsafe {
                    get(
                        self.raw.as_ptr(),
                        input.as_ptr(),
                        profile as i32,
                        selector,
                        &mut dims,
                    )
                }
            })?;
            Ok(Dims::from_raw(&dims))
        };
        let min = shape(TrtProfileSelector::MIN)?;
        let opt = shape(TrtProfileSelector::OPT)?;
        let max = shape(TrtProfileSelector::MAX)?;
        Ok(match (min, opt, max) {
            (Some(min), Some(opt), Some(max)) => Some(ProfileShape { min, opt, max }),
            _ => None,
        })
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // TensorRT frees device memory of the current context.
        if let Err(error) = self.device.make_current() {
            tracing::error!("{error}");
        }
        if let Some(destroy) = self.library().api().engine_destroy {
            // SAFETY: contexts, refitters and inspectors hold a clone of the engine, so none is left.
            unsafe { destroy(self.raw.as_ptr()) };
        }
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("library", &self.library().to_string())
            .field("tensors", &self.tensors())
            .finish_non_exhaustive()
    }
}
