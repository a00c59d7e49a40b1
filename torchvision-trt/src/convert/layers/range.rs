//! Number sequences.

use trt::{ElementWiseOperation, FillOperation};

use crate::convert::tensor::{Size, Tensor};
use crate::convert::{Context, Result};

impl<'n, 'w> Context<'n, 'w> {
    /// `start, start + step, …` of `count` integers, in the type of sizes.
    ///
    /// # Errors
    /// When TensorRT refuses the layer.
    pub fn arange(&mut self, start: &Size, step: i64, count: &Size) -> Result<Tensor> {
        let dtype = self.index_type();
        if let (Some(start), Some(count)) = (start.as_static(), count.as_static()) {
            let numbers: Vec<f64> = (0..count.max(0))
                .map(|i| (start + i * step) as f64)
                .collect();
            return self.numbers_constant(&numbers, &[numbers.len() as i64], dtype);
        }
        // The layer takes start and step as tensors, and then the shape as well.
        let shape = self.raw_size_tensor(std::slice::from_ref(count))?;
        let start = self.size_tensor(std::slice::from_ref(start))?;
        let start = self.reshape(&start, &[])?;
        let step = self.numbers_constant(&[step as f64], &[1], dtype)?;
        let layer = self
            .network()
            .add_fill(&[1], FillOperation::Linspace, dtype)?;
        layer.set_input(0, shape)?;
        let start = self.raw(&start)?;
        layer.set_input(1, start)?;
        let step = self.raw(&step)?;
        layer.set_input(2, step)?;
        self.output(&layer)
    }

    /// The place of each element along an axis, counted from 0; the other axes are of size 1.
    ///
    /// # Errors
    /// When TensorRT refuses the layer.
    pub fn places(&mut self, tensor: &Tensor, axis: usize) -> Result<Tensor> {
        let mut shape = vec![Size::Static(1); tensor.rank()];
        shape[axis] = self.sizes(tensor)?[axis].clone();
        let places = self.arange(&Size::Static(0), 1, &shape[axis])?;
        self.reshape(&places, &shape)
    }

    /// Truth values over the last two dimensions of a tensor: whether a place is not above the diagonal (`lower`), or not below.
    ///
    /// # Errors
    /// When the tensor has fewer than two dimensions.
    pub fn diagonal_mask(&mut self, tensor: &Tensor, diagonal: i64, lower: bool) -> Result<Tensor> {
        let sizes = self.sizes(tensor)?;
        let (rows, columns) = (tensor.axis(-2)?, tensor.axis(-1)?);
        let row = self.arange(&Size::Static(diagonal), 1, &sizes[rows])?;
        let row = self.unsqueeze(&row, 1)?;
        let column = self.arange(&Size::Static(0), 1, &sizes[columns])?;
        let excluded = if lower {
            ElementWiseOperation::Less
        } else {
            ElementWiseOperation::Greater
        };
        let outside = self.compare(excluded, &row, &column)?;
        self.not(&outside)
    }
}
