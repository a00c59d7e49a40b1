//! What a model is for, and the measures of agreement that people of that field use.

use std::collections::BTreeMap;

use safetensors::tensor::TensorView;

use super::compare::{Agreement, Report, numbers};
use super::detection::compare_detections;
use super::{Tolerance, compare};

/// The task of a model, which the exporter notes in the golden file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Task {
    /// One row of class scores for each image.
    Classification,
    /// One row of class scores for each clip.
    Video,
    /// A classification computed in int8.
    Quantization,
    /// Class scores for each pixel, `[N, C, H, W]`.
    Segmentation,
    /// A displacement for each pixel, `[N, 2, H, W]`.
    OpticalFlow,
    /// Boxes with labels and scores.
    Detection,
}

impl Task {
    /// The task of this name (`optical_flow`), as golden files have it; `None` for one that is not known here.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "classification" => Self::Classification,
            "video" => Self::Video,
            "quantization" => Self::Quantization,
            "segmentation" => Self::Segmentation,
            "optical_flow" => Self::OpticalFlow,
            "detection" => Self::Detection,
            _ => return None,
        })
    }

    /// [`compare`], with the measures of this task: which share of the pixels has the same class, how far displacements are apart,
    /// which boxes are found again. What keeps the limits of elements and not those of the task fails.
    pub fn compare(
        self,
        expected: &BTreeMap<String, TensorView<'_>>,
        got: &BTreeMap<String, TensorView<'_>>,
        tolerance: &Tolerance,
    ) -> Report {
        if self == Self::Detection {
            return compare_detections(expected, got, tolerance);
        }
        let mut report = compare(expected, got, tolerance);
        for output in &mut report.outputs {
            if let (Some(expected), Some(got)) = (expected.get(&output.name), got.get(&output.name))
                && expected.shape() == got.shape()
            {
                self.measure(expected, got, tolerance, output);
            }
        }
        report.passed = report.outputs.iter().all(|output| output.problem.is_none());
        report
    }

    fn measure(
        self,
        expected: &TensorView<'_>,
        got: &TensorView<'_>,
        tolerance: &Tolerance,
        agreement: &mut Agreement,
    ) {
        let &[_, channels, height, width] = expected.shape() else {
            return;
        };
        let (Some(expected), Some(got)) = (numbers(expected), numbers(got)) else {
            return;
        };
        let pixels = Pixels {
            channels,
            size: height * width,
        };
        if expected.is_empty() {
            return;
        }
        match self {
            Self::Segmentation if channels >= 2 => {
                let share = pixels.same_class(&expected, &got);
                agreement.classes = Some(share);
                if share < tolerance.same_classes {
                    agreement.problem.get_or_insert(format!(
                        "{:.3} % of the pixels have the same class, at least {} % are asked for ({})",
                        100.0 * share,
                        100.0 * tolerance.same_classes,
                        tolerance.name
                    ));
                }
            }
            Self::OpticalFlow if channels == 2 => {
                let error = pixels.end_point_error(&expected, &got);
                agreement.end_point = Some(error);
                if error > tolerance.end_point || error.is_nan() {
                    agreement.problem.get_or_insert(format!(
                        "the end-point error is {error:.2e} pixels, allowed are {} ({})",
                        tolerance.end_point, tolerance.name
                    ));
                }
            }
            _ => {}
        }
    }
}

/// The layout `[N, C, H, W]` of an output.
struct Pixels {
    channels: usize,
    /// `H * W`
    size: usize,
}

impl Pixels {
    /// Share of the pixels for which the same channel is the largest.
    fn same_class(&self, expected: &[f64], got: &[f64]) -> f64 {
        let class = |image: &[f64], pixel: usize| {
            let score = |channel: usize| image[channel * self.size + pixel];
            (0..self.channels).max_by(|&a, &b| score(a).total_cmp(&score(b)))
        };
        self.mean(expected, got, |expected, got, pixel| {
            f64::from(u8::from(class(expected, pixel) == class(got, pixel)))
        })
    }

    /// Mean distance of the ends of both displacements, in pixels.
    fn end_point_error(&self, expected: &[f64], got: &[f64]) -> f64 {
        self.mean(expected, got, |expected, got, pixel| {
            let across = got[pixel] - expected[pixel];
            let down = got[self.size + pixel] - expected[self.size + pixel];
            across.hypot(down)
        })
    }

    /// The mean of a measure over the pixels of all images.
    fn mean(
        &self,
        expected: &[f64],
        got: &[f64],
        measure: impl Fn(&[f64], &[f64], usize) -> f64,
    ) -> f64 {
        let length = self.channels * self.size;
        let images = expected.chunks_exact(length).zip(got.chunks_exact(length));
        let sum: f64 = images
            .flat_map(|(e, g)| (0..self.size).map(move |pixel| (e, g, pixel)))
            .map(|(e, g, pixel)| measure(e, g, pixel))
            .sum();
        sum / (expected.len() / self.channels) as f64
    }
}

#[cfg(test)]
mod tests {
    use safetensors::Dtype;

    use super::*;
    use crate::verify::tolerances::FP32_MODEL;

    fn report(task: Task, shape: [usize; 4], expected: &[f32], got: &[f32]) -> Report {
        let view = |numbers| {
            let data = bytemuck::cast_slice(numbers);
            let view = TensorView::new(Dtype::F32, shape.to_vec(), data).unwrap();
            BTreeMap::from([("out".to_owned(), view)])
        };
        task.compare(&view(expected), &view(got), &FP32_MODEL)
    }

    #[test]
    fn pixels_are_compared_by_their_class() {
        // Two images of 1x2 pixels, two classes. Of the four pixels one changes its class, by a hair.
        let expected = [1.0, 5.0, 1.0001, 2.0, 3.0, 1.0, 2.0, 4.0];
        let mut got = expected;
        got[0] = 1.0002;
        let report = report(Task::Segmentation, [2, 2, 1, 2], &expected, &got);
        assert_eq!(report.outputs[0].classes, Some(0.75));
        let problem = report.outputs[0].problem.as_deref().unwrap();
        assert!(problem.contains("75.000 % of the pixels"), "{problem}");
        assert!(!report.passed);
    }

    #[test]
    fn a_displacement_counts_by_the_distance_of_its_end() {
        let expected = [100.0, 0.0, 100.0, 0.0];
        let got = [100.03, 0.0, 100.04, 0.0];
        let report = report(Task::OpticalFlow, [1, 2, 1, 2], &expected, &got);
        let error = report.outputs[0].end_point.unwrap();
        assert!((error - 0.025).abs() < 1e-5, "{error}");
        assert!(!report.passed, "{report}");
    }

    #[test]
    fn equal_outputs_pass_and_other_tasks_measure_no_pixels() {
        let values = [1.0, 2.0, 3.0, -4.0];
        let same = report(Task::Segmentation, [1, 2, 2, 1], &values, &values);
        assert!(same.passed && same.outputs[0].classes == Some(1.0));
        let other = report(Task::Classification, [1, 2, 2, 1], &values, &values);
        assert!(other.passed && other.outputs[0].classes.is_none());
    }

    #[test]
    fn names_are_those_that_are_serialized() {
        for task in [Task::Detection, Task::OpticalFlow, Task::Quantization] {
            let name = serde_json::to_value(task).unwrap();
            assert_eq!(Task::from_name(name.as_str().unwrap()), Some(task));
        }
        assert_eq!(Task::from_name("speech"), None);
    }
}
