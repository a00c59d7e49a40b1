//! Layers that sum, compare or multiply along axes.

use super::*;

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
fn top_k_takes_the_first_of_equals_and_of_nans() {
    let x = [[1f32, 7.0, 7.0, 2.0], [f32::NAN, 3.0, f32::NAN, 9.0]];
    let x = Tensor::from_slice2(&x);
    for k in [1, 2] {
        let got = run(&[&x], false, |network, x| {
            let (kind, axes) = (TopKOperation::Max, Axes::new([1]));
            let layer = network.add_topk(x[0], kind, k, axes, DataType::Int64)?;
            Ok(vec![layer.output(1)])
        })
        .unwrap();
        let expected = Tensor::from_slice2(&[[1i64, 2], [0, 2]]).narrow(1, 0, k);
        assert_close(&got[0], &expected);
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
