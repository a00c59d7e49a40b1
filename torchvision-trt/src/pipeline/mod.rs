//! The whole way from an exported program to an engine, as one call.

mod error;
mod shapes;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use trt::{
    Builder, BuilderFlag, ComputeCapability, Config, DeviceType, LayerKind, Library, MemoryPool,
    Network, NetworkOptions, Plan, Product, TimingCache,
};

pub use error::{Error, Result};

use crate::calibrate::{Ranges, WATCHED};
use crate::convert;
use crate::graph::{Graph, Output};
use crate::module::{LibraryMetadata, Metadata, ShapeRange, TensorMetadata};
use crate::passes::{self, PassOptions, Precision};
use crate::pt2::Program;

/// How to convert a program. Everything has a default.
#[derive(Clone, Debug, Default)]
pub struct ConvertOptions {
    precision: Precision,
    targets: Vec<ComputeCapability>,
    shapes: BTreeMap<String, ShapeRange>,
    workspace: Option<u64>,
    optimization_level: Option<i32>,
    timing_cache: Option<PathBuf>,
    tf32: bool,
    without_plugins: bool,
    int8: Option<Ranges>,
    dla: Option<u16>,
    watching: bool,
}

/// What a conversion does next, for a display of progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading the program and its graph.
    Read,
    /// Bringing the graph into the form that converters take.
    Passes,
    /// Converting each operation into layers.
    Network,
    /// TensorRT builds the engine: nearly all of the time.
    Build,
}

/// An engine, not yet saved.
#[derive(Debug)]
pub struct Converted {
    /// The engine, in TensorRT's own form.
    pub plan: Plan,
    /// Names, shapes and types of inputs and outputs, and what the engine was built for.
    pub metadata: Metadata,
    /// What was done.
    pub report: Report,
}

/// What a conversion did.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The program's operators, and how often each is called.
    pub operators: BTreeMap<String, usize>,
    /// Layers of the network, before TensorRT fuses them.
    pub layers: usize,
    /// What the user should know although the conversion succeeded.
    pub warnings: Vec<String>,
    /// How long each stage took.
    pub times: Times,
}

/// Durations of the [stages](Stage).
#[derive(Clone, Copy, Debug, Default)]
pub struct Times {
    /// [`Stage::Read`]
    pub read: Duration,
    /// [`Stage::Passes`]
    pub passes: Duration,
    /// [`Stage::Network`]
    pub network: Duration,
    /// [`Stage::Build`]
    pub build: Duration,
}

impl ConvertOptions {
    /// Everything at its default: fp32, the shapes of the program, the GPU at hand.
    pub fn new() -> Self {
        Self::default()
    }

    /// What most of the network computes in. Default: fp32.
    pub fn precision(mut self, precision: Precision) -> Self {
        self.precision = precision;
        self
    }

    /// GPU architectures to build for, which need not be in this machine; TensorRT-RTX only. Default: the GPU at
    /// hand.
    pub fn targets(mut self, targets: impl IntoIterator<Item = ComputeCapability>) -> Self {
        self.targets = targets.into_iter().collect();
        self
    }

    /// Smallest, best and largest shape of an input. Default: the program's ranges, best for the shape it
    /// was exported with.
    pub fn shape(mut self, input: impl Into<String>, range: ShapeRange) -> Self {
        self.shapes.insert(input.into(), range);
        self
    }

    /// Device memory in bytes that layers may use while running. Default: what the device has.
    pub fn workspace(mut self, bytes: u64) -> Self {
        self.workspace = Some(bytes);
        self
    }

    /// How long TensorRT searches for fast kernels, 0 to 5. Default: 3.
    pub fn optimization_level(mut self, level: i32) -> Self {
        self.optimization_level = Some(level);
        self
    }

    /// A file that keeps measured kernel times from one build to the next; made when it is missing. Conversions that go on side by
    /// side in a process may share it; what those of other processes add at the same time can get lost.
    pub fn timing_cache(mut self, path: impl Into<PathBuf>) -> Self {
        self.timing_cache = Some(path.into());
        self
    }

