//! [Convolution](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Convolution.html) and
//! [Deconvolution](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Deconvolution.html).

use tch::Tensor;
use trt::layers::{Convolution, Deconvolution};
use trt::{Dims, PaddingMode, Weights};

use super::window::{torch_padding, windows};
use crate::interpreter::call::Call;
use crate::interpreter::error::{Failure, Result};
use crate::interpreter::value;

pub(super) fn convolution(call: &Call, layer: &Convolution<'_>) -> Result<Tensor> {
    let x = call.input(0)?;
    let size = x.size();
    let (kernel_size, groups, maps) = (
        layer.kernel_size()?,
        layer.num_groups()?,
        layer.num_output_maps()?,
    );
    let channels = *size
        .get(1)
        .ok_or_else(|| Failure::invalid("input has no channels"))?;
    let kernel = parameter(
        call,
        1,
        &layer.kernel()?,
        &kernel_shape(maps, channels / groups.max(1), &kernel_size),
    )?
    .ok_or_else(|| Failure::invalid("no kernel"))?;
    let bias = parameter(call, 2, &layer.bias()?, &[maps])?;

    let dilation = layer.dilation()?;
    let windows = windows(
        &size[2..],
        &extents(&kernel_size, &dilation),
        &layer.stride()?,
        layer.padding_mode()?,
        (layer.pre_padding()?, layer.post_padding()?),
    )?;
    let padding = torch_padding(
        windows
            .iter()
            .map(|window| (window.pre, window.post_to_fit())),
    );
    let x = x.f_constant_pad_nd(&padding)?;
    let (stride, none) = (layer.stride()?.to_vec(), vec![0; kernel_size.len()]);
    Ok(match kernel_size.len() {
        2 => x.f_conv2d(
            &kernel,
            bias.as_ref(),
            stride,
            none,
            dilation.to_vec(),
            groups,
        )?,
        3 => x.f_conv3d(
            &kernel,
            bias.as_ref(),
            stride,
            none,
            dilation.to_vec(),
            groups,
        )?,
        rank => return Err(Failure::unsupported(format!("a kernel of rank {rank}"))),
    })
}

pub(super) fn deconvolution(call: &Call, layer: &Deconvolution<'_>) -> Result<Tensor> {
    let x = call.input(0)?;
    let size = x.size();
    let (kernel_size, groups, maps) = (
        layer.kernel_size()?,
        layer.num_groups()?,
        layer.num_output_maps()?,
    );
    let channels = *size
        .get(1)
        .ok_or_else(|| Failure::invalid("input has no channels"))?;
    let kernel = parameter(
        call,
        1,
        &layer.kernel()?,
        &kernel_shape(channels, maps / groups.max(1), &kernel_size),
    )?
    .ok_or_else(|| Failure::invalid("no kernel"))?;
    let bias = parameter(call, 2, &layer.bias()?, &[maps])?;
    if !matches!(
        layer.padding_mode()?,
        PaddingMode::ExplicitRoundDown | PaddingMode::ExplicitRoundUp
    ) {
        return Err(Failure::unsupported(format!(
            "padding mode {}",
            layer.padding_mode()?
        )));
    }

    let none = vec![0; kernel_size.len()];
    let (stride, dilation) = (layer.stride()?.to_vec(), layer.dilation()?.to_vec());
    let no_bias = None::<&Tensor>;
    let full = match kernel_size.len() {
        2 => x.f_conv_transpose2d(&kernel, no_bias, stride, &none, &none, groups, dilation)?,
        3 => x.f_conv_transpose3d(&kernel, no_bias, stride, &none, &none, groups, dilation)?,
        rank => return Err(Failure::unsupported(format!("a kernel of rank {rank}"))),
    };
    // Padding of a deconvolution trims the output.
    let (pre, post) = (layer.pre_padding()?, layer.post_padding()?);
    let trimmed = full.f_constant_pad_nd(torch_padding(
        pre.iter().zip(post.iter()).map(|(pre, post)| (-pre, -post)),
    ))?;
    let Some(bias) = bias else { return Ok(trimmed) };
    let mut shape = vec![1; size.len()];
    shape[1] = maps;
    Ok(trimmed.f_add(&bias.f_reshape(shape)?)?)
}

/// A parameter given as a tensor input or as weights; `None` if as neither.
fn parameter(
    call: &Call,
    input: usize,
    weights: &Weights<'_>,
    shape: &[i64],
) -> Result<Option<Tensor>> {
    match call.optional(input) {
        Some(tensor) => Ok(Some(tensor.shallow_clone())),
        None => value::weights(weights, shape),
    }
}

fn kernel_shape(outer: i64, inner: i64, kernel: &Dims) -> Vec<i64> {
    [outer, inner]
        .into_iter()
        .chain(kernel.iter().copied())
        .collect()
}

fn extents(kernel: &Dims, dilation: &Dims) -> Vec<i64> {
    kernel
        .iter()
        .zip(dilation.iter())
        .map(|(kernel, dilation)| (kernel - 1) * dilation + 1)
        .collect()
}
