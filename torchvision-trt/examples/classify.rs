//! Names what a photograph shows.

mod vision;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use torchvision_trt::image::load_normalized;
use vision::{annotate, model};

/// Name what a photograph shows: the best classes with their share
///
/// MODEL is an engine, or a .pt2, which is built first or, without a GPU, computed on the CPU (--features tch). The photograph is
/// prepared as torchvision does it: resized, and its middle cropped.
///
/// Example: cargo run --release --example classify -- resnet50.engine photo.jpg
#[derive(Parser)]
#[command(verbatim_doc_comment)]
struct Options {
    /// An engine of a classification model, or its .pt2
    model: PathBuf,
    /// A JPEG or PNG file
    photograph: PathBuf,
    /// How many classes to print
    #[arg(long, default_value_t = 5)]
    topk: usize,
}

fn main() -> Result<()> {
    let options = Options::parse();
    model::with_model(&options.model, |mut model| {
        let input = model.input()?;
        let shape = input.shape_for(&[1, 3, 224, 224])?;
        let (height, width) = (shape[2] as usize, shape[3] as usize);
        let pixels = model::Tensor {
            data: load_normalized(&options.photograph, height, width, &model.preset)?,
            name: input.name,
            shape,
        };
        let outputs = model.run(&[pixels])?;
        let scores = outputs.first().context("the model has no output")?;
        for line in annotate::best_classes(scores, &model.preset, options.topk)? {
            println!("{line}");
        }
        Ok(())
    })
}
