//! Runs tasks side by side and judges each.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::journal::{Entry, Journal};
use crate::outcome::{Failure, Outcome, Task};
use crate::suite::Known;

/// Runs tasks, `jobs` at a time; `prove` returns the worst relative error, if it compares. `None`: the process has to end before all is done.
/// It ends at once when a task takes longer than `limit`, which nothing else can stop.
pub(crate) fn run(
    tasks: &[Task<'_>],
    known: &Known,
    journal: &Journal,
    jobs: usize,
    limit: Duration,
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
                None => prove_one(task, known, journal, limit, &stop, &prove)?,
            };
            outcomes
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend(outcome);
        }
        Ok(())
    };
    thread::scope(|scope| {
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
    limit: Duration,
    stop: &AtomicBool,
    prove: &impl Fn(&Task<'_>) -> Result<Option<f64>, Failure>,
) -> Result<Option<Outcome>> {
    let start = Instant::now();
    let overdue = || {
        let reason = format!("has not ended after {} s", limit.as_secs());
        let outcome = Outcome::new(task, Err(reason), known, limit.as_secs_f64());
        outcome.print();
        if let Err(error) = journal.write(&Entry::End(outcome)) {
            eprintln!("error: {error:#}");
        }
        // At once: destructors of libraries would run beside threads that still use them.
        std::process::abort()
    };
    let result = if journal.crashes(task) {
        Err(Failure::Case(
            "the process ends whenever it tries this".into(),
        ))
    } else {
        journal.begin(task)?;
        let (done, end) = channel::<()>();
        let overdue = &overdue;
        thread::scope(|scope| {
            scope.spawn(move || {
                if end.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                    overdue();
                }
            });
            let result = catch_unwind(AssertUnwindSafe(|| prove(task)));
            drop(done);
            result.unwrap_or_else(|_| Err(Failure::Case("panicked".into())))
        })
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
