//! What the plugins compute whose kernels the emulation lacks, written once more without thought of speed.

use tch::{Kind, Tensor};
use trt::plugin::{AnyPlugin, Fields, Result};

/// The outputs of a plugin; `None` for one that is not written here.
pub(crate) fn compute(plugin: &AnyPlugin, inputs: &[Tensor]) -> Result<Option<Vec<Tensor>>> {
    let fields = plugin.values()?;
    Ok(match (plugin.registration().name(), inputs) {
        ("TorchNMS", [boxes, scores]) => Some(kept(&fields, boxes, scores)?),
        ("DeformableConv", [x, offset, weight, bias]) => {
            Some(vec![deformed(&fields, [x, offset, weight, bias], None)?])
        }
        ("ModulatedDeformableConv", [x, offset, mask, weight, bias]) => Some(vec![deformed(
            &fields,
            [x, offset, weight, bias],
            Some(mask),
        )?]),
        _ => None,
    })
}

/// Boxes in the order of their scores that overlap no better one of those, and how many.
fn kept(fields: &Fields, boxes: &Tensor, scores: &Tensor) -> Result<Vec<Tensor>> {
    let threshold = fields.float("iou_threshold")?;
    let scores = numbers(scores);
    let boxes = numbers(boxes);
    let boxes: Vec<&[f32]> = boxes.chunks(4).collect();
    let area = |b: &[f32]| (b[2] - b[0]) * (b[3] - b[1]);
    let overlap = |a: &[f32], b: &[f32]| {
        let width = (a[2].min(b[2]) - a[0].max(b[0])).max(0.0);
        let height = (a[3].min(b[3]) - a[1].max(b[1])).max(0.0);
        width * height / (area(a) + area(b) - width * height)
    };
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let mut kept: Vec<usize> = Vec::new();
    for one in order {
        let suppresses = |better: &usize| overlap(boxes[*better], boxes[one]) > threshold;
        if !kept.iter().any(suppresses) {
            kept.push(one);
        }
    }
    let indices: Vec<i32> = kept.iter().map(|&one| one as i32).collect();
    Ok(vec![
        Tensor::from_slice(&indices),
        Tensor::from(indices.len() as i32),
    ])
}

/// A convolution that reads each element where an offset says.
fn deformed(
    fields: &Fields,
    [x, offset, weight, bias]: [&Tensor; 4],
    mask: Option<&Tensor>,
) -> Result<Tensor> {
    let pair = |name: &str| fields.array::<i64, 2>(name);
    let (stride, padding, dilation) = (pair("stride")?, pair("padding")?, pair("dilation")?);
    let groups: i64 = fields.int("group")?;
    let offset_groups: i64 = fields.int("deformable_group")?;
    let sizes = |tensor: &Tensor| tensor.size4().unwrap_or_default();
    let ((batch, channels, height, width), (filters, depth, rows, columns)) =
        (sizes(x), sizes(weight));
    let (_, _, out_height, out_width) = sizes(offset);
    let (kind, bias, mask) = (x.kind(), numbers(bias), mask.map(numbers));
    let (x, offset, weight) = (numbers(x), numbers(offset), numbers(weight));
    let at = |image: i64, channel: i64, y: i64, x_: i64| {
        let inside = (0..height).contains(&y) && (0..width).contains(&x_);
        let index = ((image * channels + channel) * height + y) * width + x_;
        if inside {
            f64::from(x[index as usize])
        } else {
            0.0
        }
    };
    let sample = |image, channel, y: f64, x: f64| {
        let (top, left) = (y.floor(), x.floor());
        let (down, right) = (y - top, x - left);
        let (top, left) = (top as i64, left as i64);
        (1.0 - down) * (1.0 - right) * at(image, channel, top, left)
            + (1.0 - down) * right * at(image, channel, top, left + 1)
            + down * (1.0 - right) * at(image, channel, top + 1, left)
            + down * right * at(image, channel, top + 1, left + 1)
    };
    let mut out = Vec::new();
    for image in 0..batch {
        for filter in 0..filters {
            for y in 0..out_height {
                for x in 0..out_width {
                    let mut sum = f64::from(bias[filter as usize]);
                    for (d, k) in (0..depth).flat_map(|d| (0..rows * columns).map(move |k| (d, k)))
                    {
                        let channel = filter / (filters / groups) * depth + d;
                        let part = channel / (channels / offset_groups);
                        let place = (image * offset_groups + part) * rows * columns + k;
                        let read = |list: &[f32], map: i64| {
                            f64::from(list[((map * out_height + y) * out_width + x) as usize])
                        };
                        let (kernel_y, kernel_x) = (k / columns, k % columns);
                        let from_y = y * stride[0] - padding[0] + kernel_y * dilation[0];
                        let from_x = x * stride[1] - padding[1] + kernel_x * dilation[1];
                        let from_y = from_y as f64 + read(&offset, 2 * place);
                        let from_x = from_x as f64 + read(&offset, 2 * place + 1);
                        let share = mask.as_ref().map_or(1.0, |mask| read(mask, place));
                        let factor = weight[((filter * depth + d) * rows * columns + k) as usize];
                        sum += f64::from(factor) * share * sample(image, channel, from_y, from_x);
                    }
                    out.push(sum as f32);
                }
            }
        }
    }
    let shape = [batch, filters, out_height, out_width];
    Ok(Tensor::from_slice(&out).reshape(shape).to_kind(kind))
}

/// All elements in order.
fn numbers(tensor: &Tensor) -> Vec<f32> {
    let flat = tensor.to_kind(Kind::Float).contiguous();
    let mut numbers = vec![0.0; flat.numel()];
    let count = numbers.len();
    flat.copy_data(&mut numbers, count);
    numbers
}
