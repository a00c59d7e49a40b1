//! Diagonals and triangles of matrices ([torch](https://docs.pytorch.org/docs/2.11/torch.html#other-operations)).

use trt::{ElementWiseOperation, ReduceOperation};

use crate::convert::{Context, Error, Result, Scalar, Size, Tensor, converter};

/// A diagonal of two dimensions, as the last one of the result.
#[converter("aten.diagonal.default", "aten.diagonal_copy.default", "torch.diagonal", "torch.Tensor.diagonal", crate = crate)]
fn diagonal(
    ctx: &mut Context,
    input: &Tensor,
    #[default(0)] offset: i64,
    #[default(0)] dim1: i64,
    #[default(1)] dim2: i64,
) -> Result<Tensor> {
    let diagonal = Diagonal::of(ctx, input, offset, dim1, dim2)?;
    ctx.gather_slices(&diagonal.flat, &diagonal.places, diagonal.axis())
}

/// A diagonal of two dimensions, with these as flattened matrices at the end.
pub(super) struct Diagonal {
    /// The dimensions in their new order.
    pub(super) order: Vec<usize>,
    /// Their sizes in that order, before matrices are flattened.
    pub(super) sizes: Vec<Size>,
    /// The tensor with flattened matrices.
    pub(super) flat: Tensor,
    /// Where the diagonal's elements stand in a flattened matrix.
    pub(super) places: Tensor,
}

impl Diagonal {
    pub(super) fn of(
        ctx: &mut Context,
        input: &Tensor,
        offset: i64,
        dim1: i64,
        dim2: i64,
    ) -> Result<Self> {
        let (rows, columns) = (input.axis(dim1)?, input.axis(dim2)?);
        if rows == columns {
            return Err(Error::new(format!("dimension {dim1} is given twice")));
        }
        let rest = (0..input.rank()).filter(|a| *a != rows && *a != columns);
        let order: Vec<usize> = rest.chain([rows, columns]).collect();
        let matrices = ctx.permute(input, &order)?;
        let sizes = ctx.sizes(&matrices)?;
        let [outer @ .., height, width] = &sizes[..] else {
            return Err(Error::new("a diagonal of a tensor that is no matrix"));
        };
        let flat = ctx.reshape(&matrices, &[outer, &[height.times(width.clone())]].concat())?;
        let places = places(ctx, height, width, offset)?;
        Ok(Self {
            order,
            sizes,
            flat,
            places,
        })
    }

    /// The axis of the flattened matrices.
    pub(super) fn axis(&self) -> usize {
        self.order.len() - 2
    }
}

/// Where the elements of a diagonal stand in a flattened matrix.
fn places(ctx: &mut Context, height: &Size, width: &Size, offset: i64) -> Result<Tensor> {
    let (right, down) = (offset.max(0), (-offset).max(0));
    let first = width.times(down).plus(right);
    let count = height.plus(-down).min(width.plus(-right)).max(0);
    if let Some(width) = width.as_static() {
        return ctx.arange(&first, width + 1, &count);
    }
    let numbers = ctx.arange(&Size::Static(0), 1, &count)?;
    let scaled = ctx.mul(&numbers, Scalar::from(width.plus(1)))?;
    ctx.add(&scaled, Scalar::from(first))
}

/// The last dimension as a diagonal of a new matrix of zeros, whose dimensions are `dim1` and `dim2` of the result.
#[converter("aten.diag_embed.default", "torch.diag_embed", "torch.Tensor.diag_embed", crate = crate)]
fn diag_embed(
    ctx: &mut Context,
    input: &Tensor,
    #[default(0)] offset: i64,
    #[default(-2)] dim1: i64,
    #[default(-1)] dim2: i64,
) -> Result<Tensor> {
    let rank = input.rank() + 1;
    let rows = crate::convert::axis(dim1, rank)?;
    let columns = crate::convert::axis(dim2, rank)?;
    if rows == columns {
        return Err(Error::new(format!("dimension {dim1} is given twice")));
    }
    let matrices = embedded(ctx, input, offset)?;
    let mut inner = 0..rank - 2;
    let order: Vec<usize> = (0..rank)
        .filter_map(|axis| match axis {
            a if a == rows => Some(rank - 2),
            a if a == columns => Some(rank - 1),
            _ => inner.next(),
        })
        .collect();
    ctx.permute(&matrices, &order)
}

