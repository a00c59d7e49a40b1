//! How the values of layer properties travel to and from TensorRT.

use std::ffi::CString;

use trt_sys::{TrtFloats, TrtTensor, TrtValue, TrtValueData, TrtValueKind, TrtWeights};

use crate::enums::Numbered;
use crate::error::c_string;
use crate::network::{Core, Tensor, Weights};
use crate::*;

/// A set of dimensions of a tensor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Axes(u32);

impl Axes {
    /// The given dimensions, counted from 0. TensorRT refuses those that a tensor does not have.
    pub fn new(axes: impl IntoIterator<Item = usize>) -> Self {
        // No tensor has a dimension 31, so greater numbers may stand for it.
        let bits = axes
            .into_iter()
            .fold(0, |bits, axis| bits | 1 << axis.min(31));
        Self(bits)
    }

    /// From a mask in which bit `i` stands for dimension `i`.
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The mask in which bit `i` stands for dimension `i`.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Whether dimension `axis` is in the set.
    pub const fn contains(self, axis: usize) -> bool {
        axis < 32 && self.0 & (1 << axis) != 0
    }

    /// The dimensions in ascending order.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..32).filter(move |&axis| self.contains(axis))
    }
}

/// A value on its way to TensorRT; owns what the raw value points to.
pub(crate) enum Value {
    Integer(i64),
    Real(f64),
    Dims(Dims),
    Floats(TrtFloats),
    Text(CString),
    Weights(TrtWeights),
    Tensor(*mut TrtTensor),
}

impl Value {
    /// The raw form; its pointers are valid as long as `self`.
    pub(crate) fn raw(&self) -> TrtValue {
        let (kind, data) = match self {
            Self::Integer(integer) => (TrtValueKind::INTEGER, TrtValueData { integer: *integer }),
            Self::Real(real) => (TrtValueKind::REAL, TrtValueData { real: *real }),
            Self::Dims(dims) => (
                TrtValueKind::DIMS,
                TrtValueData {
                    dims: dims.to_raw(),
                },
            ),
            Self::Floats(floats) => (TrtValueKind::FLOATS, TrtValueData { floats: *floats }),
            Self::Text(text) => (
                TrtValueKind::TEXT,
                TrtValueData {
                    text: text.as_ptr(),
                },
            ),
            Self::Weights(weights) => (TrtValueKind::WEIGHTS, TrtValueData { weights: *weights }),
            Self::Tensor(tensor) => (TrtValueKind::TENSOR, TrtValueData { tensor: *tensor }),
        };
        TrtValue { kind, data }
    }
}

/// A type that a property can have.
pub(crate) trait Property<'n>: Sized {
    /// What a setter takes.
    type Argument<'x>;

    /// From a value that TensorRT returned for a layer of `network`.
    fn read(value: &TrtValue, network: &'n Core) -> Result<Self>;

    /// To a value for a layer of `network`.
    fn write(argument: Self::Argument<'_>, network: &'n Core) -> Result<Value>;
}

fn wrong_kind(expected: &str, value: &TrtValue) -> Error {
    Error::invalid(
        "value of a layer property",
        format!("expected {expected}, found kind {}", value.kind.0),
    )
}

fn integer(value: &TrtValue) -> Result<i64> {
    match value.kind {
        // SAFETY: the kind says which member was written.
        TrtValueKind::INTEGER => Ok(unsafe { value.data.integer }),
        _ => Err(wrong_kind("an integer", value)),
    }
}

impl Property<'_> for i64 {
    type Argument<'x> = Self;

    fn read(value: &TrtValue, _: &Core) -> Result<Self> {
        integer(value)
    }

    fn write(argument: Self, _: &Core) -> Result<Value> {
        Ok(Value::Integer(argument))
    }
}

impl Property<'_> for bool {
    type Argument<'x> = Self;

    fn read(value: &TrtValue, _: &Core) -> Result<Self> {
        Ok(integer(value)? != 0)
    }

    fn write(argument: Self, _: &Core) -> Result<Value> {
        Ok(Value::Integer(argument.into()))
    }
}

impl Property<'_> for Axes {
    type Argument<'x> = Self;

    fn read(value: &TrtValue, _: &Core) -> Result<Self> {
        // A mask of 32 bits, which the shim may have sign-extended.
        Ok(Self(integer(value)? as u32))
    }

    fn write(argument: Self, _: &Core) -> Result<Value> {
        Ok(Value::Integer(argument.0.into()))
    }
}

impl Property<'_> for f64 {
    type Argument<'x> = Self;

    fn read(value: &TrtValue, _: &Core) -> Result<Self> {
        match value.kind {
            // SAFETY: the kind says which member was written.
            TrtValueKind::REAL => Ok(unsafe { value.data.real }),
            _ => Err(wrong_kind("a real number", value)),
        }
    }

    fn write(argument: Self, _: &Core) -> Result<Value> {
        Ok(Value::Real(argument))
    }
}

