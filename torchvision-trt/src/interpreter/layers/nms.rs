//! [NMS](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/NMS.html).

use tch::{Kind, Tensor};
use trt::BoundingBoxFormat;
use trt::layers::Nms;

use crate::interpreter::call::Call;
use crate::interpreter::error::{Failure, Result};
use crate::interpreter::value;

/// Returns the selected (batch, class, box) triples, by batch and falling score, and their number.
pub(super) fn nms(call: &Call, layer: &Nms<'_>) -> Result<Vec<Tensor>> {
    let (boxes, scores) = (call.input(0)?, call.input(1)?);
    let per_class = value::number(call.input(2)?)? as usize;
    let threshold = |input: usize| call.optional(input).map_or(Ok(0.0), value::number);
    let (max_iou, min_score) = (threshold(3)?, threshold(4)?);
    let limit = layer.top_k_box_limit()? as usize;
    let format = layer.bounding_box_format()?;

    let [batches, count, classes] = scores.size()[..] else {
        return Err(Failure::invalid(format!(
            "scores of shape {:?}",
            scores.size()
        )));
    };
    let shared = boxes.dim() == 3;
    let boxes = if shared {
        boxes.f_unsqueeze(2)?
    } else {
        boxes.shallow_clone()
    };
    let boxes = floats(&boxes.f_expand([batches, count, classes, 4], false)?)?;
    let scores = floats(scores)?;
    let corners = |index: usize| corners(&boxes[4 * index..4 * index + 4], format);

    let mut selected = Vec::<i64>::new();
    let (count, classes) = (count as usize, classes as usize);
    for batch in 0..batches as usize {
        let mut candidates: Vec<usize> = (batch * count * classes..(batch + 1) * count * classes)
            .filter(|&index| f64::from(scores[index]) > min_score)
            .collect();
        candidates.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
        candidates.truncate(limit);
        let mut kept: Vec<Vec<usize>> = vec![Vec::new(); classes];
        for index in candidates {
            let class = &mut kept[index % classes];
            if class.len() < per_class
                && class
                    .iter()
                    .all(|&other| iou(corners(index), corners(other)) <= max_iou)
            {
                class.push(index);
                let place = index - batch * count * classes;
                selected.extend([
                    batch as i64,
                    (place % classes) as i64,
                    (place / classes) as i64,
                ]);
            }
        }
    }
    let total = (selected.len() / 3) as i64;
    Ok(vec![
        Tensor::f_from_slice(&selected)?.f_reshape([total, 3])?,
        Tensor::f_from_slice(&[total])?.f_reshape([0i64; 0])?,
    ])
}

fn floats(tensor: &Tensor) -> Result<Vec<f32>> {
    let flat = tensor.f_to_kind(Kind::Float)?.f_contiguous()?;
    let mut values = vec![0f32; flat.numel()];
    let count = values.len();
    flat.f_copy_data(&mut values, count)?;
    Ok(values)
}

fn corners(b: &[f32], format: BoundingBoxFormat) -> [f64; 4] {
    let [a, b, c, d] = [b[0], b[1], b[2], b[3]].map(f64::from);
    match format {
        BoundingBoxFormat::CornerPairs => [a.min(c), b.min(d), a.max(c), b.max(d)],
        BoundingBoxFormat::CenterSizes => [a - c / 2.0, b - d / 2.0, a + c / 2.0, b + d / 2.0],
    }
}

/// Intersection over union of two boxes given as (x1, y1, x2, y2); 0 for two boxes without area.
fn iou(a: [f64; 4], b: [f64; 4]) -> f64 {
    let area = |b: [f64; 4]| (b[2] - b[0]) * (b[3] - b[1]);
    let width = (a[2].min(b[2]) - a[0].max(b[0])).max(0.0);
    let height = (a[3].min(b[3]) - a[1].max(b[1])).max(0.0);
    let union = area(a) + area(b) - width * height;
    if union > 0.0 {
        width * height / union
    } else {
        0.0
    }
}
