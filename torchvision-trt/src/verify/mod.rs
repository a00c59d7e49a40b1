//! Does a converted model compute what PyTorch computed? Comparison of outputs, and the golden files they come from.
//!
//! The comparison is plain Rust in double precision and needs neither libtorch nor a GPU. With feature `tch`,
//! `model` proves a whole exported program on the CPU: it converts the program and computes the finished network
//! with the `interpreter`.

mod compare;
mod detection;
mod engine;
mod golden;
#[cfg(feature = "tch")]
mod model;
mod task;
pub mod tolerances;

pub(crate) use compare::numbers;
pub use compare::{Agreement, Report, compare};
pub use detection::Found;
pub use engine::engine;
pub use golden::{Golden, GoldenError, golden_path};
#[cfg(feature = "tch")]
pub(crate) use model::compute;
#[cfg(feature = "tch")]
#[doc(hidden)]
pub use model::network_around;
#[cfg(feature = "tch")]
pub use model::{ModelOptions, VerifyError, model, network};
pub use task::Task;
pub use tolerances::Tolerance;
