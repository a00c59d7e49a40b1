//! Events: points in a stream, for ordering and timing.

use std::ffi::c_void;
use std::time::Duration;

use cudarc::driver::sys::CUevent;

use super::driver::{Driver, NOT_READY, SUCCESS};
use super::{Device, Result, Stream};

/// The handle of an event that another library owns: a `CUevent`, or a `cudaEvent_t` of any binding.
#[derive(Debug, Clone, Copy)]
pub struct RawEvent(pub *mut c_void);

impl From<*mut c_void> for RawEvent {
    fn from(raw: *mut c_void) -> Self {
        Self(raw)
    }
}

impl From<CUevent> for RawEvent {
    fn from(raw: CUevent) -> Self {
        Self(raw.cast())
    }
}

/// A CUDA event with timing.
#[derive(Debug)]
pub struct Event {
    device: Device,
    raw: CUevent,
    owned: bool,
}

// SAFETY: an event may be used from any thread (driver API, "Event Management").
unsafe impl Send for Event {}
// SAFETY: the driver serialises calls on one event; no method mutates the handle.
unsafe impl Sync for Event {}

impl Event {
    /// A new event.
    ///
    /// # Errors
    /// A failing driver.
    pub fn new(device: &Device) -> Result<Self> {
        let driver = device.bind()?;
        let mut raw = std::ptr::null_mut();
        // SAFETY: valid out-pointer, the context is current.
        driver.check("cuEventCreate", unsafe {
            (driver.event_create)(&mut raw, 0)
        })?;
        Ok(Self {
            device: device.clone(),
            raw,
            owned: true,
        })
    }

    /// Wraps an event that another library owns (`cudaEvent_t` or `CUevent`); it is not destroyed on drop.
    ///
    /// # Safety
    /// `raw` is an event of the device's primary context that outlives this value.
    #[must_use]
    pub unsafe fn from_raw(device: &Device, raw: impl Into<RawEvent>) -> Self {
        Self {
            device: device.clone(),
            raw: raw.into().0.cast(),
            owned: false,
        }
    }

    /// The handle, a `cudaEvent_t` or `CUevent`, valid as long as this value.
    #[must_use]
    pub fn as_raw(&self) -> *mut c_void {
        self.raw.cast()
    }

    /// Marks the present end of `stream`'s work.
    ///
    /// # Errors
    /// A failing driver.
    pub fn record(&self, stream: &Stream) -> Result<()> {
        let driver = self.device.bind()?;
        // SAFETY: both handles are live.
        driver.check("cuEventRecord", unsafe {
            (driver.event_record)(self.raw, stream.raw())
        })
    }

    /// Waits until the recorded work is done.
    ///
    /// # Errors
    /// Failures of that work.
    pub fn synchronize(&self) -> Result<()> {
        let driver = self.device.bind()?;
        // SAFETY: a live event.
        driver.check("cuEventSynchronize", unsafe {
            (driver.event_synchronize)(self.raw)
        })
    }

    /// True when the recorded work is done (or nothing was recorded).
    ///
    /// # Errors
    /// Failures of that work.
    pub fn is_done(&self) -> Result<bool> {
        let driver = self.device.bind()?;
        // SAFETY: a live event.
        match unsafe { (driver.event_query)(self.raw) } {
            SUCCESS => Ok(true),
            NOT_READY => Ok(false),
            status => driver.check("cuEventQuery", status).map(|()| true),
        }
    }

    /// The time from `start` to this event; both must have happened.
    ///
    /// # Errors
    /// An event that was not recorded or has not happened yet.
    pub fn elapsed_since(&self, start: &Event) -> Result<Duration> {
        let driver = self.device.bind()?;
        let mut milliseconds = 0.0;
        // SAFETY: valid out-pointer, live events.
        driver.check("cuEventElapsedTime", unsafe {
            (driver.event_elapsed)(&mut milliseconds, start.raw, self.raw)
        })?;
        Ok(Duration::from_secs_f64(
            f64::from(milliseconds.max(0.0)) / 1e3,
        ))
    }

    pub(super) fn raw(&self) -> CUevent {
        self.raw
    }
}

impl Drop for Event {
    fn drop(&mut self) {
        if let (true, Ok(driver)) = (self.owned, Driver::get()) {
            // SAFETY: created by us; a recorded event is freed by the driver once it has happened.
            driver.report("cuEventDestroy", unsafe {
                (driver.event_destroy)(self.raw)
            });
        }
    }
}
