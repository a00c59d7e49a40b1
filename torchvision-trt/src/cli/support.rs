//! `torchvision-trt support`

use anyhow::Result;
use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use crate::convert::{KeyKind, Registry};

/// List every converter key, its restrictions and where it is defined
///
/// Example: torchvision-trt support --json
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Options {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Entry {
    key: String,
    kind: &'static str,
    restriction: Option<String>,
    defined: String,
    built_in: bool,
}

pub(super) fn run(options: &Options) -> Result<()> {
    let entries: Vec<Entry> = Registry::global()?
        .iter()
        .map(|(key, converter)| Entry {
            key: key.name.clone(),
            kind: match key.kind {
                KeyKind::Module => "module",
                KeyKind::Function => "function",
                KeyKind::Operator => "operator",
            },
            restriction: converter.restriction(),
            defined: converter.place(),
            built_in: converter.is_built_in(),
        })
        .collect();
    if options.json {
        return super::print_json(&entries);
    }
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["key", "kind", "restriction", "defined in"]);
    for entry in &entries {
        table.add_row([
            &entry.key,
            entry.kind,
            entry.restriction.as_deref().unwrap_or(""),
            &entry.defined,
        ]);
    }
    outln!("{table}");
    Ok(())
}
