//! Matrix products.

use trt::MatrixOperation;

use crate::convert::tensor::Tensor;
use crate::convert::{Context, Result};

impl<'n, 'w> Context<'n, 'w> {
    /// Matrix product with PyTorch's rules for vectors and stacks
    /// ([torch.matmul](https://docs.pytorch.org/docs/2.11/generated/torch.matmul.html)).
    ///
    /// # Errors
    /// When the sizes do not fit.
    pub fn matmul(&mut self, a: &Tensor, b: &Tensor) -> Result<Tensor> {
        self.matrix_product(a, MatrixOperation::None, b, MatrixOperation::None)
    }

    /// `x @ weight.T + bias` ([torch.nn.functional.linear]).
    ///
    /// [torch.nn.functional.linear]: https://docs.pytorch.org/docs/2.11/generated/torch.nn.functional.linear.html
    ///
    /// # Errors
    /// When the sizes do not fit.
    pub fn linear(&mut self, x: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
        let operation = if weight.rank() == 1 {
            MatrixOperation::None
        } else {
            MatrixOperation::Transpose
        };
        let product = self.matrix_product(x, MatrixOperation::None, weight, operation)?;
        match bias {
            Some(bias) => self.add(&product, bias),
            None => Ok(product),
        }
    }

    /// Product of stacks of matrices, each of which may be read transposed. A vector stands for a row or a column.
    ///
    /// # Errors
    /// When the sizes do not fit.
    pub fn matrix_product(
        &mut self,
        a: &Tensor,
        a_operation: MatrixOperation,
        b: &Tensor,
        b_operation: MatrixOperation,
    ) -> Result<Tensor> {
        let operands = [a.into(), b.into()];
        let dtype = self.result_type(&operands);
        let (a, b) = (self.cast(a, dtype)?, self.cast(b, dtype)?);
        let (row, column) = (a.rank() == 1, b.rank() == 1);
        let a = if row { self.unsqueeze(&a, 0)? } else { a };
        let b = if column { self.unsqueeze(&b, 1)? } else { b };
        let rank = a.rank().max(b.rank());
        let (a, b) = (self.with_rank(&a, rank)?, self.with_rank(&b, rank)?);
        let product = if dtype.is_float() {
            let (a, b) = (self.raw(&a)?, self.raw(&b)?);
            let layer = self
                .network()
                .add_matrix_multiply(a, a_operation, b, b_operation)?;
            self.output(&layer)?
        } else {
            let a = self.operand(&a, a_operation)?;
            let b = self.operand(&b, b_operation)?;
            self.integer_matrix_product(&a, &b)?
        };
        let rank = product.rank();
        let removed: Vec<usize> = [row.then(|| rank - 2), column.then(|| rank - 1)]
            .into_iter()
            .flatten()
            .collect();
        self.squeeze(&product, &removed)
    }

    fn operand(&mut self, tensor: &Tensor, operation: MatrixOperation) -> Result<Tensor> {
        match operation {
            MatrixOperation::Transpose => {
                self.transpose(tensor, tensor.rank() - 2, tensor.rank() - 1)
            }
            _ => Ok(*tensor),
        }
    }
}
