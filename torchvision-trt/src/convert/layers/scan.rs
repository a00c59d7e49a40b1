//! Running results along an axis, in as many steps as its size has binary digits.

use trt::SampleMode;

use crate::convert::tensor::{Scalar, Size, Tensor};
use crate::convert::{Context, Error, Result};
use crate::pt2::{SymExpr, SymOp};

/// The elements some places before each along an axis.
#[derive(Clone, Copy, Debug)]
pub struct Behind {
    axis: usize,
    distance: i64,
}

impl Behind {
    /// Moves a tensor so that each element stands where the one behind it was. What comes in is `fill`, else the first element.
    ///
    /// # Errors
    /// When TensorRT refuses the type.
    pub fn of(&self, ctx: &mut Context, tensor: &Tensor, fill: Option<&Scalar>) -> Result<Tensor> {
        let mut before = vec![0; tensor.rank()];
        before[self.axis] = self.distance;
        let after: Vec<i64> = before.iter().map(|n| -n).collect();
        let (mode, fill) = match fill {
            Some(fill) => (SampleMode::Fill, fill),
            None => (SampleMode::Clamp, &Scalar::Int(0)),
        };
        ctx.pad(tensor, &before, &after, mode, fill)
    }
}

impl<'n, 'w> Context<'n, 'w> {
    /// Running results along an axis: each step combines the results so far with those 1, 2, 4, … places before them. `combine`
    /// must not care about grouping, as sums and maxima do not.
    ///
    /// # Errors
    /// When the size of the axis is neither known nor bounded by the program, or a step fails.
    pub fn scan<T: Scanned>(
        &mut self,
        start: T,
        axis: usize,
        mut combine: impl FnMut(&mut Self, &T, Behind) -> Result<T>,
    ) -> Result<T> {
        let size = self.sizes(start.tensor())?[axis].clone();
        let Some(bound) = self.upper_bound(&size) else {
            return Err(Error::new(format!(
                "a running result along a dimension of size {size}, which has no upper bound: give its torch.export.Dim a max"
            )));
        };
        let mut result = start;
        let mut distance = 1;
        while distance < bound {
            result = combine(self, &result, Behind { axis, distance })?;
            distance *= 2;
        }
        Ok(result)
    }

    /// The greatest value that the program allows for a size.
    fn upper_bound(&self, size: &Size) -> Option<i64> {
        match size {
            Size::Static(n) => Some(*n),
            Size::Symbolic(expression) => grows(expression).then(|| {
                expression.eval(&|name| self.graph().symbols.get(name).and_then(|range| range.max))
            })?,
        }
    }
}

/// Whether an expression is greatest where its symbols are, which are not negative.
fn grows(expression: &SymExpr) -> bool {
    match expression {
        SymExpr::Symbol(_) => true,
        SymExpr::Int(n) => *n >= 0,
        SymExpr::Apply(SymOp::Add, terms) => terms
            .iter()
            .all(|term| matches!(term, SymExpr::Int(_)) || grows(term)),
        SymExpr::Apply(SymOp::Mul | SymOp::Max | SymOp::Min, terms) => terms.iter().all(grows),
        SymExpr::Apply(SymOp::FloorDiv, terms) => {
            grows(&terms[0]) && matches!(terms[1], SymExpr::Int(_))
        }
        _ => false,
    }
}

/// What a scan carries along: a tensor, or several of one size.
pub trait Scanned {
    /// The tensor whose axis counts.
    fn tensor(&self) -> &Tensor;
}

impl Scanned for Tensor {
    fn tensor(&self) -> &Tensor {
        self
    }
}

impl Scanned for (Tensor, Tensor) {
    fn tensor(&self) -> &Tensor {
        &self.0
    }
}
