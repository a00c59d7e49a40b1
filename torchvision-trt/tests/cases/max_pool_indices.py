"""Max pooling that returns the places of the maxima, and its inverse."""

import torch
import torch.nn.functional as F
from torch import nn

from suite import D, Family, ints, randn

indices = Family("pool_indices").case
N = D("n", 2, 5)
LAYERS = {1: nn.MaxPool1d, 2: nn.MaxPool2d, 3: nn.MaxPool3d}
ADAPTIVE = {1: nn.AdaptiveMaxPool1d, 2: nn.AdaptiveMaxPool2d, 3: nn.AdaptiveMaxPool3d}
UNPOOL = {1: F.max_unpool1d, 2: F.max_unpool2d, 3: F.max_unpool3d}
SIZES = {1: (11,), 2: (8, 11), 3: (6, 7, 5)}


def exact(name, function, *inputs, **options):
    indices(name, function, *inputs, tolerance="exact", **options)


for n, layer in LAYERS.items():
    size = SIZES[n]
    exact(f"{n}d", layer(2, return_indices=True), randn(N, 3, *size))
    exact(f"{n}d_padded_overlapping", layer(3, 2, 1, return_indices=True), randn(2, 3, *size))
    exact(f"{n}d_dilated_ceil", layer(2, 2, 1, dilation=2, ceil_mode=True, return_indices=True), randn(2, 2, *size))
    exact(f"{n}d_unbatched", layer(3, 1, return_indices=True), randn(3, *size))
    exact(f"{n}d_ties", layer(3, 2, 1, return_indices=True), ints(2, 2, *size, low=-1, high=2, dtype=torch.float32))
    exact(f"{n}d_dynamic", layer(3, 2, 1, return_indices=True), randn(N, 2, *size[:-1], D("_w", 10, 13, 6)))
    exact(f"{n}d_core", layer(3, 2, 1, return_indices=True), randn(2, 2, *size), dialect="core")
    exact(f"adaptive_{n}d", ADAPTIVE[n](3, return_indices=True), randn(N, 2, *size))
    exact(f"adaptive_{n}d_unbatched", ADAPTIVE[n](2, return_indices=True), randn(2, *size))
    exact(f"adaptive_{n}d_ties", ADAPTIVE[n](4, return_indices=True), ints(2, 2, *size, low=0, high=2, dtype=torch.float32))
    exact(f"unpool_{n}d", lambda x, p=layer(2, return_indices=True), u=UNPOOL[n]: u(*p(x), 2), randn(2, 3, *[2 * (s // 2) for s in size]))
    exact(f"unpool_{n}d_output_size", lambda x, p=layer(2, return_indices=True), u=UNPOOL[n]: u(*p(x), 2, output_size=x.shape), randn(1, 2, *size))

exact("2d_only_indices", lambda x: F.max_pool2d(x, (3, 2), (1, 2), return_indices=True)[1], randn(2, 3, 8, 9))
exact("2d_indices_gathered", lambda x: x.flatten(2).gather(2, F.max_pool2d(x, 3, 2, return_indices=True)[1].flatten(2)), randn(N, 3, 9, 8))
exact("2d_global_by_indices", lambda x: F.adaptive_max_pool2d(x, 1, return_indices=True), randn(N, 3, 5, 7))
exact("2d_minus_infinity", lambda x: F.max_pool2d(torch.where(x > 1, x, -torch.inf), 3, 2, 1, return_indices=True), randn(2, 3, 9, 8))
exact("2d_whole_image", lambda x: F.max_pool2d(x, x.shape[2:], return_indices=True), randn(2, 3, 4, 5))
