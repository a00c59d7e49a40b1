//! Rows of a table.

use trt::DataType;
use trt::plugin::{Call, Field, Fields, Plugin, Result, SymbolicShape, TensorInfo};

use crate::kernels::{Tensor, kernel};
use crate::tensors::{INDICES, MOVABLE, require, some_inputs};

/// Looks up rows: indices of any shape, a weight `[rows, width]` of any type, output `[*indices.shape, width]`.
///
/// Follows [`torch.nn.functional.embedding`](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.embedding.html), whose
/// `padding_idx` changes gradients only. Where PyTorch stops at an index out of range (a negative one is), the row has all bits set:
/// NaN, or -1.
#[derive(Debug)]
pub struct TorchEmbedding;

#[repr(C)]
struct EmbeddingArgs {
    indices: Tensor,
    weight: Tensor,
    output: Tensor,
}

kernel!(plugins_cuda_embedding(EmbeddingArgs));

impl Plugin for TorchEmbedding {
    const NAME: &'static str = "TorchEmbedding";

    fn fields() -> &'static [Field] {
        &[]
    }

    fn new(_: &Fields) -> Result<Self> {
        Ok(Self)
    }

    fn values(&self) -> Fields {
        Fields::new()
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        let [_, weight] = some_inputs(inputs)?;
        Ok(vec![*weight])
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        let [indices, weight] = some_inputs(inputs)?;
        require(weight.rank() == 2, "weight", || {
            format!("has {} dimensions, expected 2: rows, width", weight.rank())
        })?;
        Ok(vec![indices.iter().chain([&weight[1]]).cloned().collect()])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        match position {
            0 => tensors[0].is_linear_of(INDICES),
            1 => tensors[1].is_linear_of(MOVABLE),
            _ => tensors[position].is_linear_of(&[tensors[1].dtype]),
        }
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        let arguments = EmbeddingArgs {
            indices: Tensor::of(call.input(0)?)?,
            weight: Tensor::of(call.input(1)?)?,
            output: Tensor::of(call.output(0)?)?,
        };
        // SAFETY: the tensors and the stream are those of the call.
        unsafe { plugins_cuda_embedding(&arguments, call.stream()) }
    }
}
