//! What a call costs beside the work of the GPU, with and without CUDA graph, and what several streams gain.
//!
//! ```sh
//! cargo bench -p torchvision-trt --bench runtime
//! ENGINE=resnet18.engine cargo bench -p torchvision-trt --bench runtime -- streams
//! ```
//!
//! Calls are those of a network of a single small layer, whose kernel takes next to no time; streams run the engine in `ENGINE`, too.
//! `gpu/…` is time between CUDA events. Without a GPU only the check of a call's arguments is measured.

use std::cell::RefCell;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{BenchmarkId, Criterion, Throughput};
use torchvision_trt::bench::input_shapes;
use torchvision_trt::module::{
    BufferMut, BufferRef, Call, DeviceTensor, Session, SessionOptions, Signature, TensorSpec,
    TensorView, TrtModule,
};
use trt::cuda::{Device, DeviceBuffer, Event, Stream};
use trt::{ActivationType, Builder, DataType, Dims, Library, NetworkOptions, Runtime};

const SIZE: usize = 1024;
const SHAPE: [i64; 2] = [1, SIZE as i64];
const STREAMS: [usize; 4] = [1, 2, 4, 8];

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(30)
        .configure_from_args();
    check(&mut criterion);
    match Device::new(0) {
        Ok(device) => on_gpu(&mut criterion, &device),
        Err(error) => println!(
            "left out, for they run engines: calls with and without CUDA graph, time between events, streams ({error})"
        ),
    }
    criterion.final_summary();
}

/// The check of names, types and shapes that comes before each call; needs no GPU.
fn check(criterion: &mut Criterion) {
    let tensor = |name: &str| TensorSpec {
        name: name.into(),
        path: name.into(),
        dtype: DataType::Float,
        shape: Dims::new(&SHAPE).expect("two dimensions"),
        profiles: Vec::new(),
    };
    let signature = Signature {
        device: 0,
        inputs: vec![tensor("x")],
        outputs: vec![tensor("y")],
    };
    let values = vec![0.0_f32; SIZE];
    let mut call = Call::default();
    criterion.bench_function("check of arguments", |bencher| {
        bencher.iter(|| {
            let x = TensorView::new(&values, &SHAPE).expect("as many values as the shape has");
            signature
                .check(&[("x", x)], &mut call)
                .expect("good arguments");
        });
    });
}

fn on_gpu(criterion: &mut Criterion, device: &Device) {
    let module = small_module();
    let host = vec![1.0_f32; SIZE];
    for (name, cuda_graphs) in [("graph", true), ("no graph", false)] {
        let mut runner = Runner::new(&module, device, cuda_graphs);
        criterion.bench_function(&format!("call and wait, {name}"), |bencher| {
            bencher.iter(|| runner.run());
        });
        criterion.bench_function(&format!("call on host memory, {name}"), |bencher| {
            bencher.iter(|| {
                let x = TensorView::new(&host, &SHAPE).expect("as many values as the shape has");
                runner.session.run(&[("x", x)]).map(drop).expect("a run");
            });
        });
        criterion.bench_function(&format!("enqueue, {name}"), |bencher| {
            bencher.iter_custom(|calls| {
                let start = Instant::now();
                (0..calls).for_each(|_| runner.enqueue());
                let time = start.elapsed();
                runner
                    .session
                    .stream()
                    .synchronize()
                    .expect("a stream that works");
                time
            });
        });
        // SAFETY: the session that owns the stream lives longer than what measures on it.
        let stream = unsafe { Stream::from_raw(device, runner.session.stream().as_raw()) };
        let mut gpu = Criterion::default()
            .with_measurement(Events::new(stream))
            .warm_up_time(Duration::from_millis(500))
            .measurement_time(Duration::from_secs(2))
            .sample_size(30)
            .configure_from_args();
        gpu.bench_function(&format!("gpu/call, {name}"), |bencher| {
            bencher.iter(|| runner.enqueue());
        });
    }
    streams(criterion, device, "one small layer", &module);
    if let Some(path) = std::env::var_os("ENGINE").map(PathBuf::from) {
        let module = TrtModule::open(&path).expect("an engine for this GPU");
        streams(criterion, device, &path.display().to_string(), &module);
    }
}

/// Frames per second of several contexts of one engine, each on a stream of its own, fed by one thread.
fn streams(criterion: &mut Criterion, device: &Device, name: &str, module: &TrtModule) {
    let mut group = criterion.benchmark_group(format!("streams/{name}"));
    let frames = input_shapes(module)
        .first()
        .and_then(|(_, shape)| shape.first().copied());
    group.throughput(Throughput::Elements(frames.unwrap_or(1).unsigned_abs()));
    for count in STREAMS {
        let mut runners: Vec<_> = (0..count)
            .map(|_| Runner::new(module, device, true))
            .collect();
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
            bencher.iter_custom(|calls| {
                let start = Instant::now();
                for call in 0..calls as usize {
                    runners[call % count].enqueue();
                }
                device.synchronize().expect("a device that works");
                start.elapsed()
            });
        });
    }
    group.finish();
}

/// A session with buffers.
struct Runner {
    // Before the buffers: it waits for its work when it drops.
    session: Session,
    inputs: Vec<Placed>,
    outputs: Vec<Placed>,
}

