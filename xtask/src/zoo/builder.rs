//! The processes that build a GPU's engines, one for each precision: TensorRT loads its kernels, for seconds and gigabytes, once for all
//! models. Engines that are built at a time are so by threads of one process: processes take turns on a GPU, so that kernels are timed
//! for several times as long.

use std::collections::BTreeMap;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::record::Precision;
use crate::tool::Converted;

/// Host memory of a process in bytes, of which most is TensorRT's kernels: 28 of them filled 124 GB.
pub(super) const MEMORY: u64 = 5 << 30;

/// The builders of a GPU, or of a machine without one.
#[derive(Default)]
pub(super) struct Builders {
    running: Mutex<BTreeMap<Precision, Arc<Builder>>>,
    /// Held alone by who has to find out whether its program ends a builder.
    suspects: RwLock<()>,
}

impl Builders {
    /// Builds the engine of a program, which nobody else may build at the same time. `command` starts the builder of its precision.
    pub(super) fn convert(
        &self,
        precision: Precision,
        program: &Path,
        command: impl Fn() -> Command,
    ) -> Result<Converted> {
        let build = || anyhow::Ok(self.builder(precision, &command)?.convert(program));
        let shared = self.suspects.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = build()? {
            return answer.into();
        }
        // Of all that were built when the process ended one is to blame.
        drop(shared);
        let _alone = (self.suspects.write()).unwrap_or_else(PoisonError::into_inner);
        match build()? {
            Some(answer) => answer.into(),
            None => bail!("the builder ended"),
        }
    }

    /// The one that runs, or a new one.
    fn builder(&self, precision: Precision, command: impl Fn() -> Command) -> Result<Arc<Builder>> {
        let mut running = lock(&self.running);
        if let Some(builder) = running.get(&precision)
            && !builder.has_ended()
        {
            return Ok(Arc::clone(builder));
        }
        let builder = Arc::new(Builder::start(&mut command())?);
        running.insert(precision, Arc::clone(&builder));
        Ok(builder)
    }
}

/// A running `torchvision-trt convert -`.
struct Builder {
    process: Child,
    programs: Mutex<ChildStdin>,
    /// Who waits for which program; `None` when nothing will be answered any more.
    waiting: Arc<Mutex<Option<Waiting>>>,
}

type Waiting = BTreeMap<PathBuf, Sender<Answer>>;

/// What it prints for a program.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Failed {
        program: PathBuf,
        error: String,
    },
    Converted {
        program: PathBuf,
        #[serde(flatten)]
        converted: Converted,
    },
}

impl Answer {
    fn program(&self) -> &Path {
        let (Self::Failed { program, .. } | Self::Converted { program, .. }) = self;
        program
    }
}

impl From<Answer> for Result<Converted> {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Converted { converted, .. } => Ok(converted),
            Answer::Failed { error, .. } => bail!(error),
        }
    }
}

impl Builder {
    /// Starts `command`, which has its options already.
    fn start(command: &mut Command) -> Result<Self> {
        let mut process = command
            .args(["-", "--json"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {command:?}"))?;
        let programs = process.stdin.take().context("no standard input")?;
        let answers = process.stdout.take().context("no standard output")?;
        let waiting = Arc::new(Mutex::new(Some(Waiting::new())));
        thread::spawn({
            let waiting = Arc::clone(&waiting);
            move || pass_on(answers, &waiting)
        });
        Ok(Self {
            process,
            programs: Mutex::new(programs),
            waiting,
        })
    }

    /// Whether it takes no programs any more.
    fn has_ended(&self) -> bool {
        lock(&self.waiting).is_none()
    }

    /// Builds the engine of a program and waits for it; `None` if the process ended meanwhile.
    fn convert(&self, program: &Path) -> Option<Answer> {
        let (sender, answer) = channel();
        lock(&self.waiting)
            .as_mut()?
            .insert(program.to_owned(), sender);
        // If the process has ended, nobody will answer: that is how it is noticed.
        let _ = writeln!(lock(&self.programs), "{}", program.display());
        answer.recv().ok()
    }
}

/// Gives each answer to who waits for it, until there are no more.
fn pass_on(answers: ChildStdout, waiting: &Mutex<Option<Waiting>>) {
    let answers = serde_json::Deserializer::from_reader(BufReader::new(answers));
    for answer in answers.into_iter::<Answer>().map_while(Result::ok) {
        let asked = lock(waiting)
            .as_mut()
            .and_then(|waiting| waiting.remove(answer.program()));
        if let Some(asked) = asked {
            // Who has gone needs no answer.
            let _ = asked.send(answer);
        }
    }
    *lock(waiting) = None;
}

impl Drop for Builder {
    /// All that was asked for is answered: nothing is lost.
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    /// Answers each program after a moment, in any order, and says which process it is; ends in the middle of a program called `die`.
    const SCRIPT: &str = r#"while read program; do
        [ "$program" != die ] || { sleep 0.1; kill $$; }
        ( sleep 0.3
        echo "{\"program\": \"$program\", \"operators\": {}, \"layers\": 0, \"plan_bytes\": 0, \"library\": \"$$\",
            \"seconds\": {\"read\": 0, \"passes\": 0, \"network\": 0, \"build\": 0}}" ) &
    done"#;

    fn command() -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", SCRIPT]);
        command
    }

    fn process(builders: &Builders, precision: Precision, program: &str) -> Result<String> {
        let converted = builders.convert(precision, Path::new(program), command)?;
        Ok(converted.library)
    }

    #[test]
    fn one_process_for_each_precision_builds_side_by_side() {
        let builders = Builders::default();
        let start = Instant::now();
        let names = ["a", "b", "c", "d", "e", "f"];
        let processes: Vec<_> = thread::scope(|scope| {
            let threads = names
                .map(|name| scope.spawn(|| process(&builders, Precision::Fp32, name).unwrap()));
            threads.map(|thread| thread.join().unwrap()).to_vec()
        });
        assert!(start.elapsed() < Duration::from_millis(1200));
        assert!(processes.iter().all(|process| *process == processes[0]));
        let half = process(&builders, Precision::Fp16, "a").unwrap();
        assert_ne!(half, processes[0]);
        assert_eq!(process(&builders, Precision::Fp16, "a").unwrap(), half);
    }

    #[test]
    fn one_that_crashed_is_started_again_and_its_other_programs_are_built() {
        let builders = Builders::default();
        let first = process(&builders, Precision::Fp32, "a").unwrap();
        let (died, other) = thread::scope(|scope| {
            let other = scope.spawn(|| process(&builders, Precision::Fp32, "b"));
            let died = scope.spawn(|| process(&builders, Precision::Fp32, "die"));
            (died.join().unwrap(), other.join().unwrap())
        });
        let error = format!("{:#}", died.unwrap_err());
        assert!(error.contains("the builder ended"), "{error}");
        other.unwrap();
        assert_ne!(process(&builders, Precision::Fp32, "a").unwrap(), first);
    }
}
