//! The shared library as a program without Rust sees it, where there is neither TensorRT nor a GPU.

use std::ffi::{c_char, c_void};
use std::path::PathBuf;

use libloading::{Library, Symbol};

/// The library, which Cargo builds with the tests of this package.
fn library() -> Library {
    let program = std::env::current_exe().unwrap();
    let file: PathBuf = program.with_file_name("libtrt_plugins_cuda.so");
    assert!(file.exists(), "{} is missing", file.display());
    // SAFETY: loading it registers its plugins where TensorRT is loaded, and does nothing else.
    unsafe { Library::new(&file).unwrap() }
}

#[test]
fn all_entry_points_are_exported() {
    let library = library();
    for name in [
        "getCreators",
        "getPluginCreators",
        "setLoggerFinder",
        "initLibTrtPluginsCuda",
    ] {
        // SAFETY: the symbol is looked up, not called.
        let symbol: Result<Symbol<'_, *const c_void>, _> = unsafe { library.get(name) };
        assert!(symbol.is_ok(), "{name} is not exported");
    }
}

#[test]
fn every_plugin_has_a_creator() {
    let library = library();
    let mut count = -1;
    // SAFETY: the signature is that of TensorRT's plugin libraries.
    let creators = unsafe {
        let get: Symbol<'_, unsafe extern "C" fn(*mut i32) -> *const *mut c_void> =
            library.get("getCreators").unwrap();
        get(&mut count)
    };
    assert!(!creators.is_null());
    assert_eq!(count as usize, plugins_cuda::ALL.len());
}

/// Without TensorRT there is nothing to register plugins in.
#[test]
fn initialization_says_that_tensorrt_is_missing() {
    let library = library();
    // SAFETY: the signature is that of initLibNvInferPlugins.
    let registered = unsafe {
        let init: Symbol<'_, unsafe extern "C" fn(*mut c_void, *const c_char) -> bool> =
            library.get("initLibTrtPluginsCuda").unwrap();
        init(std::ptr::null_mut(), c"".as_ptr())
    };
    assert!(!registered);
}
