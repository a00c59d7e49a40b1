//! The passes, on small exported programs.

use std::path::PathBuf;

use torchvision_trt::graph::{Argument, Constant, DType, Graph};
use torchvision_trt::passes::{self, Error, PassOptions, Precision};
use torchvision_trt::pt2::Program;

fn graph(name: &str) -> Graph {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(format!("{name}.pt2"));
    Graph::from_program(&Program::open(path).unwrap()).unwrap()
}

fn run(name: &str, options: &PassOptions) -> Result<Graph, Error> {
    let mut graph = graph(name);
    passes::run(&mut graph, options).map(|()| graph)
}

fn targets(graph: &Graph) -> Vec<&str> {
    graph
        .nodes()
        .map(|(_, node)| node.target.as_str())
        .collect()
}

fn floats(constant: &Constant) -> Vec<f32> {
    constant
        .bytes()
        .chunks_exact(4)
        .map(|b| f32::from_le_bytes(b.try_into().unwrap()))
        .collect()
}

#[test]
fn writes_through_views_give_pytorchs_numbers() {
    let graph = run("in_place", &PassOptions::default()).unwrap();
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/in_place.json");
    let expected: serde_json::Value =
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    for output in &graph.outputs[1..] {
        let constant = graph
            .constant(output.value)
            .unwrap_or_else(|| panic!("{} is not folded:\n{graph}", output.path));
        let wanted: Vec<f32> = expected[&output.path]["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|x| x.as_f64().unwrap() as f32)
            .collect();
        assert_eq!(floats(constant), wanted, "{}", output.path);
    }
}

#[test]
fn no_operation_writes_to_its_input_any_more() {
    let graph = run("in_place_input", &PassOptions::default()).unwrap();
    assert_eq!(targets(&graph), ["aten.relu.default", "aten.add.Tensor"]);
}

#[test]
fn a_write_that_depends_on_strides_is_refused_with_the_remedy() {
    let error = run("reshaped", &PassOptions::default())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("run_decompositions({})") && error.contains("b.add_(1)"),
        "{error}"
    );
}

#[test]
fn updates_that_no_output_needs_are_dropped_and_state_is_refused() {
    assert_eq!(
        targets(&run("counter", &PassOptions::default()).unwrap()),
        ["aten.mul.Tensor"]
    );
    for name in ["stateful", "stateful_functional"] {
        let error = run(name, &PassOptions::default()).unwrap_err();
        assert!(
            matches!(&error, Error::Stateful { name, .. } if name == "calls"),
            "{error}"
        );
    }
}

#[test]
fn regions_without_gradients_are_inlined() {
    assert_eq!(
        targets(&run("no_grad", &PassOptions::default()).unwrap()),
        ["aten.exp.default", "aten.mul.Tensor"]
    );
}

#[test]
fn dropout_and_unread_constants_go() {
    let graph = run("conv", &PassOptions::default()).unwrap();
    assert!(!targets(&graph).contains(&"aten.dropout.default"));
    assert!(
        graph
            .constants()
            .all(|(_, c)| !c.name.ends_with("num_batches_tracked"))
    );
}

#[test]
fn dtypes_that_tensorrt_lacks_are_replaced() {
    let dtype = |graph: &Graph, value: &str| {
        graph
            .value(graph.value_named(value).unwrap())
            .dtype()
            .unwrap()
    };
    let graph = run("weights", &PassOptions::default()).unwrap();
    let double = graph.constant(graph.value_named("b_f64").unwrap()).unwrap();
    assert_eq!(floats(double), [0.1, f32::INFINITY]);
    assert_eq!(dtype(&graph, "b_index"), DType::Int64);
    let mut options = PassOptions::default();
    options.int64 = false;
    assert_eq!(
        dtype(&run("weights", &options).unwrap(), "b_index"),
        DType::Int32
    );
}

