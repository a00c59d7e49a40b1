//! Checks each case and, with feature `tch`, converts it, computes the network on the CPU and builds the engine.

use anyhow::Result;

use crate::arguments::{Arguments, Shard};
use crate::journal::Journal;
use crate::outcome::{Outcome, Task};
use crate::suite::{Known, ON_CPU, Suite};
use crate::{plugins, programs, runner};

/// Runs the cases.
pub(crate) fn run(suite: &Suite, arguments: &Arguments) -> Result<Option<Vec<Outcome>>> {
    let known = Known::failures(ON_CPU, suite)?;
    let cases = suite.chosen(&arguments.filters);
    let tasks = arguments
        .shard
        .unwrap_or(Shard::ALL)
        .of(cases)
        .flat_map(|case| {
            programs::precisions(&suite.program(case))
                .into_iter()
                .map(move |precision| Task { case, precision })
        });
    // Without libtorch nobody can say whether a case still fails whose numbers are known to be wrong.
    let tasks: Vec<_> = tasks
        .filter(|task| cfg!(feature = "tch") || known.failure(task.case, task.precision).is_none())
        .filter(|task| !arguments.plugins || plugins::may_be_used(&suite.program(task.case)))
        .collect();

    let journal = match &arguments.json {
        Some(path) => Journal::open(path)?,
        None => Journal::default(),
    };
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let jobs = arguments.jobs.map_or_else(cores, usize::from);
    #[cfg(feature = "tch")]
    let library = interpreted::library()?;
    runner::run(&tasks, &known, &journal, jobs, arguments.limit(), |task| {
        let program = suite.program(task.case);
        programs::check(&program, task.precision)?;
        #[cfg(feature = "tch")]
        if arguments.plugins {
            return Ok(plugins::prove(&library, &program, task)?);
        }
        #[cfg(feature = "tch")]
        return Ok(Some(interpreted::prove(&library, &program, task, &known)?));
        #[cfg(not(feature = "tch"))]
        Ok(None)
    })
}

#[cfg(feature = "tch")]
mod interpreted {
    use std::path::Path;

    use anyhow::{Context, Result};
    use torchvision_trt::ConvertOptions;
    use torchvision_trt::verify::{self, Golden, Report, VerifyError, golden_path};
    use trt::{ComputeCapability, Library, Network};

    use crate::outcome::Task;
    use crate::suite::Known;
    use crate::{chain, properties, worst};

    pub(super) fn library() -> Result<Library> {
        Library::load().context("TensorRT-RTX, which `cargo xtask setup` installs")
    }

    /// Converts a case, compares all golden sets, and builds the engine, for which TensorRT-RTX needs no GPU.
    pub(super) fn prove(
        library: &Library,
        program: &Path,
        task: &Task<'_>,
        known: &Known,
    ) -> Result<f64, String> {
        // The cases themselves run side by side.
        tch::set_num_threads(1);
        let tolerance = task
            .case
            .tolerance(task.precision)
            .map_err(|error| error.to_string())?;
        let golden = Golden::open(&golden_path(program)).map_err(|error| error.to_string())?;
        let options = ConvertOptions::new().precision(task.precision);
        let work = |network: &Network<'_>| {
            let reports: Vec<Report> = (0..golden.len())
                .map(|set| verify::network(network, &golden, set, &tolerance))
                .collect::<Result<_, VerifyError>>()?;
            let any_size = match &task.case.family {
                family if family == properties::FAMILY => {
                    properties::prove(&task.case.name, program, network, &tolerance)
                }
                _ => Ok(()),
            };
            Ok::<_, VerifyError>((reports, any_size))
        };
        let result = options.with_network(library, program, work);
        let (reports, any_size) = result.map_err(|error| chain(&error))?;
        let error = worst(&reports)?;
        any_size?;
        let built = options
            .targets([ComputeCapability::new(8, 6)])
            .convert(library, program);
        match (built, known.build_failure(task.case)) {
            (Ok(_), None) | (Err(_), Some(_)) => Ok(error),
            (Err(error), None) => Err(format!("build: {}", chain(&error))),
            (Ok(_), Some(_)) => Err(format!("builds: remove it from {}", known.file())),
        }
    }
}
