//! The `#[converter(...)]` attribute of torchvision-trt.
