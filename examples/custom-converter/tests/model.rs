//! The converters of this package, proven on the programs that `python/tidepool.py` makes.

use std::path::{Path, PathBuf};

// Without this the linker has no reason to take the converters.
use custom_converter as _;
use torchvision_trt::ConvertOptions;
use torchvision_trt::convert;
use torchvision_trt::graph::Graph;
use torchvision_trt::passes::{self, PassOptions};
use torchvision_trt::pipeline::Error;
use torchvision_trt::pt2::Program;
use trt::{ComputeCapability, LayerKind, Library};

fn program(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
        .with_extension("pt2")
}

/// TensorRT, or `None` after saying how to get it.
fn library() -> Option<Library> {
    let library = Library::load();
    if let Err(error) = &library {
        eprintln!("skipped: {error}");
    }
    library.ok()
}

#[test]
fn every_call_has_a_converter() {
    for name in ["distances", "classifier"] {
        let program = Program::open(program(name)).unwrap();
        let mut graph = Graph::from_program(&program).unwrap();
        passes::run(&mut graph, &PassOptions::default()).unwrap();
        convert::check(&graph, false).unwrap();
    }
}

#[test]
fn the_module_is_taken_over_and_the_built_in_converter_is_beaten() {
    let Some(library) = library() else { return };
    let layers = ConvertOptions::new()
        .with_network(&library, program("classifier"), |network| {
            let layers = network.layers().map(|layer| (layer.name(), layer.kind()));
            Ok::<_, Error>(layers.collect::<Vec<_>>())
        })
        .unwrap();
    let of = |module: &str| -> Vec<LayerKind> {
        let own = layers.iter().filter(|(name, _)| name.starts_with(module));
        own.map(|(_, kind)| *kind).collect()
    };
    assert!(of("1/").contains(&LayerKind::Activation), "{layers:?}");
    assert!(
        !of("1/").contains(&LayerKind::Unary),
        "the exact GELU: {layers:?}"
    );
    assert!(of("4/").contains(&LayerKind::Reduce), "{layers:?}");
}

#[test]
fn an_engine_is_built() {
    let Some(library) = library() else { return };
    if library.product() != trt::Product::TensorRtRtx {
        eprintln!("skipped: only TensorRT-RTX builds without a GPU");
        return;
    }
    let options = ConvertOptions::new().targets([ComputeCapability::new(8, 6)]);
    let converted = options.convert(&library, program("classifier")).unwrap();
    assert_eq!(converted.metadata.inputs[0].name, "input");
}

#[cfg(feature = "tch")]
#[test]
fn numbers_agree_with_pytorch() {
    use torchvision_trt::verify::{self, Golden, Tolerance, golden_path, tolerances};

    let Some(library) = library() else { return };
    // What the approximation of GELU costs, after pooling and two more layers.
    let approximate = Tolerance {
        name: "quick GELU",
        rel_l2: 5e-3,
        rel_max: 5e-3,
        ..tolerances::FP32_MODEL
    };
    let programs = [
        ("distances", tolerances::FP32_OP),
        ("classifier", approximate),
    ];
    for (name, tolerance) in programs {
        let golden = Golden::open(&golden_path(&program(name))).unwrap();
        for set in 0..golden.len() {
            let report = ConvertOptions::new()
                .with_network(&library, program(name), |built| {
                    verify::network(built, &golden, set, &tolerance)
                })
                .unwrap();
            assert!(report.passed, "{name}, golden set {set}:\n{report}");
        }
    }
}
