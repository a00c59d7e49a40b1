#!/usr/bin/env python3
"""Time operators as plugins and as layers, each in an engine of its own (docs/plugins.md, "In converted models").

    bench_plugins.py export FOLDER [FILTER…]                          where PyTorch is
    bench_plugins.py run FOLDER [FILTER…] --program torchvision-trt   on a GPU with TensorRT; needs nothing but Python

Each program is one operator at a realistic size. `run` converts it twice, with plugins and with `--no-plugins`, times both engines one
after the other, and prints a table; with `--fp16` in half precision. What is in the folder already is not made again.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

PROGRAMS = {}


def program(name, *shapes):
    """Registers a function of tensors: the program of that name, with inputs of these shapes."""

    def register(function):
        PROGRAMS[name] = (function, shapes)
        return function

    return register


def register_programs():
    import torch
    import torch.nn.functional as F
    import torchvision.ops as ops

    def boxes(raw, height, width, images=None):
        """Boxes inside an image from random numbers `[K, 4]`, with the number of an image before if there are several."""
        raw = raw.float().sigmoid()
        x, y = raw[:, 0] * width * 0.8, raw[:, 1] * height * 0.8
        corners = torch.stack([x, y, x + 2 + raw[:, 2] * width * 0.3, y + 2 + raw[:, 3] * height * 0.3], 1)
        if images is None:
            return corners
        number = torch.arange(raw.shape[0]) % images
        return torch.cat([number[:, None].float(), corners], 1)

    def regions(name, operator, maps, count, image=(800, 1088), **options):
        @program(name, maps, (count, 4))
        def run(x, raw):
            scale = maps[2] / image[0]
            return operator(x, boxes(raw, *image, maps[0]).to(x.dtype), spatial_scale=scale, **options)

    regions("roi_align 1000 boxes, 7x7, ratio 2", ops.roi_align, (1, 256, 200, 272), 1000, output_size=7, sampling_ratio=2)
    regions("roi_align 1000 boxes, 7x7, ratio 0", ops.roi_align, (1, 256, 50, 68), 1000, output_size=7, sampling_ratio=0)
    regions("roi_align 100 boxes, 14x14, aligned", ops.roi_align, (1, 256, 100, 136), 100, output_size=14, sampling_ratio=2, aligned=True)
    regions("roi_align 512 boxes of 4 images", ops.roi_align, (4, 256, 100, 136), 512, output_size=7, sampling_ratio=2)
    regions("roi_pool 300 boxes, 7x7", ops.roi_pool, (1, 256, 50, 68), 300, output_size=7)
    regions("ps_roi_align 300 boxes, 7x7", ops.ps_roi_align, (1, 490, 50, 68), 300, output_size=7, sampling_ratio=2)

    def deformable(name, channels, size, groups=1, offset_groups=1, mask=True, batch=1):
        weight = torch.randn(channels, channels // groups, 3, 3) * 0.05

        @program(name, (batch, channels, *size), (batch, 18 * offset_groups, *size), (batch, 9 * offset_groups, *size))
        def run(x, offset, gate):
            gate = gate.sigmoid() if mask else None
            return ops.deform_conv2d(x, 2 * offset, weight.to(x.dtype), None, padding=1, mask=gate)

    deformable("deform_conv2d v2 256 channels, 50x68", 256, (50, 68))
    deformable("deform_conv2d v2 64 channels, 200x272", 64, (200, 272))
    deformable("deform_conv2d v1 128 channels, 100x136, 4 groups", 128, (100, 136), groups=4, offset_groups=4, mask=False)

    for count in (1000, 4000):
        program(f"nms {count} boxes", (count, 4), (count,))(
            lambda raw, scores: ops.nms(boxes(raw, 800, 1088), scores.float(), 0.5)
        )
    for mode in ("bilinear", "bicubic"):
        program(f"grid_sample {mode} 64x256x256", (1, 64, 256, 256), (1, 256, 256, 2))(
            lambda x, grid, mode=mode: F.grid_sample(x, grid, mode, "zeros", False)
        )
    program("grid_sample volume 16x64x64x64", (1, 16, 64, 64, 64), (1, 64, 64, 64, 3))(
        lambda x, grid: F.grid_sample(x, grid, "bilinear", "zeros", False)
    )
    for rows, columns in ((4096, 4096), (1, 100000), (64, 50)):
        shape = (rows, columns)
        program(f"cumsum {rows} rows of {columns}", shape)(lambda x: x.cumsum(1))
        program(f"cumprod {rows} rows of {columns}", shape)(lambda x: (1 + x / 4096).cumprod(1))
        program(f"cummax {rows} rows of {columns}", shape)(lambda x: tuple(x.cummax(1)))
    program("unfold 3x3 of 8x64x128x128", (8, 64, 128, 128))(lambda x: F.unfold(x, 3, padding=1))
    program("unfold 7x7 stride 4 of 1x3x224x224", (1, 3, 224, 224))(lambda x: F.unfold(x, 7, padding=3, stride=4))
    for name, pool in (("average", F.adaptive_avg_pool2d), ("maximum", F.adaptive_max_pool2d)):
        program(f"adaptive {name} 8x512x50x68 to 7x7", (8, 512, 50, 68))(lambda x, pool=pool: pool(x, 7))
        program(f"adaptive {name} 1x2048x61x59 to 7x9", (1, 2048, 61, 59))(lambda x, pool=pool: pool(x, (7, 9)))


def file_of(folder, name):
    return folder / ("".join(c if c.isalnum() else "_" for c in name) + ".pt2")


def chosen(names, filters):
    return [name for name in names if not filters or any(part in name for part in filters)]


def export(options):
    import torch

    register_programs()
    options.folder.mkdir(parents=True, exist_ok=True)
    (options.folder / "programs.json").write_text(json.dumps(list(PROGRAMS)))

    class Program(torch.nn.Module):
        def __init__(self, function):
            super().__init__()
            self.function = function

        def forward(self, *inputs):
            return self.function(*inputs)

    for name in chosen(PROGRAMS, options.filter):
        path = file_of(options.folder, name)
        if path.exists():
            continue
        function, shapes = PROGRAMS[name]
        inputs = tuple(torch.rand(shape) * 2 - 1 for shape in shapes)
        with torch.no_grad():
            exported = torch.export.export(Program(function).eval(), inputs, strict=False)
        exported._example_inputs = None  # else the file holds them
        torch.export.save(exported, path)
        print(name, file=sys.stderr)


def output_of(command, check=True):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if check and done.returncode:
        raise RuntimeError(done.stderr.strip()[-400:] or f"status {done.returncode}")
    return done.stdout


def build(options, names, plugins):
    """The folder of the engines, made by one process, since TensorRT takes seconds to load; and the reasons of those that are missing."""
    precision = "fp16" if options.fp16 else "fp32"
    folder = options.folder / f"{precision}-{'plugins' if plugins else 'layers'}"
    programs = [file_of(options.folder, name) for name in names]
    programs = [program for program in programs if not engine_of(folder, program).exists()]
    if not programs:
        return folder, {}
    folder.mkdir(exist_ok=True)
    command = [options.program, "convert", "--json", *programs, "-o", folder, "--timing-cache", options.folder / "timing.cache"]
    command += ["--optimization-level", options.level]
    command += ["--fp16"] * options.fp16 + ["--no-plugins"] * (not plugins)
    answers = output_of(command, check=False)
    reasons, decoder = {}, json.JSONDecoder()
    for program in programs:
        answer, end = decoder.raw_decode(answers.lstrip() or "{}")
        answers = answers.lstrip()[end:]
        reasons[program] = answer.get("error", "the process has ended")
    return folder, reasons


def engine_of(folder, program):
    return folder / f"{program.stem}.engine"


def measure(options, engine):
    """Milliseconds of an engine, and the plugins in it."""
    metadata = json.loads(Path(f"{engine}.json").read_text())
    report = json.loads(output_of([options.program, "bench", engine, "--seconds", options.seconds, "--json"]))
    # Back to back: the time of a run without the host's wait for it.
    batch = metadata["inputs"][0]["shape"][0]
    return 1e3 * batch / report["cuda_graph"]["throughput"], metadata.get("plugins", [])


def run(options):
    names = json.loads((options.folder / "programs.json").read_text())
    names = chosen(names, options.filter)
    built = [build(options, names, plugins) for plugins in (True, False)]
    print("| operator | plugin | plugin ms | layers ms | layers / plugin |\n|---|---|--:|--:|--:|", flush=True)
    for name in names:
        program = file_of(options.folder, name)
        cells, times, used = [], [], []
        for folder, reasons in built:
            try:
                if not engine_of(folder, program).exists():
                    raise RuntimeError(reasons[program])
                time, plugins = measure(options, engine_of(folder, program))
                times.append(time)
                used += plugins
                cells.append(f"{time:.4f}")
            except (RuntimeError, OSError, KeyError, ValueError) as error:
                cells.append(str(error).replace("\n", " ").replace("|", "\\|"))
        ratio = f"{times[1] / times[0]:.2f}" if len(times) == 2 else ""
        print(f"| {name} | {', '.join(used) or 'none'} | {cells[0]} | {cells[1]} | {ratio} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    exporting = commands.add_parser("export")
    running = commands.add_parser("run")
    for command in (exporting, running):
        command.add_argument("folder", type=Path)
        command.add_argument("filter", nargs="*", help="parts of names")
    running.add_argument("--program", default="torchvision-trt")
    running.add_argument("--fp16", action="store_true")
    running.add_argument("--seconds", type=float, default=0.3, help="for each of the four measurements of an engine")
    running.add_argument("--level", type=int, default=3, help="optimization level of the builds")
    options = parser.parse_args()
    {"export": export, "run": run}[options.command](options)


if __name__ == "__main__":
    main()
