//! Places and membership in lists of numbers
//! ([searchsorted](https://docs.pytorch.org/docs/2.11/generated/torch.searchsorted.html),
//! [isin](https://docs.pytorch.org/docs/2.11/generated/torch.isin.html)).

use trt::{DataType, ElementWiseOperation as Op, ReduceOperation};

use crate::convert::{Call, Context, Operand, Result, Scalar, Size, Tensor, converter};
use crate::graph::Argument;

/// The place in a sorted sequence where each value belongs: the number of elements before it.
#[converter("aten.searchsorted.Tensor", "torch.searchsorted", crate = crate)]
fn searchsorted(
    ctx: &mut Context,
    sorted_sequence: &Tensor,
    #[name("self")] values: Operand,
    #[default(false)] right: bool,
    side: Option<String>,
    sorter: Option<&Tensor>,
) -> Result<Tensor> {
    let right = side.map_or(right, |side| side == "right");
    let mut sequence = *sorted_sequence;
    if let Some(sorter) = sorter {
        let last = sequence.axis(-1)?;
        sequence = ctx.gather_elements(&sequence, sorter, last)?;
    }
    place_of(ctx, &sequence, &values, right)
}

/// The place in a sorted sequence where a number belongs.
#[converter("aten.searchsorted.Scalar", crate = crate)]
fn searchsorted_number(
    ctx: &mut Context,
    sorted_sequence: &Tensor,
    #[name("self")] value: Operand,
    #[default(false)] right: bool,
    side: Option<String>,
    sorter: Option<&Tensor>,
) -> Result<Tensor> {
    searchsorted(ctx, sorted_sequence, value, right, side, sorter)
}

/// The place in sorted boundaries where each value belongs.
#[converter("aten.bucketize.Tensor", "torch.bucketize", crate = crate)]
fn bucketize(
    ctx: &mut Context,
    #[name("self")] values: Operand,
    boundaries: &Tensor,
    #[default(false)] right: bool,
) -> Result<Tensor> {
    place_of(ctx, boundaries, &values, right)
}

/// The place in sorted boundaries where a number belongs.
#[converter("aten.bucketize.Scalar", crate = crate)]
fn bucketize_number(
    ctx: &mut Context,
    #[name("self")] value: Operand,
    boundaries: &Tensor,
    #[default(false)] right: bool,
) -> Result<Tensor> {
    place_of(ctx, boundaries, &value, right)
}

/// Counts the elements that stand before each value: in a sequence of one dimension for values of any shape, else row by row.
fn place_of(ctx: &mut Context, sequence: &Tensor, values: &Operand, right: bool) -> Result<Tensor> {
    let (column, rank) = match values {
        Operand::Tensor(tensor) => (
            Operand::Tensor(ctx.unsqueeze(tensor, tensor.rank())?),
            tensor.rank(),
        ),
        number => (number.clone(), 0),
    };
    // [..., values, elements]
    let elements = if sequence.rank() > 1 {
        ctx.unsqueeze(sequence, sequence.rank() - 1)?
    } else {
        *sequence
    };
    // Those that are not after the value, so that NaN stands behind all numbers.
    let after = ctx.compare(Op::Greater, &elements, &column)?;
    let behind = if right {
        after
    } else {
        let equal = ctx.compare(Op::Equal, &elements, &column)?;
        ctx.elementwise_in(DataType::Bool, Op::Or, &[(&after).into(), (&equal).into()])?
    };
    let before = ctx.not(&behind)?;
    let dtype = ctx.output_dtype(0)?;
    let before = ctx.cast(&before, dtype)?;
    let count = ctx.reduce(ReduceOperation::Sum, &before, &[before.rank() - 1], false)?;
    let sizes = ctx.sizes(&count)?;
    ctx.reshape(&count, &sizes[sizes.len() - rank.min(sizes.len())..])
}

