//! The way to the kernels: what they get, and calls that become errors of Rust.
//!
//! A launcher of `kernels/NAME.cu` is declared with [`kernel!`] beside the plugin that calls it; its argument struct is written
//! in both languages and its size is compared at each call.

use std::ffi::c_void;

/// Dimensions that a tensor may have at most, as in TensorRT.
pub const MAX_RANK: usize = 8;

/// A kernel was not launched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KernelError {
    /// The crate was built without nvcc.
    #[error(
        "kernels not compiled: plugins-cuda was built without nvcc; install the CUDA toolkit (or run `cargo xtask setup --only \
         cuda`) and build again"
    )]
    NotCompiled,
    /// CUDA refused the launch.
    #[error("{kernel}: CUDA status {code}: {text} (the kernels are compiled for {code_for})", code_for = compiled_for())]
    Launch {
        /// The launcher.
        kernel: &'static str,
        /// Its status (`cudaError_t`).
        code: i32,
        /// The status's text.
        text: String,
    },
    /// A tensor with more dimensions than TensorRT knows.
    #[error("a tensor of {rank} dimensions: kernels take {MAX_RANK} at most")]
    Rank {
        /// Its number of dimensions.
        rank: usize,
    },
}

/// What the kernels are compiled for, for example `sm_80 sm_90 compute_80`; empty without kernels.
pub fn compiled_for() -> &'static str {
    env!("PLUGINS_CUDA_CODE")
}

/// Whether the crate has kernels: whether nvcc was there when it was built.
pub const fn are_compiled() -> bool {
    cfg!(kernels)
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
    /// A tensor at a device address, with TensorRT's number of its data type.
    pub(crate) fn new(
        data: *mut c_void,
        data_type: trt::DataType,
        dims: &[i64],
    ) -> Result<Self, KernelError> {
        let mut padded = [1; MAX_RANK];
        padded
            .get_mut(..dims.len())
            .ok_or(KernelError::Rank { rank: dims.len() })?
            .copy_from_slice(dims);
        Ok(Self {
            data,
            data_type: type_number(data_type),
            rank: dims.len() as i32,
            dims: padded,
        })
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
) -> Result<(), KernelError> {
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
    Err(KernelError::Launch {
        kernel,
        code,
        text: text.to_string_lossy().into_owned(),
    })
}

/// Declares a launcher of `kernels/*.cu` as an unsafe function of its arguments and a stream. Without kernels it answers
/// [`KernelError::NotCompiled`].
macro_rules! kernel {
    ($name:ident($arguments:ty)) => {
        /// Puts the kernel on the stream.
        ///
        /// # Safety
        /// The tensors are device memory that lives until the stream's work is done; `stream` is a stream of the current context.
        #[cfg(kernels)]
        unsafe fn $name(
            arguments: &$arguments,
            stream: *mut std::ffi::c_void,
        ) -> Result<(), $crate::KernelError> {
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
                $crate::kernels::launch(stringify!($name), launcher::$name, arguments, stream)
            }
        }

        /// There is no kernel to put on the stream.
        ///
        /// # Safety
        /// As with kernels.
        #[cfg(not(kernels))]
        unsafe fn $name(
            _: &$arguments,
            _: *mut std::ffi::c_void,
        ) -> Result<(), $crate::KernelError> {
            Err($crate::KernelError::NotCompiled)
        }
    };
}
pub(crate) use kernel;
