//! What can go wrong while a network is computed.

/// Why a network could not be computed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A layer could not be computed.
    #[error("cannot compute layer `{layer}` ({kind}) on the CPU: {failure}")]
    Layer {
        /// Name of the layer.
        layer: String,
        /// Kind of the layer, such as `Convolution`.
        kind: String,
        /// The reason.
        failure: Box<Failure>,
    },
    /// An input that the network wants was not given, does not fit, or is not known.
    #[error("network input `{name}`: {detail}")]
    Input {
        /// Name of the input.
        name: String,
        /// What was found, and what was expected.
        detail: String,
    },
    /// An output of the network that no layer computed.
    #[error("network output `{name}` is not computed by any layer")]
    Output {
        /// Name of the output.
        name: String,
    },
    /// TensorRT did not answer a question about the network.
    #[error(transparent)]
    Trt(Box<trt::Error>),
}

impl From<trt::Error> for Error {
    fn from(error: trt::Error) -> Self {
        Self::Trt(Box::new(error))
    }
}

/// Why a single layer could not be computed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// A kind of layer, or a setting of it, that the interpreter does not know.
    #[error("{0} is not supported by the interpreter")]
    Unsupported(String),
    /// Values or settings that contradict each other.
    #[error("{0}")]
    Invalid(String),
    /// TensorRT did not answer a question about the layer.
    #[error(transparent)]
    Trt(Box<trt::Error>),
    /// libtorch refused the computation.
    #[error("libtorch: {0}")]
    Torch(#[from] tch::TchError),
}

impl From<trt::Error> for Failure {
    fn from(error: trt::Error) -> Self {
        Self::Trt(Box::new(error))
    }
}

impl Failure {
    pub(super) fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported(what.into())
    }

    pub(super) fn invalid(what: impl Into<String>) -> Self {
        Self::Invalid(what.into())
    }
}

pub(super) type Result<T> = std::result::Result<T, Failure>;
