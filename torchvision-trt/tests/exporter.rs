//! Random images and weights of exported models (`python/export.py`) are such that rounding changes their outputs little.

use std::path::Path;
use std::process::Command;

#[test]
fn random_models_are_forgiving() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = package.join("../.deps/python/bin/python");
    if !python.exists() {
        println!("skipped: no Python with PyTorch, which `cargo xtask setup` installs");
        return;
    }
    let status = Command::new(python)
        .arg(package.join("tests/exporter/random_weights.py"))
        .status()
        .unwrap();
    assert!(status.success(), "{status}");
}
