//! Attributes of plugins: what is announced, what is given, what a plan keeps.

use std::collections::BTreeMap;
use std::fmt;

use super::{Error, Result};

/// Type of an attribute; each holds one value or a list of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// Integers, truth values as 0 and 1; announced to TensorRT as `kINT32`, taken in any width.
    Int,
    /// Real numbers; announced as `kFLOAT32`, taken in any width, and integers, too.
    Float,
    /// UTF-8 text.
    Text,
    /// Anything else.
    Bytes,
}

impl fmt::Display for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Int => "integers",
            Self::Float => "real numbers",
            Self::Text => "text",
            Self::Bytes => "bytes",
        })
    }
}

/// The value of a field that the user leaves out.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum FieldDefault {
    /// One integer or truth value.
    Int(i64),
    /// Integers.
    Ints(&'static [i64]),
    /// One real number.
    Float(f64),
    /// Real numbers.
    Floats(&'static [f64]),
    /// Text.
    Text(&'static str),
}

/// An attribute that a plugin announces.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    name: &'static str,
    kind: FieldType,
    default: Option<FieldDefault>,
}

impl Field {
    /// A field that must be given.
    pub const fn required(name: &'static str, kind: FieldType) -> Self {
        Self {
            name,
            kind,
            default: None,
        }
    }

    /// An integer.
    pub const fn int(name: &'static str, default: i64) -> Self {
        Self::new(name, FieldType::Int, FieldDefault::Int(default))
    }

    /// A truth value.
    pub const fn boolean(name: &'static str, default: bool) -> Self {
        Self::int(name, default as i64)
    }

    /// Integers.
    pub const fn ints(name: &'static str, default: &'static [i64]) -> Self {
        Self::new(name, FieldType::Int, FieldDefault::Ints(default))
    }

    /// A real number.
    pub const fn float(name: &'static str, default: f64) -> Self {
        Self::new(name, FieldType::Float, FieldDefault::Float(default))
    }

    /// Real numbers.
    pub const fn floats(name: &'static str, default: &'static [f64]) -> Self {
        Self::new(name, FieldType::Float, FieldDefault::Floats(default))
    }

    /// Text.
    pub const fn text(name: &'static str, default: &'static str) -> Self {
        Self::new(name, FieldType::Text, FieldDefault::Text(default))
    }

    const fn new(name: &'static str, kind: FieldType, default: FieldDefault) -> Self {
        Self {
            name,
            kind,
            default: Some(default),
        }
    }

    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its type.
    pub const fn kind(&self) -> FieldType {
        self.kind
    }

    /// The value when it is left out; `None` when it must be given.
    pub fn default(&self) -> Option<Value> {
        Some(match self.default? {
            FieldDefault::Int(value) => value.into(),
            FieldDefault::Ints(values) => values.into(),
            FieldDefault::Float(value) => value.into(),
            FieldDefault::Floats(values) => values.into(),
            FieldDefault::Text(value) => value.into(),
        })
    }
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Integers.
    Ints(Vec<i64>),
    /// Real numbers.
    Floats(Vec<f64>),
    /// Text.
    Text(String),
    /// Anything else.
    Bytes(Vec<u8>),
}

impl Value {
    /// Its type.
    pub fn kind(&self) -> FieldType {
        match self {
            Self::Ints(_) => FieldType::Int,
            Self::Floats(_) => FieldType::Float,
            Self::Text(_) => FieldType::Text,
            Self::Bytes(_) => FieldType::Bytes,
        }
    }

    /// As a value of that type, where nothing is lost.
    fn cast(self, kind: FieldType) -> Result<Self, Self> {
        match (self, kind) {
            (Self::Ints(values), FieldType::Float) => Ok(Self::Floats(
                values.into_iter().map(|value| value as f64).collect(),
            )),
            (value, kind) if value.kind() == kind => Ok(value),
            (value, _) => Err(value),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ints(values) => list(f, values),
            Self::Floats(values) => list(f, values),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
        }
    }
}

/// `3` or `[1, 2]`; floats always show that they are.
fn list<T: fmt::Debug>(f: &mut fmt::Formatter<'_>, values: &[T]) -> fmt::Result {
    match values {
        [value] => write!(f, "{value:?}"),
        _ => write!(f, "{values:?}"),
    }
}

macro_rules! value_from {
    ($variant:ident($wide:ty): $($narrow:ty)*) => {$(
        impl From<$narrow> for Value {
            fn from(value: $narrow) -> Self {
                Self::$variant(vec![<$wide>::from(value)])
            }
        }

        impl From<&[$narrow]> for Value {
            fn from(values: &[$narrow]) -> Self {
                Self::$variant(values.iter().map(|&value| <$wide>::from(value)).collect())
            }
        }

        impl From<Vec<$narrow>> for Value {
            fn from(values: Vec<$narrow>) -> Self {
                values.as_slice().into()
            }
        }

        impl<const N: usize> From<[$narrow; N]> for Value {
            fn from(values: [$narrow; N]) -> Self {
                values.as_slice().into()
            }
        }
    )*};
}
value_from!(Ints(i64): i64 i32 u32 bool);
value_from!(Floats(f64): f64 f32);

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// Values of attributes, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields(BTreeMap<String, Value>);

impl Fields {
    /// No values.
    pub fn new() -> Self {
        Self::default()
    }

    /// With one value more; a value of that name is replaced.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }

    /// The value of that name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All values, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// One integer, of a type that holds it.
    ///
    /// # Errors
    /// [`Error::Field`]: missing, not an integer, more than one, or out of the type's range.
    pub fn int<T: TryFrom<i64>>(&self, name: &str) -> Result<T> {
        let [value] = self.array(name)?;
        Ok(value)
    }

    /// One truth value.
    ///
    /// # Errors
    /// [`Error::Field`]: missing, or not 0 or 1.
    pub fn boolean(&self, name: &str) -> Result<bool> {
        match self.int(name)? {
            0_i64 => Ok(false),
            1 => Ok(true),
            other => Err(Error::field(name, format!("is {other}, expected 0 or 1"))),
        }
    }

    /// Integers, of a type that holds them.
    ///
    /// # Errors
    /// [`Error::Field`]: missing, not integers, or out of the type's range.
    pub fn ints<T: TryFrom<i64>>(&self, name: &str) -> Result<Vec<T>> {
        let Value::Ints(values) = self.required(name)? else {
            return Err(self.wrong_type(name, FieldType::Int));
        };
        let out_of_range = |value| Error::field(name, format!("{value} is out of range"));
        values
            .iter()
            .map(|&value| T::try_from(value).map_err(|_| out_of_range(value)))
            .collect()
    }

    /// Integers, exactly `N`.
    ///
    /// # Errors
    /// [`Error::Field`]: missing, not integers, another number of them, or out of the type's range.
    pub fn array<T: TryFrom<i64>, const N: usize>(&self, name: &str) -> Result<[T; N]> {
        exactly(name, self.ints(name)?)
    }

    /// One real number.
    ///
    /// # Errors
    /// [`Error::Field`]: missing, not a number, more than one, or out of the range of single precision.
    pub fn float(&self, name: &str) -> Result<f32> {
        let [value] = self.float_array(name)?;
        Ok(value)
    }

    /// Real numbers.
    ///
    /// # Errors
    /// [`Error::Field`]: missing, not numbers, or out of the range of single precision.
    pub fn floats(&self, name: &str) -> Result<Vec<f32>> {
        let narrow = |value: f64| {
            let narrow = value as f32;
            if narrow.is_infinite() && value.is_finite() {
                return Err(Error::field(name, format!("{value} is out of range")));
            }
            Ok(narrow)
        };
        match self.required(name)? {
            Value::Floats(values) => values.iter().copied().map(narrow).collect(),
            Value::Ints(values) => values.iter().map(|&value| narrow(value as f64)).collect(),
            _ => Err(self.wrong_type(name, FieldType::Float)),
        }
    }

    /// Real numbers, exactly `N`.
    ///
    /// # Errors
    /// [`Error::Field`]: missing, not numbers, another number of them, or out of the range of single precision.
    pub fn float_array<const N: usize>(&self, name: &str) -> Result<[f32; N]> {
        exactly(name, self.floats(name)?)
    }

    /// Text.
    ///
    /// # Errors
    /// [`Error::Field`]: missing, or not text.
    pub fn text(&self, name: &str) -> Result<&str> {
        match self.required(name)? {
            Value::Text(text) => Ok(text),
            _ => Err(self.wrong_type(name, FieldType::Text)),
        }
    }

    /// Bytes.
    ///
    /// # Errors
    /// [`Error::Field`]: missing, or not bytes.
    pub fn bytes(&self, name: &str) -> Result<&[u8]> {
        match self.required(name)? {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(self.wrong_type(name, FieldType::Bytes)),
        }
    }

    /// Checks the values against what a plugin announces, and adds the defaults.
    ///
    /// # Errors
    /// [`Error::Field`]: one that is not announced, of another type, or required and missing.
    pub fn complete(mut self, announced: &[Field]) -> Result<Self> {
        let mut complete = Self::new();
        for field in announced {
            let value = self.0.remove(field.name).or_else(|| field.default());
            let value =
                value.ok_or_else(|| Error::field(field.name, "is missing and has no default"))?;
            let value = value.cast(field.kind).map_err(|value| {
                Error::field(field.name, format!("is {value}, expected {}", field.kind))
            })?;
            complete.0.insert(field.name.to_owned(), value);
        }
        match self.0.into_keys().next() {
            None => Ok(complete),
            Some(unknown) => {
                let names: Vec<_> = announced.iter().map(Field::name).collect();
                let known = match names.as_slice() {
                    [] => "the plugin has no fields".to_owned(),
                    names => format!("the plugin's fields are {}", names.join(", ")),
                };
                Err(Error::field(unknown, format!("is unknown; {known}")))
            }
        }
    }

    fn required(&self, name: &str) -> Result<&Value> {
        self.get(name)
            .ok_or_else(|| Error::field(name, "is missing"))
    }

    fn wrong_type(&self, name: &str, expected: FieldType) -> Error {
        let found = self.get(name).map(ToString::to_string).unwrap_or_default();
        Error::field(name, format!("is {found}, expected {expected}"))
    }
}

fn exactly<T, const N: usize>(name: &str, values: Vec<T>) -> Result<[T; N]> {
    let count = values.len();
    values
        .try_into()
        .map_err(|_| Error::field(name, format!("has {count} values, expected {N}")))
}

impl<N: Into<String>, V: Into<Value>> FromIterator<(N, V)> for Fields {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(values: I) -> Self {
        let values = values.into_iter();
        Self(
            values
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

impl fmt::Display for Fields {
    /// `eps=1e-5 groups=2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (name, value)) in self.iter().enumerate() {
            let space = if i > 0 { " " } else { "" };
            write!(f, "{space}{name}={value}")?;
        }
        Ok(())
    }
}

/// What a plan keeps: a mark, then for each value its name, the number of its type, and its bytes, lengths before them
/// as 64 bits, all little-endian.
const MARK: &[u8; 8] = b"trt-rs\0\x01";

impl Fields {
    /// The values as a plan keeps them.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = MARK.to_vec();
        let mut put = |bytes: &[u8]| {
            out.extend((bytes.len() as u64).to_le_bytes());
            out.extend(bytes);
        };
        for (name, value) in self.iter() {
            put(name.as_bytes());
            put(&[value.kind() as u8]);
            match value {
                Value::Ints(values) => put(&values
                    .iter()
                    .flat_map(|v| v.to_le_bytes())
                    .collect::<Vec<_>>()),
                Value::Floats(values) => put(&values
                    .iter()
                    .flat_map(|v| v.to_le_bytes())
                    .collect::<Vec<_>>()),
                Value::Text(text) => put(text.as_bytes()),
                Value::Bytes(bytes) => put(bytes),
            }
        }
        out
    }

    /// From [`to_bytes`](Self::to_bytes).
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let damaged = || {
            Error::invalid(
                "the plugin's data in the plan",
                "is damaged or of another program",
            )
        };
        let mut rest = bytes.strip_prefix(MARK).ok_or_else(damaged)?;
        let mut take = || -> Option<&[u8]> {
            let (length, after) = rest.split_first_chunk()?;
            let (bytes, after) =
                after.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
            rest = after;
            Some(bytes)
        };
        let mut fields = Self::new();
        while let Some(name) = take() {
            let name = String::from_utf8(name.to_vec()).map_err(|_| damaged())?;
            let (Some(&[kind]), Some(bytes)) = (take(), take()) else {
                return Err(damaged());
            };
            let value = [
                FieldType::Int,
                FieldType::Float,
                FieldType::Text,
                FieldType::Bytes,
            ]
            .into_iter()
            .find(|known| *known as u8 == kind)
            .and_then(|kind| value_from_bytes(kind, bytes))
            .ok_or_else(damaged)?;
            fields.0.insert(name, value);
        }
        match rest {
            [] => Ok(fields),
            _ => Err(damaged()),
        }
    }
}

