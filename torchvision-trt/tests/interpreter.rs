//! The interpreter against libtorch's own operators, on networks that TensorRT also builds.

#![cfg(feature = "tch")]

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
fn convolution() {
    let (x, w, b) = (randn(&[2, 6, 9, 11]), randn(&[4, 3, 3, 2]), randn(&[4]));
    let expected = x.conv2d(&w, Some(&b), [2, 1], [1, 2], [1, 3], 2);
    check_static(&[&x], &expected, |network, x| {
        let layer = network.add_convolution(
            x[0],
            4,
            &[3, 2],
            weights(network, &w),
            Some(weights(network, &b)),
        )?;
        layer.set_num_groups(2)?;
        layer.set_stride(&[2, 1])?;
        layer.set_padding(&[1, 2])?;
        layer.set_dilation(&[1, 3])?;
        Ok(layer.output(0))
    });
    let padded = x.constant_pad_nd([3, 0, 1, 2]);
    check_static(
        &[&x],
        &padded.conv2d(&w, None::<&Tensor>, [3, 3], [0, 0], [1, 1], 2),
        |network, x| {
            let layer = network.add_convolution(x[0], 4, &[3, 2], weights(network, &w), None)?;
            layer.set_num_groups(2)?;
            layer.set_stride(&[3, 3])?;
            layer.set_pre_padding(&[1, 3])?;
            layer.set_post_padding(&[2, 0])?;
            Ok(layer.output(0))
        },
    );
}

#[test]
fn convolution_pads_by_mode() {
    let (x, w) = (randn(&[1, 1, 6, 7]), randn(&[1, 1, 4, 3]));
    // Documented for SAME: output ceil(input / stride); the odd element goes behind (upper) or in front (lower).
    let same = |before: [i64; 4]| {
        x.constant_pad_nd(before)
            .conv2d(&w, None::<&Tensor>, [2, 2], [0, 0], [1, 1], 1)
    };
    for (mode, padding) in [
        (PaddingMode::SameUpper, [1, 1, 1, 1]),
        (PaddingMode::SameLower, [1, 1, 1, 1]),
    ] {
        check_static(&[&x], &same(padding), |network, x| {
            let layer = network.add_convolution(x[0], 1, &[4, 3], weights(network, &w), None)?;
            layer.set_stride(&[2, 2])?;
            layer.set_padding_mode(mode)?;
            Ok(layer.output(0))
        });
    }
    let odd = |before: [i64; 4]| {
        x.constant_pad_nd(before)
            .conv2d(&w, None::<&Tensor>, [1, 1], [0, 0], [1, 1], 1)
    };
    for (mode, padding) in [
        (PaddingMode::SameUpper, [1, 1, 1, 2]),
        (PaddingMode::SameLower, [1, 1, 2, 1]),
    ] {
        check_static(&[&x], &odd(padding), |network, x| {
            let layer = network.add_convolution(x[0], 1, &[4, 3], weights(network, &w), None)?;
            layer.set_padding_mode(mode)?;
            Ok(layer.output(0))
        });
    }
    check_static(
        &[&x],
        &x.constant_pad_nd([0, 1, 0, 1])
            .conv2d(&w, None::<&Tensor>, [3, 5], [0, 0], [1, 1], 1),
        |network, x| {
            let layer = network.add_convolution(x[0], 1, &[4, 3], weights(network, &w), None)?;
            layer.set_stride(&[3, 5])?;
            layer.set_padding_mode(PaddingMode::ExplicitRoundUp)?;
            Ok(layer.output(0))
        },
    );
}

#[test]
fn convolution_3d() {
    let (x, w, b) = (
        randn(&[1, 2, 4, 6, 5]),
        randn(&[6, 1, 2, 3, 1]),
        randn(&[6]),
    );
    let expected = x.conv3d(&w, Some(&b), [1, 2, 1], [1, 0, 2], [1, 1, 1], 2);
    check_static(&[&x], &expected, |network, x| {
        let layer = network.add_convolution(
            x[0],
            6,
            &[2, 3, 1],
            weights(network, &w),
            Some(weights(network, &b)),
        )?;
        layer.set_num_groups(2)?;
        layer.set_stride(&[1, 2, 1])?;
        layer.set_padding(&[1, 0, 2])?;
        Ok(layer.output(0))
    });
}

#[test]
fn convolution_with_a_computed_kernel() {
    let (x, w) = (randn(&[1, 3, 6, 6]), randn(&[4, 3, 3, 3]));
    check_static(
        &[&x, &w],
        &x.conv2d(&w, None::<&Tensor>, [1, 1], [0, 0], [1, 1], 1),
        |network, inputs| {
            let layer = network.add_convolution(
                inputs[0],
                4,
                &[3, 3],
                Weights::empty(DataType::Float),
                None,
            )?;
            layer.set_input(1, inputs[1])?;
            Ok(layer.output(0))
        },
    );
}

