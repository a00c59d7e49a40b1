//! `torchvision-trt bench`

use std::collections::BTreeMap;
use std::io::stdin;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;

use super::model::open_engine;
use super::parse::format_shape;
use super::progress::Spinner;
use crate::bench::{self, Measurement};

/// Measure an engine on the GPU: latency percentiles and throughput, with and without CUDA graph
///
/// Inputs are random, of the shape that the engine is tuned for, and already on the GPU.
///
/// Example: torchvision-trt bench resnet18.engine --json
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Options {
    /// The engine file
    engine: PathBuf,
    /// Seconds for each of the four measurements
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// Measure only with CUDA graph
    #[arg(long)]
    only_cuda_graph: bool,
    /// Load the engine, print `ready`, and wait for a line on standard input before anything is measured
    #[arg(long)]
    wait: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    engine: &'a Path,
    device: String,
    inputs: BTreeMap<&'a str, String>,
    cuda_graph: Measurement,
    #[serde(skip_serializing_if = "Option::is_none")]
    no_cuda_graph: Option<Measurement>,
}

pub(super) fn run(options: &Options) -> Result<()> {
    let duration = Duration::try_from_secs_f64(options.seconds).context("--seconds")?;
    let module = open_engine(&options.engine)?;
    if options.wait {
        outln!("ready");
        stdin().read_line(&mut String::new())?;
    }
    let measure = |message, cuda_graph| {
        let _spinner = Spinner::new(message);
        bench::measure(
            &module,
            bench::Options {
                warm_up: bench::Options::default().warm_up.min(duration),
                duration,
                cuda_graph,
            },
        )
    };
    let report = Report {
        engine: &options.engine,
        device: module.engine().device().name()?,
        inputs: bench::input_shapes(&module)
            .iter()
            .map(|(name, shape)| (*name, format_shape(shape)))
            .collect(),
        cuda_graph: measure("measuring with CUDA graph", true)?,
        no_cuda_graph: (!options.only_cuda_graph)
            .then(|| measure("measuring without CUDA graph", false))
            .transpose()?,
    };
    if options.json {
        return super::print_json(&report);
    }
    let inputs: Vec<_> = report
        .inputs
        .iter()
        .map(|(name, shape)| format!("{name} {shape}"))
        .collect();
    outln!(
        "{} on {}, {}",
        options.engine.display(),
        report.device,
        inputs.join(", ")
    );
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header([
        "", "mean ms", "p50 ms", "p90 ms", "p95 ms", "p99 ms", "frames/s",
    ]);
    let rows = [
        ("CUDA graph", Some(report.cuda_graph)),
        ("no CUDA graph", report.no_cuda_graph),
    ];
    for (name, measured) in rows {
        let Some(measured) = measured else { continue };
        let latency = measured.latency_ms;
        let times = [
            latency.mean,
            latency.p50,
            latency.p90,
            latency.p95,
            latency.p99,
        ];
        let mut row = vec![name.to_owned()];
        row.extend(times.map(|time| format!("{time:.3}")));
        row.push(format!("{:.1}", measured.throughput));
        table.add_row(row);
    }
    table
        .column_iter_mut()
        .skip(1)
        .for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    outln!("{table}");
    Ok(())
}
