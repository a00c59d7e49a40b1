//! What a plugin can prove without a GPU: attributes, types, shapes, refusals.

use anyhow::{Result, bail, ensure};
use trt::plugin::{SymbolicShape, TensorFormat, TensorInfo};
use trt::{DataType, Dims};

use crate::journal::Journal;
use crate::suite::{Case, Refusal, Suite, create};

/// The plugin of a case takes its inputs, announces the outputs that PyTorch makes of them, and survives serialization.
pub(crate) fn check(case: &Case) -> Result<String> {
    let plugin = case.create()?;
    let values = plugin.values()?;
    let again = plugin.registration().create(&values)?;
    ensure!(
        again.values()? == values,
        "made again of {values} it has {}",
        again.values()?
    );

    let types: Vec<DataType> = case.inputs.iter().map(|input| input.dtype).collect();
    let found = plugin.output_types(&types)?;
    let expected: Vec<DataType> = case.outputs.iter().map(|output| output.dtype).collect();
    ensure!(found == expected, "types {found:?}, expected {expected:?}");

    let shapes: Vec<_> = shapes(case.inputs.iter().map(|input| &*input.dims), Some)?;
    let found = plugin.output_shapes(&shapes, &[])?;
    for (number, (found, expected)) in found.iter().zip(&case.outputs).enumerate() {
        let fits = found.rank() == expected.dims.len()
            && found
                .iter()
                .zip(expected.dims.iter())
                .all(|(found, &expected)| {
                    match found.known() {
                        Some(size) => size == expected,
                        // The run decides: no more than its limit.
                        None => found.limit().known().is_some_and(|limit| expected <= limit),
                    }
                });
        ensure!(
            fits,
            "output {number}: shape {found:?}, expected {}",
            expected.dims
        );
    }
    check_unknown_sizes(case, &found)?;
    check_formats(case)?;
    Ok(String::new())
}

/// The same ranks follow from inputs whose sizes are not known yet.
fn check_unknown_sizes(case: &Case, known: &[SymbolicShape]) -> Result<()> {
    let unknown = shapes(case.inputs.iter().map(|input| &*input.dims), |_| None)?;
    let found = case.create()?.output_shapes(&unknown, &[])?;
    for (found, known) in found.iter().zip(known) {
        ensure!(
            found.rank() == known.rank() && found.dims().is_some(),
            "of unknown sizes: {found:?}, of known ones: {known:?}"
        );
    }
    Ok(())
}

fn shapes<'d>(
    dims: impl Iterator<Item = &'d [i64]>,
    size: fn(i64) -> Option<i64>,
) -> Result<Vec<SymbolicShape>> {
    let shape = |(input, dims): (usize, &[i64])| {
        let dims: Vec<i64> = dims.iter().map(|&dim| size(dim).unwrap_or(-1)).collect();
        SymbolicShape::of_input(input, &dims)
    };
    Ok(dims.enumerate().map(shape).collect())
}

/// The plugin takes the row-major tensors of the case, and no other format.
fn check_formats(case: &Case) -> Result<()> {
    let plugin = case.create()?;
    let tensors: Vec<TensorInfo> = case
        .inputs
        .iter()
        .chain(&case.outputs)
        .map(|tensor| TensorInfo::linear(tensor.dtype, tensor.dims))
        .collect();
    for end in 1..=tensors.len() {
        ensure!(
            plugin.supports(&tensors[..end], case.inputs.len())?,
            "tensor {} is refused: {:?}",
            end - 1,
            tensors[end - 1]
        );
    }
    let mut other = tensors[0];
    other.format = TensorFormat::Hwc8;
    ensure!(
        !plugin.supports(&[other], case.inputs.len())?,
        "channels last are taken"
    );
    Ok(())
}

/// The refusal has the words that it should have.
pub(crate) fn check_refusal(refusal: &Refusal) -> Result<String> {
    let message = match refused(refusal) {
        Err(error) => format!("{error:#}"),
        Ok(()) => bail!("nothing was refused"),
    };
    ensure!(
        message.contains(&refusal.message),
        "refused with {message:?}, expected {:?}",
        refusal.message
    );
    Ok(message)
}

fn refused(refusal: &Refusal) -> Result<()> {
    let plugin = create(&refusal.plugin, &refusal.fields)?;
    let types: Vec<DataType> = refusal.inputs.iter().map(|(dtype, _)| *dtype).collect();
    plugin.output_types(&types)?;
    let shapes = shapes(refusal.inputs.iter().map(|(_, dims)| dims.as_slice()), Some)?;
    let outputs = plugin.output_shapes(&shapes, &[])?;
    for output in outputs {
        ensure!(
            output.dims().is_some_and(|dims: Dims| !dims.is_dynamic()),
            "output shape {output:?}"
        );
    }
    Ok(())
}

/// Every plugin has cases.
pub(crate) fn check_coverage(suite: &Suite, filters: &[String], journal: &Journal) {
    if !filters.is_empty() {
        return;
    }
    for registration in plugins_cuda::ALL {
        let name = registration.name();
        journal.note("coverage", name, name, || {
            let cases = suite
                .cases
                .iter()
                .filter(|case| case.plugin == name)
                .count();
            ensure!(cases > 0, "no case");
            Ok(format!("{cases} cases"))
        });
    }
}
