//! The way of one model: export, conversion and build, verification.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;

use super::builder::Builder;
use super::record::{Measure, Precision, Record};
use crate::setup;
use crate::tool::{self, Bench, Converted, PyTorch, Verified, Waiting};
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

    /// Bytes that the most hungry stage may need: PyTorch and libraries, then the weights several times over. Detection models
    /// have large maps for every box.
    pub(super) fn memory(&self) -> u64 {
        let maps = if self.task == "detection" { 7 << 30 } else { 0 };
        (2 << 30) + maps + 6 * 4 * self.parameters
    }

    /// Whether it takes images of any size: convolutions, pooling, and no position that is learned.
    pub(super) fn is_fully_convolutional(&self) -> bool {
        const TRANSFORMERS: [&str; 3] = ["maxvit", "swin_transformer", "vision_transformer"];
        ["classification", "quantization", "segmentation"].contains(&self.task.as_str())
            && !TRANSFORMERS.contains(&self.family.as_str())
    }

    /// Heights and widths from three quarters to five quarters of the usual, `MIN:OPT:MAX,MIN:OPT:MAX`.
    fn sizes(&self) -> Option<String> {
        let [.., height, width] = self.inputs.first()?.as_slice() else {
            return None;
        };
        let range = |size: &u64| format!("{}:{size}:{}", size * 3 / 4, size * 5 / 4);
        Some(format!("{},{}", range(height), range(width)))
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
    keep: bool,
    dynamic_sizes: bool,
    level: u8,
    /// Whether engines run on a GPU, rather than their networks on the CPU.
    pub(super) on_gpu: bool,
    /// The builders of each GPU, or of the machine where there is none, started when first needed. The lock lets one of them work.
    builders: Vec<Mutex<BTreeMap<Precision, Builder>>>,
}

impl Stages {
    /// With the `torchvision-trt` to run and the folder for what it writes.
    pub(super) fn new(
        program: PathBuf,
        folder: PathBuf,
        keep: bool,
        dynamic_sizes: bool,
        level: u8,
    ) -> Self {
        let on_gpu = !setup::uses_tensorrt_rtx();
        let gpus = if on_gpu { setup::gpus().max(1) } else { 1 };
        Self {
            program,
            folder,
            keep,
            dynamic_sizes,
            level,
            on_gpu,
            builders: (0..gpus).map(|_| Mutex::default()).collect(),
        }
    }

    /// The record of a model in a precision, of which nothing is known yet.
    pub(super) fn record(&self, model: &Model, precision: Precision) -> Record {
        Record {
            dynamic_sizes: self.dynamic_sizes,
            level: self.on_gpu.then_some(self.level),
            ..Record::new(&model.name, &model.task, precision, self.on_gpu)
        }
    }

    /// Exports a model and verifies it in each precision, in the given worker thread. What goes wrong is part of a record.
    pub(super) fn run(
        &self,
        model: &Model,
        precisions: &[Precision],
        worker: usize,
        mut done: impl FnMut(Record) -> Result<()>,
    ) -> Result<()> {
        let gpu = worker % self.builders.len();
        let program = self.file(model, "pt2");
        let start = Instant::now();
        let (exported, seconds) = match program.exists() {
            true => (Ok(()), None),
            false => {
                let sizes = self.dynamic_sizes.then(|| model.sizes()).flatten();
                let exported = export(&model.name, sizes, &program).context("export");
                (exported, Some(start.elapsed().as_secs_f64()))
            }
        };
        for &precision in precisions {
            let mut record = self.record(model, precision);
            record.export_seconds = seconds;
            let verified = match &exported {
                Ok(()) => self.verify(model, gpu, &mut record),
                Err(error) => Err(anyhow!("{error:#}")),
            };
            record.problem = verified.err().map(|error| format!("{error:#}"));
            done(record)?;
        }
        if !self.keep {
            for extension in ["pt2", "golden.safetensors", "engine", "engine.json"] {
                // What is not there need not be removed.
                let _ = std::fs::remove_file(self.file(model, extension));
            }
        }
        Ok(())
    }

