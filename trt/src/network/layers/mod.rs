//! The layers of a network, one file for each family.
//!
//! Every layer has its own type with one getter and one setter for each of its properties; all of them dereference
//! to [`Layer`]. Getters ask TensorRT, so they also serve to read a finished network ([`Layer::typed`]).

mod activation;
mod attention;
mod constant;
mod control;
mod convolution;
mod elementwise;
mod indexing;
mod matmul;
mod normalization;
mod pooling;
pub(crate) mod property;
mod quantize;
mod reduce;
mod resize;
mod shape;
mod vision;

pub use activation::{Activation, ParametricRelu};
pub use attention::{
    Attention, AttentionInput, AttentionOutput, DistCollective, KvCacheUpdate, MixtureOfExperts,
    RotaryEmbedding,
};
pub use constant::{Constant, Fill};
pub use control::{
    Assertion, Condition, ConditionalInput, ConditionalOutput, IfConditional, Iterator, Loop,
    LoopOutput, Recurrence, TripLimit,
};
pub use convolution::{Convolution, Deconvolution};
pub use elementwise::{ElementWise, Select, Unary};
pub use indexing::{Gather, NonZero, OneHot, ReverseSequence, Scatter};
pub use matmul::{Einsum, MatrixMultiply};
pub use normalization::{Lrn, Normalization, Scale};
pub use pooling::Pooling;
pub use property::Axes;
pub use quantize::{Dequantize, DynamicQuantize, Quantize};
pub use reduce::{Cumulative, RaggedSoftMax, Reduce, SoftMax, TopK};
pub use resize::{GridSample, Resize};
pub use shape::{
    Cast, Concatenation, Identity, Padding, Shape, Shuffle, Slice, Squeeze, Unsqueeze,
};
pub use vision::Nms;

use crate::network::layer::Layer;

/// Handles of a part of a network that is no layer: two are equal when they are of the same part, and show its name.
macro_rules! part_of_network {
    ($type:ident) => {
        impl PartialEq for $type<'_> {
            fn eq(&self, other: &Self) -> bool {
                self.handle == other.handle
            }
        }

        impl Eq for $type<'_> {}

        impl std::fmt::Debug for $type<'_> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_tuple(stringify!($type))
                    .field(&self.name())
                    .finish()
            }
        }
    };
}
pub(crate) use part_of_network;

/// The Rust type of a property.
macro_rules! property_type {
    (Weights, $n:lifetime) => { $crate::network::Weights<$n> };
    (Tensor, $n:lifetime) => { Option<$crate::network::Tensor<$n>> };
    (Floats, $n:lifetime) => { Vec<f32> };
    ($type:ident, $n:lifetime) => { $type };
}
pub(crate) use property_type;

/// What the setter of a property takes.
macro_rules! property_argument {
    (Weights) => { $crate::network::Weights<'_> };
    (Tensor) => { Option<$crate::network::Tensor<'_>> };
    (Floats) => { &[f32] };
    (Dims) => { &[i64] };
    (String) => { &str };
    ($type:ident) => { $type };
}
pub(crate) use property_argument;

/// Defines the type of a layer: a getter and, where TensorRT has one, a setter for each property.
macro_rules! layer_type {
    (
        $(#[$doc:meta])*
        $name:ident {
            $(
                $(#[$property_doc:meta])*
                $get:ident $(, $set:ident)?: $type:ident = $property:ident;
            )*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name<'n>(pub(crate) $crate::network::Layer<'n>);

        impl<'n> std::ops::Deref for $name<'n> {
            type Target = $crate::network::Layer<'n>;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }

        impl<'n> $name<'n> {
            $(
                $(#[$property_doc])*
                ///
                /// # Errors
                /// The loaded library does not have this property, or returned a value that this crate does not know.
                pub fn $get(&self) -> $crate::Result<$crate::network::layers::property_type!($type, 'n)> {
                    self.0.property(
                        trt_sys::TrtProperty::$property,
                        concat!(stringify!($name), "::", stringify!($get)),
                    )
                }

                $(
                    #[doc = concat!("Sets [`", stringify!($get), "`](Self::", stringify!($get), ").")]
                    ///
                    /// # Errors
                    /// TensorRT refuses the value, or the loaded library does not have this property.
                    pub fn $set(
                        &self,
                        value: $crate::network::layers::property_argument!($type),
                    ) -> $crate::Result<()> {
                        self.0.set_property::<$crate::network::layers::property_type!($type, 'n)>(
                            trt_sys::TrtProperty::$property,
                            concat!(stringify!($name), "::", stringify!($set)),
                            value,
                        )
                    }
                )?
            )*
        }
    };
}
pub(crate) use layer_type;

/// Adds a layer: calls an entry of the function table with the network, the arguments and the place for the layer.
macro_rules! add_layer {
    ($network:ident.$function:ident($($argument:expr),* $(,)?) of $inputs:expr) => {{
        let function = $crate::library::entry!($network.core.library, $function, stringify!($function))?;
        $network.core.add(stringify!($function), $inputs, |network, out| {
            // SAFETY: the network is alive, `add` has checked that the tensors belong to it, dimensions and strings
            // live during the call and weights until the network dies.
            unsafe { function(network, $($argument,)* out) }
        })
        // SAFETY: the layer was just added to this network.
        .map(|layer| unsafe { $crate::network::Layer::from_raw(layer, &$network.core) })
    }};
}
pub(crate) use add_layer;

/// Defines [`TypedLayer`] and the way from a [`Layer`] to it.
macro_rules! typed_layers {
    ($($kind:ident),+ $(,)?) => {
        /// A layer as its own type, for walking a finished network.
        #[derive(Clone, Copy, Debug)]
        #[non_exhaustive]
        pub enum TypedLayer<'n> {
            $(
                #[doc = concat!("A [`", stringify!($kind), "`].")]
                $kind($kind<'n>),
            )+
            /// A layer that this crate has no type for, such as a plugin.
            Other(Layer<'n>),
        }

        impl<'n> Layer<'n> {
            /// This layer as its own type.
            pub fn typed(&self) -> TypedLayer<'n> {
                match self.kind() {
                    $(crate::LayerKind::$kind => TypedLayer::$kind($kind(*self)),)+
                    _ => TypedLayer::Other(*self),
                }
            }
        }
    };
}

typed_layers! {
    Activation, Assertion, AttentionInput, AttentionOutput, Cast, Concatenation, Condition, ConditionalInput,
    ConditionalOutput, Constant, Convolution, Cumulative, Deconvolution, Dequantize, DistCollective, DynamicQuantize, Einsum,
    ElementWise, Fill, Gather, GridSample, Identity, Iterator, KvCacheUpdate, LoopOutput, Lrn, MatrixMultiply, MixtureOfExperts,
    Nms, NonZero, Normalization, OneHot, Padding, ParametricRelu, Pooling, Quantize, RaggedSoftMax, Recurrence,
    Reduce, Resize, ReverseSequence, RotaryEmbedding, Scale, Scatter, Select, Shape, Shuffle, Slice, SoftMax,
    Squeeze, TopK, TripLimit, Unary, Unsqueeze,
}