/// Matrices of zeros with the last dimension on a diagonal.
fn embedded(ctx: &mut Context, input: &Tensor, offset: i64) -> Result<Tensor> {
    let sizes = ctx.sizes(input)?;
    let (right, down) = (offset.max(0), (-offset).max(0));
    let count = &sizes[input.axis(-1)?];
    let side = count.plus(right + down);
    // Row r of the matrix holds element r - down, in column r - down + right.
    let row = ctx.arange(&Size::Static(offset), 1, &side)?;
    let row = ctx.unsqueeze(&row, 1)?;
    let column = ctx.arange(&Size::Static(0), 1, &side)?;
    let hit = ctx.compare(ElementWiseOperation::Equal, &row, &column)?;
    // Below the diagonal's end and before its start there are no elements, and no hits: any element will do.
    let elements = if offset == 0 {
        *input
    } else {
        let (before, after) = (zeros(ctx, input, down)?, zeros(ctx, input, right)?);
        let parts = [before, Some(*input), after];
        let parts: Vec<Tensor> = parts.into_iter().flatten().collect();
        ctx.concat(&parts, input.axis(-1)?)?
    };
    let elements = ctx.unsqueeze(&elements, input.rank())?;
    let zero = ctx.scalar(&Scalar::Int(0), input.dtype(), 0)?;
    ctx.select_where(&hit, &elements, &zero)
}

/// A tensor of zeros with other dimensions as the input and `count` elements in the last one, if that is not nothing.
fn zeros(ctx: &mut Context, like: &Tensor, count: i64) -> Result<Option<Tensor>> {
    if count == 0 {
        return Ok(None);
    }
    let mut sizes = ctx.sizes(like)?;
    let last = sizes.len() - 1;
    sizes[last] = Size::Static(count);
    let zero = ctx.scalar(&Scalar::Int(0), like.dtype(), 0)?;
    ctx.expand(&zero, &sizes).map(Some)
}

/// The diagonal of a matrix, or a matrix with a vector on its diagonal.
#[converter("aten.diag.default", "torch.diag", "torch.Tensor.diag", crate = crate)]
fn diag(ctx: &mut Context, input: &Tensor, #[default(0)] diagonal: i64) -> Result<Tensor> {
    if input.rank() == 1 {
        embedded(ctx, input, diagonal)
    } else {
        self::diagonal(ctx, input, diagonal, 0, 1)
    }
}

/// A matrix with all elements of the input on a diagonal.
#[converter("aten.diagflat.default", "torch.diagflat", "torch.Tensor.diagflat", crate = crate)]
fn diagflat(ctx: &mut Context, input: &Tensor, #[default(0)] offset: i64) -> Result<Tensor> {
    let flat = ctx.flatten(input)?;
    embedded(ctx, &flat, offset)
}

/// The sum of a matrix's diagonal.
#[converter("aten.trace.default", "torch.trace", "torch.Tensor.trace", crate = crate)]
fn trace(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let elements = diagonal(ctx, input, 0, 0, 1)?;
    let dtype = ctx.output_dtype(0)?;
    let elements = ctx.cast(&elements, dtype)?;
    ctx.reduce(ReduceOperation::Sum, &elements, &[0], false)
}

/// Elements on and below a diagonal, zeros elsewhere.
#[converter("aten.tril.default", "torch.tril", "torch.Tensor.tril", crate = crate)]
fn tril(ctx: &mut Context, input: &Tensor, #[default(0)] diagonal: i64) -> Result<Tensor> {
    triangle(ctx, input, diagonal, true)
}

/// Elements on and above a diagonal, zeros elsewhere.
#[converter("aten.triu.default", "torch.triu", "torch.Tensor.triu", crate = crate)]
fn triu(ctx: &mut Context, input: &Tensor, #[default(0)] diagonal: i64) -> Result<Tensor> {
    triangle(ctx, input, diagonal, false)
}

fn triangle(ctx: &mut Context, input: &Tensor, diagonal: i64, lower: bool) -> Result<Tensor> {
    let mask = ctx.diagonal_mask(input, diagonal, lower)?;
    let zero = ctx.scalar(&Scalar::Int(0), input.dtype(), 0)?;
    ctx.select_where(&mask, input, &zero)
}
