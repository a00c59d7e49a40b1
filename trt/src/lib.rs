//! Safe Rust API to NVIDIA TensorRT and TensorRT-RTX: build, serialize and run engines.
