//! `cargo xtask export`: exports a list of torchvision models, one file pair each.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::setup::{self, Component};
use crate::workspace::{execute, python, root};

/// Export torchvision models with golden data: OUT/NAME.pt2 and OUT/NAME.golden.safetensors
///
/// Example: cargo xtask export resnet18 densenet121 --out models -- --batch 1:8:16
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Options {
    /// Names as torchvision has them
    #[arg(required = true)]
    models: Vec<String>,
    /// Folder of the files
    #[arg(long, default_value = "models")]
    out: PathBuf,
    /// Export again what is there already
    #[arg(long)]
    force: bool,
    /// Passed on to torchvision-trt/python/export.py
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Runs the command.
pub(crate) fn run(options: &Options) -> Result<()> {
    setup::ensure(&[Component::Python])?;
    let out = std::path::absolute(&options.out)
        .with_context(|| format!("folder {}", options.out.display()))?;
    for model in &options.models {
        let target = out.join(model).with_extension("pt2");
        if options.force || !target.exists() {
            export(model, &target, &options.arguments)?;
        }
    }
    Ok(())
}

/// Exports one model.
pub(crate) fn export(model: &str, target: &Path, arguments: &[String]) -> Result<()> {
    let script = root().join("torchvision-trt/python/export.py");
    let mut command = Command::new(python());
    command
        .arg(script)
        .args(["export", model])
        .args(arguments)
        .arg("--output")
        .arg(target);
    execute(&mut command)
}
