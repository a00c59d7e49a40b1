//! CUDA kernels and TensorRT plugins for operations that TensorRT has no layer for.
//!
//! A kernel belongs here only when TensorRT's own layers are missing, wrong or slower.

#![deny(missing_docs)]

mod flip;
mod kernels;
mod tensors;

use trt::plugin::Registration;

pub use flip::TorchFlip;
pub use kernels::{are_compiled, are_emulated, compiled_for};

/// All plugins of this crate.
pub static ALL: &[Registration] = &[Registration::of::<TorchFlip>()];
