//! Anchors, and boxes relative to them.

use trt::DataType;
use trt::plugin::{
    Call, Error, Field, FieldType, Fields, Plugin, Result, SymbolicShape, TensorInfo,
};

use crate::kernels::{Tensor, kernel};
use crate::tensors::{any_real, at_least, inputs_between, same_size, sizes, some_inputs};

/// Anchors at every position of a feature map.
///
/// Inputs a map `[N, C, H, W]`, of which only the size counts, and base anchors `[A, 4]` (x1, y1, x2, y2); output `[H W A, 4]`: row
/// `(y W + x) A + a` is base anchor `a` shifted by `x` and `y` times the `stride` (along x and y, or one number for both).
///
/// Follows mmdetection's `AnchorGenerator.single_level_grid_priors`; torchvision's `AnchorGenerator` lays anchors out alike.
#[derive(Debug)]
pub struct GridAnchor {
    stride: [f32; 2],
}

/// Scores and boxes of a dense head.
///
/// Inputs scores `[N, A C, H, W]`, deltas `[N, 4 A, H, W]` (x, y, width, height), anchors `[H W A, 4]` as [`GridAnchor`] lays them out,
/// and, if boxes are to be clipped, a vector of int32 that ends with the height and the width of the image; outputs scores
/// `[N, M, C]` and boxes `[N, M, 1, 4]` (x1, y1, x2, y2) with `M = max(min_num_bbox, H W A)`, zeros behind the last.
///
/// Scores go through a sigmoid or, without `use_sigmoid_cls`, a softmax over the `num_classes`. Deltas are multiplied by
/// `target_stds` and `target_means` are added; the logarithms of width and height are limited to ±log(1000 / 16).
///
/// Follows mmdetection's
/// [`DeltaXYWHBBoxCoder`](https://mmdetection.readthedocs.io/en/latest/api.html#mmdet.models.task_modules.DeltaXYWHBBoxCoder).
#[derive(Debug)]
pub struct Delta2BBox {
    use_sigmoid: bool,
    min_boxes: i32,
    classes: i32,
    means: [f32; 4],
    deviations: [f32; 4],
}

#[repr(C)]
struct GridAnchorArgs {
    base: Tensor,
    output: Tensor,
    width: i64,
    stride: [f32; 2],
}

#[repr(C)]
struct Delta2BBoxArgs {
    scores: Tensor,
    deltas: Tensor,
    anchors: Tensor,
    image_shape: Tensor,
    out_scores: Tensor,
    out_boxes: Tensor,
    classes: i32,
    use_sigmoid: i32,
    means: [f32; 4],
    deviations: [f32; 4],
}

kernel!(plugins_cuda_grid_anchor(GridAnchorArgs));
kernel!(plugins_cuda_delta2bbox(Delta2BBoxArgs));

impl Plugin for GridAnchor {
    const NAME: &'static str = "GridAnchor";

    fn fields() -> &'static [Field] {
        const { &[Field::required("stride", FieldType::Float)] }
    }

    fn new(fields: &Fields) -> Result<Self> {
        let stride = match fields.floats("stride")?.as_slice() {
            &[both] => [both, both],
            &[x, y] => [x, y],
            values => {
                return Err(Error::field(
                    "stride",
                    format!("has {} values, expected 1 or 2", values.len()),
                ));
            }
        };
        Ok(Self { stride })
    }

    fn values(&self) -> Fields {
        Fields::new().with("stride", self.stride)
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        let [_, base] = some_inputs(inputs)?;
        Ok(vec![*base])
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        let [map, base] = some_inputs(inputs)?;
        let [_, _, height, width] = sizes("map", map)?;
        let [anchors, four] = sizes("base anchors", base)?;
        same_size("base anchors, last dimension", four, &4_i64.into())?;
        Ok(vec![vec![height * width * anchors, 4_i64.into()].into()])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        any_real(position, tensors) && (position < 2 || tensors[position].dtype == tensors[1].dtype)
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        let arguments = GridAnchorArgs {
            base: Tensor::of(call.input(1)?)?,
            output: Tensor::of(call.output(0)?)?,
            width: call.input(0)?.dims[3],
            stride: self.stride,
        };
        // SAFETY: the tensors and the stream are those of the call.
        unsafe { plugins_cuda_grid_anchor(&arguments, call.stream()) }
    }
}

