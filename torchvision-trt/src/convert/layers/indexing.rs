//! Elements by index.

use trt::{DataType, ElementWiseOperation, GatherMode, ScatterMode};

use crate::convert::tensor::{Scalar, Size, Tensor};
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
        let indices = self.as_index(indices)?;
        let (raw, indices) = (self.raw(tensor)?, self.raw(&indices)?);
        let layer = self.network().add_gather(raw, indices, mode, axis as i64)?;
        self.output(&layer)
    }

    /// A tensor with some elements replaced: along `axis` at `indices`, elsewhere at the place of the update itself
    /// ([torch.scatter]). Indices and updates have one shape, which may be smaller than the tensor's.
    ///
    /// [torch.scatter]: https://docs.pytorch.org/docs/2.11/generated/torch.Tensor.scatter_.html
    ///
    /// # Errors
    /// When TensorRT refuses the types.
    pub fn scatter_elements(
        &mut self,
        tensor: &Tensor,
        indices: &Tensor,
        updates: &Tensor,
        axis: usize,
    ) -> Result<Tensor> {
        let layer = self.scatter_layer(tensor, indices, updates, ScatterMode::Element)?;
        layer.set_axis(axis as i64)?;
        self.output_like(&layer, tensor)
    }

    /// A tensor with slices along `axis` replaced: `updates` has one for each of the `indices`, which have one dimension.
    ///
    /// # Errors
    /// When TensorRT refuses the types.
    pub fn scatter_slices(
        &mut self,
        tensor: &Tensor,
        indices: &Tensor,
        updates: &Tensor,
        axis: usize,
    ) -> Result<Tensor> {
        let sizes = self.sizes(updates)?;
        let mut line = vec![Size::Static(1); sizes.len()];
        line[axis] = sizes[axis].clone();
        let line = self.reshape(indices, &line)?;
        let everywhere = self.expand(&line, &sizes)?;
        self.scatter_elements(tensor, &everywhere, updates, axis)
    }

    /// A tensor with slices along the first axis replaced, at `[count]` indices; cheaper than [`scatter_slices`](Self::scatter_slices).
    ///
    /// # Errors
    /// When TensorRT refuses the types.
    pub fn scatter_rows(
        &mut self,
        tensor: &Tensor,
        indices: &Tensor,
        updates: &Tensor,
    ) -> Result<Tensor> {
        let column = self.unsqueeze(indices, 1)?;
        let layer = self.scatter_layer(tensor, &column, updates, ScatterMode::Nd)?;
        self.output_like(&layer, tensor)
    }

    fn scatter_layer(
        &mut self,
        tensor: &Tensor,
        indices: &Tensor,
        updates: &Tensor,
        mode: ScatterMode,
    ) -> Result<trt::layers::Scatter<'n>> {
        let indices = self.as_index(indices)?;
        let raws = (self.raw(tensor)?, self.raw(&indices)?, self.raw(updates)?);
        Ok(self.network().add_scatter(raws.0, raws.1, raws.2, mode)?)
    }

    fn as_index(&mut self, indices: &Tensor) -> Result<Tensor> {
        if indices.dtype == DataType::Int32 {
            Ok(*indices)
        } else {
            self.cast(indices, self.index_type())
        }
    }

    /// Indices into an axis of `size` elements, counted from 0: negative ones count from the end.
    ///
    /// # Errors
    /// When TensorRT refuses the type.
    pub fn wrapped_indices(&mut self, indices: &Tensor, size: &Size) -> Result<Tensor> {
        let natural = |numbers: Vec<f64>| numbers.iter().all(|i| *i >= 0.0);
        if self.numbers(indices).is_some_and(natural) {
            return Ok(*indices);
        }
        let negative = self.compare(ElementWiseOperation::Less, indices, 0)?;
        let moved = self.add(indices, Scalar::from(size.clone()))?;
        self.select_where(&negative, &moved, indices)
    }

    /// The coordinates of the elements that are not zero, one index tensor for each dimension, in row-major order.
    /// Their size depends on the data.
    ///
    /// # Errors
    /// When the library has no such layer.
    pub fn nonzero(&mut self, tensor: &Tensor) -> Result<Vec<Tensor>> {
        let truth = self.truth(tensor)?;
        let raw = self.raw(&truth)?;
        let layer = self.network().add_nonzero(raw, DataType::Int32)?;
        let coordinates = self.output(&layer)?;
        let coordinates = self.cast(&coordinates, self.index_type())?;
        (0..tensor.rank())
            .map(|i| self.select(&coordinates, 0, &Size::Static(i as i64)))
            .collect()
    }
}
