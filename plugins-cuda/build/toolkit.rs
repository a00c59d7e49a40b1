//! Where the CUDA toolkit is.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) struct Toolkit {
    pub(crate) nvcc: PathBuf,
    root: PathBuf,
}

impl Toolkit {
    /// The toolkit that `CUDA_HOME` or `CUDA_PATH` names, that of the nvcc on the `PATH`, where NVIDIA's packages put it, or
    /// the one that `cargo xtask setup` installed.
    pub(crate) fn find(manifest: &Path) -> Option<Self> {
        let named = ["CUDA_HOME", "CUDA_PATH"].into_iter().filter_map(|name| {
            println!("cargo:rerun-if-env-changed={name}");
            env::var_os(name).map(|root| PathBuf::from(root).join("bin"))
        });
        println!("cargo:rerun-if-env-changed=PATH");
        let path = env::var_os("PATH").unwrap_or_default();
        let found = named
            .chain(env::split_paths(&path))
            .chain([PathBuf::from("/usr/local/cuda/bin")])
            .map(|folder| folder.join("nvcc"))
            .find(|nvcc| nvcc.is_file());
        let nvcc = found.or_else(|| {
            let installed = manifest.join("../.deps/cuda/nvidia/cu13/bin/nvcc");
            println!("cargo:rerun-if-changed={}", installed.display());
            installed.is_file().then_some(installed)
        })?;
        // The nvcc on the PATH may be a link into the toolkit.
        let nvcc = nvcc.canonicalize().ok()?;
        let root = nvcc.parent()?.parent()?.to_owned();
        Some(Self { nvcc, root })
    }

    pub(crate) fn include(&self) -> PathBuf {
        self.root.join("include")
    }

    /// The folder of `libcudart_static.a`.
    pub(crate) fn libraries(&self) -> Result<PathBuf, String> {
        let target = env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
        let target = if target == "aarch64" { "sbsa" } else { &target };
        let candidates = [
            "lib64".to_owned(),
            "lib".to_owned(),
            format!("targets/{target}-linux/lib"),
            "targets/aarch64-linux/lib".to_owned(),
        ];
        candidates
            .iter()
            .map(|folder| self.root.join(folder))
            .find(|folder| folder.join("libcudart_static.a").is_file())
            .ok_or_else(|| {
                format!(
                    "the CUDA toolkit {} has no libcudart_static.a in {}",
                    self.root.display(),
                    candidates.join(", ")
                )
            })
    }

    /// The architectures that this nvcc compiles for, as numbers: 75 is compute capability 7.5.
    pub(crate) fn architectures(&self) -> Result<Vec<u32>, String> {
        let failed = |reason: &dyn std::fmt::Display| {
            format!("`{} --list-gpu-arch`: {reason}", self.nvcc.display())
        };
        let run = Command::new(&self.nvcc)
            .arg("--list-gpu-arch")
            .output()
            .map_err(|error| failed(&error))?;
        let mut known: Vec<u32> = String::from_utf8_lossy(&run.stdout)
            .lines()
            .filter_map(|line| line.trim().strip_prefix("compute_")?.parse().ok())
            .collect();
        known.sort_unstable();
        if known.is_empty() {
            return Err(failed(&String::from_utf8_lossy(&run.stderr)));
        }
        Ok(known)
    }
}
