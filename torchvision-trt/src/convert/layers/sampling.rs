//! Values between the elements of a tensor: interpolation at places that are computed while the engine runs, by gathered rows.

use trt::{DataType, ElementWiseOperation, UnaryOperation};

use crate::convert::tensor::{Scalar, Size, Tensor};
use crate::convert::{Context, Error, Result};

/// The elements along one axis that a value is made of: index within the axis and weight of each.
#[derive(Clone, Debug)]
pub struct Taps(Vec<(Tensor, Tensor)>);

impl Taps {
    /// Indices and weights changed alike.
    ///
    /// # Errors
    /// What the change gives.
    pub fn map(self, mut change: impl FnMut(&Tensor) -> Result<Tensor>) -> Result<Self> {
        let taps = self.0.iter();
        Ok(Self(
            taps.map(|(index, weight)| Ok((change(index)?, change(weight)?)))
                .collect::<Result<_>>()?,
        ))
    }
}

impl<'n, 'w> Context<'n, 'w> {
    /// Linear interpolation at places along an axis of size `n`: 0 is the first element, `n - 1` the last. Elements outside of the
    /// axis count as zeros.
    ///
    /// # Errors
    /// When TensorRT refuses a layer.
    pub fn linear_taps(&mut self, places: &Tensor, n: &Size) -> Result<Taps> {
        // Farther away there is nothing but zeros, and an index that stays in range.
        let places = self.maximum(places, -2.0)?;
        let places = self.minimum(&places, Scalar::from(n.plus(1)))?;
        let low = self.unary(UnaryOperation::Floor, &places)?;
        let share = self.sub(&places, &low)?;
        let rest = self.sub(1.0, &share)?;
        let high = self.add(&low, 1.0)?;
        let taps = [(low, rest), (high, share)]
            .into_iter()
            .map(|(index, weight)| self.tap(&index, Some(&weight), n))
            .collect::<Result<_>>()?;
        Ok(Taps(taps))
    }

    /// The element nearest to places along an axis of size `n`; outside of it zero.
    ///
    /// # Errors
    /// When TensorRT refuses a layer.
    pub fn nearest_taps(&mut self, places: &Tensor, n: &Size) -> Result<Taps> {
        let places = self.maximum(places, -2.0)?;
        let places = self.minimum(&places, Scalar::from(n.plus(1)))?;
        let index = self.unary(UnaryOperation::Round, &places)?;
        Ok(Taps(vec![self.tap(&index, None, n)?]))
    }

    /// All weights multiplied by a factor.
    ///
    /// # Errors
    /// When TensorRT refuses the shapes.
    pub fn scaled_taps(&mut self, taps: &Taps, factor: &Tensor) -> Result<Taps> {
        let scaled = taps
            .0
            .iter()
            .map(|(index, weight)| Ok((*index, self.mul(weight, factor)?)));
        Ok(Taps(scaled.collect::<Result<_>>()?))
    }

    /// An index as a float, brought into the axis; its weight is 0 where it was outside.
    fn tap(
        &mut self,
        index: &Tensor,
        weight: Option<&Tensor>,
        n: &Size,
    ) -> Result<(Tensor, Tensor)> {
        let last = Scalar::from(n.plus(-1));
        let inside = self.maximum(index, 0.0)?;
        let inside = self.minimum(&inside, last)?;
        let hit = self.compare(ElementWiseOperation::Equal, &inside, index)?;
        let hit = self.cast(&hit, index.dtype)?;
        let weight = match weight {
            Some(weight) => self.mul(weight, &hit)?,
            None => hit,
        };
        let index_type = self.index_type();
        Ok((self.cast(&inside, index_type)?, weight))
    }

    /// An image `[N, C, …]` as `[N * …, C]`, the rows that [`interpolated`](Self::interpolated) reads.
    ///
    /// # Errors
    /// When TensorRT refuses the reshape.
    pub fn pixel_rows(&mut self, images: &Tensor) -> Result<Tensor> {
        let order: Vec<usize> = [0].into_iter().chain(2..images.rank()).chain([1]).collect();
        let last = self.permute(images, &order)?;
        let sizes = self.sizes(&last)?;
        let (channels, others) = sizes
            .split_last()
            .ok_or_else(|| Error::new("an image without dimensions"))?;
        let rows = Size::product(others);
        self.reshape(&last, &[rows, channels.clone()])
    }

    /// Interpolated rows: for each axis of the images its size and the elements to take; `image` says which image, and broadcasts
    /// with the indices of the axes. The result has one more axis, the channels.
    ///
    /// # Errors
    /// When TensorRT refuses the shapes.
    pub fn interpolated(
        &mut self,
        rows: &Tensor,
        image: &Tensor,
        axes: &[(Size, Taps)],
    ) -> Result<Tensor> {
        // Every combination of one tap along each axis.
        let mut corners: Vec<(Tensor, Option<Tensor>)> = vec![(*image, None)];
        for (size, taps) in axes {
            let mut next = Vec::with_capacity(corners.len() * taps.0.len());
            for (index, weight) in &corners {
                let scaled = self.mul(index, Scalar::from(size.clone()))?;
                for (tap, share) in &taps.0 {
                    let index = self.add(&scaled, tap)?;
                    let weight = match weight {
                        Some(weight) => self.mul(weight, share)?,
                        None => *share,
                    };
                    next.push((index, Some(weight)));
                }
            }
            corners = next;
        }
        let mut sum: Option<Tensor> = None;
        for (index, weight) in corners {
            let mut value = self.gather_slices(rows, &index, 0)?;
            if let Some(weight) = weight {
                let weight = self.cast(&weight, rows.dtype)?;
                let weight = self.with_ones_behind(&weight, 1)?;
                value = self.mul(&value, &weight)?;
            }
            sum = Some(match sum {
                Some(sum) => self.add(&sum, &value)?,
                None => value,
            });
        }
        sum.ok_or_else(|| Error::new("an interpolation of nothing"))
    }

    /// A column of a tensor's last axis as floats to compute places with.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn float_column(&mut self, tensor: &Tensor, column: i64) -> Result<Tensor> {
        let axis = tensor.axis(-1)?;
        let column = self.select(tensor, axis, &Size::Static(column))?;
        self.cast(&column, DataType::Float)
    }
}
