#!/usr/bin/env python3
"""Time PyTorch on an exported program, as JSON: loading it, and with --gpu its frames per second.

    bench_pytorch.py resnet18.pt2 --gpu --half

Inputs are those of the program's golden file. TF32 is on for convolutions, as is PyTorch's default.
"""

import argparse
import json
import time
from pathlib import Path

import torch
import torchvision  # noqa: F401  registers torchvision's operators
from safetensors.torch import load_file

WARM_UP, ITERATIONS = 20, 100


def frames_per_second(run, batch):
    for _ in range(WARM_UP):
        run()
    torch.cuda.synchronize()
    start = time.perf_counter()
    for _ in range(ITERATIONS):
        run()
    torch.cuda.synchronize()
    return batch * ITERATIONS / (time.perf_counter() - start)


def capture(run):
    """A CUDA graph of one call. The calls before it run on a stream of their own, as capture wants."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            run()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        run()
    return graph


@torch.inference_mode()
def gpu_report(program, golden, half):
    model = program.module().cuda()
    inputs = [golden[f"0.input.{name}"].cuda() for name in program.graph_signature.user_inputs]
    if half:
        model, inputs = model.half(), [x.half() if x.is_floating_point() else x for x in inputs]
    eager = frames_per_second(lambda: model(*inputs), inputs[0].shape[0])
    graph = capture(lambda: model(*inputs))
    return {"eager_fps": eager, "cuda_graph_fps": frames_per_second(graph.replay, inputs[0].shape[0])}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path, help="the .pt2 file")
    parser.add_argument("--gpu", action="store_true", help="also run it, eagerly and as a CUDA graph")
    parser.add_argument("--half", action="store_true", help="in fp16")
    args = parser.parse_args()

    start = time.perf_counter()
    program = torch.export.load(args.program)
    report = {"torch": torch.__version__, "load_seconds": time.perf_counter() - start}
    if args.gpu:
        golden = load_file(args.program.with_suffix(".golden.safetensors"))
        report |= gpu_report(program, golden, args.half)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
