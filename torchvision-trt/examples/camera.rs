//! Shows what a model finds in the frames of a camera or a video, as they come.

mod vision;

use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Parser;
use image::codecs::pnm::PnmDecoder;
use image::{DynamicImage, RgbImage};
use vision::{annotate, draw, model, picture};

/// Show what a model finds in the frames of a camera or a video, as they come, with the frames per second
///
/// Frames are PPM pictures on standard input and output, one behind the other, which ffmpeg makes of any camera or video file and
/// ffplay shows. FRAMES may also be a folder of pictures, and --output another to write them to. MODEL classifies, segments or
/// detects; it is an engine, or a .pt2, which is built first or, without a GPU, computed on the CPU (--features tch).
///
/// Example: ffmpeg -i /dev/video0 -f image2pipe -c:v ppm - | cargo run --release --example camera -- ssdlite.engine - | ffplay -
#[derive(Parser)]
#[command(verbatim_doc_comment)]
struct Options {
    /// An engine of a classification, segmentation or detection model, or its .pt2
    model: PathBuf,
    /// A folder of JPEG or PNG files, or - for standard input
    frames: PathBuf,
    /// The folder to write the frames to [standard output]
    #[arg(short, long)]
    output: Option<PathBuf>,
}

fn main() -> Result<()> {
    let options = Options::parse();
    if options.output.is_none() && io::stdout().is_terminal() {
        bail!("pipe the output into `ffplay -`, or name a folder with --output");
    }
    if let Some(folder) = &options.output {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let start = Instant::now();
    let mut count = 0;
    model::with_model(&options.model, |mut model| {
        let input = model.input()?;
        let mut clock = Clock::start();
        for frame in frames(&options.frames)? {
            let mut frame = frame?;
            let pixels = picture::tensor(&frame, &input, &model.preset)?;
            let size = [pixels.shape[2], pixels.shape[3]];
            let outputs = model.run(&[pixels])?;
            let mut lines = annotate::any(&mut frame, &outputs, size, &model.preset)?;
            lines.insert(0, format!("{:.1} FPS", clock.tick()));
            draw::lines(&mut frame, &lines);
            match &options.output {
                Some(folder) => picture::save(&frame, &folder.join(format!("{count:05}.png")))?,
                None => write_ppm(&frame, io::stdout().lock())?,
            }
            count += 1;
        }
        Ok(())
    })?;
    let rate = f64::from(count) / start.elapsed().as_secs_f64();
    eprintln!("{count} frames, {rate:.1} a second");
    Ok(())
}

type Frames = Box<dyn Iterator<Item = Result<RgbImage>>>;

fn frames(source: &Path) -> Result<Frames> {
    if source != Path::new("-") {
        let files = picture::files(source)?;
        return Ok(Box::new(files.into_iter().map(|file| picture::open(&file))));
    }
    let mut stream = BufReader::with_capacity(1 << 20, io::stdin());
    Ok(Box::new(std::iter::from_fn(move || {
        read_ppm(&mut stream).transpose()
    })))
}

/// The next picture of a stream; none at its end.
fn read_ppm(stream: &mut impl BufRead) -> Result<Option<RgbImage>> {
    if stream.fill_buf()?.is_empty() {
        return Ok(None);
    }
    let frame = PnmDecoder::new(stream).and_then(DynamicImage::from_decoder);
    let frame = frame.context("standard input is no sequence of PPM pictures")?;
    Ok(Some(frame.into_rgb8()))
}

fn write_ppm(frame: &RgbImage, mut to: impl Write) -> Result<()> {
    write!(to, "P6\n{} {}\n255\n", frame.width(), frame.height())?;
    to.write_all(frame.as_raw())?;
    Ok(to.flush()?)
}

/// Frames per second, averaged over the last ten or so.
struct Clock {
    last: Instant,
    seconds: Option<f64>,
}

impl Clock {
    fn start() -> Self {
        Self {
            last: Instant::now(),
            seconds: None,
        }
    }

    /// A frame is done.
    fn tick(&mut self) -> f64 {
        let now = Instant::now();
        let latest = (now - self.last).as_secs_f64();
        let mean = self
            .seconds
            .map_or(latest, |mean| 0.9 * mean + 0.1 * latest);
        (self.last, self.seconds) = (now, Some(mean));
        1.0 / mean
    }
}
