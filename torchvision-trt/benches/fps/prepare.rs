//! Engines and compiled models, ahead of the measurements.

use std::path::Path;
use std::sync::Mutex;

use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::engine::{self, Built};
use super::journal::{Build, Compile, Convert, Entry, Journal};
use super::setting::{Peer, Route, Setting};
use super::worker::Worker;
use super::{Bench, lock, message, parallel, pytorch, say};

/// Converts and builds for each setting what the journal or the disk lacks, while torch.compile compiles on the other cores.
pub(super) fn run(bench: &Bench<'_>, settings: &[&Setting], journal: &mut Journal) -> Result<()> {
    let mut builder = Builder::default();
    if !bench.gpu {
        say("no CUDA device: networks are converted; engines and measurements are left out");
    } else if journal.limits().is_none() {
        limits(bench, &mut builder, journal)?;
    }
    let journal = Mutex::new(journal);
    std::thread::scope(|scope| {
        let engines = scope.spawn(|| engines(bench, settings, builder, &journal));
        let compiled = compile(bench, settings, Peer::Compile, bench.options.jobs, &journal);
        match engines.join() {
            Ok(built) => built.and(compiled),
            Err(_) => bail!("the thread of the builds has panicked"),
        }
    })?;
    // Times kernels as it compiles, so no build and no other compilation may run beside it.
    compile(bench, settings, Peer::MaxAutotune, 1, &journal)?;
    bench.say_time("prepared");
    Ok(())
}

fn limits(bench: &Bench<'_>, builder: &mut Builder, journal: &mut Journal) -> Result<()> {
    say("measuring what the device can do");
    let command = engine::Command::Limits {
        precisions: bench.options.precisions.clone(),
    };
    match builder.call(bench, &command) {
        Ok(limits) => journal.add(Entry::Limits(limits)),
        Err(error) => {
            say(format!("no limits of the device: {error:#}"));
            Ok(())
        }
    }
}

fn engines(
    bench: &Bench<'_>,
    settings: &[&Setting],
    mut builder: Builder,
    journal: &Mutex<&mut Journal>,
) -> Result<()> {
    for setting in settings {
        if bench.out_of_time() {
            break;
        }
        convert(bench, setting, &mut builder, journal)?;
        if bench.gpu {
            build(bench, setting, Route::Ours, &mut builder, journal)?;
            build(bench, setting, Route::Onnx, &mut builder, journal)?;
        }
    }
    Ok(())
}

