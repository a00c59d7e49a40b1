//! Builds small engines for the GPU at hand and runs them as modules. Without a GPU every test says so and passes.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::{Duration, Instant};

use torchvision_trt::module::{
    BufferMut, BufferRef, DeviceTensor, Error, LibraryMetadata, Metadata, Session, SessionOptions,
    TensorMetadata, TensorView, TrtModule,
};
use trt::cuda::{Device, DeviceBuffer, Stream};
use trt::{
    ActivationType, Builder, DataType, ElementWiseOperation, Library, Network, NetworkOptions,
    Plan, Product, Runtime, Tensor,
};

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

/// Counts the allocations of each thread.
struct Counting;

// SAFETY: everything is handed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Gpu {
    library: Library,
    device: Device,
    runtime: Runtime,
}

impl Gpu {
    fn get() -> Option<Self> {
        let device = match Device::new(0) {
            Ok(device) => device,
            Err(error) => {
                println!("skipped: no CUDA device ({error})");
                return None;
            }
        };
        let library = Library::load().expect("a machine with a GPU needs TensorRT for this test");
        let runtime = Runtime::on(&library, &device).unwrap();
        Some(Self {
            library,
            device,
            runtime,
        })
    }

    fn build(
        &self,
        profile: Option<[&[i64]; 3]>,
        fill: impl for<'n> FnOnce(&'n Network<'_>) -> Tensor<'n>,
    ) -> Plan {
        let builder = Builder::new(&self.library).unwrap();
        let options = if self.library.has_strongly_typed_networks() {
            NetworkOptions::strongly_typed()
        } else {
            NetworkOptions::weakly_typed()
        };
        let network = builder.network(options).unwrap();
        let output = fill(&network);
        output.set_name("y").unwrap();
        network.mark_output(output).unwrap();
        let config = builder.config().unwrap();
        if let Some([min, opt, max]) = profile {
            let ranges = builder.optimization_profile().unwrap();
            ranges.set_shape("x", min, opt, max).unwrap();
            config.add_profile(&ranges).unwrap();
        }
        builder.build(&network, &config).unwrap()
    }

    /// y = relu(x) + x, for a batch of 1 to 8 rows of 4.
    fn relu_plus(&self) -> Plan {
        self.build(Some([&[1, 4], &[4, 4], &[8, 4]]), |network| {
            let x = network.add_input("x", DataType::Float, &[-1, 4]).unwrap();
            let relu = network.add_activation(x, ActivationType::Relu).unwrap();
            network
                .add_elementwise(relu.output(0), x, ElementWiseOperation::Sum)
                .unwrap()
                .output(0)
        })
    }

    fn module(&self) -> TrtModule {
        TrtModule::from_plan(&self.runtime, &self.relu_plus(), None).unwrap()
    }
}

fn expected(x: &[f32]) -> Vec<f32> {
    x.iter().map(|x| x.max(0.0) + x).collect()
}

fn run(session: &mut Session, values: &[f32]) -> Vec<f32> {
    let shape = [values.len() as i64 / 4, 4];
    let outputs = session
        .run(&[("x", TensorView::new(values, &shape).unwrap())])
        .unwrap();
    let y = outputs.get("y").unwrap();
    assert_eq!(y.shape(), shape);
    assert_eq!(outputs.iter().count(), 1);
    y.to_slice().unwrap().to_vec()
}

#[test]
fn host_runs_turn_into_graphs_and_follow_the_data() {
    let Some(gpu) = Gpu::get() else { return };
    let mut session = gpu.module().session().unwrap();
    for round in 0..4 {
        for batch in [1, 3] {
            let values: Vec<_> = (0..batch * 4)
                .map(|i| (i as f32 - 5.5) * (round + 1) as f32)
                .collect();
            assert_eq!(run(&mut session, &values), expected(&values));
            // The first run of a shape is a plain one. In the second, the smaller batch may have to start again, as
            // the larger one took new memory.
            if round != 1 {
                assert_eq!(
                    session.has_graph(),
                    round > 1,
                    "round {round}, batch {batch}"
                );
            }
        }
    }
    assert_eq!(session.num_shapes(), 2);
}

#[test]
fn graphs_can_be_off_and_shapes_few() {
    let Some(gpu) = Gpu::get() else { return };
    let mut options = SessionOptions::default();
    options.cuda_graphs = false;
    options.max_shapes = 2;
    let stream = Stream::new(&gpu.device).unwrap();
    let mut session = gpu.module().session_on(stream, options).unwrap();
    for batch in [1, 2, 3, 1, 2, 3, 8] {
        let values = vec![2.0; batch * 4];
        assert_eq!(run(&mut session, &values), expected(&values));
        assert!(!session.has_graph());
        assert!(session.num_shapes() <= 2);
    }
}

