//! A Python environment with PyTorch: packages of an installed PyTorch of the right version are borrowed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::host;
use crate::workspace::{deps, output, python, root, run_quietly};

pub(super) fn is_complete(folder: &Path) -> bool {
    let requirements = requirements();
    let interpreter = folder.join("bin/python");
    // One line per requirement that is met; importlib.metadata does not import the packages, which takes seconds.
    let check = format!(
        "from importlib.metadata import version\nfor r in {requirements:?}:\n name, _, pin = r.partition('==')\n \
         assert version(name).startswith(pin), r"
    );
    interpreter.exists()
        && Command::new(interpreter)
            .args(["-c", &check])
            .output()
            .is_ok_and(|run| run.status.success())
}

pub(super) fn install(partial: &Path) -> Result<()> {
    let interpreter = partial.join("bin/python");
    if !interpreter.exists() {
        create_environment(partial)?;
    }
    let mut install = Command::new(interpreter);
    install.args([
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--requirement",
    ]);
    run_quietly(
        "installing PyTorch, torchvision and what they need",
        install.arg(root().join("xtask/requirements.txt")),
    )
}

fn create_environment(folder: &Path) -> Result<()> {
    let candidates = host::pythons();
    let with_pytorch = candidates.iter().find(|python| host::has_pytorch(python));
    let python = with_pytorch
        .or_else(|| candidates.iter().find(|python| is_recent(python)))
        .with_context(|| {
            format!(
                "no Python 3.10 to 3.14 among {}; install one or name it in PYTHON",
                candidates.join(", ")
            )
        })?;
    let mut venv = Command::new(python);
    venv.args(["-m", "venv"]);
    if with_pytorch.is_some() {
        eprintln!("setup: python: borrowing PyTorch 2.11 from {python}");
        venv.arg("--system-site-packages");
    }
    run_quietly("creating the Python environment", venv.arg(folder))
        .context("a Python without the module venv; on Debian and Ubuntu: apt install python3-venv")
}

fn is_recent(python: &str) -> bool {
    let check = "import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 14))";
    Command::new(python)
        .args(["-c", check])
        .output()
        .is_ok_and(|run| run.status.success())
}

/// Installs the packages that a file of xtask pins, and none that they ask for, into a folder.
pub(super) fn install_into(folder: &Path, what: &str, requirements: &str) -> Result<()> {
    let mut install = Command::new(with_pip()?);
    install.args([
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--no-deps",
        "--only-binary=:all:",
        "--upgrade",
        "--target",
    ]);
    install.arg(folder).arg("--requirement");
    run_quietly(
        &format!("installing {what}"),
        install.arg(root().join("xtask").join(requirements)),
    )
}

/// An interpreter that has pip: ours when it is there, else one of the machine.
pub(super) fn with_pip() -> Result<PathBuf> {
    let has_pip = |python: &PathBuf| {
        Command::new(python)
            .args(["-m", "pip", "--version"])
            .output()
            .is_ok_and(|run| run.status.success())
    };
    let found = std::iter::once(python())
        .chain(host::pythons().into_iter().map(PathBuf::from))
        .find(has_pip);
    if let Some(found) = found {
        return Ok(found);
    }
    // Debian's python3 has no pip, but its venv brings one.
    let partial = deps().join(".partial/python");
    if !partial.join("bin/python").exists() {
        create_environment(&partial)?;
    }
    Ok(partial.join("bin/python"))
}

/// Points `.deps/libtorch`, which `.cargo/config.toml` names, at the PyTorch of the environment.
pub(super) fn link_libtorch() -> Result<()> {
    let find = "from importlib.util import find_spec; print(find_spec('torch').submodule_search_locations[0])";
    let torch = output(Command::new(python()).args(["-c", find]))?;
    let (torch, link) = (Path::new(torch.trim()), deps().join("libtorch"));
    if fs::canonicalize(&link).is_ok_and(|existing| Some(existing) == fs::canonicalize(torch).ok())
    {
        return Ok(());
    }
    if fs::symlink_metadata(&link).is_ok() {
        fs::remove_file(&link).with_context(|| format!("cannot replace {}", link.display()))?;
    }
    if !torch.join("lib").exists() {
        bail!(
            "{} has no folder lib: is this PyTorch complete?",
            torch.display()
        );
    }
    std::os::unix::fs::symlink(torch, &link)
        .with_context(|| format!("cannot create {}", link.display()))
}

fn requirements() -> Vec<&'static str> {
    let lines = include_str!("../../requirements.txt").lines();
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}
