//! Packages with models that are not torchvision's, in a folder of their own beside the Python environment.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::python;
use crate::workspace::{root, run_quietly};

const REQUIREMENTS: &str = include_str!("../../model-requirements.txt");

pub(super) fn is_complete(folder: &Path) -> bool {
    let mut pins = (REQUIREMENTS.lines()).filter_map(|line| line.split_once("=="));
    pins.all(|(name, version)| {
        let information = format!("{}-{version}.dist-info", name.to_lowercase());
        folder.join(information).exists()
    })
}

pub(super) fn install(partial: &Path) -> Result<()> {
    let mut install = Command::new(python::with_pip()?);
    install.args([
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--no-deps",
        "--only-binary=:all:",
        "--upgrade",
        "--target",
    ]);
    install.arg(partial).arg("--requirement");
    run_quietly(
        "installing timm, transformers and what they need",
        install.arg(root().join("xtask/model-requirements.txt")),
    )
}
