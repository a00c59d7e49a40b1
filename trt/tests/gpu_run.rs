//! Builds small networks for the GPU at hand and runs them. Without a GPU every test says so and passes.

mod common;

use std::sync::Arc;

use common::gpu::Gpu;
use trt::cuda::{self, DeviceBuffer, Event, PinnedBuffer, Stream};
use trt::{
    ActivationType, Builder, BuilderFlag, Context, DataType, Dims, ElementWiseOperation,
    EngineRefusal, Error, LayerInformationFormat, NetworkOptions, Plan, Product, Refitter, Runtime,
    Weights, WeightsRole,
};

/// y0 = relu(x) + x for x of this shape.
fn relu_plus(gpu: &Gpu, shape: &[i64], profile: Option<[&[i64]; 3]>) -> Plan {
    gpu.build(&[], profile, |network| {
        let x = network.add_input("x", DataType::Float, shape).unwrap();
        let relu = network.add_activation(x, ActivationType::Relu).unwrap();
        let sum = network
            .add_elementwise(relu.output(0), x, ElementWiseOperation::Sum)
            .unwrap();
        vec![sum.output(0)]
    })
}

fn expected(x: &[f32]) -> Vec<f32> {
    x.iter().map(|x| x.max(0.0) + x).collect()
}

/// Binds both tensors. The buffers live until the end of the test, after the last wait.
fn bind(context: &mut Context, x: &DeviceBuffer, y: &DeviceBuffer) {
    // SAFETY: the buffers have the sizes of the shapes that the tests set, and outlive all runs.
    unsafe {
        context.set_address("x", x.as_ptr()).unwrap();
        context.set_address("y0", y.as_ptr()).unwrap();
    }
}

#[test]
fn runs_on_a_stream() {
    let Some(gpu) = Gpu::get() else { return };
    let engine = gpu.load(&relu_plus(&gpu, &[2, 3], None));
    assert_eq!(engine.inputs().count(), 1);
    assert_eq!(engine.tensor("y0").unwrap().dims, [2, 3]);
    assert!(engine.num_layers().unwrap() > 0);

    let values = [-1.0, 2.0, -3.0, 4.0, -5.0, 6.0];
    let (x, y) = (gpu.upload(&values), gpu.room(6));
    let mut context = engine.context().unwrap();
    bind(&mut context, &x, &y);
    let (start, end) = (
        Event::new(&gpu.device).unwrap(),
        Event::new(&gpu.device).unwrap(),
    );
    start.record(&gpu.stream).unwrap();
    context.enqueue(&gpu.stream).unwrap();
    end.record(&gpu.stream).unwrap();
    assert_eq!(y.to_vec::<f32>(&gpu.stream).unwrap(), expected(&values));
    assert!(end.is_done().unwrap() && gpu.stream.is_idle().unwrap());
    assert!(end.elapsed_since(&start).unwrap().as_secs() < 10);
}

#[test]
fn what_is_missing_is_an_error_before_the_run() {
    let Some(gpu) = Gpu::get() else { return };
    let engine = gpu.load(&relu_plus(&gpu, &[2, 3], None));
    let mut context = engine.context().unwrap();
    let message = context.enqueue(&gpu.stream).unwrap_err().to_string();
    assert!(message.contains("has no address"), "{message}");
    assert!(
        context
            .tensor_shape("z")
            .unwrap_err()
            .to_string()
            .contains("the engine has x, y0")
    );
    assert!(
        context
            .set_input_shape("y0", &[2, 3])
            .unwrap_err()
            .to_string()
            .contains("expected an input")
    );
    assert!(context.set_profile(7, &gpu.stream).is_err());
    assert!(context.allocated_shape("y0").is_err());
}

