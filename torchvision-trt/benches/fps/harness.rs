//! Frames per second of models beside every other way to run them: the order of work.
//!
//! Programs are exported (Python, several at a time). Then, for one setting after the other (model, batch size, precision), engines are
//! built and all peers measured, each in a process of its own, in rounds of shuffled order. Nothing runs beside a build or a
//! measurement. What is done stands in a journal, so that an interrupted run goes on where it stopped.

mod engine;
mod export;
mod journal;
mod limits;
mod measure;
mod options;
mod report;
mod setting;
mod work;
mod worker;

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Parser;

use journal::{Convert, Entry, Journal};
use options::Options;
use setting::{Route, Setting};
use worker::Worker;

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
        export::run(self, journal)?;
        let mut engines = Builder::default();
        if !self.gpu {
            say("no CUDA device: networks are converted; engines and measurements are left out");
        } else if journal.limits().is_none() {
            self.limits(&mut engines, journal)?;
        }
        for setting in &self.settings {
            if self.out_of_time() {
                say("out of time; the same command goes on from here");
                break;
            }
            if !journal.is_exported(setting) || journal.is_done(setting) {
                continue;
            }
            self.convert(setting, &mut engines, journal)?;
            if self.gpu {
                self.build(setting, Route::Ours, &mut engines, journal)?;
                self.build(setting, Route::Onnx, &mut engines, journal)?;
            }
            if self.gpu || self.options.pytorch_device == "cpu" {
                measure::run(self, setting, journal)?;
            }
        }
        Ok(())
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

    fn limits(&self, engines: &mut Builder, journal: &mut Journal) -> Result<()> {
        say("measuring what the device can do");
        let command = engine::Command::Limits {
            precisions: self.options.precisions.clone(),
        };
        match engines.call(self, &command) {
            Ok(limits) => journal.add(Entry::Limits(limits)),
            Err(error) => {
                say(format!("no limits of the device: {error:#}"));
                Ok(())
            }
        }
    }

    /// From file to network, ours and the parser's, without building.
    fn convert(
        &self,
        setting: &Setting,
        engines: &mut Builder,
        journal: &mut Journal,
    ) -> Result<()> {
        if journal.convert(setting).is_some() {
            return Ok(());
        }
        let command = engine::Command::Convert {
            program: setting.program(&self.options.work()),
            precision: setting.precision,
        };
        let ours: Result<engine::Converted> = engines.call(self, &command);
        let file = setting.onnx(&self.options.work());
        let onnx: Result<engine::Parsed> = match journal.onnx_problem(setting) {
            Some(reason) => Err(anyhow::anyhow!(reason.to_owned())),
            None => engines.call(self, &engine::Command::Parse { file }),
        };
        if ours.is_err() && self.out_of_time() {
            return Ok(());
        }
        let entry = Convert {
            setting: setting.clone(),
            problem: ours.as_ref().err().map(message),
            onnx_problem: onnx.as_ref().err().map(message),
            converted: ours.ok(),
            parse_seconds: onnx.ok().map(|parsed| parsed.seconds),
        };
        if let Some(problem) = &entry.problem {
            say(format!("{setting}: {problem}"));
        }
        journal.add(Entry::Convert(entry))
    }

    fn build(
        &self,
        setting: &Setting,
        route: Route,
        engines: &mut Builder,
        journal: &mut Journal,
    ) -> Result<()> {
        if journal.build(setting, route).is_some() || !self.options.measures(route) {
            return Ok(());
        }
        let known = match route {
            Route::Ours => None,
            Route::Onnx => journal.onnx_problem(setting).map(str::to_owned),
        };
        let level = self.options.levels.of(&setting.model);
        let work = self.options.work();
        let command = engine::Command::Build(engine::Build {
            route,
            file: match route {
                Route::Ours => setting.program(&work),
                Route::Onnx => setting.onnx(&work),
            },
            engine: setting.engine(&work, route),
            precision: setting.precision,
            level,
            timing_cache: work.join("timing.cache"),
        });
        let built: Result<engine::Built> = match known {
            Some(reason) => Err(anyhow::anyhow!(reason)),
            None => engines.call(self, &command),
        };
        if built.is_err() && self.out_of_time() {
            return Ok(());
        }
        match &built {
            Ok(engine::Built { seconds, .. }) => {
                say(format!("{setting}: {route} built in {seconds:.1} s"));
            }
            Err(error) => say(format!("{setting}: {route}: {error:#}")),
        }
        journal.add(Entry::Build(journal::Build {
            setting: setting.clone(),
            route,
            level,
            problem: built.as_ref().err().map(message),
            built: built.ok(),
        }))
    }
}

/// The process that builds engines, one after the other, so that TensorRT loads its kernels once. Started by the first call, and again
/// after one that failed or took too long.
#[derive(Default)]
struct Builder(Option<Worker>);

impl Builder {
    fn call<T: serde::de::DeserializeOwned>(
        &mut self,
        bench: &Bench<'_>,
        command: &engine::Command,
    ) -> Result<T> {
        let worker = match &mut self.0 {
            Some(worker) => worker,
            None => {
                let log = bench.options.work().join("builder.log");
                self.0.insert(Worker::engine(&log)?)
            }
        };
        let result = worker.call(command, bench.remaining());
        if !worker.is_alive() {
            self.0 = None;
        }
        result
    }
}

fn message(error: &anyhow::Error) -> String {
    let text = format!("{error:#}");
    // Reasons stand in cells of tables.
    text.lines().next().unwrap_or_default().to_owned()
}

fn say(text: impl std::fmt::Display) {
    eprintln!("fps: {text}");
}
