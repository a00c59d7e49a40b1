//! Attention, its caches and embeddings, mixtures of experts and collectives.

use std::fmt;
use std::ptr::NonNull;

use trt_sys::{TrtAttention, TrtProperty, TrtStatus, TrtTensor};

use super::property::Property;
use super::{add_layer, layer_type, part_of_network, property_argument, property_type};
use crate::error::{c_string, int32};
use crate::library::{entry, text};
use crate::network::{Core, Layer, Network, Tensor};
use crate::{
    AttentionForm, AttentionNormalization, CausalMask, CollectiveOperation, DataType, Dims, Error,
    KvCacheMode, MoeActivation, ReduceOperation, Result,
};

layer_type! {
    /// Where tensors enter an [`Attention`].
    AttentionInput {}
}

layer_type! {
    /// Where the result leaves an [`Attention`].
    AttentionOutput {}
}

layer_type! {
    /// Rotary position embedding. Inputs: x, cosines, sines, optionally the positions.
    ///
    /// Follows [`IRotaryEmbeddingLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/RotaryEmbedding.html).
    RotaryEmbedding {
        /// Whether pairs are neighbours rather than halves.
        interleaved, set_interleaved: bool = INTERLEAVED;
        /// Number of channels that are rotated; 0 for all.
        rotary_embedding_dim, set_rotary_embedding_dim: i64 = ROTARY_EMBEDDING_DIM;
    }
}

layer_type! {
    /// Writes entries into a key-value cache. Inputs: cache, update, indices to write at.
    ///
    /// Follows [`IKVCacheUpdateLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/KVCacheUpdate.html).
    KvCacheUpdate {
        /// How entries are placed.
        cache_mode, set_cache_mode: KvCacheMode = CACHE_MODE;
        /// How sequences lie in the update.
        update_form, set_update_form: AttentionForm = UPDATE_FORM;
        /// Lengths of the sequences in a packed update.
        update_lengths, set_update_lengths: Tensor = UPDATE_LENGTHS;
    }
}

layer_type! {
    /// Mixture of experts. Inputs: hidden states, selected experts, their scores.
    ///
    /// Follows [`IMoELayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/MoE.html).
    MixtureOfExperts {
        /// The activation of the experts.
        activation_type, set_activation_type: MoeActivation = ACTIVATION_TYPE;
        /// Element type that activations are quantized to.
        quantization_to_type, set_quantization_to_type: DataType = QUANTIZATION_TO_TYPE;
        /// Shape of the blocks that share a scale.
        quantization_block_shape, set_quantization_block_shape: Dims = QUANTIZATION_BLOCK_SHAPE;
        /// Element type of the scales of dynamic quantization.
        scale_type, set_scale_type: DataType = DYNAMIC_QUANTIZE_SCALE_TYPE;
        /// Parameter of SwiGLU.
        swiglu_alpha, set_swiglu_alpha: f64 = SWIGLU_ALPHA;
        /// Parameter of SwiGLU.
        swiglu_beta, set_swiglu_beta: f64 = SWIGLU_BETA;
        /// Limit of SwiGLU.
        swiglu_limit, set_swiglu_limit: f64 = SWIGLU_LIMIT;
    }
}

impl MixtureOfExperts<'_> {
    /// Sets the weights of gated experts.
    ///
    /// # Errors
    /// TensorRT refuses them, or a tensor is of another network.
    pub fn set_gated_weights(
        &self,
        gate: Tensor<'_>,
        up: Tensor<'_>,
        down: Tensor<'_>,
        activation: MoeActivation,
    ) -> Result<()> {
        let what = "MixtureOfExperts::set_gated_weights";
        let set = entry!(self.network().library, moe_set_gated_weights, what)?;
        self.check_owners(&[gate, up, down])?;
        self.check(what, || {
            // SAFETY: layer and tensors are of the same network, which is alive.
            unsafe {
                set(
                    self.raw(),
                    gate.raw(),
                    up.raw(),
                    down.raw(),
                    activation.to_raw(),
                )
            }
        })
    }

    /// Sets the biases of gated experts.
    ///
    /// # Errors
    /// TensorRT refuses them, or a tensor is of another network.
    pub fn set_gated_biases(
        &self,
        gate: Tensor<'_>,
        up: Tensor<'_>,
        down: Tensor<'_>,
    ) -> Result<()> {
        let what = "MixtureOfExperts::set_gated_biases";
        let set = entry!(self.network().library, moe_set_gated_biases, what)?;
        self.check_owners(&[gate, up, down])?;
        self.check(what, || {
            // SAFETY: layer and tensors are of the same network, which is alive.
            unsafe { set(self.raw(), gate.raw(), up.raw(), down.raw()) }
        })
    }

    /// Quantizes the input of the last product with a given scale.
    ///
    /// # Errors
    /// TensorRT refuses it, or the tensor is of another network.
    pub fn set_static_quantization(&self, scale: Tensor<'_>, dtype: DataType) -> Result<()> {
        let what = "MixtureOfExperts::set_static_quantization";
        let set = entry!(self.network().library, moe_set_static_quantization, what)?;
        self.check_owners(&[scale])?;
        self.check(what, || {
            // SAFETY: layer and tensor are of the same network, which is alive.
            unsafe { set(self.raw(), scale.raw(), dtype.to_raw()) }
        })
    }

    fn check_owners(&self, tensors: &[Tensor<'_>]) -> Result<()> {
        tensors
            .iter()
            .try_for_each(|tensor| self.network().check_owner(tensor))
    }
}

