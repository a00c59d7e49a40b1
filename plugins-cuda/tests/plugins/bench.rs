//! Speed of kernels on large inputs: bandwidth beside that of a copy in the same run.

mod vision;

use std::time::Duration;

use anyhow::{Context, Result};
use trt::cuda::{DeviceBuffer, Event};
use trt::plugin::Fields;
use trt::{DataType, Dims};

use crate::device::Runner;
use crate::journal::Journal;
use crate::suite::{Tensor, create};

const WARM_UP: usize = 3;
const RUNS: usize = 20;

/// What a plugin is measured with.
struct Bench {
    plugin: &'static str,
    what: &'static str,
    fields: Fields,
    inputs: Vec<Tensor>,
    /// Multiplications, for what is bound by them; else the bytes of inputs and outputs count.
    products: Option<f64>,
}

impl Bench {
    fn new(plugin: &'static str, what: &'static str, fields: Fields, inputs: Vec<Tensor>) -> Self {
        Self {
            plugin,
            what,
            fields,
            inputs,
            products: None,
        }
    }
}

/// Measures what has one of the filters in its name, and prints a Markdown table.
pub(crate) fn run(filters: &[String], journal: &mut Journal) -> Result<()> {
    let mut runner = Runner::new()?;
    println!(
        "{}, compiled for {}\n",
        runner.device.name()?,
        plugins_cuda::compiled_for()
    );
    println!(
        "| plugin | | type | ms | GB/s | copy GB/s | of copy |\n|---|---|---|---|---|---|---|"
    );
    for bench in TABLE.iter().map(|make| make()).chain(vision::table()) {
        let name = format!("{} {}", bench.plugin, bench.what);
        if !filters.is_empty() && !filters.iter().any(|filter| name.contains(filter.as_str())) {
            continue;
        }
        journal.note("bench", &name, bench.plugin, || {
            let line = measure(&mut runner, &bench)?;
            println!("{line}");
            Ok(line)
        });
    }
    Ok(())
}

fn measure(runner: &mut Runner, bench: &Bench) -> Result<String> {
    let plugin = create(bench.plugin, &bench.fields)?;
    let inputs = runner.inputs(&bench.inputs)?;
    let outputs = runner.outputs(&plugin, &bench.inputs)?;
    let workspace = runner.workspace(&plugin, &inputs, &outputs)?;
    let time = timed(runner, || {
        runner.enqueue(&plugin, &inputs, &outputs, &workspace)
    })?;
    let bytes: usize = inputs
        .iter()
        .chain(&outputs)
        .map(crate::device::Memory::bytes)
        .sum();
    let dtype = format!("{:?}", bench.inputs.last().context("no input")?.dtype);
    let milliseconds = time.as_secs_f64() * 1e3;
    let head = format!(
        "| {} | {} | {dtype} | {milliseconds:.3} |",
        bench.plugin, bench.what
    );
    if let Some(products) = bench.products {
        let rate = 2.0 * products / time.as_secs_f64() / 1e12;
        return Ok(format!("{head} {rate:.1} TFLOP/s | | |"));
    }
    // A copy that reads and writes as many bytes.
    let (from, mut to) = (
        DeviceBuffer::new(&runner.device, bytes / 2)?,
        DeviceBuffer::new(&runner.device, bytes / 2)?,
    );
    to.fill(1, &runner.stream)?;
    let copy = timed(runner, || Ok(to.copy_from_device(&from, &runner.stream)?))?;
    let rate = |time: Duration| bytes as f64 / time.as_secs_f64() / 1e9;
    Ok(format!(
        "{head} {:.0} | {:.0} | {:.0} % |",
        rate(time),
        rate(copy),
        100.0 * copy.as_secs_f64() / time.as_secs_f64()
    ))
}

/// Mean time of a piece of work on the stream.
fn timed(runner: &Runner, mut work: impl FnMut() -> Result<()>) -> Result<Duration> {
    for _ in 0..WARM_UP {
        work()?;
    }
    let (start, end) = (Event::new(&runner.device)?, Event::new(&runner.device)?);
    start.record(&runner.stream)?;
    for _ in 0..RUNS {
        work()?;
    }
    end.record(&runner.stream)?;
    end.synchronize()?;
    Ok(end.elapsed_since(&start)? / RUNS as u32)
}

