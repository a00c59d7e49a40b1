//! Models of timm and transformers take a user's way without any change here: exported by the command line, converted, and proven
//! against PyTorch on two inputs, a batch of two and a batch of one.
#![cfg(feature = "tch")]

use std::path::{Path, PathBuf};
use std::process::Command;

use torchvision_trt::verify::{ModelOptions, model};

/// Where `cargo xtask setup` installs timm and transformers.
fn packages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../.deps/model-packages")
}

/// Exports `model_packages/models.py:NAME` and compares what the network computes with PyTorch's outputs.
#[track_caller]
fn verify(name: &str, size: &str) {
    let (packages, library) = (packages(), trt::Library::load());
    let (true, Ok(library)) = (packages.exists(), library) else {
        println!(
            "skipped: no .deps/model-packages or no TensorRT, which `cargo xtask setup` installs"
        );
        return;
    };
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("model_packages/{name}.pt2"));
    let exported = Command::new(env!("CARGO_BIN_EXE_torchvision-trt"))
        .args(["export", &format!("models:{name}"), "--weights", "none"])
        .args(["--batch", "1:2:4", "--size", size, "--output"])
        .arg(&program)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/model_packages"))
        .env("PYTHONPATH", packages)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("HF_HUB_OFFLINE", "1")
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&exported.stderr);
    assert!(exported.status.success(), "{message}");
    let reports = model(&library, &program, &ModelOptions::default()).unwrap();
    assert_eq!(reports.len(), 2);
    for report in &reports {
        assert!(report.passed, "{report}");
    }
}

#[test]
fn mobilenetv4_of_timm() {
    verify("mobilenetv4", "64,64");
}

#[test]
fn fastvit_of_timm() {
    verify("fastvit", "64,96");
}

#[test]
fn eva02_of_timm() {
    verify("eva02", "56,56");
}

#[test]
fn sequencer_of_timm() {
    verify("sequencer", "56,56");
}

#[test]
fn segformer_of_transformers() {
    verify("segformer", "64,96");
}

#[test]
fn dinov2_of_transformers() {
    verify("dinov2", "70,70");
}

#[test]
fn depth_anything_of_transformers() {
    verify("depth_anything", "70,98");
}
