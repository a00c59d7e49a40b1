//! The parts of the case suite (tests/cases) that no case can prove: shards, expected failures, and going on where a run was stopped.

#![expect(dead_code, reason = "the suite's own binary uses the rest")]

#[path = "cases/arguments.rs"]
mod arguments;
#[path = "cases/journal.rs"]
mod journal;
#[path = "cases/outcome.rs"]
mod outcome;
#[path = "cases/runner.rs"]
mod runner;
#[path = "cases/suite.rs"]
mod suite;

use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use arguments::Arguments;
use clap::Parser;
use journal::Journal;
use outcome::{Failure, Outcome, Status, Task};
use suite::{Known, Suite};
use torchvision_trt::Precision;
use torchvision_trt::verify::tolerances;

/// A folder with four cases, of which only cases.json exists.
fn suite(folder: &Path) -> Suite {
    let case = |name: &str, tolerance: &str| {
        format!(
            r#"{{"name": "{name}", "family": "f", "tolerance": "{tolerance}", "low_tolerance": "bf16", "calls": []}}"#
        )
    };
    let cases = [
        case("f_a", "fp32"),
        case("f_b", "exact"),
        case("f_c", "fp32"),
        case("f_d", "fp16"),
    ];
    std::fs::write(folder.join("cases.json"), format!("[{}]", cases.join(","))).unwrap();
    Suite::read(folder).unwrap()
}

fn tasks(suite: &Suite) -> Vec<Task<'_>> {
    let precision = Precision::Fp32;
    suite
        .chosen(&[])
        .map(|case| Task { case, precision })
        .collect()
}

const NOTHING: (&str, &str) = ("list.txt", "# nothing");

/// Runs all tasks with a journal in a file; returns what came of it and the names that were tried.
fn run(
    suite: &Suite,
    known: (&'static str, &'static str),
    file: &Path,
    prove: impl Fn(&str) -> Result<Option<f64>, Failure> + Sync,
) -> (Option<Vec<Outcome>>, Vec<String>) {
    let known = Known::failures(known, suite).unwrap();
    let journal = Journal::open(file).unwrap();
    let tried = Mutex::new(Vec::new());
    let limit = Duration::from_secs(60);
    let outcomes = runner::run(&tasks(suite), &known, &journal, 1, limit, |task| {
        tried.lock().unwrap().push(task.case.name.clone());
        prove(&task.case.name)
    });
    (outcomes.unwrap(), tried.into_inner().unwrap())
}

fn statuses(outcomes: &[Outcome]) -> Vec<(&str, Status)> {
    outcomes
        .iter()
        .map(|outcome| (outcome.name.as_str(), outcome.status))
        .collect()
}

#[test]
fn shards_share_everything_once() {
    let all: Vec<_> = (0..10).collect();
    let mut found = Vec::new();
    for i in 1..=3 {
        let arguments = Arguments::try_parse_from(["cases", "--shard", &format!("{i}/3")]).unwrap();
        found.extend(arguments.shard.unwrap().of(all.iter().copied()));
    }
    found.sort_unstable();
    assert_eq!(found, all);
    for wrong in ["0/3", "4/3", "1", "1/x", "-1/2"] {
        assert!(
            Arguments::try_parse_from(["cases", "--shard", wrong]).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn gpu_options_need_what_they_need() {
    let parse = |line: &str| Arguments::try_parse_from(line.split(' '));
    let arguments =
        parse("cases --gpu --folder d --precision fp32,fp16 --level 0 --json o pool conv").unwrap();
    assert_eq!(arguments.precision, [Precision::Fp32, Precision::Fp16]);
    assert_eq!(arguments.filters, ["pool", "conv"]);
    for wrong in [
        "cases --gpu",
        "cases --summary a",
        "cases --gpu --folder d --precision fp8",
        "cases --level 1",
        "cases --jobs 0",
    ] {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn results_are_judged_by_what_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let suite = suite(folder.path());
    let known = (
        "list.txt",
        "f_b  wrong everywhere\nfp32:f_c  fixed since\nfp16:f_d  elsewhere\n",
    );
    let file = folder.path().join("j");
    let (outcomes, _) = run(&suite, known, &file, |name| match name {
        "f_b" => Err(Failure::Case("still wrong".into())),
        "f_d" => panic!("as expected by this test"),
        _ => Ok(Some(1e-7)),
    });
    let outcomes = outcomes.unwrap();
    let expected = [
        ("f_a", Status::Passed),
        ("f_b", Status::ExpectedFailure),
        ("f_c", Status::Failed),
        ("f_d", Status::Failed),
    ];
    assert_eq!(statuses(&outcomes), expected);
    assert_eq!(outcomes[0].rel_error, Some(1e-7));
    assert!(
        outcomes[2]
            .reason
            .as_deref()
            .unwrap()
            .contains("remove it from list.txt")
    );
    for wrong in ["f_b", "f_x  no such case", "fp8:f_a  no such precision"] {
        assert!(
            Known::failures(("list.txt", wrong), &suite).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn tolerances_follow_case_and_precision() {
    let folder = tempfile::tempdir().unwrap();
    let suite = suite(folder.path());
    let limit = |index: usize, precision| suite.cases[index].tolerance(precision).unwrap();
    assert_eq!(limit(0, Precision::Fp32), tolerances::FP32_OP);
    assert_eq!(limit(0, Precision::Fp16), tolerances::BF16_OP);
    assert_eq!(limit(1, Precision::Bf16), tolerances::EXACT);
    assert_eq!(limit(3, Precision::Fp32), tolerances::FP16_OP);
}

#[test]
fn a_stopped_run_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let suite = suite(folder.path());
    let file = folder.path().join("j");
    let (outcomes, tried) = run(&suite, NOTHING, &file, |name| match name {
        "f_b" => Err(Failure::Process("CUDA is gone".into())),
        _ => Ok(None),
    });
    assert!(outcomes.is_none());
    assert_eq!(tried, ["f_a", "f_b"]);
    let (outcomes, tried) = run(&suite, NOTHING, &file, |_| Ok(None));
    assert_eq!(tried, ["f_c", "f_d"]);
    assert_eq!(outcomes.unwrap()[1].status, Status::Failed);
}

#[test]
fn a_line_cut_short_is_run_again_and_a_case_that_ends_the_process_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let suite = suite(folder.path());
    let file = folder.path().join("j");
    let begin = |name: &str| {
        format!("{{\"event\":\"begin\",\"name\":\"{name}\",\"precision\":\"fp32\"}}\n")
    };
    let text = [
        begin("f_a"),
        begin("f_b"),
        begin("f_b"),
        "{\"event\":\"end\",\"name\":\"f_a".into(),
    ];
    std::fs::File::create(&file)
        .unwrap()
        .write_all(text.concat().as_bytes())
        .unwrap();
    let (outcomes, tried) = run(&suite, NOTHING, &file, |_| Ok(None));
    assert_eq!(tried, ["f_a", "f_c", "f_d"]);
    let outcomes = outcomes.unwrap();
    assert_eq!(
        statuses(&outcomes)[..2],
        [("f_a", Status::Passed), ("f_b", Status::Failed)]
    );
    let (_, tried) = run(&suite, NOTHING, &file, |_| Ok(None));
    assert!(tried.is_empty(), "{tried:?}");
}
