//! Concatenation and splitting ([torch](https://docs.pytorch.org/docs/2.11/torch.html#indexing-slicing-joining-mutating-ops)).

use crate::convert::{Context, Error, Result, Scalar, Size, Tensor, converter};

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
    "aten.unsafe_split.Tensor", "aten.unsafe_split_with_sizes.default", "aten.unsafe_chunk.default", "aten.tensor_split.sections", "aten.tensor_split.indices",
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

/// Parts of a tensor along its columns: the second dimension, or the only one.
#[converter("aten.hsplit.int", "aten.hsplit.array", "torch.hsplit", crate = crate)]
fn hsplit(ctx: &mut Context, input: &Tensor) -> Result<Vec<Tensor>> {
    split(ctx, input, i64::from(input.rank() > 1))
}

/// Parts of a tensor along its rows.
#[converter("aten.vsplit.int", "aten.vsplit.array", "torch.vsplit", crate = crate)]
fn vsplit(ctx: &mut Context, input: &Tensor) -> Result<Vec<Tensor>> {
    split(ctx, input, 0)
}

/// Parts of a tensor along its third dimension.
#[converter("aten.dsplit.int", "aten.dsplit.array", "torch.dsplit", crate = crate)]
fn dsplit(ctx: &mut Context, input: &Tensor) -> Result<Vec<Tensor>> {
    split(ctx, input, 2)
}

/// Tensors side by side: along the second dimension, or the only one.
#[converter("aten.hstack.default", "torch.hstack", crate = crate)]
fn hstack(ctx: &mut Context, tensors: &[Tensor]) -> Result<Tensor> {
    let wide = with_ranks(ctx, tensors, 1)?;
    let axis = i64::from(wide.first().is_none_or(|t| t.rank() > 1));
    cat(ctx, &wide, axis)
}

/// Tensors on top of each other; those of one dimension are rows.
#[converter("aten.vstack.default", "aten.row_stack.default", "torch.vstack", "torch.row_stack", crate = crate)]
fn vstack(ctx: &mut Context, tensors: &[Tensor]) -> Result<Tensor> {
    let wide = with_ranks(ctx, tensors, 2)?;
    cat(ctx, &wide, 0)
}

/// Tensors behind each other along the third dimension.
#[converter("aten.dstack.default", "torch.dstack", crate = crate)]
fn dstack(ctx: &mut Context, tensors: &[Tensor]) -> Result<Tensor> {
    let deep = tensors
        .iter()
        .map(|t| {
            let plane = ctx.with_rank(t, 2)?;
            if plane.rank() < 3 {
                ctx.unsqueeze(&plane, 2)
            } else {
                Ok(plane)
            }
        })
        .collect::<Result<Vec<_>>>()?;
    cat(ctx, &deep, 2)
}

/// Tensors side by side; those of one dimension are columns.
#[converter("aten.column_stack.default", "torch.column_stack", crate = crate)]
fn column_stack(ctx: &mut Context, tensors: &[Tensor]) -> Result<Tensor> {
    let columns = tensors
        .iter()
        .map(|t| match t.rank() {
            0 => ctx.with_rank(t, 2),
            1 => ctx.unsqueeze(t, 1),
            _ => Ok(*t),
        })
        .collect::<Result<Vec<_>>>()?;
    cat(ctx, &columns, 1)
}

fn with_ranks(ctx: &mut Context, tensors: &[Tensor], rank: usize) -> Result<Vec<Tensor>> {
    tensors.iter().map(|t| ctx.with_rank(t, rank)).collect()
}

/// Matrices along the diagonal of one of zeros.
#[converter("aten.block_diag.default", "torch.block_diag", crate = crate)]
fn block_diag(ctx: &mut Context, tensors: &[Tensor]) -> Result<Tensor> {
    let operands: Vec<_> = tensors.iter().map(|t| t.into()).collect();
    let dtype = ctx.result_type(&operands);
    let blocks = with_ranks(ctx, tensors, 2)?;
    let zero = ctx.scalar(&Scalar::Int(0), dtype, 2)?;
    let widths = blocks
        .iter()
        .map(|b| Ok(ctx.sizes(b)?[1].clone()))
        .collect::<Result<Vec<Size>>>()?;
    let total = |part: &[Size]| part.iter().fold(Size::Static(0), |n, s| n.plus(s.clone()));
    let mut bands = Vec::with_capacity(blocks.len());
    for (i, block) in blocks.iter().enumerate() {
        let height = ctx.sizes(block)?[0].clone();
        let mut band = Vec::with_capacity(3);
        for (width, is_block) in [
            (total(&widths[..i]), false),
            (widths[i].clone(), true),
            (total(&widths[i + 1..]), false),
        ] {
            if is_block {
                band.push(ctx.cast(block, dtype)?);
            } else if width != Size::Static(0) {
                band.push(ctx.expand(&zero, &[height.clone(), width])?);
            }
        }
        bands.push(ctx.concat(&band, 1)?);
    }
    ctx.concat(&bands, 0)
}

/// Every combination of the elements of several vectors, a row for each.
#[converter("aten.cartesian_prod.default", "torch.cartesian_prod", crate = crate)]
fn cartesian_prod(ctx: &mut Context, tensors: &[Tensor]) -> Result<Tensor> {
    if let [one] = tensors {
        return Ok(*one);
    }
    let columns = meshgrid(ctx, tensors, "ij")?
        .iter()
        .map(|grid| {
            let flat = ctx.flatten(grid)?;
            ctx.unsqueeze(&flat, 1)
        })
        .collect::<Result<Vec<_>>>()?;
    ctx.concat(&columns, 1)
}

/// Tensors with sizes of 1 put in until each has enough dimensions.
#[converter("aten.atleast_1d.Sequence", "aten.atleast_2d.Sequence", "aten.atleast_3d.Sequence", crate = crate)]
fn atleast(ctx: &mut Context, tensors: &[Tensor]) -> Result<Vec<Tensor>> {
    let reshape = |(i, t)| {
        let sizes = ctx.output_sizes(i)?;
        ctx.reshape(t, &sizes)
    };
    tensors.iter().enumerate().map(reshape).collect()
}

/// Tensors repeated along dimensions of size 1 to the shape they have in common.
#[converter("aten.broadcast_tensors.default", "torch.broadcast_tensors", crate = crate)]
fn broadcast_tensors(ctx: &mut Context, tensors: &[Tensor]) -> Result<Vec<Tensor>> {
    let sizes = ctx.output_sizes(0)?;
    tensors.iter().map(|t| ctx.expand(t, &sizes)).collect()
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
