//! `torchvision-trt convert`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};
use serde::Serialize;
use trt::{Builder, ComputeCapability, Library};

use super::parse;
use super::progress::Spinner;
use super::run::read;
use super::samples::{self, Kind};
use crate::calibrate::Ranges;
use crate::module::{Metadata, ShapeRange};
use crate::passes::Precision;
use crate::pipeline::{ConvertOptions, Converted, Stage};

/// Build a TensorRT engine: writes the plain plan M.engine and M.engine.json, which describes it
///
/// Several programs are converted by one process, which loads TensorRT once for all, `--jobs` at a time. One that fails does not
/// stop the others.
///
/// Example: torchvision-trt convert resnet18.pt2 -o resnet18.engine --fp16 --target sm_86,sm_89
/// Example: find models -name '*.pt2' | torchvision-trt convert - -o engines
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Options {
    /// The .pt2 file, or several; `-` reads their paths from the standard input, line by line, each as it comes
    #[arg(required = true, value_name = "PROGRAM")]
    programs: Vec<PathBuf>,
    /// The engine file to write, or the folder of the engines, where there are several programs or it is one
    #[arg(short, long)]
    output: PathBuf,
    #[command(flatten)]
    precision: PrecisionFlags,
    /// GPU architectures to build for, such as sm_86,sm_89; TensorRT-RTX needs no GPU then [the GPU at hand]
    #[arg(long, value_delimiter = ',', value_name = "SM")]
    target: Vec<ComputeCapability>,
    /// Range of an input's shape, such as x=1x3x224x224:8x3x224x224:16x3x224x224; repeatable [the program's range]
    #[arg(long, value_name = "NAME=MIN:OPT:MAX", value_parser = parse::shape_argument)]
    shape: Vec<(String, ShapeRange)>,
    /// Ranges of all inputs' shapes from recorded inputs: safetensors files with all inputs of one run by name, or folders of such;
    /// the engine is tuned for the median of each size; repeatable
    #[arg(long, value_name = "SAMPLES", conflicts_with = "shape")]
    shapes_of: Vec<PathBuf>,
    /// Device memory that layers may use, such as 1GiB [what the device has]
    #[arg(long, value_parser = parse::bytes)]
    workspace: Option<u64>,
    /// How long to search for fast kernels, 0 to 5 [3]
    #[arg(long, value_parser = clap::value_parser!(i32).range(0..=5))]
    optimization_level: Option<i32>,
    /// File with kernel times of earlier builds, made when it is missing
    #[arg(long, value_name = "FILE")]
    timing_cache: Option<PathBuf>,
    /// Let fp32 products round their operands to TF32, as PyTorch's convolutions do by default
    #[arg(long)]
    tf32: bool,
    /// Run layers on this DLA of a Jetson, 0 or 1, as far as it has them, and the others on the GPU; with --fp16
    #[arg(long, value_name = "CORE")]
    dla: Option<u16>,
    /// Use TensorRT's own layers only, so that any program can load the engine without our plugins
    #[arg(long)]
    no_plugins: bool,
    /// Programs at a time; kernels that are timed side by side look slower than they are
    #[arg(long, default_value = "1", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: u16,
    /// Print a report as JSON, one object for each program as it is done, also for one that fails
    #[arg(long)]
    json: bool,
}

/// What most of the network computes in.
#[derive(clap::Args)]
pub(super) struct PrecisionFlags {
    /// Compute in half precision where the range allows it
    #[arg(long, conflicts_with = "bf16")]
    fp16: bool,
    /// Compute in bfloat16 where the accuracy allows it
    #[arg(long)]
    bf16: bool,
    /// Compute convolutions and products with weights in int8, with the ranges that `calibrate` wrote to this file
    #[arg(long, value_name = "RANGES")]
    int8: Option<PathBuf>,
}

impl PrecisionFlags {
    pub(super) fn precision(&self) -> Precision {
        match self {
            Self { fp16: true, .. } => Precision::Fp16,
            Self { bf16: true, .. } => Precision::Bf16,
            _ => Precision::Fp32,
        }
    }

