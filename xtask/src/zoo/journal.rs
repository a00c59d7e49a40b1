//! What was done, one line of JSON for each model, precision and place, written as soon as it is known.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, MutexGuard};

use anyhow::{Context, Result};

use super::record::{Precision, Record};

/// The journal; the last line about a model counts.
pub(super) struct Journal(Mutex<Content>);

struct Content {
    file: File,
    records: BTreeMap<Key, Record>,
}

/// A model, its precision, whether its height and width are dynamic, and whether its engine ran on a GPU.
type Key = (String, Precision, bool, bool);

fn key(record: &Record) -> Key {
    let Record {
        model, precision, ..
    } = record;
    (
        model.clone(),
        *precision,
        record.dynamic_sizes,
        record.on_gpu,
    )
}

impl Journal {
    /// Reads a journal, or begins one.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let context = || format!("journal {}", path.display());
        let text = match std::fs::read_to_string(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            text => text.with_context(context)?,
        };
        // The last line may be torn by an interruption: that model is done again.
        let records = text
            .lines()
            .filter_map(|line| serde_json::from_str::<Record>(line).ok())
            .map(|record| (key(&record), record))
            .collect();
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .with_context(context)?;
        if !text.is_empty() && !text.ends_with('\n') {
            file.write_all(b"\n").with_context(context)?;
        }
        Ok(Self(Mutex::new(Content { file, records })))
    }

    /// Notes a record.
    pub(super) fn add(&self, record: &Record) -> Result<()> {
        let mut content = self.lock();
        let line = serde_json::to_string(record)? + "\n";
        content
            .file
            .write_all(line.as_bytes())
            .context("the journal cannot be written")?;
        content.records.insert(key(record), record.clone());
        Ok(())
    }

    /// What is known of what this record is about.
    pub(super) fn get(&self, record: &Record) -> Option<Record> {
        self.lock().records.get(&key(record)).cloned()
    }

    /// What is known of a model, by precision and place.
    pub(super) fn of_model(&self, model: &str) -> Vec<Record> {
        let content = self.lock();
        let records = content.records.values();
        records
            .filter(|record| record.model == model)
            .cloned()
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, Content> {
        self.0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts_and_a_torn_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let record = |problem: Option<&str>| Record {
            problem: problem.map(str::to_owned),
            ..Record::new("alexnet", "classification", Precision::Fp32, false)
        };
        let journal = Journal::open(&path).unwrap();
        journal.add(&record(Some("out of memory"))).unwrap();
        journal.add(&record(None)).unwrap();
        drop(journal);
        let mut text = std::fs::read_to_string(&path).unwrap();
        text.push_str("{\"model\": \"vgg");
        std::fs::write(&path, text).unwrap();

        let journal = Journal::open(&path).unwrap();
        journal
            .add(&Record::new(
                "vgg11",
                "classification",
                Precision::Fp16,
                true,
            ))
            .unwrap();
        let journal = Journal::open(&path).unwrap();
        let get = |precision, on_gpu| {
            journal.get(&Record::new("alexnet", "classification", precision, on_gpu))
        };
        assert!(get(Precision::Fp32, false).unwrap().problem.is_none());
        assert!(get(Precision::Fp32, true).is_none());
        assert!(get(Precision::Fp16, false).is_none());
        let dynamic = Record {
            dynamic_sizes: true,
            ..record(None)
        };
        assert!(journal.get(&dynamic).is_none());
        assert_eq!(journal.of_model("vgg11").len(), 1);
    }
}