#[test]
fn deconvolution() {
    let (x, w, b) = (randn(&[2, 4, 5, 6]), randn(&[4, 3, 3, 4]), randn(&[6]));
    let full = x.conv_transpose2d(&w, Some(&b), [2, 3], [1, 2], [0, 0], 2, [1, 1]);
    check_static(&[&x], &full, |network, x| {
        let layer = network.add_deconvolution(
            x[0],
            6,
            &[3, 4],
            weights(network, &w),
            Some(weights(network, &b)),
        )?;
        layer.set_num_groups(2)?;
        layer.set_stride(&[2, 3])?;
        layer.set_padding(&[1, 2])?;
        Ok(layer.output(0))
    });
    let whole = x.conv_transpose2d(&w, Some(&b), [2, 3], [0, 0], [0, 0], 2, [1, 1]);
    let (h, wd) = (whole.size()[2], whole.size()[3]);
    check_static(
        &[&x],
        &whole.narrow(2, 1, h - 1).narrow(3, 0, wd - 2),
        |network, x| {
            let layer = network.add_deconvolution(
                x[0],
                6,
                &[3, 4],
                weights(network, &w),
                Some(weights(network, &b)),
            )?;
            layer.set_num_groups(2)?;
            layer.set_stride(&[2, 3])?;
            layer.set_pre_padding(&[1, 0])?;
            layer.set_post_padding(&[0, 2])?;
            Ok(layer.output(0))
        },
    );
}

#[test]
fn max_pooling() {
    let x = randn(&[2, 3, 9, 8]) - 5.0;
    for ceil in [false, true] {
        let expected = x.max_pool2d([3, 2], [2, 3], [1, 0], [1, 1], ceil);
        check_static(&[&x], &expected, |network, x| {
            let layer = network.add_pooling(x[0], PoolingType::Max, &[3, 2])?;
            layer.set_stride(&[2, 3])?;
            layer.set_padding(&[1, 0])?;
            if ceil {
                layer.set_padding_mode(PaddingMode::ExplicitRoundUp)?;
            }
            Ok(layer.output(0))
        });
    }
    let x = randn(&[1, 2, 4, 5, 6]);
    check_static(
        &[&x],
        &x.max_pool3d([2, 2, 3], [1, 2, 3], [0, 1, 0], [1, 1, 1], false),
        |network, x| {
            let layer = network.add_pooling(x[0], PoolingType::Max, &[2, 2, 3])?;
            layer.set_stride(&[1, 2, 3])?;
            layer.set_padding(&[0, 1, 0])?;
            Ok(layer.output(0))
        },
    );
}

#[test]
fn average_pooling_counts_as_asked() {
    let x = randn(&[2, 3, 8, 7]);
    for (ceil, include) in [(false, false), (false, true), (true, false), (true, true)] {
        let expected = x.avg_pool2d([3, 3], [2, 2], [1, 1], ceil, include, None::<i64>);
        check_static(&[&x], &expected, |network, x| {
            let layer = network.add_pooling(x[0], PoolingType::Average, &[3, 3])?;
            layer.set_stride(&[2, 2])?;
            layer.set_padding(&[1, 1])?;
            layer.set_average_count_excludes_padding(!include)?;
            if ceil {
                layer.set_padding_mode(PaddingMode::ExplicitRoundUp)?;
            }
            Ok(layer.output(0))
        });
    }
}

