//! The interpreter against libtorch's own operators, on networks that TensorRT also builds.

#![cfg(feature = "tch")]

mod indexing;
mod loops;
mod pointwise;
mod reduce;
mod resample;
mod shape;
mod window;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use tch::{Kind, Tensor};
use torchvision_trt::interpreter;
use trt::{
    ActivationType, Axes, Builder, ComputeCapability, CumulativeOperation, DataType,
    ElementWiseOperation, FillOperation, GatherMode, InterpolationMode, Library, MatrixOperation,
    Network, NetworkOptions, PaddingMode, PoolingType, ReduceOperation,
    ResizeCoordinateTransformation, ResizeRoundMode, SampleMode, ScaleMode, ScatterMode,
    TopKOperation, UnaryOperation, Weights,
};

type Outputs<'n> = trt::Result<Vec<trt::Tensor<'n>>>;
const FLOAT: (Kind, tch::Device) = (Kind::Float, tch::Device::Cpu);

fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY
        .get_or_init(|| Library::load().expect("TensorRT-RTX, which `cargo xtask setup` installs"))
}

/// Computes a network with the given inputs, and builds it where the library can: networks that TensorRT refuses prove nothing.
fn run(
    inputs: &[&Tensor],
    dynamic: bool,
    build: impl for<'n> FnOnce(&'n Network<'_>, &[trt::Tensor<'n>]) -> Outputs<'n>,
) -> Result<Vec<Tensor>, interpreter::Error> {
    run_and(inputs, dynamic, true, build)
}

/// As [`run`]; without `engine` for layers that TensorRT-RTX has no kernels for.
fn run_and(
    inputs: &[&Tensor],
    dynamic: bool,
    engine: bool,
    build: impl for<'n> FnOnce(&'n Network<'_>, &[trt::Tensor<'n>]) -> Outputs<'n>,
) -> Result<Vec<Tensor>, interpreter::Error> {
    let _guard = tch::no_grad_guard();
    let builder = Builder::new(library())?;
    let network = builder.network(NetworkOptions::strongly_typed())?;
    let profile = builder.optimization_profile()?;
    let mut values = BTreeMap::new();
    let mut tensors = Vec::new();
    for (index, input) in inputs.iter().enumerate() {
        let name = format!("input{index}");
        let dtype = match input.kind() {
            Kind::Float => DataType::Float,
            Kind::Half => DataType::Half,
            Kind::Int64 => DataType::Int64,
            Kind::Int => DataType::Int32,
            Kind::Bool => DataType::Bool,
            kind => panic!("{kind:?}"),
        };
        let size = input.size();
        let dims = if dynamic {
            vec![-1; size.len()]
        } else {
            size.clone()
        };
        tensors.push(network.add_input(&name, dtype, &dims)?);
        if dynamic && !size.is_empty() {
            profile.set_shape(&name, &size, &size, &size)?;
        }
        values.insert(name, input.shallow_clone());
    }
    let outputs = build(&network, &tensors)?;
    for (index, output) in outputs.iter().enumerate() {
        output.set_name(&format!("output{index}"))?;
        network.mark_output(*output)?;
    }
    let computed = interpreter::run(&network, &values)?;

    if !engine {
        return Ok(computed.into_values().collect());
    }
    let config = builder.config()?;
    config.set_compute_capabilities(&[ComputeCapability::new(8, 6)])?;
    if dynamic {
        config.add_profile(&profile)?;
    }
    builder.build(&network, &config)?;
    Ok(computed.into_values().collect())
}

#[track_caller]
fn assert_close(got: &Tensor, expected: &Tensor) {
    assert_eq!(got.size(), expected.size());
    assert_eq!(got.kind(), expected.kind());
    assert!(
        got.f_allclose(expected, 1e-5, 1e-5, true).unwrap(),
        "largest difference {:?}\ngot {}\nexpected {}",
        f64::try_from((got - expected).abs().max()),
        got.to_string(80).unwrap(),
        expected.to_string(80).unwrap()
    );
}

/// Checks a network with one output, with static and with dynamic shapes.
#[track_caller]
fn check(
    inputs: &[&Tensor],
    expected: &Tensor,
    build: impl for<'n> Fn(&'n Network<'_>, &[trt::Tensor<'n>]) -> trt::Result<trt::Tensor<'n>>,
) {
    for dynamic in [false, true] {
        let got = run(inputs, dynamic, |network, inputs| {
            build(network, inputs).map(|output| vec![output])
        });
        let got = got.unwrap_or_else(|error| panic!("dynamic {dynamic}: {error}"));
        assert_close(&got[0], expected);
    }
}