#[test]
fn wrong_arguments_are_told_and_do_no_harm() {
    let Some(gpu) = Gpu::get() else { return };
    let mut session = gpu.module().session().unwrap();
    let values = [1.0_f32; 36];
    let mut fails = |name: &str, shape: &[i64]| {
        let len = shape.iter().product::<i64>() as usize;
        session
            .run(&[(name, TensorView::new(&values[..len], shape).unwrap())])
            .unwrap_err()
    };
    assert!(matches!(fails("z", &[1, 4]), Error::UnknownName { .. }));
    assert!(matches!(fails("x", &[4]), Error::Shape { .. }));
    let message = fails("x", &[9, 4]).to_string();
    assert!(
        message.contains("outside of the optimization profile 1x4 to 8x4"),
        "{message}"
    );
    assert_eq!(run(&mut session, &values[..4]), expected(&values[..4]));
}

#[test]
fn device_buffers_are_used_in_place() {
    let Some(gpu) = Gpu::get() else { return };
    let mut session = gpu.module().session().unwrap();
    let stream = Stream::new(&gpu.device).unwrap();
    let shape = [2_i64, 4];
    let shapes = session.output_shapes(&[("x", &shape[..])]).unwrap();
    assert_eq!(shapes[0], shape);
    let mut x = DeviceBuffer::new(&gpu.device, 32).unwrap();
    let mut y = DeviceBuffer::new(&gpu.device, 64).unwrap();
    for round in 0..4_u8 {
        let values = [f32::from(round) - 1.5; 8];
        x.copy_from_host(&values, &stream).unwrap();
        let inputs = [("x", BufferRef::new(&x, DataType::Float, &shape).unwrap())];
        let mut outputs = [(
            "y",
            BufferMut::new(&mut y, DataType::Float, &shape).unwrap(),
        )];
        session.run_buffers(&inputs, &mut outputs).unwrap();
        assert_eq!(y.to_vec::<f32>(&stream).unwrap()[..8], expected(&values));
        assert_eq!(session.has_graph(), round > 0);
    }
    let mut small = DeviceBuffer::new(&gpu.device, 16).unwrap();
    let inputs = [("x", BufferRef::new(&x, DataType::Float, &shape).unwrap())];
    let mut outputs = [(
        "y",
        BufferMut::new(&mut small, DataType::Float, &shape).unwrap(),
    )];
    assert!(matches!(
        session.run_buffers(&inputs, &mut outputs),
        Err(Error::Length { .. })
    ));
    let mut outputs = [(
        "y",
        BufferMut::new(&mut small, DataType::Float, &[1, 4]).unwrap(),
    )];
    assert!(matches!(
        session.run_buffers(&inputs, &mut outputs),
        Err(Error::Shape { .. })
    ));
}

#[test]
fn sessions_run_side_by_side() {
    let Some(gpu) = Gpu::get() else { return };
    if gpu.library.product() == Product::TensorRt && gpu.library.version().major < 10 {
        println!(
            "skipped: {} allows one session at a time with dynamic shapes",
            gpu.library
        );
        return;
    }
    let module = gpu.module();
    std::thread::scope(|scope| {
        for thread in 0..4_u8 {
            let mut session = module.session().unwrap();
            scope.spawn(move || {
                for round in 0..50_u8 {
                    let values =
                        vec![f32::from(thread) - f32::from(round); 4 * usize::from(1 + round % 8)];
                    assert_eq!(run(&mut session, &values), expected(&values));
                }
            });
        }
    });
}

