//! `torchvision-trt run`

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use half::{bf16, f16};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::Serialize;

use super::model::{Input, Model, Output};
use super::parse::format_shape;
use crate::image::{self, Preset};

/// Run an engine, or a program, on a photograph or on tensors in a file
///
/// A photograph is prepared as torchvision does for classification; the best classes are printed with their share.
/// A file's inputs are named as the program's, and its outputs by their path in the output tree. A program is built
/// first; without a GPU its network is computed on the CPU.
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
    /// What the model's preset calls it.
    name: String,
    score: f32,
    /// Share after softmax.
    probability: f32,
}

pub(super) fn run(options: &Options) -> Result<()> {
    let model = Model::open(&options.model)?;
    match (&options.image, &options.input, &options.output) {
        (Some(image), ..) => classify(&model, image, options),
        (_, Some(input), Some(output)) => run_file(&model, input, output),
        _ => bail!("give --image, or --input and --output"),
    }
}

fn run_file(model: &Model, input: &Path, output: &Path) -> Result<()> {
    let bytes = fs::read(input).with_context(|| format!("cannot read {}", input.display()))?;
    let outputs = model.run(&read(input, &bytes)?)?;
    let views = outputs
        .iter()
        .map(|output| Ok((&output.name, output.view()?)))
        .collect::<Result<Vec<_>>>()?;
    let content = safetensors::serialize(views, None)?;
    trt::write_by_rename(output, &content)
        .with_context(|| format!("cannot write {}", output.display()))
}

/// All tensors of a safetensors file.
pub(super) fn read<'f>(path: &Path, bytes: &'f [u8]) -> Result<BTreeMap<String, TensorView<'f>>> {
    let file = SafeTensors::deserialize(bytes)
        .with_context(|| format!("{} is not a valid safetensors file", path.display()))?;
    Ok(file.tensors().into_iter().collect())
}

fn classify(model: &Model, path: &Path, options: &Options) -> Result<()> {
    let (inputs, preset) = (model.inputs()?, model.preset()?);
    let (input, shape, bytes) = photograph(&inputs, path, &preset)?;
    let frames = shape[0];
    let view = TensorView::new(input.dtype, shape, &bytes)?;
    let outputs = model.run(&BTreeMap::from([(input.name.clone(), view)]))?;
    let output = outputs.first().context("the model has no output")?;
    let scores =
        to_floats(output).with_context(|| format!("output `{}` has no scores", output.name))?;
    let classes = best(
        &scores[..scores.len() / frames.max(1)],
        options.topk,
        &preset,
    );
    if options.json {
        return super::print_json(&classes);
    }
    for Class {
        class,
        name,
        score,
        probability,
    } in classes
    {
        outln!(
            "class {class:4}  {:6.2} %  score {score:.3}  {}",
            100.0 * probability,
            if preset.categories.is_empty() {
                ""
            } else {
                &name
            }
        );
    }
    Ok(())
}

/// A photograph as a model takes it: the only input, its shape and its elements. Where the model takes several photographs, each is
/// the same.
pub(super) fn photograph<'i>(
    inputs: &'i [Input],
    path: &Path,
    preset: &Preset,
) -> Result<(&'i Input, Vec<usize>, Vec<u8>)> {
    let [input] = inputs else {
        bail!(
            "a photograph needs a model with one input, this one has {}; give tensors in a file",
            inputs.len()
        );
    };
    let Some([frames, 3, height, width]) = image_shape(&input.shape) else {
        let shape = format_shape(&input.shape);
        bail!(
            "input `{}` is {shape}, a photograph needs Nx3xHxW; give tensors in a file",
            input.name
        );
    };
    let pixels = image::load_normalized(path, height, width, preset)?.repeat(frames);
    let bytes = to_bytes(input.dtype, &pixels).with_context(|| {
        format!(
            "input `{}` is {:?}, a photograph needs a floating-point one",
            input.name, input.dtype
        )
    })?;
    Ok((input, vec![frames, 3, height, width], bytes))
}

/// The shape to run with: one frame where the batch is free, 224 where height and width are.
fn image_shape(shape: &[i64]) -> Option<[usize; 4]> {
    let shape = <[i64; 4]>::try_from(shape).ok()?;
    let free = [1, 3, 224, 224];
    Some(std::array::from_fn(|axis| {
        usize::try_from(shape[axis]).unwrap_or(free[axis])
    }))
}

fn to_bytes(dtype: Dtype, values: &[f32]) -> Option<Vec<u8>> {
    Some(match dtype {
        Dtype::F32 => values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect(),
        Dtype::F16 => values
            .iter()
            .flat_map(|&value| f16::from_f32(value).to_le_bytes())
            .collect(),
        Dtype::BF16 => values
            .iter()
            .flat_map(|&value| bf16::from_f32(value).to_le_bytes())
            .collect(),
        _ => return None,
    })
}

fn to_floats(output: &Output) -> Option<Vec<f32>> {
    let halves = || output.data.as_chunks::<2>().0.iter().copied();
    Some(match output.dtype {
        Dtype::F32 => output
            .data
            .as_chunks::<4>()
            .0
            .iter()
            .map(|&bytes| f32::from_le_bytes(bytes))
            .collect(),
        Dtype::F16 => halves()
            .map(|bytes| f16::from_le_bytes(bytes).to_f32())
            .collect(),
        Dtype::BF16 => halves()
            .map(|bytes| bf16::from_le_bytes(bytes).to_f32())
            .collect(),
        _ => return None,
    })
}

fn best(scores: &[f32], count: usize, preset: &Preset) -> Vec<Class> {
    let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let total: f32 = scores.iter().map(|score| (score - largest).exp()).sum();
    let mut classes: Vec<usize> = (0..scores.len()).collect();
    classes.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let classes = classes.into_iter().take(count);
    classes
        .map(|class| Class {
            class,
            name: preset.category(class),
            score: scores[class],
            probability: (scores[class] - largest).exp() / total,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_classes_come_first_and_shares_sum_to_one() {
        let preset = Preset::default();
        let classes = best(&[0.0, 2.0, 1.0], 2, &preset);
        assert_eq!(
            classes.iter().map(|class| class.class).collect::<Vec<_>>(),
            [1, 2]
        );
        let all: f32 = best(&[0.0, 2.0, 1.0], 9, &preset)
            .iter()
            .map(|class| class.probability)
            .sum();
        assert!((all - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_failed_write_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert!(trt::write_by_rename(&folder.path().join("missing/y.safetensors"), b"x").is_err());
        let occupied = folder.path().join("folder");
        fs::create_dir(&occupied).unwrap();
        assert!(trt::write_by_rename(&occupied, b"x").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
