//! Puts the bodies of `torch.no_grad` and disabled `torch.autocast` regions in their place: neither changes inference.

use std::collections::HashMap;

use super::Error;
use crate::graph::{Argument, Graph, Node, Value, ValueId};

pub(super) fn run(graph: &mut Graph) -> Result<(), Error> {
    if graph
        .nodes()
        .all(|(_, node)| region(&node.target).is_none())
    {
        return Ok(());
    }
    let mut replaced = HashMap::new();
    for node in graph.take_nodes() {
        place(graph, node, &mut replaced)?;
    }
    graph.map_uses(|v| resolve(&replaced, v));
    Ok(())
}

/// Number of leading arguments before the body of a region that is run as it is.
fn region(target: &str) -> Option<usize> {
    match target {
        "higher_order.wrap_with_set_grad_enabled" => Some(1),
        "higher_order.wrap_with_autocast" => Some(4),
        _ => None,
    }
}

fn resolve(replaced: &HashMap<ValueId, ValueId>, v: ValueId) -> ValueId {
    replaced.get(&v).map_or(v, |next| resolve(replaced, *next))
}

fn place(
    graph: &mut Graph,
    mut node: Node,
    replaced: &mut HashMap<ValueId, ValueId>,
) -> Result<(), Error> {
    node.args
        .iter_mut()
        .for_each(|(_, arg)| arg.map_values(&mut |v| resolve(replaced, v)));
    let Some(skip) = region(&node.target) else {
        graph.push(node);
        return Ok(());
    };
    if node.target.ends_with("autocast")
        && node
            .args
            .get(2)
            .is_none_or(|(_, enabled)| *enabled != Argument::Bool(false))
    {
        return Err(Error::Autocast { node: node.name });
    }
    let mut args = node.args.into_iter().skip(skip).map(|(_, arg)| arg);
    let Some(Argument::Graph(mut body)) = args.next() else {
        return Err(broken(&node.name, "has no body"));
    };
    // Literal arguments have no input in the body's list, where they are spelled out.
    let given: Vec<ValueId> = args
        .filter_map(|arg| match arg {
            Argument::Tensor(v)
            | Argument::SymInt(v)
            | Argument::SymFloat(v)
            | Argument::SymBool(v) => Some(v),
            _ => None,
        })
        .collect();
    if given.len() != body.inputs.len() || node.outputs.len() != body.outputs.len() {
        return Err(broken(&node.name, "does not fit its body"));
    }
    let mut map: HashMap<ValueId, ValueId> = body
        .inputs
        .iter()
        .map(|input| input.value)
        .zip(given.iter().copied())
        .collect();
    for mut inner in body.take_nodes() {
        for v in &inner.outputs {
            let value: Value = body.value(*v).clone();
            map.insert(*v, graph.add_value(value));
        }
        inner
            .args
            .iter_mut()
            .for_each(|(_, arg)| arg.map_values(&mut |v| map.get(&v).copied().unwrap_or(v)));
        inner
            .outputs
            .iter_mut()
            .for_each(|v| *v = map.get(v).copied().unwrap_or(*v));
        place(graph, inner, replaced)?;
    }
    for (outer, inner) in node.outputs.iter().zip(&body.outputs) {
        let inner = map.get(&inner.value).copied().unwrap_or(inner.value);
        replaced.insert(*outer, inner);
    }
    Ok(())
}

fn broken(node: &str, detail: &str) -> Error {
    crate::graph::Error::Unsupported {
        place: format!("node `{node}`"),
        detail: format!("it {detail}; export the model again"),
    }
    .into()
}
