//! `torchvision-trt support`

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use crate::convert::{Converter, Key, KeyKind, Registry};

/// List every converter key, what it converts, with which restrictions, and where it is defined
///
/// Example: torchvision-trt support softmax
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Options {
    /// Only keys with this part
    filter: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Write a page, as docs/SUPPORT.md is one
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "filter"])]
    markdown: Option<PathBuf>,
}

#[derive(Serialize)]
struct Entry {
    key: String,
    kind: &'static str,
    description: String,
    /// The plugins in the place of layers, where TensorRT has plugins.
    plugins: Option<String>,
    restriction: Option<String>,
    /// True if the converter looks at each call and may decline it with a reason.
    may_decline: bool,
    defined: String,
    built_in: bool,
}

pub(super) fn run(options: &Options) -> Result<()> {
    let registry = Registry::global()?;
    if let Some(file) = &options.markdown {
        let text = page(registry.iter());
        return trt::write_by_rename(file, text.as_bytes())
            .with_context(|| format!("cannot write {}", file.display()));
    }
    let wanted = |key: &Key| (options.filter.as_ref()).is_none_or(|part| key.name.contains(part));
    let entries: Vec<Entry> = registry
        .iter()
        .filter(|(key, _)| wanted(key))
        .map(|(key, converter)| Entry {
            key: key.name.clone(),
            kind: match key.kind {
                KeyKind::Module => "module",
                KeyKind::Function => "function",
                KeyKind::Operator => "operator",
            },
            description: converter.description(),
            plugins: converter.plugins(),
            restriction: converter.restriction(),
            may_decline: converter.when.is_some(),
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
    table.set_header(["key", "kind", "converts", "restriction", "defined in"]);
    for entry in &entries {
        table.add_row([
            &entry.key,
            entry.kind,
            &entry.description,
            entry.restriction.as_deref().unwrap_or(""),
            &entry.defined,
        ]);
    }
    outln!("{table}");
    Ok(())
}

/// Converters by the file that defines them, and in it by name and line.
type Families<'k> = BTreeMap<&'static str, BTreeMap<(&'static str, u32), Family<'k>>>;

/// A converter with its keys.
struct Family<'k> {
    converter: &'static Converter,
    keys: Vec<&'k Key>,
}

/// The page. It names files but no lines, so that it changes only when a converter does.
fn page<'k>(entries: impl Iterator<Item = (&'k Key, &'static Converter)>) -> String {
    let mut families = Families::new();
    let mut counts: BTreeMap<KeyKind, usize> = BTreeMap::new();
    for (key, converter) in entries {
        *counts.entry(key.kind).or_default() += 1;
        let family = families.entry(converter.file).or_default();
        family
            .entry((converter.name, converter.line))
            .or_insert_with(|| Family {
                converter,
                keys: Vec::new(),
            })
            .keys
            .push(key);
    }
    let count = |kind| counts.get(&kind).copied().unwrap_or_default();
    let converters: usize = families.values().map(BTreeMap::len).sum();
    let links: Vec<String> = families
        .keys()
        .map(|file| format!("[{0}](#{0})", stem(file)))
        .collect();
    let mut page = format!(
        "<!-- Written by `torchvision-trt support --markdown`. Do not edit. -->\n\n\
         # What converts\n\n\
         {converters} converters take {} operators, and the names of {} functions and {} modules that users know them by. The passes \
         rewrite further operators into these. A call that a converter declines is named with the reason before anything is \
         converted (`torchvision-trt inspect`). Plugins take the place of layers where TensorRT has plugins ([plugins.md](plugins.md)). \
         `torchvision-trt support` lists the same with lines, and converters of your own.\n\n{}\n",
        count(KeyKind::Operator),
        count(KeyKind::Function),
        count(KeyKind::Module),
        links.join(" · "),
    );
    for (file, converters) in &families {
        let _ = write!(
            page,
            "\n## {}\n\n{}\n\n| converts | operators | functions | modules | plugins | restrictions |\n|---|---|---|---|---|---|\n",
            stem(file),
            link(file)
        );
        for Family { converter, keys } in converters.values() {
            let names = |kind| {
                let names = keys.iter().filter(|key| key.kind == kind);
                let names: Vec<String> = names.map(|key| format!("`{}`", key.name)).collect();
                names.join(", ")
            };
            let _ = writeln!(
                page,
                "| {} | {} | {} | {} | {} | {} |",
                cell(&converter.description()),
                names(KeyKind::Operator),
                names(KeyKind::Function),
                names(KeyKind::Module),
                cell(&converter.plugins().unwrap_or_default()),
                cell(&restrictions(converter)),
            );
        }
    }
    page
}

fn restrictions(converter: &Converter) -> String {
    match (converter.restriction(), converter.when) {
        (Some(restriction), _) => restriction,
        (None, Some(_)) => "declines some calls, with the reason".into(),
        (None, None) => String::new(),
    }
}

fn stem(file: &str) -> String {
    let stem = Path::new(file).file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

/// A link from the folder `docs`; a file outside the workspace has no place that all machines share.
fn link(file: &str) -> String {
    if Path::new(file).is_absolute() {
        String::new()
    } else {
        format!("[{file}](../{file})")
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_groups_converters_by_file_and_keys_by_kind() {
        static RELU: Converter = Converter {
            name: "relu",
            keys: &[],
            doc: "`max(x, 0)`, or x | 0.\n\nPlugin: Relu.\n\nRestriction: no\ncomplex numbers.",
            function: |_| Ok(()),
            when: None,
            module: "mine",
            file: "src/activation.rs",
            line: 7,
        };
        let keys = ["aten.relu.default", "torch.relu", "torch.nn.ReLU.forward"].map(Key::parse);
        let page = page(keys.iter().map(|key| (key, &RELU)));
        let row = "| `max(x, 0)`, or x \\| 0. | `aten.relu.default` | `torch.relu` | `torch.nn.ReLU` | Relu. | no complex numbers. |";
        assert!(page.contains(row), "{page}");
        assert!(
            page.contains("## activation\n\n[src/activation.rs](../src/activation.rs)"),
            "{page}"
        );
        assert!(page.contains("1 converters take 1 operators"), "{page}");
        assert!(!page.contains(":7"), "{page}");
    }
}
