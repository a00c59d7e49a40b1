"""grid_sample."""

import itertools

import torch
import torch.nn.functional as F

from suite import Family, randn, with_special

grid_sample = Family("GridSample", "grid_sample")
MODES = ["bilinear", "nearest", "bicubic"]
PADDINGS = ["zeros", "border", "reflection"]


def positions(*shape, reach=1.4):
    """A grid that reaches beyond the borders."""
    return (torch.rand(shape, generator=torch.Generator().manual_seed(sum(shape))) * 2 - 1) * reach


def add(name, x, grid, mode, padding, align_corners, **options):
    reference = lambda x, grid: F.grid_sample(x, grid, MODES[mode], PADDINGS[padding], align_corners)
    grid_sample.real(name, [x, grid], reference, mode=mode, padding_mode=padding, align_corners=align_corners, **options)


for mode, padding, align in itertools.product(range(3), range(3), (False, True)):
    name = f"{MODES[mode]}_{PADDINGS[padding]}{'_corners' if align else ''}"
    add(name, randn(2, 5, 9, 13), positions(2, 7, 11, 2), mode, padding, align, dtypes=(torch.float32,))
    if mode != 2:
        add(f"volume_{name}", randn(2, 3, 4, 5, 7), positions(2, 3, 5, 4, 3), mode, padding, align, dtypes=(torch.float32,))
add("short", randn(1, 4, 16, 12), positions(1, 8, 40, 2), 0, 0, False)
add("short_bicubic", randn(1, 3, 16, 12), positions(1, 9, 33, 2), 2, 1, False)
add("short_volume", randn(1, 3, 6, 7, 8), positions(1, 4, 3, 9, 3), 0, 2, True)
add("far_away", randn(1, 2, 5, 5), positions(1, 6, 6, 2, reach=30), 0, 2, False, dtypes=(torch.float32,), tolerances={torch.float32: "1e-4"})
add("one_pixel", randn(1, 2, 1, 1), positions(1, 4, 5, 2), 0, 2, True)
add("one_position", randn(3, 7, 6, 8), positions(3, 1, 1, 2), 0, 0, False)
add("many_channels", randn(1, 131, 6, 5), positions(1, 3, 2, 2), 0, 1, False)
add("wide", randn(1, 3, 40, 70), positions(1, 33, 130, 2), 0, 0, False)
add("no_positions", randn(1, 2, 4, 4), positions(1, 0, 5, 2), 0, 0, False, dtypes=(torch.float32,))
add("no_items", randn(0, 2, 4, 4), positions(0, 3, 5, 2), 0, 0, False, dtypes=(torch.float32,))
add("special", with_special(randn(1, 2, 9, 9), float("nan"), float("inf"), -float("inf")), positions(1, 8, 8, 2), 0, 0, False,
    dtypes=(torch.float32,))

# A grid of single precision for an input of half precision.
x, grid = randn(2, 3, 8, 9).half(), positions(2, 6, 5, 2)
grid_sample.case("mixed", [x, grid], F.grid_sample(x.double(), grid.double(), align_corners=False).half(), "fp16")

grid_sample.refused("mode", [randn(1, 1, 2, 2), randn(1, 1, 1, 2)], "expected 0, 1 or 2", mode=3)
grid_sample.refused("bicubic_volume", [randn(1, 1, 2, 2, 2), randn(1, 1, 1, 1, 3)], "expected 4", mode=2)
grid_sample.refused("batch", [randn(2, 1, 2, 2), randn(3, 1, 1, 2)], "grid, first dimension")
grid_sample.refused("last", [randn(1, 1, 2, 2), randn(1, 1, 1, 3)], "grid, last dimension")
