//! A model that takes pictures: an engine on the GPU, or a program whose network is computed on the CPU.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use half::{bf16, f16};
use torchvision_trt::ConvertOptions;
use torchvision_trt::image::Preset;
use torchvision_trt::module::{TensorView, TrtModule};
use trt::DataType;

/// A tensor in host memory, row by row.
#[derive(Debug, Clone)]
pub(crate) struct Tensor {
    /// As the model names it: an input, or the path of an output.
    pub(crate) name: String,
    pub(crate) shape: Vec<i64>,
    pub(crate) data: Vec<f32>,
}

/// What the model says about an input.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    pub(crate) name: String,
    /// -1 is a free size.
    pub(crate) shape: Vec<i64>,
    /// The smallest and the largest shape that an engine takes.
    limits: Option<(Vec<i64>, Vec<i64>)>,
}

impl Input {
    /// The shape to run with: a batch of one, and the wanted sizes as far as they are free.
    pub(crate) fn shape_for(&self, wanted: &[i64]) -> Result<Vec<i64>> {
        let fits = self.shape.len() == wanted.len() && matches!(self.shape[..], [-1 | 1, 3, ..]);
        ensure!(
            fits,
            "input `{}` is {:?}, expected {wanted:?} with any sizes behind the first two",
            self.name,
            self.shape
        );
        let size = |(axis, &wanted): (usize, &i64)| match (self.shape[axis], &self.limits) {
            (-1, Some((min, max))) => wanted.clamp(min[axis], max[axis]),
            (-1, None) => wanted,
            (fixed, _) => fixed,
        };
        Ok(wanted.iter().enumerate().map(size).collect())
    }
}

/// Computes outputs in their order.
type Run<'m> = dyn FnMut(&[Tensor]) -> Result<Vec<Tensor>> + 'm;

/// An open model.
pub(crate) struct Model<'m> {
    pub(crate) inputs: Vec<Input>,
    pub(crate) preset: Preset,
    run: Box<Run<'m>>,
}

impl Model<'_> {
    /// The outputs in their order.
    pub(crate) fn run(&mut self, inputs: &[Tensor]) -> Result<Vec<Tensor>> {
        (self.run)(inputs)
    }

    /// The one input of the model.
    pub(crate) fn input(&self) -> Result<Input> {
        let [input] = &self.inputs[..] else {
            bail!("the model has {} inputs, expected one", self.inputs.len());
        };
        Ok(input.clone())
    }
}

/// Opens an engine. A `.pt2` is built first; where there is no GPU, its network is computed on the CPU.
pub(crate) fn with_model<T>(path: &Path, work: impl FnOnce(Model<'_>) -> Result<T>) -> Result<T> {
    let context = || path.display().to_string();
    if path.extension().is_none_or(|extension| extension != "pt2") {
        return on_gpu(&TrtModule::open(path).with_context(context)?, work);
    }
    let library = trt::Library::load()?;
    if !trt::cuda::is_available() {
        return on_cpu(&library, path, work);
    }
    eprintln!("building the engine");
    let converted = (ConvertOptions::new().convert(&library, path)).with_context(context)?;
    let runtime = trt::Runtime::new(&library)?;
    let module = TrtModule::from_plan(&runtime, &converted.plan, Some(converted.metadata))?;
    on_gpu(&module, work)
}

fn on_gpu<T>(module: &TrtModule, work: impl FnOnce(Model<'_>) -> Result<T>) -> Result<T> {
    let mut session = module.session()?;
    let preset = (module.metadata()).and_then(|metadata| metadata.preset.clone());
    let inputs = (module.inputs().iter())
        .map(|spec| Input {
            name: spec.path.clone(),
            shape: spec.shape.to_vec(),
            limits: (spec.profiles.first())
                .map(|profile| (profile.min.to_vec(), profile.max.to_vec())),
        })
        .collect();
    let run = |inputs: &[Tensor]| {
        let views = (inputs.iter())
            .map(|tensor| {
                let view = TensorView::new(&tensor.data, &tensor.shape)?;
                Ok((tensor.name.as_str(), view))
            })
            .collect::<Result<Vec<_>>>()?;
        let outputs = session.run(&views)?;
        (outputs.iter())
            .map(|(name, view)| {
                Ok(Tensor {
                    name: name.to_owned(),
                    shape: view.shape().to_vec(),
                    data: floats(&view).with_context(|| format!("output `{name}`"))?,
                })
            })
            .collect()
    };
    work(Model {
        inputs,
        preset: preset.unwrap_or_default(),
        run: Box::new(run),
    })
}

/// The elements as numbers; detections have integers for labels.
fn floats(view: &TensorView<'_>) -> Result<Vec<f32>> {
    fn all<const N: usize>(bytes: &[u8], number: impl Fn([u8; N]) -> f32) -> Vec<f32> {
        bytes
            .as_chunks()
            .0
            .iter()
            .map(|&bytes| number(bytes))
            .collect()
    }
    let bytes = view.bytes();
    Ok(match view.dtype() {
        DataType::Float => all(bytes, f32::from_le_bytes),
        DataType::Half => all(bytes, |bytes| f16::from_le_bytes(bytes).to_f32()),
        DataType::BFloat16 => all(bytes, |bytes| bf16::from_le_bytes(bytes).to_f32()),
        DataType::Int64 => all(bytes, |bytes| i64::from_le_bytes(bytes) as f32),
        DataType::Int32 => all(bytes, |bytes| i32::from_le_bytes(bytes) as f32),
        other => bail!("elements of type {other} are no numbers to show"),
    })
}

#[cfg(feature = "tch")]
fn on_cpu<T>(
    library: &trt::Library,
    path: &Path,
    work: impl FnOnce(Model<'_>) -> Result<T>,
) -> Result<T> {
    use tch::Kind;
    use torchvision_trt::{interpreter, pt2::Program};

    let preset = Program::open(path)?.preset().cloned().unwrap_or_default();
    eprintln!("no GPU: computing the network on the CPU");
    ConvertOptions::new().with_network(library, path, |network| {
        let inputs = (network.inputs())
            .map(|tensor| {
                Ok(Input {
                    name: tensor.name(),
                    shape: tensor.dims()?.to_vec(),
                    limits: None,
                })
            })
            .collect::<Result<_>>()?;
        let run = |inputs: &[Tensor]| {
            let inputs = (inputs.iter())
                .map(|tensor| {
                    let values = tch::Tensor::from_slice(&tensor.data).f_reshape(&tensor.shape)?;
                    Ok((tensor.name.clone(), values))
                })
                .collect::<Result<_>>()?;
            let mut outputs = interpreter::run(network, &inputs)?;
            // In the order of the network, as engines have it.
            (network.outputs())
                .filter_map(|output| outputs.remove_entry(&output.name()))
                .map(|(name, values)| {
                    Ok(Tensor {
                        name,
                        shape: values.size(),
                        data: values
                            .f_to_kind(Kind::Float)?
                            .f_flatten(0, -1)?
                            .try_into()?,
                    })
                })
                .collect()
        };
        work(Model {
            inputs,
            preset,
            run: Box::new(run),
        })
    })
}

#[cfg(not(feature = "tch"))]
fn on_cpu<T>(_: &trt::Library, path: &Path, _: impl FnOnce(Model<'_>) -> Result<T>) -> Result<T> {
    bail!(
        "there is no GPU; computing {} on the CPU needs `--features tch`",
        path.display()
    )
}
