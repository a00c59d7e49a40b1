//! What a run on a GPU found, as Markdown.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::Result;

use crate::coverage::Coverage;
use crate::journal::Record;
use crate::outcome::{Outcome, Status};
use crate::suite::Suite;
use crate::{passing, programs, verdicts};

/// Prints what files of `--json` hold.
pub(crate) fn print(suite: &Suite, files: &[PathBuf]) -> Result<()> {
    let mut record = Record::default();
    files.iter().try_for_each(|file| record.read(file))?;
    // Cases that are no more say nothing.
    let names: BTreeSet<_> = suite.cases.iter().map(|case| case.name.as_str()).collect();
    let mut by_precision = BTreeMap::<&str, Vec<&Outcome>>::new();
    for outcome in record.outcomes() {
        if names.contains(outcome.name.as_str()) {
            by_precision
                .entry(&outcome.precision)
                .or_default()
                .push(outcome);
        }
    }
    for machine in record.machines.iter().collect::<BTreeSet<_>>() {
        println!(
            "{}, {}, {}.",
            machine.device, machine.library, machine.settings
        );
    }
    print_counts(suite, &by_precision)?;
    print_worst(&by_precision);
    print_failures(&by_precision);
    Ok(())
}

fn print_counts(suite: &Suite, by_precision: &BTreeMap<&str, Vec<&Outcome>>) -> Result<()> {
    println!(
        "\n| precision | cases | passed | expected failures | failed | not run | names covered | seconds |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
    let changed: Vec<Vec<String>> = suite
        .cases
        .iter()
        .map(|case| programs::precisions(&suite.program(case)))
        .map(|precisions| precisions.iter().map(ToString::to_string).collect())
        .collect();
    for (precision, outcomes) in by_precision {
        let cases = changed
            .iter()
            .filter(|precisions| precisions.iter().any(|name| name == precision))
            .count();
        let count = |status| {
            outcomes
                .iter()
                .filter(|found| found.status == status)
                .count()
        };
        let coverage = Coverage::of(passing(suite, &verdicts(outcomes.iter().copied())))?;
        println!(
            "| {precision} | {} | {} | {} | {} | {} | {} of {} | {:.0} |",
            cases,
            count(Status::Passed),
            count(Status::ExpectedFailure),
            count(Status::Failed),
            cases.saturating_sub(outcomes.len()),
            coverage.covered,
            coverage.names,
            outcomes.iter().map(|outcome| outcome.seconds).sum::<f64>(),
        );
    }
    Ok(())
}

/// For each family the case with the largest error that still passes.
fn print_worst(by_precision: &BTreeMap<&str, Vec<&Outcome>>) {
    let mut worst = BTreeMap::<&str, BTreeMap<&str, &Outcome>>::new();
    for (&precision, outcomes) in by_precision {
        for outcome in outcomes
            .iter()
            .filter(|found| found.status == Status::Passed)
        {
            let family = worst.entry(&outcome.family).or_default();
            let place = family.entry(precision).or_insert(outcome);
            if outcome.rel_error > place.rel_error {
                *place = outcome;
            }
        }
    }
    println!("\n## Worst relative error of each family\n");
    print!("| family |");
    by_precision
        .keys()
        .for_each(|precision| print!(" {precision} | in |"));
    print!("\n|---|");
    by_precision.keys().for_each(|_| print!("--:|---|"));
    println!();
    for (family, found) in worst {
        print!("| {family} |");
        for precision in by_precision.keys() {
            match found.get(precision) {
                Some(outcome) => {
                    let error = outcome.rel_error.unwrap_or(0.0);
                    let name = outcome
                        .name
                        .trim_start_matches(family)
                        .trim_start_matches('_');
                    print!(" {error:.1e} | {name} |");
                }
                None => print!(" | |"),
            }
        }
        println!();
    }
}

fn print_failures(by_precision: &BTreeMap<&str, Vec<&Outcome>>) {
    for (status, title) in [
        (Status::Failed, "Failures"),
        (Status::ExpectedFailure, "Expected failures"),
    ] {
        let outcomes = by_precision.values().flatten();
        let mut outcomes = outcomes
            .filter(|outcome| outcome.status == status)
            .peekable();
        if outcomes.peek().is_some() {
            println!("\n## {title}\n\n| case | precision | reason |\n|---|---|---|");
        }
        for outcome in outcomes {
            let reason = outcome.reason.as_deref().unwrap_or_default();
            let reason = reason.trim().replace('|', "\\|").replace('\n', "<br>");
            println!("| {} | {} | {reason} |", outcome.name, outcome.precision);
        }
    }
}
