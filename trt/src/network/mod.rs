//! The network: what to compute, layer by layer.

pub(crate) mod layer;
pub mod layers;
mod onnx;
mod plugin;
mod tensor;
mod weights;

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::marker::PhantomData;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, PoisonError};

use trt_sys::{TrtLayer, TrtNetwork, TrtStatus, TrtTensor};

pub use layer::Layer;
pub use tensor::Tensor;
pub use weights::Weights;

use crate::error::c_string;
use crate::library::{entry, text};
use crate::{Builder, DataType, Dims, Error, Library, Result};

/// What kind of network to create.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NetworkOptions {
    /// Whether element types follow from the operations and are kept (TensorRT 10 and later, TensorRT-RTX), rather
    /// than chosen by the builder within what its flags allow (TensorRT 8 and 10).
    pub strongly_typed: bool,
}

impl NetworkOptions {
    /// Element types are kept.
    pub const fn strongly_typed() -> Self {
        Self {
            strongly_typed: true,
        }
    }

    /// Element types are chosen by the builder.
    pub const fn weakly_typed() -> Self {
        Self {
            strongly_typed: false,
        }
    }
}

/// Values computed on the way to a network that must live until it is built.
///
/// Only grows; what lies in it stays where it is until the builder and all of its networks are gone.
#[derive(Default)]
pub(crate) struct Arena(Mutex<Vec<Box<dyn Any + Send>>>);

impl Arena {
    fn keep<T: Send + 'static>(&self, values: Vec<T>) -> NonNull<[T]> {
        let values = Box::new(values);
        let slice = NonNull::from(values.as_slice());
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(values);
        slice
    }
}

/// The part of a network that its tensors and layers refer to.
pub(crate) struct Core {
    handle: NonNull<TrtNetwork>,
    pub(crate) library: Library,
    arena: Arc<Arena>,
}

impl Core {
    pub(crate) fn raw(&self) -> *mut TrtNetwork {
        self.handle.as_ptr()
    }

    /// Whether this builder made the network.
    pub(crate) fn is_of(&self, builder: &Builder) -> bool {
        Arc::ptr_eq(&self.arena, builder.arena())
    }

    /// Refuses a tensor of another network.
    pub(crate) fn check_owner(&self, tensor: &Tensor<'_>) -> Result<()> {
        if std::ptr::eq(tensor.network(), self) {
            return Ok(());
        }
        Err(Error::invalid(
            format!("tensor `{}`", tensor.name()),
            "belongs to another network; use tensors of the network that the layer is added to",
        ))
    }

    /// Copies weights to where they live as long as the network, aligned for elements of any type.
    pub(crate) fn keep_weights(&self, weights: Weights<'_>) -> Weights<'_> {
        let bytes = weights.bytes();
        let mut words = vec![0_u64; bytes.len().div_ceil(size_of::<u64>())];
        bytemuck::cast_slice_mut(&mut words)[..bytes.len()].copy_from_slice(bytes);
        let words = self.arena.keep(words);
        // SAFETY: the arena keeps the words where they are and unchanged as long as this network holds on to it.
        let kept: &[u8] = bytemuck::cast_slice(unsafe { words.as_ref() });
        Weights::new(weights.dtype(), &kept[..bytes.len()])
    }

    /// Adds what `call` adds to this network and writes to its second argument.
    fn add<T>(
        &self,
        what: &'static str,
        inputs: &[Tensor<'_>],
        call: impl FnOnce(*mut TrtNetwork, *mut *mut T) -> TrtStatus,
    ) -> Result<NonNull<T>> {
        for input in inputs {
            self.check_owner(input)?;
        }
        let mut added = std::ptr::null_mut();
        self.library.check_log(
            &fmt::from_fn(|f| {
                f.write_str(what)?;
                let names = inputs.iter().map(|input| format!("`{}`", input.name()));
                match names.collect::<Vec<_>>().join(", ") {
                    names if names.is_empty() => Ok(()),
                    names => write!(f, " of {names}"),
                }
            }),
            || call(self.raw(), &mut added),
        )?;
        self.library.created(what, added)
    }
}

/// A network under construction.
///
/// Borrows the [`Builder`] it comes from and, for the same lifetime, all [`Weights`] that are handed to it: declare
/// them before the network, or move computed ones into it with [`keep`](Self::keep).
///
/// Methods take `&self`, so that [`Tensor`] and [`Layer`] can borrow the network; it is neither `Send` nor `Sync`:
///
/// ```compile_fail,E0277
/// # fn misuse(network: &trt::Network<'_>) {
/// std::thread::scope(|scope| {
///     scope.spawn(|| network.name());
/// });
/// # }
/// ```
///
/// Follows [`INetworkDefinition`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/c-api/classnvinfer1_1_1_i_network_definition.html).
pub struct Network<'a> {
    core: Core,
    builder: &'a Builder,
    /// Own weights that the network reads.
    parsers: RefCell<Vec<onnx::Parser>>,
    /// Invariant: with a shorter lifetime in a coerced copy of the type, weights could be dropped too early.
    _weights: PhantomData<Cell<&'a ()>>,
}

impl<'a> Network<'a> {
    /// # Safety
    /// `handle` is a network of `builder` that nobody else destroys.
    pub(crate) unsafe fn from_raw(handle: NonNull<TrtNetwork>, builder: &'a Builder) -> Self {
        let core = Core {
            handle,
            library: builder.library().clone(),
            arena: builder.arena().clone(),
        };
        Self {
            core,
            builder,
            parsers: RefCell::default(),
            _weights: PhantomData,
        }
    }

