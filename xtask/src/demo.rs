//! `cargo xtask demo`: from nothing to verified TensorRT engines, ending in a table.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use comfy_table::{CellAlignment, Table, presets};

use crate::export::export;
use crate::setup::{self, Component};
use crate::tool::{self, Bench, Converted, PyTorch, Seconds, Verified};
use crate::workspace::{output, python, root, target};

/// One model of each family.
const MODELS: [&str; 5] = [
    "resnet18",
    "squeezenet1_1",
    "mobilenet_v2",
    "densenet121",
    "googlenet",
];
/// GeForce RTX 30, 40 and 50.
const RTX_TARGETS: &str = "sm_86,sm_89,sm_120";

/// Export torchvision models, convert them for three GPU generations, verify them on a photograph, print a table
///
/// Example: cargo xtask demo --models resnet18,densenet121
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Options {
    /// Models of torchvision
    #[arg(long, value_delimiter = ',', default_values = MODELS)]
    models: Vec<String>,
}

/// Runs the command.
pub(crate) fn run(options: &Options) -> Result<()> {
    setup::ensure(&Component::TORCHVISION)?;
    let program = tool::build()?;
    let folder = target().join("demo");
    let photo = photo()?;
    let mut rows = Vec::new();
    let mut failed = Vec::new();
    for model in &options.models {
        let row = one_model(&program, model, &folder, &photo)
            .with_context(|| format!("model {model}"))?;
        if !row.verified.passed {
            failed.push(model.as_str());
        }
        rows.push(row);
    }
    print(&rows);
    if !failed.is_empty() {
        bail!(
            "outputs differ from PyTorch's by more than the tolerance: {}",
            failed.join(", ")
        );
    }
    println!(
        "\nAll outputs agree with PyTorch. The engines are in {}.",
        folder.display()
    );
    Ok(())
}

struct Row {
    model: String,
    converted: Converted,
    verified: Verified,
    pytorch: PyTorch,
    bench: Option<Bench>,
}

fn one_model(program: &Path, model: &str, folder: &Path, photo: &Path) -> Result<Row> {
    let file = |extension| folder.join(model).with_extension(extension);
    let (exported, engine) = (file("pt2"), file("engine"));
    if !exported.exists() {
        export(
            model,
            &exported,
            &["--image".into(), photo.display().to_string()],
        )?;
    }
    let cli = |args: &[&str]| {
        let mut command = Command::new(program);
        command.args(args).arg("--json").current_dir(root());
        command
    };
    let mut convert = cli(&["convert"]);
    convert.arg(&exported).arg("--output").arg(&engine);
    if setup::uses_tensorrt_rtx() {
        convert.args(["--target", RTX_TARGETS]);
    }
    let on_gpu = !setup::uses_tensorrt_rtx();
    let mut verify = cli(&["verify"]);
    verify.arg(&exported);
    if on_gpu {
        verify.arg("--engine").arg(&engine);
    }
    let mut pytorch = tool::pytorch(&python(), &exported);
    if on_gpu {
        pytorch.args(["--peers", "eager,graph"]);
    }
    Ok(Row {
        model: model.into(),
        converted: tool::json(&format!("{model}: converting"), &mut convert)?,
        verified: tool::json(&format!("{model}: verifying"), &mut verify)?,
        pytorch: tool::json(&format!("{model}: timing PyTorch"), &mut pytorch)?,
        bench: on_gpu
            .then(|| {
                tool::json(
                    &format!("{model}: timing TensorRT"),
                    cli(&["bench"]).arg(&engine),
                )
            })
            .transpose()?,
    })
}

/// The photograph of an astronaut that scikit-image ships.
fn photo() -> Result<PathBuf> {
    let find = "from importlib.util import find_spec; print(find_spec('skimage').submodule_search_locations[0])";
    let package = output(Command::new(python()).args(["-c", find]))?;
    Ok(Path::new(package.trim()).join("data/astronaut.png"))
}

fn print(rows: &[Row]) {
    let mut header = vec![
        "model",
        "operators",
        "layers",
        "conversion ms",
        "of torch.export.load",
        "build s",
        "plan MB",
        "relative error",
        "top-5",
    ];
    let on_gpu = rows.iter().any(|row| row.bench.is_some());
    if on_gpu {
        header.extend(["TensorRT fps", "PyTorch fps", "PyTorch graph fps"]);
    }
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_header(header);
    for row in rows {
        let Seconds {
            read,
            passes,
            network,
            build,
        } = row.converted.seconds;
        let ours = read + passes + network;
        let (error, top5) = (row.verified.error(), row.verified.top5());
        let mut cells = vec![
            row.model.clone(),
            row.converted.operators.values().sum::<usize>().to_string(),
            row.converted.layers.to_string(),
            format!("{:.0}", 1e3 * ours),
            format!("{:.1} %", 100.0 * ours / row.pytorch.seconds),
            format!("{build:.1}"),
            format!("{:.1}", row.converted.plan_bytes as f64 / 1e6),
            format!("{error:.1e}"),
            top5.map_or("-".into(), |share| format!("{:.0} %", 100.0 * share)),
        ];
        if on_gpu {
            let fps = |value: Option<f64>| value.map_or("-".into(), |value| format!("{value:.0}"));
            cells.push(fps(row
                .bench
                .as_ref()
                .map(|bench| bench.cuda_graph.throughput)));
            cells.extend([fps(row.pytorch.eager_fps), fps(row.pytorch.graph_fps)]);
        }
        table.add_row(cells);
    }
    table
        .column_iter_mut()
        .skip(1)
        .for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    if let Some(row) = rows.first() {
        println!(
            "\n{}, fp32; verified against PyTorch on a photograph and a second input:\n",
            row.converted.library
        );
    }
    println!("{table}");
}
