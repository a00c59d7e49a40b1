//! CUDA devices, streams, events, memory and graphs: what running an engine needs, over the driver API.
//!
//! The driver is opened at run time; nothing links CUDA. All objects use the device's *primary* context, which is the
//! one that the CUDA runtime API (TensorRT, PyTorch) uses, so pointers and streams can be shared with both. Every call
//! makes that context current on the calling thread first, so objects may move between threads.
//!
//! Follows the [CUDA driver API](https://docs.nvidia.com/cuda/cuda-driver-api/index.html).

mod buffer;
mod device;
mod driver;
mod event;
mod graph;
#[cfg(feature = "cuda-runtime-sys")]
mod interop;
mod stream;

pub(crate) use buffer::copy_on_device;
pub use buffer::{DeviceBuffer, PinnedBuffer};
pub use device::{Device, MemoryInfo};
pub use event::{Event, RawEvent};
pub use graph::Graph;
pub use stream::{RawStream, Stream};

/// Result of the functions in this module.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure of CUDA, or the lack of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// libcuda is missing or could not be initialised.
    #[error(
        "no CUDA driver: {reason}; install NVIDIA's driver (in a container: start it with GPU access, \
         for example `docker run --gpus all`)"
    )]
    NoDriver {
        /// What failed.
        reason: String,
    },
    /// The driver works but sees no GPU.
    #[error(
        "no CUDA device: the driver is there but sees no GPU; check `nvidia-smi` and CUDA_VISIBLE_DEVICES"
    )]
    NoDevice,
    /// There is no device of this number.
    #[error("no CUDA device {ordinal}: this machine has {count} (numbered from 0)")]
    NoSuchDevice {
        /// The number asked for.
        ordinal: u32,
        /// How many devices there are.
        count: u32,
    },
    /// Not enough device memory.
    #[error(
        "out of device memory: asked {asked} bytes, free {free} of {total}; use a smaller batch, fewer contexts or \
         free other programs' memory"
    )]
    OutOfMemory {
        /// Bytes asked for.
        asked: usize,
        /// Bytes free at that time.
        free: usize,
        /// Bytes the device has.
        total: usize,
    },
    /// A copy between buffers of different sizes, or a view that does not divide the buffer.
    #[error("{what}: expected {expected} bytes, found {found}")]
    Size {
        /// The operation.
        what: &'static str,
        /// Bytes expected.
        expected: usize,
        /// Bytes given.
        found: usize,
    },
    /// Two objects that must live on one device do not.
    #[error("{what} is on CUDA device {found}, expected device {expected}")]
    WrongDevice {
        /// The object.
        what: &'static str,
        /// The device expected.
        expected: u32,
        /// The device found.
        found: u32,
    },
    /// A pointer that is not device memory.
    #[error("address {address:#x} is not memory of a CUDA device")]
    NotDeviceMemory {
        /// The address.
        address: u64,
    },
    /// The driver is too old for a function.
    #[error("this CUDA driver has no {what}: update the driver")]
    Unsupported {
        /// The driver function.
        what: &'static str,
    },
    /// A driver call failed. Failures of earlier asynchronous work are reported by later calls, too.
    #[error("{what} failed: {detail}")]
    Call {
        /// The driver function.
        what: &'static str,
        /// Its status (`CUresult`).
        code: i32,
        /// The status's name and text.
        detail: String,
    },
}

/// True when a CUDA device can be used on this machine.
#[must_use]
pub fn is_available() -> bool {
    Device::count().is_ok_and(|count| count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without a driver or device every entry gives a typed error; with one it gives a device.
    #[test]
    fn absence_is_a_typed_error() {
        match Device::new(0) {
            Ok(device) => {
                assert!(is_available());
                let count = Device::count().unwrap();
                assert_eq!(
                    Device::new(count).unwrap_err(),
                    Error::NoSuchDevice {
                        ordinal: count,
                        count
                    }
                );
                assert_eq!(device.ordinal(), 0);
            }
            Err(error) => {
                assert!(!is_available());
                assert!(
                    matches!(error, Error::NoDriver { .. } | Error::NoDevice),
                    "{error}"
                );
                assert_eq!(
                    Device::new(7).unwrap_err(),
                    error,
                    "the answer stays the same"
                );
            }
        }
    }

    #[test]
    fn messages_say_what_to_do() {
        let error = Error::OutOfMemory {
            asked: 4096,
            free: 1024,
            total: 2048,
        };
        assert!(
            error
                .to_string()
                .starts_with("out of device memory: asked 4096 bytes, free 1024 of 2048")
        );
        let error = Error::NoDriver {
            reason: "libcuda was not found".into(),
        };
        assert!(error.to_string().contains("--gpus all"));
    }
}
