//! Agreement of detections: which boxes are found again, wherever they stand in the list.

use std::collections::BTreeMap;

use safetensors::tensor::TensorView;
use serde::Serialize;

use super::Tolerance;
use super::compare::{Agreement, Report, compare, measure, numbers};

/// How many detections are found again; only for [detection](super::Task::Detection).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Found {
    /// Detections that PyTorch has, without those so close to the lowest score that they may as well be missing.
    pub expected: usize,
    /// Those of them that have a partner of the same label.
    pub found: usize,
    /// Detections without a partner that PyTorch does not have.
    pub surplus: usize,
}

/// Fewer detections than that prove little.
const ENOUGH: usize = 20;
/// A keypoint is an element of a grid: it is the same or another one, at least this many pixels away.
const KEYPOINT_PIXELS: f64 = 0.1;
/// Share of the keypoints that must be the same. Where two elements are the greatest but for rounding, either is right.
const SAME_KEYPOINTS: f64 = 0.99;
/// Corners this close, in pixels, are equal, also of boxes without area.
const SAME_CORNER: f64 = 0.01;

/// Compares detections (`boxes`, `labels`, `scores`, and what else has a row for each) after putting `got` in the order of `expected`.
/// Outputs of another form are compared as they stand.
pub(super) fn compare_detections(
    expected: &BTreeMap<String, TensorView<'_>>,
    got: &BTreeMap<String, TensorView<'_>>,
    tolerance: &Tolerance,
) -> Report {
    let (Some(e), Some(g)) = (Detections::read(expected), Detections::read(got)) else {
        return compare(expected, got, tolerance);
    };
    let (pairs, found) = partners(&e, &g, tolerance);
    // What is not the same in number is told by `found`; names and types are compared as ever.
    let outputs = (expected.iter())
        .map(|(name, expected)| {
            let Some(got) = got.get(name) else {
                return Agreement::failed(name, "output is missing".into());
            };
            let (Some(a), Some(b)) = (numbers(expected), numbers(got)) else {
                return Agreement::failed(name, "its element type cannot be compared".into());
            };
            if name == "count" {
                return measure(name, &a, &b);
            }
            let width = a.len().checked_div(e.scores.len()).unwrap_or(0);
            if a.len() != width * e.scores.len() || b.len() != width * g.scores.len() {
                let problem = format!("has no row for each box: its shape is {:?}", got.shape());
                return Agreement::failed(name, problem);
            }
            let rows = |numbers: &[f64], row: usize| numbers[row * width..][..width].to_vec();
            let a: Vec<f64> = pairs.iter().flat_map(|(i, _)| rows(&a, *i)).collect();
            let b: Vec<f64> = pairs.iter().flat_map(|(_, i)| rows(&b, *i)).collect();
            let mut agreement = measure(name, &a, &b);
            agreement.problem = match name.as_str() {
                "boxes" => missing(found, tolerance),
                "labels" | "scores" => None, // partners have them alike
                "masks" => different_masks(&a, &b, tolerance),
                "keypoints" => different_keypoints(&a, &b),
                _ => (agreement.rel_max > tolerance.rel_max || agreement.rel_max.is_nan())
                    .then(|| format!("largest relative error is {:.2e}", agreement.rel_max)),
            };
            if name == "boxes" {
                agreement.found = Some(found);
                agreement.warning = (found.expected < ENOUGH).then(|| {
                    format!(
                        "agreement of only {} detections proves little",
                        found.expected
                    )
                });
            }
            agreement
        })
        .collect::<Vec<_>>();
    Report {
        passed: outputs.iter().all(|output| output.problem.is_none()),
        tolerance: tolerance.name,
        outputs,
    }
}

/// The detections of all images in a row; those that are mere padding have no score.
struct Detections {
    boxes: Vec<f64>,
    labels: Vec<f64>,
    scores: Vec<f64>,
    /// Rows of an image.
    most: usize,
}

impl Detections {
    fn read(outputs: &BTreeMap<String, TensorView<'_>>) -> Option<Self> {
        let tensor = |name: &str| outputs.get(name);
        let numbers = |name: &str| numbers(tensor(name)?);
        let found = Self {
            boxes: numbers("boxes")?,
            labels: numbers("labels")?,
            scores: numbers("scores")?,
            most: *tensor("scores")?.shape().last()?,
        };
        let fits =
            found.boxes.len() == 4 * found.scores.len() && found.labels.len() == found.scores.len();
        fits.then_some(found)
    }

    fn images(&self) -> usize {
        self.scores.len().checked_div(self.most).unwrap_or(0)
    }

