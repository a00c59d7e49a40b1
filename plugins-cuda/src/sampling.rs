//! `grid_sample`.

use trt::DataType;
use trt::plugin::{Call, Error, Field, Fields, Plugin, Result, SymbolicShape, TensorInfo};

use crate::kernels::{Tensor, kernel};
use crate::tensors::{REAL, any_real, fits_32_bits, same_size, some_inputs};

/// Reads an image or a volume at the positions of a grid.
///
/// Inputs `[N, C, (D,) H, W]` and the grid `[N, (Do,) Ho, Wo, 2 or 3]`, whose last dimension has x first, from -1 at one border to 1
/// at the other; output `[N, C, (Do,) Ho, Wo]`. The grid may be of another real type than the input.
///
/// `mode`: 0 bilinear, 1 nearest, 2 bicubic (images only). `padding_mode`: 0 zeros, 1 border, 2 reflection. `align_corners`: whether
/// -1 and 1 are the centres of the outermost pixels instead of their edges.
///
/// Follows [`torch.nn.functional.grid_sample`](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.grid_sample.html),
/// with the numbers that `torch.ops.aten.grid_sampler` has for the modes.
#[derive(Debug)]
pub struct GridSample {
    mode: i32,
    padding_mode: i32,
    align_corners: bool,
}

#[repr(C)]
struct GridSampleArgs {
    input: Tensor,
    grid: Tensor,
    output: Tensor,
    mode: i32,
    padding: i32,
    align_corners: i32,
}

kernel!(plugins_cuda_grid_sample(GridSampleArgs));

const BICUBIC: i32 = 2;

impl Plugin for GridSample {
    const NAME: &'static str = "GridSample";

    fn fields() -> &'static [Field] {
        const {
            &[
                Field::int("mode", 0),
                Field::int("padding_mode", 0),
                Field::boolean("align_corners", false),
            ]
        }
    }

    fn new(fields: &Fields) -> Result<Self> {
        let one_of_three = |name| match fields.int(name)? {
            number @ 0..=2 => Ok(number),
            number => Err(Error::field(
                name,
                format!("is {number}, expected 0, 1 or 2"),
            )),
        };
        Ok(Self {
            mode: one_of_three("mode")?,
            padding_mode: one_of_three("padding_mode")?,
            align_corners: fields.boolean("align_corners")?,
        })
    }

    fn values(&self) -> Fields {
        Fields::new()
            .with("mode", self.mode)
            .with("padding_mode", self.padding_mode)
            .with("align_corners", self.align_corners)
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        let [input, _] = some_inputs(inputs)?;
        Ok(vec![*input])
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        let [input, grid] = some_inputs(inputs)?;
        let rank = input.rank();
        if !(rank == 4 || rank == 5 && self.mode != BICUBIC) {
            let expected = if self.mode == BICUBIC { "4" } else { "4 or 5" };
            return Err(Error::invalid(
                "input",
                format!("has {rank} dimensions, expected {expected}"),
            ));
        }
        if grid.rank() != rank {
            return Err(Error::invalid(
                "grid",
                format!(
                    "has {} dimensions, expected {rank}, as the input",
                    grid.rank()
                ),
            ));
        }
        same_size("grid, first dimension", &grid[0], &input[0])?;
        same_size(
            "grid, last dimension",
            &grid[rank - 1],
            &(rank as i64 - 2).into(),
        )?;
        let mut output = vec![input[0].clone(), input[1].clone()];
        output.extend_from_slice(&grid[1..rank - 1]);
        Ok(vec![output.into()])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        const GRID: usize = 1;
        match position {
            0 | GRID => any_real(position, tensors),
            _ => {
                tensors[position].is_linear_of(REAL) && tensors[position].dtype == tensors[0].dtype
            }
        }
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        let input = call.input(0)?;
        fits_32_bits("height and width of the input", &input.dims[2..])?;
        let arguments = GridSampleArgs {
            input: Tensor::of(input)?,
            grid: Tensor::of(call.input(1)?)?,
            output: Tensor::of(call.output(0)?)?,
            mode: self.mode,
            padding: self.padding_mode,
            align_corners: self.align_corners.into(),
        };
        // SAFETY: the tensors and the stream are those of the call.
        unsafe { plugins_cuda_grid_sample(&arguments, call.stream()) }
    }
}
