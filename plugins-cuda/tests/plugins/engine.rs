//! Plugins inside an engine: a network of one plugin, built, run, and run again from its plan in a process of its own.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use trt::{Builder, DataType, Library, NetworkOptions, Runtime};

use crate::device::{self, compare_all};
use crate::suite::{Case, Tensor};

/// Builds and runs engines.
pub(crate) struct Engines {
    device: device::Runner,
    runtime: Runtime,
    // TensorRT loads its kernels with the first builder and drops them with the last.
    builder: Builder,
}

impl Engines {
    pub(crate) fn new() -> Result<Self> {
        let device = device::Runner::new()?;
        let library = Library::load()?;
        // Plans know their plugins by name only.
        library.plugins()?.register(plugins_cuda::ALL)?;
        let runtime = Runtime::on(&library, &device.device)?;
        let builder = Builder::new(&library)?;
        Ok(Self {
            device,
            runtime,
            builder,
        })
    }

    /// Builds a case's engine and runs it; the outputs are PyTorch's. Leaves plan and outputs in the folder for
    /// [`replay`](Self::replay).
    pub(crate) fn check(&self, case: &Case, folder: &Path) -> Result<String> {
        let plan = self.build(case).context("build")?;
        let outputs = self.run(&plan, case)?;
        let error = compare_all(case, &outputs)?;
        std::fs::write(folder.join(format!("{}.plan", case.name)), &plan)?;
        std::fs::write(folder.join(format!("{}.out", case.name)), joined(&outputs))?;
        Ok(format!("{error:.1e}"))
    }

    /// Runs the plan that another process left; the outputs have the same bits.
    pub(crate) fn replay(&self, case: &Case, folder: &Path) -> Result<String> {
        let plan = std::fs::read(folder.join(format!("{}.plan", case.name)))?;
        let expected = std::fs::read(folder.join(format!("{}.out", case.name)))?;
        let found = joined(&self.run(&plan, case)?);
        ensure!(found == expected, "the outputs have other bits than before");
        Ok(String::new())
    }

    fn build(&self, case: &Case) -> Result<Vec<u8>> {
        let network = self.builder.network(NetworkOptions::strongly_typed())?;
        let config = self.builder.config()?;
        let profile = self.builder.optimization_profile()?;
        let mut inputs = Vec::new();
        let mut is_dynamic = false;
        for (number, input) in case.inputs.iter().enumerate() {
            let name = input_name(number);
            // Sizes that are known late, except where a profile cannot have them.
            let unknown = !input.dims.is_empty() && !input.dims.contains(&0);
            let dims = if unknown {
                profile.set_shape(&name, &input.dims, &input.dims, &input.dims)?;
                is_dynamic = true;
                vec![-1; input.dims.len()]
            } else {
                input.dims.to_vec()
            };
            inputs.push(network.add_input(&name, input.dtype, &dims)?);
        }
        if is_dynamic {
            config.add_profile(&profile)?;
        }
        let layer = network.add_plugin(&inputs, &[], &case.create()?)?;
        for number in 0..case.outputs.len() {
            layer.output(number).set_name(&output_name(number))?;
            network.mark_output(layer.output(number))?;
        }
        Ok(self.builder.build(&network, &config)?.to_vec())
    }

    fn run(&self, plan: &[u8], case: &Case) -> Result<Vec<Tensor>> {
        let engine = self.runtime.load_engine(plan)?;
        let mut context = engine.context()?;
        let stream = &self.device.stream;
        let inputs = self.device.inputs(&case.inputs)?;
        for (number, (input, memory)) in case.inputs.iter().zip(&inputs).enumerate() {
            let name = input_name(number);
            context.set_input_shape(&name, &input.dims)?;
            // SAFETY: the memory has the input's size and lives until the stream has been waited for.
            unsafe { context.set_address(&name, memory.address())? };
        }
        for number in 0..case.outputs.len() {
            context.allocate_output(&output_name(number))?;
        }
        context.enqueue(stream)?;
        stream.synchronize()?;
        let read = |(number, expected): (usize, &Tensor)| {
            let name = output_name(number);
            let dims = context
                .allocated_shape(&name)?
                .with_context(|| format!("{name} has no shape"))?;
            let count = dims.volume().with_context(|| format!("{name}: {dims}"))?;
            let size = expected.dtype.bytes_for(count);
            let mut bytes = vec![0; size.context("an output past all memory")?];
            if !bytes.is_empty() {
                context.read_allocated(&name, &mut bytes, stream)?;
            }
            Ok(Tensor {
                dtype: expected.dtype,
                dims,
                bytes,
            })
        };
        case.outputs.iter().enumerate().map(read).collect()
    }
}

/// Whether TensorRT has the types of the case inside a network: bytes are quantized numbers there, or inputs to be converted.
pub(crate) fn takes(case: &Case) -> bool {
    let tensors = case.inputs.iter().chain(&case.outputs);
    let bytes = [DataType::Int8, DataType::UInt8];
    tensors
        .into_iter()
        .all(|tensor| !bytes.contains(&tensor.dtype))
}

/// Runs this program again to replay what is in the folder; whether all passed.
pub(crate) fn replay_in_fresh_process(
    folder: &Path,
    cases: &Path,
    filters: &[String],
    results: Option<&Path>,
) -> Result<bool> {
    let mut again = Command::new(std::env::current_exe()?);
    again
        .arg("--gpu")
        .arg("--cases")
        .arg(cases)
        .arg("--replay")
        .arg(folder);
    if let Some(results) = results {
        again.arg("--results").arg(results);
    }
    Ok(again.args(filters).status()?.success())
}

fn input_name(number: usize) -> String {
    format!("input{number}")
}

fn output_name(number: usize) -> String {
    format!("output{number}")
}

fn joined(outputs: &[Tensor]) -> Vec<u8> {
    let bytes = outputs.iter().map(|output| output.bytes.as_slice());
    bytes.collect::<Vec<_>>().concat()
}
