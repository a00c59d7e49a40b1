//! Files that appear whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::{Error, Result};

/// The bytes of a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|source| Error::Io {
        action: "read",
        path: path.into(),
        source,
    })
}

/// As [`write_by_rename`], with an error that names the file.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    write_by_rename(path, bytes).map_err(|source| Error::Io {
        action: "write",
        path: path.into(),
        source,
    })
}

/// Writes to a new file beside `path`, which then takes its place. On failure nothing is left behind.
///
/// # Errors
/// What the file system says, without the path: callers name the file in their own errors.
pub fn write_by_rename(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = temporary_beside(path);
    File::create_new(&temporary).and_then(|file| write_and_rename(file, bytes, &temporary, path))
}

fn write_and_rename(mut file: File, bytes: &[u8], temporary: &Path, path: &Path) -> io::Result<()> {
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    written
        .and_then(|()| fs::rename(temporary, path))
        .inspect_err(|_| {
            // The error that matters is the one that led here.
            let _ = fs::remove_file(temporary);
        })
}

fn temporary_beside(path: &Path) -> PathBuf {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    name.push(format!(".{}-{number}.partial", std::process::id()));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_a_file_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.engine");
        write(&path, b"old").unwrap();
        write(&path, b"new").unwrap();
        assert_eq!(read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn failure_names_the_file_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let occupied = folder.path().join("folder");
        fs::create_dir(&occupied).unwrap();
        fs::write(occupied.join("file"), b"").unwrap();
        let error = write(&occupied, b"x").unwrap_err();
        assert!(error.to_string().starts_with("cannot write "), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

        let missing = folder.path().join("missing/a.engine");
        assert!(matches!(write(&missing, b"x"), Err(Error::Io { .. })));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_an_error_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (temporary, path) = (
            folder.path().join("a.partial"),
            folder.path().join("a.engine"),
        );
        fs::write(&temporary, b"half").unwrap();
        // Every write to this device fails as on a full disk.
        let full = File::options().write(true).open("/dev/full").unwrap();
        let error = write_and_rename(full, b"engine", &temporary, &path).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
