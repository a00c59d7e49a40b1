//! Golden files: inputs of a model and what PyTorch computed from them.
//!
//! A safetensors file beside the program (`M.golden.safetensors` for `M.pt2`) with the keys `0.input.NAME`,
//! `0.output.NAME`, `1.input.NAME`, …, and the task in its metadata; docs/pt2-format.md describes it.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use memmap2::Mmap;
use safetensors::SafeTensors;
use safetensors::tensor::TensorView;

use super::{Report, Task, Tolerance, compare};

/// Why a golden file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GoldenError {
    /// The file is missing or not readable.
    #[error(
        "cannot read golden file {}: {source}; `torchvision-trt export` writes it beside the model, \
         docs/pt2-format.md shows how to make one by hand", path.display()
    )]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The file is not a safetensors file, or a damaged one.
    #[error("golden file {} is no valid safetensors file: {source}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What the reader found.
        source: safetensors::SafeTensorError,
    },
    /// A key that is not `SET.input.NAME` or `SET.output.NAME`.
    #[error("golden file {}: key `{key}` is not of the form `0.input.NAME` or `0.output.NAME`", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
    },
    /// No set, or a gap in the numbers of the sets, or a set without inputs or outputs.
    #[error("golden file {}: {detail}", path.display())]
    Sets {
        /// The file.
        path: PathBuf,
        /// What is missing.
        detail: String,
    },
}

/// A golden file, memory-mapped.
#[derive(Debug)]
pub struct Golden {
    path: PathBuf,
    bytes: Mmap,
    sets: Vec<SetKeys>,
    task: Option<Task>,
}

/// Keys of one set of inputs and outputs, by tensor name.
#[derive(Debug, Default)]
struct SetKeys {
    inputs: BTreeMap<String, String>,
    outputs: BTreeMap<String, String>,
}

/// Where the golden file of a program is looked for: `M.golden.safetensors` beside `M.pt2`.
pub fn golden_path(program: &Path) -> PathBuf {
    program.with_extension("golden.safetensors")
}

impl Golden {
    /// Opens and checks a golden file.
    ///
    /// # Errors
    /// The file is unreadable, no safetensors file, or its keys are not those of a golden file.
    pub fn open(path: &Path) -> Result<Self, GoldenError> {
        let io = |source| GoldenError::Io {
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(io)?;
        // SAFETY: the mapping is read-only; as with every mapped file, another process that changes the file while it is
        // mapped changes what is read, which `SafeTensors` tolerates: it only ever looks at plain numbers.
        let bytes = unsafe { Mmap::map(&file) }.map_err(io)?;
        let sets = read_keys(path, &bytes)?;
        let task = read_task(&bytes);
        Ok(Self {
            path: path.to_owned(),
            bytes,
            sets,
            task,
        })
    }

    /// What the model is for, if the file says it.
    pub fn task(&self) -> Option<Task> {
        self.task
    }

    /// Compares outputs with PyTorch's of a set, with the measures of the task if the file names one.
    pub fn compare(
        &self,
        set: usize,
        got: &BTreeMap<String, TensorView<'_>>,
        tolerance: &Tolerance,
    ) -> Report {
        let expected = self.outputs(set);
        match self.task {
            Some(task) => task.compare(&expected, got, tolerance),
            None => compare(&expected, got, tolerance),
        }
    }

    /// Number of sets; at least one.
    pub fn len(&self) -> usize {
        self.sets.len()
    }

    /// Always false: a golden file without a set does not open.
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    /// The inputs of a set by name; empty for a set that does not exist.
    pub fn inputs(&self, set: usize) -> BTreeMap<String, TensorView<'_>> {
        self.views(self.sets.get(set).map(|keys| &keys.inputs))
    }

    /// PyTorch's outputs of a set by their path in the output tree; empty for a set that does not exist.
    pub fn outputs(&self, set: usize) -> BTreeMap<String, TensorView<'_>> {
        self.views(self.sets.get(set).map(|keys| &keys.outputs))
    }

    /// The file this was read from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn views(&self, keys: Option<&BTreeMap<String, String>>) -> BTreeMap<String, TensorView<'_>> {
        // The header was checked on opening; should the file have changed since, tensors go missing, which every
        // caller reports by name.
        let Ok(tensors) = SafeTensors::deserialize(&self.bytes) else {
            return BTreeMap::new();
        };
        keys.into_iter()
            .flatten()
            .filter_map(|(name, key)| Some((name.clone(), tensors.tensor(key).ok()?)))
            .collect()
    }
}

/// The task that the file's metadata names; it only adds measures, so that one which is not known here does not matter.
fn read_task(bytes: &[u8]) -> Option<Task> {
    let (_, metadata) = SafeTensors::read_metadata(bytes).ok()?;
    Task::from_name(metadata.metadata().as_ref()?.get("task")?)
}

