//! [Pooling](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Pooling.html).

use tch::Tensor;
use trt::PoolingType;
use trt::layers::Pooling;

use super::window::{Window, torch_padding, windows};
use crate::interpreter::call::Call;
use crate::interpreter::error::{Failure, Result};

pub(super) fn pooling(call: &Call, layer: &Pooling<'_>) -> Result<Tensor> {
    let x = call.input(0)?;
    let (size, stride) = (layer.window_size()?, layer.stride()?);
    let first = x.dim().checked_sub(size.len()).ok_or_else(|| {
        Failure::invalid(format!(
            "a window of rank {} over {:?}",
            size.len(),
            x.size()
        ))
    })?;
    let windows = windows(
        &x.size()[first..],
        &size,
        &stride,
        layer.padding_mode()?,
        (layer.pre_padding()?, layer.post_padding()?),
    )?;
    match layer.pooling_type()? {
        PoolingType::Max => {
            let x = x.f_pad(fit(&windows), "constant", f64::NEG_INFINITY)?;
            let (none, one) = (vec![0; size.len()], vec![1; size.len()]);
            Ok(match size.len() {
                2 => x.f_max_pool2d(size.to_vec(), stride.to_vec(), none, one, false)?,
                3 => x.f_max_pool3d(size.to_vec(), stride.to_vec(), none, one, false)?,
                rank => return Err(Failure::unsupported(format!("a window of rank {rank}"))),
            })
        }
        PoolingType::Average => {
            let sum = |x: &Tensor| -> Result<Tensor> {
                let none = vec![0; size.len()];
                Ok(match size.len() {
                    2 => x.f_avg_pool2d(size.to_vec(), stride.to_vec(), none, false, true, 1)?,
                    3 => x.f_avg_pool3d(size.to_vec(), stride.to_vec(), none, false, true, 1)?,
                    rank => return Err(Failure::unsupported(format!("a window of rank {rank}"))),
                })
            };
            // The denominator is what the window covers of the input, or of the input with the padding asked for; never
            // what rounding up makes it reach beyond that.
            let spatial: Vec<i64> = windows.iter().map(|window| window.input).collect();
            let counted =
                Tensor::f_ones([&[1; 2], &spatial[..]].concat(), (x.f_kind()?, x.device()))?;
            let counted = if layer.average_count_excludes_padding()? {
                counted.f_constant_pad_nd(fit(&windows))?
            } else {
                let padding = torch_padding(windows.iter().map(|window| (window.pre, window.post)));
                let beyond = torch_padding(
                    windows
                        .iter()
                        .map(|window| (0, window.post_to_fit() - window.post)),
                );
                counted
                    .f_pad(padding, "constant", 1.0)?
                    .f_constant_pad_nd(beyond)?
            };
            let total = sum(&x.f_constant_pad_nd(fit(&windows))?)?;
            let shape = [
                &vec![1; first][..],
                &windows
                    .iter()
                    .map(|window| window.output)
                    .collect::<Vec<_>>(),
            ]
            .concat();
            Ok(total.f_div(&sum(&counted)?.f_reshape(shape)?)?)
        }
        PoolingType::MaxAverageBlend => Err(Failure::unsupported("blended pooling")),
    }
}

fn fit(windows: &[Window]) -> Vec<i64> {
    torch_padding(
        windows
            .iter()
            .map(|window| (window.pre, window.post_to_fit())),
    )
}
