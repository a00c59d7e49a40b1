//! The drawings of `torchvision-trt inspect`.

use std::path::Path;

use anyhow::{Context, Result};

use crate::draw::{self, View};
use crate::passes::Precision;
use crate::pipeline::{ConvertOptions, Error};

/// Writes the graph for Graphviz.
pub(super) fn dot(file: &Path, program: &Path, graph: &View) -> Result<()> {
    write(file, &draw::dot(&title(program), graph))
}

/// Writes a page with the graph and the network.
pub(super) fn html(file: &Path, program: &Path, graph: View, precision: Precision) -> Result<()> {
    let network = network(program, &graph, precision);
    write(file, &draw::html(&title(program), &[graph, network])?)
}

/// The network, or a view with nothing but the reason why there is none.
fn network(program: &Path, graph: &View, precision: Precision) -> View {
    let drawn = || -> Result<View, Error> {
        let library = trt::Library::load()?;
        let options = ConvertOptions::new().precision(precision);
        options.with_network(&library, program, |network| {
            Ok(View::of_network(network, graph)?)
        })
    };
    drawn()
        .map_err(anyhow::Error::from)
        .unwrap_or_else(|error| View {
            name: "network".into(),
            note: format!("There is no network to show: {}", super::message(&error)),
            ..View::default()
        })
}

fn title(program: &Path) -> String {
    program
        .file_name()
        .unwrap_or(program.as_os_str())
        .to_string_lossy()
        .into_owned()
}

fn write(file: &Path, text: &str) -> Result<()> {
    trt::write_by_rename(file, text.as_bytes())
        .with_context(|| format!("cannot write {}", file.display()))
}
