//! Layers as converters want them: PyTorch's semantics, any shape, static or dynamic. All are methods of
//! [`Context`](super::Context), one file for each family.

mod cast;
mod convolution;
mod elementwise;
mod indexing;
mod matmul;
mod normalization;
mod pooling;
mod range;
mod reduce;
mod reshape;
mod sizes;
mod slice;

pub use convolution::Padding;
pub(crate) use convolution::spatial;
pub use pooling::PoolWindow;
pub(super) use sizes::own_symbol;
pub(crate) use slice::{python_index, python_range};
