//! Operations that move elements: shapes, slices, parts, concatenation, indexing.

use super::Call;
use super::array::{Array, walk};
use crate::graph::Argument;

pub(super) fn evaluate(operator: &str, call: &Call<'_>) -> Option<Vec<Array>> {
    let output = call.outputs.first()?;
    let one = |array: Option<Array>| array.map(|a| vec![a]);
    match operator {
        "view.default"
        | "_unsafe_view.default"
        | "reshape.default"
        | "flatten.using_ints"
        | "unflatten.int"
        | "unsqueeze.default"
        | "squeeze.default"
        | "squeeze.dim"
        | "squeeze.dims"
        | "view_as.default"
        | "reshape_as.default" => one(call.array("self")?.reshaped(&output.shape)),
        "expand.default" | "expand_as.default" | "broadcast_to.default" => {
            one(call.array("self")?.broadcast(&output.shape))
        }
        "permute.default" => {
            let array = call.array("self")?;
            let dims = call
                .ints("dims")?
                .into_iter()
                .map(|d| array.axis(d))
                .collect::<Option<Vec<_>>>()?;
            let strides = array.strides();
            one(Some(array.gathered(
                &output.shape,
                &dims.iter().map(|d| strides[*d]).collect::<Vec<_>>(),
                0,
            )))
        }
        "transpose.int" | "swapaxes.default" | "t.default" => {
            let array = call.array("self")?;
            let name = |a, b| call.int(a).or_else(|| call.int(b));
            let mut strides = array.strides();
            if strides.len() > 1 {
                let (a, b) = (
                    name("dim0", "axis0").unwrap_or(0),
                    name("dim1", "axis1").unwrap_or(1),
                );
                strides.swap(array.axis(a)?, array.axis(b)?);
            }
            one(Some(array.gathered(&output.shape, &strides, 0)))
        }
        "slice.Tensor" => {
            let array = call.array("self")?;
            let (axis, start, step) = slice(call, array)?;
            let mut strides = array.strides();
            let offset = start * strides[axis];
            strides[axis] *= step;
            one(Some(array.gathered(&output.shape, &strides, offset)))
        }
        "select.int" => {
            let array = call.array("self")?;
            let (axis, index) = select(call, array)?;
            let mut strides = array.strides();
            let offset = index * strides.remove(axis);
            one(Some(array.gathered(&output.shape, &strides, offset)))
        }
        "slice_scatter.default" => {
            let (array, part) = (call.array("self")?, call.array("src")?);
            let (axis, start, step) = slice(call, array)?;
            let mut strides = array.strides();
            let offset = start * strides[axis];
            strides[axis] *= step;
            one(Some(scattered(array, part, &part.shape, &strides, offset)))
        }
        "select_scatter.default" => {
            let (array, part) = (call.array("self")?, call.array("src")?);
            let (axis, index) = select(call, array)?;
            let mut strides = array.strides();
            let offset = index * strides.remove(axis);
            one(Some(scattered(array, part, &part.shape, &strides, offset)))
        }
        "split.Tensor" | "split_with_sizes.default" | "chunk.default" => {
            let array = call.array("self")?;
            let axis = array.axis(call.int("dim")?)?;
            let strides = array.strides();
            let mut start = 0;
            let part = |meta: &super::Meta| {
                let part = array.gathered(&meta.shape, &strides, start * strides[axis]);
                start += meta.shape[axis];
                part
            };
            let total: i64 = call
                .outputs
                .iter()
                .filter_map(|meta| meta.shape.get(axis))
                .sum();
            (total == array.shape[axis]).then(|| call.outputs.iter().map(part).collect())
        }
        "unbind.int" => {
            let array = call.array("self")?;
            let axis = array.axis(call.int("dim")?)?;
            let mut strides = array.strides();
            let step = strides.remove(axis);
            let part = |(i, meta): (usize, &super::Meta)| {
                array.gathered(&meta.shape, &strides, i as i64 * step)
            };
            Some(call.outputs.iter().enumerate().map(part).collect())
        }
        "cat.default" => one(concatenated(call, None)),
        "stack.default" => one(concatenated(call, Some(output.shape.len()))),
        "roll.default" => one(rolled(call)),
        "flip.default" => {
            let array = call.array("self")?;
            let mut strides = array.strides();
            let mut offset = 0;
            for dim in call.ints("dims")? {
                let axis = array.axis(dim)?;
                offset += (array.shape[axis] - 1).max(0) * strides[axis];
                strides[axis] = -strides[axis];
            }
            one(Some(array.gathered(&output.shape, &strides, offset)))
        }
        "repeat.default" => {
            let array = call.array("self")?;
            let missing = output.shape.len().checked_sub(array.shape.len())?;
            let padded = array.reshaped(&[vec![1; missing], array.shape.clone()].concat())?;
            let strides = padded.strides();
            let mut data = Vec::new();
            each_position(&output.shape, |index| {
                let at: i64 = index
                    .iter()
                    .zip(&padded.shape)
                    .zip(&strides)
                    .map(|((i, n), s)| (i % n) * s)
                    .sum();
                data.push(padded.data[at as usize]);
                Some(())
            })?;
            one(Some(Array {
                dtype: array.dtype,
                shape: output.shape.clone(),
                data,
            }))
        }
        "index.Tensor" => one(indexed(call)),
        "index_select.default" => {
            let (array, index) = (call.array("self")?, call.array("index")?);
            let axis = array.axis(call.int("dim")?)?;
            let strides = array.strides();
            let mut data = Vec::new();
            each_position(&output.shape, |position| {
                let chosen = wrapped(index.data[position[axis] as usize], array.shape[axis])?;
                let at: i64 = position
                    .iter()
                    .enumerate()
                    .map(|(d, i)| if d == axis { chosen } else { *i } * strides[d])
                    .sum();
                data.push(array.data[at as usize]);
                Some(())
            })?;
            one(Some(Array {
                dtype: array.dtype,
                shape: output.shape.clone(),
                data,
            }))
        }
        "meshgrid.default" | "meshgrid.indexing" => {
            let swapped =
                matches!(call.node.arg("indexing"), Some(Argument::Str(mode)) if mode == "xy");
            let arrays = call
                .tensors("tensors")?
                .into_iter()
                .collect::<Option<Vec<_>>>()?;
            let axis = |i: usize| if swapped && i < 2 { 1 - i } else { i };
            let grid = |(i, (array, meta)): (usize, (&&Array, &super::Meta))| {
                let mut strides = vec![0; meta.shape.len()];
                *strides.get_mut(axis(i))? = 1;
                (meta.shape.get(axis(i)) == Some(&(array.data.len() as i64)))
                    .then(|| array.gathered(&meta.shape, &strides, 0))
            };
            arrays
                .iter()
                .zip(call.outputs)
                .enumerate()
                .map(grid)
                .collect()
        }
        "sum.dim_IntList" | "mean.dim" => one(reduced(call, operator.starts_with("mean"))),
        _ => None,
    }
}

