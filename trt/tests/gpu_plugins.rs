//! Plugins in engines on the GPU at hand: built, run, loaded in a fresh process, failing. Their work is copies by the
//! driver, so there is no kernel. Without a GPU, or with TensorRT-RTX, every test says so and passes.

mod common;

use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::gpu::Gpu;
use trt::cuda::DeviceBuffer;
use trt::plugin::{
    self, Call, Field, Fields, Plugin, Registration, Size, SymbolicShape, TensorInfo,
};
use trt::{
    ActivationType, Context, DataType, Engine, EngineRefusal, Error, Plan, Product, Runtime, Tensor,
};

/// What the tests need, and none of them on TensorRT-RTX.
fn gpu() -> Option<Gpu> {
    let gpu = Gpu::get()?;
    if gpu.library.product() == Product::TensorRtRtx {
        println!("skipped: {} has no plugins", gpu.library);
        return None;
    }
    Some(gpu)
}

fn is_v3(gpu: &Gpu) -> bool {
    gpu.library.version().major >= 10
}

/// Calls of [`Join::attach`].
static ATTACHED: AtomicUsize = AtomicUsize::new(0);

/// Flattens its inputs and puts the first one out as it is: `[N, …]` becomes `[N, prod(…)]`. Fails in `enqueue` where
/// told to.
struct Join {
    fails: String,
}

impl Plugin for Join {
    const NAME: &'static str = "JoinOfTheTests";

    fn fields() -> &'static [Field] {
        const { &[Field::text("fails", "")] }
    }

    fn new(fields: &Fields) -> plugin::Result<Self> {
        Ok(Self {
            fails: fields.text("fails")?.to_owned(),
        })
    }

    fn values(&self) -> Fields {
        Fields::new().with("fails", self.fails.as_str())
    }

    fn output_types(&self, inputs: &[DataType]) -> plugin::Result<Vec<DataType>> {
        Ok(inputs.to_vec())
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> plugin::Result<Vec<SymbolicShape>> {
        let Some((first, rest)) = inputs[0].split_first() else {
            return Err(plugin::Error::invalid("input 0", "is a scalar"));
        };
        let rest: SymbolicShape = rest.iter().cloned().collect();
        Ok(vec![vec![first.clone(), rest.volume()].into()])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        tensors[position].is_linear_of(&[DataType::Float])
    }

    fn enqueue(&self, call: &Call<'_>) -> plugin::Result<()> {
        match self.fails.as_str() {
            "error" => Err(plugin::Error::invalid("input 0", "is refused by the test")),
            "panic" => panic!("as the test wants"),
            _ => call.copy(0, 0),
        }
    }

    fn attach(&self) -> plugin::Result<Option<Self>> {
        ATTACHED.fetch_add(1, Ordering::SeqCst);
        Self::new(&self.values()).map(Some)
    }
}

/// The first rows of `[N, 2]`, as many as its second input, a scalar on the device, says.
struct Head;

impl Plugin for Head {
    const NAME: &'static str = "HeadOfTheTests";

    fn fields() -> &'static [Field] {
        &[]
    }

    fn new(_: &Fields) -> plugin::Result<Self> {
        Ok(Self)
    }

    fn values(&self) -> Fields {
        Fields::new()
    }

    fn num_outputs(&self) -> usize {
        2
    }

    fn output_types(&self, inputs: &[DataType]) -> plugin::Result<Vec<DataType>> {
        Ok(inputs.to_vec())
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> plugin::Result<Vec<SymbolicShape>> {
        let rows = &inputs[0][0];
        let kept = Size::of_output(1, rows.ceil_div(2_i64), rows);
        Ok(vec![
            vec![kept, inputs[0][1].clone()].into(),
            SymbolicShape::scalar(),
        ])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        let dtype = [DataType::Float, DataType::Int32][position % 2];
        tensors[position].is_linear_of(&[dtype])
    }

    fn workspace(&self, inputs: &[TensorInfo], _: &[TensorInfo]) -> plugin::Result<usize> {
        Ok(inputs[0].dims.volume().unwrap_or(0) * 4)
    }

    fn enqueue(&self, call: &Call<'_>) -> plugin::Result<()> {
        assert_ne!(call.workspace(), 0);
        call.copy(1, 1)?;
        // The output's memory has room for all rows, whatever its shape says.
        let from = &call.inputs()[..1];
        let all = [plugin::TensorMemory::new(
            *from[0],
            call.output(0)?.address(),
        )];
        // SAFETY: the addresses and the stream are those of this call.
        unsafe { Call::new(from, &all, 0, call.stream()) }.copy(0, 0)
    }
}

