"""CARAFE."""

import torch
import torch.nn.functional as F

from suite import REAL, Family, randn

carafe = Family("CarafeFeatureReassemble", "carafe")


def reassemble(features, masks, kernel, group, scale):
    n, c, h, w = features.shape
    patches = F.unfold(features, kernel, padding=(kernel - 1) // 2).view(n, group, c // group, kernel**2, h, w)
    patches = patches.repeat_interleave(scale, 4).repeat_interleave(scale, 5)
    return (patches * masks.view(n, group, 1, kernel**2, h * scale, w * scale)).sum(3).view(n, c, h * scale, w * scale)


def add(name, n=2, c=6, h=5, w=7, kernel=5, group=1, scale=2, dtypes=REAL):
    masks = torch.softmax(randn(n, group, kernel**2, h * scale, w * scale), 2).flatten(1, 2)
    reference = lambda x, masks: reassemble(x, masks, kernel, group, scale)
    carafe.real(name, [randn(n, c, h, w), masks], reference, dtypes, scale_factor=scale, up_kernel=kernel, up_group=group)


add("plain")
add("groups", group=3)
add("kernel_1", kernel=1)
add("kernel_3", kernel=3)
add("kernel_7", kernel=7)
add("scale_1", scale=1)
add("scale_3", scale=3, h=4)
add("scale_4_groups", scale=4, group=2, kernel=3)
add("one_channel", c=1)
add("many_channels", n=1, c=70, h=3, w=3)
add("one_pixel", h=1, w=1)
add("large", n=1, c=9, h=30, w=41, dtypes=(torch.float32,))
carafe.refused("even", [randn(1, 2, 3, 3), randn(1, 4, 6, 6)], "odd", scale_factor=2, up_kernel=2)
carafe.refused("groups", [randn(1, 3, 3, 3), randn(1, 18, 6, 6)], "no multiple", scale_factor=2, up_kernel=3, up_group=2)
carafe.refused("masks", [randn(1, 2, 3, 3), randn(1, 25, 6, 6)], "masks, channels", scale_factor=2, up_kernel=3)