impl Plugin for Delta2BBox {
    const NAME: &'static str = "Delta2BBox";

    fn fields() -> &'static [Field] {
        const {
            &[
                Field::boolean("use_sigmoid_cls", true),
                Field::int("min_num_bbox", 1000),
                Field::int("num_classes", 1),
                Field::floats("target_means", &[0.0, 0.0, 0.0, 0.0]),
                Field::floats("target_stds", &[1.0, 1.0, 1.0, 1.0]),
            ]
        }
    }

    fn new(fields: &Fields) -> Result<Self> {
        let plugin = Self {
            use_sigmoid: fields.boolean("use_sigmoid_cls")?,
            min_boxes: fields.int("min_num_bbox")?,
            classes: fields.int("num_classes")?,
            means: fields.float_array("target_means")?,
            deviations: fields.float_array("target_stds")?,
        };
        at_least("min_num_bbox", &[plugin.min_boxes], 0)?;
        at_least("num_classes", &[plugin.classes], 1)?;
        Ok(plugin)
    }

    fn values(&self) -> Fields {
        Fields::new()
            .with("use_sigmoid_cls", self.use_sigmoid)
            .with("min_num_bbox", self.min_boxes)
            .with("num_classes", self.classes)
            .with("target_means", self.means)
            .with("target_stds", self.deviations)
    }

    fn num_outputs(&self) -> usize {
        2
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        inputs_between(inputs, 3, 4)?;
        Ok(vec![inputs[0]; 2])
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        inputs_between(inputs, 3, 4)?;
        let [batch, score_channels, score_height, score_width] = sizes("scores", &inputs[0])?;
        let [delta_batch, delta_channels, height, width] = sizes("deltas", &inputs[1])?;
        let [anchors, four] = sizes("anchors", &inputs[2])?;
        let of_position = delta_channels.floor_div(4_i64);
        same_size("deltas, batch", delta_batch, batch)?;
        same_size("deltas, channels", delta_channels, &(&of_position * 4_i64))?;
        same_size("deltas, height", height, score_height)?;
        same_size("deltas, width", width, score_width)?;
        same_size(
            "scores, channels",
            score_channels,
            &(&of_position * self.classes),
        )?;
        let boxes = height * width * &of_position;
        same_size("anchors", anchors, &boxes)?;
        same_size("anchors, last dimension", four, &4_i64.into())?;
        if let Some(image) = inputs.get(3) {
            let [size] = sizes("shape of the image", image)?;
            if size.known().is_some_and(|size| size < 2) {
                return Err(Error::invalid(
                    "shape of the image",
                    "has no height and width",
                ));
            }
        }
        let boxes = boxes.max(self.min_boxes);
        Ok(vec![
            vec![batch.clone(), boxes.clone(), self.classes.into()].into(),
            vec![batch.clone(), boxes, 1_i64.into(), 4_i64.into()].into(),
        ])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], inputs: usize) -> bool {
        if position == 3 && inputs == 4 {
            return tensors[position].is_linear_of(&[DataType::Int32]);
        }
        any_real(position, tensors) && tensors[position].dtype == tensors[0].dtype
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        let arguments = Delta2BBoxArgs {
            scores: Tensor::of(call.input(0)?)?,
            deltas: Tensor::of(call.input(1)?)?,
            anchors: Tensor::of(call.input(2)?)?,
            image_shape: call.inputs().get(3).map_or(Ok(Tensor::NONE), Tensor::of)?,
            out_scores: Tensor::of(call.output(0)?)?,
            out_boxes: Tensor::of(call.output(1)?)?,
            classes: self.classes,
            use_sigmoid: self.use_sigmoid.into(),
            means: self.means,
            deviations: self.deviations,
        };
        // SAFETY: the tensors and the stream are those of the call.
        unsafe { plugins_cuda_delta2bbox(&arguments, call.stream()) }
    }
}
