//! Every case of tests/cases: a plugin against PyTorch's own operator.
//!
//! ```sh
//! cargo test -p plugins-cuda --test plugins -- [FILTER…]
//! ```
//!
//! checks attributes, shapes and types without a GPU. `--gpu` launches the kernels and compares what they compute; `--gpu --engine`
//! does so inside an engine; `--bench` measures bandwidth, as does `cargo bench -p plugins-cuda`. `--help` names the rest.

mod bench;
mod compare;
mod cpu;
mod device;
mod emulated;
mod engine;
mod journal;
mod suite;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::Parser;

use journal::Journal;
use suite::{Case, NO_PYTHON, Suite};

/// Plugins against PyTorch
#[derive(Debug, Parser)]
struct Arguments {
    /// Cases whose names contain one of these; all without
    filters: Vec<String>,
    /// Folder of cases written before, instead of writing them with PyTorch
    #[arg(long)]
    cases: Option<PathBuf>,
    /// Launch the kernels on the GPU
    #[arg(long)]
    gpu: bool,
    /// With `--gpu`: do not fill memory before a kernel writes it, for `compute-sanitizer --tool initcheck`
    #[arg(long, requires = "gpu")]
    no_poison: bool,
    /// With `--gpu`: each plugin inside an engine, which then runs again in a process of its own
    #[arg(long, requires = "gpu")]
    engine: bool,
    /// Run the engines that another process left in this folder
    #[arg(long, requires = "gpu", hide = true)]
    replay: Option<PathBuf>,
    /// Measure the bandwidth of kernels on the GPU, beside that of a copy
    #[arg(long)]
    bench: bool,
    /// Only the cases whose inputs and outputs have at most so many bytes, for checkers that are slow
    #[arg(long, value_name = "BYTES")]
    at_most: Option<usize>,
    /// Only each Nth case, from the Kth on: K/N
    #[arg(long, value_name = "K/N", value_parser = parse_shard)]
    shard: Option<(usize, usize)>,
    /// Append a line of JSON for each case to this file
    #[arg(long)]
    results: Option<PathBuf>,
    /// Print what is in these files of results as a Markdown table
    #[arg(long, num_args = 1..)]
    summary: Vec<PathBuf>,
    /// Print the names of the cases
    #[arg(long)]
    list: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// `2/8`: the second of eight.
fn parse_shard(text: &str) -> Result<(usize, usize)> {
    let (first, shards) = text.split_once('/').context("expected K/N")?;
    let (first, shards) = (first.parse()?, shards.parse()?);
    ensure!((1..=shards).contains(&first), "expected K from 1 to N");
    Ok((first, shards))
}

/// Whether all passed.
fn run(arguments: &Arguments) -> Result<bool> {
    let start = Instant::now();
    if !arguments.summary.is_empty() {
        print!("{}", journal::summary(&arguments.summary)?);
        return Ok(true);
    }
    let journal = Journal::open(arguments.results.as_deref())?;
    if arguments.bench {
        if !trt::cuda::is_available() {
            println!("skipped: no CUDA device, so no kernel can be measured");
            return Ok(true);
        }
        bench::run(&arguments.filters, &journal)?;
        return Ok(journal.failed() == 0);
    }
    let folder = match &arguments.cases {
        Some(folder) => Some(folder.clone()),
        None => Suite::generate()?,
    };
    let Some(folder) = folder else {
        println!("skipped: {NO_PYTHON}");
        return Ok(true);
    };
    let mut suite = Suite::read(&folder, &arguments.filters)
        .with_context(|| format!("cases in {}", folder.display()))?;
    if let Some(bytes) = arguments.at_most {
        suite.cases.retain(|case| case.bytes() <= bytes);
    }
    if let Some((first, shards)) = arguments.shard {
        let cases = suite.cases.into_iter();
        suite.cases = cases.skip(first - 1).step_by(shards).collect();
    }
    if arguments.list {
        for case in &suite.cases {
            println!("{}: test", case.name);
        }
        return Ok(true);
    }
    if let Some(replay) = &arguments.replay {
        let engines = engine::Engines::new()?;
        for case in &suite.cases {
            if replay.join(format!("{}.plan", case.name)).exists() {
                journal.note("fresh process", &case.name, &case.plugin, || {
                    engines.replay(case, replay)
                });
            }
        }
    } else if arguments.engine {
        return run_engines(arguments, &suite, &folder, &journal);
    } else if arguments.gpu {
        let mut runner = device::Runner::new()?;
        if arguments.no_poison {
            runner = runner.without_poison();
        }
        for case in &suite.cases {
            journal.note("kernel", &case.name, &case.plugin, || runner.check(case));
        }
    } else {
        check_on_cpu(&suite.cases, &journal);
        for refusal in &suite.refusals {
            journal.note("refusal", &refusal.name, &refusal.plugin, || {
                cpu::check_refusal(refusal)
            });
        }
        cpu::check_coverage(&suite, &arguments.filters, &journal);
    }
    if !plugins_cuda::are_compiled() {
        println!("skipped: the kernels, for want of nvcc");
    } else if !arguments.gpu && !plugins_cuda::are_emulated() {
        println!("skipped: the numbers, which `--gpu` computes on a GPU");
    }
    journal.conclude(start.elapsed());
    Ok(journal.failed() == 0)
}

/// Every case without a GPU, on all cores, though the emulated device takes one launch at a time.
fn check_on_cpu(cases: &[Case], journal: &Journal) {
    let cases = Mutex::new(cases.iter());
    let next = || cases.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        while let Some(case) = next() {
            journal.note("host", &case.name, &case.plugin, || cpu::check(case));
            if plugins_cuda::are_emulated() {
                journal.note("emulated", &case.name, &case.plugin, || {
                    emulated::check(case)
                });
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
}

/// Every case inside an engine, then again from its plan in a process of its own.
fn run_engines(
    arguments: &Arguments,
    suite: &Suite,
    cases: &Path,
    journal: &Journal,
) -> Result<bool> {
    let start = Instant::now();
    let folder = tempfile::tempdir()?;
    {
        let engines = engine::Engines::new()?;
        for case in suite.cases.iter().filter(|case| engine::takes(case)) {
            journal.note("engine", &case.name, &case.plugin, || {
                engines.check(case, folder.path())
            });
        }
    }
    journal.conclude(start.elapsed());
    let replayed = engine::replay_in_fresh_process(
        folder.path(),
        cases,
        &arguments.filters,
        arguments.results.as_deref(),
    )?;
    Ok(journal.failed() == 0 && replayed)
}
