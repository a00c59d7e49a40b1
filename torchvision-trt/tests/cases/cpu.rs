//! Checks each case and, with feature `tch`, converts it and computes the network on the CPU.

use anyhow::Result;
use torchvision_trt::Precision;

use crate::arguments::{Arguments, Shard};
use crate::journal::Journal;
use crate::outcome::{Outcome, Task};
use crate::suite::{Known, ON_CPU, Suite};
use crate::{programs, runner};

/// Families that are also proved with half precision: those where it is worth having.
const LOW_PRECISION: [&str; 5] = ["attention", "block", "conv", "linear", "matmul"];

/// Runs the cases.
pub(crate) fn run(suite: &Suite, arguments: &Arguments) -> Result<Option<Vec<Outcome>>> {
    let known = Known::failures(ON_CPU, suite)?;
    let mut tasks = Vec::new();
    for case in arguments
        .shard
        .unwrap_or(Shard::ALL)
        .of(suite.chosen(&arguments.filters))
    {
        let low = cfg!(feature = "tch") && LOW_PRECISION.contains(&case.family.as_str());
        let precisions: &[Precision] = if low {
            &[Precision::Fp32, Precision::Fp16, Precision::Bf16]
        } else {
            &[Precision::Fp32]
        };
        tasks.extend(precisions.iter().map(|&precision| Task { case, precision }));
    }
    // Some of the known failures are of the numbers.
    #[cfg(not(feature = "tch"))]
    tasks.retain(|task| known.failure(task.case, task.precision).is_none());

    let journal = match &arguments.json {
        Some(path) => Journal::open(path)?,
        None => Journal::default(),
    };
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let jobs = arguments.jobs.map_or_else(cores, usize::from);
    #[cfg(feature = "tch")]
    let numbers = interpreted::Prover::new(suite, arguments.build)?;
    runner::run(&tasks, &known, &journal, jobs, |task| {
        let program = suite.program(task.case);
        if task.precision == Precision::Fp32 {
            programs::check(&program)?;
        }
        #[cfg(feature = "tch")]
        return Ok(Some(numbers.prove(&program, task)?));
        #[cfg(not(feature = "tch"))]
        Ok(None)
    })
}

#[cfg(feature = "tch")]
mod interpreted {
    use std::collections::HashSet;
    use std::path::Path;

    use anyhow::{Context, Result};
    use torchvision_trt::verify::{self, Golden, Report, VerifyError, golden_path};
    use torchvision_trt::{ConvertOptions, Precision};
    use trt::{ComputeCapability, Library};

    use crate::outcome::Task;
    use crate::suite::Suite;
    use crate::{chain, worst};

    /// Computes networks with libtorch.
    pub(super) struct Prover {
        library: Library,
        built: HashSet<String>,
    }

    impl Prover {
        pub(super) fn new(suite: &Suite, build_all: bool) -> Result<Self> {
            let library =
                Library::load().context("TensorRT-RTX, which `cargo xtask setup` installs")?;
            let names = suite.cases.iter().map(|case| case.name.clone());
            let built = names.step_by(if build_all { 1 } else { 3 }).collect();
            Ok(Self { library, built })
        }

        /// Converts a case and compares all golden sets; some networks are also built, which needs no GPU with TensorRT-RTX.
        pub(super) fn prove(&self, program: &Path, task: &Task<'_>) -> Result<f64, String> {
            // The cases themselves run side by side.
            tch::set_num_threads(1);
            let tolerance = task
                .case
                .tolerance(task.precision)
                .map_err(|error| error.to_string())?;
            let golden = Golden::open(&golden_path(program)).map_err(|error| error.to_string())?;
            let reports: Result<Vec<Report>, VerifyError> = ConvertOptions::new()
                .precision(task.precision)
                .with_network(&self.library, program, |network| {
                    (0..golden.len())
                        .map(|set| verify::network(network, &golden, set, &tolerance))
                        .collect()
                });
            let error = worst(&reports.map_err(|error| chain(&error))?)?;
            if task.precision == Precision::Fp32 && self.built.contains(&task.case.name) {
                ConvertOptions::new()
                    .targets([ComputeCapability::new(8, 6)])
                    .convert(&self.library, program)
                    .map_err(|error| format!("build: {}", chain(&error)))?;
            }
            Ok(error)
        }
    }
}
