"""Interpolation in every mode, by size and by factor."""

import torch
import torch.nn.functional as F
from torch import nn

from suite import D, Family, ints, randn

resize = Family("resize").case
N = D("n", 2, 5)
H, W = D("_h", 6, 9, 4), D("_w", 7, 5, 4)
SIZES = {1: (9,), 2: (7, 10), 3: (4, 6, 5)}
UP = {1: 20, 2: (15, 13), 3: (7, 11, 6)}
DOWN = {1: 5, 2: (3, 4), 3: (2, 3, 4)}
LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}

for n, size in SIZES.items():
    for mode in ("nearest", "nearest-exact", "area"):
        tolerance = "fp32" if mode == "area" else "exact"
        for way, target in (("up", UP[n]), ("down", DOWN[n])):
            resize(f"{mode}_{n}d_{way}", lambda x, t=target, m=mode: F.interpolate(x, t, mode=m), randn(N, 2, *size), tolerance=tolerance)
        resize(f"{mode}_{n}d_factor", lambda x, m=mode: F.interpolate(x, scale_factor=2.0, mode=m), randn(2, 3, *size), tolerance=tolerance)
        resize(f"{mode}_{n}d_fraction", lambda x, m=mode: F.interpolate(x, scale_factor=0.7, mode=m), randn(2, 3, *size), tolerance=tolerance)
    for corners in (False, True):
        end = "_aligned" if corners else ""
        options = {"mode": LINEAR[n], "align_corners": corners}
        for way, target in (("up", UP[n]), ("down", DOWN[n])):
            resize(f"{LINEAR[n]}_{way}{end}", lambda x, t=target, o=options: F.interpolate(x, t, **o), randn(N, 2, *size))
        resize(f"{LINEAR[n]}_factor{end}", lambda x, o=options: F.interpolate(x, scale_factor=2, **o), randn(2, 3, *size))
        resize(f"{LINEAR[n]}_fraction{end}", lambda x, o=options: F.interpolate(x, scale_factor=1.3, **o), randn(2, 3, *size))
        resize(f"{LINEAR[n]}_recomputed{end}", lambda x, o=options: F.interpolate(x, scale_factor=1.3, recompute_scale_factor=True, **o), randn(2, 3, *size))
    resize(f"{LINEAR[n]}_core", lambda x, m=LINEAR[n], t=UP[n]: F.interpolate(x, t, mode=m), randn(2, 3, *size), dialect="core")

for corners in (False, True):
    end = "_aligned" if corners else ""
    options = {"mode": "bicubic", "align_corners": corners}
    for way, target in (("up", (15, 13)), ("down", (3, 4)), ("one", (1, 1)), ("mixed", (14, 4))):
        resize(f"bicubic_{way}{end}", lambda x, t=target, o=options: F.interpolate(x, t, **o), randn(N, 2, 7, 10))
    resize(f"bicubic_fraction{end}", lambda x, o=options: F.interpolate(x, scale_factor=(1.6, 0.7), **o), randn(2, 3, 7, 10))
    resize(f"bicubic_dynamic{end}", lambda x, o=options: F.interpolate(x, scale_factor=2.0, **o), randn(N, 3, H, W))
    resize(f"bilinear_dynamic{end}", lambda x, o=options: F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=o["align_corners"]), randn(N, 3, H, W))
    resize(f"bilinear_dynamic_to_static{end}", lambda x, o=options: F.interpolate(x, (8, 6), mode="bilinear", align_corners=o["align_corners"]), randn(N, 3, H, W))
    resize(f"bilinear_to_one_element{end}", lambda x, o=options: F.interpolate(x, (1, 1), mode="bilinear", align_corners=o["align_corners"]), randn(2, 3, 5, 4))
    resize(f"bilinear_from_one_element{end}", lambda x, o=options: F.interpolate(x, (3, 4), mode="bilinear", align_corners=o["align_corners"]), randn(2, 3, 1, 1))
    for mode in ("bilinear", "bicubic"):
        for way, target in (("up", (15, 13)), ("down", (3, 4)), ("mixed", (14, 4))):
            resize(
                f"{mode}_antialias_{way}{end}",
                lambda x, t=target, m=mode, c=corners: F.interpolate(x, t, mode=m, align_corners=c, antialias=True),
                randn(N, 3, 7, 10),
            )
        resize(f"{mode}_antialias_factor{end}", lambda x, m=mode, c=corners: F.interpolate(x, scale_factor=0.45, mode=m, align_corners=c, antialias=True), randn(2, 3, 11, 10))

