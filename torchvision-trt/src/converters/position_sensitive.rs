//! Position-sensitive pooling ([torchvision.ops.ps_roi_align](https://docs.pytorch.org/vision/0.26/generated/torchvision.ops.ps_roi_align.html)):
//! each bin of a box reads channels of its own.

use trt::{DataType, ElementWiseOperation, MatrixOperation, UnaryOperation};

use super::regions::{image_of_box, roi_align, rounded_away, scaled_column};
use crate::convert::{Call, Context, Error, Result, Scalar, Size, Tensor, converter};
use crate::graph::Argument;

/// Means of samples within each bin of boxes over feature maps, each bin in channels of its own.
///
/// Plugin: RoiAlign, then the bin's own channels.
///
/// Restriction: a fixed number of samples: `sampling_ratio` above 0; which channels a bin reads, its other output, must not be used.
#[converter("torchvision.ps_roi_align.default", "torchvision.ops.ps_roi_align", "torchvision.ops.PSRoIAlign.forward", when = fixed_samples_alone, crate = crate)]
fn ps_roi_align(
    ctx: &mut Context,
    input: &Tensor,
    rois: &Tensor,
    spatial_scale: f64,
    pooled_height: i64,
    pooled_width: i64,
    sampling_ratio: i64,
) -> Result<Tensor> {
    let bins = [pooled_height, pooled_width];
    let all = roi_align(
        ctx,
        input,
        rois,
        spatial_scale,
        pooled_height,
        pooled_width,
        sampling_ratio,
        true,
    )?;
    own_channels(ctx, &all, bins)
}

fn fixed_samples_alone(call: &Call) -> std::result::Result<(), String> {
    match call.arg("sampling_ratio") {
        Some(Argument::Int(n)) if *n > 0 => values_alone(call),
        _ => Err("sampling_ratio must be above 0, else the number of samples depends on the size of each box".into()),
    }
}

fn values_alone(call: &Call) -> std::result::Result<(), String> {
    if call.reads_output(1) {
        return Err("which channels the bins read is used".into());
    }
    Ok(())
}

/// Means of the elements within each bin of boxes over feature maps, each bin in channels of its own; bins are rounded to elements, and
/// the last row and column are left out, as torchvision does.
///
/// Restriction: which channels a bin reads, its other output, must not be used.
#[converter("torchvision.ps_roi_pool.default", "torchvision.ops.ps_roi_pool", "torchvision.ops.PSRoIPool.forward", when = values_alone, crate = crate)]
fn ps_roi_pool(
    ctx: &mut Context,
    input: &Tensor,
    rois: &Tensor,
    spatial_scale: f64,
    pooled_height: i64,
    pooled_width: i64,
) -> Result<Tensor> {
    let sizes = ctx.sizes(input)?;
    let bins = [pooled_height, pooled_width];
    let mut axes = Vec::with_capacity(2);
    for (i, (n, bins)) in sizes[2..].iter().zip(bins).enumerate() {
        axes.push(bins_of_axis(
            ctx,
            rois,
            2 - i as i64,
            spatial_scale,
            bins,
            n,
        )?);
    }
    let image = image_of_box(ctx, rois)?;
    let image = ctx.squeeze(&image, &[1, 2])?;
    let maps = ctx.gather_slices(input, &image, 0)?;
    let maps = ctx.cast(&maps, DataType::Float)?;
    // [boxes, 1, bins, elements] on either side of [boxes, channels, height, width]
    let (rows, columns) = (ctx.unsqueeze(&axes[0].0, 1)?, ctx.unsqueeze(&axes[1].0, 1)?);
    let sums = ctx.matmul(&rows, &maps)?;
    let sums = ctx.matrix_product(
        &sums,
        MatrixOperation::None,
        &columns,
        MatrixOperation::Transpose,
    )?;
    let (down, across) = (ctx.unsqueeze(&axes[0].1, 2)?, ctx.unsqueeze(&axes[1].1, 1)?);
    let area = ctx.mul(&down, &across)?;
    let area = ctx.maximum(&area, 1.0)?; // an empty bin has the sum 0
    let area = ctx.unsqueeze(&area, 1)?;
    let means = ctx.div(&sums, &area)?;
    let means = own_channels(ctx, &means, bins)?;
    ctx.cast(&means, input.dtype())
}

