//! Plugins through TensorRT's own interfaces, without TensorRT: `fake_tensorrt` is a library that has a registry and
//! calls plugins as TensorRT does. It is compiled here from each set of headers that this program has a table for.

mod fake_tensorrt;

use std::cell::Cell;

use fake_tensorrt::{Fake, Tensor, fakes};
use trt::plugin::{
    AnyPlugin, Call, Error, Field, FieldType, Fields, Plugin, Registration, Result, Size,
    SymbolicShape, TensorFormat, TensorInfo, Value,
};
use trt::{DataType, Library};

// Of a thread, as tests run side by side.
thread_local! {
    /// Plugins that are alive, to see that none is left behind.
    static LIVE: Cell<isize> = const { Cell::new(0) };
    /// Contexts that a plugin was attached to.
    static ATTACHED: Cell<usize> = const { Cell::new(0) };
}

/// Has all that a plugin can have: `[B, C, H, W]` becomes `[count, 2 * C, ceil(H / stride), W + last]`, where `count`,
/// at most `B`, is decided by the run. Fails where told to.
struct Everything {
    stride: i64,
    mode: String,
    scale: f32,
    fails: String,
}

impl Everything {
    fn may_fail(&self, method: &str) -> Result<()> {
        assert!(self.fails != format!("panic in {method}"), "as told");
        if self.fails == method {
            return Err(Error::invalid(method, "fails as told"));
        }
        Ok(())
    }
}

impl Plugin for Everything {
    const NAME: &'static str = "Everything";

    fn fields() -> &'static [Field] {
        const {
            &[
                Field::required("stride", FieldType::Int),
                Field::text("mode", "plain"),
                Field::float("scale", 0.5),
                Field::text("fails", ""),
            ]
        }
    }

    fn new(fields: &Fields) -> Result<Self> {
        let stride = fields.int("stride")?;
        if stride < 1 {
            return Err(Error::field(
                "stride",
                format!("is {stride}, expected at least 1"),
            ));
        }
        LIVE.set(LIVE.get() + 1);
        Ok(Self {
            stride,
            mode: fields.text("mode")?.to_owned(),
            scale: fields.float("scale")?,
            fails: fields.text("fails")?.to_owned(),
        })
    }

    fn values(&self) -> Fields {
        Fields::new()
            .with("stride", self.stride)
            .with("mode", self.mode.as_str())
            .with("scale", self.scale)
            .with("fails", self.fails.as_str())
    }

    fn num_outputs(&self) -> usize {
        2
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        self.may_fail("output_types")?;
        Ok(vec![inputs[0], DataType::Int32])
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        shape_inputs: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        self.may_fail("output_shapes")?;
        let [batch, channels, height, width] = inputs[0].as_slice() else {
            return Err(Error::invalid(
                "input 0",
                format!("has rank {}, expected 4", inputs[0].rank()),
            ));
        };
        let count = match self.mode.as_str() {
            "counted" => Size::of_output(1, batch.floor_div(2_i64).max(1_i64), batch),
            _ => batch.clone(),
        };
        let last = shape_inputs.first().and_then(|values| values.first());
        let width = last.map_or_else(|| width.clone(), |last| width + last);
        let out = vec![count, channels * 2_i64, height.ceil_div(self.stride), width];
        Ok(vec![out.into(), SymbolicShape::scalar()])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], inputs: usize) -> bool {
        self.may_fail("supports")
            .expect("only panics are told here");
        let tensor = tensors[position];
        match position - inputs.min(position) {
            1 => tensor.is_linear_of(&[DataType::Int32]),
            _ => {
                tensor.is_linear_of(&[DataType::Float, DataType::Half])
                    && tensor.dtype == tensors[0].dtype
            }
        }
    }

    fn workspace(&self, inputs: &[TensorInfo], _: &[TensorInfo]) -> Result<usize> {
        self.may_fail("workspace")?;
        Ok(inputs[0]
            .dims
            .volume()
            .expect("the largest sizes are known")
            * 4)
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        self.may_fail("enqueue")?;
        let (from, to) = (call.input(0)?, call.output(0)?);
        assert_eq!(call.workspace(), 4096);
        assert_eq!(call.stream().0 as usize, 77);
        assert_eq!(
            (from.dtype, from.format),
            (DataType::Float, TensorFormat::Linear)
        );
        assert_eq!(to.dims, [2, 6, 3, 7]);
        // SAFETY: the test gives memory of the host.
        unsafe { *to.as_mut_ptr().cast::<f32>() = *from.as_ptr().cast::<f32>() * self.scale };
        Ok(())
    }

    fn aliased_input(&self, output: usize) -> Option<usize> {
        (output == 0 && self.mode == "in place").then_some(0)
    }

    fn attach(&self) -> Result<Option<Self>> {
        self.may_fail("attach")?;
        ATTACHED.set(ATTACHED.get() + 1);
        Self::new(&self.values()).map(Some)
    }
}

