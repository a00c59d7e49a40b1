//! Nodes: one operator call each.

use super::{Argument, ValueId};

/// Index of a [`Node`] in its [`Graph`](super::Graph).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// Position in the graph's table of nodes. It says nothing about execution order.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One level of the module stack that a node was traced under.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ModuleFrame {
    /// Attribute path of the module in the model (`layer1.0.conv1`); empty for the model itself.
    pub path: String,
    /// Defining class (`torch.nn.modules.conv.Conv2d`).
    pub class: String,
    /// Which call of that module this is, from 0.
    pub call: u32,
}

/// The Python-level function a node was traced from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FunctionCall {
    /// Identifies the call (`relu_2`); nodes of one call share it.
    pub call: String,
    /// Python's type of the callable: `function`, `builtin_function_or_method`, `method_descriptor`, `wrapper_descriptor`,
    /// or [`QUALIFIED`](Self::QUALIFIED).
    pub kind: String,
    /// The callable's `__name__`.
    pub name: String,
}

impl FunctionCall {
    /// The `kind` of a call whose `name` is a full dotted name, as programs exported with `strict=True` have it.
    pub const QUALIFIED: &str = "qualified";

    /// Dotted names under which a user may know the function, the likeliest first. The program records no more than the
    /// name and the kind of callable, so a name stands for every public place that has such a callable.
    pub fn dotted_names(&self) -> Vec<String> {
        let places: &[&str] = match self.kind.as_str() {
            Self::QUALIFIED => &[""],
            "function" => &[
                "torch.nn.functional.",
                "torch.functional.",
                "torch.",
                "torch.Tensor.",
                "torchvision.ops.",
            ],
            "builtin_function_or_method" => &[
                "torch.",
                "torch.nn.functional.",
                "torch.special.",
                "torch.linalg.",
                "torch.fft.",
            ],
            "method_descriptor" | "wrapper_descriptor" => &["torch.Tensor."],
            _ => &[],
        };
        places
            .iter()
            .map(|place| format!("{place}{}", self.name))
            .collect()
    }
}

/// A call of an operator.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// Operator overload without `torch.ops.` (`aten.conv2d.default`), or a Python operator (`_operator.mul`).
    pub target: String,
    /// Unique name, as in the exported program.
    pub name: String,
    /// Arguments by schema name. Those left at their default are filled in, so all of the schema's are present, in its order.
    pub args: Vec<(String, Argument)>,
    /// Values the node defines. A tensor list is spread out: one value for each element.
    pub outputs: Vec<ValueId>,
    /// Modules the call was traced under, outermost first; the last one owns the call.
    pub modules: Vec<ModuleFrame>,
    /// Python-level function the call came from, if the program says.
    pub function: Option<FunctionCall>,
    /// Python stack at the call, innermost line last, if the program says.
    pub stack_trace: Option<String>,
}

impl Node {
    /// The argument with this schema name.
    pub fn arg(&self, name: &str) -> Option<&Argument> {
        self.args.iter().find(|(n, _)| n == name).map(|(_, a)| a)
    }

    /// The value of the tensor argument with this schema name.
    pub fn tensor(&self, name: &str) -> Option<ValueId> {
        match self.arg(name) {
            Some(Argument::Tensor(v)) => Some(*v),
            _ => None,
        }
    }

    /// Attribute path of the module that owns the call; empty for the model itself.
    pub fn module_path(&self) -> &str {
        self.modules.last().map_or("", |m| &m.path)
    }

    /// The user's own line: the innermost frame of the stack trace outside PyTorch, as `file:line, in function: code`.
    pub fn source_line(&self) -> Option<String> {
        let trace = self.stack_trace.as_deref()?;
        let lines: Vec<&str> = trace.lines().collect();
        let frames: Vec<usize> = (0..lines.len())
            .filter(|&i| lines[i].trim_start().starts_with("File \""))
            .collect();
        // Code that PyTorch made up while tracing has no file.
        let own = |&&i: &&usize| !lines[i].contains("/torch/") && !lines[i].contains("\"<");
        let at = *frames.iter().rev().find(own).or(frames.last())?;
        let head = lines[at]
            .trim_start()
            .trim_start_matches("File ")
            .replace("\", line ", ":")
            .replace('"', "");
        let code = lines
            .get(at + 1)
            .map(|l| l.trim())
            .filter(|l| !l.is_empty() && !l.starts_with("File "));
        Some(code.map_or(head.clone(), |code| format!("{head}: {code}")))
    }

    /// Calls `visit` with every value the node reads.
    pub fn for_each_input(&self, mut visit: impl FnMut(ValueId)) {
        self.args
            .iter()
            .for_each(|(_, a)| a.for_each_value(&mut visit));
    }
}
