//! Processes that build engines, each one after the other: TensorRT loads its kernels, for seconds and gigabytes, once for all models.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::{BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::record::Precision;
use crate::tool::Converted;

/// Host memory of a builder in bytes, of which most is TensorRT's kernels: 28 of them filled 124 GB.
pub(super) const MEMORY: u64 = 5 << 30;

/// The builders of a GPU, or of a machine without one.
pub(super) struct Pool {
    free: Mutex<Vec<Place>>,
    returned: Condvar,
}

/// Where a builder of each precision runs when it was needed once.
struct Place {
    number: usize,
    running: BTreeMap<Precision, Builder>,
}

impl Pool {
    /// Of so many that build at a time.
    pub(super) fn new(places: usize) -> Self {
        let place = |number| Place {
            number,
            running: BTreeMap::new(),
        };
        Self {
            free: Mutex::new((0..places).map(place).collect()),
            returned: Condvar::new(),
        }
    }

    /// Builds the engine of a program as soon as a place is free. `command` starts the builder of a place, by its number.
    pub(super) fn convert(
        &self,
        precision: Precision,
        program: &Path,
        command: impl FnOnce(usize) -> Command,
    ) -> Result<Converted> {
        let mut place = self.take(precision);
        let converted = place.convert(precision, program, command);
        self.lock().push(place);
        self.returned.notify_one();
        converted
    }

    /// A free place, one with a builder of the precision if there is.
    fn take(&self, precision: Precision) -> Place {
        let mut free = self.lock();
        while free.is_empty() {
            free = (self.returned.wait(free)).unwrap_or_else(PoisonError::into_inner);
        }
        let ready = free
            .iter()
            .position(|place| place.running.contains_key(&precision));
        free.swap_remove(ready.unwrap_or(0))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Place>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    fn convert(
        &mut self,
        precision: Precision,
        program: &Path,
        command: impl FnOnce(usize) -> Command,
    ) -> Result<Converted> {
        // It may have crashed with the last one.
        self.running.retain(|_, builder| builder.is_running());
        let builder = match self.running.entry(precision) {
            Entry::Occupied(running) => running.into_mut(),
            Entry::Vacant(vacant) => vacant.insert(Builder::start(&mut command(self.number))?),
        };
        builder.convert(program)
    }
}

/// A running `torchvision-trt convert -`.
struct Builder {
    process: Child,
    programs: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// What it prints for a program.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Failed { error: String },
    Converted(Converted),
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
        Ok(Self {
            process,
            programs,
            answers: BufReader::new(answers),
        })
    }

    /// Whether it still takes programs.
    fn is_running(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }

    /// Builds the engine of a program and waits for it.
    fn convert(&mut self, program: &Path) -> Result<Converted> {
        let answered = writeln!(self.programs, "{}", program.display())
            .map_err(serde_json::Error::io)
            .and_then(|()| {
                Answer::deserialize(&mut serde_json::Deserializer::from_reader(
                    &mut self.answers,
                ))
            });
        match answered {
            Ok(Answer::Converted(converted)) => Ok(converted),
            Ok(Answer::Failed { error }) => bail!(error),
            Err(error) => {
                // What it would say next belongs to nobody.
                let _ = self.process.kill();
                let status = self.process.wait()?;
                bail!("the builder ended ({status}): {error}")
            }
        }
    }
}

impl Drop for Builder {
    /// All that was asked for is answered: nothing is lost.
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::thread;

    use super::*;

    /// Says which process it is; ends in the middle of a program called `die`.
    const SCRIPT: &str = r#"while read program; do
        [ "$program" != die ] || exit 1
        sleep 0.3
        echo "{\"operators\": {}, \"layers\": 0, \"plan_bytes\": 0, \"library\": \"$$\",
            \"seconds\": {\"read\": 0, \"passes\": 0, \"network\": 0, \"build\": 0}}"
    done"#;

    fn builder(_: usize) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", SCRIPT]);
        command
    }

    fn process(pool: &Pool, precision: Precision, program: &str) -> Result<String> {
        let converted = pool.convert(precision, Path::new(program), builder)?;
        Ok(converted.library)
    }

    #[test]
    fn as_many_build_at_a_time_as_there_are_places_and_each_goes_on_with_the_next() {
        let pool = Pool::new(2);
        let processes: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..6)
                .map(|_| scope.spawn(|| process(&pool, Precision::Fp32, "a").unwrap()))
                .collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert_eq!(processes.iter().collect::<BTreeSet<_>>().len(), 2);
        let half = process(&pool, Precision::Fp16, "a").unwrap();
        assert!(!processes.contains(&half));
        assert_eq!(process(&pool, Precision::Fp16, "a").unwrap(), half);
    }

    #[test]
    fn one_that_crashed_is_started_again() {
        let pool = Pool::new(1);
        let first = process(&pool, Precision::Fp32, "a").unwrap();
        let error = process(&pool, Precision::Fp32, "die").unwrap_err();
        assert!(
            format!("{error:#}").contains("the builder ended"),
            "{error:#}"
        );
        assert_ne!(process(&pool, Precision::Fp32, "a").unwrap(), first);
    }
}
