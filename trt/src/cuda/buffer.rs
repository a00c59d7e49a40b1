//! Device memory and pinned host memory.

use std::ffi::c_void;
use std::ptr::NonNull;

use bytemuck::{AnyBitPattern, NoUninit};
use cudarc::driver::sys::CUdeviceptr;

use super::driver::{Driver, OUT_OF_MEMORY};
use super::{Device, Error, RawStream, Result, Stream};

/// A block of device memory; its content is undefined until written.
#[derive(Debug)]
pub struct DeviceBuffer {
    device: Device,
    address: CUdeviceptr,
    len: usize,
}

impl DeviceBuffer {
    /// Allocates `len` bytes, aligned to at least 256.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] with the sizes asked and free.
    pub fn new(device: &Device, len: usize) -> Result<Self> {
        let driver = device.bind()?;
        let mut address = 0;
        // CUDA refuses blocks of 0 bytes, but an empty tensor still needs an address of its own.
        // SAFETY: valid out-pointer, the context is current.
        match unsafe { (driver.mem_alloc)(&mut address, len.max(1)) } {
            OUT_OF_MEMORY => Err(out_of_memory(device, len)),
            status => {
                driver.check("cuMemAlloc", status)?;
                Ok(Self {
                    device: device.clone(),
                    address,
                    len,
                })
            }
        }
    }

    /// Allocates and fills with `data`; waits for the copy.
    ///
    /// # Errors
    /// As [`DeviceBuffer::new`].
    pub fn from_slice<T: NoUninit>(stream: &Stream, data: &[T]) -> Result<Self> {
        let mut buffer = Self::new(stream.device(), size_of_val(data))?;
        buffer.copy_from_host(data, stream)?;
        Ok(buffer)
    }

    /// Size in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// True when the size is 0.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The device the memory is on.
    #[must_use]
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// The device address, never 0.
    #[must_use]
    pub fn address(&self) -> u64 {
        self.address
    }

    /// The device address as a pointer, for [`crate::Context::set_address`]; not to be read on the host.
    #[must_use]
    pub fn as_ptr(&self) -> *mut c_void {
        self.address as *mut c_void
    }

    /// Copies host data of exactly this buffer's size; waits for the copy and all earlier work on the stream.
    ///
    /// # Errors
    /// [`Error::Size`] when the sizes differ; failures of work on the stream.
    pub fn copy_from_host<T: NoUninit>(&mut self, data: &[T], stream: &Stream) -> Result<()> {
        let bytes: &[u8] = bytemuck::cast_slice(data);
        self.expect_len("copy to device", bytes.len())?;
        // SAFETY: the sizes agree and the host slice is borrowed until the copy is waited for.
        unsafe { self.copy_from_host_async(bytes.as_ptr(), bytes.len(), stream)? };
        stream.synchronize()
    }

    /// Copies this buffer to host memory of exactly its size; waits for the copy and all earlier work on the stream.
    ///
    /// # Errors
    /// [`Error::Size`] when the sizes differ; failures of work on the stream.
    pub fn copy_to_host<T: NoUninit + AnyBitPattern>(
        &self,
        data: &mut [T],
        stream: &Stream,
    ) -> Result<()> {
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(data);
        self.expect_len("copy from device", bytes.len())?;
        // SAFETY: the sizes agree and the host slice is borrowed until the copy is waited for.
        unsafe { self.copy_to_host_async(0, bytes.as_mut_ptr(), bytes.len(), stream)? };
        stream.synchronize()
    }

    /// Copies the bytes from `offset` on to the host; waits for the copy and all earlier work on the stream.
    ///
    /// # Errors
    /// [`Error::Size`] when the buffer ends before `bytes` is full; failures of work on the stream.
    pub fn read_at(&self, offset: usize, bytes: &mut [u8], stream: &Stream) -> Result<()> {
        // SAFETY: the host slice is borrowed until the copy is waited for.
        unsafe { self.copy_to_host_async(offset, bytes.as_mut_ptr(), bytes.len(), stream)? };
        stream.synchronize()
    }

