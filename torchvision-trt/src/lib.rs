//! Exported PyTorch models (.pt2) to verified TensorRT engines.

#![deny(missing_docs)]

pub mod convert;
mod converters;
pub mod graph;
pub mod image;
pub mod module;
pub mod passes;
pub mod pt2;
#[cfg(feature = "tch")]
pub mod interpreter;
pub mod verify;

/// What the code that `#[converter]` writes refers to. Not for use by hand.
#[doc(hidden)]
pub mod __private {
    pub use crate::convert::{Context, Converter, Result, bind, finish};
    pub use inventory;
}
