//! Non-maximum suppression.

use std::ffi::c_void;

use trt::cuda::RawStream;
use trt::plugin::{
    Call, Error, Field, FieldType, Fields, Plugin, Result, Size, SymbolicShape, TensorInfo,
    TensorMemory,
};
use trt::{DataType, Dims};

use crate::kernels::{Tensor, kernel};
use crate::tensors::{REAL, at_least, fits_32_bits, same_size, same_types, sizes, some_inputs};

/// The boxes that overlap no better one by more than a threshold.
///
/// Inputs boxes `[P, 4]` (x1, y1, x2, y2) and scores `[P]`, any number of them; outputs the numbers of the boxes that are kept,
/// `[K]` of int32, by falling score, and how many they are, a scalar of int32. Boxes of equal score stay in their order; a score that
/// is not a number is above all others.
///
/// With `padded` the first output is `[P]`, and -1 stands behind the last box: TensorRT 8 has no sizes that follow from the data.
///
/// Follows [`torchvision.ops.nms`](https://docs.pytorch.org/vision/stable/generated/torchvision.ops.nms.html).
#[derive(Debug)]
pub struct TorchNms {
    iou_threshold: f32,
    padded: bool,
}

/// Suppression class by class, and the best boxes of all classes.
///
/// Inputs boxes `[N, P, C, 4]`, or `[N, P, 1, 4]` with `shareLocation`, and scores `[N, P, C]`; outputs how many boxes are kept
/// `[N, 1]` of int32, the boxes `[N, keepTopK, 4]`, their scores and their classes `[N, keepTopK]`, by falling score, then zeros and
/// the class -1. Boxes of equal score come by class, then in their order.
///
/// Of each class but `backgroundLabelId` (-1: none) the best `topK` boxes (all, if it is not positive) with a score above
/// `scoreThreshold` are looked at; an overlap above `iouThreshold` suppresses. Without `isNormalized` boxes are in pixels, the last
/// one included. `clipBoxes` clips what is kept to 0 and 1.
///
/// Follows TensorRT's [`BatchedNMS_TRT`](https://github.com/NVIDIA/TensorRT/tree/main/plugin/batchedNMSPlugin), without its limits
/// on `topK`.
#[derive(Debug)]
pub struct BatchedNms {
    share_location: bool,
    background: i32,
    classes: i32,
    top: i32,
    keep: i32,
    score_threshold: f32,
    iou_threshold: f32,
    is_normalized: bool,
    clip: bool,
}

#[repr(C)]
struct NmsArgs {
    boxes: Tensor,
    scores: Tensor,
    indices: Tensor,
    count: Tensor,
    threshold: f32,
    workspace: *mut c_void,
}

#[repr(C)]
struct NmsWorkspaceArgs {
    boxes: i64,
    bytes: *mut i64,
}

#[repr(C)]
struct BatchedNmsArgs {
    boxes: Tensor,
    scores: Tensor,
    count: Tensor,
    kept_boxes: Tensor,
    kept_scores: Tensor,
    kept_classes: Tensor,
    background: i32,
    top: i32,
    score_threshold: f32,
    iou_threshold: f32,
    is_normalized: i32,
    clip: i32,
    workspace: *mut c_void,
}

#[repr(C)]
struct BatchedNmsWorkspaceArgs {
    batch: i64,
    boxes: i64,
    classes: i64,
    bytes: *mut i64,
}

kernel!(plugins_cuda_nms(NmsArgs));
kernel!(plugins_cuda_nms_workspace(NmsWorkspaceArgs));
kernel!(plugins_cuda_batched_nms(BatchedNmsArgs));
kernel!(plugins_cuda_batched_nms_workspace(BatchedNmsWorkspaceArgs));

/// What the functions that only count bytes are given for a stream.
const NO_STREAM: RawStream = RawStream(std::ptr::null_mut());

fn counted(bytes: i64) -> Result<usize> {
    usize::try_from(bytes).map_err(|_| Error::invalid("scratch memory", format!("{bytes} bytes")))
}

