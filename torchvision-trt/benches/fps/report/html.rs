//! The report as one page: the same tables, and a plot of each group's latencies. No scripts, nothing from outside.

use super::tables::Table;
use super::{Peer, Precision, Report};

const STYLE: &str = "body{font:14px sans-serif;margin:2em auto;max-width:80em;padding:0 1em;color:#222}\
    table{border-collapse:collapse;margin:1em 0;font-variant-numeric:tabular-nums}\
    th,td{padding:.2em .6em;border-bottom:1px solid #ddd;text-align:right}\
    th:first-child,td:first-child{text-align:left}th{background:#f4f4f4;position:sticky;top:0}\
    tr:hover td{background:#fafae8}svg text{font:12px sans-serif}p{max-width:60em}";

/// Height of a model's line, margins, and width of the part with dots.
const LINE: f64 = 22.0;
const LEFT: f64 = 150.0;
const WIDTH: f64 = 800.0;
const TOP: f64 = 30.0;

pub(super) fn page(report: &Report) -> String {
    let title = escaped(report.title());
    let facts: String = report
        .facts()
        .iter()
        .map(|fact| format!("<li>{}</li>", escaped(fact)))
        .collect();
    let plots: String = report
        .groups()
        .into_iter()
        .map(|group| plot(report, group))
        .collect();
    let tables: String = report.tables().iter().map(table).collect();
    let left_out: String = report
        .left_out
        .iter()
        .map(|line| format!("<li>{}</li>", escaped(line)))
        .collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style></head>\n\
         <body><h1>{title}</h1><ul>{facts}</ul>{plots}{tables}<h2>Left out</h2><ul>{left_out}</ul></body></html>\n"
    )
}

fn table(table: &Table) -> String {
    let cells = |tag: &str, row: &[String]| -> String {
        let cells = row.iter();
        cells
            .map(|cell| format!("<{tag}>{}</{tag}>", escaped(cell)))
            .collect()
    };
    let rows = table.rows.iter();
    let rows: String = rows
        .map(|row| format!("<tr>{}</tr>\n", cells("td", row)))
        .collect();
    format!(
        "<h2>{}</h2><table><tr>{}</tr>\n{rows}</table><p>{}</p>",
        escaped(&table.title),
        cells("th", &table.heads),
        escaped(&table.note.replace('\\', ""))
    )
}

/// Latency of each model by peer, on a logarithmic axis, with the roofline as a bar.
fn plot(report: &Report, group: (u32, Precision)) -> String {
    let models = report.models(group);
    let rows = models.iter().flat_map(|(_, rows)| rows.values());
    let times = rows.flat_map(|row| {
        let limit = row.roofline.map(|roofline| roofline.milliseconds());
        [row.p50_ms.map(|spread| spread.median), limit]
    });
    let times: Vec<f64> = times.flatten().filter(|time| *time > 0.0).collect();
    let Some((low, high)) = range(&times) else {
        return String::new();
    };
    let x = |time: f64| LEFT + WIDTH * (time / low).ln() / (high / low).ln();
    let height = TOP + LINE * models.len() as f64 + 10.0;
    let mut svg = String::new();
    let mut tick = low;
    while tick <= high * 1.001 {
        svg += &format!(
            "<line x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{TOP}\" y2=\"{height}\" stroke=\"#ddd\"/><text x=\"{0:.1}\" y=\"{1}\" text-anchor=\"middle\">{tick} ms</text>",
            x(tick),
            TOP - 8.0
        );
        tick *= 10.0;
    }
    for (index, (model, rows)) in models.iter().enumerate() {
        let y = TOP + LINE * (index as f64 + 0.5);
        svg += &format!(
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 8.0,
            y + 4.0,
            escaped(model)
        );
        for (peer, row) in rows {
            if let Some(limit) = row.roofline.map(|roofline| roofline.milliseconds()) {
                svg += &format!(
                    "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"3\" height=\"14\" fill=\"#999\"><title>{}: roofline {limit:.3} ms</title></rect>",
                    x(limit) - 1.5,
                    y - 7.0,
                    escaped(model)
                );
            }
            if let Some(spread) = row.p50_ms {
                svg += &format!(
                    "<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"5\" fill=\"{}\"><title>{}, {}: {:.3} ms</title></circle>",
                    x(spread.median),
                    color(*peer),
                    escaped(model),
                    peer.title(),
                    spread.median
                );
            }
        }
    }
    let legend: String = Peer::ALL
        .iter()
        .filter(|peer| models.iter().any(|(_, rows)| rows.contains_key(peer)))
        .map(|peer| {
            format!(
                "<span style=\"color:{}\">●</span> {} &nbsp; ",
                color(*peer),
                peer.title()
            )
        })
        .collect();
    format!(
        "<h2>{} batch {}: milliseconds of a call</h2><p>{legend}<span style=\"color:#999\">▮</span> roofline</p>\
         <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{height}\">{svg}</svg>",
        group.1,
        group.0,
        LEFT + WIDTH + 40.0
    )
}

/// Powers of ten around all times.
fn range(times: &[f64]) -> Option<(f64, f64)> {
    let low = times.iter().copied().reduce(f64::min)?;
    let high = times.iter().copied().reduce(f64::max)?;
    let low = 10f64.powf(low.log10().floor());
    Some((low, 10f64.powf(high.log10().ceil()).max(10.0 * low)))
}

fn color(peer: Peer) -> &'static str {
    match peer {
        Peer::Eager => "#bbbbbb",
        Peer::Graph => "#e69f00",
        Peer::Compile => "#d55e00",
        Peer::MaxAutotune => "#cc79a7",
        Peer::Onnx => "#0072b2",
        Peer::Ours => "#009e73",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
