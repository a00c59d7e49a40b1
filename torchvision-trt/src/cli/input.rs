//! Tensors in safetensors files, as inputs and outputs of an engine.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use safetensors::tensor::TensorView as FileView;
use safetensors::{Dtype, SafeTensors};
use trt::DataType;

use crate::module::{Outputs, Session, TensorSpec, TensorView};

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

/// Runs an engine on tensors of a file, by name.
pub(super) fn run<'s>(
    session: &'s mut Session,
    inputs: &BTreeMap<String, FileView<'_>>,
) -> Result<Outputs<'s>> {
    let module = session.module().clone();
    let owned = inputs
        .iter()
        .map(|(name, view)| {
            let expected = module
                .inputs()
                .iter()
                .find(|spec| spec.path == *name || spec.name == *name);
            let (dtype, bytes) =
                convert(view, expected).with_context(|| format!("input `{name}`"))?;
            let shape = view
                .shape()
                .iter()
                .map(|&size| Ok(i64::try_from(size)?))
                .collect::<Result<Vec<_>>>()?;
            Ok((name.as_str(), dtype, bytes, shape))
        })
        .collect::<Result<Vec<_>>>()?;
    let views = owned
        .iter()
        .map(|(name, dtype, bytes, shape)| {
            Ok((*name, TensorView::from_bytes(*dtype, bytes, shape)?))
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(session.run(&views)?)
}

/// A tensor of a file in the type the engine has; only float64, which TensorRT lacks, needs a conversion.
fn convert<'f>(
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
        None => bail!("element type {:?} is not one of TensorRT's", view.dtype()),
    }
}

/// An output as a tensor for a file.
pub(super) fn to_file_view<'a>(view: &TensorView<'a>) -> Result<FileView<'a>> {
    let shape = view
        .shape()
        .iter()
        .map(|&size| Ok(usize::try_from(size)?))
        .collect::<Result<_>>()?;
    Ok(FileView::new(
        file_dtype(view.dtype())?,
        shape,
        view.bytes(),
    )?)
}

/// safetensors' name of an element type.
pub(super) fn file_dtype(dtype: DataType) -> Result<Dtype> {
    let known = DTYPES.iter().find(|(_, known)| *known == dtype);
    Ok(known
        .with_context(|| format!("safetensors has no type for {}", dtype.name()))?
        .0)
}

/// All tensors of a safetensors file.
pub(super) fn read<'f>(path: &Path, bytes: &'f [u8]) -> Result<BTreeMap<String, FileView<'f>>> {
    let file = SafeTensors::deserialize(bytes)
        .with_context(|| format!("{} is not a valid safetensors file", path.display()))?;
    Ok(file.tensors().into_iter().collect())
}
