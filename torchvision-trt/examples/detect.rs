//! Detects objects in a photograph and draws boxes, names, masks and keypoints.

mod vision;

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use vision::{annotate, model, picture};

/// Detect objects in a photograph; draw boxes, names, masks and keypoints
///
/// MODEL is an engine, or a .pt2, which is built first or, without a GPU, computed on the CPU (--features tch).
///
/// Example: cargo run --release --example detect -- maskrcnn.engine photo.jpg -o detections.png
#[derive(Parser)]
#[command(verbatim_doc_comment)]
struct Options {
    /// An engine of a detection model, or its .pt2
    model: PathBuf,
    /// A JPEG or PNG file
    photograph: PathBuf,
    /// Lowest score that is drawn
    #[arg(long, default_value_t = 0.5)]
    score: f32,
    /// The picture to write
    #[arg(short, long, default_value = "detections.png")]
    output: PathBuf,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let mut photograph = picture::open(&options.photograph)?;
    model::with_model(&options.model, |mut model| {
        let pixels = picture::tensor(&photograph, &model.input()?, &model.preset)?;
        let size = [pixels.shape[2], pixels.shape[3]];
        let outputs = model.run(&[pixels])?;
        let (preset, score) = (&model.preset, options.score);
        for line in annotate::detections(&mut photograph, &outputs, size, preset, score)? {
            println!("{line}");
        }
        Ok(())
    })?;
    picture::save(&photograph, &options.output)?;
    println!("{}", options.output.display());
    Ok(())
}
