//! Resizing and sampling.

use super::*;

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
