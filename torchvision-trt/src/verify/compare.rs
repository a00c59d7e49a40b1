//! Comparison of outputs with what PyTorch computed.

use std::collections::BTreeMap;
use std::fmt;

use half::{bf16, f16};
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use serde::Serialize;

use super::tolerances::EXACT;
use super::{Found, Tolerance};

/// What [`compare`] found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Whether every output keeps the tolerance.
    pub passed: bool,
    /// Name of the tolerance.
    pub tolerance: &'static str,
    /// One entry for each output, in the order of their names.
    pub outputs: Vec<Agreement>,
}

/// How one output agrees with PyTorch's.
///
/// Numbers are absent (`NaN` here, `null` in JSON) where the outputs cannot be compared element by element.
#[derive(Clone, Debug, Serialize)]
pub struct Agreement {
    /// Path of the output in the model's output tree.
    pub name: String,
    /// Largest absolute difference of two elements.
    pub max_abs: f64,
    /// Mean absolute difference.
    pub mean_abs: f64,
    /// ‖got − expected‖₂ / ‖expected‖₂.
    pub rel_l2: f64,
    /// Largest absolute difference as a share of the largest absolute value expected.
    pub rel_max: f64,
    /// Cosine of the angle between both, taken as vectors.
    pub cosine: f64,
    /// Share of rows with the same best class; only for outputs of rank 2 with at least 2 columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top1: Option<f64>,
    /// Share of the five best classes found again, over all rows; only for outputs of rank 2 with at least 10 columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top5: Option<f64>,
    /// Share of the pixels with the same class; only for [segmentation](super::Task::Segmentation).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classes: Option<f64>,
    /// Mean end-point error in pixels; only for [optical flow](super::Task::OpticalFlow).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_point: Option<f64>,
    /// How many boxes are found again; only for the boxes of a [detection](super::Task::Detection).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<Found>,
    /// Why the output fails; absent if it passes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Why passing says little; absent for good test data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

/// Compares outputs with the expected ones, by name.
///
/// Integers and booleans must be equal. NaN agrees with NaN, and an infinity with itself. An output that one side lacks,
/// another shape or another element type is a failure of that output, never an error: the report tells it.
/// `float32` may stand for `float64`, which TensorRT does not have, and `int32` for `int64`, which TensorRT 8 does not have.
pub fn compare(
    expected: &BTreeMap<String, TensorView<'_>>,
    got: &BTreeMap<String, TensorView<'_>>,
    tolerance: &Tolerance,
) -> Report {
    let mut outputs: Vec<_> = expected
        .iter()
        .map(|(name, expected)| match got.get(name) {
            Some(got) => compare_output(name, expected, got, tolerance),
            None => Agreement::failed(name, "output is missing".into()),
        })
        .collect();
    outputs.extend(
        got.keys()
            .filter(|name| !expected.contains_key(*name))
            .map(|name| Agreement::failed(name, "PyTorch has no such output".into())),
    );
    Report {
        passed: outputs.iter().all(|output| output.problem.is_none()),
        tolerance: tolerance.name,
        outputs,
    }
}

impl Agreement {
    pub(super) fn failed(name: &str, problem: String) -> Self {
        Self {
            name: name.into(),
            max_abs: f64::NAN,
            mean_abs: f64::NAN,
            rel_l2: f64::NAN,
            rel_max: f64::NAN,
            cosine: f64::NAN,
            top1: None,
            top5: None,
            classes: None,
            end_point: None,
            found: None,
            problem: Some(problem),
            warning: None,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for output in &self.outputs {
            write!(
                f,
                "{}: max {:.2e}, mean {:.2e}, relative {:.2e}, cosine {:.7}",
                output.name, output.max_abs, output.mean_abs, output.rel_l2, output.cosine
            )?;
            if let Some(top1) = output.top1 {
                write!(f, ", top-1 {:.0} %", 100.0 * top1)?;
            }
            if let Some(top5) = output.top5 {
                write!(f, ", top-5 {:.0} %", 100.0 * top5)?;
            }
            if let Some(classes) = output.classes {
                write!(f, ", same class {:.3} %", 100.0 * classes)?;
            }
            if let Some(end_point) = output.end_point {
                write!(f, ", end-point error {end_point:.2e} px")?;
            }
            if let Some(found) = &output.found {
                write!(f, ", {} of {} detections", found.found, found.expected)?;
            }
            if let Some(problem) = &output.problem {
                write!(f, "; FAILED: {problem}")?;
            }
            if let Some(warning) = &output.warning {
                write!(f, "; warning: {warning}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

fn compare_output(
    name: &str,
    expected: &TensorView<'_>,
    got: &TensorView<'_>,
    tolerance: &Tolerance,
) -> Agreement {
    if expected.shape() != got.shape() {
        let problem = format!(
            "shape is {:?}, PyTorch's is {:?}",
            got.shape(),
            expected.shape()
        );
        return Agreement::failed(name, problem);
    }
    let types = (expected.dtype(), got.dtype());
    let same_type =
        types.0 == types.1 || matches!(types, (Dtype::F64, Dtype::F32) | (Dtype::I64, Dtype::I32));
    if !same_type {
        let problem = format!(
            "element type is {:?}, PyTorch's is {:?}",
            got.dtype(),
            expected.dtype()
        );
        return Agreement::failed(name, problem);
    }
    let (Some(e), Some(g)) = (numbers(expected), numbers(got)) else {
        let problem = format!("element type {:?} cannot be compared", expected.dtype());
        return Agreement::failed(name, problem);
    };

    let mut agreement = measure(name, &e, &g);
    let largest = e
        .iter()
        .filter(|value| value.is_finite())
        .fold(0.0, |max: f64, value| max.max(value.abs()));
    if let &[rows, classes] = expected.shape() {
        let slack = tolerance.rel_max * largest;
        let share = |k| (rows > 0).then(|| top_agreement(&e, &g, classes, k, slack));
        agreement.top1 = (classes >= 2).then(|| share(1)).flatten();
        agreement.top5 = (classes >= 10).then(|| share(5)).flatten();
    }
    let exact = !matches!(
        expected.dtype(),
        Dtype::F64 | Dtype::F32 | Dtype::F16 | Dtype::BF16
    );
    agreement.problem = problem(&agreement, if exact { &EXACT } else { tolerance });
    agreement.warning = (!exact).then(|| weakness(&e)).flatten();
    agreement
}

pub(super) fn measure(name: &str, expected: &[f64], got: &[f64]) -> Agreement {
    let (mut max_abs, mut sum_abs, mut sum_square) = (0.0f64, 0.0f64, 0.0f64);
    let (mut dot, mut norm_e, mut norm_g, mut largest) = (0.0f64, 0.0f64, 0.0f64, 0.0f64);
    for (&e, &g) in expected.iter().zip(got) {
        if e == g || (e.is_nan() && g.is_nan()) {
            if !e.is_finite() {
                continue;
            }
        } else if !e.is_finite() || !g.is_finite() {
            max_abs = f64::INFINITY;
            continue;
        }
        let difference = (g - e).abs();
        max_abs = max_abs.max(difference);
        sum_abs += difference;
        sum_square += difference * difference;
        dot += e * g;
        norm_e += e * e;
        norm_g += g * g;
        largest = largest.max(e.abs());
    }
    if max_abs.is_infinite() {
        sum_abs = f64::INFINITY;
        sum_square = f64::INFINITY;
    }
    let share = |part: f64, whole: f64| if part == 0.0 { 0.0 } else { part / whole };
    Agreement {
        name: name.into(),
        max_abs,
        mean_abs: share(sum_abs, expected.len() as f64),
        rel_l2: share(sum_square.sqrt(), norm_e.sqrt()),
        rel_max: share(max_abs, largest),
        cosine: if norm_e == 0.0 && norm_g == 0.0 {
            1.0
        } else {
            // Equal vectors may come out a rounding above 1; against a zero vector there is no angle: 0.
            (dot / (norm_e * norm_g).sqrt().max(f64::MIN_POSITIVE)).min(1.0)
        },
        top1: None,
        top5: None,
        classes: None,
        end_point: None,
        found: None,
        problem: None,
        warning: None,
    }
}

fn problem(agreement: &Agreement, tolerance: &Tolerance) -> Option<String> {
    let limit = |what: &str, value: f64, limit: f64| {
        (value > limit || value.is_nan()).then(|| {
            format!(
                "{what} is {value:.2e}, allowed are {limit:.0e} ({})",
                tolerance.name
            )
        })
    };
    if agreement.max_abs.is_infinite() {
        return Some("an element is infinite or NaN on one side only".into());
    }
    limit("relative error (L2)", agreement.rel_l2, tolerance.rel_l2)
        .or_else(|| {
            limit(
                "largest error relative to the largest value",
                agreement.rel_max,
                tolerance.rel_max,
            )
        })
        .or_else(|| {
            (agreement.cosine < tolerance.cosine).then(|| {
                format!(
                    "cosine is {:.7}, at least {} is asked for ({})",
                    agreement.cosine, tolerance.cosine, tolerance.name
                )
            })
        })
        .or_else(|| {
            (tolerance.same_top1 && agreement.top1.is_some_and(|share| share < 1.0))
                .then(|| "the best class differs".into())
        })
        .or_else(|| {
            (tolerance.same_top5 && agreement.top5.is_some_and(|share| share < 1.0))
                .then(|| "the five best classes differ".into())
        })
}

/// Share of `got`'s `k` best classes that are also among `expected`'s, over all rows. Classes that `expected` has within
/// `slack` of its k-th best count: between equals, any order is right.
fn top_agreement(expected: &[f64], got: &[f64], classes: usize, k: usize, slack: f64) -> f64 {
    let best = |row: &[f64]| {
        let mut order: Vec<usize> = (0..row.len()).collect();
        order.sort_by(|&a, &b| row[b].total_cmp(&row[a]));
        order.truncate(k);
        order
    };
    let (mut found, mut asked) = (0usize, 0usize);
    for (expected, got) in expected
        .chunks_exact(classes)
        .zip(got.chunks_exact(classes))
    {
        let kth = best(expected)
            .last()
            .map_or(f64::NAN, |&index| expected[index]);
        found += best(got)
            .iter()
            .filter(|&&index| expected[index] >= kth - slack)
            .count();
        asked += k;
    }
    found as f64 / asked as f64
}

/// Why agreement with these values would prove little, if so.
fn weakness(expected: &[f64]) -> Option<String> {
    if expected.iter().any(|value| !value.is_finite()) {
        return Some("PyTorch's output holds NaN or infinity".into());
    }
    let largest = expected
        .iter()
        .fold(0.0, |max: f64, value| max.max(value.abs()));
    if largest == 0.0 && !expected.is_empty() {
        return Some("PyTorch's output is all zeros: agreement proves little".into());
    }
    if largest < 1e-6 && !expected.is_empty() {
        return Some(format!(
            "PyTorch's output is nowhere above {largest:.1e}: agreement proves little"
        ));
    }
    None
}

/// The elements as double-precision numbers (int64 beyond 2⁵³ is rounded); `None` for types without a meaning as numbers.
pub(crate) fn numbers(tensor: &TensorView<'_>) -> Option<Vec<f64>> {
    macro_rules! read {
        ($type:ty, $convert:expr) => {
            tensor
                .data()
                .chunks_exact(size_of::<$type>())
                .map(|bytes| {
                    let mut array = [0; size_of::<$type>()];
                    array.copy_from_slice(bytes);
                    $convert(<$type>::from_le_bytes(array))
                })
                .collect()
        };
    }
    Some(match tensor.dtype() {
        Dtype::F64 => read!(f64, f64::from),
        Dtype::F32 => read!(f32, f64::from),
        Dtype::F16 => read!(f16, f64::from),
        Dtype::BF16 => read!(bf16, f64::from),
        Dtype::I64 => read!(i64, |value| value as f64),
        Dtype::I32 => read!(i32, f64::from),
        Dtype::I16 => read!(i16, f64::from),
        Dtype::I8 => read!(i8, f64::from),
        Dtype::U8 | Dtype::BOOL => read!(u8, f64::from),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tolerances::{FP16_MODEL, FP32_MODEL, FP32_OP};
    use super::*;

    fn check(expected: &[f32], got: &[f32], shape: &[usize], tolerance: &Tolerance) -> Agreement {
        let (e, g): (Vec<u8>, Vec<u8>) = (bytes(expected), bytes(got));
        let side = |data| {
            BTreeMap::from([(
                "y".to_owned(),
                TensorView::new(Dtype::F32, shape.to_vec(), data).unwrap(),
            )])
        };
        let report = compare(&side(&e), &side(&g), tolerance);
        assert_eq!(report.passed, report.outputs[0].problem.is_none());
        report.outputs[0].clone()
    }

    fn bytes(values: &[f32]) -> Vec<u8> {
        values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect()
    }

    #[test]
    fn measures_by_hand_computed_values() {
        let agreement = check(&[3.0, 4.0], &[3.0, 4.5], &[2], &FP32_OP);
        assert_eq!((agreement.max_abs, agreement.mean_abs), (0.5, 0.25));
        assert_eq!((agreement.rel_l2, agreement.rel_max), (0.1, 0.125));
        assert!((agreement.cosine - 27.0 / (5.0 * 29.25f64.sqrt())).abs() < 1e-12);
        assert!(agreement.problem.unwrap().contains("relative error"));
    }

    #[test]
    fn equal_values_pass_even_if_zero_or_not_finite() {
        assert!(
            check(&[0.0, 0.0], &[0.0, -0.0], &[2], &EXACT)
                .problem
                .is_none()
        );
        let special = [f32::NAN, f32::INFINITY, 1.0];
        let agreement = check(&special, &special, &[3], &FP32_OP);
        assert!(agreement.problem.is_none() && agreement.warning.is_some());
        assert!(check(&[], &[], &[0], &FP32_OP).problem.is_none());
    }

    #[test]
    fn nan_or_infinity_on_one_side_fails() {
        for (e, g) in [
            (f32::NAN, 0.0),
            (0.0, f32::NAN),
            (f32::INFINITY, f32::NEG_INFINITY),
            (1.0, f32::INFINITY),
        ] {
            assert!(
                check(&[e, 1.0], &[g, 1.0], &[2], &FP16_MODEL)
                    .problem
                    .is_some(),
                "{e} {g}"
            );
        }
    }

    #[test]
    fn anything_but_zero_fails_against_zero() {
        let agreement = check(&[0.0, 0.0], &[0.0, 1e-30], &[2], &FP16_MODEL);
        assert!(agreement.problem.is_some());
        assert!(agreement.warning.unwrap().contains("all zeros"));
    }

    #[test]
    fn one_wrong_element_among_many_fails() {
        let expected = vec![1.0; 100_000];
        let mut got = expected.clone();
        got[77] = 1.002;
        assert!(
            check(&expected, &got, &[100_000], &FP32_OP)
                .problem
                .unwrap()
                .contains("largest error")
        );
    }

    #[test]
    fn classes_within_the_tolerance_may_swap_and_others_may_not() {
        let expected: Vec<f32> = (0..12).map(|i| i as f32).collect();
        let mut close = expected.clone();
        close[10] = 11.000_01;
        let mut tied = expected.clone();
        tied[10] = 11.0;
        assert_eq!(check(&tied, &close, &[1, 12], &FP32_MODEL).top1, Some(1.0));
        assert_eq!(
            check(&expected, &close, &[1, 12], &FP32_MODEL).top1,
            Some(0.0)
        );
        let agreement = check(&expected, &expected, &[1, 12], &FP32_MODEL);
        assert_eq!((agreement.top1, agreement.top5), (Some(1.0), Some(1.0)));
        assert_eq!(check(&expected, &expected, &[12], &FP32_MODEL).top1, None);
    }

    #[test]
    fn shapes_types_and_missing_outputs_are_failures_of_that_output() {
        let data = [0u8; 8];
        let view = |dtype, shape: &[usize]| TensorView::new(dtype, shape.to_vec(), &data).unwrap();
        let one = |name: &str, view| BTreeMap::from([(name.to_owned(), view)]);
        let problem = |e, g| {
            compare(&e, &g, &FP32_OP).outputs[0]
                .problem
                .clone()
                .unwrap()
        };
        assert!(
            problem(
                one("y", view(Dtype::F32, &[2])),
                one("y", view(Dtype::F32, &[2, 1]))
            )
            .contains("shape")
        );
        assert!(
            problem(
                one("y", view(Dtype::I64, &[1])),
                one("y", view(Dtype::F64, &[1]))
            )
            .contains("type")
        );
        let report = compare(
            &one("y", view(Dtype::F32, &[2])),
            &one("z", view(Dtype::F32, &[2])),
            &FP32_OP,
        );
        assert!(!report.passed);
        assert_eq!(report.outputs.len(), 2);
    }

    #[test]
    fn integers_must_be_equal_whatever_the_tolerance() {
        let (e, g) = (100_000i64.to_le_bytes(), 100_001i64.to_le_bytes());
        let side = |data| {
            BTreeMap::from([(
                "y".to_owned(),
                TensorView::new(Dtype::I64, vec![], data).unwrap(),
            )])
        };
        assert!(!compare(&side(&e), &side(&g), &FP16_MODEL).passed);
        assert!(compare(&side(&e), &side(&e), &FP16_MODEL).passed);
    }

    #[test]
    fn half_precision_is_read_as_such() {
        let data: Vec<u8> = [1.0, -2.5]
            .iter()
            .flat_map(|&v| f16::from_f64(v).to_le_bytes())
            .collect();
        assert_eq!(
            numbers(&TensorView::new(Dtype::F16, vec![2], &data).unwrap()).unwrap(),
            [1.0, -2.5]
        );
        let data = bf16::from_f64(3.0).to_le_bytes();
        assert_eq!(
            numbers(&TensorView::new(Dtype::BF16, vec![1], &data).unwrap()).unwrap(),
            [3.0]
        );
    }
}
