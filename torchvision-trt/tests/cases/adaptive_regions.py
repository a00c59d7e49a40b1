"""Aligned regions with as many samples as fit into a bin: torchvision's default."""

import torch
import torchvision.ops

from suite import D, Family, Input, randn

adaptive = Family("adaptive_align").case
N, K = D("_n", 2, 3), D("_k", 4, 7)


def regions(count, reach, images=2):
    """The number of an image, and corners x1, y1, x2, y2, some beyond the image, some without extent."""

    def make(size, g):
        first = torch.rand(*size, 2, generator=g) * (reach + 10) - 5
        extent = (torch.rand(*size, 2, generator=g) ** 2 - 0.05).clamp(min=0) * reach
        image = torch.randint(0, images, (*size, 1), generator=g).float()
        return torch.cat([image, first, first + extent], -1)

    return Input((count,), make)


def case(name, *inputs, **options):
    adaptive(name, lambda x, r: torchvision.ops.roi_align(x, r, **options), *inputs)


for aligned in (False, True):
    label = "aligned" if aligned else "legacy"
    case(f"{label}", randn(2, 3, 12, 15), regions(9, 45), output_size=(3, 4), spatial_scale=0.25, aligned=aligned)
    case(f"{label}_many_samples", randn(2, 2, 19, 23), regions(7, 22), output_size=(1, 2), aligned=aligned)
    case(f"{label}_one_bin_of_all", randn(1, 3, 9, 7), regions(4, 12, 1), output_size=1, sampling_ratio=0, aligned=aligned)
    case(f"{label}_less_than_a_sample", randn(2, 3, 7, 9), regions(5, 3), output_size=(7, 6), sampling_ratio=-1, aligned=aligned)
    case(f"{label}_far_outside", randn(2, 2, 5, 6), regions(12, 150), output_size=3, aligned=aligned)
    case(f"{label}_dynamic", randn(N, 3, D("_h", 12, 9, 5), D("_w", 15, 11, 5)), regions(K, 40), output_size=7, spatial_scale=0.3, aligned=aligned)
    case(f"{label}_one_pixel", randn(2, 2, 1, 1), regions(6, 3), output_size=2, aligned=aligned)
adaptive("list_of_boxes", lambda x, a, b: torchvision.ops.roi_align(x, [a[:, 1:], b[:, 1:]], (2, 3), 0.5), randn(2, 3, 9, 8), regions(3, 12), regions(2, 12))
adaptive("module", torchvision.ops.RoIAlign((2, 3), 0.5, -1, aligned=True), randn(2, 3, 9, 8), regions(4, 12))
adaptive("whole_numbers", lambda x, r: torchvision.ops.roi_align(x, r.round(), 4), randn(2, 3, 9, 8), regions(6, 12))
adaptive("core", lambda x, r: torchvision.ops.roi_align(x, r, 2, 0.5), randn(2, 3, 9, 8), regions(4, 12), dialect="core")
adaptive("one_image_large_map", lambda x, r: torchvision.ops.roi_align(x, r, 7, 0.25, aligned=True), randn(1, 4, 100, 152), regions(20, 500, 1))
