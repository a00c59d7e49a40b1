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

/// What the emulation lacks: CUDA's own algorithms, tensor cores, asynchronous copies.
const NOT_EMULATED: [&str; 3] = [
    "#include <cub/",
    "#include <mma.h>",
    "#include <cuda_pipeline.h>",
];

/// Compiles the kernels for the CPU, for tests of their arithmetic where there is no GPU; of the toolkit it takes the headers.
/// Kernels with what the emulation lacks answer that they are not supported.
fn emulate(toolkit: &Toolkit) -> Result<(), Box<dyn std::error::Error>> {
    let stand_ins = PathBuf::from(env::var("OUT_DIR")?).join("not_emulated.cpp");
    let (mut emulated, mut others) = (Vec::new(), String::new());
    for source in sources()? {
        let text = fs::read_to_string(&source)?;
        if NOT_EMULATED.iter().any(|include| text.contains(include)) {
            for line in text.lines() {
                let launcher = line.strip_prefix("PLUGINS_CUDA_LAUNCHER(");
                if let Some((name, _)) = launcher.and_then(|rest| rest.split_once(',')) {
                    // cudaErrorNotSupported
                    others += &format!(
                        "extern \"C\" int plugins_cuda_{name}(const void*, unsigned long, void*) {{ return 801; }}\n"
                    );
                }
            }
        } else {
            emulated.push(source);
        }
    }
    fs::write(&stand_ins, others)?;
    cc::Build::new()
        .cpp(true)
        .std("c++17")
        .include("emulation")
        .flag("-isystem")
        .flag(toolkit.include())
        .flag("-xc++")
        .flag("-include")
        .flag("emulation/emulation.h")
        .warnings(false)
        .debug(false)
        .opt_level(1)
        .files(emulated)
        .file(stand_ins)
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
