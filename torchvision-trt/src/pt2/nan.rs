//! Looks for NaN in weights.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::{DType, Weight};

/// Names of the tensors whose storage holds a NaN within their view, in the order given.
pub(super) fn scan(tensors: &[(&str, &Arc<Weight>)]) -> Vec<String> {
    let threads = thread::available_parallelism()
        .map_or(1, |n| n.get())
        .min(tensors.len().max(1));
    let next = AtomicUsize::new(0);
    let mut found: Vec<usize> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut found = Vec::new();
                    loop {
                        let i = next.fetch_add(1, Ordering::Relaxed);
                        match tensors.get(i) {
                            Some((_, weight)) if has_nan(weight) => found.push(i),
                            Some(_) => {}
                            None => return found,
                        }
                    }
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_default())
            .collect()
    });
    found.sort_unstable();
    found.into_iter().map(|i| tensors[i].0.to_owned()).collect()
}

fn has_nan(weight: &Weight) -> bool {
    // Any element whose exponent is all ones and whose mantissa is not zero, without branches so that it vectorises.
    fn any<const N: usize>(bytes: &[u8], is_nan: impl Fn([u8; N]) -> bool) -> bool {
        let (items, _) = bytes.as_chunks::<N>();
        items.chunks(4096).any(|block| {
            block
                .iter()
                .fold(false, |found, item| found | is_nan(*item))
        })
    }
    match weight.dtype() {
        DType::Float32 => any(weight.bytes(), |b| {
            u32::from_le_bytes(b) & 0x7fff_ffff > 0x7f80_0000
        }),
        DType::Float64 => any(weight.bytes(), |b| {
            u64::from_le_bytes(b) << 1 > 0x7ff0_0000_0000_0000 << 1
        }),
        DType::Float16 => any(weight.bytes(), |b| u16::from_le_bytes(b) & 0x7fff > 0x7c00),
        DType::BFloat16 => any(weight.bytes(), |b| u16::from_le_bytes(b) & 0x7fff > 0x7f80),
        DType::Float8E4M3FN => any(weight.bytes(), |b: [u8; 1]| b[0] & 0x7f == 0x7f),
        DType::Float8E5M2 => any(weight.bytes(), |b: [u8; 1]| b[0] & 0x7f > 0x7c),
        DType::Float8E4M3FNUZ | DType::Float8E5M2FNUZ => {
            any(weight.bytes(), |b: [u8; 1]| b[0] == 0x80)
        }
        _ => false,
    }
}
