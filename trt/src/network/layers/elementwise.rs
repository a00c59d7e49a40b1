//! Operations element by element.

use super::{add_layer, layer_type};
use crate::network::{Network, Tensor};
use crate::{ElementWiseOperation, Result, UnaryOperation};

layer_type! {
    /// Operation on two tensors of equal rank; dimensions of size 1 broadcast.
    ///
    /// Follows [`IElementWiseLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/ElementWise.html).
    ElementWise {
        /// The operation.
        operation, set_operation: ElementWiseOperation = OPERATION;
    }
}

layer_type! {
    /// Operation on one tensor.
    ///
    /// Follows [`IUnaryLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Unary.html).
    Unary {
        /// The operation.
        operation, set_operation: UnaryOperation = OPERATION;
    }
}

layer_type! {
    /// `condition ? a : b`; dimensions of size 1 broadcast. Inputs: condition, a, b.
    ///
    /// Follows [`ISelectLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Select.html).
    Select {}
}

impl Network<'_> {
    /// Adds an operation on two tensors of equal rank and type.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_elementwise(
        &self,
        a: Tensor<'_>,
        b: Tensor<'_>,
        operation: ElementWiseOperation,
    ) -> Result<ElementWise<'_>> {
        add_layer!(self.add_elementwise(a.raw(), b.raw(), operation.to_raw()) of &[a, b])
            .map(ElementWise)
    }

    /// Adds an operation on one tensor.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_unary(&self, input: Tensor<'_>, operation: UnaryOperation) -> Result<Unary<'_>> {
        add_layer!(self.add_unary(input.raw(), operation.to_raw()) of &[input]).map(Unary)
    }

    /// Adds a choice: `a` where `condition`, else `b`; all of equal rank.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_select(
        &self,
        condition: Tensor<'_>,
        a: Tensor<'_>,
        b: Tensor<'_>,
    ) -> Result<Select<'_>> {
        add_layer!(self.add_select(condition.raw(), a.raw(), b.raw()) of &[condition, a, b])
            .map(Select)
    }
}
