"""torchvision's operators on regions: aligned and pooled regions, deformable convolution, non-maximum suppression."""

import torch
import torchvision.ops
from torchvision.ops import deform_conv  # called by this name, so that the call is noted

from suite import D, Family, Input, randn, uniform

N, K = D("_n", 2, 3), D("_k", 4, 7)


def boxes(*shape, reach=40.0, image=False):
    """Corners x1, y1, x2, y2 of any order of size, some beyond the image; with the number of one of two images before."""

    def make(size, g):
        first = torch.rand(*size, 2, generator=g) * (reach + 10) - 5
        extent = torch.rand(*size, 2, generator=g) ** 2 * reach
        corners = torch.cat([first, first + extent], -1)
        if not image:
            return corners
        return torch.cat([torch.randint(0, 2, (*size, 1), generator=g).float(), corners], -1)

    return Input(shape, make)


align = Family("roi_align").case


def aligned(name, *inputs, **options):
    align(name, lambda x, r: torchvision.ops.roi_align(x, r, **options), *inputs)


aligned("plain", randn(2, 3, 12, 15), boxes(5, image=True), output_size=(3, 4), spatial_scale=0.25, sampling_ratio=2)
aligned("half_pixel", randn(2, 3, 12, 15), boxes(5, image=True), output_size=(3, 4), spatial_scale=0.25, sampling_ratio=2, aligned=True)
aligned("one_sample", randn(2, 2, 7, 9), boxes(4, image=True, reach=9), output_size=2, sampling_ratio=1)
aligned("many_samples", randn(2, 2, 7, 9), boxes(4, image=True, reach=9), output_size=(1, 5), sampling_ratio=4, aligned=True)
aligned("dynamic", randn(N, 3, D("_h", 12, 9, 5), D("_w", 15, 11, 5)), boxes(K, image=True), output_size=7, spatial_scale=0.3, sampling_ratio=2)
aligned("far_outside", randn(2, 2, 5, 6), boxes(9, image=True, reach=90), output_size=3, sampling_ratio=2)
aligned("one_region", randn(2, 2, 5, 6), boxes(1, image=True, reach=4), output_size=3, sampling_ratio=2)
align("list_of_boxes", lambda x, a, b: torchvision.ops.roi_align(x, [a, b], (2, 3), 0.5, 2), randn(2, 3, 9, 8), boxes(3, reach=12), boxes(2, reach=12))
align("module", torchvision.ops.RoIAlign((2, 3), 0.5, 2, aligned=True), randn(2, 3, 9, 8), boxes(4, image=True, reach=12))
align("core", lambda x, r: torchvision.ops.roi_align(x, r, 2, 0.5, 2), randn(2, 3, 9, 8), boxes(4, image=True, reach=12), dialect="core")

pool = Family("roi_pool").case


def pooled(name, *inputs, **options):
    pool(name, lambda x, r: torchvision.ops.roi_pool(x, r, **options), *inputs)


pooled("plain", randn(2, 3, 12, 15), boxes(5, image=True), output_size=(3, 4), spatial_scale=0.25)
pooled("one_bin", randn(2, 3, 12, 15), boxes(5, image=True), output_size=1, spatial_scale=0.25)
pooled("more_bins_than_pixels", randn(2, 2, 6, 5), boxes(4, image=True, reach=5), output_size=(7, 8))
pooled("far_outside", randn(2, 2, 6, 5), boxes(8, image=True, reach=60), output_size=3)
pooled("dynamic", randn(N, 3, 12, 15), boxes(K, image=True), output_size=(3, 2), spatial_scale=0.3)
pool("list_of_boxes", lambda x, a, b: torchvision.ops.roi_pool(x, [a, b], (2, 3), 0.5), randn(2, 3, 9, 8), boxes(3, reach=12), boxes(2, reach=12))
pool("module", torchvision.ops.RoIPool((2, 3), 0.5), randn(2, 3, 9, 8), boxes(4, image=True, reach=12))

ps_align = Family("ps_roi_align").case


def ps_aligned(name, *inputs, **options):
    ps_align(name, lambda x, r: torchvision.ops.ps_roi_align(x, r, **options), *inputs)


ps_aligned("plain", randn(2, 24, 12, 15), boxes(5, image=True), output_size=(3, 4), spatial_scale=0.25, sampling_ratio=2)
ps_aligned("one_sample", randn(2, 8, 7, 9), boxes(4, image=True, reach=9), output_size=2, sampling_ratio=1)
ps_aligned("one_bin", randn(2, 3, 7, 9), boxes(4, image=True, reach=9), output_size=1, sampling_ratio=3)
ps_aligned("far_outside", randn(2, 18, 5, 6), boxes(9, image=True, reach=90), output_size=3, sampling_ratio=2)
ps_aligned("dynamic", randn(N, 12, D("_h", 12, 9, 5), D("_w", 15, 11, 5)), boxes(K, image=True), output_size=(2, 3), spatial_scale=0.3, sampling_ratio=2)
ps_align("module", torchvision.ops.PSRoIAlign((2, 3), 0.5, 2), randn(2, 6, 9, 8), boxes(4, image=True, reach=12))
ps_align("list_of_boxes", lambda x, a, b: torchvision.ops.ps_roi_align(x, [a, b], 2, 0.5, 2), randn(2, 8, 9, 8), boxes(3, reach=12), boxes(2, reach=12))

ps_pool = Family("ps_roi_pool").case


def ps_pooled(name, *inputs, **options):
    ps_pool(name, lambda x, r: torchvision.ops.ps_roi_pool(x, r, **options), *inputs)


