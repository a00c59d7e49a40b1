//! Every numeric case of tests/cases: program → graph → passes → network, against PyTorch.
//!
//! ```sh
//! cargo test -p torchvision-trt --features tch --test cases -- [FILTER…] [--list]
//! ```
//!
//! computes the networks with libtorch on the CPU. Without feature `tch` it checks only that each program can be converted; with
//! `--gpu` it builds and runs each, which needs neither libtorch nor Python. `--help` names the rest, docs/cases.md explains it.

mod arguments;
mod coverage;
mod cpu;
mod gpu;
mod journal;
mod outcome;
mod plugins;
mod programs;
#[cfg(feature = "tch")]
mod properties;
#[cfg(feature = "tch")]
mod references;
mod runner;
mod suite;
mod summary;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::Parser;
use torchvision_trt::verify::Report;

use arguments::Arguments;
use coverage::Coverage;
use outcome::{Outcome, Status};
use suite::{Case, Suite};

/// Exit status of a process that has to be started again to go on.
const AGAIN: u8 = 3;

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode> {
    let start = Instant::now();
    let suite = match &arguments.folder {
        Some(folder) => Suite::read(folder)?,
        None => match Suite::generate()? {
            Some(suite) => suite,
            None => {
                println!("skipped: no Python with PyTorch, which `cargo xtask setup` installs");
                return Ok(ExitCode::SUCCESS);
            }
        },
    };
    if !arguments.summary.is_empty() {
        return summary::print(&suite, &arguments.summary).map(|()| ExitCode::SUCCESS);
    }
    if arguments.list {
        let chosen = suite.chosen(&arguments.filters);
        chosen.for_each(|case| println!("{}: test", case.name));
        return Ok(ExitCode::SUCCESS);
    }
    let outcomes = if arguments.gpu {
        gpu::run(&suite, arguments)?
    } else {
        cpu::run(&suite, arguments)?
    };
    let Some(outcomes) = outcomes else {
        println!("\nstopped: run the same command again to go on");
        return Ok(ExitCode::from(AGAIN));
    };
    let whole = !arguments.gpu
        && !arguments.plugins
        && arguments.filters.is_empty()
        && arguments.shard.is_none();
    let passed = conclude(&suite, &outcomes, whole, start)?;
    Ok(if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Prints what came of it all; `whole` if nothing was left out.
fn conclude(suite: &Suite, outcomes: &[Outcome], whole: bool, start: Instant) -> Result<bool> {
    let verdicts = verdicts(outcomes);
    let count = |status| verdicts.values().filter(|found| **found == status).count();
    let failed = count(Status::Failed);
    if failed > 0 {
        println!("\nfailures:");
        for outcome in outcomes
            .iter()
            .filter(|outcome| outcome.status == Status::Failed)
        {
            println!("    {} ({})", outcome.name, outcome.precision);
        }
    }
    let mut passed = failed == 0;
    let mut line = format!(
        "{} cases: {} passed, {failed} failed, {} expected failures",
        verdicts.len(),
        count(Status::Passed),
        count(Status::ExpectedFailure),
    );
    if cfg!(not(feature = "tch")) {
        line += "; built without the interpreter (feature `tch`): skipped the numbers";
    } else if whole {
        let coverage = Coverage::of(passing(suite, &verdicts))?;
        if !coverage.problems.is_empty() {
            println!("\ncoverage of converter_names.txt:");
            coverage
                .problems
                .iter()
                .for_each(|line| println!("    {line}"));
        }
        passed &= coverage.problems.is_empty();
        let thin = coverage::thinly_proven(suite, passing(suite, &verdicts))?;
        if !thin.is_empty() {
            println!("\nconverters that too few cases prove:");
            thin.iter().for_each(|line| println!("    {line}"));
        }
        passed &= thin.is_empty();
        line += &format!("; {} of {} names covered", coverage.covered, coverage.names);
    }
    println!(
        "\ntest result: {}. {line}; {:.0} s",
        if passed { "ok" } else { "FAILED" },
        start.elapsed().as_secs_f64()
    );
    Ok(passed)
}

/// What came of each case in all of its precisions: the worst.
fn verdicts<'o>(outcomes: impl IntoIterator<Item = &'o Outcome>) -> BTreeMap<&'o str, Status> {
    let mut verdicts = BTreeMap::new();
    for outcome in outcomes {
        let verdict = verdicts
            .entry(outcome.name.as_str())
            .or_insert(outcome.status);
        *verdict = (*verdict).max(outcome.status);
    }
    verdicts
}

/// The cases that pass in all precisions.
fn passing<'s>(
    suite: &'s Suite,
    verdicts: &BTreeMap<&str, Status>,
) -> impl Iterator<Item = &'s Case> {
    suite
        .cases
        .iter()
        .filter(|case| verdicts.get(case.name.as_str()) == Some(&Status::Passed))
}

/// The worst relative error in reports that all pass.
fn worst(reports: &[Report]) -> Result<f64, String> {
    if let Some((set, report)) = reports
        .iter()
        .enumerate()
        .find(|(_, report)| !report.passed)
    {
        return Err(format!("golden set {set}, {}:\n{report}", report.tolerance));
    }
    let errors = reports.iter().flat_map(|report| &report.outputs);
    Ok(errors.fold(0.0, |worst, output| output.rel_l2.max(worst)))
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| {
        format!("{text}\n  because {cause}")
    })
}
