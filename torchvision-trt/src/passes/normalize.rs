//! Drops operations that change nothing in inference and gives casts and copies one form.
//!
//! | becomes | from |
//! |---|---|
//! | its input | `alias`, `detach`, `lift`, `lift_fresh`, `lift_fresh_copy`, `alias_copy`, `detach_copy`, `clone`, `contiguous`, `pin_memory`; `dropout`, `feature_dropout`, `alpha_dropout`, `feature_alpha_dropout`, `native_dropout` outside training; a cast to the same dtype |
//! | `_to_copy(self, dtype)` | every other `to`, `type_as`, `_to_copy`, `prims.convert_element_type` |
//! | `_to_copy` and `expand` of the source | `copy` |
//!
//! Everything else keeps its name, so that a user's converter for it is found.

use std::collections::HashSet;

use crate::graph::{Argument, Dim, Graph, IntArg, Node, Schema, Value, ValueId};
use crate::pt2::DType;

pub(super) fn run(graph: &mut Graph) {
    let mut same: Vec<Option<ValueId>> = vec![None; graph.value_count()];
    let read = read_values(graph);
    let resolve =
        |same: &[Option<ValueId>], v: ValueId| same.get(v.index()).copied().flatten().unwrap_or(v);
    for mut node in graph.take_nodes() {
        node.args
            .iter_mut()
            .for_each(|(_, arg)| arg.map_values(&mut |v| resolve(&same, v)));
        if let Some((result, source)) = identity(graph, &node, &read) {
            same[result.index()] = Some(source);
        } else if is_cast(&node.target)
            && let (Some(source), [result]) = (first_tensor(&node), &node.outputs[..])
            && let Some(dtype) = graph.value(*result).dtype()
        {
            graph.push(cast_node(&node, source, dtype, *result));
        } else if node.target == "aten.copy.default" {
            copy(graph, node, &mut same);
        } else {
            graph.push(node);
        }
    }
    graph.map_uses(|v| resolve(&same, v));
}

/// The values that a node reads or the program returns.
fn read_values(graph: &Graph) -> HashSet<ValueId> {
    let mut read: HashSet<ValueId> = graph.outputs.iter().map(|output| output.value).collect();
    for (_, node) in graph.nodes() {
        node.for_each_input(|v| {
            read.insert(v);
        });
    }
    read
}

fn first_tensor(node: &Node) -> Option<ValueId> {
    match node.args.first() {
        Some((_, Argument::Tensor(v))) => Some(*v),
        _ => None,
    }
}

fn is_cast(target: &str) -> bool {
    target.starts_with("aten.to.")
        || matches!(
            target,
            "aten._to_copy.default" | "aten.type_as.default" | "prims.convert_element_type.default"
        )
}

/// The result that is the same as a value, if the node is an identity.
fn identity(graph: &Graph, node: &Node, read: &HashSet<ValueId>) -> Option<(ValueId, ValueId)> {
    let (source, result) = (first_tensor(node)?, *node.outputs.first()?);
    let off = |name: &str| matches!(node.arg(name), Some(Argument::Bool(false)));
    let is_identity = match node.target.as_str() {
        "aten.alias.default"
        | "aten.detach.default"
        | "aten.lift.default"
        | "aten.lift_fresh.default"
        | "aten.lift_fresh_copy.default"
        | "aten.alias_copy.default"
        | "aten.detach_copy.default"
        | "aten.clone.default"
        | "aten.contiguous.default"
        | "aten.pin_memory.default" => true,
        "aten.dropout.default"
        | "aten.feature_dropout.default"
        | "aten.alpha_dropout.default"
        | "aten.feature_alpha_dropout.default" => {
            off("train") || matches!(node.arg("p"), Some(Argument::Float(0.0)))
        }
        // Its mask is all true outside training; a program that reads it is left to a converter.
        "aten.native_dropout.default" => off("train") && !read.contains(node.outputs.get(1)?),
        target if is_cast(target) => graph.value(source).dtype() == graph.value(result).dtype(),
        _ => false,
    };
    is_identity.then_some((result, source))
}

/// `aten._to_copy.default` with all of its arguments, in the place of `node`.
pub(super) fn cast_node(node: &Node, source: ValueId, dtype: DType, result: ValueId) -> Node {
    let target = "aten._to_copy.default";
    let mut args: Vec<(String, Argument)> = vec![
        ("self".into(), Argument::Tensor(source)),
        ("dtype".into(), Argument::DType(dtype)),
    ];
    let rest = Schema::of(target)
        .map(|schema| schema.params)
        .unwrap_or_default();
    args.extend(
        rest.into_iter()
            .skip(2)
            .filter_map(|param| Some((param.name, param.default?))),
    );
    Node {
        target: target.into(),
        args,
        outputs: vec![result],
        ..node.clone()
    }
}

/// `copy(self, src)` is `src` with the dtype and the shape of `self`.
fn copy(graph: &mut Graph, node: Node, same: &mut Vec<Option<ValueId>>) {
    let (Some(Argument::Tensor(source)), [result]) = (node.arg("src"), &node.outputs[..]) else {
        graph.push(node);
        return;
    };
    let (mut source, result) = (*source, *result);
    let (from, to) = (graph.value(source).clone(), graph.value(result).clone());
    let (Some(shape), Some(from_shape), Some(dtype)) = (to.shape(), from.shape(), to.dtype())
    else {
        graph.push(node);
        return;
    };
    let expands = shape != from_shape;
    let sizes: Option<Vec<i64>> = shape.iter().map(Dim::as_static).collect();
    if expands && sizes.is_none() {
        graph.push(node);
        return;
    }
    if from.dtype() != Some(dtype) {
        let cast = if expands {
            graph.add_value(Value::tensor(
                format!("{}_cast", node.name),
                dtype,
                from_shape.to_vec(),
            ))
        } else {
            result
        };
        graph.push(cast_node(&node, source, dtype, cast));
        if !expands {
            return;
        }
        source = cast;
    }
    match sizes.filter(|_| expands) {
        Some(sizes) => {
            let args = vec![
                ("self".into(), Argument::Tensor(source)),
                (
                    "size".into(),
                    Argument::Ints(sizes.into_iter().map(IntArg::Static).collect()),
                ),
                ("implicit".into(), Argument::Bool(false)),
            ];
            graph.push(Node {
                target: "aten.expand.default".into(),
                args,
                ..node
            });
        }
        None => {
            same.resize(graph.value_count(), None);
            same[result.index()] = Some(source);
        }
    }
}
