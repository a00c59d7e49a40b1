//! `torchvision-trt profile`

use std::path::{Path, PathBuf};

use anyhow::Result;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde::Serialize;

use super::model::open_engine;
use super::progress::Spinner;
use crate::bench;

/// Show where an engine's time goes: each layer, as TensorRT fused them, on the GPU
///
/// Inputs are random, of the shape that the engine is tuned for. A layer that is timed runs alone, so that all together take longer
/// than `bench` says.
///
/// Example: torchvision-trt profile resnet18.engine --slowest 10
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Options {
    /// The engine file
    engine: PathBuf,
    /// Runs; the median of each layer counts
    #[arg(long, default_value = "20", value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// Only so many layers, the slowest first, instead of all in order of execution
    #[arg(long, value_name = "COUNT")]
    slowest: Option<usize>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    engine: &'a Path,
    device: String,
    runs: u16,
    /// Of all layers, those that are not shown, too.
    microseconds: f64,
    layers: Vec<Layer>,
}

#[derive(Serialize)]
struct Layer {
    /// Fused layers have the names of their parts: module, operation.
    name: String,
    microseconds: f64,
}

pub(super) fn run(options: &Options) -> Result<()> {
    let module = open_engine(&options.engine)?;
    let times = {
        let _spinner = Spinner::new("timing each layer");
        bench::layer_times(&module, options.runs.into())?
    };
    let layers = times.into_iter().map(|layer| Layer {
        name: layer.layer,
        microseconds: 1e6 * layer.time.as_secs_f64(),
    });
    let mut layers: Vec<Layer> = layers.collect();
    let microseconds = layers.iter().map(|layer| layer.microseconds).sum();
    if let Some(count) = options.slowest {
        layers.sort_by(|a, b| b.microseconds.total_cmp(&a.microseconds));
        layers.truncate(count);
    }
    let report = Report {
        engine: &options.engine,
        device: module.engine().device().name()?,
        runs: options.runs,
        microseconds,
        layers,
    };
    if options.json {
        return super::print_json(&report);
    }
    outln!(
        "{} on {}, median of {} runs",
        options.engine.display(),
        report.device,
        report.runs
    );
    let mut table = Table::new();
    table
        .load_style(presets::ASCII_MARKDOWN)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(["layer", "µs", "%"]);
    let row = |name: &str, microseconds: f64| {
        let share = 100.0 * microseconds / report.microseconds;
        [
            name.to_owned(),
            format!("{microseconds:.1}"),
            format!("{share:.1}"),
        ]
    };
    for layer in &report.layers {
        table.add_row(row(&layer.name, layer.microseconds));
    }
    table.add_row(row("all", report.microseconds));
    table
        .column_iter_mut()
        .skip(1)
        .for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    outln!("{table}");
    Ok(())
}