/// Whether each element is among the test elements.
#[converter("aten.isin.Tensor_Tensor", "torch.isin", crate = crate)]
fn isin(
    ctx: &mut Context,
    #[name("elements")] input: Operand,
    #[name("test_elements")] tests: Operand,
    #[default(false)] invert: bool,
) -> Result<Tensor> {
    let (column, row) = (column(ctx, &input)?, row(ctx, &tests)?);
    let equal = ctx.compare(Op::Equal, &column, &row)?;
    let mut sizes = ctx.sizes(&equal)?;
    let last = sizes.pop();
    let found = if last.is_none() {
        equal
    } else if last == Some(Size::Static(0)) {
        // TensorRT has no sum over nothing.
        let none = ctx.scalar(&Scalar::Bool(false), DataType::Bool, 0)?;
        ctx.expand(&none, &sizes)?
    } else {
        let numbers = ctx.cast(&equal, DataType::Int32)?;
        let sum = ctx.reduce(ReduceOperation::Sum, &numbers, &[equal.rank() - 1], false)?;
        ctx.truth(&sum)?
    };
    if invert { ctx.not(&found) } else { Ok(found) }
}

fn column(ctx: &mut Context, operand: &Operand) -> Result<Operand> {
    Ok(match operand {
        Operand::Tensor(tensor) => Operand::Tensor(ctx.unsqueeze(tensor, tensor.rank())?),
        number => number.clone(),
    })
}

fn row(ctx: &mut Context, operand: &Operand) -> Result<Operand> {
    Ok(match operand {
        Operand::Tensor(tensor) => Operand::Tensor(ctx.flatten(tensor)?),
        number => number.clone(),
    })
}

/// Whether each element is the test element.
#[converter("aten.isin.Tensor_Scalar", crate = crate)]
fn isin_one(
    ctx: &mut Context,
    #[name("elements")] input: Operand,
    #[name("test_element")] test: Scalar,
    #[default(false)] invert: bool,
) -> Result<Tensor> {
    let equal = ctx.compare(Op::Equal, input, test)?;
    if invert { ctx.not(&equal) } else { Ok(equal) }
}

/// Whether a number is among the test elements.
#[converter("aten.isin.Scalar_Tensor", crate = crate)]
fn isin_of_number(
    ctx: &mut Context,
    #[name("element")] input: Operand,
    #[name("test_elements")] tests: Operand,
    #[default(false)] invert: bool,
) -> Result<Tensor> {
    isin(ctx, input, tests, invert)
}

/// Each slice along a dimension as many times as `repeats` says.
///
/// Restriction: `repeats` or `output_size` known at conversion, else the size of the result depends on data.
#[converter("aten.repeat_interleave.self_Tensor", when = known_size, crate = crate)]
fn repeat_interleave(
    ctx: &mut Context,
    input: &Tensor,
    repeats: &Tensor,
    dim: Option<i64>,
    output_size: Option<Size>,
) -> Result<Tensor> {
    let (x, axis) = match dim {
        Some(dim) => (*input, input.axis(dim)?),
        None => (ctx.flatten(input)?, 0),
    };
    let index = if let Some(counts) = ctx.numbers(repeats)
        && let Some(n) = ctx.sizes(&x)?[axis].as_static()
    {
        let count = |i: i64| counts[if counts.len() == 1 { 0 } else { i as usize }] as usize;
        let numbers: Vec<f64> = (0..n)
            .flat_map(|i| std::iter::repeat_n(i as f64, count(i)))
            .collect();
        ctx.numbers_constant(&numbers, &[numbers.len() as i64], DataType::Int64)?
    } else {
        let size = output_size.unwrap_or(Size::Static(0));
        let n = ctx.sizes(&x)?[axis].clone();
        let repeats = ctx.expand(repeats, std::slice::from_ref(&n))?;
        // Output place p holds the slice before whose end it stands: the number of ends that are not after p.
        let ends = ctx.cumulative_sum(&repeats, 0)?;
        let place = ctx.arange(&Size::Static(0), 1, &size)?;
        let place = ctx.unsqueeze(&place, 1)?;
        let open = ctx.compare(Op::Greater, &ends, &place)?;
        let ended = ctx.not(&open)?;
        let ended = ctx.cast(&ended, DataType::Int32)?;
        ctx.reduce(ReduceOperation::Sum, &ended, &[1], false)?
    };
    ctx.gather_slices(&x, &index, axis)
}

fn known_size(call: &Call) -> std::result::Result<(), String> {
    let repeats = call.node().and_then(|node| node.tensor("repeats"));
    let known = repeats.is_some_and(|v| call.graph().constant(v).is_some());
    if known || !matches!(call.arg("output_size"), Some(Argument::None) | None) {
        return Ok(());
    }
    Err("the size of the result depends on data; give output_size".into())
}
