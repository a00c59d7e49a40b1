//! The CUDA driver's entry points, looked up once at run time.
//!
//! The types and the search for `libcuda` are cudarc's. The functions are looked up here, for two reasons: cudarc
//! returns the driver's status as a Rust enum of one CUDA version, so a status added by a newer driver would be an
//! invalid value, and it panics where a driver lacks a function. Here a status is an integer and a missing function
//! is a typed error.

use std::ffi::{CStr, c_char, c_int, c_uint, c_ulonglong, c_void};
use std::sync::OnceLock;

use cudarc::driver::sys::{
    self, CUcontext, CUdevice, CUdeviceptr, CUevent, CUgraph, CUgraphExec, CUgraphNode, CUstream,
};

use super::{Error, Result};

/// A driver call's status: `CUresult` as a plain integer.
pub(super) type Status = c_int;

pub(super) const SUCCESS: Status = 0;
pub(super) const OUT_OF_MEMORY: Status = 2;
pub(super) const STUB_LIBRARY: Status = 34;
pub(super) const NO_DEVICE: Status = 100;
pub(super) const NOT_READY: Status = 600;

/// Declares the function table: required entries are plain fields, those a driver of CUDA 10.2 lacks are optional.
macro_rules! driver {
    (
        required { $($name:ident = $symbol:literal ( $($arg:ty),* );)* }
        optional { $($opt:ident = $opt_symbol:literal ( $($opt_arg:ty),* );)* }
    ) => {
        pub(super) struct Driver {
            $(pub(super) $name: unsafe extern "C" fn($($arg),*) -> Status,)*
            $(pub(super) $opt: Option<unsafe extern "C" fn($($opt_arg),*) -> Status>,)*
        }

        impl Driver {
            fn look_up() -> Result<Self> {
                // SAFETY: loading libcuda runs its initialisers, which have no precondition; `is_culib_present` is
                // asked first because `culib` panics when the library is missing.
                let library = unsafe {
                    if !sys::is_culib_present() {
                        return Err(Error::NoDriver { reason: "libcuda was not found".into() });
                    }
                    sys::culib()
                };
                Ok(Self {
                    // SAFETY: the signature is the one that cuda.h gives for this symbol; the library is never unloaded.
                    $($name: *unsafe { library.get::<unsafe extern "C" fn($($arg),*) -> Status>($symbol) }
                        .map_err(|e| Error::NoDriver { reason: e.to_string() })?,)*
                    // SAFETY: as above.
                    $($opt: unsafe { library.get::<unsafe extern "C" fn($($opt_arg),*) -> Status>($opt_symbol) }
                        .ok()
                        .map(|symbol| *symbol),)*
                })
            }
        }
    };
}

