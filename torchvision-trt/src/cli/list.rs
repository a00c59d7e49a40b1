//! `torchvision-trt list`

use anyhow::{Context, Result};
use comfy_table::{Table, presets};
use serde::Deserialize;

use super::python;

/// List the torchvision models that can be exported, with task and input
///
/// Example: torchvision-trt list --task segmentation
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Options {
    /// Only models of this task: classification, segmentation, video, optical_flow, quantization
    #[arg(long)]
    task: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Deserialize, serde::Serialize)]
struct Model {
    name: String,
    task: String,
    inputs: Vec<Vec<i64>>,
}

pub(super) fn run(options: &Options) -> Result<()> {
    let text = python::run(python::exporter().arg("list"))?;
    let mut models: Vec<Model> =
        serde_json::from_str(&text).context("the exporter's list is not understood")?;
    models.retain(|model| options.task.as_ref().is_none_or(|task| *task == model.task));
    if options.json {
        return super::print_json(&models);
    }
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_header(["model", "task", "inputs"]);
    for Model { name, task, inputs } in &models {
        let inputs = inputs
            .iter()
            .map(|shape| super::parse::format_shape(shape))
            .collect::<Vec<_>>()
            .join(", ");
        table.add_row([name, task, &inputs]);
    }
    outln!("{table}");
    Ok(())
}
