//! Elements by index ([torch](https://docs.pytorch.org/docs/2.11/torch.html#indexing-slicing-joining-mutating-ops)).

use trt::DataType;

use super::accumulate::Reduction;
use crate::convert::{Call, Context, Error, Result, Scalar, Size, Tensor, converter};
use crate::graph::Argument;

/// `input[i, j, …]` with tensors of indices, which broadcast; `None` keeps a dimension, a mask stands for the coordinates of
/// its true elements.
#[converter("aten.index.Tensor", "aten._unsafe_index.Tensor", crate = crate)]
fn index(ctx: &mut Context, input: &Tensor, indices: &[Option<Tensor>]) -> Result<Tensor> {
    let given = coordinates(ctx, indices)?;
    match given[..] {
        [] => Ok(*input),
        [(axis, indices)] => {
            let size = ctx.sizes(input)?[axis].clone();
            let indices = ctx.wrapped_indices(&indices, &size)?;
            ctx.gather_slices(input, &indices, axis)
        }
        _ => {
            let place = Place::of(ctx, input, &given)?;
            let flat = place.flatten(ctx, input)?;
            let combined = place.combined(ctx, &given)?;
            let gathered = ctx.gather_slices(&flat, &combined, 0)?;
            ctx.permute(&gathered, &place.result_order(combined.rank()))
        }
    }
}

/// The index tensors with the dimensions that they index.
fn coordinates(ctx: &mut Context, indices: &[Option<Tensor>]) -> Result<Vec<(usize, Tensor)>> {
    let mut axis = 0;
    let mut given = Vec::new();
    for tensor in indices {
        match tensor {
            None => axis += 1,
            Some(mask) if is_mask(mask) => {
                for indices in true_places(ctx, mask)? {
                    given.push((axis, indices));
                    axis += 1;
                }
            }
            Some(tensor) => {
                given.push((axis, *tensor));
                axis += 1;
            }
        }
    }
    Ok(given)
}

fn is_mask(tensor: &Tensor) -> bool {
    matches!(tensor.dtype(), DataType::Bool | DataType::UInt8)
}

/// The coordinates of a mask's true elements; those of a known mask are known, too.
fn true_places(ctx: &mut Context, mask: &Tensor) -> Result<Vec<Tensor>> {
    let Some(numbers) = ctx.numbers(mask) else {
        return ctx.nonzero(mask);
    };
    let shape = ctx.dims(mask)?.to_vec();
    let places: Vec<i64> = (0..)
        .zip(&numbers)
        .filter(|(_, x)| **x != 0.0)
        .map(|(i, _)| i)
        .collect();
    let mut stride: i64 = shape.iter().product();
    let mut result = Vec::with_capacity(shape.len());
    for size in shape {
        stride /= size.max(1);
        let column: Vec<f64> = places
            .iter()
            .map(|place| (place / stride.max(1) % size.max(1)) as f64)
            .collect();
        result.push(ctx.numbers_constant(&column, &[places.len() as i64], DataType::Int64)?);
    }
    Ok(result)
}

/// How several indexed dimensions become one, in front of the others.
struct Place {
    axes: Vec<usize>,
    rest: Vec<usize>,
    sizes: Vec<Size>,
}

impl Place {
    fn of(ctx: &mut Context, input: &Tensor, given: &[(usize, Tensor)]) -> Result<Self> {
        let axes: Vec<usize> = given.iter().map(|(axis, _)| *axis).collect();
        Ok(Self {
            rest: (0..input.rank()).filter(|a| !axes.contains(a)).collect(),
            sizes: ctx.sizes(input)?,
            axes,
        })
    }

    /// The dimensions in their order in the flattened tensor, before the first ones are one.
    fn order(&self) -> Vec<usize> {
        [self.axes.clone(), self.rest.clone()].concat()
    }

    fn rest_sizes(&self) -> impl Iterator<Item = Size> {
        self.rest.iter().map(|a| self.sizes[*a].clone())
    }

    fn flatten(&self, ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
        let front = ctx.permute(input, &self.order())?;
        let total = self
            .axes
            .iter()
            .fold(Size::Static(1), |n, a| n.times(self.sizes[*a].clone()));
        let flat: Vec<Size> = [total].into_iter().chain(self.rest_sizes()).collect();
        ctx.reshape(&front, &flat)
    }

    fn unflatten(&self, ctx: &mut Context, flat: &Tensor) -> Result<Tensor> {
        let order = self.order();
        let sizes: Vec<Size> = order.iter().map(|a| self.sizes[*a].clone()).collect();
        let front = ctx.reshape(flat, &sizes)?;
        ctx.permute(&front, &inverse(&order))
    }

