//! What the journal says, as tables: Markdown, CSV, JSON, and a page with plots.

mod html;
mod tables;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use super::journal::{Convert, Host, Journal, Round};
use super::limits::Limits;
use super::setting::{Peer, Precision, Setting};
use super::work::Roofline;
pub(super) use tables::Table;

/// Frames per second that torch2trt's authors published for batch 1 in fp16.
const UPSTREAM: &str = include_str!("../upstream.csv");

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    host: Host,
    limits: Option<Limits>,
    rows: Vec<Row>,
    #[serde(skip)]
    converts: Vec<Convert>,
    /// What was asked for and not done, with the reason.
    #[serde(skip)]
    left_out: Vec<String>,
}

/// One peer in one setting.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Row {
    #[serde(flatten)]
    setting: Setting,
    peer: Peer,
    /// Why there are no numbers.
    problem: Option<String>,
    /// Milliseconds of one call, from the call until its outputs are there: median over rounds, fastest and slowest round.
    p50_ms: Option<Spread>,
    p90_ms: Option<Spread>,
    p99_ms: Option<Spread>,
    /// Frames per second of queued calls.
    fps: Option<Spread>,
    memory_bytes: Option<f64>,
    plan_bytes: Option<usize>,
    /// From network to engine.
    build_seconds: Option<f64>,
    /// Until the first answers: capturing (PyTorch), loading (engines); the compilation of what was compiled ahead of time.
    ready_seconds: Option<f64>,
    relative_error: Option<f64>,
    disagreement: Option<String>,
    roofline: Option<Roofline>,
    clocks: Option<String>,
}

/// A number that was measured once a round.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Spread {
    median: f64,
    min: f64,
    max: f64,
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        Some(Self {
            median: *values.get(values.len() / 2)?,
            min: *values.first()?,
            max: *values.last()?,
        })
    }

    /// Slowest to fastest round, as a share of the median.
    fn share(&self) -> f64 {
        (self.max - self.min) / self.median
    }
}

impl Report {
    pub(super) fn new(journal: &Journal, settings: &[Setting]) -> Self {
        let mut report = Self {
            host: journal.host().cloned().unwrap_or_default(),
            limits: journal.limits().cloned(),
            rows: Vec::new(),
            converts: Vec::new(),
            left_out: Vec::new(),
        };
        for setting in settings {
            report.converts.extend(journal.convert(setting).cloned());
            let rows = Peer::ALL.map(|peer| report.row(journal, setting, peer));
            let rows: Vec<_> = rows.into_iter().flatten().collect();
            if let Some(reason) = left_out(journal, setting, rows.is_empty()) {
                report.left_out.push(format!("{setting}: {reason}"));
            }
            let problems = rows.iter().filter_map(|row| {
                let problem = row.problem.as_ref().or(row.disagreement.as_ref())?;
                Some(format!("{setting}, {}: {problem}", row.peer.title()))
            });
            report.left_out.extend(problems);
            report.rows.extend(rows);
        }
        report
    }

    fn row(&self, journal: &Journal, setting: &Setting, peer: Peer) -> Option<Row> {
        let prepared = journal.prepared(setting, peer)?;
        let rounds = journal.rounds(setting, peer);
        let spread = |number: fn(&Round) -> f64| {
            let whole = prepared.problem.is_none();
            Spread::of(
                rounds
                    .iter()
                    .filter(|_| whole)
                    .map(|round| number(round))
                    .collect(),
            )
        };
        let build = peer.route().and_then(|route| journal.build(setting, route));
        let built = build.and_then(|build| build.built.as_ref());
        let work = journal
            .convert(setting)
            .and_then(|convert| convert.converted.as_ref());
        let launches = rounds.iter().find_map(|round| round.graph_nodes);
        let limits = self.limits.as_ref().filter(|_| peer == Peer::Ours);
        let roofline = limits
            .zip(work)
            .zip(launches)
            .and_then(|((limits, work), launches)| {
                Roofline::new(&work.work, setting.precision, launches, limits)
            });
        Some(Row {
            setting: setting.clone(),
            peer,
            problem: prepared.problem.clone(),
            p50_ms: spread(|round| round.p50),
            p90_ms: spread(|round| round.p90),
            p99_ms: spread(|round| round.p99),
            fps: spread(|round| round.throughput),
            memory_bytes: prepared.memory,
            plan_bytes: built.map(|built| built.plan_bytes),
            build_seconds: built.map(|built| built.seconds),
            ready_seconds: prepared.seconds,
            relative_error: prepared.error,
            disagreement: prepared.disagreement.clone(),
            roofline,
            clocks: journal.clocks(setting).map(str::to_owned),
        })
    }