#[test]
fn a_captured_graph_replays_with_new_data() {
    let Some(gpu) = Gpu::get() else { return };
    let engine = gpu.load(&relu_plus(&gpu, &[4], None));
    let (mut x, y) = (gpu.upload(&[0.0; 4]), gpu.room(4));
    let mut context = engine.context().unwrap();
    bind(&mut context, &x, &y);
    context.enqueue(&gpu.stream).unwrap();
    gpu.stream.synchronize().unwrap();
    let mut graph = context.capture(&gpu.stream).unwrap();
    assert!(graph.num_nodes() > 0);
    for values in [[1.0, -2.0, 3.0, -4.0], [5.0, 6.0, -7.0, 8.0]] {
        x.copy_from_host(&values, &gpu.stream).unwrap();
        // SAFETY: the context and the buffers live, and nothing else uses them.
        unsafe { graph.launch(&gpu.stream).unwrap() };
        assert_eq!(y.to_vec::<f32>(&gpu.stream).unwrap(), expected(&values));
    }
}

#[test]
fn a_failed_capture_leaves_the_stream_usable() {
    let Some(gpu) = Gpu::get() else { return };
    let failed = cuda::Graph::capture(&gpu.stream, || Err(cuda::Error::NoDevice));
    assert_eq!(failed.unwrap_err(), cuda::Error::NoDevice);
    // Waiting is not allowed during capture; the error is reported and capture ends.
    let failed = cuda::Graph::capture(&gpu.stream, || gpu.stream.synchronize());
    assert!(matches!(failed, Err(cuda::Error::Call { .. })));
    assert_eq!(
        gpu.upload(&[1.0]).to_vec::<f32>(&gpu.stream).unwrap(),
        [1.0]
    );
}

#[test]
fn data_dependent_outputs_are_allocated_during_the_run() {
    let Some(gpu) = Gpu::get() else { return };
    if gpu.library.product() == Product::TensorRt && gpu.library.version().major < 10 {
        println!("skipped: {} has no NonZero layer", gpu.library);
        return;
    }
    let plan = gpu.build(&[], None, |network| {
        let x = network.add_input("x", DataType::Float, &[6]).unwrap();
        vec![network.add_nonzero(x, DataType::Int32).unwrap().output(0)]
    });
    let mut context = gpu.load(&plan).context().unwrap();
    let mut x = gpu.upload(&[0.0; 6]);
    // SAFETY: the buffer has the size of the input and outlives all runs.
    unsafe { context.set_address("x", x.as_ptr()).unwrap() };
    context.allocate_output("y0").unwrap();
    assert!(context.tensor_shape("y0").unwrap().is_dynamic());
    assert_eq!(context.allocated_shape("y0").unwrap(), None);
    for (values, indices) in [
        ([0.0_f32, 3.0, 0.0, 0.0, 1.0, 0.0], vec![1, 4]),
        ([1.0; 6], vec![0, 1, 2, 3, 4, 5]),
        ([0.0; 6], vec![]),
    ] {
        x.copy_from_host(&values, &gpu.stream).unwrap();
        context.enqueue(&gpu.stream).unwrap();
        let shape = context.allocated_shape("y0").unwrap();
        assert_eq!(shape, Some(Dims::from([1, indices.len() as i64])));
        let mut bytes = vec![0; indices.len() * 4];
        context
            .read_allocated("y0", &mut bytes, &gpu.stream)
            .unwrap();
        let found: Vec<i32> = bytes
            .chunks_exact(4)
            .map(|b| i32::from_ne_bytes(b.try_into().unwrap()))
            .collect();
        assert_eq!(found, indices);
    }
}

