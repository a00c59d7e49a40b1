//! Compiles the kernel where nvcc is: the one that `NVCC` names, or on the `PATH`. Without it the package compiles without the kernel.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=kernels");
    println!("cargo:rerun-if-env-changed=NVCC");
    println!("cargo:rustc-check-cfg=cfg(kernel)");
    let Some(toolkit) = toolkit() else {
        println!("cargo:warning=no nvcc: custom-plugin is compiled without its kernel; set NVCC");
        return Ok(());
    };
    cc::Build::new()
        .cuda(true)
        .cudart("none")
        .include(toolkit.join("include"))
        .flag("-arch=all-major")
        .file("kernels/squared_distances.cu")
        .try_compile("squared_distances")?;
    println!("cargo:rustc-cfg=kernel");
    // Static, so that the program starts without CUDA.
    for folder in ["lib64", "lib"] {
        let folder = toolkit.join(folder);
        println!("cargo:rustc-link-search=native={}", folder.display());
    }
    for library in ["static=cudart_static", "stdc++", "rt", "pthread", "dl"] {
        println!("cargo:rustc-link-lib={library}");
    }
    Ok(())
}

/// The folder of the toolkit that nvcc belongs to, as nvcc itself says.
fn toolkit() -> Option<PathBuf> {
    let nvcc = std::env::var("NVCC").unwrap_or_else(|_| "nvcc".to_owned());
    let run = Command::new(nvcc)
        .args(["--dryrun", "x.cu"])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&run.stderr).into_owned();
    let top = text.lines().find_map(|line| line.strip_prefix("#$ TOP="))?;
    Path::new(top).canonicalize().ok()
}
