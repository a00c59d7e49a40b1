//! Proof of an engine on the GPU.

use super::{Golden, Report, Tolerance};
use crate::module::{Result, Session};

/// Runs an engine on one set of golden inputs and compares with PyTorch's outputs.
///
/// # Errors
/// The engine does not take these inputs, or fails. Outputs that disagree are no error: the report tells.
pub fn engine(
    session: &mut Session,
    golden: &Golden,
    set: usize,
    tolerance: &Tolerance,
) -> Result<Report> {
    let outputs = session.run_safetensors(&golden.inputs(set))?;
    let got = outputs.to_safetensors()?.into_iter().collect();
    Ok(golden.compare(set, &got, tolerance))
}
