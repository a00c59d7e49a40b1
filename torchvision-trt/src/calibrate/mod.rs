//! Calibration: how large a model's activations get, so that int8 can stand for them.
//!
//! [`calibrate`] runs a program on samples, on the GPU or with libtorch on the CPU, watches what convolutions and products with weights
//! read, and gives [`Ranges`]; [`ConvertOptions::int8`] makes a network of them that computes these in int8. docs/int8.md is the guide.

mod histogram;
mod ranges;

use std::collections::BTreeMap;
use std::path::Path;

use safetensors::tensor::TensorView;

pub use histogram::Method;
pub use ranges::{Ranges, RangesError};

use crate::module::TrtModule;
use crate::pipeline::{self, ConvertOptions};
use crate::verify::numbers;
use histogram::Histogram;

/// Before the name of a tensor that is an output only to be watched.
pub(crate) const WATCHED: &str = "watched:";

/// The inputs of one run, by name.
pub type Sample<'a> = BTreeMap<String, TensorView<'a>>;

/// Why there are no ranges.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The program cannot be converted.
    #[error(transparent)]
    Convert(Box<pipeline::Error>),
    /// The engine fails on the GPU, or does not take a sample.
    #[error(transparent)]
    Run(#[from] crate::module::Error),
    /// The network cannot be computed on the CPU.
    #[cfg(feature = "tch")]
    #[error(transparent)]
    Compute(#[from] crate::verify::VerifyError),
    /// There is no GPU, and no libtorch either.
    #[error(
        "there is no GPU, and this program was built without libtorch, which computes networks on the CPU: build it with `--features tch`"
    )]
    NoDevice,
    /// There is nothing that int8 would be of use for.
    #[error(
        "nothing in the program is computed in int8: that are convolutions and products with weights in float32, outside of what is \
         quantized already"
    )]
    NothingToQuantize,
    /// No sample was given.
    #[error(
        "no samples: give some that are as diverse as what the model will see, some hundred if possible"
    )]
    NoSamples,
    /// An activation that is infinite or NaN.
    #[error(
        "sample {sample} makes `{value}` infinite or NaN: leave it out, or look for what is wrong with it"
    )]
    NotFinite {
        /// Number of the sample, from 0.
        sample: usize,
        /// Name of the value.
        value: String,
    },
    /// A sample cannot be had.
    #[error("sample {sample}: {source}")]
    Sample {
        /// Number of the sample, from 0.
        sample: usize,
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl From<pipeline::Error> for Error {
    fn from(error: pipeline::Error) -> Self {
        Self::Convert(Box::new(error))
    }
}

/// What takes one sample after the other.
pub type Observe<'o> = dyn FnMut(&Sample<'_>) -> Result<(), Error> + 'o;

/// Runs a program on samples and finds the range of each activation that int8 would stand for.
///
/// `feed` hands over the samples one by one, so that only one of them needs to be in memory. Runs on the GPU if there is one, else
/// computes the network on the CPU (feature `tch`).
///
/// # Errors
/// [`Error`]: the program cannot be converted, a sample does not fit or gives NaN, there is no sample; and what `feed` returns.
///
/// # Example
/// ```no_run
/// use safetensors::SafeTensors;
/// use torchvision_trt::ConvertOptions;
/// use torchvision_trt::calibrate::{Method, calibrate};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let library = trt::Library::load()?;
/// let bytes = std::fs::read("frame.safetensors")?;
/// let ranges = calibrate(&library, "resnet18.pt2".as_ref(), Method::Mse, |observe| {
///     let file = SafeTensors::deserialize(&bytes).expect("a safetensors file");
///     observe(&file.tensors().into_iter().collect())
/// })?;
/// let engine = ConvertOptions::new().int8(ranges).convert(&library, "resnet18.pt2")?;
/// # Ok(())
/// # }
/// ```
pub fn calibrate(
    library: &trt::Library,
    program: &Path,
    method: Method,
    feed: impl FnOnce(&mut Observe<'_>) -> Result<(), Error>,
) -> Result<Ranges, Error> {
    let options = ConvertOptions::new().watching();
    let mut watch = Watch::default();
    if trt::cuda::is_available() {
        let converted = options.convert(library, program)?;
        let runtime = trt::Runtime::new(library).map_err(pipeline::Error::from)?;
        let module = TrtModule::from_plan(&runtime, &converted.plan, Some(converted.metadata))?;
        let mut session = module.session()?;
        feed(&mut |sample| {
            let outputs = session.run_safetensors(sample)?;
            watch.look(&outputs.to_safetensors()?.into_iter().collect())
        })?;
    } else {
        #[cfg(not(feature = "tch"))]
        return Err(Error::NoDevice);
        #[cfg(feature = "tch")]
        options.with_network(library, program, |network| {
            feed(&mut |sample| {
                let outputs = crate::verify::compute(network, sample)?;
                let views = outputs
                    .iter()
                    .map(|(name, bytes)| Ok((name.clone(), bytes.view(name)?)));
                watch.look(&views.collect::<Result<_, crate::verify::VerifyError>>()?)
            })
        })?;
    }
    watch.ranges(program, method)
}

/// What was seen of each activation.
#[derive(Default)]
struct Watch {
    seen: BTreeMap<String, Histogram>,
    samples: usize,
}

impl Watch {
    fn look(&mut self, outputs: &Sample<'_>) -> Result<(), Error> {
        for (name, view) in outputs {
            let Some(value) = name.strip_prefix(WATCHED) else {
                continue;
            };
            let histogram = self.seen.entry(value.to_owned()).or_default();
            let numbers = numbers(view).unwrap_or_default();
            let finite = histogram.add(numbers.into_iter().map(|number| number as f32));
            if !finite {
                return Err(Error::NotFinite {
                    sample: self.samples,
                    value: value.to_owned(),
                });
            }
        }
        self.samples += 1;
        Ok(())
    }

    fn ranges(self, program: &Path, method: Method) -> Result<Ranges, Error> {
        if self.samples == 0 {
            return Err(Error::NoSamples);
        }
        if self.seen.is_empty() {
            return Err(Error::NothingToQuantize);
        }
        let limits = self
            .seen
            .into_iter()
            .map(|(name, histogram)| (name, histogram.limit(method)));
        Ok(Ranges {
            format: Ranges::FORMAT,
            program: program
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            method,
            samples: self.samples,
            limits: limits.collect(),
        })
    }
}
