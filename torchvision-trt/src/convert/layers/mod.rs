//! Layers as converters want them: PyTorch's semantics, any shape, static or dynamic. All are methods of
//! [`Context`](super::Context), one file for each family.

mod cast;
mod convolution;
mod einsum;
mod elementwise;
mod indexing;
mod matmul;
mod normalization;
mod pooling;
mod range;
mod recurrence;
mod reduce;
mod resampling;
mod reshape;
mod sampling;
mod scan;
mod sizes;
mod slice;
mod sort;
mod windows;

pub use convolution::Padding;
pub(crate) use convolution::spatial;
pub use pooling::PoolWindow;
pub use recurrence::Looped;
pub(crate) use resampling::{Filter, resamplings};
pub use sampling::Taps;
pub use scan::{Behind, Scanned};
pub(super) use sizes::own_symbol;
pub(crate) use slice::{python_index, python_range};
pub use windows::AxisWindows;
