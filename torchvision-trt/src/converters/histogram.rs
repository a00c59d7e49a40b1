//! How often values occur ([torch.histc](https://docs.pytorch.org/docs/2.11/generated/torch.histc.html),
//! [torch.mode](https://docs.pytorch.org/docs/2.11/generated/torch.mode.html)).

use trt::{DataType, ElementWiseOperation as Op, ReduceOperation, UnaryOperation};

use super::accumulate::Reduction;
use crate::convert::{Context, Result, Scalar, Size, Tensor, converter};

/// The number of elements in each of `bins` equal parts of the range from `min` to `max`; if these are equal, of the range of the data.
///
/// Restriction: takes memory for each pair of an element and a bin.
#[converter("aten.histc.default", "torch.histc", crate = crate)]
fn histc(
    ctx: &mut Context,
    input: &Tensor,
    #[default(100)] bins: i64,
    #[default(Scalar::Int(0))] min: Scalar,
    #[default(Scalar::Int(0))] max: Scalar,
) -> Result<Tensor> {
    let flat = ctx.flatten(input)?;
    let (least, greatest) = if min.as_f64() == max.as_f64() {
        let least = ctx.reduce(ReduceOperation::Min, &flat, &[0], true)?;
        let greatest = ctx.reduce(ReduceOperation::Max, &flat, &[0], true)?;
        let one_value = ctx.compare(Op::Equal, &least, &greatest)?;
        let (below, above) = (ctx.sub(&least, 1)?, ctx.add(&greatest, 1)?);
        (
            ctx.select_where(&one_value, &below, &least)?,
            ctx.select_where(&one_value, &above, &greatest)?,
        )
    } else {
        let dtype = flat.dtype();
        (ctx.scalar(&min, dtype, 1)?, ctx.scalar(&max, dtype, 1)?)
    };
    let distance = ctx.sub(&flat, &least)?;
    let scaled = ctx.mul(&distance, bins)?;
    let range = ctx.sub(&greatest, &least)?;
    let place = ctx.div(&scaled, &range)?;
    let place = ctx.unary(UnaryOperation::Floor, &place)?;
    let last = ctx.compare(Op::Equal, &flat, &greatest)?;
    let place = ctx.select_where(&last, (bins - 1) as f64, &place)?;
    // Elements above the range may be rounded into it; those below it, and NaN, have no place.
    let above = ctx.compare(Op::Greater, &flat, &greatest)?;
    let place = ctx.select_where(&above, -1.0, &place)?;
    let place = ctx.unsqueeze(&place, 1)?;
    let bin = ctx.arange(&Size::Static(0), 1, &Size::Static(bins))?;
    let bin = ctx.cast(&bin, place.dtype())?;
    let hit = ctx.compare(Op::Equal, &place, &bin)?;
    let hit = ctx.cast(&hit, DataType::Int32)?;
    let counts = ctx.reduce(ReduceOperation::Sum, &hit, &[0], false)?;
    ctx.cast(&counts, input.dtype())
}

/// The value that occurs most often along a dimension, the smallest of several, and where it is last.
///
/// Restriction: takes memory for each pair of elements along the dimension.
#[converter("aten.mode.default", "torch.mode", crate = crate)]
fn mode(
    ctx: &mut Context,
    input: &Tensor,
    #[default(-1)] dim: i64,
    #[default(false)] keepdim: bool,
) -> Result<(Tensor, Tensor)> {
    let index_type = ctx.output_dtype(1)?;
    if input.rank() == 0 {
        return Ok((*input, ctx.numbers_constant(&[0.0], &[], index_type)?));
    }
    let axis = input.axis(dim)?;
    let dtype = match input.dtype() {
        DataType::Bool | DataType::UInt8 => DataType::Int32,
        other => other,
    };
    let x = ctx.cast(input, dtype)?;
    let (each, other) = (ctx.unsqueeze(&x, axis + 1)?, ctx.unsqueeze(&x, axis)?);
    let equal = ctx.compare(Op::Equal, &each, &other)?;
    let equal = ctx.cast(&equal, DataType::Int32)?;
    let count = ctx.reduce(ReduceOperation::Sum, &equal, &[axis + 1], false)?;
    let most = ctx.reduce(ReduceOperation::Max, &count, &[axis], true)?;
    let often = ctx.compare(Op::Equal, &count, &most)?;
    let greatest = ctx.scalar(&Reduction::Min.neutral(dtype), dtype, 0)?;
    let candidates = ctx.select_where(&often, &x, &greatest)?;
    let value = ctx.reduce(ReduceOperation::Min, &candidates, &[axis], true)?;
    let found = ctx.compare(Op::Equal, &x, &value)?;
    let places = ctx.places(&x, axis)?;
    let places = ctx.select_where(&found, &places, 0)?;
    let place = ctx.reduce(ReduceOperation::Max, &places, &[axis], keepdim)?;
    let value = if keepdim {
        value
    } else {
        ctx.squeeze(&value, &[axis])?
    };
    Ok((
        ctx.cast(&value, input.dtype())?,
        ctx.cast(&place, index_type)?,
    ))
}
