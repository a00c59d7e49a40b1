//! Mixed precision: puts casts to a 16-bit type where it is safe, as `torch.autocast` does.
//!
//! Operators of [`ALLOW`] compute in the 16-bit type. Those of [`FOLLOW`] take the type that their inputs already have, the widest
//! if they differ, so that chains of convolution, normalization, activation and addition need no cast in between; constants among
//! their inputs adapt. All others, [`DENY`] first among them, stay in float32, and so does what reads a dequantized tensor: TensorRT
//! computes it in int8, unless a cast stands in between. Inputs and outputs of the model keep their dtypes.

use std::collections::{HashMap, HashSet};

use super::normalize::cast_node;
use super::{BATCH_NORMS, Precision};
use crate::graph::{Argument, Dim, Graph, Node, Value, ValueId, ValueKind};
use crate::pt2::DType;

/// Operators (without namespace and overload) that compute in the 16-bit type: their sums are accumulated in float32.
pub const ALLOW: &[&str] = &[
    "addbmm",
    "addmm",
    "addmv",
    "baddbmm",
    "bmm",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_tbc",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "convolution",
    "einsum",
    "linear",
    "matmul",
    "mm",
    "mv",
    "prelu",
    "scaled_dot_product_attention",
];

/// Operators that take the type of their inputs: element by element, moving data, pooling, and batch normalization in inference,
/// which is one multiplication and one addition.
pub const FOLLOW: &[&str] = &[
    "_adaptive_avg_pool2d",
    "_adaptive_avg_pool3d",
    "_native_batch_norm_legit_no_training",
    "_unsafe_view",
    "abs",
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "adaptive_max_pool1d",
    "adaptive_max_pool2d",
    "adaptive_max_pool3d",
    "add",
    "as_strided",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "batch_norm",
    "cat",
    "channel_shuffle",
    "chunk",
    "clamp",
    "clamp_max",
    "clamp_min",
    "col2im",
    "constant_pad_nd",
    "copy",
    "detach",
    "diagonal",
    "div",
    "elu",
    "expand",
    "expand_as",
    "fill",
    "flatten",
    "flip",
    "full_like",
    "gather",
    "gelu",
    "glu",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "im2col",
    "index",
    "index_select",
    "leaky_relu",
    "masked_fill",
    "max_pool1d",
    "max_pool2d",
    "max_pool2d_with_indices",
    "max_pool3d",
    "max_pool3d_with_indices",
    "maximum",
    "minimum",
    "mish",
    "movedim",
    "mul",
    "narrow",
    "neg",
    "new_full",
    "new_ones",
    "new_zeros",
    "ones_like",
    "pad",
    "permute",
    "pixel_shuffle",
    "pixel_unshuffle",
    "reflection_pad1d",
    "reflection_pad2d",
    "reflection_pad3d",
    "relu",
    "relu6",
    "repeat",
    "repeat_interleave",
    "replication_pad1d",
    "replication_pad2d",
    "replication_pad3d",
    "reshape",
    "roll",
    "rsub",
    "select",
    "select_scatter",
    "sigmoid",
    "silu",
    "slice",
    "slice_scatter",
    "split",
    "split_with_sizes",
    "squeeze",
    "stack",
    "sub",
    "swapaxes",
    "t",
    "tanh",
    "tensor_split",
    "tile",
    "transpose",
    "unbind",
    "unflatten",
    "unfold",
    "unsqueeze",
    "upsample_bilinear2d",
    "upsample_nearest1d",
    "upsample_nearest2d",
    "upsample_nearest3d",
    "view",
    "view_as",
    "where",
    "zeros_like",
];

/// Operators that need the range or the digits of float32, named for the reader: whatever is on no list stays in float32 as well.
pub const DENY: &[&str] = &[
    "_log_softmax",
    "_softmax",
    "cross_entropy_loss",
    "cumprod",
    "cumsum",
    "exp",
    "expm1",
    "grid_sampler",
    "group_norm",
    "instance_norm",
    "layer_norm",
    "linalg_vector_norm",
    "log",
    "log10",
    "log1p",
    "log2",
    "log_softmax",
    "logsumexp",
    "mean",
    "mse_loss",
    "native_group_norm",
    "native_layer_norm",
    "nll_loss",
    "norm",
    "pow",
    "prod",
    "reciprocal",
    "rms_norm",
    "rsqrt",
    "softmax",
    "softplus",
    "std",
    "sum",
    "var",
    "var_mean",
];

pub(super) fn run(graph: &mut Graph, precision: Precision) {
    let Some(low) = precision.low() else { return };
    let mut pass = Autocast {
        low,
        casts: HashMap::new(),
        narrowed: HashSet::new(),
        dequantized: HashSet::new(),
    };
    for node in graph.take_nodes() {
        pass.place(graph, node);
    }
    for i in 0..graph.outputs.len() {
        let value = graph.outputs[i].value;
        if pass.narrowed.contains(&value) {
            graph.outputs[i].value = pass.cast(graph, &Node::default(), value, DType::Float32);
        }
    }
}

struct Autocast {
    low: DType,
    /// Casts made so far: a value is cast to a type once.
    casts: HashMap<(ValueId, DType), ValueId>,
    /// Values that were float32 in the program and have the 16-bit type now.
    narrowed: HashSet<ValueId>,
    /// Results of dequantization.
    dequantized: HashSet<ValueId>,
}

