//! What the command line asks for.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use clap::Parser;

use super::setting::{Peer, Precision, Route, Setting};

/// The twenty models of torch2trt's table and six that came later.
const MODELS: &str = "alexnet,squeezenet1_0,squeezenet1_1,resnet18,resnet34,resnet50,resnet101,resnet152,densenet121,densenet169,\
    densenet201,densenet161,vgg11,vgg13,vgg16,vgg19,vgg11_bn,vgg13_bn,vgg16_bn,vgg19_bn,mobilenet_v3_large,efficientnet_v2_s,\
    convnext_tiny,vit_b_16,swin_t,regnet_y_8gf";

/// Frames per second of torchvision's models: this project beside PyTorch, torch.compile and TensorRT's ONNX parser
///
/// Without a GPU, programs are exported and converted, and the report says what was left out.
#[derive(Parser, Debug)]
#[command(name = "fps")]
pub(crate) struct Options {
    /// Models of torchvision
    #[arg(long, value_delimiter = ',', default_value = MODELS, hide_default_value = true)]
    pub(super) models: Vec<String>,
    /// Batch sizes
    #[arg(long, value_delimiter = ',', default_value = "1", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) batch: Vec<u32>,
    /// What networks compute in; int8 is for quantized models only, the others for all others
    #[arg(long, value_delimiter = ',', default_value = "fp16")]
    pub(super) precisions: Vec<Precision>,
    /// Who is measured
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "eager,graph,compile,onnx,ours"
    )]
    pub(super) peers: Vec<Peer>,
    /// Also torch.compile with max-autotune, which takes minutes a model
    #[arg(long)]
    max_autotune: bool,
    /// Rounds; each measures every peer once, in another order
    #[arg(long)]
    rounds: Option<usize>,
    /// Seconds of each of the two measurements of a peer in a round
    #[arg(long, value_parser = seconds)]
    duration: Option<Duration>,
    /// 3 rounds of 0.25 s instead of 5 of 1 s
    #[arg(long)]
    quick: bool,
    /// Begin nothing after this many seconds; the same command goes on
    #[arg(long, value_parser = seconds, default_value = "1000000")]
    pub(super) seconds: Duration,
    /// Give up a build, a compilation or an export after this many seconds
    #[arg(long, value_parser = seconds, default_value = "900")]
    pub(super) limit: Duration,
    /// TensorRT's optimization level, as in 3,densenet121=1; `default` leaves it to TensorRT, which before 8.6 knows none
    #[arg(long, default_value = "3")]
    pub(super) levels: Levels,
    /// Exports at a time, and compilations of torch.compile at a time
    #[arg(long, default_value_t = 1)]
    pub(super) jobs: usize,
    /// Seed of the order of peers in each round
    #[arg(long, default_value_t = 1)]
    pub(super) seed: u64,
    /// Python with PyTorch [PYTHON, what setup prepared, python3]
    #[arg(long)]
    python: Option<PathBuf>,
    /// Folder of the journal, the tables and, in `work`, of programs and engines
    #[arg(long, default_value = concat!(env!("CARGO_TARGET_TMPDIR"), "/fps"), hide_default_value = true)]
    pub(super) output: PathBuf,
    /// Also the time of each layer of the engines, in the folder `layers`
    #[arg(long)]
    pub(super) profile: bool,
    /// Stop when everything is built and compiled; the same command without it measures
    #[arg(long)]
    pub(super) only_prepare: bool,
    /// Measure nothing: tables of what the journal has
    #[arg(long, conflicts_with = "only_prepare")]
    pub(super) report: bool,
    /// Where PyTorch runs; `cpu` is for trying the harness, not for tables
    #[arg(long, default_value = "cuda", value_parser = ["cuda", "cpu"], hide = true)]
    pub(super) pytorch_device: String,
    /// What Cargo passes to every bench
    #[arg(long, hide = true)]
    bench: bool,
    /// Serve as a process that the bench started
    #[arg(long, hide = true)]
    pub(super) worker: bool,
}

impl Options {
    /// All settings, in the order of the tables: a run that is short of time has the first batch sizes whole.
    pub(super) fn settings(&self) -> Result<Vec<Setting>> {
        ensure!(
            self.rounds() > 0,
            "--rounds 0 would measure nothing; leave it out for {}",
            if self.quick { 3 } else { 5 }
        );
        let mut settings = Vec::new();
        for &batch in &self.batch {
            for &precision in &self.precisions {
                let fits = |model: &&String| {
                    model.starts_with("quantized_") == (precision == Precision::Int8)
                };
                settings.extend(self.models.iter().filter(fits).map(|model| Setting {
                    model: model.clone(),
                    batch,
                    precision,
                }));
            }
        }
        if settings.is_empty() {
            bail!(
                "nothing to measure: int8 is for models quantized_…, the other precisions for all others"
            );
        }
        Ok(settings)
    }

