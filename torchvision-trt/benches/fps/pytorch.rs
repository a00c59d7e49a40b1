//! PyTorch's side: the Python of the benches, and the processes that run it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::Bench;
use super::setting::{Peer, Setting};

/// The Python of the benches, part of this program so that it runs where no sources are.
const SCRIPTS: [(&str, &str); 3] = [
    (
        "bench_pytorch.py",
        include_str!("../../python/bench_pytorch.py"),
    ),
    ("export.py", include_str!("../../python/export.py")),
    ("detection.py", include_str!("../../python/detection.py")),
];

fn scripts(work: &Path) -> PathBuf {
    work.join("python")
}

/// Writes the Python into a folder of its own, before any process reads it.
pub(super) fn write_scripts(work: &Path) -> Result<()> {
    let folder = scripts(work);
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    for (name, source) in SCRIPTS {
        let path = folder.join(name);
        std::fs::write(&path, source).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

/// bench_pytorch.py, before its arguments.
pub(super) fn command(bench: &Bench<'_>) -> Command {
    let mut command = Command::new(bench.options.python());
    command.arg(scripts(&bench.options.work()).join(SCRIPTS[0].0));
    command
}

/// The process of a peer in a setting. All that torch.compile keeps on disk is in a folder of both.
pub(super) fn peer(bench: &Bench<'_>, setting: &Setting, peer: Peer) -> Command {
    let work = bench.options.work();
    let mut command = command(bench);
    command
        .args(["peer", &peer.argument(), "--model", &setting.model])
        .args(["--precision", &setting.precision.to_string()])
        .args(["--device", &bench.options.pytorch_device, "--program"])
        .arg(setting.program(&work));
    if peer.compiles() {
        let cache = setting.compile_cache(&work, peer);
        command
            .env("TRITON_CACHE_DIR", cache.join("triton"))
            .env("TORCHINDUCTOR_CACHE_DIR", cache);
    }
    command
}

/// Cores for each of so many processes.
pub(super) fn threads(jobs: usize) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    (cores / jobs.max(1)).max(1).to_string()
}
