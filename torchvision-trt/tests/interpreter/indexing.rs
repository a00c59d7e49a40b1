//! Layers that take indices or give them.

use super::*;

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
