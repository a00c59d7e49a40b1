//! What the exporter (`python/`) makes: its Python says what holds, file by file.

use std::path::Path;
use std::process::Command;

/// The steps that stand for torchvision's in exported detection models give what torchvision gives.
#[test]
fn counterparts_give_what_torchvision_gives() {
    passes("counterparts.py");
}

/// Random images and weights of exported models are such that rounding changes their outputs little.
#[test]
fn random_models_are_forgiving() {
    passes("random_weights.py");
}

fn passes(script: &str) {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = package.join("../.deps/python/bin/python");
    if !python.exists() {
        println!("skipped: no Python with PyTorch, which `cargo xtask setup` installs");
        return;
    }
    let status = Command::new(python)
        .arg(package.join("tests/exporter").join(script))
        .status()
        .unwrap();
    assert!(status.success(), "{script}: {status}");
}
