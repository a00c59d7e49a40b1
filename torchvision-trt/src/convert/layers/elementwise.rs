//! Element-wise layers with PyTorch's broadcasting and type promotion.

use trt::{ActivationType, DataType, ElementWiseOperation, UnaryOperation};

use crate::convert::tensor::{Operand, Size, Tensor};
use crate::convert::{Context, Result};

impl<'n, 'w> Context<'n, 'w> {
    /// Operands as tensors of one type and one number of dimensions, ready for a layer that broadcasts sizes of 1.
    ///
    /// # Errors
    /// When an operand cannot be cast.
    pub fn aligned(&mut self, operands: &[Operand], dtype: DataType) -> Result<Vec<Tensor>> {
        let rank = operands
            .iter()
            .map(|o| {
                if let Operand::Tensor(t) = o {
                    t.rank()
                } else {
                    0
                }
            })
            .max()
            .unwrap_or(0);
        operands
            .iter()
            .map(|operand| match operand {
                Operand::Tensor(tensor) => {
                    let tensor = self.cast(tensor, dtype)?;
                    self.with_rank(&tensor, rank)
                }
                Operand::Scalar(scalar) => self.scalar(scalar, dtype, rank),
            })
            .collect()
    }

    /// `a op b` in PyTorch's result type.
    ///
    /// # Errors
    /// When TensorRT refuses the shapes or types.
    pub fn elementwise(
        &mut self,
        operation: ElementWiseOperation,
        a: impl Into<Operand>,
        b: impl Into<Operand>,
    ) -> Result<Tensor> {
        let operands = [a.into(), b.into()];
        let dtype = self.result_type(&operands);
        self.elementwise_in(dtype, operation, &operands)
    }

    /// `a op b` computed in a given type.
    ///
    /// # Errors
    /// When TensorRT refuses the shapes or types.
    pub fn elementwise_in(
        &mut self,
        dtype: DataType,
        operation: ElementWiseOperation,
        operands: &[Operand; 2],
    ) -> Result<Tensor> {
        if dtype == DataType::UInt8 {
            // TensorRT does not compute with 8-bit integers. What overflows them wraps around, as in PyTorch.
            let wide = self.elementwise_in(DataType::Int32, operation, operands)?;
            return self.cast(&wide, dtype);
        }
        let operation = if dtype == DataType::Bool {
            of_truth_values(operation)
        } else {
            operation
        };
        let aligned = self.aligned(operands, dtype)?;
        let (a, b) = (self.raw(&aligned[0])?, self.raw(&aligned[1])?);
        let layer = self.network().add_elementwise(a, b, operation)?;
        let result = self.output(&layer)?;
        let sizes = self
            .sizes(&aligned[0])?
            .into_iter()
            .zip(self.sizes(&aligned[1])?);
        let one = Size::Static(1);
        Ok(self.with_sizes(
            result,
            sizes.map(|(a, b)| if a == one { b } else { a }).collect(),
        ))
    }

    /// Sum.
    ///
    /// # Errors
    /// When TensorRT refuses the shapes or types.
    pub fn add(&mut self, a: impl Into<Operand>, b: impl Into<Operand>) -> Result<Tensor> {
        self.elementwise(ElementWiseOperation::Sum, a, b)
    }

    /// Difference.
    ///
    /// # Errors
    /// When TensorRT refuses the shapes or types.
    pub fn sub(&mut self, a: impl Into<Operand>, b: impl Into<Operand>) -> Result<Tensor> {
        self.elementwise(ElementWiseOperation::Sub, a, b)
    }

    /// Product.
    ///
    /// # Errors
    /// When TensorRT refuses the shapes or types.
    pub fn mul(&mut self, a: impl Into<Operand>, b: impl Into<Operand>) -> Result<Tensor> {
        self.elementwise(ElementWiseOperation::Prod, a, b)
    }

    /// Quotient; of integers as a float, as in PyTorch.
    ///
    /// # Errors
    /// When TensorRT refuses the shapes or types.
    pub fn div(&mut self, a: impl Into<Operand>, b: impl Into<Operand>) -> Result<Tensor> {
        let operands = [a.into(), b.into()];
        let dtype = float_or_default(self.result_type(&operands));
        self.elementwise_in(dtype, ElementWiseOperation::Div, &operands)
    }

