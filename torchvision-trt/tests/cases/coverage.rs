//! Which public PyTorch names the passing cases call.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::suite::{Case, Known};

const NAMES: &str = include_str!("converter_names.txt");

/// Names that no case calls yet.
const UNCOVERED: (&str, &str) = ("uncovered_names.txt", include_str!("uncovered_names.txt"));

/// The names of converter_names.txt, as far as passing cases call them.
pub(crate) struct Coverage {
    pub(crate) names: usize,
    pub(crate) covered: usize,
    /// Names that are called by no passing case although none is known to be missing, and the other way round.
    pub(crate) problems: Vec<String>,
}

impl Coverage {
    pub(crate) fn of<'s>(passing: impl Iterator<Item = &'s Case>) -> Result<Self> {
        let names = || NAMES.lines().filter(|line| !line.starts_with('#'));
        let known = Known::parse(UNCOVERED, |name| names().any(|known| known == name))?;
        let called: BTreeSet<_> = passing.flat_map(|case| &case.calls).collect();
        let covered: BTreeSet<_> = names()
            .filter(|&name| called.contains(&name.to_owned()))
            .collect();
        let missing = names()
            .filter(|name| !covered.contains(name) && known.reason(name).is_none())
            .map(|name| format!("{name}: no passing case calls it"));
        let stale = known
            .names()
            .filter(|name| covered.contains(name))
            .map(|name| format!("{name}: is covered, remove it from {}", known.file()));
        Ok(Self {
            names: names().count(),
            covered: covered.len(),
            problems: missing.chain(stale).collect(),
        })
    }
}
