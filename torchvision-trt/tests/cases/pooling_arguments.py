"""Pooling by its names as functions, power averages, and what the module cases leave out."""

import torch
import torch.nn.functional as F
from torch import nn

from suite import D, Family, ints, randn, uniform

pool = Family("pool").case
N = D("n", 2, 5)
SIZES = {1: (11,), 2: (8, 11), 3: (6, 7, 5)}

for n, size in SIZES.items():
    for owner, where in ((torch, "torch"), (F, "functional")):
        name = f"max_pool{n}d"
        pool(f"{where}_{name}", lambda x, o=owner, f=name: getattr(o, f)(x, 3, 2, 1), randn(N, 2, *size), tolerance="exact")
        pool(f"{where}_{name}_dilated_ceil", lambda x, o=owner, f=name: getattr(o, f)(x, 2, 2, 1, 2, True), randn(2, 2, *size), tolerance="exact")
    name = f"avg_pool{n}d"
    pool(f"functional_{name}", lambda x, f=name: getattr(F, f)(x, 3, 2, 1, True, False), randn(N, 2, *size))
    pool(f"functional_{name}_defaults", lambda x, f=name: getattr(F, f)(x, 2), randn(2, 3, *size))
    pool(f"{name}_unbatched_ceil", {1: nn.AvgPool1d, 2: nn.AvgPool2d, 3: nn.AvgPool3d}[n](3, 2, 1, ceil_mode=True), randn(3, *size))
    pool(f"max_{n}d_unbatched_ceil", {1: nn.MaxPool1d, 2: nn.MaxPool2d, 3: nn.MaxPool3d}[n](3, 2, 1, ceil_mode=True), randn(3, *size), tolerance="exact")
    pool(f"max_{n}d_core", {1: nn.MaxPool1d, 2: nn.MaxPool2d, 3: nn.MaxPool3d}[n](3, 2, 1), randn(N, 3, *size), tolerance="exact", dialect="core")
    pool(f"avg_{n}d_core", {1: nn.AvgPool1d, 2: nn.AvgPool2d, 3: nn.AvgPool3d}[n](3, 2, 1, count_include_pad=False), randn(N, 3, *size), dialect="core")

# torch.avg_pool2d and torch.avg_pool3d are no names of PyTorch; torch.avg_pool1d is.
pool("torch_avg_pool1d", lambda x: torch.avg_pool1d(x, 3, 2, 1, True), randn(N, 2, 11))
pool("avg_2d_small_divisor", nn.AvgPool2d((2, 3), divisor_override=4), randn(2, 3, 7, 9))
pool("avg_2d_divisor_padded_not_counted", nn.AvgPool2d(3, 2, 1, count_include_pad=False, divisor_override=2), randn(2, 3, 7, 9))
pool("avg_2d_negative_divisor", nn.AvgPool2d(2, divisor_override=-3), randn(1, 2, 5, 6))
pool("avg_3d_ceil_padded_divisor", nn.AvgPool3d(3, 2, 1, ceil_mode=True, divisor_override=5), randn(1, 2, 4, 6, 5))
pool("avg_3d_not_counted_ceil", nn.AvgPool3d((3, 2, 3), 2, 1, ceil_mode=True, count_include_pad=False), randn(N, 2, 4, 6, 5))
pool("avg_1d_stride_beyond_kernel", nn.AvgPool1d(2, 5), randn(2, 3, 12))
pool("avg_2d_half", nn.AvgPool2d(3, 2, 1), randn(2, 3, 7, 9, dtype=torch.float16), tolerance="fp16")
pool("max_2d_half", nn.MaxPool2d(3, 2, 1, dilation=1), randn(2, 3, 7, 9, dtype=torch.float16), tolerance="exact")
pool("max_2d_half_dilated", nn.MaxPool2d(3, 2, 1, dilation=2), randn(2, 3, 9, 9, dtype=torch.float16), tolerance="exact")
pool("max_2d_integers", lambda x: F.max_pool2d(x, 3, 2, 1), ints(2, 3, 7, 9, dtype=torch.int32), tolerance="exact")
pool("max_2d_very_negative", lambda x: F.max_pool2d(x * 1e38, 3, 2, 1), uniform(1, 2, 6, 5, low=-3.0, high=-2.0), tolerance="exact")
pool("max_2d_all_minus_infinity", lambda x: F.max_pool2d(torch.where(x > 0, x, -torch.inf), 3, 1, 1), randn(1, 2, 6, 5), tolerance="exact")
pool("max_3d_dilated_dynamic", nn.MaxPool3d(2, 1, dilation=(1, 2, 3)), randn(N, 2, 4, D("_h", 8, 6, 5), 9), tolerance="exact")