    /// Quotient of integers, rounded down.
    ///
    /// # Errors
    /// When TensorRT refuses the shapes or types.
    pub fn floor_div(&mut self, a: impl Into<Operand>, b: impl Into<Operand>) -> Result<Tensor> {
        let (a, b) = (a.into(), b.into());
        // TensorRT's own rounds the quotient of large integers to fp32 before it rounds down; this cuts it.
        let quotient = self.elementwise(ElementWiseOperation::Div, a.clone(), b.clone())?;
        let product = self.mul(&quotient, b.clone())?;
        let rest = self.sub(a, &product)?;
        let below = self.compare(ElementWiseOperation::Less, &rest, 0)?;
        let positive = match &b {
            Operand::Scalar(number) => number.as_f64().is_some_and(|n| n > 0.0),
            Operand::Tensor(tensor) => {
                let numbers = self.numbers(tensor);
                numbers.is_some_and(|numbers| numbers.iter().all(|&n| n > 0.0))
            }
        };
        let across = if positive {
            below
        } else {
            let above = self.compare(ElementWiseOperation::Greater, &rest, 0)?;
            let divisor_below = self.compare(ElementWiseOperation::Less, b, 0)?;
            self.select_where(&divisor_below, &above, &below)?
        };
        self.sub(&quotient, &across)
    }

    /// Greater of both.
    ///
    /// # Errors
    /// When TensorRT refuses the shapes or types.
    pub fn maximum(&mut self, a: impl Into<Operand>, b: impl Into<Operand>) -> Result<Tensor> {
        self.elementwise(ElementWiseOperation::Max, a, b)
    }

    /// Smaller of both.
    ///
    /// # Errors
    /// When TensorRT refuses the shapes or types.
    pub fn minimum(&mut self, a: impl Into<Operand>, b: impl Into<Operand>) -> Result<Tensor> {
        self.elementwise(ElementWiseOperation::Min, a, b)
    }

    /// A comparison: computed in the operands' result type, truth values compared as integers.
    ///
    /// # Errors
    /// When TensorRT refuses the shapes or types.
    pub fn compare(
        &mut self,
        operation: ElementWiseOperation,
        a: impl Into<Operand>,
        b: impl Into<Operand>,
    ) -> Result<Tensor> {
        let operands = [a.into(), b.into()];
        let dtype = match self.result_type(&operands) {
            DataType::Bool | DataType::UInt8 | DataType::Int8 => DataType::Int32,
            other => other,
        };
        self.elementwise_in(dtype, operation, &operands)
    }

    /// Logical not of truth values.
    ///
    /// # Errors
    /// When the tensor is not of truth values.
    pub fn not(&mut self, tensor: &Tensor) -> Result<Tensor> {
        self.unary(UnaryOperation::Not, tensor)
    }

    /// A tensor as truth values: whatever is not zero is true.
    ///
    /// # Errors
    /// When TensorRT refuses the type.
    pub fn truth(&mut self, tensor: &Tensor) -> Result<Tensor> {
        if tensor.dtype == DataType::Bool {
            return Ok(*tensor);
        }
        let zero = self.compare(ElementWiseOperation::Equal, tensor, 0)?;
        self.not(&zero)
    }

    /// `condition ? a : b` in PyTorch's result type of the two.
    ///
    /// # Errors
    /// When TensorRT refuses the shapes or types.
    pub fn select_where(
        &mut self,
        condition: &Tensor,
        a: impl Into<Operand>,
        b: impl Into<Operand>,
    ) -> Result<Tensor> {
        let operands = [a.into(), b.into()];
        let dtype = self.result_type(&operands);
        let [a, b] = operands;
        let condition = self.truth(condition)?;
        // The condition only takes part in finding the number of dimensions.
        let rank = [&a, &b]
            .iter()
            .map(|o| {
                if let Operand::Tensor(t) = o {
                    t.rank()
                } else {
                    0
                }
            })
            .max()
            .unwrap_or(0)
            .max(condition.rank());
        let condition = self.with_rank(&condition, rank)?;
        let computed = match dtype {
            DataType::UInt8 => DataType::Int32,
            other => other,
        };
        let aligned = self.aligned(&[a, b], computed)?;
        let a = self.with_rank(&aligned[0], rank)?;
        let b = self.with_rank(&aligned[1], rank)?;
        let (condition, a, b) = (self.raw(&condition)?, self.raw(&a)?, self.raw(&b)?);
        let layer = self.network().add_select(condition, a, b)?;
        let result = self.output(&layer)?;
        if computed == dtype {
            return Ok(result);
        }
        self.relabelled(&result, dtype)
    }

    /// Whether elements are negative, the zero among them too.
    ///
    /// # Errors
    /// When TensorRT refuses the type.
    pub fn sign_bit(&mut self, tensor: &Tensor) -> Result<Tensor> {
        let negative = self.compare(ElementWiseOperation::Less, tensor, 0)?;
        if !tensor.dtype.is_float() {
            return Ok(negative);
        }
        // Only the reciprocal tells the zeros apart; that of -inf is another -0.
        let reciprocal = self.unary(UnaryOperation::Recip, tensor)?;
        let below = self.compare(ElementWiseOperation::Less, &reciprocal, 0)?;
        let operands = [(&negative).into(), (&below).into()];
        self.elementwise_in(DataType::Bool, ElementWiseOperation::Or, &operands)
    }

