//! Shapes as expressions over other shapes.

use std::fmt;
use std::ops::{Add, Deref, DerefMut, Mul, Sub};
use std::sync::Arc;

use crate::Dims;

use super::{Error, Result};

/// An operation on sizes.
///
/// Follows [`nvinfer1::DimensionOperation`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/c-api/namespacenvinfer1.html).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DimensionOperation {
    /// The sum.
    Sum,
    /// The product.
    Product,
    /// The greater one.
    Max,
    /// The smaller one.
    Min,
    /// The first less the second.
    Difference,
    /// 1 when both are equal, else 0.
    Equal,
    /// 1 when the first is less, else 0.
    Less,
    /// Division, rounded down.
    FloorDivision,
    /// Division, rounded up.
    CeilDivision,
}

impl DimensionOperation {
    /// The value; `None` when it overflows or divides by zero.
    fn apply(self, a: i64, b: i64) -> Option<i64> {
        match self {
            Self::Sum => a.checked_add(b),
            Self::Product => a.checked_mul(b),
            Self::Max => Some(a.max(b)),
            Self::Min => Some(a.min(b)),
            Self::Difference => a.checked_sub(b),
            Self::Equal => Some((a == b).into()),
            Self::Less => Some((a < b).into()),
            Self::FloorDivision => floor_division(a, b),
            Self::CeilDivision => floor_division(a.checked_neg()?, b)?.checked_neg(),
        }
    }
}

fn floor_division(a: i64, b: i64) -> Option<i64> {
    let quotient = a.checked_div(b)?;
    let inexact = quotient.checked_mul(b)? != a;
    Some(quotient - i64::from(inexact && (a < 0) != (b < 0)))
}

/// A size: a number, or an expression over sizes that are known later.
///
/// `+`, `-` and `*` work among sizes and with `i64`. Numbers are computed at once, so an expression over known sizes is
/// known.
#[derive(Clone, PartialEq, Eq)]
pub struct Size(Node);

#[derive(Clone, PartialEq, Eq)]
enum Node {
    Known(i64),
    /// Dimension `axis` of input `input`, or element `axis` of a shape input.
    Input(Source, usize, usize),
    Operation(DimensionOperation, Arc<(Size, Size)>),
    /// The value of an output, with what to expect and the limit.
    Output(usize, Arc<(Size, Size)>),
    /// The operation overflows or divides by zero.
    Undefined(DimensionOperation, i64, i64),
}

/// Where a size that is known later comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Shape,
    Value,
}

/// Makes another library's expressions of ours.
pub(crate) trait ExpressionBuilder {
    type Expression: Copy;

    fn constant(&mut self, value: i64) -> Result<Self::Expression>;

    fn input(&mut self, source: Source, input: usize, axis: usize) -> Result<Self::Expression>;

    fn operation(
        &mut self,
        operation: DimensionOperation,
        first: Self::Expression,
        second: Self::Expression,
    ) -> Result<Self::Expression>;

    fn output_value(
        &mut self,
        output: usize,
        expected: Self::Expression,
        limit: Self::Expression,
    ) -> Result<Self::Expression>;
}

impl Size {
    /// The size of dimension `axis` of an input, known at run time.
    pub(crate) const fn of_input(source: Source, input: usize, axis: usize) -> Self {
        Self(Node::Input(source, input, axis))
    }

    /// A size that the run decides and writes to output `output`, a scalar of type
    /// [`DataType::Int32`](crate::DataType::Int32): `expected` is what to tune for, `limit` the largest possible.
    ///
    /// TensorRT 10 and later; on TensorRT 8 it is an error of the build.
    pub fn of_output(output: usize, expected: impl Into<Self>, limit: impl Into<Self>) -> Self {
        Self(Node::Output(
            output,
            Arc::new((expected.into(), limit.into())),
        ))
    }

    /// The number, when it is known.
    pub fn known(&self) -> Option<i64> {
        match self.0 {
            Node::Known(size) => Some(size),
            _ => None,
        }
    }

    /// The greater one.
    #[must_use]
    pub fn max(&self, other: impl Into<Self>) -> Self {
        self.operation(DimensionOperation::Max, other)
    }

    /// The smaller one.
    #[must_use]
    pub fn min(&self, other: impl Into<Self>) -> Self {
        self.operation(DimensionOperation::Min, other)
    }

    /// Division, rounded down.
    #[must_use]
    pub fn floor_div(&self, other: impl Into<Self>) -> Self {
        self.operation(DimensionOperation::FloorDivision, other)
    }

    /// Division, rounded up.
    #[must_use]
    pub fn ceil_div(&self, other: impl Into<Self>) -> Self {
        self.operation(DimensionOperation::CeilDivision, other)
    }

    /// Any operation.
    #[must_use]
    pub fn operation(&self, operation: DimensionOperation, other: impl Into<Self>) -> Self {
        let other = other.into();
        Self(match (&self.0, &other.0) {
            (&Node::Known(a), &Node::Known(b)) => match operation.apply(a, b) {
                Some(value) => Node::Known(value),
                None => Node::Undefined(operation, a, b),
            },
            (undefined @ Node::Undefined(..), _) | (_, undefined @ Node::Undefined(..)) => {
                undefined.clone()
            }
            _ => Node::Operation(operation, Arc::new((self.clone(), other))),
        })
    }

