//! What converters make of plugins, where TensorRT has none: plugins are left out of the network and run beside it, with their kernels
//! on the CPU (feature `emulation`).

use std::path::Path;

use torchvision_trt::convert::Registry;

use crate::programs;

/// Whether a program has an operator that a plugin takes over somewhere.
pub(crate) fn may_be_used(program: &Path) -> bool {
    let Ok(registry) = Registry::global() else {
        return false;
    };
    let operators = programs::operators(program);
    registry
        .iter()
        .any(|(key, converter)| converter.plugins().is_some() && operators.contains(&key.name))
}

#[cfg(feature = "tch")]
pub(crate) use around::prove;

#[cfg(feature = "tch")]
mod around {
    use std::path::Path;
    use std::sync::{Mutex, PoisonError};

    use tch::{Device, Kind, Tensor};
    use torchvision_trt::convert;
    use torchvision_trt::verify::{self, Golden, Report, VerifyError, golden_path};
    use trt::cuda::RawStream;
    use trt::plugin::{AnyPlugin, Call, Error, SymbolicShape, TensorInfo, TensorMemory};
    use trt::{Builder, DataType, Dims, Library, NetworkOptions};

    use crate::outcome::Task;
    use crate::{chain, programs, references, worst};

    /// Converts a case with plugins, which checks that they take what they are given, and compares all golden sets if the kernels
    /// run on the CPU; `None`: they do not.
    pub(crate) fn prove(
        library: &Library,
        program: &Path,
        task: &Task<'_>,
    ) -> Result<Option<f64>, String> {
        tch::set_num_threads(1);
        let text = |error: &dyn std::error::Error| chain(error);
        let tolerance = task
            .case
            .tolerance(task.precision)
            .map_err(|e| e.to_string())?;
        let golden = Golden::open(&golden_path(program)).map_err(|e| text(&e))?;
        let graph = programs::graph(program, task.precision)?;
        let builder = Builder::new(library).map_err(|e| text(&e))?;
        let options = NetworkOptions::strongly_typed();
        let network = builder.network(options).map_err(|e| text(&e))?;
        let (_, left_out) = convert::around_plugins(&graph, &network).map_err(|e| text(&e))?;
        if !plugins_cuda::are_emulated() {
            return Ok(None);
        }

        let mut run = |plugin: &AnyPlugin, inputs: &[Tensor]| match emulate(plugin, inputs) {
            // What the emulation lacks, see build/main.rs of plugins-cuda.
            Err(Error::Launch { status: 801, .. }) => match references::compute(plugin, inputs) {
                Ok(Some(outputs)) => Ok(outputs),
                Ok(None) => Err(format!(
                    "{plugin:?} is neither emulated nor in references.rs"
                )),
                Err(error) => Err(error.to_string()),
            },
            outputs => outputs.map_err(|error| error.to_string()),
        };
        let reports: Result<Vec<Report>, VerifyError> = (0..golden.len())
            .map(|set| {
                verify::network_around(&network, &golden, set, &tolerance, &left_out, &mut run)
            })
            .collect();
        worst(&reports.map_err(|e| text(&e))?).map(Some)
    }

    const TYPES: [(Kind, DataType); 7] = [
        (Kind::Float, DataType::Float),
        (Kind::Half, DataType::Half),
        (Kind::BFloat16, DataType::BFloat16),
        (Kind::Int, DataType::Int32),
        (Kind::Int64, DataType::Int64),
        (Kind::Uint8, DataType::UInt8),
        (Kind::Bool, DataType::Bool),
    ];

    /// Runs a plugin on the CPU.
    fn emulate(plugin: &AnyPlugin, inputs: &[Tensor]) -> Result<Vec<Tensor>, Error> {
        // Emulated kernels share one grid of threads.
        static GRID: Mutex<()> = Mutex::new(());
        let _grid = GRID.lock().unwrap_or_else(PoisonError::into_inner);
        let inputs: Vec<Tensor> = inputs.iter().map(|tensor| tensor.contiguous()).collect();
        let read = inputs.iter().map(info).collect::<Result<Vec<_>, _>>()?;
        let types: Vec<_> = read.iter().map(|info| info.dtype).collect();
        let shapes: Vec<_> = read
            .iter()
            .map(|info| SymbolicShape::from(&info.dims[..]))
            .collect();
        let types = plugin.output_types(&types)?;
        let shapes = plugin.output_shapes(&shapes, &[])?;
        let outputs = types
            .iter()
            .zip(&shapes)
            .map(|(&dtype, shape)| allocate(dtype, shape))
            .collect::<Result<Vec<_>, _>>()?;
        let written = outputs.iter().map(info).collect::<Result<Vec<_>, _>>()?;
        let bytes = plugin.workspace(&read, &written)?;
        let workspace = Tensor::zeros(
            [bytes as i64 + ALIGNMENT as i64],
            (Kind::Uint8, Device::Cpu),
        );
        let memory = |tensors: &[Tensor], infos: &[TensorInfo]| -> Vec<TensorMemory> {
            let pairs = tensors.iter().zip(infos);
            pairs
                .map(|(tensor, info)| TensorMemory::new(*info, address(tensor)))
                .collect()
        };
        let (from, to) = (memory(&inputs, &read), memory(&outputs, &written));
        let scratch = address(&workspace).next_multiple_of(ALIGNMENT);
        // SAFETY: the tensors have these shapes and types and outlive the call, at whose return the emulated kernels have run.
        let call = unsafe { Call::new(&from, &to, scratch, RawStream(std::ptr::null_mut())) };
        plugin.enqueue(&call)?;
        // A size that the kernel decided is in the output that is one integer.
        let count = || {
            outputs
                .iter()
                .find(|tensor| tensor.dim() == 0 && tensor.kind() == Kind::Int)
        };
        let cut = |(tensor, shape): (&Tensor, &SymbolicShape)| match (shape.dims(), count()) {
            (Some(dims), Some(count)) if dims.first() == Some(&-1) => {
                tensor.narrow(0, 0, count.int64_value(&[]))
            }
            _ => tensor.shallow_clone(),
        };
        Ok(outputs.iter().zip(&shapes).map(cut).collect())
    }

    const ALIGNMENT: u64 = 256;

    fn address(tensor: &Tensor) -> u64 {
        tensor.data_ptr().expose_provenance() as u64
    }

    fn info(tensor: &Tensor) -> Result<TensorInfo, Error> {
        let kind = tensor.kind();
        let found = TYPES.iter().find(|(known, _)| *known == kind);
        let (_, dtype) = found.ok_or_else(|| Error::invalid("tensor", format!("is {kind:?}")))?;
        let dims = Dims::new(&tensor.size());
        let dims = dims.map_err(|error| Error::invalid("tensor", error.to_string()))?;
        Ok(TensorInfo::linear(*dtype, dims))
    }

    /// Memory for an output, full of a number that is not expected in one.
    fn allocate(dtype: DataType, shape: &SymbolicShape) -> Result<Tensor, Error> {
        let found = TYPES.iter().find(|(_, known)| *known == dtype);
        let (kind, _) = found.ok_or_else(|| Error::invalid("output", format!("is {dtype}")))?;
        let dims = shape.limit().dims();
        let dims = dims.ok_or_else(|| Error::invalid("output", format!("has shape {shape:?}")))?;
        Ok(Tensor::full(&dims[..], 77, (*kind, Device::Cpu)))
    }
}
