//! Handles that converters pass around.

use trt::DataType;

use crate::pt2::{DType, SymExpr, SymOp};

/// A tensor of the network under construction: a handle into its [`Context`](super::Context).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tensor {
    pub(crate) index: u32,
    pub(crate) dtype: DataType,
    pub(crate) rank: u8,
}

impl Tensor {
    /// Element type in the network.
    pub fn dtype(&self) -> DataType {
        self.dtype
    }

    /// Number of dimensions; 0 for a scalar.
    pub fn rank(&self) -> usize {
        usize::from(self.rank)
    }

    /// A PyTorch dimension, which may count from the end, as an axis from 0. A scalar has one, as in PyTorch.
    ///
    /// # Errors
    /// A message with the range allowed.
    pub fn axis(&self, dim: i64) -> super::Result<usize> {
        axis(dim, self.rank())
    }

    /// Several PyTorch dimensions, see [`axis`](Self::axis).
    ///
    /// # Errors
    /// A message with the range allowed, or about a dimension that is given twice.
    pub fn axes(&self, dims: &[i64]) -> super::Result<Vec<usize>> {
        let axes: Vec<usize> = dims
            .iter()
            .map(|&d| self.axis(d))
            .collect::<Result<_, _>>()?;
        for (i, axis) in axes.iter().enumerate() {
            if axes[..i].contains(axis) {
                return Err(super::Error::new(format!(
                    "dimension {} is given twice in {dims:?}",
                    dims[i]
                )));
            }
        }
        Ok(axes)
    }
}

/// A dimension of a tensor of `rank` dimensions, counted from 0.
///
/// # Errors
/// A message with the range allowed.
pub fn axis(dim: i64, rank: usize) -> super::Result<usize> {
    let n = rank.max(1) as i64;
    if (-n..n).contains(&dim) {
        return Ok(if dim < 0 { dim + n } else { dim } as usize);
    }
    Err(super::Error::new(format!(
        "dimension {dim} of a tensor with {rank} dimensions: expected {} to {}",
        -n,
        n - 1
    )))
}

/// One size: known at conversion, or an expression over the sizes of the inputs.
///
/// The size of a tensor that the program knows nothing about is a symbol of the conversion's own (`t5[2]`).
pub type Size = crate::graph::Dim;

/// Several sizes, as in a shape.
pub type Sizes = Vec<Size>;

impl From<i64> for Size {
    fn from(n: i64) -> Self {
        Self::Static(n)
    }
}

impl From<SymExpr> for Size {
    fn from(expression: SymExpr) -> Self {
        match expression.eval(&|_| None) {
            Some(n) => Self::Static(n),
            None => Self::Symbolic(expression),
        }
    }
}

impl Size {
    fn expression(&self) -> SymExpr {
        match self {
            Self::Static(n) => SymExpr::Int(*n),
            Self::Symbolic(expression) => expression.clone(),
        }
    }

    fn apply(&self, op: SymOp, other: &Self) -> Self {
        SymExpr::Apply(op, vec![self.expression(), other.expression()]).into()
    }

    /// Sum.
    pub fn plus(&self, other: impl Into<Self>) -> Self {
        match other.into() {
            Self::Static(0) => self.clone(),
            other => self.apply(SymOp::Add, &other),
        }
    }

    /// Difference.
    pub fn minus(&self, other: impl Into<Self>) -> Self {
        self.plus(other.into().times(-1))
    }

    /// Product.
    pub fn times(&self, other: impl Into<Self>) -> Self {
        match other.into() {
            Self::Static(1) => self.clone(),
            other => self.apply(SymOp::Mul, &other),
        }
    }

    /// Product of sizes; 1 if there are none.
    pub fn product<'a>(sizes: impl IntoIterator<Item = &'a Self>) -> Self {
        sizes
            .into_iter()
            .fold(Self::Static(1), |product, size| size.times(product))
    }

    /// Quotient rounded towards minus infinity.
    pub fn floor_div(&self, divisor: i64) -> Self {
        if divisor == 1 {
            self.clone()
        } else {
            self.apply(SymOp::FloorDiv, &divisor.into())
        }
    }

    /// Remainder with the sign of the divisor.
    pub fn modulo(&self, divisor: impl Into<Self>) -> Self {
        self.apply(SymOp::PythonMod, &divisor.into())
    }

    /// The smaller one.
    pub fn min(&self, other: impl Into<Self>) -> Self {
        self.apply(SymOp::Min, &other.into())
    }

    /// The larger one.
    pub fn max(&self, other: impl Into<Self>) -> Self {
        self.apply(SymOp::Max, &other.into())
    }
}

/// A Python number as an argument.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// `True`, `False`
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// An integer computed from input sizes.
    Size(Size),
}

impl Scalar {
    /// The number, unless it is computed from input sizes.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Bool(b) => Some(f64::from(u8::from(*b))),
            Self::Int(n) => Some(*n as f64),
            Self::Float(x) => Some(*x),
            Self::Size(size) => size.as_static().map(|n| n as f64),
        }
    }

    /// True for a float.
    pub fn is_float(&self) -> bool {
        matches!(self, Self::Float(_))
    }
}

impl From<Size> for Scalar {
    fn from(size: Size) -> Self {
        size.as_static().map_or(Self::Size(size), Self::Int)
    }
}

/// A tensor or a number: what PyTorch takes for `other` of `x + other`.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A tensor.
    Tensor(Tensor),
    /// A number, which broadcasts and gives way in type promotion.
    Scalar(Scalar),
}

impl From<&Tensor> for Operand {
    fn from(tensor: &Tensor) -> Self {
        Self::Tensor(*tensor)
    }
}

impl From<&Operand> for Operand {
    fn from(operand: &Operand) -> Self {
        operand.clone()
    }
}

impl From<Scalar> for Operand {
    fn from(scalar: Scalar) -> Self {
        Self::Scalar(scalar)
    }
}

impl From<f64> for Operand {
    fn from(number: f64) -> Self {
        Self::Scalar(Scalar::Float(number))
    }
}

impl From<i64> for Operand {
    fn from(number: i64) -> Self {
        Self::Scalar(Scalar::Int(number))
    }
}

/// The type in the network for a PyTorch one. TensorRT has neither `float64` nor small integers to compute with.
///
/// # Errors
/// A message naming the type if there is no counterpart.
pub fn data_type(dtype: DType) -> super::Result<DataType> {
    Ok(match dtype {
        DType::Float32 | DType::Float64 => DataType::Float,
        DType::Float16 => DataType::Half,
        DType::BFloat16 => DataType::BFloat16,
        DType::Int64 => DataType::Int64,
        DType::Int32 | DType::Int16 | DType::Int8 | DType::UInt16 => DataType::Int32,
        DType::UInt8 => DataType::UInt8,
        DType::Bool => DataType::Bool,
        DType::Float8E4M3FN => DataType::Fp8,
        other => {
            return Err(super::Error::new(format!(
                "TensorRT has no tensors of {other}"
            )));
        }
    })
}
