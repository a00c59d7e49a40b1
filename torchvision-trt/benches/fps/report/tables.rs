//! The tables.

use super::{Convert, Peer, Precision, Report, Row, Spread, UPSTREAM};

/// Rows of text under heads; the first column is text, the others are numbers.
#[derive(Debug)]
pub(in super::super) struct Table {
    pub(super) title: String,
    pub(super) heads: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    pub(super) note: String,
}

impl Table {
    pub(super) fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let rule = format!(
            "|---|{}\n",
            "--:|".repeat(self.heads.len().saturating_sub(1))
        );
        let rows: String = self.rows.iter().map(|row| line(row)).collect();
        line(&self.heads) + &rule + &rows
    }
}

/// Frames per second, as in torch2trt's table, with its figures beside ours where they are of the same kind.
pub(super) fn frames(report: &Report, group: (u32, Precision)) -> Table {
    let (batch, precision) = group;
    let models = report.models(group);
    let peers = peers(&models);
    let upstream = batch == 1 && precision == Precision::Fp16;
    let mut heads = vec!["model".to_owned()];
    heads.extend(peers.iter().map(|peer| peer.title().to_owned()));
    let others = compared(&peers);
    heads.extend(others.iter().map(|peer| format!("ours ÷ {}", peer.title())));
    if upstream {
        let columns = UPSTREAM
            .lines()
            .next()
            .unwrap_or_default()
            .split(',')
            .skip(1);
        heads.extend(columns.map(|name| format!("{name}*")));
    }
    let mut rows = Vec::new();
    let mut ratios = vec![Vec::new(); others.len()];
    for (model, of) in &models {
        let fps = |peer: &Peer| of.get(peer).and_then(|row| row.fps);
        let mut row = vec![(*model).to_owned()];
        row.extend(
            peers
                .iter()
                .map(|peer| number(fps(peer).map(|fps| fps.median), 0)),
        );
        for (other, ratios) in others.iter().zip(&mut ratios) {
            let ratio = fps(&Peer::Ours)
                .zip(fps(other))
                .map(|(ours, other)| ours.median / other.median);
            ratios.extend(ratio);
            row.push(number(ratio, 2));
        }
        if upstream {
            let known = UPSTREAM
                .lines()
                .find_map(|line| line.strip_prefix(&format!("{model},")));
            let cells = known.unwrap_or(",,,").split(',');
            row.extend(cells.map(|cell| match cell {
                "" => "–".to_owned(),
                cell => format!("{cell}*"),
            }));
        }
        rows.push(row);
    }
    rows.extend(mean_row("geometric mean", &heads, &ratios, peers.len()));
    let mut note = "Frames per second of queued calls: medians over the rounds.".to_owned();
    if upstream {
        note += " \\* Published by the authors of torch2trt for Jetson Nano and Jetson AGX Xavier; not measured here.";
    }
    Table {
        title: format!("Frames per second, {precision}, batch {batch}"),
        heads,
        rows,
        note,
    }
}

