//! Puts the bodies of higher-order operators in their place: of `torch.no_grad` and disabled `torch.autocast` regions, which do not
//! change inference, and of control flow as `control_flow` has it.

use std::collections::HashMap;

use super::Error;
use super::control_flow;
use crate::graph::{Argument, Graph, Node, Output, Value, ValueId};

pub(super) fn run(graph: &mut Graph) -> Result<(), Error> {
    if graph
        .nodes()
        .all(|(_, node)| !node.target.starts_with("higher_order."))
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
        return control_flow::place(graph, node, replaced);
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
    let Some(Argument::Graph(body)) = args.next() else {
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
    if node.outputs.len() != body.outputs.len() {
        return Err(broken(&node.name, "does not fit its body"));
    }
    let results = place_body(graph, &node.name, *body, &given, replaced)?;
    replaced.extend(node.outputs.into_iter().zip(results));
    Ok(())
}

/// Puts the nodes of a body in their place and gives the values of its outputs.
pub(super) fn place_body(
    graph: &mut Graph,
    caller: &str,
    mut body: Graph,
    given: &[ValueId],
    replaced: &mut HashMap<ValueId, ValueId>,
) -> Result<Vec<ValueId>, Error> {
    if given.len() != body.inputs.len() {
        return Err(broken(caller, "does not fit its body"));
    }
    let inputs = body.inputs.iter().map(|input| input.value);
    let mut map: HashMap<ValueId, ValueId> = inputs.zip(given.iter().copied()).collect();
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
        if let Some(first) = inner.outputs.first() {
            inner.name.clone_from(&graph.value(*first).name);
        }
        place(graph, inner, replaced)?;
    }
    let output = |output: &Output| {
        let inner = map.get(&output.value).copied().unwrap_or(output.value);
        resolve(replaced, inner)
    };
    Ok(body.outputs.iter().map(output).collect())
}

pub(super) fn broken(node: &str, detail: &str) -> Error {
    crate::graph::Error::Unsupported {
        place: format!("node `{node}`"),
        detail: format!("it {detail}; export the model again"),
    }
    .into()
}
