//! Adaptive pooling.

use trt::DataType;
use trt::plugin::{
    Call, Error, Field, FieldType, Fields, Plugin, Result, SymbolicShape, TensorInfo,
};

use crate::kernels::{Tensor, kernel};
use crate::tensors::{MOVABLE, REAL, require, same_types};

/// Pools the last one to three dimensions to a given size, whatever the ratio: input `[…, *sizes]`, output
/// `[…, *output_size]`. A size of 0 or less keeps the input's. The last dimensions of a second input, whose elements are not read,
/// take the place of `output_size`, of which then only the number counts.
///
/// Follows [`torch.nn.functional.adaptive_avg_pool2d`](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool2d.html)
/// (`pooling_type` 1) and `adaptive_max_pool2d` (0), and their forms in one and three dimensions.
#[derive(Debug)]
pub struct AdaptivePool {
    output_size: Vec<i64>,
    average: bool,
}

#[repr(C)]
struct AdaptivePoolArgs {
    input: Tensor,
    output: Tensor,
    spatial: i32,
    average: i32,
}

kernel!(plugins_cuda_adaptive_pool(AdaptivePoolArgs));

impl Plugin for AdaptivePool {
    const NAME: &'static str = "AdaptivePool";

    fn fields() -> &'static [Field] {
        const {
            &[
                Field::required("output_size", FieldType::Int),
                Field::boolean("pooling_type", false),
            ]
        }
    }

    fn new(fields: &Fields) -> Result<Self> {
        let output_size: Vec<i64> = fields.ints("output_size")?;
        if !(1..=3).contains(&output_size.len()) {
            return Err(Error::field(
                "output_size",
                format!("has {} sizes, expected 1 to 3", output_size.len()),
            ));
        }
        Ok(Self {
            output_size,
            average: fields.boolean("pooling_type")?,
        })
    }

    fn values(&self) -> Fields {
        Fields::new()
            .with("output_size", self.output_size.as_slice())
            .with("pooling_type", self.average)
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        require((1..=2).contains(&inputs.len()), "inputs", || {
            format!(
                "there are {}, expected the input and optionally one with the output's size",
                inputs.len()
            )
        })?;
        Ok(vec![inputs[0]])
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        let pooled = self.output_size.len();
        for (name, input) in ["input", "size input"].into_iter().zip(inputs) {
            require(input.rank() >= pooled, name, || {
                format!(
                    "has {} dimensions, expected at least {pooled}",
                    input.rank()
                )
            })?;
        }
        let mut output = inputs[0].clone();
        let outer = output.rank() - pooled;
        for (dim, &wanted) in self.output_size.iter().enumerate() {
            require(output[outer + dim].known() != Some(0), "input", || {
                format!("has nothing to pool: shape {:?}", inputs[0])
            })?;
            if let Some(sizes) = inputs.get(1) {
                output[outer + dim] = sizes[sizes.rank() - pooled + dim].clone();
            } else if wanted > 0 {
                output[outer + dim] = wanted.into();
            }
        }
        Ok(vec![output])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], inputs: usize) -> bool {
        if position == 1 && inputs == 2 {
            return tensors[1].is_linear_of(MOVABLE);
        }
        same_types(position, tensors, REAL)
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        let arguments = AdaptivePoolArgs {
            input: Tensor::of(call.input(0)?)?,
            output: Tensor::of(call.output(0)?)?,
            spatial: self.output_size.len() as i32,
            average: self.average.into(),
        };
        // SAFETY: the tensors and the stream are those of the call.
        unsafe { plugins_cuda_adaptive_pool(&arguments, call.stream()) }
    }
}