    /// One index into the flattened dimension for each combination.
    fn combined(&self, ctx: &mut Context, given: &[(usize, Tensor)]) -> Result<Tensor> {
        let mut combined: Option<Tensor> = None;
        for (axis, indices) in given {
            let size = self.sizes[*axis].clone();
            let indices = ctx.wrapped_indices(indices, &size)?;
            combined = Some(match combined {
                Some(before) => {
                    let scaled = ctx.mul(&before, Scalar::from(size))?;
                    ctx.add(&scaled, &indices)?
                }
                None => indices,
            });
        }
        combined.ok_or_else(|| Error::new("indexing without indices"))
    }

    /// From the indices' `width` dimensions in front to the result: they stand where the indexed ones stood if those were
    /// neighbours, else in front.
    fn result_order(&self, width: usize) -> Vec<usize> {
        let neighbours = self.axes.windows(2).all(|w| w[1] == w[0] + 1);
        let place = if neighbours { self.axes[0] } else { 0 };
        (width..width + place)
            .chain(0..width)
            .chain(width + place..width + self.rest.len())
            .collect()
    }
}

/// The permutation that undoes another.
fn inverse(order: &[usize]) -> Vec<usize> {
    let mut inverse = vec![0; order.len()];
    for (i, a) in order.iter().enumerate() {
        inverse[*a] = i;
    }
    inverse
}

/// The input with `values` at `input[i, j, …]`, or added there.
///
/// Restriction: `accumulate` with index tensors takes memory for each pair of an index and a place it may name.
#[converter("aten.index_put.default", "aten._unsafe_index_put.default", "torch.index_put", "torch.Tensor.index_put", crate = crate)]
fn index_put(
    ctx: &mut Context,
    input: &Tensor,
    indices: &[Option<Tensor>],
    values: &Tensor,
    #[default(false)] accumulate: bool,
) -> Result<Tensor> {
    let values = ctx.cast(values, input.dtype())?;
    if let [nones @ .., Some(mask)] = indices
        && nones.iter().all(Option::is_none)
        && is_mask(mask)
    {
        return masked_put(ctx, input, nones.len(), mask, &values, accumulate);
    }
    let given = coordinates(ctx, indices)?;
    if given.is_empty() {
        let sizes = ctx.sizes(input)?;
        let values = ctx.expand(&values, &sizes)?;
        return if accumulate {
            ctx.add(input, &values)
        } else {
            Ok(values)
        };
    }
    let place = Place::of(ctx, input, &given)?;
    let flat = place.flatten(ctx, input)?;
    let combined = place.combined(ctx, &given)?;
    let chosen = ctx.sizes(&combined)?;
    if chosen.contains(&Size::Static(0)) {
        return Ok(*input);
    }
    // The values as the result of indexing would be, then with the indices' dimensions in front and as one.
    let order = place.result_order(chosen.len());
    let front: Vec<Size> = chosen.iter().cloned().chain(place.rest_sizes()).collect();
    let shown: Vec<Size> = order.iter().map(|a| front[*a].clone()).collect();
    let values = ctx.expand(&values, &shown)?;
    let values = ctx.permute(&values, &inverse(&order))?;
    let count = Size::product(&chosen);
    let rows: Vec<Size> = [count.clone()]
        .into_iter()
        .chain(place.rest_sizes())
        .collect();
    let values = ctx.reshape(&values, &rows)?;
    let index = ctx.reshape(&combined, &[count])?;
    let changed = if accumulate {
        let mut line = vec![Size::Static(1); rows.len()];
        line[0] = rows[0].clone();
        let index = ctx.reshape(&index, &line)?;
        super::accumulate::accumulate(ctx, &flat, 0, &index, &values, Reduction::Sum, true)?
    } else {
        ctx.scatter_rows(&flat, &index, &values)?
    };
    place.unflatten(ctx, &changed)
}

/// The input with `values` where a mask over the dimensions from `first` on holds.
fn masked_put(
    ctx: &mut Context,
    input: &Tensor,
    first: usize,
    mask: &Tensor,
    values: &Tensor,
    accumulate: bool,
) -> Result<Tensor> {
    let after = input.rank() - first - mask.rank();
    let sizes = ctx.sizes(input)?;
    let value_sizes = ctx.sizes(values)?;
    let spread = if value_sizes.len() <= after {
        *values
    } else {
        // The dimension that counts the true elements.
        let at = value_sizes.len() - 1 - after;
        let (before, behind) = (&value_sizes[..at], &value_sizes[at + 1..]);
        if value_sizes[at] == Size::Static(1) {
            let ones = vec![Size::Static(1); mask.rank()];
            ctx.reshape(values, &[before, &ones, behind].concat())?
        } else {
            let wide = [&sizes[..first], &value_sizes[at..=at], behind].concat();
            let wide = ctx.expand(values, &wide)?;
            one_for_each_true(ctx, mask, &wide, first)?
        }
    };
    let mut wide = ctx.sizes(mask)?;
    wide.extend(vec![Size::Static(1); after]);
    let mask = ctx.reshape(mask, &wide)?;
    let changed = if accumulate {
        ctx.add(input, &spread)?
    } else {
        spread
    };
    ctx.select_where(&mask, &changed, input)
}