#[test]
fn a_saved_module_keeps_its_names() {
    let Some(gpu) = Gpu::get() else { return };
    let tensor = |name: &str, path: &str| TensorMetadata {
        name: name.into(),
        path: path.into(),
        dtype: DataType::Float,
        shape: vec![-1, 4],
        profiles: vec![],
    };
    let (major, minor) = gpu.device.compute_capability().unwrap();
    let metadata = Metadata {
        format: Metadata::FORMAT,
        created_by: "a test".into(),
        source: "relu_plus.pt2".into(),
        torch: None,
        library: LibraryMetadata {
            product: gpu.library.product().to_string(),
            version: gpu.library.version().to_string(),
        },
        targets: vec![format!("sm_{major}{minor}")],
        precision: "fp32".into(),
        int8: false,
        dla: None,
        plugins: vec![],
        preset: None,
        inputs: vec![tensor("x", "image")],
        outputs: vec![tensor("y", "output_0")],
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.engine");
    TrtModule::from_plan(&gpu.runtime, &gpu.relu_plus(), Some(metadata.clone()))
        .unwrap()
        .save(&path)
        .unwrap();
    let module = TrtModule::load(&gpu.runtime, &path).unwrap();
    assert_eq!(module.metadata(), Some(&metadata));
    let mut session = module.session().unwrap();
    let view = TensorView::new(&[1.0_f32; 4], &[1, 4]).unwrap();
    let outputs = session.run(&[("image", view)]).unwrap();
    assert_eq!(
        outputs.get("output_0").unwrap().to_slice::<f32>().unwrap(),
        [2.0; 4]
    );

    let elsewhere = Metadata {
        targets: vec!["sm_1".into()],
        ..metadata
    };
    let error = TrtModule::from_plan(&gpu.runtime, &gpu.relu_plus(), Some(elsewhere)).unwrap_err();
    assert!(matches!(error, Error::OtherGpu { .. }), "{error}");
}

#[test]
fn outputs_may_depend_on_the_data() {
    let Some(gpu) = Gpu::get() else { return };
    if gpu.library.product() == Product::TensorRt && gpu.library.version().major < 10 {
        println!("skipped: {} has no NonZero layer", gpu.library);
        return;
    }
    let plan = gpu.build(None, |network| {
        let x = network.add_input("x", DataType::Float, &[4]).unwrap();
        network.add_nonzero(x, DataType::Int32).unwrap().output(0)
    });
    let module = TrtModule::from_plan(&gpu.runtime, &plan, None).unwrap();
    let mut session = module.session().unwrap();
    for (values, found) in [
        ([0.0_f32, 1.0, 0.0, 2.0], vec![1, 3]),
        ([0.0; 4], vec![]),
        ([1.0; 4], vec![0, 1, 2, 3]),
    ] {
        let outputs = session
            .run(&[("x", TensorView::new(&values, &[4]).unwrap())])
            .unwrap();
        let y = outputs.get("y").unwrap();
        assert_eq!(y.shape(), [1, found.len() as i64]);
        assert_eq!(y.to_slice::<i32>().unwrap(), found);
    }
    assert!(!session.has_graph());
    let x = DeviceBuffer::from_slice(session.stream(), &[0.0_f32, 0.0, 5.0, 0.0]).unwrap();
    let mut y = DeviceBuffer::new(&gpu.device, 16).unwrap();
    let inputs = [("x", BufferRef::new(&x, DataType::Float, &[4]).unwrap())];
    let mut outputs = [(
        "y",
        BufferMut::new(&mut y, DataType::Int32, &[1, 4]).unwrap(),
    )];
    assert!(matches!(
        session.run_buffers(&inputs, &mut outputs),
        Err(Error::DataDependent { .. })
    ));
    session.run_buffers(&inputs, &mut []).unwrap();
    assert_eq!(
        session.allocated("y").unwrap().to_slice::<i32>().unwrap(),
        [2]
    );
}

#[test]
fn a_call_allocates_nothing_and_costs_little() {
    let Some(gpu) = Gpu::get() else { return };
    let module = gpu.module();
    let mut session = module.session().unwrap();
    let stream = Stream::new(&gpu.device).unwrap();
    let values = [1.0_f32; 16];
    let x = DeviceBuffer::from_slice(&stream, &values).unwrap();
    let y = DeviceBuffer::new(&gpu.device, 64).unwrap();
    let inputs = [(
        "x",
        DeviceTensor::new(&x, DataType::Float, &[4, 4]).unwrap(),
    )];
    let outputs = [(
        "y",
        DeviceTensor::new(&y, DataType::Float, &[4, 4]).unwrap(),
    )];
    // SAFETY: the buffers outlive the runs, which are waited for before they drop.
    let mut ours = || unsafe { session.enqueue(&inputs, &outputs).unwrap() };
    ours();
    ours();
    let before = ALLOCATIONS.get();
    for _ in 0..100 {
        ours();
    }
    assert_eq!(ALLOCATIONS.get(), before, "allocations in `enqueue`");
    let our_time = median_time(&stream, &mut ours);
    session.stream().synchronize().unwrap();
    assert!(session.has_graph());
    assert_eq!(y.to_vec::<f32>(&stream).unwrap(), [2.0; 16]);

    let mut context = module.engine().context().unwrap();
    context.set_input_shape("x", &[4, 4]).unwrap();
    // SAFETY: the buffers outlive the runs.
    unsafe {
        context.set_address("x", x.as_ptr()).unwrap();
        context.set_address("y", y.as_ptr()).unwrap();
    }
    context.enqueue(&stream).unwrap();
    let mut graph = context.capture(&stream).unwrap();
    // SAFETY: context and buffers live until the runs are done.
    let bare_time = median_time(&stream, || unsafe { graph.launch(&stream).unwrap() });
    stream.synchronize().unwrap();
    println!("CPU time of a call: {our_time:?}, of a bare graph launch: {bare_time:?}");
    if !cfg!(debug_assertions) {
        assert!(our_time < bare_time + Duration::from_micros(2));
    }

    let mut session = module.session().unwrap();
    let view = TensorView::new(&values, &[4, 4]).unwrap();
    for _ in 0..3 {
        session.run(&[("x", view)]).unwrap();
    }
    let before = ALLOCATIONS.get();
    for _ in 0..100 {
        session.run(&[("x", view)]).unwrap();
    }
    assert_eq!(ALLOCATIONS.get(), before, "allocations in `run`");
}

/// The median CPU time of a call, which must not wait for the device.
fn median_time(stream: &Stream, mut call: impl FnMut()) -> Duration {
    let mut times: Vec<_> = (0..2000)
        .map(|index| {
            // The driver's queue must not fill up.
            if index % 100 == 0 {
                stream.device().synchronize().unwrap();
            }
            let start = Instant::now();
            call();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}
