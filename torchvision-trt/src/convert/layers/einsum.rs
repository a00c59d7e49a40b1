//! Einstein summation as products of two operands after another: TensorRT's own layer takes neither integers nor diagonals, and
//! knows fewer ways to compute a product than its matrix layer.

use trt::{MatrixOperation, ReduceOperation};

use crate::convert::tensor::{Scalar, Size, Tensor};
use crate::convert::{Context, Error, Result};

/// A tensor with a letter for each of its dimensions.
#[derive(Clone, Debug)]
struct Term {
    tensor: Tensor,
    letters: Vec<char>,
}

impl<'n, 'w> Context<'n, 'w> {
    /// Einstein summation ([torch.einsum](https://docs.pytorch.org/docs/2.11/generated/torch.einsum.html)).
    ///
    /// # Errors
    /// When the equation does not fit the tensors.
    pub fn einsum(&mut self, equation: &str, tensors: &[Tensor]) -> Result<Tensor> {
        let ranks: Vec<usize> = tensors.iter().map(Tensor::rank).collect();
        let (letters, output) = explicit_equation(equation, &ranks)?;
        let operands: Vec<_> = tensors.iter().map(|t| t.into()).collect();
        let dtype = self.result_type(&operands);
        let mut terms = Vec::with_capacity(tensors.len());
        for (tensor, letters) in tensors.iter().zip(letters) {
            let tensor = self.cast(tensor, dtype)?;
            terms.push(self.without_repetition(Term { tensor, letters })?);
        }
        self.drop_broadcast_ones(&mut terms)?;
        let mut terms = terms.into_iter();
        let mut product = terms
            .next()
            .ok_or_else(|| Error::new("einsum of no tensors"))?;
        while let Some(next) = terms.next() {
            let later: Vec<char> = terms
                .as_slice()
                .iter()
                .flat_map(|t| t.letters.iter())
                .chain(&output)
                .copied()
                .collect();
            product = self.contract(product, next, &later)?;
        }
        let product = self.sum_letters(product, |c| !output.contains(&c))?;
        self.in_order(&product, &output)
    }

    /// Letters that a term has twice become one, along the diagonal.
    fn without_repetition(&mut self, mut term: Term) -> Result<Term> {
        while let Some((i, j)) = repeated(&term.letters) {
            let n = self.sizes(&term.tensor)?[i].clone();
            let rest: Vec<usize> = (0..term.letters.len())
                .filter(|a| *a != i && *a != j)
                .collect();
            let front = self.permute(&term.tensor, &[vec![i, j], rest.clone()].concat())?;
            let mut flat = self.sizes(&front)?;
            flat.splice(0..2, [n.times(n.clone())]);
            let flat = self.reshape(&front, &flat)?;
            let places = self.arange(&Size::Static(0), 1, &n)?;
            let places = self.mul(&places, Scalar::from(n.plus(1)))?;
            term = Term {
                tensor: self.gather_slices(&flat, &places, 0)?,
                letters: [
                    vec![term.letters[i]],
                    rest.iter().map(|a| term.letters[*a]).collect(),
                ]
                .concat(),
            };
        }
        Ok(term)
    }

    /// A size of 1 broadcasts against another term's size for the same letter, as if the term did not have the letter.
    fn drop_broadcast_ones(&mut self, terms: &mut [Term]) -> Result<()> {
        let mut sizes = Vec::with_capacity(terms.len());
        for term in terms.iter() {
            sizes.push(self.sizes(&term.tensor)?);
        }
        let one = Size::Static(1);
        let longer: Vec<char> = terms
            .iter()
            .zip(&sizes)
            .flat_map(|(t, s)| t.letters.iter().zip(s))
            .filter(|(_, size)| **size != one)
            .map(|(c, _)| *c)
            .collect();
        for (term, sizes) in terms.iter_mut().zip(sizes) {
            let ones: Vec<usize> = (0..sizes.len())
                .filter(|a| sizes[*a] == one && longer.contains(&term.letters[*a]))
                .collect();
            term.tensor = self.squeeze(&term.tensor, &ones)?;
            let mut axis = 0..;
            term.letters
                .retain(|_| axis.next().is_none_or(|a| !ones.contains(&a)));
        }
        Ok(())
    }

    /// The product of two terms, summed over the letters that nothing needs `later`.
    fn contract(&mut self, a: Term, b: Term, later: &[char]) -> Result<Term> {
        let in_a = a.letters.clone();
        let a = self.sum_letters(a, |c| !later.contains(&c) && !b.letters.contains(&c))?;
        let b = self.sum_letters(b, |c| !later.contains(&c) && !in_a.contains(&c))?;
        let has = |t: &Term, c: &char| t.letters.contains(c);
        let pick = |from: &Term, wanted: &dyn Fn(&char) -> bool| -> Vec<char> {
            from.letters.iter().copied().filter(|c| wanted(c)).collect()
        };
        let batch = pick(&a, &|c| has(&b, c) && later.contains(c));
        let summed = pick(&a, &|c| has(&b, c) && !later.contains(c));
        let (rows, columns) = (pick(&a, &|c| !has(&b, c)), pick(&b, &|c| !has(&a, c)));
        let letters = [batch.clone(), rows.clone(), columns.clone()].concat();
        if summed.is_empty() {
            let left = self.in_order(&a, &[batch.clone(), rows].concat())?;
            let left = self.with_ones_behind(&left, columns.len())?;
            let right = self.in_order(&b, &[batch.clone(), columns].concat())?;
            let mut sizes = self.sizes(&right)?;
            let ones = letters.len() - sizes.len();
            sizes.splice(batch.len()..batch.len(), vec![Size::Static(1); ones]);
            let right = self.reshape(&right, &sizes)?;
            return Ok(Term {
                tensor: self.mul(&left, &right)?,
                letters,
            });
        }
        let (left, mut sizes) = self.as_matrices(&a, &batch, &rows, &summed)?;
        let (right, more) = self.as_matrices(&b, &batch, &summed, &columns)?;
        sizes.truncate(batch.len() + rows.len());
        sizes.extend_from_slice(&more[batch.len() + summed.len()..]);
        let product =
            self.matrix_product(&left, MatrixOperation::None, &right, MatrixOperation::None)?;
        Ok(Term {
            tensor: self.reshape(&product, &sizes)?,
            letters,
        })
    }