/// The slices of `values` along an axis, one after another where the mask holds; the mask's dimensions take the axis's place.
/// What stands where the mask does not hold has no meaning.
fn one_for_each_true(
    ctx: &mut Context,
    mask: &Tensor,
    values: &Tensor,
    axis: usize,
) -> Result<Tensor> {
    let truth = ctx.truth(mask)?;
    let numbers = ctx.cast(&truth, DataType::Int32)?;
    let flat = ctx.flatten(&numbers)?;
    let position = ctx.cumulative_sum(&flat, 0)?;
    // Counted from 1: in front there is a slice for places before the first true one, so that no values are no problem either.
    let mut front = ctx.sizes(values)?;
    front[axis] = Size::Static(1);
    let zero = ctx.scalar(&Scalar::Int(0), values.dtype(), front.len())?;
    let zero = ctx.expand(&zero, &front)?;
    let values = ctx.concat(&[zero, *values], axis)?;
    let sizes = ctx.sizes(mask)?;
    let position = ctx.reshape(&position, &sizes)?;
    ctx.gather_slices(&values, &position, axis)
}

/// The input with the elements of `source` one after another where the mask holds.
#[converter("aten.masked_scatter.default", "torch.masked_scatter", "torch.Tensor.masked_scatter", crate = crate)]
fn masked_scatter(
    ctx: &mut Context,
    input: &Tensor,
    mask: &Tensor,
    source: &Tensor,
) -> Result<Tensor> {
    let sizes = ctx.output_sizes(0)?;
    let (x, mask) = (ctx.expand(input, &sizes)?, ctx.expand(mask, &sizes)?);
    let source = ctx.flatten(source)?;
    let spread = one_for_each_true(ctx, &mask, &source, 0)?;
    ctx.select_where(&mask, &spread, &x)
}

/// The elements where the mask holds, in one dimension, whose size depends on data.
#[converter("aten.masked_select.default", "torch.masked_select", "torch.Tensor.masked_select", crate = crate)]
fn masked_select(ctx: &mut Context, input: &Tensor, mask: &Tensor) -> Result<Tensor> {
    let (a, b) = (ctx.sizes(input)?, ctx.sizes(mask)?);
    let sizes = broadcast(&a, &b);
    let (x, mask) = (ctx.expand(input, &sizes)?, ctx.expand(mask, &sizes)?);
    let (x, mask) = (ctx.flatten(&x)?, ctx.flatten(&mask)?);
    let places = true_places(ctx, &mask)?;
    ctx.gather_slices(&x, &places[0], 0)
}

/// The sizes that two shapes broadcast to.
fn broadcast(a: &[Size], b: &[Size]) -> Vec<Size> {
    let rank = a.len().max(b.len());
    let size = |sizes: &[Size], i: usize| {
        (i + sizes.len())
            .checked_sub(rank)
            .map_or(Size::Static(1), |i| sizes[i].clone())
    };
    (0..rank)
        .map(|i| match size(a, i) {
            Size::Static(1) => size(b, i),
            other => other,
        })
        .collect()
}

/// The coordinates of the elements that are not zero: a row for each, how many depends on data.
///
/// Restriction: no tensors without dimensions.
#[converter("aten.nonzero.default", "aten.argwhere.default", "torch.nonzero", "torch.argwhere", when = has_dimensions, crate = crate)]
fn nonzero(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let columns = true_places(ctx, input)?;
    let columns = columns
        .iter()
        .map(|c| ctx.unsqueeze(c, 1))
        .collect::<Result<Vec<_>>>()?;
    let result = ctx.concat(&columns, 1)?;
    let dtype = ctx.output_dtype(0)?;
    ctx.cast(&result, dtype)
}

/// The coordinates of the elements that are not zero, a tensor for each dimension; their size depends on data.
///
/// Restriction: no tensors without dimensions.
#[converter("aten.nonzero_numpy.default", when = has_dimensions, crate = crate)]
fn nonzero_by_dimension(ctx: &mut Context, input: &Tensor) -> Result<Vec<Tensor>> {
    let dtype = ctx.output_dtype(0)?;
    true_places(ctx, input)?
        .iter()
        .map(|c| ctx.cast(c, dtype))
        .collect()
}

/// The coordinates of the elements where a condition holds.
///
/// Restriction: no tensors without dimensions.
#[converter("aten.where.default", when = has_dimensions, crate = crate)]
fn where_true(ctx: &mut Context, condition: &Tensor) -> Result<Vec<Tensor>> {
    nonzero_by_dimension(ctx, condition)
}

