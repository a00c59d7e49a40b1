//! docs/zoo.md.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::model::Model;
use super::record::{Measure, Record};

/// Column titles, for both pages.
pub(super) const COLUMNS: [&str; 14] = [
    "model",
    "input",
    "precision",
    "on",
    "operators",
    "layers",
    "plan MB",
    "conversion ms",
    "build s",
    "relative error",
    "agreement",
    "FPS",
    "PyTorch FPS",
    "status",
];

const INTRODUCTION: &str = "# The zoo

Written by `cargo xtask zoo`, which exports each model of torchvision with random weights whose statistics come from data, converts
it, builds an engine and compares with PyTorch's outputs on two inputs, a batch of one and a batch of two of one program with a dynamic
batch. Where sizes are dynamic, height and width run from three to five quarters of those shown, and the second input has others than
the first. What is not run yet says so. [zoo.html](zoo.html) is the same as a page to sort and filter, [zoo.jsonl](zoo.jsonl) as data.

Relative error is ‖got − expected‖₂ / ‖expected‖₂ over an output, the largest of all. Agreement is what the task is judged by: the five
best classes found again (classification, video, quantization), the share of pixels with the same class (segmentation), the mean
end-point error in pixels (optical flow), the boxes of both inputs with a partner of the same label (detection).
FPS are frames per second of an engine on a GPU, replayed as a CUDA graph with a batch of one, and of PyTorch running the program eagerly,
with nothing else on the GPU. Engines are built side by side, with optimization level 1 if their row names no other, so they may run
slower than with TensorRT's usual 3 on a quiet GPU.
`torchvision-trt/src/verify/tolerances.rs` has the limits. Int8 models differ more: where rounding errors move a value over to the next
of 255 steps, both networks go on with different values.
";

/// The page, one table for each task, and one of the operators. `checked` are the models of `zoo --check`.
pub(super) fn markdown(rows: &[(&Model, Option<&Record>)], checked: &BTreeSet<&str>) -> String {
    let mut text = INTRODUCTION.to_owned();
    let _ = write!(text, "\n{}\n", summary(rows));
    let tasks: BTreeSet<&str> = rows.iter().map(|(model, _)| model.task.as_str()).collect();
    for task in tasks {
        let _ = writeln!(text, "\n## {}\n", task.replace('_', " "));
        let _ = writeln!(text, "| {} |", COLUMNS.join(" | "));
        let _ = writeln!(
            text,
            "|---|---|---|---|{0}---|---:|---:|---|",
            "---:|".repeat(6)
        );
        for (model, record) in rows.iter().filter(|(model, _)| model.task == task) {
            let cells = cells(model, *record).map(|cell| cell.replace('|', "\\|"));
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        }
    }
    text + &operators(rows, checked)
}

const OPERATORS: &str = "
## operators

What the programs consist of: in how many verified models, and one of them that `cargo xtask zoo --check` runs, which takes the cheapest
model of each family, and what has an operator of its own.

| operator | models | checked by |
|---|--:|---|
";

fn operators(rows: &[(&Model, Option<&Record>)], checked: &BTreeSet<&str>) -> String {
    let mut users: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (model, record) in rows {
        let verified = record.iter().filter(|record| record.problem.is_none());
        for operator in verified.flat_map(|r| r.operators.iter().flat_map(|o| o.keys())) {
            users.entry(operator).or_default().insert(&model.name);
        }
    }
    let mut text = OPERATORS.to_owned();
    for (operator, models) in &users {
        let by = models.intersection(checked).next().copied();
        let by = by.unwrap_or("none");
        let _ = writeln!(text, "| `{operator}` | {} | {by} |", models.len());
    }
    text
}

/// How many are verified, and by what.
pub(super) fn summary(rows: &[(&Model, Option<&Record>)]) -> String {
    let names = |verified: bool| -> BTreeSet<&str> {
        rows.iter()
            .filter(|(_, record)| !verified || record.is_some_and(|r| r.problem.is_none()))
            .map(|(model, _)| model.name.as_str())
            .collect()
    };
    let by: BTreeSet<String> = rows
        .iter()
        .filter_map(|(_, record)| {
            let record = (*record)?;
            let place = match record.on_gpu {
                true => "engines on the GPU",
                false => "networks computed on the CPU",
            };
            Some(format!("{}, {place}", record.library.as_ref()?))
        })
        .collect();
    let by = by.into_iter().collect::<Vec<_>>().join("; ");
    let (verified, all) = (names(true).len(), names(false).len());
    match by.as_str() {
        "" => format!("{verified} of {all} models are verified."),
        by => format!("{verified} of {all} models are verified ({by})."),
    }
}

