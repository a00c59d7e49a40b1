//! Speed of kernels on large inputs: bandwidth beside that of a copy in the same run.

mod vision;

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use trt::cuda::{DeviceBuffer, Event};
use trt::plugin::{FieldType, Fields, Value};
use trt::{DataType, Dims};

use crate::device::{Memory, Runner};
use crate::journal::Journal;
use crate::suite::{Tensor, create, short_type};

const WARM_UP: usize = 3;
const RUNS: usize = 20;

/// What is measured: plugin | how it is called | fields | inputs.
///
/// An input is a type and sizes; `<100` after them are the integers below 100 in an order as if drawn at random, `/<100` with one for
/// each row, `~` in a row the positions nearby. So lookups read each element once, and bytes of inputs and outputs are what a kernel
/// has to move. "reads twice" counts the first input twice, for kernels that must: what they need to know of
/// all of it does not fit beside it on the chip. "products" counts multiplications instead of bytes.
const TABLE: &str = include_str!("bench.txt");

/// What a plugin is measured with.
struct Bench {
    plugin: String,
    what: String,
    fields: Fields,
    inputs: Vec<Tensor>,
    /// Multiplications, for what is bound by them; else the bytes of inputs and outputs count.
    products: Option<f64>,
}

impl Bench {
    fn new(plugin: &str, what: &str, fields: Fields, inputs: Vec<Tensor>) -> Self {
        Self {
            plugin: plugin.to_owned(),
            what: what.to_owned(),
            fields,
            inputs,
            products: None,
        }
    }

    /// A line of the table.
    fn parse(line: &str) -> Result<Self> {
        let columns: Vec<&str> = line.split('|').map(str::trim).collect();
        let [plugin, what, fields, inputs] = columns[..] else {
            bail!("a line of the table has four columns: {line}");
        };
        let inputs: Vec<Tensor> = inputs
            .split_whitespace()
            .map(input)
            .collect::<Result<_>>()?;
        let products = what.contains("products").then(|| {
            let [a, b] = [0, 1].map(|number| &inputs[number].dims);
            a.iter().chain(b.last()).product::<i64>() as f64
        });
        Ok(Self {
            products,
            ..Self::new(plugin, what, parse_fields(plugin, fields)?, inputs)
        })
    }
}

/// Measures what has one of the filters in its name, and prints a Markdown table.
pub(crate) fn run(filters: &[String], journal: &Journal) -> Result<()> {
    let mut runner = Runner::new()?;
    println!(
        "{}, compiled for {}\n",
        runner.device.name()?,
        plugins_cuda::compiled_for()
    );
    println!(
        "| plugin | | type | ms | GB/s | copy GB/s | of copy |\n|---|---|---|---|---|---|---|"
    );
    let lines = TABLE.lines().filter(|line| !line.is_empty());
    for bench in lines
        .map(Bench::parse)
        .chain(vision::table().into_iter().map(Ok))
    {
        let bench = bench?;
        let name = format!("{} {}", bench.plugin, bench.what);
        if !filters.is_empty() && !filters.iter().any(|filter| name.contains(filter.as_str())) {
            continue;
        }
        journal.note("bench", &name, &bench.plugin, || {
            let line = measure(&mut runner, &bench)?;
            println!("{line}");
            Ok(line)
        });
    }
    Ok(())
}

fn measure(runner: &mut Runner, bench: &Bench) -> Result<String> {
    let plugin = create(&bench.plugin, &bench.fields)?;
    let inputs = runner.inputs(&bench.inputs)?;
    let outputs = runner.outputs(&plugin, &bench.inputs)?;
    let workspace = runner.workspace(&plugin, &inputs, &outputs)?;
    let time = timed(runner, || {
        runner.enqueue(&plugin, &inputs, &outputs, &workspace)
    })?;
    let moved = |tensors: &[Memory]| tensors.iter().map(Memory::bytes).sum::<usize>();
    let again = if bench.what.contains("reads twice") {
        inputs[0].bytes()
    } else {
        0
    };
    let bytes = moved(&inputs) + moved(&outputs) + again;
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

/// Integers below `limit`, made of their positions.
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

/// Each number below `limit` for as many positions, in another order: the factor is a prime.
fn shuffled(position: usize, limit: usize) -> usize {
    position.wrapping_mul(2_654_435_761) % limit
}

/// `f16[8,4096]`, `i32[100]<50`, …
fn input(text: &str) -> Result<Tensor> {
    let what = || format!("input {text}");
    let (dtype, rest) = text.split_once('[').with_context(what)?;
    let (sizes, kind) = rest.split_once(']').with_context(what)?;
    let dims: Vec<i64> = sizes
        .split(',')
        .map(str::parse)
        .collect::<Result<_, _>>()
        .with_context(what)?;
    let dtype = short_type(dtype)?;
    let row = *dims.last().with_context(what)? as usize;
    if let Some(limit) = kind.strip_prefix("/<") {
        let limit: usize = limit.parse().with_context(what)?;
        return Ok(indices(&dims, |at| shuffled(at / row, limit)));
    }
    if let Some(limit) = kind.strip_prefix('<') {
        let limit: usize = limit.parse().with_context(what)?;
        return Ok(indices(&dims, |at| shuffled(at, limit)));
    }
    if kind == "~" {
        return Ok(indices(&dims, |at| (at % row) ^ 21));
    }
    ensure!(kind.is_empty(), what());
    Ok(real(dtype, &dims))
}

/// `dims=0,1 eps=0.5`.
fn parse_fields(plugin: &str, text: &str) -> Result<Fields> {
    let registration = plugins_cuda::ALL
        .iter()
        .find(|known| known.name() == plugin);
    let announced = registration
        .with_context(|| format!("plugin {plugin}"))?
        .fields();
    let field = |word: &str| {
        let (name, value) = word.split_once('=').with_context(|| word.to_owned())?;
        let field = announced.iter().find(|field| field.name() == name);
        let value: Value = match field.with_context(|| word.to_owned())?.kind() {
            FieldType::Int => {
                Value::Ints(value.split(',').map(str::parse).collect::<Result<_, _>>()?)
            }
            FieldType::Float => {
                Value::Floats(value.split(',').map(str::parse).collect::<Result<_, _>>()?)
            }
            FieldType::Text | FieldType::Bytes => Value::Text(value.to_owned()),
        };
        Ok((name.to_owned(), value))
    };
    text.split_whitespace().map(field).collect()
}
