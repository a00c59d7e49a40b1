//! The file of results, one JSON object a line. A run that was stopped goes on where it was, a case that ends the process is
//! told from one that was only interrupted, and several processes may write side by side, each a file of its own.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::outcome::{Outcome, Task};

/// A task that began as often and never ended is taken for one that ends the process.
const ATTEMPTS: usize = 2;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub(crate) enum Entry {
    /// A process begins.
    Run(Machine),
    /// A task begins.
    Begin { name: String, precision: String },
    /// A task has ended.
    End(Outcome),
}

/// What computes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Machine {
    pub(crate) device: String,
    pub(crate) library: String,
    pub(crate) settings: String,
}

/// All that a file holds.
#[derive(Debug, Default)]
pub(crate) struct Record {
    pub(crate) machines: Vec<Machine>,
    outcomes: BTreeMap<(String, String), Outcome>,
    begun: BTreeMap<(String, String), usize>,
}

/// A record and the file to continue it in, if any.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    record: Record,
    file: Option<Mutex<File>>,
}

impl Record {
    /// Adds what a file holds. A line that a kill cut short is as if it were not there.
    pub(crate) fn read(&mut self, path: &Path) -> Result<()> {
        let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
        for line in bytes.split(|&byte| byte == b'\n') {
            match serde_json::from_slice(line) {
                Ok(Entry::Run(machine)) => self.machines.push(machine),
                Ok(Entry::Begin { name, precision }) => {
                    *self.begun.entry((name, precision)).or_default() += 1;
                }
                Ok(Entry::End(outcome)) => {
                    let key = (outcome.name.clone(), outcome.precision.clone());
                    self.outcomes.insert(key, outcome);
                }
                Err(_) => {}
            }
        }
        Ok(())
    }

    pub(crate) fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.values()
    }
}

impl Journal {
    /// Reads a file if it is there, to continue it.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let context = || path.display().to_string();
        let mut record = Record::default();
        if path.exists() {
            record.read(path)?;
        }
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .with_context(context)?;
        // Ends a line that a kill cut short.
        file.write_all(b"\n").with_context(context)?;
        Ok(Self {
            record,
            file: Some(Mutex::new(file)),
        })
    }

    /// What came of a task before.
    pub(crate) fn outcome(&self, task: &Task<'_>) -> Option<&Outcome> {
        self.record.outcomes.get(&key(task))
    }

    /// Whether a task seems to end every process that tries it.
    pub(crate) fn crashes(&self, task: &Task<'_>) -> bool {
        self.record.begun.get(&key(task)).copied().unwrap_or(0) >= ATTEMPTS
    }

    pub(crate) fn begin(&self, task: &Task<'_>) -> Result<()> {
        let (name, precision) = key(task);
        self.write(&Entry::Begin { name, precision })
    }

    pub(crate) fn write(&self, entry: &Entry) -> Result<()> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(&line).context("cannot write a result")
    }
}

fn key(task: &Task<'_>) -> (String, String) {
    (task.case.name.clone(), task.precision.to_string())
}
