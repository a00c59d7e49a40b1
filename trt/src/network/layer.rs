//! What all layers have in common.

use std::fmt;
use std::ptr::NonNull;

use trt_sys::{TrtDataType, TrtLayer, TrtLayerKind, TrtProperty, TrtStatus};

use super::Core;
use super::layers::TypedLayer;
use super::layers::property::Property;
use super::tensor::Tensor;
use crate::error::c_string;
use crate::library::{entry, text};
use crate::{DataType, Error, LayerKind, Result};

/// A layer of a [`Network`](crate::Network), of any kind.
///
/// A cheap handle that borrows the network. The types in [`layers`](crate::layers) dereference to it;
/// [`typed`](Self::typed) leads back to them.
#[derive(Clone, Copy)]
pub struct Layer<'n> {
    handle: NonNull<TrtLayer>,
    network: &'n Core,
}

impl<'n> Layer<'n> {
    /// # Safety
    /// `handle` is a layer of `network`.
    pub(crate) unsafe fn from_raw(handle: NonNull<TrtLayer>, network: &'n Core) -> Self {
        Self { handle, network }
    }

    pub(crate) fn raw(&self) -> *mut TrtLayer {
        self.handle.as_ptr()
    }

    pub(crate) fn network(&self) -> &'n Core {
        self.network
    }

    /// What the layer computes.
    pub fn kind(&self) -> LayerKind {
        let mut kind = TrtLayerKind::UNKNOWN;
        if let Some(get) = self.network.library.api().layer_kind {
            // SAFETY: the layer lives as long as its network. A failing call leaves the value as it is.
            unsafe { get(self.raw(), &mut kind) };
        }
        LayerKind::try_from(kind).unwrap_or(LayerKind::Unknown)
    }

    /// The name, which TensorRT's log and profile show.
    pub fn name(&self) -> String {
        let mut name = std::ptr::null();
        if let Some(get) = self.network.library.api().layer_name {
            // SAFETY: the layer lives as long as its network; the string is copied before anything can change it.
            unsafe {
                get(self.raw(), &mut name);
                return text(name);
            }
        }
        String::new()
    }

    /// Renames the layer.
    ///
    /// # Errors
    /// The name contains a NUL, or TensorRT refuses it.
    pub fn set_name(&self, name: &str) -> Result<()> {
        let name = c_string(name)?;
        let set = entry!(self.network.library, layer_set_name, "Layer::set_name")?;
        // SAFETY: the layer lives as long as its network; TensorRT copies the string.
        self.check("Layer::set_name", || unsafe {
            set(self.raw(), name.as_ptr())
        })
    }

    /// Free text that the engine inspector shows.
    ///
    /// # Errors
    /// The library has no metadata.
    pub fn metadata(&self) -> Result<String> {
        let get = entry!(self.network.library, layer_metadata, "Layer::metadata")?;
        let mut metadata = std::ptr::null();
        self.check("Layer::metadata", || {
            // SAFETY: the layer lives as long as its network.
            unsafe { get(self.raw(), &mut metadata) }
        })?;
        // SAFETY: the string is copied before anything can change it.
        Ok(unsafe { text(metadata) })
    }

    /// Sets [`metadata`](Self::metadata).
    ///
    /// # Errors
    /// The text contains a NUL, or the library has no metadata.
    pub fn set_metadata(&self, metadata: &str) -> Result<()> {
        let metadata = c_string(metadata)?;
        let set = entry!(
            self.network.library,
            layer_set_metadata,
            "Layer::set_metadata"
        )?;
        self.check("Layer::set_metadata", || {
            // SAFETY: the layer lives as long as its network; TensorRT copies the string.
            unsafe { set(self.raw(), metadata.as_ptr()) }
        })
    }

    /// Number of inputs, with gaps for optional ones that are not set.
    pub fn num_inputs(&self) -> usize {
        self.count(self.network.library.api().layer_nb_inputs)
    }

    /// Number of outputs.
    pub fn num_outputs(&self) -> usize {
        self.count(self.network.library.api().layer_nb_outputs)
    }

    /// Input `index`; `None` for an optional input that is not set and past the last.
    pub fn input(&self, index: usize) -> Option<Tensor<'n>> {
        self.tensor(index, self.network.library.api().layer_input)
    }

    /// Output `index`.
    ///
    /// # Panics
    /// The layer has no such output. Every layer has output 0 but [`TripLimit`](crate::layers::TripLimit) and
    /// [`Condition`](crate::layers::Condition), which have none. [`outputs`](Self::outputs) does not panic.
    pub fn output(&self, index: usize) -> Tensor<'n> {
        match self.tensor(index, self.network.library.api().layer_output) {
            Some(tensor) => tensor,
            None => panic!(
                "output {index} of layer `{}`, which has {}",
                self.name(),
                self.num_outputs()
            ),
        }
    }

    /// All inputs, `None` for optional ones that are not set.
    pub fn inputs(&self) -> impl Iterator<Item = Option<Tensor<'n>>> + use<'n> {
        let layer = *self;
        (0..self.num_inputs()).map(move |index| layer.input(index))
    }

    /// All outputs.
    pub fn outputs(&self) -> impl Iterator<Item = Tensor<'n>> + use<'n> {
        let layer = *self;
        let get = self.network.library.api().layer_output;
        (0..self.num_outputs()).filter_map(move |index| layer.tensor(index, get))
    }

    /// Replaces an input, or sets an optional one; each layer documents its inputs.
    ///
    /// # Errors
    /// The layer has no such input, or the tensor is of another network or does not fit the layer's properties.
    pub fn set_input(&self, index: usize, tensor: Tensor<'_>) -> Result<()> {
        self.network.check_owner(&tensor)?;
        if let TypedLayer::Shuffle(shuffle) = self.typed() {
            shuffle.check_input(index, &tensor)?;
        }
        let index = i32::try_from(index)
            .map_err(|_| Error::invalid("input", format!("there is no input {index}")))?;
        let set = entry!(self.network.library, layer_set_input, "Layer::set_input")?;
        self.check("Layer::set_input", || {
            // SAFETY: layer and tensor are of the same network, which is alive.
            unsafe { set(self.raw(), index, tensor.raw()) }
        })
    }

    /// The type that a layer of a weakly typed network is asked to compute in, if any.
    ///
    /// # Errors
    /// The library has strongly typed networks only.
    pub fn precision(&self) -> Result<Option<DataType>> {
        let get = entry!(self.network.library, layer_precision, "Layer::precision")?;
        let (mut dtype, mut is_set) = (TrtDataType::FLOAT, 0);
        self.check("Layer::precision", || {
            // SAFETY: the layer lives as long as its network.
            unsafe { get(self.raw(), &mut dtype, &mut is_set) }
        })?;
        (is_set != 0).then(|| dtype.try_into()).transpose()
    }

    /// Asks a layer of a weakly typed network to compute in a type; `None` leaves the choice to the builder.
    ///
    /// # Errors
    /// The library has strongly typed networks only, or refuses the type.
    pub fn set_precision(&self, precision: Option<DataType>) -> Result<()> {
        let set = entry!(
            self.network.library,
            layer_set_precision,
            "Layer::set_precision"
        )?;
        let precision = precision.map(DataType::to_raw);
        let precision = precision
            .as_ref()
            .map_or(std::ptr::null(), std::ptr::from_ref);
        self.check("Layer::set_precision", || {
            // SAFETY: the layer lives as long as its network; null or a type that lives during the call.
            unsafe { set(self.raw(), precision) }
        })
    }

    /// Asks a layer of a weakly typed network for the type of an output; `None` leaves the choice to the builder.
    ///
    /// # Errors
    /// The library has strongly typed networks only, or there is no such output.
    pub fn set_output_type(&self, index: usize, dtype: Option<DataType>) -> Result<()> {
        let index = i32::try_from(index)
            .map_err(|_| Error::invalid("output", format!("there is no output {index}")))?;
        let set = entry!(
            self.network.library,
            layer_set_output_type,
            "Layer::set_output_type"
        )?;
        let dtype = dtype.map(DataType::to_raw);
        let dtype = dtype.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
        self.check("Layer::set_output_type", || {
            // SAFETY: the layer lives as long as its network; null or a type that lives during the call.
            unsafe { set(self.raw(), index, dtype) }
        })
    }

    pub(crate) fn property<P: Property<'n>>(
        &self,
        property: TrtProperty,
        what: &'static str,
    ) -> Result<P> {
        let get = entry!(self.network.library, layer_get, what)?;
        let mut value = Default::default();
        // SAFETY: the layer lives as long as its network.
        self.check(what, || unsafe { get(self.raw(), property, &mut value) })?;
        P::read(&value, self.network)
    }

    pub(crate) fn set_property<P: Property<'n>>(
        &self,
        property: TrtProperty,
        what: &'static str,
        argument: P::Argument<'_>,
    ) -> Result<()> {
        let set = entry!(self.network.library, layer_set, what)?;
        let value = P::write(argument, self.network)?;
        // SAFETY: the layer lives as long as its network, and so do weights, which `write` has copied to the arena;
        // `value` keeps the rest alive during the call.
        self.check(what, || unsafe { set(self.raw(), property, &value.raw()) })
    }

    pub(crate) fn check(&self, what: &'static str, call: impl FnOnce() -> TrtStatus) -> Result<()> {
        let what = fmt::from_fn(|f| write!(f, "{what} of layer `{}`", self.name()));
        self.network.library.check_log(&what, call)
    }

    fn count(
        &self,
        get: Option<unsafe extern "C" fn(*const TrtLayer, *mut i32) -> TrtStatus>,
    ) -> usize {
        let mut count = 0;
        if let Some(get) = get {
            // SAFETY: the layer lives as long as its network. A failing call leaves the value as it is.
            unsafe { get(self.raw(), &mut count) };
        }
        usize::try_from(count).unwrap_or(0)
    }

    fn tensor(
        &self,
        index: usize,
        get: Option<
            unsafe extern "C" fn(*const TrtLayer, i32, *mut *mut trt_sys::TrtTensor) -> TrtStatus,
        >,
    ) -> Option<Tensor<'n>> {
        let mut tensor = std::ptr::null_mut();
        // SAFETY: the layer lives as long as its network, to which its inputs and outputs belong.
        unsafe {
            get?(self.raw(), i32::try_from(index).ok()?, &mut tensor);
            Tensor::from_raw(tensor, self.network)
        }
    }
}

impl PartialEq for Layer<'_> {
    /// Whether both are the same layer.
    fn eq(&self, other: &Self) -> bool {
        self.handle == other.handle
    }
}

impl Eq for Layer<'_> {}

impl fmt::Debug for Layer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({:?})", self.kind(), self.name())
    }
}