/// Milliseconds of a call.
pub(super) fn latency(report: &Report, group: (u32, Precision)) -> Table {
    let (batch, precision) = group;
    let models = report.models(group);
    let peers = peers(&models);
    let others = compared(&peers);
    let mut heads = vec!["model".to_owned()];
    heads.extend(peers.iter().map(|peer| format!("{} ms", peer.title())));
    heads.extend(others.iter().map(|peer| format!("ours ÷ {}", peer.title())));
    heads.extend(["ours p90", "ours p99", "roofline ms", "ours ÷ roofline"].map(str::to_owned));
    let mut rows = Vec::new();
    let mut ratios = vec![Vec::new(); others.len()];
    for (model, of) in &models {
        let p50 = |peer: &Peer| of.get(peer).and_then(|row| row.p50_ms);
        let mut row = vec![(*model).to_owned()];
        row.extend(peers.iter().map(|peer| milliseconds(p50(peer))));
        for (other, ratios) in others.iter().zip(&mut ratios) {
            let ratio = p50(&Peer::Ours)
                .zip(p50(other))
                .map(|(ours, other)| ours.median / other.median);
            ratios.extend(ratio);
            row.push(number(ratio, 2));
        }
        let ours = of.get(&Peer::Ours);
        let median = |spread: Option<Spread>| number(spread.map(|spread| spread.median), 3);
        let limit = ours
            .and_then(|row| row.roofline)
            .map(|roofline| roofline.milliseconds());
        row.push(median(ours.and_then(|row| row.p90_ms)));
        row.push(median(ours.and_then(|row| row.p99_ms)));
        row.push(number(limit, 3));
        let ratio = p50(&Peer::Ours)
            .zip(limit)
            .map(|(ours, limit)| ours.median / limit);
        row.push(number(ratio, 1));
        rows.push(row);
    }
    rows.extend(mean_row("geometric mean", &heads, &ratios, peers.len()));
    Table {
        title: format!("Latency, {precision}, batch {batch}"),
        heads,
        rows,
        note: "Milliseconds from a call until its outputs are there, inputs on the GPU: median over the rounds of each round's p50, \
               and how far the rounds lie apart. The roofline is the largest of three times: operations at the measured rate of a \
               matrix product, weights, inputs and outputs at the measured rate of a copy, kernels at the measured cost of a launch."
            .to_owned(),
    }
}

/// Everything, a row for each peer.
pub(super) fn details(all: &[Row]) -> Table {
    let heads = [
        "model",
        "batch",
        "precision",
        "peer",
        "p50 ms",
        "p90 ms",
        "p99 ms",
        "spread",
        "FPS",
        "memory MB",
        "engine MB",
        "build s",
        "ready s",
        "rel. error",
        "compute ms",
        "memory ms",
        "launch ms",
    ];
    let mut rows = Vec::new();
    for row in all.iter().filter(|row| row.problem.is_none()) {
        let median = |spread: Option<Spread>| spread.map(|spread| spread.median);
        let spread = row.p50_ms.map(|spread| 100.0 * spread.share());
        rows.push(vec![
            row.setting.model.clone(),
            row.setting.batch.to_string(),
            row.setting.precision.to_string(),
            row.peer.title().to_owned(),
            number(median(row.p50_ms), 3),
            number(median(row.p90_ms), 3),
            number(median(row.p99_ms), 3),
            spread.map_or("–".to_owned(), |spread| format!("{spread:.1} %")),
            number(median(row.fps), 0),
            number(row.memory_bytes.map(|bytes| bytes / 1e6), 0),
            number(row.plan_bytes.map(|bytes| bytes as f64 / 1e6), 1),
            number(row.build_seconds, 1),
            number(row.ready_seconds, 1),
            row.relative_error
                .map_or("–".to_owned(), |error| format!("{error:.1e}")),
            number(row.roofline.map(|roofline| roofline.compute_ms), 3),
            number(row.roofline.map(|roofline| roofline.memory_ms), 3),
            number(row.roofline.map(|roofline| roofline.launch_ms), 3),
        ]);
    }
    Table {
        title: "Details".to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        rows,
        note: "Memory: what the device has less while the peer is ready to run, its CUDA context aside. Ready: until the first answers, \
               with capturing or loading; of torch.compile, its compilation ahead of time. The error is the larger one of the golden sets, against PyTorch \
               on the CPU in fp32; every row is within the limits of `verify` that is not under \"Left out\"."
            .to_owned(),
    }
}

/// From file to network, which needs no GPU.
pub(super) fn conversion(converts: &[Convert]) -> Table {
    let heads = [
        "model",
        "batch",
        "precision",
        ".pt2 to network ms",
        "ONNX parser ms",
        "layers",
        "GFLOP",
        "M weights",
    ];
    let row = |convert: &Convert| {
        let ours = convert.converted.as_ref();
        vec![
            convert.setting.model.clone(),
            convert.setting.batch.to_string(),
            convert.setting.precision.to_string(),
            number(ours.map(|ours| 1e3 * ours.seconds), 1),
            number(convert.parse_seconds.map(|seconds| 1e3 * seconds), 1),
            ours.map_or("–".to_owned(), |ours| ours.work.layers.to_string()),
            number(ours.map(|ours| ours.work.flops / 1e9), 2),
            number(ours.map(|ours| ours.work.weights / 1e6), 2),
        ]
    };
    Table {
        title: "Conversion".to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        rows: converts.iter().map(row).collect(),
        note: "Reading the file and making TensorRT's network, once, before TensorRT builds. GFLOP counts convolutions, matrix \
               products and attention of a run, a multiplication and an addition as two."
            .to_owned(),
    }
}

