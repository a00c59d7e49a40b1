//! The cases in a folder, and the lists of those that are known to fail.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use torchvision_trt::Precision;
use torchvision_trt::verify::{Tolerance, tolerances};

/// What cases.json says of a case.
#[derive(Debug, Deserialize)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) family: String,
    tolerance: String,
    low_tolerance: Option<String>,
    /// The public PyTorch names that it calls.
    pub(crate) calls: Vec<String>,
}

/// A folder of cases.
#[derive(Debug)]
pub(crate) struct Suite {
    folder: PathBuf,
    pub(crate) cases: Vec<Case>,
}

impl Suite {
    /// The cases in a folder.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let manifest = folder.join("cases.json");
        let bytes = std::fs::read(&manifest).with_context(|| {
            format!(
                "{}: `cargo xtask cases` writes the cases into a folder",
                manifest.display()
            )
        })?;
        let cases = serde_json::from_slice(&bytes).context("cases.json")?;
        Ok(Self {
            folder: folder.to_owned(),
            cases,
        })
    }

    /// Brings the cases in Cargo's folder for tests up to date; `None` without the Python that `cargo xtask setup` installs.
    pub(crate) fn generate() -> Result<Option<Self>> {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cases");
        let python = std::env::var_os("PYTHON")
            .map_or_else(|| package.join("../.deps/python/bin/python"), PathBuf::from);
        let status = Command::new(&python)
            .arg(package.join("tests/cases/generate.py"))
            .arg(&folder)
            .status();
        match status {
            Ok(status) if status.success() => Self::read(&folder).map(Some),
            Ok(status) => bail!("the generator of the cases failed ({status})"),
            Err(_) => Ok(None),
        }
    }

    /// The cases whose names contain one of the filters; all without a filter.
    pub(crate) fn chosen(&self, filters: &[String]) -> impl Iterator<Item = &Case> {
        self.cases.iter().filter(move |case| {
            filters.is_empty() || filters.iter().any(|filter| case.name.contains(filter))
        })
    }

    /// The program of a case.
    pub(crate) fn program(&self, case: &Case) -> PathBuf {
        self.folder.join(format!("{}.pt2", case.name))
    }
}

impl Case {
    /// What a result in this precision has to keep: the loosest of what the case and the precision allow. What is exact stays so.
    pub(crate) fn tolerance(&self, precision: Precision) -> Result<Tolerance> {
        let own = named(&self.tolerance)?;
        if own == tolerances::EXACT {
            return Ok(own);
        }
        let low = match &self.low_tolerance {
            Some(name) if precision != Precision::Fp32 => named(name)?,
            _ => own,
        };
        let loosest = [own, low, Tolerance::operator(precision)]
            .into_iter()
            .max_by(|a, b| a.rel_l2.total_cmp(&b.rel_l2));
        Ok(loosest.unwrap_or(own))
    }
}

fn named(name: &str) -> Result<Tolerance> {
    Ok(match name {
        "exact" => tolerances::EXACT,
        "fp32" => tolerances::FP32_OP,
        "fp16" => tolerances::FP16_OP,
        "bf16" => tolerances::BF16_OP,
        other => bail!("unknown tolerance {other}"),
    })
}

/// A list of what is known to be missing: lines `NAME  reason`, and comments after `#`.
#[derive(Debug)]
pub(crate) struct Known {
    file: &'static str,
    reasons: BTreeMap<&'static str, &'static str>,
}

/// Cases whose network does not compute what PyTorch computes, or that TensorRT-RTX does not build.
pub(crate) const ON_CPU: (&str, &str) = (
    "expected_failures.txt",
    include_str!("expected_failures.txt"),
);

/// Cases whose engine fails on a GPU with TensorRT 10.
pub(crate) const ON_GPU: (&str, &str) = (
    "expected_failures_gpu.txt",
    include_str!("expected_failures_gpu.txt"),
);

impl Known {
    /// Reads a list; each name must be one that `exists` knows.
    pub(crate) fn parse(
        (file, text): (&'static str, &'static str),
        exists: impl Fn(&str) -> bool,
    ) -> Result<Self> {
        let mut reasons = BTreeMap::new();
        for line in text.lines() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (name, reason) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            ensure!(!reason.trim().is_empty(), "{file}: {name} has no reason");
            ensure!(exists(name), "{file}: nothing is called {name}");
            reasons.insert(name, reason.trim());
        }
        Ok(Self { file, reasons })
    }

    /// The known failures of cases. An entry is the name of a case, for one precision only `fp16:NAME`, or `build:NAME` where the
    /// numbers agree and only TensorRT-RTX builds no engine.
    pub(crate) fn failures(list: (&'static str, &'static str), suite: &Suite) -> Result<Self> {
        Self::parse(list, |entry| {
            let name = match entry.split_once(':') {
                Some(("build", name)) => name,
                Some((precision, name)) if Precision::from_name(precision).is_some() => name,
                _ => entry,
            };
            suite.cases.iter().any(|case| case.name == name)
        })
    }

    /// Why a case is known to fail in a precision.
    pub(crate) fn failure(&self, case: &Case, precision: Precision) -> Option<&'static str> {
        self.reason(&case.name)
            .or_else(|| self.reason(&format!("{precision}:{}", case.name)))
    }

    /// Why TensorRT-RTX is known not to build a case whose numbers agree.
    #[cfg(feature = "tch")]
    pub(crate) fn build_failure(&self, case: &Case) -> Option<&'static str> {
        self.reason(&format!("build:{}", case.name))
    }

    pub(crate) fn reason(&self, name: &str) -> Option<&'static str> {
        self.reasons.get(name).copied()
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.reasons.keys().copied()
    }

    /// The file, for messages.
    pub(crate) fn file(&self) -> &'static str {
        self.file
    }
}