/// Axis, first index and step of a slice, inside the bounds.
fn slice(call: &Call<'_>, array: &Array) -> Option<(usize, i64, i64)> {
    let axis = array.axis(call.int("dim")?)?;
    let size = array.shape[axis];
    let start = match call.node.arg("start")? {
        Argument::None => 0,
        Argument::Int(n) => if *n < 0 { n + size } else { *n }.clamp(0, size),
        _ => return None,
    };
    Some((axis, start, call.int("step").filter(|step| *step > 0)?))
}

fn select(call: &Call<'_>, array: &Array) -> Option<(usize, i64)> {
    let axis = array.axis(call.int("dim")?)?;
    Some((axis, wrapped(call.int("index")? as f64, array.shape[axis])?))
}

/// An index that may count from the end.
fn wrapped(index: f64, size: i64) -> Option<i64> {
    let index = index as i64;
    (-size..size)
        .contains(&index)
        .then(|| index.rem_euclid(size))
}

/// `array` with `part` written to a strided view of it.
fn scattered(array: &Array, part: &Array, shape: &[i64], strides: &[i64], offset: i64) -> Array {
    let mut out = array.clone();
    let mut values = part.data.iter();
    walk(shape, strides, offset, |at| {
        if let (Some(slot), Some(value)) = (out.data.get_mut(at), values.next()) {
            *slot = *value;
        }
    });
    out
}

/// Calls `visit` with all index tuples of a shape, in row-major order, until it gives `None`.
fn each_position(shape: &[i64], mut visit: impl FnMut(&[i64]) -> Option<()>) -> Option<()> {
    let mut index = vec![0; shape.len()];
    for _ in 0..shape.iter().product::<i64>() {
        visit(&index)?;
        for axis in (0..shape.len()).rev() {
            index[axis] += 1;
            if index[axis] < shape[axis] {
                break;
            }
            index[axis] = 0;
        }
    }
    Some(())
}

/// `cat`, or `stack` when the rank of the result is given.
fn concatenated(call: &Call<'_>, stacked: Option<usize>) -> Option<Array> {
    let output = &call.outputs[0];
    let dim = call.int("dim")?;
    let axis = usize::try_from(dim.rem_euclid(output.shape.len().max(1) as i64)).ok()?;
    let mut out = Array::from_fn(output.dtype, &output.shape, |_| 0.0);
    let strides = out.strides();
    let mut start = 0;
    for array in call.tensors("tensors")? {
        let array = array?;
        // PyTorch lets empty one-dimensional tensors stand in any list.
        if stacked.is_none() && array.shape == [0] {
            continue;
        }
        let mut shape = array.shape.clone();
        if stacked.is_some() {
            shape.insert(axis, 1);
        }
        if shape.len() != output.shape.len() || start + shape[axis] > output.shape[axis] {
            return None;
        }
        out = scattered(&out, array, &shape, &strides, start * strides[axis]);
        start += shape[axis];
    }
    Some(out)
}

