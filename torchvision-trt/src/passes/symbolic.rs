//! Replaces integers that do not depend on the input sizes after all by literals.

use crate::graph::{Argument, Graph, IntArg, SymExpr, ValueKind};

pub(super) fn run(graph: &mut Graph) {
    let known: Vec<Option<i64>> = graph
        .values()
        .map(|(_, value)| match &value.kind {
            ValueKind::Int(SymExpr::Int(n)) => Some(*n),
            _ => None,
        })
        .collect();
    if known.iter().all(Option::is_none) {
        return;
    }
    graph.for_each_argument(|arg| match arg {
        Argument::SymInt(v) => {
            if let Some(n) = known[v.index()] {
                *arg = Argument::Int(n);
            }
        }
        Argument::Ints(list) => list.iter_mut().for_each(|item| {
            if let IntArg::Sym(v) = item
                && let Some(n) = known[v.index()]
            {
                *item = IntArg::Static(n);
            }
        }),
        _ => {}
    });
}
