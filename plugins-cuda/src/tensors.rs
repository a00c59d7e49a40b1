//! What plugins ask about their tensors and attributes.

use trt::DataType;
use trt::plugin::{Error, Fields, Result, Size, SymbolicShape, TensorInfo};

/// Types that arithmetic is defined for here: computed in single precision, stored as they are.
pub(crate) const REAL: &[DataType] = &[DataType::Float, DataType::Half, DataType::BFloat16];

/// Types of indices.
pub(crate) const INDICES: &[DataType] = &[DataType::Int32, DataType::Int64];

/// Types that PyTorch sums and compares.
pub(crate) const NUMBERS: &[DataType] = &[
    DataType::Float,
    DataType::Half,
    DataType::BFloat16,
    DataType::Int32,
    DataType::Int64,
];

/// Types of whole bytes, for plugins that move elements whatever they mean.
pub(crate) const MOVABLE: &[DataType] = &[
    DataType::Float,
    DataType::Half,
    DataType::BFloat16,
    DataType::Int32,
    DataType::Int64,
    DataType::Int8,
    DataType::UInt8,
    DataType::Bool,
];

/// The only input.
pub(crate) fn one_input<T>(inputs: &[T]) -> Result<&T> {
    let [input] = some_inputs(inputs)?;
    Ok(input)
}

/// Exactly so many inputs.
pub(crate) fn some_inputs<T, const N: usize>(inputs: &[T]) -> Result<&[T; N]> {
    inputs.try_into().map_err(|_| {
        Error::invalid(
            "inputs",
            format!("there are {}, expected {N}", inputs.len()),
        )
    })
}

/// At least `least` inputs and at most `most`.
pub(crate) fn inputs_between<T>(inputs: &[T], least: usize, most: usize) -> Result<()> {
    let count = inputs.len();
    if (least..=most).contains(&count) {
        return Ok(());
    }
    Err(Error::invalid(
        "inputs",
        format!("there are {count}, expected {least} to {most}"),
    ))
}

/// Whether a tensor is row-major and real by itself, whatever the others are.
pub(crate) fn any_real(position: usize, tensors: &[TensorInfo]) -> bool {
    tensors[position].is_linear_of(REAL)
}

/// The sizes of a tensor of `N` dimensions.
pub(crate) fn sizes<'s, const N: usize>(
    what: &str,
    shape: &'s SymbolicShape,
) -> Result<&'s [Size; N]> {
    shape.as_slice().try_into().map_err(|_| {
        Error::invalid(
            what,
            format!("has {} dimensions, expected {N}", shape.rank()),
        )
    })
}

/// Refuses sizes that are known to differ.
pub(crate) fn same_size(what: &str, found: &Size, expected: &Size) -> Result<()> {
    match (found.known(), expected.known()) {
        (Some(found), Some(expected)) if found != expected => Err(Error::invalid(
            what,
            format!("is {found}, expected {expected}"),
        )),
        _ => Ok(()),
    }
}

/// A product of sizes that a kernel counts in 32 bits.
pub(crate) fn fits_32_bits(what: &str, sizes: &[i64]) -> Result<()> {
    let product = sizes
        .iter()
        .try_fold(1_i64, |product, &size| product.checked_mul(size));
    match product {
        Some(product) if i32::try_from(product).is_ok() => Ok(()),
        _ => Err(Error::invalid(
            what,
            format!("{sizes:?}, more than {} together", i32::MAX),
        )),
    }
}

/// The two values of an attribute, or its only value for both.
pub(crate) fn pair<T: TryFrom<i64> + Copy>(fields: &Fields, name: &str) -> Result<[T; 2]> {
    match fields.ints(name)?.as_slice() {
        &[both] => Ok([both, both]),
        &[first, second] => Ok([first, second]),
        values => Err(Error::field(
            name,
            format!("has {} values, expected 1 or 2", values.len()),
        )),
    }
}

/// Refuses a value of an attribute below `least`.
pub(crate) fn at_least(name: &str, values: &[i32], least: i32) -> Result<()> {
    match values.iter().find(|&&value| value < least) {
        Some(value) => Err(Error::field(
            name,
            format!("is {value}, expected at least {least}"),
        )),
        None => Ok(()),
    }
}

/// An error about a tensor or attribute unless the condition holds.
pub(crate) fn require(holds: bool, what: &str, detail: impl FnOnce() -> String) -> Result<()> {
    if holds {
        return Ok(());
    }
    Err(Error::invalid(what, detail()))
}

/// Whether all tensors are row-major and have the type of the first, one of these.
pub(crate) fn same_types(position: usize, tensors: &[TensorInfo], types: &[DataType]) -> bool {
    tensors[position].is_linear_of(types) && tensors[position].dtype == tensors[0].dtype
}

/// A dimension counted from the first, of one that may be counted from the last. A scalar has the dimensions 0 and -1, as in
/// PyTorch.
pub(crate) fn dimension(name: &str, dim: i64, rank: usize) -> Result<usize> {
    let size = rank.max(1) as i64;
    let positive = if dim < 0 { dim + size } else { dim };
    if !(0..size).contains(&positive) {
        return Err(Error::field(
            name,
            format!("dimension {dim} is out of range for a tensor of {rank} dimensions"),
        ));
    }
    Ok(positive as usize)
}

/// Dimensions counted from the first, none twice.
pub(crate) fn dimensions(name: &str, dims: &[i64], rank: usize) -> Result<Vec<usize>> {
    let mut result = Vec::with_capacity(dims.len());
    for &dim in dims {
        let dim = dimension(name, dim, rank)?;
        if result.contains(&dim) {
            return Err(Error::field(name, format!("has dimension {dim} twice")));
        }
        result.push(dim);
    }
    Ok(result)
}
