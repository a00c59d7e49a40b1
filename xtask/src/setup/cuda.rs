//! The CUDA compiler, out of the Python wheels that ship it.

use std::path::Path;

use anyhow::{Result, bail};

use super::python;

/// Where the wheels put the toolkit.
const TOOLKIT: &str = "nvidia/cu13";
/// Files without which kernels do not compile and link, one of each wheel.
const NEEDED: [&str; 5] = [
    "bin/nvcc",
    "include/crt/host_config.h",
    "nvvm/bin/cicc",
    "lib/libcudart_static.a",
    "include/cccl/cub/cub.cuh",
];

pub(super) fn is_complete(folder: &Path) -> bool {
    let toolkit = folder.join(TOOLKIT);
    NEEDED.iter().all(|file| toolkit.join(file).exists())
}

pub(super) fn install(partial: &Path) -> Result<()> {
    python::install_into(partial, "the CUDA compiler", "cuda-requirements.txt")?;
    if !is_complete(partial) {
        bail!("the packages of xtask/cuda-requirements.txt lack one of {NEEDED:?} under {TOOLKIT}");
    }
    Ok(())
}
