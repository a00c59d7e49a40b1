//! CUDA kernels and TensorRT plugins for operations that TensorRT has no layer for.
