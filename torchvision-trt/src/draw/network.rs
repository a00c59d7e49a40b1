//! What there is to see of a TensorRT network.

use std::collections::HashMap;

use trt::layers::TypedLayer;

use super::{Edge, Family, Node, Port, View};
use crate::convert::layer_label;

impl View {
    /// The network, whose layers are named after the nodes of `graph`.
    ///
    /// # Errors
    /// TensorRT cannot say what a tensor is.
    #[expect(
        clippy::mutable_key_type,
        reason = "a tensor hashes by the address of TensorRT's object"
    )]
    pub fn of_network(network: &trt::Network<'_>, graph: &View) -> trt::Result<Self> {
        let mut made_by: HashMap<trt::Tensor<'_>, Edge> = HashMap::new();
        let mut nodes = Vec::new();
        for tensor in network.inputs() {
            made_by.insert(
                tensor,
                Edge {
                    from: nodes.len(),
                    output: 0,
                },
            );
            nodes.push(Node {
                name: tensor.name(),
                label: "input".into(),
                family: Family::Input,
                outputs: vec![port(&tensor)?],
                ..Node::default()
            });
        }
        let origins = origins(graph);
        for layer in network.layers() {
            let inputs = layer.inputs().flatten();
            let inputs = inputs
                .filter_map(|tensor| made_by.get(&tensor).cloned())
                .collect();
            for (output, tensor) in layer.outputs().enumerate() {
                made_by.insert(
                    tensor,
                    Edge {
                        from: nodes.len(),
                        output,
                    },
                );
            }
            nodes.push(node(&layer, inputs, &origins)?);
        }
        for tensor in network.outputs() {
            nodes.push(Node {
                name: tensor.name(),
                label: "output".into(),
                family: Family::Output,
                inputs: made_by.get(&tensor).cloned().into_iter().collect(),
                details: vec![("tensor".into(), port(&tensor)?.kind)],
                ..Node::default()
            });
        }
        Ok(Self {
            name: "network".into(),
            note: "TensorRT's layers before it fuses them".into(),
            classes: graph.classes.clone(),
            nodes,
        })
    }
}

/// Nodes of the graph by the names that their layers get.
fn origins(graph: &View) -> HashMap<String, Vec<&Node>> {
    let mut origins: HashMap<String, Vec<&Node>> = HashMap::new();
    for node in &graph.nodes {
        let label = layer_label(&node.module, &node.label);
        origins.entry(label).or_default().push(node);
    }
    origins
}

fn node(
    layer: &trt::Layer<'_>,
    inputs: Vec<Edge>,
    origins: &HashMap<String, Vec<&Node>>,
) -> trt::Result<Node> {
    let name = layer.name();
    let label = name.split('#').next().unwrap_or_default();
    let origin = origins.get(label).map_or(&[][..], |nodes| nodes);
    let mut python: Vec<String> = origin
        .iter()
        .flat_map(|node| &node.python)
        .cloned()
        .collect();
    python.sort();
    python.dedup();
    let kind = layer.kind().to_string();
    let mut details = vec![("layer".into(), kind.clone())];
    // Only a network whose types the builder chooses has precisions apart from those of its tensors.
    if let Ok(Some(precision)) = layer.precision() {
        details.push(("precision".into(), precision.to_string().to_lowercase()));
    }
    Ok(Node {
        label: match operation(layer) {
            Some(operation) => format!("{kind} {operation}"),
            None => kind.clone(),
        },
        family: Family::of(&kind),
        module: label
            .rsplit_once('/')
            .map_or("", |(module, _)| module)
            .to_owned(),
        inputs,
        outputs: layer
            .outputs()
            .map(|tensor| port(&tensor))
            .collect::<trt::Result<_>>()?,
        details,
        python,
        origin: origin.iter().map(|node| node.name.clone()).collect(),
        problem: None,
        name,
    })
}

/// Which of several functions a layer computes.
fn operation(layer: &trt::Layer<'_>) -> Option<String> {
    Some(match layer.typed() {
        TypedLayer::Activation(layer) => layer.activation_type().ok()?.to_string(),
        TypedLayer::ElementWise(layer) => layer.operation().ok()?.to_string(),
        TypedLayer::Pooling(layer) => layer.pooling_type().ok()?.to_string(),
        TypedLayer::Reduce(layer) => layer.operation().ok()?.to_string(),
        TypedLayer::TopK(layer) => layer.operation().ok()?.to_string(),
        TypedLayer::Unary(layer) => layer.operation().ok()?.to_string(),
        _ => return None,
    })
}

fn port(tensor: &trt::Tensor<'_>) -> trt::Result<Port> {
    let dims = tensor.dims()?;
    let sizes = dims.iter().enumerate().map(|(axis, &size)| match size {
        -1 => tensor.dimension_name(axis).unwrap_or_else(|| "?".into()),
        size => size.to_string(),
    });
    let sizes: Vec<String> = sizes.collect();
    Ok(Port {
        name: tensor.name(),
        kind: format!(
            "{}[{}]",
            tensor.dtype()?.to_string().to_lowercase(),
            sizes.join(", ")
        ),
    })
}
