//! Everything before TensorRT's own build, beside `torch.export.load` of the same file and the ONNX parser.
//!
//! ```sh
//! for model in alexnet resnet152 regnet_y_128gf; do cargo xtask export $model; done
//! PROGRAM=$(ls -d $PWD/models/*.pt2 | paste -sd:) cargo bench -p torchvision-trt --bench convert
//! ```
//!
//! Prints a table of how time and memory grow with the model, each from a fresh process, and lets criterion measure the steps of the
//! first program. A file `M.onnx` beside `M.pt2` is parsed by TensorRT's ONNX parser.
//!
//! Limits that hold for resnet152, and end the bench with an error when they do not: 5 % of `torch.export.load`'s time,
//! and a peak memory before the build of 1.3 times the file plus 200 MB.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use criterion::Criterion;
use serde::{Deserialize, Serialize};
use torchvision_trt::graph::Graph;
use torchvision_trt::passes::{self, PassOptions};
use torchvision_trt::pt2::Program;
use torchvision_trt::{ConvertOptions, pipeline};
use trt::{Builder, Library, NetworkOptions};

const LIMITED: &str = "resnet152";
const LOAD_SHARE: f64 = 0.05;
const MEMORY_FACTOR: f64 = 1.3;
const MEMORY_ALLOWANCE: f64 = 200e6;

/// Names the file that a process which this one started makes a network of.
const ONE: &str = "CONVERT_BENCH_FILE";
const REPEATS: usize = 5;

/// What a process took to make a network of a file.
#[derive(Serialize, Deserialize)]
struct Cost {
    /// Median, from opening the file to the finished network.
    seconds: f64,
    /// Most memory that the process ever had resident, in bytes.
    peak: f64,
}

fn main() -> ExitCode {
    let library = match Library::load() {
        Ok(library) => library,
        Err(error) => {
            println!("skipped: {error}");
            return ExitCode::SUCCESS;
        }
    };
    if let Some(file) = std::env::var_os(ONE) {
        let cost = cost(&library, Path::new(&file));
        println!(
            "{}",
            serde_json::to_string(&cost).expect("numbers can be written")
        );
        return ExitCode::SUCCESS;
    }
    let programs = std::env::var_os("PROGRAM").unwrap_or_default();
    let programs: Vec<PathBuf> = std::env::split_paths(&programs)
        .filter(|path| !path.as_os_str().is_empty())
        .collect();
    let Some(first) = programs.first() else {
        println!("skipped: set PROGRAM to .pt2 files, separated by colons");
        return ExitCode::SUCCESS;
    };
    let mut criterion = Criterion::default()
        .measurement_time(Duration::from_secs(5))
        .sample_size(10)
        .configure_from_args();
    criterion.bench_function("read", |bencher| bencher.iter(|| read(first)));
    criterion.bench_function("read and passes", |bencher| bencher.iter(|| rewrite(first)));
    criterion.bench_function("read, passes and network", |bencher| {
        bencher.iter(|| network(&library, first))
    });
    criterion.final_summary();
    report(&programs)
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

fn parse(library: &Library, file: &Path) {
    let builder = Builder::new(library).expect("a builder");
    let network = builder.network(NetworkOptions::strongly_typed());
    let network = network.expect("a network");
    network
        .parse_onnx(file)
        .expect("a file that the parser takes");
}

/// Makes a network of a file some times.
fn cost(library: &Library, file: &Path) -> Cost {
    let onnx = file
        .extension()
        .is_some_and(|extension| extension == "onnx");
    let mut times: Vec<_> = (0..REPEATS)
        .map(|_| {
            let start = Instant::now();
            if onnx {
                parse(library, file);
            } else {
                network(library, file);
            }
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    Cost {
        seconds: times[REPEATS / 2],
        peak: peak_memory().unwrap_or(f64::NAN),
    }
}

/// Prints the table; an error when a limit is exceeded.
fn report(programs: &[PathBuf]) -> ExitCode {
    println!(
        "| model | file MB | ours ms | ours peak MB | torch.export.load ms | its peak MB | ONNX parser ms | its peak MB |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
    let mut good = true;
    for program in programs {
        let name = program.file_stem().unwrap_or_default().to_string_lossy();
        let size = std::fs::metadata(program).map_or(f64::NAN, |data| data.len() as f64);
        let ours = in_a_fresh_process(program);
        let torch = torch_load(program);
        let onnx = program.with_extension("onnx");
        let onnx = onnx.exists().then(|| in_a_fresh_process(&onnx)).flatten();
        let cells = |cost: &Option<Cost>| {
            let cell =
                |value: Option<f64>| value.map_or("–".into(), |value| format!("{value:.1}"));
            let seconds = cell(cost.as_ref().map(|cost| 1e3 * cost.seconds));
            format!(
                "{seconds} | {}",
                cell(cost.as_ref().map(|cost| cost.peak / 1e6))
            )
        };
        println!(
            "| {name} | {:.1} | {} | {} | {} |",
            size / 1e6,
            cells(&ours),
            cells(&torch),
            cells(&onnx)
        );
        let Some(ours) = ours else {
            println!("{name} was not converted");
            good = false;
            continue;
        };
        if name == LIMITED {
            if let Some(torch) = &torch {
                let share = ours.seconds / torch.seconds;
                good &= within("share of torch.export.load's time", share, LOAD_SHARE);
            }
            let limit = (MEMORY_FACTOR * size + MEMORY_ALLOWANCE) / 1e6;
            good &= within("peak memory in MB", ours.peak / 1e6, limit);
        }
    }
    println!(
        "torch.export.load needs a Python with torch (PYTHON), the ONNX parser a file M.onnx beside M.pt2; – where there is none"
    );
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

/// What this program takes for a file, memory told apart from what other files took.
fn in_a_fresh_process(file: &Path) -> Option<Cost> {
    let program = std::env::current_exe().ok()?;
    let output = Command::new(program).env(ONE, file).output().ok()?;
    if !output.status.success() {
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
    }
    serde_json::from_slice(&output.stdout).ok()
}

/// Most memory that this process ever had resident, in bytes.
fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024.0)
}

/// What `torch.export.load` takes in a fresh Python process.
fn torch_load(program: &Path) -> Option<Cost> {
    let crate_root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let prepared = crate_root.join("../.deps/python/bin/python");
    let python = std::env::var_os("PYTHON").map_or(prepared, PathBuf::from);
    let output = Command::new(python)
        .arg(crate_root.join("python/bench_pytorch.py"))
        .arg("load")
        .arg(program)
        .output()
        .ok()?;
    serde_json::from_slice(&output.stdout).ok()
}
