//! Streams: queues of work on a device.

use std::ffi::c_void;

use cudarc::driver::sys::CUstream;

use super::driver::{Driver, NOT_READY, SUCCESS};
use super::{Device, Event, Result};

/// The handle of a stream that another library owns: a `CUstream`, or a `cudaStream_t` of any binding.
#[derive(Debug, Clone, Copy)]
pub struct RawStream(pub *mut c_void);

impl From<*mut c_void> for RawStream {
    fn from(raw: *mut c_void) -> Self {
        Self(raw)
    }
}

impl From<CUstream> for RawStream {
    fn from(raw: CUstream) -> Self {
        Self(raw.cast())
    }
}

/// A CUDA stream: work put on it runs in order.
#[derive(Debug)]
pub struct Stream {
    device: Device,
    raw: CUstream,
    owned: bool,
}

// SAFETY: a stream may be used from any thread (driver API, "Stream Management").
unsafe impl Send for Stream {}
// SAFETY: the driver serialises calls on one stream; no method mutates the handle.
unsafe impl Sync for Stream {}

impl Stream {
    /// A new stream that does not synchronise with the legacy default stream.
    ///
    /// # Errors
    /// A failing driver.
    pub fn new(device: &Device) -> Result<Self> {
        const NON_BLOCKING: u32 = 1;
        let driver = device.bind()?;
        let mut raw = std::ptr::null_mut();
        // SAFETY: valid out-pointer, the context is current.
        driver.check("cuStreamCreate", unsafe {
            (driver.stream_create)(&mut raw, NON_BLOCKING)
        })?;
        Ok(Self {
            device: device.clone(),
            raw,
            owned: true,
        })
    }

    /// Wraps a stream that another library owns: a `CUstream` (cudarc's, too), a `cudaStream_t` (with feature
    /// `cuda-runtime-sys` that crate's, too) or any other binding's as `*mut c_void`; null is the default stream.
    /// It is not destroyed when this value drops.
    ///
    /// # Safety
    /// `raw` is null or a stream of the device's primary context that outlives this value.
    #[must_use]
    pub unsafe fn from_raw(device: &Device, raw: impl Into<RawStream>) -> Self {
        Self {
            device: device.clone(),
            raw: raw.into().0.cast(),
            owned: false,
        }
    }

    /// The device the stream belongs to.
    #[must_use]
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// The handle, a `cudaStream_t` or `CUstream`, valid as long as this value.
    #[must_use]
    pub fn as_raw(&self) -> *mut c_void {
        self.raw.cast()
    }

    /// Waits for all work on the stream.
    ///
    /// # Errors
    /// Failures of the work waited for.
    pub fn synchronize(&self) -> Result<()> {
        let driver = self.device.bind()?;
        // SAFETY: a live stream of the current context.
        driver.check("cuStreamSynchronize", unsafe {
            (driver.stream_synchronize)(self.raw)
        })
    }

    /// True when all work on the stream is done.
    ///
    /// # Errors
    /// Failures of that work.
    pub fn is_idle(&self) -> Result<bool> {
        let driver = self.device.bind()?;
        // SAFETY: a live stream of the current context.
        match unsafe { (driver.stream_query)(self.raw) } {
            SUCCESS => Ok(true),
            NOT_READY => Ok(false),
            status => driver.check("cuStreamQuery", status).map(|()| true),
        }
    }

    /// Lets work put on this stream from now on wait until `event` has happened.
    ///
    /// # Errors
    /// A failing driver.
    pub fn wait(&self, event: &Event) -> Result<()> {
        let driver = self.device.bind()?;
        // SAFETY: both handles are live.
        driver.check("cuStreamWaitEvent", unsafe {
            (driver.stream_wait)(self.raw, event.raw(), 0)
        })
    }

    pub(super) fn raw(&self) -> CUstream {
        self.raw
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if let (true, Ok(driver)) = (self.owned, Driver::get()) {
            // SAFETY: created by us; the driver lets pending work finish before it frees the stream.
            driver.report("cuStreamDestroy", unsafe {
                (driver.stream_destroy)(self.raw)
            });
        }
    }
}