ps_pooled("plain", randn(2, 24, 12, 15), boxes(5, image=True), output_size=(3, 4), spatial_scale=0.25)
ps_pooled("one_bin", randn(2, 3, 12, 15), boxes(5, image=True), output_size=1, spatial_scale=0.25)
ps_pooled("more_bins_than_pixels", randn(2, 56, 6, 5), boxes(4, image=True, reach=5), output_size=(7, 8))
ps_pooled("far_outside", randn(2, 18, 6, 5), boxes(8, image=True, reach=60), output_size=3)
ps_pooled("dynamic", randn(N, 12, D("_h", 12, 9, 5), 15), boxes(K, image=True), output_size=(3, 2), spatial_scale=0.3)
ps_pool("module", torchvision.ops.PSRoIPool((2, 3), 0.5), randn(2, 6, 9, 8), boxes(4, image=True, reach=12))


deform = Family("deform").case
deform("plain", lambda x, o, w: deform_conv.deform_conv2d(x, o, w), randn(2, 3, 7, 9), randn(2, 18, 5, 7), randn(4, 3, 3, 3))
deform("bias", lambda x, o, w, b: deform_conv.deform_conv2d(x, o, w, b, padding=1), randn(2, 3, 7, 9), randn(2, 18, 7, 9), randn(4, 3, 3, 3), randn(4))
deform("mask", lambda x, o, w, m: deform_conv.deform_conv2d(x, o, w, padding=1, mask=m), randn(2, 3, 7, 9), randn(2, 18, 7, 9), randn(4, 3, 3, 3), uniform(2, 9, 7, 9))
deform("groups", lambda x, o, w: deform_conv.deform_conv2d(x, o, w, padding=1), randn(2, 4, 7, 9), randn(2, 18, 7, 9), randn(6, 2, 3, 3))
deform("offset_groups", lambda x, o, w, m: deform_conv.deform_conv2d(x, o, w, mask=m), randn(2, 4, 7, 9), randn(2, 36, 5, 7), randn(6, 4, 3, 3), uniform(2, 18, 5, 7))
deform("rectangular_strided", lambda x, o, w: deform_conv.deform_conv2d(x, o, w, stride=(2, 1), padding=(1, 2), dilation=(1, 2)), randn(2, 2, 9, 8), randn(2, 12, 5, 8), randn(3, 2, 2, 3))
deform("far_offsets", lambda x, o, w: deform_conv.deform_conv2d(x, o * 8, w, padding=1), randn(2, 3, 7, 6), randn(2, 18, 7, 6), randn(4, 3, 3, 3))
deform("dynamic_batch", lambda x, o, w: deform_conv.deform_conv2d(x, o, w), randn(N, 3, 7, 9), randn(N, 18, 5, 7), randn(4, 3, 3, 3))


class Deformable(torch.nn.Module):
    """Offsets and mask are predicted from the features, as in use."""

    def __init__(self):
        super().__init__()
        self.predict = torch.nn.Conv2d(4, 27, 3, padding=1)
        self.conv = torchvision.ops.DeformConv2d(4, 6, 3, padding=1, groups=2)

    def forward(self, x):
        offset, mask = self.predict(x).split([18, 9], 1)
        return self.conv(x, offset, mask.sigmoid())


deform("module", Deformable(), randn(N, 4, 8, 7))
deform("module_dynamic_size", Deformable(), randn(2, 4, D("_h", 8, 6, 4), D("_w", 7, 9, 4)))

nms = Family("nms").case


def kept(name, function, *inputs):
    nms(name, function, *inputs, tolerance="exact")


kept("plain", lambda b, s: torchvision.ops.nms(b, s, 0.5), boxes(20, reach=12), uniform(20))
kept("low_threshold", lambda b, s: torchvision.ops.nms(b, s, 0.05), boxes(30, reach=25), uniform(30))
kept("high_threshold", lambda b, s: torchvision.ops.nms(b, s, 0.95), boxes(30, reach=9), uniform(30))
kept("negative_scores", lambda b, s: torchvision.ops.nms(b, s, 0.3), boxes(15, reach=9), randn(15))
kept("chains_of_overlaps", lambda b, s: torchvision.ops.nms(b + torch.arange(12)[:, None], s, 0.4), uniform(12, 4, low=0, high=0.1), uniform(12))
kept("all_overlap", lambda b, s: torchvision.ops.nms(b * 0 + torch.tensor([0.0, 0, 9, 9]), s, 0.5), boxes(9), uniform(9))
kept("one_box", lambda b, s: torchvision.ops.nms(b, s, 0.5), boxes(1), uniform(1))
kept("empty_boxes", lambda b, s: torchvision.ops.nms(torch.cat([b[:, :2], b[:, :2]], 1), s, 0.5), boxes(6), uniform(6))
kept("dynamic", lambda b, s: torchvision.ops.nms(b, s, 0.4), boxes(D("_k", 14, 23, 2), reach=12), uniform(D("_k", 14, 23, 2)))
kept("boxes_kept", lambda b, s: b[torchvision.ops.nms(b, s, 0.5)], boxes(20, reach=12), uniform(20))
kept("best_five", lambda b, s: b[torchvision.ops.nms(b, s, 0.7)[:5]], boxes(25, reach=30), uniform(25))
kept("by_class", lambda b, s, c: torchvision.ops.batched_nms(b, s, (c * 3).long(), 0.4), boxes(20, reach=12), uniform(20), uniform(20))
