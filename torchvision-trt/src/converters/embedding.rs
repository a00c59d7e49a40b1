//! Sums, means and maxima over rows of a table
//! ([torch.nn.EmbeddingBag](https://docs.pytorch.org/docs/2.11/generated/torch.nn.EmbeddingBag.html)).

use trt::{DataType, ElementWiseOperation, ReduceOperation};

use crate::convert::{Context, Error, Result, Size, Tensor, converter};

/// One row for each bag of indices; `offsets` says where bags begin.
///
/// Restriction: its other outputs must not be used.
#[converter(
    "aten.embedding_bag.default", "aten.embedding_bag.padding_idx", "aten._embedding_bag.default",
    "aten._embedding_bag_forward_only.default", crate = crate
)]
#[expect(clippy::too_many_arguments, reason = "they are PyTorch's")]
fn embedding_bag(
    ctx: &mut Context,
    weight: &Tensor,
    indices: &Tensor,
    offsets: &Tensor,
    #[default(0)] mode: i64,
    per_sample_weights: Option<&Tensor>,
    #[default(false)] include_last_offset: bool,
    padding_idx: Option<i64>,
) -> Result<Tensor> {
    let member = members(ctx, indices, offsets, include_last_offset)?;
    let member = match padding_idx {
        Some(padding) if padding >= 0 => {
            let padded = ctx.compare(ElementWiseOperation::Equal, indices, padding)?;
            let counts = ctx.not(&padded)?;
            ctx.both(&member, &counts)?
        }
        _ => member,
    };
    let rows = ctx.gather_slices(weight, indices, 0)?;
    let shares = ctx.cast(&member, weight.dtype())?;
    match mode {
        0 => {
            let shares = match per_sample_weights {
                Some(weights) => ctx.mul(&shares, weights)?,
                None => shares,
            };
            ctx.matmul(&shares, &rows)
        }
        1 => {
            let sum = ctx.matmul(&shares, &rows)?;
            let count = ctx.reduce(ReduceOperation::Sum, &shares, &[1], true)?;
            let count = ctx.maximum(&count, 1.0)?;
            ctx.div(&sum, &count)
        }
        2 => {
            let each = ctx.unsqueeze(&member, 2)?;
            let values = ctx.select_where(&each, &rows, f64::NEG_INFINITY)?;
            let greatest = ctx.reduce(ReduceOperation::Max, &values, &[1], false)?;
            let count = ctx.cast(&member, DataType::Int32)?;
            let any = ctx.reduce(ReduceOperation::Max, &count, &[1], true)?;
            ctx.select_where(&any, &greatest, 0.0)
        }
        other => Err(Error::new(format!(
            "mode {other}: expected 0 (sum), 1 (mean) or 2 (max)"
        ))),
    }
}

/// Which index belongs to which bag: `[bags, indices]`.
fn members(
    ctx: &mut Context,
    indices: &Tensor,
    offsets: &Tensor,
    include_last: bool,
) -> Result<Tensor> {
    let (count, total) = (
        ctx.sizes(indices)?[0].clone(),
        ctx.sizes(offsets)?[0].clone(),
    );
    let index_type = ctx.index_type();
    let offsets = ctx.cast(offsets, index_type)?;
    let rest = total.plus(-1);
    let behind = ctx.slice_axis(&offsets, 0, &Size::Static(1), &rest, 1)?;
    let (starts, ends) = if include_last {
        let starts = ctx.slice_axis(&offsets, 0, &Size::Static(0), &rest, 1)?;
        (starts, behind)
    } else {
        let end = ctx.size_tensor(std::slice::from_ref(&count))?;
        let end = ctx.cast(&end, index_type)?;
        (offsets, ctx.concat(&[behind, end], 0)?)
    };
    let (starts, ends) = (ctx.unsqueeze(&starts, 1)?, ctx.unsqueeze(&ends, 1)?);
    let place = ctx.arange(&Size::Static(0), 1, &count)?;
    let before = ctx.compare(ElementWiseOperation::Less, &place, &starts)?;
    let begun = ctx.not(&before)?;
    let open = ctx.compare(ElementWiseOperation::Less, &place, &ends)?;
    ctx.both(&begun, &open)
}
