//! Layers driven by indices: [Gather](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Gather.html),
//! [Scatter](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Scatter.html),
//! [OneHot](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/OneHot.html),
//! [NonZero](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/NonZero.html) and
//! [ReverseSequence](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/ReverseSequence.html).
//!
//! Indices out of range are refused, although TensorRT reads zeros there: no converter means that.

use tch::{Device, Kind, Tensor};
use trt::layers::{Gather, OneHot, ReverseSequence, Scatter};
use trt::{GatherMode, ScatterMode};

use crate::interpreter::call::Call;
use crate::interpreter::error::{Failure, Result};
use crate::interpreter::value;

pub(super) fn gather(call: &Call, layer: &Gather<'_>) -> Result<Tensor> {
    let (data, indices) = (call.input(0)?, call.input(1)?.f_to_kind(Kind::Int64)?);
    let elementwise = layer.num_elementwise_dims()? as usize;
    match layer.mode()? {
        GatherMode::Default => {
            let axis = value::axis(layer.axis()?, data.dim())?;
            match elementwise {
                0 => select_along(data, axis, &indices),
                1 if axis > 0 => select_per_batch(data, axis, &indices),
                _ => Err(Failure::unsupported(format!(
                    "{elementwise} element-wise dimensions with axis {axis}"
                ))),
            }
        }
        GatherMode::Element => {
            let axis = value::axis(layer.axis()?, data.dim())?;
            let indices = in_range(&indices, data.size()[axis as usize])?;
            Ok(data.f_gather(axis, &indices, false)?)
        }
        GatherMode::Nd => {
            let coordinates = coordinates(data, &indices, elementwise)?;
            Ok(data.f_index(&coordinates.iter().map(Some).collect::<Vec<_>>())?)
        }
    }
}

pub(super) fn scatter(call: &Call, layer: &Scatter<'_>) -> Result<Tensor> {
    let (data, updates) = (call.input(0)?, call.input(2)?);
    let indices = call.input(1)?.f_to_kind(Kind::Int64)?;
    match layer.mode()? {
        ScatterMode::Element => {
            let axis = value::axis(layer.axis()?, data.dim())?;
            let indices = in_range(&indices, data.size()[axis as usize])?;
            Ok(data.f_scatter(axis, &indices, updates)?)
        }
        ScatterMode::Nd => {
            let coordinates = coordinates(data, &indices, 0)?;
            Ok(data.f_index_put(
                &coordinates.iter().map(Some).collect::<Vec<_>>(),
                updates,
                false,
            )?)
        }
    }
}

/// Inserts the shape of `indices` in place of dimension `axis`.
fn select_along(data: &Tensor, axis: i64, indices: &Tensor) -> Result<Tensor> {
    let size = data.size();
    let flat = in_range(indices, size[axis as usize])?.f_reshape([-1])?;
    let (before, after) = (&size[..axis as usize], &size[axis as usize + 1..]);
    Ok(data
        .f_index_select(axis, &flat)?
        .f_reshape([before, &indices.size(), after].concat())?)
}

/// Selects with own indices for each element of the first dimension, which broadcasts.
fn select_per_batch(data: &Tensor, axis: i64, indices: &Tensor) -> Result<Tensor> {
    let (from_data, from_indices) = (data.size()[0], indices.size().first().copied().unwrap_or(1));
    let batch = from_data.max(from_indices);
    let rows = (0..batch)
        .map(|row| {
            let data = data.f_select(0, if from_data == 1 { 0 } else { row })?;
            let indices = indices.f_select(0, if from_indices == 1 { 0 } else { row })?;
            select_along(&data, axis - 1, &indices)
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Tensor::f_stack(&rows, 0)?)
}

/// The last dimension of `indices` as one index tensor for each dimension of `data` that it addresses, behind one for each
/// of the first `batch` dimensions.
fn coordinates(data: &Tensor, indices: &Tensor, batch: usize) -> Result<Vec<Tensor>> {
    let size = indices.size();
    let (&depth, outer) = size
        .split_last()
        .ok_or_else(|| Failure::invalid("indices are a scalar"))?;
    if batch + depth as usize > data.dim() || batch > outer.len() {
        return Err(Failure::invalid(format!(
            "indices of shape {size:?} into {:?}",
            data.size()
        )));
    }
    let batches = (0..batch).map(|dimension| -> Result<Tensor> {
        let mut shape = vec![1; outer.len()];
        shape[dimension] = outer[dimension];
        Ok(Tensor::f_arange(outer[dimension], (Kind::Int64, Device::Cpu))?.f_reshape(shape)?)
    });
    let addressed = (0..depth).map(|column| -> Result<Tensor> {
        in_range(
            &indices.f_select(-1, column)?,
            data.size()[batch + column as usize],
        )
    });
    batches.chain(addressed).collect()
}

/// Indices with negative ones brought to count from the start.
fn in_range(indices: &Tensor, length: i64) -> Result<Tensor> {
    if indices.numel() > 0 {
        let (low, high) = (
            indices.f_min()?.f_int64_value(&[])?,
            indices.f_max()?.f_int64_value(&[])?,
        );
        if low < -length || high >= length {
            return Err(Failure::invalid(format!(
                "indices {low}…{high} into a dimension of {length}"
            )));
        }
    }
    Ok(indices.f_where_self(&indices.f_ge(0)?, &indices.f_add_scalar(length)?)?)
}

pub(super) fn one_hot(call: &Call, layer: &OneHot<'_>) -> Result<Tensor> {
    let (indices, values) = (call.input(0)?.f_to_kind(Kind::Int64)?, call.input(1)?);
    let depth = value::number(call.input(2)?)? as i64;
    let axis = value::axis(layer.axis()?, indices.dim() + 1)?;
    if indices.numel() > 0
        && (indices.f_min()?.f_int64_value(&[])? < 0
            || indices.f_max()?.f_int64_value(&[])? >= depth)
    {
        return Err(Failure::invalid(format!(
            "an index is outside of the depth {depth}"
        )));
    }
    let mut shape = vec![1; indices.dim() + 1];
    shape[axis as usize] = depth;
    let classes = Tensor::f_arange(depth, (Kind::Int64, Device::Cpu))?.f_reshape(shape)?;
    let hit = indices.f_unsqueeze(axis)?.f_eq_tensor(&classes)?;
    Ok(values
        .f_select(0, 1)?
        .f_where_self(&hit, &values.f_select(0, 0)?)?)
}

/// One column of coordinates for each element that is not zero.
pub(super) fn non_zero(call: &Call) -> Result<Tensor> {
    Ok(call.input(0)?.f_nonzero()?.f_transpose(0, 1)?)
}

pub(super) fn reverse_sequence(call: &Call, layer: &ReverseSequence<'_>) -> Result<Tensor> {
    let (x, lengths) = (call.input(0)?, value::integers(call.input(1)?)?);
    let batch = value::axis(layer.batch_axis()?, x.dim())?;
    let sequence = value::axis(layer.sequence_axis()?, x.dim())?;
    if batch == sequence || lengths.len() as i64 != x.size()[batch as usize] {
        return Err(Failure::invalid(format!(
            "{} lengths for axis {batch} of {:?}",
            lengths.len(),
            x.size()
        )));
    }
    let total = x.size()[sequence as usize];
    let rows = (0i64..)
        .zip(&lengths)
        .map(|(row, &length)| {
            let order: Vec<i64> = (0..length).rev().chain(length..total).collect();
            Ok(x.f_narrow(batch, row, 1)?
                .f_index_select(sequence, &Tensor::f_from_slice(&order)?)?)
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Tensor::f_cat(&rows, batch)?)
}
