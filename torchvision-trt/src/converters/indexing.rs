//! Elements by index ([torch](https://docs.pytorch.org/docs/2.11/torch.html#indexing-slicing-joining-mutating-ops)).

use trt::DataType;

use crate::convert::{Call, Context, Error, Result, Size, Tensor, converter};
use crate::graph::Argument;
use crate::pt2::DType;

/// `input[i, j, …]` with tensors of indices, which broadcast; `None` keeps a dimension.
///
/// Restriction: no masks, as the size of the result would depend on data.
#[converter("aten.index.Tensor", "aten._unsafe_index.Tensor", when = no_masks, crate = crate)]
fn index(ctx: &mut Context, input: &Tensor, indices: &[Option<Tensor>]) -> Result<Tensor> {
    let given: Vec<(usize, Tensor)> = indices
        .iter()
        .enumerate()
        .filter_map(|(axis, t)| t.map(|t| (axis, t)))
        .collect();
    match given[..] {
        [] => Ok(*input),
        [(axis, indices)] => {
            let indices = wrapped(ctx, &indices, input, axis)?;
            ctx.gather_slices(input, &indices, axis)
        }
        _ => index_several(ctx, input, &given),
    }
}

/// Several index tensors: the indexed dimensions become one, addressed by one combined index.
fn index_several(ctx: &mut Context, input: &Tensor, given: &[(usize, Tensor)]) -> Result<Tensor> {
    let sizes = ctx.sizes(input)?;
    let axes: Vec<usize> = given.iter().map(|(axis, _)| *axis).collect();
    let rest: Vec<usize> = (0..input.rank()).filter(|a| !axes.contains(a)).collect();
    let front = ctx.permute(input, &[axes.clone(), rest.clone()].concat())?;
    let total = axes
        .iter()
        .fold(Size::Static(1), |n, a| n.times(sizes[*a].clone()));
    let mut flat = vec![total];
    flat.extend(rest.iter().map(|a| sizes[*a].clone()));
    let flat = ctx.reshape(&front, &flat)?;
    let mut combined: Option<Tensor> = None;
    for (axis, indices) in given {
        let indices = wrapped(ctx, indices, input, *axis)?;
        combined = Some(match combined {
            Some(before) => {
                let scaled =
                    ctx.mul(&before, crate::convert::Scalar::from(sizes[*axis].clone()))?;
                ctx.add(&scaled, &indices)?
            }
            None => indices,
        });
    }
    let combined = combined.ok_or_else(|| Error::new("indexing without indices"))?;
    let gathered = ctx.gather_slices(&flat, &combined, 0)?;
    // The result's dimensions stand where the indexed ones stood if those were neighbours, else in front.
    let neighbours = axes.windows(2).all(|w| w[1] == w[0] + 1);
    let place = if neighbours { axes[0] } else { 0 };
    let width = combined.rank();
    let order: Vec<usize> = (width..width + place)
        .chain(0..width)
        .chain(width + place..gathered.rank())
        .collect();
    ctx.permute(&gathered, &order)
}

/// Indices counted from 0: negative ones count from the end.
fn wrapped(ctx: &mut Context, indices: &Tensor, input: &Tensor, axis: usize) -> Result<Tensor> {
    if ctx
        .numbers(indices)
        .is_some_and(|n| n.iter().all(|i| *i >= 0.0))
    {
        return Ok(*indices);
    }
    let size = ctx.sizes(input)?[axis].clone();
    let negative = ctx.compare(trt::ElementWiseOperation::Less, indices, 0)?;
    let moved = ctx.add(indices, crate::convert::Scalar::from(size))?;
    ctx.select_where(&negative, &moved, indices)
}

fn no_masks(call: &Call) -> std::result::Result<(), String> {
    let graph = call.graph();
    let Some(Argument::Tensors(indices)) = call.arg("indices") else {
        return Ok(());
    };
    let mask = |v: &Option<crate::graph::ValueId>| {
        v.is_some_and(|v| matches!(graph.value(v).dtype(), Some(DType::Bool | DType::UInt8)))
    };
    if indices.iter().any(mask) {
        return Err("it selects by a mask: the size of the result depends on data; use torch.where or fixed sizes".into());
    }
    Ok(())
}

/// Slices by index along a dimension.
#[converter("aten.index_select.default", "torch.index_select", crate = crate)]
fn index_select(ctx: &mut Context, input: &Tensor, dim: i64, index: &Tensor) -> Result<Tensor> {
    let axis = input.axis(dim)?;
    if input.rank() == 0 {
        return Ok(*input);
    }
    let index = if index.rank() == 0 {
        ctx.with_rank(index, 1)?
    } else {
        *index
    };
    ctx.gather_slices(input, &index, axis)
}

/// One element for each index along a dimension.
#[converter("aten.gather.default", "torch.gather", crate = crate)]
fn gather(ctx: &mut Context, input: &Tensor, dim: i64, index: &Tensor) -> Result<Tensor> {
    let axis = input.axis(dim)?;
    if input.rank() == 0 {
        let sizes = ctx.sizes(index)?;
        return ctx.expand(input, &sizes);
    }
    // TensorRT wants equal sizes along the other dimensions, PyTorch takes smaller ones.
    let (sizes, wanted) = (ctx.sizes(input)?, ctx.sizes(index)?);
    let mut x = *input;
    for other in (0..input.rank()).filter(|a| *a != axis && sizes[*a] != wanted[*a]) {
        x = ctx.slice_axis(&x, other, &Size::Static(0), &wanted[other], 1)?;
    }
    ctx.gather_elements(&x, index, axis)
}

/// One element for each index along a dimension; the other dimensions broadcast.
#[converter("aten.take_along_dim.default", "torch.take_along_dim", crate = crate)]
fn take_along_dim(ctx: &mut Context, input: &Tensor, indices: &Tensor, dim: i64) -> Result<Tensor> {
    let axis = input.axis(dim)?;
    let (mut sizes, mut wanted) = (ctx.sizes(input)?, ctx.sizes(indices)?);
    for a in (0..sizes.len()).filter(|a| *a != axis) {
        let one = Size::Static(1);
        let common = if sizes[a] == one {
            wanted[a].clone()
        } else {
            sizes[a].clone()
        };
        (sizes[a], wanted[a]) = (common.clone(), common);
    }
    let (x, indices) = (ctx.expand(input, &sizes)?, ctx.expand(indices, &wanted)?);
    ctx.gather_elements(&x, &indices, axis)
}

/// Rows of a table by index.
#[converter("aten.embedding.default", "torch.nn.Embedding.forward", "torch.nn.functional.embedding", crate = crate)]
fn embedding(ctx: &mut Context, weight: &Tensor, indices: &Tensor) -> Result<Tensor> {
    ctx.gather_slices(weight, indices, 0)
}

/// Rows of a table by index as a product would select them: one where the index is, zero elsewhere.
#[converter("aten.one_hot.default", "torch.nn.functional.one_hot", when = known_classes, crate = crate)]
fn one_hot(ctx: &mut Context, input: &Tensor, num_classes: i64) -> Result<Tensor> {
    let classes = ctx.arange(&Size::Static(0), 1, &Size::Static(num_classes))?;
    let column = ctx.unsqueeze(input, input.rank())?;
    let equal = ctx.compare(trt::ElementWiseOperation::Equal, &column, &classes)?;
    ctx.cast(&equal, DataType::Int64)
}

fn known_classes(call: &Call) -> std::result::Result<(), String> {
    match call.arg("num_classes") {
        Some(Argument::Int(n)) if *n > 0 => Ok(()),
        _ => Err("num_classes must be given, else it depends on data".into()),
    }
}