    /// Whether fp32 products may round their operands to TF32's 10 bits of mantissa, as PyTorch's convolutions do by
    /// default. Default here: false.
    pub fn tf32(mut self, on: bool) -> Self {
        self.tf32 = on;
        self
    }

    /// Whether converters may use plugins of `plugins-cuda` where TensorRT's layers are missing or slower. An engine with plugins
    /// ([`Metadata::plugins`]) is loaded by programs that have them: those with this crate, or with `libtrt_plugins_cuda.so`.
    /// Default: true. TensorRT-RTX has no plugins.
    pub fn plugins(mut self, allowed: bool) -> Self {
        self.without_plugins = !allowed;
        self
    }

    /// Computes convolutions and products with weights in int8, with the ranges that [`calibrate`](crate::calibrate::calibrate) found
    /// for this program; all else as [`precision`](Self::precision) says. Default: none of them.
    pub fn int8(mut self, ranges: Ranges) -> Self {
        self.int8 = Some(ranges);
        self
    }

    /// Runs layers on this deep learning accelerator of a Jetson or DRIVE, counted from 0, as far as it has them, and the others on the
    /// GPU ([Working with DLA](https://docs.nvidia.com/deeplearning/tensorrt/10.6.0/inference-library/work-with-dla.html)). For
    /// [`Precision::Fp16`] alone. The network is weakly typed then, so that TensorRT chooses what computes in half precision.
    /// Default: none.
    pub fn dla(mut self, core: u16) -> Self {
        self.dla = Some(core);
        self
    }

    /// Makes outputs of all activations that calibration looks at.
    pub(crate) fn watching(mut self) -> Self {
        self.watching = true;
        self
    }

    /// Converts the program in a file and builds an engine of it.
    ///
    /// # Errors
    /// The file cannot be read, operations are not supported (all are listed), shapes do not fit the program, or
    /// TensorRT refuses.
    pub fn convert(&self, library: &Library, program: impl AsRef<Path>) -> Result<Converted> {
        self.convert_with(library, program, |_| ())
    }

    /// As [`convert`](Self::convert); `progress` is told what begins.
    ///
    /// # Errors
    /// As [`convert`](Self::convert).
    pub fn convert_with(
        &self,
        library: &Library,
        program: impl AsRef<Path>,
        mut progress: impl FnMut(Stage),
    ) -> Result<Converted> {
        let path = program.as_ref();
        let mut watch = Stopwatch(Instant::now());
        progress(Stage::Read);
        let program = Program::open(path)?;
        let mut graph = Graph::from_program(&program)?;
        let operators = graph.operators();
        let read = watch.lap();

        progress(Stage::Passes);
        self.run_passes(&mut graph, library)?;
        let ranges = shapes::ranges(&graph, &self.shapes, &program.example_sizes())?;
        let passes = watch.lap();

        progress(Stage::Network);
        let builder = Builder::new(library)?;
        self.check_dla(&builder)?;
        let network = builder.network(self.network_options(library))?;
        let converted = convert::convert(&graph, &network, &self.converter_options())?;
        let network_time = watch.lap();

        progress(Stage::Build);
        let config = self.config(&builder, &network, &ranges)?;
        let cache_warning = self.use_timing_cache(&config)?;
        // Reading all weights takes as long as all else before the build, which has cores to spare.
        let (plan, nan_warning) = std::thread::scope(|scope| {
            let nan_warning = scope.spawn(|| nan_warning(&program));
            (builder.build(&network, &config), nan_warning.join())
        });
        let plan = plan?;
        if let Some(file) = &self.timing_cache {
            save_timings(&config, file)?;
        }
        // A panic in the scan is a lost warning, no reason to lose the engine.
        let warnings = nan_warning
            .into_iter()
            .flatten()
            .chain(cache_warning)
            .chain(converted.warnings)
            .collect();
        let times = Times {
            read,
            passes,
            network: network_time,
            build: watch.lap(),
        };

        Ok(Converted {
            metadata: Metadata {
                plugins: converted.plugins,
                ..self.metadata(library, path, &program, &network, &ranges)?
            },
            plan,
            report: Report {
                operators,
                layers: converted.layers,
                warnings,
                times,
            },
        })
    }

