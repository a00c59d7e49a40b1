//! Outputs whose shape depends on the data: TensorRT asks for their memory during the run.

use std::ffi::{c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use trt_sys::{TrtDims, TrtOutputAllocatorCallbacks};

use crate::Dims;
use crate::cuda::{self, Device, DeviceBuffer};

/// The memory of one such output, which grows as needed and is reused from run to run.
///
/// Boxed by its owner: TensorRT keeps its address.
#[derive(Debug)]
pub(crate) struct OutputAllocator {
    device: Device,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    memory: Option<Memory>,
    shape: Option<Dims>,
    error: Option<cuda::Error>,
}

/// A buffer and where in it the output begins: TensorRT may ask for a stricter alignment than the driver gives.
#[derive(Debug)]
struct Memory {
    buffer: DeviceBuffer,
    offset: usize,
}

impl Memory {
    fn new(device: &Device, size: usize, alignment: usize) -> cuda::Result<Self> {
        let buffer = DeviceBuffer::new(device, size.saturating_add(alignment))?;
        let offset = buffer.address().next_multiple_of(alignment as u64) - buffer.address();
        Ok(Self {
            buffer,
            offset: offset as usize,
        })
    }

    fn address(&self) -> u64 {
        self.buffer.address() + self.offset as u64
    }

    fn len(&self) -> usize {
        self.buffer.len() - self.offset
    }
}

impl OutputAllocator {
    pub(crate) fn new(device: &Device) -> Self {
        Self {
            device: device.clone(),
            state: Mutex::default(),
        }
    }

    /// The callbacks to hand to TensorRT, which must not be used after `self` is gone or moved.
    pub(crate) fn callbacks(&self) -> TrtOutputAllocatorCallbacks {
        TrtOutputAllocatorCallbacks {
            user: ptr::from_ref(self).cast_mut().cast(),
            reallocate: Some(reallocate),
            notify_shape: Some(notify_shape),
        }
    }

    /// Forgets what the last run said.
    pub(crate) fn start(&self) {
        let mut state = self.lock();
        state.shape = None;
        state.error = None;
    }

    /// The shape of the last run, once TensorRT has told it.
    pub(crate) fn shape(&self) -> Option<Dims> {
        self.lock().shape
    }

    /// Address and size of the memory, once there is some.
    pub(crate) fn memory(&self) -> Option<(u64, usize)> {
        let state = self.lock();
        let memory = state.memory.as_ref()?;
        Some((memory.address(), memory.len()))
    }

    /// Copies the memory of the last run to the host.
    pub(crate) fn read(&self, bytes: &mut [u8], stream: &cuda::Stream) -> cuda::Result<()> {
        let state = self.lock();
        match &state.memory {
            Some(memory) => memory.buffer.read_at(memory.offset, bytes, stream),
            None if bytes.is_empty() => Ok(()),
            None => Err(cuda::Error::Size {
                what: "output memory",
                expected: bytes.len(),
                found: 0,
            }),
        }
    }

    /// Why memory could not be given during the last run.
    pub(crate) fn take_error(&self) -> Option<cuda::Error> {
        self.lock().error.take()
    }

    fn grow(&self, size: usize, alignment: usize) -> *mut c_void {
        let mut state = self.lock();
        if let Some(memory) = &state.memory
            && memory.len() >= size
            && memory.address().is_multiple_of(alignment as u64)
        {
            return memory.address() as *mut c_void;
        }
        // Freed first, which waits for runs that still use it: the old content is not needed.
        state.memory = None;
        match Memory::new(&self.device, size, alignment) {
            Ok(memory) => {
                let address = memory.address() as *mut c_void;
                state.memory = Some(memory);
                address
            }
            Err(error) => {
                state.error = Some(error);
                ptr::null_mut()
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// # Safety
/// `user` is the address of a live `OutputAllocator`.
unsafe extern "C" fn reallocate(
    user: *mut c_void,
    _name: *const c_char,
    _current: *mut c_void,
    size: u64,
    alignment: u64,
    _stream: *mut c_void,
) -> *mut c_void {
    let (Ok(size), Ok(alignment)) = (usize::try_from(size), usize::try_from(alignment)) else {
        return ptr::null_mut();
    };
    // SAFETY: the caller's promise; the allocator is shared, its state behind a mutex.
    let allocator = unsafe { &*user.cast::<OutputAllocator>() };
    catch_unwind(AssertUnwindSafe(|| allocator.grow(size, alignment.max(1))))
        .unwrap_or(ptr::null_mut())
}

/// # Safety
/// `user` is the address of a live `OutputAllocator`, `dims` null or valid.
unsafe extern "C" fn notify_shape(user: *mut c_void, _name: *const c_char, dims: *const TrtDims) {
    // SAFETY: the caller's promise.
    let (allocator, dims) = unsafe { (&*user.cast::<OutputAllocator>(), dims.as_ref()) };
    allocator.lock().shape = dims.and_then(Dims::from_raw);
}
