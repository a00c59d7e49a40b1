//! Views: how to compute one again from a changed base, and how to write a changed view back into its base.

use crate::graph::{Argument, Dim, Graph, IntArg, Node, Value, ValueId};

/// How a value was made from the value it is a view of: the node, and which of its results.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub(super) node: Node,
    pub(super) result: usize,
}

impl View {
    /// Computes the view of another base, which has the shape of the old one.
    pub(super) fn replay(&self, graph: &mut Graph, base: ValueId) -> ValueId {
        let mut node = self.node.clone();
        if let Some((_, arg)) = node.args.first_mut() {
            *arg = Argument::Tensor(base);
        }
        for v in &mut node.outputs {
            let value = graph.value(*v).clone();
            *v = graph.add_value(value);
        }
        let result = node.outputs[self.result];
        node.name = graph.value(node.outputs[0]).name.clone();
        graph.push(node);
        result
    }

    /// Computes what `base` is after `changed` was written to this view of it; `None` if that has no functional form.
    pub(super) fn write_back(
        &self,
        graph: &mut Graph,
        base: ValueId,
        changed: ValueId,
    ) -> Option<ValueId> {
        let operator = self.node.target.strip_prefix("aten.")?.split('.').next()?;
        let int = |name: &str| match self.node.arg(name) {
            Some(Argument::Int(n)) => Some(*n),
            _ => None,
        };
        let arg = |name: &str| self.node.arg(name).cloned();
        let tensor = |v| Argument::Tensor(v);
        let shape = graph.value(base).shape()?.to_vec();
        let rank = i64::try_from(shape.len()).ok()?;
        let (target, args) = match operator {
            "alias"
            | "detach"
            | "lift_fresh"
            | "positive"
            | "resolve_conj"
            | "resolve_neg"
            | "real"
            | "conj"
            | "dropout"
            | "feature_dropout"
            | "alpha_dropout"
            | "feature_alpha_dropout" => {
                return Some(changed);
            }
            "slice" => (
                "aten.slice_scatter.default",
                vec![
                    ("self", tensor(base)),
                    ("src", tensor(changed)),
                    ("dim", arg("dim")?),
                    ("start", arg("start")?),
                    ("end", arg("end")?),
                    ("step", arg("step")?),
                ],
            ),
            "select" => (
                "aten.select_scatter.default",
                vec![
                    ("self", tensor(base)),
                    ("src", tensor(changed)),
                    ("dim", arg("dim")?),
                    ("index", arg("index")?),
                ],
            ),
            "narrow" => {
                let (start, length) = (int("start")?, int("length")?);
                // From the end, 0 would be the start again.
                let end = Some(start + length).filter(|end| start >= 0 || *end < 0);
                (
                    "aten.slice_scatter.default",
                    vec![
                        ("self", tensor(base)),
                        ("src", tensor(changed)),
                        ("dim", arg("dim")?),
                        ("start", Argument::Int(start)),
                        ("end", end.map_or(Argument::None, Argument::Int)),
                        ("step", Argument::Int(1)),
                    ],
                )
            }
            "diagonal" => (
                "aten.diagonal_scatter.default",
                vec![
                    ("self", tensor(base)),
                    ("src", tensor(changed)),
                    ("offset", arg("offset")?),
                    ("dim1", arg("dim1")?),
                    ("dim2", arg("dim2")?),
                ],
            ),
            "as_strided" => (
                "aten.as_strided_scatter.default",
                vec![
                    ("self", tensor(base)),
                    ("src", tensor(changed)),
                    ("size", arg("size")?),
                    ("stride", arg("stride")?),
                    ("storage_offset", arg("storage_offset")?),
                ],
            ),
            "split" | "split_with_sizes" | "chunk" | "unbind" | "tensor_split" | "hsplit"
            | "vsplit" | "dsplit" => {
                return self.write_part(graph, operator, base, changed);
            }
            "movedim" | "moveaxis" => (
                self.node.target.as_str(),
                vec![
                    ("self", tensor(changed)),
                    ("source", arg("destination")?),
                    ("destination", arg("source")?),
                ],
            ),
            "mT" | "mH" | "adjoint" | "matrix_H" => (
                "aten.transpose.int",
                vec![
                    ("self", tensor(changed)),
                    ("dim0", Argument::Int(-2)),
                    ("dim1", Argument::Int(-1)),
                ],
            ),
            "numpy_T" if rank > 2 => return None,
            "transpose" | "swapaxes" | "swapdims" | "t" | "numpy_T" => {
                let dims = match (int("dim0").or(int("axis0")), int("dim1").or(int("axis1"))) {
                    (Some(a), Some(b)) => (a, b),
                    _ if rank == 2 => (0, 1),
                    _ => return Some(changed),
                };
                (
                    "aten.transpose.int",
                    vec![
                        ("self", tensor(changed)),
                        ("dim0", Argument::Int(dims.0)),
                        ("dim1", Argument::Int(dims.1)),
                    ],
                )
            }
            "permute" => {
                let Some(Argument::Ints(dims)) = self.node.arg("dims") else {
                    return None;
                };
                let mut inverse = vec![IntArg::Static(0); dims.len()];
                for (i, dim) in dims.iter().enumerate() {
                    let IntArg::Static(dim) = dim else {
                        return None;
                    };
                    *inverse.get_mut(usize::try_from(dim.rem_euclid(rank)).ok()?)? =
                        IntArg::Static(i64::try_from(i).ok()?);
                }
                (
                    "aten.permute.default",
                    vec![("self", tensor(changed)), ("dims", Argument::Ints(inverse))],
                )
            }
            // The same elements in the same order: give them the base's shape again.
            "view" | "_unsafe_view" | "view_as" | "unsqueeze" | "squeeze" | "flatten"
            | "unflatten" | "reshape" | "atleast_1d" | "atleast_2d" | "atleast_3d" => (
                "aten.reshape_as.default",
                vec![("self", tensor(changed)), ("other", tensor(base))],
            ),
            _ => return None,
        };
        let target = target.to_owned();
        Some(self.emit(graph, base, &target, args))
    }