/// Real numbers between -1 and 1 that repeat after a while.
fn real(dtype: DataType, dims: &[i64]) -> Tensor {
    let elements = count(dims);
    let mut state = 1_u32;
    let period: Vec<f32> = (0..elements.min(1 << 16))
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        })
        .collect();
    let bytes: Vec<u8> = match dtype {
        DataType::Half => {
            let short: Vec<_> = period
                .iter()
                .map(|&value| half::f16::from_f32(value))
                .collect();
            bytemuck::cast_slice(&short).to_vec()
        }
        DataType::BFloat16 => {
            let short: Vec<_> = period
                .iter()
                .map(|&value| half::bf16::from_f32(value))
                .collect();
            bytemuck::cast_slice(&short).to_vec()
        }
        _ => bytemuck::cast_slice(&period).to_vec(),
    };
    let size = dtype.bytes_for(elements).unwrap_or_default();
    tensor(
        dtype,
        dims,
        bytes.iter().copied().cycle().take(size).collect(),
    )
}

/// Indices from 0 to below `limit`, made of their positions.
fn indices(dims: &[i64], of: impl Fn(usize) -> usize) -> Tensor {
    let values: Vec<i32> = (0..count(dims))
        .map(|position| of(position) as i32)
        .collect();
    tensor(
        DataType::Int32,
        dims,
        bytemuck::cast_slice(&values).to_vec(),
    )
}

fn tensor(dtype: DataType, dims: &[i64], bytes: Vec<u8>) -> Tensor {
    Tensor {
        dtype,
        dims: Dims::new(dims).expect("a bench has few dimensions"),
        bytes,
    }
}

fn count(dims: &[i64]) -> usize {
    dims.iter().product::<i64>() as usize
}

/// A number that looks drawn at random.
fn scattered(position: usize) -> usize {
    position.wrapping_mul(2_654_435_761) >> 8
}

use DataType::{Float, Half};

