//! Where sets of TensorRT headers are, and which version each is.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Product {
    TensorRt,
    TensorRtRtx,
}

/// A folder with `NvInfer.h`, and the version that its `NvInferVersion.h` states.
pub(crate) struct HeaderSet {
    pub(crate) dir: PathBuf,
    pub(crate) product: Product,
    pub(crate) major: u32,
}

impl HeaderSet {
    /// `trt10`, `rtx1`: one table for each.
    pub(crate) fn tag(&self) -> String {
        let product = match self.product {
            Product::TensorRt => "trt",
            Product::TensorRtRtx => "rtx",
        };
        format!("{product}{}", self.major)
    }

    pub(crate) fn symbol(&self) -> String {
        format!("trt_api_{}", self.tag())
    }

    fn read(dir: &Path) -> Option<Self> {
        let version = dir.join("NvInferVersion.h");
        if !dir.join("NvInfer.h").is_file() {
            return None;
        }
        let text = fs::read_to_string(&version).ok()?;
        println!("cargo:rerun-if-changed={}", version.display());
        let (product, major) = match number(&text, "TRT_MAJOR_RTX") {
            Some(major) => (Product::TensorRtRtx, major),
            None => (
                Product::TensorRt,
                number(&text, "NV_TENSORRT_MAJOR")
                    .or_else(|| number(&text, "TRT_MAJOR_ENTERPRISE"))?,
            ),
        };
        Some(Self {
            dir: dir.to_owned(),
            product,
            major,
        })
    }
}

/// The value of `#define NAME 10`.
fn number(text: &str, name: &str) -> Option<u32> {
    text.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        (words.next() == Some("#define") && words.next() == Some(name))
            .then(|| words.next()?.parse().ok())
            .flatten()
    })
}

/// All sets, the first found of each product and major version.
pub(crate) fn find(manifest: &Path) -> Vec<HeaderSet> {
    println!("cargo:rerun-if-env-changed=TENSORRT_INCLUDE");
    let mut sets: Vec<HeaderSet> = Vec::new();
    for dir in candidates(manifest) {
        if let Some(set) = HeaderSet::read(&dir)
            && !sets.iter().any(|known| known.tag() == set.tag())
        {
            sets.push(set);
        }
    }
    sets
}

fn candidates(manifest: &Path) -> Vec<PathBuf> {
    let mut dirs: Vec<PathBuf> = env::var_os("TENSORRT_INCLUDE")
        .map(|list| env::split_paths(&list).collect())
        .unwrap_or_default();

    // What `cargo xtask setup` prepared. Cargo looks again when something is added, or the folder itself appears.
    let workspace = manifest.parent().unwrap_or(manifest);
    let prepared = workspace.join(".deps/headers");
    if prepared.is_dir() {
        println!("cargo:rerun-if-changed={}", prepared.display());
        dirs.extend(subfolders(&prepared));
    } else if workspace.join("Cargo.lock").is_file() {
        println!("cargo:rerun-if-changed={}", prepared.display());
    }

    // Where the packages of NVIDIA put them.
    let arch = env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    dirs.extend(
        [
            format!("/usr/include/{arch}-linux-gnu"),
            "/usr/include".to_owned(),
            "/usr/local/tensorrt/include".to_owned(),
            "/opt/tensorrt/include".to_owned(),
            "/usr/local/cuda/include".to_owned(),
            format!("/usr/local/cuda/targets/{arch}-linux/include"),
        ]
        .map(PathBuf::from),
    );
    dirs
}

fn subfolders(dir: &Path) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = fs::read_dir(dir)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    // Newest version first, the same order on every machine.
    out.sort();
    out.reverse();
    out
}
