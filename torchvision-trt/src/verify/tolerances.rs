//! How far from PyTorch a result may be, in one place.
//!
//! "Relative" is measured against the whole output, not element by element: elements near zero have no relative
//! error worth the name.

use crate::passes::Precision;

/// Limits that an output has to keep to pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// Name under which reports show it.
    pub name: &'static str,
    /// Largest ‖got − expected‖₂ / ‖expected‖₂.
    pub rel_l2: f64,
    /// Largest |got − expected| of any element, as a share of the largest |expected|.
    pub rel_max: f64,
    /// Smallest cosine of the angle between both outputs.
    pub cosine: f64,
    /// Whether classification outputs (rank 2, at least 2 classes) must agree on the best class.
    pub same_top1: bool,
    /// Whether classification outputs (rank 2, at least 10 classes) must agree on the five best classes.
    pub same_top5: bool,
    /// Smallest share of the pixels that have the same class, where the task is segmentation.
    pub same_classes: f64,
    /// Largest mean end-point error in pixels, where the task is optical flow.
    pub end_point: f64,
    /// What counts as the same box, where the task is detection.
    pub boxes: BoxLimits,
}

/// What the same detection is, and how many must be found again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoxLimits {
    /// Smallest intersection over union of both boxes.
    pub iou: f64,
    /// Largest difference of the scores.
    pub score: f64,
    /// Smallest share of the detections that are found again.
    pub found: f64,
}

const FP32_BOXES: BoxLimits = BoxLimits {
    iou: 0.99,
    score: 1e-3,
    found: 1.0,
};

/// Which of two overlapping boxes with scores this close suppresses the other is left to rounding.
const LOW_BOXES: BoxLimits = BoxLimits {
    iou: 0.9,
    score: 5e-2,
    found: 0.9,
};

/// One operator in fp32. Both sides sum in another order, which costs some units in the last place per thousand terms.
pub const FP32_OP: Tolerance = Tolerance {
    name: "fp32 operator",
    rel_l2: 1e-5,
    rel_max: 1e-4,
    cosine: 0.99999,
    same_top1: false,
    same_top5: false,
    same_classes: 0.0,
    end_point: f64::INFINITY,
    boxes: FP32_BOXES,
};

/// A whole model in fp32.
pub const FP32_MODEL: Tolerance = Tolerance {
    name: "fp32 model",
    rel_l2: 1e-3,
    rel_max: 1e-3,
    cosine: 0.99999,
    same_top1: true,
    same_top5: true,
    same_classes: 0.999,
    end_point: 0.01,
    boxes: FP32_BOXES,
};

/// One operator in fp16: half a unit in the last place of 11 bits for input, weight and output each.
pub const FP16_OP: Tolerance = Tolerance {
    name: "fp16 operator",
    rel_l2: 2e-3,
    rel_max: 5e-3,
    cosine: 0.9999,
    same_top1: false,
    same_top5: false,
    same_classes: 0.0,
    end_point: f64::INFINITY,
    boxes: LOW_BOXES,
};

/// A whole model in fp16. The fifth and sixth best class may swap; the best may not.
pub const FP16_MODEL: Tolerance = Tolerance {
    name: "fp16 model",
    rel_l2: 2e-2,
    rel_max: 2e-2,
    cosine: 0.9995,
    same_top1: true,
    same_top5: false,
    same_classes: 0.99,
    end_point: f64::INFINITY,
    boxes: LOW_BOXES,
};

/// One operator in bf16, which keeps 8 bits where fp16 keeps 11: 2³ times the fp16 limit.
pub const BF16_OP: Tolerance = Tolerance {
    name: "bf16 operator",
    rel_l2: 1.6e-2,
    rel_max: 4e-2,
    cosine: 0.999,
    same_top1: false,
    same_top5: false,
    same_classes: 0.0,
    end_point: f64::INFINITY,
    boxes: LOW_BOXES,
};

/// A whole model in bf16: 2³ times the fp16 limit, as for [`BF16_OP`]; models measured keep this ratio closely. Classes that are
/// close may swap, and the cosine is what such an error leaves of it.
pub const BF16_MODEL: Tolerance = Tolerance {
    name: "bf16 model",
    rel_l2: 1.6e-1,
    rel_max: 1.6e-1,
    cosine: 0.987,
    same_top1: false,
    same_top5: false,
    same_classes: 0.9,
    end_point: f64::INFINITY,
    boxes: LOW_BOXES,
};

/// A whole model with int8 in it. A rounding error now and then moves a value on to the next of its 255 steps; from there on both
/// networks round differently, so that they come to differ by about as much as quantization costs: 2e-2 to 5e-2, and 1e-1 for
/// MobileNetV3. PyTorch's own outputs of that model move by 1.5e-1 (the largest element by 1.7e-1) when its input changes by 1e-6.
pub const INT8_MODEL: Tolerance = Tolerance {
    name: "int8 model",
    rel_l2: 2e-1,
    rel_max: 2e-1,
    cosine: 0.98,
    same_top1: true,
    same_top5: false,
    same_classes: 0.95,
    end_point: f64::INFINITY,
    boxes: LOW_BOXES,
};

/// Bit for bit: integers, booleans, and operators that only move elements.
pub const EXACT: Tolerance = Tolerance {
    name: "exact",
    rel_l2: 0.0,
    rel_max: 0.0,
    cosine: 0.99999,
    same_top1: false,
    same_top5: false,
    same_classes: 0.0,
    end_point: f64::INFINITY,
    boxes: FP32_BOXES,
};

impl Tolerance {
    /// The limits for one operator computed in `precision`.
    pub fn operator(precision: Precision) -> Self {
        match precision {
            Precision::Fp32 => FP32_OP,
            Precision::Fp16 => FP16_OP,
            Precision::Bf16 => BF16_OP,
        }
    }

    /// The limits for a whole model computed in `precision`, `quantized` if parts of it are computed in int8.
    pub fn model(precision: Precision, quantized: bool) -> Self {
        match precision {
            Precision::Fp32 | Precision::Fp16 if quantized => INT8_MODEL,
            Precision::Fp32 => FP32_MODEL,
            Precision::Fp16 => FP16_MODEL,
            Precision::Bf16 => BF16_MODEL,
        }
    }
}
