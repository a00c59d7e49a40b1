"""Pooling inside boxes."""

import math

import torch
from torchvision.ops import roi_align, roi_pool

from suite import REAL, Family, randn, with_special

F32 = (torch.float32,)
align, pool = Family("RoiAlign", "roi_align"), Family("RoiPool", "roi_pool")
extractor, deformable = Family("RoiExtractor", "roi_extractor"), Family("DeformablePool", "deformable_pool")


def boxes(count, items, width, height, seed=0, step=None):
    """Boxes that also reach beyond the image, with corners in multiples of `step`."""
    r = torch.rand((count, 5), generator=torch.Generator().manual_seed(seed + count))
    item = (r[:, :1] * items).floor().clamp(max=items - 1)
    x1, y1 = r[:, 1:2] * width * 1.1 - width * 0.1, r[:, 2:3] * height * 1.1 - height * 0.1
    corners = torch.cat([x1, y1, x1 + r[:, 3:4] * width * 0.7, y1 + r[:, 4:5] * height * 0.7], 1)
    if step:
        corners = (corners / step).round() * step
    return torch.cat([item, corners], 1)


def add_align(name, x, rois, size, scale=1.0, ratio=-1, aligned=False, dtypes=REAL, **options):
    reference = lambda x, rois: roi_align(x, rois, size, scale, ratio, aligned)
    align.real(name, [x, rois], reference, dtypes, output_size=size, spatial_scale=scale, sampling_ratio=ratio, aligned=aligned, **options)


for ratio in (-1, 0, 1, 2, 3):
    for aligned in (False, True):
        name = f"ratio_{max(ratio, 0) if ratio >= 0 else 'none'}{'_aligned' if aligned else ''}"
        add_align(name, randn(2, 5, 17, 23), boxes(9, 2, 90, 70), [7, 7], 0.25, ratio, aligned, dtypes=REAL if ratio in (0, 2) else F32)
add_align("not_square", randn(2, 3, 12, 40), boxes(5, 2, 40, 12), [3, 5], 1.0, 2)
add_align("one_bin", randn(1, 4, 9, 9), boxes(3, 1, 9, 9), [1, 1], ratio=0, aligned=True)
add_align("many_channels", randn(1, 131, 8, 8), boxes(4, 1, 8, 8), [2, 2], ratio=2, dtypes=F32)
add_align("large_boxes", randn(1, 2, 40, 50), torch.tensor([[0.0, -60, -40, 110, 95], [0, 3, 3, 49, 39]]), [4, 3], ratio=0, dtypes=F32)
add_align("more_samples_than_table", randn(1, 1, 300, 20), torch.tensor([[0.0, 0, 1, 15, 1299]]), [2, 2], ratio=0, dtypes=F32,
          tolerances={torch.float32: "1e-4"})  # sums of thousands of samples
add_align("turned_boxes", randn(1, 2, 9, 9), torch.tensor([[0.0, 6, 6, 2, 3]]), [3, 3], ratio=0, aligned=True, dtypes=F32)
add_align("outside", randn(1, 2, 9, 9), torch.tensor([[0.0, 50, 50, 70, 70]]), [3, 3], dtypes=F32)
add_align("special", with_special(randn(1, 2, 9, 9), float("nan"), float("inf")), boxes(4, 1, 9, 9), [3, 3], ratio=2, dtypes=F32)
add_align("no_boxes", randn(1, 2, 9, 9), torch.zeros(0, 5), [3, 3], dtypes=F32)
add_align("no_channels", randn(1, 0, 9, 9), boxes(2, 1, 9, 9), [3, 3], dtypes=F32)
x, rois = randn(2, 4, 30, 30).half(), boxes(6, 2, 120, 120)
align.case("mixed", [x, rois], roi_align(x.double(), rois.double(), [7, 7], 0.25, 2, True).half(), "fp16", output_size=7, spatial_scale=0.25,
           sampling_ratio=2, aligned=True)
align.case("no_such_item", [randn(1, 2, 5, 5), torch.tensor([[7.0, 1, 1, 4, 4], [-1, 1, 1, 4, 4]])], torch.zeros(2, 2, 2, 2), output_size=2)
align.refused("size", [randn(1, 2, 5, 5), randn(3, 5)], "at least 1", output_size=0)
align.refused("boxes", [randn(1, 2, 5, 5), randn(3, 4)], "boxes, last dimension", output_size=2)
align.refused("scale", [randn(1, 2, 5, 5), randn(3, 5)], "positive", output_size=2, spatial_scale=0.0)