#[test]
fn activations() {
    let x = Tensor::from_slice(&[-100f32, -3.0, -1.0, -0.5, 0.0, 0.25, 1.0, 2.0, 5.0, 100.0]);
    let where_negative = |negative: Tensor| negative.where_self(&x.lt(0.0), &x);
    type A = ActivationType;
    let cases: Vec<(A, f64, f64, Tensor)> = vec![
        (A::Relu, 0.0, 0.0, x.relu()),
        (A::Sigmoid, 0.0, 0.0, x.sigmoid()),
        (A::Tanh, 0.0, 0.0, x.tanh()),
        (A::LeakyRelu, 0.3, 0.0, where_negative(&x * 0.3)),
        (A::Elu, 1.5, 0.0, where_negative((x.exp() - 1.0) * 1.5)),
        (
            A::Selu,
            1.6,
            1.05,
            where_negative((x.exp() - 1.0) * 1.6) * 1.05,
        ),
        (A::Softsign, 0.0, 0.0, &x / (x.abs() + 1.0)),
        (A::Softplus, 2.0, 0.5, ((&x * 0.5).exp() + 1.0).log() * 2.0),
        (A::Clip, -0.5, 2.0, x.clamp(-0.5, 2.0)),
        (A::HardSigmoid, 0.2, 0.4, (&x * 0.2 + 0.4).clamp(0.0, 1.0)),
        (A::ScaledTanh, 2.0, 0.5, (&x * 0.5).tanh() * 2.0),
        (
            A::ThresholdedRelu,
            1.0,
            0.0,
            x.where_self(&x.gt(1.0), &x.zeros_like()),
        ),
        (A::GeluErf, 0.0, 0.0, x.gelu("none")),
        (A::GeluTanh, 0.0, 0.0, x.gelu("tanh")),
    ];
    for (kind, alpha, beta, expected) in cases {
        check(&[&x], &expected, |network, x| {
            let layer = network.add_activation(x[0], kind)?;
            layer.set_alpha(alpha)?;
            layer.set_beta(beta)?;
            Ok(layer.output(0))
        });
    }
}

#[test]
fn elementwise_operations() {
    type Op = ElementWiseOperation;
    let (a, b) = (
        Tensor::rand([3, 1, 4], FLOAT) * 4.0 + 0.1,
        Tensor::rand([1, 2, 4], FLOAT) * 3.0 + 0.2,
    );
    let cases = [
        (Op::Sum, &a + &b),
        (Op::Prod, &a * &b),
        (Op::Max, a.maximum(&b)),
        (Op::Min, a.minimum(&b)),
        (Op::Sub, &a - &b),
        (Op::Div, &a / &b),
        (Op::Pow, a.pow(&b)),
        (Op::FloorDiv, (&a / &b).floor()),
        (Op::Greater, a.gt_tensor(&b)),
        (Op::Less, a.lt_tensor(&b)),
        (Op::Equal, a.eq_tensor(&b)),
    ];
    for (operation, expected) in cases {
        check(&[&a, &b], &expected, |network, x| {
            Ok(network.add_elementwise(x[0], x[1], operation)?.output(0))
        });
    }
    let (a, b) = (
        Tensor::from_slice(&[7i64, -7, 7, -7]),
        Tensor::from_slice(&[2i64, 2, -2, -2]),
    );
    for (operation, expected) in [(Op::Div, [3i64, -3, -3, 3]), (Op::FloorDiv, [3, -4, -4, 3])] {
        check(&[&a, &b], &Tensor::from_slice(&expected), |network, x| {
            Ok(network.add_elementwise(x[0], x[1], operation)?.output(0))
        });
    }
    let (a, b) = (
        Tensor::from_slice(&[true, true, false]),
        Tensor::from_slice(&[true, false, false]),
    );
    for (operation, expected) in [
        (Op::And, [true, false, false]),
        (Op::Or, [true, true, false]),
        (Op::Xor, [false, true, false]),
    ] {
        check(&[&a, &b], &Tensor::from_slice(&expected), |network, x| {
            Ok(network.add_elementwise(x[0], x[1], operation)?.output(0))
        });
    }
}

#[test]
fn unary_operations() {
    type Op = UnaryOperation;
    let x = Tensor::from_slice(&[-0.9f32, -0.5, 0.0, 0.25, 0.5, 0.99]);
    let positive = Tensor::from_slice(&[0.1f32, 1.0, 1.5, 2.5, 3.5, 40.0]);
    let cases = [
        (Op::Exp, &x, x.exp()),
        (Op::Log, &positive, positive.log()),
        (Op::Sqrt, &positive, positive.sqrt()),
        (Op::Recip, &positive, positive.reciprocal()),
        (Op::Abs, &x, x.abs()),
        (Op::Neg, &x, x.neg()),
        (Op::Sin, &x, x.sin()),
        (Op::Cos, &x, x.cos()),
        (Op::Tan, &x, x.tan()),
        (Op::Sinh, &x, x.sinh()),
        (Op::Cosh, &x, x.cosh()),
        (Op::Asin, &x, x.asin()),
        (Op::Acos, &x, x.acos()),
        (Op::Atan, &x, x.atan()),
        (Op::Asinh, &x, x.asinh()),
        (
            Op::Acosh,
            &positive.clamp_min(1.0),
            positive.clamp_min(1.0).acosh(),
        ),
        (Op::Atanh, &x, x.atanh()),
        (Op::Ceil, &x, x.ceil()),
        (Op::Floor, &x, x.floor()),
        (Op::Erf, &x, x.erf()),
        (Op::Sign, &x, x.sign()),
        (
            Op::Round,
            &positive,
            Tensor::from_slice(&[0f32, 1.0, 2.0, 2.0, 4.0, 40.0]),
        ),
    ];
    for (operation, input, expected) in cases {
        check(&[input], &expected, |network, x| {
            Ok(network.add_unary(x[0], operation)?.output(0))
        });
    }
    let flags = Tensor::from_slice(&[true, false]);
    check(&[&flags], &flags.logical_not(), |network, x| {
        Ok(network.add_unary(x[0], Op::Not)?.output(0))
    });
}

