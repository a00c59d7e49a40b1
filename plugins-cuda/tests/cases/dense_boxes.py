"""Anchors and boxes of dense heads."""

import math

import torch

from suite import REAL, Family, randn

anchors, decode = Family("GridAnchor", "grid_anchor"), Family("Delta2BBox", "delta2bbox")


def grid(h, w, base, stride):
    x, y = torch.arange(w, dtype=base.dtype) * stride[0], torch.arange(h, dtype=base.dtype) * stride[1]
    y, x = torch.meshgrid(y, x, indexing="ij")
    return (torch.stack([x, y, x, y], -1).reshape(-1, 1, 4) + base).reshape(-1, 4)


def add(name, h, w, count, stride, dtypes=REAL):
    base, pair = randn(count, 4) * 16, stride if isinstance(stride, list) else [stride, stride]
    anchors.real(name, [randn(1, 2, h, w), base], lambda x, base: grid(h, w, base, pair), dtypes, stride=stride)


add("plain", 5, 7, 3, 8.0)
add("pair", 6, 4, 9, [4.0, 16.0])
add("fraction", 3, 11, 2, 2.5)
add("one", 1, 1, 1, 32.0)
add("row", 1, 40, 5, 8.0)
add("column", 33, 1, 4, 8.0)
add("large", 64, 90, 9, 4.0)
add("no_rows", 0, 5, 3, 8.0)
add("no_anchors", 4, 5, 0, 8.0)
add("negative", 4, 5, 3, [-8.0, 8.0])
anchors.refused("base", [randn(1, 2, 3, 3), randn(3, 5)], "base anchors, last dimension", stride=8.0)
anchors.refused("stride", [randn(1, 2, 3, 3), randn(3, 4)], "expected 1 or 2", stride=[1.0, 2.0, 3.0])


def boxes(scores, deltas, anchor, shape, sigmoid, least, classes, means, deviations):
    n, _, h, w = deltas.shape
    score = scores.permute(0, 2, 3, 1).reshape(n, -1, classes)
    score = score.sigmoid() if sigmoid else score.softmax(-1)
    delta = deltas.permute(0, 2, 3, 1).reshape(n, -1, 4) * deltas.new_tensor(deviations) + deltas.new_tensor(means)
    centre, size = (anchor[:, :2] + anchor[:, 2:]) / 2, anchor[:, 2:] - anchor[:, :2]
    centre = centre + size * delta[..., :2]
    most = abs(math.log(16 / 1000))
    half = size * delta[..., 2:].clamp(-most, most).exp() / 2
    corners = torch.cat([centre - half, centre + half], -1)
    if shape is not None:
        height, width = shape[-2:].tolist()
        corners = corners.clamp(min=0).minimum(corners.new_tensor([width, height, width, height]))
    pad = max(least - score.shape[1], 0)
    return torch.nn.functional.pad(score, (0, 0, 0, pad)), torch.nn.functional.pad(corners, (0, 0, 0, pad)).unsqueeze(2)


def add_decode(name, n=2, h=5, w=7, a=3, classes=4, sigmoid=True, least=0, clipped=True, means=(0.0,) * 4, deviations=(1.0,) * 4, spread=1.0,
               dtypes=REAL):
    score, delta = randn(n, a * classes, h, w), randn(n, a * 4, h, w, seed=1) * spread
    anchor = grid(h, w, torch.tensor([[-8.0, -6, 8, 6]]) * torch.arange(1, a + 1).view(-1, 1), [16, 16])
    tail = [torch.tensor([n, 3, 60, 90], dtype=torch.int32)] if clipped else []
    reference = lambda *x: boxes(*x[:3], x[3] if clipped else None, sigmoid, least, classes, means, deviations)
    # A corner may be the small difference of a centre and a size.
    tolerances = {torch.float32: "3e-5", torch.float16: "2e-3", torch.bfloat16: "8e-3"}
    decode.real(name, [score, delta, anchor, *tail], reference, dtypes, tolerances, use_sigmoid_cls=sigmoid, min_num_bbox=least,
                num_classes=classes, target_means=list(means), target_stds=list(deviations))


add_decode("plain")
add_decode("not_clipped", clipped=False)
add_decode("softmax", sigmoid=False)
add_decode("softmax_many", sigmoid=False, classes=81, a=2)
add_decode("one_class", classes=1)
add_decode("padded", least=200)
add_decode("padded_softmax", least=120, sigmoid=False)
add_decode("scaled", means=(0.1, -0.2, 0.05, 0.0), deviations=(0.1, 0.1, 0.2, 0.2))
add_decode("limited", spread=4.0)
add_decode("one_position", h=1, w=1, a=1)
add_decode("no_rows", h=0, least=6, dtypes=(torch.float32,))
inputs = [randn(1, 6, 2, 2), randn(1, 12, 2, 2), randn(12, 4)]
decode.refused("classes", inputs, "scores, channels", num_classes=3)
decode.refused("anchors", [*inputs[:2], randn(11, 4)], "anchors", num_classes=2)
