//! `cargo xtask zoo`: every model of torchvision exported, converted, built and verified, and the pages that tell of it.

mod builder;
mod html;
mod journal;
mod memory;
mod model;
mod page;
mod record;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use anyhow::{Context, Result, bail, ensure};
use indicatif::{ProgressBar, ProgressStyle};

use crate::setup::{self, Component};
use crate::tool;
use crate::workspace::{self, output, root, target};
use journal::Journal;
use memory::Memory;
use model::{Model, Stages};
use record::{DEFAULT_LEVEL, Precision, Record};

/// Export, convert, build and verify the models of torchvision; write docs/zoo.md, docs/zoo.html and docs/zoo.jsonl
///
/// The smallest models come first. What this machine has verified already is not done again: after an interruption, the same
/// command goes on. Rows of other machines stay on the pages. Exported models are deleted as soon as they are verified.
///
/// Example: cargo xtask zoo --filter resnet,swin --jobs 2
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Options {
    /// Only models with one of these in their names
    #[arg(long, value_delimiter = ',')]
    filter: Vec<String>,
    /// Only models of these tasks: classification, segmentation, video, optical_flow, quantization, detection
    #[arg(long, value_delimiter = ',')]
    task: Vec<String>,
    /// Only the cheapest model of each family, and those with operators of their own, whatever is verified already; the pages
    /// stay as they are
    #[arg(long)]
    check: bool,
    /// With dynamic height and width, too: only models that are fully convolutional
    #[arg(long)]
    dynamic_sizes: bool,
    /// Models at a time, as far as the memory allows
    #[arg(long, default_value = "1", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: u16,
    /// Engines built at a time on each GPU; kernels that are timed side by side look slower than they are
    #[arg(long, default_value = "3", value_parser = clap::value_parser!(u16).range(1..))]
    builders: u16,
    /// What most of a network computes in; several are verified one after the other
    #[arg(long, value_enum, value_delimiter = ',', default_value = "fp32")]
    precision: Vec<Precision>,
    /// How long TensorRT searches for fast kernels on a GPU, 0 to 5
    #[arg(long, default_value_t = DEFAULT_LEVEL, value_parser = clap::value_parser!(u8).range(0..=5))]
    optimization_level: u8,
    /// Do verified models again
    #[arg(long)]
    force: bool,
    /// Leave exported models and engines in target/zoo
    #[arg(long)]
    keep: bool,
    /// Run nothing, only write the pages
    #[arg(long)]
    pages: bool,
    /// The torchvision-trt to run, built with feature `tch` [built from this workspace]
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// The Python with PyTorch and torchvision to export with [what `cargo xtask setup` prepares]
    #[arg(long, value_name = "FILE", requires = "program")]
    python: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(options: &Options) -> Result<()> {
    // A program that is there already need not be compiled.
    setup::ensure(match (&options.program, &options.python) {
        (None, _) => &Component::TORCHVISION,
        (Some(_), None) => &[Component::TensorrtRtx, Component::Python],
        (Some(_), Some(_)) => &[],
    })?;
    let python = options.python.clone().unwrap_or_else(workspace::python);
    let folder = target().join("zoo");
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let models = list(&python)?;
    let journal = Journal::open(&folder.join(match options.check {
        true => "check.jsonl",
        false => "journal.jsonl",
    }))?;
    let chosen: Vec<_> = models
        .iter()
        .filter(|model| options.chooses(model))
        .filter(|model| !options.check || is_checked(model, &models))
        .collect();
    ensure!(!chosen.is_empty(), "no model is called so");
    let program = match &options.program {
        Some(program) => std::path::absolute(program)?,
        None if options.pages => PathBuf::new(),
        None => tool::build()?,
    };
    let stages = Stages::new(options, program, python, folder);
    let known = |model: &Model, precision| journal.get(&stages.record(model, precision));
    let todo: Vec<_> = chosen
        .iter()
        .map(|&model| {
            let wanted = options.precision.iter().copied().filter(|&precision| {
                let done = known(model, precision).is_some_and(|record| record.is_done());
                options.force || options.check || !done
            });
            (model, wanted.collect::<Vec<_>>())
        })
        .filter(|(_, precisions)| !precisions.is_empty())
        .collect();
    if !options.pages && !todo.is_empty() {
        let memory = Memory::of_this_machine(stages.memory_of_builders(options.precision.len()));
        run_all(&todo, &stages, &journal, &memory, options)?;
    }
    if !options.check {
        write_pages(&models, &journal.publish(&root().join("docs/zoo.jsonl"))?)?;
    }
    let failed: Vec<_> = chosen
        .iter()
        .filter(|model| {
            let records = options.precision.iter().filter_map(|&p| known(model, p));
            records.into_iter().any(|record| record.problem.is_some())
        })
        .map(|model| model.name.as_str())
        .collect();
    if !failed.is_empty() {
        bail!("not verified: {}", failed.join(", "));
    }
    Ok(())
}

impl Options {
    fn chooses(&self, model: &Model) -> bool {
        let named = |parts: &[String]| {
            parts.is_empty() || parts.iter().any(|part| model.name.contains(part))
        };
        named(&self.filter)
            && (self.task.is_empty() || self.task.contains(&model.task))
            && (!self.dynamic_sizes || model.is_fully_convolutional())
    }
}

/// Each has an operator that the cheapest model of no family has (docs/zoo.md).
const CHECKED_FOR_AN_OPERATOR: [&str; 3] = ["mvit_v1_b", "raft_large", "swin_v2_t"];

/// Whether `--check` runs a model.
fn is_checked(model: &Model, models: &[Model]) -> bool {
    let first = models.iter().find(|other| other.family == model.family);
    first.is_some_and(|first| first.name == model.name)
        || CHECKED_FOR_AN_OPERATOR.contains(&model.name.as_str())
}

/// The models that can be exported, the cheapest first.
fn list(python: &Path) -> Result<Vec<Model>> {
    let script = root().join("torchvision-trt/python/export.py");
    let text = output(Command::new(python).arg(script).arg("list"))?;
    let mut models: Vec<Model> = serde_json::from_str(&text).context("the exporter's list")?;
    models.sort_by(|a, b| a.cost().total_cmp(&b.cost()));
    Ok(models)
}

/// Runs models side by side, each as soon as there is memory for it. On a GPU, speed is measured when some are verified: the GPU is
/// quiet then, and their files need not lie around for long.
fn run_all(
    models: &[(&Model, Vec<Precision>)],
    stages: &Stages,
    journal: &Journal,
    memory: &Memory,
    options: &Options,
) -> Result<()> {
    let bar = progress(models);
    let note = |record: Record| {
        bar.suspend(|| eprintln!("{}", record.line()));
        journal.add(&record)
    };
    // Verified before an interruption, which came before its speed was measured.
    let only_measured = |model: &Model, precision| {
        let record = journal.get(&stages.record(model, precision));
        !options.force
            && record.is_some_and(|record| record.problem.is_none())
            && stages.engine(model, precision).exists()
    };
    let jobs = usize::from(options.jobs);
    let some = match stages.on_gpu {
        true => MODELS_PER_MEASUREMENT * jobs,
        false => models.len(),
    };
    // Builders of two precisions would take turns on a GPU.
    let phases: Vec<_> = match stages.on_gpu {
        true => options.precision.chunks(1).collect(),
        false => vec![options.precision.as_slice()],
    };
    for models in models.chunks(some) {
        for phase in &phases {
            side_by_side(models, jobs, |(model, wanted), worker| {
                let _share = memory.take(model.memory());
                bar.set_message(model.name.clone());
                for &precision in phase.iter().filter(|precision| wanted.contains(precision)) {
                    if !only_measured(model, precision) {
                        note(stages.verify(model, precision, worker))?;
                    }
                    bar.inc(model.cost() as u64);
                }
                if !stages.on_gpu {
                    stages.clean_up(model);
                }
                Ok(())
            })?;
        }
        if !stages.on_gpu {
            continue;
        }
        side_by_side(models, jobs, |(model, precisions), worker| {
            let _share = memory.take(model.memory());
            bar.set_message(format!("speed of {}", model.name));
            let records = precisions
                .iter()
                .filter_map(|&p| journal.get(&stages.record(model, p)));
            for mut record in records.filter(|record| record.problem.is_none()) {
                stages.measure(model, worker, &mut record);
                note(record)?;
            }
            stages.clean_up(model);
            Ok(())
        })?;
    }
    bar.finish_and_clear();
    Ok(())
}

/// How many models of each job are verified before their speed is measured.
const MODELS_PER_MEASUREMENT: usize = 4;

/// Every worker takes the next item until none is left.
fn side_by_side<T: Sync>(
    items: &[T],
    workers: usize,
    work: impl Fn(&T, usize) -> Result<()> + Sync,
) -> Result<()> {
    let queue = Mutex::new(items.iter());
    let next = || queue.lock().unwrap_or_else(|e| e.into_inner()).next();
    let run = |worker: usize| -> Result<()> {
        while let Some(item) = next() {
            work(item, worker)?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..workers)
            .map(|worker| scope.spawn(move || run(worker)))
            .collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().expect("a worker does not panic"))
    })
}