impl Drop for Everything {
    fn drop(&mut self) {
        LIVE.set(LIVE.get() - 1);
    }
}

const EVERYTHING: Registration = Registration::of::<Everything>();

fn input() -> Tensor {
    Tensor::new(DataType::Float, &[2, 3, 5, 7]).unknown(&[0, 2])
}

/// Every version, with the plugin registered; one at a time, as registries are of the process.
fn with_each(test: impl Fn(&Fake)) {
    for fake in fakes().iter() {
        println!("{}", fake.library());
        fake.library()
            .plugins()
            .unwrap()
            .register(&[EVERYTHING])
            .unwrap();
        let live = LIVE.get();
        test(fake);
        assert_eq!(LIVE.get(), live, "plugins are left behind");
    }
}

#[test]
fn creators_are_registered_once_listed_and_taken_out() {
    with_each(|fake| {
        let registry = fake.library().plugins().unwrap();
        let known = |name: &str| {
            registry
                .creators()
                .unwrap()
                .iter()
                .filter(|c| c.name == name)
                .count()
        };
        registry.register(&[EVERYTHING, EVERYTHING]).unwrap();
        assert_eq!(known("Everything"), 1);
        assert_eq!(
            fake.fields("Everything"),
            "stride 5 1 required\nmode 6 5\nscale 1 1\nfails 6 0\n"
        );

        let found = fake.find("Everything").unwrap();
        registry.deregister(&EVERYTHING).unwrap();
        assert_eq!(known("Everything"), 0);
        // As where another thread loads a plan and has found the creator before it was taken out.
        let late = fake.create_by(found, &Fields::new().with("stride", 1));
        assert!(late.is_some());
        assert!(
            fake.create("Everything", &Fields::new().with("stride", 1))
                .is_none()
        );
        let error = registry.deregister(&EVERYTHING).unwrap_err().to_string();
        assert!(error.contains("has not registered"), "{error}");
        registry.register(&[EVERYTHING]).unwrap();
        assert_eq!(known("Everything"), 1);
    });
}

#[test]
fn types_shapes_and_formats_go_through_both_ways() {
    with_each(|fake| {
        let plugin = fake
            .create("Everything", &Fields::new().with("stride", 2))
            .unwrap();
        assert_eq!(
            plugin.types(&[DataType::Half]).unwrap(),
            [DataType::Half, DataType::Int32]
        );

        // What is known stays known, what is not is an expression of the right value.
        let outputs = plugin.shapes(&[input()], &[]).unwrap();
        assert_eq!(outputs[0].actual(), [2, 6, 3, 7]);
        assert_eq!(outputs[0].declared(), [-1, 6, -1, 7]);
        assert_eq!(outputs[1].actual(), []);
        if fake.is_v3() {
            let values = Tensor::new(DataType::Int32, &[4]).unknown(&[0]);
            let outputs = plugin.shapes(&[input()], &[values]).unwrap();
            assert_eq!(outputs[0].actual(), [2, 6, 3, 11]);
            assert_eq!(outputs[0].declared(), [-1, 6, -1, -1]);
        }

        let half = Tensor::new(DataType::Half, &[2, 6, 3, 7]);
        let count = Tensor::new(DataType::Int32, &[]);
        assert!(plugin.supports(0, &[input(), half, count], 1));
        assert!(!plugin.supports(1, &[input(), half, count], 1));
        assert!(plugin.supports(1, &[half, half, count], 1));
        assert!(plugin.supports(2, &[half, half, count], 1));
        assert!(!plugin.supports(0, &[count, half, count], 1));
        assert!(!plugin.supports(0, &[input().format(TensorFormat::Hwc8), half, count], 1));
        assert!(
            !plugin.supports(0, &[input().raw_type(1000), half, count], 1),
            "an unknown type"
        );

        // For the largest shape.
        assert_eq!(
            plugin.workspace(&[input()], &[half, count]),
            2 * 3 * 5 * 7 * 4
        );
    });
}

