//! Matrix products.

use trt::MatrixOperation;

use crate::convert::tensor::Tensor;
use crate::convert::{Context, Error, Result};

impl<'n, 'w> Context<'n, 'w> {
    /// Matrix product with PyTorch's rules for vectors and stacks
    /// ([torch.matmul](https://docs.pytorch.org/docs/2.11/generated/torch.matmul.html)).
    ///
    /// # Errors
    /// When the sizes do not fit.
    pub fn matmul(&mut self, a: &Tensor, b: &Tensor) -> Result<Tensor> {
        self.matrix_product(a, MatrixOperation::None, b, MatrixOperation::None)
    }

    /// `x @ weight.T + bias` ([torch.nn.functional.linear]).
    ///
    /// [torch.nn.functional.linear]: https://docs.pytorch.org/docs/2.11/generated/torch.nn.functional.linear.html
    ///
    /// # Errors
    /// When the sizes do not fit.
    pub fn linear(&mut self, x: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
        let operation = if weight.rank() == 1 {
            MatrixOperation::None
        } else {
            MatrixOperation::Transpose
        };
        let product = self.matrix_product(x, MatrixOperation::None, weight, operation)?;
        match bias {
            Some(bias) => self.add(&product, bias),
            None => Ok(product),
        }
    }

    /// Product of stacks of matrices, each of which may be read transposed. A vector stands for a row or a column.
    ///
    /// # Errors
    /// When the sizes do not fit.
    pub fn matrix_product(
        &mut self,
        a: &Tensor,
        a_operation: MatrixOperation,
        b: &Tensor,
        b_operation: MatrixOperation,
    ) -> Result<Tensor> {
        let operands = [a.into(), b.into()];
        let dtype = self.result_type(&operands);
        let (a, b) = (self.cast(a, dtype)?, self.cast(b, dtype)?);
        let (row, column) = (a.rank() == 1, b.rank() == 1);
        let a = if row { self.unsqueeze(&a, 0)? } else { a };
        let b = if column { self.unsqueeze(&b, 1)? } else { b };
        let rank = a.rank().max(b.rank());
        let (a, b) = (self.with_rank(&a, rank)?, self.with_rank(&b, rank)?);
        let (a, b) = (self.raw(&a)?, self.raw(&b)?);
        let layer = self
            .network()
            .add_matrix_multiply(a, a_operation, b, b_operation)?;
        let product = self.output(&layer)?;
        let rank = product.rank();
        let removed: Vec<usize> = [row.then(|| rank - 2), column.then(|| rank - 1)]
            .into_iter()
            .flatten()
            .collect();
        self.squeeze(&product, &removed)
    }

    /// Einstein summation ([torch.einsum](https://docs.pytorch.org/docs/2.11/generated/torch.einsum.html)).
    ///
    /// # Errors
    /// When the equation does not fit the tensors, or sums over an ellipsis.
    pub fn einsum(&mut self, equation: &str, tensors: &[Tensor]) -> Result<Tensor> {
        let ranks: Vec<usize> = tensors.iter().map(Tensor::rank).collect();
        let equation = explicit_equation(equation, &ranks)?;
        let operands: Vec<_> = tensors.iter().map(|t| t.into()).collect();
        let dtype = self.result_type(&operands);
        let mut raws = Vec::with_capacity(tensors.len());
        for tensor in tensors {
            let tensor = self.cast(tensor, dtype)?;
            raws.push(self.raw(&tensor)?);
        }
        let layer = self.network().add_einsum(&raws, &equation)?;
        self.output(&layer)
    }
}

/// An equation in TensorRT's form: lower-case letters, no blanks, no ellipsis, an explicit result.
fn explicit_equation(equation: &str, ranks: &[usize]) -> Result<String> {
    let bad = |why: &str| Error::new(format!("einsum equation {equation:?}: {why}"));
    let text: String = equation.chars().filter(|c| !c.is_whitespace()).collect();
    let (inputs, output) = match text.split_once("->") {
        Some((inputs, output)) => (inputs, Some(output)),
        None => (text.as_str(), None),
    };
    let terms: Vec<&str> = inputs.split(',').collect();
    if terms.len() != ranks.len() {
        return Err(bad(&format!(
            "{} terms for {} tensors",
            terms.len(),
            ranks.len()
        )));
    }
    // The dimensions of an ellipsis, aligned at the right, get names that no letter has: digits.
    let widths: Vec<usize> = terms
        .iter()
        .zip(ranks)
        .map(|(t, r)| {
            if t.contains("...") {
                (r + 3).saturating_sub(t.len())
            } else {
                0
            }
        })
        .collect();
    let widest = widths.iter().copied().max().unwrap_or(0);
    let digits = |n: usize| -> String {
        (widest - n..widest)
            .filter_map(|i| char::from_digit(i as u32, 10))
            .collect()
    };
    let terms: Vec<String> = terms
        .iter()
        .zip(&widths)
        .map(|(t, n)| t.replace("...", &digits(*n)))
        .collect();
    let output = match output {
        Some(output) => output.replace("...", &digits(widest)),
        None => {
            let all: Vec<char> = terms.iter().flat_map(|t| t.chars()).collect();
            let mut once: Vec<char> = all
                .iter()
                .copied()
                .filter(|c| !c.is_ascii_digit() && all.iter().filter(|o| *o == c).count() == 1)
                .collect();
            once.sort_unstable();
            digits(widest) + &once.into_iter().collect::<String>()
        }
    };
    let mut letters: Vec<char> = Vec::new();
    let mut rename = |term: &str| -> Result<String> {
        term.chars()
            .map(|c| {
                let at = letters.iter().position(|l| *l == c).unwrap_or_else(|| {
                    letters.push(c);
                    letters.len() - 1
                });
                u8::try_from(at)
                    .ok()
                    .filter(|i| *i < 26)
                    .map(|i| char::from(b'a' + i))
                    .ok_or_else(|| bad("more than 26 dimensions"))
            })
            .collect()
    };
    let terms = terms
        .iter()
        .map(|t| rename(t))
        .collect::<Result<Vec<_>>>()?;
    Ok(format!("{}->{}", terms.join(","), rename(&output)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equations_become_explicit() {
        let explicit = |e, ranks: &[usize]| explicit_equation(e, ranks).unwrap();
        assert_eq!(
            explicit("B H I D, B H J D -> B H I J", &[4, 4]),
            "abcd,abed->abce"
        );
        assert_eq!(explicit("ij,jk", &[2, 2]), "ab,bc->ac");
        assert_eq!(explicit("...ij,...jk->...ik", &[4, 3]), "abcd,bde->abce");
        assert!(explicit_equation("ij", &[2, 2]).is_err());
    }
}
