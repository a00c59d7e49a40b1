//! An exported program: its JSON, its tensors, its inputs and outputs.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use super::archive::Archive;
use super::schema::{ExportedProgram, Header, PayloadConfig, PayloadMeta, SymInt, TensorMeta};
use super::weights::{Storage, Weight};
use super::{DType, Error, Layout, SCHEMA_MAJOR, SymExpr, tree};
use crate::image::Preset;

/// The extra file of an archive that holds the [`Preset`].
const PRESET: &str = "extra/torchvision_trt.json";

/// A program read from a `.pt2` archive. The weights stay in the file, which is mapped into memory.
#[derive(Debug)]
pub struct Program {
    schema: ExportedProgram,
    weights: BTreeMap<String, Arc<Weight>>,
    constants: BTreeMap<String, Arc<Weight>>,
    output_paths: Vec<String>,
    preset: Option<Preset>,
}

impl Program {
    /// Reads the archive that `torch.export.save` wrote.
    ///
    /// # Errors
    /// [`Error`]: the file cannot be opened, is damaged, of another kind or of another schema version, or lacks tensor bytes.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let archive = Archive::open(path.as_ref())?;
        let name = program_name(&archive)?;
        let entry = format!("models/{name}.json");
        let json = archive.read(&entry)?;
        let schema = match archive.json::<ExportedProgram>(&entry, &json) {
            Ok(schema) if schema.schema_version.major == SCHEMA_MAJOR => schema,
            parsed => {
                // A future schema is refused by its version, not by the first thing in it that is unknown.
                let header: Header = archive.json(&entry, &json)?;
                if header.schema_version.major == SCHEMA_MAJOR {
                    parsed?
                } else {
                    return Err(Error::Schema {
                        found_major: header.schema_version.major,
                        found_minor: header.schema_version.minor,
                        torch: if header.torch_version.is_empty() {
                            "?".into()
                        } else {
                            header.torch_version
                        },
                    });
                }
            }
        };
        let mut storages = HashMap::new();
        let weights = tensors(
            &archive,
            "data/weights/",
            &format!("{name}_weights_config.json"),
            &mut storages,
        )?;
        let constants = tensors(
            &archive,
            "data/constants/",
            &format!("{name}_constants_config.json"),
            &mut storages,
        )?;
        let output_paths = output_paths(&schema)?;
        let preset = match archive.has(PRESET) {
            true => Some(archive.json(PRESET, &archive.read(PRESET)?)?),
            false => None,
        };
        Ok(Self {
            schema,
            weights,
            constants,
            output_paths,
            preset,
        })
    }

    /// How pictures are normalised and what classes are called, if who exported the program said it.
    pub fn preset(&self) -> Option<&Preset> {
        self.preset.as_ref()
    }

    /// True if in-place operations were made functional (`run_decompositions`), false for what `torch.export.export` gives.
    pub fn is_functional(&self) -> bool {
        self.schema
            .verifiers
            .iter()
            .all(|dialect| dialect != "TRAINING")
    }

    /// Version of the PyTorch that wrote the program.
    pub fn torch_version(&self) -> &str {
        &self.schema.torch_version
    }

    /// Version of each operator set, by namespace.
    pub fn opset_version(&self) -> &BTreeMap<String, i64> {
        &self.schema.opset_version
    }

    /// Conditions on the input sizes under which the program is valid, as Python expressions over `L['input'].size()`.
    pub fn guards(&self) -> &[String] {
        &self.schema.guards_code
    }

    /// The program's own metadata.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.schema.graph_module.metadata
    }

    /// Names of the arguments of the model's `forward`, if the program says.
    pub fn forward_arguments(&self) -> Option<&[String]> {
        let entry = self
            .schema
            .graph_module
            .module_call_graph
            .iter()
            .find(|e| e.fqn.is_empty())?;
        entry.signature.as_ref()?.forward_arg_names.as_deref()
    }

    /// Paths of the user outputs in the output tree: `output_0`, `output_1` for a tensor or tuple; keys joined by dots for dicts,
    /// dataclasses and named tuples.
    pub fn output_paths(&self) -> &[String] {
        &self.output_paths
    }

    /// A parameter or buffer of the state dict.
    pub fn weight(&self, name: &str) -> Option<&Arc<Weight>> {
        self.weights.get(name)
    }

    /// A tensor outside the state dict: a constant of the model's code or a buffer that is not persistent.
    pub fn tensor_constant(&self, name: &str) -> Option<&Arc<Weight>> {
        self.constants.get(name)
    }

    /// All stored tensors with their names.
    pub fn tensors(&self) -> impl Iterator<Item = (&str, &Arc<Weight>)> {
        self.weights
            .iter()
            .chain(&self.constants)
            .map(|(name, weight)| (name.as_str(), weight))
    }

    /// Names of the parameters and buffers that contain NaN. Reads all of them once, on all cores.
    pub fn nan_weights(&self) -> Vec<String> {
        super::nan::scan(&self.tensors().collect::<Vec<_>>())
    }

    /// Values that the size symbols had for the example the program was exported with, as far as it says.
    pub fn example_sizes(&self) -> BTreeMap<String, i64> {
        let sizes = self
            .schema
            .graph_module
            .graph
            .tensor_values
            .values()
            .flat_map(|meta| &meta.sizes);
        sizes
            .filter_map(|size| match size {
                SymInt::Expr(expr) => Some((expr, expr.hint.as_ref()?.get("as_int")?.as_i64()?)),
                SymInt::Int(_) => None,
            })
            .filter_map(|(expr, hint)| match SymExpr::parse(&expr.expr_str) {
                Ok(SymExpr::Symbol(name)) => Some((name.to_string(), hint)),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn schema(&self) -> &ExportedProgram {
        &self.schema
    }
}

fn program_name(archive: &Archive) -> Result<String, Error> {
    let mut names = archive.programs();
    match names.len() {
        0 => Err(Error::MissingEntry {
            entry: archive.full("models/model.json"),
        }),
        1 => Ok(names.remove(0)),
        _ if names.iter().any(|n| n == "model") => Ok("model".into()),
        _ => Err(Error::ManyPrograms { names }),
    }
}

fn tensors(
    archive: &Archive,
    folder: &str,
    config: &str,
    storages: &mut HashMap<String, Storage>,
) -> Result<BTreeMap<String, Arc<Weight>>, Error> {
    let entry = format!("{folder}{config}");
    let config: PayloadConfig = archive.json(&entry, &archive.read(&entry)?)?;
    let mut tensors = BTreeMap::new();
    for (name, payload) in config.config {
        // Script objects: carried by the program, never a tensor.
        if payload.path_name.starts_with("custom_obj_") {
            continue;
        }
        let weight = tensor(archive, folder, &name, &payload, storages)?;
        tensors.insert(name, Arc::new(weight));
    }
    Ok(tensors)
}

fn tensor(
    archive: &Archive,
    folder: &str,
    name: &str,
    payload: &PayloadMeta,
    storages: &mut HashMap<String, Storage>,
) -> Result<Weight, Error> {
    let Some(meta) = payload.tensor_meta.as_ref().filter(|_| !payload.use_pickle) else {
        return Err(Error::Pickled { name: name.into() });
    };
    let entry = format!("{folder}{}", payload.path_name);
    let storage = match storages.get(&entry) {
        Some(storage) => storage.clone(),
        None => {
            let storage = archive
                .storage(&entry)?
                .ok_or_else(|| Error::MissingWeight {
                    name: name.into(),
                    entry: archive.full(&entry),
                })?;
            storages.insert(entry.clone(), storage.clone());
            storage
        }
    };
    let dtype = dtype(name, meta)?;
    let view = |detail: String| Error::WeightView {
        name: name.into(),
        detail,
    };
    let static_sizes = |list: &[SymInt]| -> Result<Vec<i64>, Error> {
        list.iter()
            .map(|n| match n {
                SymInt::Int(n) => Ok(*n),
                SymInt::Expr(e) => Err(view(format!("`{}` is not a number", e.expr_str))),
            })
            .collect()
    };
    let (sizes, strides) = (static_sizes(&meta.sizes)?, static_sizes(&meta.strides)?);
    let SymInt::Int(offset) = meta.storage_offset else {
        return Err(view("the offset is not a number".into()));
    };
    let found = storage.len() as u64;
    Weight::new(dtype, sizes, strides, offset, storage).map_err(|needed| match needed {
        Some(needed) => Error::WeightSize {
            name: name.into(),
            entry: archive.full(&entry),
            needed,
            found,
        },
        None => view(format!("{:?}, {:?}, {offset}", meta.sizes, meta.strides)),
    })
}

/// The element type of a tensor, which must be strided.
pub(crate) fn dtype(name: &str, meta: &TensorMeta) -> Result<DType, Error> {
    if let Some(Layout::Other(layout)) = Layout::from_code(meta.layout) {
        return Err(Error::Layout {
            name: name.into(),
            layout: layout.into(),
        });
    }
    DType::from_code(meta.dtype).ok_or(Error::DType {
        name: name.into(),
        code: meta.dtype,
    })
}

fn output_paths(schema: &ExportedProgram) -> Result<Vec<String>, Error> {
    let module = &schema.graph_module;
    let inconsistent = |detail: String| Error::Inconsistent { detail };
    let root = module
        .module_call_graph
        .iter()
        .find(|e| e.fqn.is_empty())
        .and_then(|e| e.signature.as_ref());
    let root = root
        .ok_or_else(|| inconsistent("it does not state the model's own call signature".into()))?;
    tree::output_paths(&root.out_spec, &module.treespec_namedtuple_fields).map_err(inconsistent)
}
