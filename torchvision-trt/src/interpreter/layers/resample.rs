//! Reading a tensor at computed places: [Slice](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Slice.html)
//! and [GridSample](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/GridSample.html).

use tch::{Device, Kind, Tensor};
use trt::layers::{GridSample, Slice};
use trt::{InterpolationMode, SampleMode};

use crate::interpreter::call::Call;
use crate::interpreter::error::{Failure, Result};
use crate::interpreter::value;

pub(super) fn slice(call: &Call, layer: &Slice<'_>) -> Result<Tensor> {
    let x = call.input(0)?;
    let start = call.sizes(1, || layer.start())?;
    let size = call.sizes(2, || layer.size())?;
    let stride = call.sizes(3, || layer.stride())?;
    // Without axes, and in libraries that have no such property, all of them are meant.
    let axes = call.sizes(5, || Ok(layer.axes().unwrap_or_default()))?;
    let axes: Vec<i64> = if axes.is_empty() {
        (0..x.dim() as i64).collect()
    } else {
        axes
    };
    if [start.len(), size.len(), stride.len()] != [axes.len(); 3] {
        return Err(Failure::invalid(format!(
            "{} starts, {} sizes and {} strides for {} axes",
            start.len(),
            size.len(),
            stride.len(),
            axes.len()
        )));
    }

    let mode = layer.mode()?;
    let mut result = x.shallow_clone();
    let mut outside: Option<Tensor> = None;
    for (i, &axis) in axes.iter().enumerate() {
        let axis = value::axis(axis, x.dim())?;
        let length = x.size()[axis as usize];
        let wanted: Vec<i64> = (0..size[i]).map(|k| start[i] + k * stride[i]).collect();
        let indices = wanted
            .iter()
            .map(|&index| source(index, length, mode))
            .collect::<Result<Vec<_>>>()?;
        if length == 0 && !indices.is_empty() {
            return Err(Failure::unsupported("sampling of an empty dimension"));
        }
        if mode == SampleMode::Fill && wanted != indices {
            let mut shape = vec![1; x.dim()];
            shape[axis as usize] = size[i];
            let beyond: Vec<bool> = wanted
                .iter()
                .zip(&indices)
                .map(|(wanted, index)| wanted != index)
                .collect();
            let beyond = Tensor::f_from_slice(&beyond)?.f_reshape(shape)?;
            outside = Some(match outside {
                Some(outside) => outside.f_logical_or(&beyond)?,
                None => beyond,
            });
        }
        result = result.f_index_select(axis, &Tensor::f_from_slice(&indices)?)?;
    }
    let Some(outside) = outside else {
        return Ok(result);
    };
    let fill = match call.optional(4) {
        Some(fill) => fill.f_reshape([0i64; 0])?.f_to_kind(result.f_kind()?)?,
        None => Tensor::f_zeros([0i64; 0], (result.f_kind()?, Device::Cpu))?,
    };
    Ok(fill.f_where_self(&outside, &result)?)
}

/// The element to read for `index` of a dimension with `length` elements; for `Fill`, any element if `index` is outside.
fn source(index: i64, length: i64, mode: SampleMode) -> Result<i64> {
    let last = (length - 1).max(0);
    Ok(match mode {
        SampleMode::StrictBounds if (0..length).contains(&index) => index,
        SampleMode::StrictBounds => {
            return Err(Failure::invalid(format!(
                "index {index} is outside of a dimension of {length}"
            )));
        }
        SampleMode::Wrap => index.rem_euclid(length.max(1)),
        SampleMode::Clamp | SampleMode::Fill => index.clamp(0, last),
        SampleMode::Reflect if length <= 1 => 0,
        SampleMode::Reflect => {
            let phase = index.rem_euclid(2 * last);
            phase.min(2 * last - phase)
        }
    })
}

pub(super) fn grid_sample(call: &Call, layer: &GridSample<'_>) -> Result<Tensor> {
    let interpolation = match layer.interpolation_mode()? {
        InterpolationMode::Linear => 0,
        InterpolationMode::Nearest => 1,
        InterpolationMode::Cubic => 2,
    };
    let padding = match layer.sample_mode()? {
        SampleMode::Fill => 0,
        SampleMode::Clamp => 1,
        SampleMode::Reflect => 2,
        mode => return Err(Failure::unsupported(format!("sample mode {mode}"))),
    };
    let (x, grid) = (
        call.input(0)?.f_to_kind(Kind::Float)?,
        call.input(1)?.f_to_kind(Kind::Float)?,
    );
    Ok(x.f_grid_sampler(&grid, interpolation, padding, layer.align_corners()?)?)
}
