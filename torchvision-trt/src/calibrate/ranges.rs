//! What calibration finds, as a file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Method;

/// The range of each activation that is quantized: numbers from `-limit` to `limit` become the integers from -127 to 127.
///
/// A file of its own in JSON, to be read, edited and kept: ranges hold for every precision, batch size and TensorRT.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranges {
    /// Version of this format, [`FORMAT`](Self::FORMAT).
    pub format: u32,
    /// File name of the program.
    pub program: String,
    /// How a limit was chosen.
    pub method: Method,
    /// Number of samples that were looked at.
    pub samples: usize,
    /// The limit of each activation, by the name of its value in the program; `null`: it stays in floats.
    pub limits: BTreeMap<String, Option<f32>>,
}

/// A file of ranges that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RangesError {
    /// It cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// It is not what `calibrate` writes.
    #[error("{} is no file of ranges, as `torchvision-trt calibrate` writes it: {detail}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
}

impl Ranges {
    /// The version of the format that this crate writes and reads.
    pub const FORMAT: u32 = 1;

    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read, is of another format, or has a limit that is no positive number.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, RangesError> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path).map_err(|source| RangesError::Io {
            path: path.to_owned(),
            source,
        })?;
        let wrong = |detail: String| RangesError::Format {
            path: path.to_owned(),
            detail,
        };
        let ranges: Self = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        if ranges.format != Self::FORMAT {
            let (found, known) = (ranges.format, Self::FORMAT);
            return Err(wrong(format!("it has format {found}, known is {known}")));
        }
        for (name, limit) in &ranges.limits {
            if let Some(limit) = limit
                && !(limit.is_finite() && *limit > 0.0)
            {
                return Err(wrong(format!(
                    "the limit of `{name}` is {limit}, expected a positive number"
                )));
            }
        }
        Ok(ranges)
    }

    /// Writes a file, which appears whole or not at all.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), RangesError> {
        let path = path.as_ref();
        let wrong = |source: std::io::Error| RangesError::Io {
            path: path.to_owned(),
            source,
        };
        let mut text = serde_json::to_string_pretty(self).map_err(|error| wrong(error.into()))?;
        text.push('\n');
        trt::write_by_rename(path, text.as_bytes()).map_err(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges() -> Ranges {
        Ranges {
            format: Ranges::FORMAT,
            program: "m.pt2".into(),
            method: Method::Percentile(99.9),
            samples: 8,
            limits: [("relu".into(), Some(1.5)), ("add".into(), None)].into(),
        }
    }

    #[test]
    fn a_file_gives_back_what_was_saved() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.int8.json");
        ranges().save(&path).unwrap();
        assert_eq!(Ranges::load(&path).unwrap(), ranges());
    }

    #[test]
    fn what_is_no_file_of_ranges_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.int8.json");
        let refused = |text: String| {
            std::fs::write(&path, text).unwrap();
            Ranges::load(&path).unwrap_err().to_string()
        };
        let text = serde_json::to_string(&ranges()).unwrap();
        assert!(refused("{}".into()).contains("m.int8.json is no file of ranges"));
        assert!(refused(text.replace("\"format\":1", "\"format\":9")).contains("format 9"));
        assert!(refused(text.replace("1.5", "-1.5")).contains("limit of `relu` is -1.5"));
        assert!(refused(text.replace("percentile:99.9", "most")).contains("most"));
        let missing = Ranges::load(folder.path().join("none")).unwrap_err();
        assert!(missing.to_string().contains("none"));
    }
}
