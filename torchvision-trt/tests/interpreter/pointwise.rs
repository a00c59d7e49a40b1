//! Layers that compute each element on its own.

use super::*;

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
