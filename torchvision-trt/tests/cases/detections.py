"""The operators of exported detection models, and what torchvision's detection models are made of."""

import sys
from collections import OrderedDict
from pathlib import Path

import torch
import torchvision.ops

from suite import D, Family, Input, ints, randn, trained, uniform

sys.path.insert(0, str(Path(__file__).parents[2] / "python"))

import detection  # registers the operator nms_mask

from torchvision.ops.feature_pyramid_network import LastLevelMaxPool, LastLevelP6P7

N, K = D("_n", 2, 3), D("_k", 9, 14)

nms_mask = Family("nms_mask").case


def crowded(*shape, reach=30.0, spread=12.0):
    """Boxes of a common place and size, moved by random amounts."""

    def make(size, g):
        first = torch.rand(*size[:-1], 2, generator=g) * spread
        extent = reach + torch.rand(*size[:-1], 2, generator=g) * spread
        return torch.cat([first, first + extent], -1)

    return Input((*shape, 4), make)


def small_and_empty(*shape):
    """Boxes of a few pixels, every other one without area. None is inverted: the level of such a box is an integer made of NaN."""

    def make(size, g):
        boxes = torch.rand(*size, generator=g) * 2
        extent = boxes[..., 2:] * (torch.arange(size[1])[:, None] % 2)
        return torch.cat([boxes[..., :2], boxes[..., :2] + extent], -1)

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


@torch.no_grad()
def frozen(norm):
    for name, low in (("weight", -1.5), ("bias", -1.0), ("running_mean", -1.0), ("running_var", 0.2)):
        getattr(norm, name).uniform_(low, 2.0)
    return norm


class Pyramid(torch.nn.Module):
    def __init__(self, pyramid):
        super().__init__()
        self.pyramid = pyramid

    def forward(self, fine, middle, coarse=None):
        maps = [fine, middle] if coarse is None else [fine, middle, coarse]
        return self.pyramid(OrderedDict((str(i), x) for i, x in enumerate(maps)))


class Pooled(torch.nn.Module):
    """torchvision's own pooling, which has fixed sizes only where there is one level; every image gets the same boxes."""

    def __init__(self, names, size, samples, image_sizes):
        super().__init__()
        self.pool, self.image_sizes = torchvision.ops.MultiScaleRoIAlign(names, size, samples), image_sizes

    def forward(self, x, boxes):
        return self.pool({"0": x}, [boxes] * len(self.image_sizes), self.image_sizes)


class Levels(torch.nn.Module):
    """What stands for it in exported detection models, with boxes of sizes of all levels."""

    def __init__(self, size, samples, image_size):
        super().__init__()
        self.pool = torchvision.ops.MultiScaleRoIAlign(["0", "1"], size, samples, canonical_scale=40, canonical_level=2)
        maps = [torch.zeros(1, 4, image_size[0] // scale, image_size[1] // scale) for scale in (4, 8)]
        self.scales = {self.pool: torchvision.ops.poolers._setup_scales(maps, [image_size], 40, 2)}

    def forward(self, x, y, boxes):
        return detection.Detector.multiscale_roi_align(self, self.pool, {"0": x, "1": y}, boxes)


iou = Family("box_iou").case
A, B = crowded(K), crowded(6)

iou("plain", torchvision.ops.box_iou, A, B)
iou("disjoint", lambda a, b: torchvision.ops.box_iou(a, b + 1000), A, B)
iou("one_box", torchvision.ops.box_iou, crowded(1), B)
iou("half_precision", lambda a, b: torchvision.ops.box_iou(a.half(), b.half()).float(), A, B, tolerance="fp16")
iou("generalized", torchvision.ops.generalized_box_iou, A, B)
iou("generalized_disjoint", lambda a, b: torchvision.ops.generalized_box_iou(a, b - 90), A, B)
iou("distance", torchvision.ops.distance_box_iou, A, B)
iou("complete", torchvision.ops.complete_box_iou, A, B)
iou("area", lambda a: torchvision.ops.box_area(a), A)
iou("clipped_to_image", lambda a: torchvision.ops.clip_boxes_to_image(a - 8, (25, 31)), A)
for source, target in (("xyxy", "cxcywh"), ("cxcywh", "xyxy"), ("xywh", "cxcywh"), ("xyxy", "xywh")):
    iou(f"convert_{source}_{target}", lambda a, source=source, target=target: torchvision.ops.box_convert(a, source, target), A)

parts = Family("detection").case
parts("stochastic_depth", torchvision.ops.StochasticDepth(0.4, "row"), randn(N, 3, 5, 4), tolerance="exact")
parts("stochastic_depth_batch", torchvision.ops.StochasticDepth(0.9, "batch"), randn(2, 7), tolerance="exact")
parts("stochastic_depth_function", lambda x: torchvision.ops.stochastic_depth(x, 0.5, "row", training=False) + 1, randn(N, 3, 1, 2))
parts("frozen_batch_norm", frozen(torchvision.ops.FrozenBatchNorm2d(5)), randn(N, 5, 3, 7))
parts("frozen_batch_norm_eps", frozen(torchvision.ops.FrozenBatchNorm2d(3, eps=0.3)), randn(2, 3, D("_h", 4, 9), 1))
parts("pyramid", Pyramid(torchvision.ops.FeaturePyramidNetwork([3, 5, 4], 6)), randn(N, 3, 13, 18), randn(N, 5, 7, 9), randn(N, 4, 3, 5))
parts("pyramid_pooled", Pyramid(torchvision.ops.FeaturePyramidNetwork([3, 5], 6, extra_blocks=LastLevelMaxPool())), randn(2, 3, 8, 12), randn(2, 5, 4, 6))
parts("pyramid_deeper", Pyramid(torchvision.ops.FeaturePyramidNetwork([3, 5], 4, extra_blocks=LastLevelP6P7(5, 4))), randn(2, 3, 10, 12), randn(2, 5, 5, 6))
parts("pyramid_normalized", Pyramid(trained(torchvision.ops.FeaturePyramidNetwork([3, 5], 4, norm_layer=torch.nn.BatchNorm2d))), randn(1, 3, 7, 5), randn(1, 5, 4, 3))

pooled = Family("multiscale_roi_align").case
pooled("one_level", Pooled(["0"], 3, 2, [(40, 56)]), randn(1, 4, 10, 14), crowded(5))
pooled("one_level_two_images", Pooled(["0"], (2, 3), 1, [(40, 56)] * 2), randn(2, 4, 10, 14), crowded(5))
pooled("levels", Levels(5, 2, (40, 56)), randn(2, 4, 10, 14), randn(2, 4, 5, 7), crowded(2, 9, spread=30.0))
pooled("levels_small_and_empty", Levels(2, 1, (40, 56)), randn(1, 4, 10, 14), randn(1, 4, 5, 7), small_and_empty(1, 6))
pooled("levels_beyond_the_image", Levels((3, 1), 2, (40, 56)), randn(1, 4, 10, 14), randn(1, 4, 5, 7), crowded(1, 8, reach=60.0, spread=90.0))
pooled("levels_dynamic", Levels(2, 2, (40, 56)), randn(N, 4, 10, 14), randn(N, 4, 5, 7), crowded(N, K, spread=40.0))