/// A plan of a plugin of one input `x` and one output `y0`.
fn plan_of<P: Plugin>(
    gpu: &Gpu,
    fields: &Fields,
    shape: &[i64],
    profile: Option<[&[i64]; 3]>,
) -> Plan {
    let plugin = Registration::of::<P>().create(fields).unwrap();
    gpu.build(&[], profile, |network| {
        let x = network.add_input("x", DataType::Float, shape).unwrap();
        let layer = network.add_plugin(&[x], &[], &plugin).unwrap();
        vec![layer.output(0)]
    })
}

fn run(gpu: &Gpu, engine: &Engine, shape: Option<&[i64]>, values: &[f32]) -> Vec<f32> {
    let mut context = engine.context().unwrap();
    if let Some(shape) = shape {
        context.set_input_shape("x", shape).unwrap();
    }
    let (x, y) = (gpu.upload(values), gpu.room(values.len()));
    bind(&mut context, &x, &y);
    context.enqueue(&gpu.stream).unwrap();
    y.to_vec(&gpu.stream).unwrap()
}

fn bind(context: &mut Context, x: &DeviceBuffer, y: &DeviceBuffer) {
    // SAFETY: the buffers have the sizes of the shapes that the tests set, and outlive all runs.
    unsafe {
        context.set_address("x", x.as_ptr()).unwrap();
        context.set_address("y0", y.as_ptr()).unwrap();
    }
}

#[test]
fn a_plugin_builds_runs_and_is_attached_to_each_context() {
    let Some(gpu) = gpu() else { return };
    let engine = gpu.load(&plan_of::<Join>(&gpu, &Fields::new(), &[2, 3, 1], None));
    assert_eq!(engine.tensor("y0").unwrap().dims, [2, 3]);
    let values = [1.0, -2.0, 3.5, 0.0, 5.0, f32::MAX];
    let attached = ATTACHED.load(Ordering::SeqCst);
    assert_eq!(run(&gpu, &engine, None, &values), values);
    assert_eq!(run(&gpu, &engine, None, &values), values);
    assert!(ATTACHED.load(Ordering::SeqCst) >= attached + 2);
}

#[test]
fn shapes_follow_the_profile() {
    let Some(gpu) = gpu() else { return };
    let profile: [&[i64]; 3] = [&[1, 2, 1], &[4, 2, 3], &[8, 2, 5]];
    let plan = plan_of::<Join>(&gpu, &Fields::new(), &[-1, 2, -1], Some(profile));
    let engine = gpu.load(&plan);
    for shape in [[1_i64, 2, 1], [3, 2, 4], [8, 2, 5]] {
        let count = shape.iter().product::<i64>();
        let values: Vec<f32> = (0..count).map(|i| i as f32).collect();
        assert_eq!(run(&gpu, &engine, Some(&shape), &values), values);
        let mut context = engine.context().unwrap();
        context.set_input_shape("x", &shape).unwrap();
        assert_eq!(
            context.tensor_shape("y0").unwrap(),
            [shape[0], 2 * shape[2]]
        );
    }
}

#[test]
fn the_data_decide_the_size() {
    let Some(gpu) = gpu() else { return };
    if !is_v3(&gpu) {
        println!(
            "skipped: {} has no plugins whose sizes the data decide",
            gpu.library
        );
        return;
    }
    let head = Registration::of::<Head>().create(&Fields::new()).unwrap();
    let plan = gpu.build(&[], None, |network| {
        let x = network.add_input("x", DataType::Float, &[5, 2]).unwrap();
        let n = network.add_input("n", DataType::Int32, &[]).unwrap();
        let layer = network.add_plugin(&[x, n], &[], &head).unwrap();
        // The layer behind it shows that TensorRT knows the size, too.
        let relu = network
            .add_activation(layer.output(0), ActivationType::Relu)
            .unwrap();
        vec![relu.output(0)]
    });
    let mut context = gpu.load(&plan).context().unwrap();
    let x = gpu.upload(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]);
    for count in [3_i32, 0, 5, 1] {
        let n = DeviceBuffer::from_slice(&gpu.stream, &[count]).unwrap();
        // SAFETY: the buffers have the sizes of the tensors, and outlive the run.
        unsafe {
            context.set_address("x", x.as_ptr()).unwrap();
            context.set_address("n", n.as_ptr()).unwrap();
        }
        context.allocate_output("y0").unwrap();
        context.enqueue(&gpu.stream).unwrap();
        gpu.stream.synchronize().unwrap();
        assert_eq!(
            context.allocated_shape("y0").unwrap().unwrap(),
            [i64::from(count), 2]
        );
        let mut bytes = vec![0; count as usize * 8];
        context
            .read_allocated("y0", &mut bytes, &gpu.stream)
            .unwrap();
        let expected: Vec<u8> = (0..count * 2)
            .flat_map(|i| (i as f32).to_ne_bytes())
            .collect();
        assert_eq!(bytes, expected);
    }
}

