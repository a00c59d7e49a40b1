//! Resizing along one axis by what PyTorch computes for each element, where TensorRT's layer follows another rule.

use crate::convert::tensor::{Size, Tensor};
use crate::convert::{Context, Error, Result};

/// One axis of a resize, its sizes known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resampling {
    /// Elements before.
    pub(crate) from: i64,
    /// Elements after.
    pub(crate) to: i64,
    /// The factor that the caller gave.
    pub(crate) factor: Option<f64>,
}

/// How the elements around a place are weighted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    /// By their distance, to the next.
    Linear,
    /// By cubic convolution over four.
    Cubic,
}

impl Resampling {
    /// Elements of the input for each step in the output.
    fn step(&self, align_corners: bool) -> f64 {
        match self.factor.filter(|f| *f > 0.0) {
            _ if align_corners && self.to > 1 => (self.from - 1) as f64 / (self.to - 1) as f64,
            _ if align_corners => 0.0,
            Some(factor) => 1.0 / factor,
            None => self.from as f64 / self.to as f64,
        }
    }

    /// The element at or before each place, in single precision as PyTorch computes it; or, `centred`, the one whose centre is nearest.
    pub(crate) fn nearest(&self, centred: bool) -> Vec<i64> {
        let step = match self.factor.filter(|f| *f > 0.0) {
            Some(factor) => (1.0 / factor) as f32,
            None => self.from as f32 / self.to as f32,
        };
        let place = |i: i64| match centred {
            false if self.to == self.from => i as f32,
            false if self.to == 2 * self.from => (i / 2) as f32,
            false => (i as f32 * step).floor(),
            true => (((i as f64 + 0.5) * f64::from(step)) as f32).floor(),
        };
        (0..self.to)
            .map(|i| (place(i) as i64).min(self.from - 1))
            .collect()
    }

    /// What TensorRT's layer reads for the quotient of the sizes.
    pub(crate) fn nearest_of_layer(&self, centred: bool) -> Vec<i64> {
        let numerator = |i: i64| {
            if centred {
                (2 * i + 1) * self.from / (2 * self.to)
            } else {
                i * self.from / self.to
            }
        };
        (0..self.to).map(numerator).collect()
    }

    /// Row by row of the input the weight of its element in each of the output: `[from, to]`.
    pub(crate) fn weights(&self, filter: Filter, align_corners: bool) -> Vec<f64> {
        let step = self.step(align_corners);
        self.matrix(|i| {
            let place = if align_corners {
                step * i
            } else {
                step * (i + 0.5) - 0.5
            };
            match filter {
                Filter::Linear => {
                    let place = place.max(0.0);
                    let low = place.floor();
                    vec![(low, 1.0 - (place - low)), (low + 1.0, place - low)]
                }
                Filter::Cubic => {
                    let low = place.floor();
                    (-1..3)
                        .map(|o| (low + f64::from(o), cubic(-0.75, place - low - f64::from(o))))
                        .collect()
                }
            }
        })
    }

    /// The same with filters that widen where the output is smaller, so that every element of the input counts.
    pub(crate) fn smooth_weights(&self, filter: Filter, align_corners: bool) -> Vec<f64> {
        let step = self.step(align_corners);
        let reach = match filter {
            Filter::Linear => 1.0,
            Filter::Cubic => 2.0,
        };
        let widening = step.max(1.0);
        self.matrix(|i| {
            let centre = step * (i + 0.5);
            let first = (centre - reach * widening + 0.5).trunc().max(0.0);
            let end = (centre + reach * widening + 0.5)
                .trunc()
                .min(self.from as f64);
            let taps: Vec<(f64, f64)> = (first as i64..end as i64)
                .map(|j| {
                    let distance = (j as f64 - centre + 0.5) / widening;
                    let weight = match filter {
                        Filter::Linear => (1.0 - distance.abs()).max(0.0),
                        // Other than without antialiasing, as Pillow has it.
                        Filter::Cubic => cubic(-0.5, distance),
                    };
                    (j as f64, weight)
                })
                .collect();
            let total: f64 = taps.iter().map(|(_, weight)| weight).sum();
            taps.into_iter().map(|(j, w)| (j, w / total)).collect()
        })
    }