#[test]
fn select_broadcasts() {
    let condition = Tensor::from_slice(&[true, false, true]).view([3, 1]);
    let (a, b) = (randn(&[1, 4]), randn(&[3, 4]));
    check(
        &[&condition, &a, &b],
        &a.where_self(&condition, &b),
        |network, x| Ok(network.add_select(x[0], x[1], x[2])?.output(0)),
    );
}

#[test]
fn reductions() {
    type Op = ReduceOperation;
    let x = randn(&[2, 3, 4, 5]);
    for keep in [false, true] {
        let cases = [
            (
                Op::Sum,
                x.sum_dim_intlist(&[1i64, 3][..], keep, Kind::Float),
            ),
            (Op::Avg, x.mean_dim(&[1i64, 3][..], keep, Kind::Float)),
            (Op::Max, x.amax([1, 3], keep)),
            (Op::Min, x.amin([1, 3], keep)),
            (
                Op::Prod,
                x.prod_dim_int(3, keep, Kind::Float)
                    .prod_dim_int(1, keep, Kind::Float),
            ),
        ];
        for (operation, expected) in cases {
            check(&[&x], &expected, |network, x| {
                Ok(network
                    .add_reduce(x[0], operation, Axes::new([1, 3]), keep)?
                    .output(0))
            });
        }
    }
}

#[test]
fn softmax() {
    let x = randn(&[2, 5, 3]) * 20.0;
    for axis in 0..3usize {
        check(&[&x], &x.softmax(axis as i64, Kind::Float), |network, x| {
            Ok(network.add_softmax(x[0], axis)?.output(0))
        });
    }
}

#[test]
fn top_k_is_sorted() {
    let x = randn(&[3, 7]);
    for (operation, largest) in [(TopKOperation::Max, true), (TopKOperation::Min, false)] {
        let (values, indices) = x.topk(4, 1, largest, true);
        let got = run(&[&x], false, |network, x| {
            let layer = network.add_topk(x[0], operation, 4, Axes::new([1]), DataType::Int64)?;
            Ok(vec![layer.output(0), layer.output(1)])
        })
        .unwrap();
        assert_close(&got[0], &values);
        assert_close(&got[1], &indices);
    }
}

#[test]
fn cumulative_sums() {
    let x = Tensor::from_slice(&[1f32, 2.0, 4.0, 8.0]);
    for (exclusive, reverse, expected) in [
        (false, false, [1f32, 3.0, 7.0, 15.0]),
        (true, false, [0.0, 1.0, 3.0, 7.0]),
        (false, true, [15.0, 14.0, 12.0, 8.0]),
        (true, true, [14.0, 12.0, 8.0, 0.0]),
    ] {
        check(&[&x], &Tensor::from_slice(&expected), |network, x| {
            let axis = integers(network, &[], &[0])?;
            Ok(network
                .add_cumulative(x[0], axis, CumulativeOperation::Sum, exclusive, reverse)?
                .output(0))
        });
    }
}

#[test]
fn shuffle_transposes_reshapes_transposes() {
    let x = randn(&[2, 3, 4]);
    let expected = x.permute([2, 0, 1]).reshape([4, 3, 2]).permute([1, 2, 0]);
    check_static(&[&x], &expected, |network, x| {
        let layer = network.add_shuffle(x[0])?;
        layer.set_first_transpose(&[2, 0, 1])?;
        layer.set_reshape_dimensions(&[0, -1, 2])?;
        layer.set_second_transpose(&[1, 2, 0])?;
        Ok(layer.output(0))
    });
    check(&[&x], &x.reshape([2, 12]), |network, x| {
        let layer = network.add_shuffle(x[0])?;
        layer.set_reshape_dimensions(&[0, -1])?;
        Ok(layer.output(0))
    });
    check_static(
        &[&x.narrow(0, 0, 1).narrow(1, 0, 1).narrow(2, 0, 1)],
        &x.get(0).get(0).get(0),
        |network, x| {
            let layer = network.add_shuffle(x[0])?;
            layer.set_reshape_dimensions(&[])?;
            Ok(layer.output(0))
        },
    );
    check(&[&x], &x.permute([1, 2, 0]), |network, x| {
        let layer = network.add_shuffle(x[0])?;
        layer.set_first_transpose(&[1, 2, 0])?;
        Ok(layer.output(0))
    });
    check(&[&x], &x.flatten(0, 1), |network, x| {
        let shape = network.add_shape(x[0])?.output(0);
        let last = network.add_slice(shape, &[2], &[1], &[1])?.output(0);
        let sizes = network
            .add_concatenation(&[integers(network, &[1], &[-1])?, last], 0)?
            .output(0);
        let layer = network.add_shuffle(x[0])?;
        layer.set_input(1, sizes)?;
        Ok(layer.output(0))
    });
}

