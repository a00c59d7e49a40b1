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
    /// engine takes `float32`, and `int64` narrowed where it takes `int32`, as engines of TensorRT 8 do.
    ///
    /// # Errors
    /// As [`run`](Self::run); an element type that TensorRT does not have; a number beyond the engine's 32 bits.
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

/// A tensor of a file in the type the engine has; only 64-bit types, which TensorRT or older ones lack, need a conversion.
fn convert<'f>(
    name: &str,
    view: &FileView<'f>,
    expected: Option<&TensorSpec>,
) -> Result<(DataType, Cow<'f, [u8]>)> {
    let wrong = |detail: String| Error::Placement {
        name: name.to_owned(),
        detail,
    };
    let eights = || view.data().as_chunks::<8>().0.iter().copied();
    match (view.dtype(), expected.map(|spec| spec.dtype)) {
        (Dtype::F64, Some(DataType::Float)) => {
            let values = eights().map(|bytes| f64::from_le_bytes(bytes) as f32);
            let bytes = values.flat_map(f32::to_le_bytes).collect();
            Ok((DataType::Float, bytes))
        }
        (Dtype::I64, Some(DataType::Int32)) => {
            let values = eights().map(|bytes| i32::try_from(i64::from_le_bytes(bytes)));
            let values: Vec<_> = values.collect::<std::result::Result<_, _>>().map_err(|_| {
                wrong("a number does not fit the 32 bits that the engine takes".into())
            })?;
            let bytes = values.into_iter().flat_map(i32::to_le_bytes).collect();
            Ok((DataType::Int32, bytes))
        }
        (dtype, _) => match DTYPES.iter().find(|(known, _)| *known == dtype) {
            Some((_, dtype)) => Ok((*dtype, Cow::Borrowed(view.data()))),
            None => Err(wrong(format!(
                "element type {dtype:?} is not one of TensorRT's"
            ))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(dtype: DataType) -> TensorSpec {
        TensorSpec {
            name: "x".into(),
            path: "x".into(),
            dtype,
            shape: trt::Dims::from([2]),
            profiles: vec![],
        }
    }

    fn bytes(dtype: Dtype, data: &[u8], engine: DataType) -> Result<Vec<u8>> {
        let view = FileView::new(dtype, vec![2], data).unwrap();
        let (found, bytes) = convert("x", &view, Some(&spec(engine)))?;
        assert_eq!(found, engine);
        Ok(bytes.into_owned())
    }

    #[test]
    fn wide_types_become_those_of_the_engine() {
        let floats = [1.5_f64, -0.25].map(f64::to_le_bytes).concat();
        let expected = [1.5_f32, -0.25].map(f32::to_le_bytes).concat();
        assert_eq!(
            bytes(Dtype::F64, &floats, DataType::Float).unwrap(),
            expected
        );
        let integers = [-7_i64, 1 << 30].map(i64::to_le_bytes).concat();
        let expected = [-7_i32, 1 << 30].map(i32::to_le_bytes).concat();
        assert_eq!(
            bytes(Dtype::I64, &integers, DataType::Int32).unwrap(),
            expected
        );
        assert_eq!(
            bytes(Dtype::I64, &integers, DataType::Int64).unwrap(),
            integers
        );
    }

    #[test]
    fn numbers_and_types_that_do_not_fit_are_refused() {
        let huge = [0_i64, 1 << 40].map(i64::to_le_bytes).concat();
        let message = bytes(Dtype::I64, &huge, DataType::Int32)
            .unwrap_err()
            .to_string();
        assert!(
            message.starts_with("`x`: a number does not fit"),
            "{message}"
        );
        let message = bytes(Dtype::U16, &[0; 4], DataType::Int32)
            .unwrap_err()
            .to_string();
        assert!(message.contains("U16"), "{message}");
    }
}