    pub(crate) fn raw(&self) -> *mut TrtNetwork {
        self.core.raw()
    }

    /// The builder this network comes from.
    pub fn builder(&self) -> &'a Builder {
        self.builder
    }

    /// The library this network is built with.
    pub fn library(&self) -> &Library {
        &self.core.library
    }

    /// Moves computed values to where they live as long as the builder, so that they can be weights.
    pub fn keep<T: Send + 'static>(&self, values: Vec<T>) -> &'a [T] {
        let values = self.core.arena.keep(values);
        // SAFETY: the builder, borrowed for 'a, holds on to the arena, which keeps the values where they are and unchanged.
        unsafe { values.as_ref() }
    }

    /// The name, which the engine inherits.
    pub fn name(&self) -> String {
        let mut name = std::ptr::null();
        if let Some(get) = self.core.library.api().network_name {
            // SAFETY: the network is alive; the string is copied before anything can change it.
            unsafe {
                get(self.raw(), &mut name);
                return text(name);
            }
        }
        String::new()
    }

    /// Renames the network.
    ///
    /// # Errors
    /// The name contains a NUL.
    pub fn set_name(&self, name: &str) -> Result<()> {
        let name = c_string(name)?;
        let set = entry!(self.core.library, network_set_name, "Network::set_name")?;
        self.core.library.check_log(&"Network::set_name", || {
            // SAFETY: the network is alive; TensorRT copies the string.
            unsafe { set(self.raw(), name.as_ptr()) }
        })
    }