layer_type! {
    /// Collective operation of several devices.
    DistCollective {}
}

/// An attention under construction: `normalize(query * key^T + mask) * value`.
///
/// Not a layer in TensorRT's terms, but a block between an [`AttentionInput`] and an [`AttentionOutput`] layer.
/// Follows [`IAttention`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Attention.html).
#[derive(Clone, Copy)]
pub struct Attention<'n> {
    handle: NonNull<TrtAttention>,
    network: &'n Core,
}

macro_rules! attention_properties {
    ($($(#[$doc:meta])* $get:ident, $set:ident: $type:ident = $property:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// The loaded library does not have this property, or returned a value that this crate does not know.
        pub fn $get(&self) -> Result<property_type!($type, 'n)> {
            self.property(TrtProperty::$property, concat!("Attention::", stringify!($get)))
        }

        #[doc = concat!("Sets [`", stringify!($get), "`](Self::", stringify!($get), ").")]
        ///
        /// # Errors
        /// TensorRT refuses the value, or the loaded library does not have this property.
        pub fn $set(&self, value: property_argument!($type)) -> Result<()> {
            self.set_property::<property_type!($type, 'n)>(
                TrtProperty::$property,
                concat!("Attention::", stringify!($set)),
                value,
            )
        }
    )*};
}

impl<'n> Attention<'n> {
    attention_properties! {
        /// How scores are normalized.
        normalization, set_normalization: AttentionNormalization = NORMALIZATION_OPERATION;
        /// Which mask is applied beside that of [`mask`](Self::mask).
        causal_mask, set_causal_mask: CausalMask = CAUSAL_KIND;
        /// A mask: truth values that keep scores, or numbers that are added to them.
        mask, set_mask: Tensor = MASK;
        /// Whether the builder may fall back to several kernels.
        decomposable, set_decomposable: bool = DECOMPOSABLE;
        /// Scale by which normalized scores are quantized.
        normalization_quantize_scale, set_normalization_quantize_scale: Tensor = NORMALIZATION_QUANTIZE_SCALE;
        /// Element type that normalized scores are quantized to.
        normalization_quantize_to_type, set_normalization_quantize_to_type: DataType = NORMALIZATION_QUANTIZE_TO_TYPE;
        /// How sequences lie in the query.
        query_form, set_query_form: AttentionForm = QUERY_FORM;
        /// How sequences lie in key and value.
        key_value_form, set_key_value_form: AttentionForm = KEY_VALUE_FORM;
        /// Lengths of the sequences in a packed query.
        query_lengths, set_query_lengths: Tensor = QUERY_LENGTHS;
        /// Lengths of the sequences in packed key and value.
        key_value_lengths, set_key_value_lengths: Tensor = KEY_VALUE_LENGTHS;
    }

    /// The name.
    pub fn name(&self) -> String {
        let mut name = std::ptr::null();
        if let Some(get) = self.network.library.api().attention_name {
            // SAFETY: the attention lives as long as its network; the string is copied before anything can change it.
            unsafe {
                get(self.raw(), &mut name);
                return text(name);
            }
        }
        String::new()
    }

    /// Renames the attention.
    ///
    /// # Errors
    /// The name contains a NUL.
    pub fn set_name(&self, name: &str) -> Result<()> {
        let name = c_string(name)?;
        let set = entry!(
            self.network.library,
            attention_set_name,
            "Attention::set_name"
        )?;
        self.check("Attention::set_name", || {
            // SAFETY: the attention lives as long as its network; TensorRT copies the string.
            unsafe { set(self.raw(), name.as_ptr()) }
        })
    }

    /// Input `index`: 0 query, 1 key, 2 value; `None` past the last.
    pub fn input(&self, index: usize) -> Option<Tensor<'n>> {
        self.tensor(index, self.network.library.api().attention_input)
    }

    /// The result.
    ///
    /// # Errors
    /// TensorRT has none.
    pub fn output(&self) -> Result<Tensor<'n>> {
        self.tensor(0, self.network.library.api().attention_output)
            .ok_or_else(|| Error::invalid(format!("attention `{}`", self.name()), "has no output"))
    }

    fn raw(&self) -> *mut TrtAttention {
        self.handle.as_ptr()
    }

    fn property<P: Property<'n>>(&self, property: TrtProperty, what: &'static str) -> Result<P> {
        let get = entry!(self.network.library, attention_get, what)?;
        let mut value = Default::default();
        // SAFETY: the attention lives as long as its network.
        self.check(what, || unsafe { get(self.raw(), property, &mut value) })?;
        P::read(&value, self.network)
    }

    fn set_property<P: Property<'n>>(
        &self,
        property: TrtProperty,
        what: &'static str,
        argument: P::Argument<'_>,
    ) -> Result<()> {
        let set = entry!(self.network.library, attention_set, what)?;
        let value = P::write(argument, self.network)?;
        // SAFETY: the attention lives as long as its network; `value` keeps what it points to alive during the call.
        self.check(what, || unsafe { set(self.raw(), property, &value.raw()) })
    }

    fn check(&self, what: &'static str, call: impl FnOnce() -> TrtStatus) -> Result<()> {
        let what = fmt::from_fn(|f| write!(f, "{what} of `{}`", self.name()));
        self.network.library.check_log(&what, call)
    }

    fn tensor(
        &self,
        index: usize,
        get: Option<
            unsafe extern "C" fn(*const TrtAttention, i32, *mut *mut TrtTensor) -> TrtStatus,
        >,
    ) -> Option<Tensor<'n>> {
        let mut tensor = std::ptr::null_mut();
        // SAFETY: the attention lives as long as its network, to which its tensors belong.
        unsafe {
            get?(self.raw(), i32::try_from(index).ok()?, &mut tensor);
            Tensor::from_raw(tensor, self.network)
        }
    }
}

