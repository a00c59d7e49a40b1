//! Makes in-place operations functional: what `torch.export` gives without `run_decompositions`.
//!
//! Every tensor belongs to a storage. A write to a tensor makes a new version of its storage's base: the result itself, or the base
//! with the result put in the place of the view that was written. Readers of other views of that storage get them computed again
//! from the new base. What a write does to a tensor that may or may not share memory (`reshape`, `contiguous`, `to`) depends on
//! strides; where it matters, the program is refused.

use std::collections::HashMap;

use super::Error;
use super::view::View;
use crate::graph::{
    Argument, ConstantKind, Graph, Mutation, MutationTarget, Node, Schema, Value, ValueId,
};
use crate::pt2::DType;

pub(super) fn run(graph: &mut Graph) -> Result<(), Error> {
    let mut schemas = HashMap::new();
    for (_, node) in graph.nodes() {
        if !schemas.contains_key(&node.target) {
            schemas.insert(node.target.clone(), Schema::of(&node.target));
        }
    }
    if schemas.values().flatten().all(|schema| !schema.mutates()) {
        return Ok(());
    }
    let nodes = graph.take_nodes();
    let mut pass = Functionalize::default();
    for (at, node) in nodes.iter().enumerate() {
        match &schemas[&node.target] {
            Some(schema) if schema.mutates() => match view_in_place(node) {
                Some((node, schema)) => pass.read(graph, &node, Some(&schema))?,
                None => pass.write(graph, node, schema, &nodes[at + 1..])?,
            },
            schema => pass.read(graph, node, schema.as_ref())?,
        }
    }
    for i in 0..graph.outputs.len() {
        let value = graph.outputs[i].value;
        graph.outputs[i].value = pass.current(graph, value, "the output", "")?;
    }
    pass.record_mutations(graph);
    Ok(())
}

#[derive(Default)]
struct Functionalize {
    tensors: HashMap<ValueId, Tensor>,
    storages: Vec<Storage>,
}

/// A value of the original program.
struct Tensor {
    storage: usize,
    /// How it is made from the base, from there on; empty for the base itself.
    views: Vec<View>,
    /// The value that stands for it, and the storage's version that this was made from.
    value: ValueId,
    version: usize,
}

struct Storage {
    /// Its first tensor, and the value that stands for it now.
    first: ValueId,
    base: ValueId,
    version: usize,
    /// Storage that this one may share memory with.
    shared: Option<usize>,
}

/// Operators that return their input, a view of it or a copy, as strides and dtypes have it.
fn may_copy(node: &Node) -> bool {
    node.target.starts_with("aten.to.")
        || matches!(
            node.target.as_str(),
            "aten.contiguous.default"
                | "aten.reshape.default"
                | "aten.reshape_as.default"
                | "aten.flatten.using_ints"
                | "aten.ravel.default"
                | "aten.type_as.default"
        )
}

/// What result `i` is a view of although the operator's schema does not say so: these return their input, or a view of it.
fn unannounced_view(node: &Node, i: usize) -> Option<ValueId> {
    let trains = || node.arg("train") != Some(&Argument::Bool(false));
    match node.target.as_str() {
        "aten.dropout.default"
        | "aten.feature_dropout.default"
        | "aten.alpha_dropout.default"
        | "aten.feature_alpha_dropout.default" => node.tensor("input").filter(|_| !trains()),
        "aten.atleast_1d.default"
        | "aten.atleast_2d.default"
        | "aten.atleast_3d.default"
        | "aten.type_as.default" => node.tensor("self"),
        "aten.atleast_1d.Sequence"
        | "aten.atleast_2d.Sequence"
        | "aten.atleast_3d.Sequence"
        | "aten.broadcast_tensors.default" => match node.arg("tensors") {
            Some(Argument::Tensors(list)) => list.get(i).copied().flatten(),
            _ => None,
        },
        _ => None,
    }
}

