//! `cargo xtask cases`: writes the numeric cases, as the test does by itself, to carry them to another machine.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::setup::{self, Component};
use crate::workspace::{execute, python, root, target};

/// Write the numeric cases, each a small .pt2 with PyTorch's outputs, into a folder; only families that changed
///
/// docs/cases.md tells how to run them on a GPU.
///
/// Example: cargo xtask cases --folder cases
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Options {
    /// Folder of the files [where the test looks for them]
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Families written at a time
    #[arg(long, default_value_t = 2)]
    jobs: usize,
}

/// Runs the command.
pub(crate) fn run(options: &Options) -> Result<()> {
    setup::ensure(&[Component::Python])?;
    let folder = match &options.folder {
        Some(folder) => {
            std::path::absolute(folder).with_context(|| format!("folder {}", folder.display()))?
        }
        None => target().join("tmp/cases"),
    };
    let mut command = Command::new(python());
    command
        .arg(root().join("torchvision-trt/tests/cases/generate.py"))
        .arg(&folder)
        .args(["--jobs", &options.jobs.to_string()]);
    execute(&mut command)?;
    println!("{}", folder.display());
    Ok(())
}
