//! Elements in order.
//!
//! TensorRT's TopK gives up to 3840 elements, and leaves open which of equal elements comes first. Longer axes are sorted in blocks,
//! whose elements then find their places by binary searches in the other blocks.

use trt::{DataType, ElementWiseOperation as Op, ReduceOperation, TopKOperation};

use crate::convert::tensor::{Size, Tensor};
use crate::convert::{Context, Result};

/// The most elements that TensorRT's TopK gives.
pub(super) const TOPK_LIMIT: i64 = 3840;

/// How many elements are compared pair by pair where equal ones keep their order.
const STABLE_BLOCK: i64 = 512;

impl<'n, 'w> Context<'n, 'w> {
    /// All elements along an axis, the smallest or the largest first, with their `int64` indices; NaN counts as the largest. If
    /// `stable`, equal elements stay in the order that they have.
    ///
    /// An axis of unknown size is one block: at most 3840 elements, or a comparison of all pairs if `stable`.
    ///
    /// # Errors
    /// When TensorRT refuses the type.
    pub fn sort(
        &mut self,
        operation: TopKOperation,
        tensor: &Tensor,
        axis: usize,
        stable: bool,
    ) -> Result<(Tensor, Tensor)> {
        let sizes = self.sizes(tensor)?;
        let Some(count) = sizes.get(axis).cloned() else {
            return self.topk(operation, tensor, &Size::Static(1), axis);
        };
        let limit = if stable { STABLE_BLOCK } else { TOPK_LIMIT };
        let blocks = blocks(&count, limit);
        if blocks.len() == 1 && !stable {
            return self.topk(operation, tensor, &count, axis);
        }
        if matches!(tensor.dtype, DataType::Bool | DataType::UInt8) {
            let wide = self.cast(tensor, DataType::Int32)?;
            let (values, indices) = self.sort(operation, &wide, axis, stable)?;
            return Ok((self.cast(&values, tensor.dtype)?, indices));
        }
        let last = tensor.rank() - 1;
        let rows = self.transpose(tensor, axis, last)?;
        let row_sizes = self.sizes(&rows)?;
        let flat = [Size::product(&row_sizes[..last]), count];
        let rows = self.reshape(&rows, &flat)?;
        let sorted = self.sorted_blocks(operation, &rows, &blocks, stable)?;
        let (values, indices) = if blocks.len() == 1 {
            sorted
        } else {
            self.merged(operation, &sorted, &blocks)?
        };
        let mut back = |rows: &Tensor| {
            let rows = self.reshape(rows, &row_sizes)?;
            self.transpose(&rows, axis, last)
        };
        let (values, indices) = (back(&values)?, back(&indices)?);
        let index_type = self.index_type();
        Ok((values, self.cast(&indices, index_type)?))
    }

    /// The rows of `[rows, elements]`, sorted within each block, with `int32` indices into the rows.
    fn sorted_blocks(
        &mut self,
        operation: TopKOperation,
        rows: &Tensor,
        blocks: &[(i64, Size)],
        stable: bool,
    ) -> Result<(Tensor, Tensor)> {
        let (mut values, mut indices) = (Vec::new(), Vec::new());
        for (start, size) in blocks {
            let block = self.slice_axis(rows, 1, &Size::Static(*start), size, 1)?;
            let (sorted, places) = if stable {
                self.sorted_by_rank(operation, &block)?
            } else {
                self.topk(operation, &block, size, 1)?
            };
            let places = self.cast(&places, DataType::Int32)?;
            values.push(sorted);
            indices.push(self.add(&places, *start)?);
        }
        Ok((self.concat(&values, 1)?, self.concat(&indices, 1)?))
    }

    /// Rows sorted by the number of elements that come before each, of all pairs; equal ones stay in their order.
    fn sorted_by_rank(
        &mut self,
        operation: TopKOperation,
        rows: &Tensor,
    ) -> Result<(Tensor, Tensor)> {
        let sizes = self.sizes(rows)?;
        let place = self.arange(&Size::Static(0), 1, &sizes[1])?;
        let place = self.cast(&place, DataType::Int32)?;
        let of_element = self.unsqueeze(&place, 1)?;
        let earlier = self.compare(Op::Less, &place, &of_element)?;
        let (element, other) = (self.unsqueeze(rows, 2)?, self.unsqueeze(rows, 1)?);
        let before = self.comes_before(operation, &other, &element, &earlier)?;
        let before = self.cast(&before, DataType::Int32)?;
        let rank = self.reduce(ReduceOperation::Sum, &before, &[2], false)?;
        let places = self.expand(&place, &sizes)?;
        Ok((
            self.scatter_elements(rows, &rank, rows, 1)?,
            self.scatter_elements(&places, &rank, &places, 1)?,
        ))
    }

