//! Shows as colors where everything moves between two frames.

mod vision;

use std::f32::consts::PI;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use image::{Rgb, RgbImage};
use vision::annotate::Grid;
use vision::{model, picture};

/// Show as colors where everything moves between two frames
///
/// The color tells the direction (right is red, down is yellow, left is cyan, up is violet), its strength how far. MODEL is an
/// engine, or a .pt2, which is built first or, without a GPU, computed on the CPU (--features tch).
///
/// Example: cargo run --release --example flow -- raft.engine first.png second.png -o flow.png
#[derive(Parser)]
#[command(verbatim_doc_comment)]
struct Options {
    /// An engine of an optical flow model, or its .pt2
    model: PathBuf,
    /// The earlier frame, JPEG or PNG
    first: PathBuf,
    /// The later frame, of the same size
    second: PathBuf,
    /// The distance in pixels that gets full colors [the largest of the picture]
    #[arg(long)]
    full: Option<f32>,
    /// The picture to write
    #[arg(short, long, default_value = "flow.png")]
    output: PathBuf,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let frames = [
        picture::open(&options.first)?,
        picture::open(&options.second)?,
    ];
    let size = frames[0].dimensions();
    ensure!(
        size == frames[1].dimensions(),
        "the frames differ in size: {size:?} and {:?}",
        frames[1].dimensions()
    );
    let outputs = model::with_model(&options.model, |mut model| {
        let inputs = (model.inputs.iter().zip(&frames))
            .map(|(input, frame)| picture::tensor(frame, input, &model.preset))
            .collect::<Result<Vec<_>>>()?;
        model.run(&inputs)
    })?;
    // RAFT refines its first guess again and again, and gives all of them.
    let flow = outputs.last().context("the model has no output")?;
    let &[1, 2, height, width] = &flow.shape[..] else {
        bail!(
            "output `{}` is {:?}, expected [1, 2, H, W]",
            flow.name,
            flow.shape
        );
    };
    let mut drawn = RgbImage::new(size.0, size.1);
    let grid = Grid::new(&drawn, width, height);
    let at = |x, y| {
        let index = grid.index(x, y);
        grid.on_picture([
            flow.data[index],
            flow.data[(height * width) as usize + index],
        ])
    };
    let distance = |[across, down]: [f32; 2]| across.hypot(down);
    let largest = (drawn.enumerate_pixels())
        .map(|(x, y, _)| distance(at(x, y)))
        .fold(0.0, f32::max);
    let full = options.full.unwrap_or(largest).max(f32::MIN_POSITIVE);
    let wheel = color_wheel();
    for (x, y, pixel) in drawn.enumerate_pixels_mut() {
        *pixel = color(&wheel, at(x, y).map(|part| part / full));
    }
    picture::save(&drawn, &options.output)?;
    println!("the largest displacement is {largest:.1} pixels");
    println!("{}", options.output.display());
    Ok(())
}

/// The color wheel of Baker et al., "A Database and Evaluation Methodology for Optical Flow" (2007): from one pure color to the next
/// in as many steps as people tell apart there.
fn color_wheel() -> Vec<[f32; 3]> {
    const RED: [f32; 3] = [1.0, 0.0, 0.0];
    const YELLOW: [f32; 3] = [1.0, 1.0, 0.0];
    const GREEN: [f32; 3] = [0.0, 1.0, 0.0];
    const CYAN: [f32; 3] = [0.0, 1.0, 1.0];
    const BLUE: [f32; 3] = [0.0, 0.0, 1.0];
    const MAGENTA: [f32; 3] = [1.0, 0.0, 1.0];
    let ways = [
        (RED, YELLOW, 15),
        (YELLOW, GREEN, 6),
        (GREEN, CYAN, 4),
        (CYAN, BLUE, 11),
        (BLUE, MAGENTA, 13),
        (MAGENTA, RED, 6),
    ];
    let steps = |(from, to, count)| {
        (0..count).map(move |step| between(from, to, step as f32 / count as f32))
    };
    ways.into_iter().flat_map(steps).collect()
}

fn between(from: [f32; 3], to: [f32; 3], part: f32) -> [f32; 3] {
    std::array::from_fn(|channel| from[channel] * (1.0 - part) + to[channel] * part)
}

/// The color of a displacement whose length is 1 where colors are full: white for none, dark beyond.
fn color(wheel: &[[f32; 3]], [across, down]: [f32; 2]) -> Rgb<u8> {
    let length = across.hypot(down);
    let turn = ((-down).atan2(-across) / PI + 1.0) / 2.0;
    let place = turn * (wheel.len() - 1) as f32;
    let (step, part) = (place as usize, place.fract());
    let pure = between(wheel[step], wheel[(step + 1) % wheel.len()], part);
    Rgb(pure.map(|value| {
        let value = if length <= 1.0 {
            1.0 - length * (1.0 - value)
        } else {
            0.75 * value
        };
        (255.0 * value) as u8
    }))
}
