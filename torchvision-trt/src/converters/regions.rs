//! torchvision's operators on boxes ([torchvision.ops](https://docs.pytorch.org/vision/0.26/ops.html)).

use plugins_cuda::{RoiAlign, RoiPool};
use trt::plugin::Fields;
use trt::{DataType, ElementWiseOperation, ReduceOperation, UnaryOperation};

use super::adaptive_align::{Extent, bin_means};
use crate::convert::{Call, Context, Error, Result, Scalar, Size, Taps, Tensor, converter};
use crate::graph::Argument;

/// Means of samples within each bin of boxes over feature maps; boxes are [image, x1, y1, x2, y2].
///
/// Plugin: RoiAlign.
///
/// Restriction: without the plugin and with a `sampling_ratio` of 0 or below, memory for each box, channel, bin and column; for a batch of more than one image
/// also for each box and element of its feature map.
#[converter("torchvision.roi_align.default", "torchvision.ops.roi_align", "torchvision.ops.RoIAlign.forward", crate = crate)]
#[expect(clippy::too_many_arguments, reason = "they are torchvision's")]
pub(super) fn roi_align(
    ctx: &mut Context,
    input: &Tensor,
    rois: &Tensor,
    spatial_scale: f64,
    pooled_height: i64,
    pooled_width: i64,
    sampling_ratio: i64,
    aligned: bool,
) -> Result<Tensor> {
    if ctx.may_use_plugins() {
        let fields = Fields::new()
            .with("output_size", [pooled_height, pooled_width])
            .with("spatial_scale", spatial_scale)
            .with("sampling_ratio", sampling_ratio)
            .with("aligned", aligned);
        let [means] = ctx.add_plugin::<RoiAlign, _>(&fields, &[*input, *rois])?;
        return Ok(means);
    }
    let sizes = ctx.sizes(input)?;
    let bins = [pooled_height, pooled_width];
    let extents = [
        box_extent(ctx, rois, 2, spatial_scale, aligned)?,
        box_extent(ctx, rois, 1, spatial_scale, aligned)?,
    ];
    let image = image_of_box(ctx, rois)?;
    if sampling_ratio <= 0 {
        let image = ctx.squeeze(&image, &[1, 2])?;
        return bin_means(ctx, input, &image, &extents, bins);
    }
    let mut axes = Vec::with_capacity(2);
    for (i, (n, bins)) in sizes[2..].iter().zip(bins).enumerate() {
        let samples: Vec<f64> = (0..bins * sampling_ratio)
            .map(|s| (s as f64 + 0.5) / (bins * sampling_ratio) as f64)
            .collect();
        let shape = [1, samples.len() as i64];
        let samples = ctx.numbers_constant(&samples, &shape, DataType::Float)?;
        let offsets = ctx.mul(&extents[i].length, &samples)?;
        let places = ctx.add(&extents[i].start, &offsets)?;
        let taps = border_taps(ctx, &places, n)?;
        axes.push((n.clone(), in_axis(ctx, taps, i)?));
    }
    let rows = ctx.pixel_rows(input)?;
    let values = ctx.interpolated(&rows, &image, &axes)?;
    let boxes = ctx.sizes(rois)?[0].clone();
    let ratio = Size::Static(sampling_ratio);
    let split = [
        boxes,
        Size::Static(pooled_height),
        ratio.clone(),
        Size::Static(pooled_width),
        ratio,
        sizes[1].clone(),
    ];
    let values = ctx.reshape(&values, &split)?;
    let means = ctx.reduce(ReduceOperation::Avg, &values, &[2, 4], false)?;
    ctx.permute(&means, &[0, 3, 1, 2])
}

