//! Layers that move elements or make them.

use super::*;

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