    /// Builds, verifies and times. Nothing else runs on a GPU while an engine is built or timed: whoever does so has its lock.
    fn verify(&self, model: &Model, gpu: usize, record: &mut Record) -> Result<()> {
        let program = self.file(model, "pt2");
        let engine = self.file(model, "engine");
        // PyTorch takes seconds to start: it does so meanwhile.
        let pytorch = match self.on_gpu {
            true => Some(self.start_pytorch(&program, gpu, record.precision)?),
            false => None,
        };
        let converted = self
            .convert(&mut self.alone(gpu), &program, gpu, record.precision)
            .map_err(shortened)?;
        let seconds = &converted.seconds;
        record.library = Some(converted.library);
        record.operators = Some(converted.operators);
        record.layers = Some(converted.layers);
        record.plan_bytes = Some(converted.plan_bytes);
        record.conversion_seconds = Some(seconds.read + seconds.passes + seconds.network);
        record.build_seconds = Some(seconds.build);

        let start = Instant::now();
        let mut verify = self.tool("verify", gpu);
        verify.args(record.precision.flag());
        verify.arg("--json").arg(&program);
        if self.on_gpu {
            verify.arg("--engine").arg(&engine);
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
        if let Some(pytorch) = pytorch {
            let _alone = self.alone(gpu);
            let mut bench = self.tool("bench", gpu);
            bench.args(["--seconds", "0.5", "--json"]).arg(&engine);
            let bench: Bench = tool::report(&mut bench).map_err(shortened)?;
            record.fps = Some(bench.cuda_graph.throughput);
            let pytorch: PyTorch = pytorch.report().map_err(shortened)?;
            record.eager_fps = pytorch.eager_fps;
            record.eager_problem = pytorch.problems.get("eager").cloned();
        }
        Ok(())
    }

    /// Keeps others from building or timing on a GPU.
    fn alone(&self, gpu: usize) -> MutexGuard<'_, BTreeMap<Precision, Builder>> {
        self.builders[gpu]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// PyTorch with the program, which waits until it is asked for its report before it uses the GPU.
    fn start_pytorch(&self, program: &Path, gpu: usize, precision: Precision) -> Result<Waiting> {
        let mut pytorch = self.on_its_gpu(tool::pytorch(program), gpu);
        pytorch.args([
            "--wait",
            "--peers",
            "eager",
            "--precision",
            precision.name(),
        ]);
        Waiting::start(&mut pytorch)
    }

    fn convert(
        &self,
        builders: &mut BTreeMap<Precision, Builder>,
        program: &Path,
        gpu: usize,
        precision: Precision,
    ) -> Result<Converted> {
        let crashed = builders
            .get_mut(&precision)
            .is_some_and(|builder| !builder.is_running());
        if crashed {
            builders.remove(&precision);
        }
        let builder = match builders.entry(precision) {
            Entry::Occupied(running) => running.into_mut(),
            Entry::Vacant(place) => place.insert(self.start_builder(gpu, precision)?),
        };
        builder.convert(program)
    }

    fn start_builder(&self, gpu: usize, precision: Precision) -> Result<Builder> {
        let mut command = self.tool("convert", gpu);
        command.args(precision.flag());
        command.arg("--output").arg(&self.folder);
        if self.on_gpu {
            let cache = self.folder.join(format!("timing{gpu}.cache"));
            let level = self.level.to_string();
            command.args(["--optimization-level", &level, "--timing-cache"]);
            command.arg(cache);
        } else {
            // It measures kernels where the engine runs, so there are no times to keep.
            command.args(["--target", RTX_TARGET]);
        }
        Builder::start(&mut command)
    }

    fn tool(&self, subcommand: &str, gpu: usize) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(subcommand).current_dir(root());
        self.on_its_gpu(command, gpu)
    }

    fn on_its_gpu(&self, mut command: Command, gpu: usize) -> Command {
        if self.builders.len() > 1 {
            command.env("CUDA_VISIBLE_DEVICES", gpu.to_string());
        }
        command
    }

    fn file(&self, model: &Model, extension: &str) -> PathBuf {
        let kind = if self.dynamic_sizes { "-sizes" } else { "" };
        self.folder
            .join(format!("{}{kind}", model.name))
            .with_added_extension(extension)
    }
}

fn export(model: &str, sizes: Option<String>, target: &Path) -> Result<()> {
    let output = Command::new(python())
        .arg(root().join("torchvision-trt/python/export.py"))
        .args(["export", model, "--batch", BATCH])
        .args(sizes.iter().flat_map(|sizes| ["--size", sizes]))
        .arg("--output")
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