fn has_dimensions(call: &Call) -> std::result::Result<(), String> {
    let scalar = |v: &crate::graph::ValueId| call.graph().value(*v).shape() == Some(&[]);
    if call.inputs().first().is_some_and(scalar) {
        return Err("TensorRT finds no coordinates in a tensor without dimensions".into());
    }
    Ok(())
}

/// Slices by index along a dimension.
#[converter("aten.index_select.default", "torch.index_select", "torch.Tensor.index_select", crate = crate)]
fn index_select(ctx: &mut Context, input: &Tensor, dim: i64, index: &Tensor) -> Result<Tensor> {
    let axis = input.axis(dim)?;
    if input.rank() == 0 {
        return Ok(*input);
    }
    let index = if index.rank() == 0 {
        ctx.with_rank(index, 1)?
    } else {
        *index
    };
    ctx.gather_slices(input, &index, axis)
}

/// One element for each index along a dimension.
#[converter("aten.gather.default", "torch.gather", "torch.Tensor.gather", crate = crate)]
fn gather(ctx: &mut Context, input: &Tensor, dim: i64, index: &Tensor) -> Result<Tensor> {
    let axis = input.axis(dim)?;
    if input.rank() == 0 {
        let sizes = ctx.sizes(index)?;
        return ctx.expand(input, &sizes);
    }
    if index.rank() == 0 {
        let line = ctx.with_rank(index, 1)?;
        let one = ctx.gather_elements(input, &line, axis)?;
        return ctx.squeeze(&one, &[0]);
    }
    // TensorRT wants equal sizes along the other dimensions, PyTorch takes smaller ones.
    let wanted = ctx.sizes(index)?;
    let x = super::scatter::corner(ctx, input, &wanted, Some(axis))?;
    ctx.gather_elements(&x, index, axis)
}

/// The elements of the flattened input at each index.
#[converter("aten.take.default", "torch.take", "torch.Tensor.take", crate = crate)]
fn take(ctx: &mut Context, input: &Tensor, index: &Tensor) -> Result<Tensor> {
    let flat = ctx.flatten(input)?;
    let numel = ctx.sizes(&flat)?[0].clone();
    let index = ctx.wrapped_indices(index, &numel)?;
    ctx.gather_slices(&flat, &index, 0)
}

/// One element for each index along a dimension; the other dimensions broadcast. Without a dimension all are flattened.
#[converter("aten.take_along_dim.default", "torch.take_along_dim", "torch.Tensor.take_along_dim", crate = crate)]
fn take_along_dim(
    ctx: &mut Context,
    input: &Tensor,
    indices: &Tensor,
    dim: Option<i64>,
) -> Result<Tensor> {
    let Some(dim) = dim else {
        let (flat, indices) = (ctx.flatten(input)?, ctx.flatten(indices)?);
        return ctx.gather_slices(&flat, &indices, 0);
    };
    let axis = input.axis(dim)?;
    let (mut sizes, mut wanted) = (ctx.sizes(input)?, ctx.sizes(indices)?);
    for a in (0..sizes.len()).filter(|a| *a != axis) {
        let one = Size::Static(1);
        let common = if sizes[a] == one {
            wanted[a].clone()
        } else {
            sizes[a].clone()
        };
        (sizes[a], wanted[a]) = (common.clone(), common);
    }
    let (x, indices) = (ctx.expand(input, &sizes)?, ctx.expand(indices, &wanted)?);
    ctx.gather_elements(&x, &indices, axis)
}

/// Rows of a table by index.
#[converter("aten.embedding.default", "torch.nn.Embedding.forward", "torch.nn.functional.embedding", crate = crate)]
fn embedding(ctx: &mut Context, weight: &Tensor, indices: &Tensor) -> Result<Tensor> {
    ctx.gather_slices(weight, indices, 0)
}

/// Rows of a table by index as a product would select them: one where the index is, zero elsewhere.
#[converter("aten.one_hot.default", "torch.nn.functional.one_hot", when = known_classes, crate = crate)]
fn one_hot(ctx: &mut Context, input: &Tensor, num_classes: i64) -> Result<Tensor> {
    let classes = ctx.arange(&Size::Static(0), 1, &Size::Static(num_classes))?;
    let column = ctx.unsqueeze(input, input.rank())?;
    let equal = ctx.compare(trt::ElementWiseOperation::Equal, &column, &classes)?;
    ctx.cast(&equal, DataType::Int64)
}

fn known_classes(call: &Call) -> std::result::Result<(), String> {
    match call.arg("num_classes") {
        Some(Argument::Int(n)) if *n > 0 => Ok(()),
        _ => Err("num_classes must be given, else it depends on data".into()),
    }
}