impl Plugin for TorchNms {
    const NAME: &'static str = "TorchNMS";

    fn fields() -> &'static [Field] {
        const {
            &[
                Field::required("iou_threshold", FieldType::Float),
                Field::boolean("padded", false),
            ]
        }
    }

    fn new(fields: &Fields) -> Result<Self> {
        Ok(Self {
            iou_threshold: fields.float("iou_threshold")?,
            padded: fields.boolean("padded")?,
        })
    }

    fn values(&self) -> Fields {
        Fields::new()
            .with("iou_threshold", self.iou_threshold)
            .with("padded", self.padded)
    }

    fn num_outputs(&self) -> usize {
        2
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        some_inputs::<_, 2>(inputs)?;
        Ok(vec![DataType::Int32; 2])
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        let [boxes, scores] = some_inputs(inputs)?;
        let [count, four] = sizes("boxes", boxes)?;
        let [scores] = sizes("scores", scores)?;
        same_size("boxes, last dimension", four, &4_i64.into())?;
        same_size("scores", scores, count)?;
        let kept = match self.padded {
            true => count.clone(),
            false => Size::of_output(1, count.floor_div(2_i64), count),
        };
        Ok(vec![vec![kept].into(), SymbolicShape::scalar()])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], inputs: usize) -> bool {
        if position < inputs {
            return same_types(position, tensors, REAL);
        }
        tensors[position].is_linear_of(&[DataType::Int32])
    }

    fn workspace(&self, inputs: &[TensorInfo], _: &[TensorInfo]) -> Result<usize> {
        let boxes = number_of_boxes(&inputs[0].dims)?;
        let mut bytes = 0;
        let arguments = NmsWorkspaceArgs {
            boxes,
            bytes: &raw mut bytes,
        };
        // SAFETY: it launches nothing, and writes `bytes` only.
        unsafe { plugins_cuda_nms_workspace(&arguments, NO_STREAM)? };
        counted(bytes)
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        let boxes = call.input(0)?;
        let count = number_of_boxes(&boxes.dims)?;
        // The size may not be known here; the memory is for all boxes.
        let info = TensorInfo::linear(DataType::Int32, [count].into());
        let indices = TensorMemory::new(info, call.output(0)?.address());
        let arguments = NmsArgs {
            boxes: Tensor::of(boxes)?,
            scores: Tensor::of(call.input(1)?)?,
            indices: Tensor::of(&indices)?,
            count: Tensor::of(call.output(1)?)?,
            threshold: self.iou_threshold,
            workspace: call.workspace() as *mut c_void,
        };
        // SAFETY: the tensors, the scratch memory of `workspace` bytes and the stream are those of the call.
        unsafe { plugins_cuda_nms(&arguments, call.stream()) }
    }
}

/// The boxes of `[P, 4]`, which the kernels count in 32 bits, with room for a chunk more.
fn number_of_boxes(dims: &Dims) -> Result<i64> {
    const CHUNK: i64 = 4096;
    fits_32_bits("boxes", &[dims[0] + CHUNK])?;
    Ok(dims[0])
}

impl Plugin for BatchedNms {
    const NAME: &'static str = "BatchedNMS";

