//! Elements by index along a dimension.

use trt::DataType;
use trt::plugin::{Call, Field, FieldType, Fields, Plugin, Result, SymbolicShape, TensorInfo};

use crate::kernels::{Tensor, kernel};
use crate::tensors::{INDICES, MOVABLE, dimension, require, some_inputs};

/// Picks elements along a dimension: input of any type, index of as many dimensions, none larger than the input's except along `dim`;
/// the output has the index's shape.
///
/// Follows [`torch.gather`](https://docs.pytorch.org/docs/stable/generated/torch.gather.html). Where PyTorch stops at an index out of
/// range (a negative one is), the element has all bits set: NaN, or -1.
#[derive(Debug)]
pub struct TorchGather {
    dim: i64,
}

#[repr(C)]
struct GatherArgs {
    input: Tensor,
    index: Tensor,
    output: Tensor,
    dim: i32,
}

kernel!(plugins_cuda_gather(GatherArgs));

impl Plugin for TorchGather {
    const NAME: &'static str = "TorchGather";

    fn fields() -> &'static [Field] {
        const { &[Field::required("dim", FieldType::Int)] }
    }

    fn new(fields: &Fields) -> Result<Self> {
        Ok(Self {
            dim: fields.int("dim")?,
        })
    }

    fn values(&self) -> Fields {
        Fields::new().with("dim", self.dim)
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        let [input, _] = some_inputs(inputs)?;
        Ok(vec![*input])
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        let [input, index] = some_inputs(inputs)?;
        let dim = dimension("dim", self.dim, input.rank())?;
        let too_large = |at: usize| {
            let sizes = (index[at].known(), input[at].known());
            at != dim && matches!(sizes, (Some(index), Some(input)) if index > input)
        };
        let fits = index.rank() == input.rank() && !(0..input.rank()).any(too_large);
        require(fits, "index", || {
            format!(
                "has shape {index:?}, which does not fit into {input:?} outside dimension {dim}"
            )
        })?;
        Ok(vec![index.clone()])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        match position {
            0 => tensors[0].is_linear_of(MOVABLE),
            1 => tensors[1].is_linear_of(INDICES),
            _ => tensors[position].is_linear_of(&[tensors[0].dtype]),
        }
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        let input = call.input(0)?;
        let arguments = GatherArgs {
            input: Tensor::of(input)?,
            index: Tensor::of(call.input(1)?)?,
            output: Tensor::of(call.output(0)?)?,
            dim: dimension("dim", self.dim, input.dims.len())? as i32,
        };
        // SAFETY: the tensors and the stream are those of the call.
        unsafe { plugins_cuda_gather(&arguments, call.stream()) }
    }
}
