//! Reads the directory of a zip.
//!
//! Stored tensors are used where they lie in the mapped file, so what matters is where each entry's bytes start; the format is
//! PKWARE's [APPNOTE](https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT), with zip64 for large models.

use std::collections::HashMap;
use std::io::Read;

use flate2::Crc;
use flate2::read::DeflateDecoder;

/// An entry of a zip.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// First byte of the entry's data in the file.
    pub(super) start: usize,
    /// Bytes in the file.
    packed: usize,
    /// Bytes when unpacked.
    pub(super) size: usize,
    crc: u32,
    method: u16,
}

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

impl Entry {
    /// True if the bytes in the file are the entry's own.
    pub(super) fn is_stored(&self) -> bool {
        self.method == STORED
    }

    /// The entry's bytes, checked against their checksum.
    pub(super) fn read(&self, file: &[u8]) -> Result<Vec<u8>, String> {
        let packed = &file[self.start..self.start + self.packed];
        let bytes = match self.method {
            STORED => packed.to_vec(),
            DEFLATED => {
                let mut bytes = Vec::new();
                let limit = self.size as u64 + 1;
                DeflateDecoder::new(packed)
                    .take(limit)
                    .read_to_end(&mut bytes)
                    .map_err(|e| e.to_string())?;
                bytes
            }
            method => {
                return Err(format!(
                    "compression method {method} is not supported, only none and deflate are"
                ));
            }
        };
        if bytes.len() != self.size {
            return Err(format!("it does not unpack to its {} bytes", self.size));
        }
        let mut crc = Crc::new();
        crc.update(&bytes);
        if crc.sum() != self.crc {
            return Err("its checksum is wrong".into());
        }
        Ok(bytes)
    }
}

const END: u32 = 0x0605_4b50;
const END_LENGTH: usize = 22;
const END64_LOCATOR: u32 = 0x0706_4b50;
const END64_LOCATOR_LENGTH: usize = 20;
const END64: u32 = 0x0606_4b50;
const HEADER: u32 = 0x0201_4b50;
const LOCAL_HEADER: u32 = 0x0403_4b50;
const LOCAL_HEADER_LENGTH: usize = 30;

/// The entries of a zip by name. All of them lie within the file.
pub(super) fn directory(file: &[u8]) -> Result<HashMap<String, Entry>, String> {
    let end = end_record(file).ok_or("it has no zip directory at its end")?;
    let (mut count, mut at) = (
        u64::from(u16_at(file, end + 10)?),
        u64::from(u32_at(file, end + 16)?),
    );
    if let Some(locator) = end
        .checked_sub(END64_LOCATOR_LENGTH)
        .filter(|l| u32_at(file, *l) == Ok(END64_LOCATOR))
    {
        let end64 = index(u64_at(file, locator + 8)?)?;
        if u32_at(file, end64)? != END64 {
            return Err("its zip64 directory is damaged".into());
        }
        (count, at) = (u64_at(file, end64 + 32)?, u64_at(file, end64 + 48)?);
    }
    let mut at = index(at)?;
    let mut entries = HashMap::new();
    for _ in 0..count {
        if u32_at(file, at)? != HEADER {
            return Err("its zip directory is damaged".into());
        }
        let (name_length, extra_length) = (u16_at(file, at + 28)?, u16_at(file, at + 30)?);
        let comment_length = u16_at(file, at + 32)?;
        let name_end = at + 46 + usize::from(name_length);
        let extra_end = name_end + usize::from(extra_length);
        let name = String::from_utf8_lossy(file.get(at + 46..name_end).ok_or(CUT)?).into_owned();
        let extra = file.get(name_end..extra_end).ok_or(CUT)?;
        let entry = entry(file, at, extra).map_err(|e| format!("entry `{name}`: {e}"))?;
        entries.insert(name, entry);
        at = extra_end + usize::from(comment_length);
    }
    Ok(entries)
}

/// Position of the end record: the last one whose comment ends with the file.
fn end_record(file: &[u8]) -> Option<usize> {
    let last = file.len().checked_sub(END_LENGTH)?;
    (last.saturating_sub(usize::from(u16::MAX))..=last)
        .rev()
        .find(|&at| {
            u32_at(file, at) == Ok(END)
                && u16_at(file, at + 20)
                    .is_ok_and(|n| at + END_LENGTH + usize::from(n) == file.len())
        })
}

fn entry(file: &[u8], at: usize, extra: &[u8]) -> Result<Entry, String> {
    let (packed, size) = (u32_at(file, at + 20)?, u32_at(file, at + 24)?);
    let mut wide = Zip64::find(extra);
    let mut widen = |short: u32| {
        if short == u32::MAX {
            wide.next()
        } else {
            Ok(u64::from(short))
        }
    };
    // In this order: the zip64 field holds only the numbers that did not fit.
    let size = index(widen(size)?)?;
    let packed = index(widen(packed)?)?;
    let local = index(widen(u32_at(file, at + 42)?)?)?;
    if u32_at(file, local)? != LOCAL_HEADER {
        return Err("its header is damaged".into());
    }
    let name_and_extra =
        usize::from(u16_at(file, local + 26)?) + usize::from(u16_at(file, local + 28)?);
    let start = local + LOCAL_HEADER_LENGTH + name_and_extra;
    if start.checked_add(packed).is_none_or(|end| end > file.len()) {
        return Err("it ends beyond the file".into());
    }
    let method = u16_at(file, at + 10)?;
    if method == STORED && size != packed {
        return Err("it states two sizes".into());
    }
    Ok(Entry {
        start,
        packed,
        size,
        crc: u32_at(file, at + 16)?,
        method,
    })
}

/// The extra field with the numbers that exceed 32 bits.
struct Zip64<'a>(&'a [u8]);

impl<'a> Zip64<'a> {
    fn find(mut extra: &'a [u8]) -> Self {
        while let (Ok(id), Ok(length)) = (u16_at(extra, 0), u16_at(extra, 2)) {
            let Some(field) = extra.get(4..4 + usize::from(length)) else {
                break;
            };
            if id == 1 {
                return Self(field);
            }
            extra = &extra[4 + field.len()..];
        }
        Self(&[])
    }

    fn next(&mut self) -> Result<u64, String> {
        let value = u64_at(self.0, 0)?;
        self.0 = &self.0[8..];
        Ok(value)
    }
}

const CUT: &str = "it is cut short";

fn bytes_at<const N: usize>(file: &[u8], at: usize) -> Result<[u8; N], String> {
    let bytes = at.checked_add(N).and_then(|end| file.get(at..end));
    bytes
        .and_then(|b| b.try_into().ok())
        .ok_or_else(|| CUT.into())
}

fn u16_at(file: &[u8], at: usize) -> Result<u16, String> {
    bytes_at(file, at).map(u16::from_le_bytes)
}

fn u32_at(file: &[u8], at: usize) -> Result<u32, String> {
    bytes_at(file, at).map(u32::from_le_bytes)
}

fn u64_at(file: &[u8], at: usize) -> Result<u64, String> {
    bytes_at(file, at).map(u64::from_le_bytes)
}

fn index(n: u64) -> Result<usize, String> {
    // Half the address space leaves room for the sums that follow.
    usize::try_from(n)
        .ok()
        .filter(|n| *n < usize::MAX / 2)
        .ok_or_else(|| CUT.into())
}
