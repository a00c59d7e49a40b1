//! `torch.flip`.

use trt::DataType;
use trt::plugin::{Call, Field, FieldType, Fields, Plugin, Result, SymbolicShape, TensorInfo};

use crate::kernels::{Tensor, kernel};
use crate::tensors::{MOVABLE, dimensions, one_input, same_types};

/// Runs the elements backwards along some dimensions: any shape, any type.
///
/// Follows [`torch.flip`](https://docs.pytorch.org/docs/stable/generated/torch.flip.html): negative dimensions count from the
/// last, none twice.
#[derive(Debug)]
pub struct TorchFlip {
    dims: Vec<i64>,
}

#[repr(C)]
struct FlipArgs {
    input: Tensor,
    output: Tensor,
    /// Bit i: dimension i runs backwards.
    flipped: u32,
}

kernel!(plugins_cuda_flip(FlipArgs));

impl Plugin for TorchFlip {
    const NAME: &'static str = "TorchFlip";

    fn fields() -> &'static [Field] {
        const { &[Field::required("dims", FieldType::Int)] }
    }

    fn new(fields: &Fields) -> Result<Self> {
        Ok(Self {
            dims: fields.ints("dims")?,
        })
    }

    fn values(&self) -> Fields {
        Fields::new().with("dims", self.dims.as_slice())
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
        dimensions("dims", &self.dims, input.rank())?;
        Ok(vec![input.clone()])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        same_types(position, tensors, MOVABLE)
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        let input = call.input(0)?;
        let flipped = dimensions("dims", &self.dims, input.dims.len())?;
        let arguments = FlipArgs {
            input: Tensor::of(input)?,
            output: Tensor::of(call.output(0)?)?,
            flipped: flipped.into_iter().fold(0, |bits, dim| bits | 1 << dim),
        };
        // SAFETY: the tensors and the stream are those of the call.
        unsafe { plugins_cuda_flip(&arguments, call.stream()) }
    }
}
