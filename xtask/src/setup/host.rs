//! What is installed on the machine already.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A TensorRT from NVIDIA's packages, JetPack or a container.
pub(crate) struct TensorRt {
    pub(crate) library: PathBuf,
    pub(crate) include: PathBuf,
}

/// Finds an installed TensorRT that can build here: library, headers, and a GPU, which TensorRT (unlike TensorRT-RTX)
/// needs to build an engine.
pub(crate) fn tensorrt() -> Option<TensorRt> {
    if !has_gpu() {
        return None;
    }
    Some(TensorRt {
        library: library()?,
        include: include()?,
    })
}

/// Whether an NVIDIA driver has a device; also on Jetson, whose driver has other device files.
pub(super) fn has_gpu() -> bool {
    ["/dev/nvidiactl", "/dev/nvhost-gpu", "/dev/nvgpu"]
        .iter()
        .any(|path| Path::new(path).exists())
}

/// How many GPUs the driver has; none where, as on Jetson, they are no `/dev/nvidia0` and so on.
pub(crate) fn gpus() -> usize {
    let numbered = |name: &str| {
        name.strip_prefix("nvidia")
            .is_some_and(|number| number.parse::<u32>().is_ok())
    };
    let devices = std::fs::read_dir("/dev").into_iter().flatten().flatten();
    devices
        .filter(|device| device.file_name().to_str().is_some_and(numbered))
        .count()
}

/// The CUDA compiler: of the toolkit that `CUDA_HOME` or `CUDA_PATH` names, on the `PATH`, or where NVIDIA's packages put it.
/// The build script of plugins-cuda looks in the same places.
pub(crate) fn nvcc() -> Option<PathBuf> {
    let named = ["CUDA_HOME", "CUDA_PATH"]
        .into_iter()
        .filter_map(std::env::var_os)
        .map(|toolkit| Path::new(&toolkit).join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = named.chain(std::env::split_paths(&path)).collect();
    folders
        .into_iter()
        .chain([PathBuf::from("/usr/local/cuda/bin")])
        .map(|folder| folder.join("nvcc"))
        .find(|nvcc| nvcc.is_file())
}

/// A TensorRT to load: the one that is named, or that the system's loader knows.
pub(super) fn library() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("TENSORRT_LIBRARY") {
        return Some(path.into());
    }
    let known = Command::new("ldconfig").arg("-p").output().ok()?;
    String::from_utf8_lossy(&known.stdout)
        .lines()
        .find_map(|line| {
            let (name, path) = line.split_once(" => ")?;
            let name = name.trim_start();
            (name.starts_with("libnvinfer.so.") || name.starts_with("libtensorrt_rtx.so."))
                .then(|| PathBuf::from(path))
        })
}

fn include() -> Option<PathBuf> {
    let listed = std::env::var_os("TENSORRT_INCLUDE").unwrap_or_default();
    let usual = [
        format!("/usr/include/{}-linux-gnu", std::env::consts::ARCH),
        "/usr/include".into(),
        "/usr/local/include".into(),
        "/usr/local/tensorrt/include".into(),
        "/opt/tensorrt/include".into(),
    ];
    std::env::split_paths(&listed)
        .chain(usual.into_iter().map(PathBuf::from))
        .find(|folder| folder.join("NvInferVersion.h").exists())
}

/// Python interpreters to try, best first: the user's choice, the default one, then the newest.
pub(crate) fn pythons() -> Vec<String> {
    match std::env::var("PYTHON") {
        Ok(chosen) => vec![chosen],
        Err(_) => [
            "python3",
            "python3.13",
            "python3.12",
            "python3.11",
            "python3.10",
        ]
        .map(String::from)
        .into(),
    }
}

/// Whether this interpreter has exactly the PyTorch and torchvision that the project is bound to.
pub(crate) fn has_pytorch(python: &str) -> bool {
    let check = "from importlib.metadata import version as v; import sys; \
                 sys.exit(not (v('torch').startswith('2.11.0') and v('torchvision').startswith('0.26.0')))";
    Command::new(python)
        .args(["-c", check])
        .output()
        .is_ok_and(|run| run.status.success())
}
