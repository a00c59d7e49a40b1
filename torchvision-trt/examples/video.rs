//! Names what happens in a video.

mod vision;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use torchvision_trt::image::load_normalized;
use vision::{annotate, model, picture};

/// Frames, height and width where the model leaves them free.
const CLIP: [i64; 3] = [16, 112, 112];

/// Name what happens in a video: the best classes with their share
///
/// FRAMES is a folder of pictures, ordered by name, of which as many as the model takes are chosen at equal distances; `ffmpeg -i
/// video.mp4 -vf fps=15 frames/%05d.png` makes one. MODEL is an engine, or a .pt2, which is built first or, without a GPU, computed
/// on the CPU (--features tch).
///
/// Example: cargo run --release --example video -- r3d_18.engine frames
#[derive(Parser)]
#[command(verbatim_doc_comment)]
struct Options {
    /// An engine of a video classification model, or its .pt2
    model: PathBuf,
    /// A folder of JPEG or PNG files
    frames: PathBuf,
    /// How many classes to print
    #[arg(long, default_value_t = 5)]
    topk: usize,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let files = picture::files(&options.frames)?;
    model::with_model(&options.model, |mut model| {
        let input = model.input()?;
        let shape = input.shape_for(&[&[1, 3], &CLIP[..]].concat())?;
        let [count, height, width] = [2, 3, 4].map(|axis| shape[axis] as usize);
        let frames = (0..count)
            .map(|frame| &files[frame * files.len() / count])
            .map(|file| Ok(load_normalized(file, height, width, &model.preset)?))
            .collect::<Result<Vec<_>>>()?;
        // Each frame has its channels one behind the other; the clip has the frames of each channel.
        let channel = |channel: usize| {
            let size = height * width;
            (frames.iter()).flat_map(move |frame| &frame[channel * size..][..size])
        };
        let clip = model::Tensor {
            data: (0..3).flat_map(channel).copied().collect(),
            name: input.name,
            shape,
        };
        let outputs = model.run(&[clip])?;
        let scores = outputs.first().context("the model has no output")?;
        for line in annotate::best_classes(scores, &model.preset, options.topk)? {
            println!("{line}");
        }
        Ok(())
    })
}
