//! Drops updates of tensors that outlive the call, or refuses them where the outputs depend on them.

use super::Error;
use crate::graph::{ConstantKind, Graph, MutationTarget};

pub(super) fn run(graph: &mut Graph) -> Result<(), Error> {
    if graph.mutations.is_empty() {
        return Ok(());
    }
    let updates = std::mem::take(&mut graph.mutations);
    let mut needed = vec![false; graph.value_count()];
    graph
        .outputs
        .iter()
        .for_each(|output| needed[output.value.index()] = true);
    for (_, node) in graph.nodes().rev() {
        if node.outputs.iter().any(|v| needed[v.index()]) {
            node.for_each_input(|v| needed[v.index()] = true);
        }
    }
    for update in updates {
        let kind = match update.kind {
            MutationTarget::Buffer => "buffer",
            MutationTarget::Parameter => "parameter",
            MutationTarget::Input => {
                tracing::warn!(
                    "the model writes to its input `{}`; the engine leaves the caller's tensor as it is",
                    update.target
                );
                continue;
            }
        };
        let state = graph.constants().find(|(_, constant)| {
            constant.name == update.target
                && matches!(
                    constant.kind,
                    ConstantKind::Buffer | ConstantKind::Parameter
                )
        });
        if state.is_some_and(|(v, _)| needed[v.index()]) {
            return Err(Error::Stateful {
                kind,
                name: update.target,
            });
        }
        tracing::debug!(
            "the update of {kind} `{}` is dropped: no output depends on it",
            update.target
        );
    }
    Ok(())
}