/// Progress by what models cost; hidden where the error output is no terminal.
fn progress(models: &[(&Model, Vec<Precision>)]) -> ProgressBar {
    let total = models
        .iter()
        .map(|(model, precisions)| model.cost() as u64 * precisions.len() as u64)
        .sum();
    let style = ProgressStyle::with_template("{wide_bar} {percent} %, {eta} left: {msg}")
        .expect("the template is valid");
    ProgressBar::new(total).with_style(style)
}

fn write_pages(models: &[Model], records: &[Record]) -> Result<()> {
    let checked = (models.iter())
        .filter(|model| is_checked(model, models))
        .map(|model| model.name.as_str())
        .collect();
    let mut rows: Vec<(&Model, Option<&Record>)> = Vec::new();
    for model in models {
        let before = rows.len();
        let done = records.iter().filter(|record| record.model == model.name);
        rows.extend(done.map(|record| (model, Some(record))));
        if rows.len() == before {
            rows.push((model, None));
        }
    }
    rows.sort_by(|(a, _), (b, _)| (&a.task, &a.name).cmp(&(&b.task, &b.name)));
    let docs = root().join("docs");
    write_by_rename(&docs.join("zoo.md"), &page::markdown(&rows, &checked))?;
    write_by_rename(&docs.join("zoo.html"), &html::page(&rows))
}

fn write_by_rename(path: &Path, text: &str) -> Result<()> {
    let partial = path.with_added_extension("partial");
    std::fs::write(&partial, text)
        .and_then(|()| std::fs::rename(&partial, path))
        .with_context(|| path.display().to_string())
}