    /// The whole content as values of `T`.
    ///
    /// # Errors
    /// [`Error::Size`] when the size is no multiple of `T`'s; failures of work on the stream.
    pub fn to_vec<T: NoUninit + AnyBitPattern>(&self, stream: &Stream) -> Result<Vec<T>> {
        let size = size_of::<T>().max(1);
        if !self.len.is_multiple_of(size) {
            return Err(Error::Size {
                what: "typed view of a buffer",
                expected: self.len / size * size,
                found: self.len,
            });
        }
        let mut values = vec![T::zeroed(); self.len / size];
        self.copy_to_host(&mut values, stream)?;
        Ok(values)
    }

    /// Copies another buffer of the same size and device, in stream order.
    ///
    /// # Errors
    /// [`Error::Size`], [`Error::WrongDevice`].
    pub fn copy_from_device(&mut self, source: &DeviceBuffer, stream: &Stream) -> Result<()> {
        self.expect_len("copy between buffers", source.len)?;
        self.device.check_same("source buffer", &source.device)?;
        let driver = self.device.bind()?;
        // SAFETY: both ranges have this size; freeing either waits for the device.
        driver.check("cuMemcpyDtoDAsync", unsafe {
            (driver.copy_d2d)(self.address, source.address, self.len, stream.raw())
        })
    }

    /// Sets every byte to `value`, in stream order.
    ///
    /// # Errors
    /// A failing driver.
    pub fn fill(&mut self, value: u8, stream: &Stream) -> Result<()> {
        let driver = self.device.bind()?;
        // SAFETY: the range is this buffer; freeing it waits for the device.
        driver.check("cuMemsetD8Async", unsafe {
            (driver.memset)(self.address, value, self.len, stream.raw())
        })
    }

    /// Queues a copy of `len` bytes from the host to the start of this buffer.
    ///
    /// # Errors
    /// [`Error::Size`] when the buffer is shorter.
    ///
    /// # Safety
    /// `data` points to `len` readable bytes that stay unchanged until the copy is done; the buffer lives until then.
    pub unsafe fn copy_from_host_async(
        &mut self,
        data: *const u8,
        len: usize,
        stream: &Stream,
    ) -> Result<()> {
        self.expect_room("copy to device", len)?;
        if len == 0 {
            return Ok(());
        }
        let driver = self.device.bind()?;
        // SAFETY: the caller's promise; the buffer is long enough.
        driver.check("cuMemcpyHtoDAsync", unsafe {
            (driver.copy_h2d)(self.address, data.cast(), len, stream.raw())
        })
    }

    /// Queues a copy of `len` bytes from `offset` on to the host.
    ///
    /// # Errors
    /// [`Error::Size`] when the buffer is shorter.
    ///
    /// # Safety
    /// `data` points to `len` writable bytes that nothing else uses until the copy is done; the buffer lives until
    /// then.
    pub unsafe fn copy_to_host_async(
        &self,
        offset: usize,
        data: *mut u8,
        len: usize,
        stream: &Stream,
    ) -> Result<()> {
        self.expect_room("copy from device", offset.saturating_add(len))?;
        if len == 0 {
            return Ok(());
        }
        let driver = self.device.bind()?;
        // SAFETY: the caller's promise; the buffer is long enough.
        driver.check("cuMemcpyDtoHAsync", unsafe {
            (driver.copy_d2h)(data.cast(), self.address + offset as u64, len, stream.raw())
        })
    }

    fn expect_room(&self, what: &'static str, len: usize) -> Result<()> {
        if len <= self.len {
            Ok(())
        } else {
            self.expect_len(what, len)
        }
    }

    fn expect_len(&self, what: &'static str, found: usize) -> Result<()> {
        if found == self.len {
            Ok(())
        } else {
            Err(Error::Size {
                what,
                expected: self.len,
                found,
            })
        }
    }
}

impl Drop for DeviceBuffer {
    fn drop(&mut self) {
        if let Ok(driver) = self.device.bind() {
            // SAFETY: allocated by us; cuMemFree waits for work that may still use the block.
            driver.report("cuMemFree", unsafe { (driver.mem_free)(self.address) });
        }
    }
}