impl Functionalize {
    fn read(
        &mut self,
        graph: &mut Graph,
        node: &Node,
        schema: Option<&Schema>,
    ) -> Result<(), Error> {
        let original = node;
        let mut node = node.clone();
        self.update_arguments(graph, &mut node)?;
        for (i, v) in node.outputs.iter().enumerate() {
            let viewed = schema
                .and_then(|s| s.viewed(i))
                .and_then(|param| original.tensor(&param.name))
                .or_else(|| unannounced_view(original, i));
            match viewed {
                Some(source) if may_copy(original) => {
                    let shared = self.tensor(source).storage;
                    self.add_storage(*v, Some(shared));
                }
                Some(source) => {
                    let tensor = self.tensor(source);
                    let (storage, version) = (tensor.storage, tensor.version);
                    let mut views = tensor.views.clone();
                    views.push(View {
                        node: node.clone(),
                        result: i,
                    });
                    self.tensors.insert(
                        *v,
                        Tensor {
                            storage,
                            views,
                            value: *v,
                            version,
                        },
                    );
                }
                None => self.add_storage(*v, None),
            }
        }
        graph.push(node);
        Ok(())
    }

    fn write(
        &mut self,
        graph: &mut Graph,
        node: &Node,
        schema: &Schema,
        rest: &[Node],
    ) -> Result<(), Error> {
        let refuse = |detail: &str| Error::InPlace {
            node: node.name.clone(),
            target: node.target.clone(),
            detail: detail.into(),
            line: node.source_line(),
        };
        let written: Vec<_> = schema
            .params
            .iter()
            .filter(|p| p.alias.as_ref().is_some_and(|a| a.write))
            .collect();
        let (Some(target), [param], [result]) =
            (functional(&node.target), &written[..], &node.outputs[..])
        else {
            return Err(refuse(
                "writes to its arguments in a way that has no functional form here",
            ));
        };
        let Some(subject) = node.tensor(&param.name) else {
            return Err(refuse("writes to something that is no tensor"));
        };
        let (before, after) = (graph.value(subject).clone(), graph.value(*result).clone());
        if before.shape() != after.shape() || before.dtype() != after.dtype() {
            return Err(refuse("changes the shape or dtype of its input in place"));
        }
        let storage = self.tensor(subject).storage;
        if self.shares_with_reader(storage, rest, graph) {
            return Err(refuse(
                "writes to a tensor that may share memory with another one that is read later",
            ));
        }

        let mut call = Node {
            target,
            ..node.clone()
        };
        self.update_arguments(graph, &mut call)?;
        let value = self.compute(graph, call, &before);

        // Put the result back through the views, the innermost first.
        let views = self.tensor(subject).views.clone();
        let mut bases = vec![self.storages[storage].base];
        for view in views.iter().take(views.len().saturating_sub(1)) {
            let last = bases[bases.len() - 1];
            bases.push(view.replay(graph, last));
        }
        let mut base = value;
        for (view, below) in views.iter().zip(&bases).rev() {
            base = view.write_back(graph, *below, base).ok_or_else(|| {
                refuse(&format!(
                    "writes through a view made by {}",
                    view.node.target
                ))
            })?;
        }
        let storage_state = &mut self.storages[storage];
        storage_state.base = base;
        storage_state.version += 1;
        let version = storage_state.version;
        for v in [subject, *result] {
            self.tensors.insert(
                v,
                Tensor {
                    storage,
                    views: views.clone(),
                    value,
                    version,
                },
            );
        }
        Ok(())
    }

