//! The way of one model: export, conversion and build, verification.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::builder::Builder;
use super::record::{Measure, Precision, Record};
use crate::setup;
use crate::tool::{self, Converted, Verified};
use crate::workspace::{python, root};

/// One image, or two: the batch is dynamic in the program, and both sizes are verified.
const BATCH: &str = "1:1:2";
/// GeForce RTX 30; TensorRT-RTX builds without that GPU.
const RTX_TARGET: &str = "sm_86";

/// A model as the exporter lists it.
#[derive(Debug, Deserialize)]
pub(super) struct Model {
    pub(super) name: String,
    pub(super) task: String,
    /// The module of torchvision that defines it.
    pub(super) family: String,
    /// Shapes for a batch of one.
    pub(super) inputs: Vec<Vec<u64>>,
    parameters: u64,
    /// Billions of multiplications and additions for one image, as torchvision publishes them.
    operations: f64,
}

impl Model {
    /// What a model costs in time, in seconds of no machine in particular: tracing takes its time for the smallest, too.
    pub(super) fn cost(&self) -> f64 {
        20.0 + self.operations + self.parameters as f64 / 1e7
    }

    /// Bytes that the most hungry stage may need: PyTorch and libraries, then the weights several times over.
    pub(super) fn memory(&self) -> u64 {
        (2 << 30) + 6 * 4 * self.parameters
    }

    /// `1x3x224x224`, and how many.
    pub(super) fn input(&self) -> String {
        let shape = |sizes: &Vec<u64>| {
            let sizes: Vec<_> = sizes.iter().map(u64::to_string).collect();
            sizes.join("x")
        };
        match self.inputs.as_slice() {
            [one] => shape(one),
            several => format!(
                "{} of {}",
                several.len(),
                several.first().map_or(String::new(), shape)
            ),
        }
    }
}

/// How models are run.
pub(super) struct Stages {
    program: PathBuf,
    folder: PathBuf,
    precision: Precision,
    keep: bool,
    /// One for each GPU, or one on a machine without; started when first needed.
    builders: Vec<Mutex<Option<Builder>>>,
}

impl Stages {
    /// With the `torchvision-trt` to run and the folder for what it writes.
    pub(super) fn new(program: PathBuf, folder: PathBuf, precision: Precision, keep: bool) -> Self {
        let gpus = match setup::uses_tensorrt_rtx() {
            true => 1,
            false => setup::gpus().max(1),
        };
        let builders = (0..gpus).map(|_| Mutex::new(None)).collect();
        Self {
            program,
            folder,
            precision,
            keep,
            builders,
        }
    }

    /// Runs a model in the given worker thread. What goes wrong is part of the record.
    pub(super) fn run(&self, model: &Model, worker: usize) -> Record {
        let mut record = Record::new(&model.name, &model.task, self.precision);
        if let Err(error) = self.attempt(model, worker % self.builders.len(), &mut record) {
            record.problem = Some(format!("{error:#}"));
        }
        if !self.keep {
            for extension in ["pt2", "golden.safetensors", "engine", "engine.json"] {
                // What is not there need not be removed.
                let _ = std::fs::remove_file(self.file(model, extension));
            }
        }
        record
    }

    fn attempt(&self, model: &Model, gpu: usize, record: &mut Record) -> Result<()> {
        let start = Instant::now();
        let program = self.file(model, "pt2");
        if !program.exists() {
            export(&model.name, &program).context("export")?;
            record.export_seconds = Some(start.elapsed().as_secs_f64());
        }
        let converted = self.convert(&program, gpu).map_err(shortened)?;
        let seconds = &converted.seconds;
        record.library = Some(converted.library);
        record.operators = Some(converted.operators);
        record.layers = Some(converted.layers);
        record.plan_bytes = Some(converted.plan_bytes);
        record.conversion_seconds = Some(seconds.read + seconds.passes + seconds.network);
        record.build_seconds = Some(seconds.build);

        let start = Instant::now();
        record.on_gpu = setup::has_gpu() && !setup::uses_tensorrt_rtx();
        let mut verify = self.tool("verify", gpu);
        verify.arg("--json").arg(&program);
        if record.on_gpu {
            verify.arg("--engine").arg(self.file(model, "engine"));
        }
        let verified: Verified = tool::report(&mut verify).map_err(shortened)?;
        record.verify_seconds = Some(start.elapsed().as_secs_f64());
        record.error = Some(verified.error()).filter(|error| !error.is_nan());
        record.measure = measure(&verified);
        let problems = verified.outputs.iter().filter_map(|output| {
            let problem = output.problem.as_ref()?;
            Some(format!("{}: {problem}", output.name))
        });
        if !verified.passed {
            bail!("{}", problems.collect::<Vec<_>>().join("; "));
        }
        Ok(())
    }

    fn convert(&self, program: &Path, gpu: usize) -> Result<Converted> {
        let mut builder = self.builders[gpu]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if !builder.as_mut().is_some_and(Builder::is_running) {
            let mut command = self.tool("convert", gpu);
            command.arg("--output").arg(&self.folder);
            if setup::uses_tensorrt_rtx() {
                // It measures kernels where the engine runs, so there are no times to keep.
                command.args(["--target", RTX_TARGET]);
            } else {
                let cache = self.folder.join(format!("timing{gpu}.cache"));
                command.args(["--optimization-level", "1", "--timing-cache"]);
                command.arg(cache);
            }
            *builder = Some(Builder::start(&mut command)?);
        }
        let builder = builder.as_mut().expect("it was started");
        builder.convert(program)
    }

    fn tool(&self, subcommand: &str, gpu: usize) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(subcommand).current_dir(root());
        command.args(self.precision.flag());
        if self.builders.len() > 1 {
            command.env("CUDA_VISIBLE_DEVICES", gpu.to_string());
        }
        command
    }

    fn file(&self, model: &Model, extension: &str) -> PathBuf {
        self.folder
            .join(&model.name)
            .with_added_extension(extension)
    }
}

fn export(model: &str, target: &Path) -> Result<()> {
    let output = Command::new(python())
        .arg(root().join("torchvision-trt/python/export.py"))
        .args(["export", model, "--batch", BATCH, "--output"])
        .arg(target)
        .stdin(Stdio::null())
        .output()?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        let last = text.lines().rfind(|line| !line.trim().is_empty());
        bail!("{}: {}", output.status, last.unwrap_or("no message"));
    }
    Ok(())
}

/// An error as a page can hold it: what the program said, without its command line.
fn shortened(error: anyhow::Error) -> anyhow::Error {
    let text = format!("{error:#}");
    let said = text.split_once("error: ").map(|(_, said)| said);
    let line: Vec<&str> = said
        .unwrap_or(&text)
        .lines()
        .take(3)
        .map(str::trim)
        .collect();
    anyhow::anyhow!("{}", line.join(" "))
}

/// What the task is judged by, at its worst over sets and outputs; detections are counted over all.
fn measure(verified: &Verified) -> Option<Measure> {
    let outputs = || verified.outputs.iter();
    let end_point = outputs().filter_map(|o| o.end_point).reduce(f64::max);
    let detections = outputs().filter_map(|o| o.found.as_ref());
    let found = detections
        .map(|found| (found.found as u64, found.expected as u64))
        .reduce(|a, b| (a.0 + b.0, a.1 + b.1))
        .map(|(found, expected)| Measure::Detections { found, expected });
    let classes = outputs().filter_map(|o| o.classes).reduce(f64::min);
    end_point
        .map(Measure::EndPoint)
        .or(classes.map(Measure::SameClass))
        .or(verified.top5().map(Measure::Top5))
        .or(found)
}
