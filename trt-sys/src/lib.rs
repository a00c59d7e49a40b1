//! Raw C ABI to NVIDIA TensorRT and TensorRT-RTX: a small C++ shim, one function table per header set, loaded at run time.

mod bindings;

pub use bindings::*;
