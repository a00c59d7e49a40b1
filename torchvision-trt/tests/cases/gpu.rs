//! Builds each case for the GPU at hand and runs the engine.

use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use torchvision_trt::ConvertOptions;
use torchvision_trt::module::TrtModule;
use torchvision_trt::verify::{self, Golden, Report, golden_path};
use trt::cuda::{Device, DeviceBuffer};
use trt::{Builder, Library, Runtime};

use crate::arguments::{Arguments, Shard};
use crate::journal::{Entry, Journal, Machine};
use crate::outcome::{Failure, Outcome, Task};
use crate::suite::{Known, ON_GPU, Suite};
use crate::{chain, plugins, programs, runner, worst};

/// Runs the cases; `None`: the process has to end before all is done. Without a GPU, nothing is run.
pub(crate) fn run(suite: &Suite, arguments: &Arguments) -> Result<Option<Vec<Outcome>>> {
    let known = Known::failures(ON_GPU, suite)?;
    let tasks: Vec<_> = arguments
        .precision
        .iter()
        .flat_map(|&precision| {
            suite
                .chosen(&arguments.filters)
                .map(move |case| Task { case, precision })
        })
        .collect();
    let tasks: Vec<_> = arguments
        .shard
        .unwrap_or(Shard::ALL)
        .of(tasks.into_iter())
        .filter(|task| programs::precisions(&suite.program(task.case)).contains(&task.precision))
        .filter(|task| !arguments.plugins || plugins::may_be_used(&suite.program(task.case)))
        .collect();
    let journal = match &arguments.json {
        Some(path) => Journal::open(path)?,
        None => Journal::default(),
    };
    let device = match Device::new(0) {
        Ok(device) => device,
        Err(error) => {
            println!("skipped: no CUDA device ({error})");
            return Ok(Some(Vec::new()));
        }
    };
    let library = Library::load()?;
    let runtime = Runtime::on(&library, &device)?;
    let (major, minor) = device.compute_capability()?;
    journal.write(&Entry::Run(Machine {
        device: format!("{} (sm_{major}{minor})", device.name()?),
        library: library.to_string(),
        settings: format!("optimization level {}, TF32 off", arguments.level),
    }))?;

    // TensorRT loads its kernels, for seconds, with the first builder, and drops them with the last.
    let start = Instant::now();
    let _builder = Builder::new(&library)?;
    println!("{library} ready in {:.1} s", start.elapsed().as_secs_f64());
    let prove = |task: &Task<'_>| {
        prove(
            &library,
            &runtime,
            arguments.level,
            &suite.program(task.case),
            task,
        )
        .map_err(|reason| {
            match DeviceBuffer::new(&device, 1).and_then(|_| device.synchronize()) {
                Ok(()) => Failure::Case(reason),
                // After an illegal access, say, every later call of this process fails.
                Err(error) => Failure::Process(format!("{reason}\nand breaks CUDA: {error}")),
            }
        })
    };
    let jobs = arguments.jobs.unwrap_or(1).into();
    runner::run(&tasks, &known, &journal, jobs, arguments.limit(), prove)
}

/// Builds a case and compares all golden sets; again without plugins, where it has any.
fn prove(
    library: &Library,
    runtime: &Runtime,
    level: i32,
    program: &Path,
    task: &Task<'_>,
) -> Result<Option<f64>, String> {
    let tolerance = task
        .case
        .tolerance(task.precision)
        .map_err(|error| error.to_string())?;
    let golden = Golden::open(&golden_path(program)).map_err(|error| error.to_string())?;
    let prove = |plugins| {
        let converted = ConvertOptions::new()
            .precision(task.precision)
            .optimization_level(level)
            .plugins(plugins)
            .convert(library, program)
            .map_err(|error| format!("build: {}", chain(&error)))?;
        let has_plugins = !converted.metadata.plugins.is_empty();
        let run = || -> torchvision_trt::module::Result<Vec<Report>> {
            let module = TrtModule::from_plan(runtime, &converted.plan, Some(converted.metadata))?;
            let mut session = module.session()?;
            (0..golden.len())
                .map(|set| verify::engine(&mut session, &golden, set, &tolerance))
                .collect()
        };
        let reports = run().map_err(|error| format!("run: {}", chain(&error)))?;
        Ok::<_, String>((worst(&reports)?, has_plugins))
    };
    let (error, has_plugins) = prove(true)?;
    if !has_plugins {
        return Ok(Some(error));
    }
    let (other, _) = prove(false).map_err(|reason| format!("without plugins: {reason}"))?;
    Ok(Some(error.max(other)))
}
