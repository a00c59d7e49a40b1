"""Deformable convolution."""

import torch
from torchvision.ops import deform_conv2d

from suite import REAL, Family, randn

plain, modulated = Family("DeformableConv", "deformable_conv"), Family("ModulatedDeformableConv", "modulated_deformable_conv")


def out_size(size, kernel, stride, padding, dilation):
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def add(name, n=1, c=8, size=(9, 11), o=6, k=(3, 3), stride=(1, 1), padding=(1, 1), dilation=(1, 1), group=1, offset_group=1, bias=True,
        reach=2.0, dtypes=REAL, which=(plain, modulated)):
    out = [out_size(*args) for args in zip(size, k, stride, padding, dilation)]
    positions = offset_group * k[0] * k[1]
    x, weight = randn(n, c, *size), randn(o, c // group, *k, seed=1) / (c // group * k[0] * k[1]) ** 0.5
    offset, mask = randn(n, 2 * positions, *out, seed=2) * reach, torch.sigmoid(randn(n, positions, *out, seed=3))
    tail = [randn(o, seed=4)] if bias else []
    fields = {"stride": stride, "padding": padding, "dilation": dilation, "group": group, "deformable_group": offset_group}

    def reference(x, offset, *rest):
        mask, (weight, *bias) = (rest[0], rest[1:]) if with_mask else (None, rest)
        return deform_conv2d(x, offset, weight, *bias, stride=stride, padding=padding, dilation=dilation, mask=mask)

    for family in which:
        with_mask = family is modulated
        family.real(name, [x, offset, *([mask] if with_mask else []), weight, *tail], reference, dtypes, **fields)


F32 = (torch.float32,)
add("plain")
add("no_bias", bias=False)
add("odd_channels", c=5, o=7)
add("one_channel", c=1, o=1)
add("vectors", n=2, c=64, o=48)
add("deep", c=96, o=130, size=(8, 9))
add("two_tiles", n=3, c=16, o=70, size=(10, 7))
add("kernel_1x1", k=(1, 1), padding=(0, 0))
add("not_square", k=(2, 5), padding=(0, 3), stride=(2, 1), dilation=(3, 1), size=(13, 10))
add("strided", stride=(2, 3), padding=(2, 0), dilation=(1, 2), size=(12, 17), dtypes=F32)
add("groups", c=12, o=8, group=4)
add("offset_groups", c=12, o=5, offset_group=3)
add("both_groups", c=24, o=12, group=3, offset_group=2)
add("wide_groups", n=2, c=64, o=32, group=2, offset_group=4)
add("depthwise", c=6, o=6, group=6, dtypes=F32)
add("depthwise_offsets", c=6, o=12, group=6, offset_group=6, dtypes=F32)
add("far_offsets", reach=40.0, dtypes=F32)
add("no_padding", padding=(0, 0), dtypes=F32)
add("one_pixel", size=(1, 1), dtypes=F32)
add("more_filters_than_tile", c=8, o=300, dtypes=F32)
add("batch", n=5, c=10, o=9, size=(5, 6), dtypes=F32)
add("no_items", n=0, dtypes=F32)

for family, extra in ((plain, []), (modulated, [randn(1, 9, 4, 4)])):
    x, offset, weight = randn(1, 4, 4, 4), randn(1, 18, 4, 4), randn(6, 4, 3, 3)
    family.refused("channels", [x, offset, *extra, randn(6, 3, 3, 3)], "weight, channels", padding=1)
    family.refused("groups", [x, offset, *extra, weight], "do not divide", padding=1, group=3)
    family.refused("offset", [x, randn(1, 9, 4, 4), *extra, weight], "offset, channels", padding=1)
    family.refused("size", [x, offset, *extra, weight], "offset, height", padding=0)
    family.refused("bias", [x, offset, *extra, weight, randn(5)], "bias", padding=1)
    family.refused("stride", [x, offset, *extra, weight], "at least 1", stride=0)
    family.refused("no_weight", [x, offset], "expected")