    /// Adds an input, `-1` in `dims` for sizes known only at run time.
    ///
    /// # Errors
    /// The name is taken, or the shape or type is none that an input can have.
    pub fn add_input(&self, name: &str, dtype: DataType, dims: &[i64]) -> Result<Tensor<'_>> {
        let text = c_string(name)?;
        let dims = Dims::new(dims)?.to_raw();
        let add = entry!(self.core.library, network_add_input, "Network::add_input")?;
        let mut tensor = std::ptr::null_mut();
        let what = fmt::from_fn(|f| write!(f, "Network::add_input of `{name}`"));
        self.core.library.check_log(&what, || {
            // SAFETY: the network is alive, the pointers are valid during the call; TensorRT copies the string.
            unsafe {
                add(
                    self.raw(),
                    text.as_ptr(),
                    dtype.to_raw(),
                    &dims,
                    &mut tensor,
                )
            }
        })?;
        // SAFETY: the tensor belongs to this network.
        unsafe { Tensor::from_raw(tensor, &self.core) }
            .ok_or_else(|| Error::invalid(format!("input `{name}`"), "TensorRT returned nothing"))
    }

    /// Makes a tensor an output, under its name.
    ///
    /// # Errors
    /// The tensor is of another network, or is an output already.
    pub fn mark_output(&self, tensor: Tensor<'_>) -> Result<()> {
        let mark = entry!(
            self.core.library,
            network_mark_output,
            "Network::mark_output"
        )?;
        self.with_tensor("Network::mark_output", tensor, mark)
    }

    /// Takes [`mark_output`](Self::mark_output) back.
    ///
    /// # Errors
    /// The tensor is of another network.
    pub fn unmark_output(&self, tensor: Tensor<'_>) -> Result<()> {
        let unmark = entry!(
            self.core.library,
            network_unmark_output,
            "Network::unmark_output"
        )?;
        self.with_tensor("Network::unmark_output", tensor, unmark)
    }

    /// Makes a shape tensor an output that the engine delivers on the host.
    ///
    /// # Errors
    /// The tensor is of another network, or not a shape tensor.
    pub fn mark_output_for_shapes(&self, tensor: Tensor<'_>) -> Result<()> {
        let mark = entry!(
            self.core.library,
            network_mark_output_for_shapes,
            "Network::mark_output_for_shapes"
        )?;
        self.with_tensor("Network::mark_output_for_shapes", tensor, mark)
    }

    /// Keeps a tensor from being fused away, so that a context can show its values.
    ///
    /// # Errors
    /// The tensor is of another network, or the library has no debug tensors.
    pub fn mark_debug(&self, tensor: Tensor<'_>) -> Result<()> {
        let mark = entry!(self.core.library, network_mark_debug, "Network::mark_debug")?;
        self.with_tensor("Network::mark_debug", tensor, mark)
    }

    /// Names weights, so that a refitter can replace them by that name.
    ///
    /// # Errors
    /// No layer has these weights, or the name contains a NUL.
    pub fn set_weights_name(&self, weights: Weights<'a>, name: &str) -> Result<()> {
        let text = c_string(name)?;
        let set = entry!(
            self.core.library,
            network_set_weights_name,
            "Network::set_weights_name"
        )?;
        let weights = weights.to_raw()?;
        let what = fmt::from_fn(|f| write!(f, "Network::set_weights_name of `{name}`"));
        self.core.library.check_log(&what, || {
            // SAFETY: the network is alive; TensorRT copies the string and compares the weights by address.
            unsafe { set(self.raw(), weights, text.as_ptr()) }
        })
    }

    /// Number of layers.
    pub fn num_layers(&self) -> usize {
        self.count(self.core.library.api().network_nb_layers)
    }

    /// All layers, in the order in which they were added.
    pub fn layers(&self) -> impl Iterator<Item = Layer<'_>> {
        let get = self.core.library.api().network_layer;
        (0..self.num_layers()).filter_map(move |index| {
            let mut layer: *mut TrtLayer = std::ptr::null_mut();
            // SAFETY: the network is alive, and its layers belong to it.
            unsafe {
                get?(self.raw(), i32::try_from(index).ok()?, &mut layer);
                Some(Layer::from_raw(NonNull::new(layer)?, &self.core))
            }
        })
    }

    /// All inputs, in the order in which they were added.
    pub fn inputs(&self) -> impl Iterator<Item = Tensor<'_>> {
        let api = self.core.library.api();
        self.tensors(api.network_nb_inputs, api.network_input)
    }

    /// All outputs, in the order in which they were marked.
    pub fn outputs(&self) -> impl Iterator<Item = Tensor<'_>> {
        let api = self.core.library.api();
        self.tensors(api.network_nb_outputs, api.network_output)
    }

    fn tensors(
        &self,
        count: Option<unsafe extern "C" fn(*const TrtNetwork, *mut i32) -> TrtStatus>,
        get: Option<unsafe extern "C" fn(*const TrtNetwork, i32, *mut *mut TrtTensor) -> TrtStatus>,
    ) -> impl Iterator<Item = Tensor<'_>> {
        (0..self.count(count)).filter_map(move |index| {
            let mut tensor = std::ptr::null_mut();
            // SAFETY: the network is alive, and its tensors belong to it.
            unsafe {
                get?(self.raw(), i32::try_from(index).ok()?, &mut tensor);
                Tensor::from_raw(tensor, &self.core)
            }
        })
    }

    fn count(
        &self,
        get: Option<unsafe extern "C" fn(*const TrtNetwork, *mut i32) -> TrtStatus>,
    ) -> usize {
        let mut count = 0;
        if let Some(get) = get {
            // SAFETY: the network is alive. A failing call leaves the value as it is.
            unsafe { get(self.raw(), &mut count) };
        }
        usize::try_from(count).unwrap_or(0)
    }

    fn with_tensor(
        &self,
        what: &'static str,
        tensor: Tensor<'_>,
        call: unsafe extern "C" fn(*mut TrtNetwork, *mut TrtTensor) -> TrtStatus,
    ) -> Result<()> {
        self.core.check_owner(&tensor)?;
        let what = fmt::from_fn(|f| write!(f, "{what} of `{}`", tensor.name()));
        self.core.library.check_log(&what, || {
            // SAFETY: the network is alive, and the tensor belongs to it.
            unsafe { call(self.raw(), tensor.raw()) }
        })
    }
}

impl Drop for Network<'_> {
    // On `Network`, not on `Core`: so the compiler knows that the lifetime of the builder must not have ended here.
    fn drop(&mut self) {
        // Parsers refer to the network; nobody builds it any more.
        self.parsers.get_mut().clear();
        if let Some(destroy) = self.core.library.api().network_destroy {
            // SAFETY: created by the builder, which is alive; destroyed once, here.
            unsafe { destroy(self.raw()) };
        }
    }
}

impl fmt::Debug for Network<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network")
            .field("name", &self.name())
            .field("layers", &self.num_layers())
            .finish_non_exhaustive()
    }
}
