//! Why a plan could not be loaded, and what to do about it.

use std::fmt;

use crate::Library;

/// The reason for which a plan was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EngineRefusal {
    /// The bytes are no plan, or one that lacks its end.
    Damaged,
    /// Built by another version of TensorRT, or by the other product.
    OtherVersion {
        /// The library at hand.
        library: String,
    },
    /// Built for GPUs of another architecture.
    OtherArchitecture,
    /// The library does not run on this GPU.
    UnsupportedGpu {
        /// The library at hand.
        library: String,
    },
    /// It has a plugin that nobody has registered.
    MissingPlugin,
    /// None that is known here; the log has TensorRT's own words.
    Unknown,
}

impl EngineRefusal {
    /// What can be told from the bytes alone: every plan starts with a header.
    pub(crate) fn of_plan(plan: &[u8]) -> Option<Self> {
        const SMALLEST_HEADER: usize = 24;
        let blank = plan.iter().take(SMALLEST_HEADER).all(|&byte| byte == 0);
        (plan.len() < SMALLEST_HEADER || blank).then_some(Self::Damaged)
    }

    /// What TensorRT's log says.
    pub(crate) fn of_log(log: &str, library: &Library) -> Self {
        Self::of_text(log, &library.to_string())
    }

    fn of_text(log: &str, library: &str) -> Self {
        let says = |words: &[&str]| words.iter().any(|word| log.contains(word));
        if says(&["Cannot find plugin", "not found in Plugin Registry"]) {
            Self::MissingPlugin
        } else if says(&[
            "incompatible device",
            "compute capability",
            "expecting compute",
        ]) {
            Self::OtherArchitecture
        } else if says(&[
            "not supported by TensorRT-RTX",
            "Unsupported SM",
            "is not supported on this GPU",
        ]) {
            Self::UnsupportedGpu {
                library: library.to_owned(),
            }
        } else if says(&[
            "not compatible with this version",
            "incompatible with the version",
            "Version tag does not match",
            "stdVersionRead ==",
            "versions[type",
            "old deserialization call",
            "expecting library version",
            "incompatible with current version",
            "same version of TensorRT",
            // The other product's plans start with another tag, and so does any other file.
            "MAGIC_TAG",
            "agic tag",
        ]) {
            Self::OtherVersion {
                library: library.to_owned(),
            }
        } else if says(&[
            "Serialization assertion",
            "plan header",
            "size mismatch",
            "corrupt",
            "Engine plan",
        ]) {
            Self::Damaged
        } else {
            Self::Unknown
        }
    }
}

impl fmt::Display for EngineRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged => f.write_str(
                "it is no TensorRT plan or was cut off; copy the file again or rebuild it",
            ),
            Self::OtherVersion { library } => write!(
                f,
                "it was built by another product or version than the loaded {library}; rebuild it with this library or \
                 load the one that built it"
            ),
            Self::OtherArchitecture => f.write_str(
                "it was built for another GPU architecture; rebuild it on or for this GPU",
            ),
            Self::UnsupportedGpu { library } => {
                write!(
                    f,
                    "{library} does not run on this GPU; use a library that does and rebuild"
                )
            }
            Self::MissingPlugin => f.write_str(
                "it has a plugin that is not registered; register it (Library::plugins) or load its library first, or rebuild \
                 without it",
            ),
            Self::Unknown => f.write_str("TensorRT refused it; its log says more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_plan_are_damaged() {
        for plan in [&[][..], b"ftrt", &[0; 4096]] {
            assert_eq!(EngineRefusal::of_plan(plan), Some(EngineRefusal::Damaged));
        }
        assert_eq!(EngineRefusal::of_plan(&[7; 64]), None);
    }

    #[test]
    fn tensorrts_words_are_understood() {
        let library = "TensorRT 10.6.0";
        let other_version = EngineRefusal::OtherVersion {
            library: library.into(),
        };
        for (log, expected) in [
            (
                "IRuntime::deserializeCudaEngine: Error Code 6: API Usage Error (The engine plan file is not compatible with \
                 this version of TensorRT, expecting library version 10.6.0.26 got 8.6.1.6, please rebuild.)",
                other_version.clone(),
            ),
            (
                "Error Code 1: Serialization (Serialization assertion stdVersionRead == kSERIALIZATION_VERSION failed.Version \
                 tag does not match. Note: Current Version: 239, Serialized Engine Version: 213)",
                other_version.clone(),
            ),
            (
                "Error Code 1: Serialization (Serialization assertion header.magicTag == kEXPECTED_MAGIC_TAG failed.)",
                other_version,
            ),
            (
                "Error Code 6: API Usage Error (The engine plan file is generated on an incompatible device, expecting \
                 compute 9.0 got compute 8.6, please rebuild.)",
                EngineRefusal::OtherArchitecture,
            ),
            (
                "Error Code 1: Serialization (Serialization assertion plan.header.size == blobSize failed.)",
                EngineRefusal::Damaged,
            ),
            (
                "IPluginRegistry::getCreator: Error Code 4: API Usage Error (Cannot find plugin: GridSample, version: 1, \
                 namespace:.)",
                EngineRefusal::MissingPlugin,
            ),
            (
                "Error Code 1: Serialization (Serialization assertion creator failed.Cannot deserialize plugin since \
                 corresponding IPluginCreator not found in Plugin Registry)",
                EngineRefusal::MissingPlugin,
            ),
            ("something new", EngineRefusal::Unknown),
        ] {
            assert_eq!(EngineRefusal::of_text(log, library), expected, "{log}");
        }
    }

    #[test]
    fn every_reason_says_what_to_do() {
        let library = "TensorRT 10.6.0".to_owned();
        for reason in [
            EngineRefusal::Damaged,
            EngineRefusal::OtherVersion {
                library: library.clone(),
            },
            EngineRefusal::OtherArchitecture,
            EngineRefusal::UnsupportedGpu { library },
            EngineRefusal::MissingPlugin,
        ] {
            assert!(reason.to_string().contains("rebuild"), "{reason}");
        }
    }
}
