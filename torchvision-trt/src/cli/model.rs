//! A model to run: an engine on the GPU, or a program whose TensorRT network is computed on the CPU.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use safetensors::Dtype;
use safetensors::tensor::TensorView;

use super::progress::Spinner;
use crate::image::Preset;
use crate::module::{TrtModule, safetensors_dtype};
use crate::pipeline::ConvertOptions;

pub(super) enum Model {
    Gpu(TrtModule),
    #[cfg(feature = "tch")]
    Cpu {
        library: trt::Library,
        program: std::path::PathBuf,
    },
}

/// An input as the model declares it; -1 is a dynamic size.
pub(super) struct Input {
    pub(super) name: String,
    pub(super) dtype: Dtype,
    pub(super) shape: Vec<i64>,
}

/// An output.
pub(super) struct Output {
    pub(super) name: String,
    pub(super) dtype: Dtype,
    pub(super) shape: Vec<usize>,
    pub(super) data: Vec<u8>,
}

/// Loads an engine file for the GPU.
pub(super) fn open_engine(path: &Path) -> Result<TrtModule> {
    TrtModule::open(path).with_context(|| path.display().to_string())
}

impl Model {
    /// Loads an engine, or a program: it is built first, or computed on the CPU where there is no GPU.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let context = || path.display().to_string();
        if path.extension().is_none_or(|extension| extension != "pt2") {
            return open_engine(path).map(Self::Gpu);
        }
        let library = trt::Library::load()?;
        #[cfg(feature = "tch")]
        if !trt::cuda::is_available() {
            eprintln!("no GPU: computing the network on the CPU");
            return Ok(Self::Cpu {
                library,
                program: path.to_owned(),
            });
        }
        let runtime = trt::Runtime::new(&library)?;
        let _spinner = Spinner::new("building the engine");
        let converted = ConvertOptions::new()
            .convert(&library, path)
            .with_context(context)?;
        TrtModule::from_plan(&runtime, &converted.plan, Some(converted.metadata))
            .map(Self::Gpu)
            .with_context(context)
    }

    pub(super) fn inputs(&self) -> Result<Vec<Input>> {
        match self {
            Self::Gpu(module) => {
                // What the engine is tuned for, but as few frames as it takes.
                let shape = |spec: &crate::module::TensorSpec| {
                    let mut shape = spec
                        .profiles
                        .first()
                        .map_or(spec.shape, |profile| profile.opt)
                        .to_vec();
                    if let (Some(batch), Some(profile)) = (shape.first_mut(), spec.profiles.first())
                    {
                        *batch = profile.min[0];
                    }
                    shape
                };
                module
                    .inputs()
                    .iter()
                    .map(|spec| Input::new(&spec.path, spec.dtype, &shape(spec)))
                    .collect()
            }
            #[cfg(feature = "tch")]
            Self::Cpu { library, program } => Input::of_program(library, program),
        }
    }

    /// How pictures are normalised and what classes are called.
    pub(super) fn preset(&self) -> Result<Preset> {
        let preset = match self {
            Self::Gpu(module) => module.metadata().and_then(|known| known.preset.clone()),
            #[cfg(feature = "tch")]
            Self::Cpu { program, .. } => crate::pt2::Program::open(program)?.preset().cloned(),
        };
        Ok(preset.unwrap_or_default())
    }

    pub(super) fn run(&self, inputs: &BTreeMap<String, TensorView<'_>>) -> Result<Vec<Output>> {
        match self {
            Self::Gpu(module) => {
                let mut session = module.session()?;
                let outputs = session.run_safetensors(inputs)?;
                Ok(outputs
                    .to_safetensors()?
                    .iter()
                    .map(|(name, view)| Output::new(name, view))
                    .collect())
            }
            #[cfg(feature = "tch")]
            Self::Cpu { library, program } => {
                ConvertOptions::new().with_network(library, program, |network| {
                    let outputs = crate::verify::compute(network, inputs)?;
                    outputs
                        .iter()
                        .map(|(name, bytes)| Ok(Output::new(name, &bytes.view(name)?)))
                        .collect()
                })
            }
        }
    }
}

impl Input {
    fn new(name: &str, dtype: trt::DataType, shape: &[i64]) -> Result<Self> {
        Ok(Self {
            name: name.to_owned(),
            dtype: safetensors_dtype(dtype)
                .with_context(|| format!("safetensors has no type for {dtype}"))?,
            shape: shape.to_vec(),
        })
    }

    /// The inputs of a program that is not built yet.
    pub(super) fn of_program(library: &trt::Library, program: &Path) -> Result<Vec<Self>> {
        ConvertOptions::new().with_network(library, program, |network| {
            network
                .inputs()
                .map(|tensor| Self::new(&tensor.name(), tensor.dtype()?, &tensor.dims()?))
                .collect()
        })
    }
}

impl Output {
    fn new(name: &str, view: &TensorView<'_>) -> Self {
        Self {
            name: name.to_owned(),
            dtype: view.dtype(),
            shape: view.shape().to_vec(),
            data: view.data().to_vec(),
        }
    }

    pub(super) fn view(&self) -> Result<TensorView<'_>> {
        Ok(TensorView::new(self.dtype, self.shape.clone(), &self.data)?)
    }
}