/// Of each bin along an axis which elements are in it, `[boxes, bins, elements]`, and how many, `[boxes, bins]`.
fn bins_of_axis(
    ctx: &mut Context,
    rois: &Tensor,
    column: i64,
    scale: f64,
    bins: i64,
    n: &Size,
) -> Result<(Tensor, Tensor)> {
    let mut ends = Vec::with_capacity(2);
    for column in [column, column + 2] {
        let place = scaled_column(ctx, rois, column, scale)?;
        ends.push(rounded_away(ctx, &place)?);
    }
    let extent = ctx.sub(&ends[1], &ends[0])?;
    let extent = ctx.maximum(&extent, 1.0)?;
    let bin_size = ctx.div(&extent, bins as f64)?;
    let bound = |ctx: &mut Context, first: i64, rounding: UnaryOperation| -> Result<Tensor> {
        let numbers: Vec<f64> = (first..first + bins).map(|b| b as f64).collect();
        let bin = ctx.numbers_constant(&numbers, &[1, bins], DataType::Float)?;
        let bound = ctx.mul(&bin_size, &bin)?;
        let bound = ctx.unary(rounding, &bound)?;
        let bound = ctx.add(&bound, &ends[0])?;
        let bound = ctx.maximum(&bound, 0.0)?;
        ctx.minimum(&bound, Scalar::from(n.plus(-1)))
    };
    let start = bound(ctx, 0, UnaryOperation::Floor)?;
    let end = bound(ctx, 1, UnaryOperation::Ceil)?;
    let count = ctx.sub(&end, &start)?;
    let count = ctx.maximum(&count, 0.0)?;
    let elements = ctx.arange(&Size::Static(0), 1, n)?;
    let elements = ctx.cast(&elements, DataType::Float)?;
    let (start, end) = (ctx.unsqueeze(&start, 2)?, ctx.unsqueeze(&end, 2)?);
    let before = ctx.compare(ElementWiseOperation::Less, &elements, &start)?;
    let reached = ctx.not(&before)?;
    let within = ctx.compare(ElementWiseOperation::Less, &elements, &end)?;
    let within = ctx.both(&reached, &within)?;
    Ok((ctx.cast(&within, DataType::Float)?, count))
}

/// Of all channels pooled in all bins, `[boxes, channels * bins, height, width]`, for each bin those that belong to it.
fn own_channels(ctx: &mut Context, pooled: &Tensor, bins: [i64; 2]) -> Result<Tensor> {
    let sizes = ctx.sizes(pooled)?;
    let count = bins[0] * bins[1];
    let channels = sizes[1]
        .as_static()
        .ok_or_else(|| Error::new("feature maps need a known number of channels"))?;
    let fixed = |list: &[i64]| list.iter().map(|n| Size::Static(*n)).collect::<Vec<_>>();
    let flat = [vec![sizes[0].clone()], fixed(&[channels * count])].concat();
    let flat = ctx.reshape(pooled, &flat)?;
    // Channel c * count + b, in bin b.
    let places: Vec<f64> = (0..channels)
        .map(|c| (c * count + c % count) as f64)
        .collect();
    let places = ctx.numbers_constant(&places, &[channels], ctx.index_type())?;
    let own = ctx.gather_slices(&flat, &places, 1)?;
    let shape = [
        vec![sizes[0].clone()],
        fixed(&[channels / count, bins[0], bins[1]]),
    ]
    .concat();
    ctx.reshape(&own, &shape)
}
