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

#[cfg(test)]
mod tests {
    use trt::DataType::{Float, Int32};
    use trt::cuda::RawStream;
    use trt::plugin::{AnyPlugin, Call, Fields, SymbolicShape, TensorInfo, TensorMemory};

    use super::*;

    fn create(name: &str, fields: Fields) -> AnyPlugin {
        let registration = ALL.iter().find(|plugin| plugin.name() == name);
        registration.unwrap().create(&fields).unwrap()
    }

    /// What a run on tensors of these shapes says that the build could not know.
    fn refusal(plugin: &AnyPlugin, inputs: &[&[i64]], outputs: &[&[i64]]) -> String {
        let unknown = inputs.iter().enumerate();
        let unknown: Vec<_> = unknown
            .map(|(input, dims)| SymbolicShape::of_input(input, &vec![-1; dims.len()]))
            .collect();
        plugin
            .output_shapes(&unknown, &[])
            .expect("nothing is wrong as long as no size is known");

        let tensors = |shapes: &[&[i64]], dtype| -> Vec<_> {
            let memory = |dims: &&[i64]| {
                let info = TensorInfo::linear(dtype, (*dims).try_into().unwrap());
                TensorMemory::new(info, 0)
            };
            shapes.iter().map(memory).collect()
        };
        let (inputs, outputs) = (tensors(inputs, Float), tensors(outputs, Int32));
        // SAFETY: the plugin refuses the call, so it touches no memory.
        let call = unsafe { Call::new(&inputs, &outputs, 0, RawStream(std::ptr::null_mut())) };
        plugin.enqueue(&call).unwrap_err().to_string()
    }

    #[test]
    fn sizes_that_do_not_go_together_are_refused_in_the_run() {
        let bmm = create("TorchBmm", Fields::new());
        let error = refusal(&bmm, &[&[2, 3, 4], &[2, 5, 6]], &[&[2, 3, 6]]);
        assert!(
            error.contains("expected [B, m, k] and [B, k, n]"),
            "{error}"
        );
        let error = refusal(&bmm, &[&[2, 3, 4], &[2, 4, 6]], &[&[2, 3, 7]]);
        assert!(
            error.contains("output 0") && error.contains("[2, 3, 6]"),
            "{error}"
        );

        let gather = create("TorchGather", Fields::new().with("dim", 1));
        let error = refusal(&gather, &[&[2, 3], &[4, 3]], &[&[4, 3]]);
        assert!(error.contains("does not fit into"), "{error}");

        let nms = create("TorchNMS", Fields::new().with("iou_threshold", 0.5));
        let error = refusal(&nms, &[&[10, 4], &[9]], &[&[-1], &[]]);
        assert!(error.contains("scores"), "{error}");

        let view = create("ExView", Fields::new().with("dim_expression", "6"));
        let error = refusal(&view, &[&[2, 2]], &[&[6]]);
        assert!(error.contains("another number of elements"), "{error}");
    }
}
