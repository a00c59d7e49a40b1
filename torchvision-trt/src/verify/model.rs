//! Proof of a converted program on the CPU.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use safetensors::Dtype;
use safetensors::tensor::TensorView;
use tch::{Kind, Tensor};

use super::{Golden, GoldenError, Report, Tolerance, golden_path};
use crate::calibrate::Ranges;
use crate::convert::StandIn;
use crate::interpreter;
use crate::passes::Precision;
use crate::pipeline::{self, ConvertOptions};

/// What to prove, see [`model`].
#[derive(Clone, Debug, Default)]
pub struct ModelOptions {
    /// What most of the network computes in.
    pub precision: Precision,
    /// The ranges of activations, where products with weights are to be computed in int8.
    pub int8: Option<Ranges>,
    /// The golden file, if it does not lie beside the program.
    pub golden: Option<PathBuf>,
    /// The limits to keep, if not [`Tolerance::model`] of the precision.
    pub tolerance: Option<Tolerance>,
}

/// Why there is no answer whether a program is converted correctly.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The program cannot be converted.
    #[error(transparent)]
    Convert(Box<pipeline::Error>),
    /// There is no golden file, or a damaged one.
    #[error(transparent)]
    Golden(#[from] GoldenError),
    /// The network cannot be computed on the CPU.
    #[error(transparent)]
    Compute(#[from] interpreter::Error),
    /// A tensor has an element type that libtorch or safetensors does not have.
    #[error("tensor `{name}`: {detail}")]
    Tensor {
        /// The tensor.
        name: String,
        /// What is wrong with it.
        detail: String,
    },
}

impl From<pipeline::Error> for VerifyError {
    fn from(error: pipeline::Error) -> Self {
        Self::Convert(Box::new(error))
    }
}

/// Converts an exported program, computes the finished TensorRT network on the CPU and compares with PyTorch's outputs:
/// one report for each set of the golden file.
///
/// No GPU is needed, and no engine is built.
///
/// # Errors
/// The program cannot be converted, the golden file cannot be read, or the network cannot be computed. Outputs that
/// disagree are no error: the reports tell.
pub fn model(
    library: &trt::Library,
    path: &Path,
    options: &ModelOptions,
) -> Result<Vec<Report>, VerifyError> {
    let golden = Golden::open(&options.golden.clone().unwrap_or_else(|| golden_path(path)))?;
    let mut convert = ConvertOptions::new().precision(options.precision);
    if let Some(ranges) = &options.int8 {
        convert = convert.int8(ranges.clone());
    }
    convert.with_network(library, path, |network| {
        let tolerance = options.tolerance.unwrap_or_else(|| {
            Tolerance::model(options.precision, pipeline::is_quantized(network))
        });
        (0..golden.len())
            .map(|set| self::network(network, &golden, set, &tolerance))
            .collect()
    })
}

/// Computes a network on the CPU from one set of golden inputs and compares with PyTorch's outputs.
///
/// # Errors
/// The network cannot be computed, or wants inputs that the golden file does not have.
pub fn network(
    network: &trt::Network<'_>,
    golden: &Golden,
    set: usize,
    tolerance: &Tolerance,
) -> Result<Report, VerifyError> {
    network_around(network, golden, set, tolerance, &[], &mut |_, _| {
        Ok(Vec::new())
    })
}

/// As [`network`](self::network) for a network around plugins, see [`interpreter::run_around`].
///
/// # Errors
/// As [`network`](self::network), and those of `plugin`.
#[doc(hidden)]
pub fn network_around(
    network: &trt::Network<'_>,
    golden: &Golden,
    set: usize,
    tolerance: &Tolerance,
    left_out: &[StandIn],
    plugin: &mut interpreter::RunPlugin<'_>,
) -> Result<Report, VerifyError> {
    let outputs = compute_around(network, &golden.inputs(set), left_out, plugin)?;
    let views = outputs
        .iter()
        .map(|(name, bytes)| Ok((name.clone(), bytes.view(name)?)))
        .collect::<Result<_, VerifyError>>()?;
    Ok(golden.compare(set, &views, tolerance))
}

/// Computes a network on the CPU; inputs and outputs by name.
pub(crate) fn compute(
    network: &trt::Network<'_>,
    inputs: &BTreeMap<String, TensorView<'_>>,
) -> Result<BTreeMap<String, Bytes>, VerifyError> {
    compute_around(network, inputs, &[], &mut |_, _| Ok(Vec::new()))
}

fn compute_around(
    network: &trt::Network<'_>,
    inputs: &BTreeMap<String, TensorView<'_>>,
    left_out: &[StandIn],
    plugin: &mut interpreter::RunPlugin<'_>,
) -> Result<BTreeMap<String, Bytes>, VerifyError> {
    let inputs = inputs
        .iter()
        .map(|(name, view)| Ok((name.clone(), to_tch(name, view)?)))
        .collect::<Result<_, VerifyError>>()?;
    interpreter::run_around(network, &inputs, left_out, plugin)?
        .into_iter()
        .map(|(name, tensor)| Bytes::new(&name, &tensor).map(|bytes| (name, bytes)))
        .collect()
}

/// The element types that safetensors and libtorch share.
const TYPES: [(Dtype, Kind); 9] = [
    (Dtype::F64, Kind::Double),
    (Dtype::F32, Kind::Float),
    (Dtype::F16, Kind::Half),
    (Dtype::BF16, Kind::BFloat16),
    (Dtype::I64, Kind::Int64),
    (Dtype::I32, Kind::Int),
    (Dtype::I8, Kind::Int8),
    (Dtype::U8, Kind::Uint8),
    (Dtype::BOOL, Kind::Bool),
];

/// An input for the network: as in the file, but `float64`, which TensorRT does not have, rounded to `float32`.
fn to_tch(name: &str, view: &TensorView<'_>) -> Result<Tensor, VerifyError> {
    let wrong = |detail: String| VerifyError::Tensor {
        name: name.into(),
        detail,
    };
    let &(_, kind) = TYPES
        .iter()
        .find(|(dtype, _)| *dtype == view.dtype())
        .ok_or_else(|| wrong(format!("element type {:?} is not supported", view.dtype())))?;
    let size: Vec<i64> = view.shape().iter().map(|&size| size as i64).collect();
    let tensor = Tensor::f_from_data_size(view.data(), &size, kind)
        .map_err(|error| wrong(error.to_string()))?;
    let kind = if kind == Kind::Double {
        Kind::Float
    } else {
        kind
    };
    tensor
        .f_to_kind(kind)
        .map_err(|error| wrong(error.to_string()))
}

/// The elements of a tensor, outside of libtorch.
pub(crate) struct Bytes {
    dtype: Dtype,
    shape: Vec<usize>,
    data: Vec<u8>,
}

impl Bytes {
    fn new(name: &str, tensor: &Tensor) -> Result<Self, VerifyError> {
        let wrong = |detail: String| VerifyError::Tensor {
            name: name.into(),
            detail,
        };
        let &(dtype, kind) = TYPES
            .iter()
            .find(|(_, kind)| *kind == tensor.kind())
            .ok_or_else(|| wrong(format!("element type {:?} is not supported", tensor.kind())))?;
        let mut data = vec![0; tensor.numel() * kind.elt_size_in_bytes()];
        tensor
            .f_contiguous()
            .and_then(|tensor| tensor.f_copy_data_u8(&mut data, tensor.numel()))
            .map_err(|error| wrong(error.to_string()))?;
        Ok(Self {
            dtype,
            shape: tensor.size().iter().map(|&size| size as usize).collect(),
            data,
        })
    }

    pub(crate) fn view(&self, name: &str) -> Result<TensorView<'_>, VerifyError> {
        TensorView::new(self.dtype, self.shape.clone(), &self.data).map_err(|error| {
            VerifyError::Tensor {
                name: name.into(),
                detail: error.to_string(),
            }
        })
    }
}
