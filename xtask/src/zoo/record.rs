//! What is known of one model in one precision.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What most of a network computes in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "snake_case")]
pub(super) enum Precision {
    Fp32,
    Fp16,
    Bf16,
}

impl Precision {
    pub(super) const ALL: [Self; 3] = [Self::Fp32, Self::Fp16, Self::Bf16];

    /// What the command line of torchvision-trt calls it; fp32 is what it does unasked.
    pub(super) fn flag(self) -> Option<&'static str> {
        match self {
            Self::Fp32 => None,
            Self::Fp16 => Some("--fp16"),
            Self::Bf16 => Some("--bf16"),
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Fp32 => "fp32",
            Self::Fp16 => "fp16",
            Self::Bf16 => "bf16",
        }
    }
}

/// The optimization level of engines on a GPU, if no other was asked for: verification does not wait for the fastest kernels.
pub(super) const DEFAULT_LEVEL: u8 = 1;

/// A line of the journal. Numbers are absent as far as a model did not come.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) model: String,
    pub(super) task: String,
    pub(super) precision: Precision,
    /// Whether height and width are dynamic, besides the batch.
    #[serde(default)]
    pub(super) dynamic_sizes: bool,
    /// Why it is not verified.
    pub(super) problem: Option<String>,
    /// The library that built the engine.
    pub(super) library: Option<String>,
    /// Whether the engine ran on a GPU, rather than its network on the CPU.
    pub(super) on_gpu: bool,
    /// TensorRT's optimization level, on a GPU.
    #[serde(default)]
    pub(super) level: Option<u8>,
    /// How often each is called.
    pub(super) operators: Option<BTreeMap<String, usize>>,
    pub(super) layers: Option<usize>,
    pub(super) plan_bytes: Option<u64>,
    pub(super) export_seconds: Option<f64>,
    /// Reading, passes and converters.
    pub(super) conversion_seconds: Option<f64>,
    pub(super) build_seconds: Option<f64>,
    pub(super) verify_seconds: Option<f64>,
    /// Frames per second of the engine, replayed as a CUDA graph, for a batch of one.
    pub(super) fps: Option<f64>,
    /// The same of PyTorch, eagerly, in the same precision.
    pub(super) eager_fps: Option<f64>,
    /// Why PyTorch did not run it.
    #[serde(default)]
    pub(super) eager_problem: Option<String>,
    /// The largest ‖got − expected‖₂ / ‖expected‖₂ of an output.
    pub(super) error: Option<f64>,
    /// What the task is judged by.
    pub(super) measure: Option<Measure>,
}

/// The measure of a task.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Measure {
    /// Smallest share of the five best classes found again.
    Top5(f64),
    /// Smallest share of the pixels with the same class.
    SameClass(f64),
    /// Largest mean end-point error in pixels.
    EndPoint(f64),
    /// Boxes with the same label found again, of those that PyTorch has.
    Detections { found: u64, expected: u64 },
}

impl Measure {
    pub(super) fn text(self) -> String {
        match self {
            Self::Top5(share) => format!("top-5 {:.0} %", 100.0 * share),
            Self::SameClass(share) => format!("same class {:.3} %", 100.0 * share),
            Self::EndPoint(pixels) => format!("end-point {pixels:.1e} px"),
            Self::Detections { found, expected } => format!("{found} of {expected} boxes"),
        }
    }
}

impl Record {
    /// A model that has yet to be done.
    pub(super) fn new(model: &str, task: &str, precision: Precision, on_gpu: bool) -> Self {
        Self {
            model: model.into(),
            task: task.into(),
            precision,
            dynamic_sizes: false,
            problem: None,
            library: None,
            on_gpu,
            level: None,
            operators: None,
            layers: None,
            plan_bytes: None,
            export_seconds: None,
            conversion_seconds: None,
            build_seconds: None,
            verify_seconds: None,
            fps: None,
            eager_fps: None,
            eager_problem: None,
            error: None,
            measure: None,
        }
    }

    /// Whether nothing is left to do.
    pub(super) fn is_done(&self) -> bool {
        self.problem.is_none() && self.on_gpu == self.fps.is_some()
    }

    /// What computed the outputs; an unusual level with it.
    pub(super) fn place(&self) -> String {
        match (self.on_gpu, self.level) {
            (false, _) => "CPU".into(),
            (true, None | Some(DEFAULT_LEVEL)) => "GPU".into(),
            (true, Some(level)) => format!("GPU, level {level}"),
        }
    }

    /// One line for who watches.
    pub(super) fn line(&self) -> String {
        let mut parts = vec![match &self.problem {
            None => "verified".to_owned(),
            Some(problem) => format!("FAILED: {problem}"),
        }];
        parts.extend(self.error.map(|error| format!("error {error:.1e}")));
        parts.extend(self.measure.map(Measure::text));
        let times = [
            ("export", self.export_seconds),
            ("conversion", self.conversion_seconds),
            ("build", self.build_seconds),
            ("verification", self.verify_seconds),
        ];
        parts.extend(
            times
                .into_iter()
                .filter_map(|(name, seconds)| Some(format!("{name} {:.1} s", seconds?))),
        );
        parts.extend(self.fps.map(|fps| format!("{fps:.0} frames/s")));
        parts.extend(self.eager_fps.map(|fps| format!("PyTorch {fps:.0}")));
        let untimed = self.eager_problem.as_ref();
        parts.extend(untimed.map(|problem| format!("PyTorch not timed: {problem}")));
        format!(
            "{} {} on the {}: {}",
            self.model,
            self.precision.name(),
            self.place(),
            parts.join(", ")
        )
    }
}
