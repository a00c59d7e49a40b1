//! Attributes as TensorRT passes them.

use std::ffi::{CStr, CString, c_void};

use trt_sys::{TRT_PLUGIN_DATA_FIELD, TrtPluginField, TrtPluginFieldType as Type};

use super::{Error, FieldType, Fields, Result, Value};

/// A field with its values where TensorRT reads them: integers of 32 bits where they fit, single precision, text, bytes.
pub(crate) struct Encoded {
    name: CString,
    kind: Type,
    /// `None` for a field that is announced without a value.
    bytes: Option<Vec<u8>>,
    length: i32,
}

impl Encoded {
    pub(crate) fn new(name: &str, value: &Value) -> Result<Self> {
        let (kind, bytes, length) = match value {
            Value::Ints(values) => match values
                .iter()
                .map(|&value| i32::try_from(value))
                .collect::<Result<Vec<_>, _>>()
            {
                Ok(narrow) => (
                    Type::INT32,
                    bytes_of(&narrow, |v| v.to_ne_bytes()),
                    values.len(),
                ),
                Err(_) => (
                    Type::INT64,
                    bytes_of(values, |v| v.to_ne_bytes()),
                    values.len(),
                ),
            },
            Value::Floats(values) => (
                Type::FLOAT32,
                bytes_of(values, |v| (v as f32).to_ne_bytes()),
                values.len(),
            ),
            Value::Text(text) => (Type::CHAR, text.as_bytes().to_vec(), text.len()),
            Value::Bytes(bytes) => (Type::UNKNOWN, bytes.clone(), bytes.len()),
        };
        Ok(Self {
            name: field_name(name)?,
            kind,
            bytes: Some(bytes),
            length: i32::try_from(length)
                .map_err(|_| Error::field(name, format!("has {length} elements, too many")))?,
        })
    }

    /// A field that must be given, as it is announced.
    pub(crate) fn without_value(name: &str, kind: FieldType) -> Result<Self> {
        Ok(Self {
            name: field_name(name)?,
            kind: match kind {
                FieldType::Int => Type::INT32,
                FieldType::Float => Type::FLOAT32,
                FieldType::Text => Type::CHAR,
                FieldType::Bytes => Type::UNKNOWN,
            },
            bytes: None,
            length: 1,
        })
    }

    /// The field, valid as long as `self`.
    pub(crate) fn field(&self) -> TrtPluginField {
        TrtPluginField {
            name: self.name.as_ptr(),
            data: self
                .bytes
                .as_ref()
                .map_or(std::ptr::null(), |bytes| bytes.as_ptr().cast()),
            type_: self.kind,
            length: self.length,
        }
    }
}

fn field_name(name: &str) -> Result<CString> {
    CString::new(name).map_err(|_| Error::field(name, "contains a NUL character"))
}

fn bytes_of<T: Copy, const N: usize>(values: &[T], bytes: impl Fn(T) -> [u8; N]) -> Vec<u8> {
    values.iter().flat_map(|&value| bytes(value)).collect()
}

/// Values from the fields of a user, or from the one field that a plan keeps.
///
/// # Safety
/// Names are C strings, data valid for the lengths.
pub(crate) unsafe fn decode(fields: &[TrtPluginField]) -> Result<Fields> {
    let mut values = Fields::new();
    for field in fields {
        if field.name.is_null() {
            return Err(Error::invalid("plugin field", "has no name"));
        }
        // SAFETY: the caller's promise.
        let name = unsafe { CStr::from_ptr(field.name) };
        if name.to_bytes_with_nul() == TRT_PLUGIN_DATA_FIELD {
            // SAFETY: the caller's promise.
            return Fields::from_bytes(unsafe { elements::<1>(field) }?.as_flattened());
        }
        let name = name.to_string_lossy();
        // SAFETY: the caller's promise.
        let value =
            unsafe { value(field) }.map_err(|error| Error::field(&*name, error.to_string()))?;
        values = values.with(name, value);
    }
    Ok(values)
}

