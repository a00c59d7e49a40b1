//! Exported PyTorch models (.pt2) to verified TensorRT engines.
//!
//! Convert and save, in one call:
//!
//! ```no_run
//! use torchvision_trt::{ConvertOptions, Precision};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let library = trt::Library::load()?;
//! let converted = ConvertOptions::new().precision(Precision::Fp16).convert(&library, "resnet18.pt2")?;
//! converted.save("resnet18.engine")?;
//! # Ok(())
//! # }
//! ```
//!
//! Run it with [`module::TrtModule`], prove it with [`verify`], add operations of your own with
//! [`#[converter]`](convert::converter). The way of the data: [`pt2`] reads the archive, [`graph`] and [`passes`] bring the
//! program into one form, [`convert`] makes a network of it, and [`pipeline`] does all of it.

#![deny(missing_docs)]

pub mod bench;
pub mod calibrate;
pub mod cli;
pub mod convert;
mod converters;
pub mod draw;
pub mod graph;
pub mod image;
#[cfg(feature = "tch")]
pub mod interpreter;
pub mod module;
pub mod passes;
pub mod pipeline;
pub mod pt2;
pub mod verify;

pub use passes::Precision;
pub use pipeline::ConvertOptions;

/// The code on that page compiles.
#[cfg(doctest)]
#[doc = include_str!("../../docs/adding-an-op.md")]
pub mod adding_an_op {}

/// What the code that `#[converter]` writes refers to. Not for use by hand.
#[doc(hidden)]
pub mod __private {
    pub use crate::convert::{Context, Converter, Result, bind, finish};
    pub use inventory;
}
