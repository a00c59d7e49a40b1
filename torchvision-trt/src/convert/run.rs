//! The conversion itself.

use std::collections::{HashMap, HashSet};

use super::plan::plan;
use super::plugins::{Plugins, StandIn};
use super::tensor::data_type;
use super::{Context, Error, Registry, Result};
use crate::graph::{Dim, Graph};

/// How to convert.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Whether converters may add plugins where the library has them. Without, an engine can be loaded by any program.
    pub plugins: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { plugins: true }
    }
}

/// What a conversion made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Calls converted: operators, and modules or functions taken over as a whole.
    pub calls: usize,
    /// Layers added to the network.
    pub layers: usize,
    /// Names of the plugins in the network, sorted.
    pub plugins: Vec<String>,
    /// What the user should know although the conversion succeeded.
    pub warnings: Vec<String>,
}

/// Checks that every node has a converter that accepts it. `plugins`: whether those may use plugins, see
/// [`has_plugins`](super::has_plugins).
///
/// # Errors
/// [`Error::Unsupported`] with all that do not.
pub fn check(graph: &Graph, plugins: bool) -> Result<()> {
    plan(graph, Registry::global()?, plugins).map(drop)
}

/// Converts a graph into an empty network. Weights are borrowed from the graph until the engine is built.
///
/// Inputs and outputs get the names of the graph's. Layers are named after the module and the operator they come from.
///
/// # Errors
/// [`Error::Unsupported`] before any layer is added if converters are missing, else [`Error::At`] with the call that failed.
pub fn convert<'w>(
    graph: &'w Graph,
    network: &trt::Network<'w>,
    options: &Options,
) -> Result<Report> {
    let plugins = Plugins::new(network.library(), options);
    convert_with(graph, network, plugins).map(|(report, _)| report)
}

/// As [`convert`] with plugins, on any library, but each plugin is left out: its inputs are outputs of the network, its outputs inputs.
/// So what converters do with plugins is tested where there are none.
///
/// # Errors
/// As [`convert`].
#[doc(hidden)]
pub fn around_plugins<'w>(
    graph: &'w Graph,
    network: &trt::Network<'w>,
) -> Result<(Report, Vec<StandIn>)> {
    convert_with(graph, network, Plugins::left_out())
}

fn convert_with<'w>(
    graph: &'w Graph,
    network: &trt::Network<'w>,
    plugins: Plugins,
) -> Result<(Report, Vec<StandIn>)> {
    let units = plan(graph, Registry::global()?, plugins.may_be_used())?;
    let mut report = Report {
        calls: units.len(),
        ..Report::default()
    };
    let mut ctx = Context::new(graph, network, plugins);
    let mut names = LayerNames::default();
    add_inputs(&mut ctx)?;

    let returned: HashSet<_> = graph.outputs.iter().map(|o| o.value).collect();
    let users = graph.users();
    for unit in units {
        let place = unit.call.place();
        let call = format!(
            "{} in {}",
            unit.call.target(),
            if place.module.is_empty() {
                "the model"
            } else {
                &place.module
            }
        );
        let label = layer_label(unit.call.module(), &unit.call.target());
        ctx.enter(unit.call);
        let read = |v: crate::graph::ValueId| returned.contains(&v) || !users[v.index()].is_empty();
        (unit.converter.function)(&mut ctx)
            .and_then(|()| ctx.leave(read))
            .and_then(|()| names.apply(network, &label))
            .map_err(|source| Error::At {
                call,
                line: place.line,
                source: Box::new(source),
            })?;
    }
    add_outputs(&mut ctx)?;
    names.apply(network, "output")?;
    report.layers = names.named;
    report.plugins = ctx.plugins.used.into_iter().map(Into::into).collect();
    report.warnings = ctx.warnings;
    Ok((report, ctx.plugins.stand_ins.unwrap_or_default()))
}

fn add_inputs(ctx: &mut Context<'_, '_>) -> Result<()> {
    let graph = ctx.graph();
    for input in &graph.inputs {
        let value = graph.value(input.value);
        // Integers among the inputs are baked into the program or carried as expressions.
        let (Some(dtype), Some(shape)) = (value.dtype(), value.shape()) else {
            continue;
        };
        let dims: Vec<i64> = shape.iter().map(|d| d.as_static().unwrap_or(-1)).collect();
        let raw = ctx
            .network()
            .add_input(&input.name, data_type(dtype)?, &dims)?;
        for (axis, dim) in shape.iter().enumerate() {
            if let Dim::Symbolic(expression) = dim {
                raw.set_dimension_name(axis, &expression.to_string())?;
            }
        }
        let tensor = ctx.wrap(raw)?;
        ctx.define(input.value, tensor);
    }
    Ok(())
}

fn add_outputs(ctx: &mut Context<'_, '_>) -> Result<()> {
    let graph = ctx.graph();
    let inputs: HashSet<_> = graph.inputs.iter().map(|i| i.value).collect();
    let mut marked = HashSet::new();
    for output in &graph.outputs {
        let tensor = ctx
            .tensor(output.value)
            .map_err(|e| Error::new(format!("output `{}`: {e}", output.path)))?;
        let mut raw = ctx.raw(&tensor)?;
        if tensor.dtype() == trt::DataType::UInt8 {
            let float = ctx.network().add_cast(raw, trt::DataType::Float)?;
            raw = ctx
                .network()
                .add_cast(float.output(0), tensor.dtype())?
                .output(0);
        }
        // A network input, or a tensor returned twice, needs a tensor of its own to carry the output's name.
        if inputs.contains(&output.value) || !marked.insert(tensor.index) || raw.is_network_input()
        {
            raw = ctx.network().add_identity(raw)?.output(0);
        }
        raw.set_name(&output.path)?;
        ctx.network().mark_output(raw)?;
    }
    Ok(())
}

/// `layer1.0.conv1/conv2d`
pub(crate) fn layer_label(module: &str, target: &str) -> String {
    let parts: Vec<&str> = target.split('.').collect();
    let operator = match parts[..] {
        [_, operator, _] => operator,
        _ => parts.last().copied().unwrap_or_default(),
    };
    if module.is_empty() {
        operator.to_owned()
    } else {
        format!("{module}/{operator}")
    }
}

/// Gives every layer a name that is unique and leads back to the model.
#[derive(Default)]
struct LayerNames {
    named: usize,
    used: HashMap<String, usize>,
}

impl LayerNames {
    fn apply(&mut self, network: &trt::Network<'_>, label: &str) -> Result<()> {
        for layer in network.layers().skip(self.named) {
            self.named += 1;
            let name = layer.name();
            if !name.starts_with("(Unnamed Layer") {
                continue;
            }
            let count = self.used.entry(label.to_owned()).or_insert(0);
            *count += 1;
            let name = if *count == 1 {
                label.to_owned()
            } else {
                format!("{label}#{count}")
            };
            layer.set_name(&name)?;
        }
        Ok(())
    }
}