#[test]
fn an_error_and_a_panic_in_a_run_reach_the_caller() {
    let Some(gpu) = gpu() else { return };
    for (fails, words) in [
        ("error", "input 0: is refused by the test"),
        ("panic", "the plugin panicked in enqueue: as the test wants"),
    ] {
        let plugin = Registration::of::<Join>()
            .create(&Fields::new().with("fails", fails))
            .unwrap();
        // A builder that times the plugin meets the failure; one that does not leaves it to the run.
        let failure = match build(&gpu, &plugin) {
            Err(error) => error,
            Ok(plan) => {
                let engine = gpu.load(&plan);
                let mut context = engine.context().unwrap();
                let (x, y) = (gpu.upload(&[0.0; 2]), gpu.room(2));
                bind(&mut context, &x, &y);
                context.enqueue(&gpu.stream).unwrap_err()
            }
        };
        println!("{failure}");
        assert!(
            matches!(&failure, Error::Plugin { plugin, source, .. }
                if plugin == Join::NAME && source.to_string() == words),
            "{failure}"
        );
    }
    // The stream is as good as before.
    assert_eq!(
        gpu.upload(&[1.0]).to_vec::<f32>(&gpu.stream).unwrap(),
        [1.0]
    );
}

fn build(gpu: &Gpu, plugin: &plugin::AnyPlugin) -> Result<Plan, Error> {
    gpu.try_build(
        |_, _| Ok(()),
        |network| {
            let x = network.add_input("x", DataType::Float, &[1, 2])?;
            Ok(vec![network.add_plugin(&[x], &[], plugin)?.output(0)])
        },
    )
}

#[test]
fn a_refused_shape_is_an_error_of_the_network() {
    let Some(gpu) = gpu() else { return };
    let plugin = Registration::of::<Join>().create(&Fields::new()).unwrap();
    let error = gpu
        .try_build(
            |_, _| Ok(()),
            |network| {
                let x = network.add_input("x", DataType::Float, &[])?;
                let y: Tensor<'_> = network.add_plugin(&[x], &[], &plugin)?.output(0);
                y.dims()?;
                Ok(vec![y])
            },
        )
        .unwrap_err();
    println!("{error}");
    assert!(
        error.to_string().contains("input 0: is a scalar"),
        "{error}"
    );
}

#[test]
fn a_captured_graph_replays_a_plugin() {
    let Some(gpu) = gpu() else { return };
    let engine = gpu.load(&plan_of::<Join>(&gpu, &Fields::new(), &[2, 2], None));
    let (mut x, y) = (gpu.upload(&[0.0; 4]), gpu.room(4));
    let mut context = engine.context().unwrap();
    bind(&mut context, &x, &y);
    context.enqueue(&gpu.stream).unwrap();
    gpu.stream.synchronize().unwrap();
    let mut graph = context.capture(&gpu.stream).unwrap();
    for values in [[1.0_f32, 2.0, 3.0, 4.0], [-1.0, 0.5, 0.0, 9.0]] {
        x.copy_from_host(&values, &gpu.stream).unwrap();
        // SAFETY: context and buffers are alive and unchanged.
        unsafe { graph.launch(&gpu.stream).unwrap() };
        assert_eq!(y.to_vec::<f32>(&gpu.stream).unwrap(), values);
    }
}

/// The library of `examples/plugin_library.rs`, where it is not beside the tests.
const LIBRARY: &str = "TRT_TEST_PLUGIN_LIBRARY";

#[test]
fn tensorrt_loads_a_library_of_plugins() {
    let Some(gpu) = gpu() else { return };
    if !is_v3(&gpu) {
        println!("skipped: {} leaves loading to the program", gpu.library);
        return;
    }
    let file = env::var_os(LIBRARY).map_or_else(
        || {
            let tests = env::current_exe().unwrap();
            let folder = tests.parent().unwrap().parent().unwrap();
            folder.join("examples/libplugin_library.so")
        },
        PathBuf::from,
    );
    assert!(
        file.exists(),
        "{} is missing; set {LIBRARY}",
        file.display()
    );
    let registry = gpu.library.plugins().unwrap();
    let library = registry.load_library(&file).unwrap();
    let plugin = registry.create("Wrap", "1", "", &Fields::new()).unwrap();
    let plan = gpu.build(&[], None, |network| {
        let x = network.add_input("x", DataType::Float, &[2, 2]).unwrap();
        let layer = network.add_library_plugin(&[x], &[], &plugin).unwrap();
        vec![layer.output(0)]
    });
    drop(plugin);
    let engine = gpu.load(&plan);
    assert_eq!(engine.tensor("y0").unwrap().dims, [1, 2, 2]);
    let values = [1.0, 2.0, 3.0, 4.0];
    assert_eq!(run(&gpu, &engine, None, &values), values);
    drop(engine);
    // SAFETY: network, engine and plugin are gone.
    unsafe { registry.unload_library(library) }.unwrap();
    assert!(registry.create("Wrap", "1", "", &Fields::new()).is_err());
}

