//! The program as a graph in static single assignment form: every value is defined once, nodes stand in execution order.
//!
//! [`Graph::from_program`] builds it from an exported program, [`passes`](crate::passes) bring it into the form that converters
//! take, [`Graph::check`] proves its invariants.

mod argument;
mod check;
mod constant;
mod display;
mod edit;
mod error;
mod import;
mod node;
mod provenance;
mod schema;
mod strided;
mod value;

use std::collections::{BTreeMap, HashMap};

pub use argument::{Argument, IntArg};
pub use constant::{Constant, ConstantKind};
pub use error::Error;
pub use node::{FunctionCall, ModuleFrame, Node, NodeId};
pub use schema::{Alias, Param, Schema, Type};
pub use value::{Dim, Value, ValueId, ValueKind};

pub use crate::pt2::{DType, SymExpr, SymRange};

/// An input that the user gives when running the model.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Name of the program's user input.
    pub name: String,
    /// The value it defines.
    pub value: ValueId,
}

/// An output that the user receives.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Path in the model's output tree: `output_0`, `output_1` for a tensor or tuple, keys joined by dots for dicts and dataclasses.
    pub path: String,
    /// The value that is returned.
    pub value: ValueId,
}

/// What a [`Mutation`] writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MutationTarget {
    /// A buffer of the model.
    Buffer,
    /// A parameter of the model.
    Parameter,
    /// A tensor that the user gave.
    Input,
}

/// A tensor that outlives the call and that the program writes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Mutation {
    /// What is written to.
    pub kind: MutationTarget,
    /// Its name: in the state dict, or of the input.
    pub target: String,
    /// What it holds after the call.
    pub value: ValueId,
}

/// An SSA graph, see the [module](self).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    /// User inputs, in the order of the model's `forward`.
    pub inputs: Vec<Input>,
    /// User outputs, in the order of the output tree.
    pub outputs: Vec<Output>,
    /// Buffers, parameters and inputs that the program updates. Passes drop or refuse them: an engine has no state.
    pub mutations: Vec<Mutation>,
    /// Ranges of the size symbols.
    pub symbols: BTreeMap<String, SymRange>,
    values: Vec<Value>,
    nodes: Vec<Node>,
    order: Vec<NodeId>,
    constants: BTreeMap<ValueId, Constant>,
    /// Parameters and buffers that no node reads any more.
    unread: BTreeMap<ValueId, Constant>,
    /// Script objects and effect tokens, which nothing computes.
    objects: Vec<ValueId>,
    names: HashMap<String, ValueId>,
}

impl Graph {
    /// Nodes in execution order.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = (NodeId, &Node)> + ExactSizeIterator {
        self.order.iter().map(|&id| (id, &self.nodes[id.index()]))
    }

    /// The targets of the nodes, and how many nodes have each.
    pub fn operators(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for (_, node) in self.nodes() {
            *counts.entry(node.target.clone()).or_insert(0) += 1;
        }
        counts
    }

    /// The node with this id.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// The node with this id, to be changed. Outputs must keep their values.
    pub fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id.index()]
    }

    /// The value with this id.
    pub fn value(&self, id: ValueId) -> &Value {
        &self.values[id.index()]
    }

    /// The value with this id, to be changed.
    pub fn value_mut(&mut self, id: ValueId) -> &mut Value {
        &mut self.values[id.index()]
    }

    /// All values, those that nothing defines any more included.
    pub fn values(&self) -> impl Iterator<Item = (ValueId, &Value)> {
        (0..).map(ValueId).zip(&self.values)
    }

    /// Number of values ever added; [`ValueId::index`] is below it.
    pub fn value_count(&self) -> usize {
        self.values.len()
    }

    /// The value with this name.
    pub fn value_named(&self, name: &str) -> Option<ValueId> {
        self.names.get(name).copied()
    }

    /// The parameter, buffer or computed tensor behind a value.
    pub fn constant(&self, id: ValueId) -> Option<&Constant> {
        self.constants.get(&id).or_else(|| self.unread.get(&id))
    }

    /// All constants that are read.
    pub fn constants(&self) -> impl Iterator<Item = (ValueId, &Constant)> {
        self.constants.iter().map(|(id, c)| (*id, c))
    }

    /// The parameter or buffer with this name in the state dict, whether or not a node reads it.
    pub fn stored(&self, name: &str) -> Option<ValueId> {
        let mut all = self.constants.iter().chain(&self.unread);
        let found = all.find(|(_, c)| c.is_stored() && c.name == name)?;
        Some(*found.0)
    }

    /// The node that defines each value, by [`ValueId::index`].
    pub fn producers(&self) -> Vec<Option<NodeId>> {
        let mut producers = vec![None; self.values.len()];
        for (id, node) in self.nodes() {
            node.outputs
                .iter()
                .for_each(|v| producers[v.index()] = Some(id));
        }
        producers
    }

    /// The nodes that read each value, in execution order, by [`ValueId::index`].
    pub fn users(&self) -> Vec<Vec<NodeId>> {
        let mut users = vec![Vec::new(); self.values.len()];
        for (id, node) in self.nodes() {
            node.for_each_input(|v| {
                if users[v.index()].last() != Some(&id) {
                    users[v.index()].push(id);
                }
            });
        }
        users
    }
}
