//! What came of a case in one precision.

use serde::{Deserialize, Serialize};
use torchvision_trt::Precision;

use crate::suite::{Case, Known};

/// One case in one precision.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Task<'s> {
    pub(crate) case: &'s Case,
    pub(crate) precision: Precision,
}

/// Why a task has no result within its tolerance.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The case fails.
    Case(String),
    /// The case fails, and this process can prove nothing any more.
    Process(String),
}

impl From<String> for Failure {
    fn from(reason: String) -> Self {
        Self::Case(reason)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    Passed,
    ExpectedFailure,
    Failed,
}

/// A judged result.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) name: String,
    pub(crate) family: String,
    pub(crate) precision: String,
    pub(crate) status: Status,
    /// Worst relative error (L2) of any output; absent if nothing could be compared.
    pub(crate) rel_error: Option<f64>,
    pub(crate) seconds: f64,
    /// Why it fails; absent if it passes.
    pub(crate) reason: Option<String>,
}

impl Outcome {
    /// Judges a result by what is known of the case.
    pub(crate) fn new(
        task: &Task<'_>,
        result: Result<Option<f64>, String>,
        known: &Known,
        seconds: f64,
    ) -> Self {
        let expected = known.failure(task.case, task.precision);
        let rel_error = result
            .as_ref()
            .ok()
            .copied()
            .flatten()
            .filter(|error| error.is_finite());
        let (status, reason) = match (result, expected) {
            (Ok(_), None) => (Status::Passed, None),
            (Err(_), Some(reason)) => (Status::ExpectedFailure, Some(reason.to_owned())),
            (Ok(_), Some(_)) => {
                let reason = format!("passes: remove it from {}", known.file());
                (Status::Failed, Some(reason))
            }
            (Err(reason), None) => (Status::Failed, Some(reason)),
        };
        Self {
            name: task.case.name.clone(),
            family: task.case.family.clone(),
            precision: task.precision.to_string(),
            status,
            rel_error,
            seconds,
            reason,
        }
    }

    pub(crate) fn print(&self) {
        let Self {
            name,
            precision,
            seconds,
            ..
        } = self;
        let reason = self.reason.as_deref().unwrap_or_default().trim_end();
        match self.status {
            Status::Passed => println!("test {name} ({precision}) ... ok ({seconds:.2} s)"),
            Status::ExpectedFailure => {
                println!("test {name} ({precision}) ... expected failure: {reason}");
            }
            Status::Failed => {
                let reason = reason.replace('\n', "\n    ");
                println!("test {name} ({precision}) ... FAILED\n    {reason}");
            }
        }
    }
}
