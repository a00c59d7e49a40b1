//! CUDA kernels and TensorRT plugins for operations that TensorRT has no layer for.
//!
//! A kernel belongs here only when TensorRT's own layers are missing, wrong or slower.

#![deny(missing_docs)]

mod boxes;
mod carafe;
mod deformable;
mod flip;
mod kernels;
mod nms;
mod roi;
mod sampling;
mod tensors;

use trt::plugin::Registration;

pub use boxes::{Delta2BBox, GridAnchor};
pub use carafe::CarafeFeatureReassemble;
pub use deformable::{DeformableConv, ModulatedDeformableConv};
pub use flip::TorchFlip;
pub use kernels::{are_compiled, compiled_for};
pub use nms::{BatchedNms, TorchNms};
pub use roi::{DeformablePool, RoiAlign, RoiExtractor, RoiPool};
pub use sampling::GridSample;

/// All plugins of this crate.
pub static ALL: &[Registration] = &[
    Registration::of::<BatchedNms>(),
    Registration::of::<CarafeFeatureReassemble>(),
    Registration::of::<DeformableConv>(),
    Registration::of::<DeformablePool>(),
    Registration::of::<Delta2BBox>(),
    Registration::of::<GridAnchor>(),
    Registration::of::<GridSample>(),
    Registration::of::<ModulatedDeformableConv>(),
    Registration::of::<RoiAlign>(),
    Registration::of::<RoiExtractor>(),
    Registration::of::<RoiPool>(),
    Registration::of::<TorchFlip>(),
    Registration::of::<TorchNms>(),
];