#[test]
fn slices_in_every_mode() {
    let x = Tensor::arange(12, FLOAT).view([3, 4]);
    check_static(
        &[&x],
        &x.slice(0, 0, 3, 2).slice(1, 1, 4, 1),
        |network, x| {
            Ok(network
                .add_slice(x[0], &[0, 1], &[2, 3], &[2, 1])?
                .output(0))
        },
    );
    check_static(&[&x], &x.flip([1]), |network, x| {
        Ok(network
            .add_slice(x[0], &[0, 3], &[3, 4], &[1, -1])?
            .output(0))
    });
    let row = Tensor::arange(4, FLOAT);
    let cases = [
        (SampleMode::Wrap, [2f32, 3.0, 0.0, 1.0, 2.0, 3.0, 0.0, 1.0]),
        (SampleMode::Clamp, [0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 3.0, 3.0]),
        (SampleMode::Fill, [7.5, 7.5, 0.0, 1.0, 2.0, 3.0, 7.5, 7.5]),
        (
            SampleMode::Reflect,
            [2.0, 1.0, 0.0, 1.0, 2.0, 3.0, 2.0, 1.0],
        ),
    ];
    for (mode, expected) in cases {
        check_static(&[&row], &Tensor::from_slice(&expected), |network, x| {
            let layer = network.add_slice(x[0], &[-2], &[8], &[1])?;
            layer.set_mode(mode)?;
            if mode == SampleMode::Fill {
                layer.set_input(4, floats(network, &Tensor::from(7.5f32))?)?;
            }
            Ok(layer.output(0))
        });
    }
    check(&[&x], &x.constant_pad_nd([1, 2, 0, 1]), |network, x| {
        let size = network.add_shape(x[0])?.output(0);
        let grown = network.add_elementwise(
            size,
            integers(network, &[2], &[1, 3])?,
            ElementWiseOperation::Sum,
        )?;
        let layer = network.add_slice(x[0], &[0, -1], &[0, 0], &[1, 1])?;
        layer.set_input(2, grown.output(0))?;
        layer.set_mode(SampleMode::Fill)?;
        Ok(layer.output(0))
    });
}

#[test]
fn concatenation_and_padding() {
    let (a, b) = (randn(&[2, 3, 4]), randn(&[2, 1, 4]));
    check_static(&[&a, &b], &Tensor::cat(&[&a, &b], 1), |network, x| {
        Ok(network.add_concatenation(x, 1)?.output(0))
    });
    let x = randn(&[1, 2, 4, 5]);
    check_static(&[&x], &x.constant_pad_nd([1, -2, -1, 3]), |network, x| {
        Ok(network.add_padding(x[0], &[-1, 1], &[3, -2])?.output(0))
    });
}

#[test]
fn matrix_products() {
    type M = MatrixOperation;
    let (a, b) = (randn(&[2, 3, 4]), randn(&[1, 4, 5]));
    check_static(&[&a, &b], &a.matmul(&b), |network, x| {
        Ok(network
            .add_matrix_multiply(x[0], M::None, x[1], M::None)?
            .output(0))
    });
    check_static(
        &[&a.transpose(1, 2).contiguous(), &b],
        &a.matmul(&b),
        |network, x| {
            Ok(network
                .add_matrix_multiply(x[0], M::Transpose, x[1], M::None)?
                .output(0))
        },
    );
    check_static(
        &[&a, &b.transpose(1, 2).contiguous()],
        &a.matmul(&b),
        |network, x| {
            Ok(network
                .add_matrix_multiply(x[0], M::None, x[1], M::Transpose)?
                .output(0))
        },
    );
    let (v, m) = (randn(&[4]), randn(&[4, 5]));
    check_static(&[&v, &m], &v.matmul(&m), |network, x| {
        Ok(network
            .add_matrix_multiply(x[0], M::Vector, x[1], M::None)?
            .output(0))
    });
    check_static(
        &[&m.transpose(0, 1).contiguous(), &v],
        &m.transpose(0, 1).matmul(&v),
        |network, x| {
            Ok(network
                .add_matrix_multiply(x[0], M::None, x[1], M::Vector)?
                .output(0))
        },
    );
    check_static(&[&v, &v], &v.dot(&v), |network, x| {
        Ok(network
            .add_matrix_multiply(x[0], M::Vector, x[1], M::Vector)?
            .output(0))
    });
    let (a, b) = (randn(&[2, 3, 4]), randn(&[2, 4, 5]));
    check_static(&[&a, &b], &a.matmul(&b), |network, x| {
        Ok(network.add_einsum(x, "bij,bjk->bik")?.output(0))
    });
}

