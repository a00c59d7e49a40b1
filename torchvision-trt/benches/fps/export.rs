//! Programs, golden files and ONNX files, written by PyTorch.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use anyhow::{Context, Result};
use serde::Deserialize;
use torchvision_trt::verify::golden_path;

use super::journal::{Entry, Export, Journal};
use super::setting::{Precision, Route, Setting};
use super::worker::Worker;
use super::{Bench, lock, parallel, pytorch, say};

/// Exports each model for all its batch sizes where one of these settings lacks its files, several models at a time.
pub(super) fn run(bench: &Bench<'_>, settings: &[&Setting], journal: &mut Journal) -> Result<()> {
    let mut batches = BTreeMap::<&str, Vec<u32>>::new();
    for setting in &bench.settings {
        let wanted = batches.entry(&setting.model).or_default();
        if !wanted.contains(&setting.batch) {
            wanted.push(setting.batch);
        }
    }
    let onnx = bench.options.measures(Route::Onnx);
    let mut models = Vec::new();
    for setting in settings {
        let there = is_there(setting, journal, &bench.options.work(), onnx);
        if !there && !models.contains(&setting.model.as_str()) {
            models.push(setting.model.as_str());
        }
    }
    if models.is_empty() {
        return Ok(());
    }
    say(format!("exporting {} models", models.len()));
    let journal = Mutex::new(journal);
    parallel(bench.options.jobs, models, |model| {
        if bench.out_of_time() {
            return Ok(());
        }
        let exported = export(bench, model, &batches[model]);
        if let Err(error) = &exported {
            say(format!("{model}: {error:#}"));
        }
        let entry = exported.unwrap_or_else(|error| Export {
            model: model.to_owned(),
            batches: Vec::new(),
            problem: Some(super::message(&error)),
            onnx: BTreeMap::new(),
        });
        lock(&journal).add(Entry::Export(entry))
    })?;
    bench.say_time("exported");
    Ok(())
}

/// Whether all files of a setting are there that its export wrote: a journal may have come from another machine without them.
fn is_there(setting: &Setting, journal: &Journal, work: &Path, onnx: bool) -> bool {
    let program = setting.program(work);
    journal.is_exported(setting)
        && golden_path(&program).exists()
        && program.exists()
        && (!onnx || journal.onnx_problem(setting).is_some() || setting.onnx(work).exists())
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

fn export(bench: &Bench<'_>, model: &str, batches: &[u32]) -> Result<Export> {
    let options = bench.options;
    let mut command = pytorch::command(bench);
    let list: Vec<_> = batches.iter().map(ToString::to_string).collect();
    command
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
    command.env("OMP_NUM_THREADS", pytorch::threads(options.jobs));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lacks_a_file_is_exported_again() {
        let folder = tempfile::tempdir().unwrap();
        let work = folder.path();
        let mut journal = Journal::open(&work.join("journal.jsonl")).unwrap();
        let setting = Setting {
            model: "m".into(),
            batch: 8,
            precision: Precision::Tf32,
        };
        let files = ["m-b8.pt2", "m-b8.golden.safetensors", "m-b8-fp32.onnx"];
        for file in files {
            std::fs::write(work.join(file), "").unwrap();
        }
        let exported = |problem: Option<&str>| {
            Entry::Export(Export {
                model: "m".into(),
                batches: vec![8],
                problem: None,
                onnx: [("8-fp32".to_owned(), problem.map(str::to_owned))].into(),
            })
        };
        journal.add(exported(None)).unwrap();
        assert!(is_there(&setting, &journal, work, true));
        for (file, without_onnx) in files.into_iter().zip([false, false, true]) {
            std::fs::remove_file(work.join(file)).unwrap();
            assert!(!is_there(&setting, &journal, work, true), "{file}");
            assert_eq!(is_there(&setting, &journal, work, false), without_onnx);
            std::fs::write(work.join(file), "").unwrap();
        }
        std::fs::remove_file(work.join(files[2])).unwrap();
        journal.add(exported(Some("refused"))).unwrap();
        assert!(is_there(&setting, &journal, work, true));
        let other = Setting {
            batch: 1,
            ..setting
        };
        assert!(!is_there(&other, &journal, work, true));
    }
}
