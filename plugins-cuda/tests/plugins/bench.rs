//! Bandwidth of kernels, beside that of a copy.

use anyhow::Result;

use crate::journal::Journal;

pub(crate) fn run(_filters: &[String], _journal: &mut Journal) -> Result<()> {
    Ok(())
}
