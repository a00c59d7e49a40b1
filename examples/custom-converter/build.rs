//! With feature `tch`, tells the programs of this package where libtorch is.

fn main() {
    if let Some(folder) = std::env::var_os("DEP_TORCHVISION_TRT_LIBTORCH") {
        println!("cargo:rustc-link-arg=-Wl,-rpath,{}", folder.display());
    }
}
