//! Plugins whose kernels run on the CPU: the arithmetic of a kernel, proven without a GPU.

use anyhow::{Context, Result, ensure};
use trt::cuda::RawStream;
use trt::plugin::{Call, TensorInfo, TensorMemory};

use crate::device::{GUARD, POISON, announced, byte_size, compare_all};
use crate::suite::{Case, Tensor};

/// Memory aligned as on the device, poisoned, with a guard behind it.
struct Block {
    words: Vec<u128>,
    /// Bytes from a multiple of 256 on.
    offset: usize,
    len: usize,
}

impl Block {
    fn new(len: usize, offset: usize) -> Self {
        let words = (offset + len + GUARD).div_ceil(16) + 15;
        let words = vec![u128::from_ne_bytes([POISON; 16]); words];
        Self { words, offset, len }
    }

    fn start(&self) -> usize {
        let address = self.words.as_ptr().addr();
        address.next_multiple_of(256) - address + self.offset
    }

    fn bytes(&mut self) -> &mut [u8] {
        let (start, len) = (self.start(), self.len);
        &mut bytemuck::cast_slice_mut(&mut self.words)[start..start + len]
    }

    fn guard_is_whole(&self) -> bool {
        let bytes: &[u8] = bytemuck::cast_slice(&self.words);
        let end = self.start() + self.len;
        let guard = bytes.get(end..end + GUARD.min(bytes.len() - end));
        guard.is_some_and(|guard| guard.iter().all(|&byte| byte == POISON))
    }
}

/// Runs a case on the CPU, with tensors that are aligned as on the device and with such that begin one element later; the outputs
/// are PyTorch's.
pub(crate) fn check(case: &Case) -> Result<String> {
    run(case, true).context("aligned")?;
    run(case, false).context("not aligned")
}

fn run(case: &Case, aligned: bool) -> Result<String> {
    let plugin = case.create()?;
    let infos = |tensors: &[Tensor]| {
        let infos = tensors
            .iter()
            .map(|tensor| TensorInfo::linear(tensor.dtype, tensor.dims));
        infos.collect::<Vec<_>>()
    };
    let (inputs, outputs) = (infos(&case.inputs), announced(&plugin, &case.inputs)?);
    let mut workspace = Block::new(plugin.workspace(&inputs, &outputs)?, 0);
    let mut read = blocks(&inputs, aligned)?;
    for (block, tensor) in read.iter_mut().zip(&case.inputs) {
        block.bytes().copy_from_slice(&tensor.bytes);
    }
    let mut written = blocks(&outputs, aligned)?;
    let (input_memory, output_memory) =
        (memory(&inputs, &mut read), memory(&outputs, &mut written));
    // SAFETY: the blocks have the tensors' sizes and outlive the call, at whose return the kernels have run.
    let call = unsafe {
        Call::new(
            &input_memory,
            &output_memory,
            workspace.bytes().as_mut_ptr().expose_provenance() as u64,
            RawStream(std::ptr::null_mut()),
        )
    };
    plugin.enqueue(&call)?;
    ensure!(workspace.guard_is_whole(), "written behind the workspace");
    ensure!(
        written.iter().all(Block::guard_is_whole),
        "written behind an output"
    );
    let found: Vec<Tensor> = outputs
        .iter()
        .zip(&mut written)
        .map(|(info, block)| Tensor {
            dtype: info.dtype,
            dims: info.dims,
            bytes: block.bytes().to_vec(),
        })
        .collect();
    Ok(format!("{:.1e}", compare_all(case, &found)?))
}

fn blocks(infos: &[TensorInfo], aligned: bool) -> Result<Vec<Block>> {
    let block = |info: &TensorInfo| {
        let element = info.dtype.bytes_for(1).unwrap_or_default();
        Ok(Block::new(
            byte_size(info)?,
            if aligned { 0 } else { element },
        ))
    };
    infos.iter().map(block).collect()
}

fn memory(infos: &[TensorInfo], blocks: &mut [Block]) -> Vec<TensorMemory> {
    let pairs = infos.iter().zip(blocks);
    pairs
        .map(|(info, block)| {
            TensorMemory::new(*info, block.bytes().as_mut_ptr().expose_provenance() as u64)
        })
        .collect()
}
