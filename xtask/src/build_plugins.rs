//! `cargo xtask build-plugins`: the plugins as a shared library for programs without Rust.

use anyhow::{Context, Result, bail};

use crate::artifacts::{Message, messages};
use crate::setup::{self, Component};
use crate::workspace::cargo;

/// Build libtrt_plugins_cuda.so, which trtexec, DeepStream, Triton and Python load
///
/// Example: cargo xtask build-plugins --release --archs "86 89"
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Options {
    /// GPU architectures, such as "75 86 90" [TRT_CUDA_ARCHS, or all that the toolkit knows]
    #[arg(long)]
    archs: Option<String>,
    /// Optimise the host code, and without --archs compile the kernels for all architectures
    #[arg(long)]
    release: bool,
}

const PACKAGE: &str = "trt-plugins-cuda";
/// What the build script of plugins-cuda says that it compiled for.
const CODE: &str = "PLUGINS_CUDA_CODE";

/// Runs the command.
pub(crate) fn run(options: &Options) -> Result<()> {
    setup::ensure(&[Component::Headers, Component::Cuda])?;
    let mut build = cargo(["build", "--package", PACKAGE]);
    if options.release {
        build.arg("--release");
    }
    if let Some(archs) = &options.archs {
        build.env("TRT_CUDA_ARCHS", archs);
    }
    let (mut library, mut code) = (None, String::new());
    for message in messages(&mut build)? {
        match message {
            Message::CompilerArtifact {
                target, filenames, ..
            } if target.name == "trt_plugins_cuda" => {
                library = filenames
                    .into_iter()
                    .find(|file| file.extension().is_some_and(|end| end == "so"));
            }
            Message::BuildScriptExecuted { env } => {
                code.extend(
                    env.into_iter()
                        .filter(|(name, _)| name == CODE)
                        .map(|(_, value)| value),
                );
            }
            _ => {}
        }
    }
    let library = library.context("Cargo names no libtrt_plugins_cuda.so")?;
    if code.is_empty() {
        bail!("{} has no kernels: no nvcc was found", library.display());
    }
    let size = std::fs::metadata(&library)
        .with_context(|| library.display().to_string())?
        .len();
    println!("{}", library.display());
    println!("kernels for {code}; {:.1} MB", size as f64 / 1e6);
    Ok(())
}
