//! Control flow as straight lines: of `torch.cond` the branch that is known to be taken, else both and a choice between their results;
//! of `map` and `scan` as many copies of the body as there are steps.

use std::collections::HashMap;

use super::Error;
use super::inline::{broken, place_body};
use crate::graph::{Argument, Dim, Graph, Node, Value, ValueId};

/// Puts control flow in its place; any other node stays as it is.
pub(super) fn place(
    graph: &mut Graph,
    node: Node,
    replaced: &mut HashMap<ValueId, ValueId>,
) -> Result<(), Error> {
    match node.target.as_str() {
        "higher_order.cond" => cond(graph, node, replaced),
        "higher_order.map_impl" | "higher_order.scan" => steps(graph, node, replaced),
        "higher_order.while_loop" => Err(refused(
            &node,
            "runs a while loop, whose number of steps depends on data: unroll it in the model, to a fixed number",
        )),
        _ => {
            graph.push(node);
            Ok(())
        }
    }
}

fn refused(node: &Node, detail: &str) -> Error {
    Error::ControlFlow {
        node: node.name.clone(),
        detail: detail.into(),
        line: node.source_line(),
    }
}

/// `cond(predicate, true_graph, false_graph, operands)`
fn cond(
    graph: &mut Graph,
    node: Node,
    replaced: &mut HashMap<ValueId, ValueId>,
) -> Result<(), Error> {
    let args: Vec<&Argument> = node.args.iter().map(|(_, arg)| arg).collect();
    let [
        predicate,
        Argument::Graph(yes),
        Argument::Graph(no),
        operands,
    ] = args[..]
    else {
        return Err(broken(&node.name, "is not a condition with two branches"));
    };
    let given = values(operands).ok_or_else(|| broken(&node.name, "has operands of no tensors"))?;
    let known = match predicate {
        Argument::Bool(value) => Some(*value),
        Argument::Tensor(v) => constant_truth(graph, *v),
        _ => {
            return Err(refused(
                &node,
                "chooses by the sizes of the inputs: export the model with the sizes fixed, or bounded to one side",
            ));
        }
    };
    let mut run = |graph: &mut Graph, branch: &Graph| {
        place_body(graph, &node.name, branch.clone(), &given, replaced)
    };
    let results = match (known, predicate) {
        (Some(true), _) => run(graph, yes)?,
        (Some(false), _) => run(graph, no)?,
        (None, Argument::Tensor(predicate)) => {
            let (yes, no) = (run(graph, yes)?, run(graph, no)?);
            let pairs = yes.into_iter().zip(no).zip(&node.outputs);
            pairs
                .map(|((yes, no), output)| {
                    let args = [("condition", *predicate), ("self", yes), ("other", no)];
                    let value = graph.value(*output).clone();
                    emit(graph, &node, "aten.where.self", value, tensors(&args))
                })
                .collect()
        }
        (None, _) => return Err(broken(&node.name, "has no predicate")),
    };
    if results.len() != node.outputs.len() {
        return Err(broken(&node.name, "does not fit its branches"));
    }
    replaced.extend(node.outputs.iter().copied().zip(results));
    Ok(())
}

/// `scan(body, carries, sequences, others)` and `map_impl(body, sequences, others)`.
fn steps(
    graph: &mut Graph,
    node: Node,
    replaced: &mut HashMap<ValueId, ValueId>,
) -> Result<(), Error> {
    let mut args = node.args.iter().map(|(_, arg)| arg);
    let Some(Argument::Graph(body)) = args.next() else {
        return Err(broken(&node.name, "has no body"));
    };
    let lists: Option<Vec<Vec<ValueId>>> = args.map(values).collect();
    let (mut carries, sequences, others) = match lists.as_deref() {
        Some([sequences, others]) => (Vec::new(), sequences.clone(), others.clone()),
        Some([carries, sequences, others]) => (carries.clone(), sequences.clone(), others.clone()),
        _ => return Err(broken(&node.name, "is not a body with lists of tensors")),
    };
    let count = sequences
        .first()
        .and_then(|v| graph.value(*v).shape()?.first()?.as_static());
    let Some(count) = count else {
        return Err(refused(
            &node,
            "takes a step for each element of a dynamic dimension: export the model with that dimension fixed",
        ));
    };
    let mut rows: Vec<Vec<ValueId>> = Vec::new();
    for step in 0..count {
        let mut given = carries.clone();
        for sequence in &sequences {
            given.push(element(graph, &node, *sequence, step));
        }
        given.extend(&others);
        let mut results = place_body(graph, &node.name, (**body).clone(), &given, replaced)?;
        if results.len() != node.outputs.len() {
            return Err(broken(&node.name, "does not fit its body"));
        }
        rows.push(results.split_off(carries.len()));
        carries = results;
    }
    let (last, stacked) = node.outputs.split_at(carries.len());
    replaced.extend(last.iter().copied().zip(carries));
    for (i, output) in stacked.iter().enumerate() {
        let parts = rows.iter().map(|row| Some(row[i])).collect();
        let args = vec![
            ("tensors".into(), Argument::Tensors(parts)),
            ("dim".into(), Argument::Int(0)),
        ];
        let value = graph.value(*output).clone();
        let result = emit(graph, &node, "aten.stack.default", value, args);
        replaced.insert(*output, result);
    }
    Ok(())
}

fn element(graph: &mut Graph, node: &Node, sequence: ValueId, step: i64) -> ValueId {
    let source = graph.value(sequence);
    let shape: Vec<Dim> = source
        .shape()
        .unwrap_or_default()
        .iter()
        .skip(1)
        .cloned()
        .collect();
    let name = format!("{}_step", source.name);
    let value = match source.dtype() {
        Some(dtype) => Value::tensor(name, dtype, shape),
        None => source.clone(),
    };
    let mut args = tensors(&[("self", sequence)]);
    args.push(("dim".into(), Argument::Int(0)));
    args.push(("index".into(), Argument::Int(step)));
    emit(graph, node, "aten.select.int", value, args)
}

fn tensors(args: &[(&str, ValueId)]) -> Vec<(String, Argument)> {
    args.iter()
        .map(|(name, v)| ((*name).to_owned(), Argument::Tensor(*v)))
        .collect()
}

fn emit(
    graph: &mut Graph,
    origin: &Node,
    target: &str,
    value: Value,
    args: Vec<(String, Argument)>,
) -> ValueId {
    let result = graph.add_value(value);
    graph.push(Node {
        target: target.into(),
        name: graph.value(result).name.clone(),
        args,
        outputs: vec![result],
        ..origin.clone()
    });
    result
}

/// A list of tensors, none of which is missing.
fn values(arg: &Argument) -> Option<Vec<ValueId>> {
    match arg {
        Argument::Tensors(list) => list.iter().copied().collect(),
        Argument::Ints(list) if list.is_empty() => Some(Vec::new()),
        _ => None,
    }
}

/// The truth of a constant, seen through what copies it.
fn constant_truth(graph: &Graph, v: ValueId) -> Option<bool> {
    if let Some(constant) = graph.constant(v) {
        return Some(constant.bytes().iter().any(|byte| *byte != 0));
    }
    let (_, node) = graph.nodes().find(|(_, node)| node.outputs.contains(&v))?;
    let copies = [
        "aten.lift_fresh_copy.default",
        "aten.lift_fresh.default",
        "aten.detach_.default",
        "aten.detach.default",
        "aten.clone.default",
        "aten.alias.default",
    ];
    if copies.contains(&node.target.as_str()) {
        constant_truth(graph, node.tensor("self")?)
    } else {
        None
    }
}
