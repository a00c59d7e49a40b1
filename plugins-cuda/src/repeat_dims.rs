//! Repetition of a tensor.

use trt::DataType;
use trt::plugin::{
    Call, Error, Field, FieldType, Fields, Plugin, Result, Size, SymbolicShape, TensorInfo,
};

use crate::kernels::{MAX_RANK, Tensor, kernel};
use crate::tensors::{MOVABLE, one_input, require, same_types};

/// Repeats a tensor along each dimension: any shape, any type. `repeat_dims` may name more dimensions than the input has; the first
/// ones are then new.
///
/// Follows [`torch.Tensor.repeat`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.repeat.html).
#[derive(Debug)]
pub struct RepeatDims {
    repeat_dims: Vec<i64>,
}

#[repr(C)]
struct RepeatDimsArgs {
    input: Tensor,
    output: Tensor,
    repeats: [i64; MAX_RANK],
}

kernel!(plugins_cuda_repeat_dims(RepeatDimsArgs));

impl Plugin for RepeatDims {
    const NAME: &'static str = "RepeatDims";

    fn fields() -> &'static [Field] {
        const { &[Field::required("repeat_dims", FieldType::Int)] }
    }

    fn new(fields: &Fields) -> Result<Self> {
        let repeat_dims: Vec<i64> = fields.ints("repeat_dims")?;
        if repeat_dims.len() > MAX_RANK || repeat_dims.iter().any(|&times| times < 0) {
            return Err(Error::field(
                "repeat_dims",
                format!("is {repeat_dims:?}, expected at most {MAX_RANK} numbers, none negative"),
            ));
        }
        Ok(Self { repeat_dims })
    }

    fn values(&self) -> Fields {
        Fields::new().with("repeat_dims", self.repeat_dims.as_slice())
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        Ok(vec![*one_input(inputs)?])
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        let input = one_input(inputs)?;
        let added = self.repeat_dims.len().checked_sub(input.rank());
        require(added.is_some(), "repeat_dims", || {
            format!(
                "has {} numbers for an input of {} dimensions",
                self.repeat_dims.len(),
                input.rank()
            )
        })?;
        let sizes =
            std::iter::repeat_n(Size::from(1_i64), added.unwrap_or(0)).chain(input.iter().cloned());
        Ok(vec![
            sizes
                .zip(&self.repeat_dims)
                .map(|(size, &times)| size * times)
                .collect(),
        ])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        same_types(position, tensors, MOVABLE)
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        let mut repeats = [1; MAX_RANK];
        repeats[..self.repeat_dims.len()].copy_from_slice(&self.repeat_dims);
        let arguments = RepeatDimsArgs {
            input: Tensor::of(call.input(0)?)?,
            output: Tensor::of(call.output(0)?)?,
            repeats,
        };
        // SAFETY: the tensors and the stream are those of the call.
        unsafe { plugins_cuda_repeat_dims(&arguments, call.stream()) }
    }
}
