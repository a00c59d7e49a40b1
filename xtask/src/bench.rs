//! `cargo xtask bench`: runs the bench `fps`, and holds it against an earlier run.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::setup::{self, Component};
use crate::workspace::{cargo, execute, target};

/// Run the bench of models (docs/benchmarking.md); with --compare fail when a model became slower
///
/// A model is slower when its fastest round is slower than the slowest round of the earlier run, by more than the margin:
/// what lies within the spread of the rounds is noise.
///
/// Example: cargo xtask bench --compare base.json -- --models resnet18,resnet50 --batch 1,64
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Options {
    /// results.json of an earlier run
    #[arg(long, value_name = "BASE.json")]
    compare: Option<PathBuf>,
    /// Run nothing; this is the results.json of the new run
    #[arg(long, requires = "compare", conflicts_with = "arguments")]
    results: Option<PathBuf>,
    /// Percent that count as equal beside the spread, for what differs from day to day
    #[arg(long, default_value_t = 2.0)]
    margin: f64,
    /// Folder of the journal and the reports [target/bench]
    #[arg(long, conflicts_with = "results")]
    output: Option<PathBuf>,
    /// Passed on to the bench
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Runs the command.
pub(crate) fn run(options: &Options) -> Result<()> {
    ensure!(
        options.margin >= 0.0,
        "--margin is a percentage, not {}",
        options.margin
    );
    // Before hours of measuring: is there something to compare with?
    let base = options.compare.as_deref().map(Results::read).transpose()?;
    let new = match &options.results {
        Some(results) => results.clone(),
        None => measure(options)?,
    };
    let Some(base) = base else {
        println!("{}", new.display());
        return Ok(());
    };
    let comparison = compare(&base, &Results::read(&new)?, options.margin / 100.0)?;
    print!("{comparison}");
    let worse = comparison.worse();
    ensure!(
        worse == 0,
        "{worse} of {} settings are worse",
        comparison.0.len()
    );
    Ok(())
}

/// Runs the bench and returns the path of its results.
fn measure(options: &Options) -> Result<PathBuf> {
    setup::ensure(&[
        Component::Headers,
        Component::TensorrtRtx,
        Component::Python,
    ])?;
    let output = match &options.output {
        // Cargo runs benches in the folder of their package.
        Some(folder) => std::path::absolute(folder)?,
        None => target().join("bench"),
    };
    let mut command = cargo([
        "bench",
        "--package",
        "torchvision-trt",
        "--bench",
        "fps",
        "--",
    ]);
    command
        .args(&options.arguments)
        .arg("--output")
        .arg(&output);
    execute(&mut command)?;
    Ok(output.join("results.json"))
}

/// results.json, as far as it matters here.
#[derive(Deserialize)]
struct Results {
    host: Host,
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Host {
    device: Option<String>,
    tensorrt: String,
}

#[derive(Deserialize)]
struct Row {
    model: String,
    batch: u32,
    precision: String,
    peer: String,
    problem: Option<String>,
    disagreement: Option<String>,
    p50_ms: Option<Spread>,
    fps: Option<Spread>,
}

#[derive(Clone, Copy, Deserialize)]
struct Spread {
    median: f64,
    min: f64,
    max: f64,
}

impl Results {
    fn read(path: &Path) -> Result<Self> {
        let what = || format!("results {}", path.display());
        let text = std::fs::read(path).with_context(what)?;
        serde_json::from_slice(&text).with_context(what)
    }

    /// Our rows, by model, batch size and precision.
    fn ours(&self) -> BTreeMap<(&str, u32, &str), &Row> {
        let ours = self.rows.iter().filter(|row| row.peer == "ours");
        ours.map(|row| ((row.model.as_str(), row.batch, row.precision.as_str()), row))
            .collect()
    }
}

/// A setting of the earlier run, and what became of it.
struct Change {
    setting: String,
    /// New time and new frames per second as shares of the earlier ones, where both were measured.
    ratios: Option<(f64, f64)>,
    verdict: Verdict,
}

#[derive(Clone, Debug, PartialEq)]
enum Verdict {
    Same,
    Faster,
    Slower,
    /// It no longer runs, or computes something else.
    Broken(String),
}

struct Comparison(Vec<Change>);

impl Comparison {
    fn worse(&self) -> usize {
        let worse =
            |change: &&Change| matches!(change.verdict, Verdict::Slower | Verdict::Broken(_));
        self.0.iter().filter(worse).count()
    }
}

/// Every setting of the earlier run that was measured in it.
fn compare(base: &Results, new: &Results, margin: f64) -> Result<Comparison> {
    if base.host.device != new.host.device {
        let name = |host: &Host| host.device.clone().unwrap_or_else(|| "no GPU".into());
        bail!(
            "the earlier run was on {}, the new one on {}: only runs of the same device compare",
            name(&base.host),
            name(&new.host)
        );
    }
    if base.host.tensorrt != new.host.tensorrt {
        eprintln!(
            "note: {} then, {} now",
            base.host.tensorrt, new.host.tensorrt
        );
    }
    let rows = new.ours();
    let mut changes = Vec::new();
    for (key, then) in base.ours() {
        let (Some(then_ms), Some(then_fps)) = (then.p50_ms, then.fps) else {
            continue;
        };
        let (model, batch, precision) = key;
        let now = rows.get(&key);
        let measured = now.and_then(|now| now.p50_ms.zip(now.fps));
        let broken = now.and_then(|now| now.problem.clone().or_else(|| now.disagreement.clone()));
        let verdict = match (measured, broken) {
            (_, Some(reason)) => Verdict::Broken(reason),
            (None, None) => Verdict::Broken("was not measured".into()),
            (Some((ms, fps)), None) => judge(then_ms, then_fps, ms, fps, margin),
        };
        changes.push(Change {
            setting: format!("{model} {precision} batch {batch}"),
            ratios: measured
                .map(|(ms, fps)| (ms.median / then_ms.median, fps.median / then_fps.median)),
            verdict,
        });
    }
    ensure!(
        !changes.is_empty(),
        "the earlier run measured nothing of ours, so there is nothing to compare"
    );
    Ok(Comparison(changes))
}

/// Two numbers differ where the ranges of their rounds, widened by the margin, do not touch. Worse in one is worse.
fn judge(then_ms: Spread, then_fps: Spread, ms: Spread, fps: Spread, margin: f64) -> Verdict {
    let above = |one: Spread, other: Spread| one.min > other.max * (1.0 + margin);
    if above(ms, then_ms) || above(then_fps, fps) {
        Verdict::Slower
    } else if above(then_ms, ms) || above(fps, then_fps) {
        Verdict::Faster
    } else {
        Verdict::Same
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for change in &self.0 {
            let verdict = match &change.verdict {
                Verdict::Same => "same",
                Verdict::Faster => "faster",
                Verdict::Slower => "SLOWER",
                Verdict::Broken(reason) => reason,
            };
            write!(f, "{}: {verdict}", change.setting)?;
            if let Some((ms, fps)) = change.ratios {
                write!(f, " (time × {ms:.3}, frames per second × {fps:.3})")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(median: f64, share: f64) -> Spread {
        Spread {
            median,
            min: median * (1.0 - share / 2.0),
            max: median * (1.0 + share / 2.0),
        }
    }

    /// Results of one model: its time, the spread of the rounds.
    fn results(model: &str, time: f64, share: f64) -> Results {
        let row = |peer: &str, time| Row {
            model: model.into(),
            batch: 1,
            precision: "fp16".into(),
            peer: peer.into(),
            problem: None,
            disagreement: None,
            p50_ms: Some(spread(time, share)),
            fps: Some(spread(1000.0 / time, share)),
        };
        Results {
            host: Host {
                device: Some("GPU".into()),
                tensorrt: "TensorRT 10".into(),
            },
            // A peer that is measured differently each time does not matter.
            rows: vec![row("ours", time), row("compile", 7.0 * time * time)],
        }
    }

    fn verdict(base: &Results, new: &Results) -> Verdict {
        let comparison = compare(base, new, 0.02).unwrap();
        assert_eq!(comparison.0.len(), 1);
        comparison.0[0].verdict.clone()
    }

    #[test]
    fn what_lies_within_the_spread_is_noise() {
        let base = results("m", 1.0, 0.01);
        assert_eq!(verdict(&base, &results("m", 1.02, 0.01)), Verdict::Same);
        assert_eq!(verdict(&base, &results("m", 1.05, 0.01)), Verdict::Slower);
        assert_eq!(verdict(&base, &results("m", 0.95, 0.01)), Verdict::Faster);
        // As much slower, but the rounds lie further apart, in either run.
        assert_eq!(verdict(&base, &results("m", 1.05, 0.2)), Verdict::Same);
        let noisy = results("m", 1.0, 0.2);
        assert_eq!(verdict(&noisy, &results("m", 1.05, 0.01)), Verdict::Same);
        assert_eq!(verdict(&noisy, &results("m", 1.3, 0.01)), Verdict::Slower);
    }

    #[test]
    fn throughput_alone_can_be_worse() {
        let base = results("m", 1.0, 0.01);
        let mut new = results("m", 1.0, 0.01);
        new.rows[0].fps = Some(spread(900.0, 0.01));
        assert_eq!(verdict(&base, &new), Verdict::Slower);
    }

    #[test]
    fn what_no_longer_runs_is_worse() {
        let base = results("m", 1.0, 0.01);
        let missing = compare(&base, &results("other", 1.0, 0.01), 0.02).unwrap();
        assert_eq!(missing.worse(), 1);
        assert!(
            missing.to_string().contains("was not measured"),
            "{missing}"
        );
        let mut wrong = results("m", 0.5, 0.01);
        wrong.rows[0].disagreement = Some("another best class".into());
        assert_eq!(
            verdict(&base, &wrong),
            Verdict::Broken("another best class".into())
        );
        // Nor is it an improvement to measure more.
        let mut more = results("m", 1.0, 0.01);
        more.rows.extend(results("other", 1.0, 0.01).rows);
        assert_eq!(verdict(&base, &more), Verdict::Same);
    }

    #[test]
    fn other_devices_and_empty_runs_do_not_compare() {
        let base = results("m", 1.0, 0.01);
        let mut other = results("m", 1.0, 0.01);
        other.host.device = None;
        let error = compare(&base, &other, 0.02).err().unwrap().to_string();
        assert!(error.contains("GPU") && error.contains("no GPU"), "{error}");
        let mut empty = results("m", 1.0, 0.01);
        empty.rows.clear();
        let error = compare(&empty, &base, 0.02).err().unwrap().to_string();
        assert!(error.contains("nothing to compare"), "{error}");
    }

    #[test]
    fn reads_what_the_bench_writes() {
        let text = r#"{"host": {"date": "", "device": "GPU", "tensorrt": "TensorRT 10.6.0"}, "limits": null, "rows": [
            {"model": "m", "batch": 64, "precision": "fp16", "peer": "ours", "problem": null, "disagreement": null,
             "p50_ms": {"median": 1.0, "min": 0.9, "max": 1.1}, "fps": {"median": 9.0, "min": 8.0, "max": 10.0}},
            {"model": "m", "batch": 64, "precision": "fp16", "peer": "onnx", "problem": "not there", "disagreement": null,
             "p50_ms": null, "fps": null}]}"#;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("results.json");
        std::fs::write(&path, text).unwrap();
        let results = Results::read(&path).unwrap();
        assert_eq!(verdict(&results, &results), Verdict::Same);
        let error = format!(
            "{:#}",
            Results::read(&folder.path().join("no.json")).err().unwrap()
        );
        assert!(error.contains("no.json"), "{error}");
    }
}