    /// A term as a stack of matrices; gives the sizes before the dimensions were joined.
    fn as_matrices(
        &mut self,
        term: &Term,
        batch: &[char],
        rows: &[char],
        columns: &[char],
    ) -> Result<(Tensor, Vec<Size>)> {
        let tensor = self.in_order(term, &[batch, rows, columns].concat())?;
        let sizes = self.sizes(&tensor)?;
        let mut matrices = sizes[..batch.len()].to_vec();
        matrices.push(Size::product(&sizes[batch.len()..batch.len() + rows.len()]));
        matrices.push(Size::product(&sizes[batch.len() + rows.len()..]));
        Ok((self.reshape(&tensor, &matrices)?, sizes))
    }

    fn sum_letters(&mut self, term: Term, gone: impl Fn(char) -> bool) -> Result<Term> {
        let axes: Vec<usize> = (0..term.letters.len())
            .filter(|a| gone(term.letters[*a]))
            .collect();
        let tensor = self.reduce(ReduceOperation::Sum, &term.tensor, &axes, false)?;
        let letters = term.letters.into_iter().filter(|c| !gone(*c)).collect();
        Ok(Term { tensor, letters })
    }

    fn in_order(&mut self, term: &Term, letters: &[char]) -> Result<Tensor> {
        let axes: Option<Vec<usize>> = letters
            .iter()
            .map(|c| term.letters.iter().position(|l| l == c))
            .collect();
        let axes = axes.ok_or_else(|| Error::new("an einsum result has a letter of no operand"))?;
        self.permute(&term.tensor, &axes)
    }

    /// The product of matrices of integers, for which TensorRT has no layer: all products of elements, then their sums.
    pub(super) fn integer_matrix_product(&mut self, a: &Tensor, b: &Tensor) -> Result<Tensor> {
        let a = self.unsqueeze(a, a.rank())?;
        let b = self.unsqueeze(b, b.rank() - 2)?;
        let products = self.mul(&a, &b)?;
        let axis = products.rank() - 2;
        self.reduce(ReduceOperation::Sum, &products, &[axis], false)
    }
}

fn repeated(letters: &[char]) -> Option<(usize, usize)> {
    letters
        .iter()
        .enumerate()
        .find_map(|(j, c)| Some((letters[..j].iter().position(|l| l == c)?, j)))
}

/// The letters of each operand and of the result. The dimensions of an ellipsis, aligned at the right, get digits.
fn explicit_equation(equation: &str, ranks: &[usize]) -> Result<(Vec<Vec<char>>, Vec<char>)> {
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
    let width = |term: &str, rank: usize| {
        if term.contains("...") {
            (rank + 3).checked_sub(term.len())
        } else {
            (rank == term.len()).then_some(0)
        }
    };
    let widths: Option<Vec<usize>> = terms
        .iter()
        .zip(ranks)
        .map(|(t, rank)| width(t, *rank))
        .collect();
    let widths = widths.ok_or_else(|| bad("a term does not fit its tensor"))?;
    let widest = widths.iter().copied().max().unwrap_or(0);
    let digits = |n: usize| -> String {
        (widest - n..widest)
            .filter_map(|i| char::from_digit(i as u32, 10))
            .collect()
    };
    let terms: Vec<Vec<char>> = terms
        .iter()
        .zip(&widths)
        .map(|(t, n)| t.replace("...", &digits(*n)).chars().collect())
        .collect();
    let output = match output {
        Some(output) => output.replace("...", &digits(widest)).chars().collect(),
        None => {
            let all: Vec<char> = terms.concat();
            let mut once: Vec<char> = all
                .iter()
                .copied()
                .filter(|c| !c.is_ascii_digit() && all.iter().filter(|o| *o == c).count() == 1)
                .collect();
            once.sort_unstable();
            digits(widest).chars().chain(once).collect()
        }
    };
    Ok((terms, output))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equations_become_explicit() {
        let explicit = |e, ranks: &[usize]| {
            let (terms, output) = explicit_equation(e, ranks).unwrap();
            let text = |letters: &[char]| letters.iter().collect::<String>();
            let terms: Vec<String> = terms.iter().map(|t| text(t)).collect();
            format!("{}->{}", terms.join(","), text(&output))
        };
        assert_eq!(
            explicit("B H I D, B H J D -> B H I J", &[4, 4]),
            "BHID,BHJD->BHIJ"
        );
        assert_eq!(explicit("ij,jk", &[2, 2]), "ij,jk->ik");
        assert_eq!(explicit("...ij,...jk->...ik", &[4, 3]), "01ij,1jk->01ik");
        assert!(explicit_equation("ij", &[2, 2]).is_err());
        assert!(explicit_equation("ij", &[3]).is_err());
    }
}
