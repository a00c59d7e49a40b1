//! What can be said of a case without TensorRT and libtorch.

use std::collections::BTreeSet;
use std::path::Path;

use torchvision_trt::Precision;
use torchvision_trt::convert;
use torchvision_trt::graph::Graph;
use torchvision_trt::passes::{self, PassOptions};
use torchvision_trt::pt2::Program;
use torchvision_trt::verify::{Golden, golden_path};

use crate::chain;

/// The precisions that make a difference: half precision begins at products and convolutions.
pub(crate) fn precisions(path: &Path) -> Vec<Precision> {
    let text = |precision| Some(graph(path, precision).ok()?.to_string());
    let full = text(Precision::Fp32);
    let low = [Precision::Fp16, Precision::Bf16]
        .into_iter()
        .filter(|&precision| text(precision) != full);
    std::iter::once(Precision::Fp32).chain(low).collect()
}

/// The program and its golden file are read, and every operation has a converter that accepts it, without plugins.
pub(crate) fn check(path: &Path, precision: Precision) -> Result<(), String> {
    Golden::open(&golden_path(path)).map_err(|error| chain(&error))?;
    convert::check(&graph(path, precision)?, false).map_err(|error| chain(&error))
}

/// The operators that converters see.
pub(crate) fn operators(path: &Path) -> BTreeSet<String> {
    let graph = graph(path, Precision::Fp32).unwrap_or_default();
    graph.nodes().map(|(_, node)| node.target.clone()).collect()
}

pub(crate) fn graph(path: &Path, precision: Precision) -> Result<Graph, String> {
    let program = Program::open(path).map_err(|error| chain(&error))?;
    let mut graph = Graph::from_program(&program).map_err(|error| chain(&error))?;
    let mut options = PassOptions::default();
    options.precision = precision;
    passes::run(&mut graph, &options).map_err(|error| chain(&error))?;
    Ok(graph)
}
