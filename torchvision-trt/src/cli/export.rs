//! `torchvision-trt export`

use std::path::PathBuf;

use anyhow::Result;

use super::python;

/// Export a model: writes M.pt2 and, with inputs and PyTorch's outputs, M.golden.safetensors
///
/// NAME is a model of torchvision, or pkg.module:callable for any importable function or class that returns a module.
/// Needs a Python with torch 2.11, torchvision and safetensors: PYTHON, what `cargo xtask setup` prepared, or python3.
///
/// Example: torchvision-trt export resnet18 --batch 1:8:16 --size 160:224:320,160:224:320 -o resnet18.pt2
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Options {
    /// Model of torchvision, or pkg.module:callable
    name: String,
    /// Trained weights (downloads them) or random ones of a fixed seed; without it torchvision's models get random ones,
    /// others keep theirs
    #[arg(long, value_parser = ["DEFAULT", "none"])]
    weights: Option<String>,
    /// Batch size, N or MIN:OPT:MAX [1]
    #[arg(long, value_name = "N|MIN:OPT:MAX")]
    batch: Option<String>,
    /// Height and width, each N or MIN:OPT:MAX [what the model was trained with]
    #[arg(long, value_name = "H,W")]
    size: Option<String>,
    /// A photograph to be the first golden input
    #[arg(long)]
    image: Option<PathBuf>,
    /// Detection models: what the network does with images before: nothing, normalize (they are given as 0 to 1), or resize (normalize
    /// and then to the size the model was trained with) [normalize]
    #[arg(long, value_parser = ["nothing", "normalize", "resize"])]
    prepare: Option<String>,
    /// Detection models: outputs of as many rows as there are detections, of one image, instead of padding and a count
    #[arg(long)]
    exact: bool,
    /// Seed of random weights and inputs [0]
    #[arg(long)]
    seed: Option<u64>,
    /// The .pt2 file to write
    #[arg(short, long)]
    output: PathBuf,
}

pub(super) fn run(options: &Options) -> Result<()> {
    let mut command = python::exporter();
    command
        .args(["export", &options.name])
        .arg("--output")
        .arg(&options.output);
    command.args(options.exact.then_some("--exact"));
    let texts = [
        ("--prepare", &options.prepare),
        ("--weights", &options.weights),
        ("--batch", &options.batch),
        ("--size", &options.size),
    ];
    for (flag, value) in texts {
        command.args(value.iter().flat_map(|value| [flag, value]));
    }
    if let Some(image) = &options.image {
        command.arg("--image").arg(image);
    }
    if let Some(seed) = options.seed {
        command.args(["--seed", &seed.to_string()]);
    }
    python::run(&mut command).map(drop)
}
