//! The cases in a folder, as `tests/cases/generate.py` wrote them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use safetensors::SafeTensors;
use serde::Deserialize;
use trt::plugin::{AnyPlugin, Fields, Value};
use trt::{DataType, Dims};

use crate::compare::Tolerance;

/// What is left out without the Python that `cargo xtask setup` installs.
pub(crate) const NO_PYTHON: &str = "no Python with PyTorch, which `cargo xtask setup` installs";

/// All cases.
#[derive(Debug)]
pub(crate) struct Suite {
    pub(crate) cases: Vec<Case>,
    pub(crate) refusals: Vec<Refusal>,
}

/// Inputs of a plugin and what PyTorch makes of them.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) plugin: String,
    pub(crate) fields: Fields,
    pub(crate) inputs: Vec<Tensor>,
    pub(crate) outputs: Vec<Tensor>,
    pub(crate) tolerance: Tolerance,
}

/// Attributes or inputs that a plugin must refuse.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) name: String,
    pub(crate) plugin: String,
    pub(crate) fields: Fields,
    pub(crate) inputs: Vec<(DataType, Vec<i64>)>,
    pub(crate) message: String,
}

/// A tensor on the host.
#[derive(Debug, Clone)]
pub(crate) struct Tensor {
    pub(crate) dtype: DataType,
    pub(crate) dims: Dims,
    pub(crate) bytes: Vec<u8>,
}

#[derive(Deserialize)]
struct FamilyFile {
    cases: Vec<CaseEntry>,
    refusals: Vec<RefusalEntry>,
}

#[derive(Deserialize)]
struct CaseEntry {
    name: String,
    plugin: String,
    fields: BTreeMap<String, serde_json::Value>,
    inputs: usize,
    outputs: usize,
    tolerance: String,
}

#[derive(Deserialize)]
struct RefusalEntry {
    name: String,
    plugin: String,
    fields: BTreeMap<String, serde_json::Value>,
    inputs: Vec<InputEntry>,
    message: String,
}

#[derive(Deserialize)]
struct InputEntry {
    #[serde(rename = "type")]
    dtype: String,
    dims: Vec<i64>,
}

impl Suite {
    /// Brings the cases in Cargo's folder for tests up to date; `None` without Python.
    pub(crate) fn generate() -> Result<Option<PathBuf>> {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plugin-cases");
        let python = std::env::var_os("PYTHON")
            .map_or_else(|| package.join("../.deps/python/bin/python"), PathBuf::from);
        let status = Command::new(&python)
            .arg(package.join("tests/cases/generate.py"))
            .arg(&folder)
            .status();
        match status {
            Ok(status) if status.success() => Ok(Some(folder)),
            Ok(status) => bail!("the generator of the cases failed ({status})"),
            Err(_) => Ok(None),
        }
    }

    /// The cases in a folder whose names contain one of the filters; all without a filter.
    pub(crate) fn read(folder: &Path, filters: &[String]) -> Result<Self> {
        let families: Vec<String> =
            serde_json::from_slice(&read(&folder.join("cases.json"))?).context("cases.json")?;
        let chosen = |name: &str| {
            filters.is_empty() || filters.iter().any(|filter| name.contains(filter.as_str()))
        };
        let mut suite = Self {
            cases: Vec::new(),
            refusals: Vec::new(),
        };
        for family in families {
            let file: FamilyFile =
                serde_json::from_slice(&read(&folder.join(format!("{family}.json")))?)
                    .with_context(|| format!("{family}.json"))?;
            let bytes = read(&folder.join(format!("{family}.safetensors")))?;
            let tensors = SafeTensors::deserialize(&bytes).context(family)?;
            for entry in file.cases.into_iter().filter(|entry| chosen(&entry.name)) {
                suite.cases.push(Case::new(entry, &tensors)?);
            }
            for entry in file
                .refusals
                .into_iter()
                .filter(|entry| chosen(&entry.name))
            {
                suite.refusals.push(Refusal::new(entry)?);
            }
        }
        Ok(suite)
    }
}

