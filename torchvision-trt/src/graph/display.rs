//! Prints a graph, one line a node.

use std::fmt;

use super::{Argument, Graph, IntArg, ValueId};

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for input in &self.inputs {
            writeln!(
                f,
                "input  %{}: {}",
                self.value(input.value).name,
                self.value(input.value).kind
            )?;
        }
        for (id, constant) in &self.constants {
            let value = self.value(*id);
            writeln!(
                f,
                "const  %{}: {} = {:?} {}",
                value.name, value.kind, constant.kind, constant.name
            )?;
        }
        for (_, node) in self.nodes() {
            let outputs: Vec<_> = node
                .outputs
                .iter()
                .map(|v| format!("%{}: {}", self.value(*v).name, self.value(*v).kind))
                .collect();
            let args: Vec<_> = node
                .args
                .iter()
                .map(|(name, arg)| format!("{name}={}", self.show(arg)))
                .collect();
            write!(
                f,
                "node   {} = {}({})",
                outputs.join(", "),
                node.target,
                args.join(", ")
            )?;
            match node.module_path() {
                "" => writeln!(f)?,
                path => writeln!(f, "  # {path}")?,
            }
        }
        for output in &self.outputs {
            writeln!(
                f,
                "output {} = %{}",
                output.path,
                self.value(output.value).name
            )?;
        }
        Ok(())
    }
}

impl Graph {
    /// An argument, with the names of values.
    pub(crate) fn show(&self, arg: &Argument) -> String {
        let name = |v: &ValueId| format!("%{}", self.value(*v).name);
        let list = |items: Vec<String>| format!("[{}]", items.join(", "));
        match arg {
            Argument::None => "None".into(),
            Argument::Tensor(v)
            | Argument::SymInt(v)
            | Argument::SymFloat(v)
            | Argument::SymBool(v)
            | Argument::Object(v) => name(v),
            Argument::Tensors(values) => list(
                values
                    .iter()
                    .map(|v| v.as_ref().map_or("None".into(), name))
                    .collect(),
            ),
            Argument::NestedTensors(lists) => list(
                lists
                    .iter()
                    .map(|values| list(values.iter().map(name).collect()))
                    .collect(),
            ),
            Argument::Int(n) => n.to_string(),
            Argument::Ints(ints) => list(
                ints.iter()
                    .map(|i| match i {
                        IntArg::Static(n) => n.to_string(),
                        IntArg::Sym(v) => name(v),
                    })
                    .collect(),
            ),
            Argument::IntLists(lists) => format!("{lists:?}"),
            Argument::Float(x) => format!("{x:?}"),
            Argument::Floats(xs) => format!("{xs:?}"),
            Argument::Bool(b) => b.to_string(),
            Argument::Bools(bs) => format!("{bs:?}"),
            Argument::Str(s) | Argument::Operator(s) => format!("{s:?}"),
            Argument::Strs(s) => format!("{s:?}"),
            Argument::DType(dtype) => dtype.to_string(),
            Argument::Layout(layout) => format!("{layout:?}"),
            Argument::MemoryFormat(format) => format!("{format:?}"),
            Argument::Device(device) => device.clone(),
            Argument::Complex { re, im } => format!("{re}+{im}j"),
            Argument::Graph(_) => "<graph>".into(),
            Argument::Dict(entries) => list(
                entries
                    .iter()
                    .map(|(key, value)| format!("{key}: {}", self.show(value)))
                    .collect(),
            ),
        }
    }
}
