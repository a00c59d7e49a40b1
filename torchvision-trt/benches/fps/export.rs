//! Programs, golden files and ONNX files, written by PyTorch.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::journal::{Entry, Export, Journal};
use super::setting::{Precision, Route};
use super::worker::Worker;
use super::{Bench, say};

/// The Python of the benches, part of this program so that it runs where no sources are.
const SCRIPTS: [(&str, &str); 3] = [
    (
        "bench_pytorch.py",
        include_str!("../../python/bench_pytorch.py"),
    ),
    ("export.py", include_str!("../../python/export.py")),
    ("detection.py", include_str!("../../python/detection.py")),
];

/// bench_pytorch.py in a folder of its own.
pub(super) fn script(work: &Path) -> Result<PathBuf> {
    let folder = work.join("python");
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    for (name, source) in SCRIPTS {
        let path = folder.join(name);
        std::fs::write(&path, source).with_context(|| path.display().to_string())?;
    }
    Ok(folder.join(SCRIPTS[0].0))
}

/// Exports each model for all batch sizes that the journal lacks, several models at a time.
pub(super) fn run(bench: &Bench<'_>, journal: &mut Journal) -> Result<()> {
    let mut batches = BTreeMap::<&str, Vec<u32>>::new();
    for setting in &bench.settings {
        let wanted = batches.entry(&setting.model).or_default();
        if !wanted.contains(&setting.batch) {
            wanted.push(setting.batch);
        }
    }
    let mut models = Vec::new();
    for setting in &bench.settings {
        let known = journal.export(&setting.model);
        let whole = |export: &Export| {
            let mut wanted = batches[setting.model.as_str()].iter();
            export.problem.is_none() && wanted.all(|batch| export.batches.contains(batch))
        };
        if !known.is_some_and(whole) && !models.contains(&setting.model.as_str()) {
            models.push(setting.model.as_str());
        }
    }
    if models.is_empty() {
        return Ok(());
    }
    say(format!("exporting {} models", models.len()));
    let script = script(&bench.options.work())?;
    let queue = Mutex::new(models.into_iter());
    let journal = Mutex::new(journal);
    std::thread::scope(|scope| {
        let work = || -> Result<()> {
            loop {
                let next = queue.lock().ok().and_then(|mut queue| queue.next());
                let Some(model) = next else { return Ok(()) };
                if bench.out_of_time() {
                    return Ok(());
                }
                let exported = export(bench, &script, model, &batches[model]);
                if let Err(error) = &exported {
                    say(format!("{model}: {error:#}"));
                }
                let entry = exported.unwrap_or_else(|error| Export {
                    model: model.to_owned(),
                    batches: Vec::new(),
                    problem: Some(super::message(&error)),
                    onnx: BTreeMap::new(),
                });
                if let Ok(mut journal) = journal.lock() {
                    journal.add(Entry::Export(entry))?;
                }
            }
        };
        let threads: Vec<_> = (0..bench.options.jobs.max(1))
            .map(|_| scope.spawn(work))
            .collect();
        for thread in threads {
            match thread.join() {
                Ok(done) => done?,
                Err(_) => bail!("a thread that exports has panicked"),
            }
        }
        Ok(())
    })?;
    say(format!(
        "exported after {:.0} s",
        bench.started.elapsed().as_secs_f64()
    ));
    Ok(())
}

/// What `bench_pytorch.py export` answers.
#[derive(Deserialize)]
struct Report {
    onnx: BTreeMap<String, Onnx>,
}

#[derive(Deserialize)]
struct Onnx {
    error: Option<String>,
}

fn export(bench: &Bench<'_>, script: &Path, model: &str, batches: &[u32]) -> Result<Export> {
    let options = bench.options;
    let mut command = Command::new(options.python());
    let list: Vec<_> = batches.iter().map(ToString::to_string).collect();
    command
        .arg(script)
        .args(["export", model, "--batches", &list.join(","), "--output"])
        .arg(options.work());
    let mut onnx: Vec<_> = options
        .precisions
        .iter()
        .map(Precision::to_string)
        .collect();
    // tf32 runs the file of fp32.
    onnx.iter_mut()
        .filter(|name| *name == "tf32")
        .for_each(|name| *name = "fp32".into());
    onnx.sort();
    onnx.dedup();
    if options.measures(Route::Onnx) {
        command.args(["--onnx", &onnx.join(",")]);
    }
    // Several exporters share the cores.
    let threads = std::thread::available_parallelism().map_or(1, usize::from) / options.jobs.max(1);
    command.env("OMP_NUM_THREADS", threads.max(1).to_string());
    let log = options.work().join(format!("{model}-export.log"));
    let report: Report = Worker::start(&mut command, &log)?
        .answer(bench.remaining())
        .context("export")?;
    let onnx = report.onnx.into_iter();
    Ok(Export {
        model: model.to_owned(),
        batches: batches.to_vec(),
        problem: None,
        onnx: onnx.map(|(key, onnx)| (key, onnx.error)).collect(),
    })
}
