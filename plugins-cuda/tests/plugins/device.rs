//! Plugins on the GPU without TensorRT: inputs copied there, the kernels launched, outputs compared.

use anyhow::{Context, Result, ensure};
use trt::Dims;
use trt::cuda::{Device, DeviceBuffer, RawStream, Stream};
use trt::plugin::{AnyPlugin, Call, SymbolicShape, TensorInfo, TensorMemory};

use crate::compare::compare;
use crate::suite::{Case, Tensor};

/// Bytes behind each buffer that a kernel must leave alone.
pub(crate) const GUARD: usize = 256;
/// What memory holds before a kernel writes it.
pub(crate) const POISON: u8 = 0xa5;

/// Runs cases on one stream.
pub(crate) struct Runner {
    pub(crate) device: Device,
    pub(crate) stream: Stream,
    poison: bool,
}

impl Runner {
    pub(crate) fn new() -> Result<Self> {
        let device = Device::new(0)?;
        let stream = Stream::new(&device)?;
        Ok(Self {
            device,
            stream,
            poison: true,
        })
    }

    /// Leaves memory as it is allocated, for `compute-sanitizer --tool initcheck`, which then sees what is read before it is
    /// written; nothing guards the ends of buffers then.
    pub(crate) fn without_poison(mut self) -> Self {
        self.poison = false;
        self
    }

    /// Runs a case twice; the outputs are PyTorch's and the same both times.
    pub(crate) fn check(&mut self, case: &Case) -> Result<String> {
        let plugin = case.create()?;
        let first = self.run(&plugin, case)?;
        let worst = compare_all(case, &first)?;
        ensure!(
            self.run(&plugin, case)?
                .iter()
                .zip(&first)
                .all(|(second, first)| second.bytes == first.bytes),
            "a second run has other outputs"
        );
        Ok(format!("{worst:.1e}"))
    }

    fn run(&mut self, plugin: &AnyPlugin, case: &Case) -> Result<Vec<Tensor>> {
        let inputs = self.inputs(&case.inputs)?;
        let outputs = self.outputs(plugin, &case.inputs)?;
        let workspace = self.workspace(plugin, &inputs, &outputs)?;
        self.enqueue(plugin, &inputs, &outputs, &workspace)?;
        self.stream.synchronize()?;
        ensure!(
            self.guard_is_whole(&workspace)?,
            "written behind the workspace"
        );
        outputs.iter().map(|output| self.read(output)).collect()
    }

    /// Puts a call on the stream.
    pub(crate) fn enqueue(
        &self,
        plugin: &AnyPlugin,
        inputs: &[Memory],
        outputs: &[Memory],
        workspace: &DeviceBuffer,
    ) -> Result<()> {
        self.device.make_current()?;
        let memory = |tensors: &[Memory]| -> Vec<TensorMemory> {
            tensors.iter().map(Memory::tensor).collect()
        };
        let (inputs, outputs) = (memory(inputs), memory(outputs));
        let stream = RawStream(self.stream.as_raw());
        // SAFETY: the buffers have the tensors' sizes and live until the caller has waited for the stream.
        let call = unsafe { Call::new(&inputs, &outputs, workspace.address(), stream) };
        Ok(plugin.enqueue(&call)?)
    }

    /// Input tensors on the device.
    pub(crate) fn inputs(&self, tensors: &[Tensor]) -> Result<Vec<Memory>> {
        let upload = |tensor: &Tensor| {
            let mut bytes = tensor.bytes.clone();
            bytes.resize(bytes.len() + GUARD, POISON);
            Ok(Memory {
                info: TensorInfo::linear(tensor.dtype, tensor.dims),
                buffer: DeviceBuffer::from_slice(&self.stream, &bytes)?,
            })
        };
        tensors.iter().map(upload).collect()
    }

    /// Poisoned memory for the outputs that the plugin announces.
    pub(crate) fn outputs(&self, plugin: &AnyPlugin, inputs: &[Tensor]) -> Result<Vec<Memory>> {
        let memory = |info| {
            Ok(Memory {
                buffer: self.poisoned(byte_size(&info)?)?,
                info,
            })
        };
        announced(plugin, inputs)?.into_iter().map(memory).collect()
    }

