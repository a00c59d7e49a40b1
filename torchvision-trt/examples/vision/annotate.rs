//! What a model found, drawn on the picture it was found in, and said in lines of text.

use anyhow::{Context, Result, ensure};
use image::RgbImage;
use torchvision_trt::image::Preset;

use super::draw;
use super::model::Tensor;

/// What torchvision calls the class of pixels that belong to nothing.
const BACKGROUND: &str = "__background__";
const KEYPOINT: [u8; 3] = [255, 255, 0];
/// The keypoints of COCO that belong together: face, arms, body, legs.
#[rustfmt::skip]
const LIMBS: [[usize; 2]; 16] = [
    [0, 1], [0, 2], [1, 3], [2, 4], // nose, eyes, ears
    [5, 7], [7, 9], [6, 8], [8, 10], // shoulders, elbows, wrists
    [5, 6], [5, 11], [6, 12], [11, 12], // shoulders, hips
    [11, 13], [13, 15], [12, 14], [14, 16], // hips, knees, ankles
];

/// The best classes of scores `[1, C]`, with their share after softmax.
pub(crate) fn best_classes(scores: &Tensor, preset: &Preset, count: usize) -> Result<Vec<String>> {
    let [1, _] = scores.shape[..] else {
        let Tensor { name, shape, .. } = scores;
        anyhow::bail!("output `{name}` is {shape:?}, expected scores of classes [1, C]");
    };
    let scores = &scores.data;
    let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let total: f32 = scores.iter().map(|score| (score - largest).exp()).sum();
    let mut classes: Vec<usize> = (0..scores.len()).collect();
    classes.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let line = |class: usize| {
        let share = 100.0 * (scores[class] - largest).exp() / total;
        format!("{share:5.1} %  {}", preset.category(class))
    };
    Ok(classes.into_iter().take(count).map(line).collect())
}

/// Colors each pixel by its best class in scores `[1, C, H, W]`, all but the background; says which share of the picture each class has.
pub(crate) fn segmentation(
    picture: &mut RgbImage,
    scores: &Tensor,
    preset: &Preset,
    opacity: f32,
) -> Result<Vec<String>> {
    let &[1, classes, height, width] = &scores.shape[..] else {
        let Tensor { name, shape, .. } = scores;
        anyhow::bail!("output `{name}` is {shape:?}, expected scores of pixels [1, C, H, W]");
    };
    let size = (height * width) as usize;
    let best = |pixel: usize| {
        let score = |class: &usize| scores.data[class * size + pixel];
        let better = |a: usize, b: usize| if score(&b) > score(&a) { b } else { a };
        (0..classes as usize).reduce(better).unwrap_or(0)
    };
    let best: Vec<usize> = (0..size).map(best).collect();
    let grid = Grid::new(picture, width, height);
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let class = best[grid.index(x, y)];
        if preset.category(class) != BACKGROUND {
            draw::mix(&mut pixel.0, draw::color_of(class), opacity);
        }
    }
    let mut shares: Vec<(usize, usize)> = (0..classes as usize)
        .map(|class| (best.iter().filter(|&&found| found == class).count(), class))
        .filter(|&(count, _)| count > 0)
        .collect();
    shares.sort_by_key(|&(count, class)| (std::cmp::Reverse(count), class));
    let line = |(count, class): (usize, usize)| {
        let share = 100.0 * count as f64 / size as f64;
        format!("{share:5.1} %  {}", preset.category(class))
    };
    Ok(shares.into_iter().map(line).collect())
}

