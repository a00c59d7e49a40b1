//! Group and layer normalization.

use trt::DataType;
use trt::plugin::{
    Call, Error, Field, FieldType, Fields, Plugin, Result, SymbolicShape, TensorInfo,
};

use crate::kernels::{Tensor, kernel};
use crate::tensors::{REAL, require, same_types};

/// Normalizes groups of channels: input `[N, C, …]`, then optionally weight and bias `[C]`, all of one type; mean and variance in
/// single precision.
///
/// Follows [`torch.nn.functional.group_norm`](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.group_norm.html).
#[derive(Debug)]
pub struct GroupNorm {
    num_groups: i64,
    eps: f32,
}

/// Normalizes over the last dimensions: input `[…, *normalized_shape]`, then optionally weight and bias `normalized_shape`, all of
/// one type; mean and variance in single precision.
///
/// Follows [`torch.nn.functional.layer_norm`](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.layer_norm.html).
#[derive(Debug)]
pub struct LayerNorm {
    normalized_shape: Vec<i64>,
    eps: f32,
}

#[repr(C)]
struct NormalizationArgs {
    input: Tensor,
    output: Tensor,
    weight: Tensor,
    bias: Tensor,
    workspace: u64,
    rows: i64,
    length: i64,
    /// Row r has the weights of group r % groups, each for `inner` neighbours.
    groups: i64,
    inner: i64,
    eps: f32,
}

kernel!(plugins_cuda_normalization(NormalizationArgs));

/// Longer rows are cut into chunks of so many elements, each of which needs memory for two numbers.
const CHUNK: i64 = 512 * 32;

/// The input as rows to normalize.
#[derive(Clone, Copy)]
struct Rows {
    count: i64,
    length: i64,
    groups: i64,
    inner: i64,
}

impl Rows {
    fn workspace(self) -> usize {
        // Shorter rows are held by one block even where they begin within a pack.
        if self.length <= CHUNK - 16 {
            return 0;
        }
        // A row that begins within a pack may need one chunk more.
        let chunks = (self.length as usize).div_ceil(CHUNK as usize) + 1;
        (self.count as usize)
            .saturating_mul(chunks)
            .saturating_mul(size_of::<[f32; 2]>())
    }

    fn enqueue(self, eps: f32, call: &Call<'_>) -> Result<()> {
        // Positions in a row are 32-bit numbers.
        require(self.length <= i32::MAX.into(), "input", || {
            format!(
                "{} elements are normalized together, more than 2^31 - 1",
                self.length
            )
        })?;
        let optional = |index| call.input(index).map_or(Ok(Tensor::NONE), Tensor::of);
        let arguments = NormalizationArgs {
            input: Tensor::of(call.input(0)?)?,
            output: Tensor::of(call.output(0)?)?,
            weight: optional(1)?,
            bias: optional(2)?,
            workspace: call.workspace(),
            rows: self.count,
            length: self.length,
            groups: self.groups,
            inner: self.inner,
            eps,
        };
        // SAFETY: tensors, workspace and stream are those of the call.
        unsafe { plugins_cuda_normalization(&arguments, call.stream()) }
    }
}

/// The type of all inputs, of which there are one to three.
fn one_type(inputs: &[DataType]) -> Result<Vec<DataType>> {
    require((1..=3).contains(&inputs.len()), "inputs", || {
        format!(
            "there are {}, expected the input and optionally weight and bias",
            inputs.len()
        )
    })?;
    Ok(vec![inputs[0]])
}

/// Weight and bias, where they are, have this shape.
fn check_weights(inputs: &[SymbolicShape], expected: &SymbolicShape) -> Result<()> {
    for (name, weight) in ["weight", "bias"].into_iter().zip(inputs.iter().skip(1)) {
        let differs = |(a, b): (&trt::plugin::Size, &trt::plugin::Size)| {
            a.known().is_some_and(|a| b.known().is_some_and(|b| a != b))
        };
        let fits =
            weight.rank() == expected.rank() && !weight.iter().zip(expected.iter()).any(differs);
        require(fits, name, || {
            format!("has shape {weight:?}, expected {expected:?}")
        })?;
    }
    Ok(())
}