def add_pool(name, x, rois, size, scale=1.0, dtypes=REAL):
    # In single precision, as the operator: where a bin ends depends on how its size is rounded.
    reference = lambda x, rois: roi_pool(x.float(), rois.float(), size, scale)
    pool.real(name, [x, rois], reference, dtypes, dict.fromkeys(REAL, "exact"), output_size=size, spatial_scale=scale)


add_pool("plain", randn(2, 5, 17, 23), boxes(9, 2, 90, 70), [7, 7], 0.25)
add_pool("halves", randn(2, 3, 12, 12), boxes(12, 2, 24, 24, step=1), [3, 3], 0.5)
add_pool("not_square", randn(1, 4, 9, 31), boxes(6, 1, 31, 9), [2, 5])
add_pool("one_bin", randn(1, 4, 9, 9), boxes(3, 1, 9, 9), [1, 1])
add_pool("more_bins_than_pixels", randn(1, 2, 6, 6), boxes(4, 1, 6, 6), [9, 10])
add_pool("many_channels", randn(2, 150, 6, 6), boxes(3, 2, 6, 6), [2, 2])
add_pool("outside", randn(1, 2, 9, 9), torch.tensor([[0.0, 50, 50, 70, 70], [0, -30, -30, -20, -20]]), [3, 3])
add_pool("turned_boxes", randn(1, 2, 9, 9), torch.tensor([[0.0, 6, 6, 2, 3]]), [3, 3])
add_pool("infinite", with_special(randn(1, 2, 9, 9), float("inf"), -float("inf")), boxes(4, 1, 9, 9), [3, 3])
add_pool("no_boxes", randn(1, 2, 9, 9), torch.zeros(0, 5), [3, 3])
add_pool("wide", randn(1, 2, 40, 130), boxes(5, 1, 130, 40), [7, 7], dtypes=F32)
pool.refused("size", [randn(1, 2, 5, 5), randn(3, 5)], "expected 1 or 2", output_size=[1, 2, 3])


def extract(rois, maps, size, ratio, strides, factor, finest, aligned):
    """mmdetection's rule."""
    level = torch.floor(torch.log2(torch.sqrt((rois[:, 3] - rois[:, 1]) * (rois[:, 4] - rois[:, 2])) / finest + 1e-6))
    level = level.clamp(0, len(maps) - 1).long()
    if factor > 0:
        centre, half = (rois[:, 1:3] + rois[:, 3:5]) / 2, (rois[:, 3:5] - rois[:, 1:3]) * factor / 2
        rois = torch.cat([rois[:, :1], centre - half, centre + half], 1)
    out = rois.new_zeros(len(rois), maps[0].shape[1], *size)
    for number, (x, stride) in enumerate(zip(maps, strides)):
        mine = level == number
        out[mine] = roi_align(x, rois[mine], size, 1 / stride, ratio, aligned)
    return out


