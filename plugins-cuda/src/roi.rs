//! What is read from feature maps inside boxes.

use trt::DataType;
use trt::plugin::{
    Call, Error, Field, FieldType, Fields, Plugin, Result, SymbolicShape, TensorInfo, TensorMemory,
};

use crate::kernels::{Tensor, kernel};
use crate::tensors::{
    any_real, at_least, fits_32_bits, inputs_between, pair, same_size, sizes, some_inputs,
};

/// Averages of bilinear samples in the bins of boxes.
///
/// Inputs `x [N, C, H, W]` and boxes `[K, 5]` (item of the batch, x1, y1, x2, y2), which may be of another real type; output
/// `[K, C, h, w]`. `output_size` is h and w, or one number for both; `spatial_scale` leads from the boxes' units to pixels of `x`;
/// `sampling_ratio` samples are taken of a bin along each axis, one per pixel if it is not positive; `aligned` shifts boxes by half
/// a pixel, which is where they belong. A box of an item that does not exist gives zeros.
///
/// Follows [`torchvision.ops.roi_align`](https://docs.pytorch.org/vision/stable/generated/torchvision.ops.roi_align.html).
#[derive(Debug)]
pub struct RoiAlign {
    output_size: [i32; 2],
    spatial_scale: f32,
    sampling_ratio: i32,
    aligned: bool,
}

/// The greatest elements in the bins of boxes.
///
/// Inputs, output and the first two attributes are those of [`RoiAlign`]. Boxes are rounded to pixels, the last one included.
///
/// Follows [`torchvision.ops.roi_pool`](https://docs.pytorch.org/vision/stable/generated/torchvision.ops.roi_pool.html): an empty bin
/// is 0, and NaN is never the greatest.
#[derive(Debug)]
pub struct RoiPool {
    output_size: [i32; 2],
    spatial_scale: f32,
}

/// [`RoiAlign`] over the levels of a pyramid, each box on the level that suits its size.
///
/// Inputs boxes `[K, 5]` and one map `[N, C, Hi, Wi]` for each of the `featmap_strides`, at most 10; output `[K, C, h, w]`. A box of
/// area A is read from level `floor(log2(sqrt(A) / finest_scale + 1e-6))`, or from the nearest one that exists. Where
/// `roi_scale_factor` is positive, boxes grow by it about their centres after that. `sample_num` and `aligned` as `sampling_ratio`
/// and `aligned` there.
///
/// Follows mmdetection's
/// [`SingleRoIExtractor`](https://mmdetection.readthedocs.io/en/latest/api.html#mmdet.models.roi_heads.SingleRoIExtractor).
#[derive(Debug)]
pub struct RoiExtractor {
    output_size: [i32; 2],
    sampling_ratio: i32,
    strides: Vec<f32>,
    roi_scale_factor: f32,
    finest_scale: f32,
    aligned: bool,
}

/// [`RoiAlign`], aligned, whose bins are shifted by offsets.
///
/// Inputs `x`, boxes `[K, 5]` and, if there are any, the offsets `[K, 2, h, w]` (x, then y), in units of `gamma` times the size of
/// the box; output `[K, C, h, w]`. `out_size`, `spatial_scale` and `sampling_ratio` as there.
///
/// Follows [`mmcv.ops.deform_roi_pool`](https://mmcv.readthedocs.io/en/latest/api/generated/mmcv.ops.DeformRoIPool.html).
#[derive(Debug)]
pub struct DeformablePool {
    output_size: [i32; 2],
    spatial_scale: f32,
    sampling_ratio: i32,
    gamma: f32,
}

const MAX_LEVELS: usize = 10;

#[repr(C)]
struct RoiAlignArgs {
    rois: Tensor,
    features: [Tensor; MAX_LEVELS],
    output: Tensor,
    scales: [f32; MAX_LEVELS],
    levels: i32,
    sampling_ratio: i32,
    aligned: i32,
    finest_scale: f32,
    roi_scale_factor: f32,
}

#[repr(C)]
struct RoiPoolArgs {
    input: Tensor,
    rois: Tensor,
    output: Tensor,
    scale: f32,
}

#[repr(C)]
struct DeformablePoolArgs {
    input: Tensor,
    rois: Tensor,
    offset: Tensor,
    output: Tensor,
    scale: f32,
    sampling_ratio: i32,
    gamma: f32,
}

kernel!(plugins_cuda_roi_align(RoiAlignArgs));
kernel!(plugins_cuda_roi_pool(RoiPoolArgs));
kernel!(plugins_cuda_deformable_pool(DeformablePoolArgs));

/// `[K, C, h, w]` for the maps that boxes are read from.
fn output_shape(
    maps: &[SymbolicShape],
    rois: &SymbolicShape,
    output_size: [i32; 2],
) -> Result<Vec<SymbolicShape>> {
    let [count, five] = sizes("boxes", rois)?;
    same_size("boxes, last dimension", five, &5_i64.into())?;
    let [batch, channels, ..] = sizes::<4>("input", &maps[0])?;
    for map in maps {
        let [map_batch, map_channels, ..] = sizes::<4>("input", map)?;
        same_size("batch of a level", map_batch, batch)?;
        same_size("channels of a level", map_channels, channels)?;
    }
    let [height, width] = output_size.map(Into::into);
    Ok(vec![
        vec![count.clone(), channels.clone(), height, width].into(),
    ])
}

