//! The layer that centers its input.

use trt::DataType;
use trt::plugin::{Call, Field, Fields, Plugin, Result, SymbolicShape, TensorInfo};

use crate::kernels::{Tensor, kernel};
use crate::tensors::{REAL, one_input, same_types};

/// `x - x.mean()`, the mean over all elements: any shape; summed in single, then double precision.
#[derive(Debug)]
pub struct CenteredLayer;

#[repr(C)]
struct CenteredArgs {
    input: Tensor,
    output: Tensor,
    /// Sums of the blocks.
    partial: u64,
}

kernel!(plugins_cuda_centered(CenteredArgs));

/// Blocks that the kernel sums with at most.
const MAX_SUMS: usize = 1024;

impl Plugin for CenteredLayer {
    const NAME: &'static str = "CenteredLayer";

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
        Ok(vec![*one_input(inputs)?])
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        Ok(vec![one_input(inputs)?.clone()])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        same_types(position, tensors, REAL)
    }

    fn workspace(&self, _: &[TensorInfo], _: &[TensorInfo]) -> Result<usize> {
        Ok(MAX_SUMS * size_of::<f64>())
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        let arguments = CenteredArgs {
            input: Tensor::of(call.input(0)?)?,
            output: Tensor::of(call.output(0)?)?,
            partial: call.workspace(),
        };
        // SAFETY: tensors, workspace and stream are those of the call.
        unsafe { plugins_cuda_centered(&arguments, call.stream()) }
    }
}
