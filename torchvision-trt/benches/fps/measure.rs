//! One setting after the other: all peers side by side, in rounds.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use safetensors::SafeTensors;
use torchvision_trt::verify::{Golden, golden_path};

use super::engine::{self, Ready, Timed};
use super::journal::{Entry, Journal, Prepared, Round};
use super::setting::{Peer, Setting};
use super::worker::Worker;
use super::{Bench, limits, message, pytorch, say};

/// Time before each measurement that does not count, as a share of it.
const WARM_UP: f64 = 0.4;

/// Peers with their processes, or why there is none.
type Started = Vec<(Peer, Result<Worker>)>;

/// Measures settings, one after the other.
pub(super) fn run(bench: &Bench<'_>, settings: &[&Setting], journal: &mut Journal) -> Result<()> {
    // To start processes takes as long as a short measurement, and nothing may run beside that: those of as many settings start
    // together as `--jobs` allows.
    let together = bench.options.jobs / bench.options.all_peers().len().max(1);
    for settings in settings.chunks(together.max(1)) {
        if bench.out_of_time() {
            break;
        }
        for (setting, started) in settings.iter().zip(start_all(bench, settings, journal)) {
            if bench.out_of_time() {
                break;
            }
            measure(bench, setting, started, journal)?;
        }
    }
    Ok(())
}

fn start_all(bench: &Bench<'_>, settings: &[&Setting], journal: &Journal) -> Vec<Started> {
    let start_peers = |setting: &&Setting| -> Started {
        let peers = bench.options.all_peers().into_iter();
        peers
            .map(|peer| (peer, start(bench, setting, peer, journal)))
            .collect()
    };
    let mut started: Vec<_> = settings.iter().map(start_peers).collect();
    for (_, worker) in started.iter_mut().flatten() {
        if let Ok(process) = worker
            && let Err(error) = process.answer::<serde_json::Value>(bench.remaining())
        {
            *worker = Err(error);
        }
    }
    started
}

/// Measures all peers of a setting.
fn measure(
    bench: &Bench<'_>,
    setting: &Setting,
    workers: Started,
    journal: &mut Journal,
) -> Result<()> {
    journal.add(Entry::Start {
        setting: setting.clone(),
    })?;
    // They prepare one after the other: memory is told apart by what it was before, and autotuning wants the device for itself.
    let mut ready = Vec::new();
    for (peer, worker) in workers {
        let entry = match worker {
            Ok(mut worker) => match prepare(bench, setting, peer, &mut worker, journal) {
                Ok(entry) => {
                    ready.push((peer, worker));
                    entry
                }
                Err(error) => unavailable(setting, peer, &error),
            },
            Err(error) => unavailable(setting, peer, &error),
        };
        if let Some(problem) = entry.problem.as_ref().or(entry.disagreement.as_ref()) {
            say(format!("{setting}: {}: {problem}", peer.title()));
        }
        journal.add(Entry::Peer(entry))?;
    }
    let mut order = Shuffle::new(bench.options.seed, setting);
    for round in 0..bench.options.rounds() {
        order.shuffle(&mut ready);
        let mut failed = Vec::new();
        for (peer, worker) in &mut ready {
            if bench.out_of_time() {
                say(format!("{setting}: out of time in round {round}"));
                return Ok(());
            }
            match time(bench, worker) {
                Ok(timed) => journal.add(Entry::Round(Round {
                    setting: setting.clone(),
                    peer: *peer,
                    round,
                    p50: timed.p50,
                    p90: timed.p90,
                    p99: timed.p99,
                    throughput: timed.throughput,
                    graph_nodes: timed.graph_nodes,
                }))?,
                Err(error) => {
                    say(format!("{setting}: {}: {error:#}", peer.title()));
                    journal.add(Entry::Peer(unavailable(setting, *peer, &error)))?;
                    failed.push(*peer);
                }
            }
        }
        ready.retain(|(peer, _)| !failed.contains(peer));
    }
    if bench.out_of_time() {
        return Ok(());
    }
    let clocks = limits::clocks();
    if bench.options.profile {
        for (peer, worker) in &mut ready {
            profile(bench, setting, *peer, worker)?;
        }
    }
    journal.add(Entry::Done {
        setting: setting.clone(),
        clocks,
    })?;
    bench.say_time(format!("{setting}: measured"));
    Ok(())
}

fn start(bench: &Bench<'_>, setting: &Setting, peer: Peer, journal: &Journal) -> Result<Worker> {
    let work = bench.options.work();
    let log = work.join(format!("{}-{}.log", setting.file(), peer.argument()));
    let Some(route) = peer.route() else {
        let mut command = pytorch::peer(bench, setting, peer);
        if compiled_in(journal, setting, peer).is_some() {
            // Nothing is left to compile: no pool of processes that would start beside a measurement.
            command.env("TORCHINDUCTOR_COMPILE_THREADS", "1");
        }
        return Worker::start(&mut command, &log);
    };
    let build = journal.build(setting, route);
    match build.map(|build| build.problem.as_deref()) {
        Some(None) => {
            let mut worker = Worker::engine(&log)?;
            worker.send(&engine::Command::Open)?;
            Ok(worker)
        }
        Some(Some(problem)) => Err(anyhow::anyhow!(problem.to_owned())),
        None => Err(anyhow::anyhow!("no engine: there is no CUDA device")),
    }
}

