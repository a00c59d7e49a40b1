//! Drops nodes and constants that no output depends on.

use std::collections::HashSet;

use crate::graph::{Graph, NodeId};

/// Checks that a program makes on its inputs at run time; an engine has its profile for that.
fn is_check(target: &str) -> bool {
    target.starts_with("aten._assert") || target.starts_with("aten.sym_constrain_range")
}

pub(super) fn run(graph: &mut Graph) {
    let mut live = vec![false; graph.value_count()];
    graph
        .outputs
        .iter()
        .for_each(|output| live[output.value.index()] = true);
    graph
        .mutations
        .iter()
        .for_each(|mutation| live[mutation.value.index()] = true);
    let mut keep: HashSet<NodeId> = HashSet::new();
    for (id, node) in graph.nodes().rev() {
        // A node without results is there for an effect that is not known here: a converter must decide.
        let effect = node.outputs.is_empty() && !is_check(&node.target);
        if effect || node.outputs.iter().any(|v| live[v.index()]) {
            keep.insert(id);
            node.for_each_input(|v| live[v.index()] = true);
        }
    }
    graph.retain(|id, _| keep.contains(&id));
    graph.retain_constants(|v| live[v.index()]);
}