    pub(super) fn int8(&self) -> Result<Option<Ranges>> {
        Ok(self.int8.as_ref().map(Ranges::load).transpose()?)
    }
}

/// Of one program among several that was not converted.
#[derive(Serialize)]
struct Failure<'a> {
    program: &'a Path,
    error: &'a str,
}

#[derive(Serialize)]
struct Report<'a> {
    program: &'a Path,
    engine: &'a Path,
    library: String,
    operators: &'a BTreeMap<String, usize>,
    layers: usize,
    plan_bytes: usize,
    seconds: Seconds,
    warnings: &'a [String],
    metadata: &'a Metadata,
}

#[derive(Serialize)]
struct Seconds {
    read: f64,
    passes: f64,
    network: f64,
    build: f64,
}

/// In place of a program.
const FROM_STDIN: &str = "-";

pub(super) fn run(options: &Options) -> Result<()> {
    let library = Library::load()?;
    let how = options.convert_options()?;
    if let [program] = options.programs.as_slice()
        && program != Path::new(FROM_STDIN)
        && !options.output.is_dir()
    {
        return convert(options, &how, &library, program, &options.output);
    }
    std::fs::create_dir_all(&options.output)
        .with_context(|| format!("cannot make the folder {}", options.output.display()))?;
    // TensorRT loads its kernels, for seconds, with the first builder, and drops them with the last.
    let _builder = Builder::new(&library)?;
    let programs = Mutex::new(Programs {
        named: options.programs.iter(),
        listed: false,
    });
    let (failed, all) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || -> Result<()> {
        loop {
            let mut queue = programs.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(program) = queue.next()? else {
                return Ok(());
            };
            drop(queue);
            all.fetch_add(1, Ordering::Relaxed);
            let name = program.file_stem().unwrap_or(program.as_os_str());
            let engine = options.output.join(name).with_added_extension("engine");
            if let Err(error) = convert(options, &how, &library, &program, &engine) {
                let error = super::message(&error);
                eprintln!("error: {error}");
                failed.fetch_add(1, Ordering::Relaxed);
                if options.json {
                    super::print_json(&Failure {
                        program: &program,
                        error: &error,
                    })?;
                }
            }
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..options.jobs).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| {
            let panicked = |panic| std::panic::resume_unwind(panic);
            worker.join().unwrap_or_else(panicked)
        })
    })?;
    let (failed, all) = (failed.into_inner(), all.into_inner());
    anyhow::ensure!(failed == 0, "{failed} of {all} programs were not converted");
    Ok(())
}

/// Programs in the order of the command line.
struct Programs<'o> {
    named: std::slice::Iter<'o, PathBuf>,
    /// Whether the standard input is read.
    listed: bool,
}

impl Programs<'_> {
    fn next(&mut self) -> Result<Option<PathBuf>> {
        loop {
            if self.listed {
                if let Some(line) = std::io::stdin().lines().next() {
                    let line = line.context("cannot read the standard input")?;
                    return Ok(Some(line.into()));
                }
                self.listed = false;
            }
            match self.named.next() {
                Some(program) if program == Path::new(FROM_STDIN) => self.listed = true,
                named => return Ok(named.cloned()),
            }
        }
    }
}

fn convert(
    options: &Options,
    how: &ConvertOptions,
    library: &Library,
    program: &Path,
    engine: &Path,
) -> Result<()> {
    // A build takes minutes: first see whether its result can be written.
    let folder = engine
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    tempfile::tempfile_in(folder.unwrap_or(Path::new(".")))
        .with_context(|| format!("cannot write {}", engine.display()))?;
    // There is one line for it.
    let spinner = (options.jobs == 1).then(|| Spinner::new("converting"));
    let converted = how
        .convert_with(library, program, |stage| {
            if let Some(spinner) = &spinner {
                spinner.set(format!("{}: {}", program.display(), describe(stage)))
            }
        })
        .with_context(|| program.display().to_string())?;
    drop(spinner);
    converted.save(engine)?;
    for warning in &converted.report.warnings {
        eprintln!("warning: {warning}");
    }
    report(options, library, &converted, program, engine)
}

