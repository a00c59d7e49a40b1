//! Every numeric case of tests/cases: program → graph → passes → network → interpreter, against PyTorch.
//!
//! `cargo test --features tch --test cases -- [FILTER…] [--build] [--list]`. Filters are parts of case names. Every third network,
//! or with `--build` each, is also built by TensorRT-RTX, which needs no GPU for that. Cases that are known to fail stand in
//! tests/cases/expected_failures.txt with their reason; one that passes fails the run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use serde::Deserialize;
use torchvision_trt::verify::{
    self, Golden, Report, Tolerance, VerifyError, golden_path, tolerances,
};
use torchvision_trt::{ConvertOptions, Precision};
use trt::{ComputeCapability, Library};

const EXPECTED_FAILURES: &str = include_str!("cases/expected_failures.txt");

/// Families that are also proved with half precision: those where it is worth having.
const LOW_PRECISION: [&str; 4] = ["block_", "conv_", "linear_", "matmul_"];

/// Families of networks that TensorRT-RTX does not build without a GPU: its NonZero layer has no implementation there.
const NOT_BUILT: [&str; 1] = ["unknown_"];

#[derive(Deserialize)]
struct Case {
    name: String,
    tolerance: String,
}

fn main() -> ExitCode {
    let (flags, filters): (Vec<_>, Vec<_>) = std::env::args()
        .skip(1)
        .partition(|argument| argument.starts_with("--"));
    let flag = |name: &str| flags.iter().any(|flag| flag == name);
    let folder = generate();
    let manifest =
        std::fs::read(folder.join("cases.json")).expect("the generator writes cases.json");
    let cases: Vec<Case> = serde_json::from_slice(&manifest).expect("the generator writes JSON");
    let expected = expected_failures(&cases);
    let chosen = cases.iter().enumerate().filter(|(_, case)| {
        filters.is_empty()
            || filters
                .iter()
                .any(|filter| case.name.contains(filter.as_str()))
    });
    if flag("--list") {
        chosen.for_each(|(_, case)| println!("{}: test", case.name));
        return ExitCode::SUCCESS;
    }

    let library = Library::load().expect("TensorRT-RTX, which `cargo xtask setup` installs");
    let (mut passed, mut known, mut failures) = (0, 0, Vec::new());
    for (number, case) in chosen {
        let start = Instant::now();
        let in_family = |families: &[&str]| families.iter().any(|f| case.name.starts_with(f));
        let build = (flag("--build") || number % 3 == 0) && !in_family(&NOT_BUILT);
        let result = std::panic::catch_unwind(|| run(&library, &folder, case, build));
        let result = result.unwrap_or_else(|_| Err("panicked".into()));
        let seconds = start.elapsed().as_secs_f64();
        match (result, expected.get(case.name.as_str())) {
            (Ok(()), None) => {
                passed += 1;
                println!("test {} ... ok ({seconds:.2} s)", case.name);
            }
            (Err(_), Some(reason)) => {
                known += 1;
                println!("test {} ... expected failure: {reason}", case.name);
            }
            (Ok(()), Some(_)) => {
                failures.push((case, "passes: remove it from expected_failures.txt".into()))
            }
            (Err(reason), None) => failures.push((case, reason)),
        }
        if let Some((failed, reason)) = failures.last()
            && std::ptr::eq(*failed, case)
        {
            println!(
                "test {} ... FAILED\n    {}",
                case.name,
                reason.trim_end().replace('\n', "\n    ")
            );
        }
    }
    let failed = failures.len();
    if failed > 0 {
        println!("\nfailures:");
        failures
            .iter()
            .for_each(|(case, _)| println!("    {}", case.name));
    }
    let verdict = if failed == 0 { "ok" } else { "FAILED" };
    println!(
        "\ntest result: {verdict}. {passed} passed; {failed} failed; {known} expected failures"
    );
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Brings the cases up to date and returns their folder.
fn generate() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cases");
    let python = std::env::var_os("PYTHON")
        .map_or_else(|| package.join("../.deps/python/bin/python"), PathBuf::from);
    let status = Command::new(&python)
        .arg(package.join("tests/cases/generate.py"))
        .arg(&folder)
        .status();
    match status {
        Ok(status) if status.success() => folder,
        Ok(status) => panic!("the generator of the cases failed ({status})"),
        Err(error) => panic!(
            "cannot start {}: {error}; `cargo xtask setup` installs Python",
            python.display()
        ),
    }
}

/// Reads `NAME  reason` lines.
fn expected_failures(cases: &[Case]) -> BTreeMap<&'static str, &'static str> {
    let lines = EXPECTED_FAILURES
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, reason) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            assert!(
                !reason.trim().is_empty(),
                "expected failure {name} has no reason"
            );
            assert!(
                cases.iter().any(|case| case.name == name),
                "expected failure {name} is no case"
            );
            (name, reason.trim())
        })
        .collect()
}

fn run(library: &Library, folder: &Path, case: &Case, build: bool) -> Result<(), String> {
    let program = folder.join(format!("{}.pt2", case.name));
    let golden = Golden::open(&golden_path(&program)).map_err(|error| error.to_string())?;
    let tolerance = match case.tolerance.as_str() {
        "exact" => tolerances::EXACT,
        "fp32" => tolerances::FP32_OP,
        "fp16" => tolerances::FP16_OP,
        "bf16" => tolerances::BF16_OP,
        other => return Err(format!("unknown tolerance {other}")),
    };
    prove(library, &program, &golden, Precision::Fp32, &tolerance)?;
    if LOW_PRECISION
        .iter()
        .any(|family| case.name.starts_with(family))
    {
        for precision in [Precision::Fp16, Precision::Bf16] {
            prove(
                library,
                &program,
                &golden,
                precision,
                &Tolerance::operator(precision),
            )?;
        }
    }
    if build {
        let target = ComputeCapability::new(8, 6);
        ConvertOptions::new()
            .targets([target])
            .convert(library, &program)
            .map_err(|error| format!("build: {}", chain(&error)))?;
    }
    Ok(())
}

/// Converts a program and compares all golden sets.
fn prove(
    library: &Library,
    program: &Path,
    golden: &Golden,
    precision: Precision,
    tolerance: &Tolerance,
) -> Result<(), String> {
    let reports: Result<Vec<Report>, VerifyError> = ConvertOptions::new()
        .precision(precision)
        .with_network(library, program, |network| {
            (0..golden.len())
                .map(|set| verify::network(network, golden, set, tolerance))
                .collect()
        });
    let reports = reports.map_err(|error| format!("{precision}: {}", chain(&error)))?;
    match reports
        .iter()
        .enumerate()
        .find(|(_, report)| !report.passed)
    {
        Some((set, report)) => Err(format!("{precision}, golden set {set}:\n{report}")),
        None => Ok(()),
    }
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| {
        format!("{text}\n  because {cause}")
    })
}
