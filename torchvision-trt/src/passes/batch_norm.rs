//! Folds a batch normalization into the convolution before it.
//!
//! TensorRT makes one kernel of both anyway, but in a 16-bit type it would round the weight first and the normalization's factors
//! after it; folded here, their product is rounded once. For int8 the normalization would stand between the convolution and the next
//! quantization. What a converter of the user's own takes stays as it is.

use std::collections::HashSet;

use super::BATCH_NORMS;
use crate::graph::{Argument, Constant, Graph, Node, NodeId};

/// Puts each batch normalization that alone follows a convolution into its weight and bias; nodes that are `kept` stay.
pub(super) fn run(graph: &mut Graph, kept: &HashSet<NodeId>) {
    let users = graph.users();
    let producers = graph.producers();
    let norms: Vec<NodeId> = graph
        .nodes()
        .filter(|(_, node)| BATCH_NORMS.contains(&node.target.as_str()))
        .map(|(id, _)| id)
        .collect();
    for norm in norms {
        let input = graph.node(norm).tensor("input");
        let Some(conv) = input.and_then(|value| producers[value.index()]) else {
            continue;
        };
        let is_only_user = input.is_some_and(|value| users[value.index()] == [norm])
            && !graph
                .outputs
                .iter()
                .any(|output| Some(output.value) == input);
        let is_kept = kept.contains(&conv) || kept.contains(&norm);
        if is_only_user && is_convolution(graph.node(conv)) && !is_kept {
            // What is not known before conversion stays where it is.
            let _ = fold(graph, conv, norm);
        }
    }
}

/// True for a convolution whose weight has the output channels in front.
fn is_convolution(node: &Node) -> bool {
    match node.target.as_str() {
        "aten.conv1d.default"
        | "aten.conv1d.padding"
        | "aten.conv2d.default"
        | "aten.conv2d.padding"
        | "aten.conv3d.default"
        | "aten.conv3d.padding" => true,
        "aten.convolution.default" => matches!(node.arg("transposed"), Some(Argument::Bool(false))),
        _ => false,
    }
}

fn fold(graph: &mut Graph, conv: NodeId, norm: NodeId) -> Option<()> {
    let (layer, normalization) = (graph.node(conv), graph.node(norm));
    if matches!(normalization.arg("training"), Some(Argument::Bool(true))) {
        return None;
    }
    let Some(Argument::Float(eps)) = normalization.arg("eps") else {
        return None;
    };
    let known = |node: &Node, name: &str| graph.constant(node.tensor(name)?);
    let weight = known(layer, "weight")?;
    let channels = usize::try_from(*weight.shape().first()?).ok()?;
    // Without a batch, the normalization's channels are other ones.
    let batched = graph.value(layer.tensor("input")?).shape()?.len() == weight.shape().len();
    if !batched || channels == 0 {
        return None;
    }
    let vector = |node: &Node, name: &str, default: f32| match node.tensor(name) {
        Some(_) => known(node, name)?
            .to_floats()
            .filter(|numbers| numbers.len() == channels),
        None => Some(vec![default; channels]),
    };
    let bias = vector(layer, "bias", 0.0)?;
    let (gain, shift) = (
        vector(normalization, "weight", 1.0)?,
        vector(normalization, "bias", 0.0)?,
    );
    let mean = vector(normalization, "running_mean", 0.0)?;
    let variance = vector(normalization, "running_var", 1.0)?;
    let scale = gain.iter().zip(&variance);
    let scale: Vec<f64> = scale
        .map(|(gain, variance)| f64::from(*gain) / (f64::from(*variance) + eps).sqrt())
        .collect();
    let numbers = weight.to_floats()?;
    let size = numbers.len() / channels;
    let folded = numbers
        .iter()
        .enumerate()
        .map(|(i, x)| (f64::from(*x) * scale[i / size]) as f32);
    let folded_bias = (0..channels)
        .map(|c| (f64::from(bias[c]) - f64::from(mean[c])) * scale[c] + f64::from(shift[c]))
        .map(|x| x as f32);
    let name = format!("{}_folded", layer.name);
    let folded = Constant::from_floats(&name, weight.shape().to_vec(), folded);
    let bias_name = format!("{name}_bias");
    let folded_bias = Constant::from_floats(&bias_name, vec![channels as i64], folded_bias);
    let output = *normalization.outputs.first()?;
    let weight = graph.add_constant(&name, folded);
    let bias = graph.add_constant(&bias_name, folded_bias);
    graph.set_tensor(conv, "weight", weight);
    graph.set_tensor(conv, "bias", bias);
    graph.node_mut(conv).outputs = vec![output];
    graph.remove(norm);
    Some(())
}