/// # Safety
/// The data is valid for the length.
unsafe fn value(field: &TrtPluginField) -> Result<Value> {
    // SAFETY: the caller's promise, for each kind of element.
    unsafe {
        Ok(match field.type_ {
            Type::INT8 => ints(field, i8::from_ne_bytes)?,
            Type::INT16 => ints(field, i16::from_ne_bytes)?,
            Type::INT32 => ints(field, i32::from_ne_bytes)?,
            Type::INT64 => ints(field, i64::from_ne_bytes)?,
            Type::FLOAT16 => floats(field, half::f16::from_ne_bytes)?,
            Type::BF16 => floats(field, half::bf16::from_ne_bytes)?,
            Type::FLOAT32 => floats(field, f32::from_ne_bytes)?,
            Type::FLOAT64 => floats(field, f64::from_ne_bytes)?,
            Type::CHAR => {
                let bytes = elements::<1>(field)?.as_flattened();
                // Some callers count the NUL at the end, others do not.
                let text = bytes.strip_suffix(b"\0").unwrap_or(bytes);
                let text = std::str::from_utf8(text);
                Value::Text(
                    text.map_err(|_| Error::invalid("text", "is not UTF-8"))?
                        .to_owned(),
                )
            }
            Type::UNKNOWN => Value::Bytes(elements::<1>(field)?.as_flattened().to_vec()),
            other => {
                return Err(Error::invalid(
                    "type",
                    format!("{} is not supported", other.0),
                ));
            }
        })
    }
}

/// # Safety
/// The data is valid for the length in elements of `N` bytes.
unsafe fn ints<T: Into<i64>, const N: usize>(
    field: &TrtPluginField,
    read: impl Fn([u8; N]) -> T,
) -> Result<Value> {
    // SAFETY: the caller's promise.
    let elements = unsafe { elements(field) }?;
    Ok(Value::Ints(
        elements.iter().map(|&bytes| read(bytes).into()).collect(),
    ))
}

/// # Safety
/// The data is valid for the length in elements of `N` bytes.
unsafe fn floats<T: Into<f64>, const N: usize>(
    field: &TrtPluginField,
    read: impl Fn([u8; N]) -> T,
) -> Result<Value> {
    // SAFETY: the caller's promise.
    let elements = unsafe { elements(field) }?;
    Ok(Value::Floats(
        elements.iter().map(|&bytes| read(bytes).into()).collect(),
    ))
}

/// The values as bytes, which need no alignment.
///
/// # Safety
/// The data is valid for the length in elements of `N` bytes.
unsafe fn elements<const N: usize>(field: &TrtPluginField) -> Result<&[[u8; N]]> {
    match usize::try_from(field.length) {
        Ok(0) => Ok(&[]),
        Ok(_) if field.data.is_null() => Err(Error::invalid("value", "is a null pointer")),
        Ok(length) => {
            // SAFETY: the caller's promise.
            Ok(unsafe { std::slice::from_raw_parts(field.data.cast::<c_void>().cast(), length) })
        }
        Err(_) => Err(Error::invalid(
            "value",
            format!("has the length {}", field.length),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(value: impl Into<Value>) -> Value {
        let encoded = Encoded::new("x", &value.into()).unwrap();
        // SAFETY: `encoded` is alive.
        unsafe { decode(&[encoded.field()]) }
            .unwrap()
            .get("x")
            .unwrap()
            .clone()
    }

    #[test]
    fn values_survive_the_way_through_tensorrts_fields() {
        for value in [
            Value::from([1, -2]),
            Value::from(i64::MAX),
            Value::from(Vec::<i64>::new()),
            Value::from([0.5, f64::NEG_INFINITY]),
            Value::from("text"),
            Value::from(""),
            Value::Bytes(vec![0, 1]),
        ] {
            assert_eq!(there_and_back(value.clone()), value);
        }
    }

    #[test]
    fn other_widths_and_terminators_are_understood() {
        let field = |type_, data: &[u8], length| {
            let raw = TrtPluginField {
                name: c"x".as_ptr(),
                data: data.as_ptr().cast(),
                type_,
                length,
            };
            // SAFETY: the lengths below fit the data.
            unsafe { decode(&[raw]) }.map(|fields| fields.get("x").unwrap().clone())
        };
        // One byte further, so that nothing is aligned.
        assert_eq!(
            field(Type::INT16, &[9, 0xff, 0xff][1..], 1).unwrap(),
            Value::from(-1)
        );
        assert_eq!(
            field(Type::FLOAT16, &0x3e00_u16.to_ne_bytes(), 1).unwrap(),
            Value::from(1.5)
        );
        assert_eq!(
            field(Type::FLOAT64, &0.1_f64.to_ne_bytes(), 1).unwrap(),
            Value::from(0.1)
        );
        assert_eq!(field(Type::CHAR, b"abc\0", 4).unwrap(), Value::from("abc"));
        assert_eq!(field(Type::CHAR, b"abc", 3).unwrap(), Value::from("abc"));
        assert!(
            field(Type::DIMS, &[0; 72], 1)
                .unwrap_err()
                .to_string()
                .contains("`x`")
        );
        assert!(field(Type::INT32, &[], -1).is_err());
        assert!(field(Type::CHAR, &[0xff], 1).is_err());
    }
}
