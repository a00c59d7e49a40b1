//! The loaded TensorRT library: the handle that everything else starts from.

use std::collections::HashMap;
use std::ffi::CStr;
use std::fmt;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use trt_sys::{TrtApi, TrtLogger, TrtProduct, TrtStatus};

use crate::{Error, Result, logger, plugin};

/// Which of NVIDIA's two products the library is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Product {
    /// TensorRT, for data centre, desktop and Jetson.
    TensorRt,
    /// TensorRT for RTX, for GPUs of the RTX family, which also builds on a host without a GPU.
    TensorRtRtx,
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TensorRt => "TensorRT",
            Self::TensorRtRtx => "TensorRT-RTX",
        })
    }
}

/// Version of a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version {
    /// Major version.
    pub major: i32,
    /// Minor version.
    pub minor: i32,
    /// Patch.
    pub patch: i32,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// A TensorRT library, loaded at run time. Clones are cheap and share it.
#[derive(Clone)]
pub struct Library(Arc<Inner>);

struct Inner {
    raw: trt_sys::Library,
    logger: Logger,
}

/// One logger for each function table; never destroyed, since TensorRT may log until the process ends.
#[derive(Clone, Copy)]
struct Logger(NonNull<TrtLogger>);

// SAFETY: "The Logger object implementation must be thread safe" (ILogger): the shim's has no state but the callback,
// and `logger::receive` may run on any thread.
unsafe impl Send for Logger {}
// SAFETY: as above.
unsafe impl Sync for Logger {}

impl Library {
    /// Loads TensorRT from the first place that has one.
    ///
    /// In this order: the file named by the environment variable `TENSORRT_LIBRARY`; `.deps/tensorrt-rtx` in a folder
    /// above the running program or the current folder; Python's site-packages; the system's loader.
    ///
    /// # Errors
    /// [`Error::Load`]: nothing was found, or what was found does not fit; the message lists the ways out.
    pub fn load() -> Result<Self> {
        Self::new(trt_sys::Library::load()?)
    }