fn rolled(call: &Call<'_>) -> Option<Array> {
    let array = call.array("self")?;
    let (shifts, dims) = (call.ints("shifts")?, call.ints("dims")?);
    if dims.is_empty() {
        let count = array.data.len() as i64;
        let shift = *shifts.first()?;
        return Some(Array::from_fn(array.dtype, &array.shape, |i| {
            array.data[(i as i64 - shift).rem_euclid(count) as usize]
        }));
    }
    let strides = array.strides();
    let mut shift = vec![0; array.shape.len()];
    for (dim, n) in dims.iter().zip(&shifts) {
        shift[array.axis(*dim)?] += n;
    }
    let source = |index: &[i64]| -> usize {
        let at =
            |((i, n), (s, stride)): ((&i64, &i64), (&i64, &i64))| (i - s).rem_euclid(*n) * stride;
        index
            .iter()
            .zip(&array.shape)
            .zip(shift.iter().zip(&strides))
            .map(at)
            .sum::<i64>() as usize
    };
    let mut data = Vec::with_capacity(array.data.len());
    each_position(&array.shape, |index| {
        data.push(array.data[source(index)]);
        Some(())
    })?;
    Some(Array {
        data,
        ..array.clone()
    })
}

/// Indexing with integer tensors in neighbouring dimensions, broadcast together, as in `table[index]`.
fn indexed(call: &Call<'_>) -> Option<Array> {
    let array = call.array("self")?;
    let output = &call.outputs[0];
    let indices = call.tensors("indices")?;
    let first = indices.iter().position(Option::is_some)?;
    let last = indices.iter().rposition(Option::is_some)?;
    let used: Vec<&Array> = indices[first..=last]
        .iter()
        .copied()
        .collect::<Option<_>>()?;
    if used.iter().any(|index| !index.dtype.is_integer()) {
        return None;
    }
    let rank = used.iter().map(|index| index.shape.len()).max()?;
    let shape = output.shape.get(first..first + rank)?;
    let used = used
        .iter()
        .map(|index| index.broadcast(shape))
        .collect::<Option<Vec<_>>>()?;
    let strides = array.strides();
    let inner = Array::from_fn(crate::pt2::DType::Int64, shape, |_| 0.0).strides();
    let mut data = Vec::new();
    each_position(&output.shape, |position| {
        let chosen: i64 = position[first..first + rank]
            .iter()
            .zip(&inner)
            .map(|(i, s)| i * s)
            .sum();
        let mut at: i64 = position[..first]
            .iter()
            .zip(&strides)
            .map(|(i, s)| i * s)
            .sum();
        for (k, index) in used.iter().enumerate() {
            at +=
                wrapped(index.data[chosen as usize], array.shape[first + k])? * strides[first + k];
        }
        at += position[first + rank..]
            .iter()
            .zip(strides.get(last + 1..)?)
            .map(|(i, s)| i * s)
            .sum::<i64>();
        data.push(*array.data.get(at as usize)?);
        Some(())
    })?;
    Some(Array {
        dtype: array.dtype,
        shape: output.shape.clone(),
        data,
    })
}

fn reduced(call: &Call<'_>, mean: bool) -> Option<Array> {
    let array = call.array("self")?;
    let output = &call.outputs[0];
    let axes = match call.node.arg("dim")? {
        Argument::None => Vec::new(),
        _ => call
            .ints("dim")?
            .into_iter()
            .map(|d| array.axis(d))
            .collect::<Option<Vec<_>>>()?,
    };
    let all = axes.is_empty();
    let kept: Vec<i64> = array
        .shape
        .iter()
        .enumerate()
        .map(|(d, n)| if all || axes.contains(&d) { 1 } else { *n })
        .collect();
    let mut sums = vec![0.0; kept.iter().product::<i64>() as usize];
    let mut strides = Array {
        dtype: array.dtype,
        shape: kept.clone(),
        data: Vec::new(),
    }
    .strides();
    strides
        .iter_mut()
        .zip(&kept)
        .zip(&array.shape)
        .for_each(|((s, kept), size)| *s *= i64::from(kept == size));
    let mut values = array.data.iter();
    walk(&array.shape, &strides, 0, |at| {
        sums[at] += values.next().copied().unwrap_or(0.0)
    });
    let count = if mean {
        (array.data.len() / sums.len().max(1)).max(1) as f64
    } else {
        1.0
    };
    Array::from_fn(output.dtype, &kept, |i| sums[i] / count).reshaped(&output.shape)
}
