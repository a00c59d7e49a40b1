//! The plugin alone and in an engine, on whatever this machine has.

use std::path::Path;

use custom_plugin::{ALL, HAS_KERNEL};
use torchvision_trt::ConvertOptions;
use torchvision_trt::convert;
use torchvision_trt::graph::Graph;
use torchvision_trt::passes::{self, PassOptions};
use torchvision_trt::pt2::Program;
use trt::cuda::{Device, DeviceBuffer, RawStream, Stream};
use trt::plugin::{AnyPlugin, Call, Fields, SymbolicShape, TensorInfo, TensorMemory};
use trt::{Builder, DataType, Library, NetworkOptions, Product, Runtime};

fn plugin() -> AnyPlugin {
    ALL[0].create(&Fields::new()).unwrap()
}

/// The program of the custom converter's package: the operator alone, on a dynamic batch.
fn program() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../custom-converter/tests/distances.pt2")
}

#[test]
fn shapes_follow_and_bad_ones_are_refused() {
    let shape = |x: &[i64], centres: &[i64]| {
        let inputs = [
            SymbolicShape::of_input(0, x),
            SymbolicShape::of_input(1, centres),
        ];
        plugin()
            .output_shapes(&inputs, &[])
            .map(|shapes| shapes[0].dims().unwrap())
    };
    assert_eq!(shape(&[-1, 48], &[5, 48]).unwrap(), [-1, 5]);
    assert_eq!(shape(&[3, 48], &[-1, 48]).unwrap(), [3, -1]);
    assert_eq!(shape(&[0, 1], &[7, -1]).unwrap(), [0, 7]);
    let error = shape(&[3, 48], &[5, 47]).unwrap_err().to_string();
    assert_eq!(error, "centres: has 47 features, x has 48");
    assert!(shape(&[3], &[5, 47]).is_err());
}

#[test]
fn the_converter_takes_the_operator() {
    let program = Program::open(program()).unwrap();
    let mut graph = Graph::from_program(&program).unwrap();
    passes::run(&mut graph, &PassOptions::default()).unwrap();
    convert::check(&graph, true).unwrap();
}

#[test]
fn tensorrt_rtx_is_refused_with_the_place() {
    let Ok(library) = Library::load() else {
        println!("skipped: no TensorRT");
        return;
    };
    if library.product() != Product::TensorRtRtx {
        println!("skipped: {library} has plugins");
        return;
    }
    let error = ConvertOptions::new()
        .with_network(&library, program(), |_| {
            Ok::<_, torchvision_trt::pipeline::Error>(())
        })
        .unwrap_err();
    let text = format!("{error}");
    assert!(
        text.contains("not available in TensorRT-RTX") && text.contains("tidepool.py"),
        "{text}"
    );
}

/// A GPU and the kernel for it, or `None` after saying what is missing.
fn gpu() -> Option<(Device, Stream)> {
    let device = Device::new(0)
        .map_err(|error| println!("skipped: {error}"))
        .ok()?;
    if !HAS_KERNEL {
        println!("skipped: compiled without nvcc");
        return None;
    }
    let stream = Stream::new(&device).unwrap();
    Some((device, stream))
}

const ROWS: usize = 67;
const COUNT: usize = 5;
const FEATURES: usize = 33;

fn values(count: usize, seed: usize) -> Vec<f32> {
    (0..count)
        .map(|i| ((i * 37 + seed) % 101) as f32 / 50.0 - 1.0)
        .collect()
}

fn expected(x: &[f32], centres: &[f32]) -> Vec<f32> {
    let distance = |x: &[f32], centre: &[f32]| -> f64 {
        let differences = x.iter().zip(centre).map(|(x, c)| f64::from(x - c));
        differences.map(|difference| difference * difference).sum()
    };
    let row = |x: &'_ [f32]| -> Vec<f32> {
        let centres = centres.chunks(FEATURES);
        centres.map(|centre| distance(x, centre) as f32).collect()
    };
    x.chunks(FEATURES).flat_map(row).collect()
}

fn assert_close(found: &[f32], expected: &[f32]) {
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() <= 1e-5 * expected.abs(),
            "{found} {expected}"
        );
    }
}

#[test]
fn the_kernel_computes_distances() {
    let Some((device, stream)) = gpu() else {
        return;
    };
    let (x, centres) = (values(ROWS * FEATURES, 0), values(COUNT * FEATURES, 50));
    let buffers = [&x, &centres].map(|values| DeviceBuffer::from_slice(&stream, values).unwrap());
    let out = DeviceBuffer::new(&device, ROWS * COUNT * 4).unwrap();
    let tensor = |buffer: &DeviceBuffer, dims: [usize; 2]| {
        let info = TensorInfo::linear(DataType::Float, dims.map(|size| size as i64).into());
        TensorMemory::new(info, buffer.address())
    };
    let inputs = [
        tensor(&buffers[0], [ROWS, FEATURES]),
        tensor(&buffers[1], [COUNT, FEATURES]),
    ];
    let outputs = [tensor(&out, [ROWS, COUNT])];
    // SAFETY: the buffers have these shapes and live until the values are read.
    let call = unsafe { Call::new(&inputs, &outputs, 0, RawStream(stream.as_raw())) };
    plugin().enqueue(&call).unwrap();
    assert_close(
        &out.to_vec::<f32>(&stream).unwrap(),
        &expected(&x, &centres),
    );
}

#[test]
fn an_engine_with_the_plugin_computes_distances() {
    let Some((device, stream)) = gpu() else {
        return;
    };
    let library = Library::load().unwrap();
    if library.plugins().is_err() {
        println!("skipped: {library} has no plugins");
        return;
    }
    let plan = {
        let builder = Builder::new(&library).unwrap();
        let options = match library.has_strongly_typed_networks() {
            true => NetworkOptions::strongly_typed(),
            false => NetworkOptions::weakly_typed(),
        };
        let network = builder.network(options).unwrap();
        let add = |name: &str, rows: usize| {
            let dims = [rows as i64, FEATURES as i64];
            network.add_input(name, DataType::Float, &dims).unwrap()
        };
        let inputs = [add("x", ROWS), add("centres", COUNT)];
        let layer = network.add_plugin(&inputs, &[], &plugin()).unwrap();
        layer.output(0).set_name("distances").unwrap();
        network.mark_output(layer.output(0)).unwrap();
        builder.build(&network, &builder.config().unwrap()).unwrap()
    };
    let engine = Runtime::on(&library, &device)
        .unwrap()
        .load_engine(&plan)
        .unwrap();
    let mut context = engine.context().unwrap();
    let (x, centres) = (values(ROWS * FEATURES, 7), values(COUNT * FEATURES, 3));
    let buffers = [&x, &centres].map(|values| DeviceBuffer::from_slice(&stream, values).unwrap());
    let out = DeviceBuffer::new(&device, ROWS * COUNT * 4).unwrap();
    // SAFETY: the buffers have the sizes of the tensors, and outlive the run.
    unsafe {
        context.set_address("x", buffers[0].as_ptr()).unwrap();
        context.set_address("centres", buffers[1].as_ptr()).unwrap();
        context.set_address("distances", out.as_ptr()).unwrap();
    }
    context.enqueue(&stream).unwrap();
    assert_close(
        &out.to_vec::<f32>(&stream).unwrap(),
        &expected(&x, &centres),
    );
}
