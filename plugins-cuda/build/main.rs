//! Compiles every `kernels/*.cu` with nvcc. Without nvcc the crate compiles all the same, and its plugins answer that they
//! have no kernels.

mod architectures;
mod toolkit;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use architectures::Code;
use toolkit::Toolkit;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rerun-if-changed=kernels");
    println!("cargo:rerun-if-changed=emulation");
    println!("cargo:rustc-check-cfg=cfg(kernels)");
    let toolkit = Toolkit::find(Path::new(&env::var("CARGO_MANIFEST_DIR")?));
    let code = match toolkit {
        Some(toolkit) if env::var_os("CARGO_FEATURE_EMULATION").is_some() => {
            emulate(&toolkit)?;
            Vec::new()
        }
        Some(toolkit) => compile(&toolkit)?,
        None => {
            println!(
                "cargo:warning=no nvcc: plugins-cuda is compiled without kernels; `cargo xtask setup --only cuda` installs one"
            );
            Vec::new()
        }
    };
    let names: Vec<String> = code.iter().map(Code::name).collect();
    println!("cargo:rustc-env=PLUGINS_CUDA_CODE={}", names.join(" "));
    Ok(())
}

/// Compiles and links the kernels; returns for what.
fn compile(toolkit: &Toolkit) -> Result<Vec<Code>, Box<dyn std::error::Error>> {
    let code = architectures::chosen(&toolkit.architectures()?)?;
    if is_linting() {
        println!("cargo:rustc-cfg=kernels");
        return Ok(code);
    }
    // SAFETY: nothing else runs in this process yet.
    unsafe { env::set_var("NVCC", &toolkit.nvcc) };
    cc::Build::new()
        .cuda(true)
        // With its link lines in the right order below.
        .cudart("none")
        .std("c++17")
        .include(toolkit.include())
        .include(toolkit.include().join("cccl"))
        // Kernels run in the time that they need, also in tests; and `-G`, which cc makes of `debug`, changes them.
        .debug(false)
        .opt_level(3)
        .flag("-lineinfo")
        .flags(code.iter().map(Code::flag))
        .files(sources()?)
        .try_compile("plugins_cuda_kernels")?;
    println!("cargo:rustc-cfg=kernels");
    // Static, so that a program with kernels starts without CUDA, as every program of this project does.
    println!(
        "cargo:rustc-link-search=native={}",
        toolkit.libraries()?.display()
    );
    println!("cargo:rustc-link-lib=static=cudart_static");
    for library in ["stdc++", "rt", "pthread", "dl"] {
        println!("cargo:rustc-link-lib={library}");
    }
    Ok(code)
}

/// Whether this is a build of Clippy's, which is kept apart from others and links nothing: nvcc would work minutes for it.
fn is_linting() -> bool {
    let wrapper = env::var_os("RUSTC_WORKSPACE_WRAPPER").unwrap_or_default();
    Path::new(&wrapper).file_stem() == Some("clippy-driver".as_ref())
}

/// Compiles the kernels for the CPU, for tests of their arithmetic where there is no GPU; of the toolkit it takes the headers.
fn emulate(toolkit: &Toolkit) -> Result<(), Box<dyn std::error::Error>> {
    cc::Build::new()
        .cpp(true)
        .std("c++17")
        .include("emulation")
        .flag("-isystem")
        .flag(toolkit.include())
        .flag("-xc++")
        .flag("-include")
        .flag("emulation/emulation.h")
        // Its check of longjmp takes a change of stacks for an error.
        .flag("-U_FORTIFY_SOURCE")
        .warnings(false)
        .debug(false)
        .opt_level(1)
        .files(sources()?)
        .file("emulation/emulation.cpp")
        .try_compile("plugins_cuda_kernels")?;
    println!("cargo:rustc-cfg=kernels");
    Ok(())
}

fn sources() -> io::Result<Vec<PathBuf>> {
    let mut sources = Vec::new();
    for entry in fs::read_dir("kernels")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "cu") {
            sources.push(path);
        }
    }
    sources.sort();
    Ok(sources)
}