impl GroupNorm {
    fn rows(&self, dims: &[i64]) -> Rows {
        let inner: i64 = dims[2..].iter().product();
        Rows {
            count: dims[0] * self.num_groups,
            length: dims[1] / self.num_groups * inner,
            groups: self.num_groups,
            inner,
        }
    }
}

impl Plugin for GroupNorm {
    const NAME: &'static str = "GroupNorm";

    fn fields() -> &'static [Field] {
        const {
            &[
                Field::required("num_groups", FieldType::Int),
                Field::float("eps", 1e-5),
            ]
        }
    }

    fn new(fields: &Fields) -> Result<Self> {
        let num_groups = fields.int("num_groups")?;
        if num_groups < 1 {
            return Err(Error::field(
                "num_groups",
                format!("is {num_groups}, expected at least 1"),
            ));
        }
        Ok(Self {
            num_groups,
            eps: fields.float("eps")?,
        })
    }

    fn values(&self) -> Fields {
        Fields::new()
            .with("num_groups", self.num_groups)
            .with("eps", self.eps)
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        one_type(inputs)
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        let input = &inputs[0];
        require(input.rank() >= 2, "input", || {
            format!("has {} dimensions, expected at least 2: N, C", input.rank())
        })?;
        if let Some(channels) = input[1].known() {
            require(channels % self.num_groups == 0, "input", || {
                format!(
                    "{channels} channels are no multiple of {} groups",
                    self.num_groups
                )
            })?;
        }
        check_weights(inputs, &[input[1].clone()].into_iter().collect())?;
        Ok(vec![input.clone()])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        same_types(position, tensors, REAL)
    }

    fn workspace(&self, inputs: &[TensorInfo], _: &[TensorInfo]) -> Result<usize> {
        Ok(self.rows(&inputs[0].dims).workspace())
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        self.rows(&call.input(0)?.dims).enqueue(self.eps, call)
    }
}

impl LayerNorm {
    fn rows(&self, dims: &[i64]) -> Rows {
        let outer = dims.len() - self.normalized_shape.len();
        Rows {
            count: dims[..outer].iter().product(),
            length: self.normalized_shape.iter().product(),
            groups: 1,
            inner: 1,
        }
    }
}

impl Plugin for LayerNorm {
    const NAME: &'static str = "LayerNorm";

    fn fields() -> &'static [Field] {
        const {
            &[
                Field::required("normalized_shape", FieldType::Int),
                Field::float("eps", 1e-5),
            ]
        }
    }

    fn new(fields: &Fields) -> Result<Self> {
        let normalized_shape: Vec<i64> = fields.ints("normalized_shape")?;
        if normalized_shape.is_empty() || normalized_shape.iter().any(|&size| size < 0) {
            return Err(Error::field(
                "normalized_shape",
                format!("is {normalized_shape:?}, expected the sizes of one or more dimensions"),
            ));
        }
        Ok(Self {
            normalized_shape,
            eps: fields.float("eps")?,
        })
    }

    fn values(&self) -> Fields {
        Fields::new()
            .with("normalized_shape", self.normalized_shape.as_slice())
            .with("eps", self.eps)
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        one_type(inputs)
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        let input = &inputs[0];
        let expected: SymbolicShape = self
            .normalized_shape
            .iter()
            .map(|&size| size.into())
            .collect();
        let outer = input.rank().checked_sub(expected.rank());
        let fits = outer.is_some_and(|outer| {
            let sizes = input.iter().skip(outer).zip(&self.normalized_shape);
            sizes
                .into_iter()
                .all(|(size, &wanted)| size.known().is_none_or(|size| size == wanted))
        });
        require(fits, "input", || {
            format!(
                "has shape {input:?}, whose last dimensions are not {:?}",
                self.normalized_shape
            )
        })?;
        check_weights(inputs, &expected)?;
        Ok(vec![input.clone()])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        same_types(position, tensors, REAL)
    }

    fn workspace(&self, inputs: &[TensorInfo], _: &[TensorInfo]) -> Result<usize> {
        Ok(self.rows(&inputs[0].dims).workspace())
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        self.rows(&call.input(0)?.dims).enqueue(self.eps, call)
    }
}
