//! Latency and throughput of an engine on the GPU, without the copies of inputs and outputs.

use std::time::{Duration, Instant};

use half::{bf16, f16};
use serde::Serialize;
use trt::cuda::{DeviceBuffer, Stream};
use trt::{DataType, Dims, LayerTime};

use crate::module::{
    BufferMut, BufferRef, DeviceTensor, Result, Session, SessionOptions, TensorSpec, TrtModule,
};

/// How long to measure.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Runs before the measurement, until clocks and caches are warm. Default: 0.5 s.
    pub warm_up: Duration,
    /// Duration of each of the two measurements. Default: 2 s.
    pub duration: Duration,
    /// Whether runs are replayed as a CUDA graph. Default: true.
    pub cuda_graph: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            warm_up: Duration::from_millis(500),
            duration: Duration::from_secs(2),
            cuda_graph: true,
        }
    }
}

/// What was measured.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Measurement {
    /// One run at a time, from the call until its outputs are there.
    pub latency_ms: Latency,
    /// Frames per second when runs are queued without waiting: runs times the batch size.
    pub throughput: f64,
    /// Whether the runs were really replayed as a CUDA graph.
    pub cuda_graph: bool,
    /// Kernels and copies in that graph.
    pub graph_nodes: Option<usize>,
    /// Bytes of the device's memory that were in use, by all processes, with everything that a run needs.
    pub device_memory_in_use: usize,
}

/// Mean and percentiles, in milliseconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Latency {
    /// Arithmetic mean.
    pub mean: f64,
    /// Half of the runs took no longer.
    pub p50: f64,
    /// 90 % of the runs took no longer.
    pub p90: f64,
    /// 95 % of the runs took no longer.
    pub p95: f64,
    /// 99 % of the runs took no longer.
    pub p99: f64,
}

/// The shapes an engine is measured with: those it is tuned for.
pub fn input_shapes(module: &TrtModule) -> Vec<(&str, Dims)> {
    let shape = |spec: &TensorSpec| {
        spec.profiles
            .first()
            .map_or(spec.shape, |profile| profile.opt)
    };
    module
        .inputs()
        .iter()
        .map(|spec| (spec.path.as_str(), shape(spec)))
        .collect()
}

/// Measures an engine on random inputs.
///
/// # Errors
/// Failures of the run.
pub fn measure(module: &TrtModule, options: Options) -> Result<Measurement> {
    let mut setup = Setup::new(module, options.cuda_graph)?;
    let start = Instant::now();
    while start.elapsed() < options.warm_up {
        setup.run(Session::run_buffers)?;
    }
    let mut latencies = Vec::new();
    let start = Instant::now();
    while start.elapsed() < options.duration {
        let begin = Instant::now();
        setup.run(Session::run_buffers)?;
        latencies.push(1e3 * begin.elapsed().as_secs_f64());
    }
    let throughput = setup.throughput(options.duration)?;
    let memory = module.engine().device().memory_info()?;
    Ok(Measurement {
        latency_ms: Latency::of(latencies),
        throughput,
        cuda_graph: setup.session.has_graph(),
        graph_nodes: setup.session.graph_nodes(),
        device_memory_in_use: memory.total - memory.free,
    })
}

/// The time of each layer on random inputs, as TensorRT fused them, in order of execution: the median of some runs
/// without CUDA graph.
///
/// # Errors
/// As [`measure`].
pub fn layer_times(module: &TrtModule, runs: usize) -> Result<Vec<LayerTime>> {
    let mut setup = Setup::new(module, false)?;
    setup.run(Session::run_buffers)?;
    let runs = (0..runs.max(1))
        .map(|_| setup.run(Session::layer_times))
        .collect::<Result<Vec<_>>>()?;
    let median = |layer: usize| {
        let mut times: Vec<_> = runs
            .iter()
            .filter_map(|run| Some(run.get(layer)?.time))
            .collect();
        times.sort();
        times.get(times.len() / 2).copied().unwrap_or_default()
    };
    let layers = runs[0].iter().enumerate();
    Ok(layers
        .map(|(index, layer)| LayerTime {
            layer: layer.layer.clone(),
            time: median(index),
        })
        .collect())
}

/// A session with random inputs and room for the outputs, in the shapes of [`input_shapes`].
struct Setup<'m> {
    module: &'m TrtModule,
    session: Session,
    shapes: Vec<(&'m str, Dims)>,
    inputs: Vec<DeviceBuffer>,
    outputs: Vec<Output<'m>>,
}

/// An output whose shape is known before the run; the engine allocates the others.
struct Output<'m> {
    spec: &'m TensorSpec,
    shape: Dims,
    buffer: DeviceBuffer,
}

