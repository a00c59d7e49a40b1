//! Runs on tensors as safetensors files hold them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use safetensors::Dtype;
use safetensors::tensor::TensorView as FileView;
use trt::DataType;

use super::check::TensorSpec;
use super::error::{Error, Result};
use super::session::{Outputs, Session};
use super::tensor::TensorView;

/// safetensors' names for the element types of TensorRT.
const DTYPES: [(Dtype, DataType); 8] = [
    (Dtype::F32, DataType::Float),
    (Dtype::F16, DataType::Half),
    (Dtype::BF16, DataType::BFloat16),
    (Dtype::I64, DataType::Int64),
    (Dtype::I32, DataType::Int32),
    (Dtype::I8, DataType::Int8),
    (Dtype::U8, DataType::UInt8),
    (Dtype::BOOL, DataType::Bool),
];

/// safetensors' name of an element type; `None` where it has none.
pub fn safetensors_dtype(dtype: DataType) -> Option<Dtype> {
    let known = DTYPES.iter().find(|(_, known)| *known == dtype);
    known.map(|(file, _)| *file)
}

impl Session {
    /// As [`run`](Self::run), on tensors of a safetensors file. `float64`, which TensorRT does not have, is rounded where the
    /// engine takes `float32`.
    ///
    /// # Errors
    /// As [`run`](Self::run); an element type that TensorRT does not have.
    pub fn run_safetensors(
        &mut self,
        inputs: &BTreeMap<String, FileView<'_>>,
    ) -> Result<Outputs<'_>> {
        let module = self.module().clone();
        let owned = inputs
            .iter()
            .map(|(name, view)| {
                let spec = module.inputs().iter().find(|spec| spec.is_named(name));
                let (dtype, bytes) = convert(name, view, spec)?;
                let shape: Vec<_> = view.shape().iter().map(|&size| size as i64).collect();
                Ok((name.as_str(), dtype, bytes, shape))
            })
            .collect::<Result<Vec<_>>>()?;
        let views = owned
            .iter()
            .map(|(name, dtype, bytes, shape)| {
                Ok((*name, TensorView::from_bytes(*dtype, bytes, shape)?))
            })
            .collect::<Result<Vec<_>>>()?;
        self.run(&views)
    }
}

impl Outputs<'_> {
    /// All outputs by path, as a safetensors file holds them.
    ///
    /// # Errors
    /// An element type that safetensors does not have.
    pub fn to_safetensors(&self) -> Result<Vec<(String, FileView<'_>)>> {
        self.iter()
            .map(|(name, view)| {
                let wrong = |detail: String| Error::Placement {
                    name: name.to_owned(),
                    detail,
                };
                let dtype = safetensors_dtype(view.dtype()).ok_or_else(|| {
                    wrong(format!("safetensors has no type for {}", view.dtype()))
                })?;
                // The sizes of an output that was computed are known.
                let shape = view.shape().iter().map(|&size| size as usize).collect();
                let view = FileView::new(dtype, shape, view.bytes())
                    .map_err(|error| wrong(error.to_string()))?;
                Ok((name.to_owned(), view))
            })
            .collect()
    }
}

/// A tensor of a file in the type the engine has; only float64 needs a conversion.
fn convert<'f>(
    name: &str,
    view: &FileView<'f>,
    expected: Option<&TensorSpec>,
) -> Result<(DataType, Cow<'f, [u8]>)> {
    if view.dtype() == Dtype::F64 && expected.is_some_and(|spec| spec.dtype == DataType::Float) {
        let values = view
            .data()
            .as_chunks::<8>()
            .0
            .iter()
            .map(|&bytes| f64::from_le_bytes(bytes) as f32);
        return Ok((DataType::Float, values.flat_map(f32::to_le_bytes).collect()));
    }
    match DTYPES.iter().find(|(dtype, _)| *dtype == view.dtype()) {
        Some((_, dtype)) => Ok((*dtype, Cow::Borrowed(view.data()))),
        None => Err(Error::Placement {
            name: name.to_owned(),
            detail: format!("element type {:?} is not one of TensorRT's", view.dtype()),
        }),
    }
}
