//! Plugins: layers of your own, with kernels of your own.
//!
//! A type that implements [`Plugin`] says which attributes it has, how the shapes of its outputs follow from those of
//! its inputs, and how to run on a CUDA stream. [`Registration::of`] makes it known by name; a crate lists its plugins
//! once, in a slice of registrations.
//!
//! [`plugin_library!`](crate::plugin_library) makes a library of that slice that any program can load, without Rust.
//!
//! Nothing here needs TensorRT: [`AnyPlugin`] is a plugin by name, whose shapes can be inferred over plain numbers
//! and whose kernels can be launched on device memory, for tests and for use without an engine.
//!
//! ```
//! use trt::DataType;
//! use trt::plugin::{Call, Field, Fields, Plugin, Registration, Result, SymbolicShape, TensorInfo};
//!
//! /// Repeats the last dimension: `[…, N]` becomes `[…, N * times]`.
//! struct Repeat {
//!     times: i64,
//! }
//!
//! impl Plugin for Repeat {
//!     const NAME: &'static str = "Repeat";
//!
//!     fn fields() -> &'static [Field] {
//!         const { &[Field::int("times", 2)] }
//!     }
//!
//!     fn new(fields: &Fields) -> Result<Self> {
//!         Ok(Self { times: fields.int("times")? })
//!     }
//!
//!     fn values(&self) -> Fields {
//!         Fields::new().with("times", self.times)
//!     }
//!
//!     fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
//!         Ok(inputs.to_vec())
//!     }
//!
//!     fn output_shapes(&self, inputs: &[SymbolicShape], _: &[SymbolicShape]) -> Result<Vec<SymbolicShape>> {
//!         let mut shape = inputs[0].clone();
//!         if let Some(last) = shape.last_mut() {
//!             *last = &*last * self.times;
//!         }
//!         Ok(vec![shape])
//!     }
//!
//!     fn supports(&self, position: usize, tensors: &[TensorInfo], _inputs: usize) -> bool {
//!         tensors[position].is_linear_of(&[DataType::Float]) && tensors[position].dtype == tensors[0].dtype
//!     }
//!
//!     fn enqueue(&self, _call: &Call<'_>) -> Result<()> {
//!         Ok(()) // a launch on `call.stream()`
//!     }
//! }
//!
//! static ALL: &[Registration] = &[Registration::of::<Repeat>()];
//!
//! let plugin = ALL[0].create(&Fields::new().with("times", 3))?;
//! let shapes = plugin.output_shapes(&[SymbolicShape::from([2, 5])], &[])?;
//! assert_eq!(shapes[0].dims().as_deref(), Some(&[2, 15][..]));
//! # Ok::<(), trt::plugin::Error>(())
//! ```

mod call;
mod error;
#[doc(hidden)]
pub mod exports;
mod ffi;
mod field;
mod registration;
mod registry;
mod shape;
mod wire;

pub use call::{Call, TensorFormat, TensorInfo, TensorMemory};
pub use error::{Error, Result};
pub(crate) use ffi::object;
pub use ffi::take_failure;
pub use field::{Field, FieldDefault, FieldType, Fields, Value};
pub use registration::{AnyPlugin, Registration};
pub use registry::{CreatorInfo, LibraryPlugin, PluginLibrary, PluginRegistry};
pub use shape::{DimensionOperation, Size, SymbolicShape};

use crate::DataType;

/// A layer of your own.
///
/// One implementation serves all versions of TensorRT that have plugins: `IPluginV3` of TensorRT 10 and 11,
/// `IPluginV2DynamicExt` of TensorRT 8. TensorRT-RTX has none.
///
/// A plugin is immutable and shared: TensorRT clones it at will and calls it from any thread. What belongs to one
/// execution context, such as a handle of a library, is made in [`attach`](Self::attach). An error or a panic of any
/// method ends the build or the run, whose error then has the plugin's words.
///
/// Follows [`IPluginV3OneBuild`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/c-api/classnvinfer1_1_1v__1__0_1_1_i_plugin_v3_one_build.html)
/// and its siblings.
pub trait Plugin: Send + Sync + Sized + 'static {
    /// The name under which the plugin is found, at most 1023 bytes.
    const NAME: &'static str;

    /// The version: a plan asks for the one it was built with.
    const VERSION: &'static str = "1";

    /// The namespace; the empty one is where TensorRT's tools look by default.
    const NAMESPACE: &'static str = "";

    /// The attributes, with types and defaults.
    fn fields() -> &'static [Field];

    /// A plugin with the given attributes: those of a user, or those of [`values`](Self::values) when a plan is loaded.
    ///
    /// Every announced field that is not required is there, and each has its announced type; nothing else is there.
    ///
    /// # Errors
    /// Values that do not go together or are out of range.
    fn new(fields: &Fields) -> Result<Self>;

    /// The values that make the same plugin again: this is what a plan keeps.
    fn values(&self) -> Fields;

    /// Number of outputs, at least 1.
    fn num_outputs(&self) -> usize {
        1
    }

    /// Element types of the outputs for those of the inputs.
    ///
    /// An output that holds a size declared with [`Size::of_output`] has [`DataType::Int32`].
    ///
    /// # Errors
    /// Types or a number of inputs that the plugin does not know.
    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>>;

    /// Shapes of the outputs as expressions over those of the inputs. `shape_inputs` has the values of the inputs that
    /// the network passes as shape inputs, one size for each element.
    ///
    /// Called with constants where sizes are known, so that they can be checked. A size that follows from the data is
    /// [`Size::of_output`].
    ///
    /// # Errors
    /// Shapes or a number of inputs that the plugin does not know.
    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        shape_inputs: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>>;

    /// Whether the type and format of `tensors[position]` go with those before it. Inputs come first, there are
    /// `inputs` of them; `tensors` ends at `position`.
    fn supports(&self, position: usize, tensors: &[TensorInfo], inputs: usize) -> bool;

    /// Bytes of scratch memory that [`enqueue`](Self::enqueue) needs for tensors of at most these shapes.
    ///
    /// # Errors
    /// Shapes that are too large for the plugin.
    fn workspace(&self, inputs: &[TensorInfo], outputs: &[TensorInfo]) -> Result<usize> {
        let _ = (inputs, outputs);
        Ok(0)
    }

    /// Puts the work on the call's stream, without waiting for it.
    ///
    /// Sizes that were not known in the build are known here for the first time: [`Call::check_shapes`] checks them.
    ///
    /// # Errors
    /// A launch that failed; shapes that are too large for the kernel.
    fn enqueue(&self, call: &Call<'_>) -> Result<()>;

    /// The input in whose memory an output is written, which the plugin then reads and changes in place.
    ///
    /// TensorRT 10.3 and later; others ignore it, so the plugin copies where the addresses differ.
    fn aliased_input(&self, output: usize) -> Option<usize> {
        let _ = output;
        None
    }

    /// What, beside shapes and formats, the time of a run depends on; `None` keeps timings out of the timing cache.
    fn timing_id(&self) -> Option<String> {
        Some(self.values().to_string())
    }

    /// A plugin for one execution context, which may own resources for it: an execution context runs one call at a
    /// time. `None` shares this one.
    ///
    /// # Errors
    /// A resource that cannot be had.
    fn attach(&self) -> Result<Option<Self>> {
        Ok(None)
    }
}
