"""Sampling at the coordinates of a grid."""

import torch
import torch.nn.functional as F

from suite import D, Family, ints, randn, uniform

grid = Family("grid").case
N = D("n", 2, 4)
MODES = ("bilinear", "nearest", "bicubic")
BORDERS = ("zeros", "border", "reflection")


def coordinates(*shape, reach=1.6):
    return uniform(*shape, low=-reach, high=reach)


for border in BORDERS:
    for corners in (False, True):
        end = f"{border}{'_aligned' if corners else ''}"
        for mode in MODES:
            options = {"mode": mode, "padding_mode": border, "align_corners": corners}
            grid(f"2d_{mode}_{end}", lambda x, g, o=options: F.grid_sample(x, g, **o), randn(N, 3, 7, 10), coordinates(N, 6, 5, 2))
        for mode in MODES[:2]:
            options = {"mode": mode, "padding_mode": border, "align_corners": corners}
            grid(f"3d_{mode}_{end}", lambda x, g, o=options: F.grid_sample(x, g, **o), randn(N, 2, 5, 6, 4), coordinates(N, 3, 4, 5, 3))

grid("2d_defaults", lambda x, g: F.grid_sample(x, g), randn(2, 3, 6, 5), coordinates(2, 4, 7, 2))
grid("2d_far_away", lambda x, g: F.grid_sample(x, g, padding_mode="reflection", align_corners=True), randn(2, 3, 6, 5), coordinates(2, 4, 7, 2, reach=9.0))
grid("2d_far_away_border", lambda x, g: F.grid_sample(x, g, padding_mode="border", align_corners=False), randn(2, 3, 6, 5), coordinates(2, 4, 7, 2, reach=1e6))
grid("3d_far_away", lambda x, g: F.grid_sample(x, g, padding_mode="reflection", align_corners=False), randn(2, 2, 3, 4, 5), coordinates(2, 3, 4, 2, 3, reach=7.0))
grid("2d_dynamic", lambda x, g: F.grid_sample(x, g, align_corners=False), randn(N, 3, D("_h", 6, 9, 3), D("_w", 7, 5, 3)), coordinates(N, D("_a", 4, 6, 2), 3, 2))
grid("3d_dynamic", lambda x, g: F.grid_sample(x, g, align_corners=True), randn(N, 2, D("_d", 4, 3, 2), D("_h", 6, 5, 3), D("_w", 5, 7, 3)), coordinates(N, 2, D("_a", 4, 6, 2), 3, 3))
grid("2d_one_pixel", lambda x, g: F.grid_sample(x, g, align_corners=True, padding_mode="border"), randn(2, 3, 1, 1), coordinates(2, 2, 2, 2))
grid("3d_thin", lambda x, g: F.grid_sample(x, g, align_corners=False), randn(1, 2, 1, 4, 3), coordinates(1, 2, 2, 2, 3))
# Coordinates that are exact in half precision, in which PyTorch computes with them.
grid("2d_half", lambda x, g: F.grid_sample(x, (g / 4).half(), align_corners=False), randn(2, 3, 4, 8, dtype=torch.float16), ints(2, 4, 7, 2, low=-4, high=5), tolerance="fp16")
grid("2d_core", lambda x, g: F.grid_sample(x, g, align_corners=False), randn(2, 3, 6, 5), coordinates(2, 4, 7, 2), dialect="core")

affine = Family("affine_grid").case
affine("2d", lambda t: F.affine_grid(t, (2, 3, 5, 6), align_corners=False), randn(2, 2, 3))
affine("2d_aligned", lambda t: F.affine_grid(t, (2, 3, 5, 6), align_corners=True), randn(2, 2, 3))
affine("2d_one_row_aligned", lambda t: F.affine_grid(t, (2, 3, 1, 6), align_corners=True), randn(2, 2, 3))
affine("3d", lambda t: F.affine_grid(t, (2, 3, 4, 5, 6), align_corners=False), randn(2, 3, 4))
affine("3d_aligned", lambda t: F.affine_grid(t, (2, 3, 4, 5, 6), align_corners=True), randn(2, 3, 4))
affine("2d_batch", lambda t: F.affine_grid(t, (t.shape[0], 1, 3, 4), align_corners=False), randn(N, 2, 3))
affine("2d_core", lambda t: F.affine_grid(t, (2, 3, 5, 6), align_corners=False), randn(2, 2, 3), dialect="core")
affine("spatial_transformer", lambda x, t: F.grid_sample(x, F.affine_grid(t, x.shape, align_corners=False), align_corners=False), randn(2, 3, 8, 7), randn(2, 2, 3))
