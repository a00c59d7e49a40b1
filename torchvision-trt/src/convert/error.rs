//! What can go wrong between a graph and a network.

use std::collections::BTreeSet;
use std::fmt;

/// Result of converters and of the conversion.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a graph could not be converted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nodes that no converter takes, all of them.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),

    /// Two converters of the same rank claim one key, or a key is malformed.
    #[error("{0}")]
    Registry(String),

    /// An argument of a call is not what its converter takes.
    #[error("argument `{argument}`: expected {expected}, found {found}")]
    Argument {
        /// Name of the argument.
        argument: String,
        /// What the converter declares.
        expected: String,
        /// What the program has.
        found: String,
    },

    /// TensorRT refused a layer.
    #[error(transparent)]
    TensorRt(#[from] trt::Error),

    /// Anything else a converter has to say.
    #[error("{0}")]
    Message(String),

    /// An error with the call it happened in.
    #[error("cannot convert {call}{}: {source}", at(line))]
    At {
        /// Target and module path.
        call: String,
        /// The user's Python line, if the program has it.
        line: Option<String>,
        /// The reason.
        source: Box<Error>,
    },
}

impl Error {
    /// An error with a text of the converter's own; the call and the Python line are added by the conversion.
    pub fn new(message: impl Into<String>) -> Self {
        Self::Message(message.into())
    }
}

fn at(line: &Option<String>) -> String {
    line.as_ref()
        .map_or(String::new(), |line| format!(" ({line})"))
}

/// All calls of a graph that no converter takes.
#[derive(Clone, Debug, Default, PartialEq, thiserror::Error)]
pub struct Unsupported {
    /// One entry for each target and reason, in the order of the program.
    pub operators: Vec<UnsupportedOperator>,
}

/// An operator that no converter takes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnsupportedOperator {
    /// Operator overload (`aten.fft_fft.default`).
    pub target: String,
    /// Why the converters there are declined, if there are any.
    pub reason: Option<String>,
    /// The converter that declined: its name, file and line.
    pub declined_by: Option<String>,
    /// The key that was perhaps meant, if no converter declined: of a class around the operator, or of an operator much like it.
    pub closest_key: Option<String>,
    /// Head of a converter for the operator, in Rust.
    pub signature: String,
    /// Every place it is called.
    pub places: Vec<Place>,
}

/// One call in the model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// Name of the node in the exported program.
    pub node: String,
    /// Attribute path of the module; empty for the model itself.
    pub module: String,
    /// Class of the module.
    pub class: String,
    /// Class of the innermost module around it that is neither PyTorch's nor the model itself: what a converter could take over.
    pub own_class: Option<String>,
    /// Shapes and dtypes, `float32[2, 3] -> float32[2]`.
    pub shapes: String,
    /// The user's Python line, if the program has it.
    pub line: Option<String>,
}

impl UnsupportedOperator {
    /// Why it cannot be converted, in one sentence.
    pub fn problem(&self) -> String {
        match (&self.reason, &self.declined_by, &self.closest_key) {
            (Some(reason), Some(converter), _) => format!("{reason} ({converter})"),
            (Some(reason), None, _) => reason.clone(),
            (None, _, Some(key)) => format!("no converter; the closest key is \"{key}\""),
            (None, _, None) => "no converter".into(),
        }
    }
}

/// Places shown for each operator; the rest is counted.
const PLACES_SHOWN: usize = 3;

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls: usize = self.operators.iter().map(|o| o.places.len()).sum();
        write!(
            f,
            "{} of {} cannot be converted:",
            counted(calls, "call"),
            counted(self.operators.len(), "operator")
        )?;
        for operator in &self.operators {
            let calls = counted(operator.places.len(), "call");
            write!(
                f,
                "\n  {} ({calls}): {}",
                operator.target,
                operator.problem()
            )?;
            for place in operator.places.iter().take(PLACES_SHOWN) {
                write!(f, "\n    {place}")?;
            }
            if operator.places.len() > PLACES_SHOWN {
                write!(f, "\n    and {} more", operator.places.len() - PLACES_SHOWN)?;
            }
        }
        self.advise(f)
    }
}

impl Unsupported {
    /// Shows the converters to write.
    fn advise(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\nA function like one of these adds it, in your own crate or here (docs/adding-an-op.md):")?;
        let mut shown = BTreeSet::new();
        for operator in &self.operators {
            if shown.insert(&operator.target) {
                write!(f, "\n  {}", operator.signature.replace('\n', "\n  "))?;
            }
        }
        let classes = self
            .operators
            .iter()
            .flat_map(|o| &o.places)
            .filter_map(|p| p.own_class.as_ref());
        let classes: BTreeSet<_> = classes.collect();
        if !classes.is_empty() {
            f.write_str("\nor takes over a class of yours around it as a whole:")?;
        }
        for class in classes {
            write!(f, "\n  #[converter(\"{class}.forward\")]")?;
        }
        Ok(())
    }
}

/// `1 call`, `2 calls`
fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let module = if self.module.is_empty() {
            "the model"
        } else {
            &self.module
        };
        write!(f, "in {module}")?;
        if !self.class.is_empty() {
            write!(f, " ({})", self.class)?;
        }
        write!(f, ", {}", self.shapes)?;
        match &self.line {
            Some(line) => write!(f, ", {line}"),
            None => Ok(()),
        }
    }
}
