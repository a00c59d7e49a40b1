//! Running sums, products, maxima and minima along one dimension.

use trt::DataType;
use trt::plugin::{Call, Field, FieldType, Fields, Plugin, Result, SymbolicShape, TensorInfo};

use crate::kernels::{Tensor, kernel};
use crate::tensors::{NUMBERS, dimension, one_input, require, same_types};

/// The running sum (`cum_type` 0) or product (1) along a dimension: any shape, any type of numbers, which the output has, too.
/// Half precision is accumulated in single precision; integers wrap around.
///
/// Follows [`torch.cumsum`](https://docs.pytorch.org/docs/stable/generated/torch.cumsum.html) and
/// [`torch.cumprod`](https://docs.pytorch.org/docs/stable/generated/torch.cumprod.html) with the input's `dtype`.
#[derive(Debug)]
pub struct TorchCum {
    dim: i64,
    product: bool,
}

/// The running maximum (`cum_type` 0) or minimum (1) along a dimension, and where it was found as 32-bit integers: any shape, any
/// type of numbers. Among equals the last counts, and after a NaN the last NaN.
///
/// Follows [`torch.cummax`](https://docs.pytorch.org/docs/stable/generated/torch.cummax.html) and
/// [`torch.cummin`](https://docs.pytorch.org/docs/stable/generated/torch.cummin.html).
#[derive(Debug)]
pub struct TorchCumMaxMin {
    dim: i64,
    minimum: bool,
}

/// The tensor as `[outer, n, inner]`, where n is cut into chunks; the struct of the same name in `kernels/scan.cuh`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
struct ScanShape {
    outer: i64,
    n: i64,
    inner: i64,
    chunks: i64,
    chunk: i64,
    workspace: u64,
}

#[repr(C)]
struct CumArgs {
    input: Tensor,
    output: Tensor,
    product: i32,
    shape: ScanShape,
}

#[repr(C)]
struct CumMaxMinArgs {
    input: Tensor,
    values: Tensor,
    indices: Tensor,
    minimum: i32,
    shape: ScanShape,
}

kernel!(plugins_cuda_cum(CumArgs));
kernel!(plugins_cuda_cum_max_min(CumMaxMinArgs));

impl ScanShape {
    /// Threads that work on columns side by side, at least where the columns are cut for it.
    const THREADS: i64 = 1 << 17;
    /// Elements of a column's chunk at least.
    const CHUNK: i64 = 64;
    /// States of chunks of columns at most, whatever the shape.
    const STATES: i64 = 2 * Self::THREADS;
    /// Fewer rows are cut into tiles, for blocks that work on them side by side.
    const ROWS: i64 = 1 << 8;
    /// Elements of a tile at least; the kernel, which knows their type, may take more.
    const TILE: i64 = 2048;
    /// Tiles of a group, whose result is told, too; as in the kernel.
    const GROUP: i64 = 64;
    /// Bytes of a state at most, each word with what tells that it is there.
    const STATE: i64 = 2 * 16;

    fn new(dims: &[i64], dim: i64, workspace: u64) -> Result<Self> {
        let at = dimension("dim", dim, dims.len())?;
        let size = |dims: &[i64]| dims.iter().product::<i64>();
        // A scalar is a row of one element.
        let n = dims.get(at).copied().unwrap_or(1);
        let (outer, inner) = (
            size(&dims[..at]),
            size(dims.get(at + 1..).unwrap_or_default()),
        );
        let mut chunk = n.max(1);
        if inner > 1 {
            let lines = outer.saturating_mul(inner);
            // Half of what is wanted is not worth two passes more.
            if lines > 0 && lines < Self::THREADS / 2 {
                let even = ceil_div(n, ceil_div(Self::THREADS, lines)).max(1);
                chunk = ceil_div(even, Self::CHUNK) * Self::CHUNK;
            }
        } else if outer < Self::ROWS {
            chunk = Self::TILE;
        }
        Ok(Self {
            outer,
            n,
            inner,
            chunks: ceil_div(n, chunk).max(1),
            chunk,
            workspace,
        })
    }

    /// Bytes for the states of any shape of no more than these sizes.
    fn workspace(dims: &[i64], dim: i64) -> Result<usize> {
        let shape = Self::new(dims, dim, 0)?;
        let tiles = ceil_div(shape.n, Self::TILE) + 1;
        let groups = ceil_div(tiles, Self::GROUP);
        let of_rows = shape.outer.min(Self::ROWS) * (tiles + groups) + 1;
        Ok(Self::STATES.max(of_rows) as usize * Self::STATE as usize)
    }
}

