//! Safe Rust API to NVIDIA TensorRT and TensorRT-RTX: build, serialize and run engines.
//!
//! | altitude | where | what |
//! |---|---|---|
//! | raw | `trt-sys` | the C functions of the shim, one table for each version of TensorRT |
//! | status | [`Library`] (inside) | a call becomes a [`Result`] with the tail of TensorRT's log |
//! | safe | this crate's types | lifetimes and ownership that the compiler checks |
//!
//! The library is loaded at run time: a program with this crate starts without TensorRT, CUDA or a GPU, and gets an
//! [`Error`] that says what is missing.
//!
//! # Building
//! [`Builder`] creates a [`Network`] and a [`Config`], which borrow it, and makes a [`Plan`] of them. [`Weights`] are
//! borrowed, too: TensorRT reads them where they are.
//!
//! ```no_run
//! use trt::{ActivationType, Builder, ComputeCapability, DataType, Library, NetworkOptions};
//!
//! let library = Library::load()?;
//! let builder = Builder::new(&library)?;
//! let network = builder.network(NetworkOptions::strongly_typed())?;
//! let input = network.add_input("input", DataType::Float, &[1, 3, 224, 224])?;
//! let relu = network.add_activation(input, ActivationType::Relu)?;
//! relu.output(0).set_name("output")?;
//! network.mark_output(relu.output(0))?;
//!
//! let config = builder.config()?;
//! // TensorRT-RTX builds for any of its GPUs on a host that has none.
//! config.set_compute_capabilities(&[ComputeCapability::new(8, 6)])?;
//! let plan = builder.build(&network, &config)?;
//! plan.save("relu.engine")?;
//! # Ok::<(), trt::Error>(())
//! ```
//!
//! # Running
//! [`Runtime`] loads an [`Engine`] from a plan, and [`Context`]s run it on a [`cuda::Stream`]. Each keeps what it came
//! from alive, so they may be dropped in any order.
//!
//! ```no_run
//! use trt::cuda::{DeviceBuffer, Stream};
//! use trt::{Library, Runtime};
//!
//! let runtime = Runtime::new(&Library::load()?)?;
//! let engine = runtime.load_engine(&std::fs::read("relu.engine")?)?;
//! let stream = Stream::new(engine.device())?;
//! let input = DeviceBuffer::from_slice(&stream, &[-1.0_f32; 3 * 224 * 224])?;
//! let output = DeviceBuffer::new(engine.device(), input.len())?;
//!
//! let mut context = engine.context()?;
//! // SAFETY: both buffers have the size of their tensor, and live until the stream has been waited for.
//! unsafe {
//!     context.set_address("input", input.as_ptr())?;
//!     context.set_address("output", output.as_ptr())?;
//! }
//! context.enqueue(&stream)?;
//! // Waits for the run.
//! let values: Vec<f32> = output.to_vec(&stream)?;
//! assert_eq!(values[0], 0.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![deny(missing_docs)]

mod builder;
mod compute_capability;
mod config;
mod context;
pub mod cuda;
mod data_type;
mod dims;
mod engine;
mod enums;
mod error;
mod file;
mod inspector;
mod library;
mod logger;
mod network;
mod output_allocator;
mod plan;
pub mod plugin;
mod profile;
mod profiler;
mod progress;
mod refitter;
mod refusal;
mod runtime;
mod timing_cache;

pub use builder::Builder;
pub use compute_capability::ComputeCapability;
pub use config::Config;
pub use context::Context;
pub use data_type::DataType;
pub use dims::Dims;
pub use engine::{Engine, ProfileShape, TensorInfo, TensorLocation, TensorMode};
pub use enums::*;
pub use error::{Error, Result};
pub use file::write_by_rename;
pub use inspector::{Inspector, LayerInformationFormat};
pub use library::{Library, Product, Version};
pub use network::layers::{self, Axes, TypedLayer};
pub use network::{Layer, Network, NetworkOptions, Tensor, Weights};
pub use plan::Plan;
pub use profile::OptimizationProfile;
pub use profiler::LayerTime;
pub use progress::Progress;
pub use refitter::{Refitter, WeightsRole};
pub use refusal::EngineRefusal;
pub use runtime::Runtime;
pub use timing_cache::TimingCache;
