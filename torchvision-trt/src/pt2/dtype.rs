//! Element types of tensors, as torch.export numbers them.

use std::fmt;

/// Element type of a tensor ([torch.dtype](https://docs.pytorch.org/docs/2.11/tensor_attributes.html)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DType {
    /// `torch.uint8`
    UInt8,
    /// `torch.int8`
    Int8,
    /// `torch.int16`
    Int16,
    /// `torch.int32`
    Int32,
    /// `torch.int64`
    Int64,
    /// `torch.uint16`
    UInt16,
    /// `torch.float16`
    Float16,
    /// `torch.bfloat16`
    BFloat16,
    /// `torch.float32`
    Float32,
    /// `torch.float64`
    Float64,
    /// `torch.bool`
    Bool,
    /// `torch.float8_e4m3fn`
    Float8E4M3FN,
    /// `torch.float8_e5m2`
    Float8E5M2,
    /// `torch.float8_e4m3fnuz`
    Float8E4M3FNUZ,
    /// `torch.float8_e5m2fnuz`
    Float8E5M2FNUZ,
    /// `torch.complex32`
    Complex32,
    /// `torch.complex64`
    Complex64,
    /// `torch.complex128`
    Complex128,
}

impl DType {
    /// The type behind a `ScalarType` code of torch.export's schema (its own numbering, not c10's).
    pub fn from_code(code: i64) -> Option<Self> {
        Some(match code {
            1 => Self::UInt8,
            2 => Self::Int8,
            3 => Self::Int16,
            4 => Self::Int32,
            5 => Self::Int64,
            6 => Self::Float16,
            7 => Self::Float32,
            8 => Self::Float64,
            9 => Self::Complex32,
            10 => Self::Complex64,
            11 => Self::Complex128,
            12 => Self::Bool,
            13 => Self::BFloat16,
            28 => Self::UInt16,
            29 => Self::Float8E4M3FN,
            30 => Self::Float8E5M2,
            31 => Self::Float8E4M3FNUZ,
            32 => Self::Float8E5M2FNUZ,
            _ => return None,
        })
    }

    /// PyTorch's name without the `torch.` in front.
    pub fn name(self) -> &'static str {
        match self {
            Self::UInt8 => "uint8",
            Self::Int8 => "int8",
            Self::Int16 => "int16",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::UInt16 => "uint16",
            Self::Float16 => "float16",
            Self::BFloat16 => "bfloat16",
            Self::Float32 => "float32",
            Self::Float64 => "float64",
            Self::Bool => "bool",
            Self::Float8E4M3FN => "float8_e4m3fn",
            Self::Float8E5M2 => "float8_e5m2",
            Self::Float8E4M3FNUZ => "float8_e4m3fnuz",
            Self::Float8E5M2FNUZ => "float8_e5m2fnuz",
            Self::Complex32 => "complex32",
            Self::Complex64 => "complex64",
            Self::Complex128 => "complex128",
        }
    }

    /// Bytes of one element.
    pub fn size(self) -> usize {
        match self {
            Self::UInt8
            | Self::Int8
            | Self::Bool
            | Self::Float8E4M3FN
            | Self::Float8E5M2
            | Self::Float8E4M3FNUZ
            | Self::Float8E5M2FNUZ => 1,
            Self::Int16 | Self::UInt16 | Self::Float16 | Self::BFloat16 => 2,
            Self::Int32 | Self::Float32 | Self::Complex32 => 4,
            Self::Int64 | Self::Float64 | Self::Complex64 => 8,
            Self::Complex128 => 16,
        }
    }

    /// True for real floating point types.
    pub fn is_float(self) -> bool {
        matches!(
            self,
            Self::Float16
                | Self::BFloat16
                | Self::Float32
                | Self::Float64
                | Self::Float8E4M3FN
                | Self::Float8E5M2
                | Self::Float8E4M3FNUZ
                | Self::Float8E5M2FNUZ
        )
    }

    /// True for signed and unsigned integers; `bool` is not one.
    pub fn is_integer(self) -> bool {
        matches!(
            self,
            Self::UInt8 | Self::Int8 | Self::Int16 | Self::Int32 | Self::Int64 | Self::UInt16
        )
    }

    /// True for complex types.
    pub fn is_complex(self) -> bool {
        matches!(self, Self::Complex32 | Self::Complex64 | Self::Complex128)
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