    /// Loads TensorRT from a file.
    ///
    /// # Errors
    /// [`Error::Load`]: the file is no TensorRT library, or of a version this program was not compiled for.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::new(trt_sys::Library::open(path.as_ref())?)
    }

    /// The library with plugins that this process has loaded already.
    pub(crate) fn loaded() -> Option<Self> {
        Self::new(trt_sys::Library::loaded()?).ok()
    }

    fn new(raw: trt_sys::Library) -> Result<Self> {
        let logger = Self::logger_of(&raw)?;
        Ok(Self(Arc::new(Inner { raw, logger })))
    }

    fn logger_of(raw: &trt_sys::Library) -> Result<Logger> {
        static LOGGERS: OnceLock<Mutex<HashMap<usize, Logger>>> = OnceLock::new();
        let api = raw.api();
        let mut loggers = LOGGERS
            .get_or_init(Mutex::default)
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let key = std::ptr::from_ref(api) as usize;
        if let Some(logger) = loggers.get(&key) {
            return Ok(*logger);
        }
        let mut logger = std::ptr::null_mut();
        if let Some(create) = api.logger_create {
            // SAFETY: the callback is a function of this program, valid forever, and needs no user data.
            unsafe { create(Some(logger::receive), std::ptr::null_mut(), &mut logger) };
        }
        let logger = NonNull::new(logger)
            .map(Logger)
            .ok_or_else(|| Error::Call {
                what: "creating the logger".into(),
                detail: "out of memory".into(),
                log: String::new(),
            })?;
        loggers.insert(key, logger);
        Ok(logger)
    }

    /// Which product this is.
    pub fn product(&self) -> Product {
        match self.api().product {
            TrtProduct::TENSORRT_RTX => Product::TensorRtRtx,
            _ => Product::TensorRt,
        }
    }

    /// The version that the library reports.
    pub fn version(&self) -> Version {
        let (major, minor, patch) = self.0.raw.version();
        Version {
            major,
            minor,
            patch,
        }
    }

    /// The file it was loaded from.
    pub fn path(&self) -> &Path {
        self.0.raw.path()
    }

    /// Whether networks can be strongly typed: element types follow from the operations and are kept.
    pub fn has_strongly_typed_networks(&self) -> bool {
        self.api().strongly_typed != 0
    }

    /// Whether networks can be weakly typed: the builder chooses element types within what its flags allow.
    pub fn has_weakly_typed_networks(&self) -> bool {
        self.api().weakly_typed != 0
    }

    pub(crate) fn raw(&self) -> &trt_sys::Library {
        &self.0.raw
    }

    pub(crate) fn api(&self) -> &'static TrtApi {
        self.0.raw.api()
    }

    pub(crate) fn logger(&self) -> *mut TrtLogger {
        self.0.logger.0.as_ptr()
    }

    /// The error for something that this library lacks.
    pub(crate) fn unsupported(&self, what: impl fmt::Display) -> Error {
        Error::Unsupported {
            what: what.to_string(),
            library: self.to_string(),
        }
    }

    /// Makes a call and turns its status into a result, with TensorRT's words on failure.
    pub(crate) fn check(
        &self,
        what: &dyn fmt::Display,
        call: impl FnOnce() -> TrtStatus,
    ) -> Result<()> {
        logger::take_tail();
        plugin::take_failure();
        let status = call();
        match status {
            TrtStatus::OK => Ok(()),
            _ if let Some(error) = plugin_error(what) => Err(error),
            TrtStatus::UNSUPPORTED => Err(self.unsupported(what)),
            _ => Err(Error::Call {
                // First, since `what` may ask TensorRT for names.
                detail: self.last_error(),
                what: what.to_string(),
                log: logger::take_tail().into_text(),
            }),
        }
    }

    /// Like [`check`](Self::check), for calls that succeed although a plugin has failed.
    pub(crate) fn check_plugins(
        &self,
        what: &dyn fmt::Display,
        call: impl FnOnce() -> TrtStatus,
    ) -> Result<()> {
        self.check(what, call)?;
        plugin_error(what).map_or(Ok(()), Err)
    }

    /// Like [`check`](Self::check), for calls by which TensorRT reports a refusal in its log only: most setters return nothing.
    pub(crate) fn check_log(
        &self,
        what: &dyn fmt::Display,
        call: impl FnOnce() -> TrtStatus,
    ) -> Result<()> {
        self.check_plugins(what, call)?;
        let tail = logger::take_tail();
        if tail.has_error() {
            return Err(Error::Call {
                what: what.to_string(),
                detail: "TensorRT refused it".into(),
                log: tail.into_text(),
            });
        }
        Ok(())
    }

    /// The object that a successful call made. The shim gives no null with success; this keeps a wrong one from going further.
    pub(crate) fn created<T>(&self, what: &str, handle: *mut T) -> Result<NonNull<T>> {
        NonNull::new(handle).ok_or_else(|| Error::Call {
            what: what.into(),
            detail: format!("{self} returned nothing"),
            log: String::new(),
        })
    }

    fn last_error(&self) -> String {
        let Some(last_error) = self.api().last_error else {
            return String::new();
        };
        // SAFETY: the shim gives a string valid until this thread's next failing call.
        unsafe { text(last_error()) }
    }
}

impl fmt::Display for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.product(), self.version())
    }
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Library({self}, {})", self.path().display())
    }
}

/// The failure of a plugin during a call.
fn plugin_error(what: &dyn fmt::Display) -> Option<Error> {
    plugin::take_failure().map(|(plugin, source)| Error::Plugin {
        plugin,
        source: Box::new(source),
        during: what.to_string(),
        log: logger::take_tail().into_text(),
    })
}

/// Copies a C string; null becomes the empty string.
///
/// # Safety
/// `text` is null or a valid string that ends with NUL.
pub(crate) unsafe fn text(text: *const std::ffi::c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }
        .to_string_lossy()
        .into_owned()
}

/// An entry of the function table, or the error that this library lacks it.
macro_rules! entry {
    ($library:expr, $function:ident, $what:expr) => {
        match $library.api().$function {
            Some(function) => Ok(function),
            None => Err($library.unsupported($what)),
        }
    };
}
pub(crate) use entry;
