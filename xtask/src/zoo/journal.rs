//! What was done, one line of JSON for each model, precision and place, written as soon as it is known.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, MutexGuard};

use anyhow::{Context, Result};

use super::record::{Precision, Record};
use super::write_by_rename;

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
        let text = read(path)?;
        let records = parse(&text);
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

    /// Brings what is known into a file of the same form, in order, over what other machines noted there, and returns all.
    pub(super) fn publish(&self, path: &Path) -> Result<Vec<Record>> {
        let mut records = parse(&read(path)?);
        let ours = self.lock().records.clone();
        records.extend(ours);
        let records: Vec<_> = records.into_values().collect();
        let lines = records
            .iter()
            .map(|record| Ok(serde_json::to_string(record)? + "\n"))
            .collect::<Result<String>>()?;
        write_by_rename(path, &lines)?;
        Ok(records)
    }

    fn lock(&self) -> MutexGuard<'_, Content> {
        self.0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// The lines of a journal; none where there is none.
fn read(path: &Path) -> Result<String> {
    match std::fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        text => text.with_context(|| format!("journal {}", path.display())),
    }
}

/// The last line may be torn by an interruption: that model is done again.
fn parse(text: &str) -> BTreeMap<Key, Record> {
    text.lines()
        .filter_map(|line| serde_json::from_str::<Record>(line).ok())
        .map(|record| (key(&record), record))
        .collect()
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

        let published = folder.path().join("published.jsonl");
        std::fs::write(&published, serde_json::to_string(&dynamic).unwrap()).unwrap();
        let names = |records: Vec<Record>| records.into_iter().map(|r| r.model).collect::<Vec<_>>();
        let all = ["alexnet", "alexnet", "vgg11"];
        assert_eq!(names(journal.publish(&published).unwrap()), all);
        assert_eq!(names(journal.publish(&published).unwrap()), all);
    }
}
