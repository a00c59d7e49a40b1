//! Int8 after calibration: exported, calibrated on one input, compared with PyTorch's floats on another.
#![cfg(feature = "tch")]

use std::path::{Path, PathBuf};
use std::process::Command;

use torchvision_trt::calibrate::{Error, Method, Ranges, calibrate};
use torchvision_trt::convert::{self, Context, Tensor, converter};
use torchvision_trt::graph::Graph;
use torchvision_trt::passes::{self, PassOptions};
use torchvision_trt::pt2::Program;
use torchvision_trt::verify::{Golden, ModelOptions, Report, golden_path, model};

/// The library and an exported model of int8/models.py, or nothing where setup has not prepared them.
fn prepared(name: &str, size: &str) -> Option<(trt::Library, PathBuf)> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let library = trt::Library::load();
    let (true, Ok(library)) = (manifest.join("../.deps/python").exists(), library) else {
        println!("skipped: no Python or no TensorRT, which `cargo xtask setup` installs");
        return None;
    };
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("int8/{name}.pt2"));
    let exported = Command::new(env!("CARGO_BIN_EXE_torchvision-trt"))
        .args(["export", &format!("models:{name}"), "--weights", "none"])
        .args(["--batch", "1:2:4", "--size", size, "--output"])
        .arg(&program)
        .current_dir(manifest.join("tests/int8"))
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&exported.stderr);
    assert!(exported.status.success(), "{message}");
    Some((library, program))
}

fn calibrated(library: &trt::Library, program: &Path, method: Method) -> Result<Ranges, Error> {
    let golden = Golden::open(&golden_path(program)).unwrap();
    calibrate(library, program, method, |observe| {
        observe(&golden.inputs(0))
    })
}

fn verified(library: &trt::Library, program: &Path, ranges: &Ranges) -> Vec<Report> {
    let options = ModelOptions {
        int8: Some(ranges.clone()),
        ..ModelOptions::default()
    };
    model(library, program, &options).unwrap()
}

/// The operators after the passes.
fn operators(program: &Path, ranges: &Ranges) -> std::collections::BTreeMap<String, usize> {
    let mut graph = Graph::from_program(&Program::open(program).unwrap()).unwrap();
    let mut options = PassOptions::default();
    options.int8 = Some(ranges);
    passes::run(&mut graph, &options).unwrap();
    graph.operators()
}

#[test]
fn residual_blocks_keep_their_outputs() {
    let Some((library, program)) = prepared("residual", "33,47") else {
        return;
    };
    for method in [
        Method::Max,
        Method::Mse,
        Method::Entropy,
        Method::Percentile(99.99),
    ] {
        let ranges = calibrated(&library, &program, method).unwrap();
        let dead = ranges.limits.values().filter(|limit| limit.is_none());
        assert_eq!((ranges.samples, dead.count()), (1, 1));
        for report in verified(&library, &program, &ranges) {
            assert!(report.passed, "{method}: {report}");
            assert_eq!(report.tolerance, "int8 model");
            // Floats would be far closer.
            assert!(report.outputs[0].rel_l2 > 1e-4, "{method}: {report}");
        }
    }
}

#[test]
fn what_int8_computes_reads_dequantizations_and_normalizations_are_gone() {
    let Some((library, program)) = prepared("residual", "33,47") else {
        return;
    };
    let ranges = calibrated(&library, &program, Method::Max).unwrap();
    let operators = operators(&program, &ranges);
    let count = |name: &str| operators.get(name).copied().unwrap_or(0);
    assert_eq!(
        count("aten._native_batch_norm_legit_no_training.default"),
        0
    );
    // The stem, five of the blocks, the depthwise one and the head, but not the one that reads zeros.
    let weights = count("quantized_decomposed.dequantize_per_channel.default");
    assert_eq!(weights, 8, "{operators:?}");
    // What those read, and the other side of both additions; the input of a block is read twice or thrice.
    let activations = count("quantized_decomposed.quantize_per_tensor.default");
    assert_eq!(activations, ranges.limits.len() - 1, "{operators:?}");
}

#[test]
fn products_of_sequences_are_quantized_too() {
    let Some((library, program)) = prepared("mlp", "6,8") else {
        return;
    };
    let ranges = calibrated(&library, &program, Method::Max).unwrap();
    assert_eq!(ranges.limits.len(), 2);
    for report in verified(&library, &program, &ranges) {
        assert!(report.passed, "{report}");
    }
}

/// A convolution of one pixel, as a product.
#[converter("models.OwnConv2d.forward")]
fn own_convolution(
    ctx: &mut Context,
    input: &Tensor,
    weight: &Tensor,
    bias: &Tensor,
) -> convert::Result<Tensor> {
    let channels_last = ctx.permute(input, &[0, 2, 3, 1])?;
    let matrix = ctx.squeeze(weight, &[2, 3])?;
    let output = ctx.linear(&channels_last, &matrix, Some(bias))?;
    ctx.permute(&output, &[0, 3, 1, 2])
}

#[test]
fn what_a_converter_of_ones_own_takes_stays_as_it_is() {
    let Some((library, program)) = prepared("own", "9,11") else {
        return;
    };
    let ranges = calibrated(&library, &program, Method::Max).unwrap();
    assert_eq!(ranges.limits.len(), 2);
    let operators = operators(&program, &ranges);
    assert!(
        operators.keys().any(|name| name.contains("batch_norm")),
        "{operators:?}"
    );
    for report in verified(&library, &program, &ranges) {
        assert!(report.passed, "{report}");
    }
}

#[test]
fn ranges_of_another_program_are_refused_by_the_name_that_is_missing() {
    let (Some((library, residual)), Some((_, mlp))) =
        (prepared("residual", "33,47"), prepared("mlp", "6,8"))
    else {
        return;
    };
    let options = ModelOptions {
        int8: Some(calibrated(&library, &mlp, Method::Max).unwrap()),
        ..ModelOptions::default()
    };
    let message = model(&library, &residual, &options)
        .unwrap_err()
        .to_string();
    assert!(message.contains("no range is known for"), "{message}");
    assert!(
        message.contains("mlp.pt2") && message.contains("calibrate this one"),
        "{message}"
    );
}

#[test]
fn without_samples_or_products_there_are_no_ranges() {
    let Some((library, program)) = prepared("mlp", "6,8") else {
        return;
    };
    let error = calibrate(&library, &program, Method::Max, |_| Ok(())).unwrap_err();
    assert!(error.to_string().contains("no samples"), "{error}");
    let Some((library, program)) = prepared("nothing", "4,4") else {
        return;
    };
    let error = calibrated(&library, &program, Method::Max).unwrap_err();
    assert!(
        error.to_string().contains("nothing in the program"),
        "{error}"
    );
}
