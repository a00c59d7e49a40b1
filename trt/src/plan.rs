//! The serialized engine.

use std::fmt;
use std::ops::Deref;
use std::path::Path;
use std::ptr::NonNull;

use trt_sys::TrtHostMemory;

use crate::file;
use crate::library::entry;
use crate::{Library, Result};

/// A serialized engine, as `trtexec`, DeepStream and Triton load it, too.
///
/// Follows [`IHostMemory`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/c-api/classnvinfer1_1_1_i_host_memory.html).
pub struct Plan {
    handle: NonNull<TrtHostMemory>,
    bytes: NonNull<[u8]>,
    library: Library,
}

// SAFETY: IHostMemory is a block of memory that never changes; the library outlives it.
unsafe impl Send for Plan {}
// SAFETY: as above.
unsafe impl Sync for Plan {}

impl Plan {
    /// # Safety
    /// `handle` is host memory of `library` that nobody else destroys.
    pub(crate) unsafe fn from_raw(
        handle: NonNull<TrtHostMemory>,
        library: &Library,
    ) -> Result<Self> {
        // First the object, so that it is destroyed when the rest fails.
        let mut plan = Self {
            handle,
            bytes: NonNull::slice_from_raw_parts(NonNull::dangling(), 0),
            library: library.clone(),
        };
        let get = entry!(library, host_memory_data, "host memory")?;
        let (mut data, mut size) = (std::ptr::null(), 0);
        // SAFETY: the memory is alive.
        library.check(&"host memory", || unsafe {
            get(handle.as_ptr(), &mut data, &mut size)
        })?;
        if let Some(data) = NonNull::new(data.cast_mut().cast()) {
            plan.bytes = NonNull::slice_from_raw_parts(data, size);
        }
        Ok(plan)
    }

    /// Writes a file, whole or not at all.
    ///
    /// # Errors
    /// The file cannot be written, because the disk is full for example.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        file::write(path.as_ref(), self)
    }
}

impl Deref for Plan {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: "The memory allocated by this class is owned by the library and read-only": it lives and does not
        // change until the object is destroyed, which needs `self`.
        unsafe { self.bytes.as_ref() }
    }
}

impl AsRef<[u8]> for Plan {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl Drop for Plan {
    fn drop(&mut self) {
        if let Some(destroy) = self.library.api().host_memory_destroy {
            // SAFETY: destroyed once, here.
            unsafe { destroy(self.handle.as_ptr()) };
        }
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plan({} bytes)", self.len())
    }
}