    /// False when ours failed where it was measured, or computed something else than PyTorch.
    pub(super) fn ours_is_right(&self) -> bool {
        let ours = self.rows.iter().filter(|row| row.peer == Peer::Ours);
        let wrong = |row: &Row| row.problem.is_some() || row.disagreement.is_some();
        !ours
            .into_iter()
            .any(|row| wrong(row) && self.host.device.is_some())
            && self
                .converts
                .iter()
                .all(|convert| convert.problem.is_none())
    }

    /// Batch size and precision, in the order of their first settings.
    fn groups(&self) -> Vec<(u32, Precision)> {
        let mut groups = Vec::new();
        for row in &self.rows {
            let group = (row.setting.batch, row.setting.precision);
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        groups
    }

    /// Models of a group with the rows of their peers.
    fn models(&self, (batch, precision): (u32, Precision)) -> Vec<(&str, BTreeMap<Peer, &Row>)> {
        let mut models: Vec<(&str, BTreeMap<Peer, &Row>)> = Vec::new();
        let in_group =
            |row: &&Row| (row.setting.batch, row.setting.precision) == (batch, precision);
        for row in self.rows.iter().filter(in_group) {
            let model = row.setting.model.as_str();
            match models.last_mut() {
                Some((last, rows)) if *last == model => drop(rows.insert(row.peer, row)),
                _ => models.push((model, [(row.peer, row)].into())),
            }
        }
        models
    }

    /// All tables, with what one has to know to read them.
    pub(super) fn markdown(&self) -> String {
        let mut text = format!("# {}\n\n", self.title());
        for line in self.facts() {
            text += &format!("- {line}\n");
        }
        for table in self.tables() {
            text += &format!("\n## {}\n\n{}", table.title, table.markdown());
            if !table.note.is_empty() {
                text += &format!("\n{}\n", table.note);
            }
        }
        if !self.left_out.is_empty() {
            text += "\n## Left out\n\n";
            for line in &self.left_out {
                text += &format!("- {line}\n");
            }
        }
        text
    }

    /// Writes report.md, report.html, results.csv and results.json, each by rename.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let json = serde_json::to_string_pretty(self)?;
        for (name, text) in [
            ("report.md", self.markdown()),
            ("report.html", html::page(self)),
            ("results.csv", tables::csv(&self.rows)),
            ("results.json", json),
        ] {
            let path = folder.join(name);
            trt::write_by_rename(&path, text.as_bytes())
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }

    fn title(&self) -> &str {
        self.host.device.as_deref().unwrap_or("Without a GPU")
    }

    fn facts(&self) -> Vec<String> {
        let host = &self.host;
        let mut facts = vec![
            format!("{}, driver {}, {}", host.date, host.driver, host.processor),
            format!("TensorRT: {}; PyTorch: {}", host.tensorrt, host.torch),
            format!("clocks at the start: {}", host.clocks),
            format!(
                "order of peers shuffled with seed {}; `{}`",
                host.seed, host.command
            ),
        ];
        if let Some(limits) = &self.limits {
            let rates = limits.matmul.iter();
            let rates: Vec<_> = rates
                .map(|(precision, rate)| format!("{precision} {:.0} TFLOP/s", rate / 1e12))
                .collect();
            facts.push(format!(
                "measured in this run: matrix product {}; copy {:.0} GB/s; a kernel in a CUDA graph {:.2} µs",
                rates.join(", "),
                limits.bytes_per_second / 1e9,
                1e6 * limits.launch_seconds
            ));
        }
        facts
    }

    fn tables(&self) -> Vec<Table> {
        let groups = self.groups();
        let mut tables = Vec::new();
        for &group in &groups {
            tables.push(tables::frames(self, group));
        }
        for &group in &groups {
            tables.push(tables::latency(self, group));
        }
        if !self.rows.is_empty() {
            tables.push(tables::details(&self.rows));
        }
        if !self.converts.is_empty() {
            tables.push(tables::conversion(&self.converts));
        }
        tables
    }
}

/// Why a setting has no numbers at all, or not all of them.
fn left_out(journal: &Journal, setting: &Setting, no_rows: bool) -> Option<String> {
    let Some(export) = journal.export(&setting.model) else {
        return Some("not reached".into());
    };
    if let Some(problem) = &export.problem {
        return Some(problem.clone());
    }
    if !no_rows {
        let cut = !journal.is_done(setting);
        return cut.then(|| "interrupted: fewer rounds than asked for".into());
    }
    let gpu = journal.host().is_some_and(|host| host.device.is_some());
    Some(if gpu {
        "not reached".into()
    } else {
        "no CUDA device: no engine was built, nothing was timed".into()
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// What a run on an imaginary GPU left.
    fn canned() -> Report {
        let path =
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/fps/report/canned.jsonl");
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("journal.jsonl");
        std::fs::copy(path, &copy).unwrap();
        let setting = |model: &str| Setting {
            model: model.into(),
            batch: 1,
            precision: Precision::Fp16,
        };
        let settings = ["resnet18", "vit_b_16", "vgg11"].map(setting);
        Report::new(&Journal::open(&copy).unwrap(), &settings)
    }

    #[test]
    fn medians_and_spread_of_rounds() {
        let report = canned();
        let row = |peer| report.rows.iter().find(|row| row.peer == peer).unwrap();
        let ours = row(Peer::Ours);
        let expected = Spread {
            median: 0.2,
            min: 0.1,
            max: 0.3,
        };
        assert_eq!(ours.p50_ms, Some(expected));
        assert!((expected.share() - 1.0).abs() < 1e-12);
        assert_eq!(ours.memory_bytes, Some(5e7));
        assert_eq!(ours.build_seconds, Some(12.5));
        // 3.6 GFLOP at 600 TFLOP/s, (11.7 M weights of 2 bytes + 606 112 bytes) at 4 TB/s, 50 kernels of 1.2 µs.
        let roofline = ours.roofline.unwrap();
        assert!((roofline.compute_ms - 0.006).abs() < 1e-9);
        assert!((roofline.memory_ms - 0.006001528).abs() < 1e-9);
        assert!((roofline.launch_ms - 0.06).abs() < 1e-9);
        assert!(row(Peer::Compile).roofline.is_none());
    }

    #[test]
    fn tables_say_what_is_missing_and_why() {
        let text = canned().markdown();
        for expected in [
            "# NVIDIA Imaginary",
            "| model ",
            "| resnet18 ",
            "29.4*",
            "vit_b_16 fp16 batch 1, TensorRT, ONNX: ONNX export: refused",
            "vgg11 fp16 batch 1: not reached",
            "matrix product fp16 600 TFLOP/s; copy 4000 GB/s; a kernel in a CUDA graph 1.20 µs",
        ] {
            assert!(text.contains(expected), "{expected} is missing in\n{text}");
        }
        // Twice as fast as torch.compile for one model, four times for the other.
        assert!(text.contains("2.83"), "{text}");
    }

    #[test]
    fn a_wrong_result_of_ours_fails_the_run() {
        let mut report = canned();
        assert!(report.ours_is_right());
        let peer = report.rows.iter_mut().find(|row| row.peer == Peer::Eager);
        peer.unwrap().disagreement = Some("another best class".into());
        assert!(report.ours_is_right());
        let ours = report.rows.iter_mut().find(|row| row.peer == Peer::Ours);
        ours.unwrap().disagreement = Some("another best class".into());
        assert!(!report.ours_is_right());
    }

    #[test]
    fn files_are_whole_and_refer_to_nothing_outside() {
        let folder = tempfile::tempdir().unwrap();
        canned().write(folder.path()).unwrap();
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        let page = read("report.html");
        assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
        assert!(page.contains("<svg") && page.contains("resnet18"));
        for outside in ["http:", "https:", " src=", "<script", "@import", "url("] {
            assert!(
                !page
                    .replace("http://www.w3.org/2000/svg", "")
                    .contains(outside),
                "{outside}"
            );
        }
        let csv = read("results.csv");
        let columns = csv.lines().next().unwrap().split(',').count();
        assert_eq!(csv.lines().count(), 1 + canned().rows.len());
        assert!(csv.lines().nth(1).unwrap().split(',').count() >= columns);
        let json: serde_json::Value = serde_json::from_str(&read("results.json")).unwrap();
        assert_eq!(json["rows"][0]["model"], "resnet18");
    }

    #[test]
    fn upstream_figures_are_complete() {
        assert_eq!(UPSTREAM.lines().count(), 21);
        assert!(UPSTREAM.lines().all(|line| line.split(',').count() == 5));
    }
}