    /// Poisoned scratch memory.
    pub(crate) fn workspace(
        &self,
        plugin: &AnyPlugin,
        inputs: &[Memory],
        outputs: &[Memory],
    ) -> Result<DeviceBuffer> {
        let infos =
            |tensors: &[Memory]| tensors.iter().map(|tensor| tensor.info).collect::<Vec<_>>();
        self.poisoned(plugin.workspace(&infos(inputs), &infos(outputs))?)
    }

    fn poisoned(&self, bytes: usize) -> Result<DeviceBuffer> {
        let mut buffer = DeviceBuffer::new(&self.device, bytes + GUARD)?;
        if self.poison {
            buffer.fill(POISON, &self.stream)?;
        }
        Ok(buffer)
    }

    fn guard_is_whole(&self, buffer: &DeviceBuffer) -> Result<bool> {
        if !self.poison {
            return Ok(true);
        }
        let mut guard = [0; GUARD];
        buffer.read_at(buffer.len() - GUARD, &mut guard, &self.stream)?;
        Ok(guard == [POISON; GUARD])
    }

    fn read(&self, memory: &Memory) -> Result<Tensor> {
        ensure!(
            self.guard_is_whole(&memory.buffer)?,
            "written behind an output"
        );
        let mut bytes = vec![0; byte_size(&memory.info)?];
        memory.buffer.read_at(0, &mut bytes, &self.stream)?;
        Ok(Tensor {
            dtype: memory.info.dtype,
            dims: memory.info.dims,
            bytes,
        })
    }
}

/// A tensor in device memory.
pub(crate) struct Memory {
    info: TensorInfo,
    buffer: DeviceBuffer,
}

impl Memory {
    fn tensor(&self) -> TensorMemory {
        TensorMemory::new(self.info, self.buffer.address())
    }

    /// Where it is on the device.
    pub(crate) fn address(&self) -> *mut std::ffi::c_void {
        self.buffer.as_ptr()
    }

    /// Its bytes, without the guard.
    pub(crate) fn bytes(&self) -> usize {
        self.buffer.len() - GUARD
    }
}

/// The outputs that a plugin announces, a size that the run decides at its limit.
pub(crate) fn announced(plugin: &AnyPlugin, inputs: &[Tensor]) -> Result<Vec<TensorInfo>> {
    let types: Vec<_> = inputs.iter().map(|input| input.dtype).collect();
    let shapes: Vec<_> = inputs
        .iter()
        .enumerate()
        .map(|(number, input)| SymbolicShape::of_input(number, &input.dims))
        .collect();
    let types = plugin.output_types(&types)?;
    let shapes = plugin.output_shapes(&shapes, &[])?;
    let info = |(dtype, shape): (_, SymbolicShape)| {
        let sizes: Option<Vec<i64>> = shape.iter().map(|size| size.limit().known()).collect();
        let dims = Dims::new(&sizes.context("an output size that nothing limits")?)?;
        Ok(TensorInfo::linear(dtype, dims))
    };
    types.into_iter().zip(shapes).map(info).collect()
}

/// The outputs are PyTorch's; returns the largest error.
pub(crate) fn compare_all(case: &Case, outputs: &[Tensor]) -> Result<f64> {
    let mut worst = 0_f64;
    for (number, (found, expected)) in outputs.iter().zip(&case.outputs).enumerate() {
        let error = compare(&cut(found, expected), expected, case.tolerance)
            .with_context(|| format!("output {number}"))?;
        worst = worst.max(error);
    }
    Ok(worst)
}

/// What a run with fewer rows than the limit has written.
fn cut(found: &Tensor, expected: &Tensor) -> Tensor {
    let rest = |tensor: &Tensor| tensor.dims.get(1..).map(<[i64]>::to_vec);
    let mut found = found.clone();
    if rest(&found) == rest(expected) && found.dims.first() > expected.dims.first() {
        found.dims = expected.dims;
        found.bytes.truncate(expected.bytes.len());
    }
    found
}

pub(crate) fn byte_size(info: &TensorInfo) -> Result<usize> {
    let bytes = info
        .dims
        .volume()
        .and_then(|volume| info.dtype.bytes_for(volume));
    bytes.with_context(|| format!("{info:?} has no size"))
}
