//! What can go wrong on the way from a program to an engine.

use crate::{convert, graph, module, passes, pt2};

/// Result of a conversion.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The step that failed, with its own error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] pt2::Error),

    /// The program cannot become a graph.
    #[error(transparent)]
    Graph(#[from] graph::Error),

    /// A pass refuses the graph.
    #[error(transparent)]
    Pass(#[from] passes::Error),

    /// Operations that are not supported, or a converter that fails.
    #[error(transparent)]
    Convert(#[from] convert::Error),

    /// A range of shapes that does not fit the program.
    #[error("shapes of input `{input}`: {detail}")]
    Shape {
        /// Name of the input.
        input: String,
        /// What is wrong and what to do.
        detail: String,
    },

    /// A precision that deep learning accelerators do not compute in.
    #[error("a DLA computes in fp16 here, not in {precision}: ask for fp16, or for no DLA")]
    DlaPrecision {
        /// What was asked for.
        precision: String,
    },

    /// A deep learning accelerator that this machine has not.
    #[error(
        "there is no DLA {core}: this machine has {cores}; they are parts of Jetson Xavier, Orin and DRIVE"
    )]
    NoDla {
        /// The one that was asked for, counted from 0.
        core: u16,
        /// How many there are.
        cores: usize,
    },

    /// TensorRT cannot be loaded, refuses a setting, or fails to build.
    #[error(transparent)]
    TensorRt(#[from] trt::Error),

    /// The metadata cannot be written.
    #[error(transparent)]
    Save(#[from] module::Error),
}

impl Error {
    pub(super) fn shape(input: &str, detail: impl Into<String>) -> Self {
        Self::Shape {
            input: input.to_owned(),
            detail: detail.into(),
        }
    }
}
