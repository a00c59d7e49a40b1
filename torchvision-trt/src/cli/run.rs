//! `torchvision-trt run`

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use half::{bf16, f16};
use safetensors::tensor::TensorView as FileView;
use serde::Serialize;
use trt::DataType;

use super::input;
use super::parse::format_shape;
use super::progress::Spinner;
use crate::image;
use crate::module::{Element, TensorSpec, TensorView, TrtModule};
use crate::pipeline::ConvertOptions;

/// Run an engine (or a program, built first) on the GPU: on a photograph, or on tensors in a file
///
/// A photograph is prepared as torchvision does for classification; the best classes are printed with their share.
/// A file's inputs are named as the program's, and its outputs by their path in the output tree.
///
/// Example: torchvision-trt run resnet18.engine --image photo.jpg --topk 5
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Options {
    /// The .engine or .pt2 file
    model: PathBuf,
    /// A JPEG or PNG file
    #[arg(long, required_unless_present = "input", conflicts_with_all = ["input", "output"])]
    image: Option<PathBuf>,
    /// How many classes to print
    #[arg(long, default_value_t = 5)]
    topk: usize,
    /// A safetensors file with the inputs
    #[arg(long, requires = "output")]
    input: Option<PathBuf>,
    /// The safetensors file to write
    #[arg(long, requires = "input")]
    output: Option<PathBuf>,
    /// Print classes as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, PartialEq, Serialize)]
struct Class {
    class: usize,
    score: f32,
    /// Share after softmax.
    probability: f32,
}

pub(super) fn run(options: &Options) -> Result<()> {
    let module = load(&options.model)?;
    match (&options.image, &options.input, &options.output) {
        (Some(image), ..) => classify(&module, image, options),
        (_, Some(input), Some(output)) => run_file(&module, input, output),
        _ => bail!("give --image, or --input and --output"),
    }
}

fn load(path: &Path) -> Result<TrtModule> {
    let context = || path.display().to_string();
    if path.extension().is_none_or(|extension| extension != "pt2") {
        return TrtModule::open(path).with_context(context);
    }
    let library = trt::Library::load()?;
    let runtime = trt::Runtime::new(&library)?;
    let _spinner = Spinner::new("building the engine");
    let converted = ConvertOptions::new().convert(&library, path).with_context(context)?;
    TrtModule::from_plan(&runtime, &converted.plan, Some(converted.metadata)).with_context(context)
}

fn run_file(module: &TrtModule, input: &Path, output: &Path) -> Result<()> {
    let bytes = fs::read(input).with_context(|| format!("cannot read {}", input.display()))?;
    let mut session = module.session()?;
    let outputs = input::run(&mut session, &input::read(input, &bytes)?)?;
    let views = outputs
        .iter()
        .map(|(name, view)| Ok((name, input::to_file_view(&view)?)))
        .collect::<Result<Vec<(&str, FileView<'_>)>>>()?;
    let content = safetensors::serialize(views, None)?;
    write_by_rename(output, &content).with_context(|| format!("cannot write {}", output.display()))
}

fn write_by_rename(path: &Path, content: &[u8]) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

fn classify(module: &TrtModule, path: &Path, options: &Options) -> Result<()> {
    let [spec] = module.inputs() else {
        bail!("a photograph needs a model with one input, this one has {}; use --input", module.inputs().len());
    };
    let shape = image_shape(spec)?;
    let pixels = image::load_normalized(path, shape[2] as usize, shape[3] as usize)?;
    let pixels = pixels.repeat(shape[0] as usize);
    let bytes = to_bytes(spec.dtype, &pixels).with_context(|| {
        format!("input `{}` is {}, a photograph needs a floating-point one", spec.path, spec.dtype.name())
    })?;
    let mut session = module.session()?;
    let view = TensorView::from_bytes(spec.dtype, &bytes, &shape)?;
    let outputs = session.run(&[(&spec.path, view)])?;
    let (name, scores) = outputs.iter().next().context("the engine has no output")?;
    let scores = to_floats(&scores).with_context(|| format!("output `{name}` has no scores"))?;
    let classes = best(&scores[..scores.len() / shape[0] as usize], options.topk);
    if options.json {
        return super::print_json(&classes);
    }
    for Class { class, score, probability } in classes {
        outln!("class {class:4}  {:6.2} %  score {score:.3}", 100.0 * probability);
    }
    Ok(())
}

/// The shape to run with: batch 1 where it is free, else what the engine is tuned for.
fn image_shape(spec: &TensorSpec) -> Result<[i64; 4]> {
    let profile = spec.profiles.first();
    let shape = profile.map_or(spec.shape, |profile| profile.opt);
    let Ok([batch, 3, height, width]) = <[i64; 4]>::try_from(&shape[..]) else {
        bail!("input `{}` is {}, a photograph needs Nx3xHxW; use --input", spec.path, format_shape(&shape));
    };
    let smallest = profile.map_or(batch, |profile| profile.min[0]);
    Ok([smallest, 3, height, width])
}

fn to_bytes(dtype: DataType, values: &[f32]) -> Option<Vec<u8>> {
    Some(match dtype {
        DataType::Float => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
        DataType::Half => values.iter().flat_map(|&value| f16::from_f32(value).to_le_bytes()).collect(),
        DataType::BFloat16 => values.iter().flat_map(|&value| bf16::from_f32(value).to_le_bytes()).collect(),
        _ => return None,
    })
}

fn to_floats(view: &TensorView<'_>) -> Option<Vec<f32>> {
    fn read<T: Element + bytemuck::AnyBitPattern>(view: &TensorView<'_>, to: fn(T) -> f32) -> Option<Vec<f32>> {
        Some(view.to_slice::<T>().ok()?.iter().map(|&value| to(value)).collect())
    }
    match view.dtype() {
        DataType::Float => read(view, |value: f32| value),
        DataType::Half => read(view, f16::to_f32),
        DataType::BFloat16 => read(view, bf16::to_f32),
        _ => None,
    }
}

fn best(scores: &[f32], count: usize) -> Vec<Class> {
    let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let total: f32 = scores.iter().map(|score| (score - largest).exp()).sum();
    let mut classes: Vec<usize> = (0..scores.len()).collect();
    classes.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let classes = classes.into_iter().take(count);
    classes
        .map(|class| Class { class, score: scores[class], probability: (scores[class] - largest).exp() / total })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_classes_come_first_and_shares_sum_to_one() {
        let classes = best(&[0.0, 2.0, 1.0], 2);
        assert_eq!(classes.iter().map(|class| class.class).collect::<Vec<_>>(), [1, 2]);
        let all: f32 = best(&[0.0, 2.0, 1.0], 9).iter().map(|class| class.probability).sum();
        assert!((all - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_failed_write_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert!(write_by_rename(&folder.path().join("missing/y.safetensors"), b"x").is_err());
        let occupied = folder.path().join("folder");
        fs::create_dir(&occupied).unwrap();
        assert!(write_by_rename(&occupied, b"x").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
