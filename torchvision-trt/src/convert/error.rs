//! What can go wrong between a graph and a network.

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
#[derive(Clone, Debug, PartialEq)]
pub struct UnsupportedOperator {
    /// Operator overload (`aten.fft_fft.default`).
    pub target: String,
    /// Why the converters there are declined, if there are any.
    pub reason: Option<String>,
    /// Every place it is called.
    pub places: Vec<Place>,
}

/// One call in the model.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Attribute path of the module; empty for the model itself.
    pub module: String,
    /// Class of the module.
    pub class: String,
    /// Shapes and dtypes, `float32[2, 3] -> float32[2]`.
    pub shapes: String,
    /// The user's Python line, if the program has it.
    pub line: Option<String>,
}

impl Unsupported {
    pub(crate) fn add(&mut self, target: &str, reason: Option<String>, place: Place) {
        match self
            .operators
            .iter_mut()
            .find(|o| o.target == target && o.reason == reason)
        {
            Some(operator) => operator.places.push(place),
            None => self.operators.push(UnsupportedOperator {
                target: target.into(),
                reason,
                places: vec![place],
            }),
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
            "{calls} calls of {} operators cannot be converted:",
            self.operators.len()
        )?;
        for operator in &self.operators {
            write!(
                f,
                "\n  {} ({} calls)",
                operator.target,
                operator.places.len()
            )?;
            match &operator.reason {
                Some(reason) => write!(f, ": {reason}")?,
                None => f.write_str(": no converter")?,
            }
            for place in operator.places.iter().take(PLACES_SHOWN) {
                write!(f, "\n    {place}")?;
            }
            if operator.places.len() > PLACES_SHOWN {
                write!(f, "\n    and {} more", operator.places.len() - PLACES_SHOWN)?;
            }
        }
        f.write_str("\nA function with #[converter(\"…\")] for the operator, or for a class of yours around it, adds it.")
    }
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
