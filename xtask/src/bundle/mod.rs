//! `cargo xtask bundle`: what a machine with a GPU but without Rust needs to run the tests, the zoo and the benches.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::artifacts::{Message, messages};
use crate::setup::{self, Component};
use crate::workspace::{cargo, execute, python, root, target};

/// Bring together what tests, zoo and benches need on a machine with a GPU but without Rust
///
/// Copy the folder there; `./run` in it says what it does. docs/gpu-machine.md tells more.
///
/// Example: cargo xtask bundle --archs 90 bundle
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Options {
    /// The folder
    folder: PathBuf,
    /// GPU architectures, such as "87" [TRT_CUDA_ARCHS, or all that the toolkit knows]
    #[arg(long)]
    archs: Option<String>,
}

/// What Cargo builds, and what of it goes along under which name.
const BUILDS: [(&str, &[(&str, &str)]); 6] = [
    (
        "build --package torchvision-trt --package xtask --bins",
        &[("torchvision-trt", "torchvision-trt"), ("xtask", "xtask")],
    ),
    (
        "test --no-run --package torchvision-trt --test cases --test gpu_module --bench fps",
        &[
            ("cases", "cases"),
            ("gpu_module", "gpu_module"),
            ("fps", "fps"),
        ],
    ),
    (
        "test --no-run --package trt --test gpu_run --test gpu_plugins",
        &[("gpu_run", "gpu_run"), ("gpu_plugins", "gpu_plugins")],
    ),
    (
        "build --package trt --example plugin_library",
        &[("plugin_library", "libplugin_library.so")],
    ),
    (
        "test --no-run --package plugins-cuda --test plugins",
        &[("plugins", "plugins")],
    ),
    (
        "test --no-run --package custom-plugin --test plugin",
        &[("plugin", "custom_plugin")],
    ),
];

/// Of the project itself: what the programs open where they were compiled.
const FILES: [&str; 3] = [
    "docs/zoo.jsonl",
    "torchvision-trt/python",
    "examples/custom-converter/tests/distances.pt2",
];

/// Runs the command.
pub(crate) fn run(options: &Options) -> Result<()> {
    setup::ensure(&[Component::Headers, Component::Python, Component::Cuda])?;
    let folder = &options.folder;
    let programs = folder.join("programs");
    fs::create_dir_all(&programs).with_context(|| programs.display().to_string())?;
    for (line, wanted) in BUILDS {
        eprintln!("bundle: cargo {line}");
        let mut build = cargo(line.split(' '));
        build.arg("--release");
        if let Some(archs) = &options.archs {
            build.env("TRT_CUDA_ARCHS", archs);
        }
        for message in messages(&mut build)? {
            if let Message::CompilerArtifact {
                target,
                filenames,
                executable,
            } = message
                && let Some((_, name)) = wanted.iter().find(|(built, _)| *built == target.name)
                // A library of the same name is no program.
                && let Some(file) = match name.ends_with(".so") {
                    true => filenames.into_iter().find(|file| file.ends_with(name)),
                    false => executable,
                }
            {
                copy(&file, &programs.join(name))?;
            }
        }
    }
    for (script, cases) in [
        ("torchvision-trt/tests/cases/generate.py", "cases"),
        ("plugins-cuda/tests/cases/generate.py", "plugin-cases"),
    ] {
        // Where the tests write them: only what changed is written again.
        let written = target().join("tmp").join(cases);
        eprintln!("bundle: {cases}");
        execute(
            Command::new(python())
                .arg(root().join(script))
                .arg(&written),
        )?;
        copy(&written, &folder.join(cases))?;
    }
    for file in FILES {
        copy(&root().join(file), &folder.join("project").join(file))?;
    }
    let compiled_in = folder.join("compiled-in");
    fs::write(&compiled_in, root().display().to_string())
        .with_context(|| compiled_in.display().to_string())?;
    copy(&root().join("xtask/src/bundle/run"), &folder.join("run"))?;
    println!("{}", folder.display());
    Ok(())
}

/// A file, or a folder with all that it holds, over what was there.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let parent = to.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
    execute(Command::new("cp").arg("-rLT").args([from, to]))
}
