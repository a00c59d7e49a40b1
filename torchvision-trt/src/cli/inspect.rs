//! `torchvision-trt inspect`

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};
use comfy_table::{Table, presets};
use serde::Serialize;

use crate::convert::{self, Unsupported};
use crate::graph::{Dim, Graph, SymRange, ValueId};
use crate::passes::{self, PassOptions};
use crate::pt2::Program;

/// Show a program's inputs, outputs and operators, and every operator that cannot be converted
///
/// Example: torchvision-trt inspect resnet18.pt2 --json
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Options {
    /// The .pt2 file
    program: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
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
    reason: Option<String>,
    r#where: Vec<String>,
}

pub(super) fn run(options: &Options) -> Result<()> {
    let program = Program::open(&options.program)?;
    let mut graph =
        Graph::from_program(&program).with_context(|| options.program.display().to_string())?;
    let mut inspection = describe(&program, &graph);

    passes::run(&mut graph, &PassOptions::default())?;
    let unsupported = match convert::check(&graph) {
        Ok(()) => Unsupported::default(),
        Err(convert::Error::Unsupported(unsupported)) => unsupported,
        Err(other) => return Err(other.into()),
    };
    inspection.unsupported = unsupported
        .operators
        .iter()
        .map(|operator| UnsupportedOperator {
            target: operator.target.clone(),
            count: operator.places.len(),
            reason: operator.reason.clone(),
            r#where: operator.places.iter().map(ToString::to_string).collect(),
        })
        .collect();
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
    let mut counts = BTreeMap::new();
    for (_, node) in graph.nodes() {
        *counts.entry(node.target.clone()).or_insert(0) += 1;
    }
    let mut operators: Vec<_> = counts
        .into_iter()
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