/// Draws the detections of at least a score: boxes with names, masks, keypoints. `input` is the height and width that the model saw.
pub(crate) fn detections(
    picture: &mut RgbImage,
    outputs: &[Tensor],
    input: [i64; 2],
    preset: &Preset,
    min_score: f32,
) -> Result<Vec<String>> {
    let output = |name: &str| outputs.iter().find(|output| output.name == name);
    let needed = |name: &str| {
        output(name).with_context(|| {
            let names: Vec<_> = outputs.iter().map(|output| &output.name).collect();
            format!("no output `{name}` among {names:?}: this is no model of detection")
        })
    };
    let (boxes, labels, scores) = (needed("boxes")?, needed("labels")?, needed("scores")?);
    let count = scores.data.len();
    ensure!(
        boxes.data.len() == 4 * count && labels.data.len() == count,
        "{count} scores, but `boxes` is {:?} and `labels` {:?}",
        boxes.shape,
        labels.shape
    );
    let [height, width] = input;
    let grid = Grid::new(picture, width, height);
    let mut lines = Vec::new();
    for row in (0..count).take_while(|&row| scores.data[row] >= min_score && scores.data[row] > 0.0)
    {
        let class = labels.data[row] as usize;
        let color = draw::color_of(class);
        if let Some(masks) = output("masks") {
            let mask = &masks.data[row * masks.data.len() / count..];
            draw::blend(picture, color, 0.5, |x, y| mask[grid.index(x, y)] > 0.5);
        }
        let corners = [0, 1, 2, 3].map(|side| boxes.data[4 * row + side]);
        let [left, top] = grid.on_picture([corners[0], corners[1]]);
        let [right, bottom] = grid.on_picture([corners[2], corners[3]]);
        let corners = [left, top, right, bottom];
        draw::outline(picture, corners, color);
        if let Some(keypoints) = output("keypoints") {
            let points = keypoints.data.len() / count;
            let points: Vec<_> = (keypoints.data[row * points..][..points].chunks_exact(3))
                .map(|point| grid.on_picture([point[0], point[1]]))
                .collect();
            for ends in LIMBS {
                if let [Some(&from), Some(&to)] = ends.map(|end| points.get(end)) {
                    draw::line(picture, [from, to], color);
                }
            }
            for &point in &points {
                draw::dot(picture, point, KEYPOINT);
            }
        }
        let (name, score) = (preset.category(class), 100.0 * scores.data[row]);
        draw::label(picture, &format!("{name} {score:.0}%"), corners, color);
        let [left, top, right, bottom] = corners;
        lines.push(format!(
            "{score:5.1} %  {name}, x {left:.0} to {right:.0}, y {top:.0} to {bottom:.0}"
        ));
    }
    Ok(lines)
}

/// Says or draws what a model of any of these tasks gave; lines of text tell the rest.
pub(crate) fn any(
    picture: &mut RgbImage,
    outputs: &[Tensor],
    input: [i64; 2],
    preset: &Preset,
) -> Result<Vec<String>> {
    if outputs.iter().any(|output| output.name == "boxes") {
        detections(picture, outputs, input, preset, 0.5).map(|_| Vec::new())
    } else {
        let first = outputs.first().context("the model has no output")?;
        match first.shape.len() {
            4 => segmentation(picture, first, preset, 0.5).map(|_| Vec::new()),
            _ => best_classes(first, preset, 3),
        }
    }
}

/// The pixels of a model's input or output, laid over a picture of any size.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grid {
    columns: usize,
    rows: usize,
    width: usize,
    height: usize,
}

impl Grid {
    pub(crate) fn new(picture: &RgbImage, columns: i64, rows: i64) -> Self {
        Self {
            columns: columns as usize,
            rows: rows as usize,
            width: picture.width() as usize,
            height: picture.height() as usize,
        }
    }

    /// Which of the grid's pixels, row by row, lies under a pixel of the picture.
    pub(crate) fn index(self, x: u32, y: u32) -> usize {
        let column = (2 * x as usize + 1) * self.columns / (2 * self.width);
        let row = (2 * y as usize + 1) * self.rows / (2 * self.height);
        row * self.columns + column
    }

    /// A point or displacement of the grid in pixels of the picture.
    pub(crate) fn on_picture(self, [x, y]: [f32; 2]) -> [f32; 2] {
        let scale = |size: usize, of: usize| size as f32 / of as f32;
        [
            x * scale(self.width, self.columns),
            y * scale(self.height, self.rows),
        ]
    }
}
