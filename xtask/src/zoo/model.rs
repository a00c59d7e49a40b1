//! The way of one model: export, conversion and build, verification.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::Options;
use super::builder::{self, Builders};
use super::record::{Measure, Precision, Record};
use crate::setup;
use crate::tool::{self, Bench, PyTorch, Verified, Waiting};
use crate::workspace::root;

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
    python: PathBuf,
    folder: PathBuf,
    keep: bool,
    dynamic_sizes: bool,
    level: u8,
    /// Whether engines run on a GPU, rather than their networks on the CPU.
    pub(super) on_gpu: bool,
    /// Engines that are built at a time on each GPU.
    builders: u16,
    gpus: Vec<Gpu>,
    /// Seconds of the exports so far, by model.
    exported: Mutex<BTreeMap<String, f64>>,
}

/// A GPU, or the machine where there is none.
struct Gpu {
    builders: Builders,
    /// Held by who measures speed.
    quiet: Mutex<()>,
}

impl Stages {
    /// With the `torchvision-trt` and the Python to run and the folder for what is written.
    pub(super) fn new(
        options: &Options,
        program: PathBuf,
        python: PathBuf,
        folder: PathBuf,
    ) -> Self {
        // What was compiled elsewhere needs no headers of TensorRT here.
        let on_gpu = match options.program {
            Some(_) => setup::runs_engines(),
            None => !setup::uses_tensorrt_rtx(),
        };
        // Without a GPU building takes no time beside computing.
        let (gpus, builders) = match on_gpu {
            true => (setup::gpus().max(1), options.builders),
            false => (1, 1),
        };
        let gpu = |_| Gpu {
            builders: Builders::default(),
            quiet: Mutex::default(),
        };
        Self {
            program,
            python,
            folder,
            keep: options.keep,
            dynamic_sizes: options.dynamic_sizes,
            level: options.optimization_level,
            on_gpu,
            builders,
            gpus: (0..gpus).map(gpu).collect(),
            exported: Mutex::default(),
        }
    }

