//! Layers that rearrange elements: [Shuffle](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Shuffle.html),
//! [Concatenation](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Concatenation.html),
//! [Shape](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Shape.html),
//! [Padding](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Padding.html),
//! [Squeeze](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Squeeze.html) and
//! [Unsqueeze](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Unsqueeze.html).

use tch::Tensor;
use trt::Dims;
use trt::layers::{Concatenation, Padding, Shuffle};

use super::window::torch_padding;
use crate::interpreter::call::Call;
use crate::interpreter::error::{Failure, Result};
use crate::interpreter::value;

/// Transpose, reshape, transpose.
pub(super) fn shuffle(call: &Call, layer: &Shuffle<'_>) -> Result<Tensor> {
    let x = transpose(call.input(0)?, &layer.first_transpose()?)?;
    let wanted = match call.optional(1) {
        Some(sizes) => Some(value::integers(sizes)?),
        // No dimensions: never set, unless the result is declared to be a scalar.
        None => Some(layer.reshape_dimensions()?.to_vec()).filter(|sizes| {
            !sizes.is_empty() || layer.output(0).dims().is_ok_and(|dims| dims.is_empty())
        }),
    };
    let reshaped = match wanted {
        None => x,
        Some(mut sizes) => {
            if layer.zero_is_placeholder()? {
                for (i, size) in sizes.iter_mut().enumerate().filter(|(_, size)| **size == 0) {
                    *size = *x.size().get(i).ok_or_else(|| {
                        Failure::invalid(format!("reshape copies dimension {i} of {:?}", x.size()))
                    })?;
                }
            }
            x.f_reshape(sizes)?
        }
    };
    transpose(&reshaped, &layer.second_transpose()?)
}

/// Permutes as far as the tensor has dimensions: an unset permutation is the identity over all eight.
fn transpose(x: &Tensor, permutation: &Dims) -> Result<Tensor> {
    let order: Vec<i64> = permutation.iter().copied().take(x.dim()).collect();
    if order.iter().copied().eq(0..order.len() as i64) {
        return Ok(x.shallow_clone());
    }
    Ok(x.f_permute(order)?)
}

pub(super) fn concatenation(call: &Call, layer: &Concatenation<'_>) -> Result<Tensor> {
    let inputs = call.inputs()?;
    // libtorch lets empty tensors of rank 1 through whatever the others are.
    if inputs.iter().any(|input| input.dim() != inputs[0].dim()) {
        return Err(Failure::invalid("inputs of different ranks"));
    }
    Ok(Tensor::f_cat(&inputs, layer.axis()?)?)
}

pub(super) fn shape(call: &Call) -> Result<Tensor> {
    Ok(Tensor::f_from_slice(&call.input(0)?.size())?)
}

pub(super) fn padding(call: &Call, layer: &Padding<'_>) -> Result<Tensor> {
    let (pre, post) = (layer.pre_padding()?, layer.post_padding()?);
    let pairs = torch_padding(pre.iter().copied().zip(post.iter().copied()));
    Ok(call.input(0)?.f_constant_pad_nd(pairs)?)
}

pub(super) fn squeeze(call: &Call) -> Result<Tensor> {
    let x = call.input(0)?;
    let Some(axes) = call.optional(1) else {
        return Ok(x.f_squeeze()?);
    };
    let mut axes = axes_of(axes, x.dim())?;
    if let Some(&axis) = axes.iter().find(|&&axis| x.size()[axis as usize] != 1) {
        return Err(Failure::invalid(format!(
            "axis {axis} of {:?} is not of size 1",
            x.size()
        )));
    }
    axes.reverse();
    axes.into_iter()
        .try_fold(x.shallow_clone(), |x, axis| Ok(x.f_squeeze_dim(axis)?))
}

pub(super) fn unsqueeze(call: &Call) -> Result<Tensor> {
    let (x, axes) = (call.input(0)?, call.input(1)?);
    axes_of(axes, x.dim() + axes.numel())?
        .into_iter()
        .try_fold(x.shallow_clone(), |x, axis| Ok(x.f_unsqueeze(axis)?))
}

/// Axes of a tensor of `rank`, in ascending order.
fn axes_of(axes: &Tensor, rank: usize) -> Result<Vec<i64>> {
    let mut axes = value::integers(axes)?
        .into_iter()
        .map(|axis| value::axis(axis, rank))
        .collect::<Result<Vec<_>>>()?;
    axes.sort_unstable();
    Ok(axes)
}
