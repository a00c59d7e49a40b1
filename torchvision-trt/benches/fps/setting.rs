//! What is measured: settings and peers.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use torchvision_trt::ConvertOptions;
use torchvision_trt::Precision as Computed;
use torchvision_trt::verify::Tolerance;
use torchvision_trt::verify::tolerances::FP16_MODEL;

/// What a network computes in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub(super) enum Precision {
    Fp32,
    /// fp32 whose products may round their operands.
    Tf32,
    Fp16,
    Bf16,
    /// The int8 parts of a quantized model; the rest in fp16.
    Int8,
}

impl Precision {
    pub(super) fn convert_options(self) -> ConvertOptions {
        ConvertOptions::new()
            .precision(self.computed())
            .tf32(self == Self::Tf32)
    }

    pub(super) fn computed(self) -> Computed {
        match self {
            Self::Fp32 | Self::Tf32 => Computed::Fp32,
            Self::Fp16 | Self::Int8 => Computed::Fp16,
            Self::Bf16 => Computed::Bf16,
        }
    }

    /// TF32 keeps as many bits of a factor as fp16.
    pub(super) fn tolerance(self) -> Tolerance {
        match self {
            Self::Tf32 => FP16_MODEL,
            _ => Tolerance::model(self.computed(), self == Self::Int8),
        }
    }

    /// Bytes of a weight.
    pub(super) fn weight_bytes(self) -> f64 {
        match self {
            Self::Fp32 | Self::Tf32 => 4.0,
            Self::Fp16 | Self::Bf16 => 2.0,
            Self::Int8 => 1.0,
        }
    }

    /// The element type of the ONNX file.
    fn onnx(self) -> Self {
        match self {
            Self::Tf32 => Self::Fp32,
            other => other,
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fp32 => "fp32",
            Self::Tf32 => "tf32",
            Self::Fp16 => "fp16",
            Self::Bf16 => "bf16",
            Self::Int8 => "int8",
        })
    }
}

/// A model, a batch size, a precision.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Setting {
    pub(super) model: String,
    pub(super) batch: u32,
    pub(super) precision: Precision,
}

impl Setting {
    pub(super) fn program(&self, work: &Path) -> PathBuf {
        work.join(format!("{}-b{}.pt2", self.model, self.batch))
    }

    pub(super) fn onnx(&self, work: &Path) -> PathBuf {
        work.join(format!(
            "{}-b{}-{}.onnx",
            self.model,
            self.batch,
            self.precision.onnx()
        ))
    }

    /// Under which the exporter reports the ONNX file.
    pub(super) fn onnx_key(&self) -> String {
        format!("{}-{}", self.batch, self.precision.onnx())
    }

    pub(super) fn engine(&self, work: &Path, route: Route) -> PathBuf {
        work.join(format!("{}-{route}.engine", self.file()))
    }

    /// Folder of what torch.compile keeps on disk.
    pub(super) fn compile_cache(&self, work: &Path, peer: Peer) -> PathBuf {
        work.join(format!("{}-{}.cache", self.file(), peer.argument()))
    }

    /// Beginning of the names of files about this setting.
    pub(super) fn file(&self) -> String {
        format!("{}-b{}-{}", self.model, self.batch, self.precision)
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} batch {}", self.model, self.precision, self.batch)
    }
}

/// The two ways to an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Route {
    Ours,
    Onnx,
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ours => "ours",
            Self::Onnx => "onnx",
        })
    }
}

/// Who is measured, in the order of the columns.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Peer {
    /// PyTorch, operation by operation, as torchvision builds the model
    Eager,
    /// PyTorch's channels-last model as a CUDA graph
    Graph,
    /// torch.compile, mode reduce-overhead, channels-last
    Compile,
    /// torch.compile, mode max-autotune, channels-last
    MaxAutotune,
    /// TensorRT through its ONNX parser
    Onnx,
    /// This project
    Ours,
}

impl Peer {
    pub(super) const ALL: [Self; 6] = [
        Self::Eager,
        Self::Graph,
        Self::Compile,
        Self::MaxAutotune,
        Self::Onnx,
        Self::Ours,
    ];

    /// The engine that it runs; none for PyTorch.
    pub(super) fn route(self) -> Option<Route> {
        match self {
            Self::Onnx => Some(Route::Onnx),
            Self::Ours => Some(Route::Ours),
            _ => None,
        }
    }

    pub(super) fn compiles(self) -> bool {
        matches!(self, Self::Compile | Self::MaxAutotune)
    }

    /// As bench_pytorch.py calls it.
    pub(super) fn argument(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }

    /// Head of a column.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Eager => "PyTorch eager",
            Self::Graph => "PyTorch CUDA graph",
            Self::Compile => "torch.compile",
            Self::MaxAutotune => "torch.compile max-autotune",
            Self::Onnx => "TensorRT, ONNX",
            Self::Ours => "ours",
        }
    }
}