const TABLE: &[fn() -> Bench] = &[
    || {
        Bench::new(
            "ExView",
            "64 Mi",
            Fields::new().with("dim_expression", "67108864"),
            vec![real(Float, &[8192, 8192])],
        )
    },
    || {
        Bench::new(
            "TorchFlip",
            "8192x8192, rows",
            Fields::new().with("dims", [0]),
            vec![real(Float, &[8192, 8192])],
        )
    },
    || {
        Bench::new(
            "TorchFlip",
            "8192x8192, columns",
            Fields::new().with("dims", [1]),
            vec![real(Float, &[8192, 8192])],
        )
    },
    || {
        Bench::new(
            "TorchFlip",
            "8192x8192, columns",
            Fields::new().with("dims", [1]),
            vec![real(Half, &[8192, 8192])],
        )
    },
    || {
        Bench::new(
            "TorchFlip",
            "8191x8191, columns",
            Fields::new().with("dims", [1]),
            vec![real(Float, &[8191, 8191])],
        )
    },
    || {
        Bench::new(
            "RepeatDims",
            "4096x4096, 4 times",
            Fields::new().with("repeat_dims", [4, 1]),
            vec![real(Float, &[4096, 4096])],
        )
    },
    || {
        Bench::new(
            "RepeatDims",
            "8192x1, 8192 times across",
            Fields::new().with("repeat_dims", [1, 8192]),
            vec![real(Float, &[8192, 1])],
        )
    },
    || {
        Bench::new(
            "MeshGrid",
            "8192x8192",
            Fields::new().with("num_inputs", 2),
            vec![real(Float, &[8192]), real(Float, &[8192])],
        )
    },
    || {
        Bench::new(
            "TorchGather",
            "8192x8192 in each row, nearby",
            Fields::new().with("dim", 1),
            vec![
                real(Float, &[8192, 8192]),
                indices(&[8192, 8192], |at| (at % 8192) ^ 21),
            ],
        )
    },
    || {
        Bench::new(
            "TorchGather",
            "8192x8192 rows, one index each",
            Fields::new().with("dim", 0),
            vec![
                real(Float, &[8192, 8192]),
                indices(&[8192, 8192], |at| scattered(at / 8192) % 8192),
            ],
        )
    },
    || {
        Bench::new(
            "TorchEmbedding",
            "65536 of 65536x768",
            Fields::new(),
            vec![
                indices(&[65536], |at| scattered(at) % 65536),
                real(Half, &[65536, 768]),
            ],
        )
    },
    || {
        Bench::new(
            "TorchUnfold",
            "8x64x128x128, 3x3",
            Fields::new()
                .with("kernel_size", [3, 3])
                .with("padding", [1, 1]),
            vec![real(Float, &[8, 64, 128, 128])],
        )
    },
    || {
        Bench::new(
            "TorchUnfold",
            "8x64x128x128, 3x3",
            Fields::new()
                .with("kernel_size", [3, 3])
                .with("padding", [1, 1]),
            vec![real(Half, &[8, 64, 128, 128])],
        )
    },
    || {
        Bench::new(
            "TorchCum",
            "sum of 16384 rows of 4096",
            Fields::new().with("dim", 1),
            vec![real(Float, &[16384, 4096])],
        )
    },
    || {
        Bench::new(
            "TorchCum",
            "sum of 16384 columns of 4096",
            Fields::new().with("dim", 0),
            vec![real(Float, &[4096, 16384])],
        )
    },
    || {
        Bench::new(
            "TorchCum",
            "sum of 64 Mi",
            Fields::new().with("dim", 0),
            vec![real(Float, &[67_108_864])],
        )
    },
    || {
        Bench::new(
            "TorchCum",
            "sum of 16384 rows of 4096",
            Fields::new().with("dim", 1),
            vec![real(Half, &[16384, 4096])],
        )
    },
    || {
        Bench::new(
            "TorchCumMaxMin",
            "16384 rows of 4096",
            Fields::new().with("dim", 1),
            vec![real(Float, &[16384, 4096])],
        )
    },
    || {
        Bench::new(
            "TorchCumMaxMin",
            "16384 columns of 4096",
            Fields::new().with("dim", 0),
            vec![real(Float, &[4096, 16384])],
        )
    },
    || {
        Bench::new(
            "CenteredLayer",
            "8192x8192",
            Fields::new(),
            vec![real(Float, &[8192, 8192])],
        )
    },
    || {
        Bench::new(
            "LayerNorm",
            "65536 rows of 768",
            Fields::new().with("normalized_shape", [768]),
            vec![
                real(Float, &[65536, 768]),
                real(Float, &[768]),
                real(Float, &[768]),
            ],
        )
    },
    || {
        Bench::new(
            "LayerNorm",
            "65536 rows of 768",
            Fields::new().with("normalized_shape", [768]),
            vec![
                real(Half, &[65536, 768]),
                real(Half, &[768]),
                real(Half, &[768]),
            ],
        )
    },
    || {
        Bench::new(
            "LayerNorm",
            "16384 rows of 4096",
            Fields::new().with("normalized_shape", [4096]),
            vec![
                real(Float, &[16384, 4096]),
                real(Float, &[4096]),
                real(Float, &[4096]),
            ],
        )
    },
    || {
        Bench::new(
            "GroupNorm",
            "32x320x64x64, 32 groups",
            Fields::new().with("num_groups", 32),
            vec![
                real(Half, &[32, 320, 64, 64]),
                real(Half, &[320]),
                real(Half, &[320]),
            ],
        )
    },
    || {
        Bench::new(
            "GroupNorm",
            "32x256x64x64, 32 groups",
            Fields::new().with("num_groups", 32),
            vec![
                real(Float, &[32, 256, 64, 64]),
                real(Float, &[256]),
                real(Float, &[256]),
            ],
        )
    },
    || {
        Bench::new(
            "AdaptivePool",
            "average of 64x256x56x56 to 7x7",
            Fields::new()
                .with("output_size", [7, 7])
                .with("pooling_type", 1),
            vec![real(Float, &[64, 256, 56, 56])],
        )
    },
    || {
        Bench::new(
            "AdaptivePool",
            "average of 64x2048x16x16 to 1",
            Fields::new()
                .with("output_size", [1, 1])
                .with("pooling_type", 1),
            vec![real(Float, &[64, 2048, 16, 16])],
        )
    },
    || {
        Bench::new(
            "AdaptivePool",
            "maximum of 64x256x56x56 to 28x28",
            Fields::new().with("output_size", [28, 28]),
            vec![real(Half, &[64, 256, 56, 56])],
        )
    },
    || Bench {
        products: Some(16.0 * 1024.0_f64.powi(3)),
        ..Bench::new(
            "TorchBmm",
            "16x1024x1024x1024",
            Fields::new(),
            vec![
                real(Float, &[16, 1024, 1024]),
                real(Float, &[16, 1024, 1024]),
            ],
        )
    },
    || Bench {
        products: Some(16.0 * 1024.0_f64.powi(3)),
        ..Bench::new(
            "TorchBmm",
            "16x1024x1024x1024",
            Fields::new(),
            vec![real(Half, &[16, 1024, 1024]), real(Half, &[16, 1024, 1024])],
        )
    },
];
