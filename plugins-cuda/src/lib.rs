//! CUDA kernels and TensorRT plugins for operations that TensorRT has no layer for.
//!
//! A kernel belongs here only when TensorRT's own layers are missing, wrong or slower, or for programs that load the plugin library
//! without this project's converters. `kernels/` has the device code, one family a file; each family here is a plugin's attributes,
//! shapes and the call of its kernels.
//!
//! Without nvcc at build time the crate has no kernels: everything works except [`Plugin::enqueue`](trt::plugin::Plugin::enqueue), which
//! answers [`KernelsNotCompiled`](trt::plugin::Error::KernelsNotCompiled).

#![deny(missing_docs)]

mod adaptive_pool;
mod bmm;
mod boxes;
mod carafe;
mod centered;
mod deformable;
mod embedding;
mod flip;
mod gather;
mod kernels;
mod mesh_grid;
mod nms;
mod normalization;
mod repeat_dims;
mod roi;
mod sampling;
mod scan;
mod tensors;
mod unfold;
mod view;

use trt::plugin::Registration;

pub use adaptive_pool::AdaptivePool;
pub use bmm::TorchBmm;
pub use boxes::{Delta2BBox, GridAnchor};
pub use carafe::CarafeFeatureReassemble;
pub use centered::CenteredLayer;
pub use deformable::{DeformableConv, ModulatedDeformableConv};
pub use embedding::TorchEmbedding;
pub use flip::TorchFlip;
pub use gather::TorchGather;
pub use kernels::{are_compiled, are_emulated, compiled_for};
pub use mesh_grid::MeshGrid;
pub use nms::{BatchedNms, TorchNms};
pub use normalization::{GroupNorm, LayerNorm};
pub use repeat_dims::RepeatDims;
pub use roi::{DeformablePool, RoiAlign, RoiExtractor, RoiPool};
pub use sampling::GridSample;
pub use scan::{TorchCum, TorchCumMaxMin};
pub use unfold::TorchUnfold;
pub use view::ExView;

/// All plugins of this crate.
pub static ALL: &[Registration] = &[
    Registration::of::<AdaptivePool>(),
    Registration::of::<BatchedNms>(),
    Registration::of::<CarafeFeatureReassemble>(),
    Registration::of::<CenteredLayer>(),
    Registration::of::<DeformableConv>(),
    Registration::of::<DeformablePool>(),
    Registration::of::<Delta2BBox>(),
    Registration::of::<ExView>(),
    Registration::of::<GridAnchor>(),
    Registration::of::<GridSample>(),
    Registration::of::<GroupNorm>(),
    Registration::of::<LayerNorm>(),
    Registration::of::<MeshGrid>(),
    Registration::of::<ModulatedDeformableConv>(),
    Registration::of::<RepeatDims>(),
    Registration::of::<RoiAlign>(),
    Registration::of::<RoiExtractor>(),
    Registration::of::<RoiPool>(),
    Registration::of::<TorchBmm>(),
    Registration::of::<TorchCum>(),
    Registration::of::<TorchCumMaxMin>(),
    Registration::of::<TorchEmbedding>(),
    Registration::of::<TorchFlip>(),
    Registration::of::<TorchGather>(),
    Registration::of::<TorchNms>(),
    Registration::of::<TorchUnfold>(),
];