driver! {
    required {
        init = b"cuInit"(c_uint);
        driver_version = b"cuDriverGetVersion"(*mut c_int);
        error_name = b"cuGetErrorName"(Status, *mut *const c_char);
        error_string = b"cuGetErrorString"(Status, *mut *const c_char);
        device_count = b"cuDeviceGetCount"(*mut c_int);
        device_get = b"cuDeviceGet"(*mut CUdevice, c_int);
        device_name = b"cuDeviceGetName"(*mut c_char, c_int, CUdevice);
        device_attribute = b"cuDeviceGetAttribute"(*mut c_int, c_uint, CUdevice);
        primary_retain = b"cuDevicePrimaryCtxRetain"(*mut CUcontext, CUdevice);
        primary_release = b"cuDevicePrimaryCtxRelease_v2"(CUdevice);
        ctx_set_current = b"cuCtxSetCurrent"(CUcontext);
        ctx_synchronize = b"cuCtxSynchronize"();
        mem_info = b"cuMemGetInfo_v2"(*mut usize, *mut usize);
        mem_alloc = b"cuMemAlloc_v2"(*mut CUdeviceptr, usize);
        mem_free = b"cuMemFree_v2"(CUdeviceptr);
        host_alloc = b"cuMemHostAlloc"(*mut *mut c_void, usize, c_uint);
        host_free = b"cuMemFreeHost"(*mut c_void);
        copy_h2d = b"cuMemcpyHtoDAsync_v2"(CUdeviceptr, *const c_void, usize, CUstream);
        copy_d2h = b"cuMemcpyDtoHAsync_v2"(*mut c_void, CUdeviceptr, usize, CUstream);
        copy_d2d = b"cuMemcpyDtoDAsync_v2"(CUdeviceptr, CUdeviceptr, usize, CUstream);
        memset = b"cuMemsetD8Async"(CUdeviceptr, u8, usize, CUstream);
        pointer_attribute = b"cuPointerGetAttribute"(*mut c_void, c_uint, CUdeviceptr);
        stream_create = b"cuStreamCreate"(*mut CUstream, c_uint);
        stream_destroy = b"cuStreamDestroy_v2"(CUstream);
        stream_synchronize = b"cuStreamSynchronize"(CUstream);
        stream_query = b"cuStreamQuery"(CUstream);
        stream_wait = b"cuStreamWaitEvent"(CUstream, CUevent, c_uint);
        event_create = b"cuEventCreate"(*mut CUevent, c_uint);
        event_destroy = b"cuEventDestroy_v2"(CUevent);
        event_record = b"cuEventRecord"(CUevent, CUstream);
        event_synchronize = b"cuEventSynchronize"(CUevent);
        event_query = b"cuEventQuery"(CUevent);
        event_elapsed = b"cuEventElapsedTime"(*mut f32, CUevent, CUevent);
    }
    optional {
        begin_capture = b"cuStreamBeginCapture_v2"(CUstream, c_uint);
        end_capture = b"cuStreamEndCapture"(CUstream, *mut CUgraph);
        graph_nodes = b"cuGraphGetNodes"(CUgraph, *mut CUgraphNode, *mut usize);
        // Since CUDA 11.4; drivers before that only have `cuGraphInstantiate_v2` with an error buffer.
        graph_instantiate = b"cuGraphInstantiateWithFlags"(*mut CUgraphExec, CUgraph, c_ulonglong);
        graph_instantiate_v2 = b"cuGraphInstantiate_v2"(*mut CUgraphExec, CUgraph, *mut CUgraphNode, *mut c_char, usize);
        graph_instantiate_v1 = b"cuGraphInstantiate"(*mut CUgraphExec, CUgraph, *mut CUgraphNode, *mut c_char, usize);
        graph_launch = b"cuGraphLaunch"(CUgraphExec, CUstream);
        graph_exec_destroy = b"cuGraphExecDestroy"(CUgraphExec);
        graph_destroy = b"cuGraphDestroy"(CUgraph);
    }
}

impl Driver {
    /// The initialised driver.
    ///
    /// # Errors
    /// [`Error::NoDriver`] or [`Error::NoDevice`]; the answer is remembered for the life of the process.
    pub(super) fn get() -> Result<&'static Self> {
        static DRIVER: OnceLock<Result<Driver>> = OnceLock::new();
        DRIVER
            .get_or_init(Self::start)
            .as_ref()
            .map_err(Clone::clone)
    }

    fn start() -> Result<Self> {
        let driver = Self::look_up()?;
        // SAFETY: cuInit may be called at any time, flags must be 0.
        match unsafe { (driver.init)(0) } {
            SUCCESS => Ok(driver),
            NO_DEVICE => Err(Error::NoDevice),
            STUB_LIBRARY => Err(Error::NoDriver {
                reason: "the libcuda found is the toolkit's link stub".into(),
            }),
            status => Err(Error::NoDriver {
                reason: driver.describe(status),
            }),
        }
    }

    /// Turns a status into a `Result`; `what` is the driver function's name.
    pub(super) fn check(&self, what: &'static str, status: Status) -> Result<()> {
        match status {
            SUCCESS => Ok(()),
            code => Err(Error::Call {
                what,
                code,
                detail: self.describe(code),
            }),
        }
    }

    /// Reports a failure where none can be returned, in `Drop`.
    pub(super) fn report(&self, what: &'static str, status: Status) {
        if let Err(error) = self.check(what, status) {
            tracing::error!("{error}");
        }
    }

    fn describe(&self, status: Status) -> String {
        let text = |get: unsafe extern "C" fn(Status, *mut *const c_char) -> Status| {
            let mut text = std::ptr::null();
            // SAFETY: `text` is a valid out-pointer; the driver answers with a static C string, or null for an
            // unknown status.
            unsafe {
                get(status, &mut text);
                (!text.is_null()).then(|| CStr::from_ptr(text).to_string_lossy())
            }
        };
        match (text(self.error_name), text(self.error_string)) {
            (Some(name), Some(detail)) => format!("{name}: {detail}"),
            _ => format!("status {status}, unknown to this driver"),
        }
    }
}

/// An optional entry, or the error that says which driver has it.
pub(super) fn required<F: Copy>(entry: Option<F>, what: &'static str) -> Result<F> {
    entry.ok_or(Error::Unsupported { what })
}
