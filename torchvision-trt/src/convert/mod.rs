//! From a graph to a TensorRT network: the registry of converters, the contract check and the conversion.
//!
//! A converter is a function under [`#[converter]`](converter); [`Registry`] says which are linked, [`check`] whether they cover a
//! graph, [`convert`] runs them.

mod advice;
mod args;
mod call;
mod context;
mod error;
mod key;
mod layers;
mod plan;
mod plugins;
mod registry;
mod run;
mod tensor;
mod weights;

pub use converter_macros::converter;

pub use crate::passes::Precision;
pub use args::{FromArgument, IntoOutputs, bind, finish};
pub use call::Call;
pub use context::Context;
pub use error::{Error, Place, Result, Unsupported, UnsupportedOperator};
pub use key::{Key, KeyKind};
pub use layers::{AxisWindows, Behind, Looped, Padding, PoolWindow, Scanned, Taps};
pub(crate) use layers::{Filter, python_index, python_range, resamplings, spatial};
pub(crate) use plan::taken_by_user;
#[doc(hidden)]
pub use plugins::StandIn;
pub use plugins::has_plugins;
pub use registry::{Converter, Predicate, Registry};
#[doc(hidden)]
pub use run::around_plugins;
pub(crate) use run::layer_label;
pub use run::{Options, Report, check, convert};
pub use tensor::{Operand, Scalar, Size, Sizes, Tensor, axis, data_type};
