//! What Cargo built, as it says itself.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// What of Cargo's messages counts here.
#[derive(Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub(crate) enum Message {
    CompilerArtifact {
        target: Target,
        filenames: Vec<PathBuf>,
        /// Of a program, a test or a bench.
        executable: Option<PathBuf>,
    },
    BuildScriptExecuted {
        env: Vec<(String, String)>,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
pub(crate) struct Target {
    pub(crate) name: String,
}

/// Runs a command of Cargo's that builds, and returns its messages.
pub(crate) fn messages(build: &mut Command) -> Result<Vec<Message>> {
    let output = build
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start cargo")?;
    if !output.status.success() {
        bail!("{build:?} failed ({})", output.status);
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("Cargo's message {line}")))
        .collect()
}