    /// Bytes that builders hold on to, in so many precisions.
    pub(super) fn memory_of_builders(&self, precisions: usize) -> u64 {
        match self.on_gpu {
            true => (self.gpus.len() * precisions) as u64 * builder::MEMORY,
            // TensorRT-RTX has no kernels of its own to load.
            false => 0,
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

    /// Exports a model, unless its program is there, and verifies it. What goes wrong is part of the record. The files stay.
    pub(super) fn verify(&self, model: &Model, precision: Precision, worker: usize) -> Record {
        let mut record = self.record(model, precision);
        let verified = self
            .export(model)
            .context("export")
            .and_then(|()| self.build_and_compare(model, self.gpu(worker), &mut record));
        record.export_seconds = self.exported().get(&model.name).copied();
        record.problem = verified.err().map(|error| format!("{error:#}"));
        record
    }

    fn export(&self, model: &Model) -> Result<()> {
        let program = self.file(model, "pt2");
        if program.exists() {
            return Ok(());
        }
        let start = Instant::now();
        let sizes = self.dynamic_sizes.then(|| model.sizes()).flatten();
        export(&self.python, &model.name, sizes, &program)?;
        self.exported()
            .insert(model.name.clone(), start.elapsed().as_secs_f64());
        Ok(())
    }

    fn exported(&self) -> MutexGuard<'_, BTreeMap<String, f64>> {
        self.exported.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn build_and_compare(&self, model: &Model, gpu: usize, record: &mut Record) -> Result<()> {
        let program = self.file(model, "pt2");
        let precision = record.precision;
        let converted = (self.gpus[gpu].builders)
            .convert(precision, &program, || self.builder(gpu, precision))
            .map_err(shortened)?;
        let seconds = &converted.seconds;
        record.library = Some(converted.library);
        record.operators = Some(converted.operators);
        record.layers = Some(converted.layers);
        record.plan_bytes = Some(converted.plan_bytes);
        record.conversion_seconds = Some(seconds.read + seconds.passes + seconds.network);
        record.build_seconds = Some(seconds.build);
        // The builder calls the engine of every precision the same.
        let engine = self.engine(model, precision);
        for (from, to) in [
            (self.file(model, "engine"), engine.clone()),
            (
                self.file(model, "engine.json"),
                engine.with_added_extension("json"),
            ),
        ] {
            fs::rename(&from, to).with_context(|| from.display().to_string())?;
        }

        let start = Instant::now();
        let mut verify = self.tool("verify", gpu);
        verify.args(precision.flag());
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
        Ok(())
    }

    /// Measures the speed of a verified engine, and of PyTorch beside it. Both start at once, which takes them seconds, and one after
    /// the other has the GPU for itself.
    pub(super) fn measure(&self, model: &Model, worker: usize, record: &mut Record) {
        let measured = self.frames_per_second(model, self.gpu(worker), record);
        record.problem = measured.err().map(|error| format!("{error:#}"));
    }

    fn frames_per_second(&self, model: &Model, gpu: usize, record: &mut Record) -> Result<()> {
        let mut ours = self.tool("bench", gpu);
        ours.args(["--wait", "--only-cuda-graph", "--seconds", "0.3", "--json"])
            .arg(self.engine(model, record.precision));
        let mut theirs =
            self.on_its_gpu(tool::pytorch(&self.python, &self.file(model, "pt2")), gpu);
        theirs.args(["--wait", "--peers", "eager", "--precision"]);
        theirs.arg(record.precision.name());
        let (mut ours, mut theirs) = (Waiting::start(&mut ours)?, Waiting::start(&mut theirs)?);
        ours.ready()?;
        theirs.ready()?;
        let _quiet = self.gpus[gpu]
            .quiet
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let ours: Bench = ours.report().map_err(shortened)?;
        record.fps = Some(ours.cuda_graph.throughput);
        let theirs: PyTorch = theirs.report().map_err(shortened)?;
        record.eager_fps = theirs.eager_fps;
        record.eager_problem = theirs.problems.get("eager").cloned();
        Ok(())
    }

    /// Removes a model's files, unless they are to be kept.
    pub(super) fn clean_up(&self, model: &Model) {
        if self.keep {
            return;
        }
        let engines = Precision::ALL.map(|precision| self.engine(model, precision));
        let descriptions = engines
            .each_ref()
            .map(|engine| engine.with_added_extension("json"));
        let exported = ["pt2", "golden.safetensors"].map(|kind| self.file(model, kind));
        for file in exported.iter().chain(&engines).chain(&descriptions) {
            // What is not there need not be removed.
            let _ = fs::remove_file(file);
        }
    }

    /// The GPU that a worker uses.
    fn gpu(&self, worker: usize) -> usize {
        worker % self.gpus.len()
    }

    /// What starts a builder.
    fn builder(&self, gpu: usize, precision: Precision) -> Command {
        let mut command = self.tool("convert", gpu);
        command.args(precision.flag());
        command.arg("--output").arg(&self.folder);
        if self.on_gpu {
            let cache = format!("timing{gpu}-{}.cache", precision.name());
            let (level, jobs) = (self.level.to_string(), self.builders.to_string());
            command.args(["--optimization-level", &level, "--jobs", &jobs]);
            command.arg("--timing-cache").arg(self.folder.join(cache));
        } else {
            // It measures kernels where the engine runs, so there are no times to keep.
            command.args(["--target", RTX_TARGET]);
        }
        command
    }

    fn tool(&self, subcommand: &str, gpu: usize) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(subcommand).current_dir(root());
        self.on_its_gpu(command, gpu)
    }

    fn on_its_gpu(&self, mut command: Command, gpu: usize) -> Command {
        if self.gpus.len() > 1 {
            command.env("CUDA_VISIBLE_DEVICES", gpu.to_string());
        }
        command
    }

    /// Where a verified engine lies until its speed is measured, or for good.
    pub(super) fn engine(&self, model: &Model, precision: Precision) -> PathBuf {
        self.file(model, &format!("{}.engine", precision.name()))
    }

    fn file(&self, model: &Model, extension: &str) -> PathBuf {
        let kind = if self.dynamic_sizes { "-sizes" } else { "" };
        self.folder
            .join(format!("{}{kind}", model.name))
            .with_added_extension(extension)
    }
}

fn export(python: &Path, model: &str, sizes: Option<String>, target: &Path) -> Result<()> {
    let output = Command::new(python)
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