fn read_keys(path: &Path, bytes: &[u8]) -> Result<Vec<SetKeys>, GoldenError> {
    let tensors = SafeTensors::deserialize(bytes).map_err(|source| GoldenError::Format {
        path: path.to_owned(),
        source,
    })?;
    let mut sets = BTreeMap::<usize, SetKeys>::new();
    for key in tensors.names() {
        let malformed = || GoldenError::Key {
            path: path.to_owned(),
            key: key.to_owned(),
        };
        let (number, rest) = key.split_once('.').ok_or_else(malformed)?;
        let set = sets
            .entry(number.parse().map_err(|_| malformed())?)
            .or_default();
        let (names, name) = match rest.split_once('.') {
            Some(("input", name)) => (&mut set.inputs, name),
            Some(("output", name)) => (&mut set.outputs, name),
            _ => return Err(malformed()),
        };
        names.insert(name.to_owned(), key.to_owned());
    }
    let wrong = |detail: String| GoldenError::Sets {
        path: path.to_owned(),
        detail,
    };
    if sets.is_empty() {
        return Err(wrong(
            "holds no tensors; expected at least `0.input.NAME` and `0.output.NAME`".into(),
        ));
    }
    for (expected, (&number, set)) in sets.iter().enumerate() {
        if number != expected {
            return Err(wrong(format!(
                "set {expected} is missing, though set {number} exists"
            )));
        }
        if set.inputs.is_empty() || set.outputs.is_empty() {
            let side = if set.inputs.is_empty() {
                "input"
            } else {
                "output"
            };
            return Err(wrong(format!("set {number} has no {side}")));
        }
    }
    Ok(sets.into_values().collect())
}

#[cfg(test)]
mod tests {
    use safetensors::Dtype;

    use super::*;

    fn write(keys: &[&str]) -> tempfile::NamedTempFile {
        let data = 1.5f32.to_le_bytes();
        let tensors: Vec<_> = keys
            .iter()
            .map(|key| (*key, TensorView::new(Dtype::F32, vec![1], &data).unwrap()))
            .collect();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), safetensors::serialize(tensors, None).unwrap()).unwrap();
        file
    }

    #[test]
    fn finds_sets_and_names_with_dots() {
        let file = write(&[
            "0.input.x",
            "0.output.heads.out",
            "1.input.x",
            "1.output.heads.out",
        ]);
        let golden = Golden::open(file.path()).unwrap();
        assert_eq!(golden.len(), 2);
        assert_eq!(golden.outputs(1).keys().collect::<Vec<_>>(), ["heads.out"]);
        assert_eq!(golden.inputs(0)["x"].data(), 1.5f32.to_le_bytes());
        assert!(golden.inputs(2).is_empty());
    }

    #[test]
    fn knows_the_task_that_the_metadata_names() {
        let task = |name: &str| {
            let data = 1.5f32.to_le_bytes();
            let view = |key| (key, TensorView::new(Dtype::F32, vec![1], &data).unwrap());
            let metadata = [("task".to_owned(), name.to_owned())].into();
            let tensors = [view("0.input.x"), view("0.output.y")];
            let bytes = safetensors::serialize(tensors, Some(metadata)).unwrap();
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), bytes).unwrap();
            Golden::open(file.path()).unwrap().task()
        };
        assert_eq!(task("optical_flow"), Some(Task::OpticalFlow));
        assert_eq!(task("speech"), None);
        let without = write(&["0.input.x", "0.output.y"]);
        assert_eq!(Golden::open(without.path()).unwrap().task(), None);
    }

    #[test]
    fn refuses_what_is_no_golden_file() {
        let text =
            |file: &tempfile::NamedTempFile| Golden::open(file.path()).unwrap_err().to_string();
        assert!(text(&write(&["0.input.x", "weight"])).contains("key `weight`"));
        assert!(text(&write(&["0.input.x", "x.output.y"])).contains("key `x.output.y`"));
        assert!(text(&write(&["0.input.x"])).contains("set 0 has no output"));
        assert!(text(&write(&["1.input.x", "1.output.y"])).contains("set 0 is missing"));
        assert!(text(&write(&[])).contains("holds no tensors"));

        let truncated = write(&["0.input.x", "0.output.y"]);
        let bytes = std::fs::read(truncated.path()).unwrap();
        std::fs::write(truncated.path(), &bytes[..bytes.len() - 1]).unwrap();
        assert!(text(&truncated).contains("no valid safetensors file"));

        let missing = Golden::open(Path::new("no/such.golden.safetensors"))
            .unwrap_err()
            .to_string();
        assert!(
            missing.contains("no/such.golden.safetensors") && missing.contains("export"),
            "{missing}"
        );
    }

    #[test]
    fn lies_beside_the_program() {
        assert_eq!(
            golden_path(Path::new("a/resnet18.pt2")),
            Path::new("a/resnet18.golden.safetensors")
        );
    }
}
