//! Exported PyTorch models (.pt2) to verified TensorRT engines.

#![deny(missing_docs)]

pub mod graph;
pub mod image;
pub mod pt2;
