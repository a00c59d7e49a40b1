//! Brings a graph into the form that converters take.
//!
//! The passes run in the order of [`run`]; after the last one the graph has no in-place operations, no state, no dead code and no
//! identity operations, and every dtype and cast is explicit.

mod autocast;
mod batch_norm;
mod cat;
mod control_flow;
mod dead_code;
mod error;
mod fold;
mod functionalize;
mod inline;
mod legalize;
mod mutations;
mod normalize;
mod quantize;
mod symbolic;
mod view;

pub use autocast::{ALLOW, DENY, FOLLOW};
pub use error::Error;
pub(crate) use quantize::activations;

use std::collections::HashSet;

use crate::calibrate::Ranges;
use crate::convert::{Registry, taken_by_user};
use crate::graph::{Graph, NodeId};
use crate::pt2::DType;

/// Precision of the engine's arithmetic. Inputs and outputs keep the dtypes of the model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Precision {
    /// As the model was exported.
    #[default]
    Fp32,
    /// float16 where it is safe: matrix products and convolutions, and what follows them element by element.
    Fp16,
    /// bfloat16 in the same places.
    Bf16,
}

impl Precision {
    /// The precision with this name: `fp32`, `fp16` or `bf16`.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Fp32, Self::Fp16, Self::Bf16]
            .into_iter()
            .find(|precision| precision.to_string() == name)
    }

    /// The 16-bit type, if there is one.
    pub fn low(self) -> Option<DType> {
        match self {
            Self::Fp32 => None,
            Self::Fp16 => Some(DType::Float16),
            Self::Bf16 => Some(DType::BFloat16),
        }
    }
}

impl std::fmt::Display for Precision {
    /// `fp32`, `fp16` or `bf16`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Fp32 => "fp32",
            Self::Fp16 => "fp16",
            Self::Bf16 => "bf16",
        })
    }
}

/// Batch normalization in inference: one multiplication and one addition for each channel.
const BATCH_NORMS: [&str; 2] = [
    "aten.batch_norm.default",
    "aten._native_batch_norm_legit_no_training.default",
];

/// What the passes aim at.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PassOptions<'r> {
    /// Precision of the engine's arithmetic.
    pub precision: Precision,
    /// The ranges of activations, where convolutions and products with weights are to be computed in int8.
    pub int8: Option<&'r Ranges>,
    /// True if the TensorRT at hand computes with 64-bit integers (10.0 and later, and RTX).
    pub int64: bool,
}

impl Default for PassOptions<'_> {
    fn default() -> Self {
        Self {
            precision: Precision::Fp32,
            int8: None,
            int64: true,
        }
    }
}

/// Runs all passes.
///
/// # Errors
/// [`Error`]: the program keeps state, or writes to a tensor in a way that has no functional form, or the graph is broken, or its
/// activations are not those whose ranges are given.
pub fn run(graph: &mut Graph, options: &PassOptions<'_>) -> Result<(), Error> {
    graph.check("import")?;
    step(graph, "inline", inline::run)?;
    step(graph, "functionalize", functionalize::run)?;
    step(graph, "mutations", mutations::run)?;
    step(graph, "symbolic", total(symbolic::run))?;
    step(graph, "normalize", total(normalize::run))?;
    step(graph, "dead code", total(dead_code::run))?;
    step(graph, "fold", total(fold::run))?;
    step(graph, "legalize", |graph| {
        legalize::run(graph, options.int64)
    })?;
    let kept = kept(graph);
    step(graph, "cat", total(|graph| cat::run(graph, &kept)))?;
    if options.int8.is_some() || options.precision.low().is_some() {
        step(
            graph,
            "batch norm",
            total(|graph| batch_norm::run(graph, &kept)),
        )?;
        if let Some(ranges) = options.int8 {
            step(graph, "quantize", |graph| {
                quantize::run(graph, ranges, &kept)
            })?;
        }
    }
    step(
        graph,
        "autocast",
        total(|graph| autocast::run(graph, options.precision)),
    )?;
    step(graph, "dead code", total(dead_code::run))
}

/// The nodes that converters of the user's own take, which passes leave as they are. Converters that contradict each other are
/// reported when it comes to them.
fn kept(graph: &Graph) -> HashSet<NodeId> {
    Registry::global()
        .map(|registry| taken_by_user(graph, registry))
        .unwrap_or_default()
}

fn step(
    graph: &mut Graph,
    name: &str,
    pass: impl FnOnce(&mut Graph) -> Result<(), Error>,
) -> Result<(), Error> {
    pass(graph)?;
    Ok(graph.check(name)?)
}

/// A pass that accepts every graph.
fn total(pass: impl FnOnce(&mut Graph)) -> impl FnOnce(&mut Graph) -> Result<(), Error> {
    |graph| {
        pass(graph);
        Ok(())
    }
}
