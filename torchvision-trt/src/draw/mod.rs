//! Drawings of a program: its graph after the passes, and the TensorRT network that is made of it.
//!
//! A [`View`] is what there is to see, [`dot`] writes it for Graphviz, [`html`] as one page for a browser that needs no network.

mod dot;
mod family;
mod graph;
mod html;
mod network;

use std::collections::BTreeMap;

use serde::Serialize;

pub use dot::dot;
pub use family::Family;
pub use html::html;

/// Nodes in the order of execution, each in a module.
#[derive(Clone, Debug, Default, Serialize)]
pub struct View {
    /// What is drawn.
    pub name: String,
    /// What the reader should know about it.
    pub note: String,
    /// Classes of the modules, by attribute path.
    pub classes: BTreeMap<String, String>,
    /// The nodes. Each reads only from those before it.
    pub nodes: Vec<Node>,
}

/// One box: an operator, a layer, an input or an output.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Node {
    /// Unique name.
    pub name: String,
    /// What it computes, in a few letters: `conv2d`, `ElementWise Sum`.
    pub label: String,
    /// What it is, for the color.
    pub family: Family,
    /// Attribute path of the module it belongs to; empty for the model itself.
    pub module: String,
    /// Where its tensors come from.
    pub inputs: Vec<Edge>,
    /// Its results.
    pub outputs: Vec<Port>,
    /// Everything else, as key and value: arguments, precision, weights.
    pub details: Vec<(String, String)>,
    /// Lines of the user's Python that it comes from.
    pub python: Vec<String>,
    /// Names of the nodes of the graph that a layer comes from.
    pub origin: Vec<String>,
    /// Why it cannot be converted, if it cannot.
    pub problem: Option<String>,
}

/// A tensor on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edge {
    /// Index of the node that computes it.
    pub from: usize,
    /// Which of that node's results it is.
    pub output: usize,
}

/// A result of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Port {
    /// Name of the tensor.
    pub name: String,
    /// Element type and shape: `float32[1, 3, 224, 224]`.
    pub kind: String,
}

/// The modules around a module: `a.b.c` is in `a` and `a.b`. Outermost first, the module itself last.
fn enclosing(module: &str) -> impl Iterator<Item = &str> {
    let ends = module.match_indices('.').map(|(at, _)| at);
    let whole = (!module.is_empty()).then_some(module.len());
    ends.chain(whole).map(move |end| &module[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_nested_by_their_path() {
        let list = |module| enclosing(module).collect::<Vec<_>>();
        assert_eq!(
            list("layer1.0.conv1"),
            ["layer1", "layer1.0", "layer1.0.conv1"]
        );
        assert_eq!(list("fc"), ["fc"]);
        assert!(list("").is_empty());
    }
}
