//! [Reduce](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Reduce.html),
//! [Softmax](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Softmax.html),
//! [TopK](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/TopK.html) and
//! [Cumulative](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Cumulative.html).

use tch::{Kind, Tensor};
use trt::layers::{Cumulative, Reduce, SoftMax, TopK};
use trt::{Axes, CumulativeOperation, ReduceOperation, TopKOperation};

use crate::interpreter::call::Call;
use crate::interpreter::error::{Failure, Result};
use crate::interpreter::value;

pub(super) fn reduce(call: &Call, layer: &Reduce<'_>) -> Result<Tensor> {
    let x = call.input(0)?;
    let (axes, keep) = (dimensions(layer.axes()?, x)?, layer.keep_dimensions()?);
    let kind = x.f_kind()?;
    Ok(match layer.operation()? {
        ReduceOperation::Sum => x.f_sum_dim_intlist(&axes[..], keep, kind)?,
        ReduceOperation::Avg if kind == Kind::Float => x.f_mean_dim(&axes[..], keep, kind)?,
        ReduceOperation::Avg => return Err(Failure::unsupported(format!("average of {kind:?}"))),
        ReduceOperation::Max => x.f_amax(axes, keep)?,
        ReduceOperation::Min => x.f_amin(axes, keep)?,
        ReduceOperation::Prod => axes
            .iter()
            .rev()
            .try_fold(x.shallow_clone(), |product, &axis| {
                product.f_prod_dim_int(axis, keep, kind)
            })?,
        ReduceOperation::None => return Err(Failure::unsupported("a reduction without operation")),
    })
}

pub(super) fn softmax(call: &Call, layer: &SoftMax<'_>) -> Result<Tensor> {
    let x = call.input(0)?;
    Ok(x.f_softmax(one_axis(layer.axes()?, x)?, x.f_kind()?)?)
}

pub(super) fn top_k(call: &Call, layer: &TopK<'_>) -> Result<Vec<Tensor>> {
    let x = call.input(0)?;
    let axis = one_axis(layer.axes()?, x)?;
    let k = match call.optional(1) {
        Some(k) => value::number(k)? as i64,
        None => layer.k()?,
    };
    let length = x.size()[axis as usize];
    if k < 0 || k > length {
        return Err(Failure::invalid(format!(
            "k is {k}, the axis has {length} elements"
        )));
    }
    let descending = layer.operation()? == TopKOperation::Max;
    // Of equal elements, the first comes first: TensorRT leaves the order open.
    if k == 1 && descending {
        let (value, index) = x.f_max_dim(axis, true)?;
        return Ok(vec![value, index]);
    }
    let (values, indices) = x.f_sort_stable(true, axis, descending)?;
    // Copies: views would keep all that was sorted in memory.
    let first = Tensor::f_arange(k, (Kind::Int64, tch::Device::Cpu))?;
    Ok(vec![
        values.f_index_select(axis, &first)?,
        indices.f_index_select(axis, &first)?,
    ])
}

pub(super) fn cumulative(call: &Call, layer: &Cumulative<'_>) -> Result<Tensor> {
    let x = call.input(0)?;
    let axis = value::axis(value::number(call.input(1)?)? as i64, x.dim())?;
    let CumulativeOperation::Sum = layer.operation()?;
    let flip = |x: &Tensor| {
        if layer.reverse()? {
            Ok(x.f_flip([axis])?)
        } else {
            Result::Ok(x.shallow_clone())
        }
    };
    let mut sum = flip(x)?.f_cumsum(axis, x.f_kind()?)?;
    if layer.exclusive()? {
        let length = x.size()[axis as usize];
        let zero = sum.f_narrow(axis, 0, length.min(1))?.f_zeros_like()?;
        sum = Tensor::f_cat(&[zero, sum.f_narrow(axis, 0, (length - 1).max(0))?], axis)?;
    }
    flip(&sum)
}

fn dimensions(axes: Axes, x: &Tensor) -> Result<Vec<i64>> {
    axes.iter()
        .map(|axis| value::axis(axis as i64, x.dim()))
        .collect()
}

fn one_axis(axes: Axes, x: &Tensor) -> Result<i64> {
    match dimensions(axes, x)?[..] {
        [axis] => Ok(axis),
        ref axes => Err(Failure::unsupported(format!(
            "axes {axes:?} at once (one is expected)"
        ))),
    }
}