/// The boxes along an axis of the feature map, whose first corner is in `column`.
fn box_extent(
    ctx: &mut Context,
    rois: &Tensor,
    column: i64,
    scale: f64,
    aligned: bool,
) -> Result<Extent> {
    let start = scaled_column(ctx, rois, column, scale)?;
    let end = scaled_column(ctx, rois, column + 2, scale)?;
    let length = ctx.sub(&end, &start)?;
    Ok(if aligned {
        // TensorRT may not round one of the two products that it subtracts. A box without extent has no samples.
        let empty = ctx.compare(ElementWiseOperation::Equal, &start, &end)?;
        let length = ctx.select_where(&empty, 0.0, &length)?;
        let start = ctx.sub(&start, 0.5)?;
        Extent { start, length }
    } else {
        let length = ctx.maximum(&length, 1.0)?;
        Extent { start, length }
    })
}

/// The image that each box lies in, as `[boxes, 1, 1]`.
pub(super) fn image_of_box(ctx: &mut Context, rois: &Tensor) -> Result<Tensor> {
    let image = ctx.slice_axis(rois, 1, &Size::Static(0), &Size::Static(1), 1)?;
    let image = ctx.cast(&image, ctx.index_type())?;
    ctx.unsqueeze(&image, 2)
}

/// A column of the boxes as `[boxes, 1]`, in elements of the feature map.
pub(super) fn scaled_column(
    ctx: &mut Context,
    rois: &Tensor,
    column: i64,
    scale: f64,
) -> Result<Tensor> {
    let column = ctx.slice_axis(rois, 1, &Size::Static(column), &Size::Static(1), 1)?;
    let column = ctx.cast(&column, DataType::Float)?;
    ctx.mul(&column, scale)
}

/// Linear interpolation that keeps the value of the border for one more element, and is zero beyond.
fn border_taps(ctx: &mut Context, places: &Tensor, n: &Size) -> Result<Taps> {
    let before = ctx.compare(ElementWiseOperation::Less, places, -1.0)?;
    let beyond = ctx.compare(
        ElementWiseOperation::Greater,
        places,
        Scalar::from(n.clone()),
    )?;
    let outside = ctx.either(&before, &beyond)?;
    let inside = ctx.not(&outside)?;
    let inside = ctx.cast(&inside, DataType::Float)?;
    let places = ctx.maximum(places, 0.0)?;
    let places = ctx.minimum(&places, Scalar::from(n.plus(-1)))?;
    let taps = ctx.linear_taps(&places, n)?;
    ctx.scaled_taps(&taps, &inside)
}

/// Taps of `[boxes, places]` as they stand in `[boxes, rows, columns]`.
fn in_axis(ctx: &mut Context, taps: Taps, axis: usize) -> Result<Taps> {
    taps.map(|tensor| ctx.unsqueeze(tensor, if axis == 0 { 2 } else { 1 }))
}

