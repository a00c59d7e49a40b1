"""Padding and cropping in every mode."""

import torch
import torch.nn.functional as F
from torch import nn

from suite import D, Family, bools, ints, randn

pad = Family("pad").case
N = D("n", 2, 5)
SIZES = {1: (9,), 2: (7, 9), 3: (5, 7, 6)}
PADS = {1: (3, 2), 2: (3, 2, 0, 4), 3: (1, 2, 3, 0, 2, 4)}
CLASSES = {"ReflectionPad": 1, "ReplicationPad": 1, "CircularPad": 1, "ZeroPad": 1, "ConstantPad": 2}


def exact(name, function, *inputs, **options):
    pad(name, function, *inputs, tolerance="exact", **options)


for n, size in SIZES.items():
    for name, arguments in CLASSES.items():
        layer = getattr(nn, f"{name}{n}d")
        rest = (-1.5,) * (arguments - 1)
        exact(f"{name}{n}d", layer(PADS[n], *rest), randn(N, 2, *size))
        exact(f"{name}{n}d_unbatched", layer(2, *rest), randn(3, *size))
        exact(f"{name}{n}d_core", layer(PADS[n], *rest), randn(2, 2, *size), dialect="core")
        exact(f"{name}{n}d_raw", layer(PADS[n], *rest), randn(2, 2, *size), dialect="raw")
        if name != "CircularPad":
            exact(f"{name}{n}d_crops", layer((-1, 2, *(1, -2, -1, 0)[: 2 * n - 2]), *rest), randn(2, 2, *size))
        exact(f"{name}{n}d_dynamic", layer(PADS[n], *rest), randn(N, 2, *size[:-1], D("_w", 8, 11, 5)))
    for mode in ("reflect", "replicate", "circular"):
        exact(f"functional_{mode}_{n}d", lambda x, p=PADS[n], m=mode: F.pad(x, p, m), randn(2, 3, *size))

exact("constant_default_value", lambda x: F.pad(x, (1, 2)), randn(2, 3, 4))
exact("constant_value_last_dimension", lambda x: F.pad(x, (1, 2), value=3.25), randn(N, 3, 4))
exact("constant_value_all_dimensions", lambda x: F.pad(x, (1, 0, 2, 1, 0, 3), value=-7.0), randn(2, 3, 4))
exact("constant_batch_and_channels", lambda x: F.pad(x, (0, 0, 0, 0, 1, 2, 1, 1), value=0.5), randn(2, 3, 4, 5))
exact("constant_infinity", lambda x: F.pad(x, (1, 1), value=float("-inf")), randn(2, 5))
exact("constant_nan", lambda x: F.pad(x, (1, 1), value=float("nan")).isnan(), randn(2, 5))
exact("constant_crop_only", lambda x: F.pad(x, (-1, -2, -3, 0)), randn(2, 3, 7, 8))
exact("constant_crop_and_grow", lambda x: F.pad(x, (-2, 4, 3, -1), value=9.0), randn(2, 3, 7, 8))
exact("constant_vector", lambda x: F.pad(x, (2, 3), value=1.0), randn(4))
exact("constant_integers", lambda x: F.pad(x, (1, 2, 0, 1), value=5), ints(2, 3))
exact("constant_int32", lambda x: F.pad(x, (1, 2), value=-4), ints(2, 3, dtype=torch.int32))
exact("constant_bools", lambda x: F.pad(x, (1, 2), value=True), bools(2, 3))
exact("constant_bools_default", lambda x: F.pad(x, (1, 2)), bools(2, 3))
exact("constant_half", lambda x: F.pad(x, (1, 2), value=2.5), randn(2, 3, dtype=torch.float16))
exact("constant_rank_6", lambda x: F.pad(x, (1, 0, 0, 1), value=2.0), randn(1, 2, 1, 2, 3, 2))
exact("nothing", lambda x: F.pad(x, (0, 0, 0, 0)), randn(2, 3, 4))
exact("same_as_tensorflow", lambda x: F.pad(x, (0, (-x.shape[-1]) % 4, 0, (-x.shape[-2]) % 4)), randn(N, 3, 7, 9))
exact("window_multiple_dynamic", lambda x: F.pad(x, (0, 0, 0, (4 - x.shape[1] % 4) % 4)), randn(2, D("_h", 7, 10, 5), 3))
exact("by_size_of_another", lambda x, y: F.pad(x, (0, y.shape[1] - x.shape[1])), randn(2, D("_a", 4, 6, 2)), randn(2, D("_b", 9, 7, 6, 64)))
exact("circular_more_than_once_around_by_two", lambda x: F.pad(F.pad(x, (4, 4), "circular"), (4, 4), "circular"), randn(1, 2, 5))
exact("circular_whole_width", lambda x: F.pad(x, (5, 5), "circular"), randn(1, 2, 5))
exact("reflect_integers", lambda x: F.pad(x, (2, 1), "reflect"), ints(2, 3, 5))
exact("replicate_far", lambda x: F.pad(x, (20, 9), "replicate"), randn(1, 2, 5))
exact("circular_operator", lambda x: torch.ops.aten._pad_circular(x, (2, 1, 0, 3)), randn(2, 3, 4, 5), dialect="raw")
exact("replicate_one_element", lambda x: F.pad(x, (3, 2), "replicate"), randn(2, 3, 1))