#[test]
fn contexts_of_one_engine_run_in_several_threads() {
    let Some(gpu) = Gpu::get() else { return };
    let engine = gpu.load(&relu_plus(&gpu, &[64], None));
    std::thread::scope(|scope| {
        for thread in 0..4_u8 {
            let (engine, device) = (engine.clone(), gpu.device.clone());
            let mut context = engine.context().unwrap();
            scope.spawn(move || {
                let stream = Stream::new(&device).unwrap();
                let mut x = DeviceBuffer::new(&device, 256).unwrap();
                let y = DeviceBuffer::new(&device, 256).unwrap();
                bind(&mut context, &x, &y);
                for round in 0..50_u8 {
                    let values = [f32::from(thread) * 100.0 + f32::from(round); 64];
                    x.copy_from_host(&values, &stream).unwrap();
                    context.enqueue(&stream).unwrap();
                    assert_eq!(y.to_vec::<f32>(&stream).unwrap(), expected(&values));
                }
            });
        }
    });
}

#[test]
fn shapes_follow_the_profile() {
    let Some(gpu) = Gpu::get() else { return };
    let engine = gpu.load(&relu_plus(
        &gpu,
        &[-1, 2],
        Some([&[1, 2], &[4, 2], &[8, 2]]),
    ));
    let range = engine.tensor("x").unwrap().profiles[0];
    assert_eq!(
        (range.min, range.opt, range.max),
        ([1, 2].into(), [4, 2].into(), [8, 2].into())
    );

    let mut context = engine.context().unwrap();
    let (x, y) = (gpu.upload(&[-1.5; 16]), gpu.room(16));
    bind(&mut context, &x, &y);
    let missing = context.infer_shapes().unwrap_err().to_string();
    assert!(missing.contains("not set for x"), "{missing}");
    assert!(context.set_input_shape("x", &[9, 2]).is_err());
    for batch in [1, 8, 3] {
        context.set_input_shape("x", &[batch, 2]).unwrap();
        context.infer_shapes().unwrap();
        assert_eq!(context.tensor_shape("y0").unwrap(), [batch, 2]);
        context.enqueue(&gpu.stream).unwrap();
        let found = y.to_vec::<f32>(&gpu.stream).unwrap();
        assert_eq!(found[..batch as usize * 2], vec![-1.5; batch as usize * 2]);
    }
}

#[test]
fn contexts_can_share_scratch_memory() {
    let Some(gpu) = Gpu::get() else { return };
    let engine = gpu.load(&relu_plus(&gpu, &[4], None));
    let size = engine.device_memory_size().unwrap();
    let memory = Arc::new(DeviceBuffer::new(&gpu.device, size).unwrap());
    let (x, y) = (gpu.upload(&[-1.0, 1.0, -2.0, 2.0]), gpu.room(4));
    let mut contexts: Vec<_> = (0..2)
        .map(|_| engine.context_without_memory().unwrap())
        .collect();
    for context in &mut contexts {
        // SAFETY: the runs follow one another on one stream.
        unsafe { context.set_device_memory(&memory).unwrap() };
        bind(context, &x, &y);
    }
    for context in &mut contexts {
        context.enqueue(&gpu.stream).unwrap();
        assert_eq!(
            y.to_vec::<f32>(&gpu.stream).unwrap(),
            [-1.0, 2.0, -2.0, 4.0]
        );
    }
}

