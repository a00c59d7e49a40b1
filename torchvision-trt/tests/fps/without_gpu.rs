//! The bench `fps` on a machine without a GPU: a small model is exported, converted and, for PyTorch on the CPU, compiled and measured,
//! and the report says what was left out.
//!
//! A program of its own, since the bench starts itself again to convert.

#![cfg_attr(
    test,
    allow(
        dead_code,
        unused_imports,
        reason = "without its harness Cargo still says `test`, and the compiler drops the tests, not what they use"
    )
)]

#[path = "../../benches/fps/harness.rs"]
mod fps;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use serde_json::Value;

fn main() -> ExitCode {
    if std::env::args().any(|arg| arg == "--worker") {
        return fps::main(std::env::args_os());
    }
    if trt::cuda::is_available() {
        println!("skipped: this is for machines without a GPU");
        return ExitCode::SUCCESS;
    }
    for test in [leaves_out_what_needs_a_gpu, works_in_stages] {
        let folder = tempfile::tempdir().expect("a folder for the report");
        test(folder.path());
    }
    ExitCode::SUCCESS
}

fn run(output: &Path, args: &[&str]) {
    let all = ["fps", "--models", "squeezenet1_1", "--quick", "--output"].map(OsString::from);
    let mut all = all.to_vec();
    all.push(output.into());
    all.extend(args.iter().map(OsString::from));
    let ended = fps::main(all);
    assert_eq!(format!("{ended:?}"), format!("{:?}", ExitCode::SUCCESS));
}

/// What the journal says since the last run began.
fn journal(output: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(output.join("journal.jsonl")).expect("a journal");
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let all: Vec<Value> = lines.collect();
    let start = all.iter().rposition(|entry| entry["kind"] == "host");
    all[start.expect("a run") + 1..].to_vec()
}

fn kinds(entries: &[Value]) -> Vec<&str> {
    let kinds = entries.iter().map(|entry| entry["kind"].as_str().unwrap());
    kinds.collect()
}

/// The number of files in a folder and its folders.
fn files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .map(|path| if path.is_dir() { files(&path) } else { 1 })
        .sum()
}

fn leaves_out_what_needs_a_gpu(output: &Path) {
    run(output, &[]);
    assert_eq!(kinds(&journal(output)), ["export", "convert"]);
    let report = std::fs::read_to_string(output.join("report.md")).expect("a report");
    for expected in [
        "squeezenet1_1 fp16 batch 1: no CUDA device",
        "| squeezenet1_1 | 1 | fp16 |",
    ] {
        assert!(report.contains(expected), "no {expected} in\n{report}");
    }
    run(output, &[]);
    assert!(journal(output).is_empty(), "work was done twice");
}

fn works_in_stages(output: &Path) {
    let args = "--precisions fp32 --peers eager,compile --pytorch-device cpu";
    let args: Vec<_> = args.split(' ').collect();
    let prepare = [&args[..], &["--only-prepare"]].concat();
    run(output, &prepare);
    let mut done = journal(output);
    let compiled = done.iter().position(|entry| entry["kind"] == "compile");
    let compiled = done.remove(compiled.expect("torch.compile ahead of time"));
    assert_eq!(kinds(&done), ["export", "convert"]);
    assert_eq!(compiled["problem"], Value::Null);

    // As on another machine, to which the journal and the cache came.
    let program = output.join("work/squeezenet1_1-b1.pt2");
    std::fs::remove_file(&program).unwrap();
    run(output, &prepare);
    assert_eq!(kinds(&journal(output)), ["export"]);
    assert!(program.exists());

    let graphs = output.join("work/squeezenet1_1-b1-fp32-compile.cache/fxgraph");
    let graphs = || files(&graphs);
    let ahead = graphs();
    assert!(ahead > 0);
    run(output, &args);
    assert_eq!(graphs(), ahead, "the measurement compiled anew");
    let measured = journal(output);
    let rounds = ["round"; 2 * 3];
    let expected = [&["start", "peer", "peer"], &rounds[..], &["done"]].concat();
    assert_eq!(kinds(&measured), expected);
    assert_eq!(measured[2]["peer"], "compile");
    assert_eq!(measured[2]["seconds"], compiled["seconds"]);
    run(output, &args);
    assert!(journal(output).is_empty(), "work was done twice");
}
