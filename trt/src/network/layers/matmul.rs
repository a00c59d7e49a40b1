//! Matrix products.

use super::{add_layer, layer_type};
use crate::error::c_string;
use crate::network::{Network, Tensor};
use crate::{MatrixOperation, Result};

layer_type! {
    /// Product of two stacks of matrices or vectors of equal rank; leading dimensions of size 1 broadcast.
    ///
    /// Follows [`IMatrixMultiplyLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/MatrixMultiply.html).
    MatrixMultiply {
        /// How input 0 is read.
        operation0, set_operation0: MatrixOperation = OPERATION_0;
        /// How input 1 is read.
        operation1, set_operation1: MatrixOperation = OPERATION_1;
    }
}

layer_type! {
    /// Sum of products by Einstein's convention.
    ///
    /// Follows [`IEinsumLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Einsum.html).
    Einsum {
        /// The equation, such as `bij,bjk->bik`; without ellipsis and without repeated subscripts in one operand.
        equation, set_equation: String = EQUATION;
    }
}

impl Network<'_> {
    /// Adds the matrix product of two tensors of equal rank (one less for a vector operand).
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_matrix_multiply(
        &self,
        a: Tensor<'_>,
        operation_a: MatrixOperation,
        b: Tensor<'_>,
        operation_b: MatrixOperation,
    ) -> Result<MatrixMultiply<'_>> {
        add_layer!(self.add_matrix_multiply(a.raw(), operation_a.to_raw(), b.raw(), operation_b.to_raw()) of &[a, b]).map(MatrixMultiply)
    }

    /// Adds an Einstein summation.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_einsum(&self, inputs: &[Tensor<'_>], equation: &str) -> Result<Einsum<'_>> {
        let equation = c_string(equation)?;
        let handles: Vec<_> = inputs.iter().map(Tensor::raw).collect();
        add_layer!(self.add_einsum(handles.as_ptr(), handles.len() as i32, equation.as_ptr()) of inputs).map(Einsum)
    }
}
