//! Which public PyTorch names the passing cases call, and how many prove each converter.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use torchvision_trt::convert::{KeyKind, Registry};

use crate::programs;
use crate::suite::{Case, Known, Suite};

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

/// How many cases each converter of operators has at least.
const ENOUGH: usize = 5;

/// Converters that cannot have so many, each by one of its operators.
const FEW: (&str, &str) = ("few_cases.txt", include_str!("few_cases.txt"));

/// The built-in converters of operators that too few cases prove without a reason, and the reasons that are not needed.
pub(crate) fn thinly_proven<'s>(
    suite: &Suite,
    passing: impl Iterator<Item = &'s Case>,
) -> Result<Vec<String>> {
    let mut converters = BTreeMap::new();
    for (key, converter) in Registry::global()?.iter() {
        if key.kind == KeyKind::Operator && converter.is_built_in() {
            converters.insert(key.name.as_str(), (converter.place(), converter.name));
        }
    }
    let known = Known::parse(FEW, |name| converters.contains_key(name))?;
    let mut cases: BTreeMap<_, usize> = converters.values().map(|found| (found, 0)).collect();
    for case in passing {
        let operators = programs::operators(&suite.program(case));
        let found = operators
            .iter()
            .filter_map(|name| converters.get(name.as_str()));
        for converter in found.collect::<BTreeSet<_>>() {
            *cases.entry(converter).or_default() += 1;
        }
    }
    let excused: BTreeSet<_> = known.names().map(|name| &converters[name]).collect();
    let few = cases
        .iter()
        .filter(|(converter, found)| **found < ENOUGH && !excused.contains(*converter))
        .map(|((place, name), found)| format!("{name} ({place}): {found} passing cases"));
    let stale = known
        .names()
        .filter(|name| cases[&converters[name]] >= ENOUGH)
        .map(|name| format!("{name}: has enough, remove it from {}", known.file()));
    Ok(few.chain(stale).collect())
}