    /// The size with limits in the place of sizes that the run decides: what memory is needed.
    #[must_use]
    pub fn limit(&self) -> Self {
        match &self.0 {
            Node::Operation(operation, operands) => {
                operands.0.limit().operation(*operation, operands.1.limit())
            }
            Node::Output(_, bounds) => bounds.1.limit(),
            _ => self.clone(),
        }
    }

    /// The same expression, made by a builder.
    pub(crate) fn build<B: ExpressionBuilder>(&self, builder: &mut B) -> Result<B::Expression> {
        match &self.0 {
            Node::Known(size) if *size < 0 => Err(Error::invalid(
                "output shape",
                format!("has the size {size}"),
            )),
            Node::Known(size) => builder.constant(*size),
            Node::Input(source, input, axis) => builder.input(*source, *input, *axis),
            Node::Operation(operation, operands) => {
                let (first, second) = (operands.0.operand(builder)?, operands.1.operand(builder)?);
                builder.operation(*operation, first, second)
            }
            Node::Output(output, bounds) => {
                let (expected, limit) = (bounds.0.build(builder)?, bounds.1.build(builder)?);
                builder.output_value(*output, expected, limit)
            }
            Node::Undefined(operation, a, b) => Err(Error::invalid(
                "output shape",
                format!("{operation:?} of {a} and {b} is no number of 64 bits"),
            )),
        }
    }

    /// Like [`build`](Self::build), but a number on the way may be negative.
    fn operand<B: ExpressionBuilder>(&self, builder: &mut B) -> Result<B::Expression> {
        match self.0 {
            Node::Known(number) => builder.constant(number),
            _ => self.build(builder),
        }
    }
}

macro_rules! size_from {
    ($($number:ty)*) => {$(
        impl From<$number> for Size {
            fn from(size: $number) -> Self {
                Self(Node::Known(size.into()))
            }
        }
    )*};
}
size_from!(i64 i32 u32);

impl From<&Size> for Size {
    fn from(size: &Size) -> Self {
        size.clone()
    }
}

macro_rules! size_operator {
    ($($operator:ident $method:ident $operation:ident;)*) => {$(
        impl<T: Into<Size>> $operator<T> for &Size {
            type Output = Size;

            fn $method(self, other: T) -> Size {
                self.operation(DimensionOperation::$operation, other)
            }
        }

        impl<T: Into<Size>> $operator<T> for Size {
            type Output = Size;

            fn $method(self, other: T) -> Size {
                self.operation(DimensionOperation::$operation, other)
            }
        }
    )*};
}
size_operator! {
    Add add Sum;
    Sub sub Difference;
    Mul mul Product;
}

impl PartialEq<i64> for Size {
    /// Whether the size is known to be this.
    fn eq(&self, other: &i64) -> bool {
        self.known() == Some(*other)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Node::Known(size) => write!(f, "{size}"),
            Node::Input(Source::Shape, input, axis) => write!(f, "input{input}.shape[{axis}]"),
            Node::Input(Source::Value, input, element) => {
                write!(f, "shape_input{input}[{element}]")
            }
            Node::Operation(operation, operands) => {
                write!(f, "{operation:?}({}, {})", operands.0, operands.1)
            }
            Node::Output(output, bounds) => write!(f, "output{output}(at most {})", bounds.1),
            Node::Undefined(operation, a, b) => write!(f, "{operation:?}({a}, {b})"),
        }
    }
}

impl fmt::Debug for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The sizes of a tensor; for a shape input its values. A list of [`Size`].
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SymbolicShape(Vec<Size>);

impl SymbolicShape {
    /// The shape of a scalar.
    pub const fn scalar() -> Self {
        Self(Vec::new())
    }

    /// The shape of input `input`, where -1 stands for a size that is known at run time.
    pub fn of_input(input: usize, dims: &[i64]) -> Self {
        let size = |(axis, &size)| match size {
            -1 => Size::of_input(Source::Shape, input, axis),
            size => size.into(),
        };
        dims.iter().enumerate().map(size).collect()
    }

    /// Number of dimensions.
    pub fn rank(&self) -> usize {
        self.len()
    }

    /// Number of elements.
    #[must_use]
    pub fn volume(&self) -> Size {
        self.iter()
            .fold(Size::from(1_i64), |volume, size| volume * size)
    }

    /// The numbers, -1 for sizes that are not known. `None` for more than [`Dims::MAX_RANK`] dimensions or a size
    /// that cannot be.
    pub fn dims(&self) -> Option<Dims> {
        let size = |size: &Size| match size.0 {
            Node::Known(size) => (size >= 0).then_some(size),
            Node::Undefined(..) => None,
            _ => Some(-1),
        };
        Dims::new(&self.iter().map(size).collect::<Option<Vec<_>>>()?).ok()
    }

