//! Concatenation and splitting ([torch](https://docs.pytorch.org/docs/2.11/torch.html#indexing-slicing-joining-mutating-ops)).

use crate::convert::{Context, Error, Result, Size, Tensor, converter};

/// Tensors one after another along a dimension.
#[converter("aten.cat.default", "aten.concat.default", "aten.concatenate.default", "torch.cat", "torch.concat", crate = crate)]
fn cat(ctx: &mut Context, tensors: &[Tensor], #[default(0)] dim: i64) -> Result<Tensor> {
    let rank = tensors.iter().map(Tensor::rank).max().unwrap_or(0);
    let axis = crate::convert::axis(dim, rank)?;
    // PyTorch skips empty tensors of one dimension, whatever the others are.
    let mut kept = Vec::with_capacity(tensors.len());
    for tensor in tensors {
        if rank == 1 || tensor.rank() != 1 || ctx.dims(tensor)?[0] != 0 {
            kept.push(*tensor);
        }
    }
    ctx.concat(&kept, axis)
}

/// Tensors one after another along a new dimension.
#[converter("aten.stack.default", "torch.stack", crate = crate)]
fn stack(ctx: &mut Context, tensors: &[Tensor], #[default(0)] dim: i64) -> Result<Tensor> {
    let rank = tensors.first().map_or(0, Tensor::rank);
    let axis = crate::convert::axis(dim, rank + 1)?;
    let columns = tensors
        .iter()
        .map(|t| ctx.unsqueeze(t, axis))
        .collect::<Result<Vec<_>>>()?;
    ctx.concat(&columns, axis)
}

/// Parts of a tensor along a dimension, as many and as large as the program gives for the results.
#[converter(
    "aten.split.Tensor", "aten.split.sizes", "aten.split_with_sizes.default", "aten.chunk.default", "aten.split_copy.Tensor", "aten.split_with_sizes_copy.default",
    "aten.unsafe_split.Tensor", "aten.unsafe_chunk.default", "aten.tensor_split.sections", "aten.tensor_split.indices",
    "torch.split", "torch.chunk", "torch.tensor_split", "torch.Tensor.split", "torch.Tensor.chunk", crate = crate
)]
fn split(ctx: &mut Context, input: &Tensor, #[default(0)] dim: i64) -> Result<Vec<Tensor>> {
    let axis = input.axis(dim)?;
    let count = ctx.call().outputs().len();
    let sizes = (0..count)
        .map(|i| Ok(ctx.output_sizes(i)?[axis].clone()))
        .collect::<Result<Vec<Size>>>()?;
    ctx.split(input, axis, &sizes)
}

/// All slices along a dimension, which goes away.
#[converter("aten.unbind.int", "aten.unbind_copy.int", "torch.unbind", "torch.Tensor.unbind", crate = crate)]
fn unbind(ctx: &mut Context, input: &Tensor, #[default(0)] dim: i64) -> Result<Vec<Tensor>> {
    let axis = input.axis(dim)?;
    let count = ctx.call().outputs().len() as i64;
    (0..count)
        .map(|i| ctx.select(input, axis, &Size::Static(i)))
        .collect()
}

/// The tensors broadcast to grids: tensor `i` varies along dimension `i`.
#[converter("aten.meshgrid.default", "aten.meshgrid.indexing", "torch.meshgrid", crate = crate)]
fn meshgrid(
    ctx: &mut Context,
    tensors: &[Tensor],
    #[default("ij")] indexing: &str,
) -> Result<Vec<Tensor>> {
    let sizes = tensors
        .iter()
        .map(|t| Ok(ctx.sizes(t)?.first().cloned().unwrap_or(Size::Static(1))))
        .collect::<Result<Vec<Size>>>()?;
    let mut place: Vec<usize> = (0..tensors.len()).collect();
    match indexing {
        "ij" => {}
        "xy" if place.len() >= 2 => place.swap(0, 1),
        "xy" => {}
        other => {
            return Err(Error::new(format!(
                "indexing {other:?}: expected \"ij\" or \"xy\""
            )));
        }
    }
    let mut grid = vec![Size::Static(1); tensors.len()];
    for (i, size) in sizes.iter().enumerate() {
        grid[place[i]] = size.clone();
    }
    let mut grids = Vec::with_capacity(tensors.len());
    for (i, tensor) in tensors.iter().enumerate() {
        let mut line = vec![Size::Static(1); tensors.len()];
        line[place[i]] = sizes[i].clone();
        let line = ctx.reshape(tensor, &line)?;
        grids.push(ctx.expand(&line, &grid)?);
    }
    Ok(grids)
}