fn value_from_bytes(kind: FieldType, bytes: &[u8]) -> Option<Value> {
    let ints = |words: &[[u8; 8]]| words.iter().map(|word| i64::from_le_bytes(*word)).collect();
    let floats = |words: &[[u8; 8]]| words.iter().map(|word| f64::from_le_bytes(*word)).collect();
    match (kind, bytes.as_chunks()) {
        (FieldType::Int, (words, [])) => Some(Value::Ints(ints(words))),
        (FieldType::Float, (words, [])) => Some(Value::Floats(floats(words))),
        (FieldType::Int | FieldType::Float, _) => None,
        (FieldType::Text, _) => String::from_utf8(bytes.to_vec()).ok().map(Value::Text),
        (FieldType::Bytes, _) => Some(Value::Bytes(bytes.to_vec())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANNOUNCED: &[Field] = &[
        Field::required("groups", FieldType::Int),
        Field::ints("stride", &[1, 1]),
        Field::float("eps", 1e-5),
        Field::floats("means", &[]),
        Field::boolean("aligned", true),
        Field::text("mode", "bilinear"),
    ];

    #[test]
    fn defaults_are_added_and_integers_serve_as_real_numbers() {
        let given = Fields::new().with("groups", 2).with("eps", 1);
        let fields = given.complete(ANNOUNCED).unwrap();
        assert_eq!(fields.int::<usize>("groups").unwrap(), 2);
        assert_eq!(fields.array::<i64, 2>("stride").unwrap(), [1, 1]);
        assert_eq!(fields.float("eps").unwrap(), 1.0);
        assert!(fields.floats("means").unwrap().is_empty());
        assert!(fields.boolean("aligned").unwrap());
        assert_eq!(fields.text("mode").unwrap(), "bilinear");
        assert_eq!(
            fields.to_string(),
            "aligned=1 eps=1.0 groups=2 means=[] mode=\"bilinear\" stride=[1, 1]"
        );
    }

    #[test]
    fn wrong_values_are_refused_by_name() {
        let complete = |fields: Fields| fields.complete(ANNOUNCED).unwrap_err().to_string();
        assert_eq!(
            complete(Fields::new()),
            "field `groups`: is missing and has no default"
        );
        assert_eq!(
            complete(Fields::new().with("groups", 1.5)),
            "field `groups`: is 1.5, expected integers"
        );
        let unknown = complete(Fields::new().with("groups", 1).with("strides", 1));
        assert!(
            unknown.starts_with(
                "field `strides`: is unknown; the plugin's fields are groups, stride,"
            )
        );

        let fields = Fields::new()
            .with("n", -1)
            .with("pair", [1, 2])
            .with("big", 1e300);
        assert_eq!(
            fields.int::<u32>("n").unwrap_err().to_string(),
            "field `n`: -1 is out of range"
        );
        assert_eq!(
            fields.boolean("n").unwrap_err().to_string(),
            "field `n`: is -1, expected 0 or 1"
        );
        assert_eq!(
            fields.int::<i64>("pair").unwrap_err().to_string(),
            "field `pair`: has 2 values, expected 1"
        );
        assert!(fields.float("big").is_err());
        assert!(fields.text("n").is_err());
        assert!(fields.bytes("absent").is_err());
    }

    #[test]
    fn bytes_survive_the_way_to_a_plan_and_back() {
        let fields = Fields::new()
            .with("none", Vec::<i64>::new())
            .with("ints", [i64::MIN, -1, i64::MAX])
            .with("floats", [f64::NEG_INFINITY, 1e-5, -0.0])
            .with("text", "naïve")
            .with("blob", Value::Bytes(vec![0, 1, 255]));
        let bytes = fields.to_bytes();
        assert_eq!(Fields::from_bytes(&bytes).unwrap(), fields);
        assert_eq!(
            Fields::from_bytes(&Fields::new().to_bytes()).unwrap(),
            Fields::new()
        );

        for length in 0..bytes.len() {
            // A cut between two values leaves a shorter list, which `complete` finds; any other is refused here.
            if let Ok(cut) = Fields::from_bytes(&bytes[..length]) {
                assert!(cut.iter().count() < fields.iter().count());
            }
        }
        assert!(Fields::from_bytes(b"something else").is_err());
        let mut endless = bytes.clone();
        endless[MARK.len()] = 0xff;
        assert!(Fields::from_bytes(&endless).is_err());
    }
}
