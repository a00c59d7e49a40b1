//! Layers driven by indices.

use super::{add_layer, layer_type};
use crate::error::int32;
use crate::network::{Network, Tensor};
use crate::{DataType, GatherMode, Result, ScatterMode};

layer_type! {
    /// Gather by indices. Inputs: data, indices.
    ///
    /// Follows [`IGatherLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Gather.html).
    Gather {
        /// The dimension that is indexed (not in [`GatherMode::Nd`]).
        axis, set_axis: i64 = AXIS;
        /// Number of leading dimensions that data and indices share.
        num_elementwise_dims, set_num_elementwise_dims: i64 = NB_ELEMENTWISE_DIMS;
        /// How indices are read.
        mode, set_mode: GatherMode = MODE;
    }
}

layer_type! {
    /// Copy of the data with some elements replaced. Inputs: data, indices, updates.
    ///
    /// Follows [`IScatterLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Scatter.html).
    Scatter {
        /// How indices are read.
        mode, set_mode: ScatterMode = MODE;
        /// The dimension that is indexed (only in [`ScatterMode::Element`]).
        axis, set_axis: i64 = AXIS;
    }
}

layer_type! {
    /// One-hot encoding. Inputs: indices, values (off, on), depth.
    ///
    /// Follows [`IOneHotLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/OneHot.html).
    OneHot {
        /// The dimension of the output that holds the encoding.
        axis, set_axis: i64 = AXIS;
    }
}

layer_type! {
    /// Indices of the elements that are not zero, `[rank, count]`.
    ///
    /// Follows [`INonZeroLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/NonZero.html).
    NonZero {
        /// Element type of the output.
        indices_type, set_indices_type: DataType = INDICES_TYPE;
    }
}

layer_type! {
    /// Reversal of the first elements of each sequence. Inputs: x, lengths.
    ///
    /// Follows [`IReverseSequenceLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/ReverseSequence.html).
    ReverseSequence {
        /// The dimension of the batch.
        batch_axis, set_batch_axis: i64 = BATCH_AXIS;
        /// The dimension that is reversed.
        sequence_axis, set_sequence_axis: i64 = SEQUENCE_AXIS;
    }
}

impl Network<'_> {
    /// Adds a gather of `data` by `indices`; `axis` is without meaning in [`GatherMode::Nd`].
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_gather(
        &self,
        data: Tensor<'_>,
        indices: Tensor<'_>,
        mode: GatherMode,
        axis: i64,
    ) -> Result<Gather<'_>> {
        let gather = Gather(
            add_layer!(self.add_gather(data.raw(), indices.raw(), mode.to_raw()) of &[data, indices])?,
        );
        if mode != GatherMode::Nd {
            gather.set_axis(axis)?;
        }
        Ok(gather)
    }

    /// Adds a copy of `data` with `updates` at `indices`; the dimension of [`ScatterMode::Element`] is set on the layer.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_scatter(
        &self,
        data: Tensor<'_>,
        indices: Tensor<'_>,
        updates: Tensor<'_>,
        mode: ScatterMode,
    ) -> Result<Scatter<'_>> {
        add_layer!(self.add_scatter(data.raw(), indices.raw(), updates.raw(), mode.to_raw()) of &[data, indices, updates]).map(Scatter)
    }

    /// Adds a one-hot encoding along dimension `axis` of the output.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_one_hot(
        &self,
        indices: Tensor<'_>,
        values: Tensor<'_>,
        depth: Tensor<'_>,
        axis: i64,
    ) -> Result<OneHot<'_>> {
        let axis = int32("axis", axis)?;
        add_layer!(self.add_one_hot(indices.raw(), values.raw(), depth.raw(), axis) of &[indices, values, depth]).map(OneHot)
    }

    /// Adds the indices of elements that are not zero, of type `indices`, 32 or 64 bits.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_nonzero(&self, input: Tensor<'_>, indices: DataType) -> Result<NonZero<'_>> {
        add_layer!(self.add_non_zero(input.raw(), indices.to_raw()) of &[input]).map(NonZero)
    }

    /// Adds a reversal of the first `lengths` elements of each sequence.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_reverse_sequence(
        &self,
        input: Tensor<'_>,
        lengths: Tensor<'_>,
    ) -> Result<ReverseSequence<'_>> {
        add_layer!(self.add_reverse_sequence(input.raw(), lengths.raw()) of &[input, lengths])
            .map(ReverseSequence)
    }
}
