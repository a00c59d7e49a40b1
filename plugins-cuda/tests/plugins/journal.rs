//! What came of each case: on the terminal, and as lines of JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// One line.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    tier: String,
    name: String,
    plugin: String,
    passed: bool,
    /// What was measured, or what went wrong.
    detail: String,
    seconds: f64,
}

/// Collects the entries of a run, from several threads.
pub(crate) struct Journal(Mutex<Notes>);

struct Notes {
    file: Option<File>,
    passed: usize,
    failures: Vec<String>,
}

impl Journal {
    /// Appends to `path` if there is one.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self> {
        let open = |path: &Path| {
            OpenOptions::new()
                .create(true)
                .append(true)
                .open(path)
                .with_context(|| path.display().to_string())
        };
        Ok(Self(Mutex::new(Notes {
            file: path.map(open).transpose()?,
            passed: 0,
            failures: Vec::new(),
        })))
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a check and notes what came of it: a detail, or an error.
    pub(crate) fn note(
        &self,
        tier: &str,
        name: &str,
        plugin: &str,
        check: impl FnOnce() -> Result<String>,
    ) {
        let start = Instant::now();
        let result = check();
        let entry = Entry {
            tier: tier.to_owned(),
            name: name.to_owned(),
            plugin: plugin.to_owned(),
            passed: result.is_ok(),
            detail: result.unwrap_or_else(|error| format!("{error:#}")),
            seconds: start.elapsed().as_secs_f64(),
        };
        let mut notes = self.notes();
        if entry.passed {
            notes.passed += 1;
        } else {
            println!("{tier} {name}: FAILED: {}", entry.detail);
            notes.failures.push(format!("{tier} {name}"));
        }
        if let Some(file) = &mut notes.file
            && let Ok(line) = serde_json::to_string(&entry)
            && let Err(error) = writeln!(file, "{line}")
        {
            println!("results: {error}");
            notes.file = None;
        }
    }

    /// How many failed so far.
    pub(crate) fn failed(&self) -> usize {
        self.notes().failures.len()
    }

    /// Prints the last line.
    pub(crate) fn conclude(&self, time: Duration) {
        let notes = self.notes();
        if !notes.failures.is_empty() {
            println!("\nfailures:\n    {}", notes.failures.join("\n    "));
        }
        println!(
            "\ntest result: {}. {} passed, {} failed; {:.1} s",
            if notes.failures.is_empty() {
                "ok"
            } else {
                "FAILED"
            },
            notes.passed,
            notes.failures.len(),
            time.as_secs_f64()
        );
    }
}

/// A table of tiers and plugins, and what failed.
pub(crate) fn summary(paths: &[PathBuf]) -> Result<String> {
    let mut counts: BTreeMap<(String, String), (usize, usize)> = BTreeMap::new();
    let mut failures = String::new();
    for path in paths {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        for line in text.lines() {
            let entry: Entry = serde_json::from_str(line)
                .with_context(|| format!("{}: {line}", path.display()))?;
            let (passed, all) = counts
                .entry((entry.plugin.clone(), entry.tier.clone()))
                .or_default();
            *passed += usize::from(entry.passed);
            *all += 1;
            if !entry.passed {
                writeln!(
                    failures,
                    "- `{}` ({}): {}",
                    entry.name, entry.tier, entry.detail
                )?;
            }
        }
    }
    let mut table = String::from("| plugin | tier | passed | of |\n|---|---|---|---|\n");
    for ((plugin, tier), (passed, all)) in counts {
        writeln!(table, "| {plugin} | {tier} | {passed} | {all} |")?;
    }
    if !failures.is_empty() {
        write!(table, "\n{failures}")?;
    }
    Ok(table)
}
