//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use torchvision_trt::Precision;

/// Proves the numeric cases, each a small program with inputs and PyTorch's outputs
///
/// Without --gpu each program is checked, converted and its network computed on the CPU, as far as this binary was built with
/// feature `tch`. With --gpu each is built and run by TensorRT on the first GPU.
#[derive(Parser, Debug)]
#[command(name = "cases", verbatim_doc_comment)]
pub(crate) struct Arguments {
    /// Only cases with one of these in their names
    pub(crate) filters: Vec<String>,
    /// Only name the cases
    #[arg(long)]
    pub(crate) list: bool,
    /// Take the cases from this folder as they are, instead of bringing them up to date with Python
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// Cases at a time [one for each core; one on the GPU]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    /// Seconds after which a case has failed, and ends the process
    #[arg(long, default_value = "300")]
    limit: u64,
    /// Only each N-th case, beginning with the I-th
    #[arg(long, value_name = "I/N", value_parser = Shard::parse)]
    pub(crate) shard: Option<Shard>,
    /// Add one line for each result to this file; what it holds already is not run again
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Build and run on the GPU, needs --folder
    #[arg(long, requires = "folder")]
    pub(crate) gpu: bool,
    /// Precisions on the GPU: fp32, fp16, bf16
    #[arg(long, value_delimiter = ',', value_parser = precision, default_value = "fp32", requires = "gpu")]
    pub(crate) precision: Vec<Precision>,
    /// Optimization level of the builds on the GPU
    #[arg(long, value_parser = clap::value_parser!(i32).range(0..=5), default_value = "1", requires = "gpu")]
    pub(crate) level: i32,
    /// Only cases with an operator that a plugin can take over; on the CPU with plugins, which are left out of the network and run
    /// beside it if this binary was built with feature `emulation`
    #[arg(long)]
    pub(crate) plugins: bool,
    /// Print what files of --json hold as a Markdown page, needs --folder
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "folder")]
    pub(crate) summary: Vec<PathBuf>,
    /// Accepted since `cargo test` may hand it to all tests
    #[arg(long, hide = true)]
    nocapture: bool,
}

impl Arguments {
    /// How long a case may take.
    pub(crate) fn limit(&self) -> Duration {
        Duration::from_secs(self.limit)
    }
}

/// A share of the cases.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shard {
    first: usize,
    step: usize,
}

impl Shard {
    /// Everything.
    pub(crate) const ALL: Self = Self { first: 0, step: 1 };

    fn parse(text: &str) -> Result<Self, String> {
        let numbers = text
            .split_once('/')
            .and_then(|(i, n)| Some((i.parse::<usize>().ok()?, n.parse::<usize>().ok()?)));
        match numbers {
            Some((i, n)) if (1..=n).contains(&i) => Ok(Self {
                first: i - 1,
                step: n,
            }),
            _ => Err("expected I/N with 1 <= I <= N, such as 2/8".into()),
        }
    }

    pub(crate) fn of<T>(self, all: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        all.skip(self.first).step_by(self.step)
    }
}

fn precision(text: &str) -> Result<Precision, String> {
    Precision::from_name(text).ok_or_else(|| "expected fp32, fp16 or bf16".into())
}
