//! The process that converts, builds and runs engines, a command at a time.

use std::collections::BTreeMap;
use std::io::BufRead as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use half::{bf16, f16};
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use serde::{Deserialize, Serialize};
use torchvision_trt::bench;
use torchvision_trt::module::TrtModule;
use torchvision_trt::pipeline;
use torchvision_trt::verify::{Golden, golden_path};
use trt::cuda::Device;
use trt::{Builder, BuilderFlag, DataType, Library, NetworkOptions, Runtime, TimingCache};

use super::limits;
pub(super) use super::limits::Limits;
use super::setting::{Precision, Route};
use super::work::{self, Work};
use super::worker::Reply;

#[derive(Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(super) enum Command {
    /// A program into a network: [`Converted`].
    Convert {
        program: PathBuf,
        precision: Precision,
    },
    /// An ONNX file into a network: [`Parsed`].
    Parse { file: PathBuf },
    /// A program or ONNX file into an engine file: [`Built`].
    Build(Build),
    /// What the device can do: [`Limits`].
    Limits { precisions: Vec<Precision> },
    /// Loads TensorRT and makes the CUDA context, which belong to no engine.
    Open,
    /// Loads an engine and writes what it computes from the golden inputs of a program: [`Ready`].
    Prepare {
        engine: PathBuf,
        program: PathBuf,
        outputs: PathBuf,
    },
    /// Times it: [`Timed`].
    Measure { warm_up: f64, seconds: f64 },
    /// Writes the time of each layer.
    Profile { file: PathBuf },
}

#[derive(Serialize, Deserialize)]
pub(super) struct Build {
    pub(super) route: Route,
    pub(super) file: PathBuf,
    pub(super) engine: PathBuf,
    pub(super) precision: Precision,
    pub(super) level: Option<i32>,
    pub(super) timing_cache: PathBuf,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Converted {
    pub(super) seconds: f64,
    pub(super) work: Work,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Parsed {
    pub(super) seconds: f64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Built {
    /// From file to network.
    pub(super) network_seconds: f64,
    /// TensorRT's build.
    pub(super) seconds: f64,
    pub(super) plan_bytes: usize,
}

/// A peer that can be measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Ready {
    /// Until the first answer was there.
    pub(super) seconds: f64,
    /// Device memory that this takes, in bytes.
    pub(super) memory: Option<f64>,
}

/// Milliseconds of a call; frames per second of queued calls.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Timed {
    pub(super) p50: f64,
    pub(super) p90: f64,
    pub(super) p99: f64,
    pub(super) throughput: f64,
    #[serde(default)]
    pub(super) graph_nodes: Option<usize>,
}

/// Answers commands until the input ends.
pub(super) fn serve() -> Result<()> {
    let mut server = Server::default();
    for line in std::io::stdin().lock().lines() {
        let reply = match serde_json::from_str(&line?) {
            Ok(command) => server.answer(command),
            Err(error) => Err(error.into()),
        };
        let reply = match reply {
            Ok(answer) => Reply::Ok(answer),
            Err(error) => Reply::Error(super::message(&error)),
        };
        println!("{}", serde_json::to_string(&reply)?);
    }
    Ok(())
}

#[derive(Default)]
struct Server {
    /// Kept, since TensorRT loads its kernels, for seconds, with the first builder, and drops them with the last.
    builder: Option<Builder>,
    opened: Option<(Library, Device)>,
    module: Option<TrtModule>,
}

impl Server {
    fn answer(&mut self, command: Command) -> Result<serde_json::Value> {
        let answer = match command {
            Command::Convert { program, precision } => {
                serde_json::to_value(convert(self.library()?, &program, precision)?)
            }
            Command::Parse { file } => serde_json::to_value(parse(self.builder()?, &file)?),
            Command::Build(build) => serde_json::to_value(match build.route {
                Route::Ours => build_program(self.library()?, &build)?,
                Route::Onnx => build_onnx(self.builder()?, &build)?,
            }),
            Command::Limits { precisions } => {
                serde_json::to_value(limits::measure(self.builder()?, &precisions)?)
            }
            Command::Open => {
                self.opened = Some((Library::load()?, Device::new(0)?));
                Ok(serde_json::Value::Null)
            }
            Command::Prepare {
                engine,
                program,
                outputs,
            } => serde_json::to_value(self.prepare(&engine, &program, &outputs)?),
            Command::Measure { warm_up, seconds } => {
                serde_json::to_value(self.measure(warm_up, seconds)?)
            }
            Command::Profile { file } => serde_json::to_value(profile(self.module()?, &file)?),
        };
        Ok(answer?)
    }