/// Maxima over each bin of boxes over feature maps; bins are rounded to elements.
///
/// Plugin: RoiPool.
///
/// Restriction: without the plugin feature maps of fixed height and width; where the maxima are, its other output, must not be used.
#[converter("torchvision.roi_pool.default", "torchvision.ops.roi_pool", "torchvision.ops.RoIPool.forward", when = fixed_maps, crate = crate)]
fn roi_pool(
    ctx: &mut Context,
    input: &Tensor,
    rois: &Tensor,
    spatial_scale: f64,
    pooled_height: i64,
    pooled_width: i64,
) -> Result<Tensor> {
    if ctx.may_use_plugins() {
        let fields = Fields::new()
            .with("output_size", [pooled_height, pooled_width])
            .with("spatial_scale", spatial_scale);
        let [maxima] = ctx.add_plugin::<RoiPool, _>(&fields, &[*input, *rois])?;
        return Ok(maxima);
    }
    let sizes = ctx.sizes(input)?;
    let (Some(height), Some(width)) = (sizes[2].as_static(), sizes[3].as_static()) else {
        return Err(Error::new("a feature map of unknown size"));
    };
    let bins = [
        bin_ranges(ctx, rois, [2, 4], spatial_scale, pooled_height, height)?,
        bin_ranges(ctx, rois, [1, 3], spatial_scale, pooled_width, width)?,
    ];
    // The maximum of any range is that of two ranges whose length is a power of two, so those are all that is computed.
    let tables = range_maxima(ctx, input, 3, width)?;
    let mut rows = Vec::new();
    for table in tables {
        rows.extend(range_maxima(ctx, &table, 2, height)?);
    }
    let table = ctx.concat(&rows, 0)?;
    let table = ctx.pixel_rows(&table)?;

    let image = image_of_box(ctx, rois)?;
    let level = {
        let columns = ctx.unsqueeze(&bins[1].level, 1)?;
        let columns = ctx.mul(&columns, i64::from(levels_of(height)))?;
        let rows = ctx.unsqueeze(&bins[0].level, 2)?;
        ctx.add(&columns, &rows)?
    };
    let level = ctx.mul(&level, Scalar::from(sizes[0].clone()))?;
    let image = ctx.add(&image, &level)?;
    let mut greatest: Option<Tensor> = None;
    for row in bins[0].starts {
        for column in bins[1].starts {
            let row = ctx.unsqueeze(&row, 2)?;
            let column = ctx.unsqueeze(&column, 1)?;
            let index = ctx.mul(&image, height)?;
            let index = ctx.add(&index, &row)?;
            let index = ctx.mul(&index, width)?;
            let index = ctx.add(&index, &column)?;
            let value = ctx.gather_slices(&table, &index, 0)?;
            greatest = Some(match greatest {
                Some(other) => ctx.maximum(&other, &value)?,
                None => value,
            });
        }
    }
    let greatest = greatest.ok_or_else(|| Error::new("a bin without ranges"))?;
    let rows_empty = ctx.unsqueeze(&bins[0].empty, 2)?;
    let columns_empty = ctx.unsqueeze(&bins[1].empty, 1)?;
    let empty = ctx.either(&rows_empty, &columns_empty)?;
    let empty = ctx.unsqueeze(&empty, 3)?;
    let result = ctx.select_where(&empty, 0.0, &greatest)?;
    ctx.permute(&result, &[0, 3, 1, 2])
}

fn fixed_maps(call: &Call) -> std::result::Result<(), String> {
    if call.reads_output(1) {
        return Err("where the maxima are is used".into());
    }
    let known = |v: &crate::graph::ValueId| {
        call.graph().value(*v).shape().is_some_and(|shape| {
            shape
                .get(2..)
                .is_some_and(|s| s.iter().all(|d| d.as_static().is_some()))
        })
    };
    match call.arg("input") {
        _ if call.may_use_plugins() => Ok(()),
        Some(Argument::Tensor(input)) if known(input) => Ok(()),
        _ => Err("height and width of the feature maps must be fixed: export with fixed sizes, use roi_align, or TensorRT with plugins".into()),
    }
}

/// Bins of boxes as long as this many maps, and shorter, have their bounds in a table.
const TABLED_EXTENTS: i64 = 2;

/// The ranges of elements of bins along one axis, each `[boxes, bins]`.
struct BinRanges {
    /// Binary logarithm of the length, rounded down.
    level: Tensor,
    /// Where the two ranges of that length begin that make the bin.
    starts: [Tensor; 2],
    empty: Tensor,
}

