//! Computes what depends on no input: masks, index tables, grids and the like.
//!
//! Floats are computed as `f64` and rounded to their dtype after each operation, integers as `i64`. Large results are left to
//! TensorRT, which folds constants itself when it builds.

mod array;
mod create;
mod elementwise;
mod movement;

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use array::Array;

use crate::graph::{Argument, Constant, Graph, IntArg, Node, ValueId};
use crate::pt2::DType;

/// Elements up to which a result is worth computing here.
const MAX_ELEMENTS: i64 = 1 << 20;

pub(super) fn run(graph: &mut Graph) {
    let mut arrays: HashMap<ValueId, Array> = HashMap::new();
    let mut computed: Vec<ValueId> = Vec::new();
    for node in graph.take_nodes() {
        match evaluate(graph, &mut arrays, &node) {
            Some(results) => {
                computed.extend(&node.outputs);
                arrays.extend(node.outputs.iter().copied().zip(results));
            }
            None => {
                graph.push(node);
            }
        }
    }
    // Only what is still read becomes a constant: most results were steps on the way.
    let mut read: HashSet<ValueId> = graph.outputs.iter().map(|output| output.value).collect();
    for (_, node) in graph.nodes() {
        node.for_each_input(|v| {
            read.insert(v);
        });
    }
    for v in computed {
        if let Some(array) = arrays.get(&v).filter(|_| read.contains(&v)) {
            let name = graph.value(v).name.clone();
            graph.set_constant(
                v,
                Constant::computed(name, array.dtype, array.shape.clone(), array.encode()),
            );
        }
    }
}

/// What the node gives, if everything it reads is known and there is a rule for it.
fn evaluate(
    graph: &Graph,
    arrays: &mut HashMap<ValueId, Array>,
    node: &Node,
) -> Option<Vec<Array>> {
    let operator = node.target.strip_prefix("aten.")?;
    let outputs: Vec<Meta> = node
        .outputs
        .iter()
        .map(|v| {
            let value = graph.value(*v);
            Some(Meta {
                dtype: value.dtype()?,
                shape: value.static_shape()?,
            })
        })
        .collect::<Option<_>>()?;
    let small = |meta: &Meta| {
        meta.shape.iter().product::<i64>() <= MAX_ELEMENTS && !meta.dtype.is_complex()
    };
    if outputs.is_empty() || !outputs.iter().all(small) {
        return None;
    }
    let call = Call {
        node,
        arrays,
        outputs: &outputs,
    };
    if let Some(result) = create::evaluate(operator, &call) {
        return Some(vec![result]);
    }
    let mut inputs = Vec::new();
    node.for_each_input(|v| inputs.push(v));
    if inputs.is_empty() {
        return None;
    }
    let known = |v: &ValueId| {
        arrays.contains_key(v)
            || graph
                .constant(*v)
                .is_some_and(|c| c.numel() as i64 <= MAX_ELEMENTS)
    };
    if !inputs.iter().all(known) {
        return None;
    }
    for v in inputs {
        if let Entry::Vacant(entry) = arrays.entry(v) {
            entry.insert(Array::decode(graph.constant(v)?)?);
        }
    }
    let call = Call {
        node,
        arrays,
        outputs: &outputs,
    };
    let results = movement::evaluate(operator, &call)
        .or_else(|| elementwise::evaluate(operator, &call).map(|array| vec![array]))?;
    // The program says what comes out; a rule that gives anything else must not be believed.
    let agrees = results.len() == outputs.len()
        && results
            .iter()
            .zip(&outputs)
            .all(|(a, m)| a.shape == m.shape && a.dtype == m.dtype);
    agrees.then_some(results)
}

/// Dtype and shape that the program gives for a result.
struct Meta {
    dtype: DType,
    shape: Vec<i64>,
}

/// A node whose inputs are known.
struct Call<'a> {
    node: &'a Node,
    arrays: &'a HashMap<ValueId, Array>,
    outputs: &'a [Meta],
}

impl<'a> Call<'a> {
    fn array(&self, name: &str) -> Option<&'a Array> {
        self.arrays.get(&self.node.tensor(name)?)
    }

    fn int(&self, name: &str) -> Option<i64> {
        match self.node.arg(name)? {
            Argument::Int(n) => Some(*n),
            _ => None,
        }
    }

    /// A literal number.
    fn number(&self, name: &str) -> Option<f64> {
        match self.node.arg(name)? {
            Argument::Int(n) => Some(*n as f64),
            Argument::Float(x) => Some(*x),
            Argument::Bool(b) => Some(f64::from(u8::from(*b))),
            _ => None,
        }
    }

    fn ints(&self, name: &str) -> Option<Vec<i64>> {
        match self.node.arg(name)? {
            Argument::Ints(list) => list
                .iter()
                .map(|item| match item {
                    IntArg::Static(n) => Some(*n),
                    IntArg::Sym(_) => None,
                })
                .collect(),
            _ => None,
        }
    }

    fn tensors(&self, name: &str) -> Option<Vec<Option<&'a Array>>> {
        match self.node.arg(name)? {
            Argument::Tensors(list) => list
                .iter()
                .map(|v| v.map_or(Some(None), |v| self.arrays.get(&v).map(Some)))
                .collect(),
            _ => None,
        }
    }
}
