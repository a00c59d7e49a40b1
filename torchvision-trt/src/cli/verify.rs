//! `torchvision-trt verify`

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Serialize;

use super::convert::PrecisionFlags;
use super::model::open_engine;
use super::progress::Spinner;
use crate::passes::Precision;
use crate::verify::{self, Agreement, Golden, Report, Task, Tolerance, golden_path};

/// Compare a converted model with PyTorch's outputs in M.golden.safetensors; exit status 1 if they differ
///
/// With --engine the engine runs on the GPU. Without, the program is converted and the finished TensorRT network is
/// computed on the CPU, layer by layer.
///
/// Example: torchvision-trt verify resnet18.pt2 --fp16 --json
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Options {
    /// The .pt2 file; its golden file lies beside it
    program: PathBuf,
    /// Golden inputs and outputs [M.golden.safetensors]
    #[arg(long)]
    golden: Option<PathBuf>,
    /// An engine built from the program
    #[arg(long)]
    engine: Option<PathBuf>,
    #[command(flatten)]
    precision: PrecisionFlags,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Verification {
    passed: bool,
    computed_by: String,
    tolerance: &'static str,
    /// What the model is for, if the golden file says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<Task>,
    outputs: Vec<Output>,
}

#[derive(Serialize)]
struct Output {
    /// Number of the golden set.
    set: usize,
    #[serde(flatten)]
    agreement: Agreement,
}

pub(super) fn run(options: &Options) -> Result<bool> {
    let path = options
        .golden
        .clone()
        .unwrap_or_else(|| golden_path(&options.program));
    let golden = Golden::open(&path)?;
    let (computed_by, reports) = match &options.engine {
        Some(engine) => on_gpu(engine, &golden, options.precision.precision())?,
        None => on_cpu(options, &golden)?,
    };
    let passed = reports.iter().all(|report| report.passed);
    if options.json {
        super::print_json(&verification(passed, computed_by, golden.task(), reports))?;
        return Ok(passed);
    }
    outln!("computed by {computed_by}");
    for (set, report) in reports.iter().enumerate() {
        out!(
            "golden set {set}, tolerance {}:\n{report}",
            report.tolerance
        );
    }
    outln!("{}", if passed { "passed" } else { "FAILED" });
    Ok(passed)
}

fn verification(
    passed: bool,
    computed_by: String,
    task: Option<Task>,
    reports: Vec<Report>,
) -> Verification {
    let tolerance = reports.first().map_or("", |report| report.tolerance);
    let sets = reports.into_iter().enumerate();
    let outputs = sets.flat_map(|(set, report)| {
        report
            .outputs
            .into_iter()
            .map(move |agreement| Output { set, agreement })
    });
    Verification {
        passed,
        computed_by,
        tolerance,
        task,
        outputs: outputs.collect(),
    }
}

/// Runs an engine on all golden sets.
fn on_gpu(engine: &Path, golden: &Golden, asked: Precision) -> Result<(String, Vec<Report>)> {
    let module = open_engine(engine)?;
    let metadata = module.metadata();
    let built = metadata.and_then(|metadata| Precision::from_name(&metadata.precision));
    let quantized = metadata.is_some_and(|metadata| metadata.int8);
    let tolerance = Tolerance::model(built.unwrap_or(asked), quantized);
    let mut session = module.session()?;
    let _spinner = Spinner::new("running the engine");
    let mut reports = Vec::new();
    for set in 0..golden.len() {
        let report = verify::engine(&mut session, golden, set, &tolerance)
            .with_context(|| format!("golden set {set}"))?;
        reports.push(report);
    }
    Ok((
        format!(
            "{} on {}",
            engine.display(),
            module.engine().device().name()?
        ),
        reports,
    ))
}

#[cfg(not(feature = "tch"))]
fn on_cpu(_: &Options, _: &Golden) -> Result<(String, Vec<Report>)> {
    anyhow::bail!(
        "this program was built without libtorch, which computes networks on the CPU: build it with `--features tch`, \
         or give an engine with --engine"
    )
}

#[cfg(feature = "tch")]
fn on_cpu(options: &Options, golden: &Golden) -> Result<(String, Vec<Report>)> {
    use crate::verify::{ModelOptions, model};

    let library = trt::Library::load()?;
    let model_options = ModelOptions {
        precision: options.precision.precision(),
        int8: options.precision.int8()?,
        golden: Some(golden.path().to_owned()),
        tolerance: None,
    };
    let _spinner = Spinner::new("computing the network on the CPU");
    crate::interpreter::keep_freed_memory();
    let reports = model(&library, &options.program, &model_options)?;
    Ok((
        format!("the interpreter of the {library} network, on the CPU"),
        reports,
    ))
}
