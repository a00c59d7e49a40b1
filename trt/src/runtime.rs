//! The runtime: turns a plan into an engine.

use std::fmt;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use trt_sys::TrtRuntime;

use crate::cuda::{self, Device};
use crate::library::entry;
use crate::refusal::EngineRefusal;
use crate::{Engine, Error, Library, Result};

/// Deserializes plans for one device. Clones are cheap; engines keep it alive.
///
/// Follows [`nvinfer1::IRuntime`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/c-api/classnvinfer1_1_1_i_runtime.html).
#[derive(Clone)]
pub struct Runtime(Arc<Inner>);

struct Inner {
    library: Library,
    device: cuda::Result<Device>,
    raw: NonNull<TrtRuntime>,
    /// Held during calls, for the headers do not promise that they may overlap.
    calls: Mutex<()>,
}

// SAFETY: IRuntime is not bound to a thread, and `calls` serializes its use.
unsafe impl Send for Inner {}
// SAFETY: as above.
unsafe impl Sync for Inner {}

impl Runtime {
    /// A runtime for the first device. Without a device it can be made, too, but loads no engine.
    ///
    /// # Errors
    /// TensorRT's refusal.
    pub fn new(library: &Library) -> Result<Self> {
        Self::create(library, Device::new(0))
    }

    /// A runtime for a certain device.
    ///
    /// # Errors
    /// TensorRT's refusal.
    pub fn on(library: &Library, device: &Device) -> Result<Self> {
        Self::create(library, Ok(device.clone()))
    }

    fn create(library: &Library, device: cuda::Result<Device>) -> Result<Self> {
        if let Ok(device) = &device {
            device.make_current()?;
        }
        let what = "creating the runtime";
        let create = entry!(library, runtime_create, what)?;
        let mut raw = std::ptr::null_mut();
        library.check(&what, || {
            // SAFETY: the factory is that of the library which the table was made for; the logger lives forever.
            unsafe { create(library.raw().create_runtime(), library.logger(), &mut raw) }
        })?;
        let raw = library.created(what, raw)?;
        Ok(Self(Arc::new(Inner {
            library: library.clone(),
            device,
            raw,
            calls: Mutex::default(),
        })))
    }

    /// The library.
    #[must_use]
    pub fn library(&self) -> &Library {
        &self.0.library
    }

    /// The device that engines run on.
    ///
    /// # Errors
    /// No driver or no device.
    pub fn device(&self) -> Result<&Device> {
        self.0.device.as_ref().map_err(|error| error.clone().into())
    }

    /// Loads an engine from a plan; the bytes are not needed afterwards.
    ///
    /// # Errors
    /// [`Error::Engine`] when the plan is damaged or of another product, version or GPU; [`Error::Cuda`] without a
    /// device.
    pub fn load_engine(&self, plan: &[u8]) -> Result<Engine> {
        if let Some(reason) = EngineRefusal::of_plan(plan) {
            return Err(Error::Engine {
                reason,
                log: String::new(),
            });
        }
        self.device()?.make_current()?;
        let library = self.library();
        let what = "loading the engine";
        let deserialize = entry!(library, runtime_deserialize, what)?;
        let mut raw = std::ptr::null_mut();
        let _calls = self.lock();
        let loaded = library.check(&what, || {
            // SAFETY: a live runtime, a valid slice and out-pointer; the shim says that the bytes are not kept.
            unsafe {
                deserialize(
                    self.0.raw.as_ptr(),
                    plan.as_ptr().cast(),
                    plan.len(),
                    &mut raw,
                )
            }
        });
        match (loaded, NonNull::new(raw)) {
            (Ok(()), Some(raw)) => Engine::new(self.clone(), raw),
            (Err(Error::Call { log, .. }), _) => Err(Error::Engine {
                reason: EngineRefusal::of_log(&log, library),
                log,
            }),
            (Err(error), _) => Err(error),
            (Ok(()), None) => Err(Error::Engine {
                reason: EngineRefusal::Unknown,
                log: String::new(),
            }),
        }
    }

    /// Chooses the DLA core for engines loaded from now on.
    ///
    /// # Errors
    /// TensorRT's refusal, a library without DLA.
    pub fn set_dla_core(&self, core: i32) -> Result<()> {
        let library = self.library();
        let set = entry!(library, runtime_set_dla_core, "choosing the DLA core")?;
        let _calls = self.lock();
        // SAFETY: a live runtime.
        library.check_log(&"choosing the DLA core", || unsafe {
            set(self.0.raw.as_ptr(), core)
        })
    }

    /// Sets the greatest number of threads that loading may use.
    ///
    /// # Errors
    /// TensorRT's refusal.
    pub fn set_max_threads(&self, threads: usize) -> Result<()> {
        let library = self.library();
        let threads = i32::try_from(threads).unwrap_or(i32::MAX);
        let set = entry!(
            library,
            runtime_set_max_threads,
            "setting the runtime's threads"
        )?;
        let _calls = self.lock();
        // SAFETY: a live runtime.
        library.check(&"setting the runtime's threads", || unsafe {
            set(self.0.raw.as_ptr(), threads)
        })
    }

    /// Allows plans that carry code for this machine's processor, as version-compatible ones do. Only for plans from
    /// a trusted source.
    ///
    /// # Errors
    /// TensorRT's refusal.
    pub fn allow_host_code(&self, allow: bool) -> Result<()> {
        let library = self.library();
        let set = entry!(library, runtime_set_host_code_allowed, "allowing host code")?;
        let _calls = self.lock();
        // SAFETY: a live runtime.
        library.check(&"allowing host code", || unsafe {
            set(self.0.raw.as_ptr(), i32::from(allow))
        })
    }

    fn lock(&self) -> MutexGuard<'_, ()> {
        self.0.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(destroy) = self.library.api().runtime_destroy {
            // SAFETY: engines hold a clone of the runtime, so none is left; nobody else has the pointer.
            unsafe { destroy(self.raw.as_ptr()) };
        }
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Runtime({}, {:?})", self.0.library, self.0.device)
    }
}