    fn library(&mut self) -> Result<&Library> {
        Ok(self.builder()?.library())
    }

    fn builder(&mut self) -> Result<&Builder> {
        match &mut self.builder {
            Some(builder) => Ok(builder),
            empty => Ok(empty.insert(Builder::new(&Library::load()?)?)),
        }
    }

    fn module(&self) -> Result<&TrtModule> {
        self.module.as_ref().context("no engine was prepared")
    }

    fn prepare(&mut self, engine: &Path, program: &Path, outputs: &Path) -> Result<Ready> {
        let (library, device) = self.opened.as_ref().context("nothing was opened")?;
        let memory = device.memory_info()?;
        let before = memory.total - memory.free;
        let start = Instant::now();
        let module = TrtModule::load(&Runtime::new(library)?, engine)?;
        let golden = Golden::open(&golden_path(program))?;
        write_outputs(&module, &golden, outputs)?;
        let seconds = start.elapsed().as_secs_f64();
        self.module = Some(module);
        let shortly = self.measure_with(Duration::ZERO, Duration::from_millis(20))?;
        Ok(Ready {
            seconds,
            memory: Some(shortly.device_memory_in_use as f64 - before as f64),
        })
    }

    fn measure(&self, warm_up: f64, seconds: f64) -> Result<Timed> {
        let [warm_up, duration] = [warm_up, seconds].map(Duration::try_from_secs_f64);
        let measured = self.measure_with(warm_up?, duration?)?;
        Ok(Timed {
            p50: measured.latency_ms.p50,
            p90: measured.latency_ms.p90,
            p99: measured.latency_ms.p99,
            throughput: measured.throughput,
            graph_nodes: measured.graph_nodes,
        })
    }