impl Case {
    /// Of all inputs and outputs.
    pub(crate) fn bytes(&self) -> usize {
        let tensors = self.inputs.iter().chain(&self.outputs);
        tensors.map(|tensor| tensor.bytes.len()).sum()
    }

    fn new(entry: CaseEntry, tensors: &SafeTensors) -> Result<Self> {
        let group = |role: &str, count: usize| {
            (0..count)
                .map(|number| Tensor::read(tensors, &format!("{}.{role}.{number}", entry.name)))
                .collect::<Result<Vec<_>>>()
        };
        Ok(Self {
            inputs: group("input", entry.inputs)?,
            outputs: group("output", entry.outputs)?,
            fields: fields(&entry.fields)?,
            tolerance: Tolerance::named(&entry.tolerance)?,
            name: entry.name,
            plugin: entry.plugin,
        })
    }

    /// The plugin of the case.
    pub(crate) fn create(&self) -> Result<AnyPlugin> {
        create(&self.plugin, &self.fields)
    }
}

impl Refusal {
    fn new(entry: RefusalEntry) -> Result<Self> {
        let inputs = entry
            .inputs
            .into_iter()
            .map(|input| Ok((short_type(&input.dtype)?, input.dims)));
        Ok(Self {
            inputs: inputs.collect::<Result<_>>()?,
            fields: fields(&entry.fields)?,
            name: entry.name,
            plugin: entry.plugin,
            message: entry.message,
        })
    }
}

impl Tensor {
    fn read(tensors: &SafeTensors, name: &str) -> Result<Self> {
        use safetensors::Dtype;
        let view = tensors.tensor(name).with_context(|| name.to_owned())?;
        let dtype = match view.dtype() {
            Dtype::F32 => DataType::Float,
            Dtype::F16 => DataType::Half,
            Dtype::BF16 => DataType::BFloat16,
            Dtype::I64 => DataType::Int64,
            Dtype::I32 => DataType::Int32,
            Dtype::I8 => DataType::Int8,
            Dtype::U8 => DataType::UInt8,
            Dtype::BOOL => DataType::Bool,
            other => bail!("{name}: type {other:?}"),
        };
        let dims: Vec<i64> = view.shape().iter().map(|&size| size as i64).collect();
        Ok(Self {
            dtype,
            dims: Dims::new(&dims)?,
            bytes: view.data().to_vec(),
        })
    }
}

/// A plugin by name.
pub(crate) fn create(name: &str, fields: &Fields) -> Result<AnyPlugin> {
    let registration = plugins_cuda::ALL
        .iter()
        .find(|registration| registration.name() == name)
        .with_context(|| format!("there is no plugin {name}"))?;
    Ok(registration.create(fields)?)
}

/// The type of a short name, as `tests/cases/suite.py` writes it.
pub(crate) fn short_type(name: &str) -> Result<DataType> {
    Ok(match name {
        "f32" => DataType::Float,
        "f16" => DataType::Half,
        "bf16" => DataType::BFloat16,
        "i64" => DataType::Int64,
        "i32" => DataType::Int32,
        "i8" => DataType::Int8,
        "u8" => DataType::UInt8,
        "bool" => DataType::Bool,
        other => bail!("type {other}"),
    })
}

fn fields(entries: &BTreeMap<String, serde_json::Value>) -> Result<Fields> {
    entries
        .iter()
        .map(|(name, value)| Ok((name.clone(), field(name, value)?)))
        .collect()
}

fn field(name: &str, value: &serde_json::Value) -> Result<Value> {
    use serde_json::Value as Json;
    let list = match value {
        Json::String(text) => return Ok(Value::Text(text.clone())),
        Json::Bool(value) => return Ok((*value).into()),
        Json::Array(list) => list.as_slice(),
        single => std::slice::from_ref(single),
    };
    if let Some(ints) = list.iter().map(Json::as_i64).collect() {
        return Ok(Value::Ints(ints));
    }
    let floats: Option<_> = list.iter().map(Json::as_f64).collect();
    floats
        .map(Value::Floats)
        .with_context(|| format!("field {name}: {value}"))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| path.display().to_string())
}
