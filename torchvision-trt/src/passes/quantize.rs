//! Int8: puts quantizations in front of convolutions and products with weights, where calibration has measured the ranges.
//!
//! TensorRT computes in int8 what reads two dequantizations. An activation is quantized with one scale, from its range; a weight with
//! one scale for each output channel, and becomes int8 here. Batch normalization goes into the weights before, since it would stand
//! between the convolution and the next quantization. Where a residual addition follows, its other side is quantized too, so that
//! TensorRT makes one kernel of both. All else stays in floats, and so does what a converter of the user's own takes.

use std::collections::{HashMap, HashSet};

use crate::calibrate::Ranges;
use crate::convert::{Registry, taken_by_user};
use crate::graph::{Argument, Constant, Graph, Node, NodeId, Value, ValueId};
use crate::passes::{BATCH_NORMS, Error};
use crate::pt2::{AlignedBytes, DType};

/// The largest integer of int8. Its opposite is the smallest that is used, so that the steps are the same on both sides.
const LARGEST: f32 = 127.0;

/// The arguments of a node that int8 is of use for.
#[derive(Clone, Copy)]
struct Weighted {
    input: &'static str,
    weight: &'static str,
    /// Where the output channels lie in the weight.
    axis: usize,
}

/// The activations that are quantized, each once, in execution order.
pub(crate) fn activations(graph: &Graph) -> Vec<ValueId> {
    let mut found = Vec::new();
    for (_, _, value) in readers(graph, &kept(graph)) {
        if !found.contains(&value) {
            found.push(value);
        }
    }
    found
}

pub(super) fn run(graph: &mut Graph, ranges: &Ranges) -> Result<(), Error> {
    let mut quantized = HashMap::new();
    let kept = kept(graph);
    let readers = readers(graph, &kept);
    fold_batch_norms(graph, &kept);
    for (reader, argument, value) in readers {
        let name = &graph.value(value).name;
        let Some(limit) = ranges.limits.get(name) else {
            let node = graph.node(reader);
            return Err(Error::NotCalibrated {
                value: name.clone(),
                node: node.name.clone(),
                program: ranges.program.clone(),
                line: node.source_line(),
            });
        };
        let Some(limit) = limit else { continue };
        let floats = *quantized
            .entry(value)
            .or_insert_with(|| quantize_activation(graph, reader, value, *limit));
        replace(graph, reader, argument, floats);
        let node = graph.node(reader);
        if let Some(Weighted { weight, axis, .. }) = weighted(graph, node)
            && let Some(constant) = node
                .tensor(weight)
                .and_then(|id| graph.constant(id))
                .cloned()
        {
            let floats = quantize_weight(graph, reader, &constant, axis);
            replace(graph, reader, weight, floats);
        }
    }
    Ok(())
}

/// The nodes to leave as they are. Converters that contradict each other are reported when it comes to them.
fn kept(graph: &Graph) -> HashSet<NodeId> {
    Registry::global()
        .map(|registry| taken_by_user(graph, registry))
        .unwrap_or_default()
}

/// What reads an activation that is quantized: the node, its argument and the value.
fn readers(graph: &Graph, kept: &HashSet<NodeId>) -> Vec<(NodeId, &'static str, ValueId)> {
    let producers = graph.producers();
    let producer = |value: ValueId| producers[value.index()].map(|id| graph.node(id));
    let is_float = |value: ValueId| {
        graph.constant(value).is_none()
            && graph.value(value).dtype() == Some(DType::Float32)
            && !producer(value).is_some_and(|node| node.target.starts_with("quantized_decomposed."))
    };
    let is_product = |value: ValueId| {
        let mut node = producer(value);
        if let Some(norm) = node.filter(|node| BATCH_NORMS.contains(&node.target.as_str())) {
            node = norm.tensor("input").and_then(producer);
        }
        node.is_some_and(|node| weighted(graph, node).is_some())
    };
    let mut readers = Vec::new();
    for (id, node) in graph.nodes().filter(|(id, _)| !kept.contains(id)) {
        if let Some(Weighted { input, .. }) = weighted(graph, node) {
            let value = node.tensor(input).filter(|value| is_float(*value));
            readers.extend(value.map(|value| (id, input, value)));
        } else if node.target == "aten.add.Tensor"
            && let (Some(left), Some(right)) = (node.tensor("self"), node.tensor("other"))
            && graph.value(left).shape() == graph.value(right).shape()
        {
            let side = match (is_product(left), is_product(right)) {
                (true, _) => Some(("other", right)),
                (false, true) => Some(("self", left)),
                (false, false) => None,
            };
            let side = side.filter(|(_, value)| is_float(*value));
            readers.extend(side.map(|(argument, value)| (id, argument, value)));
        }
    }
    readers
}

