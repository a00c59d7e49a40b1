//! Running an engine: [`TrtModule`] loads it, a [`Session`] runs it.
//!
//! ```no_run
//! use torchvision_trt::module::{TensorView, TrtModule};
//!
//! # fn main() -> Result<(), torchvision_trt::module::Error> {
//! let module = TrtModule::open("resnet18.engine")?;
//! let mut session = module.session()?;
//! let image = vec![0.0_f32; 3 * 224 * 224];
//! let outputs = session.run(&[("x", TensorView::new(&image, &[1, 3, 224, 224])?)])?;
//! let logits = outputs.get("output_0")?.to_slice::<f32>()?;
//! # let _ = logits;
//! # Ok(())
//! # }
//! ```

mod check;
mod error;
mod lru;
mod metadata;
mod plugins;
mod run;
mod safetensors;
mod session;
mod signature;
mod staging;
#[cfg(feature = "tch")]
mod tch;
mod tensor;

use std::path::Path;
use std::sync::Arc;

use trt::cuda::Stream;
use trt::{Engine, EngineRefusal, Library, Runtime};

pub use check::{ProfileShape, TensorSpec};
pub use error::{Error, Result};
pub use metadata::{LibraryMetadata, Metadata, ShapeRange, TensorMetadata, dtype_name};
pub use safetensors::safetensors_dtype;
pub use session::{Outputs, Session, SessionOptions};
pub use signature::{Call, Describe, Placed, Signature};
pub use tensor::{BufferMut, BufferRef, DeviceTensor, Element, TensorView};

/// A loaded engine with the names of its inputs and outputs. Clones are cheap and share it.
#[derive(Debug, Clone)]
pub struct TrtModule(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    engine: Engine,
    metadata: Option<Metadata>,
    signature: Signature,
}

impl TrtModule {
    /// Loads an engine file for the first device, with the TensorRT found by [`Library::load`].
    ///
    /// # Errors
    /// As [`load`](Self::load); no TensorRT.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::load(&Runtime::new(&Library::load()?)?, path)
    }

    /// Loads an engine file: a plain plan, and beside it its metadata where there is one. Without metadata, inputs and
    /// outputs have the engine's own names.
    ///
    /// # Errors
    /// Files that cannot be read; an engine of another product, version or GPU, or with plugins that are not registered; a damaged
    /// plan; no device.
    pub fn load(runtime: &Runtime, path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let plan =
            std::fs::read(path).map_err(|source| Error::io("read", path.to_owned(), source))?;
        Self::from_plan(runtime, &plan, Metadata::load_for(path)?)
    }

    /// Loads an engine from a plan in memory. One for a deep learning accelerator chooses that for what `runtime` loads from then on.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn from_plan(runtime: &Runtime, plan: &[u8], metadata: Option<Metadata>) -> Result<Self> {
        let library = runtime.library();
        let (product, version) = (library.product(), library.version());
        if let Some(metadata) = &metadata {
            signature::check_library(metadata, product, version)?;
            signature::check_targets(metadata, runtime.device()?.compute_capability()?)?;
        }
        plugins::provide(library, metadata.as_ref())?;
        if let Some(core) = metadata.as_ref().and_then(|metadata| metadata.dla) {
            runtime.set_dla_core(core.into())?;
        }
        let engine = runtime
            .load_engine(plan)
            .map_err(|error| match (&error, &metadata) {
                (
                    trt::Error::Engine {
                        reason: EngineRefusal::OtherVersion { .. },
                        ..
                    },
                    Some(metadata),
                ) => signature::other_library(metadata, product, version),
                _ => error.into(),
            })?;
        let signature = Signature::new(&engine, metadata.as_ref())?;
        Ok(Self(Arc::new(Inner {
            engine,
            metadata,
            signature,
        })))
    }

    /// Saves the engine as a plain plan, with its metadata beside it.
    ///
    /// # Errors
    /// A failing write: files there before are then left as they were.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        self.engine().serialize()?.save(path)?;
        match self.metadata() {
            Some(metadata) => metadata.save_for(path),
            None => Ok(()),
        }
    }

    /// Inputs, with shapes, types and profiles.
    #[must_use]
    pub fn inputs(&self) -> &[TensorSpec] {
        &self.0.signature.inputs
    }

    /// Outputs, with shapes and types.
    #[must_use]
    pub fn outputs(&self) -> &[TensorSpec] {
        &self.0.signature.outputs
    }

    /// Inputs and outputs, and the check of calls.
    #[must_use]
    pub fn signature(&self) -> &Signature {
        &self.0.signature
    }

    /// The metadata, where there is one.
    #[must_use]
    pub fn metadata(&self) -> Option<&Metadata> {
        self.0.metadata.as_ref()
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// A session on a stream of its own.
    ///
    /// # Errors
    /// Failures of CUDA.
    pub fn session(&self) -> Result<Session> {
        let stream = Stream::new(self.engine().device())?;
        self.session_on(stream, SessionOptions::default())
    }

    /// A session on a given stream.
    ///
    /// # Errors
    /// A stream of another device.
    pub fn session_on(&self, stream: Stream, options: SessionOptions) -> Result<Session> {
        Session::new(self, stream, options)
    }
}