#[test]
fn scales() {
    let x = Tensor::rand([2, 3, 4, 5], FLOAT) + 0.5;
    let (scale, shift, power) = (
        Tensor::rand([3], FLOAT),
        Tensor::rand([3], FLOAT),
        Tensor::rand([3], FLOAT) * 3.0,
    );
    let column = |t: &Tensor| t.view([1, 3, 1, 1]);
    let expected = (&x * column(&scale) + column(&shift)).pow(&column(&power));
    check_static(&[&x], &expected, |network, x| {
        let w = |t: &Tensor| Some(weights(network, t));
        Ok(network
            .add_scale(x[0], ScaleMode::Channel, w(&shift), w(&scale), w(&power), 1)?
            .output(0))
    });
    let elements = randn(&[3, 4, 5]);
    check_static(&[&x], &(&x * &elements), |network, x| {
        let w = Some(weights(network, &elements));
        Ok(network
            .add_scale(x[0], ScaleMode::ElementWise, None, w, None, 1)?
            .output(0))
    });
    check_static(&[&x], &(&x * 2.0 + 0.5), |network, x| {
        let w = |v: f32| Some(Weights::from(network.keep(vec![v])));
        Ok(network
            .add_scale(x[0], ScaleMode::Uniform, w(0.5), w(2.0), None, 1)?
            .output(0))
    });
}

#[test]
fn normalizations() {
    let x = randn(&[2, 6, 4, 5]) * 3.0 + 1.0;
    let (scale, bias) = (randn(&[1, 1, 4, 5]), randn(&[1, 1, 4, 5]));
    let expected = x.layer_norm(
        [4, 5],
        Some(&scale.view([4, 5])),
        Some(&bias.view([4, 5])),
        1e-3,
        false,
    );
    check_static(&[&x], &expected, |network, x| {
        let (s, b) = (floats(network, &scale)?, floats(network, &bias)?);
        let layer = network.add_normalization_v2(x[0], s, b, Axes::new([2, 3]))?;
        layer.set_epsilon(1e-3)?;
        Ok(layer.output(0))
    });
    let (scale, bias) = (randn(&[6]), randn(&[6]));
    check_static(
        &[&x],
        &x.group_norm(3, Some(&scale), Some(&bias), 1e-5, false),
        |network, x| {
            let column = |t: &Tensor| floats(network, &t.view([1, 6, 1, 1]));
            let layer = network.add_normalization_v2(
                x[0],
                column(&scale)?,
                column(&bias)?,
                Axes::new([2, 3]),
            )?;
            layer.set_num_groups(3)?;
            Ok(layer.output(0))
        },
    );
}

#[test]
fn gathers() {
    let (data, indices) = (
        randn(&[4, 5, 3]),
        Tensor::from_slice(&[4i64, 0, 2, 2]).view([2, 2]),
    );
    check_static(
        &[&data, &indices],
        &data.index_select(1, &indices.view(-1)).view([4, 2, 2, 3]),
        |network, x| {
            Ok(network
                .add_gather(x[0], x[1], GatherMode::Default, 1)?
                .output(0))
        },
    );
    let element = Tensor::from_slice(&[1i64, 0, 3, 2])
        .view([4, 1, 1])
        .expand([4, 2, 3], false)
        .contiguous();
    check_static(
        &[&data, &element],
        &data.gather(1, &element, false),
        |network, x| {
            Ok(network
                .add_gather(x[0], x[1], GatherMode::Element, 1)?
                .output(0))
        },
    );
    let nd = Tensor::from_slice(&[3i64, 1, 0, 4]).view([2, 2]);
    let expected = Tensor::stack(&[data.get(3).get(1), data.get(0).get(4)], 0);
    check_static(&[&data, &nd], &expected, |network, x| {
        Ok(network.add_gather(x[0], x[1], GatherMode::Nd, 0)?.output(0))
    });
}

