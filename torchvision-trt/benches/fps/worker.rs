//! Processes that answer each line of JSON with one: `{"ok": …}` or `{"error": "…"}`.

use std::fs::File;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// An answer.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Reply<T> {
    Ok(T),
    Error(String),
}

/// A process that this one started, and ends.
pub(super) struct Worker {
    child: Child,
    input: ChildStdin,
    lines: Receiver<std::io::Result<String>>,
    log: PathBuf,
    alive: bool,
}

impl Worker {
    /// A process of this very program that builds and runs engines.
    pub(super) fn engine(log: &Path) -> Result<Self> {
        let program = std::env::current_exe().context("the path of this program")?;
        Self::start(Command::new(program).arg("--worker"), log)
    }

    /// Starts a process; what it says beside its answers goes to a file.
    pub(super) fn start(command: &mut Command, log: &Path) -> Result<Self> {
        let file = File::create(log).with_context(|| log.display().to_string())?;
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(file)
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            bail!("a process without pipes");
        };
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Self {
            child,
            input,
            lines,
            log: log.to_owned(),
            alive: true,
        })
    }

    /// Sends a command and waits for its answer. A process that takes too long, or dies, is of no use afterwards.
    pub(super) fn call<T: DeserializeOwned>(
        &mut self,
        command: &impl Serialize,
        limit: Duration,
    ) -> Result<T> {
        self.send(command)?;
        self.answer(limit)
    }

    /// Sends a command.
    pub(super) fn send(&mut self, command: &impl Serialize) -> Result<()> {
        let line = serde_json::to_string(command)? + "\n";
        // A process that has ended says why when it is asked for its answer.
        let _ = self.input.write_all(line.as_bytes());
        Ok(())
    }

    /// The next answer.
    pub(super) fn answer<T: DeserializeOwned>(&mut self, limit: Duration) -> Result<T> {
        if !self.alive {
            bail!("its process has ended");
        }
        let line = match self.lines.recv_timeout(limit) {
            Ok(line) => line?,
            Err(reason) => {
                self.end();
                return Err(match reason {
                    RecvTimeoutError::Timeout => {
                        anyhow!("gave up after {:.0} s", limit.as_secs_f64())
                    }
                    RecvTimeoutError::Disconnected => {
                        anyhow!("its process ended: {}", self.last_words())
                    }
                });
            }
        };
        match serde_json::from_str(&line).with_context(|| format!("an answer like {line}"))? {
            Reply::Ok(answer) => Ok(answer),
            Reply::Error(error) => Err(anyhow!(error)),
        }
    }

    pub(super) fn is_alive(&self) -> bool {
        self.alive
    }

    fn last_words(&self) -> String {
        let text = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        let last = text.lines().rfind(|line| !line.trim().is_empty());
        format!(
            "{} (all in {})",
            last.unwrap_or("without a word"),
            self.log.display()
        )
    }

    fn end(&mut self) {
        self.alive = false;
        // Both fail only for a process that is gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn shell(script: &str) -> (Worker, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let worker = Worker::start(Command::new("sh").args(["-c", script]), &log).unwrap();
        (worker, folder)
    }

    #[test]
    fn answers_errors_and_ends() {
        let script =
            r#"read a; echo '{"ok":7}'; read b; echo '{"error":"no such thing"}'; echo oh no >&2"#;
        let (mut worker, _folder) = shell(script);
        let limit = Duration::from_secs(20);
        assert_eq!(worker.call::<u32>(&1, limit).unwrap(), 7);
        let error = worker.call::<u32>(&2, limit).unwrap_err().to_string();
        assert_eq!(error, "no such thing");
        assert!(worker.is_alive());
        let error = worker.call::<u32>(&3, limit).unwrap_err().to_string();
        assert!(error.contains("oh no"), "{error}");
        assert!(!worker.is_alive());
    }

    #[test]
    fn one_that_takes_too_long_is_ended() {
        let (mut worker, _folder) = shell("exec sleep 600");
        let start = Instant::now();
        let error = worker
            .call::<u32>(&1, Duration::from_millis(50))
            .unwrap_err();
        assert!(error.to_string().contains("gave up"), "{error}");
        assert!(start.elapsed() < Duration::from_secs(60));
        assert!(!worker.is_alive());
    }
}
