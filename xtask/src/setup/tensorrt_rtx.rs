//! The TensorRT-RTX library, out of a Python wheel that ships it.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::python;
use crate::workspace::run_quietly;

const WHEEL: &str = "onnxruntime-ep-nv-tensorrt-rtx-cu13==0.5.0";
/// Beginnings of the names of the files wanted of the wheel.
const LIBRARIES: [&str; 3] = [
    "libtensorrt_rtx.so.1.7.1",
    "libtensorrt_onnxparser_rtx.so.1.7.1",
    "libcudart.so.13",
];

pub(super) fn is_complete(folder: &Path) -> bool {
    let Ok(files) = fs::read_dir(folder) else {
        return false;
    };
    let names: Vec<_> = files
        .flatten()
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .collect();
    LIBRARIES
        .iter()
        .all(|library| names.iter().any(|name| name.starts_with(library)))
}

pub(super) fn install(partial: &Path) -> Result<()> {
    if std::env::consts::ARCH != "x86_64" {
        bail!(
            "TensorRT-RTX comes for x86-64 only, this machine is {}: install TensorRT from NVIDIA's packages (JetPack has it), \
             or name its library in TENSORRT_LIBRARY",
            std::env::consts::ARCH
        );
    }
    let pip = python::with_pip()?;
    let mut download = Command::new(pip);
    download.args([
        "-m",
        "pip",
        "--disable-pip-version-check",
        "download",
        "--no-deps",
        "--only-binary=:all:",
    ]);
    run_quietly(
        "downloading TensorRT-RTX",
        download.arg("--dest").arg(partial).arg(WHEEL),
    )?;
    let wheel = fs::read_dir(partial)?
        .flatten()
        .map(|file| file.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .context("pip downloaded no wheel")?;
    unpack(&wheel, partial).with_context(|| format!("cannot unpack {}", wheel.display()))?;
    fs::remove_file(&wheel)?;
    if !is_complete(partial) {
        bail!(
            "the wheel {WHEEL} lacks one of {LIBRARIES:?}; has it been replaced by another build?"
        );
    }
    Ok(())
}

fn unpack(wheel: &Path, folder: &Path) -> Result<()> {
    let mut archive = zip::ZipArchive::new(File::open(wheel)?)?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let path = entry
            .enclosed_name()
            .context("an entry of the wheel would leave its folder")?;
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        if LIBRARIES.iter().any(|library| name.starts_with(library)) {
            let target = folder.join(name);
            let mut file = File::create(&target)
                .with_context(|| format!("cannot write {}", target.display()))?;
            io::copy(&mut entry, &mut file)?;
        }
    }
    Ok(())
}