#[test]
fn scatters() {
    let (data, updates) = (randn(&[3, 4]), randn(&[3, 2]));
    let indices = Tensor::from_slice(&[1i64, 3, 0, 2, 3, 1]).view([3, 2]);
    check_static(
        &[&data, &indices, &updates],
        &data.scatter(1, &indices, &updates),
        |network, x| {
            let layer = network.add_scatter(x[0], x[1], x[2], ScatterMode::Element)?;
            layer.set_axis(1)?;
            Ok(layer.output(0))
        },
    );
    let (rows, nd) = (randn(&[2, 4]), Tensor::from_slice(&[2i64, 0]).view([2, 1]));
    let expected = data.index_put(&[Some(Tensor::from_slice(&[2i64, 0]))], &rows, false);
    check_static(&[&data, &nd, &rows], &expected, |network, x| {
        Ok(network
            .add_scatter(x[0], x[1], x[2], ScatterMode::Nd)?
            .output(0))
    });
}

#[test]
fn one_hot_and_non_zero() {
    let indices = Tensor::from_slice(&[2i32, 0, 1]);
    let expected = indices
        .to_kind(Kind::Int64)
        .one_hot(4)
        .to_kind(Kind::Float)
        .transpose(0, 1)
        * 3.0
        - 1.0;
    check_static(&[&indices], &expected.contiguous(), |network, x| {
        let values = floats(network, &Tensor::from_slice(&[-1f32, 2.0]))?;
        let depth = network
            .add_constant(&[], Weights::from(network.keep(vec![4i32])))?
            .output(0);
        Ok(network.add_one_hot(x[0], values, depth, 0)?.output(0))
    });
    let x = Tensor::from_slice(&[0f32, 3.0, 0.0, -1.0, 2.0, 0.0]).view([2, 3]);
    let got = run_and(&[&x], false, false, |network, x| {
        Ok(vec![network.add_nonzero(x[0], DataType::Int64)?.output(0)])
    })
    .unwrap();
    assert_close(
        &got[0],
        &Tensor::from_slice(&[0i64, 1, 1, 1, 0, 1]).view([2, 3]),
    );
}

#[test]
fn resizes() {
    type T = ResizeCoordinateTransformation;
    let x = randn(&[1, 2, 5, 7]);
    for (height, width) in [(10, 14), (3, 4), (8, 5), (1, 9)] {
        let size = [1, 2, height, width];
        let cases = [
            (
                InterpolationMode::Linear,
                T::HalfPixel,
                x.upsample_bilinear2d([height, width], false, None, None),
            ),
            (
                InterpolationMode::Linear,
                T::AlignCorners,
                x.upsample_bilinear2d([height, width], true, None, None),
            ),
            (
                InterpolationMode::Nearest,
                T::Asymmetric,
                x.upsample_nearest2d([height, width], None, None),
            ),
            (
                InterpolationMode::Cubic,
                T::HalfPixel,
                x.upsample_bicubic2d([height, width], false, None, None),
            ),
            (
                InterpolationMode::Cubic,
                T::AlignCorners,
                x.upsample_bicubic2d([height, width], true, None, None),
            ),
        ];
        for (mode, transformation, expected) in cases {
            check_static(&[&x], &expected, |network, x| {
                let layer = network.add_resize(x[0])?;
                layer.set_output_dimensions(&size)?;
                layer.set_interpolation_mode(mode)?;
                layer.set_coordinate_transformation(transformation)?;
                layer.set_nearest_rounding(ResizeRoundMode::Floor)?;
                Ok(layer.output(0))
            });
        }
    }
    check_static(
        &[&x],
        &x.upsample_nearest2d([10, 21], None, None),
        |network, x| {
            let layer = network.add_resize(x[0])?;
            layer.set_scales(&[1.0, 1.0, 2.0, 3.0])?;
            Ok(layer.output(0))
        },
    );
}

#[test]
fn grid_samples() {
    let (x, grid) = (
        randn(&[2, 3, 5, 6]),
        Tensor::rand([2, 4, 3, 2], FLOAT) * 3.0 - 1.5,
    );
    for (mode, number) in [
        (InterpolationMode::Linear, 0),
        (InterpolationMode::Nearest, 1),
    ] {
        for (sample, padding) in [
            (SampleMode::Fill, 0),
            (SampleMode::Clamp, 1),
            (SampleMode::Reflect, 2),
        ] {
            for align in [false, true] {
                check_static(
                    &[&x, &grid],
                    &x.grid_sampler(&grid, number, padding, align),
                    |network, x| {
                        let layer = network.add_grid_sample(x[0], x[1])?;
                        layer.set_interpolation_mode(mode)?;
                        layer.set_sample_mode(sample)?;
                        layer.set_align_corners(align)?;
                        Ok(layer.output(0))
                    },
                );
            }
        }
    }
}