#[test]
fn a_size_that_the_run_decides_needs_tensorrt_10() {
    with_each(|fake| {
        let fields = Fields::new().with("stride", 1).with("mode", "counted");
        let plugin = fake.create("Everything", &fields).unwrap();
        let shapes = plugin.shapes(&[input()], &[]);
        if fake.is_v3() {
            let outputs = shapes.unwrap();
            assert_eq!(outputs[0].actual(), [2, 6, 5, 7]);
            assert_eq!(outputs[0].declared(), [-1, 6, -1, 7]);
        } else {
            let error = shapes.unwrap_err();
            assert!(error.contains("needs TensorRT 10"), "{error}");
        }
    });
}

#[test]
fn a_plan_keeps_the_plugin() {
    with_each(|fake| {
        let fields = Fields::new()
            .with("stride", 3)
            .with("mode", "naïve")
            .with("scale", 1e-5);
        let plugin = fake.create("Everything", &fields).unwrap();
        if fake.is_v3() {
            let id = "fails=\"\" mode=\"naïve\" scale=9.999999747378752e-6 stride=3";
            assert_eq!(plugin.timing_id(), id);
        }
        let bytes = plugin.serialize();
        let again = fake.deserialize(&bytes).unwrap();
        assert_eq!(again.serialize(), bytes);
        assert_eq!(again.timing_id(), plugin.timing_id());
        let outputs = again.shapes(&[input()], &[]).unwrap();
        assert_eq!(outputs[0].actual(), [2, 6, 2, 7]);
        let mut damaged = bytes.clone();
        damaged.truncate(bytes.len() - 1);
        assert!(fake.deserialize(&damaged).is_none());
    });
}

#[test]
fn a_plugin_runs_as_it_is_cloned_and_attached() {
    with_each(|fake| {
        let plugin = fake
            .create("Everything", &Fields::new().with("stride", 2))
            .unwrap();
        let (from, mut to, count) = ([8.0_f32], [0.0_f32], Tensor::new(DataType::Int32, &[]));
        let input = input().at(from.as_ptr().cast_mut().cast());
        let output = Tensor::new(DataType::Float, &[2, 6, 3, 7]).at(to.as_mut_ptr().cast());
        plugin.workspace(&[input], &[output, count]);

        // Both the clone and the plan know how many inputs there are, as the original does.
        let attached = ATTACHED.get();
        let (clone, context) = (plugin.copy().unwrap(), plugin.attach().unwrap());
        assert_eq!(ATTACHED.get(), attached + 1);
        let loaded = fake.deserialize(&plugin.serialize()).unwrap();
        for plugin in [&plugin, &clone, &context, &loaded] {
            to[0] = 0.0;
            plugin.enqueue(&[input], &[output, count]).unwrap();
            assert_eq!(to[0], 4.0);
        }
        // Copies outlive what they are copies of.
        drop(plugin);
        clone.enqueue(&[input], &[output, count]).unwrap();
        drop(clone);
        context.enqueue(&[input], &[output, count]).unwrap();
    });
}

#[test]
fn in_place_outputs_are_told() {
    with_each(|fake| {
        let fields = Fields::new().with("stride", 1).with("mode", "in place");
        let aliases = |fields| fake.create("Everything", fields).unwrap().aliased_input(0);
        if fake.is_v3() {
            assert_eq!(aliases(&fields), 0);
            assert_eq!(aliases(&Fields::new().with("stride", 1)), -1);
        }
    });
}

