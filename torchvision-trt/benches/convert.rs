//! Everything before TensorRT's own build, beside `torch.export.load` of the same file.
//!
//! ```sh
//! cargo xtask export resnet152
//! PROGRAM=$PWD/models/resnet152.pt2 cargo bench -p torchvision-trt --bench convert
//! ```
//!
//! Limits that hold for resnet152, and end the bench with an error when they do not: 5 % of `torch.export.load`'s time,
//! and a peak memory before the build of 1.3 times the file plus 200 MB.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use criterion::Criterion;
use torchvision_trt::graph::Graph;
use torchvision_trt::passes::{self, PassOptions};
use torchvision_trt::pt2::Program;
use torchvision_trt::{ConvertOptions, pipeline};
use trt::Library;

const LOAD_SHARE: f64 = 0.05;
const MEMORY_FACTOR: f64 = 1.3;
const MEMORY_ALLOWANCE: f64 = 200e6;

fn main() -> ExitCode {
    let Some(program) = std::env::var_os("PROGRAM").map(PathBuf::from) else {
        println!("skipped: set PROGRAM to a .pt2 file");
        return ExitCode::SUCCESS;
    };
    let library = match Library::load() {
        Ok(library) => library,
        Err(error) => {
            println!("skipped: {error}");
            return ExitCode::SUCCESS;
        }
    };
    let mut criterion = Criterion::default()
        .measurement_time(Duration::from_secs(5))
        .sample_size(10)
        .configure_from_args();
    criterion.bench_function("read", |bencher| bencher.iter(|| read(&program)));
    criterion.bench_function("read and passes", |bencher| {
        bencher.iter(|| rewrite(&program))
    });
    criterion.bench_function("read, passes and network", |bencher| {
        bencher.iter(|| network(&library, &program))
    });
    criterion.final_summary();
    report(&library, &program)
}

fn read(program: &Path) {
    let program = Program::open(program).expect("a readable program");
    Graph::from_program(&program).expect("a valid graph");
}

fn rewrite(program: &Path) {
    let program = Program::open(program).expect("a readable program");
    let mut graph = Graph::from_program(&program).expect("a valid graph");
    passes::run(&mut graph, &PassOptions::default()).expect("a graph that passes accept");
}

fn network(library: &Library, program: &Path) {
    ConvertOptions::new()
        .with_network(library, program, |_| Ok::<_, pipeline::Error>(()))
        .expect("a program that converts");
}

/// Prints the ratios; an error when a limit is exceeded.
fn report(library: &Library, program: &Path) -> ExitCode {
    let mut times: Vec<_> = (0..5)
        .map(|_| {
            let start = Instant::now();
            network(library, program);
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let ours = times[times.len() / 2];
    let mut good = true;
    match torch_load_seconds(program) {
        Some(theirs) => {
            good &= within(
                "share of torch.export.load's time",
                ours / theirs,
                LOAD_SHARE,
            );
        }
        None => println!("torch.export.load was not timed: no Python with torch; set PYTHON"),
    }
    let size = std::fs::metadata(program).map_or(0.0, |metadata| metadata.len() as f64);
    if let Some(peak) = peak_memory() {
        good &= within(
            "peak memory in MB",
            peak / 1e6,
            (MEMORY_FACTOR * size + MEMORY_ALLOWANCE) / 1e6,
        );
    }
    if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn within(what: &str, value: f64, limit: f64) -> bool {
    println!("{what}: {value:.4}, limit {limit:.4}");
    value <= limit
}

/// Most memory that this process ever had resident, in bytes.
fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024.0)
}

/// Time of `torch.export.load` in a fresh Python process.
fn torch_load_seconds(program: &Path) -> Option<f64> {
    let crate_root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let prepared = crate_root.join("../.deps/python/bin/python");
    let python = std::env::var_os("PYTHON").map_or(prepared, PathBuf::from);
    let output = Command::new(python)
        .arg(crate_root.join("python/bench_pytorch.py"))
        .arg(program)
        .output()
        .ok()?;
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
    report["load_seconds"].as_f64()
}
