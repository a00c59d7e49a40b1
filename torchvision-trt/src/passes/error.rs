//! Why a program cannot be brought into the form that converters take.

/// What a user can do about in-place operations that have no functional form here.
const REMEDY: &str = "export the functional form: `torch.export.save(program.run_decompositions({}), \"model.pt2\")`";

/// A program that passes refuse.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The graph itself is at fault.
    #[error(transparent)]
    Graph(#[from] crate::graph::Error),
    /// An in-place operation whose effect cannot be expressed without writing.
    #[error("`{node}` ({target}) {detail}{}; {REMEDY}", at(line))]
    InPlace {
        /// The node.
        node: String,
        /// Its operator.
        target: String,
        /// What it does.
        detail: String,
        /// The user's Python line, if the program has it.
        line: Option<String>,
    },
    /// Control flow that cannot be laid out before the engine runs.
    #[error("`{node}` {detail}{}", at(line))]
    ControlFlow {
        /// The node.
        node: String,
        /// What it does, and the remedy.
        detail: String,
        /// The user's Python line, if the program has it.
        line: Option<String>,
    },
    /// State that is kept from one call to the next.
    #[error(
        "the model updates its {kind} `{name}` and its outputs depend on the value before: an engine keeps no state between calls. \
         Make it an input and an output of the model, or export in eval mode"
    )]
    Stateful {
        /// Buffer or parameter.
        kind: &'static str,
        /// Its name in the state dict.
        name: String,
    },
    /// A number that does not fit the integers of this TensorRT.
    #[error(
        "`{name}` holds {value}, which does not fit 32 bits; this TensorRT has no 64-bit integers (they came with 10.0)"
    )]
    IntegerRange {
        /// The constant or node.
        name: String,
        /// The number.
        value: i64,
    },
    /// An activation that calibration did not see.
    #[error(
        "no range is known for `{value}`, which `{node}` reads{}: the ranges are those of another program ({program}), calibrate this one",
        at(line)
    )]
    NotCalibrated {
        /// The value.
        value: String,
        /// The node that reads it.
        node: String,
        /// The program that was calibrated.
        program: String,
        /// The user's Python line, if the program has it.
        line: Option<String>,
    },
    /// A region under autocast, whose arithmetic the raw form does not spell out.
    #[error(
        "the program runs `{node}` under torch.autocast; {REMEDY}, which makes its casts explicit"
    )]
    Autocast {
        /// The node.
        node: String,
    },
}

fn at(line: &Option<String>) -> String {
    line.as_ref()
        .map_or(String::new(), |line| format!(" ({line})"))
}
