//! What was done, one JSON object a line, so that nothing is done twice.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::engine::{Built, Converted, Limits};
use super::setting::{Peer, Route, Setting};

/// A line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Entry {
    Host(Box<Host>),
    Limits(Limits),
    Export(Export),
    Convert(Convert),
    Build(Build),
    Compile(Compile),
    /// Measuring a setting begins: what an interrupted run has of it is void, since rounds of different runs are not comparable.
    Start {
        setting: Setting,
    },
    Peer(Prepared),
    Round(Round),
    Done {
        setting: Setting,
        /// Clocks right after the last round, in nvidia-smi's words.
        clocks: String,
    },
}

/// The machine and the programs, at the start of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Host {
    pub(super) date: String,
    /// None without a GPU.
    pub(super) device: Option<String>,
    pub(super) driver: String,
    pub(super) clocks: String,
    pub(super) processor: String,
    pub(super) tensorrt: String,
    pub(super) torch: String,
    pub(super) command: String,
    pub(super) seed: u64,
}

/// A model was exported, or could not be.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Export {
    pub(super) model: String,
    pub(super) batches: Vec<u32>,
    pub(super) problem: Option<String>,
    /// By batch size and precision: why there is no ONNX file, or none if there is.
    #[serde(default)]
    pub(super) onnx: BTreeMap<String, Option<String>>,
}

/// A program became a network, without being built.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Convert {
    pub(super) setting: Setting,
    pub(super) problem: Option<String>,
    pub(super) converted: Option<Converted>,
    pub(super) onnx_problem: Option<String>,
    pub(super) parse_seconds: Option<f64>,
}

/// An engine was built, or could not be.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Build {
    pub(super) setting: Setting,
    pub(super) route: Route,
    pub(super) level: Option<i32>,
    pub(super) problem: Option<String>,
    pub(super) built: Option<Built>,
}

/// torch.compile has filled its cache on disk, or could not.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Compile {
    pub(super) setting: Setting,
    pub(super) peer: Peer,
    pub(super) problem: Option<String>,
    pub(super) seconds: Option<f64>,
}

/// A peer is ready to be measured, or not there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Prepared {
    pub(super) setting: Setting,
    pub(super) peer: Peer,
    /// Why it cannot be measured.
    pub(super) problem: Option<String>,
    /// Until its first answers: capturing, loading; of what was compiled ahead of time, that compilation.
    pub(super) seconds: Option<f64>,
    /// Device memory that it holds, in bytes.
    pub(super) memory: Option<f64>,
    /// Largest relative error of its outputs against the golden ones.
    pub(super) error: Option<f64>,
    /// What `verify` finds wrong with its outputs.
    pub(super) disagreement: Option<String>,
}

/// What one peer did in one round: milliseconds of a call, frames per second of queued calls.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Round {
    pub(super) setting: Setting,
    pub(super) peer: Peer,
    pub(super) round: usize,
    pub(super) p50: f64,
    pub(super) p90: f64,
    pub(super) p99: f64,
    pub(super) throughput: f64,
    /// Kernels and copies of the CUDA graph, of engines.
    pub(super) graph_nodes: Option<usize>,
}

/// The lines of a file.
#[derive(Debug)]
pub(super) struct Journal {
    entries: Vec<Entry>,
    file: File,
}

