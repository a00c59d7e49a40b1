//! Runs tasks side by side and judges each.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use anyhow::Result;

use crate::journal::{Entry, Journal};
use crate::outcome::{Failure, Outcome, Task};
use crate::suite::Known;

/// Runs tasks, `jobs` at a time; `prove` returns the worst relative error, if it compares. `None`: the process has to end before all is done.
pub(crate) fn run(
    tasks: &[Task<'_>],
    known: &Known,
    journal: &Journal,
    jobs: usize,
    prove: impl Fn(&Task<'_>) -> Result<Option<f64>, Failure> + Sync,
) -> Result<Option<Vec<Outcome>>> {
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let outcomes = Mutex::new(Vec::new());
    let work = || -> Result<()> {
        while let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let outcome = match journal.outcome(task) {
                Some(outcome) => Some(outcome.clone()),
                None => prove_one(task, known, journal, &stop, &prove)?,
            };
            outcomes
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend(outcome);
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or(Ok(())))
    })?;
    let outcomes = outcomes
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    Ok((!stop.into_inner()).then_some(outcomes))
}

fn prove_one(
    task: &Task<'_>,
    known: &Known,
    journal: &Journal,
    stop: &AtomicBool,
    prove: &impl Fn(&Task<'_>) -> Result<Option<f64>, Failure>,
) -> Result<Option<Outcome>> {
    let start = Instant::now();
    let result = if journal.crashes(task) {
        Err(Failure::Case(
            "the process ends whenever it tries this".into(),
        ))
    } else {
        journal.begin(task)?;
        catch_unwind(AssertUnwindSafe(|| prove(task)))
            .unwrap_or_else(|_| Err(Failure::Case("panicked".into())))
    };
    let result = match result {
        Ok(error) => Ok(error),
        Err(Failure::Case(reason)) => Err(reason),
        // Only the first is to blame; the others are victims, and are tried again.
        Err(Failure::Process(_)) if stop.swap(true, Ordering::Relaxed) => return Ok(None),
        Err(Failure::Process(reason)) => Err(reason),
    };
    let outcome = Outcome::new(task, result, known, start.elapsed().as_secs_f64());
    outcome.print();
    journal.write(&Entry::End(outcome.clone()))?;
    Ok(Some(outcome))
}