    /// Converts the program in a file into a network and hands that to `work`, without building an engine.
    ///
    /// # Errors
    /// As [`convert`](Self::convert), and what `work` returns.
    pub fn with_network<T, E: From<Error>>(
        &self,
        library: &Library,
        program: impl AsRef<Path>,
        work: impl FnOnce(&Network<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let program = Program::open(program).map_err(Error::from)?;
        let mut graph = Graph::from_program(&program).map_err(Error::from)?;
        self.run_passes(&mut graph, library)?;
        let builder = Builder::new(library).map_err(Error::from)?;
        let network = builder
            .network(self.network_options(library))
            .map_err(Error::from)?;
        convert::convert(&graph, &network, &self.converter_options()).map_err(Error::from)?;
        work(&network)
    }

    fn converter_options(&self) -> convert::Options {
        convert::Options {
            plugins: !self.without_plugins,
        }
    }

    fn run_passes(&self, graph: &mut Graph, library: &Library) -> Result<()> {
        passes::run(graph, &self.pass_options(library))?;
        if self.watching {
            for value in passes::activations(graph) {
                let path = format!("{WATCHED}{}", graph.value(value).name);
                graph.outputs.push(Output { path, value });
            }
        }
        Ok(())
    }

    fn pass_options(&self, library: &Library) -> PassOptions<'_> {
        // In a weakly typed network TensorRT chooses precisions by itself, within what the builder's flags allow.
        let precision = if self.types_strongly(library) {
            self.precision
        } else {
            Precision::Fp32
        };
        let int64 = library.product() == Product::TensorRtRtx || library.version().major >= 10;
        PassOptions {
            precision,
            int8: self.int8.as_ref(),
            int64,
        }
    }

    /// A DLA takes no strongly typed networks.
    fn types_strongly(&self, library: &Library) -> bool {
        library.has_strongly_typed_networks() && self.dla.is_none()
    }

    fn network_options(&self, library: &Library) -> NetworkOptions {
        if self.types_strongly(library) {
            NetworkOptions::strongly_typed()
        } else {
            NetworkOptions::weakly_typed()
        }
    }

    /// Refuses a DLA that is not there, and what none computes in.
    fn check_dla(&self, builder: &Builder) -> Result<()> {
        let Some(core) = self.dla else { return Ok(()) };
        if self.precision != Precision::Fp16 || self.int8.is_some() {
            let precision = match &self.int8 {
                Some(_) => "int8 with measured ranges".to_owned(),
                None => self.precision.to_string(),
            };
            return Err(Error::DlaPrecision { precision });
        }
        let cores = builder.num_dla_cores()?;
        match usize::from(core) < cores {
            true => Ok(()),
            false => Err(Error::NoDla { core, cores }),
        }
    }

