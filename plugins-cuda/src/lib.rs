//! CUDA kernels and TensorRT plugins for operations that TensorRT has no layer for.
//!
//! Every operation that `torchvision-trt` converts today is made of TensorRT's own layers, so this crate is empty: it marks
//! the place between `trt`, which will know plugins in general, and `torchvision-trt`, whose converters will ask for one by name.
//! A kernel belongs here only when a measurement shows TensorRT's own layers to be missing, wrong or slower.
