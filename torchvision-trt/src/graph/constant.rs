//! Constants: parameters, buffers and tensors that passes computed.

use std::sync::Arc;

use crate::pt2::{AlignedBytes, DType, Weight};

/// What a constant is in the user's model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConstantKind {
    /// A parameter.
    Parameter,
    /// A buffer.
    Buffer,
    /// A tensor that the model's code holds (`lifted_tensor_0`).
    Literal,
    /// A tensor that a pass computed.
    Folded,
}

/// A tensor known before conversion. Cloning shares the bytes.
#[derive(Clone, Debug)]
pub struct Constant {
    /// Dotted name in the state dict (`layer1.0.conv1.weight`), or the value's name.
    pub name: String,
    /// Where it comes from.
    pub kind: ConstantKind,
    data: Data,
}

#[derive(Clone, Debug)]
enum Data {
    Stored(Arc<Weight>),
    Computed {
        dtype: DType,
        shape: Vec<i64>,
        bytes: Arc<AlignedBytes>,
    },
}

impl Constant {
    /// A constant stored in the program.
    pub fn stored(name: impl Into<String>, kind: ConstantKind, weight: Arc<Weight>) -> Self {
        Self {
            name: name.into(),
            kind,
            data: Data::Stored(weight),
        }
    }

    /// A constant that a pass computed: `bytes` are its elements in row-major order, little-endian.
    pub fn computed(
        name: impl Into<String>,
        dtype: DType,
        shape: Vec<i64>,
        bytes: AlignedBytes,
    ) -> Self {
        Self {
            name: name.into(),
            kind: ConstantKind::Folded,
            data: Data::Computed {
                dtype,
                shape,
                bytes: bytes.into(),
            },
        }
    }

    /// A constant of float32 that a pass computed: its elements in row-major order.
    pub(crate) fn from_floats(
        name: impl Into<String>,
        shape: Vec<i64>,
        elements: impl ExactSizeIterator<Item = f32>,
    ) -> Self {
        let mut bytes = AlignedBytes::zeroed(4 * elements.len());
        for (slot, element) in bytes.as_mut().as_chunks_mut().0.iter_mut().zip(elements) {
            *slot = element.to_le_bytes();
        }
        Self::computed(name, DType::Float32, shape, bytes)
    }

    /// The elements of a constant of float32.
    pub(crate) fn to_floats(&self) -> Option<Vec<f32>> {
        let elements = self.bytes().as_chunks().0.iter();
        (self.dtype() == DType::Float32)
            .then(|| elements.map(|&bytes| f32::from_le_bytes(bytes)).collect())
    }

    /// The same constant with other elements: `bytes` in row-major order, little-endian.
    pub fn with_elements(&self, dtype: DType, bytes: AlignedBytes) -> Self {
        let data = Data::Computed {
            dtype,
            shape: self.shape().to_vec(),
            bytes: bytes.into(),
        };
        Self {
            data,
            ..self.clone()
        }
    }

    /// True for a parameter or a buffer, which has its name from the state dict.
    pub fn is_stored(&self) -> bool {
        matches!(self.kind, ConstantKind::Parameter | ConstantKind::Buffer)
    }

    /// Element type.
    pub fn dtype(&self) -> DType {
        match &self.data {
            Data::Stored(weight) => weight.dtype(),
            Data::Computed { dtype, .. } => *dtype,
        }
    }

    /// Sizes, outermost first.
    pub fn shape(&self) -> &[i64] {
        match &self.data {
            Data::Stored(weight) => weight.sizes(),
            Data::Computed { shape, .. } => shape,
        }
    }

    /// Number of elements.
    pub fn numel(&self) -> usize {
        self.shape().iter().map(|&n| n as usize).product()
    }

    /// The elements in row-major order, little-endian, aligned to at least 16 bytes unless the file says otherwise.
    /// Borrowed from the file where it stores them so; else copied once, on the first call.
    pub fn bytes(&self) -> &[u8] {
        match &self.data {
            Data::Stored(weight) => weight.bytes(),
            Data::Computed { bytes, .. } => bytes,
        }
    }
}

impl PartialEq for Constant {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.kind == other.kind
            && self.dtype() == other.dtype()
            && self.shape() == other.shape()
            && self.bytes() == other.bytes()
    }
}
