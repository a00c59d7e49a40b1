//! Sampling, pooling inside boxes, deformable convolution and suppression, at the sizes of tests/compare_speed.py, which measures
//! torchvision's and PyTorch's operators. The names of both are the same.

use super::{Bench, count, real, scattered, tensor};
use crate::suite::Tensor;
use trt::DataType::{self, Float, Half};
use trt::plugin::Fields;

/// Numbers of a tensor, in the type.
fn numbers(dtype: DataType, dims: &[i64], of: impl Fn(usize) -> f32) -> Tensor {
    let values = (0..count(dims)).map(of);
    let bytes: Vec<u8> = match dtype {
        Half => values
            .flat_map(|value| half::f16::from_f32(value).to_le_bytes())
            .collect(),
        _ => values.flat_map(f32::to_le_bytes).collect(),
    };
    tensor(dtype, dims, bytes)
}

/// A number from 0 to below 1.
fn fraction(position: usize) -> f32 {
    (scattered(position) % 65536) as f32 / 65536.0
}

/// The identity, a little shaken, so that neighbours read neighbours as warps do.
fn grid(dtype: DataType, n: i64, h: i64, w: i64) -> Tensor {
    numbers(dtype, &[n, h, w, 2], |at| {
        let (x, y) = (at / 2 % w as usize, at / 2 / w as usize % h as usize);
        let (position, size) = if at % 2 == 0 { (x, w) } else { (y, h) };
        (2.0 * position as f32 + 1.0) / size as f32 - 1.0 + 0.05 * (fraction(at / 64) - 0.5)
    })
}

/// Boxes of 16 to 272 pixels, the first corner within `width` and `height`; with five columns the first one is item 0.
fn boxes(dtype: DataType, n: i64, columns: usize, width: f32, height: f32) -> Tensor {
    numbers(dtype, &[n, columns as i64], |at| {
        let row = at / columns;
        let corner = |axis: usize| fraction(row * 4 + axis) * [width, height][axis];
        match (at % columns + 4).checked_sub(columns) {
            None => 0.0,
            Some(axis @ 0..=1) => corner(axis),
            Some(axis) => corner(axis - 2) + 16.0 + 256.0 * fraction(row * 4 + axis),
        }
    })
}

/// The benches, in both types.
pub(super) fn table() -> Vec<Bench> {
    [Float, Half]
        .into_iter()
        .flat_map(|dtype| {
            let mut benches = Vec::new();
            for (what, [n, c, h, w]) in [
                ("1x64x256x256", [1, 64, 256, 256]),
                ("8x256x64x64", [8, 256, 64, 64]),
                ("4x3x1080x1920", [4, 3, 1080, 1920]),
            ] {
                benches.push(Bench::new(
                    "GridSample",
                    what,
                    Fields::new(),
                    vec![real(dtype, &[n, c, h, w]), grid(dtype, n, h, w)],
                ));
            }
            for (what, [count, c, h, w]) in [
                ("100 of 256x50x76", [100, 256, 50, 76]),
                ("1000 of 256x200x304", [1000, 256, 200, 304]),
                ("4000 of 256x100x152", [4000, 256, 100, 152]),
            ] {
                let stride = 1216.0 / w as f32;
                let fields = Fields::new()
                    .with("output_size", 7)
                    .with("spatial_scale", 1.0 / stride)
                    .with("sampling_ratio", 2)
                    .with("aligned", true);
                let rois = boxes(dtype, count, 5, 1216.0 - 272.0, 800.0 - 272.0);
                benches.push(Bench::new(
                    "RoiAlign",
                    what,
                    fields,
                    vec![real(dtype, &[1, c, h, w]), rois],
                ));
            }
            for (what, [n, c, h, w]) in [
                ("1x256x50x76", [1, 256, 50, 76]),
                ("4x256x64x64", [4, 256, 64, 64]),
                ("2x512x100x152", [2, 512, 100, 152]),
            ] {
                let inputs = vec![
                    real(dtype, &[n, c, h, w]),
                    real(dtype, &[n, 18, h, w]),
                    real(dtype, &[n, 9, h, w]),
                    real(dtype, &[c, c, 3, 3]),
                ];
                let fields = Fields::new().with("padding", 1);
                benches.push(Bench {
                    products: Some((n * c * c * 9 * h * w) as f64),
                    ..Bench::new("ModulatedDeformableConv", what, fields, inputs)
                });
            }
            for count in [1000, 10_000, 100_000] {
                let scores = numbers(dtype, &[count], fraction);
                let what = match count {
                    1000 => "1000",
                    10_000 => "10000",
                    _ => "100000",
                };
                let inputs = vec![boxes(dtype, count, 4, 4000.0, 4000.0), scores];
                benches.push(Bench::new(
                    "TorchNMS",
                    what,
                    Fields::new().with("iou_threshold", 0.5),
                    inputs,
                ));
            }
            benches
        })
        .collect()
}
