//! The invariants of a graph, checked.

use super::{Argument, Error, Graph, ValueId, ValueKind};

impl Graph {
    /// Checks that every value is defined once and before it is read, that arguments have values of their kind, and that
    /// constants have the shape and dtype of their values. `after` names what ran last.
    ///
    /// # Errors
    /// [`Error::Broken`] with the first violation.
    pub fn check(&self, after: &str) -> Result<(), Error> {
        let broken = |detail: String| {
            Err(Error::Broken {
                after: after.into(),
                detail,
            })
        };
        let mut defined = vec![false; self.values.len()];
        for id in self
            .inputs
            .iter()
            .map(|input| input.value)
            .chain(self.constants.keys().copied())
        {
            if std::mem::replace(&mut defined[id.index()], true) {
                return broken(format!("`{}` is defined twice", self.value(id).name));
            }
        }
        self.objects
            .iter()
            .for_each(|id| defined[id.index()] = true);
        for (id, constant) in &self.constants {
            let value = self.value(*id);
            let same_shape = value
                .static_shape()
                .is_some_and(|shape| shape == constant.shape());
            if value.dtype() != Some(constant.dtype()) || !same_shape {
                return broken(format!(
                    "`{}` is {} but its constant is {}{:?}",
                    value.name,
                    value.kind,
                    constant.dtype(),
                    constant.shape()
                ));
            }
        }
        for (_, node) in self.nodes() {
            let mut missing = None;
            node.for_each_input(|v| {
                if !defined[v.index()] {
                    missing.get_or_insert(v);
                }
            });
            if let Some(v) = missing {
                return broken(format!(
                    "`{}` reads `{}` before it is defined",
                    node.name,
                    self.value(v).name
                ));
            }
            for (name, arg) in &node.args {
                if let Some(found) = self.mismatch(arg) {
                    return broken(format!(
                        "argument `{name}` of `{}` cannot be {found}",
                        node.name
                    ));
                }
            }
            for v in &node.outputs {
                if std::mem::replace(&mut defined[v.index()], true) {
                    return broken(format!("`{}` is defined twice", self.value(*v).name));
                }
            }
        }
        for output in &self.outputs {
            if !defined[output.value.index()] {
                return broken(format!("output `{}` is never defined", output.path));
            }
        }
        Ok(())
    }

    /// The value in an argument whose kind does not fit the argument's own.
    fn mismatch(&self, arg: &Argument) -> Option<String> {
        let is = |v: &ValueId, wanted: fn(&ValueKind) -> bool| {
            let kind = &self.value(*v).kind;
            (!wanted(kind)).then(|| kind.to_string())
        };
        let tensor = |kind: &ValueKind| matches!(kind, ValueKind::Tensor { .. });
        match arg {
            Argument::Tensor(v) => is(v, tensor),
            Argument::Tensors(list) => list.iter().flatten().find_map(|v| is(v, tensor)),
            Argument::NestedTensors(lists) => lists.iter().flatten().find_map(|v| is(v, tensor)),
            Argument::SymInt(v) => is(v, |kind| matches!(kind, ValueKind::Int(_))),
            Argument::SymFloat(v) => is(v, |kind| matches!(kind, ValueKind::Float(_))),
            Argument::SymBool(v) => is(v, |kind| matches!(kind, ValueKind::Bool)),
            _ => None,
        }
    }
}
