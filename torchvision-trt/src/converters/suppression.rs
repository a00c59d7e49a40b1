//! Non-maximum suppression ([torchvision.ops.nms](https://docs.pytorch.org/vision/0.26/generated/torchvision.ops.nms.html)).

use plugins_cuda::TorchNms;
use trt::plugin::Fields;
use trt::{DataType, ElementWiseOperation, ReduceOperation};

use crate::convert::{Context, Result, Scalar, Size, Tensor, converter};

/// Indices of the boxes that no better one overlaps by more than the threshold, best first.
///
/// Plugin: TorchNMS.
///
/// Restriction: without the plugin TensorRT considers the best 5000 boxes only.
#[converter("torchvision.nms.default", "torchvision.ops.nms", crate = crate)]
fn nms(ctx: &mut Context, dets: &Tensor, scores: &Tensor, iou_threshold: f64) -> Result<Tensor> {
    let boxes = ctx.cast(dets, DataType::Float)?;
    let scores = ctx.cast(scores, DataType::Float)?;
    // In TensorRT 8, which has no 64-bit integers either, data decides no size of a plugin's.
    if ctx.may_use_plugins() && ctx.index_type() == DataType::Int64 {
        let fields = Fields::new().with("iou_threshold", iou_threshold);
        let [kept, _count] = ctx.add_plugin::<TorchNms, _>(&fields, &[boxes, scores])?;
        return ctx.cast(&kept, DataType::Int64);
    }
    let boxes = ctx.unsqueeze(&boxes, 0)?;
    let scores = ctx.unsqueeze(&scores, 0)?;
    let scores = ctx.unsqueeze(&scores, 2)?;
    let limit = ctx.numbers_constant(&[f64::from(i32::MAX)], &[], DataType::Int32)?;
    let overlap = ctx.numbers_constant(&[iou_threshold], &[], DataType::Float)?;
    let worst = ctx.numbers_constant(&[f64::from(f32::MIN)], &[], DataType::Float)?;
    let raws = [&boxes, &scores, &limit, &overlap, &worst]
        .into_iter()
        .map(|t| ctx.raw(t))
        .collect::<Result<Vec<_>>>()?;
    let layer = ctx
        .network()
        .add_nms(raws[0], raws[1], raws[2], DataType::Int32)?;
    layer.set_input(3, raws[3])?;
    layer.set_input(4, raws[4])?;
    layer.set_top_k_box_limit(MOST_BOXES)?;
    let selected = ctx.output(&layer)?;
    // [kept, 3]: image, class, box.
    let kept = ctx.select(&selected, 1, &Size::Static(2))?;
    ctx.cast(&kept, ctx.index_type())
}

/// Most boxes that TensorRT's layer looks at.
const MOST_BOXES: i64 = 5000;

/// Which of the boxes `[N, K, 4]`, best first, are overlapped by no better one that is kept and of the same group: the operator of
/// exported detection models (`python/detection.py`), whose sizes do not depend on data.
///
/// Kept is what no kept box suppresses; repeated, that settles at least one more box of a chain of overlaps each time.
///
/// Restriction: of chains in which each box would suppress the next, the first 31 boxes are told right; of longer ones some boxes are
/// left out. Chains among thousands of boxes crowded around a few places are half as long.
#[converter("torchvision_trt.nms_mask.default", crate = crate)]
fn nms_mask(
    ctx: &mut Context,
    boxes: &Tensor,
    groups: Option<&Tensor>,
    iou_threshold: f64,
) -> Result<Tensor> {
    // Nothing suppresses a box that is alone. TensorRT 10 stumbles over such matrices.
    let sizes = ctx.sizes(boxes)?;
    if sizes[1] == Size::Static(1) {
        let all = ctx.scalar(&Scalar::Bool(true), DataType::Bool, 2)?;
        return ctx.expand(&all, &sizes[..2]);
    }
    let boxes = ctx.cast(boxes, DataType::Float)?;
    let overlap = overlaps(ctx, &boxes)?;
    let mut suppresses = ctx.compare(ElementWiseOperation::Greater, &overlap, iou_threshold)?;
    if let Some(groups) = groups {
        let (better, worse) = pairs(ctx, groups)?;
        let same = ctx.compare(ElementWiseOperation::Equal, &better, &worse)?;
        suppresses = ctx.both(&suppresses, &same)?;
    }
    let ordered = ctx.diagonal_mask(&suppresses, 1, false)?;
    let suppresses = ctx.both(&suppresses, &ordered)?;
    // A row for each box that may be suppressed, so that its suppressors lie side by side. TensorRT 10 computes a product with such
    // a matrix of 33 boxes wrongly.
    let suppresses = ctx.permute(&suppresses, &[0, 2, 1])?;
    let suppresses = ctx.cast(&suppresses, DataType::Float)?;

    // At first all are kept.
    let first = ctx.select(&suppresses, 2, &Size::Static(0))?;
    let mut kept = ctx.compare(ElementWiseOperation::Less, &first, 2.0)?;
    for _ in 0..STEPS {
        let keeping = ctx.cast(&kept, DataType::Float)?;
        let keeping = ctx.unsqueeze(&keeping, 1)?;
        let suppressors = ctx.mul(&suppresses, &keeping)?;
        let most = ctx.reduce(ReduceOperation::Max, &suppressors, &[2], false)?;
        kept = ctx.compare(ElementWiseOperation::Less, &most, 0.5)?;
    }
    Ok(kept)
}

/// An odd number of them never keeps a box too many.
const STEPS: usize = 31;

/// A tensor `[N, K]` as rows and as columns of `[N, K, K]`.
fn pairs(ctx: &mut Context, tensor: &Tensor) -> Result<(Tensor, Tensor)> {
    Ok((ctx.unsqueeze(tensor, 2)?, ctx.unsqueeze(tensor, 1)?))
}

/// Intersection over union of each pair of boxes of an image: `[N, K, K]`, NaN for two boxes without area.
fn overlaps(ctx: &mut Context, boxes: &Tensor) -> Result<Tensor> {
    let mut extents = Vec::with_capacity(2);
    let mut shared = Vec::with_capacity(2);
    for axis in 0..2 {
        let start = ctx.select(boxes, 2, &Size::Static(axis))?;
        let end = ctx.select(boxes, 2, &Size::Static(axis + 2))?;
        extents.push(ctx.sub(&end, &start)?);
        let (a, b) = pairs(ctx, &start)?;
        let start = ctx.maximum(&a, &b)?;
        let (a, b) = pairs(ctx, &end)?;
        let end = ctx.minimum(&a, &b)?;
        let extent = ctx.sub(&end, &start)?;
        shared.push(ctx.maximum(&extent, 0.0)?);
    }
    let intersection = ctx.mul(&shared[0], &shared[1])?;
    let area = ctx.mul(&extents[0], &extents[1])?;
    let (a, b) = pairs(ctx, &area)?;
    let union = ctx.add(&a, &b)?;
    let union = ctx.sub(&union, &intersection)?;
    ctx.div(&intersection, &union)
}
