"""The operators of exported detection models, and what torchvision's detection models are made of."""

import sys
from collections import OrderedDict
from pathlib import Path

import torch
import torchvision.ops

from suite import D, Family, Input, ints, randn, uniform

sys.path.insert(0, str(Path(__file__).parents[2] / "python"))

import detection  # registers the operator nms_mask

N, K = D("_n", 2, 3), D("_k", 9, 14)

nms_mask = Family("nms_mask").case


def crowded(*shape, reach=30.0, spread=12.0):
    """Boxes of a common place and size, moved by random amounts."""

    def make(size, g):
        first = torch.rand(*size[:-1], 2, generator=g) * spread
        extent = reach + torch.rand(*size[:-1], 2, generator=g) * spread
        return torch.cat([first, first + extent], -1)

    return Input((*shape, 4), make)


def masked(name, function, *inputs):
    nms_mask(name, function, *inputs, tolerance="exact")


def chain(boxes):
    """Boxes of which each overlaps only the next: every second one is kept."""
    start = torch.arange(boxes.shape[1], dtype=torch.float32) * 4
    return torch.stack([start, start * 0, start + 10, start * 0 + 10], 1).expand(boxes.shape[0], -1, -1) + boxes * 0.01


masked("plain", lambda b: detection.nms_mask(b, None, 0.5), crowded(2, 20))
masked("low_threshold", lambda b: detection.nms_mask(b, None, 0.05), crowded(1, 33))
masked("high_threshold", lambda b: detection.nms_mask(b, None, 0.9), crowded(3, 25, spread=4.0))
masked("groups", lambda b, g: detection.nms_mask(b, g, 0.5), crowded(2, 30), ints(2, 30, low=0, high=4))
masked("one_box", lambda b: detection.nms_mask(b, None, 0.5), crowded(2, 1))
masked("without_area", lambda b: detection.nms_mask(b * torch.tensor([1.0, 1, 0, 0]) + b.roll(2, 2) * torch.tensor([0.0, 0, 1, 1]), None, 0.5), crowded(2, 7))
masked("half_without_area", lambda b: detection.nms_mask(torch.where(torch.arange(12)[:, None] % 2 == 0, b, 0), None, 0.5), crowded(2, 12))
masked("all_equal", lambda b: detection.nms_mask(b * 0 + torch.tensor([1.0, 2, 9, 9]), None, 0.99), crowded(2, 11))
masked("long_chain", lambda b: detection.nms_mask(chain(b), None, 0.4), uniform(2, 30, 4))
masked("dynamic", lambda b, g: detection.nms_mask(b, g, 0.45), crowded(N, K), ints(N, K, low=0, high=3))
