//! Frames per second of models beside every other way to run them: the order of work.
//!
//! Programs are exported (Python, several at a time). Then all engines are built, one after the other, while torch.compile compiles on
//! the other cores. Then, for one setting after the other (model, batch size, precision), all peers are measured, each in a process of
//! its own, in rounds of shuffled order, and nothing runs beside. What is done stands in a journal, so that an interrupted run goes on
//! where it stopped.

mod engine;
mod export;
mod journal;
mod limits;
mod measure;
mod options;
mod prepare;
mod pytorch;
mod report;
mod setting;
mod work;
mod worker;

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Parser;

use journal::{Entry, Journal};
use options::Options;
use setting::Setting;

/// Runs the bench with these arguments, the program's name first.
pub(crate) fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let options = match Options::try_parse_from(args) {
        Ok(options) => options,
        Err(error) => error.exit(),
    };
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Everything that the options ask for; false when a model of ours failed or computed something else than PyTorch.
pub(crate) fn run(options: &Options) -> Result<bool> {
    if options.worker {
        engine::serve()?;
        return Ok(true);
    }
    for folder in [&options.output, &options.work()] {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    let mut journal = Journal::open(&options.output.join("journal.jsonl"))?;
    let bench = Bench {
        options,
        settings: options.settings()?,
        started: Instant::now(),
        gpu: trt::cuda::is_available(),
    };
    if !options.report {
        bench.work(&mut journal)?;
    }
    let report = report::Report::new(&journal, &bench.settings);
    print!("{}", report.markdown());
    report.write(&options.output)?;
    Ok(report.ours_is_right())
}

/// A run of the bench.
struct Bench<'o> {
    options: &'o Options,
    settings: Vec<Setting>,
    started: Instant,
    gpu: bool,
}

impl Bench<'_> {
    fn work(&self, journal: &mut Journal) -> Result<()> {
        journal.add(Entry::Host(Box::new(limits::host(self.options))))?;
        pytorch::write_scripts(&self.options.work())?;
        let mut settings: Vec<_> = self.settings.iter().collect();
        settings.retain(|setting| !journal.is_done(setting));
        export::run(self, &settings, journal)?;
        settings.retain(|setting| journal.is_exported(setting));
        prepare::run(self, &settings, journal)?;
        if self.runs_pytorch() && !self.options.only_prepare {
            measure::run(self, &settings, journal)?;
        }
        if self.out_of_time() {
            say("out of time; the same command goes on from here");
        }
        Ok(())
    }

    /// Without a GPU nothing is measured, unless it is to try this program.
    fn runs_pytorch(&self) -> bool {
        self.gpu || self.options.pytorch_device == "cpu"
    }

    fn say_time(&self, done: impl std::fmt::Display) {
        let seconds = self.started.elapsed().as_secs_f64();
        say(format!("{done}, {seconds:.0} s since the start"));
    }

    /// Whether a failure may be for lack of time only, so that a later run should try again.
    fn out_of_time(&self) -> bool {
        self.started.elapsed() >= self.options.seconds
    }

    /// Time that is left of `--seconds`, at most `--limit`.
    fn remaining(&self) -> std::time::Duration {
        let total = self.options.seconds.saturating_sub(self.started.elapsed());
        total.min(self.options.limit)
    }
}

/// Works on all items, so many at a time, and stops at the first error.
fn parallel<T: Send>(
    jobs: usize,
    items: Vec<T>,
    work: impl Fn(T) -> Result<()> + Sync,
) -> Result<()> {
    let queue = Mutex::new(items.into_iter());
    let next = || lock(&queue).next();
    std::thread::scope(|scope| {
        let run = || std::iter::from_fn(next).try_for_each(&work);
        let threads: Vec<_> = (0..jobs.max(1)).map(|_| scope.spawn(run)).collect();
        threads
            .into_iter()
            .try_for_each(|thread| match thread.join() {
                Ok(done) => done,
                Err(_) => bail!("a thread has panicked"),
            })
    })
}

/// What a thread that panicked has left is whole: it is changed line by line.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn message(error: &anyhow::Error) -> String {
    let text = format!("{error:#}");
    // Reasons stand in cells of tables.
    text.lines().next().unwrap_or_default().to_owned()
}

fn say(text: impl std::fmt::Display) {
    eprintln!("fps: {text}");
}
