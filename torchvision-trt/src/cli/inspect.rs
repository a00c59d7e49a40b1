//! `torchvision-trt inspect`

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};
use comfy_table::{Table, presets};
use serde::Serialize;

use super::convert::PrecisionFlags;
use super::draw;
use crate::convert::{self, Unsupported};
use crate::draw::View;
use crate::graph::{Dim, Graph, SymRange, ValueId};
use crate::passes::{self, PassOptions};
use crate::pt2::Program;

/// Show a program's inputs, outputs and operators, and every operator that cannot be converted: why, where, and what to do
///
/// The drawings show the graph after the passes, in the precision that is asked for; the page also TensorRT's network, if TensorRT is
/// there and everything converts.
///
/// Example: torchvision-trt inspect resnet18.pt2 --html resnet18.html
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Options {
    /// The .pt2 file
    program: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Draw the graph for Graphviz
    #[arg(long, value_name = "FILE")]
    dot: Option<PathBuf>,
    /// Draw the graph and the network as one page for a browser
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    #[command(flatten)]
    precision: PrecisionFlags,
}

#[derive(Serialize)]
struct Inspection {
    torch: String,
    inputs: Vec<Tensor>,
    outputs: Vec<Tensor>,
    sizes: BTreeMap<String, Size>,
    parameters: usize,
    parameter_bytes: usize,
    operators: Vec<Operator>,
    unsupported: Vec<UnsupportedOperator>,
}

/// An input or output. Sizes are numbers or expressions over the symbols in `sizes`.
#[derive(Serialize)]
struct Tensor {
    name: String,
    dtype: String,
    shape: Vec<String>,
}

#[derive(Serialize)]
struct Size {
    min: Option<i64>,
    max: Option<i64>,
}

#[derive(Serialize)]
struct Operator {
    target: String,
    count: usize,
}

#[derive(Serialize)]
struct UnsupportedOperator {
    target: String,
    count: usize,
    /// Why the converter at `declined_by` does not take it; null if there is none.
    reason: Option<String>,
    declined_by: Option<String>,
    closest_key: Option<String>,
    /// Head of a converter that would take it.
    signature: String,
    r#where: Vec<String>,
    calls: Vec<Call>,
}

/// One call of an unsupported operator.
#[derive(Serialize)]
struct Call {
    node: String,
    module: String,
    class: String,
    own_class: Option<String>,
    shapes: String,
    line: Option<String>,
}

pub(super) fn run(options: &Options) -> Result<()> {
    let program = Program::open(&options.program)?;
    let mut graph =
        Graph::from_program(&program).with_context(|| options.program.display().to_string())?;
    let mut inspection = describe(&program, &graph);

    let (precision, int8) = (options.precision.precision(), options.precision.int8()?);
    let pass_options = PassOptions {
        precision,
        int8: int8.as_ref(),
        ..PassOptions::default()
    };
    passes::run(&mut graph, &pass_options)?;
    let unsupported = unsupported(&graph)?;
    inspection.unsupported = unsupported
        .operators
        .iter()
        .map(UnsupportedOperator::from)
        .collect();
    let view = View::of_graph(&graph, &unsupported);
    if let Some(file) = &options.dot {
        draw::dot(file, &options.program, &view)?;
    }
    if let Some(file) = &options.html {
        draw::html(file, &options.program, view, precision)?;
    }
    if options.json {
        return super::print_json(&inspection);
    }
    print(&inspection)?;
    if inspection.unsupported.is_empty() {
        outln!("\nEvery operator can be converted.");
    } else {
        outln!("\n{unsupported}");
    }
    Ok(())
}

/// What nothing converts; where it takes plugins, on the TensorRT at hand.
fn unsupported(graph: &Graph) -> Result<Unsupported> {
    let has_plugins = || trt::Library::load().is_ok_and(|library| convert::has_plugins(&library));
    let checked = match convert::check(graph, false) {
        Err(convert::Error::Unsupported(_)) if has_plugins() => convert::check(graph, true),
        other => other,
    };
    match checked {
        Ok(()) => Ok(Unsupported::default()),
        Err(convert::Error::Unsupported(unsupported)) => Ok(unsupported),
        Err(other) => Err(other.into()),
    }
}

impl From<&convert::UnsupportedOperator> for UnsupportedOperator {
    fn from(operator: &convert::UnsupportedOperator) -> Self {
        let operator = operator.clone();
        let places = operator.places.into_iter();
        Self {
            count: places.len(),
            r#where: places.clone().map(|place| place.to_string()).collect(),
            calls: places.map(Call::from).collect(),
            target: operator.target,
            reason: operator.reason,
            declined_by: operator.declined_by,
            closest_key: operator.closest_key,
            signature: operator.signature,
        }
    }
}

impl From<convert::Place> for Call {
    fn from(place: convert::Place) -> Self {
        Self {
            node: place.node,
            module: place.module,
            class: place.class,
            own_class: place.own_class,
            shapes: place.shapes,
            line: place.line,
        }
    }
}

fn describe(program: &Program, graph: &Graph) -> Inspection {
    let tensor = |name: &str, value: ValueId| {
        let value = graph.value(value);
        Tensor {
            name: name.to_owned(),
            dtype: value
                .dtype()
                .map_or_else(|| value.kind.to_string(), |dtype| dtype.to_string()),
            shape: value
                .shape()
                .unwrap_or_default()
                .iter()
                .map(Dim::to_string)
                .collect(),
        }
    };
    let mut operators: Vec<_> = (graph.operators().into_iter())
        .map(|(target, count)| Operator { target, count })
        .collect();
    operators.sort_by_key(|operator| std::cmp::Reverse(operator.count));
    let size = |range: &SymRange| Size {
        min: range.min,
        max: range.max,
    };
    Inspection {
        torch: program.torch_version().to_owned(),
        inputs: graph
            .inputs
            .iter()
            .map(|input| tensor(&input.name, input.value))
            .collect(),
        outputs: graph
            .outputs
            .iter()
            .map(|output| tensor(&output.path, output.value))
            .collect(),
        sizes: graph
            .symbols
            .iter()
            .map(|(name, range)| (name.clone(), size(range)))
            .collect(),
        parameters: program.tensors().count(),
        parameter_bytes: program
            .tensors()
            .map(|(_, weight)| weight.bytes().len())
            .sum(),
        operators,
        unsupported: Vec::new(),
    }
}

fn print(inspection: &Inspection) -> Result<()> {
    let Inspection {
        torch,
        parameters,
        parameter_bytes,
        ..
    } = inspection;
    outln!(
        "exported by PyTorch {torch}; {parameters} parameters and buffers, {:.1} MB",
        *parameter_bytes as f64 / 1e6
    );
    for (kind, tensors) in [
        ("input", &inspection.inputs),
        ("output", &inspection.outputs),
    ] {
        for Tensor { name, dtype, shape } in tensors {
            outln!("{kind} {name}: {dtype} [{}]", shape.join(", "));
        }
    }
    for (symbol, Size { min, max }) in &inspection.sizes {
        let bound = |bound: &Option<i64>| bound.map_or("unbounded".into(), |size| size.to_string());
        outln!("size {symbol}: {} to {}", bound(min), bound(max));
    }
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_header(["operator", "calls"]);
    for Operator { target, count } in &inspection.operators {
        table.add_row([target.clone(), count.to_string()]);
    }
    outln!("\n{table}");
    Ok(())
}