/// Where the test that starts itself again finds its plan.
const PLAN: &str = "TRT_TEST_PLAN";

#[test]
fn a_fresh_process_loads_the_plan_once_the_plugin_is_registered() {
    let Some(gpu) = gpu() else { return };
    let values = [4.0, 3.0, 2.0, 1.0];
    if let Some(path) = env::var_os(PLAN) {
        let plan = std::fs::read(path).unwrap();
        let runtime = Runtime::on(&gpu.library, &gpu.device).unwrap();
        let error = runtime.load_engine(&plan).unwrap_err();
        println!("{error}");
        assert!(
            matches!(
                &error,
                Error::Engine {
                    reason: EngineRefusal::MissingPlugin,
                    ..
                }
            ),
            "{error}"
        );
        gpu.library
            .plugins()
            .unwrap()
            .register(&[Registration::of::<Join>()])
            .unwrap();
        let engine = runtime.load_engine(&plan).unwrap();
        assert_eq!(run(&gpu, &engine, None, &values), values);
        return;
    }
    let plan = plan_of::<Join>(&gpu, &Fields::new(), &[2, 2], None);
    let again = gpu.load(&plan).serialize().unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &*again).unwrap();
    let output = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "--nocapture",
            "a_fresh_process_loads_the_plan_once_the_plugin_is_registered",
        ])
        .env(PLAN, file.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    println!("{text}");
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
}

#[test]
fn what_is_in_place_shares_memory() {
    let Some(gpu) = gpu() else { return };
    if !is_v3(&gpu) {
        println!("skipped: {} has no plugins that work in place", gpu.library);
        return;
    }

    /// Changes nothing, in the memory of its input.
    struct Same;

    static SHARED: AtomicUsize = AtomicUsize::new(0);

    impl Plugin for Same {
        const NAME: &'static str = "SameOfTheTests";

        fn fields() -> &'static [Field] {
            &[]
        }

        fn new(_: &Fields) -> plugin::Result<Self> {
            Ok(Self)
        }

        fn values(&self) -> Fields {
            Fields::new()
        }

        fn output_types(&self, inputs: &[DataType]) -> plugin::Result<Vec<DataType>> {
            Ok(inputs.to_vec())
        }

        fn output_shapes(
            &self,
            inputs: &[SymbolicShape],
            _: &[SymbolicShape],
        ) -> plugin::Result<Vec<SymbolicShape>> {
            Ok(inputs.to_vec())
        }

        fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
            tensors[position].is_linear_of(&[DataType::Float])
        }

        fn enqueue(&self, call: &Call<'_>) -> plugin::Result<()> {
            if call.input(0)?.address() == call.output(0)?.address() {
                SHARED.fetch_add(1, Ordering::SeqCst);
            }
            call.copy(0, 0)
        }

        fn aliased_input(&self, _: usize) -> Option<usize> {
            Some(0)
        }
    }

    let plugin = Registration::of::<Same>().create(&Fields::new()).unwrap();
    let plan = gpu
        .try_build(
            |_, config| config.set_preview_feature(trt::PreviewFeature::AliasedPluginIo, true),
            |network| {
                let x = network.add_input("x", DataType::Float, &[4])?;
                let doubled = network.add_elementwise(x, x, trt::ElementWiseOperation::Sum)?;
                let same = network.add_plugin(&[doubled.output(0)], &[], &plugin)?;
                Ok(vec![same.output(0)])
            },
        )
        .unwrap();
    let engine = gpu.load(&plan);
    SHARED.store(0, Ordering::SeqCst);
    assert_eq!(
        run(&gpu, &engine, None, &[1.0, 2.0, 3.0, 4.0]),
        [2.0, 4.0, 6.0, 8.0]
    );
    println!(
        "shared memory in {} of 1 runs",
        SHARED.load(Ordering::SeqCst)
    );
}