    fn measure_with(&self, warm_up: Duration, duration: Duration) -> Result<bench::Measurement> {
        let options = bench::Options {
            warm_up,
            duration,
            cuda_graph: true,
        };
        Ok(bench::measure(self.module()?, options)?)
    }
}

fn convert(library: &Library, program: &Path, precision: Precision) -> Result<Converted> {
    let start = Instant::now();
    precision
        .convert_options()
        .with_network(library, program, |network| {
            let seconds = start.elapsed().as_secs_f64();
            let work = work::count(network).map_err(pipeline::Error::from)?;
            Ok(Converted { seconds, work })
        })
        .map_err(|error: pipeline::Error| error.into())
}

fn parse(builder: &Builder, file: &Path) -> Result<Parsed> {
    let start = Instant::now();
    let network = builder.network(network_options(builder))?;
    network.parse_onnx(file)?;
    Ok(Parsed {
        seconds: start.elapsed().as_secs_f64(),
    })
}

fn network_options(builder: &Builder) -> NetworkOptions {
    if builder.library().has_strongly_typed_networks() {
        NetworkOptions::strongly_typed()
    } else {
        NetworkOptions::weakly_typed()
    }
}

fn build_program(library: &Library, build: &Build) -> Result<Built> {
    let options = build.precision.convert_options();
    let mut options = options.timing_cache(&build.timing_cache);
    if let Some(level) = build.level {
        options = options.optimization_level(level);
    }
    let converted = options.convert(library, &build.file)?;
    converted.save(&build.engine)?;
    let times = converted.report.times;
    Ok(Built {
        network_seconds: (times.read + times.passes + times.network).as_secs_f64(),
        seconds: times.build.as_secs_f64(),
        plan_bytes: converted.plan.len(),
    })
}

fn build_onnx(builder: &Builder, build: &Build) -> Result<Built> {
    let start = Instant::now();
    let network = builder.network(network_options(builder))?;
    network.parse_onnx(&build.file)?;
    let network_seconds = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let config = builder.config()?;
    config.set_flag(BuilderFlag::Tf32, build.precision == Precision::Tf32)?;
    if !builder.library().has_strongly_typed_networks() && build.precision == Precision::Fp16 {
        config.set_flag(BuilderFlag::Fp16, true)?;
    }
    if let Some(level) = build.level {
        config.set_optimization_level(level)?;
    }
    config.set_timing_cache(&TimingCache::load(&build.timing_cache)?, false)?;
    let plan = builder.build(&network, &config)?;
    config.timing_cache()?.save(&build.timing_cache)?;
    plan.save(&build.engine)?;
    Ok(Built {
        network_seconds,
        seconds: start.elapsed().as_secs_f64(),
        plan_bytes: plan.len(),
    })
}

/// Runs an engine on all golden inputs; `SET.OUTPUT` in fp32 into a safetensors file.
fn write_outputs(module: &TrtModule, golden: &Golden, file: &Path) -> Result<()> {
    let mut session = module.session()?;
    let mut computed = BTreeMap::new();
    for set in 0..golden.len() {
        let mut inputs = Vec::new();
        for (name, view) in golden.inputs(set) {
            let spec = module.inputs().iter().find(|spec| spec.path == name);
            let wanted = spec.map_or(DataType::Float, |spec| spec.dtype);
            let bytes = cast(&view, wanted).with_context(|| format!("input {name}"))?;
            let shape = view.shape().to_vec();
            inputs.push((name, wanted, bytes, shape));
        }
        let inputs: BTreeMap<_, _> = inputs
            .iter()
            .map(|(name, wanted, bytes, shape)| {
                let dtype = torchvision_trt::module::safetensors_dtype(*wanted);
                let dtype = dtype.context("an input type that safetensors has not")?;
                Ok((name.clone(), TensorView::new(dtype, shape.clone(), bytes)?))
            })
            .collect::<Result<_>>()?;
        for (name, view) in session.run_safetensors(&inputs)?.to_safetensors()? {
            let (dtype, bytes) = match view.dtype() {
                Dtype::F32 | Dtype::F16 | Dtype::BF16 => {
                    (Dtype::F32, bytemuck::cast_slice(&floats(&view)?).to_vec())
                }
                other => (other, view.data().to_vec()),
            };
            computed.insert(
                format!("{set}.{name}"),
                (dtype, view.shape().to_vec(), bytes),
            );
        }
    }
    let views = computed
        .iter()
        .map(|(name, (dtype, shape, bytes))| {
            Ok((name, TensorView::new(*dtype, shape.clone(), bytes)?))
        })
        .collect::<Result<Vec<_>>>()?;
    std::fs::write(file, safetensors::serialize(views, None)?)
        .with_context(|| file.display().to_string())
}

/// The elements in the type that an engine takes: one from an ONNX file of half precision takes halves.
fn cast(view: &TensorView<'_>, wanted: DataType) -> Result<Vec<u8>> {
    Ok(match (view.dtype(), wanted) {
        (Dtype::F32, DataType::Half) => {
            let halves = floats(view)?.into_iter().map(f16::from_f32);
            halves.flat_map(f16::to_le_bytes).collect()
        }
        (Dtype::F32, DataType::BFloat16) => {
            let halves = floats(view)?.into_iter().map(bf16::from_f32);
            halves.flat_map(bf16::to_le_bytes).collect()
        }
        _ => view.data().to_vec(),
    })
}

fn floats(view: &TensorView<'_>) -> Result<Vec<f32>> {
    let twos = || view.data().as_chunks::<2>().0.iter().copied();
    Ok(match view.dtype() {
        Dtype::F32 => {
            let fours = view.data().as_chunks::<4>().0.iter().copied();
            fours.map(f32::from_le_bytes).collect()
        }
        Dtype::F16 => twos()
            .map(|bytes| f16::from_le_bytes(bytes).to_f32())
            .collect(),
        Dtype::BF16 => twos()
            .map(|bytes| bf16::from_le_bytes(bytes).to_f32())
            .collect(),
        other => bail!("{other:?} are no floating point numbers"),
    })
}

/// Layers by time, as CSV.
fn profile(module: &TrtModule, file: &Path) -> Result<usize> {
    const RUNS: usize = 20;
    let layers = bench::layer_times(module, RUNS)?;
    let mut text = String::from("layer,microseconds\n");
    for layer in &layers {
        let name = layer.layer.replace('"', "'");
        text += &format!("\"{name}\",{:.2}\n", 1e6 * layer.time.as_secs_f64());
    }
    std::fs::write(file, text).with_context(|| file.display().to_string())?;
    Ok(layers.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_and_back() {
        let values = [1.0f32, -2.5, 65504.0, 0.1];
        let bytes: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        let view = TensorView::new(Dtype::F32, vec![2, 2], &bytes).unwrap();
        for (wanted, dtype, error) in [
            (DataType::Half, Dtype::F16, 1e-3),
            (DataType::BFloat16, Dtype::BF16, 1e-2),
            (DataType::Float, Dtype::F32, 0.0),
        ] {
            let short = cast(&view, wanted).unwrap();
            let view = TensorView::new(dtype, vec![2, 2], &short).unwrap();
            for (got, expected) in floats(&view).unwrap().iter().zip(values) {
                assert!((got - expected).abs() <= error * expected.abs(), "{got}");
            }
        }
    }
}
