//! Deformable convolution, without and with a mask.

use std::ffi::c_void;

use trt::DataType;
use trt::plugin::{Call, Error, Field, Fields, Plugin, Result, Size, SymbolicShape, TensorInfo};

use crate::kernels::{Tensor, kernel};
use crate::tensors::{
    REAL, at_least, fits_32_bits, inputs_between, pair, same_size, same_types, sizes,
};

/// Convolution whose kernel reads each pixel where an offset says.
///
/// Inputs `x [N, C, H, W]`, offsets `[N, 2 d kh kw, Ho, Wo]` (for each of the `d` = `deformable_group` parts of the channels and each
/// position of the kernel y, then x), the weight `[O, C / group, kh, kw]` and, if there is one, the bias `[O]`; output
/// `[N, O, Ho, Wo]`. Pairs of numbers are height before width; one number stands for both.
///
/// Follows [`torchvision.ops.deform_conv2d`](https://docs.pytorch.org/vision/stable/generated/torchvision.ops.deform_conv2d.html) and
/// `mmcv.ops.deform_conv2d`. Float products are computed with the tensor cores where there are any, at single precision; an infinite
/// input then gives an infinity or NaN.
#[derive(Debug)]
pub struct DeformableConv(Convolution);

/// [`DeformableConv`] whose samples are multiplied by a mask.
///
/// Inputs `x`, offsets, the mask `[N, d kh kw, Ho, Wo]`, the weight and, if there is one, the bias; all else as there.
///
/// Follows [`torchvision.ops.deform_conv2d`](https://docs.pytorch.org/vision/stable/generated/torchvision.ops.deform_conv2d.html) with a
/// mask and `mmcv.ops.modulated_deform_conv2d`.
#[derive(Debug)]
pub struct ModulatedDeformableConv(Convolution);

/// What both have in common.
#[derive(Debug)]
struct Convolution {
    stride: [i32; 2],
    padding: [i32; 2],
    dilation: [i32; 2],
    groups: i32,
    offset_groups: i32,
    has_mask: bool,
}

#[repr(C)]
struct DeformableConvArgs {
    input: Tensor,
    offset: Tensor,
    mask: Tensor,
    weight: Tensor,
    bias: Tensor,
    output: Tensor,
    workspace: *mut c_void,
    stride: [i32; 2],
    padding: [i32; 2],
    dilation: [i32; 2],
    groups: i32,
    offset_groups: i32,
}

kernel!(plugins_cuda_deformable_conv(DeformableConvArgs));

/// Bytes that the kernel reads at once.
const VECTOR_BYTES: i64 = 16;

