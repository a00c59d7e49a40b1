#!/usr/bin/env python3
"""Convert and verify models on this machine's GPU, time them beside PyTorch, and write a table.

    benchmark.py --program target/release/torchvision-trt --models resnet18,vgg16 --precisions fp16,fp32 --output bench

Three stages: programs are exported (`--jobs` at a time), engines are built one after the other in one process and verified, then each
engine and PyTorch are timed. Nothing runs beside a build or a measurement. PyTorch runs eagerly as torchvision builds the model, and as a CUDA graph of the
channels-last model. In fp32 TF32 is off on both sides. What is in the output folder already is kept, so an interrupted run goes on
where it stopped.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch
import torchvision

from bench_pytorch import ITERATIONS, WARM_UP, capture, frames_per_second

EXPORT = Path(__file__).with_name("export.py")
DTYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
NEVER = 1e6  # seconds


def say(message):
    print(message, file=sys.stderr, flush=True)


class Store:
    """JSON objects by model and precision, one line each, that survive the process."""

    def __init__(self, path):
        self.path = path
        lines = path.read_text().splitlines() if path.exists() else []
        self.rows = {(row["model"], row["precision"]): row for row in map(json.loads, lines)}

    def add(self, row):
        self.rows[row["model"], row["precision"]] = row
        with self.path.open("a") as file:
            file.write(json.dumps(row) + "\n")


# --- stage 1 and 2: export, build, verify ---------------------------------------------------------------------------


def export(model, folder):
    path = folder / f"{model}.pt2"
    if not path.exists():
        command = [sys.executable, EXPORT, "export", model, "-o", path]
        # Several exporters share the cores.
        done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "2"})
        if done.returncode:
            raise RuntimeError(done.stderr.strip()[-2000:])


def call(program, *args):
    """What `torchvision-trt … --json` prints; it may end with status 1 and still have an answer."""
    done = subprocess.run([program, *map(str, args), "--json"], capture_output=True, text=True)
    if not done.stdout.strip():
        raise RuntimeError(done.stderr.strip()[-2000:])
    return json.loads(done.stdout)


def engine_path(args, model, precision):
    return args.work / precision / f"{model}.engine"


def flags(precision):
    return [] if precision == "fp32" else [f"--{precision}"]


def build(args, models, precision, level, seconds):
    """Yields a report for each engine as soon as it is built; all in one process, which loads TensorRT once."""
    (args.work / precision).mkdir(exist_ok=True)
    programs = [args.work / f"{model}.pt2" for model in models]
    command = [args.program, "convert", *programs, "-o", args.work / precision, *flags(precision)]
    command += ["--timing-cache", args.work / "timing.cache", "--json"]
    if level is not None:
        command += ["--optimization-level", str(level)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    timer = threading.Timer(max(seconds, 1), process.kill)
    timer.start()
    text = ""
    for line in process.stdout:
        text += line
        if line.startswith("}"):
            yield json.loads(text)
            text = ""
    timer.cancel()
    process.wait()


# --- stage 3: time --------------------------------------------------------------------------------------------------


def milliseconds(run):
    """Median latency of one call, waiting for each."""
    for _ in range(WARM_UP):
        run()
    times = []
    for _ in range(ITERATIONS):
        torch.cuda.synchronize()
        start = time.perf_counter()
        run()
        torch.cuda.synchronize()
        times.append(1e3 * (time.perf_counter() - start))
    return statistics.median(times)


@torch.inference_mode()
def time_pytorch(name, precision, size):
    torch.backends.cudnn.allow_tf32 = False
    dtype = DTYPES[precision]
    options = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    with torch.device("cuda"):
        model = torchvision.models.get_model(name, weights=None, **options).eval().to(dtype)
        x = torch.randn(1, 3, size, size, dtype=dtype)
    call_model = lambda: model(x)
    report = {"eager_ms": milliseconds(call_model), "eager_fps": frames_per_second(call_model, 1)}
    model, x = model.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    graph = capture(call_model)
    return report | {"graph_ms": milliseconds(graph.replay), "graph_fps": frames_per_second(graph.replay, 1)}


def measure(args, model, precision):
    bench = call(args.program, "bench", engine_path(args, model, precision), "--seconds", 0.5)
    size = 299 if model == "inception_v3" else 224
    return {"model": model, "precision": precision, "bench": bench, "pytorch": time_pytorch(model, precision, size)}


def table(built, timed):
    lines = [
        "| model | precision | PyTorch eager FPS | PyTorch CUDA graph FPS | ours FPS | × eager | × graph "
        "| PyTorch graph ms | ours p50 ms | build s | level | rel. error | verified |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for key, row in built.items():
        cells = [""] * 7
        if key in timed:
            ours, theirs = timed[key]["bench"]["cuda_graph"], timed[key]["pytorch"]
            fps = ours["throughput"]
            cells = [f"{theirs['eager_fps']:.0f}", f"{theirs['graph_fps']:.0f}", f"{fps:.0f}", f"{fps / theirs['eager_fps']:.2f}",
                     f"{fps / theirs['graph_fps']:.2f}", f"{theirs['graph_ms']:.3f}", f"{ours['latency_ms']['p50']:.3f}"]
        error = max(output["rel_l2"] for output in row["verified"]["outputs"])
        cells += [f"{row['converted']['seconds']['build']:.1f}", "default" if row["level"] is None else str(row["level"]), f"{error:.1e}",
                  "yes" if row["verified"]["passed"] else "NO"]
        lines.append(f"| {row['model']} | {row['precision']} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def parse_levels(text):
    """`3,densenet121=1` → level 3, but 1 for densenet121. `default` leaves it to TensorRT, which before 8.6 knows no levels."""
    levels = {"": 3}
    for part in text.split(","):
        model, _, level = part.rpartition("=")
        levels[model] = None if level == "default" else int(level)
    return levels


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True, help="the binary torchvision-trt")
    parser.add_argument("--models", required=True, type=lambda text: text.split(","))
    parser.add_argument("--precisions", default=["fp16"], type=lambda text: text.split(","))
    parser.add_argument("--levels", default=parse_levels("3"), type=parse_levels, help="optimization level, as in 3,densenet121=1")
    parser.add_argument("--work", type=Path, default=Path("bench-work"), help="folder of programs and engines")
    parser.add_argument("--output", type=Path, required=True, help="folder of built.jsonl, timed.jsonl and table.md")
    parser.add_argument("--jobs", type=int, default=1, help="exports at a time")
    parser.add_argument("--build-until", type=float, default=NEVER, help="end building after this many seconds")
    parser.add_argument("--seconds", type=float, default=NEVER, help="time no engine after this many seconds")
    args = parser.parse_args()
    started = time.monotonic()
    elapsed = lambda: time.monotonic() - started
    for folder in (args.work, args.output):
        folder.mkdir(parents=True, exist_ok=True)
    built, timed = Store(args.output / "built.jsonl"), Store(args.output / "timed.jsonl")
    wanted = [(model, precision) for precision in args.precisions for model in args.models]
    failed = []

    def attempt(what, job, *arguments):
        """One model must not cost the others their rows."""
        try:
            return job(*arguments)
        except Exception as error:
            say(f"{what}: {error}")
            failed.append(what)
            return None

    with ThreadPoolExecutor(args.jobs) as pool:
        list(pool.map(lambda model: attempt(model, export, model, args.work), args.models))
    say(f"exported after {elapsed():.0f} s")

    for precision in args.precisions:
        for level in sorted(set(args.levels.values()), key=lambda level: -1 if level is None else level, reverse=True):
            models = [m for m in args.models if args.levels.get(m, args.levels[""]) == level and (m, precision) not in built.rows]
            if not models or elapsed() > args.build_until:
                continue
            for converted in build(args, models, precision, level, args.build_until - elapsed()):
                model = Path(converted["engine"]).stem
                verify = ("verify", args.work / f"{model}.pt2", "--engine", engine_path(args, model, precision), *flags(precision))
                if verified := attempt(f"{model} {precision}", call, args.program, *verify):
                    built.add({"model": model, "precision": precision, "level": level, "converted": converted, "verified": verified})
                    say(f"{model} {precision}: built in {converted['seconds']['build']:.0f} s, passed: {verified['passed']}")
    failed += [f"{model} {precision}" for model, precision in wanted if (model, precision) not in built.rows]
    say(f"built after {elapsed():.0f} s")
    for key in wanted:
        if key in built.rows and key not in timed.rows and elapsed() < args.seconds:
            if row := attempt(f"{key[0]} {key[1]}", measure, args, *key):
                timed.add(row)
    (args.output / "table.md").write_text(table(built.rows, timed.rows))
    say(f"done after {elapsed():.0f} s: {len(built.rows)} built, {len(timed.rows)} timed, of {len(wanted)}")
    sys.exit(1 if failed or not all(row["verified"]["passed"] for row in built.rows.values()) else 0)


if __name__ == "__main__":
    main()
