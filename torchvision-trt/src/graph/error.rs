//! What can be wrong with a graph.

/// A program that cannot become a graph, or a graph that breaks its invariants.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The archive or its contents are at fault.
    #[error(transparent)]
    Program(#[from] crate::pt2::Error),
    /// A name stands for no value that is defined before.
    #[error("{place} reads `{name}`, which nothing before it defines; export the model again")]
    Undefined {
        /// Node or output that reads it.
        place: String,
        /// The name.
        name: String,
    },
    /// A name is defined twice.
    #[error("`{name}` is defined twice; export the model again")]
    Redefined {
        /// The name.
        name: String,
    },
    /// A value or argument of a kind that graphs do not hold.
    #[error("{place}: {detail}")]
    Unsupported {
        /// Node, input or output.
        place: String,
        /// What it is, and what to do.
        detail: String,
    },
    /// A pass left the graph in a state it must never be in.
    #[error("the graph is broken after {after}: {detail}. This is a bug of this program")]
    Broken {
        /// Last pass that ran.
        after: String,
        /// What is wrong.
        detail: String,
    },
}