impl Property<'_> for Dims {
    type Argument<'x> = &'x [i64];

    fn read(value: &TrtValue, _: &Core) -> Result<Self> {
        match value.kind {
            TrtValueKind::DIMS => {
                // SAFETY: the kind says which member was written.
                let dims = unsafe { &value.data.dims };
                // A property that was never set has rank -1 or 0.
                Ok(Self::from_raw(dims).unwrap_or_default())
            }
            _ => Err(wrong_kind("dimensions", value)),
        }
    }

    fn write(argument: &[i64], _: &Core) -> Result<Value> {
        Ok(Value::Dims(Self::new(argument)?))
    }
}

impl Property<'_> for Vec<f32> {
    type Argument<'x> = &'x [f32];

    fn read(value: &TrtValue, _: &Core) -> Result<Self> {
        if value.kind != TrtValueKind::FLOATS {
            return Err(wrong_kind("numbers", value));
        }
        // SAFETY: the kind says which member was written.
        let floats = unsafe { value.data.floats };
        let count = usize::try_from(floats.count).unwrap_or(0);
        Ok(floats.values.iter().copied().take(count).collect())
    }

    fn write(argument: &[f32], _: &Core) -> Result<Value> {
        let mut floats = TrtFloats {
            count: argument.len() as i32,
            values: [0.0; Dims::MAX_RANK],
        };
        floats
            .values
            .get_mut(..argument.len())
            .ok_or_else(|| {
                Error::invalid(
                    "numbers by dimension",
                    format!(
                        "found {}, expected at most {}",
                        argument.len(),
                        Dims::MAX_RANK
                    ),
                )
            })?
            .copy_from_slice(argument);
        Ok(Value::Floats(floats))
    }
}

impl Property<'_> for String {
    type Argument<'x> = &'x str;

    fn read(value: &TrtValue, _: &Core) -> Result<Self> {
        match value.kind {
            // SAFETY: the kind says which member was written; the string lives as long as the layer keeps it.
            TrtValueKind::TEXT => Ok(unsafe { library::text(value.data.text) }),
            _ => Err(wrong_kind("a text", value)),
        }
    }

    fn write(argument: &str, _: &Core) -> Result<Value> {
        Ok(Value::Text(c_string(argument)?))
    }
}

impl<'n> Property<'n> for Weights<'n> {
    type Argument<'x> = Weights<'x>;

    fn read(value: &TrtValue, _: &'n Core) -> Result<Self> {
        match value.kind {
            // SAFETY: the kind says which member was written. TensorRT holds weights by reference, and all that it was
            // given through `Network` lives until the network dies: borrowed for its lifetime parameter, or in the arena.
            TrtValueKind::WEIGHTS => unsafe { Self::from_raw(&value.data.weights) },
            _ => Err(wrong_kind("weights", value)),
        }
    }

    fn write(argument: Weights<'_>, network: &'n Core) -> Result<Value> {
        Ok(Value::Weights(network.keep_weights(argument).to_raw()?))
    }
}

impl<'n> Property<'n> for Option<Tensor<'n>> {
    type Argument<'x> = Option<Tensor<'x>>;

    fn read(value: &TrtValue, network: &'n Core) -> Result<Self> {
        match value.kind {
            // SAFETY: the kind says which member was written; tensors belong to the network of their layer.
            TrtValueKind::TENSOR => Ok(unsafe { Tensor::from_raw(value.data.tensor, network) }),
            _ => Err(wrong_kind("a tensor", value)),
        }
    }

    fn write(argument: Option<Tensor<'_>>, network: &'n Core) -> Result<Value> {
        let Some(tensor) = argument else {
            return Ok(Value::Tensor(std::ptr::null_mut()));
        };
        network.check_owner(&tensor)?;
        Ok(Value::Tensor(tensor.raw()))
    }
}

macro_rules! enum_properties {
    ($($name:ident)*) => {$(
        impl Property<'_> for $name {
            type Argument<'x> = Self;

            fn read(value: &TrtValue, _: &Core) -> Result<Self> {
                $name::from_number(integer(value)?)
            }

            fn write(argument: Self, _: &Core) -> Result<Value> {
                Ok(Value::Integer(argument.number()))
            }
        }
    )*};
}
enum_properties! {
    ActivationType AttentionForm AttentionNormalization BoundingBoxFormat CausalMask CumulativeOperation DataType
    ElementWiseOperation FillOperation GatherMode InterpolationMode KvCacheMode LoopOutputKind MatrixOperation
    MoeActivation PaddingMode PoolingType ReduceOperation ResizeCoordinateTransformation ResizeRoundMode
    ResizeSelector SampleMode ScaleMode ScatterMode TopKOperation TripLimitKind UnaryOperation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_a_set() {
        let axes = Axes::new([2, 0]);
        assert_eq!(axes.bits(), 0b101);
        assert_eq!(axes.iter().collect::<Vec<_>>(), [0, 2]);
        assert!(axes.contains(2) && !axes.contains(1) && !axes.contains(99));
        assert_eq!(Axes::new([1000]).bits(), 1 << 31);
    }
}
