//! Grids of coordinates.

use trt::DataType;
use trt::plugin::{Call, Error, Field, Fields, Plugin, Result, SymbolicShape, TensorInfo};

use crate::kernels::{Tensor, kernel};
use crate::tensors::{NUMBERS, dimensions, require, same_types};

/// Grids of coordinates, one output for each dimension of the grid, all of one shape.
///
/// With `num_inputs` above 0: of so many vectors (or scalars, as vectors of one element), all of one type, as
/// [`torch.meshgrid(…, indexing="ij")`](https://docs.pytorch.org/docs/stable/generated/torch.meshgrid.html) does. With 0: of the numbers
/// `starts[i] + strides[i] * [0, 1, …]`, as many as dimension `slice_dims[i]` of the only input has elements, in that input's type; the
/// input's elements are not read.
#[derive(Debug)]
pub struct MeshGrid {
    num_inputs: usize,
    slice_dims: Vec<i64>,
    starts: Vec<f32>,
    strides: Vec<f32>,
}

#[repr(C)]
struct MeshGridArgs {
    vector: Tensor,
    output: Tensor,
    dim: i32,
    start: f64,
    step: f64,
}

kernel!(plugins_cuda_mesh_grid(MeshGridArgs));

impl MeshGrid {
    fn check_inputs(&self, found: usize) -> Result<()> {
        let expected = self.num_inputs.max(1);
        require(found == expected, "inputs", || {
            format!("there are {found}, expected {expected}")
        })
    }
}

impl Plugin for MeshGrid {
    const NAME: &'static str = "MeshGrid";

    fn fields() -> &'static [Field] {
        const {
            &[
                Field::int("num_inputs", 0),
                Field::ints("slice_dims", &[2, 3]),
                Field::floats("starts", &[0.0, 0.0]),
                Field::floats("strides", &[1.0, 1.0]),
            ]
        }
    }

    fn new(fields: &Fields) -> Result<Self> {
        let plugin = Self {
            num_inputs: fields.int("num_inputs")?,
            slice_dims: fields.ints("slice_dims")?,
            starts: fields.floats("starts")?,
            strides: fields.floats("strides")?,
        };
        let dims = plugin.num_outputs();
        if plugin.num_inputs == 0 {
            for (name, values) in [("starts", &plugin.starts), ("strides", &plugin.strides)] {
                if values.len() != dims {
                    return Err(Error::field(
                        name,
                        format!("has {} values for {dims} slice_dims", values.len()),
                    ));
                }
            }
        }
        if !(1..=trt::Dims::MAX_RANK).contains(&dims) {
            let name = if plugin.num_inputs > 0 {
                "num_inputs"
            } else {
                "slice_dims"
            };
            return Err(Error::field(
                name,
                format!(
                    "make a grid of {dims} dimensions, expected 1 to {}",
                    trt::Dims::MAX_RANK
                ),
            ));
        }
        Ok(plugin)
    }

    fn values(&self) -> Fields {
        Fields::new()
            .with("num_inputs", self.num_inputs as i64)
            .with("slice_dims", self.slice_dims.as_slice())
            .with("starts", self.starts.as_slice())
            .with("strides", self.strides.as_slice())
    }

    fn num_outputs(&self) -> usize {
        match self.num_inputs {
            0 => self.slice_dims.len(),
            vectors => vectors,
        }
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        self.check_inputs(inputs.len())?;
        Ok(vec![inputs[0]; self.num_outputs()])
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        self.check_inputs(inputs.len())?;
        let shape: SymbolicShape = if self.num_inputs == 0 {
            let dims = dimensions("slice_dims", &self.slice_dims, inputs[0].rank())?;
            let size = |dim: usize| {
                let size = inputs[0].get(dim).cloned();
                size.ok_or_else(|| Error::field("slice_dims", "are those of a scalar"))
            };
            dims.into_iter().map(size).collect::<Result<_>>()?
        } else {
            for (number, input) in inputs.iter().enumerate() {
                require(input.rank() <= 1, &format!("input {number}"), || {
                    format!("has {} dimensions, expected a vector", input.rank())
                })?;
            }
            inputs.iter().map(SymbolicShape::volume).collect()
        };
        Ok(vec![shape; self.num_outputs()])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        same_types(position, tensors, NUMBERS)
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        for (dim, output) in call.outputs().iter().enumerate() {
            let vector = match self.num_inputs {
                0 => Tensor::NONE,
                _ => Tensor::of(call.input(dim)?)?,
            };
            let number = |values: &[f32]| values.get(dim).copied().unwrap_or_default().into();
            let arguments = MeshGridArgs {
                vector,
                output: Tensor::of(output)?,
                dim: dim as i32,
                start: number(&self.starts),
                step: number(&self.strides),
            };
            // SAFETY: the tensors and the stream are those of the call.
            unsafe { plugins_cuda_mesh_grid(&arguments, call.stream())? };
        }
        Ok(())
    }
}
