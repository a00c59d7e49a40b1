//! Products of matrices, batch by batch.

use trt::DataType;
use trt::plugin::{Call, Field, Fields, Plugin, Result, SymbolicShape, TensorInfo};

use crate::kernels::{Tensor, kernel};
use crate::tensors::{REAL, require, same_types, some_inputs};

/// `[B, m, k]` times `[B, k, n]` is `[B, m, n]`, all of one type; the sums are in single precision.
///
/// Follows [`torch.bmm`](https://docs.pytorch.org/docs/stable/generated/torch.bmm.html). The short types are multiplied on tensor cores where
/// the device has them. It is for those who load the plugin library without this project's converters, which use TensorRT's product.
#[derive(Debug)]
pub struct TorchBmm;

#[repr(C)]
struct BmmArgs {
    a: Tensor,
    b: Tensor,
    output: Tensor,
}

kernel!(plugins_cuda_bmm(BmmArgs));

impl Plugin for TorchBmm {
    const NAME: &'static str = "TorchBmm";

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
        let [a, _] = some_inputs(inputs)?;
        Ok(vec![*a])
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        let [a, b] = some_inputs(inputs)?;
        let agree = |(a, b): (Option<i64>, Option<i64>)| a.is_none() || b.is_none() || a == b;
        let fits = a.rank() == 3
            && b.rank() == 3
            && agree((a[0].known(), b[0].known()))
            && agree((a[2].known(), b[1].known()));
        require(fits, "inputs", || {
            format!("have shapes {a:?} and {b:?}, expected [B, m, k] and [B, k, n]")
        })?;
        Ok(vec![[&a[0], &a[1], &b[2]].into_iter().cloned().collect()])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        same_types(position, tensors, REAL)
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        let arguments = BmmArgs {
            a: Tensor::of(call.input(0)?)?,
            b: Tensor::of(call.input(1)?)?,
            output: Tensor::of(call.output(0)?)?,
        };
        // SAFETY: the tensors and the stream are those of the call.
        unsafe { plugins_cuda_bmm(&arguments, call.stream()) }
    }
}