/// How a node multiplies with a weight, if it does so as TensorRT's int8 kernels can.
fn weighted(graph: &Graph, node: &Node) -> Option<Weighted> {
    let (input, weight, axis) = match node.target.as_str() {
        "aten.conv2d.default"
        | "aten.conv2d.padding"
        | "aten.conv3d.default"
        | "aten.conv3d.padding"
        | "aten.linear.default" => ("input", "weight", 0),
        "aten.convolution.default" => match node.arg("transposed") {
            Some(Argument::Bool(false)) => ("input", "weight", 0),
            _ => return None,
        },
        "aten.mm.default" => ("self", "mat2", 1),
        "aten.addmm.default" => ("mat1", "mat2", 1),
        _ => return None,
    };
    let constant = graph.constant(node.tensor(weight)?)?;
    let fits = match constant.shape() {
        // TensorRT has no int8 kernels for convolutions over sequences.
        [_, _, _] => false,
        shape => shape.len() >= 2 && shape.iter().all(|&size| size > 0),
    };
    let is_float = constant.dtype() == DType::Float32;
    (fits && is_float).then_some(Weighted {
        input,
        weight,
        axis,
    })
}

/// Puts each batch normalization that follows a convolution, alone, into its weight and bias.
fn fold_batch_norms(graph: &mut Graph, kept: &HashSet<NodeId>) {
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
        let layer = graph.node(conv);
        let is_conv = layer.target.starts_with("aten.conv") && weighted(graph, layer).is_some();
        let is_kept = kept.contains(&conv) || kept.contains(&norm);
        if is_only_user && is_conv && !is_kept {
            // What is not known before conversion stays where it is.
            let _ = fold_batch_norm(graph, conv, norm);
        }
    }
}

