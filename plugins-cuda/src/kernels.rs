//! The way to the kernels: what they get, and calls that become errors of Rust.
//!
//! A launcher of `kernels/NAME.cu` is declared with [`kernel!`] beside the plugin that calls it; its argument struct is written
//! in both languages and its size is compared at each call.

use std::ffi::c_void;

use trt::plugin::{Error, Result, TensorMemory};

/// Dimensions that a tensor may have at most, as in TensorRT.
pub(crate) const MAX_RANK: usize = trt::Dims::MAX_RANK;

/// What the kernels are compiled for, for example `sm_80 sm_90 compute_80`; empty without kernels.
pub fn compiled_for() -> &'static str {
    env!("PLUGINS_CUDA_CODE")
}

/// Whether the crate has kernels: whether nvcc was there when it was built.
pub const fn are_compiled() -> bool {
    cfg!(kernels)
}

/// Whether the kernels run on the CPU, on host memory: a build with the feature `emulation`, for tests.
pub const fn are_emulated() -> bool {
    cfg!(all(kernels, feature = "emulation"))
}

/// A contiguous tensor on the device; the struct of the same name in `kernels/common.cuh`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tensor {
    data: *mut c_void,
    data_type: i32,
    rank: i32,
    dims: [i64; MAX_RANK],
}

impl Tensor {
    /// An input that is not given: kernels look at its address.
    pub(crate) const NONE: Self = Self {
        data: std::ptr::null_mut(),
        data_type: 0,
        rank: 0,
        dims: [0; MAX_RANK],
    };

    /// A tensor of a call.
    ///
    /// # Errors
    /// More dimensions than kernels know.
    pub(crate) fn of(memory: &TensorMemory) -> Result<Self> {
        let mut dims = [1; MAX_RANK];
        let rank = memory.dims.len();
        dims.get_mut(..rank)
            .ok_or_else(|| {
                Error::invalid(
                    "tensor",
                    format!("has {rank} dimensions, expected at most {MAX_RANK}"),
                )
            })?
            .copy_from_slice(&memory.dims);
        Ok(Self {
            data: memory.as_mut_ptr(),
            data_type: type_number(memory.dtype),
            rank: rank as i32,
            dims,
        })
    }

    /// With dimensions of size 1 before the others, `rank` in all.
    pub(crate) fn with_leading(mut self, rank: usize) -> Self {
        let added = rank.saturating_sub(self.rank as usize);
        self.dims.rotate_right(added);
        self.dims[..added].fill(1);
        self.rank += added as i32;
        self
    }
}

/// The number that `kernels/common.cuh` knows the type by; that of `nvinfer1::DataType`.
fn type_number(data_type: trt::DataType) -> i32 {
    use trt::DataType;
    match data_type {
        DataType::Float => 0,
        DataType::Half => 1,
        DataType::Int8 => 2,
        DataType::Int32 => 3,
        DataType::Bool => 4,
        DataType::UInt8 => 5,
        DataType::BFloat16 => 7,
        DataType::Int64 => 8,
        // Types that no plugin takes; launchers refuse the number.
        _ => -1,
    }
}

/// Signature of every launcher.
#[cfg(kernels)]
pub(crate) type Launcher = unsafe extern "C" fn(*const c_void, usize, *mut c_void) -> i32;

/// Calls a launcher and makes an error of its status.
///
/// # Safety
/// `arguments` is what `launcher` takes, its tensors are device memory that lives until the stream's work is done, and `stream` is
/// a stream of the current context.
#[cfg(kernels)]
pub(crate) unsafe fn launch<A>(
    kernel: &'static str,
    launcher: Launcher,
    arguments: &A,
    stream: *mut c_void,
) -> Result<()> {
    unsafe extern "C" {
        safe fn plugins_cuda_status_text(status: i32) -> *const std::ffi::c_char;
    }
    // SAFETY: the caller's promise; the launcher reads `arguments` during the call only.
    let code = unsafe { launcher((&raw const *arguments).cast(), size_of::<A>(), stream) };
    if code == 0 {
        return Ok(());
    }
    // SAFETY: the text of a status is a string constant of CUDA's.
    let text = unsafe { std::ffi::CStr::from_ptr(plugins_cuda_status_text(code)) };
    Err(Error::Launch {
        kernel: kernel.to_owned(),
        status: code,
        detail: format!(
            "{} (compiled for {})",
            text.to_string_lossy(),
            compiled_for()
        ),
    })
}

/// The error of every launch in a program without kernels.
#[cfg(not(kernels))]
pub(crate) fn not_compiled(kernel: &str) -> Error {
    Error::KernelsNotCompiled {
        plugin: kernel.trim_start_matches("plugins_cuda_").to_owned(),
        remedy: "install the CUDA toolkit, or run `cargo xtask setup --only cuda`, and build the program again".to_owned(),
    }
}

/// Declares a launcher of `kernels/*.cu` as an unsafe function of its arguments and a stream. Without kernels it answers
/// [`trt::plugin::Error::KernelsNotCompiled`].
macro_rules! kernel {
    ($name:ident($arguments:ty)) => {
        /// Puts the kernel on the stream.
        ///
        /// # Safety
        /// The tensors are device memory that lives until the stream's work is done; `stream` is a stream of the current context.
        #[cfg(kernels)]
        unsafe fn $name(
            arguments: &$arguments,
            stream: trt::cuda::RawStream,
        ) -> trt::plugin::Result<()> {
            mod launcher {
                unsafe extern "C" {
                    pub(super) fn $name(
                        arguments: *const std::ffi::c_void,
                        size: usize,
                        stream: *mut std::ffi::c_void,
                    ) -> i32;
                }
            }
            // SAFETY: the caller's promise; the launcher takes this struct, as its size check confirms.
            unsafe {
                $crate::kernels::launch(stringify!($name), launcher::$name, arguments, stream.0)
            }
        }

        /// There is no kernel to put on the stream.
        ///
        /// # Safety
        /// As with kernels.
        #[cfg(not(kernels))]
        unsafe fn $name(_: &$arguments, _: trt::cuda::RawStream) -> trt::plugin::Result<()> {
            Err($crate::kernels::not_compiled(stringify!($name)))
        }
    };
}
pub(crate) use kernel;
