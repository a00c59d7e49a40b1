//! The command-line tool `torchvision-trt` as other commands use it: built, run, its reports read.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::workspace::{cargo, execute, root, spinner, target};

/// What a program with `--wait` prints when it is ready.
const READY: &str = "ready";

/// What `torchvision-trt convert --json` prints, as far as tables need it.
#[derive(Deserialize)]
pub(crate) struct Converted {
    /// How often each is called.
    pub(crate) operators: BTreeMap<String, usize>,
    pub(crate) layers: usize,
    pub(crate) plan_bytes: u64,
    pub(crate) seconds: Seconds,
    pub(crate) library: String,
}

#[derive(Deserialize)]
pub(crate) struct Seconds {
    pub(crate) read: f64,
    pub(crate) passes: f64,
    pub(crate) network: f64,
    pub(crate) build: f64,
}

/// What `torchvision-trt verify --json` prints.
#[derive(Deserialize)]
pub(crate) struct Verified {
    pub(crate) passed: bool,
    pub(crate) outputs: Vec<OutputError>,
}

#[derive(Deserialize)]
pub(crate) struct OutputError {
    pub(crate) name: String,
    /// Absent where the outputs cannot be compared.
    pub(crate) rel_l2: Option<f64>,
    pub(crate) top5: Option<f64>,
    pub(crate) classes: Option<f64>,
    pub(crate) end_point: Option<f64>,
    pub(crate) found: Option<Found>,
    pub(crate) problem: Option<String>,
}

/// How many detections were found again.
#[derive(Deserialize)]
pub(crate) struct Found {
    pub(crate) found: usize,
    pub(crate) expected: usize,
}

/// What `torchvision-trt bench --json` prints.
#[derive(Deserialize)]
pub(crate) struct Bench {
    pub(crate) cuda_graph: Throughput,
}

#[derive(Deserialize)]
pub(crate) struct Throughput {
    /// Frames per second.
    pub(crate) throughput: f64,
}

/// What [`pytorch`] prints; frames per second of the peers that were asked for and can run the program.
#[derive(Deserialize)]
pub(crate) struct PyTorch {
    /// Of `torch.export.load`.
    pub(crate) seconds: f64,
    pub(crate) eager_fps: Option<f64>,
    pub(crate) graph_fps: Option<f64>,
    /// Why a peer could not run the program.
    pub(crate) problems: BTreeMap<String, String>,
}

impl Verified {
    /// The largest relative error; NaN where outputs could not be compared.
    pub(crate) fn error(&self) -> f64 {
        let errors = self.outputs.iter().map(|o| o.rel_l2.unwrap_or(f64::NAN));
        errors.fold(0.0, |worst: f64, error| {
            match worst.is_nan() || error.is_nan() {
                true => f64::NAN,
                false => worst.max(error),
            }
        })
    }

    /// The smallest share of the five best classes found again.
    pub(crate) fn top5(&self) -> Option<f64> {
        self.outputs.iter().filter_map(|o| o.top5).reduce(f64::min)
    }
}

/// Builds the tool with the interpreter, which verifies without a GPU.
pub(crate) fn build() -> Result<PathBuf> {
    eprintln!("building torchvision-trt (some minutes the first time)");
    execute(&mut cargo([
        "build",
        "--release",
        "--quiet",
        "--package",
        "torchvision-trt",
        "--features",
        "tch",
    ]))?;
    Ok(target().join("release/torchvision-trt"))
}

/// PyTorch with a program, timed.
pub(crate) fn pytorch(python: &Path, program: &Path) -> Command {
    let mut command = Command::new(python);
    command
        .arg(root().join("torchvision-trt/python/bench_pytorch.py"))
        .arg("load")
        .arg(program);
    command
}

/// Runs a program that prints JSON, with a line about it when it is done.
pub(crate) fn json<T: DeserializeOwned>(what: &str, command: &mut Command) -> Result<T> {
    let (bar, start) = (spinner(what), Instant::now());
    let report = report(command);
    bar.finish_and_clear();
    eprintln!("{what}: {:.1} s", start.elapsed().as_secs_f64());
    report
}

/// Runs a program that prints JSON, silently. A program that prints its report and then fails has still reported.
pub(crate) fn report<T: DeserializeOwned>(command: &mut Command) -> Result<T> {
    Waiting::start(command)?.report()
}

/// A running program that prints JSON. One with `--wait` says first that it is ready, and goes on after a line on its standard input.
pub(crate) struct Waiting {
    process: Child,
    output: BufReader<ChildStdout>,
    /// What it says on its error output. A file takes any amount while nobody reads.
    messages: File,
    command: String,
    reported: bool,
}

impl Waiting {
    /// Starts it.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let messages = tempfile::tempfile()?;
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(messages.try_clone()?)
            .spawn()
            .with_context(|| format!("cannot start {command:?}"))?;
        let output = process.stdout.take().context("no standard output")?;
        Ok(Self {
            process,
            output: BufReader::new(output),
            messages,
            command: format!("{command:?}"),
            reported: false,
        })
    }

    /// Waits until it is ready, if it has `--wait`.
    pub(crate) fn ready(&mut self) -> Result<()> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        if line.trim_end() != READY {
            bail!(
                "{}",
                self.failure(format!("it said {line:?} instead of {READY:?}"))?
            );
        }
        Ok(())
    }

    /// Lets it go on, and waits for its report, not for its end.
    pub(crate) fn report<T: DeserializeOwned>(&mut self) -> Result<T> {
        // The end of the input is a line, too.
        self.process.stdin = None;
        match T::deserialize(&mut serde_json::Deserializer::from_reader(&mut self.output)) {
            Ok(report) => {
                self.reported = true;
                Ok(report)
            }
            Err(error) => bail!("{}", self.failure(error)?),
        }
    }

    /// Why there is no report, when it has ended.
    fn failure(&mut self, problem: impl Display) -> Result<String> {
        self.process.stdin = None;
        io::copy(&mut self.output, &mut io::sink())?;
        let status = self.process.wait()?;
        let mut messages = String::new();
        self.messages.rewind()?;
        self.messages.read_to_string(&mut messages)?;
        Ok(format!(
            "{} ({status}): {problem}\n{messages}",
            self.command
        ))
    }
}

impl Drop for Waiting {
    /// Who was not asked for its report need not make it; who made it may end in order.
    fn drop(&mut self) {
        if !self.reported {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}
