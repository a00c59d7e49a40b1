//! `torchvision-trt calibrate`

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use safetensors::tensor::TensorView;

use super::model::Input;
use super::progress::Spinner;
use super::run::{photograph, read};
use super::samples::{self, Kind};
use crate::calibrate::{Error, Method, Observe, Ranges, calibrate};
use crate::pt2::Program;

/// Find the ranges of a model's activations for int8: writes M.int8.json, which `convert --int8` takes
///
/// Runs the program on photographs or recorded inputs, some hundred if possible, as diverse as what the model will see; on the GPU if
/// there is one, else on the CPU.
///
/// Example: torchvision-trt calibrate resnet18.pt2 photographs -o resnet18.int8.json
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Options {
    /// The .pt2 file
    program: PathBuf,
    /// JPEG or PNG files, safetensors files with all inputs of one run by name, or folders of such
    #[arg(required = true)]
    samples: Vec<PathBuf>,
    /// The file of ranges to write [M.int8.json]
    #[arg(short, long)]
    output: Option<PathBuf>,
    /// How to choose a range: mse, entropy, max, or percentile:99.99; docs/int8.md compares them
    #[arg(long, default_value_t = Method::default())]
    method: Method,
    /// Use this many samples at most, evenly spread over those given
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// Print the ranges as JSON, too
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: &Options) -> Result<()> {
    let mut files = samples::files(&options.samples, &[Kind::Photograph, Kind::Recorded])?;
    if let Some(limit) = options.limit.map(|limit| limit as usize)
        && limit < files.len()
    {
        files = (0..limit)
            .map(|i| files[i * files.len() / limit].clone())
            .collect();
    }
    let library = trt::Library::load()?;
    let program = &options.program;
    let context = || program.display().to_string();
    let inputs = Input::of_program(&library, program).with_context(context)?;
    let preset = Program::open(program)?
        .preset()
        .cloned()
        .unwrap_or_default();
    let spinner = Spinner::new("converting");
    #[cfg(feature = "tch")]
    crate::interpreter::keep_freed_memory();
    let feed = |observe: &mut Observe<'_>| {
        for (number, file) in files.iter().enumerate() {
            spinner.set(format!(
                "sample {} of {}: {}",
                number + 1,
                files.len(),
                file.display()
            ));
            let unreadable = |error: anyhow::Error| Error::Sample {
                sample: number,
                source: error.context(file.display().to_string()).into(),
            };
            if Kind::Recorded.is(file) {
                let bytes = fs::read(file).map_err(|error| unreadable(error.into()))?;
                observe(&read(file, &bytes).map_err(unreadable)?)?;
                continue;
            }
            let (input, shape, bytes) = photograph(&inputs, file, &preset).map_err(unreadable)?;
            let view = TensorView::new(input.dtype, shape, &bytes);
            let view = view.map_err(|error| unreadable(error.into()))?;
            observe(&[(input.name.clone(), view)].into())?;
        }
        Ok(())
    };
    let ranges = calibrate(&library, program, options.method, feed).with_context(context)?;
    drop(spinner);
    let output = options.output.clone();
    let output = output.unwrap_or_else(|| program.with_extension("int8.json"));
    ranges.save(&output)?;
    if options.json {
        return super::print_json(&ranges);
    }
    report(&ranges, &output)
}

fn report(ranges: &Ranges, output: &Path) -> Result<()> {
    outln!(
        "{}: {} activations, by {} over {} samples",
        output.display(),
        ranges.limits.len(),
        ranges.method,
        ranges.samples,
    );
    let limits = ranges.limits.iter();
    let zeros: Vec<_> = limits
        .filter(|(_, limit)| limit.is_none())
        .map(|(name, _)| name.as_str())
        .collect();
    if !zeros.is_empty() {
        eprintln!(
            "warning: zero in every sample, and left in floats: {}",
            zeros.join(", ")
        );
    }
    Ok(())
}
