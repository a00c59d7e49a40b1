//! Packages with models that are not torchvision's, in a folder of their own beside the Python environment.

use std::path::Path;

use anyhow::Result;

use super::python;

const REQUIREMENTS: &str = include_str!("../../model-requirements.txt");

pub(super) fn is_complete(folder: &Path) -> bool {
    let mut pins = (REQUIREMENTS.lines()).filter_map(|line| line.split_once("=="));
    pins.all(|(name, version)| {
        let information = format!("{}-{version}.dist-info", name.to_lowercase());
        folder.join(information).exists()
    })
}

pub(super) fn install(partial: &Path) -> Result<()> {
    let what = "timm, transformers and what they need";
    python::install_into(partial, what, "model-requirements.txt")
}
