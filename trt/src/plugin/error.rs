//! What can go wrong in a plugin.

use crate::cuda;

/// Result of a plugin's methods.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a plugin did not do what it was asked to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An attribute that is unknown, missing, of the wrong type or out of range.
    #[error("field `{name}`: {detail}")]
    Field {
        /// Its name.
        name: String,
        /// What was found, and what was expected.
        detail: String,
    },
    /// Inputs, shapes or types that the plugin does not take.
    #[error("{what}: {detail}")]
    Invalid {
        /// The tensor or argument.
        what: String,
        /// What was found, and what was expected.
        detail: String,
    },
    /// The program was built without the plugin's CUDA kernels.
    #[error("the kernels of {plugin} are not compiled: {remedy}")]
    KernelsNotCompiled {
        /// Name of the plugin.
        plugin: String,
        /// What to install or to set, and that the program must be built again.
        remedy: String,
    },
    /// A kernel could not be launched.
    #[error("launching {kernel} failed: {detail} (CUDA error {status})")]
    Launch {
        /// The kernel.
        kernel: String,
        /// The status (`cudaError_t`).
        status: i32,
        /// The status in words.
        detail: String,
    },
    /// A call of the CUDA driver failed.
    #[error(transparent)]
    Cuda(#[from] cuda::Error),
    /// The plugin's code panicked, which is a defect of the plugin.
    #[error("the plugin panicked in {method}: {message}")]
    Panic {
        /// The method.
        method: &'static str,
        /// What it said.
        message: String,
    },
}

impl Error {
    /// A refusal of an attribute's value.
    pub fn field(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Field {
            name: name.into(),
            detail: detail.into(),
        }
    }

    /// A refusal of a tensor or argument.
    pub fn invalid(what: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Invalid {
            what: what.into(),
            detail: detail.into(),
        }
    }
}
