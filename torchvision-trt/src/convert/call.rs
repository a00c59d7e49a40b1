//! Calls: what one converter takes over, a single node or all nodes of a function or module call.

use std::collections::HashSet;

use super::KeyKind;
use super::error::Place;
use crate::graph::{Argument, Graph, Node, NodeId, ValueId};

/// What one converter takes over: a call of an operator, of a function or of a module.
#[derive(Clone, Debug)]
pub struct Call<'g> {
    pub(crate) graph: &'g Graph,
    pub(crate) kind: KeyKind,
    pub(crate) nodes: Vec<NodeId>,
    pub(crate) inputs: Vec<ValueId>,
    pub(crate) outputs: Vec<ValueId>,
    /// Attribute path of the module called, or of the one that owns the node.
    pub(crate) module: String,
    /// Whether converters may use plugins of `plugins-cuda`.
    pub(crate) plugins: bool,
}

impl<'g> Call<'g> {
    /// A call of one operator. Its outputs are all that the node defines.
    pub(crate) fn of_node(graph: &'g Graph, id: NodeId) -> Self {
        let node = graph.node(id);
        Self {
            graph,
            kind: KeyKind::Operator,
            nodes: vec![id],
            inputs: external_inputs(graph, &[id]),
            outputs: node.outputs.clone(),
            module: node.module_path().to_owned(),
            plugins: false,
        }
    }

    /// A call of a function or module: `nodes` in execution order.
    pub(crate) fn of_nodes(
        graph: &'g Graph,
        kind: KeyKind,
        nodes: Vec<NodeId>,
        module: String,
        users: &[Vec<NodeId>],
    ) -> Self {
        if let [id] = nodes[..] {
            return Self {
                kind,
                module,
                ..Self::of_node(graph, id)
            };
        }
        let inside: HashSet<NodeId> = nodes.iter().copied().collect();
        let returned: HashSet<ValueId> = graph.outputs.iter().map(|o| o.value).collect();
        let leaves = |v: &ValueId| {
            returned.contains(v) || users[v.index()].iter().any(|n| !inside.contains(n))
        };
        let outputs = nodes
            .iter()
            .flat_map(|&n| &graph.node(n).outputs)
            .copied()
            .filter(leaves)
            .collect();
        Self {
            graph,
            kind,
            inputs: external_inputs(graph, &nodes),
            nodes,
            outputs,
            module,
            plugins: false,
        }
    }

    /// The graph the call is part of.
    pub fn graph(&self) -> &'g Graph {
        self.graph
    }

    /// What kind of key the converter was found by.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The nodes taken over, in execution order.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = &'g Node> + use<'_, 'g> {
        self.nodes.iter().map(|&id| self.graph.node(id))
    }

    /// The node, if the call is a single one.
    pub fn node(&self) -> Option<&'g Node> {
        match self.nodes[..] {
            [id] => Some(self.graph.node(id)),
            _ => None,
        }
    }

    /// The argument with this schema name, if the call is a single node.
    pub fn arg(&self, name: &str) -> Option<&'g Argument> {
        self.node()?.arg(name)
    }

    /// Tensors that flow in: neither constants nor computed inside; in the order of first use.
    pub fn inputs(&self) -> &[ValueId] {
        &self.inputs
    }

    /// Values that the rest of the graph reads; all that the node defines if it is a single one.
    pub fn outputs(&self) -> &[ValueId] {
        &self.outputs
    }

    /// Whether anything reads an output, by its place among [`outputs`](Self::outputs).
    pub fn reads_output(&self, index: usize) -> bool {
        let Some(&value) = self.outputs.get(index) else {
            return false;
        };
        let mut read = self.graph.outputs.iter().any(|o| o.value == value);
        for (_, node) in self.graph.nodes() {
            node.for_each_input(|v| read |= v == value);
        }
        read
    }

    /// Whether the converter will find plugins to use, see [`Context::may_use_plugins`](super::Context::may_use_plugins).
    pub fn may_use_plugins(&self) -> bool {
        self.plugins
    }

    /// Attribute path of the module called, or of the one that owns the node; empty for the model itself.
    pub fn module(&self) -> &str {
        &self.module
    }

    /// The operator, or the class or function that stands for several.
    pub fn target(&self) -> String {
        match (self.node(), self.kind, self.nodes().next()) {
            (Some(node), ..) => node.target.clone(),
            (None, KeyKind::Function, Some(first)) => first
                .function
                .as_ref()
                .map_or(String::new(), |f| f.name.clone()),
            (None, _, Some(first)) => {
                let frame = first.modules.iter().find(|f| f.path == self.module);
                frame.map_or(String::new(), |f| f.class.clone())
            }
            (None, _, None) => String::new(),
        }
    }

    /// Where the call is, for messages.
    pub(crate) fn place(&self) -> Place {
        place(self.graph, self.graph.node(self.nodes[0]))
    }
}

/// Where a node is, for messages.
pub(crate) fn place(graph: &Graph, node: &Node) -> Place {
    let kinds = |values: &mut dyn Iterator<Item = ValueId>| {
        values
            .map(|v| graph.value(v).kind.to_string())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut read = Vec::new();
    node.for_each_input(|v| read.push(v));
    let shapes = format!(
        "{} -> {}",
        kinds(&mut read.into_iter()),
        kinds(&mut node.outputs.iter().copied())
    );
    let is_own = |class: &str| {
        !["torch.", "torchvision."]
            .iter()
            .any(|package| class.starts_with(package))
    };
    Place {
        node: node.name.clone(),
        own_class: node
            .modules
            .iter()
            .rev()
            .find(|m| !m.path.is_empty() && is_own(&m.class))
            .map(|m| m.class.clone()),
        module: node.module_path().to_owned(),
        class: node
            .modules
            .last()
            .map_or(String::new(), |m| m.class.clone()),
        shapes,
        line: node.source_line(),
    }
}

fn external_inputs(graph: &Graph, nodes: &[NodeId]) -> Vec<ValueId> {
    let mut seen: HashSet<ValueId> = nodes
        .iter()
        .flat_map(|&n| graph.node(n).outputs.iter().copied())
        .collect();
    let mut inputs = Vec::new();
    for &id in nodes {
        graph.node(id).for_each_input(|v| {
            if graph.value(v).dtype().is_some() && graph.constant(v).is_none() && seen.insert(v) {
                inputs.push(v);
            }
        });
    }
    inputs
}
