//! Int8: puts quantizations in front of convolutions and products with weights, where calibration has measured the ranges.
//!
//! TensorRT computes in int8 what reads two dequantizations. An activation is quantized with one scale, from its range; a weight with
//! one scale for each output channel, and becomes int8 here. Where a residual addition follows, its other side is quantized too, so that
//! TensorRT makes one kernel of both. All else stays in floats, and so does what a converter of the user's own takes.

use std::collections::{HashMap, HashSet};

use crate::calibrate::Ranges;
use crate::graph::{Argument, Constant, Graph, Node, NodeId, Value, ValueId};
use crate::passes::{BATCH_NORMS, Error, kept};
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

pub(super) fn run(graph: &mut Graph, ranges: &Ranges, kept: &HashSet<NodeId>) -> Result<(), Error> {
    let mut quantized = HashMap::new();
    let readers = readers(graph, kept);
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
        graph.set_tensor(reader, argument, floats);
        let node = graph.node(reader);
        if let Some(Weighted { weight, axis, .. }) = weighted(graph, node)
            && let Some(constant) = node
                .tensor(weight)
                .and_then(|id| graph.constant(id))
                .cloned()
        {
            let floats = quantize_weight(graph, reader, &constant, axis);
            graph.set_tensor(reader, weight, floats);
        }
    }
    Ok(())
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
    let numbers = weight.to_floats().unwrap_or_default();
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
    let scales_name = format!("{name}_scale");
    let scales = Constant::from_floats(&scales_name, shape, scales.into_iter());
    let scales = graph.add_constant(&scales_name, scales);
    let (int8, shape) = (format!("{name}_int8"), weight.shape().to_vec());
    let integers = Constant::computed(&int8, DType::Int8, shape, integers);
    let integers = graph.add_constant(&int8, integers);
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

/// A new value of the shape of another.
fn result(graph: &mut Graph, name: &str, like: ValueId, dtype: DType) -> ValueId {
    let shape = graph.value(like).shape().unwrap_or_default().to_vec();
    graph.add_value(Value::tensor(name, dtype, shape))
}
