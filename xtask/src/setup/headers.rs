//! TensorRT header files, out of the source folder of a crate that Cargo fetches.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::workspace::{cargo, output, root};

/// (folder in the crate, folder here)
const SETS: [(&str, &str); 2] = [
    ("TRT-RTX-1.7", "tensorrt-rtx-1.7"),
    ("TRT-Enterprise-11.4", "tensorrt-11.4"),
];

pub(super) fn is_complete(folder: &Path) -> bool {
    SETS.iter()
        .all(|(_, name)| folder.join(name).join("NvInferVersion.h").exists())
}

pub(super) fn install(partial: &Path) -> Result<()> {
    let sources = crate_folder()?.join("TensorRT-Headers");
    for (from, to) in SETS {
        copy_folder(&sources.join(from), &partial.join(to))?;
    }
    Ok(())
}

/// Source folder of the crate, which Cargo downloads on the way to its metadata.
fn crate_folder() -> Result<PathBuf> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        manifest_path: PathBuf,
    }
    let manifest = root().join("xtask/headers/Cargo.toml");
    let command: &mut Command = &mut cargo([
        "metadata",
        "--quiet",
        "--locked",
        "--format-version",
        "1",
        "--manifest-path",
    ]);
    let metadata: Metadata = serde_json::from_str(&output(command.arg(manifest))?)?;
    let package = metadata
        .packages
        .into_iter()
        .find(|package| package.name == "trtx-sys");
    let manifest = package
        .context("cargo metadata does not list the crate trtx-sys")?
        .manifest_path;
    Ok(manifest
        .parent()
        .context("the manifest has no folder")?
        .to_owned())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let (entry, target) = entry.map(|entry| (entry.path(), to.join(entry.file_name())))?;
        if entry.is_dir() {
            copy_folder(&entry, &target)?;
        } else {
            fs::copy(&entry, &target)
                .with_context(|| format!("cannot write {}", target.display()))?;
        }
    }
    Ok(())
}
