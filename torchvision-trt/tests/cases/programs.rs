//! What can be said of a case without TensorRT and libtorch.

use std::path::Path;

use torchvision_trt::Precision;
use torchvision_trt::convert;
use torchvision_trt::graph::Graph;
use torchvision_trt::passes::{self, PassOptions};
use torchvision_trt::pt2::Program;
use torchvision_trt::verify::{Golden, golden_path};

use crate::chain;

/// The program and its golden file are read, and in each precision every operation has a converter that accepts it.
pub(crate) fn check(path: &Path) -> Result<(), String> {
    let program = Program::open(path).map_err(|error| chain(&error))?;
    Golden::open(&golden_path(path)).map_err(|error| chain(&error))?;
    for precision in [Precision::Fp32, Precision::Fp16, Precision::Bf16] {
        let at = |error: &dyn std::error::Error| format!("{precision}: {}", chain(error));
        let mut graph = Graph::from_program(&program).map_err(|error| at(&error))?;
        let mut options = PassOptions::default();
        options.precision = precision;
        passes::run(&mut graph, &options).map_err(|error| at(&error))?;
        convert::check(&graph).map_err(|error| at(&error))?;
    }
    Ok(())
}
