//! `cargo xtask codegen`: writes `trt-sys/src/bindings.rs` from `trt-sys/shim/shim.h`; `--check` only compares.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};
use bindgen::callbacks::{EnumVariantValue, ParseCallbacks};

const BANNER: &str = "\
// GENERATED from shim/shim.h by `cargo xtask codegen`. Do not edit.

#![allow(missing_docs, non_camel_case_types)]
// bindgen's `Default` zeroes structs of integers and pointers, without a comment at each.
#![allow(clippy::undocumented_unsafe_blocks)]
";

#[derive(clap::Args)]
#[command(about = "Generate trt-sys/src/bindings.rs from the shim's C header")]
pub(crate) struct Options {
    /// Write nothing; fail if the committed file is not what would be written.
    #[arg(long)]
    pub check: bool,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("xtask has no parent folder")?;
    if std::env::var_os("LIBCLANG_PATH").is_none() {
        return run_with(&libclang(root)?);
    }
    let file = root.join("trt-sys/src/bindings.rs");
    let fresh = bindings(root)?;
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    if fresh == committed {
        return Ok(());
    }
    if options.check {
        bail!(
            "trt-sys/src/bindings.rs is not what shim/shim.h gives; run `cargo xtask codegen` and commit the result"
        );
    }
    let partial = file.with_extension("rs.partial");
    std::fs::write(&partial, fresh)
        .with_context(|| format!("cannot write {}", partial.display()))?;
    std::fs::rename(&partial, &file).with_context(|| format!("cannot replace {}", file.display()))
}

fn bindings(root: &Path) -> anyhow::Result<String> {
    let header = root.join("trt-sys/shim/shim.h");
    let text = bindgen::Builder::default()
        .header(
            header
                .to_str()
                .context("the path of the workspace is not UTF-8")?,
        )
        .clang_args(compiler_include().map(|dir| format!("-I{}", dir.display())))
        .parse_callbacks(Box::new(ShortVariants))
        .allowlist_item("Trt.*|TRT_.*")
        // A newtype, never a Rust enum: a newer library may hand out numbers that we do not know.
        .default_enum_style(bindgen::EnumVariation::NewType {
            is_bitfield: false,
            is_global: false,
        })
        .derive_default(true)
        .impl_debug(true)
        .layout_tests(true)
        .generate_comments(false)
        .raw_line(BANNER)
        .disable_header_comment()
        .formatter(bindgen::Formatter::None)
        .generate()
        .context("bindgen cannot read trt-sys/shim/shim.h")?
        .to_string();
    rustfmt(&text)
}

/// `TrtDataType::TRT_DATA_TYPE_FLOAT` becomes `TrtDataType::FLOAT`.
#[derive(Debug)]
struct ShortVariants;

impl ParseCallbacks for ShortVariants {
    fn enum_variant_name(
        &self,
        enum_name: Option<&str>,
        variant: &str,
        _: EnumVariantValue,
    ) -> Option<String> {
        let prefix = screaming_snake(enum_name?.trim_start_matches("enum "));
        variant
            .strip_prefix(&prefix)?
            .strip_prefix('_')
            .map(str::to_owned)
    }
}

fn screaming_snake(camel: &str) -> String {
    let mut out = String::new();
    for (index, c) in camel.char_indices() {
        if c.is_ascii_uppercase() && index > 0 {
            out.push('_');
        }
        out.push(c.to_ascii_uppercase());
    }
    out
}

/// Runs this very command again: bindgen learns where libclang is from the environment only.
fn run_with(libclang: &Path) -> anyhow::Result<()> {
    let status = Command::new(std::env::current_exe()?)
        .args(std::env::args_os().skip(1))
        .env("LIBCLANG_PATH", libclang)
        .status()
        .context("cannot start xtask again")?;
    ensure!(status.success(), "code generation failed");
    Ok(())
}

/// Folder with the libclang that `cargo xtask setup` installed with the Python packages.
fn libclang(root: &Path) -> anyhow::Result<PathBuf> {
    let lib = root.join(".deps/python/lib");
    let python = std::fs::read_dir(&lib).into_iter().flatten().flatten();
    python
        .map(|entry| entry.path().join("site-packages/clang/native"))
        .find(|dir| dir.is_dir())
        .with_context(|| {
            format!(
                "no libclang under {}: run `cargo xtask setup` or set LIBCLANG_PATH",
                lib.display()
            )
        })
}

/// The PyPI libclang comes without `stddef.h` and `stdint.h`; the C compiler has them.
fn compiler_include() -> Option<PathBuf> {
    let cc = std::env::var_os("CC").unwrap_or_else(|| OsString::from("cc"));
    let output = Command::new(cc)
        .arg("-print-file-name=include")
        .output()
        .ok()?;
    let dir = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    dir.is_absolute().then_some(dir)
}

fn rustfmt(text: &str) -> anyhow::Result<String> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start rustfmt (rustup component add rustfmt)")?;
    let mut stdin = child
        .stdin
        .take()
        .context("rustfmt has no standard input")?;
    stdin.write_all(text.as_bytes())?;
    drop(stdin);
    let output = child.wait_with_output()?;
    ensure!(
        output.status.success(),
        "rustfmt failed on the generated bindings"
    );
    Ok(String::from_utf8(output.stdout)?)
}
