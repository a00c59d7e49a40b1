//! The steps that stand for torchvision's in exported detection models (`python/detection.py`) give what torchvision gives.

use std::path::Path;
use std::process::Command;

#[test]
fn counterparts_give_what_torchvision_gives() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = package.join("../.deps/python/bin/python");
    if !python.exists() {
        println!("skipped: no Python with PyTorch, which `cargo xtask setup` installs");
        return;
    }
    let status = Command::new(python)
        .arg(package.join("tests/detection/counterparts.py"))
        .status()
        .unwrap();
    assert!(status.success(), "{status}");
}
