//! Detects objects in a photograph and draws boxes, masks and keypoints.
//!
//! ```sh
//! torchvision-trt export maskrcnn_resnet50_fpn --weights DEFAULT --size 480,640 -o maskrcnn.pt2
//! torchvision-trt convert maskrcnn.pt2 -o maskrcnn.engine
//! cargo run --example detect -- maskrcnn.engine photo.jpg -o found.png
//! ```
//!
//! With `--features tch` it takes `maskrcnn.pt2` as well, and computes the network on the CPU.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Parser;
use image::imageops::FilterType;
use image::{Rgb, RgbImage};
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use torchvision_trt::module::TrtModule;

/// Detect objects in a photograph; draw boxes, masks and keypoints
#[derive(Parser)]
struct Options {
    /// An engine of a detection model, or with feature tch its .pt2 file
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

const MAX_SIZE: i64 = 1 << 15;

/// Outputs of one image by name.
type Outputs = BTreeMap<String, Vec<f32>>;

fn main() -> Result<()> {
    let options = Options::parse();
    let photograph = image::open(&options.photograph)
        .with_context(|| options.photograph.display().to_string())?
        .to_rgb8();
    let (mut picture, outputs) = match options.model.extension().and_then(|e| e.to_str()) {
        Some("pt2") => on_cpu(&options.model, &photograph)?,
        _ => on_gpu(&options.model, &photograph)?,
    };
    let output = |name: &str| outputs.get(name).map(Vec::as_slice);
    let (Some(boxes), Some(labels), Some(scores)) =
        (output("boxes"), output("labels"), output("scores"))
    else {
        bail!(
            "the model has no outputs `boxes`, `labels` and `scores`: it is not one of detection"
        );
    };
    let pixels = (picture.width() * picture.height()) as usize;
    for (row, &score) in scores.iter().enumerate() {
        if score < options.score {
            break; // best first
        }
        let label = labels[row];
        let color = color_of(label as u32);
        if let Some(mask) = output("masks") {
            blend(&mut picture, &mask[row * pixels..][..pixels], color);
        }
        let corners = &boxes[4 * row..][..4];
        outline(&mut picture, corners, color);
        let points = output("keypoints").map_or(0, |all| all.len() / scores.len());
        for point in
            output("keypoints").unwrap_or_default()[row * points..][..points].chunks_exact(3)
        {
            dot(&mut picture, point[0], point[1]);
        }
        println!("class {label:3}  score {score:.3}  {corners:.1?}");
    }
    picture.save(&options.output)?;
    println!("{}", options.output.display());
    Ok(())
}

/// The photograph in the size that the model takes, and its pixels from 0 to 1 by channel.
fn prepare(photograph: &RgbImage, shape: &[i64]) -> Result<(RgbImage, Vec<f32>)> {
    let &[_, 3, height @ 1..=MAX_SIZE, width @ 1..=MAX_SIZE] = shape else {
        bail!("the model takes {shape:?}, not images of one size");
    };
    let picture = image::imageops::resize(
        photograph,
        width as u32,
        height as u32,
        FilterType::Triangle,
    );
    let channel = |c: usize| {
        picture
            .pixels()
            .map(move |pixel| f32::from(pixel.0[c]) / 255.0)
    };
    let pixels = (0..3).flat_map(channel).collect();
    Ok((picture, pixels))
}

fn on_gpu(model: &Path, photograph: &RgbImage) -> Result<(RgbImage, Outputs)> {
    let module = TrtModule::open(model)?;
    let input = module.inputs().first().context("the engine has no input")?;
    let (picture, pixels) = prepare(photograph, &input.shape)?;
    let shape = vec![1, 3, picture.height() as usize, picture.width() as usize];
    let view = TensorView::new(Dtype::F32, shape, bytemuck::cast_slice(&pixels))?;
    let mut session = module.session()?;
    let results = session.run_safetensors(&BTreeMap::from([(input.name.clone(), view)]))?;
    let outputs = (results.to_safetensors()?.iter())
        .map(|(name, view)| (name.clone(), floats(view)))
        .collect();
    Ok((picture, outputs))
}

fn floats(view: &TensorView<'_>) -> Vec<f32> {
    let data = view.data();
    match view.dtype() {
        Dtype::I64 => data
            .chunks_exact(8)
            .map(|b| bytemuck::pod_read_unaligned::<i64>(b) as f32)
            .collect(),
        Dtype::I32 => data
            .chunks_exact(4)
            .map(|b| bytemuck::pod_read_unaligned::<i32>(b) as f32)
            .collect(),
        _ => data
            .chunks_exact(4)
            .map(bytemuck::pod_read_unaligned)
            .collect(),
    }
}

#[cfg(feature = "tch")]
fn on_cpu(model: &Path, photograph: &RgbImage) -> Result<(RgbImage, Outputs)> {
    use tch::{Kind, Tensor};
    use torchvision_trt::{ConvertOptions, interpreter};

    let library = trt::Library::load()?;
    ConvertOptions::new().with_network(&library, model, |network| {
        let input = network
            .inputs()
            .next()
            .context("the network has no input")?;
        let (picture, pixels) = prepare(photograph, input.dims()?.as_ref())?;
        let shape = [
            1,
            3,
            i64::from(picture.height()),
            i64::from(picture.width()),
        ];
        let tensor = Tensor::from_slice(&pixels).reshape(shape);
        let results = interpreter::run(network, &BTreeMap::from([(input.name(), tensor)]))?;
        let outputs = (results.into_iter())
            .map(|(name, tensor)| {
                Ok((name, tensor.to_kind(Kind::Float).flatten(0, -1).try_into()?))
            })
            .collect::<Result<_>>()?;
        Ok((picture, outputs))
    })
}

#[cfg(not(feature = "tch"))]
fn on_cpu(_: &Path, _: &RgbImage) -> Result<(RgbImage, Outputs)> {
    bail!("computing a .pt2 on the CPU needs `--features tch`; without it, give an engine")
}

/// A color that differs from those of the neighbouring classes.
fn color_of(label: u32) -> Rgb<u8> {
    let hue = label.wrapping_mul(2_654_435_761);
    Rgb([hue, hue >> 8, hue >> 16].map(|bits| 64 + (bits & 0xff) as u8 / 4 * 3))
}

fn blend(picture: &mut RgbImage, mask: &[f32], color: Rgb<u8>) {
    for (pixel, _) in picture
        .pixels_mut()
        .zip(mask)
        .filter(|(_, inside)| **inside > 0.5)
    {
        for (value, new) in pixel.0.iter_mut().zip(color.0) {
            *value = *value / 2 + new / 2;
        }
    }
}

fn outline(picture: &mut RgbImage, corners: &[f32], color: Rgb<u8>) {
    let limit = |value: f32, size: u32| (value.max(0.0) as u32).min(size - 1);
    let (width, height) = picture.dimensions();
    let [left, right] = [corners[0], corners[2]].map(|x| limit(x, width));
    let [top, bottom] = [corners[1], corners[3]].map(|y| limit(y, height));
    for x in left..=right {
        picture.put_pixel(x, top, color);
        picture.put_pixel(x, bottom, color);
    }
    for y in top..=bottom {
        picture.put_pixel(left, y, color);
        picture.put_pixel(right, y, color);
    }
}

fn dot(picture: &mut RgbImage, x: f32, y: f32) {
    for (dx, dy) in [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)] {
        let (x, y) = (x as i64 + dx, y as i64 + dy);
        if (0..i64::from(picture.width())).contains(&x)
            && (0..i64::from(picture.height())).contains(&y)
        {
            picture.put_pixel(x as u32, y as u32, Rgb([255, 255, 0]));
        }
    }
}