fn bin_ranges(
    ctx: &mut Context,
    rois: &Tensor,
    columns: [i64; 2],
    scale: f64,
    bins: i64,
    n: i64,
) -> Result<BinRanges> {
    let mut ends = Vec::with_capacity(2);
    for column in columns {
        let place = scaled_column(ctx, rois, column, scale)?;
        ends.push(rounded_away(ctx, &place)?);
    }
    let extent = ctx.sub(&ends[1], &ends[0])?;
    let extent = ctx.add(&extent, 1.0)?;
    let extent = ctx.maximum(&extent, 1.0)?;
    let bin_size = ctx.div(&extent, bins as f64)?;
    let tabled = TABLED_EXTENTS * n;
    let row = ctx.minimum(&extent, tabled as f64)?;
    let row = ctx.cast(&row, ctx.index_type())?;
    let is_tabled = ctx.compare(ElementWiseOperation::Less, &extent, (tabled + 1) as f64)?;
    let bound = |ctx: &mut Context, first: i64, rounding: UnaryOperation| -> Result<Tensor> {
        let numbers: Vec<f64> = (first..first + bins).map(|b| b as f64).collect();
        let bin = ctx.numbers_constant(&numbers, &[1, bins], DataType::Float)?;
        let bound = ctx.mul(&bin_size, &bin)?;
        let computed = ctx.unary(rounding, &bound)?;
        // A bound is a whole number or an ulp beside it, as its quotient happens to be rounded, and TensorRT rounds otherwise.
        let round = if first == 0 { f32::floor } else { f32::ceil };
        let table: Vec<f64> = (0..=tabled)
            .flat_map(|extent| {
                let bin_size = extent as f32 / bins as f32;
                numbers
                    .iter()
                    .map(move |&bin| f64::from(round(bin as f32 * bin_size)))
            })
            .collect();
        let table = ctx.numbers_constant(&table, &[tabled + 1, bins], DataType::Float)?;
        let exact = ctx.gather_slices(&table, &row, 0)?;
        let exact = ctx.squeeze(&exact, &[1])?;
        let bound = ctx.select_where(&is_tabled, &exact, &computed)?;
        let bound = ctx.add(&bound, &ends[0])?;
        let bound = ctx.maximum(&bound, 0.0)?;
        let bound = ctx.minimum(&bound, n as f64)?;
        ctx.cast(&bound, ctx.index_type())
    };
    let start = bound(ctx, 0, UnaryOperation::Floor)?;
    let end = bound(ctx, 1, UnaryOperation::Ceil)?;
    let length = ctx.sub(&end, &start)?;
    let empty = ctx.compare(ElementWiseOperation::Less, &length, 1)?;
    let mut level = ctx.mul(&length, 0)?;
    let mut covered = ctx.add(&level, 1)?;
    for l in 1..levels_of(n) {
        let shorter = ctx.compare(ElementWiseOperation::Less, &length, 1i64 << l)?;
        let reached = ctx.not(&shorter)?;
        let reached = ctx.cast(&reached, length.dtype())?;
        level = ctx.add(&level, &reached)?;
        let more = ctx.mul(&reached, 1i64 << (l - 1))?;
        covered = ctx.add(&covered, &more)?;
    }
    // An empty bin reads any element.
    let first = ctx.minimum(&start, n - 1)?;
    let second = ctx.sub(&end, &covered)?;
    let second = ctx.maximum(&second, 0)?;
    Ok(BinRanges {
        level,
        starts: [first, second],
        empty,
    })
}

/// Rounded to the nearest integer, halves away from zero.
pub(super) fn rounded_away(ctx: &mut Context, x: &Tensor) -> Result<Tensor> {
    let sign = ctx.unary(UnaryOperation::Sign, x)?;
    let size = ctx.unary(UnaryOperation::Abs, x)?;
    let size = ctx.add(&size, 0.5)?;
    let size = ctx.unary(UnaryOperation::Floor, &size)?;
    ctx.mul(&sign, &size)
}

/// How many powers of two are not above `n`.
fn levels_of(n: i64) -> u32 {
    n.max(1).ilog2() + 1
}

/// For each power of two not above `n` the maxima of the ranges of that length along an axis, at the place where a range begins.
fn range_maxima(ctx: &mut Context, x: &Tensor, axis: usize, n: i64) -> Result<Vec<Tensor>> {
    let mut tables = vec![*x];
    for l in 1..levels_of(n) {
        let shorter = tables[l as usize - 1];
        // Ranges that would reach beyond the end are never read.
        let start = 1i64 << (l - 1);
        let (mut before, mut after) = (vec![0; x.rank()], vec![0; x.rank()]);
        (before[axis], after[axis]) = (-start, start);
        let moved = ctx.pad(
            &shorter,
            &before,
            &after,
            trt::SampleMode::Clamp,
            &Scalar::Int(0),
        )?;
        tables.push(ctx.maximum(&shorter, &moved)?);
    }
    Ok(tables)
}
