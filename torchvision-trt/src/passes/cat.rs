//! Lets each concatenation that begins like an earlier one begin with its result.
//!
//! Densely connected networks concatenate all that came before again for each layer. TensorRT writes a tensor straight into the
//! result of one concatenation at most, so it copies everything for each. One that begins with the result of another needs no copy.

use std::collections::{HashMap, HashSet};

use crate::graph::{Argument, DType, Graph, Node, NodeId, ValueId};

/// The operator, in the form that the exporter gives it.
const CAT: &str = "aten.cat.default";

/// The concatenations so far, as a tree: a step for each tensor, from the root of its dimension and element type. Tensors of mixed
/// types take that of the result, which is not that of a part's result.
#[derive(Default)]
struct Known {
    steps: HashMap<(Step, ValueId), Step>,
    roots: HashMap<(i64, DType), Step>,
    results: HashMap<Step, ValueId>,
    count: usize,
}

type Step = usize;

impl Known {
    fn next(&mut self) -> Step {
        self.count += 1;
        self.count
    }

    /// Notes what concatenates these tensors. Returns the result of the longest that they begin with, and of how many tensors it is.
    fn add(
        &mut self,
        root: (i64, DType),
        tensors: &[ValueId],
        result: ValueId,
    ) -> Option<(usize, ValueId)> {
        let new = self.next();
        let mut step = *self.roots.entry(root).or_insert(new);
        let mut longest = None;
        for (count, &tensor) in tensors.iter().enumerate() {
            longest = self.results.get(&step).map(|&r| (count, r)).or(longest);
            let new = self.next();
            step = *self.steps.entry((step, tensor)).or_insert(new);
        }
        self.results.entry(step).or_insert(result);
        longest
    }
}

/// Shortens concatenations by the longest earlier one that they begin with; nodes that are `kept` stay, and nothing reads what is in
/// them.
pub(super) fn run(graph: &mut Graph, kept: &HashSet<NodeId>) {
    let mut known = Known::default();
    let ids: Vec<NodeId> = graph.nodes().map(|(id, _)| id).collect();
    for id in ids {
        if kept.contains(&id) {
            continue;
        }
        let node = graph.node(id);
        let Some((dim, tensors)) = concatenation(node) else {
            continue;
        };
        let result = node.outputs[0];
        let Some(dtype) = graph.value(result).dtype() else {
            continue;
        };
        let Some((count, result)) = known.add((dim, dtype), &tensors, result) else {
            continue;
        };
        let rest = tensors[count..].iter().copied();
        let shorter = std::iter::once(result).chain(rest).map(Some).collect();
        let mut args = graph.node_mut(id).args.iter_mut();
        if let Some((_, argument)) = args.find(|(name, _)| name == "tensors") {
            *argument = Argument::Tensors(shorter);
        }
    }
}

/// The dimension and the tensors of a concatenation, at least one.
fn concatenation(node: &Node) -> Option<(i64, Vec<ValueId>)> {
    if node.target != CAT {
        return None;
    }
    let Some(Argument::Tensors(tensors)) = node.arg("tensors") else {
        return None;
    };
    let dim = match node.arg("dim") {
        None => 0,
        Some(Argument::Int(dim)) => *dim,
        Some(_) => return None,
    };
    let tensors: Vec<_> = tensors.iter().copied().collect::<Option<_>>()?;
    (!tensors.is_empty()).then_some((dim, tensors))
}
