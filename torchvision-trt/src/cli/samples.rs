//! Files and folders of inputs that a command is given.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// What a file of inputs is, by its name.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Photograph,
    /// All inputs of one run, by name.
    Recorded,
}

impl Kind {
    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Photograph => &["jpg", "jpeg", "png"],
            Self::Recorded => &["safetensors"],
        }
    }

    fn name(self) -> String {
        let what = match self {
            Self::Photograph => "photographs",
            Self::Recorded => "files of tensors",
        };
        format!("{what} (.{})", self.extensions().join(", ."))
    }

    pub(super) fn is(self, path: &Path) -> bool {
        let extension = path.extension().unwrap_or_default();
        (self.extensions().iter()).any(|known| extension.eq_ignore_ascii_case(known))
    }
}

/// The files that were given, and those in the folders that were given, by name.
pub(super) fn files(given: &[PathBuf], kinds: &[Kind]) -> Result<Vec<PathBuf>> {
    let is_one = |path: &Path| kinds.iter().any(|kind| kind.is(path));
    let wanted = || {
        let names: Vec<_> = kinds.iter().map(|kind| kind.name()).collect();
        names.join(" or ")
    };
    let mut files = Vec::new();
    for path in given {
        let cannot = || format!("cannot read {}", path.display());
        if !fs::metadata(path).with_context(cannot)?.is_dir() {
            ensure!(
                is_one(path),
                "{} is none of the {} that are asked for",
                path.display(),
                wanted()
            );
            files.push(path.clone());
            continue;
        }
        let mut inside = Vec::new();
        for entry in fs::read_dir(path).with_context(cannot)? {
            let file = entry.with_context(cannot)?.path();
            if is_one(&file) {
                inside.push(file);
            }
        }
        ensure!(
            !inside.is_empty(),
            "{} holds no {}",
            path.display(),
            wanted()
        );
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}