/// A tensor in device memory.
struct Placed {
    name: String,
    dtype: DataType,
    shape: Dims,
    buffer: DeviceBuffer,
}

impl Placed {
    fn zeros(spec: &TensorSpec, shape: Dims, stream: &Stream) -> Self {
        let bytes = shape
            .volume()
            .and_then(|volume| spec.dtype.bytes_for(volume));
        let mut buffer =
            DeviceBuffer::new(stream.device(), bytes.unwrap_or(0)).expect("device memory");
        buffer.fill(0, stream).expect("zeros");
        Self {
            name: spec.path.clone(),
            dtype: spec.dtype,
            shape,
            buffer,
        }
    }

    fn tensor(&self) -> (&str, DeviceTensor) {
        let tensor = DeviceTensor::new(&self.buffer, self.dtype, &self.shape);
        (&self.name, tensor.expect("a buffer that is long enough"))
    }
}

impl Runner {
    fn new(module: &TrtModule, device: &Device, cuda_graphs: bool) -> Self {
        let mut options = SessionOptions::default();
        options.cuda_graphs = cuda_graphs;
        let stream = Stream::new(device).expect("a stream");
        let mut session = module.session_on(stream, options).expect("a session");
        let shapes = input_shapes(module);
        let slices: Vec<_> = shapes
            .iter()
            .map(|(name, shape)| (*name, &shape[..]))
            .collect();
        let output_shapes = session
            .output_shapes(&slices)
            .expect("shapes of the outputs");
        let stream = session.stream();
        let inputs = module.inputs().iter().zip(&shapes);
        let inputs = inputs.map(|(spec, (_, shape))| Placed::zeros(spec, *shape, stream));
        let outputs = module.outputs().iter().zip(&output_shapes);
        let outputs = outputs.map(|(spec, shape)| Placed::zeros(spec, *shape, stream));
        let (inputs, outputs) = (inputs.collect(), outputs.collect());
        let mut runner = Self {
            session,
            inputs,
            outputs,
        };
        // The second call records the graph.
        (0..3).for_each(|_| runner.run());
        runner
    }

    fn run(&mut self) {
        let inputs: Vec<_> = self
            .inputs
            .iter()
            .map(|placed| {
                let buffer = BufferRef::new(&placed.buffer, placed.dtype, &placed.shape);
                (
                    placed.name.as_str(),
                    buffer.expect("a buffer that is long enough"),
                )
            })
            .collect();
        let mut outputs: Vec<_> = self
            .outputs
            .iter_mut()
            .map(|placed| {
                let buffer = BufferMut::new(&mut placed.buffer, placed.dtype, &placed.shape);
                (
                    placed.name.as_str(),
                    buffer.expect("a buffer that is long enough"),
                )
            })
            .collect();
        let ran = self.session.run_buffers(&inputs, &mut outputs);
        ran.expect("a run");
    }

    fn enqueue(&mut self) {
        let inputs: Vec<_> = self.inputs.iter().map(Placed::tensor).collect();
        let outputs: Vec<_> = self.outputs.iter().map(Placed::tensor).collect();
        // SAFETY: the buffers are of the engine's device and live as long as the session, which waits for its work when it
        // drops; only calls of this session, one after the other on its stream, use them.
        unsafe { self.session.enqueue(&inputs, &outputs) }.expect("a run");
    }
}

/// Relu of a row of numbers.
fn small_module() -> TrtModule {
    let library = Library::load().expect("a machine with a GPU needs TensorRT for this bench");
    let builder = Builder::new(&library).expect("a builder");
    let network = builder
        .network(NetworkOptions::strongly_typed())
        .expect("a network");
    let x = network
        .add_input("x", DataType::Float, &SHAPE)
        .expect("an input");
    let relu = network
        .add_activation(x, ActivationType::Relu)
        .expect("a layer");
    relu.output(0).set_name("y").expect("a name");
    network.mark_output(relu.output(0)).expect("an output");
    let config = builder.config().expect("a config");
    let plan = builder.build(&network, &config).expect("an engine");
    let runtime = Runtime::new(&library).expect("a runtime");
    TrtModule::from_plan(&runtime, &plan, None).expect("a module")
}

/// Time between two CUDA events.
struct Events {
    stream: Stream,
    unused: RefCell<Vec<Event>>,
}

impl Events {
    fn new(stream: Stream) -> Self {
        Self {
            stream,
            unused: RefCell::default(),
        }
    }

    fn record(&self) -> Event {
        let event = self.unused.borrow_mut().pop();
        let event = event.unwrap_or_else(|| Event::new(self.stream.device()).expect("an event"));
        event.record(&self.stream).expect("a stream that works");
        event
    }
}

impl Measurement for Events {
    type Intermediate = Event;
    type Value = Duration;

    fn start(&self) -> Event {
        self.record()
    }

    fn end(&self, start: Event) -> Duration {
        let end = self.record();
        end.synchronize().expect("work that succeeds");
        let time = end.elapsed_since(&start).expect("two events that happened");
        self.unused.borrow_mut().extend([start, end]);
        time
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        WallTime.to_f64(value)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}