    /// Sorted blocks as one: an element's place is its own in its block and the number of elements in the other blocks that come
    /// before it.
    fn merged(
        &mut self,
        operation: TopKOperation,
        (values, indices): &(Tensor, Tensor),
        blocks: &[(i64, Size)],
    ) -> Result<(Tensor, Tensor)> {
        let sizes = self.sizes(values)?;
        let lengths: Vec<i64> = blocks.iter().filter_map(|(_, n)| n.as_static()).collect();
        let (mut own_block, mut own_place) = (Vec::new(), Vec::new());
        for (number, length) in lengths.iter().enumerate() {
            own_block.extend(vec![number as f64; *length as usize]);
            own_place.extend((0..*length).map(|place| place as f64));
        }
        let mut constant = |numbers: Vec<f64>, shape: &[i64]| {
            self.numbers_constant(&numbers, shape, DataType::Int32)
        };
        let (count, all) = (lengths.len() as i64, own_block.len() as i64);
        // [rows, elements, blocks]
        let own_block = constant(own_block, &[1, all, 1])?;
        let own_place = constant(own_place, &[1, all])?;
        let block = constant((0..count).map(|b| b as f64).collect(), &[1, 1, count])?;
        let starts = blocks.iter().map(|(start, _)| *start as f64).collect();
        let starts = constant(starts, &[1, 1, count])?;
        let length = lengths.iter().map(|n| *n as f64).collect();
        let length = constant(length, &[1, 1, count])?;
        let zero = constant(vec![0.0], &[1, 1, 1])?;

        let own = self.compare(Op::Equal, &block, &own_block)?;
        let length = self.select_where(&own, 0, &length)?;
        let earlier = self.compare(Op::Less, &block, &own_block)?;
        let element = self.unsqueeze(values, 2)?;
        let cube = [sizes[0].clone(), sizes[1].clone(), Size::Static(count)];
        let line = [sizes[0].clone(), Size::Static(all * count)];
        let mut before = self.expand(&zero, &cube)?;
        let longest = lengths.iter().copied().max().unwrap_or(1);
        for step in (0..=longest.ilog2()).rev().map(|bit| 1i64 << bit) {
            let more = self.add(&before, step)?;
            let place = self.add(&starts, &more)?;
            let place = self.sub(&place, 1)?;
            let place = self.minimum(&place, all - 1)?;
            let place = self.reshape(&place, &line)?;
            let other = self.gather_elements(values, &place, 1)?;
            let other = self.reshape(&other, &cube)?;
            let comes_before = self.comes_before(operation, &other, &element, &earlier)?;
            let beyond = self.compare(Op::Greater, &more, &length)?;
            let inside = self.not(&beyond)?;
            let hit = self.both(&comes_before, &inside)?;
            before = self.select_where(&hit, &more, &before)?;
        }
        let before = self.reduce(ReduceOperation::Sum, &before, &[2], false)?;
        let rank = self.add(&before, &own_place)?;
        Ok((
            self.scatter_elements(values, &rank, values, 1)?,
            self.scatter_elements(indices, &rank, indices, 1)?,
        ))
    }

    /// Whether `a` comes before `b`; of equal ones, where `first` holds.
    fn comes_before(
        &mut self,
        operation: TopKOperation,
        a: &Tensor,
        b: &Tensor,
        first: &Tensor,
    ) -> Result<Tensor> {
        let (less, upper, lower) = match operation {
            TopKOperation::Min => (Op::Less, b, a),
            TopKOperation::Max => (Op::Greater, a, b),
        };
        let mut before = self.compare(less, a, b)?;
        let mut equal = self.compare(Op::Equal, a, b)?;
        if a.dtype.is_float() {
            let number = self.compare(Op::Equal, lower, lower)?;
            let upper = self.compare(Op::Equal, upper, upper)?;
            let nan = self.not(&upper)?;
            let above = self.both(&nan, &number)?;
            before = self.either(&before, &above)?;
            let neither = self.either(&upper, &number)?;
            let neither = self.not(&neither)?;
            equal = self.either(&equal, &neither)?;
        }
        let first = self.both(&equal, first)?;
        self.either(&before, &first)
    }
}

/// Start and size of each of the blocks, as equal as they can be, in which an axis is sorted.
fn blocks(count: &Size, limit: i64) -> Vec<(i64, Size)> {
    match count {
        Size::Static(n) if *n > limit => {
            let parts = (n + limit - 1) / limit;
            let start = |part: i64| part * n / parts;
            (0..parts)
                .map(|part| (start(part), Size::Static(start(part + 1) - start(part))))
                .collect()
        }
        one => vec![(0, one.clone())],
    }
}