def add_extractor(name, levels=4, count=20, size=(7, 7), ratio=2, factor=-1.0, finest=56.0, aligned=False, channels=3, items=2, dtypes=REAL):
    strides = [4 * 2**level for level in range(levels)]
    maps = [randn(items, channels, math.ceil(320 / s), math.ceil(480 / s), seed=s) for s in strides]
    small = boxes(count // 2, items, 80, 80, seed=1)
    rois = torch.cat([boxes(count - count // 2, items, 480, 320), small])
    reference = lambda rois, *maps: extract(rois, maps, size, ratio, strides, factor, finest, aligned)
    # Coordinates of some hundred pixels have some 1e-5 of a pixel as their last digit.
    extractor.real(name, [rois, *maps], reference, dtypes, {torch.float32: "3e-5", torch.float16: "fp16", torch.bfloat16: "bf16"},
                   out_size=size, sample_num=ratio, featmap_strides=[float(s) for s in strides], roi_scale_factor=factor, finest_scale=finest,
                   aligned=aligned)


add_extractor("plain")
add_extractor("aligned", aligned=True)
add_extractor("adaptive", ratio=0)
add_extractor("adaptive_aligned", ratio=0, aligned=True, size=(3, 5))
add_extractor("one_level", levels=1)
add_extractor("two_levels", levels=2, finest=100.0)
add_extractor("ten_levels", levels=10, finest=8.0, dtypes=F32)
add_extractor("grown", factor=1.5)
add_extractor("shrunk", factor=0.5, aligned=True)
add_extractor("many_channels", channels=70, count=6)
add_extractor("one_box", count=1)
add_extractor("no_boxes", count=0, dtypes=F32)
extractor.refused("levels", [randn(3, 5), randn(1, 2, 4, 4)], "expected 3", featmap_strides=[4.0, 8.0])
extractor.refused("no_levels", [randn(3, 5)], "expected 1 to 10", featmap_strides=[])
extractor.refused("channels", [randn(3, 5), randn(1, 2, 4, 4), randn(1, 3, 2, 2)], "channels of a level", featmap_strides=[4.0, 8.0])


def pool_deformed(x, rois, offset, size, scale, ratio, gamma):
    """mmcv's deform_roi_pool: RoiAlign of each bin by itself."""
    h, w = size
    out = x.new_zeros(len(rois), x.shape[1], h, w)
    for k, roi in enumerate(rois):
        x1, y1, x2, y2 = (roi[1:] * scale - 0.5).tolist()
        bin_h, bin_w = (y2 - y1) / h, (x2 - x1) / w
        for i in range(h):
            for j in range(w):
                left, top = x1 + j * bin_w, y1 + i * bin_h
                if offset is not None:
                    left, top = left + gamma * (x2 - x1) * offset[k, 0, i, j].item(), top + gamma * (y2 - y1) * offset[k, 1, i, j].item()
                # Number of samples as of a bin of the box, which roi_align derives from the bin alike.
                one = x.new_tensor([[roi[0], left + 0.5, top + 0.5, left + bin_w + 0.5, top + bin_h + 0.5]])
                samples = ratio if ratio > 0 else max(math.ceil(bin_h), math.ceil(bin_w), 1)
                if ratio > 0 or math.ceil(bin_h) == math.ceil(bin_w):
                    out[k, :, i, j] = roi_align(x, one, [1, 1], 1.0, samples, True)[0, :, 0, 0]
                else:
                    rows, columns = math.ceil(bin_h), math.ceil(bin_w)
                    grid = roi_align(x, one, [rows, columns], 1.0, 1, True)
                    out[k, :, i, j] = grid[0].mean((1, 2))
    return out


def add_deformable(name, x, rois, size, scale=1.0, ratio=0, gamma=0.1, with_offset=True, dtypes=REAL):
    offset = [randn(len(rois), 2, *size)] if with_offset else []
    reference = lambda x, rois, *offset: pool_deformed(x, rois, offset[0] if offset else None, size, scale, ratio, gamma)
    deformable.real(name, [x, rois, *offset], reference, dtypes, {torch.float32: "3e-5", torch.float16: "fp16", torch.bfloat16: "bf16"},
                    out_size=size, spatial_scale=scale, sampling_ratio=ratio, gamma=gamma)


for with_offset in (True, False):
    suffix = "" if with_offset else "_no_offset"
    options = {"with_offset": with_offset}
    add_deformable(f"plain{suffix}", randn(2, 5, 17, 23), boxes(4, 2, 90, 70), [7, 7], 0.25, **options)
    add_deformable(f"ratio_2{suffix}", randn(2, 9, 17, 23), boxes(4, 2, 90, 70), [3, 3], 0.25, 2, **options)
    add_deformable(f"not_square{suffix}", randn(1, 3, 12, 30), boxes(3, 1, 30, 12), [2, 5], **options)
    add_deformable(f"one_bin{suffix}", randn(1, 8, 9, 9), boxes(3, 1, 9, 9), [1, 1], **options)
    add_deformable(f"many_channels{suffix}", randn(1, 37, 8, 8), boxes(2, 1, 8, 8), [2, 2], ratio=1, **options)
add_deformable("far", randn(1, 3, 9, 9), boxes(3, 1, 9, 9), [3, 3], ratio=2, gamma=3.0)
add_deformable("no_boxes", randn(1, 2, 9, 9), torch.zeros(0, 5), [3, 3], dtypes=F32)
deformable.refused("offset", [randn(1, 2, 9, 9), randn(3, 5), randn(3, 2, 4, 7)], "offset, height", out_size=7)
