//! What the machine is, and what its device can do at most: measured, not read from a data sheet.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use torchvision_trt::Precision as Computed;
use trt::cuda::{Device, DeviceBuffer, Event, Graph, Stream};
use trt::{Builder, BuilderFlag, DataType, Library, MatrixOperation, NetworkOptions, Runtime};

use super::journal::Host;
use super::options::Options;
use super::setting::Precision;

/// Rows and columns of the matrices whose product is timed.
const MATRIX: i64 = 8192;
const COPIED: usize = 1 << 30;
/// Kernels in the graph whose launches are timed.
const LAUNCHES: usize = 512;
const RUNS: u32 = 20;

/// Highest rates that this device reached.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Limits {
    /// Operations per second of a product of two square matrices of 8192 rows by TensorRT.
    pub(super) matmul: BTreeMap<Precision, f64>,
    /// Bytes per second, read or written, of a copy of 1 GiB on the device.
    pub(super) bytes_per_second: f64,
    /// Time of a node in a CUDA graph of 512 fills of four bytes, one after the other.
    pub(super) launch_seconds: f64,
}

impl Limits {
    /// None for int8, whose product would need a quantized network.
    pub(super) fn flops_per_second(&self, precision: Precision) -> Option<f64> {
        self.matmul.get(&precision).copied()
    }
}

pub(super) fn measure(builder: &Builder, precisions: &[Precision]) -> Result<Limits> {
    let device = Device::new(0)?;
    let stream = Stream::new(&device)?;
    let mut matmul = BTreeMap::new();
    for &precision in precisions {
        if precision != Precision::Int8 {
            matmul.insert(precision, product(builder, &stream, precision)?);
        }
    }
    let from = DeviceBuffer::new(&device, COPIED)?;
    let mut to = DeviceBuffer::new(&device, COPIED)?;
    let copy = timed(&stream, || Ok(to.copy_from_device(&from, &stream)?))?;
    let mut small = DeviceBuffer::new(&device, 4)?;
    let mut graph = Graph::capture(&stream, || -> Result<(), trt::cuda::Error> {
        (0..LAUNCHES).try_for_each(|_| small.fill(1, &stream))
    })?;
    let launches = timed(&stream, || {
        // SAFETY: the graph fills `small`, which lives until the stream has been waited for, in `timed`.
        unsafe { graph.launch(&stream) }?;
        Ok(())
    })?;
    Ok(Limits {
        matmul,
        bytes_per_second: 2.0 * COPIED as f64 / copy.as_secs_f64(),
        launch_seconds: launches.as_secs_f64() / graph.num_nodes().max(1) as f64,
    })
}

/// Operations per second of a large matrix product.
fn product(builder: &Builder, stream: &Stream, precision: Precision) -> Result<f64> {
    let dtype = match precision.computed() {
        Computed::Fp32 => DataType::Float,
        Computed::Fp16 => DataType::Half,
        Computed::Bf16 => DataType::BFloat16,
    };
    let network = builder.network(NetworkOptions::strongly_typed())?;
    let dims = [MATRIX, MATRIX];
    let a = network.add_input("a", dtype, &dims)?;
    let b = network.add_input("b", dtype, &dims)?;
    let none = MatrixOperation::None;
    let product = network.add_matrix_multiply(a, none, b, none)?.output(0);
    product.set_name("c")?;
    network.mark_output(product)?;
    let config = builder.config()?;
    config.set_flag(BuilderFlag::Tf32, precision == Precision::Tf32)?;
    let plan = builder.build(&network, &config)?;
    let module = torchvision_trt::module::TrtModule::from_plan(
        &Runtime::new(builder.library())?,
        &plan,
        None,
    )?;
    let options = torchvision_trt::bench::Options {
        warm_up: Duration::from_millis(200),
        duration: Duration::from_millis(300),
        cuda_graph: true,
    };
    let measured = torchvision_trt::bench::measure(&module, options)?;
    stream.synchronize()?;
    // Throughput counts rows of the first input as frames.
    let runs_per_second = measured.throughput / MATRIX as f64;
    Ok(2.0 * (MATRIX as f64).powi(3) * runs_per_second)
}

/// Mean time of a piece of work on the stream.
fn timed(stream: &Stream, mut work: impl FnMut() -> Result<()>) -> Result<Duration> {
    for _ in 0..3 {
        work()?;
    }
    let (start, end) = (Event::new(stream.device())?, Event::new(stream.device())?);
    start.record(stream)?;
    for _ in 0..RUNS {
        work()?;
    }
    end.record(stream)?;
    end.synchronize()?;
    Ok(end.elapsed_since(&start)? / RUNS)
}

/// The machine, as far as it tells.
pub(super) fn host(options: &Options) -> Host {
    let library = Library::load().map(|library| library.to_string());
    let device = Device::new(0).and_then(|device| device.name());
    Host {
        date: first_line("date", &["-u", "+%F %H:%M UTC"]),
        device: device.ok(),
        driver: nvidia_smi("driver_version"),
        clocks: clocks(),
        processor: processor(),
        tensorrt: library.unwrap_or_else(|error| error.to_string()),
        torch: first_line(
            &options.python().to_string_lossy(),
            &[
                "-c",
                "import torch, torchvision; print(torch.__version__, 'torchvision', torchvision.__version__)",
            ],
        ),
        command: std::env::args().skip(1).collect::<Vec<_>>().join(" "),
        seed: options.seed,
    }
}

/// Present and highest clocks.
pub(super) fn clocks() -> String {
    nvidia_smi("clocks.sm,clocks.mem,clocks.max.sm,power.draw,temperature.gpu")
}

fn nvidia_smi(query: &str) -> String {
    let query = format!("--query-gpu={query}");
    let visible = std::env::var("CUDA_VISIBLE_DEVICES");
    let first = visible
        .ok()
        .and_then(|list| Some(list.split(',').next()?.to_owned()));
    let id = first
        .filter(|id| !id.is_empty())
        .unwrap_or_else(|| "0".into());
    first_line("nvidia-smi", &[&query, "--format=csv,noheader", "-i", &id])
}

fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let name = name.map_or("", |rest| rest.trim_start_matches([' ', '\t', ':']));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{name}, {cores} threads")
}

/// The first line that a program prints; "unknown" when there is none.
fn first_line(program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let line = text
        .ok()
        .and_then(|text| Some(text.lines().next()?.trim().to_owned()));
    line.filter(|line| !line.is_empty())
        .unwrap_or_else(|| "unknown".into())
}
