//! Values: what nodes, inputs and constants define.

use std::fmt;

use crate::pt2::{DType, SymExpr};

/// Index of a [`Value`] in its [`Graph`](super::Graph).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ValueId(pub(crate) u32);

impl ValueId {
    /// Position in the graph's table of values, dense from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One size of a tensor.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Dim {
    /// Known when the program was exported.
    Static(i64),
    /// Depends on the input sizes.
    Symbolic(SymExpr),
}

impl Dim {
    /// The size, if it is known.
    pub fn as_static(&self) -> Option<i64> {
        match self {
            Self::Static(n) => Some(*n),
            Self::Symbolic(_) => None,
        }
    }
}

impl fmt::Display for Dim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Static(n) => write!(f, "{n}"),
            Self::Symbolic(e) => write!(f, "{e}"),
        }
    }
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueKind {
    /// A tensor of the program.
    Tensor {
        /// Element type.
        dtype: DType,
        /// Sizes, outermost first.
        shape: Vec<Dim>,
    },
    /// A Python integer computed from input sizes, or an integer input.
    Int(SymExpr),
    /// A Python float computed from input sizes, as far as its expression is known.
    Float(Option<SymExpr>),
    /// A Python bool computed from input sizes.
    Bool,
    /// A script object or an effect token: carried, never converted.
    Object(String),
}

/// A value of the SSA graph: defined once, by a node, an input or a constant.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// Unique name, as in the exported program.
    pub name: String,
    /// Type and shape.
    pub kind: ValueKind,
}

impl Value {
    /// A tensor value.
    pub fn tensor(name: impl Into<String>, dtype: DType, shape: Vec<Dim>) -> Self {
        Self {
            name: name.into(),
            kind: ValueKind::Tensor { dtype, shape },
        }
    }

    /// Element type, if the value is a tensor.
    pub fn dtype(&self) -> Option<DType> {
        match &self.kind {
            ValueKind::Tensor { dtype, .. } => Some(*dtype),
            _ => None,
        }
    }

    /// Sizes, if the value is a tensor.
    pub fn shape(&self) -> Option<&[Dim]> {
        match &self.kind {
            ValueKind::Tensor { shape, .. } => Some(shape),
            _ => None,
        }
    }

    /// Sizes, if the value is a tensor whose sizes are all known.
    pub fn static_shape(&self) -> Option<Vec<i64>> {
        self.shape()?.iter().map(Dim::as_static).collect()
    }
}

impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tensor { dtype, shape } => {
                write!(f, "{dtype}[")?;
                for (i, dim) in shape.iter().enumerate() {
                    write!(f, "{}{dim}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Self::Int(e) => write!(f, "int({e})"),
            Self::Float(Some(e)) => write!(f, "float({e})"),
            Self::Float(None) => f.write_str("float"),
            Self::Bool => f.write_str("bool"),
            Self::Object(class) => write!(f, "object({class})"),
        }
    }
}
