//! docs/zoo.html: one file, nothing loaded from elsewhere; columns sort by a click, a field filters.

use std::fmt::Write;

use super::model::Model;
use super::page::{COLUMNS, cells, summary};
use super::record::Record;

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>The torchvision zoo as TensorRT engines</title>
<style>
:root { color-scheme: light dark; font: 15px/1.4 system-ui, sans-serif }
body { margin: 2rem auto; max-width: 90rem; padding: 0 1rem }
input { font: inherit; padding: .3rem .5rem; width: 20rem }
table { border-collapse: collapse; margin-top: 1rem; width: 100% }
th { cursor: pointer; position: sticky; top: 0; background: Canvas; text-align: left }
th, td { padding: .25rem .6rem; border-bottom: 1px solid #8884 }
td.number { text-align: right; font-variant-numeric: tabular-nums }
tr.verified td:last-child { color: #2a8a3e }
tr.failed td:last-child { color: #c0392b }
tr.waiting { opacity: .6 }
</style>
<h1>The torchvision zoo as TensorRT engines</h1>
"#;

const SCRIPT: &str = r#"<script>
const body = document.querySelector("tbody"), rows = [...body.rows];
document.querySelector("input").oninput = event => {
  const words = event.target.value.toLowerCase().split(/\s+/);
  for (const row of rows) row.hidden = !words.every(word => row.textContent.toLowerCase().includes(word));
};
let sorted = null;
document.querySelectorAll("th").forEach((head, column) => head.onclick = () => {
  sorted = sorted === column ? ~column : column;
  const key = row => row.cells[column].textContent;
  const compare = (a, b) => {
    const numbers = [parseFloat(key(a)), parseFloat(key(b))];
    return numbers.some(isNaN) ? key(a).localeCompare(key(b)) : numbers[0] - numbers[1];
  };
  rows.sort((a, b) => sorted === column ? compare(a, b) : compare(b, a));
  body.append(...rows);
});
</script>
"#;

/// The page.
pub(super) fn page(rows: &[(&Model, Option<&Record>)]) -> String {
    let mut html = HEAD.to_owned();
    let _ = write!(
        html,
        "<p>{}</p>\n<input placeholder=\"filter: resnet fp32 verified\" aria-label=\"filter\">\n<table>\n<thead><tr><th>task</th>",
        escaped(&summary(rows))
    );
    for column in COLUMNS {
        let _ = write!(html, "<th>{column}</th>");
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for (model, record) in rows {
        let class = match record.map(|record| &record.problem) {
            None => "waiting",
            Some(None) => "verified",
            Some(Some(_)) => "failed",
        };
        let task = model.task.replace('_', " ");
        let _ = write!(html, "<tr class=\"{class}\"><td>{}</td>", escaped(&task));
        for cell in cells(model, *record) {
            let class = match cell.parse::<f64>() {
                Ok(_) => " class=\"number\"",
                Err(_) => "",
            };
            let _ = write!(html, "<td{class}>{}</td>", escaped(&cell));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody>\n</table>\n");
    html.push_str(SCRIPT);
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zoo::record::Precision;

    #[test]
    fn what_a_program_said_is_text_and_nothing_is_loaded() {
        let model: Model = serde_json::from_str(
            r#"{"name": "m", "task": "video", "family": "f", "inputs": [[1]], "parameters": 1, "operations": 1.0}"#,
        )
        .unwrap();
        let record = Record {
            problem: Some("<script>x</script>".into()),
            ..Record::new("m", "video", Precision::Fp16, true)
        };
        let html = page(&[(&model, Some(&record))]);
        assert!(html.contains("failed: &lt;script&gt;x&lt;/script&gt;"));
        assert!(!html.contains("http") && !html.contains("src="));
    }
}