    /// `log(1 + x)`, accurate for small `x` ([torch.log1p]).
    ///
    /// [torch.log1p]: https://docs.pytorch.org/docs/2.11/generated/torch.log1p.html
    ///
    /// # Errors
    /// When TensorRT refuses the type.
    pub fn log1p(&mut self, x: &Tensor) -> Result<Tensor> {
        // With u = 1 + x rounded, log(u) * x / (u - 1) undoes the rounding; where u is 1 the result is x.
        let u = self.add(x, 1.0)?;
        let log = self.unary(UnaryOperation::Log, &u)?;
        let rounded = self.sub(&u, 1.0)?;
        let tiny = self.compare(ElementWiseOperation::Equal, &rounded, 0.0)?;
        let divisor = self.select_where(&tiny, 1.0, &rounded)?;
        let ratio = self.div(x, &divisor)?;
        let infinite = self.compare(ElementWiseOperation::Equal, &rounded, f64::INFINITY)?;
        let corrected = self.mul(&log, &ratio)?;
        let corrected = self.select_where(&infinite, &log, &corrected)?;
        self.select_where(&tiny, x, &corrected)
    }

    /// `log(exp(a) + exp(b))` without overflow ([torch.logaddexp]).
    ///
    /// [torch.logaddexp]: https://docs.pytorch.org/docs/2.11/generated/torch.logaddexp.html
    ///
    /// # Errors
    /// When TensorRT refuses the shapes or types.
    pub fn log_add_exp(&mut self, a: &Tensor, b: &Tensor) -> Result<Tensor> {
        let greater = self.maximum(a, b)?;
        let difference = self.sub(a, b)?;
        let distance = self.unary(UnaryOperation::Abs, &difference)?;
        let negated = self.unary(UnaryOperation::Neg, &distance)?;
        let exp = self.unary(UnaryOperation::Exp, &negated)?;
        let log = self.log1p(&exp)?;
        let sum = self.add(&greater, &log)?;
        // The same infinity twice has no difference.
        let magnitude = self.unary(UnaryOperation::Abs, &greater)?;
        let infinite = self.compare(ElementWiseOperation::Equal, &magnitude, f64::INFINITY)?;
        self.select_where(&infinite, &greater, &sum)
    }

    /// A function of each element, in the element's own type.
    ///
    /// # Errors
    /// When TensorRT does not have the function for the type.
    pub fn unary(&mut self, operation: UnaryOperation, tensor: &Tensor) -> Result<Tensor> {
        if tensor.dtype == DataType::UInt8 {
            let wide = self.cast(tensor, DataType::Int32)?;
            let result = self.unary(operation, &wide)?;
            return self.cast(&result, DataType::UInt8);
        }
        let raw = self.raw(tensor)?;
        let layer = self.network().add_unary(raw, operation)?;
        self.output_like(&layer, tensor)
    }

    /// A function of each element that makes floats of integers, as PyTorch's do.
    ///
    /// # Errors
    /// When TensorRT does not have the function for the type.
    pub fn float_unary(&mut self, operation: UnaryOperation, tensor: &Tensor) -> Result<Tensor> {
        let tensor = self.as_float(tensor)?;
        self.unary(operation, &tensor)
    }

    /// A tensor as floats: integers and truth values become PyTorch's default type.
    ///
    /// # Errors
    /// When TensorRT has no such conversion.
    pub fn as_float(&mut self, tensor: &Tensor) -> Result<Tensor> {
        self.cast(tensor, float_or_default(tensor.dtype))
    }

    /// An activation without parameters.
    ///
    /// # Errors
    /// When TensorRT does not have it for the type.
    pub fn activation(&mut self, kind: ActivationType, tensor: &Tensor) -> Result<Tensor> {
        let raw = self.raw(tensor)?;
        let layer = self.network().add_activation(raw, kind)?;
        self.output_like(&layer, tensor)
    }

    /// An activation with its parameters alpha and beta, see [`ActivationType`].
    ///
    /// # Errors
    /// When TensorRT does not have it for the type.
    pub fn activation_with(
        &mut self,
        kind: ActivationType,
        tensor: &Tensor,
        alpha: f64,
        beta: f64,
    ) -> Result<Tensor> {
        let raw = self.raw(tensor)?;
        let layer = self.network().add_activation(raw, kind)?;
        layer.set_alpha(alpha)?;
        layer.set_beta(beta)?;
        self.output_like(&layer, tensor)
    }
}

/// PyTorch's default float type for what is not a float.
fn float_or_default(dtype: DataType) -> DataType {
    if dtype.is_float() {
        dtype
    } else {
        DataType::Float
    }
}

/// What arithmetic of truth values comes to in PyTorch: a sum is an or, a product an and.
fn of_truth_values(operation: ElementWiseOperation) -> ElementWiseOperation {
    match operation {
        ElementWiseOperation::Sum | ElementWiseOperation::Max => ElementWiseOperation::Or,
        ElementWiseOperation::Prod | ElementWiseOperation::Min => ElementWiseOperation::And,
        other => other,
    }
}
