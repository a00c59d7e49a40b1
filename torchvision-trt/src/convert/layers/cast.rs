//! Element types: casts, constants, PyTorch's type promotion.

use trt::DataType;

use crate::convert::tensor::{Operand, Scalar, Size, Tensor};
use crate::convert::{Context, Result, weights};

impl<'n, 'w> Context<'n, 'w> {
    /// A tensor as another type ([torch.Tensor.to](https://docs.pytorch.org/docs/2.11/generated/torch.Tensor.to.html)).
    /// A constant stays one and is converted when it is handed over.
    ///
    /// # Errors
    /// When TensorRT has no such conversion.
    pub fn cast(&mut self, tensor: &Tensor, dtype: DataType) -> Result<Tensor> {
        if tensor.dtype == dtype {
            return Ok(*tensor);
        }
        // A float that was rounded by an earlier cast must stay rounded, so only the first cast of a constant is free.
        if let Some(constant) = self.constant(tensor)
            && crate::convert::data_type(constant.dtype())? == tensor.dtype
        {
            return Ok(self.constant_as(constant, dtype));
        }
        match (tensor.dtype, dtype) {
            (DataType::Int32 | DataType::Int64, DataType::UInt8) => {
                // PyTorch keeps the lowest 8 bits.
                let beyond = self.floor_div(tensor, 256)?;
                let beyond = self.mul(&beyond, 256)?;
                let low = self.sub(tensor, &beyond)?;
                let low = self.cast(&low, DataType::Int32)?;
                self.relabelled(&low, dtype)
            }
            (_, DataType::UInt8) => {
                let wide = self.cast_layer(tensor, DataType::Int32)?;
                self.relabelled(&wide, dtype)
            }
            (DataType::UInt8, DataType::Int32) => self.relabelled(tensor, dtype),
            _ => self.cast_layer(tensor, dtype),
        }
    }

    fn cast_layer(&mut self, tensor: &Tensor, dtype: DataType) -> Result<Tensor> {
        let raw = if dtype.is_float() {
            self.raw_input(tensor)?
        } else {
            self.raw(tensor)?
        };
        let layer = self.network().add_cast(raw, dtype)?;
        self.output_like(&layer, tensor)
    }

    /// A number in the shape and type of a tensor.
    ///
    /// # Errors
    /// When TensorRT refuses it.
    pub fn filled_like(&mut self, tensor: &Tensor, number: &Scalar) -> Result<Tensor> {
        let sizes = self.sizes(tensor)?;
        let one = self.scalar(number, tensor.dtype, sizes.len())?;
        self.expand(&one, &sizes)
    }

    /// Numbers as a constant of the given shape and type.
    ///
    /// # Errors
    /// When TensorRT refuses it.
    pub fn numbers_constant(
        &mut self,
        numbers: &[f64],
        shape: &[i64],
        dtype: DataType,
    ) -> Result<Tensor> {
        if dtype == DataType::UInt8 {
            let wide = self.numbers_constant(numbers, shape, DataType::Int32)?;
            return self.cast(&wide, dtype);
        }
        let bytes = self.network().keep(weights::encoded(numbers, dtype)?);
        let layer = self
            .network()
            .add_constant(shape, trt::Weights::new(dtype, bytes))?;
        self.output(&layer)
    }

    /// A constant filled with a number, as wide as `rank` but of size 1, to broadcast.
    ///
    /// # Errors
    /// When TensorRT refuses it, or the number depends on what the program does not know.
    pub fn scalar(&mut self, scalar: &Scalar, dtype: DataType, rank: usize) -> Result<Tensor> {
        if let Some(number) = scalar.as_f64() {
            // Integers beyond 2^53 exist only as sentinels, which saturate alike.
            return self.numbers_constant(&[number], &vec![1; rank], dtype);
        }
        let Scalar::Size(size) = scalar else {
            unreachable!("only sizes have no value")
        };
        let tensor = self.size_tensor(std::slice::from_ref(size))?;
        let tensor = self.reshape(&tensor, &vec![Size::Static(1); rank])?;
        self.cast(&tensor, dtype)
    }

    /// The type that PyTorch computes in for these operands
    /// ([torch.result_type](https://docs.pytorch.org/docs/2.11/tensor_attributes.html#type-promotion-doc)): tensors with dimensions
    /// count before those without, and those before numbers; a later one only decides if its category is higher.
    pub fn result_type(&self, operands: &[Operand]) -> DataType {
        let mut result: Option<DataType> = None;
        let ranked = [
            promoted(operands, |o| matches!(o, Operand::Tensor(t) if t.rank > 0)),
            promoted(operands, |o| matches!(o, Operand::Tensor(t) if t.rank == 0)),
            promoted(operands, |o| matches!(o, Operand::Scalar(_))),
        ];
        for dtype in ranked.into_iter().flatten() {
            if result.is_none_or(|r| category(dtype) > category(r)) {
                result = Some(dtype);
            }
        }
        result.unwrap_or(DataType::Float)
    }
}

fn promoted(operands: &[Operand], counts: impl Fn(&Operand) -> bool) -> Option<DataType> {
    operands
        .iter()
        .filter(|o| counts(o))
        .map(operand_type)
        .reduce(promote)
}

fn operand_type(operand: &Operand) -> DataType {
    match operand {
        Operand::Tensor(tensor) => tensor.dtype,
        Operand::Scalar(Scalar::Bool(_)) => DataType::Bool,
        Operand::Scalar(Scalar::Int(_) | Scalar::Size(_)) => DataType::Int64,
        Operand::Scalar(Scalar::Float(_)) => DataType::Float,
    }
}

/// bool, integers, floats.
fn category(dtype: DataType) -> u8 {
    match dtype {
        DataType::Bool => 0,
        _ if dtype.is_float() => 2,
        _ => 1,
    }
}

/// The smallest type that holds both, as [torch.promote_types] has it.
///
/// [torch.promote_types]: https://docs.pytorch.org/docs/2.11/generated/torch.promote_types.html
pub(super) fn promote(a: DataType, b: DataType) -> DataType {
    let rank = |d| match d {
        DataType::Bool => 0,
        DataType::UInt8 | DataType::Int8 => 1,
        DataType::Int32 => 2,
        DataType::Int64 => 3,
        DataType::Half | DataType::BFloat16 => 4,
        _ => 5,
    };
    match (a, b) {
        (DataType::Half, DataType::BFloat16) | (DataType::BFloat16, DataType::Half) => {
            DataType::Float
        }
        _ if rank(a) >= rank(b) => a,
        _ => b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_promote_as_in_pytorch() {
        assert_eq!(promote(DataType::Half, DataType::BFloat16), DataType::Float);
        assert_eq!(promote(DataType::Int64, DataType::Half), DataType::Half);
        assert_eq!(promote(DataType::Bool, DataType::UInt8), DataType::UInt8);
        assert_eq!(promote(DataType::Int32, DataType::Int64), DataType::Int64);
    }
}
