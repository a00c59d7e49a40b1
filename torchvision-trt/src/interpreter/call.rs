//! One layer about to be computed, with its inputs.

use tch::Tensor;
use trt::Dims;

use super::error::{Failure, Result};
use super::value;

/// The inputs of a layer, in the types to compute with.
pub(super) struct Call {
    inputs: Vec<Option<Tensor>>,
}

impl Call {
    pub(super) fn new(inputs: Vec<Option<Tensor>>) -> Self {
        Self { inputs }
    }

    /// All inputs; an error if one is absent.
    pub(super) fn inputs(&self) -> Result<Vec<&Tensor>> {
        (0..self.inputs.len())
            .map(|index| self.input(index))
            .collect()
    }

    /// Input `index`, which the layer needs.
    pub(super) fn input(&self, index: usize) -> Result<&Tensor> {
        self.optional(index)
            .ok_or_else(|| Failure::invalid(format!("input {index} is missing")))
    }

    /// Input `index`, if there is one.
    pub(super) fn optional(&self, index: usize) -> Option<&Tensor> {
        self.inputs.get(index).and_then(Option::as_ref)
    }

    /// The numbers of input `index` if there is one, else those of the layer's property.
    ///
    /// TensorRT takes the input where both exist; the property has no valid value then and is not asked for.
    pub(super) fn sizes(
        &self,
        index: usize,
        property: impl FnOnce() -> trt::Result<Dims>,
    ) -> Result<Vec<i64>> {
        match self.optional(index) {
            Some(input) => value::integers(input),
            None => Ok(property()?.to_vec()),
        }
    }
}
