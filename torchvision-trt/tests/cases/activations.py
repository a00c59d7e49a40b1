"""Activation functions."""

import torch
import torch.nn.functional as F
from torch import nn

from suite import D, Family, bools, edges, ints, randn

act = Family("act").case
N = D("n", 2, 5)
SHAPES = {"rank_1": (33,), "rank_2": (N, 9), "rank_4": (2, 3, D("h", 4, 7), 5), "rank_5": (1, 2, 3, 4, 5)}

ACTIVATIONS = {
    "relu": nn.ReLU(),
    "relu6": nn.ReLU6(),
    "hardtanh": nn.Hardtanh(-0.75, 2.25),
    "sigmoid": nn.Sigmoid(),
    "tanh": nn.Tanh(),
    "leaky_relu": nn.LeakyReLU(0.2),
    "elu": nn.ELU(1.5),
    "hardsigmoid": nn.Hardsigmoid(),
    "hardswish": nn.Hardswish(),
    "silu": nn.SiLU(),
    "gelu": nn.GELU(),
    "gelu_tanh": nn.GELU(approximate="tanh"),
}
for name, module in ACTIVATIONS.items():
    for shape, sizes in SHAPES.items():
        act(f"{name}_{shape}", module, edges(*sizes))

for name, module in {
    "relu": nn.ReLU(inplace=True),
    "relu6": nn.ReLU6(inplace=True),
    "hardtanh": nn.Hardtanh(-2, 3, inplace=True),
    "hardswish": nn.Hardswish(inplace=True),
    "hardsigmoid": nn.Hardsigmoid(inplace=True),
    "silu": nn.SiLU(inplace=True),
    "leaky_relu": nn.LeakyReLU(-0.1, inplace=True),
    "elu": nn.ELU(inplace=True),
}.items():
    # The input itself must not change, so a copy of it is overwritten.
    act(f"{name}_inplace_raw", nn.Sequential(nn.Hardtanh(-50, 50), module), edges(3, 7), dialect="raw")

act("relu_scalar", nn.ReLU(), randn())
act("relu_integers", nn.ReLU(), ints(3, 4, low=-5, high=5, dtype=torch.int32))
act("clamp", lambda x: torch.clamp(x, -0.5, 0.75), edges(4, 5))
act("clamp_only_min", lambda x: x.clamp(min=0.25), edges(4, 5))
act("clamp_only_max", lambda x: x.clamp(max=-0.25), edges(N, 5))
act("clamp_max_below_min", lambda x: x.clamp(1.0, -1.0), edges(4, 5))
act("clamp_integers", lambda x: x.clamp(-3, 4), ints(4, 5))
act("hardtanh_degenerate", nn.Hardtanh(0.0, 1e-6), edges(4, 5))
act("softmax_last", nn.Softmax(-1), randn(N, 3, 10))
act("softmax_first", nn.Softmax(0), randn(4, 3))
act("softmax_middle", nn.Softmax(1), randn(2, 7, 3, 4))
act("softmax_rank_1", nn.Softmax(0), randn(9))
act("softmax_large_values", lambda x: F.softmax(x * 1000, 1), randn(3, 8))
act("softmax_of_one", nn.Softmax(-1), randn(3, 1))
act("log_softmax", nn.LogSoftmax(1), randn(N, 11))
act("dropout", nn.Sequential(nn.Dropout(0.5), nn.ReLU(), nn.Dropout2d(0.3)), randn(2, 3, 4, 5))
act("dropout_raw", nn.Sequential(nn.ReLU(), nn.Dropout(0.5, inplace=True), nn.Linear(5, 3), nn.Dropout()), randn(2, 5), dialect="raw")
act("dropout_only", nn.Dropout(0.5), randn(2, 5), tolerance="exact")
act("where_mask", lambda m, x: torch.where(m, x, x * 2), bools(3, 4), randn(3, 4))
