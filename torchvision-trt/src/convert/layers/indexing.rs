//! Elements by index.

use trt::{DataType, GatherMode};

use crate::convert::tensor::Tensor;
use crate::convert::{Context, Result};

impl<'n, 'w> Context<'n, 'w> {
    /// Slices of a tensor along `axis` by indices of any shape, which take the axis's place
    /// ([ONNX Gather](https://onnx.ai/onnx/operators/onnx__Gather.html)); negative indices count from the end.
    ///
    /// # Errors
    /// When TensorRT refuses the types.
    pub fn gather_slices(
        &mut self,
        tensor: &Tensor,
        indices: &Tensor,
        axis: usize,
    ) -> Result<Tensor> {
        self.gather_layer(tensor, indices, axis, GatherMode::Default)
    }

    /// One element for each index, which has the tensor's number of dimensions ([torch.gather]).
    ///
    /// [torch.gather]: https://docs.pytorch.org/docs/2.11/generated/torch.gather.html
    ///
    /// # Errors
    /// When TensorRT refuses the types.
    pub fn gather_elements(
        &mut self,
        tensor: &Tensor,
        indices: &Tensor,
        axis: usize,
    ) -> Result<Tensor> {
        self.gather_layer(tensor, indices, axis, GatherMode::Element)
    }

    fn gather_layer(
        &mut self,
        tensor: &Tensor,
        indices: &Tensor,
        axis: usize,
        mode: GatherMode,
    ) -> Result<Tensor> {
        let indices = if indices.dtype == DataType::Int32 {
            *indices
        } else {
            self.cast(indices, self.index_type())?
        };
        let (raw, indices) = (self.raw(tensor)?, self.raw(&indices)?);
        let layer = self.network().add_gather(raw, indices, mode, axis as i64)?;
        self.output(&layer)
    }
}