    /// Adds the functional form of a call, which may give another dtype than the tensor has that it is written to.
    fn compute(&mut self, graph: &mut Graph, mut call: Node, subject: &Value) -> ValueId {
        let computed = subject.dtype().and_then(|own| {
            if predicate(&call.target) {
                return Some(DType::Bool).filter(|dtype| *dtype != own);
            }
            let operands = call.args.iter().filter_map(|(_, arg)| match arg {
                Argument::Tensor(v) => Some(graph.value(*v)),
                _ => None,
            });
            operands
                .filter(|v| v.shape().is_some_and(|s| !s.is_empty()))
                .filter_map(Value::dtype)
                .filter(|_| arithmetic(&call.target))
                .find(|dtype| wider(*dtype, own))
        });
        let shape = subject.shape().unwrap_or_default().to_vec();
        let value = graph.add_value(Value {
            name: call.name.clone(),
            ..subject.clone()
        });
        let (Some(computed), Some(own)) = (computed, subject.dtype()) else {
            call.outputs = vec![value];
            graph.push(call);
            return value;
        };
        let result = graph.add_value(Value::tensor(
            format!("{}_{computed}", call.name),
            computed,
            shape,
        ));
        let cast = super::normalize::cast_node(&call, result, own, value);
        call.name = graph.value(result).name.clone();
        call.outputs = vec![result];
        graph.push(call);
        graph.push(cast);
        value
    }

    fn update_arguments(&mut self, graph: &mut Graph, node: &mut Node) -> Result<(), Error> {
        let mut inputs = Vec::new();
        node.for_each_input(|v| inputs.push(v));
        let mut now = HashMap::new();
        for v in inputs {
            if graph.value(v).dtype().is_some() {
                now.insert(v, self.current(graph, v, &node.name, &node.target)?);
            }
        }
        node.args
            .iter_mut()
            .for_each(|(_, arg)| arg.map_values(&mut |v| now.get(&v).copied().unwrap_or(v)));
        Ok(())
    }

    /// The value that stands for a tensor of the original program now.
    fn current(
        &mut self,
        graph: &mut Graph,
        v: ValueId,
        node: &str,
        target: &str,
    ) -> Result<ValueId, Error> {
        if graph.value(v).dtype().is_none() {
            return Ok(v);
        }
        let tensor = self.tensor(v);
        let (storage, version, value) = (tensor.storage, tensor.version, tensor.value);
        let views = tensor.views.clone();
        let state = &self.storages[storage];
        if state.version == version {
            return Ok(value);
        }
        let (mut value, version) = (state.base, state.version);
        if views.iter().any(|view| {
            view.node
                .args
                .first()
                .is_none_or(|(_, arg)| !matches!(arg, Argument::Tensor(_)))
        }) {
            return Err(Error::InPlace {
                node: node.into(),
                target: target.into(),
                detail: format!(
                    "reads `{}`, a view that cannot be computed again",
                    graph.value(v).name
                ),
                line: None,
            });
        }
        for view in &views {
            value = view.replay(graph, value);
        }
        self.tensors.insert(
            v,
            Tensor {
                storage,
                views,
                value,
                version,
            },
        );
        Ok(value)
    }

    /// The state of a tensor; inputs and constants get theirs when they are first met.
    fn tensor(&mut self, v: ValueId) -> &Tensor {
        if !self.tensors.contains_key(&v) {
            self.add_storage(v, None);
        }
        &self.tensors[&v]
    }

    fn add_storage(&mut self, v: ValueId, shared: Option<usize>) {
        let storage = self.storages.len();
        self.storages.push(Storage {
            first: v,
            base: v,
            version: 0,
            shared,
        });
        self.tensors.insert(
            v,
            Tensor {
                storage,
                views: Vec::new(),
                value: v,
                version: 0,
            },
        );
    }

    /// True if a storage that may share memory with this one is still read, by a later node or as an output.
    fn shares_with_reader(&self, storage: usize, rest: &[Node], graph: &Graph) -> bool {
        let root = |mut s: usize| {
            while let Some(next) = self.storages[s].shared {
                s = next;
            }
            s
        };
        let own = root(storage);
        let other = |v: ValueId| {
            self.tensors
                .get(&v)
                .is_some_and(|t| t.storage != storage && root(t.storage) == own)
        };
        let mut read = graph.outputs.iter().any(|output| other(output.value));
        rest.iter()
            .for_each(|node| node.for_each_input(|v| read |= other(v)));
        read
    }

