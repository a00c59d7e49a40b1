//! What can go wrong, with the library's own words attached.

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// Result of every fallible function of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call did not do what it was asked to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No TensorRT library could be loaded; the message lists the ways out.
    #[error(transparent)]
    Load(#[from] trt_sys::LoadError),

    /// The loaded library has no such function, layer or setting.
    #[error("{what} is not available in {library}")]
    Unsupported {
        /// What was asked for.
        what: String,
        /// Product and version of the loaded library.
        library: String,
    },

    /// TensorRT refused or failed a call.
    #[error("{what} failed: {detail}{}", log_tail(log))]
    Call {
        /// The operation, with the name of the object it was about.
        what: String,
        /// The reason as far as the call itself tells.
        detail: String,
        /// What TensorRT logged on this thread during the call, oldest line first; may be empty.
        log: String,
    },

    /// A plan that this library or GPU cannot load.
    #[error("cannot load the engine: {reason}{}", log_tail(log))]
    Engine {
        /// Why, and what to do.
        reason: crate::EngineRefusal,
        /// What TensorRT logged on this thread during the call, oldest line first; may be empty.
        log: String,
    },

    /// A plugin refused or failed a call.
    #[error("{during} failed: plugin {plugin}: {source}{}", log_tail(log))]
    Plugin {
        /// Its name.
        plugin: String,
        /// What the plugin said.
        source: Box<crate::plugin::Error>,
        /// The operation of TensorRT that called the plugin.
        during: String,
        /// What TensorRT logged on this thread during the call, oldest line first; may be empty.
        log: String,
    },

    /// An argument that this crate refuses before TensorRT sees it.
    #[error("{what}: {detail}")]
    Invalid {
        /// The argument.
        what: String,
        /// What was found, and what was expected.
        detail: String,
    },

    /// A shape with more dimensions than TensorRT knows, or a shape of the wrong form.
    #[error("shape of {what}: {detail}")]
    Shape {
        /// The tensor or argument.
        what: String,
        /// What was found, and what was expected.
        detail: String,
    },

    /// The library returned an enumerator that this crate does not know.
    #[error("{what} has the value {value}, which this version of trt does not know")]
    UnknownValue {
        /// Name of the enumeration.
        what: &'static str,
        /// The number found.
        value: i64,
    },

    /// A file could not be read or written.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// "read", "write", ...
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },

    /// A failure of CUDA: no driver, no device, out of memory, ...
    #[error(transparent)]
    Cuda(#[from] crate::cuda::Error),
}

impl Error {
    /// A plugin's failure, with nothing in the log.
    pub(crate) fn plugin(
        plugin: &str,
        source: crate::plugin::Error,
        during: impl ToString,
    ) -> Self {
        Self::Plugin {
            plugin: plugin.to_owned(),
            source: Box::new(source),
            during: during.to_string(),
            log: String::new(),
        }
    }

    /// A refusal of an argument by this crate.
    pub(crate) fn invalid(what: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Invalid {
            what: what.into(),
            detail: detail.into(),
        }
    }
}

/// A C string for TensorRT.
pub(crate) fn c_string(text: &str) -> Result<CString> {
    CString::new(text)
        .map_err(|_| Error::invalid(format!("text {text:?}"), "contains a NUL character"))
}

/// A path as a C string.
pub(crate) fn c_path(path: &Path) -> Result<CString> {
    CString::new(path.as_os_str().as_bytes())
        .map_err(|_| Error::invalid(format!("path {path:?}"), "contains a NUL character"))
}

/// A number for one of TensorRT's arguments of 32 bits.
pub(crate) fn int32(what: &str, number: i64) -> Result<i32> {
    i32::try_from(number)
        .map_err(|_| Error::invalid(what, format!("{number} does not fit into 32 bits")))
}

fn log_tail(log: &str) -> String {
    if log.is_empty() {
        return String::new();
    }
    let lines = log.lines().map(|line| format!("\n  TensorRT: {line}"));
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_call_shows_the_log_line_by_line() {
        let error = Error::Call {
            what: "adding convolution `stem`".into(),
            detail: "null result".into(),
            log: "kernel is empty\nsecond line".into(),
        };
        assert_eq!(
            error.to_string(),
            "adding convolution `stem` failed: null result\n  TensorRT: kernel is empty\n  TensorRT: second line"
        );
    }
}
