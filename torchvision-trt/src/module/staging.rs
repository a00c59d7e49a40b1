//! Memory of a session for one input or output of host runs: pinned on the host, and on the device.

use trt::cuda::{Device, DeviceBuffer, PinnedBuffer, Result, Stream};

/// A pair of buffers that grows as needed and is reused.
#[derive(Debug, Default)]
pub(super) struct Staging {
    buffers: Option<(PinnedBuffer, DeviceBuffer)>,
}

impl Staging {
    /// Makes room for `len` bytes and gives the device address, which stays the same until room for more is made.
    pub(super) fn reserve(&mut self, device: &Device, len: usize) -> Result<u64> {
        if let Some((_, memory)) = &self.buffers
            && memory.len() >= len
        {
            return Ok(memory.address());
        }
        self.buffers = None;
        let (_, memory) = self.buffers.insert((
            PinnedBuffer::new(device, len)?,
            DeviceBuffer::new(device, len)?,
        ));
        Ok(memory.address())
    }

    /// Puts a copy of `bytes` to the device on the stream.
    ///
    /// # Safety
    /// Room was made, earlier copies from here are done, and the stream is waited for before the next use.
    pub(super) unsafe fn upload(&mut self, bytes: &[u8], stream: &Stream) -> Result<()> {
        let Some((pinned, memory)) = &mut self.buffers else {
            return Ok(());
        };
        pinned.bytes_mut()[..bytes.len()].copy_from_slice(bytes);
        // SAFETY: the pinned bytes stay as they are until the stream is waited for, by the caller's promise.
        unsafe { memory.copy_from_host_async(pinned.bytes().as_ptr(), bytes.len(), stream) }
    }

    /// Puts a copy of `len` bytes from the device on the stream.
    ///
    /// # Safety
    /// Room was made, and the stream is waited for before [`bytes`](Self::bytes) or the next use.
    pub(super) unsafe fn download(&mut self, len: usize, stream: &Stream) -> Result<()> {
        let Some((pinned, memory)) = &mut self.buffers else {
            return Ok(());
        };
        // SAFETY: nothing touches the pinned bytes until the stream is waited for, by the caller's promise.
        unsafe { memory.copy_to_host_async(0, pinned.bytes_mut().as_mut_ptr(), len, stream) }
    }

    /// The first `len` bytes on the host.
    pub(super) fn bytes(&self, len: usize) -> &[u8] {
        self.buffers
            .as_ref()
            .map_or(&[], |(pinned, _)| &pinned.bytes()[..len])
    }

    /// The first `len` bytes on the host, for writing.
    pub(super) fn bytes_mut(&mut self, len: usize) -> &mut [u8] {
        self.buffers
            .as_mut()
            .map_or(&mut [], |(pinned, _)| &mut pinned.bytes_mut()[..len])
    }
}
