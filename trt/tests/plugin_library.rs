//! `examples/plugin_library.rs` as a program without Rust loads it: by TensorRT's registry, by `dlopen` alone, and by its
//! own function. Each way in a process of its own, with the fake TensorRT of each version.

mod fake_tensorrt;

use std::env;
use std::ffi::c_void;
use std::path::PathBuf;
use std::process::Command;

use fake_tensorrt::{Fake, Tensor, headers, only};
use trt::DataType;
use trt::plugin::Fields;

/// Tells a child process which fake and which way to take.
const VERSION: &str = "TRT_TEST_VERSION";

/// The library, which Cargo builds with the tests of this package.
fn library() -> PathBuf {
    let folder = env::current_exe().unwrap();
    let folder = folder.parent().unwrap().parent().unwrap().join("examples");
    let file = folder.join("libplugin_library.so");
    assert!(
        file.exists(),
        "{} is missing; run `cargo build -p trt --example plugin_library`, as `cargo test -p trt` does",
        file.display()
    );
    file
}

/// Runs the test of this name again for each version, in a process of its own.
fn in_child(test: &str, body: impl Fn(&Fake)) {
    if let Ok(version) = env::var(VERSION) {
        return body(&only(&version));
    }
    for (version, _) in headers() {
        let output = Command::new(env::current_exe().unwrap())
            .args(["--exact", "--nocapture", test])
            .env(VERSION, &version)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && text.contains("1 passed"),
            "{version}: {text}"
        );
    }
}

fn is_known(fake: &Fake) -> bool {
    let creators = fake.library().plugins().unwrap().creators().unwrap();
    creators.iter().any(|creator| creator.name == "Wrap")
}

/// The plugin works, and its errors are in the log of the process, which knows of no Rust.
fn use_plugin(fake: &Fake) {
    assert!(is_known(fake));
    assert_eq!(fake.fields("Wrap"), "check 5 1\n");
    let plugin = fake.create("Wrap", &Fields::new()).unwrap();
    let input = Tensor::new(DataType::Float, &[2, 3]).unknown(&[0]);
    let outputs = plugin.shapes(&[input], &[]).unwrap();
    assert_eq!(
        (outputs[0].actual(), outputs[0].declared()),
        (&[1, 2, 3][..], &[1, -1, 3][..])
    );
    let again = fake.deserialize(&plugin.serialize()).unwrap();
    assert_eq!(again.serialize(), plugin.serialize());
    let _ = plugin.types(&[DataType::Half]);
    assert!(
        fake.create("Wrap", &Fields::new().with("chek", 1))
            .is_none()
    );
    assert_eq!(
        fake.log(),
        "1 plugin Wrap: inputs: are [Half], expected one Float\n\
         1 plugin Wrap: field `chek`: is unknown; the plugin's fields are check\n"
    );
}

#[test]
fn tensorrt_loads_the_library() {
    in_child("tensorrt_loads_the_library", |fake| {
        let registry = fake.library().plugins().unwrap();
        let loaded = registry.load_library(library());
        if !fake.is_v3() {
            let error = loaded.unwrap_err().to_string();
            assert!(
                error.contains("is not available in TensorRT 8.2"),
                "{error}"
            );
            return;
        }
        let loaded = loaded.unwrap();
        use_plugin(fake);
        // SAFETY: no plugin is left.
        unsafe { registry.unload_library(loaded) }.unwrap();
        assert!(!is_known(fake));
        registry.load_library(library()).unwrap();
        assert!(is_known(fake));
    });
}

#[test]
fn a_program_only_opens_the_library() {
    in_child("a_program_only_opens_the_library", |fake| {
        assert!(!is_known(fake));
        // SAFETY: the library's initialiser registers plugins, as the test wants.
        let library = unsafe { libloading::Library::new(library()) }.unwrap();
        use_plugin(fake);
        // Closing it leaves the plugins, so the code must stay.
        drop(library);
        assert!(is_known(fake));
        fake.create("Wrap", &Fields::new()).unwrap();
    });
}

#[test]
fn a_program_calls_the_librarys_function_after_tensorrt_is_there() {
    type Init = unsafe extern "C" fn(*mut c_void, *const u8) -> bool;
    type Creators = unsafe extern "C" fn(*mut i32) -> *const *mut c_void;
    in_child(
        "a_program_calls_the_librarys_function_after_tensorrt_is_there",
        |fake| {
            // SAFETY: signatures as in `plugin_library!`.
            unsafe {
                let library = libloading::Library::new(library()).unwrap();
                let init: libloading::Symbol<'_, Init> =
                    library.get("initLibExamplePlugins").unwrap();
                // Twice is as good as once.
                assert!(init(std::ptr::null_mut(), c"".as_ptr().cast()));
                assert!(init(std::ptr::null_mut(), c"".as_ptr().cast()));
                use_plugin(fake);

                // Each generation of TensorRT is given the creators that it knows, and no others.
                for (name, own) in [
                    ("getCreators", fake.is_v3()),
                    ("getPluginCreators", !fake.is_v3()),
                ] {
                    let get: libloading::Symbol<'_, Creators> = library.get(name).unwrap();
                    let mut count = -1;
                    let list = get(&mut count);
                    assert_eq!(count, i32::from(own), "{name}");
                    assert!(!own || !(*list).is_null());
                }
            }
        },
    );
}

#[test]
fn without_tensorrt_the_library_opens_and_says_no() {
    type Init = unsafe extern "C" fn(*mut c_void, *const u8) -> bool;
    if env::var_os(VERSION).is_some() {
        return;
    }
    // SAFETY: signature as in `plugin_library!`.
    unsafe {
        let library = libloading::Library::new(library()).unwrap();
        let init: libloading::Symbol<'_, Init> = library.get("initLibExamplePlugins").unwrap();
        assert!(!init(std::ptr::null_mut(), c"".as_ptr().cast()));
        library.get::<*const c_void>("setLoggerFinder").unwrap();
    }
}