    /// Rows of an image that are detections.
    fn rows(&self, image: usize) -> impl Iterator<Item = usize> + '_ {
        (image * self.most..(image + 1) * self.most).filter(|row| {
            self.scores
                .get(*row)
                .is_some_and(|score| *score > 0.0 || score.is_nan())
        })
    }

    fn corners(&self, row: usize) -> [f64; 4] {
        [0, 1, 2, 3].map(|i| self.boxes[4 * row + i])
    }

    /// The score below which detections of an image may have fallen off the end: 0 where there is room for more.
    fn end(&self, image: usize, most: usize) -> f64 {
        if self.rows(image).count() < most {
            return 0.0;
        }
        let scores = self.rows(image).map(|row| self.scores[row]);
        scores.fold(f64::INFINITY, f64::min)
    }
}

/// Pairs of rows that show the same object.
fn partners(e: &Detections, g: &Detections, tolerance: &Tolerance) -> (Vec<(usize, usize)>, Found) {
    let limits = &tolerance.boxes;
    let (mut pairs, mut found) = (
        Vec::new(),
        Found {
            expected: 0,
            found: 0,
            surplus: 0,
        },
    );
    for image in 0..e.images().max(g.images()) {
        // What one list has at its end may have fallen off the other, if that is full.
        let most = e.most.max(g.most);
        let (kept_by_got, kept_by_expected) = (
            g.end(image, most) + limits.score,
            e.end(image, most) + limits.score,
        );
        let mut free: Vec<usize> = g.rows(image).collect();
        for row in e.rows(image) {
            let overlap = |other: usize| overlap(e.corners(row), g.corners(other));
            let best = (0..free.len())
                .filter(|&i| {
                    let other = free[i];
                    e.labels[row] == g.labels[other]
                        && (e.scores[row] - g.scores[other]).abs() <= limits.score
                        && overlap(other) >= limits.iou
                })
                .max_by(|&i, &j| overlap(free[i]).total_cmp(&overlap(free[j])));
            let counts = e.scores[row] > kept_by_got;
            found.expected += usize::from(counts);
            if let Some(i) = best {
                pairs.push((row, free.swap_remove(i)));
                found.found += usize::from(counts);
            }
        }
        found.surplus += free
            .iter()
            .filter(|row| g.scores[**row] > kept_by_expected)
            .count();
    }
    (pairs, found)
}

fn missing(found: Found, tolerance: &Tolerance) -> Option<String> {
    let wrong = (found.expected - found.found).max(found.surplus);
    let limits = &tolerance.boxes;
    (wrong as f64 > (1.0 - limits.found) * found.expected as f64).then(|| {
        format!(
            "{} of {} detections are found again (same label, IoU {}, scores within {:.0e}), {} are surplus ({})",
            found.found, found.expected, limits.iou, limits.score, found.surplus, tolerance.name
        )
    })
}

/// Intersection over union.
fn overlap(a: [f64; 4], b: [f64; 4]) -> f64 {
    if (0..4).all(|i| (a[i] - b[i]).abs() <= SAME_CORNER) {
        return 1.0;
    }
    let area = |b: [f64; 4]| (b[2] - b[0]) * (b[3] - b[1]);
    let extent = |i: usize| (a[i + 2].min(b[i + 2]) - a[i].max(b[i])).max(0.0);
    let shared = extent(0) * extent(1);
    let union = area(a) + area(b) - shared;
    if union > 0.0 { shared / union } else { 0.0 }
}

/// Masks, taken as the pixels above one half, by intersection over union of all of them.
fn different_masks(expected: &[f64], got: &[f64], tolerance: &Tolerance) -> Option<String> {
    let inside = |value: f64| value > 0.5;
    let pixels = || {
        expected
            .iter()
            .zip(got)
            .map(|(e, g)| (inside(*e), inside(*g)))
    };
    let shared = pixels().filter(|(e, g)| *e && *g).count();
    let union = pixels().filter(|(e, g)| *e || *g).count();
    let share = if union == 0 {
        1.0
    } else {
        shared as f64 / union as f64
    };
    (share < tolerance.boxes.iou)
        .then(|| format!("the masks' IoU is {share:.4} ({})", tolerance.name))
}

/// Keypoints (x, y, visibility).
fn different_keypoints(expected: &[f64], got: &[f64]) -> Option<String> {
    let points = expected.chunks_exact(3).zip(got.chunks_exact(3));
    let same = points
        .filter(|(e, g)| (e[0] - g[0]).hypot(e[1] - g[1]) <= KEYPOINT_PIXELS && e[2] == g[2])
        .count();
    let all = expected.len() / 3;
    ((same as f64) < SAME_KEYPOINTS * all as f64)
        .then(|| format!("{same} of {all} keypoints are the same"))
}