impl Convolution {
    const FIELDS: &'static [Field] = &[
        Field::ints("stride", &[1, 1]),
        Field::ints("padding", &[0, 0]),
        Field::ints("dilation", &[1, 1]),
        Field::int("group", 1),
        Field::int("deformable_group", 1),
    ];

    fn new(fields: &Fields, has_mask: bool) -> Result<Self> {
        let this = Self {
            stride: pair(fields, "stride")?,
            padding: pair(fields, "padding")?,
            dilation: pair(fields, "dilation")?,
            groups: fields.int("group")?,
            offset_groups: fields.int("deformable_group")?,
            has_mask,
        };
        at_least("stride", &this.stride, 1)?;
        at_least("padding", &this.padding, 0)?;
        at_least("dilation", &this.dilation, 1)?;
        at_least("group", &[this.groups], 1)?;
        at_least("deformable_group", &[this.offset_groups], 1)?;
        Ok(this)
    }

    fn values(&self) -> Fields {
        Fields::new()
            .with("stride", self.stride)
            .with("padding", self.padding)
            .with("dilation", self.dilation)
            .with("group", self.groups)
            .with("deformable_group", self.offset_groups)
    }

    /// The input that is the weight; the bias comes after it.
    fn weight(&self) -> usize {
        2 + usize::from(self.has_mask)
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        inputs_between(inputs, self.weight() + 1, self.weight() + 2)?;
        Ok(vec![inputs[0]])
    }

    fn output_shapes(&self, inputs: &[SymbolicShape]) -> Result<Vec<SymbolicShape>> {
        inputs_between(inputs, self.weight() + 1, self.weight() + 2)?;
        let [batch, channels, height, width] = sizes("x", &inputs[0])?;
        let [filters, group_channels, kernel_height, kernel_width] =
            sizes("weight", &inputs[self.weight()])?;
        for (what, size, parts) in [
            ("channels", channels, self.groups),
            ("channels", channels, self.offset_groups),
            ("filters", filters, self.groups),
        ] {
            if size
                .known()
                .is_some_and(|size| size % i64::from(parts) != 0)
            {
                return Err(Error::invalid(
                    what,
                    format!("{size} do not divide into {parts} groups"),
                ));
            }
        }
        if channels == &0 {
            return Err(Error::invalid("x", "has no channels"));
        }
        same_size(
            "weight, channels",
            group_channels,
            &channels.floor_div(self.groups),
        )?;
        let size = |axis: usize, size: &Size, kernel: &Size| {
            let reach = (kernel - 1_i64) * self.dilation[axis] + 1_i64;
            (size + 2 * i64::from(self.padding[axis]) - reach).floor_div(self.stride[axis]) + 1_i64
        };
        let out_height = size(0, height, kernel_height);
        let out_width = size(1, width, kernel_width);
        let positions = kernel_height * kernel_width * self.offset_groups;
        let maps = [("offset", 1, &positions * 2_i64), ("mask", 2, positions)];
        for (what, input, maps) in &maps[..1 + usize::from(self.has_mask)] {
            let [map_batch, map_channels, map_height, map_width] = sizes(what, &inputs[*input])?;
            same_size(&format!("{what}, batch"), map_batch, batch)?;
            same_size(&format!("{what}, channels"), map_channels, maps)?;
            same_size(&format!("{what}, height"), map_height, &out_height)?;
            same_size(&format!("{what}, width"), map_width, &out_width)?;
        }
        if let Some(bias) = inputs.get(self.weight() + 1) {
            let [size] = sizes("bias", bias)?;
            same_size("bias", size, filters)?;
        }
        Ok(vec![
            vec![batch.clone(), filters.clone(), out_height, out_width].into(),
        ])
    }

    /// Channels after the padding of `layout` in kernels/deformable.cu.
    fn padded_channels(&self, x: &TensorInfo) -> Result<i64> {
        let vector = VECTOR_BYTES / element_size(x)?;
        let channels = x.dims[1];
        let segment = greatest_common_divisor(
            channels / i64::from(self.groups),
            channels / i64::from(self.offset_groups),
        );
        Ok(channels / segment * ((segment + vector - 1) / vector * vector))
    }

    /// The input and the weight with their channels last.
    fn workspace(&self, inputs: &[TensorInfo]) -> Result<usize> {
        let (x, weight) = (&inputs[0], &inputs[self.weight()]);
        let padded = self.padded_channels(x)?;
        let bytes = |sizes: &[i64]| {
            sizes
                .iter()
                .try_fold(element_size(x)?, |bytes, &size| bytes.checked_mul(size))
                .and_then(|bytes| usize::try_from(bytes).ok()?.checked_next_multiple_of(256))
                .ok_or_else(|| Error::invalid("x", format!("is too large: {}", x.dims)))
        };
        let of_x = bytes(&[x.dims[0], x.dims[2], x.dims[3], padded])?;
        let of_weight = bytes(&[
            weight.dims[0],
            weight.dims[2],
            weight.dims[3],
            padded / i64::from(self.groups),
        ])?;
        Ok(of_x + of_weight)
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        let (x, weight, output) = (call.input(0)?, call.input(self.weight())?, call.output(0)?);
        let padded = self.padded_channels(x)?;
        fits_32_bits(
            "height, width and channels of x",
            &[x.dims[2], x.dims[3], padded],
        )?;
        fits_32_bits("height and width of the output", &output.dims[2..])?;
        fits_32_bits(
            "size of the kernel and channels",
            &[weight.dims[2], weight.dims[3], padded],
        )?;
        for (what, blocks) in [("batch", x.dims[0]), ("filters", weight.dims[0])] {
            if blocks > 65535 {
                return Err(Error::invalid(
                    what,
                    format!("is {blocks}, at most 65535 are possible"),
                ));
            }
        }
        let mask = if self.has_mask {
            Tensor::of(call.input(2)?)?
        } else {
            Tensor::NONE
        };
        let bias = call
            .inputs()
            .get(self.weight() + 1)
            .map_or(Ok(Tensor::NONE), Tensor::of)?;
        let arguments = DeformableConvArgs {
            input: Tensor::of(x)?,
            offset: Tensor::of(call.input(1)?)?,
            mask,
            weight: Tensor::of(weight)?,
            bias,
            output: Tensor::of(output)?,
            workspace: call.workspace() as *mut c_void,
            stride: self.stride,
            padding: self.padding,
            dilation: self.dilation,
            groups: self.groups,
            offset_groups: self.offset_groups,
        };
        // SAFETY: the tensors, the scratch memory of `workspace` bytes and the stream are those of the call.
        unsafe { plugins_cuda_deformable_conv(&arguments, call.stream()) }
    }
}

fn element_size(info: &TensorInfo) -> Result<i64> {
    let bytes = info
        .dtype
        .bytes_for(1)
        .and_then(|bytes| i64::try_from(bytes).ok());
    bytes.ok_or_else(|| Error::invalid("x", format!("has elements of type {:?}", info.dtype)))
}

fn greatest_common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 {
        a.max(1)
    } else {
        greatest_common_divisor(b, a % b)
    }
}

macro_rules! deformable {
    ($plugin:ident: $name:literal, mask: $has_mask:literal) => {
        impl Plugin for $plugin {
            const NAME: &'static str = $name;

            fn fields() -> &'static [Field] {
                Convolution::FIELDS
            }

            fn new(fields: &Fields) -> Result<Self> {
                Ok(Self(Convolution::new(fields, $has_mask)?))
            }

            fn values(&self) -> Fields {
                self.0.values()
            }

            fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
                self.0.output_types(inputs)
            }

            fn output_shapes(
                &self,
                inputs: &[SymbolicShape],
                _: &[SymbolicShape],
            ) -> Result<Vec<SymbolicShape>> {
                self.0.output_shapes(inputs)
            }

            fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
                same_types(position, tensors, REAL)
            }

            fn workspace(&self, inputs: &[TensorInfo], _: &[TensorInfo]) -> Result<usize> {
                self.0.workspace(inputs)
            }

            fn enqueue(&self, call: &Call<'_>) -> Result<()> {
                call.check_shapes(self)?;
                self.0.enqueue(call)
            }
        }
    };
}
deformable!(DeformableConv: "DeformableConv", mask: false);
deformable!(ModulatedDeformableConv: "ModulatedDeformableConv", mask: true);
