//! Timings of tactics, kept from one build to the next.

use std::path::Path;

use crate::Result;
use crate::file;

/// Timings of tactics, which make the next build of a similar network faster.
///
/// Valid for one version of the library and one kind of GPU. TensorRT-RTX takes a cache, but has no use for it.
/// Follows [`ITimingCache`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/c-api/classnvinfer1_1_1_i_timing_cache.html).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimingCache(Vec<u8>);

impl TimingCache {
    /// Without timings.
    pub fn new() -> Self {
        Self::default()
    }

    /// From the bytes of [`bytes`](Self::bytes).
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// From a file, or without timings if there is no such file.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        if !path.exists() {
            return Ok(Self::default());
        }
        Ok(Self(file::read(path)?))
    }

    /// Writes a file, whole or not at all.
    ///
    /// # Errors
    /// The file cannot be written, because the disk is full for example.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        file::write(path.as_ref(), &self.0)
    }

    /// The bytes, in TensorRT's own form.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}