#[cfg(test)]
mod tests {
    use safetensors::Dtype;

    use super::*;
    use crate::verify::tolerances::FP32_MODEL;

    type Tensors = BTreeMap<&'static str, (Vec<usize>, Vec<f32>)>;

    /// Detections of one image with the rows (left, width, label, score); masks have one pixel.
    fn tensors(rows: &[[f32; 4]]) -> Tensors {
        let column = |i: usize| rows.iter().map(|row| row[i]).collect::<Vec<_>>();
        let boxes = rows
            .iter()
            .flat_map(|[left, width, ..]| [*left, 0.0, left + width, 50.0])
            .collect();
        BTreeMap::from([
            ("boxes", (vec![1, rows.len(), 4], boxes)),
            ("labels", (vec![1, rows.len()], column(2))),
            ("scores", (vec![1, rows.len()], column(3))),
            ("masks", (vec![1, rows.len(), 1, 1, 1], column(3))),
        ])
    }

    fn views(tensors: &Tensors) -> BTreeMap<String, TensorView<'_>> {
        tensors
            .iter()
            .map(|(name, (shape, data))| {
                let bytes = bytemuck::cast_slice(data);
                let view = TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap();
                ((*name).to_owned(), view)
            })
            .collect()
    }

    fn report(expected: &[[f32; 4]], got: &[[f32; 4]]) -> Report {
        let (expected, got) = (tensors(expected), tensors(got));
        compare_detections(&views(&expected), &views(&got), &FP32_MODEL)
    }

    fn found(report: &Report) -> Found {
        report
            .outputs
            .iter()
            .find_map(|output| output.found)
            .unwrap()
    }

    const PLAIN: [[f32; 4]; 3] = [
        [10.0, 20.0, 1.0, 0.9],
        [60.0, 20.0, 2.0, 0.8],
        [0.0, 0.0, 0.0, 0.0],
    ];

    #[test]
    fn another_order_is_the_same() {
        let mut other = PLAIN;
        other.swap(0, 1);
        other[0][3] = 0.8005;
        let report = report(&PLAIN, &other);
        assert!(report.passed, "{report}");
        assert_eq!(
            found(&report),
            Found {
                expected: 2,
                found: 2,
                surplus: 0
            }
        );
        assert!(report.outputs[0].warning.is_some(), "two are few");
    }

    #[test]
    fn a_moved_box_another_label_or_score_is_missing_and_surplus() {
        for (column, value) in [(0, 10.2), (1, 20.4), (2, 3.0), (3, 0.9012)] {
            let mut other = PLAIN;
            other[0][column] = value;
            let report = report(&PLAIN, &other);
            assert!(!report.passed, "column {column}");
            assert_eq!(
                found(&report),
                Found {
                    expected: 2,
                    found: 1,
                    surplus: 1
                }
            );
        }
    }

    #[test]
    fn what_is_lost_or_invented_fails() {
        let mut fewer = PLAIN;
        fewer[1] = [0.0; 4];
        let mut more = PLAIN;
        more[2] = [30.0, 9.0, 1.0, 0.5];
        assert!(!report(&PLAIN, &fewer).passed);
        assert!(!report(&PLAIN, &more).passed);
        assert!(!report(&PLAIN, &[[0.0; 4]; 3]).passed);
        let nan = [[10.0, 20.0, 1.0, f32::NAN], PLAIN[1], PLAIN[2]];
        assert!(!report(&PLAIN, &nan).passed);
    }

    #[test]
    fn the_last_of_a_full_list_may_be_another() {
        let full = [PLAIN[0], PLAIN[1]];
        let mut other = full;
        other[1] = [90.0, 9.0, 7.0, 0.8001];
        let report = report(&full, &other);
        assert!(report.passed, "{report}");
        assert_eq!(found(&report).expected, 1);
    }

    #[test]
    fn lists_of_different_length_are_compared() {
        assert!(report(&PLAIN, &PLAIN[..2]).passed);
        assert!(!report(&PLAIN, &PLAIN[..1]).passed);
    }

    #[test]
    fn masks_and_keypoints_of_partners_are_compared() {
        assert!(different_masks(&[0.9, 0.1, 0.7], &[0.9, 0.1, 0.7], &FP32_MODEL).is_none());
        assert!(different_masks(&[0.9, 0.1, 0.7], &[0.9, 0.6, 0.7], &FP32_MODEL).is_some());
        assert!(different_keypoints(&[5.0, 6.0, 1.0], &[5.0, 6.05, 1.0]).is_none());
        assert!(different_keypoints(&[5.0, 6.0, 1.0], &[5.0, 7.0, 1.0]).is_some());
    }
}