    pub(super) fn all_peers(&self) -> Vec<Peer> {
        let mut peers = self.peers.clone();
        if self.max_autotune && !peers.contains(&Peer::MaxAutotune) {
            peers.push(Peer::MaxAutotune);
        }
        peers
    }

    pub(super) fn measures(&self, route: Route) -> bool {
        self.peers.iter().any(|peer| peer.route() == Some(route))
    }

    pub(super) fn rounds(&self) -> usize {
        self.rounds.unwrap_or(if self.quick { 3 } else { 5 })
    }

    pub(super) fn duration(&self) -> Duration {
        let usual = Duration::from_millis(if self.quick { 250 } else { 1000 });
        self.duration.unwrap_or(usual)
    }

    pub(super) fn work(&self) -> PathBuf {
        self.output.join("work")
    }

    pub(super) fn python(&self) -> PathBuf {
        if let Some(python) = self
            .python
            .clone()
            .or(std::env::var_os("PYTHON").map(PathBuf::from))
        {
            return python;
        }
        let prepared = concat!(env!("CARGO_MANIFEST_DIR"), "/../.deps/python/bin/python");
        let prepared = PathBuf::from(prepared);
        if prepared.exists() {
            prepared
        } else {
            "python3".into()
        }
    }
}

/// Optimization levels: one for all, others for single models.
#[derive(Clone, Debug)]
pub(super) struct Levels {
    all: Option<i32>,
    models: BTreeMap<String, Option<i32>>,
}

impl Levels {
    pub(super) fn of(&self, model: &str) -> Option<i32> {
        self.models.get(model).copied().unwrap_or(self.all)
    }
}

impl FromStr for Levels {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut levels = Self {
            all: Some(3),
            models: BTreeMap::new(),
        };
        for part in text.split(',') {
            let (model, level) = match part.split_once('=') {
                Some((model, level)) => (Some(model), level),
                None => (None, part),
            };
            let level = match level {
                "default" => None,
                number => match number.parse() {
                    Ok(level @ 0..=5) => Some(level),
                    _ => return Err(format!("`{part}`: a level is 0 to 5, or `default`")),
                },
            };
            match model {
                Some(model) => drop(levels.models.insert(model.to_owned(), level)),
                None => levels.all = level,
            }
        }
        Ok(levels)
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "not a number of seconds")?;
    Duration::try_from_secs_f64(number).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Options, String> {
        let all = [&["fps", "--bench"], args].concat();
        Options::try_parse_from(all).map_err(|error| error.to_string())
    }

    fn names(options: &Options) -> Vec<String> {
        let settings = options.settings().unwrap();
        settings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn settings_in_the_order_of_the_tables() {
        let options = parse(&["--models", "vgg16,alexnet", "--batch", "1,8"]).unwrap();
        assert_eq!(
            names(&options),
            [
                "vgg16 fp16 batch 1",
                "alexnet fp16 batch 1",
                "vgg16 fp16 batch 8",
                "alexnet fp16 batch 8"
            ]
        );
        assert_eq!(parse(&[]).unwrap().settings().unwrap().len(), 26);
    }

    #[test]
    fn int8_is_for_quantized_models() {
        let options = parse(&[
            "--models",
            "resnet18,quantized_resnet18",
            "--precisions",
            "fp16,int8",
        ]);
        assert_eq!(
            names(&options.unwrap()),
            ["resnet18 fp16 batch 1", "quantized_resnet18 int8 batch 1"]
        );
        let none = parse(&["--models", "resnet18", "--precisions", "int8"]).unwrap();
        let error = none.settings().unwrap_err().to_string();
        assert!(error.contains("quantized_"), "{error}");
    }

    #[test]
    fn wrong_arguments_are_named() {
        for (args, expected) in [
            (&["--precisions", "fp17"], "fp17"),
            (&["--batch", "0"], "not in 1"),
            (&["--peers", "jax"], "jax"),
            (&["--levels", "resnet18=9"], "0 to 5"),
            (&["--seconds", "soon"], "number of seconds"),
            (&["--duration=-1", "--quick"], "negative"),
            (&["--only-prepare", "--report"], "cannot be used with"),
        ] {
            let error = parse(args).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
        let error = parse(&["--rounds", "0"]).unwrap().settings().unwrap_err();
        assert!(error.to_string().contains("--rounds"), "{error}");
    }

    #[test]
    fn levels_of_single_models() {
        let levels: Levels = "default,densenet121=1".parse().unwrap();
        assert_eq!(
            (levels.of("resnet18"), levels.of("densenet121")),
            (None, Some(1))
        );
    }
}
