//! Raw C ABI to NVIDIA TensorRT and TensorRT-RTX, loaded at run time; nothing links TensorRT or CUDA.
//!
//! TensorRT's C++ interface is inline code over virtual tables that change between products and major versions. So the build
//! script compiles one small C++ shim (`shim/`) once per set of TensorRT headers that it finds; each gives one table of
//! function pointers, [`TrtApi`]. [`Library`] opens a TensorRT library and picks the table that fits it. What a version lacks
//! is `None` in its table. `shim/shim.h` states the rules of each entry: who owns what, and what must outlive what.
//! Header sets are looked for in `TENSORRT_INCLUDE` (a path list), in what `cargo xtask setup` prepared and where NVIDIA's
//! packages put them; without any, this crate compiles all the same and loading says what to do.
//!
//! ```no_run
//! let library = trt_sys::Library::load()?;
//! let api = library.api();
//! println!("{} {:?} with the table for {}.{}", library.path().display(), library.version(), api.major, api.minor);
//! assert!(api.add_convolution.is_some());
//! # Ok::<(), trt_sys::LoadError>(())
//! ```

mod bindings;
mod error;
mod loader;
mod search;
mod tables;

pub use bindings::*;
pub use error::LoadError;
pub use loader::{Library, keep_loaded};
pub use search::LIBRARY_VARIABLE;
pub use tables::tables;
