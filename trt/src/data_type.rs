//! Element types of tensors and weights.

use crate::enums::native_enum;

native_enum! {
    /// Element type of a tensor or of weights.
    ///
    /// Follows [`nvinfer1::DataType`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/c-api/namespacenvinfer1.html).
    DataType: TrtDataType, "data type" {
        /// IEEE 754 single precision.
        Float = FLOAT,
        /// IEEE 754 half precision.
        Half = HALF,
        /// Signed 8-bit integer that stands for a quantized real number.
        Int8 = INT8,
        /// Signed 32-bit integer.
        Int32 = INT32,
        /// One byte: 0 is false, 1 is true.
        Bool = BOOL,
        /// Unsigned 8-bit integer, for the inputs and outputs of a network.
        UInt8 = UINT8,
        /// 8-bit floating point with 4 exponent and 3 mantissa bits.
        Fp8 = FP8,
        /// Brain floating point: 8 exponent and 7 mantissa bits.
        BFloat16 = BF16,
        /// Signed 64-bit integer.
        Int64 = INT64,
        /// Signed 4-bit integer, two to a byte.
        Int4 = INT4,
        /// 4-bit floating point with 2 exponent bits and 1 mantissa bit, two to a byte.
        Fp4 = FP4,
        /// Power-of-two scale of 8 bits without a mantissa, for block quantization.
        E8M0 = E8M0,
    }
}

impl DataType {
    /// Size of one element in bits; sub-byte types are packed.
    pub const fn size_bits(self) -> usize {
        match self {
            Self::Int64 => 64,
            Self::Float | Self::Int32 => 32,
            Self::Half | Self::BFloat16 => 16,
            Self::Int8 | Self::Bool | Self::UInt8 | Self::Fp8 | Self::E8M0 => 8,
            Self::Int4 | Self::Fp4 => 4,
        }
    }

    /// Bytes that `elements` take up; `None` when that overflows.
    pub const fn bytes_for(self, elements: usize) -> Option<usize> {
        match elements.checked_mul(self.size_bits()) {
            Some(bits) => Some(bits.div_ceil(8)),
            None => None,
        }
    }

    /// Whether values are real numbers rather than integers or truth values.
    pub const fn is_float(self) -> bool {
        matches!(
            self,
            Self::Float | Self::Half | Self::BFloat16 | Self::Fp8 | Self::Fp4
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_types_round_up_to_whole_bytes() {
        assert_eq!(DataType::Int4.bytes_for(3), Some(2));
        assert_eq!(DataType::Float.bytes_for(3), Some(12));
        assert_eq!(DataType::Int64.bytes_for(usize::MAX), None);
    }

    #[test]
    fn an_unknown_number_is_an_error() {
        let error = DataType::try_from(trt_sys::TrtDataType(99)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "data type has the value 99, which this version of trt does not know"
        );
    }
}
