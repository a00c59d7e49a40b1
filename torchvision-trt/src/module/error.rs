//! What can go wrong when a module is loaded or run.

use std::path::PathBuf;

use trt::{DataType, Dims};

use super::metadata::dtype_name;

/// Result of the functions in this module.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A wrong file, a wrong input, or a failure of TensorRT or CUDA. Wrong inputs are found before any CUDA call.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read or written.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// "read" or "write".
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The metadata file is not what it should be.
    #[error("engine metadata {}: {detail}", path.display())]
    Metadata {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// The engine was built by another product or version than the one loaded.
    #[error(
        "this engine was built by {built}, the loaded library is {loaded}: convert the model again with this library, \
         or point TENSORRT_LIBRARY to {built}"
    )]
    OtherLibrary {
        /// Product and version that built it.
        built: String,
        /// Product and version at hand.
        loaded: String,
    },
    /// The engine is for other GPUs.
    #[error(
        "this engine is for {}, this GPU is {gpu}: convert the model again with `--target {gpu}` or on this machine",
        targets.join(", ")
    )]
    OtherGpu {
        /// The architectures it was built for.
        targets: Vec<String>,
        /// The one at hand.
        gpu: String,
    },
    /// The engine has plugins that this program cannot run.
    #[error(
        "this engine needs the plugin{} {}: {remedy}, or convert the model again with `--no-plugins`",
        if plugins.len() == 1 { "" } else { "s" },
        plugins.join(", ")
    )]
    Plugins {
        /// Names of those that are missing.
        plugins: Vec<String>,
        /// What to do.
        remedy: &'static str,
    },
    /// The metadata describes another engine.
    #[error(
        "the metadata is not of this engine: {kind}s differ: {detail}; convert the model again, or delete the `.json` file to run with the engine's own names"
    )]
    Mismatch {
        /// "input" or "output".
        kind: &'static str,
        /// What differs.
        detail: String,
    },
    /// An input or output that the engine does not have.
    #[error("no {kind} named `{name}`; the engine has {}", list(known))]
    UnknownName {
        /// "input" or "output".
        kind: &'static str,
        /// The name given.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// An input or output is missing.
    #[error("{kind} `{name}` was not given")]
    Missing {
        /// "input" or "output".
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// An input or output is given twice.
    #[error("{kind} `{name}` was given twice")]
    Duplicate {
        /// "input" or "output".
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// The wrong element type.
    #[error("`{name}`: dtype {}, expected {}; convert it before the call", dtype_name::of(*found), dtype_name::of(*expected))]
    Dtype {
        /// The input or output.
        name: String,
        /// The engine's type.
        expected: DataType,
        /// The type given.
        found: DataType,
    },
    /// The wrong number of dimensions, or another size where the engine's is fixed.
    #[error("`{name}`: shape {found}, expected {expected} (? is dynamic)")]
    Shape {
        /// The input or output.
        name: String,
        /// The engine's shape.
        expected: Box<Dims>,
        /// The shape given.
        found: Box<Dims>,
    },
    /// A dynamic size outside of what the engine was built for.
    #[error(
        "`{name}`: shape {found} is outside of the optimization profile {}; convert the model again with a wider `--shape`",
        ranges(profiles)
    )]
    OutsideProfile {
        /// The input.
        name: String,
        /// The shape given.
        found: Box<Dims>,
        /// Smallest and largest shape of each profile.
        profiles: Vec<(Dims, Dims)>,
    },
    /// Each input fits some profile, but no profile fits all inputs.
    #[error(
        "no one of the engine's {profiles} optimization profiles fits all inputs together; convert with one that does"
    )]
    NoCommonProfile {
        /// How many profiles there are.
        profiles: usize,
    },
    /// The data's length does not fit its shape.
    #[error("`{name}`: {found} bytes of data, but shape {shape} of {} needs {expected}", dtype_name::of(*dtype))]
    Length {
        /// The input or output.
        name: String,
        /// Its shape.
        shape: Box<Dims>,
        /// Its type.
        dtype: DataType,
        /// Bytes that shape and type ask for.
        expected: usize,
        /// Bytes given.
        found: usize,
    },
    /// A tensor on the host, on another GPU, or not contiguous where the address is handed to the engine.
    #[error("`{name}`: {detail}")]
    Placement {
        /// The input or output.
        name: String,
        /// What was found, expected and can be done.
        detail: String,
    },
    /// An output whose shape depends on the data where its size must be known before the run.
    #[error(
        "output `{name}` has a shape that depends on the data; leave it out, and `allocated` fetches it after the run, or use `run`"
    )]
    DataDependent {
        /// The output.
        name: String,
    },
    /// TensorRT failed.
    #[error(transparent)]
    Trt(#[from] trt::Error),
    /// CUDA failed.
    #[error(transparent)]
    Cuda(#[from] trt::cuda::Error),
}

impl Error {
    pub(super) fn io(action: &'static str, path: PathBuf, source: std::io::Error) -> Self {
        Self::Io {
            action,
            path,
            source,
        }
    }
}

fn list(names: &[String]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

fn ranges(profiles: &[(Dims, Dims)]) -> String {
    let texts: Vec<_> = profiles
        .iter()
        .map(|(min, max)| format!("{min} to {max}"))
        .collect();
    texts.join(", or ")
}
