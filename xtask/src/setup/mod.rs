//! `cargo xtask setup`: finds what the machine has, installs the pinned rest into `.deps`.
//!
//! A component is built in `.deps/.partial/NAME` and renamed to `.deps/NAME` when it is complete, so an interrupted setup
//! is continued by the next one and a folder in place is a finished one.

mod cuda;
mod headers;
mod host;
mod model_packages;
mod python;
mod tensorrt_rtx;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::ValueEnum;
use serde::Serialize;

use crate::workspace::deps;

pub(crate) use host::gpus;

/// Prepare what demo and tests need: an installed TensorRT and PyTorch if there are, pinned packages in .deps otherwise
///
/// Example: cargo xtask setup --only headers
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Options {
    /// Only this component (repeatable)
    #[arg(long)]
    only: Vec<Component>,
    /// Print a report as JSON
    #[arg(long)]
    json: bool,
}

/// One thing that the project needs beside Rust.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Component {
    Headers,
    TensorrtRtx,
    Python,
    ModelPackages,
    Cuda,
}

impl Component {
    /// Everything, in the order of installation.
    pub(crate) const ALL: [Component; 5] = [
        Component::Headers,
        Component::TensorrtRtx,
        Component::Python,
        Component::ModelPackages,
        Component::Cuda,
    ];

    /// What exporting, building and verifying torchvision's models takes.
    pub(crate) const TORCHVISION: [Component; 4] = [
        Component::Headers,
        Component::TensorrtRtx,
        Component::Python,
        Component::Cuda,
    ];

    fn name(self) -> &'static str {
        match self {
            Component::Headers => "headers",
            Component::TensorrtRtx => "tensorrt-rtx",
            Component::Python => "python",
            Component::ModelPackages => "model-packages",
            Component::Cuda => "cuda",
        }
    }

    fn purpose(self) -> &'static str {
        match self {
            Component::Headers => {
                "TensorRT header files, to compile the C++ shim (5 MB, and 30 MB in Cargo's cache)"
            }
            Component::TensorrtRtx => {
                "TensorRT-RTX library, builds engines without a GPU (146 MB download, 228 MB)"
            }
            Component::Python => {
                "PyTorch and torchvision, to export models and to verify (2.5 GB download, 4.9 GB)"
            }
            Component::ModelPackages => {
                "timm and transformers, models of which the tests convert (20 MB download, 170 MB)"
            }
            Component::Cuda => {
                "CUDA compiler, to compile the kernels of plugins-cuda (106 MB download, 271 MB)"
            }
        }
    }

    /// What the machine has already in place of this component.
    fn on_host(self) -> Option<PathBuf> {
        match self {
            Component::Headers | Component::TensorrtRtx => {
                let installed = host::tensorrt()?;
                Some(if self == Component::Headers {
                    installed.include
                } else {
                    installed.library
                })
            }
            // Even with an installed PyTorch there is an environment of ours, which borrows it.
            Component::Python | Component::ModelPackages => None,
            Component::Cuda => host::nvcc(),
        }
    }

    fn is_complete(self, folder: &Path) -> bool {
        match self {
            Component::Headers => headers::is_complete(folder),
            Component::TensorrtRtx => tensorrt_rtx::is_complete(folder),
            Component::Python => python::is_complete(folder),
            Component::ModelPackages => model_packages::is_complete(folder),
            Component::Cuda => cuda::is_complete(folder),
        }
    }

    fn install(self, partial: &Path) -> Result<()> {
        match self {
            Component::Headers => headers::install(partial),
            Component::TensorrtRtx => tensorrt_rtx::install(partial),
            Component::Python => python::install(partial),
            Component::ModelPackages => model_packages::install(partial),
            Component::Cuda => cuda::install(partial),
        }
    }
}

#[derive(Serialize)]
struct Report {
    name: &'static str,
    purpose: &'static str,
    state: &'static str,
    path: PathBuf,
}

/// Runs the command.
pub(crate) fn run(options: &Options) -> Result<()> {
    let wanted = if options.only.is_empty() {
        &Component::ALL[..]
    } else {
        &options.only
    };
    let reports = wanted
        .iter()
        .map(|&component| prepare(component))
        .collect::<Result<Vec<_>>>()?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&reports)?);
    }
    Ok(())
}

/// Prepares what another command needs.
pub(crate) fn ensure(components: &[Component]) -> Result<()> {
    components
        .iter()
        .try_for_each(|&component| prepare(component).map(drop))
}

/// Whether engines can run here, for there are a GPU and a TensorRT to load.
pub(crate) fn runs_engines() -> bool {
    host::has_gpu() && host::library().is_some()
}

/// Whether TensorRT-RTX builds the engines here, for want of an installed TensorRT.
pub(crate) fn uses_tensorrt_rtx() -> bool {
    host::tensorrt().is_none()
}

fn prepare(component: Component) -> Result<Report> {
    let name = component.name();
    let folder = deps().join(name);
    let report = |state, path| {
        eprintln!("setup: {name}: {state}");
        Report {
            name,
            purpose: component.purpose(),
            state,
            path,
        }
    };
    if let Some(path) = component.on_host() {
        return Ok(report("found on this machine", path));
    }
    if component.is_complete(&folder) {
        finish(component)?;
        return Ok(report("ready", folder));
    }
    eprintln!("setup: {name}: {}", component.purpose());
    let partial = deps().join(".partial").join(name);
    fs::create_dir_all(&partial).with_context(|| format!("cannot create {}", partial.display()))?;
    component.install(&partial).with_context(|| {
        format!("setup of {name} is not complete; `cargo xtask setup --only {name}` continues where it stopped")
    })?;
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot replace {}", folder.display()))?;
    }
    fs::rename(&partial, &folder)
        .with_context(|| format!("cannot rename {} into place", partial.display()))?;
    finish(component)?;
    Ok(report("installed", folder))
}

/// What has to be right on every run, for it lies outside the component's folder.
fn finish(component: Component) -> Result<()> {
    match component {
        Component::Python => python::link_libtorch(),
        Component::Headers
        | Component::TensorrtRtx
        | Component::ModelPackages
        | Component::Cuda => Ok(()),
    }
}