    /// Inputs and constants that were written to are updates of tensors that outlive the call.
    fn record_mutations(&self, graph: &mut Graph) {
        for storage in self.storages.iter().filter(|storage| storage.version > 0) {
            let constant = graph
                .constant(storage.first)
                .map(|c| (c.kind, c.name.clone()));
            let input = graph
                .inputs
                .iter()
                .find(|input| input.value == storage.first)
                .map(|input| input.name.clone());
            let (kind, target) = match (constant, input) {
                (Some((ConstantKind::Buffer, name)), _) => (MutationTarget::Buffer, name),
                (Some((ConstantKind::Parameter, name)), _) => (MutationTarget::Parameter, name),
                (_, Some(name)) => (MutationTarget::Input, name),
                _ => continue,
            };
            graph.mutations.push(Mutation {
                kind,
                target,
                value: storage.base,
            });
        }
    }
}

/// The functional operator behind an in-place one: `aten.add_.Tensor` is `aten.add.Tensor`.
fn functional(target: &str) -> Option<String> {
    let (operator, overload) = target.rsplit_once('.')?;
    let name = match (operator, overload) {
        // Some have other overloads than their functional form.
        ("aten.pow_" | "aten.float_power_", "Scalar" | "Tensor") => {
            format!("{}.Tensor_{overload}", operator.trim_end_matches('_'))
        }
        ("aten.floor_divide_", "Tensor") => "aten.floor_divide.default".into(),
        ("aten.ldexp_", _) => "aten.ldexp.Tensor".into(),
        ("aten.transpose_", "default") => "aten.transpose.int".into(),
        // `x &= y` is `__iand__`.
        _ => match operator.strip_prefix("aten.__i") {
            Some(operator) => format!("aten.__{operator}.{overload}"),
            None => format!("{}.{overload}", operator.strip_suffix('_')?),
        },
    };
    // These change what the tensor is, not what it holds.
    let changes_tensor = [
        "aten.resize_",
        "aten.set_",
        "aten.resize_as_",
        "aten.requires_grad_",
    ]
    .contains(&operator);
    (!changes_tensor && Schema::of(&name).is_some_and(|schema| !schema.mutates())).then_some(name)
}

/// Whether a dtype is of the same kind as another and has more digits.
fn wider(dtype: DType, than: DType) -> bool {
    dtype.size() > than.size()
        && (dtype.is_float() && than.is_float() || dtype.is_integer() && than.is_integer())
}

/// Operators whose result is a truth value.
fn predicate(target: &str) -> bool {
    [
        "eq",
        "ne",
        "lt",
        "le",
        "gt",
        "ge",
        "logical_and",
        "logical_or",
        "logical_xor",
        "logical_not",
    ]
    .iter()
    .any(|operator| {
        target
            .strip_prefix("aten.")
            .is_some_and(|t| t.strip_prefix(operator).is_some_and(|t| t.starts_with('.')))
    })
}

/// `unsqueeze_` and its like write nothing: they make the tensor a view of itself.
fn view_in_place(node: &Node) -> Option<(Node, Schema)> {
    let target = functional(&node.target)?;
    let schema = Schema::of(&target).filter(|schema| schema.viewed(0).is_some())?;
    let node = Node {
        target,
        ..node.clone()
    };
    Some((node, schema))
}

/// Operators whose result has the widest dtype among their operands.
fn arithmetic(target: &str) -> bool {
    [
        "aten.add.",
        "aten.sub.",
        "aten.mul.",
        "aten.div.",
        "aten.pow.",
        "aten.addcmul.",
        "aten.addcdiv.",
        "aten.lerp.",
        "aten.remainder.",
        "aten.fmod.",
        "aten.floor_divide.",
        "aten.bitwise_",
    ]
    .iter()
    .any(|operator| target.starts_with(operator))
}