    /// The shape with limits in the place of sizes that the run decides: what memory is needed.
    #[must_use]
    pub fn limit(&self) -> Self {
        self.iter().map(Size::limit).collect()
    }
}

impl Deref for SymbolicShape {
    type Target = Vec<Size>;

    fn deref(&self) -> &Vec<Size> {
        &self.0
    }
}

impl DerefMut for SymbolicShape {
    fn deref_mut(&mut self) -> &mut Vec<Size> {
        &mut self.0
    }
}

impl From<Vec<Size>> for SymbolicShape {
    fn from(sizes: Vec<Size>) -> Self {
        Self(sizes)
    }
}

impl From<&[i64]> for SymbolicShape {
    fn from(sizes: &[i64]) -> Self {
        sizes.iter().map(|&size| Size::from(size)).collect()
    }
}

impl<const N: usize> From<[i64; N]> for SymbolicShape {
    fn from(sizes: [i64; N]) -> Self {
        sizes.as_slice().into()
    }
}

impl FromIterator<Size> for SymbolicShape {
    fn from_iter<I: IntoIterator<Item = Size>>(sizes: I) -> Self {
        Self(sizes.into_iter().collect())
    }
}

impl fmt::Display for SymbolicShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Debug for SymbolicShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computes expressions for given shapes.
    struct Evaluator<'a>(&'a [&'a [i64]]);

    impl ExpressionBuilder for Evaluator<'_> {
        type Expression = i64;

        fn constant(&mut self, value: i64) -> Result<i64> {
            Ok(value)
        }

        fn input(&mut self, _: Source, input: usize, axis: usize) -> Result<i64> {
            Ok(self.0[input][axis])
        }

        fn operation(
            &mut self,
            operation: DimensionOperation,
            first: i64,
            second: i64,
        ) -> Result<i64> {
            Ok(operation.apply(first, second).unwrap())
        }

        fn output_value(&mut self, _: usize, _: i64, limit: i64) -> Result<i64> {
            Ok(limit)
        }
    }

    #[test]
    fn known_sizes_are_computed_at_once() {
        let size = Size::from(7_i64);
        assert_eq!(size.floor_div(2_i64), 3);
        assert_eq!(size.ceil_div(2_i64), 4);
        assert_eq!(&size * 3_i64 + 1_i64 - &size, 15);
        assert_eq!(size.min(3_i64).max(5_i64), 5);
        assert_eq!(size.operation(DimensionOperation::Less, 8_i64), 1);
        assert_eq!(size.operation(DimensionOperation::Equal, 8_i64), 0);
        assert_eq!(Size::from(-7_i64).floor_div(2_i64), -4);
        assert_eq!(Size::from(-7_i64).ceil_div(2_i64), -3);
        assert_eq!(Size::from(7_i64).ceil_div(-2_i64), -3);
        assert_eq!(SymbolicShape::from([2, 3, 4]).volume(), 24);
        assert_eq!(SymbolicShape::scalar().volume(), 1);
    }

    #[test]
    fn expressions_over_later_sizes_give_the_same_numbers() {
        let width = Size::of_input(Source::Shape, 0, 1);
        let out = (&width + 2_i64 - 3_i64).floor_div(2_i64) + 1_i64;
        assert_eq!(out.known(), None);
        for n in 1..9 {
            let now = (Size::from(n) + 2_i64 - 3_i64).floor_div(2_i64) + 1_i64;
            assert_eq!(
                out.build(&mut Evaluator(&[&[1, n]])).unwrap(),
                now.known().unwrap()
            );
        }
        assert_eq!(
            SymbolicShape::from(vec![2_i64.into(), out]).dims().unwrap(),
            [2, -1]
        );
    }

    #[test]
    fn a_size_that_the_run_decides_has_a_limit() {
        let count = Size::of_output(1, 50_i64, 100_i64);
        assert_eq!(count.known(), None);
        let shape = SymbolicShape::from(vec![&count * 2_i64, 4_i64.into()]);
        assert_eq!(shape.dims().unwrap(), [-1, 4]);
        assert_eq!(shape.limit().dims().unwrap(), [200, 4]);
        assert_eq!(shape.to_string(), "[Product(output1(at most 100), 2), 4]");
    }

    #[test]
    fn impossible_sizes_are_errors_when_they_are_used() {
        let error = |size: Size| size.build(&mut Evaluator(&[])).unwrap_err().to_string();
        let zero = Size::from(1_i64).floor_div(0_i64) + 5_i64;
        assert_eq!(
            error(zero.clone()),
            "output shape: FloorDivision of 1 and 0 is no number of 64 bits"
        );
        assert_eq!(SymbolicShape::from(vec![zero]).dims(), None);
        assert!(error(Size::from(i64::MAX) * 2_i64).contains("Product"));
        assert_eq!(
            error(Size::from(1_i64) - 3_i64),
            "output shape: has the size -2"
        );
        assert_eq!(SymbolicShape::from([-2]).dims(), None);
    }
}
