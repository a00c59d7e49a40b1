//! The bench `fps` on a machine without a GPU: a small model is exported and converted, and the report says what was left out.
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
use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args().any(|arg| arg == "--worker") {
        return fps::main(std::env::args_os());
    }
    if trt::cuda::is_available() {
        println!("skipped: this is for machines without a GPU");
        return ExitCode::SUCCESS;
    }
    let folder = tempfile::tempdir().expect("a folder for the report");
    let mut args: Vec<OsString> = [
        "fps",
        "--models",
        "squeezenet1_1",
        "--batch",
        "1",
        "--quick",
        "--output",
    ]
    .map(OsString::from)
    .to_vec();
    args.push(folder.path().into());
    // The second run finds everything in the journal.
    for _ in 0..2 {
        let ended = fps::main(args.clone());
        if format!("{ended:?}") != format!("{:?}", ExitCode::SUCCESS) {
            println!("the bench failed; see above");
            return ExitCode::FAILURE;
        }
    }
    let report = std::fs::read_to_string(folder.path().join("report.md")).expect("a report");
    let journal = std::fs::read_to_string(folder.path().join("journal.jsonl")).expect("a journal");
    let once = |kind: &str| journal.matches(&format!("{{\"kind\":\"{kind}\"")).count() == 1;
    for (holds, what) in [
        (
            report.contains("squeezenet1_1 fp16 batch 1: no CUDA device"),
            "the reason is missing",
        ),
        (
            report.contains("| squeezenet1_1 | 1 | fp16 |"),
            "the conversion is missing",
        ),
        (once("export") && once("convert"), "work was done twice"),
    ] {
        if !holds {
            println!("{what} in\n{report}\n{journal}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