#[test]
fn new_weights_change_the_result() {
    let Some(gpu) = Gpu::get() else { return };
    let kernel = 2.0_f32.to_ne_bytes();
    let builder = Builder::new(&gpu.library).unwrap();
    let options = if gpu.library.has_strongly_typed_networks() {
        NetworkOptions::strongly_typed()
    } else {
        NetworkOptions::weakly_typed()
    };
    let network = builder.network(options).unwrap();
    let x = network
        .add_input("x", DataType::Float, &[1, 1, 2, 2])
        .unwrap();
    let conv = network
        .add_convolution(x, 1, &[1, 1], Weights::new(DataType::Float, &kernel), None)
        .unwrap();
    conv.set_name("conv").unwrap();
    conv.output(0).set_name("y0").unwrap();
    network.mark_output(conv.output(0)).unwrap();
    let config = builder.config().unwrap();
    config.set_flag(BuilderFlag::Refit, true).unwrap();
    let mut engine = gpu.load(&builder.build(&network, &config).unwrap());
    assert!(engine.is_refittable().unwrap());

    let (x, y) = (gpu.upload(&[1.0, 2.0, 3.0, 4.0]), gpu.room(4));
    let mut context = engine.context().unwrap();
    bind(&mut context, &x, &y);
    context.enqueue(&gpu.stream).unwrap();
    assert_eq!(y.to_vec::<f32>(&gpu.stream).unwrap(), [2.0, 4.0, 6.0, 8.0]);

    let kernel = 3.0_f32.to_ne_bytes();
    assert!(
        matches!(Refitter::new(&mut engine), Err(Error::Invalid { .. })),
        "a context could be running"
    );
    drop(context);
    let mut refitter = Refitter::new(&mut engine).unwrap();
    refitter
        .set_weights(
            "conv",
            WeightsRole::Kernel,
            Weights::new(DataType::Float, &kernel),
        )
        .unwrap();
    assert_eq!(refitter.missing().unwrap(), []);
    refitter.refit().unwrap();
    drop(refitter);
    let mut context = engine.context().unwrap();
    bind(&mut context, &x, &y);
    context.enqueue(&gpu.stream).unwrap();
    assert_eq!(y.to_vec::<f32>(&gpu.stream).unwrap(), [3.0, 6.0, 9.0, 12.0]);
}

#[test]
fn too_much_memory_is_a_typed_error_and_no_end() {
    let Some(gpu) = Gpu::get() else { return };
    let total = gpu.device.memory_info().unwrap().total;
    match DeviceBuffer::new(&gpu.device, total * 2) {
        Err(cuda::Error::OutOfMemory {
            asked,
            free,
            total: of,
        }) => {
            assert_eq!((asked, of), (total * 2, total));
            assert!(free > 0 && free <= total);
        }
        other => panic!("expected OutOfMemory, found {other:?}"),
    }
    assert_eq!(
        gpu.upload(&[1.0, 2.0]).to_vec::<f32>(&gpu.stream).unwrap(),
        [1.0, 2.0]
    );
}

#[test]
fn parents_may_be_dropped_first() {
    let Some(Gpu {
        library,
        device,
        stream,
    }) = Gpu::get()
    else {
        return;
    };
    let gpu = Gpu {
        library,
        device,
        stream,
    };
    let plan = relu_plus(&gpu, &[2], None);
    let (x, y) = (gpu.upload(&[-3.0, 3.0]), gpu.room(2));
    let runtime = Runtime::on(&gpu.library, &gpu.device).unwrap();
    let engine = runtime.load_engine(&plan).unwrap();
    drop((runtime, plan));
    let mut context = engine.context().unwrap();
    drop(engine);
    bind(&mut context, &x, &y);
    let Gpu {
        library,
        device,
        stream,
    } = gpu;
    drop((library, device));
    context.enqueue(&stream).unwrap();
    let unfinished = context.enqueue(&stream);
    assert_eq!(y.to_vec::<f32>(&stream).unwrap(), [-3.0, 6.0]);
    unfinished.unwrap();
    // Work may be under way when the context drops: it waits.
    context.enqueue(&stream).unwrap();
    drop(context);
    drop(stream);
}