/// A real tensor; the maps and the output are of the same type, the boxes of any.
fn supports(position: usize, tensors: &[TensorInfo], rois: usize, map: usize) -> bool {
    any_real(position, tensors)
        && (position == rois || position < map || tensors[position].dtype == tensors[map].dtype)
}

fn check_limits(maps: &[TensorMemory], output: &TensorMemory) -> Result<()> {
    for map in maps {
        fits_32_bits("height and width of the input", &map.dims[2..])?;
    }
    fits_32_bits("boxes", &output.dims[..1])?;
    // A block has at most 64 channels.
    fits_32_bits(
        "height and width of the output, 64 times",
        &[output.dims[2], output.dims[3], 64],
    )
}

fn output_size(fields: &Fields, name: &str) -> Result<[i32; 2]> {
    let size = pair(fields, name)?;
    at_least(name, &size, 1)?;
    Ok(size)
}

fn positive(name: &str, value: f32) -> Result<f32> {
    if value > 0.0 && value.is_finite() {
        return Ok(value);
    }
    Err(Error::field(
        name,
        format!("is {value}, expected a positive number"),
    ))
}

impl Plugin for RoiAlign {
    const NAME: &'static str = "RoiAlign";

    fn fields() -> &'static [Field] {
        const {
            &[
                Field::required("output_size", FieldType::Int),
                Field::float("spatial_scale", 1.0),
                Field::int("sampling_ratio", -1),
                Field::boolean("aligned", false),
            ]
        }
    }

    fn new(fields: &Fields) -> Result<Self> {
        Ok(Self {
            output_size: output_size(fields, "output_size")?,
            spatial_scale: positive("spatial_scale", fields.float("spatial_scale")?)?,
            sampling_ratio: fields.int("sampling_ratio")?,
            aligned: fields.boolean("aligned")?,
        })
    }

    fn values(&self) -> Fields {
        Fields::new()
            .with("output_size", self.output_size)
            .with("spatial_scale", self.spatial_scale)
            .with("sampling_ratio", self.sampling_ratio)
            .with("aligned", self.aligned)
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        let [x, _] = some_inputs(inputs)?;
        Ok(vec![*x])
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        let [_, rois] = some_inputs(inputs)?;
        output_shape(&inputs[..1], rois, self.output_size)
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        supports(position, tensors, 1, 0)
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        let (x, output) = (call.input(0)?, call.output(0)?);
        check_limits(&call.inputs()[..1], output)?;
        let mut features = [Tensor::NONE; MAX_LEVELS];
        features[0] = Tensor::of(x)?;
        let mut scales = [0.0; MAX_LEVELS];
        scales[0] = self.spatial_scale;
        let arguments = RoiAlignArgs {
            rois: Tensor::of(call.input(1)?)?,
            features,
            output: Tensor::of(output)?,
            scales,
            levels: 1,
            sampling_ratio: self.sampling_ratio,
            aligned: self.aligned.into(),
            finest_scale: 1.0,
            roi_scale_factor: -1.0,
        };
        // SAFETY: the tensors and the stream are those of the call.
        unsafe { plugins_cuda_roi_align(&arguments, call.stream()) }
    }
}

impl Plugin for RoiPool {
    const NAME: &'static str = "RoiPool";

    fn fields() -> &'static [Field] {
        const {
            &[
                Field::required("output_size", FieldType::Int),
                Field::float("spatial_scale", 1.0),
            ]
        }
    }

    fn new(fields: &Fields) -> Result<Self> {
        Ok(Self {
            output_size: output_size(fields, "output_size")?,
            spatial_scale: positive("spatial_scale", fields.float("spatial_scale")?)?,
        })
    }

    fn values(&self) -> Fields {
        Fields::new()
            .with("output_size", self.output_size)
            .with("spatial_scale", self.spatial_scale)
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        let [x, _] = some_inputs(inputs)?;
        Ok(vec![*x])
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        let [_, rois] = some_inputs(inputs)?;
        output_shape(&inputs[..1], rois, self.output_size)
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        supports(position, tensors, 1, 0)
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        let (x, output) = (call.input(0)?, call.output(0)?);
        check_limits(&call.inputs()[..1], output)?;
        let arguments = RoiPoolArgs {
            input: Tensor::of(x)?,
            rois: Tensor::of(call.input(1)?)?,
            output: Tensor::of(output)?,
            scale: self.spatial_scale,
        };
        // SAFETY: the tensors and the stream are those of the call.
        unsafe { plugins_cuda_roi_pool(&arguments, call.stream()) }
    }
}

impl Plugin for RoiExtractor {
    const NAME: &'static str = "RoiExtractor";