/// Page-locked host memory, which the device can copy from and to without a staging copy. Zeroed when made.
#[derive(Debug)]
pub struct PinnedBuffer {
    device: Device,
    data: NonNull<u8>,
    len: usize,
}

// SAFETY: plain host memory owned by this value.
unsafe impl Send for PinnedBuffer {}
// SAFETY: shared access only reads.
unsafe impl Sync for PinnedBuffer {}

impl PinnedBuffer {
    /// Allocates `len` bytes usable by every device.
    ///
    /// # Errors
    /// A failing driver, for example when the host has too little lockable memory.
    pub fn new(device: &Device, len: usize) -> Result<Self> {
        const PORTABLE: u32 = 1;
        let driver = device.bind()?;
        let mut data = std::ptr::null_mut();
        // SAFETY: valid out-pointer, the context is current; the size is not 0.
        driver.check("cuMemHostAlloc", unsafe {
            (driver.host_alloc)(&mut data, len.max(1), PORTABLE)
        })?;
        let data = NonNull::new(data.cast::<u8>()).ok_or(Error::Unsupported {
            what: "pinned memory",
        })?;
        // SAFETY: `len.max(1)` bytes were just allocated.
        unsafe { data.write_bytes(0, len.max(1)) };
        Ok(Self {
            device: device.clone(),
            data,
            len,
        })
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: `len` initialised bytes owned by self.
        unsafe { std::slice::from_raw_parts(self.data.as_ptr(), self.len) }
    }

    /// The bytes, for writing.
    #[must_use]
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: `len` initialised bytes owned by self, borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(self.data.as_ptr(), self.len) }
    }

    /// The content as values of `T` (page-locked memory is aligned for any type).
    ///
    /// # Errors
    /// [`Error::Size`] when the size is no multiple of `T`'s.
    pub fn as_slice<T: AnyBitPattern>(&self) -> Result<&[T]> {
        bytemuck::try_cast_slice(self.bytes()).map_err(|_| self.not_a_multiple::<T>())
    }

    /// The content as values of `T`, for writing.
    ///
    /// # Errors
    /// [`Error::Size`] when the size is no multiple of `T`'s.
    pub fn as_slice_mut<T: NoUninit + AnyBitPattern>(&mut self) -> Result<&mut [T]> {
        let error = self.not_a_multiple::<T>();
        bytemuck::try_cast_slice_mut(self.bytes_mut()).map_err(|_| error)
    }

    /// Size in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// True when the size is 0.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn not_a_multiple<T>(&self) -> Error {
        let size = size_of::<T>().max(1);
        Error::Size {
            what: "typed view of a pinned buffer",
            expected: self.len / size * size,
            found: self.len,
        }
    }
}

impl Drop for PinnedBuffer {
    fn drop(&mut self) {
        if let Ok(driver) = self.device.bind() {
            // SAFETY: allocated by us with cuMemHostAlloc; freeing waits for copies that may still use it.
            driver.report("cuMemFreeHost", unsafe {
                (driver.host_free)(self.data.as_ptr().cast())
            });
        }
    }
}

/// The error for a failed allocation, with what is free now.
fn out_of_memory(device: &Device, asked: usize) -> Error {
    let (free, total) = device
        .memory_info()
        .map_or((0, 0), |memory| (memory.free, memory.total));
    Error::OutOfMemory { asked, free, total }
}
/// Copies device memory that others own, in stream order.
///
/// # Safety
/// Both ranges are memory of the device that is current on this thread, do not overlap, and live until the stream,
/// one of that device, has done the copy.
pub(crate) unsafe fn copy_on_device(
    to: u64,
    from: u64,
    bytes: usize,
    stream: RawStream,
) -> Result<()> {
    let driver = Driver::get()?;
    // SAFETY: the caller's promise.
    driver.check("cuMemcpyDtoDAsync", unsafe {
        (driver.copy_d2d)(to, from, bytes, stream.0.cast())
    })
}