impl Journal {
    /// Opens a journal, or begins one. A last line that was cut off by the end of the process is ignored.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let wrong = || format!("the journal {}", path.display());
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error).with_context(wrong),
        };
        let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
        let mut entries = Vec::new();
        for (number, line) in whole.lines().enumerate() {
            let entry = serde_json::from_str(line).with_context(|| {
                format!(
                    "{}, line {}: delete the file to begin anew",
                    wrong(),
                    number + 1
                )
            })?;
            entries.push(entry);
        }
        let mut file = File::options()
            .create(true)
            .append(true)
            .open(path)
            .with_context(wrong)?;
        if whole.len() < text.len() {
            file.set_len(whole.len() as u64).with_context(wrong)?;
        }
        file.flush().with_context(wrong)?;
        Ok(Self { entries, file })
    }

    pub(super) fn add(&mut self, entry: Entry) -> Result<()> {
        let line = serde_json::to_string(&entry)? + "\n";
        self.file
            .write_all(line.as_bytes())
            .context("writing the journal")?;
        self.entries.push(entry);
        Ok(())
    }

    /// The last run's.
    pub(super) fn host(&self) -> Option<&Host> {
        self.find(|entry| match entry {
            Entry::Host(host) => Some(host.as_ref()),
            _ => None,
        })
    }

    pub(super) fn limits(&self) -> Option<&Limits> {
        self.find(|entry| match entry {
            Entry::Limits(limits) => Some(limits),
            _ => None,
        })
    }

    pub(super) fn export(&self, model: &str) -> Option<&Export> {
        self.find(|entry| match entry {
            Entry::Export(export) if export.model == model => Some(export),
            _ => None,
        })
    }

    pub(super) fn is_exported(&self, setting: &Setting) -> bool {
        self.export(&setting.model).is_some_and(|export| {
            export.problem.is_none() && export.batches.contains(&setting.batch)
        })
    }

    /// Why there is no ONNX file.
    pub(super) fn onnx_problem(&self, setting: &Setting) -> Option<&str> {
        let export = self.export(&setting.model)?;
        match export.onnx.get(&setting.onnx_key()) {
            Some(problem) => problem.as_deref(),
            None => Some("not exported to ONNX"),
        }
    }

    pub(super) fn convert(&self, setting: &Setting) -> Option<&Convert> {
        self.find(|entry| match entry {
            Entry::Convert(convert) if convert.setting == *setting => Some(convert),
            _ => None,
        })
    }

    pub(super) fn build(&self, setting: &Setting, route: Route) -> Option<&Build> {
        self.find(|entry| match entry {
            Entry::Build(build) if build.setting == *setting && build.route == route => Some(build),
            _ => None,
        })
    }

    pub(super) fn compile(&self, setting: &Setting, peer: Peer) -> Option<&Compile> {
        let of = |compile: &Compile| compile.setting == *setting && compile.peer == peer;
        self.find(|entry| match entry {
            Entry::Compile(compile) if of(compile) => Some(compile),
            _ => None,
        })
    }

    pub(super) fn is_done(&self, setting: &Setting) -> bool {
        self.clocks(setting).is_some()
    }

    /// Clocks after the setting was measured.
    pub(super) fn clocks(&self, setting: &Setting) -> Option<&str> {
        self.latest(setting).find_map(|entry| match entry {
            Entry::Done {
                setting: of,
                clocks,
            } if of == setting => Some(clocks.as_str()),
            _ => None,
        })
    }

    /// How a peer was prepared in the last measurement of a setting.
    pub(super) fn prepared(&self, setting: &Setting, peer: Peer) -> Option<&Prepared> {
        // The last word counts: a peer may fail after it was prepared.
        let of = |prepared: &Prepared| prepared.setting == *setting && prepared.peer == peer;
        let entries = self.latest(setting).filter_map(|entry| match entry {
            Entry::Peer(prepared) if of(prepared) => Some(prepared),
            _ => None,
        });
        entries.last()
    }

    /// The rounds of a peer in the last measurement of a setting.
    pub(super) fn rounds(&self, setting: &Setting, peer: Peer) -> Vec<&Round> {
        let of = |round: &Round| round.setting == *setting && round.peer == peer;
        let entries = self.latest(setting).filter_map(|entry| match entry {
            Entry::Round(round) if of(round) => Some(round),
            _ => None,
        });
        entries.collect()
    }

    /// The lines since the last start of a setting; none if it never began.
    fn latest(&self, setting: &Setting) -> impl Iterator<Item = &Entry> {
        let is_start =
            |entry: &Entry| matches!(entry, Entry::Start { setting: of } if of == setting);
        let start = self.entries.iter().rposition(is_start);
        self.entries[start.unwrap_or(self.entries.len())..].iter()
    }

    /// The last line that is asked for.
    fn find<'j, T>(&'j self, pick: impl FnMut(&'j Entry) -> Option<T>) -> Option<T> {
        self.entries.iter().rev().find_map(pick)
    }
}

#[cfg(test)]
mod tests {
    use super::super::setting::Precision;
    use super::*;

    fn setting(model: &str) -> Setting {
        Setting {
            model: model.into(),
            batch: 1,
            precision: Precision::Fp16,
        }
    }

    fn round(model: &str, number: usize) -> Entry {
        Entry::Round(Round {
            setting: setting(model),
            peer: Peer::Ours,
            round: number,
            p50: 1.0,
            p90: 1.0,
            p99: 1.0,
            throughput: 1.0,
            graph_nodes: None,
        })
    }

    #[test]
    fn goes_on_where_it_was_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let setting = setting("m");
        let start = || Entry::Start {
            setting: setting.clone(),
        };
        let mut journal = Journal::open(&path).unwrap();
        for entry in [start(), round("m", 0), round("other", 0), round("m", 1)] {
            journal.add(entry).unwrap();
        }
        assert_eq!(journal.rounds(&setting, Peer::Ours).len(), 2);
        assert!(journal.rounds(&setting, Peer::Onnx).is_empty());
        drop(journal);
        let mut file = File::options().append(true).open(&path).unwrap();
        file.write_all(b"{\"kind\":\"round\",\"sett").unwrap();

        let mut journal = Journal::open(&path).unwrap();
        assert!(!journal.is_done(&setting));
        journal.add(start()).unwrap();
        assert!(journal.rounds(&setting, Peer::Ours).is_empty());
        journal.add(round("m", 0)).unwrap();
        let done = Entry::Done {
            setting: setting.clone(),
            clocks: "1980 MHz".into(),
        };
        journal.add(done).unwrap();
        let journal = Journal::open(&path).unwrap();
        assert_eq!(journal.rounds(&setting, Peer::Ours).len(), 1);
        assert_eq!(journal.clocks(&setting), Some("1980 MHz"));
    }

    #[test]
    fn a_damaged_line_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        std::fs::write(&path, "{\"kind\":\"nonsense\"}\n").unwrap();
        let error = format!("{:#}", Journal::open(&path).unwrap_err());
        assert!(
            error.contains("line 1") && error.contains("delete"),
            "{error}"
        );
    }
}