    fn config<'b>(
        &self,
        builder: &'b Builder,
        network: &Network<'_>,
        ranges: &BTreeMap<String, ShapeRange>,
    ) -> Result<Config<'b>> {
        let config = builder.config()?;
        config.set_flag(BuilderFlag::Tf32, self.tf32)?;
        if !self.types_strongly(builder.library()) {
            match self.precision {
                Precision::Fp32 => {}
                Precision::Fp16 => config.set_flag(BuilderFlag::Fp16, true)?,
                Precision::Bf16 => config.set_flag(BuilderFlag::Bf16, true)?,
            }
            if is_quantized(network) {
                config.set_flag(BuilderFlag::Int8, true)?;
            }
        }
        if let Some(core) = self.dla {
            config.set_default_device_type(DeviceType::Dla)?;
            config.set_dla_core(core.into())?;
            config.set_flag(BuilderFlag::GpuFallback, true)?;
        }
        if let Some(bytes) = self.workspace {
            config.set_memory_pool_limit(MemoryPool::Workspace, bytes)?;
        }
        if let Some(level) = self.optimization_level {
            config.set_optimization_level(level)?;
        }
        if !self.targets.is_empty() {
            config.set_compute_capabilities(&self.targets)?;
        }
        if !ranges.is_empty() {
            let profile = builder.optimization_profile()?;
            for (input, ShapeRange { min, opt, max }) in ranges {
                profile.set_shape(input, min, opt, max)?;
            }
            config.add_profile(&profile)?;
        }
        Ok(config)
    }

    /// Gives the build the timings of earlier ones. Those it cannot use are a warning: a build without them is only slower.
    fn use_timing_cache(&self, config: &Config<'_>) -> Result<Option<String>> {
        let Some(file) = &self.timing_cache else {
            return Ok(None);
        };
        let Err(error) = config.set_timing_cache(&TimingCache::load(file)?, false) else {
            return Ok(None);
        };
        config.set_timing_cache(&TimingCache::new(), false)?;
        Ok(Some(format!(
            "the timings in {} are of another TensorRT or GPU, or damaged; they were replaced: {error}",
            file.display()
        )))
    }

    fn metadata(
        &self,
        library: &Library,
        path: &Path,
        program: &Program,
        network: &Network<'_>,
        ranges: &BTreeMap<String, ShapeRange>,
    ) -> Result<Metadata> {
        let tensor = |tensor: trt::Tensor<'_>| -> Result<TensorMetadata> {
            let name = tensor.name();
            Ok(TensorMetadata {
                path: name.clone(),
                dtype: tensor.dtype()?,
                shape: tensor.dims()?.to_vec(),
                profiles: ranges.get(&name).cloned().into_iter().collect(),
                name,
            })
        };
        Ok(Metadata {
            format: Metadata::FORMAT,
            created_by: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).into(),
            source: path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            torch: Some(program.torch_version().to_owned()),
            library: LibraryMetadata {
                product: library.product().to_string(),
                version: library.version().to_string(),
            },
            targets: self.targets.iter().map(ToString::to_string).collect(),
            precision: self.precision.to_string(),
            int8: is_quantized(network),
            dla: self.dla,
            plugins: Vec::new(),
            preset: program.preset().cloned(),
            inputs: network.inputs().map(tensor).collect::<Result<_>>()?,
            outputs: network.outputs().map(tensor).collect::<Result<_>>()?,
        })
    }
}

/// Whether parts of a network are computed in int8.
pub(crate) fn is_quantized(network: &Network<'_>) -> bool {
    let mut layers = network.layers();
    layers.any(|layer| layer.kind() == LayerKind::Quantize)
}

/// Time from one lap to the next.
struct Stopwatch(Instant);

impl Stopwatch {
    fn lap(&mut self) -> Duration {
        std::mem::replace(&mut self.0, Instant::now()).elapsed()
    }
}

/// Adds the timings of a build to a file.
fn save_timings(config: &Config<'_>, file: &Path) -> Result<(), trt::Error> {
    static SAVING: Mutex<()> = Mutex::new(());
    let _saving = SAVING.lock().unwrap_or_else(PoisonError::into_inner);
    let others = TimingCache::load(file)?;
    if !others.bytes().is_empty() {
        // Those that this build could not use are replaced, as it has warned.
        let _ = config.add_timings(&others);
    }
    config.timing_cache()?.save(file)
}

impl Converted {
    /// Writes the plan, and its metadata beside it as `PATH.json`.
    ///
    /// # Errors
    /// A file cannot be written; no half-written file is left.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        self.plan.save(&path)?;
        Ok(self.metadata.save_for(path.as_ref())?)
    }
}

fn nan_warning(program: &Program) -> Option<String> {
    let names = program.nan_weights();
    (!names.is_empty()).then(|| {
        let names = names.join(", ");
        format!("weights with NaN, of which outputs are likely to be NaN, too: {names}")
    })
}
