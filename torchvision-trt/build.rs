//! Lets programs built with feature `tch` find libtorch at run time.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_TCH").is_none() {
        return;
    }
    // torch-sys passes its library folder to direct dependents only, which is why it is one of ours.
    let Some(folder) = std::env::var_os("DEP_TCH_LIBTORCH_LIB").map(std::path::PathBuf::from)
    else {
        println!(
            "cargo:warning=torch-sys did not say where libtorch is: set LD_LIBRARY_PATH to run"
        );
        return;
    };
    println!("cargo:rustc-link-arg=-Wl,-rpath,{}", folder.display());
    // Link arguments reach the programs of this package only; those of dependents ask for DEP_TORCHVISION_TRT_LIBTORCH.
    println!("cargo:libtorch={}", folder.display());
    // libtorch finds CUDA by static initializers alone, so the linker thinks nobody needs libtorch_cuda and drops it.
    if folder.join("libtorch_cuda.so").exists() {
        println!("cargo:rustc-link-arg=-Wl,--no-as-needed");
        println!("cargo:rustc-link-arg=-ltorch_cuda");
        println!("cargo:rustc-link-arg=-Wl,--as-needed");
    }
}