/// One row.
pub(super) fn cells(model: &Model, record: Option<&Record>) -> [String; COLUMNS.len()] {
    let known = |cell: Option<String>| cell.unwrap_or_default();
    let number = |value: fn(&Record) -> Option<usize>| {
        known(record.and_then(value).map(|number| number.to_string()))
    };
    let decimal = |value: fn(&Record) -> Option<f64>, factor: f64, digits: usize| {
        known(
            record
                .and_then(value)
                .map(|number| format!("{:.digits$}", factor * number)),
        )
    };
    [
        model.name.clone(),
        match record.is_some_and(|record| record.dynamic_sizes) {
            true => format!("{}, sizes dynamic", model.input()),
            false => model.input(),
        },
        known(record.map(|record| record.precision.name().to_owned())),
        known(record.map(Record::place)),
        number(|record| Some(record.operators.as_ref()?.values().sum())),
        number(|record| record.layers),
        decimal(
            |record| record.plan_bytes.map(|bytes| bytes as f64),
            1e-6,
            1,
        ),
        decimal(|record| record.conversion_seconds, 1e3, 0),
        decimal(|record| record.build_seconds, 1.0, 1),
        known(
            record
                .and_then(|record| record.error)
                .map(|error| format!("{error:.1e}")),
        ),
        known(record.and_then(|record| record.measure).map(Measure::text)),
        decimal(|record| record.fps, 1.0, 0),
        decimal(|record| record.eager_fps, 1.0, 0),
        match record.map(|record| &record.problem) {
            None => "not run".into(),
            Some(None) => "verified".into(),
            Some(Some(problem)) => format!("failed: {problem}"),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zoo::record::Precision;

    #[test]
    fn every_model_has_a_row_and_only_verified_ones_count() {
        let model = |name: &str, task: &str| -> Model {
            let text = format!(
                r#"{{"name": "{name}", "task": "{task}", "family": "f", "inputs": [[1, 3, 224, 224]], "parameters": 5, "operations": 0.5}}"#
            );
            serde_json::from_str(&text).unwrap()
        };
        let models = [
            model("alexnet", "classification"),
            model("vgg11", "classification"),
            model("r3d_18", "video"),
        ];
        let record = |index: usize, problem: Option<&str>| Record {
            problem: problem.map(str::to_owned),
            library: Some("TensorRT 10.6.0".into()),
            error: Some(1.5e-6),
            operators: Some(BTreeMap::from([("aten.relu.default".into(), 7)])),
            measure: Some(Measure::Top5(1.0)),
            ..Record::new(
                &models[index].name,
                &models[index].task,
                Precision::Fp32,
                false,
            )
        };
        let (verified, failed) = (record(0, None), record(1, Some("a | b")));
        let rows = [
            (&models[0], Some(&verified)),
            (&models[1], Some(&failed)),
            (&models[2], None),
        ];
        let page = markdown(&rows, &BTreeSet::from(["alexnet"]));
        assert!(page.contains(
            "1 of 3 models are verified (TensorRT 10.6.0, networks computed on the CPU)"
        ));
        assert!(page.contains("| alexnet | 1x3x224x224 | fp32 | CPU |"));
        let quick = Record {
            on_gpu: true,
            level: Some(0),
            ..record(0, None)
        };
        assert_eq!(cells(&models[0], Some(&quick))[3], "GPU, level 0");
        assert!(
            page.contains("| 1.5e-6 | top-5 100 % |  |  | verified |"),
            "{page}"
        );
        assert!(
            page.contains("| `aten.relu.default` | 1 | alexnet |"),
            "{page}"
        );
        assert!(page.contains("failed: a \\| b"));
        assert!(
            page.contains("## video")
                && page.contains("| r3d_18 |")
                && page.contains("| not run |")
        );
    }

    /// What the test command runs of the zoo has every operator of it.
    #[test]
    fn the_checked_models_have_every_operator() {
        let page = crate::workspace::root().join("docs/zoo.md");
        let page = std::fs::read_to_string(page).unwrap();
        let operators = page.split_once(OPERATORS).unwrap().1;
        let unchecked: Vec<_> = operators
            .lines()
            .filter(|l| l.ends_with("| none |"))
            .collect();
        assert!(unchecked.is_empty(), "{unchecked:#?}");
    }
}
