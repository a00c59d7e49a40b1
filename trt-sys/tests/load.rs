//! What loading says when it cannot.

use std::path::{Path, PathBuf};

use trt_sys::{Library, LoadError};

fn scratch(name: &str, bytes: &[u8]) -> std::io::Result<PathBuf> {
    let path = std::env::temp_dir().join(format!("trt-sys-{}-{name}", std::process::id()));
    std::fs::write(&path, bytes)?;
    Ok(path)
}

#[test]
fn a_missing_file_is_named() {
    let error =
        Library::open(Path::new("/no/such/libnvinfer.so")).expect_err("the file is not there");
    assert!(
        matches!(&error, LoadError::Open { path, .. } if path == Path::new("/no/such/libnvinfer.so")),
        "{error:?}"
    );
    assert!(
        error.to_string().contains("/no/such/libnvinfer.so"),
        "{error}"
    );
}

#[test]
fn a_file_that_is_no_library_is_named_with_the_reason() -> std::io::Result<()> {
    let path = scratch("text.so", &[b'x'; 4096])?;
    let result = Library::open(&path);
    std::fs::remove_file(&path)?;
    let error = result.expect_err("the file is text");
    assert!(
        matches!(&error, LoadError::Open { reason, .. } if reason.contains("ELF")),
        "{error:?}"
    );
    Ok(())
}

#[cfg(target_os = "linux")]
#[test]
fn another_library_is_not_taken_for_tensorrt() {
    let error = Library::open(Path::new("libc.so.6")).expect_err("the C library is not TensorRT");
    assert!(
        matches!(
            error,
            LoadError::MissingSymbol {
                symbol: "getInferLibVersion",
                ..
            }
        ),
        "{error:?}"
    );
    assert!(error.to_string().contains("libnvinfer.so"), "{error}");
}

/// A library that claims a version, compiled here.
#[cfg(target_os = "linux")]
#[test]
fn a_version_without_a_table_names_the_remedy() -> Result<(), Box<dyn std::error::Error>> {
    let source = scratch(
        "version.c",
        b"int getInferLibVersion(void) { return 990000; }",
    )?;
    let library = source.with_extension("so");
    let status = std::process::Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()))
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &source])
        .status()?;
    assert!(status.success(), "the C compiler failed");
    let result = Library::open(&library);
    std::fs::remove_file(&source)?;
    std::fs::remove_file(&library)?;
    let error = result.expect_err("no headers of version 99 exist");
    assert!(
        matches!(&error, LoadError::NoTable { library, .. } if library == "TensorRT 99.0.0"),
        "{error:?}"
    );
    assert!(error.to_string().contains("TENSORRT_INCLUDE"), "{error}");
    Ok(())
}

/// In a process of its own: the environment and the current folder decide what is found.
#[test]
fn the_chosen_file_is_the_only_one_tried() -> Result<(), Box<dyn std::error::Error>> {
    const CHILD: &str = "TRT_SYS_TEST_CHILD";
    if std::env::var_os(CHILD).is_some() {
        let error = Library::load().expect_err("the chosen file does not exist");
        assert!(
            matches!(&error, LoadError::Open { path, .. } if path == Path::new("/no/such/file")),
            "{error:?}"
        );
        return Ok(());
    }
    let output = std::process::Command::new(std::env::current_exe()?)
        .args(["--exact", "the_chosen_file_is_the_only_one_tried"])
        .env(CHILD, "1")
        .env(trt_sys::LIBRARY_VARIABLE, "/no/such/file")
        .output()?;
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    Ok(())
}

#[test]
fn not_found_lists_the_places_and_the_ways_out() {
    let text = LoadError::NotFound {
        searched: vec!["here".into(), "there".into()],
    }
    .to_string();
    for part in [
        "here, there",
        "cargo xtask setup",
        "TENSORRT_LIBRARY",
        "docs.nvidia.com",
    ] {
        assert!(text.contains(part), "{part} is missing in: {text}");
    }
}