#[test]
fn mixed_precision_casts_once_and_keeps_the_models_types() {
    for (precision, low) in [
        (Precision::Fp16, DType::Float16),
        (Precision::Bf16, DType::BFloat16),
    ] {
        let mut options = PassOptions::default();
        options.precision = precision;
        let graph = run("conv", &options).unwrap();
        let dtype = |target: &str| {
            let node = graph
                .nodes()
                .find(|(_, node)| node.target == target)
                .unwrap()
                .1;
            graph.value(node.outputs[0]).dtype().unwrap()
        };
        for target in [
            "aten.conv2d.default",
            "aten.relu.default",
            "aten.add.Tensor",
            "aten.linear.default",
        ] {
            assert_eq!(dtype(target), low, "{target}");
        }
        assert_eq!(dtype("aten.mean.dim"), DType::Float32);
        assert_eq!(dtype("aten.softmax.int"), DType::Float32);
        assert_eq!(
            graph.value(graph.inputs[0].value).dtype(),
            Some(DType::Float32)
        );
        assert_eq!(
            graph.value(graph.outputs[0].value).dtype(),
            Some(DType::Float32)
        );
        // The input, six weights and biases, the sum, the mean and the logits: nothing between convolution and addition.
        assert_eq!(
            targets(&graph)
                .iter()
                .filter(|target| **target == "aten._to_copy.default")
                .count(),
            10
        );
    }
}

/// TensorRT computes in int8 what stands between its quantization layers, without a cast in between.
#[test]
fn mixed_precision_leaves_what_is_dequantized_alone() {
    let mut options = PassOptions::default();
    options.precision = Precision::Fp16;
    let graph = run("quantized", &options).unwrap();
    let types: Vec<_> = graph
        .nodes()
        .filter(|(_, node)| node.target == "aten.conv2d.default")
        .map(|(_, node)| graph.value(node.outputs[0]).dtype())
        .collect();
    assert_eq!(types, [Some(DType::Float32), Some(DType::Float16)]);
    // Before the second convolution, its weights and bias, and the output.
    let casts = targets(&graph);
    let casts = casts.iter().filter(|t| **t == "aten._to_copy.default");
    assert_eq!(casts.count(), 4);
}

/// TensorRT 10 has no convolution in 16-bit types with three channels a group, nor a depthwise one over volumes.
#[test]
fn mixed_precision_leaves_unusual_groups_alone() {
    let mut options = PassOptions::default();
    options.precision = Precision::Fp16;
    let graph = run("grouped", &options).unwrap();
    let types: Vec<_> = graph
        .nodes()
        .filter(|(_, node)| node.target.starts_with("aten.conv"))
        .map(|(_, node)| graph.value(node.outputs[0]).dtype())
        .collect();
    let (full, half) = (Some(DType::Float32), Some(DType::Float16));
    assert_eq!(types, [full, half, half, full, full]);
}

/// TensorRT copies nothing for a concatenation that begins with the result of another.
#[test]
fn concatenations_begin_with_earlier_ones() {
    let graph = run("dense", &PassOptions::default()).unwrap();
    let cats: Vec<_> = graph
        .nodes()
        .filter(|(_, node)| node.target == "aten.cat.default")
        .map(|(_, node)| match node.arg("tensors") {
            Some(Argument::Tensors(tensors)) => (tensors.clone(), node.outputs[0]),
            other => panic!("{other:?}"),
        })
        .collect();
    let lengths: Vec<_> = cats.iter().map(|(tensors, _)| tensors.len()).collect();
    assert_eq!(lengths, [2, 2, 2, 3, 3]);
    assert_eq!(cats[1].0[0], Some(cats[0].1));
    assert_eq!(cats[2].0[0], Some(cats[1].1));
}

#[test]
fn full_precision_adds_no_cast_and_leaves_weights_alone() {
    let graph = run("conv", &PassOptions::default()).unwrap();
    assert!(!targets(&graph).contains(&"aten._to_copy.default"));
    assert!(targets(&graph).contains(&"aten.batch_norm.default"));
}

/// One rounding instead of two: the weight's, times the normalization's factor.
#[test]
fn mixed_precision_folds_batch_normalization_into_the_convolution() {
    let mut options = PassOptions::default();
    options.precision = Precision::Fp16;
    let graph = run("conv", &options).unwrap();
    assert!(!targets(&graph).contains(&"aten.batch_norm.default"));
    let original = run("conv", &PassOptions::default()).unwrap();
    let known = |graph: &Graph, name: &str| {
        let mut named = graph.constants().filter(|(_, c)| c.name == name);
        floats(named.next().unwrap().1)
    };
    // The layer is as PyTorch makes it: mean 0, variance 1, factor 1.
    for (name, folded) in [
        ("a.weight", "conv2d_folded"),
        ("a.bias", "conv2d_folded_bias"),
    ] {
        let factor = 1.0 / (1.0 + 1e-5f64).sqrt();
        let expected = known(&original, name).into_iter();
        let expected: Vec<f32> = expected.map(|x| (f64::from(x) * factor) as f32).collect();
        assert_eq!(known(&graph, folded), expected);
    }
}