#[test]
fn an_engine_survives_serialization_and_damage_is_told() {
    let Some(gpu) = Gpu::get() else { return };
    let plan = relu_plus(&gpu, &[2], None);
    let again = gpu.load(&plan).serialize().unwrap();
    let mut context = gpu.load(&again).context().unwrap();
    let (x, y) = (gpu.upload(&[-3.0, 3.0]), gpu.room(2));
    bind(&mut context, &x, &y);
    context.enqueue(&gpu.stream).unwrap();
    assert_eq!(y.to_vec::<f32>(&gpu.stream).unwrap(), [-3.0, 6.0]);

    let runtime = Runtime::on(&gpu.library, &gpu.device).unwrap();
    for len in [0, 3, 64, plan.len() / 2, plan.len() - 1] {
        match runtime.load_engine(&plan[..len]) {
            Err(Error::Engine { reason, log }) => {
                println!("{len} of {} bytes: {reason:?}; {log}", plan.len());
                assert!(len > 24 || reason == EngineRefusal::Damaged);
            }
            other => panic!("{len} bytes: expected a refusal, found {other:?}"),
        }
    }
    let mut other_magic = plan.to_vec();
    other_magic[..4].copy_from_slice(b"PK\x03\x04");
    assert!(matches!(
        runtime.load_engine(&other_magic),
        Err(Error::Engine { .. })
    ));
}

#[test]
fn layers_can_be_timed_and_inspected() {
    let Some(gpu) = Gpu::get() else { return };
    let engine = gpu.load(&relu_plus(&gpu, &[4], None));
    let (x, y) = (gpu.upload(&[1.0; 4]), gpu.room(4));
    let mut context = engine.context().unwrap();
    bind(&mut context, &x, &y);
    context.set_profiling(true).unwrap();
    context.enqueue(&gpu.stream).unwrap();
    gpu.stream.synchronize().unwrap();
    assert!(!context.take_layer_times().is_empty());
    assert!(context.take_layer_times().is_empty());
    for on in [false, true, false] {
        context.set_profiling(on).unwrap();
        context.enqueue(&gpu.stream).unwrap();
        gpu.stream.synchronize().unwrap();
        assert_eq!(context.take_layer_times().is_empty(), !on);
    }

    let json = engine
        .inspector()
        .unwrap()
        .engine_information(LayerInformationFormat::Json)
        .unwrap();
    assert!(json.trim_start().starts_with('{'), "{json}");
    let inspector = context.inspector().unwrap();
    assert!(
        !inspector
            .layer_information(0, LayerInformationFormat::OneLine)
            .unwrap()
            .is_empty()
    );
    assert!(
        inspector
            .layer_information(10_000, LayerInformationFormat::Json)
            .is_err()
    );
}

#[test]
fn copies_check_sizes() {
    let Some(gpu) = Gpu::get() else { return };
    let mut a = gpu.upload(&[1.0, 2.0, 3.0]);
    let b = gpu.upload(&[4.0, 5.0, 6.0]);
    assert!(matches!(
        a.copy_from_host(&[0.0_f32; 2], &gpu.stream),
        Err(cuda::Error::Size { .. })
    ));
    assert!(matches!(
        a.to_vec::<u64>(&gpu.stream),
        Err(cuda::Error::Size { .. })
    ));
    a.copy_from_device(&b, &gpu.stream).unwrap();
    assert_eq!(a.to_vec::<f32>(&gpu.stream).unwrap(), [4.0, 5.0, 6.0]);
    a.fill(0, &gpu.stream).unwrap();
    assert_eq!(a.to_vec::<u8>(&gpu.stream).unwrap(), [0; 12]);
    let mut start = [1; 4];
    b.read_at(4, &mut start, &gpu.stream).unwrap();
    assert_eq!(f32::from_ne_bytes(start), 5.0);
    assert!(b.read_at(0, &mut [0; 13], &gpu.stream).is_err());
    gpu.device.check_address("b", b.address()).unwrap();
    assert!(
        gpu.device
            .check_address("host", (&raw const start) as u64)
            .is_err()
    );

    let mut pinned = PinnedBuffer::new(&gpu.device, 8).unwrap();
    assert_eq!(pinned.bytes(), [0; 8]);
    pinned.as_slice_mut::<f32>().unwrap()[1] = 2.5;
    assert_eq!(pinned.as_slice::<f32>().unwrap(), [0.0, 2.5]);
    assert!(pinned.as_slice::<[u8; 3]>().is_err());
}