/// From file to network, ours and the parser's, without building.
fn convert(
    bench: &Bench<'_>,
    setting: &Setting,
    builder: &mut Builder,
    journal: &Mutex<&mut Journal>,
) -> Result<()> {
    if lock(journal).convert(setting).is_some() {
        return Ok(());
    }
    let command = engine::Command::Convert {
        program: setting.program(&bench.options.work()),
        precision: setting.precision,
    };
    let ours: Result<engine::Converted> = builder.call(bench, &command);
    let file = setting.onnx(&bench.options.work());
    let known = lock(journal).onnx_problem(setting).map(str::to_owned);
    let onnx: Result<engine::Parsed> = match known {
        Some(reason) => Err(anyhow!(reason)),
        None => builder.call(bench, &engine::Command::Parse { file }),
    };
    if ours.is_err() && bench.out_of_time() {
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
    lock(journal).add(Entry::Convert(entry))
}

/// Whether there is an engine, or none to be had: a journal may have come from another machine without the files.
fn is_built(journal: &Journal, setting: &Setting, route: Route, work: &Path) -> bool {
    let there = |build: &Build| build.problem.is_some() || setting.engine(work, route).exists();
    journal.build(setting, route).is_some_and(there)
}

/// The same of what torch.compile keeps on disk.
fn is_compiled(journal: &Journal, setting: &Setting, peer: Peer, work: &Path) -> bool {
    let cache = setting.compile_cache(work, peer);
    let there = |compile: &Compile| compile.problem.is_some() || cache.exists();
    journal.compile(setting, peer).is_some_and(there)
}

fn build(
    bench: &Bench<'_>,
    setting: &Setting,
    route: Route,
    builder: &mut Builder,
    journal: &Mutex<&mut Journal>,
) -> Result<()> {
    let work = bench.options.work();
    if !bench.options.measures(route) || is_built(&lock(journal), setting, route, &work) {
        return Ok(());
    }
    let known = match route {
        Route::Ours => None,
        Route::Onnx => lock(journal).onnx_problem(setting).map(str::to_owned),
    };
    let level = bench.options.levels.of(&setting.model);
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
    let mut built: Result<Built> = match known {
        Some(reason) => Err(anyhow!(reason)),
        None => builder.call(bench, &command),
    };
    if built.is_err() && bench.out_of_time() {
        return Ok(());
    }
    match &built {
        Ok(Built { seconds, .. }) => say(format!("{setting}: {route} built in {seconds:.1} s")),
        Err(error) => say(format!("{setting}: {route}: {error:#}")),
    }
    let mut journal = lock(journal);
    let earlier = journal.build(setting, route);
    if let (Ok(built), Some(earlier)) = (&mut built, earlier.and_then(|one| one.built.as_ref())) {
        // The timing cache made this one again, in less time than a build takes.
        built.seconds = earlier.seconds;
    }
    journal.add(Entry::Build(Build {
        setting: setting.clone(),
        route,
        level,
        problem: built.as_ref().err().map(message),
        built: built.ok(),
    }))
}

/// Fills the cache of a peer that compiles, for each setting that lacks it. A failure counts for nothing: the measurement tries again.
fn compile(
    bench: &Bench<'_>,
    settings: &[&Setting],
    peer: Peer,
    jobs: usize,
    journal: &Mutex<&mut Journal>,
) -> Result<()> {
    if !bench.runs_pytorch() || !bench.options.all_peers().contains(&peer) {
        return Ok(());
    }
    let work = bench.options.work();
    let mut open = settings.to_vec();
    open.retain(|setting| !is_compiled(&lock(journal), setting, peer, &work));
    parallel(jobs, open, |setting| {
        if bench.out_of_time() {
            return Ok(());
        }
        let compiled = compile_setting(bench, setting, peer, jobs);
        if compiled.is_err() && bench.out_of_time() {
            return Ok(());
        }
        match &compiled {
            Ok(seconds) => say(format!("{setting}: {} in {seconds:.1} s", peer.title())),
            Err(error) => say(format!(
                "{setting}: {}, ahead of time: {error:#}",
                peer.title()
            )),
        }
        lock(journal).add(Entry::Compile(Compile {
            setting: setting.clone(),
            peer,
            problem: compiled.as_ref().err().map(message),
            seconds: compiled.ok(),
        }))
    })
}

/// Seconds of a compilation into the cache.
fn compile_setting(bench: &Bench<'_>, setting: &Setting, peer: Peer, jobs: usize) -> Result<f64> {
    #[derive(Deserialize)]
    struct Answer {
        seconds: f64,
    }
    let work = bench.options.work();
    let cache = setting.compile_cache(&work, peer);
    if cache.exists() {
        // Of a compilation that was interrupted.
        std::fs::remove_dir_all(&cache).with_context(|| cache.display().to_string())?;
    }
    let threads = pytorch::threads(jobs);
    let mut command = pytorch::peer(bench, setting, peer);
    command
        .env("OMP_NUM_THREADS", &threads)
        .env("TORCHINDUCTOR_COMPILE_THREADS", &threads);
    let name = format!("{}-{}-ahead.log", setting.file(), peer.argument());
    let mut worker = Worker::start(&mut command, &work.join(name))?;
    let _: serde_json::Value = worker.answer(bench.remaining())?;
    let answer: Answer = worker.call(&json!({"do": "compile"}), bench.remaining())?;
    Ok(answer.seconds)
}

/// The process that builds engines, one after the other, so that TensorRT loads its kernels once. Started by the first call, and again
/// after one that failed or took too long.
#[derive(Default)]
struct Builder(Option<Worker>);

impl Builder {
    fn call<T: DeserializeOwned>(
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

#[cfg(test)]
mod tests {
    use super::super::setting::Precision;
    use super::*;

    #[test]
    fn what_lacks_a_file_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let work = folder.path();
        let mut journal = Journal::open(&work.join("journal.jsonl")).unwrap();
        let setting = Setting {
            model: "m".into(),
            batch: 1,
            precision: Precision::Fp16,
        };
        let built = |journal: &Journal| is_built(journal, &setting, Route::Ours, work);
        let compiled = |journal: &Journal| is_compiled(journal, &setting, Peer::Compile, work);
        let entries = |problem: Option<&str>| {
            let build = Entry::Build(Build {
                setting: setting.clone(),
                route: Route::Ours,
                level: None,
                problem: problem.map(str::to_owned),
                built: None,
            });
            let compile = Entry::Compile(Compile {
                setting: setting.clone(),
                peer: Peer::Compile,
                problem: problem.map(str::to_owned),
                seconds: None,
            });
            [build, compile]
        };
        let engine = setting.engine(work, Route::Ours);
        let cache = setting.compile_cache(work, Peer::Compile);
        std::fs::write(&engine, "").unwrap();
        std::fs::create_dir(&cache).unwrap();
        assert!(
            !built(&journal) && !compiled(&journal),
            "not in the journal"
        );
        for entry in entries(None) {
            journal.add(entry).unwrap();
        }
        assert!(built(&journal) && compiled(&journal));
        std::fs::remove_file(&engine).unwrap();
        std::fs::remove_dir(&cache).unwrap();
        assert!(!built(&journal) && !compiled(&journal), "not on the disk");
        // What failed once is not tried again.
        for entry in entries(Some("refused")) {
            journal.add(entry).unwrap();
        }
        assert!(built(&journal) && compiled(&journal));
    }
}
