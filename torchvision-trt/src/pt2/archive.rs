//! The archive around an exported program, mapped into memory.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use memmap2::Mmap;
use serde::de::DeserializeOwned;

use super::Error;
use super::weights::{AlignedBytes, Storage};
use super::zip::{self, Entry};

/// Alignment that lets bytes be used in place as elements of any type. PyTorch aligns to 64.
const ALIGNMENT: usize = 16;

/// An open archive.
#[derive(Debug)]
pub(super) struct Archive {
    map: Arc<Mmap>,
    /// Folder all entries stand in: the file's name when it was saved.
    root: String,
    entries: HashMap<String, Entry>,
}

impl Archive {
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let io = |source| Error::Io {
            path: path.into(),
            source,
        };
        let broken = |detail: String| Error::NotAnArchive {
            path: path.into(),
            detail,
        };
        let file = File::open(path).map_err(io)?;
        if file.metadata().map_err(io)?.len() == 0 {
            return Err(broken("the file is empty".into()));
        }
        // SAFETY: the map is only read. A file that another process changes meanwhile gives other numbers, as it would with `read`;
        // one that is cut short while mapped ends the process with SIGBUS, which no program reading large weights can avoid.
        let map = unsafe { Mmap::map(&file) }.map_err(io)?;
        let entries = zip::directory(&map).map_err(broken)?;
        let root = entries
            .keys()
            .find_map(|name| {
                name.strip_suffix("archive_format")
                    .filter(|root| root.ends_with('/'))
            })
            .map(str::to_owned)
            .ok_or_else(|| Error::WrongKind {
                path: path.into(),
                found: describe(entries.keys()),
            })?;
        let archive = Self {
            map: Arc::new(map),
            root,
            entries,
        };
        let format = archive.text("archive_format")?;
        if format != "pt2" {
            return Err(Error::WrongKind {
                path: path.into(),
                found: format!("an archive of format `{format}`"),
            });
        }
        if archive.has("byteorder") {
            let found = archive.text("byteorder")?;
            if found != "little" {
                return Err(Error::ByteOrder { found });
            }
        }
        Ok(archive)
    }

    pub(super) fn has(&self, entry: &str) -> bool {
        self.entries.contains_key(&self.full(entry))
    }

    /// Names of the programs in the archive: entries `models/NAME.json`.
    pub(super) fn programs(&self) -> Vec<String> {
        let folder = self.full("models/");
        let mut names: Vec<String> = self
            .entries
            .keys()
            .filter_map(|n| {
                n.strip_prefix(&folder)?
                    .strip_suffix(".json")
                    .map(str::to_owned)
            })
            .collect();
        names.sort();
        names
    }

    pub(super) fn json<T: DeserializeOwned>(&self, entry: &str, bytes: &[u8]) -> Result<T, Error> {
        serde_json::from_slice(bytes).map_err(|e| Error::Json {
            entry: self.full(entry),
            detail: e.to_string(),
        })
    }

    fn text(&self, entry: &str) -> Result<String, Error> {
        Ok(String::from_utf8_lossy(&self.read(entry)?)
            .trim()
            .to_owned())
    }

    /// The bytes of an entry, copied out of the archive and checked against their checksum.
    pub(super) fn read(&self, entry: &str) -> Result<Vec<u8>, Error> {
        let name = self.full(entry);
        let Some(found) = self.entries.get(&name) else {
            return Err(Error::MissingEntry { entry: name });
        };
        found.read(&self.map).map_err(|detail| Error::Damaged {
            entry: name,
            detail,
        })
    }

    /// A tensor's bytes: in place where the archive has them stored and aligned, else copied.
    pub(super) fn storage(&self, entry: &str) -> Result<Option<Storage>, Error> {
        let Some(found) = self.entries.get(&self.full(entry)) else {
            return Ok(None);
        };
        Ok(Some(if found.is_stored() && found.start % ALIGNMENT == 0 {
            Storage::Mapped(self.map.clone(), found.start..found.start + found.size)
        } else {
            Storage::Copied(Arc::new(AlignedBytes::from(&self.read(entry)?[..])))
        }))
    }

    pub(super) fn full(&self, entry: &str) -> String {
        format!("{}{entry}", self.root)
    }
}

/// Says what else a zip can be that a user may take for a `.pt2`.
fn describe<'a>(names: impl Iterator<Item = &'a String> + Clone) -> String {
    let has = |end: &str| names.clone().any(|n| n.ends_with(end));
    if has("serialized_exported_program.json") {
        "a program in the layout of PyTorch 2.7 and earlier"
    } else if has("constants.pkl") {
        "a TorchScript module"
    } else if has("data.pkl") {
        "a `torch.save` checkpoint"
    } else {
        "no `archive_format` entry"
    }
    .into()
}
