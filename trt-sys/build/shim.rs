//! Compiling the shim for one set of headers.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::headers::{HeaderSet, Product};

const SOURCES: [&str; 15] = [
    "table.cpp",
    "enums.cpp",
    "builder.cpp",
    "config.cpp",
    "network.cpp",
    "add_layers.cpp",
    "layers.cpp",
    "attention.cpp",
    "runtime.cpp",
    "engine.cpp",
    "context.cpp",
    "context_bindings.cpp",
    "refitter.cpp",
    "onnx.cpp",
    "plugins.cpp",
];

const FEATURE: &str = "TRT_HAS_";

pub(crate) fn compile(
    set: &HeaderSet,
    shim: &Path,
    out: &Path,
) -> Result<(), Box<dyn std::error::Error>> {
    fs::create_dir_all(out)?;
    fs::write(out.join("trt_shim_config.h"), config(set, shim)?)?;
    let mut build = cc::Build::new();
    build
        .cpp(true)
        .std("c++17")
        .out_dir(out)
        .include(out)
        .include(shim)
        .include(shim.join("stub"))
        // As a system folder, so that NVIDIA's headers give no warnings.
        .flag("-isystem")
        .flag(&set.dir)
        .flag("-fvisibility=hidden")
        .flag("-fvisibility-inlines-hidden")
        .flag_if_supported("-Wno-deprecated-declarations")
        .files(SOURCES.iter().map(|file| shim.join(file)))
        .try_compile(&format!("trt_shim_{}", set.tag()))?;
    Ok(())
}

/// What differs among the sets: the names, and which of the features that the shim asks for the headers know.
fn config(set: &HeaderSet, shim: &Path) -> std::io::Result<String> {
    let tag = set.tag();
    let rtx = i32::from(set.product == Product::TensorRtRtx);
    let mut text = format!(
        "#pragma once\n\
         #define nvinfer1 nvinfer1_{tag}\n\
         #define nvonnxparser nvonnxparser_{tag}\n\
         #define TRT_SHIM_NAMESPACE trt_shim_{tag}\n\
         #define TRT_SHIM_TABLE {}\n\
         #define TRT_SHIM_RTX {rtx}\n",
        set.symbol()
    );
    let words = header_words(&set.dir)?;
    for feature in features(shim)? {
        // `TRT_HAS_f__T` asks for a function f that takes a T first.
        let known = match feature.split_once("__") {
            Some((function, parameter)) => words.contains(&format!("{function}({parameter}")),
            None => words.contains(&feature),
        };
        writeln!(text, "#define {FEATURE}{feature} {}", i32::from(known))
            .map_err(std::io::Error::other)?;
    }
    Ok(text)
}

/// Every NAME of a `TRT_HAS_NAME` in the shim's sources.
fn features(shim: &Path) -> std::io::Result<BTreeSet<String>> {
    let mut out = BTreeSet::new();
    for entry in fs::read_dir(shim)? {
        let path = entry?.path();
        if path.is_file() {
            let text = fs::read_to_string(&path)?;
            out.extend(
                text.split(FEATURE)
                    .skip(1)
                    .map(|rest| identifier(rest).to_owned()),
            );
        }
    }
    out.remove("");
    Ok(out)
}

/// All identifiers in the headers outside of comments; and `f(T` for a function with the type of its first parameter.
fn header_words(dir: &Path) -> std::io::Result<BTreeSet<String>> {
    let mut out = BTreeSet::new();
    for name in [
        "NvInfer.h",
        "NvInferRuntime.h",
        "NvInferRuntimeBase.h",
        "NvInferRuntimeCommon.h",
        "NvInferPluginBase.h",
    ] {
        let Ok(text) = fs::read_to_string(dir.join(name)) else {
            continue;
        };
        println!("cargo:rerun-if-changed={}", dir.join(name).display());
        let code = without_comments(&text);
        let mut rest = code.as_str();
        while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic() || c == '_') {
            let word = identifier(&rest[start..]);
            rest = &rest[start + word.len()..];
            out.insert(word.to_owned());
            if let Some(parameters) = rest.strip_prefix('(') {
                out.insert(format!("{word}({}", identifier(parameters)));
            }
        }
    }
    Ok(out)
}

fn identifier(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    &text[..end]
}

fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("/") {
        out.push_str(&rest[..start]);
        let comment = &rest[start..];
        let length = if comment.starts_with("//") {
            comment.find('\n')
        } else if comment.starts_with("/*") {
            comment.find("*/").map(|end| end + 2)
        } else {
            out.push('/');
            Some(1)
        };
        rest = length.map_or("", |length| &comment[length..]);
    }
    out + rest
}