    fn fields() -> &'static [Field] {
        const {
            &[
                Field::int("out_size", 7),
                Field::int("sample_num", 2),
                Field::required("featmap_strides", FieldType::Float),
                Field::float("roi_scale_factor", -1.0),
                Field::float("finest_scale", 56.0),
                Field::boolean("aligned", false),
            ]
        }
    }

    fn new(fields: &Fields) -> Result<Self> {
        let strides = fields.floats("featmap_strides")?;
        if !(1..=MAX_LEVELS).contains(&strides.len()) {
            return Err(Error::field(
                "featmap_strides",
                format!("has {} values, expected 1 to {MAX_LEVELS}", strides.len()),
            ));
        }
        for &stride in &strides {
            positive("featmap_strides", stride)?;
        }
        Ok(Self {
            output_size: output_size(fields, "out_size")?,
            sampling_ratio: fields.int("sample_num")?,
            strides,
            roi_scale_factor: fields.float("roi_scale_factor")?,
            finest_scale: positive("finest_scale", fields.float("finest_scale")?)?,
            aligned: fields.boolean("aligned")?,
        })
    }

    fn values(&self) -> Fields {
        Fields::new()
            .with("out_size", self.output_size)
            .with("sample_num", self.sampling_ratio)
            .with("featmap_strides", self.strides.as_slice())
            .with("roi_scale_factor", self.roi_scale_factor)
            .with("finest_scale", self.finest_scale)
            .with("aligned", self.aligned)
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        let inputs_expected = self.strides.len() + 1;
        inputs_between(inputs, inputs_expected, inputs_expected)?;
        Ok(vec![inputs[1]])
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        let inputs_expected = self.strides.len() + 1;
        inputs_between(inputs, inputs_expected, inputs_expected)?;
        output_shape(&inputs[1..], &inputs[0], self.output_size)
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        supports(position, tensors, 0, 1)
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        let output = call.output(0)?;
        let levels = self.strides.len();
        inputs_between(call.inputs(), levels + 1, levels + 1)?;
        check_limits(&call.inputs()[1..], output)?;
        let mut features = [Tensor::NONE; MAX_LEVELS];
        let mut scales = [0.0; MAX_LEVELS];
        for (level, &stride) in self.strides.iter().enumerate() {
            features[level] = Tensor::of(call.input(level + 1)?)?;
            scales[level] = 1.0 / stride;
        }
        let arguments = RoiAlignArgs {
            rois: Tensor::of(call.input(0)?)?,
            features,
            output: Tensor::of(output)?,
            scales,
            levels: levels as i32,
            sampling_ratio: self.sampling_ratio,
            aligned: self.aligned.into(),
            finest_scale: self.finest_scale,
            roi_scale_factor: self.roi_scale_factor,
        };
        // SAFETY: the tensors and the stream are those of the call.
        unsafe { plugins_cuda_roi_align(&arguments, call.stream()) }
    }
}

impl Plugin for DeformablePool {
    const NAME: &'static str = "DeformablePool";

    fn fields() -> &'static [Field] {
        const {
            &[
                Field::ints("out_size", &[7, 7]),
                Field::float("spatial_scale", 1.0),
                Field::int("sampling_ratio", 0),
                Field::float("gamma", 0.1),
            ]
        }
    }

    fn new(fields: &Fields) -> Result<Self> {
        Ok(Self {
            output_size: output_size(fields, "out_size")?,
            spatial_scale: positive("spatial_scale", fields.float("spatial_scale")?)?,
            sampling_ratio: fields.int("sampling_ratio")?,
            gamma: fields.float("gamma")?,
        })
    }

    fn values(&self) -> Fields {
        Fields::new()
            .with("out_size", self.output_size)
            .with("spatial_scale", self.spatial_scale)
            .with("sampling_ratio", self.sampling_ratio)
            .with("gamma", self.gamma)
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        inputs_between(inputs, 2, 3)?;
        Ok(vec![inputs[0]])
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        inputs_between(inputs, 2, 3)?;
        let shapes = output_shape(&inputs[..1], &inputs[1], self.output_size)?;
        if let Some(offset) = inputs.get(2) {
            let [count, two, height, width] = sizes("offset", offset)?;
            same_size("offset, boxes", count, &shapes[0][0])?;
            same_size("offset, second dimension", two, &2_i64.into())?;
            same_size("offset, height", height, &shapes[0][2])?;
            same_size("offset, width", width, &shapes[0][3])?;
        }
        Ok(shapes)
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        supports(position, tensors, 1, 0)
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        let (x, output) = (call.input(0)?, call.output(0)?);
        check_limits(&call.inputs()[..1], output)?;
        let arguments = DeformablePoolArgs {
            input: Tensor::of(x)?,
            rois: Tensor::of(call.input(1)?)?,
            offset: call.inputs().get(2).map_or(Ok(Tensor::NONE), Tensor::of)?,
            output: Tensor::of(output)?,
            scale: self.spatial_scale,
            sampling_ratio: self.sampling_ratio,
            gamma: self.gamma,
        };
        // SAFETY: the tensors and the stream are those of the call.
        unsafe { plugins_cuda_deformable_pool(&arguments, call.stream()) }
    }
}