/// The quotient of numbers that are not negative, rounded up.
fn ceil_div(a: i64, b: i64) -> i64 {
    (a + b - 1) / b
}

/// Fields of both plugins.
const FIELDS: &[Field] = &[
    Field::required("dim", FieldType::Int),
    Field::boolean("cum_type", false),
];

impl Plugin for TorchCum {
    const NAME: &'static str = "TorchCum";

    fn fields() -> &'static [Field] {
        FIELDS
    }

    fn new(fields: &Fields) -> Result<Self> {
        Ok(Self {
            dim: fields.int("dim")?,
            product: fields.boolean("cum_type")?,
        })
    }

    fn values(&self) -> Fields {
        Fields::new()
            .with("dim", self.dim)
            .with("cum_type", self.product)
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
        dimension("dim", self.dim, input.rank())?;
        Ok(vec![input.clone()])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        same_types(position, tensors, NUMBERS)
    }

    fn workspace(&self, inputs: &[TensorInfo], _: &[TensorInfo]) -> Result<usize> {
        ScanShape::workspace(&inputs[0].dims, self.dim)
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        let input = call.input(0)?;
        let arguments = CumArgs {
            input: Tensor::of(input)?,
            output: Tensor::of(call.output(0)?)?,
            product: self.product.into(),
            shape: ScanShape::new(&input.dims, self.dim, call.workspace())?,
        };
        // SAFETY: tensors, workspace and stream are those of the call.
        unsafe { plugins_cuda_cum(&arguments, call.stream()) }
    }
}

impl Plugin for TorchCumMaxMin {
    const NAME: &'static str = "TorchCumMaxMin";

    fn fields() -> &'static [Field] {
        FIELDS
    }

    fn new(fields: &Fields) -> Result<Self> {
        Ok(Self {
            dim: fields.int("dim")?,
            minimum: fields.boolean("cum_type")?,
        })
    }

    fn values(&self) -> Fields {
        Fields::new()
            .with("dim", self.dim)
            .with("cum_type", self.minimum)
    }

    fn num_outputs(&self) -> usize {
        2
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        Ok(vec![*one_input(inputs)?, DataType::Int32])
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        let input = one_input(inputs)?;
        dimension("dim", self.dim, input.rank())?;
        Ok(vec![input.clone(), input.clone()])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        if position == 2 {
            return tensors[2].is_linear_of(&[DataType::Int32]);
        }
        same_types(position, tensors, NUMBERS)
    }

    fn workspace(&self, inputs: &[TensorInfo], _: &[TensorInfo]) -> Result<usize> {
        ScanShape::workspace(&inputs[0].dims, self.dim)
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        let input = call.input(0)?;
        let shape = ScanShape::new(&input.dims, self.dim, call.workspace())?;
        require(shape.n <= i32::MAX.into(), "input", || {
            format!(
                "dimension {} has {} elements, indices end at 2^31 - 1",
                self.dim, shape.n
            )
        })?;
        let arguments = CumMaxMinArgs {
            input: Tensor::of(input)?,
            values: Tensor::of(call.output(0)?)?,
            indices: Tensor::of(call.output(1)?)?,
            minimum: self.minimum.into(),
            shape,
        };
        // SAFETY: tensors, workspace and stream are those of the call.
        unsafe { plugins_cuda_cum_max_min(&arguments, call.stream()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Chunks cover the dimension, and their states fit into the workspace.
    #[test]
    fn chunks_fit_the_workspace() {
        let sizes = [
            0, 1, 2, 3, 63, 64, 65, 1000, 2047, 2049, 65_535, 131_073, 10_000_000,
        ];
        for outer in sizes {
            for n in sizes {
                for inner in sizes {
                    let shape = ScanShape::new(&[outer, n, inner], 1, 0).unwrap();
                    assert!(
                        shape.chunk * shape.chunks >= n && shape.chunk * (shape.chunks - 1) <= n
                    );
                    if shape.chunks > 1 && inner > 1 {
                        let states = outer * inner * shape.chunks;
                        assert!(states <= ScanShape::STATES, "{shape:?}");
                    }
                }
            }
        }
    }
}