impl Autocast {
    fn place(&mut self, graph: &mut Graph, mut node: Node) {
        // A cast says itself what comes out, whatever goes in.
        if node.target == "aten._to_copy.default" {
            graph.push(node);
            return;
        }
        let wanted = self.wanted(graph, &node);
        // Their parameters stay in float32: they become one scale and one shift when the layer is made.
        let is_batch_norm = BATCH_NORMS.contains(&node.target.as_str());
        let mut inputs = Vec::new();
        for (i, (_, arg)) in node.args.iter().enumerate() {
            if !is_batch_norm || i == 0 {
                arg.for_each_value(&mut |v| inputs.push(v));
            }
        }
        let mut replaced = HashMap::new();
        for v in inputs {
            let dtype = graph.value(v).dtype();
            let single = dtype == Some(DType::Float32) || self.narrowed.contains(&v);
            if single && dtype != Some(wanted) {
                replaced.insert(v, self.cast(graph, &node, v, wanted));
            }
        }
        node.args
            .iter_mut()
            .for_each(|(_, arg)| arg.map_values(&mut |v| replaced.get(&v).copied().unwrap_or(v)));
        if wanted == self.low {
            for v in &node.outputs {
                if let ValueKind::Tensor { dtype, .. } = &mut graph.value_mut(*v).kind
                    && *dtype == DType::Float32
                {
                    *dtype = self.low;
                    self.narrowed.insert(*v);
                }
            }
        }
        if node.target.starts_with("quantized_decomposed.dequantize") {
            self.dequantized.extend(&node.outputs);
        }
        graph.push(node);
    }

    /// The type a node computes in.
    fn wanted(&self, graph: &Graph, node: &Node) -> DType {
        let mut activations = Vec::new();
        node.for_each_input(|v| {
            if graph.constant(v).is_none()
                && (graph.value(v).dtype() == Some(DType::Float32) || self.narrowed.contains(&v))
            {
                activations.push(v);
            }
        });
        // Literals beyond float16's range, and dtypes that the program asks for, keep the node as it is.
        let fixed = node.args.iter().any(|(_, arg)| match arg {
            Argument::DType(_) => true,
            Argument::Float(x) => self.low == DType::Float16 && x.is_finite() && x.abs() > 65504.0,
            Argument::Int(n) => {
                self.low == DType::Float16 && n.unsigned_abs() > 65504 && *n != i64::MAX
            }
            _ => false,
        });
        // TensorRT-RTX builds no transposed convolution in bfloat16.
        let lacking = (self.low == DType::BFloat16 && is_transposed_convolution(node))
            || has_unusual_groups(graph, node);
        let in_int8 = activations.iter().any(|v| self.dequantized.contains(v));
        let low = match class(node) {
            _ if fixed || lacking || in_int8 => false,
            Class::Low => true,
            Class::Follow => {
                !activations.is_empty() && activations.iter().all(|v| self.narrowed.contains(v))
            }
            Class::Full => false,
        };
        if low { self.low } else { DType::Float32 }
    }

    fn cast(&mut self, graph: &mut Graph, reader: &Node, v: ValueId, dtype: DType) -> ValueId {
        if let Some(done) = self.casts.get(&(v, dtype)) {
            return *done;
        }
        let value = graph.value(v);
        let name = format!("{}_{dtype}", value.name);
        let shape = value.shape().unwrap_or_default().to_vec();
        let result = graph.add_value(Value::tensor(name, dtype, shape));
        let name = graph.value(result).name.clone();
        graph.push(Node {
            name,
            ..cast_node(reader, v, dtype, result)
        });
        self.casts.insert((v, dtype), result);
        result
    }
}

fn is_transposed_convolution(node: &Node) -> bool {
    node.target.starts_with("aten.conv_transpose")
        || matches!(node.arg("transposed"), Some(Argument::Bool(true)))
}

/// Whether it is a convolution of groups that TensorRT 10 lacks in 16-bit types: with an odd number of channels a group, beyond the
/// one of depthwise convolutions, or over volumes.
fn has_unusual_groups(graph: &Graph, node: &Node) -> bool {
    let (Some(Argument::Int(groups)), Some(weight)) = (node.arg("groups"), node.tensor("weight"))
    else {
        return false;
    };
    let shape = graph.value(weight).shape().unwrap_or_default();
    let unusual = |channels: &Dim| !matches!(channels, Dim::Static(n) if *n == 1 || n % 2 == 0);
    let [outputs, inputs, window @ ..] = shape else {
        return false;
    };
    let outputs = match outputs {
        Dim::Static(outputs) => &Dim::Static(outputs / groups),
        dynamic => dynamic,
    };
    *groups > 1
        && !is_transposed_convolution(node)
        && (window.len() == 3 || unusual(outputs) || unusual(inputs))
}

enum Class {
    Low,
    Follow,
    Full,
}

fn class(node: &Node) -> Class {
    let operator = match node.target.split('.').collect::<Vec<_>>()[..] {
        ["aten", operator, _] => operator,
        _ => return Class::Full,
    };
    if ALLOW.contains(&operator) {
        Class::Low
    } else if FOLLOW.contains(&operator) {
        Class::Follow
    } else {
        Class::Full
    }
}