    fn fields() -> &'static [Field] {
        const {
            &[
                Field::boolean("shareLocation", true),
                Field::int("backgroundLabelId", -1),
                Field::required("numClasses", FieldType::Int),
                Field::required("topK", FieldType::Int),
                Field::required("keepTopK", FieldType::Int),
                Field::float("scoreThreshold", 0.0),
                Field::required("iouThreshold", FieldType::Float),
                Field::boolean("isNormalized", true),
                Field::boolean("clipBoxes", true),
            ]
        }
    }

    fn new(fields: &Fields) -> Result<Self> {
        let plugin = Self {
            share_location: fields.boolean("shareLocation")?,
            background: fields.int("backgroundLabelId")?,
            classes: fields.int("numClasses")?,
            top: fields.int("topK")?,
            keep: fields.int("keepTopK")?,
            score_threshold: fields.float("scoreThreshold")?,
            iou_threshold: fields.float("iouThreshold")?,
            is_normalized: fields.boolean("isNormalized")?,
            clip: fields.boolean("clipBoxes")?,
        };
        at_least("numClasses", &[plugin.classes], 1)?;
        at_least("keepTopK", &[plugin.keep], 1)?;
        Ok(plugin)
    }

    fn values(&self) -> Fields {
        Fields::new()
            .with("shareLocation", self.share_location)
            .with("backgroundLabelId", self.background)
            .with("numClasses", self.classes)
            .with("topK", self.top)
            .with("keepTopK", self.keep)
            .with("scoreThreshold", self.score_threshold)
            .with("iouThreshold", self.iou_threshold)
            .with("isNormalized", self.is_normalized)
            .with("clipBoxes", self.clip)
    }

    fn num_outputs(&self) -> usize {
        4
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        let [boxes, _] = some_inputs(inputs)?;
        Ok(vec![DataType::Int32, *boxes, *boxes, *boxes])
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        let [boxes, scores] = some_inputs(inputs)?;
        let [batch, count, box_classes, four] = sizes("boxes", boxes)?;
        let [score_batch, score_count, classes] = sizes("scores", scores)?;
        let expected = if self.share_location { 1 } else { self.classes };
        same_size("boxes, classes", box_classes, &expected.into())?;
        same_size("boxes, last dimension", four, &4_i64.into())?;
        same_size("scores, batch", score_batch, batch)?;
        same_size("scores, boxes", score_count, count)?;
        same_size("scores, classes", classes, &self.classes.into())?;
        let kept = |rest: &[i64]| -> SymbolicShape {
            let rest = rest.iter().map(|&size| size.into());
            std::iter::once(batch.clone()).chain(rest).collect()
        };
        let keep = i64::from(self.keep);
        Ok(vec![
            kept(&[1]),
            kept(&[keep, 4]),
            kept(&[keep]),
            kept(&[keep]),
        ])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], inputs: usize) -> bool {
        if position == inputs {
            return tensors[position].is_linear_of(&[DataType::Int32]);
        }
        same_types(position, tensors, REAL)
    }

    fn workspace(&self, inputs: &[TensorInfo], _: &[TensorInfo]) -> Result<usize> {
        let scores = &inputs[1].dims;
        fits_32_bits("scores", scores)?;
        let mut bytes = 0;
        let arguments = BatchedNmsWorkspaceArgs {
            batch: scores[0],
            boxes: scores[1],
            classes: scores[2],
            bytes: &raw mut bytes,
        };
        // SAFETY: it launches nothing, and writes `bytes` only.
        unsafe { plugins_cuda_batched_nms_workspace(&arguments, NO_STREAM)? };
        counted(bytes)
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        let scores = call.input(1)?;
        fits_32_bits("scores", &scores.dims)?;
        if scores.dims[0] > 65535 {
            return Err(Error::invalid(
                "scores",
                format!("batch {}, at most 65535 is possible", scores.dims[0]),
            ));
        }
        let arguments = BatchedNmsArgs {
            boxes: Tensor::of(call.input(0)?)?,
            scores: Tensor::of(scores)?,
            count: Tensor::of(call.output(0)?)?,
            kept_boxes: Tensor::of(call.output(1)?)?,
            kept_scores: Tensor::of(call.output(2)?)?,
            kept_classes: Tensor::of(call.output(3)?)?,
            background: self.background,
            top: if self.top > 0 { self.top } else { i32::MAX },
            score_threshold: self.score_threshold,
            iou_threshold: self.iou_threshold,
            is_normalized: self.is_normalized.into(),
            clip: self.clip.into(),
            workspace: call.workspace() as *mut c_void,
        };
        // SAFETY: the tensors, the scratch memory of `workspace` bytes and the stream are those of the call.
        unsafe { plugins_cuda_batched_nms(&arguments, call.stream()) }
    }
}
