//! Blocks of an image as columns.

use trt::DataType;
use trt::plugin::{
    Call, Error, Field, FieldType, Fields, Plugin, Result, Size, SymbolicShape, TensorInfo,
};

use crate::kernels::{Tensor, kernel};
use crate::tensors::{MOVABLE, one_input, require, same_types};

/// The blocks that a convolution would see (im2col): `[N, C, H, W]` or `[C, H, W]` of any type becomes
/// `[N, C * kernel height * kernel width, blocks]`, without N where there was none; zeros outside. Pairs are height, width.
///
/// Follows [`torch.nn.functional.unfold`](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.unfold.html).
#[derive(Debug)]
pub struct TorchUnfold {
    kernel_size: [i64; 2],
    dilation: [i64; 2],
    padding: [i64; 2],
    stride: [i64; 2],
}

#[repr(C)]
struct UnfoldArgs {
    input: Tensor,
    output: Tensor,
    kernel: [i64; 2],
    dilation: [i64; 2],
    padding: [i64; 2],
    stride: [i64; 2],
    blocks: [i64; 2],
}

kernel!(plugins_cuda_unfold(UnfoldArgs));

impl TorchUnfold {
    /// Number of blocks along one dimension: 0 for height, 1 for width.
    fn blocks(&self, along: usize, size: &Size) -> Size {
        let span = self.dilation[along] * (self.kernel_size[along] - 1) + 1;
        (size + (2 * self.padding[along] - span)).floor_div(self.stride[along]) + 1_i64
    }
}

impl Plugin for TorchUnfold {
    const NAME: &'static str = "TorchUnfold";

    fn fields() -> &'static [Field] {
        const {
            &[
                Field::required("kernel_size", FieldType::Int),
                Field::ints("dilation", &[1, 1]),
                Field::ints("padding", &[0, 0]),
                Field::ints("stride", &[1, 1]),
            ]
        }
    }

    fn new(fields: &Fields) -> Result<Self> {
        let pair = |name: &str, least: i64| {
            let pair: [i64; 2] = fields.array(name)?;
            // So that their products stay numbers of 64 bits.
            if pair
                .iter()
                .any(|size| !(least..=i32::MAX.into()).contains(size))
            {
                return Err(Error::field(
                    name,
                    format!("is {pair:?}, expected at least {least} and below 2^31"),
                ));
            }
            Ok(pair)
        };
        Ok(Self {
            kernel_size: pair("kernel_size", 1)?,
            dilation: pair("dilation", 1)?,
            padding: pair("padding", 0)?,
            stride: pair("stride", 1)?,
        })
    }

    fn values(&self) -> Fields {
        Fields::new()
            .with("kernel_size", self.kernel_size)
            .with("dilation", self.dilation)
            .with("padding", self.padding)
            .with("stride", self.stride)
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        Ok(vec![*one_input(inputs)?])
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        let input = one_input(inputs)?;
        require(matches!(input.rank(), 3 | 4), "input", || {
            format!(
                "has {} dimensions, expected 3 (C, H, W) or 4 (N, C, H, W)",
                input.rank()
            )
        })?;
        let spatial = input.rank() - 2;
        let blocks = [0, 1].map(|along| self.blocks(along, &input[spatial + along]));
        require(
            blocks
                .iter()
                .all(|blocks| blocks.known().is_none_or(|blocks| blocks > 0)),
            "input",
            || {
                format!(
                    "of shape {input:?} has no place for a block of {:?}",
                    self.kernel_size
                )
            },
        )?;
        let [down, across] = blocks;
        let rows = &input[spatial - 1] * (self.kernel_size[0] * self.kernel_size[1]);
        let batch = input.iter().take(spatial - 1).cloned();
        Ok(vec![batch.chain([rows, down * across]).collect()])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        same_types(position, tensors, MOVABLE)
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        let (input, output) = (call.input(0)?, call.output(0)?);
        let spatial = input.dims.len() - 2;
        let blocks = [0, 1].map(|along| {
            self.blocks(along, &input.dims[spatial + along].into())
                .known()
        });
        let arguments = UnfoldArgs {
            input: Tensor::of(input)?.with_leading(4),
            output: Tensor::of(output)?.with_leading(3),
            kernel: self.kernel_size,
            dilation: self.dilation,
            padding: self.padding,
            stride: self.stride,
            blocks: blocks.map(Option::unwrap_or_default),
        };
        // SAFETY: the tensors and the stream are those of the call.
        unsafe { plugins_cuda_unfold(&arguments, call.stream()) }
    }
}