fn fold_batch_norm(graph: &mut Graph, conv: NodeId, norm: NodeId) -> Option<()> {
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
    if !batched {
        return None;
    }
    let vector = |node: &Node, name: &str, default: f32| match node.tensor(name) {
        Some(_) => floats(known(node, name)?).filter(|numbers| numbers.len() == channels),
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
    let numbers = floats(weight)?;
    let size = numbers.len() / channels;
    let name = format!("{}_folded", layer.name);
    let folded = numbers
        .iter()
        .enumerate()
        .map(|(i, x)| (f64::from(*x) * scale[i / size]) as f32);
    let folded_bias = (0..channels)
        .map(|c| (f64::from(bias[c]) - f64::from(mean[c])) * scale[c] + f64::from(shift[c]));
    let folded = bytes(folded);
    let folded_bias = bytes(folded_bias.map(|x| x as f32));
    let (shape, output) = (weight.shape().to_vec(), *normalization.outputs.first()?);
    let weight = constant(graph, &name, DType::Float32, shape, folded);
    let name = format!("{name}_bias");
    let bias = constant(
        graph,
        &name,
        DType::Float32,
        vec![channels as i64],
        folded_bias,
    );
    replace(graph, conv, "weight", weight);
    replace(graph, conv, "bias", bias);
    graph.node_mut(conv).outputs = vec![output];
    graph.remove(norm);
    Some(())
}

/// Quantization and dequantization of an activation, before its first reader; returns what they leave of it.
fn quantize_activation(graph: &mut Graph, reader: NodeId, value: ValueId, limit: f32) -> ValueId {
    let scale = Argument::Float((limit / LARGEST).into());
    let name = graph.value(value).name.clone();
    let integers = result(graph, &format!("{name}_int8"), value, DType::Int8);
    let floats = result(graph, &format!("{name}_of_int8"), value, DType::Float32);
    let [low, high] = [-128, 127].map(Argument::Int);
    let mut args = vec![
        ("input".into(), Argument::Tensor(value)),
        ("scale".into(), scale),
        ("zero_point".into(), Argument::Int(0)),
        ("quant_min".into(), low),
        ("quant_max".into(), high),
        ("dtype".into(), Argument::DType(DType::Int8)),
    ];
    let target = "quantized_decomposed.quantize_per_tensor.default";
    insert(graph, reader, target, args.clone(), integers);
    args[0].1 = Argument::Tensor(integers);
    args.push(("out_dtype".into(), Argument::None));
    let target = "quantized_decomposed.dequantize_per_tensor.default";
    insert(graph, reader, target, args, floats);
    floats
}

/// A weight as integers, and their dequantization before the reader; returns what that gives.
fn quantize_weight(graph: &mut Graph, reader: NodeId, weight: &Constant, axis: usize) -> ValueId {
    let numbers = floats(weight).unwrap_or_default();
    let channels = weight.shape()[axis] as usize;
    let inner: i64 = weight.shape()[axis + 1..].iter().product();
    let channel = |i: usize| i / inner as usize % channels;
    let mut limits = vec![0f32; channels];
    for (i, x) in numbers.iter().enumerate() {
        limits[channel(i)] = limits[channel(i)].max(x.abs());
    }
    // Of a channel of zeros, any scale is right.
    let scale = |limit: f32| if limit > 0.0 { limit / LARGEST } else { 1.0 };
    let scales: Vec<f32> = limits.into_iter().map(scale).collect();
    let mut integers = AlignedBytes::zeroed(numbers.len());
    for (i, (byte, x)) in integers.as_mut().iter_mut().zip(&numbers).enumerate() {
        let steps = (x / scales[channel(i)]).round_ties_even();
        *byte = (steps.clamp(-LARGEST, LARGEST) as i8) as u8;
    }
    let (name, shape) = (&weight.name, vec![channels as i64]);
    let scales = bytes(scales.into_iter());
    let scales = constant(
        graph,
        &format!("{name}_scale"),
        DType::Float32,
        shape,
        scales,
    );
    let (int8, shape) = (format!("{name}_int8"), weight.shape().to_vec());
    let integers = constant(graph, &int8, DType::Int8, shape, integers);
    let output = result(graph, &format!("{name}_of_int8"), integers, DType::Float32);
    let args = vec![
        ("input".into(), Argument::Tensor(integers)),
        ("scales".into(), Argument::Tensor(scales)),
        ("zero_points".into(), Argument::None),
        ("axis".into(), Argument::Int(axis as i64)),
        ("quant_min".into(), Argument::Int(-128)),
        ("quant_max".into(), Argument::Int(127)),
        ("dtype".into(), Argument::DType(DType::Int8)),
        ("out_dtype".into(), Argument::None),
    ];
    let target = "quantized_decomposed.dequantize_per_channel.default";
    insert(graph, reader, target, args, output);
    output
}

fn insert(
    graph: &mut Graph,
    reader: NodeId,
    target: &str,
    args: Vec<(String, Argument)>,
    output: ValueId,
) {
    let node = Node {
        target: target.into(),
        name: graph.value(output).name.clone(),
        args,
        outputs: vec![output],
        ..graph.node(reader).clone()
    };
    graph.insert_before(reader, node);
}

fn constant(
    graph: &mut Graph,
    name: &str,
    dtype: DType,
    shape: Vec<i64>,
    bytes: AlignedBytes,
) -> ValueId {
    graph.add_constant(name, Constant::computed(name, dtype, shape, bytes))
}

/// A new value of the shape of another.
fn result(graph: &mut Graph, name: &str, like: ValueId, dtype: DType) -> ValueId {
    let shape = graph.value(like).shape().unwrap_or_default().to_vec();
    graph.add_value(Value::tensor(name, dtype, shape))
}

fn replace(graph: &mut Graph, node: NodeId, argument: &str, value: ValueId) {
    let args = graph.node_mut(node).args.iter_mut();
    for (_, arg) in args.filter(|(name, _)| name == argument) {
        *arg = Argument::Tensor(value);
    }
}

/// The elements of a float32 constant.
fn floats(constant: &Constant) -> Option<Vec<f32>> {
    let numbers = constant.bytes().as_chunks().0.iter();
    (constant.dtype() == DType::Float32).then(|| numbers.map(|&b| f32::from_le_bytes(b)).collect())
}

fn bytes(numbers: impl ExactSizeIterator<Item = f32>) -> AlignedBytes {
    let mut bytes = AlignedBytes::zeroed(4 * numbers.len());
    for (slot, number) in bytes.as_mut().as_chunks_mut().0.iter_mut().zip(numbers) {
        *slot = number.to_le_bytes();
    }
    bytes
}