    /// Writes one of several parts of the base: a range along a dimension, or one index for `unbind`.
    fn write_part(
        &self,
        graph: &mut Graph,
        operator: &str,
        base: ValueId,
        changed: ValueId,
    ) -> Option<ValueId> {
        let shape = graph.value(base).shape()?;
        let dim = match (operator, self.node.arg("dim")) {
            ("hsplit", _) => i64::from(shape.len() > 1),
            ("vsplit", _) => 0,
            ("dsplit", _) => 2,
            (_, Some(Argument::Int(dim))) => *dim,
            _ => return None,
        };
        let axis = usize::try_from(dim.rem_euclid(i64::try_from(shape.len()).ok()?)).ok()?;
        let tensors = vec![
            ("self", Argument::Tensor(base)),
            ("src", Argument::Tensor(changed)),
            ("dim", Argument::Int(dim)),
        ];
        if operator == "unbind" {
            let index = Argument::Int(i64::try_from(self.result).ok()?);
            let args = tensors.into_iter().chain([("index", index)]).collect();
            return Some(self.emit(graph, base, "aten.select_scatter.default", args));
        }
        let length = |v: &ValueId| {
            graph
                .value(*v)
                .shape()
                .and_then(|s| s.get(axis))
                .and_then(Dim::as_static)
        };
        let start: i64 = self.node.outputs[..self.result]
            .iter()
            .map(length)
            .sum::<Option<i64>>()?;
        let end = start + length(&self.node.outputs[self.result])?;
        let range = [
            ("start", Argument::Int(start)),
            ("end", Argument::Int(end)),
            ("step", Argument::Int(1)),
        ];
        Some(self.emit(
            graph,
            base,
            "aten.slice_scatter.default",
            tensors.into_iter().chain(range).collect(),
        ))
    }

    /// Adds a node that makes a new version of `base`.
    fn emit(
        &self,
        graph: &mut Graph,
        base: ValueId,
        target: &str,
        args: Vec<(&str, Argument)>,
    ) -> ValueId {
        let value: Value = graph.value(base).clone();
        let result = graph.add_value(value);
        graph.push(Node {
            target: target.into(),
            name: graph.value(result).name.clone(),
            args: args
                .into_iter()
                .map(|(name, arg)| (name.to_owned(), arg))
                .collect(),
            outputs: vec![result],
            ..self.node.clone()
        });
        result
    }
}