part_of_network!(Attention);

impl<'n> Layer<'n> {
    /// The attention that this boundary layer belongs to; `None` for other layers.
    pub fn containing_attention(&self) -> Option<Attention<'n>> {
        let mut handle = std::ptr::null_mut();
        // SAFETY: the layer lives as long as its network, to which its attention belongs.
        unsafe { self.network().library.api().layer_attention?(self.raw(), &mut handle) };
        Some(Attention {
            handle: NonNull::new(handle)?,
            network: self.network(),
        })
    }
}

impl Network<'_> {
    /// Adds an attention over `[batch, heads, positions, channels]`.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no attention.
    pub fn add_attention(
        &self,
        query: Tensor<'_>,
        key: Tensor<'_>,
        value: Tensor<'_>,
        normalization: AttentionNormalization,
        mask: CausalMask,
    ) -> Result<Attention<'_>> {
        let add = entry!(self.core.library, add_attention, "add_attention")?;
        let handle = self
            .core
            .add("add_attention", &[query, key, value], |network, out| {
                // SAFETY: the network is alive and the tensors belong to it, as `add` has checked.
                unsafe {
                    add(
                        network,
                        query.raw(),
                        key.raw(),
                        value.raw(),
                        normalization.to_raw(),
                        mask.to_raw(),
                        out,
                    )
                }
            })?;
        Ok(Attention {
            handle,
            network: &self.core,
        })
    }

    /// Adds a rotary position embedding; `dim` channels are rotated, 0 for all.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_rotary_embedding(
        &self,
        input: Tensor<'_>,
        cos: Tensor<'_>,
        sin: Tensor<'_>,
        interleaved: bool,
        dim: i64,
    ) -> Result<RotaryEmbedding<'_>> {
        let dim = int32("dim", dim)?;
        add_layer!(self.add_rotary_embedding(input.raw(), cos.raw(), sin.raw(), interleaved.into(), dim) of &[input, cos, sin])
            .map(RotaryEmbedding)
    }

    /// Adds an update of a key-value cache.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_kv_cache_update(
        &self,
        cache: Tensor<'_>,
        update: Tensor<'_>,
        write_indices: Tensor<'_>,
        mode: KvCacheMode,
    ) -> Result<KvCacheUpdate<'_>> {
        add_layer!(self.add_kv_cache_update(cache.raw(), update.raw(), write_indices.raw(), mode.to_raw()) of &[cache, update, write_indices])
            .map(KvCacheUpdate)
    }

    /// Adds a mixture of experts; their weights are set on the layer.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_mixture_of_experts(
        &self,
        hidden: Tensor<'_>,
        selected_experts: Tensor<'_>,
        scores: Tensor<'_>,
    ) -> Result<MixtureOfExperts<'_>> {
        add_layer!(self.add_moe(hidden.raw(), selected_experts.raw(), scores.raw()) of &[hidden, selected_experts, scores])
            .map(MixtureOfExperts)
    }

    /// Adds a collective operation among the devices of `groups` (all of them if empty); `root` is -1 where there is none.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, the tensor is of another network, or the library has no such layer.
    pub fn add_dist_collective(
        &self,
        input: Tensor<'_>,
        operation: CollectiveOperation,
        reduce: ReduceOperation,
        root: i64,
        groups: &[i64],
    ) -> Result<DistCollective<'_>> {
        let group_pointer = if groups.is_empty() {
            std::ptr::null()
        } else {
            groups.as_ptr()
        };
        add_layer!(self.add_dist_collective(
            input.raw(), operation.to_raw(), reduce.to_raw(), root, group_pointer, groups.len() as i64
        ) of &[input])
        .map(DistCollective)
    }
}