impl<'m> Setup<'m> {
    fn new(module: &'m TrtModule, cuda_graphs: bool) -> Result<Self> {
        let device = module.engine().device();
        let session_options = SessionOptions {
            cuda_graphs,
            ..SessionOptions::default()
        };
        let mut session = module.session_on(Stream::new(device)?, session_options)?;
        let shapes = input_shapes(module);
        let inputs = module
            .inputs()
            .iter()
            .zip(&shapes)
            .map(|(spec, (_, shape))| random(spec.dtype, shape, session.stream()))
            .collect::<Result<Vec<_>>>()?;
        let slices: Vec<(&str, &[i64])> = shapes
            .iter()
            .map(|(name, shape)| (*name, &shape[..]))
            .collect();
        let output_shapes = session.output_shapes(&slices)?;
        let outputs = module
            .outputs()
            .iter()
            .zip(output_shapes)
            .filter(|(_, shape)| !shape.is_dynamic())
            .map(|(spec, shape)| {
                let buffer = DeviceBuffer::new(device, size(spec.dtype, &shape))?;
                Ok(Output {
                    spec,
                    shape,
                    buffer,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        session.stream().synchronize()?;
        Ok(Self {
            module,
            session,
            shapes,
            inputs,
            outputs,
        })
    }

    /// One call of the session with all buffers.
    fn run<T>(
        &mut self,
        call: impl FnOnce(
            &mut Session,
            &[(&str, BufferRef<'_>)],
            &mut [(&str, BufferMut<'_>)],
        ) -> Result<T>,
    ) -> Result<T> {
        let refs = self.module.inputs().iter().zip(&self.shapes);
        let refs = refs
            .zip(&self.inputs)
            .map(|((spec, (name, shape)), buffer)| {
                Ok((*name, BufferRef::new(buffer, spec.dtype, shape)?))
            })
            .collect::<Result<Vec<_>>>()?;
        let muts = self.outputs.iter_mut().map(|output| {
            let Output {
                spec,
                shape,
                buffer,
            } = output;
            let memory = BufferMut::new(buffer, spec.dtype, shape)?;
            Ok((spec.path.as_str(), memory))
        });
        let mut muts = muts.collect::<Result<Vec<_>>>()?;
        call(&mut self.session, &refs, &mut muts)
    }

    /// Frames per second when runs are queued without waiting.
    fn throughput(&mut self, duration: Duration) -> Result<f64> {
        let describe = |spec: &'m TensorSpec, buffer: &DeviceBuffer, shape: &Dims| {
            let tensor = DeviceTensor::new(buffer, spec.dtype, shape)?;
            Ok((spec.path.as_str(), tensor))
        };
        let specs = self.module.inputs().iter().zip(&self.inputs);
        let inputs = specs
            .zip(&self.shapes)
            .map(|((spec, buffer), (_, shape))| describe(spec, buffer, shape))
            .collect::<Result<Vec<_>>>()?;
        let outputs = self.outputs.iter();
        let outputs = outputs
            .map(|output| describe(output.spec, &output.buffer, &output.shape))
            .collect::<Result<Vec<_>>>()?;
        let mut runs = 0_u32;
        let start = Instant::now();
        let mut queued = Ok(());
        while queued.is_ok() && start.elapsed() < duration {
            // SAFETY: inputs and outputs are buffers of the engine's device; they live until the stream has been waited for
            // below, which happens after an error, too.
            queued = unsafe { self.session.enqueue(&inputs, &outputs) };
            runs += 1;
        }
        let waited = self.session.stream().synchronize();
        queued?;
        waited?;
        Ok(f64::from(runs) * batch(&self.shapes) / start.elapsed().as_secs_f64())
    }
}

impl Latency {
    fn of(mut milliseconds: Vec<f64>) -> Self {
        milliseconds.sort_by(f64::total_cmp);
        let last = milliseconds.len().saturating_sub(1);
        let at = |share: f64| {
            milliseconds
                .get((share * last as f64).round() as usize)
                .copied()
                .unwrap_or(f64::NAN)
        };
        let mean = milliseconds.iter().sum::<f64>() / milliseconds.len() as f64;
        Self {
            mean,
            p50: at(0.5),
            p90: at(0.9),
            p95: at(0.95),
            p99: at(0.99),
        }
    }
}

/// Frames in a run: the first size of the first input.
fn batch(shapes: &[(&str, Dims)]) -> f64 {
    let batch = shapes.first().and_then(|(_, shape)| shape.first());
    batch.map_or(1.0, |&batch| batch as f64)
}

fn size(dtype: DataType, shape: &Dims) -> usize {
    shape
        .volume()
        .and_then(|volume| dtype.bytes_for(volume))
        .unwrap_or(0)
}

/// Values from -1 to 1, zeros for integers, in device memory.
fn random(dtype: DataType, shape: &Dims, stream: &Stream) -> Result<DeviceBuffer> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    let count = shape.volume().unwrap_or(0);
    let bytes: Vec<u8> = match dtype {
        DataType::Float => (0..count).flat_map(|_| next().to_le_bytes()).collect(),
        DataType::Half => (0..count)
            .flat_map(|_| f16::from_f32(next()).to_le_bytes())
            .collect(),
        DataType::BFloat16 => (0..count)
            .flat_map(|_| bf16::from_f32(next()).to_le_bytes())
            .collect(),
        _ => vec![0; size(dtype, shape)],
    };
    Ok(DeviceBuffer::from_slice(stream, &bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles() {
        let latency = Latency::of((0..=100).rev().map(f64::from).collect());
        assert_eq!(
            (latency.mean, latency.p50, latency.p90, latency.p99),
            (50.0, 50.0, 90.0, 99.0)
        );
        let one = Latency::of(vec![7.0]);
        assert_eq!((one.p50, one.p99), (7.0, 7.0));
    }
}