impl Options {
    fn recorded_shapes(&self) -> Result<BTreeMap<String, ShapeRange>> {
        let mut shapes = BTreeMap::<String, Vec<Vec<i64>>>::new();
        for file in samples::files(&self.shapes_of, &[Kind::Recorded])? {
            let bytes = std::fs::read(&file).with_context(|| file.display().to_string())?;
            for (input, tensor) in read(&file, &bytes)? {
                let shape = tensor.shape().iter().map(|&size| size as i64);
                shapes.entry(input).or_default().push(shape.collect());
            }
        }
        let ranges = shapes.into_iter().map(|(input, shapes)| {
            let range = ShapeRange::of(shapes.iter().map(Vec::as_slice));
            let range = range.with_context(|| {
                format!(
                    "input `{input}` does not have the same number of dimensions in all samples"
                )
            })?;
            Ok((input, range))
        });
        ranges.collect()
    }

    fn convert_options(&self) -> Result<ConvertOptions> {
        let mut options = ConvertOptions::new()
            .precision(self.precision.precision())
            .targets(self.target.iter().copied())
            .tf32(self.tf32)
            .plugins(!self.no_plugins);
        for (input, range) in &self.shape {
            options = options.shape(input, range.clone());
        }
        for (input, range) in self.recorded_shapes()? {
            options = options.shape(input, range);
        }
        if let Some(bytes) = self.workspace {
            options = options.workspace(bytes);
        }
        if let Some(level) = self.optimization_level {
            options = options.optimization_level(level);
        }
        if let Some(core) = self.dla {
            options = options.dla(core);
        }
        if let Some(ranges) = self.precision.int8()? {
            options = options.int8(ranges);
        }
        Ok(match &self.timing_cache {
            Some(file) => options.timing_cache(file),
            None => options,
        })
    }
}

fn describe(stage: Stage) -> &'static str {
    match stage {
        Stage::Read => "reading the program",
        Stage::Passes => "simplifying the graph",
        Stage::Network => "converting operations to layers",
        Stage::Build => "TensorRT builds the engine",
    }
}

fn report(
    options: &Options,
    library: &Library,
    converted: &Converted,
    program: &Path,
    engine: &Path,
) -> Result<()> {
    let times = converted.report.times;
    let report = Report {
        program,
        engine,
        library: library.to_string(),
        operators: &converted.report.operators,
        layers: converted.report.layers,
        plan_bytes: converted.plan.len(),
        seconds: Seconds {
            read: times.read.as_secs_f64(),
            passes: times.passes.as_secs_f64(),
            network: times.network.as_secs_f64(),
            build: times.build.as_secs_f64(),
        },
        warnings: &converted.report.warnings,
        metadata: &converted.metadata,
    };
    if options.json {
        return super::print_json(&report);
    }
    let Seconds {
        read,
        passes,
        network,
        build,
    } = report.seconds;
    outln!(
        "{}: {:.1} MB, {} operators, {} layers, {} for {}; conversion {:.0} ms, build {build:.1} s by {}",
        engine.display(),
        report.plan_bytes as f64 / 1e6,
        report.operators.values().sum::<usize>(),
        report.layers,
        if converted.metadata.int8 {
            format!("int8 and {}", converted.metadata.precision)
        } else {
            converted.metadata.precision.clone()
        },
        if options.target.is_empty() {
            "this GPU".into()
        } else {
            converted.metadata.targets.join(", ")
        },
        1e3 * (read + passes + network),
        report.library,
    );
    let plugins = &converted.metadata.plugins;
    if !plugins.is_empty() {
        outln!(
            "it has plugins ({}): other programs load it with libtrt_plugins_cuda.so, see docs/plugins.md, or convert with --no-plugins",
            plugins.join(", ")
        );
    }
    Ok(())
}