resize("nearest_dynamic", lambda x: F.interpolate(x, scale_factor=2), randn(N, 3, H, W), tolerance="exact")
resize("nearest_exact_dynamic", lambda x: F.interpolate(x, scale_factor=(2, 3), mode="nearest-exact"), randn(N, 3, H, W), tolerance="exact")
resize("nearest_to_size_of_another", lambda x, y: F.interpolate(x, y.shape[2:]) + y, randn(N, 3, H, W), randn(N, 3, D("_a", 9, 14, 8), D("_b", 12, 11, 8)), tolerance="exact")
resize("bilinear_to_size_of_another", lambda x, y: F.interpolate(x, y.shape[-2:], mode="bilinear", align_corners=False), randn(N, 3, H, W), randn(1, 1, D("_a", 9, 14, 8), D("_b", 12, 11, 8)))
resize("nearest_same_size", lambda x: F.interpolate(x, (7, 10)), randn(2, 3, 7, 10), tolerance="exact")
resize("nearest_odd_ratios", lambda x: F.interpolate(x, (37, 41)), randn(1, 2, 11, 13), tolerance="exact")
resize("nearest_exact_odd_ratios", lambda x: F.interpolate(x, (37, 41), mode="nearest-exact"), randn(1, 2, 11, 13), tolerance="exact")
resize("nearest_exact_halves", lambda x: F.interpolate(x, (5, 3), mode="nearest-exact"), randn(1, 2, 10, 9), tolerance="exact")
resize("bilinear_half", lambda x: F.interpolate(x, (9, 5), mode="bilinear"), randn(2, 3, 7, 10, dtype=torch.float16), tolerance="fp16")
resize("nearest_half", lambda x: F.interpolate(x, scale_factor=2), randn(2, 3, 7, 10, dtype=torch.float16), tolerance="exact")
resize("nearest_bytes", lambda x: F.interpolate(x, (9, 5)), ints(1, 3, 7, 10, low=0, high=256, dtype=torch.uint8), tolerance="exact")
resize("upsample_functional", lambda x: F.upsample(x, scale_factor=2, mode="bilinear"), randn(2, 3, 7, 10))
resize("upsample_functional_nearest", lambda x: F.upsample(x, (9, 12)), randn(N, 3, 7, 10), tolerance="exact")
resize("upsample_nearest_functional", lambda x: F.upsample_nearest(x, scale_factor=3), randn(2, 3, 5, 6), tolerance="exact")
resize("upsample_bilinear_functional", lambda x: F.upsample_bilinear(x, (9, 8)), randn(2, 3, 5, 6))
resize("upsample_module", nn.Upsample(scale_factor=(2, 3), mode="bilinear", align_corners=True), randn(N, 3, 5, 6))
resize("upsample_module_size", nn.Upsample((9, 8), mode="bicubic"), randn(N, 3, 5, 6))
resize("upsampling_bilinear_module", nn.UpsamplingBilinear2d(scale_factor=2), randn(2, 3, 5, 6))
resize("upsampling_nearest_module", nn.UpsamplingNearest2d((7, 9)), randn(2, 3, 5, 6), tolerance="exact")
resize("bilinear_raw", lambda x: F.interpolate(x, (9, 5), mode="bilinear"), randn(2, 3, 7, 10), dialect="raw")
resize("nearest_core", lambda x: F.interpolate(x, scale_factor=2), randn(2, 3, 7, 10), tolerance="exact", dialect="core")
resize("bicubic_core", lambda x: F.interpolate(x, (9, 5), mode="bicubic"), randn(2, 3, 7, 10), dialect="core")
