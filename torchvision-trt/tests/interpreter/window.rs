//! Convolutions and pooling.

use super::*;

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