/// As [`check`], for layers that need to know a size when the network is built.
#[track_caller]
fn check_static(
    inputs: &[&Tensor],
    expected: &Tensor,
    build: impl for<'n> FnOnce(&'n Network<'_>, &[trt::Tensor<'n>]) -> trt::Result<trt::Tensor<'n>>,
) {
    let got = run(inputs, false, |network, inputs| {
        build(network, inputs).map(|output| vec![output])
    });
    assert_close(&got.unwrap_or_else(|error| panic!("{error}"))[0], expected);
}

fn randn(size: &[i64]) -> Tensor {
    Tensor::randn(size, FLOAT)
}

fn numbers(tensor: &Tensor) -> Vec<f32> {
    Vec::<f32>::try_from(tensor.contiguous().view(-1)).unwrap()
}

/// A tensor's values as weights of a network.
fn weights<'a>(network: &Network<'a>, tensor: &Tensor) -> Weights<'a> {
    Weights::from(network.keep(numbers(tensor)))
}

fn integers<'n>(
    network: &'n Network<'_>,
    dims: &[i64],
    values: &[i64],
) -> trt::Result<trt::Tensor<'n>> {
    Ok(network
        .add_constant(dims, Weights::from(network.keep(values.to_vec())))?
        .output(0))
}

fn floats<'n>(network: &'n Network<'_>, tensor: &Tensor) -> trt::Result<trt::Tensor<'n>> {
    Ok(network
        .add_constant(&tensor.size(), weights(network, tensor))?
        .output(0))
}

#[test]
fn errors_name_the_layer_and_the_reason() {
    let x = randn(&[1, 2, 4, 4]);
    let text =
        |inputs: &[&Tensor],
         build: for<'n> fn(&'n Network<'_>, &[trt::Tensor<'n>]) -> Outputs<'n>| {
            run(inputs, false, build).unwrap_err().to_string()
        };
    let blended = text(&[&x], |network, x| {
        let layer = network.add_pooling(x[0], PoolingType::MaxAverageBlend, &[2, 2])?;
        layer.set_name("stem/pool")?;
        Ok(vec![layer.output(0)])
    });
    assert!(
        blended.contains("`stem/pool` (Pooling)") && blended.contains("blended pooling"),
        "{blended}"
    );
    let random = text(&[], |network, _| {
        let layer = network.add_fill(&[2], FillOperation::RandomNormal, DataType::Float)?;
        layer.set_name("noise")?;
        Ok(vec![layer.output(0)])
    });
    assert!(
        random.contains("`noise`") && random.contains("random"),
        "{random}"
    );
    let indices = Tensor::from_slice(&[5i64]);
    let outside = text(&[&x, &indices], |network, x| {
        Ok(vec![
            network
                .add_gather(x[0], x[1], GatherMode::Default, 1)?
                .output(0),
        ])
    });
    assert!(outside.contains("into a dimension of 2"), "{outside}");
}

#[test]
fn inputs_are_checked() {
    let builder = Builder::new(library()).unwrap();
    let network = builder.network(NetworkOptions::strongly_typed()).unwrap();
    let x = network.add_input("x", DataType::Float, &[-1, 3]).unwrap();
    network
        .mark_output(network.add_identity(x).unwrap().output(0))
        .unwrap();
    let error = |inputs: Vec<(&str, Tensor)>| {
        let inputs = inputs
            .into_iter()
            .map(|(name, tensor)| (name.to_owned(), tensor))
            .collect();
        interpreter::run(&network, &inputs).unwrap_err().to_string()
    };
    assert!(error(vec![]).contains("`x`: is missing"));
    assert!(
        error(vec![("x", randn(&[2, 4]))]).contains("shape is [2, 4], TensorRT expects [-1, 3]")
    );
    assert!(
        error(vec![("x", randn(&[2, 3]).to_kind(Kind::Half))]).contains("element type is Half")
    );
    assert!(
        error(vec![("x", randn(&[2, 3])), ("y", randn(&[1]))])
            .contains("`y`: the network has no such input")
    );
}