/// All rows with all numbers, for other programs.
pub(super) fn csv(rows: &[Row]) -> String {
    let mut text = String::from(
        "model,batch,precision,peer,p50_ms,p50_min_ms,p50_max_ms,p90_ms,p99_ms,fps,fps_min,fps_max,memory_bytes,plan_bytes,\
         build_seconds,ready_seconds,relative_error,roofline_ms,problem\n",
    );
    for row in rows {
        let plain = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
        let three = |spread: Option<Spread>| {
            let values = spread.map(|spread| [spread.median, spread.min, spread.max]);
            [0, 1, 2].map(|index| plain(values.map(|values| values[index])))
        };
        let median = |spread: Option<Spread>| plain(spread.map(|spread| spread.median));
        let problem = row.problem.as_ref().or(row.disagreement.as_ref());
        let mut cells = vec![
            row.setting.model.clone(),
            row.setting.batch.to_string(),
            row.setting.precision.to_string(),
            row.peer.argument(),
        ];
        cells.extend(three(row.p50_ms));
        cells.extend([median(row.p90_ms), median(row.p99_ms)]);
        cells.extend(three(row.fps));
        cells.extend([
            plain(row.memory_bytes),
            row.plan_bytes
                .map_or(String::new(), |bytes| bytes.to_string()),
            plain(row.build_seconds),
            plain(row.ready_seconds),
            plain(row.relative_error),
            plain(row.roofline.map(|roofline| roofline.milliseconds())),
            problem.map_or(String::new(), |text| {
                format!("\"{}\"", text.replace('"', "'"))
            }),
        ]);
        text += &(cells.join(",") + "\n");
    }
    text
}

/// Peers that occur.
fn peers(models: &[(&str, std::collections::BTreeMap<Peer, &Row>)]) -> Vec<Peer> {
    let occurs = |peer: &Peer| models.iter().any(|(_, rows)| rows.contains_key(peer));
    Peer::ALL.into_iter().filter(occurs).collect()
}

/// Those that ours is divided by.
fn compared(peers: &[Peer]) -> Vec<Peer> {
    let compared = [Peer::Graph, Peer::Compile, Peer::MaxAutotune, Peer::Onnx];
    let ours = peers.contains(&Peer::Ours);
    compared
        .into_iter()
        .filter(|peer| ours && peers.contains(peer))
        .collect()
}

/// A last row with the mean of the columns of ratios.
fn mean_row(
    name: &str,
    heads: &[String],
    ratios: &[Vec<f64>],
    before: usize,
) -> Option<Vec<String>> {
    if ratios.iter().all(|ratios| ratios.len() < 2) {
        return None;
    }
    let mut row = vec![String::new(); heads.len()];
    row[0] = name.to_owned();
    for (index, ratios) in ratios.iter().enumerate() {
        let sum: f64 = ratios.iter().map(|ratio| ratio.ln()).sum();
        let mean = (!ratios.is_empty()).then(|| (sum / ratios.len() as f64).exp());
        row[1 + before + index] = number(mean, 2);
    }
    Some(row)
}

fn milliseconds(spread: Option<Spread>) -> String {
    spread.map_or("–".to_owned(), |spread| {
        format!("{:.3} ({:.0} %)", spread.median, 100.0 * spread.share())
    })
}

fn number(value: Option<f64>, digits: usize) -> String {
    value.map_or("–".to_owned(), |value| format!("{value:.digits$}"))
}