/// Seconds that a peer was compiled in, ahead of time.
fn compiled_in(journal: &Journal, setting: &Setting, peer: Peer) -> Option<f64> {
    journal.compile(setting, peer)?.seconds
}

fn prepare(
    bench: &Bench<'_>,
    setting: &Setting,
    peer: Peer,
    worker: &mut Worker,
    journal: &Journal,
) -> Result<Prepared> {
    let work = bench.options.work();
    let program = setting.program(&work);
    let outputs = work.join(format!("{}-{}.outputs", setting.file(), peer.argument()));
    let limit = bench.remaining();
    let ready: Ready = match peer.route() {
        Some(route) => worker.call(
            &engine::Command::Prepare {
                engine: setting.engine(&work, route),
                program: program.clone(),
                outputs: outputs.clone(),
            },
            limit,
        )?,
        None => worker.call(
            &serde_json::json!({"do": "prepare", "outputs": outputs}),
            limit,
        )?,
    };
    let seconds = compiled_in(journal, setting, peer).unwrap_or(ready.seconds);
    let (error, disagreement) = compare(&program, &outputs, setting)?;
    std::fs::remove_file(&outputs).with_context(|| outputs.display().to_string())?;
    Ok(Prepared {
        setting: setting.clone(),
        peer,
        problem: None,
        seconds: Some(seconds),
        memory: ready.memory,
        error: Some(error),
        disagreement,
    })
}

/// The largest relative error of what a peer has computed, and what is wrong with it.
fn compare(program: &Path, outputs: &Path, setting: &Setting) -> Result<(f64, Option<String>)> {
    let golden = Golden::open(&golden_path(program))?;
    let bytes = std::fs::read(outputs).with_context(|| outputs.display().to_string())?;
    let tensors = SafeTensors::deserialize(&bytes)?;
    let tolerance = setting.precision.tolerance();
    let (mut worst, mut problem) = (0.0_f64, None);
    for set in 0..golden.len() {
        let prefix = format!("{set}.");
        let got: BTreeMap<_, _> = tensors
            .tensors()
            .into_iter()
            .filter_map(|(name, view)| Some((name.strip_prefix(&prefix)?.to_owned(), view)))
            .collect();
        for output in golden.compare(set, &got, &tolerance).outputs {
            worst = if output.rel_l2.is_nan() {
                f64::NAN
            } else {
                worst.max(output.rel_l2)
            };
            problem = problem.or(output.problem);
        }
    }
    Ok((worst, problem))
}

fn unavailable(setting: &Setting, peer: Peer, error: &anyhow::Error) -> Prepared {
    Prepared {
        setting: setting.clone(),
        peer,
        problem: Some(message(error)),
        seconds: None,
        memory: None,
        error: None,
        disagreement: None,
    }
}

fn time(bench: &Bench<'_>, worker: &mut Worker) -> Result<Timed> {
    let seconds = bench.options.duration().as_secs_f64();
    let command = engine::Command::Measure {
        warm_up: WARM_UP * seconds,
        seconds,
    };
    worker.call(&command, bench.remaining())
}

fn profile(bench: &Bench<'_>, setting: &Setting, peer: Peer, worker: &mut Worker) -> Result<()> {
    let Some(route) = peer.route() else {
        return Ok(());
    };
    let folder = bench.options.output.join("layers");
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let file = folder.join(format!("{}-{route}.csv", setting.file()));
    let limit = bench.remaining().max(Duration::from_secs(10));
    let layers: Result<usize> = worker.call(&engine::Command::Profile { file }, limit);
    if let Err(error) = layers {
        say(format!("{setting}: {}: profile: {error:#}", peer.title()));
    }
    Ok(())
}

/// An order that looks drawn at random, the same for the same seed and setting.
struct Shuffle(u64);

impl Shuffle {
    fn new(seed: u64, setting: &Setting) -> Self {
        let mixed = setting.to_string().bytes().fold(seed, |state, byte| {
            state.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte)
        });
        Self(mixed)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            items.swap(end, ((self.0 >> 33) % (end as u64 + 1)) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::setting::Precision;
    use super::*;

    #[test]
    fn orders_differ_and_repeat() {
        let setting = Setting {
            model: "m".into(),
            batch: 1,
            precision: Precision::Fp16,
        };
        let orders = |seed| -> Vec<[u8; 4]> {
            let mut shuffle = Shuffle::new(seed, &setting);
            let mut items = [0, 1, 2, 3];
            let next = |_| {
                shuffle.shuffle(&mut items);
                items
            };
            (0..50).map(next).collect()
        };
        assert_eq!(orders(1), orders(1));
        assert_ne!(orders(1), orders(2));
        for place in 0..4 {
            let at: std::collections::BTreeSet<_> =
                orders(1).iter().map(|order| order[place]).collect();
            assert_eq!(at.len(), 4, "place {place} never gets all");
        }
    }
}
