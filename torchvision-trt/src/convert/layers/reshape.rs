//! Shapes: reshape, transpose, expand.

use crate::convert::tensor::{Size, Tensor};
use crate::convert::{Context, Error, Result};

impl<'n, 'w> Context<'n, 'w> {
    /// The elements in the same order under new sizes ([torch.reshape]); no size is -1 here, unknown ones are expressions.
    ///
    /// [torch.reshape]: https://docs.pytorch.org/docs/2.11/generated/torch.reshape.html
    ///
    /// # Errors
    /// When the sizes do not fit.
    pub fn reshape(&mut self, tensor: &Tensor, sizes: &[Size]) -> Result<Tensor> {
        let from = self.sizes(tensor)?;
        if from == sizes {
            return Ok(*tensor);
        }
        let raw = self.raw(tensor)?;
        let layer = self.network().add_shuffle(raw)?;
        // Where a size is that of the input at the same axis TensorRT takes a 0 for it, and infers one other from the rest.
        let placeholder = |(i, size): (usize, &Size)| match size {
            Size::Static(n) => *n,
            dynamic if from.get(i) == Some(dynamic) => 0,
            _ => -1,
        };
        let dims: Vec<i64> = sizes.iter().enumerate().map(placeholder).collect();
        let empty = sizes.iter().chain(&from).any(|s| s.as_static() == Some(0));
        if dims.iter().all(|d| *d >= 0) && !dims.contains(&0)
            || !empty && dims.iter().filter(|d| **d == -1).count() <= 1
        {
            layer.set_reshape_dimensions(&dims)?;
        } else {
            let shape = self.raw_size_tensor(sizes)?;
            layer.set_zero_is_placeholder(false)?;
            layer.set_input(1, shape)?;
        }
        let result = self.output(&layer)?;
        Ok(self.with_sizes(result, sizes.to_vec()))
    }

    /// The elements in the same order along one dimension ([torch.flatten]).
    ///
    /// [torch.flatten]: https://docs.pytorch.org/docs/2.11/generated/torch.flatten.html
    ///
    /// # Errors
    /// When TensorRT refuses the reshape.
    pub fn flatten(&mut self, tensor: &Tensor) -> Result<Tensor> {
        let numel = Size::product(&self.sizes(tensor)?);
        self.reshape(tensor, &[numel])
    }

    /// A tensor with sizes of 1 put in front until it has `rank` dimensions.
    ///
    /// # Errors
    /// When TensorRT refuses the reshape.
    pub fn with_rank(&mut self, tensor: &Tensor, rank: usize) -> Result<Tensor> {
        if tensor.rank() >= rank {
            return Ok(*tensor);
        }
        let mut sizes = vec![Size::Static(1); rank - tensor.rank()];
        sizes.extend(self.sizes(tensor)?);
        self.reshape(tensor, &sizes)
    }

    /// A size of 1 put in at `axis` ([torch.unsqueeze]).
    ///
    /// [torch.unsqueeze]: https://docs.pytorch.org/docs/2.11/generated/torch.unsqueeze.html
    ///
    /// # Errors
    /// When TensorRT refuses the reshape.
    pub fn unsqueeze(&mut self, tensor: &Tensor, axis: usize) -> Result<Tensor> {
        let mut sizes = self.sizes(tensor)?;
        sizes.insert(axis, Size::Static(1));
        self.reshape(tensor, &sizes)
    }

    /// Axes of size 1 taken out ([torch.squeeze]).
    ///
    /// [torch.squeeze]: https://docs.pytorch.org/docs/2.11/generated/torch.squeeze.html
    ///
    /// # Errors
    /// When a size is known and not 1.
    pub fn squeeze(&mut self, tensor: &Tensor, axes: &[usize]) -> Result<Tensor> {
        if tensor.rank() == 0 {
            // PyTorch lets a scalar have one dimension.
            return Ok(*tensor);
        }
        let sizes = self.sizes(tensor)?;
        if let Some(axis) = axes
            .iter()
            .find(|a| sizes[**a].as_static().is_some_and(|n| n != 1))
        {
            return Err(Error::new(format!(
                "dimension {axis} of size {} cannot be squeezed",
                sizes[*axis]
            )));
        }
        let kept: Vec<Size> = sizes
            .iter()
            .enumerate()
            .filter(|(i, _)| !axes.contains(i))
            .map(|(_, s)| s.clone())
            .collect();
        self.reshape(tensor, &kept)
    }

    /// Axes in another order ([torch.permute]).
    ///
    /// [torch.permute]: https://docs.pytorch.org/docs/2.11/generated/torch.permute.html
    ///
    /// # Errors
    /// When `axes` is not a permutation.
    pub fn permute(&mut self, tensor: &Tensor, axes: &[usize]) -> Result<Tensor> {
        if axes.iter().enumerate().all(|(i, a)| i == *a) {
            return Ok(*tensor);
        }
        let raw = self.raw(tensor)?;
        let layer = self.network().add_shuffle(raw)?;
        let order: Vec<i64> = axes.iter().map(|a| *a as i64).collect();
        layer.set_first_transpose(&order)?;
        let result = self.output(&layer)?;
        let sizes = self.sizes(tensor)?;
        Ok(self.with_sizes(result, axes.iter().map(|a| sizes[*a].clone()).collect()))
    }

    /// Two axes swapped ([torch.transpose]).
    ///
    /// [torch.transpose]: https://docs.pytorch.org/docs/2.11/generated/torch.transpose.html
    ///
    /// # Errors
    /// When TensorRT refuses the layer.
    pub fn transpose(&mut self, tensor: &Tensor, a: usize, b: usize) -> Result<Tensor> {
        let mut axes: Vec<usize> = (0..tensor.rank()).collect();
        if tensor.rank() > 0 {
            axes.swap(a, b);
        }
        self.permute(tensor, &axes)
    }

    /// Sizes of 1 repeated to the sizes given, which may have more dimensions in front ([torch.Tensor.expand]).
    ///
    /// [torch.Tensor.expand]: https://docs.pytorch.org/docs/2.11/generated/torch.Tensor.expand.html
    ///
    /// # Errors
    /// When TensorRT refuses the layer.
    pub fn expand(&mut self, tensor: &Tensor, sizes: &[Size]) -> Result<Tensor> {
        let tensor = self.with_rank(tensor, sizes.len())?;
        let from = self.sizes(&tensor)?;
        if from == sizes {
            return Ok(tensor);
        }
        let strides: Vec<i64> = from
            .iter()
            .zip(sizes)
            .map(|(f, s)| i64::from(f.as_static() != Some(1) || s.as_static() == Some(1)))
            .collect();
        let starts = vec![Size::Static(0); sizes.len()];
        self.strided_slice(&tensor, &starts, sizes, &strides)
    }
}
