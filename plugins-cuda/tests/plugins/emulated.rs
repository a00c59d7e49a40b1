//! Plugins whose kernels run on the CPU: the arithmetic of a kernel, proven without a GPU.

use anyhow::{Result, ensure};
use trt::cuda::RawStream;
use trt::plugin::{Call, Error, TensorInfo, TensorMemory};

use crate::device::{GUARD, POISON, announced, byte_size, compare_all};
use crate::suite::{Case, Tensor};

/// Memory aligned as on the device, poisoned, with a guard behind it.
struct Block {
    words: Vec<u128>,
    len: usize,
}

impl Block {
    fn new(len: usize) -> Self {
        let words = vec![u128::from_ne_bytes([POISON; 16]); (len + GUARD).div_ceil(16) + 15];
        Self { words, len }
    }

    /// Where a multiple of 256 begins.
    fn start(&self) -> usize {
        let address = self.words.as_ptr().addr();
        address.next_multiple_of(256) - address
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

/// Runs a case on the CPU; the outputs are PyTorch's. `None` for a kernel with what the emulation lacks, see build/main.rs.
pub(crate) fn check(case: &Case) -> Result<Option<String>> {
    match run(case) {
        Err(error) if is_not_emulated(&error) => Ok(None),
        result => result.map(Some),
    }
}

fn is_not_emulated(error: &anyhow::Error) -> bool {
    matches!(
        error.downcast_ref(),
        Some(Error::Launch { status: 801, .. })
    )
}

fn run(case: &Case) -> Result<String> {
    let plugin = case.create()?;
    let infos = |tensors: &[Tensor]| {
        let infos = tensors
            .iter()
            .map(|tensor| TensorInfo::linear(tensor.dtype, tensor.dims));
        infos.collect::<Vec<_>>()
    };
    let (inputs, outputs) = (infos(&case.inputs), announced(&plugin, &case.inputs)?);
    let mut workspace = Block::new(plugin.workspace(&inputs, &outputs)?);
    let mut read = blocks(&inputs)?;
    for (block, tensor) in read.iter_mut().zip(&case.inputs) {
        block.bytes().copy_from_slice(&tensor.bytes);
    }
    let mut written = blocks(&outputs)?;
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

fn blocks(infos: &[TensorInfo]) -> Result<Vec<Block>> {
    infos
        .iter()
        .map(|info| Ok(Block::new(byte_size(info)?)))
        .collect()
}

fn memory(infos: &[TensorInfo], blocks: &mut [Block]) -> Vec<TensorMemory> {
    let pairs = infos.iter().zip(blocks);
    pairs
        .map(|(info, block)| {
            TensorMemory::new(*info, block.bytes().as_mut_ptr().expose_provenance() as u64)
        })
        .collect()
}
