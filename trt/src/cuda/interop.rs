//! Handles of the crate `cuda-runtime-sys` as ours and back (feature `cuda-runtime-sys`).

use cuda_runtime_sys::{cudaEvent_t, cudaStream_t};

use super::{Event, RawEvent, RawStream, Stream};

impl From<cudaStream_t> for RawStream {
    fn from(stream: cudaStream_t) -> Self {
        Self(stream.cast())
    }
}

impl From<cudaEvent_t> for RawEvent {
    fn from(event: cudaEvent_t) -> Self {
        Self(event.cast())
    }
}

impl From<&Stream> for cudaStream_t {
    fn from(stream: &Stream) -> Self {
        stream.as_raw().cast()
    }
}

impl From<&Event> for cudaEvent_t {
    fn from(event: &Event) -> Self {
        event.as_raw().cast()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_keep_their_address() {
        let mut memory = [0_u8; 16];
        let address = memory.as_mut_ptr();
        assert_eq!(
            RawStream::from(address.cast::<std::ffi::c_void>() as cudaStream_t).0,
            address.cast()
        );
        assert_eq!(
            RawEvent::from(address.cast::<std::ffi::c_void>() as cudaEvent_t).0,
            address.cast()
        );
    }
}