#[test]
fn fills() {
    let x = randn(&[3, 4]);
    let expected = Tensor::from_slice(&[
        1f32, 11.0, 21.0, 31.0, 101.0, 111.0, 121.0, 131.0, 201.0, 211.0, 221.0, 231.0,
    ]);
    check(&[&x], &expected.view([3, 4]), |network, x| {
        let layer = network.add_fill(&[3, 4], FillOperation::Linspace, DataType::Float)?;
        layer.set_input(0, network.add_shape(x[0])?.output(0))?;
        layer.set_input(1, floats(network, &Tensor::from(1f32))?)?;
        layer.set_input(2, floats(network, &Tensor::from_slice(&[100f32, 10.0]))?)?;
        Ok(layer.output(0))
    });
}

#[test]
fn quantization_rounds_to_even_and_saturates() {
    let x = Tensor::from_slice(&[0.25f32, 0.75, -0.25, 1000.0, -1000.0, 0.3]).view([1, 6]);
    let expected = Tensor::from_slice(&[0f32, 1.0, 0.0, 63.5, -64.0, 0.5]).view([1, 6]);
    check_static(&[&x], &expected, |network, x| {
        let scale = floats(network, &Tensor::from(0.5f32))?;
        let quantized = network.add_quantize(x[0], scale, DataType::Int8)?.output(0);
        Ok(network
            .add_dequantize(quantized, scale, DataType::Float)?
            .output(0))
    });
}

#[test]
fn suppresses_boxes_by_class() {
    let boxes = Tensor::from_slice(&[
        0f32, 0., 10., 10., 1., 1., 10., 10., 20., 20., 30., 30., 0., 0., 10., 9.,
    ])
    .view([1, 4, 4]);
    let scores = Tensor::from_slice(&[0.9f32, 0.1, 0.8, 0.7, 0.7, 0.6, 0.95, 0.05]).view([1, 4, 2]);
    let got = run_and(&[&boxes, &scores], false, false, |network, x| {
        let scalar = |v: f32| floats(network, &Tensor::from(v));
        let most = network
            .add_constant(&[], Weights::from(network.keep(vec![4i32])))?
            .output(0);
        let layer = network.add_nms(x[0], x[1], most, DataType::Int64)?;
        layer.set_input(3, scalar(0.5)?)?;
        layer.set_input(4, scalar(0.3)?)?;
        Ok(vec![layer.output(0), layer.output(1)])
    })
    .unwrap();
    // Class 0: box 3 hides 0 and 1; class 1: boxes 1 and 2 are apart.
    let mut rows: Vec<Vec<i64>> = Vec::<Vec<i64>>::try_from(&got[0]).unwrap();
    rows.sort();
    assert_eq!(rows, [[0, 0, 2], [0, 0, 3], [0, 1, 1], [0, 1, 2]]);
}

#[test]
fn half_precision_rounds_after_each_layer() {
    let x = (randn(&[4, 5]) * 3.0).to_kind(Kind::Half);
    let y = (x.to_kind(Kind::Float) * x.to_kind(Kind::Float)).to_kind(Kind::Half);
    let expected = (y.to_kind(Kind::Float) + x.to_kind(Kind::Float)).to_kind(Kind::Half);
    let got = run(&[&x], false, |network, x| {
        let square = network
            .add_elementwise(x[0], x[0], ElementWiseOperation::Prod)?
            .output(0);
        Ok(vec![
            network
                .add_elementwise(square, x[0], ElementWiseOperation::Sum)?
                .output(0),
        ])
    })
    .unwrap();
    assert_eq!(got[0].kind(), Kind::Half);
    assert!(got[0].equal(&expected));
}

#[test]
fn casts() {
    let x = Tensor::from_slice(&[-2.7f32, -0.4, 0.0, 0.6, 3.9]);
    for (dtype, kind) in [
        (DataType::Int32, Kind::Int),
        (DataType::Int64, Kind::Int64),
        (DataType::Bool, Kind::Bool),
        (DataType::Half, Kind::Half),
        (DataType::BFloat16, Kind::BFloat16),
    ] {
        let got = run(&[&x], true, |network, x| {
            Ok(vec![network.add_cast(x[0], dtype)?.output(0)])
        })
        .unwrap();
        assert!(got[0].equal(&x.to_kind(kind)), "{dtype}");
    }
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