power = Family("lp_pool").case
power("1d", nn.LPPool1d(2, 3, stride=2), randn(N, 3, 11))
power("1d_ceil", nn.LPPool1d(3, 2, ceil_mode=True), uniform(2, 3, 9))
power("1d_unbatched", nn.LPPool1d(2, 3), randn(3, 11))
power("2d", nn.LPPool2d(2, (3, 2), stride=(2, 1)), randn(N, 3, 8, 9))
power("2d_norm_1", nn.LPPool2d(1, 2), randn(2, 3, 6, 7))
power("2d_ceil", nn.LPPool2d(4, 3, ceil_mode=True), uniform(2, 3, 7, 8))
power("2d_fractional", nn.LPPool2d(1.5, 2), uniform(2, 3, 6, 7))
power("2d_functional", lambda x: F.lp_pool2d(x, 2, 3, 1), randn(1, 2, 7, 5))
power("3d", nn.LPPool3d(2, 2, stride=2), randn(2, 3, 4, 6, 5))
power("3d_odd_norm_of_negatives", lambda x: F.lp_pool3d(-x, 3, 2), uniform(1, 2, 4, 4, 6))

adaptive = Family("adaptive").case
for n, size in SIZES.items():
    target = (2, 3, 4)[:n]
    for kind in ("avg", "max"):
        name = f"adaptive_{kind}_pool{n}d"
        tolerance = "exact" if kind == "max" else "fp32"
        adaptive(f"functional_{name}", lambda x, f=name, t=target: getattr(F, f)(x, t), randn(N, 2, *size), tolerance=tolerance)
        adaptive(f"functional_{name}_one_size", lambda x, f=name: getattr(F, f)(x, 3), randn(2, 3, *size), tolerance=tolerance)
        adaptive(f"{kind}_{n}d_of_unbatched", lambda x, f=name, t=target: getattr(F, f)(x, t), randn(3, *size), tolerance=tolerance)
        adaptive(f"{kind}_{n}d_twice_as_large", lambda x, f=name, s=size: getattr(F, f)(x, [2 * i + 1 for i in s]), randn(1, 2, *size), tolerance=tolerance)
        adaptive(f"{kind}_{n}d_core", lambda x, f=name, t=target: getattr(F, f)(x, t), randn(N, 2, *size), tolerance=tolerance, dialect="core")
        if n > 1:
            none = (None, *target[1:])
            adaptive(f"{kind}_{n}d_first_size_kept", lambda x, f=name, t=none: getattr(F, f)(x, t), randn(N, 2, *size), tolerance=tolerance)
            # The maximum makes torch.export fix the size.
            if kind == "avg":
                adaptive(f"avg_{n}d_none_last_dynamic", lambda x, f=name, t=(*[1] * (n - 1), None): getattr(F, f)(x, t), randn(N, 2, *size[:-1], D("_w", 6, 9, 4)), tolerance=tolerance)
    adaptive(f"avg_{n}d_dynamic_size", {1: nn.AdaptiveAvgPool1d, 2: nn.AdaptiveAvgPool2d, 3: nn.AdaptiveAvgPool3d}[n](3), randn(N, 2, *size[:-1], D("_w", 10, 7, 4)))
    adaptive(f"max_{n}d_dynamic_size", {1: nn.AdaptiveMaxPool1d, 2: nn.AdaptiveMaxPool2d, 3: nn.AdaptiveMaxPool3d}[n](3), randn(N, 2, *size[:-1], D("_w", 10, 7, 4)), tolerance="exact")
adaptive("avg_2d_half", nn.AdaptiveAvgPool2d((3, 2)), randn(2, 3, 7, 9, dtype=torch.float16), tolerance="fp16")
adaptive("max_2d_negative_infinity", lambda x: F.adaptive_max_pool2d(torch.where(x > 0.5, x, -torch.inf), 3), randn(2, 3, 7, 8), tolerance="exact")
