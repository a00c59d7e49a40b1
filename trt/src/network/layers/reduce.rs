//! Reductions, softmax, top-k, cumulative sums.

use super::property::Axes;
use super::{add_layer, layer_type};
use crate::error::int32;
use crate::network::{Network, Tensor};
use crate::{CumulativeOperation, DataType, ReduceOperation, Result, TopKOperation};

layer_type! {
    /// Reduction along dimensions.
    ///
    /// Follows [`IReduceLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Reduce.html).
    Reduce {
        /// The operation.
        operation, set_operation: ReduceOperation = OPERATION;
        /// The dimensions that are reduced.
        axes, set_axes: Axes = REDUCE_AXES;
        /// Whether they stay with size 1.
        keep_dimensions, set_keep_dimensions: bool = KEEP_DIMENSIONS;
    }
}

layer_type! {
    /// Softmax along one dimension.
    ///
    /// Follows [`ISoftMaxLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Softmax.html).
    SoftMax {
        /// The dimension, as a set of one.
        axes, set_axes: Axes = AXES;
    }
}

layer_type! {
    /// Softmax over the rows of a matrix, each up to its own length (input 1).
    ///
    /// Follows [`IRaggedSoftMaxLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/RaggedSoftMax.html).
    RaggedSoftMax {}
}

layer_type! {
    /// The largest or smallest elements along one dimension. Outputs: values, indices.
    ///
    /// Optional input 1: the number of elements, for a number known only at run time.
    /// Follows [`ITopKLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/TopK.html).
    TopK {
        /// Largest or smallest.
        operation, set_operation: TopKOperation = OPERATION;
        /// How many.
        k, set_k: i64 = K;
        /// The dimension, as a set of one.
        axes, set_axes: Axes = REDUCE_AXES;
        /// Element type of output 1.
        indices_type, set_indices_type: DataType = INDICES_TYPE;
    }
}

layer_type! {
    /// Cumulative sum along one dimension. Inputs: x, the dimension (a scalar constant).
    ///
    /// Follows [`ICumulativeLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Cumulative.html).
    Cumulative {
        /// The operation.
        operation, set_operation: CumulativeOperation = OPERATION;
        /// Whether an element is left out of its own sum.
        exclusive, set_exclusive: bool = EXCLUSIVE;
        /// Whether to sum from the end.
        reverse, set_reverse: bool = REVERSE;
    }
}

impl Network<'_> {
    /// Adds a reduction along `axes`, which stay with size 1 if `keep_dimensions`.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_reduce(
        &self,
        input: Tensor<'_>,
        operation: ReduceOperation,
        axes: Axes,
        keep_dimensions: bool,
    ) -> Result<Reduce<'_>> {
        add_layer!(self.add_reduce(input.raw(), operation.to_raw(), axes.bits(), keep_dimensions.into()) of &[input]).map(Reduce)
    }

    /// Adds a softmax along dimension `axis`.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_softmax(&self, input: Tensor<'_>, axis: usize) -> Result<SoftMax<'_>> {
        let softmax = SoftMax(add_layer!(self.add_softmax(input.raw()) of &[input])?);
        softmax.set_axes(Axes::new([axis]))?;
        Ok(softmax)
    }

    /// Adds a softmax over the rows of `input` `[1, Z, S]`, each up to its length in `bounds` `[1, Z, 1]`.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_ragged_softmax(
        &self,
        input: Tensor<'_>,
        bounds: Tensor<'_>,
    ) -> Result<RaggedSoftMax<'_>> {
        add_layer!(self.add_ragged_softmax(input.raw(), bounds.raw()) of &[input, bounds])
            .map(RaggedSoftMax)
    }

    /// Adds the `k` largest or smallest elements along one dimension; `indices` is the type of output 1, 32 or 64 bits.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_topk(
        &self,
        input: Tensor<'_>,
        operation: TopKOperation,
        k: i64,
        axes: Axes,
        indices: DataType,
    ) -> Result<TopK<'_>> {
        let k = int32("k", k)?;
        add_layer!(self.add_topk(input.raw(), operation.to_raw(), k, axes.bits(), indices.to_raw()) of &[input]).map(TopK)
    }

    /// Adds a cumulative sum along the dimension that `axis`, a scalar constant, names.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_cumulative(
        &self,
        input: Tensor<'_>,
        axis: Tensor<'_>,
        operation: CumulativeOperation,
        exclusive: bool,
        reverse: bool,
    ) -> Result<Cumulative<'_>> {
        add_layer!(self.add_cumulative(input.raw(), axis.raw(), operation.to_raw(), exclusive.into(), reverse.into()) of &[input, axis]).map(Cumulative)
    }
}
