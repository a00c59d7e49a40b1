//! Tensor data: views of storages that are mapped from the archive.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::{Arc, OnceLock};

use memmap2::Mmap;

use super::DType;

/// Bytes aligned to 16, so that elements of any type can be read in place.
#[derive(Clone, PartialEq, Eq)]
pub struct AlignedBytes {
    words: Vec<u128>,
    len: usize,
}

impl AlignedBytes {
    /// `len` zero bytes.
    pub fn zeroed(len: usize) -> Self {
        Self {
            words: vec![0; len.div_ceil(16)],
            len,
        }
    }
}

impl From<&[u8]> for AlignedBytes {
    fn from(bytes: &[u8]) -> Self {
        let mut aligned = Self::zeroed(bytes.len());
        aligned.as_mut().copy_from_slice(bytes);
        aligned
    }
}

impl Deref for AlignedBytes {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.words)[..self.len]
    }
}

impl AsMut<[u8]> for AlignedBytes {
    fn as_mut(&mut self) -> &mut [u8] {
        &mut bytemuck::cast_slice_mut(&mut self.words)[..self.len]
    }
}

impl fmt::Debug for AlignedBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AlignedBytes({} bytes)", self.len)
    }
}

/// The bytes of one tensor storage. Tied weights share it.
#[derive(Clone, Debug)]
pub(crate) enum Storage {
    /// In place in the archive.
    Mapped(Arc<Mmap>, Range<usize>),
    /// Copied, since the archive has it compressed or badly aligned.
    Copied(Arc<AlignedBytes>),
}

impl Deref for Storage {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            Self::Mapped(map, range) => &map[range.clone()],
            Self::Copied(bytes) => bytes,
        }
    }
}

/// A tensor stored in the archive: a strided view of a storage.
#[derive(Debug)]
pub struct Weight {
    dtype: DType,
    sizes: Vec<i64>,
    strides: Vec<i64>,
    offset: i64,
    storage: Storage,
    contiguous: OnceLock<AlignedBytes>,
}

impl Weight {
    /// A view of `storage`: sizes, strides and offset count elements.
    ///
    /// # Errors
    /// Bytes that the view needs, if the storage has fewer, or `None` if sizes, strides or offset make no sense.
    pub(crate) fn new(
        dtype: DType,
        sizes: Vec<i64>,
        strides: Vec<i64>,
        offset: i64,
        storage: Storage,
    ) -> Result<Self, Option<u64>> {
        let needed = span(&sizes, &strides, offset, dtype.size()).ok_or(None)?;
        if needed > storage.len() as u64 {
            return Err(Some(needed));
        }
        Ok(Self {
            dtype,
            sizes,
            strides,
            offset,
            storage,
            contiguous: OnceLock::new(),
        })
    }

    /// Element type.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// Sizes, outermost first.
    pub fn sizes(&self) -> &[i64] {
        &self.sizes
    }

    /// Distance in elements between neighbours of each dimension.
    pub fn strides(&self) -> &[i64] {
        &self.strides
    }

    /// First element of the view in its storage.
    pub fn offset(&self) -> i64 {
        self.offset
    }

    /// All bytes of the storage, which may be more than the view shows.
    pub fn storage(&self) -> &[u8] {
        &self.storage
    }

    /// True if the elements lie in row-major order without gaps.
    pub fn is_contiguous(&self) -> bool {
        let mut expected = 1;
        self.sizes.contains(&0)
            || self
                .sizes
                .iter()
                .zip(&self.strides)
                .rev()
                .all(|(&size, &stride)| {
                    let ok = size == 1 || stride == expected;
                    expected *= size;
                    ok
                })
    }

    /// The elements in row-major order: borrowed where they lie so, else copied on the first call.
    pub fn bytes(&self) -> &[u8] {
        let item = self.dtype.size();
        let count = self.sizes.iter().product::<i64>() as usize;
        if self.is_contiguous() {
            let start = if count == 0 {
                0
            } else {
                self.offset as usize * item
            };
            return &self.storage[start..start + count * item];
        }
        self.contiguous.get_or_init(|| {
            let mut out = AlignedBytes::zeroed(count * item);
            copy_strided(
                out.as_mut(),
                &self.storage[self.offset as usize * item..],
                &self.sizes,
                &self.strides,
                item,
            );
            out
        })
    }
}

/// Bytes from the start of the storage to the end of the last element of the view.
fn span(sizes: &[i64], strides: &[i64], offset: i64, item: usize) -> Option<u64> {
    if sizes.len() != strides.len() || offset < 0 || sizes.iter().chain(strides).any(|&n| n < 0) {
        return None;
    }
    sizes
        .iter()
        .try_fold(item as i64, |bytes, &n| bytes.checked_mul(n.max(1)))?;
    if sizes.contains(&0) {
        return Some(0);
    }
    let last = sizes
        .iter()
        .zip(strides)
        .try_fold(offset, |last, (n, stride)| {
            last.checked_add((n - 1).checked_mul(*stride)?)
        })?;
    u64::try_from(last.checked_add(1)?.checked_mul(item as i64)?).ok()
}

/// Copies a strided view (strides in elements) to row-major order.
fn copy_strided(out: &mut [u8], from: &[u8], sizes: &[i64], strides: &[i64], item: usize) {
    let mut index = vec![0i64; sizes.len()];
    let mut at = 0i64;
    for element in out.chunks_exact_mut(item) {
        let start = at as usize * item;
        element.copy_from_slice(&from[start..start + item]);
        for axis in (0..sizes.len()).rev() {
            index[axis] += 1;
            at += strides[axis];
            if index[axis] < sizes[axis] {
                break;
            }
            at -= strides[axis] * sizes[axis];
            index[axis] = 0;
        }
    }
}
