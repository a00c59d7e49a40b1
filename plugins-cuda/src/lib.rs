//! CUDA kernels and TensorRT plugins for operations that TensorRT has no layer for.
//!
//! A kernel belongs here only when TensorRT's own layers are missing, wrong or slower.

#![deny(missing_docs)]

mod flip;
mod kernels;

pub use kernels::{KernelError, MAX_RANK, are_compiled, compiled_for};