    /// Elements beyond the ends stand for the outermost ones.
    fn matrix(&self, taps: impl Fn(f64) -> Vec<(f64, f64)>) -> Vec<f64> {
        let mut matrix = vec![0.0; (self.from * self.to) as usize];
        for i in 0..self.to {
            for (index, weight) in taps(i as f64) {
                let index = (index as i64).clamp(0, self.from - 1);
                matrix[(index * self.to + i) as usize] += weight;
            }
        }
        matrix
    }
}

/// Weight of an element at a distance in cubic convolution with coefficient `a`.
fn cubic(a: f64, distance: f64) -> f64 {
    let t = distance.abs();
    if t <= 1.0 {
        ((a + 2.0) * t - (a + 3.0)) * t * t + 1.0
    } else if t < 2.0 {
        ((a * t - 5.0 * a) * t + 8.0 * a) * t - 4.0 * a
    } else {
        0.0
    }
}

impl<'n, 'w> Context<'n, 'w> {
    /// The elements of an axis at indices that are known.
    pub(crate) fn pick(&mut self, x: &Tensor, axis: usize, indices: &[i64]) -> Result<Tensor> {
        let numbers: Vec<f64> = indices.iter().map(|i| *i as f64).collect();
        let index_type = self.index_type();
        let indices = self.numbers_constant(&numbers, &[indices.len() as i64], index_type)?;
        self.gather_slices(x, &indices, axis)
    }

    /// An axis of a tensor as the product with a matrix `[from, to]`, row by row.
    pub(crate) fn mix(
        &mut self,
        x: &Tensor,
        axis: usize,
        matrix: &[f64],
        to: i64,
    ) -> Result<Tensor> {
        let Some(from) = self.sizes(x)?[axis]
            .as_static()
            .filter(|from| from * to == matrix.len() as i64)
        else {
            return Err(Error::new("a matrix that does not fit its axis"));
        };
        let matrix = self.numbers_constant(matrix, &[from, to], x.dtype)?;
        self.product_along(x, axis, &matrix)
    }

    /// An axis of a tensor multiplied by a matrix whose rows stand for its elements.
    pub(super) fn product_along(
        &mut self,
        x: &Tensor,
        axis: usize,
        matrix: &Tensor,
    ) -> Result<Tensor> {
        let last = x.rank() - 1;
        let moved = self.transpose(x, axis, last)?;
        let product = self.matmul(&moved, matrix)?;
        self.transpose(&product, axis, last)
    }
}

/// Sizes with one another, as far as they are known.
pub(crate) fn resamplings(
    from: &[Size],
    to: &[Size],
    factors: Option<&[f64]>,
) -> Option<Vec<Resampling>> {
    let pairs = from.iter().zip(to).enumerate();
    pairs
        .map(|(i, (from, to))| {
            Some(Resampling {
                from: from.as_static()?,
                to: to.as_static()?,
                factor: factors.and_then(|f| f.get(i).copied()),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn by(from: i64, to: i64, factor: Option<f64>) -> Resampling {
        Resampling { from, to, factor }
    }

    #[test]
    fn nearest_elements_are_those_of_pytorch() {
        assert_eq!(by(3, 6, None).nearest(false), [0, 0, 1, 1, 2, 2]);
        assert_eq!(by(9, 6, Some(0.7)).nearest(false), [0, 1, 2, 4, 5, 7]);
        assert_eq!(by(4, 2, None).nearest(true), [1, 3]);
        assert_eq!(by(4, 2, None).nearest_of_layer(true), [1, 3]);
        // 41 * (1 / 41) is below 1 in single precision.
        assert_eq!(by(1, 41, None).nearest_of_layer(false), [0; 41]);
        assert_eq!(by(2, 82, None).nearest(false)[41], 0);
    }

    #[test]
    fn weights_of_an_element_add_up_to_one() {
        for matrix in [
            by(5, 3, None).weights(Filter::Cubic, false),
            by(5, 3, None).smooth_weights(Filter::Cubic, true),
            by(5, 3, Some(0.65)).smooth_weights(Filter::Linear, false),
        ] {
            for column in 0..3 {
                let total: f64 = matrix.iter().skip(column).step_by(3).sum();
                assert!((total - 1.0).abs() < 1e-12, "{total}");
            }
        }
    }
}
