#!/usr/bin/env python3
"""Time torchvision's and PyTorch's CUDA operators at the sizes of tests/plugins/bench/vision.rs; prints a Markdown table.

Medians of 20 runs, each between two events, after 3 that warm up. nms returns indices, so its runs include the wait for their number.
"""

import statistics

import torch
import torch.nn.functional as F
from torchvision.ops import deform_conv2d, nms, roi_align


def measure(work):
    times = []
    for number in range(23):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        work()
        end.record()
        end.synchronize()
        if number >= 3:
            times.append(start.elapsed_time(end))
    return statistics.median(times)


def boxes(count, width, height, dtype):
    corner = torch.rand(count, 2, device="cuda") * torch.tensor([width, height], device="cuda")
    return torch.cat([corner, corner + 16 + 256 * torch.rand(count, 2, device="cuda")], 1).to(dtype)


def works(dtype):
    rand = lambda *shape: (torch.rand(shape, device="cuda") * 2 - 1).to(dtype)
    for n, c, h, w in ((1, 64, 256, 256), (8, 256, 64, 64), (4, 3, 1080, 1920)):
        theta = torch.eye(2, 3, device="cuda").repeat(n, 1, 1)
        grid = F.affine_grid(theta, (n, c, h, w), align_corners=False)
        grid = (grid + 0.05 * (torch.rand(n, h, -(-w // 32), 2, device="cuda").repeat_interleave(32, 2)[:, :, :w] - 0.5)).to(dtype)
        x = rand(n, c, h, w)
        yield "GridSample", f"{n}x{c}x{h}x{w}", lambda: F.grid_sample(x, grid, align_corners=False)
    for count, c, h, w in ((100, 256, 50, 76), (1000, 256, 200, 304), (4000, 256, 100, 152)):
        x, rois = rand(1, c, h, w), torch.cat([torch.zeros(count, 1, device="cuda", dtype=dtype), boxes(count, 944, 528, dtype)], 1)
        yield "RoiAlign", f"{count} of {c}x{h}x{w}", lambda: roi_align(x, rois, 7, w / 1216, 2, True)
    for n, c, h, w in ((1, 256, 50, 76), (4, 256, 64, 64), (2, 512, 100, 152)):
        x, offset, mask, weight = rand(n, c, h, w), rand(n, 18, h, w), rand(n, 9, h, w), rand(c, c, 3, 3)
        yield "ModulatedDeformableConv", f"{n}x{c}x{h}x{w}", lambda: deform_conv2d(x, offset, weight, padding=1, mask=mask)
    for count in (1000, 10_000, 100_000):
        b, scores = boxes(count, 4000, 4000, dtype), torch.rand(count, device="cuda").to(dtype)
        yield "TorchNMS", str(count), lambda: nms(b, scores, 0.5)


def main():
    print("| operator | | type | ms |\n|---|---|---|---|")
    for dtype, name in ((torch.float32, "Float"), (torch.float16, "Half")):
        for plugin, what, work in works(dtype):
            try:
                print(f"| {plugin} | {what} | {name} | {measure(work):.3f} |", flush=True)
            except RuntimeError as error:
                print(f"| {plugin} | {what} | {name} | {str(error).splitlines()[0]} |", flush=True)


if __name__ == "__main__":
    torch.manual_seed(0)
    main()
