//! Devices and their primary contexts.

use std::ffi::{CStr, c_int};
use std::sync::Arc;

use cudarc::driver::sys::{
    CUcontext, CUdevice, CUdevice_attribute_enum as Attribute, CUpointer_attribute_enum,
};

use super::driver::{Driver, SUCCESS};
use super::{Error, Result};

/// A CUDA device with its primary context retained; cheap to clone.
#[derive(Clone, Debug)]
pub struct Device(Arc<Primary>);

#[derive(Debug)]
struct Primary {
    ordinal: u32,
    device: CUdevice,
    context: CUcontext,
}

// SAFETY: a CUcontext may be used from any thread (driver API, "Context Management"); it is only ever made current.
unsafe impl Send for Primary {}
// SAFETY: as above; no method mutates it.
unsafe impl Sync for Primary {}

/// Free and total memory of a device, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryInfo {
    /// Bytes that can still be allocated.
    pub free: usize,
    /// Bytes the device has.
    pub total: usize,
}

impl Device {
    /// The number of devices visible to this process.
    ///
    /// # Errors
    /// [`Error::NoDriver`], [`Error::NoDevice`].
    pub fn count() -> Result<u32> {
        let driver = Driver::get()?;
        let mut count: c_int = 0;
        // SAFETY: valid out-pointer, driver initialised.
        driver.check("cuDeviceGetCount", unsafe {
            (driver.device_count)(&mut count)
        })?;
        Ok(u32::try_from(count).unwrap_or(0))
    }

    /// The newest CUDA version that the installed driver supports, as (major, minor).
    ///
    /// # Errors
    /// [`Error::NoDriver`], [`Error::NoDevice`].
    pub fn driver_version() -> Result<(i32, i32)> {
        let driver = Driver::get()?;
        let mut version = 0;
        // SAFETY: valid out-pointer.
        driver.check("cuDriverGetVersion", unsafe {
            (driver.driver_version)(&mut version)
        })?;
        Ok((version / 1000, version % 1000 / 10))
    }

    /// Opens a device by its number and retains its primary context.
    ///
    /// # Errors
    /// [`Error::NoDriver`], [`Error::NoDevice`], [`Error::NoSuchDevice`].
    pub fn new(ordinal: u32) -> Result<Self> {
        let driver = Driver::get()?;
        let count = Self::count()?;
        if count == 0 {
            return Err(Error::NoDevice);
        }
        if ordinal >= count {
            return Err(Error::NoSuchDevice { ordinal, count });
        }
        let mut device: CUdevice = 0;
        let mut context: CUcontext = std::ptr::null_mut();
        // SAFETY: valid out-pointers; the ordinal was checked (and fits, as count came from a c_int).
        unsafe {
            driver.check(
                "cuDeviceGet",
                (driver.device_get)(&mut device, ordinal as c_int),
            )?;
            driver.check(
                "cuDevicePrimaryCtxRetain",
                (driver.primary_retain)(&mut context, device),
            )?;
        }
        Ok(Self(Arc::new(Primary {
            ordinal,
            device,
            context,
        })))
    }

    /// The device's number.
    #[must_use]
    pub fn ordinal(&self) -> u32 {
        self.0.ordinal
    }

    /// The device's name, for example `NVIDIA H200`.
    ///
    /// # Errors
    /// A failing driver.
    pub fn name(&self) -> Result<String> {
        let driver = Driver::get()?;
        let mut name = [0; 256];
        // SAFETY: the length given is the buffer's; the driver ends the text with a zero.
        unsafe {
            let status =
                (driver.device_name)(name.as_mut_ptr(), name.len() as c_int, self.0.device);
            driver.check("cuDeviceGetName", status)?;
            Ok(CStr::from_ptr(name.as_ptr()).to_string_lossy().into_owned())
        }
    }

    /// The compute capability as (major, minor), for example (9, 0).
    ///
    /// # Errors
    /// A failing driver.
    pub fn compute_capability(&self) -> Result<(i32, i32)> {
        Ok((
            self.attribute(Attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)?,
            self.attribute(Attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR)?,
        ))
    }

    /// Free and total memory.
    ///
    /// # Errors
    /// A failing driver.
    pub fn memory_info(&self) -> Result<MemoryInfo> {
        let driver = self.bind()?;
        let (mut free, mut total) = (0, 0);
        // SAFETY: valid out-pointers, the context is current.
        driver.check("cuMemGetInfo", unsafe {
            (driver.mem_info)(&mut free, &mut total)
        })?;
        Ok(MemoryInfo { free, total })
    }

    /// Waits for all work of this process on the device.
    ///
    /// # Errors
    /// Failures of the work waited for.
    pub fn synchronize(&self) -> Result<()> {
        let driver = self.bind()?;
        // SAFETY: the context is current.
        driver.check("cuCtxSynchronize", unsafe { (driver.ctx_synchronize)() })
    }

    /// Makes the device current on this thread, for code that uses the CUDA runtime API next.
    ///
    /// # Errors
    /// A failing driver.
    pub fn make_current(&self) -> Result<()> {
        self.bind().map(drop)
    }

    /// Checks that `address` is memory of this device.
    ///
    /// # Errors
    /// [`Error::NotDeviceMemory`] for host or unknown memory, [`Error::WrongDevice`] for that of another device.
    pub fn check_address(&self, what: &'static str, address: u64) -> Result<()> {
        let driver = self.bind()?;
        let mut found: c_int = -1;
        let attribute = CUpointer_attribute_enum::CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL as u32;
        // SAFETY: the out-pointer is an int, as this attribute asks for; an unknown address is a status, no fault.
        let status =
            unsafe { (driver.pointer_attribute)((&raw mut found).cast(), attribute, address) };
        match u32::try_from(found) {
            Ok(found) if status == SUCCESS && found == self.ordinal() => Ok(()),
            Ok(found) if status == SUCCESS => Err(Error::WrongDevice {
                what,
                expected: self.ordinal(),
                found,
            }),
            _ => Err(Error::NotDeviceMemory { address }),
        }
    }

    /// Refuses an object of another device.
    pub(crate) fn check_same(&self, what: &'static str, found: &Self) -> Result<()> {
        if self == found {
            return Ok(());
        }
        Err(Error::WrongDevice {
            what,
            expected: self.ordinal(),
            found: found.ordinal(),
        })
    }

    /// Makes the primary context current on this thread and returns the driver.
    pub(super) fn bind(&self) -> Result<&'static Driver> {
        let driver = Driver::get()?;
        // SAFETY: the context is retained as long as self lives.
        driver.check("cuCtxSetCurrent", unsafe {
            (driver.ctx_set_current)(self.0.context)
        })?;
        Ok(driver)
    }

    fn attribute(&self, attribute: Attribute) -> Result<i32> {
        let driver = Driver::get()?;
        let mut value = 0;
        // SAFETY: valid out-pointer and device.
        let status =
            unsafe { (driver.device_attribute)(&mut value, attribute as u32, self.0.device) };
        driver.check("cuDeviceGetAttribute", status)?;
        Ok(value)
    }
}

impl PartialEq for Device {
    fn eq(&self, other: &Self) -> bool {
        self.ordinal() == other.ordinal()
    }
}

impl Eq for Device {}

impl Drop for Primary {
    fn drop(&mut self) {
        if let Ok(driver) = Driver::get() {
            // SAFETY: retained once in `Device::new`.
            driver.report("cuDevicePrimaryCtxRelease", unsafe {
                (driver.primary_release)(self.device)
            });
        }
    }
}
