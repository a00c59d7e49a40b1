//! [Normalization](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Normalization.html) and
//! [Scale](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Scale.html).

use tch::{Kind, Tensor};
use trt::ScaleMode;
use trt::layers::{Normalization, Scale};

use crate::interpreter::call::Call;
use crate::interpreter::error::{Failure, Result};
use crate::interpreter::value;

pub(super) fn normalization(call: &Call, layer: &Normalization<'_>) -> Result<Tensor> {
    let (x, scale, bias) = (call.input(0)?, call.input(1)?, call.input(2)?);
    let (epsilon, groups) = (layer.epsilon()?, layer.num_groups()?);
    let axes: Vec<i64> = layer
        .axes()?
        .iter()
        .map(|axis| value::axis(axis as i64, x.dim()))
        .collect::<Result<_>>()?;
    if groups == 1 {
        return Ok(standardize(x, &axes, epsilon)?.f_mul(scale)?.f_add(bias)?);
    }

    let size = x.size();
    let spatial: Vec<i64> = (2..x.dim() as i64).collect();
    if axes != spatial || x.dim() < 3 || size[1] % groups != 0 {
        return Err(Failure::invalid(format!(
            "{groups} groups over {size:?} with axes {axes:?}"
        )));
    }
    let grouped = [&[size[0], groups, size[1] / groups], &size[2..]].concat();
    let all: Vec<i64> = (2..grouped.len() as i64).collect();
    let standardized = standardize(&x.f_reshape(grouped)?, &all, epsilon)?;
    // Scale and bias have one value for each group; for each channel since the second version of the layer. Libraries
    // without the question have only the first.
    if layer.is_v2().unwrap_or(false) {
        return Ok(standardized.f_reshape(&size)?.f_mul(scale)?.f_add(bias)?);
    }
    let per_group = |parameter: &Tensor| parameter.f_unsqueeze(2);
    Ok(standardized
        .f_mul(&per_group(scale)?)?
        .f_add(&per_group(bias)?)?
        .f_reshape(&size)?)
}

/// Zero mean and unit variance over `axes`.
fn standardize(x: &Tensor, axes: &[i64], epsilon: f64) -> Result<Tensor> {
    let centred = x.f_sub(&x.f_mean_dim(axes, true, Kind::Float)?)?;
    let variance = centred.f_square()?.f_mean_dim(axes, true, Kind::Float)?;
    Ok(centred.f_mul(&variance.f_add_scalar(epsilon)?.f_rsqrt()?)?)
}

/// `(x * scale + shift) ^ power`.
pub(super) fn scale(call: &Call, layer: &Scale<'_>) -> Result<Tensor> {
    let x = call.input(0)?;
    let size = x.size();
    let axis = value::axis(layer.channel_axis()?, x.dim())? as usize;
    let shape: Vec<i64> = match layer.mode()? {
        ScaleMode::Uniform => vec![1],
        ScaleMode::Channel => (0..size.len())
            .map(|i| if i == axis { size[i] } else { 1 })
            .collect(),
        ScaleMode::ElementWise => size[axis..].to_vec(),
    };
    let mut y = x.shallow_clone();
    if let Some(scale) = value::weights(&layer.scale()?, &shape)? {
        y = y.f_mul(&scale)?;
    }
    if let Some(shift) = value::weights(&layer.shift()?, &shape)? {
        y = y.f_add(&shift)?;
    }
    if let Some(power) = value::weights(&layer.power()?, &shape)? {
        y = y.f_pow(&power)?;
    }
    Ok(y)
}
