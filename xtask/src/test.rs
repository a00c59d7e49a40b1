//! `cargo xtask test`: everything that must hold before a change is merged, in one command, for CI and laptop alike.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::setup::{self, Component};
use crate::workspace::{cargo, execute, root, target};

/// Format, lints, documentation, generated files and all tests that need no GPU
///
/// Example: cargo xtask test
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Options {}

/// Without libtorch, then with it. Release, since the build of libtorch's bindings takes minutes and the demo, too, needs
/// them optimised.
const STEPS: [(&str, &str); 11] = [
    ("format", "fmt --all --check"),
    (
        "lints",
        "clippy --workspace --all-targets -- --deny warnings",
    ),
    ("documentation", "doc --workspace --no-deps"),
    ("tests", "test --workspace"),
    (
        "kernels on the CPU",
        "test --package plugins-cuda --features emulation",
    ),
    ("generated files", "run --package xtask -- codegen --check"),
    (
        "lints with tch",
        "clippy --package torchvision-trt --package custom-converter --features tch --all-targets -- --deny warnings",
    ),
    (
        "documentation with tch",
        "doc --package torchvision-trt --features tch --no-deps",
    ),
    (
        "tests with tch",
        "test --package torchvision-trt --package custom-converter --features tch",
    ),
    (
        "converters with plugins",
        "test --package torchvision-trt --features tch,emulation --test cases -- --plugins",
    ),
    ("zoo", "run --package xtask -- zoo --check --jobs 2"),
];

/// Runs the command.
pub(crate) fn run(_: &Options) -> Result<()> {
    let mut times = Vec::new();
    timed(&mut times, "setup", || setup::ensure(&Component::ALL))?;
    for (name, line) in STEPS {
        timed(&mut times, name, || execute(&mut step(line)))?;
    }
    timed(&mut times, "README", check_readme)?;
    println!("\nall passed");
    for (name, time) in &times {
        println!("{:8.1} s  {name}", time.as_secs_f64());
    }
    Ok(())
}

fn step(line: &str) -> Command {
    let mut words = line.split(' ');
    let subcommand = words.next().unwrap_or_default();
    let mut command = cargo([subcommand]);
    if subcommand != "fmt" {
        command.args(["--release", "--quiet"]);
    }
    command.args(words).env("RUSTDOCFLAGS", "--deny warnings");
    command
}

fn timed(
    times: &mut Vec<(&'static str, Duration)>,
    name: &'static str,
    work: impl FnOnce() -> Result<()>,
) -> Result<()> {
    eprintln!("test: {name}");
    let start = Instant::now();
    work().with_context(|| format!("step '{name}'"))?;
    times.push((name, start.elapsed()));
    Ok(())
}

/// The two commands that the README promises: both named there, and the demo works (on its smallest model).
fn check_readme() -> Result<()> {
    let readme = fs::read_to_string(root().join("README.md")).context("README.md")?;
    for command in ["cargo xtask demo", "cargo xtask test"] {
        if !readme.lines().any(|line| line.starts_with(command)) {
            bail!("README.md no longer shows `{command}`");
        }
    }
    execute(&mut cargo([
        "run",
        "--release",
        "--quiet",
        "--package",
        "xtask",
        "--",
        "demo",
        "--models",
        "squeezenet1_1",
    ]))?;
    let engine = target().join("demo/squeezenet1_1.engine");
    fs::metadata(&engine).with_context(|| format!("the demo left no {}", engine.display()))?;
    Ok(())
}
