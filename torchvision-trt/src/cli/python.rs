//! The exporter, the only part that needs Python. Its files are part of this program.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

const SCRIPT: &str = include_str!("../../python/export.py");
const DETECTION: &str = include_str!("../../python/detection.py");

/// The exporter with these arguments, to be run.
pub(super) fn exporter() -> Command {
    let mut command = Command::new(interpreter());
    // JSON's string literals are Python's as well.
    let literal = |source: &str| serde_json::Value::from(source).to_string();
    let program = format!(
        "import sys, types\n\
         sys.modules['detection'] = types.ModuleType('detection')\n\
         exec({}, vars(sys.modules['detection']))\n\
         exec({})",
        literal(DETECTION),
        literal(SCRIPT)
    );
    command.args(["-c", &program]);
    command
}

/// What `PYTHON` names, what `cargo xtask setup` prepared, or the default interpreter.
fn interpreter() -> PathBuf {
    if let Some(named) = std::env::var_os("PYTHON") {
        return named.into();
    }
    let starts = [std::env::current_exe(), std::env::current_dir()];
    let prepared = starts
        .iter()
        .flatten()
        .flat_map(|start| start.ancestors())
        .map(|folder| folder.join(".deps/python/bin/python"))
        .find(|python| python.exists());
    prepared.unwrap_or_else(|| "python3".into())
}

/// Runs the exporter; its progress and errors go to the terminal, its output is returned.
pub(super) fn run(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_owned();
    let start = || {
        format!(
            "cannot start {}; name a Python with PyTorch in PYTHON",
            program.display()
        )
    };
    let output = command
        .stderr(std::process::Stdio::inherit())
        .output()
        .with_context(start)?;
    if !output.status.success() {
        bail!(
            "the exporter failed ({}); its message is above",
            output.status
        );
    }
    String::from_utf8(output.stdout).context("the exporter printed invalid UTF-8")
}
