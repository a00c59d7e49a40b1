"""Non-maximum suppression."""

import torch
from torchvision.ops import nms as reference_nms

from suite import REAL, SHORT, Family

nms, batched = Family("TorchNMS", "nms"), Family("BatchedNMS", "batched_nms")
F32 = (torch.float32,)


def boxes(*shape, extent=100.0, size=20.0, seed=0):
    r = torch.rand((*shape, 4), generator=torch.Generator().manual_seed(seed + sum(shape)))
    corner, sides = r[..., :2] * extent, r[..., 2:] * size
    return torch.cat([corner, corner + sides], -1)


def scores(*shape, seed=0, steps=None):
    r = torch.rand(shape, generator=torch.Generator().manual_seed(seed + 7 + sum(shape)))
    return (r * steps).floor() / steps if steps else r


def add(name, b, s, threshold, dtypes=REAL):
    for dtype in dtypes:
        held = [b.to(dtype), s.to(dtype)]
        kept = reference_nms(*[x.float() for x in held], threshold).int()
        count = torch.tensor(len(kept), dtype=torch.int32)
        nms.case(f"{name}_{SHORT[dtype]}", held, [kept, count], iou_threshold=threshold)
        padded = torch.full((len(b),), -1, dtype=torch.int32)
        padded[: len(kept)] = kept
        if dtype == torch.float32:
            nms.case(f"{name}_padded", held, [padded, count], iou_threshold=threshold, padded=True)


add("few", boxes(5), scores(5), 0.5)
add("word", boxes(64), scores(64), 0.3)
add("past_a_word", boxes(65), scores(65), 0.3)
add("several_words", boxes(300), scores(300), 0.4)
add("crowded", boxes(700, extent=30.0, size=30.0), scores(700), 0.5)
add("equal_scores", boxes(200, extent=40.0), scores(200, steps=4), 0.3)
add("one_score", boxes(150, extent=40.0), torch.ones(150), 0.3)
add("negative_scores", boxes(90), scores(90) - 0.5, 0.5, F32)
add("signed_zeros", boxes(40, extent=30.0), torch.tensor([0.0, -0.0] * 20), 0.2, F32)
add("same_boxes", boxes(1).repeat(100, 1), scores(100), 0.5)
add("empty_boxes", torch.zeros(20, 4), scores(20), 0.5, F32)
add("nothing_above_one", boxes(50), scores(50), 1.0, F32)
add("threshold_0", boxes(120, extent=50.0), scores(120), 0.0, F32)
add("one", boxes(1), scores(1), 0.5)
add("none", boxes(0), scores(0), 0.5, F32)
add("chunk", boxes(4096, extent=600.0), scores(4096), 0.5, F32)
add("chunks", boxes(9001, extent=500.0), scores(9001), 0.5, F32)
add("crowded_chunks", boxes(13000, extent=150.0), scores(13000), 0.3, F32)
nms.refused("boxes", [torch.zeros(3, 5), torch.zeros(3)], "boxes, last dimension", iou_threshold=0.5)
nms.refused("scores", [torch.zeros(3, 4), torch.zeros(4)], "scores", iou_threshold=0.5)
nms.refused("rank", [torch.zeros(3, 4), torch.zeros(3, 1)], "dimensions", iou_threshold=0.5)


def suppress(b, s, threshold, extra):
    """The boxes that are kept, best first."""
    order = torch.sort(s, descending=True, stable=True).indices.tolist()
    side = lambda low, high: (high - low + extra).clamp(min=0)
    area = (b[:, 2] - b[:, 0] + extra) * (b[:, 3] - b[:, 1] + extra)
    kept = []
    for i in order:
        others = b[kept]
        both = side(others[:, 0].maximum(b[i, 0]), others[:, 2].minimum(b[i, 2])) * side(others[:, 1].maximum(b[i, 1]), others[:, 3].minimum(b[i, 3]))
        if not (both / (area[kept] + area[i] - both) > threshold).any():
            kept.append(i)
    return kept


def reference(b, s, background, top, keep, score_threshold, threshold, normalized, clip):
    n, p, c = s.shape
    count, out_b = torch.zeros(n, 1, dtype=torch.int32), torch.zeros(n, keep, 4)
    out_s, out_c = torch.zeros(n, keep), torch.full((n, keep), -1.0)
    for item in range(n):
        found = []
        for label in range(c):
            if label == background:
                continue
            candidates = (s[item, :, label] > score_threshold).nonzero()[:, 0]
            order = torch.sort(s[item, candidates, label], descending=True, stable=True).indices[: top if top > 0 else None]
            candidates = candidates[order]
            its_boxes = b[item, candidates, label if b.shape[2] > 1 else 0]
            found += [(label, candidates[k].item()) for k in suppress(its_boxes, s[item, candidates, label], threshold, 0 if normalized else 1)]
        found.sort(key=lambda entry: -s[item, entry[1], entry[0]])
        count[item] = len(found[:keep])
        for rank, (label, box) in enumerate(found[:keep]):
            corners = b[item, box, label if b.shape[2] > 1 else 0]
            out_b[item, rank] = corners.clamp(0, 1) if clip else corners
            out_s[item, rank], out_c[item, rank] = s[item, box, label], label
    return count, out_b, out_s, out_c


def add_batched(name, n=2, p=60, c=4, shared=True, background=-1, top=40, keep=20, score_threshold=0.3, threshold=0.4, normalized=True, clip=True,
                extent=1.0, steps=None, dtypes=REAL):
    b, s = boxes(n, p, 1 if shared else c, extent=extent, size=extent * 0.5), scores(n, p, c, steps=steps)
    for dtype in dtypes:
        held = [b.to(dtype), s.to(dtype)]
        count, *real = reference(*[x.float() for x in held], background, top, keep, score_threshold, threshold, normalized, clip)
        batched.case(f"{name}_{SHORT[dtype]}", held, [count, *[x.to(dtype) for x in real]], shareLocation=shared, backgroundLabelId=background,
                     numClasses=c, topK=top, keepTopK=keep, scoreThreshold=score_threshold, iouThreshold=threshold, isNormalized=normalized,
                     clipBoxes=clip)


add_batched("shared")
add_batched("own", shared=False)
add_batched("background", background=0)
add_batched("last_is_background", background=3, shared=False)
add_batched("all_boxes", top=-1, keep=100)
add_batched("few_kept", keep=3)
add_batched("more_than_there_are", keep=300)
add_batched("pixels", normalized=False, clip=False, extent=200.0)
add_batched("clipped", extent=1.5)
add_batched("equal_scores", steps=3)
add_batched("one_class", c=1, p=200, top=150)
add_batched("many_classes", n=1, c=70, p=30)
add_batched("long", n=1, c=3, p=1500, top=1000, keep=200, dtypes=F32)
add_batched("nothing_found", score_threshold=2.0)
add_batched("one_box", n=3, p=1)
add_batched("no_boxes", p=0, dtypes=F32)
batched.refused("classes", [torch.zeros(1, 3, 2, 4), torch.zeros(1, 3, 2)], "boxes, classes", numClasses=2, topK=5, keepTopK=5, iouThreshold=0.5)
batched.refused("keep", [torch.zeros(1, 3, 1, 4), torch.zeros(1, 3, 2)], "at least 1", numClasses=2, topK=5, keepTopK=0, iouThreshold=0.5)