#[test]
fn errors_and_panics_reach_the_caller() {
    with_each(|fake| {
        let told = |method: &str| {
            let fields = Fields::new().with("stride", 1).with("fails", method);
            fake.create("Everything", &fields).unwrap()
        };
        let output = Tensor::new(DataType::Float, &[2, 6, 3, 7]);
        let count = Tensor::new(DataType::Int32, &[]);

        let error = told("output_shapes").shapes(&[input()], &[]).unwrap_err();
        assert_eq!(error, "plugin Everything: output_shapes: fails as told");
        let error = told("panic in output_shapes")
            .shapes(&[input()], &[])
            .unwrap_err();
        assert_eq!(
            error,
            "plugin Everything: the plugin panicked in output_shapes: as told"
        );
        let error = told("").shapes(&[output], &[]);
        assert!(error.is_ok());
        let error = told("").shapes(&[count], &[]).unwrap_err();
        assert_eq!(error, "plugin Everything: input 0: has rank 0, expected 4");

        let error = told("output_types").types(&[DataType::Float]).unwrap_err();
        assert_eq!(error, "plugin Everything: output_types: fails as told");
        let plugin = told("enqueue");
        plugin.workspace(&[input()], &[output, count]);
        let error = plugin.enqueue(&[input()], &[output, count]).unwrap_err();
        assert_eq!(error, "plugin Everything: enqueue: fails as told");

        let plugin = told("panic in enqueue");
        plugin.workspace(&[input()], &[output, count]);
        let error = plugin.enqueue(&[input()], &[output, count]).unwrap_err();
        assert_eq!(
            error,
            "plugin Everything: the plugin panicked in enqueue: as told"
        );

        assert_eq!(
            told("workspace").workspace(&[input()], &[output, count]),
            1 << 60
        );
        assert!(!told("supports").supports(0, &[input(), output, count], 1));
        if fake.is_v3() {
            assert!(told("panic in attach").attach().is_none());
        }
    });
}

#[test]
fn bad_fields_are_refused_by_name() {
    with_each(|fake| {
        let error = |fields: &Fields| {
            assert!(fake.create("Everything", fields).is_none());
            fake.failure()
        };
        assert_eq!(
            error(&Fields::new()),
            "plugin Everything: field `stride`: is missing and has no default"
        );
        assert_eq!(
            error(&Fields::new().with("stride", 0)),
            "plugin Everything: field `stride`: is 0, expected at least 1"
        );
        assert_eq!(
            error(&Fields::new().with("stride", "one")),
            "plugin Everything: field `stride`: is \"one\", expected integers"
        );
        assert!(
            error(&Fields::new().with("stride", 1).with("strid", 1))
                .contains("field `strid`: is unknown")
        );
    });
}

#[test]
fn a_creator_makes_plugins_for_anyone() {
    with_each(|fake| {
        let registry = fake.library().plugins().unwrap();
        let fields = Fields::new()
            .with("stride", 2)
            .with("scale", Value::from(1));
        registry.create("Everything", "1", "", &fields).unwrap();
        let error = registry
            .create("Everything", "2", "", &fields)
            .unwrap_err()
            .to_string();
        assert!(error.contains("no plugin of that name"), "{error}");
        let error = registry
            .create("Everything", "1", "", &Fields::new())
            .unwrap_err();
        assert!(
            matches!(&error, trt::Error::Plugin { plugin, .. } if plugin == "Everything"),
            "{error}"
        );
    });
}

#[test]
fn tensorrt_rtx_has_no_plugins() {
    let Ok(library) = Library::load() else { return };
    if library.product() != trt::Product::TensorRtRtx {
        return;
    }
    let error = library.plugins().unwrap_err().to_string();
    assert!(
        error.starts_with("a registry of plugins is not available in TensorRT-RTX"),
        "{error}"
    );
}

#[test]
fn any_plugin_is_the_same_without_tensorrt() {
    let live = || AnyPlugin::clone(&EVERYTHING.create(&Fields::new().with("stride", 2)).unwrap());
    let shapes = live().output_shapes(&[[2, 3, 5, 7].into()], &[]).unwrap();
    assert_eq!(shapes[0].dims().unwrap(), [2, 6, 3, 7]);
}
