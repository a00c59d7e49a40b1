//! Colors a photograph by what its pixels belong to.

mod vision;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use vision::{annotate, model, picture};

/// Color a photograph by what its pixels belong to
///
/// MODEL is an engine, or a .pt2, which is built first or, without a GPU, computed on the CPU (--features tch).
///
/// Example: cargo run --release --example segment -- deeplabv3.engine photo.jpg -o segments.png
#[derive(Parser)]
#[command(verbatim_doc_comment)]
struct Options {
    /// An engine of a segmentation model, or its .pt2
    model: PathBuf,
    /// A JPEG or PNG file
    photograph: PathBuf,
    /// How much of the photograph the colors cover, 0 to 1
    #[arg(long, default_value_t = 0.6)]
    opacity: f32,
    /// The picture to write
    #[arg(short, long, default_value = "segments.png")]
    output: PathBuf,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let mut photograph = picture::open(&options.photograph)?;
    model::with_model(&options.model, |mut model| {
        let pixels = picture::tensor(&photograph, &model.input()?, &model.preset)?;
        let outputs = model.run(&[pixels])?;
        let scores = outputs.first().context("the model has no output")?; // a second one is for training
        let (preset, opacity) = (&model.preset, options.opacity);
        for line in annotate::segmentation(&mut photograph, scores, preset, opacity)? {
            println!("{line}");
        }
        Ok(())
    })?;
    picture::save(&photograph, &options.output)?;
    println!("{}", options.output.display());
    Ok(())
}
