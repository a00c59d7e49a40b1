//! Arguments of a node.

use std::collections::BTreeMap;

use super::{Graph, ValueId};
use crate::pt2::{DType, Layout, MemoryFormat};

/// An integer that is either written in the program or computed from input sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IntArg {
    /// A literal.
    Static(i64),
    /// A value of kind [`Int`](super::ValueKind::Int).
    Sym(ValueId),
}

/// An argument of a [`Node`](super::Node).
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// Python's `None`.
    None,
    /// A tensor.
    Tensor(ValueId),
    /// A list of tensors, some of which may be `None` (as in `index.Tensor`).
    Tensors(Vec<Option<ValueId>>),
    /// A list of lists of tensors.
    NestedTensors(Vec<Vec<ValueId>>),
    /// An integer literal; a `Scalar` may arrive as this or as a float.
    Int(i64),
    /// An integer computed from input sizes.
    SymInt(ValueId),
    /// A list of integers.
    Ints(Vec<IntArg>),
    /// A list of lists of integers.
    IntLists(Vec<Vec<i64>>),
    /// A float literal.
    Float(f64),
    /// A float computed from input sizes.
    SymFloat(ValueId),
    /// A list of float literals.
    Floats(Vec<f64>),
    /// A bool literal.
    Bool(bool),
    /// A bool computed from input sizes.
    SymBool(ValueId),
    /// A list of bools.
    Bools(Vec<bool>),
    /// A string.
    Str(String),
    /// A list of strings.
    Strs(Vec<String>),
    /// A dtype.
    DType(DType),
    /// A tensor layout.
    Layout(Layout),
    /// A memory format.
    MemoryFormat(MemoryFormat),
    /// A device, as PyTorch prints it (`cpu`, `cuda:0`).
    Device(String),
    /// A complex literal.
    Complex {
        /// Real part.
        re: f64,
        /// Imaginary part.
        im: f64,
    },
    /// The body of a higher-order operator.
    Graph(Box<Graph>),
    /// An operator passed as an argument.
    Operator(String),
    /// A script object.
    Object(ValueId),
    /// A dictionary with string keys.
    Dict(BTreeMap<String, Argument>),
}

impl Argument {
    /// Calls `visit` with every value the argument refers to. Bodies of higher-order operators have values of their own.
    pub fn for_each_value(&self, visit: &mut impl FnMut(ValueId)) {
        match self {
            Self::Tensor(v)
            | Self::SymInt(v)
            | Self::SymFloat(v)
            | Self::SymBool(v)
            | Self::Object(v) => visit(*v),
            Self::Tensors(list) => list.iter().flatten().for_each(|v| visit(*v)),
            Self::NestedTensors(lists) => lists.iter().flatten().for_each(|v| visit(*v)),
            Self::Ints(list) => list.iter().for_each(|i| {
                if let IntArg::Sym(v) = i {
                    visit(*v);
                }
            }),
            Self::Dict(entries) => entries.values().for_each(|a| a.for_each_value(visit)),
            _ => {}
        }
    }

    /// Replaces every value the argument refers to by what `map` gives for it.
    pub fn map_values(&mut self, map: &mut impl FnMut(ValueId) -> ValueId) {
        match self {
            Self::Tensor(v)
            | Self::SymInt(v)
            | Self::SymFloat(v)
            | Self::SymBool(v)
            | Self::Object(v) => *v = map(*v),
            Self::Tensors(list) => list.iter_mut().flatten().for_each(|v| *v = map(*v)),
            Self::NestedTensors(lists) => lists.iter_mut().flatten().for_each(|v| *v = map(*v)),
            Self::Ints(list) => list.iter_mut().for_each(|i| {
                if let IntArg::Sym(v) = i {
                    *v = map(*v);
                }
            }),
            Self::Dict(entries) => entries.values_mut().for_each(|a| a.map_values(map)),
            _ => {}
        }
    }
}
