//! The process that builds the engines of one worker, one after the other: TensorRT loads its kernels, for seconds, once for all models.

use std::io::{BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::tool::Converted;

/// A running `torchvision-trt convert -`.
pub(super) struct Builder {
    process: Child,
    programs: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// What it prints for a program.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Failed { error: String },
    Converted(Converted),
}

impl Builder {
    /// Starts `command`, which has its options already.
    pub(super) fn start(command: &mut Command) -> Result<Self> {
        let mut process = command
            .args(["-", "--json"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {command:?}"))?;
        let programs = process.stdin.take().context("no standard input")?;
        let answers = process.stdout.take().context("no standard output")?;
        Ok(Self {
            process,
            programs,
            answers: BufReader::new(answers),
        })
    }

    /// Whether it still takes programs. It may have crashed with the last one.
    pub(super) fn is_running(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }

    /// Builds the engine of a program and waits for it.
    pub(super) fn convert(&mut self, program: &Path) -> Result<Converted> {
        let answered = writeln!(self.programs, "{}", program.display())
            .map_err(serde_json::Error::io)
            .and_then(|()| {
                Answer::deserialize(&mut serde_json::Deserializer::from_reader(
                    &mut self.answers,
                ))
            });
        match answered {
            Ok(Answer::Converted(converted)) => Ok(converted),
            Ok(Answer::Failed { error }) => bail!(error),
            Err(error) => {
                // What it would say next belongs to nobody.
                let _ = self.process.kill();
                let status = self.process.wait()?;
                bail!("the builder ended ({status}): {error}")
            }
        }
    }
}

impl Drop for Builder {
    /// All that was asked for is answered: nothing is lost.
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
