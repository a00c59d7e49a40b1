"""Each step of python/detection.py gives what the step of torchvision gives that it stands for, and so do whole models.

Run by exporter.rs; `counterparts.py NAME…` runs the tests of these names alone.
"""

import sys
from pathlib import Path

import torch
from torchvision.models import detection as models
from torchvision.models.detection import roi_heads
from torchvision.models.detection.backbone_utils import mobilenet_backbone
from torchvision.ops import boxes as box_ops

sys.path.insert(0, str(Path(__file__).parents[2] / "python"))

import detection
import export

ENOUGH = 20  # detections of an image; fewer would prove little


def random_boxes(count, height, width, generator):
    """Boxes within an image, some of them small, some at its borders."""
    corners = torch.rand(count, 2, 2, generator=generator) * 1.4 - 0.2
    corners[::5, 1] = corners[::5, 0] + 0.02
    corners = corners.sort(1).values.flatten(1) * torch.tensor([width, height, width, height])
    return box_ops.clip_boxes_to_image(corners, (height, width))


def test_nms_mask(generator):
    for groups, threshold in ((1, 0.3), (1, 0.7), (4, 0.5), (40, 0.5)):
        boxes = torch.stack([random_boxes(200, 90, 120, generator) for _ in range(2)])
        group = torch.randint(0, groups, (2, 200), generator=generator)
        got = detection.nms_mask(boxes, None if groups == 1 else group, threshold)
        order = torch.arange(200, 0, -1).float()
        for i in range(2):
            kept = box_ops.batched_nms(boxes[i], order, group[i], threshold)
            assert got[i].nonzero()[:, 0].equal(kept.sort().values), (groups, threshold)


def test_paste_masks(generator):
    for height, width in ((61, 83), (128, 40)):
        boxes = random_boxes(30, height, width, generator)
        boxes[3] = 0
        masks = torch.rand(30, 1, 28, 28, generator=generator)
        expected = roi_heads.paste_masks_in_image(masks, boxes, (height, width))
        got = detection.paste_masks(masks[:, 0], boxes, height, width)[:, None]
        torch.testing.assert_close(got, expected, rtol=1e-5, atol=1e-5)


def test_decode_heatmaps(generator):
    for height, width in ((61, 83), (128, 40)):
        boxes = random_boxes(23, height, width, generator)
        heatmaps = torch.randn(23, 5, 24, 24, generator=generator)
        expected = roi_heads.heatmaps_to_keypoints(heatmaps, boxes)
        got = detection.decode_heatmaps(heatmaps, boxes, height, width)
        for a, b in zip(got, expected):
            torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-4)


def test_prepare(generator):
    for prepare, (height, width) in (("nothing", (64, 96)), ("normalize", (70, 90)), ("resize", (50, 70)), ("resize", (900, 301))):
        detector = detector_of("retinanet", height, width, prepare)
        images = torch.rand(2, 3, height, width, generator=generator)
        expected, _ = detector.model.transform(list(images))
        torch.testing.assert_close(detector.prepare(images), expected.tensors, rtol=1e-6, atol=1e-6)


def backbone():
    return mobilenet_backbone("mobilenet_v3_large", weights=None, fpn=True, trainable_layers=6)


SIZES = {"min_size": 160, "max_size": 240}
RCNN_SIZES = SIZES | {"rpn_anchor_generator": models.rpn.AnchorGenerator(((16, 32, 64),) * 3, ((0.5, 1.0, 2.0),) * 3)}
MODELS = {
    "fasterrcnn": lambda: models.FasterRCNN(backbone(), 91, **RCNN_SIZES),
    "maskrcnn": lambda: models.MaskRCNN(backbone(), 91, **RCNN_SIZES),
    "retinanet": lambda: models.RetinaNet(backbone(), 91, anchor_generator=models.rpn.AnchorGenerator(((16, 24), (32, 48), (64, 96)), ((0.5, 1.0, 2.0),) * 3), **SIZES),
    "fcos": lambda: models.FCOS(backbone(), 91, anchor_generator=models.rpn.AnchorGenerator(((8,), (16,), (32,)), ((1.0,),) * 3), **SIZES),
    "ssd": lambda: models.ssdlite320_mobilenet_v3_large(weights=None, weights_backbone=None),
}


def detector_of(name, height, width, prepare="normalize", exact=False):
    torch.manual_seed(1)
    return detection.Detector(MODELS[name](), height, width, prepare, exact)


def trained_detector(name, *arguments):
    detector = detector_of(name, *arguments)
    generator = torch.Generator().manual_seed(2)
    shape = [2, 3, *detector.given]
    detection.prepare_random_weights(detector, lambda: export.prepare_random_weights(detector, [shape], generator))
    return detector, detector.as_given(export.image_like(shape, generator))


def in_order_of(expected, got):
    """The rows of `got` as their partners stand in `expected`: which of two equal scores comes first is left to rounding."""
    order, free = [], list(range(len(got["scores"])))
    for box, label, score in zip(expected["boxes"], expected["labels"], expected["scores"]):
        same = [i for i in free if got["labels"][i] == label and (got["scores"][i] - score).abs() < 1e-5 and (got["boxes"][i] - box).abs().max() < 1e-3]
        assert same, f"no partner of {box}, class {label}, score {score}"
        order.append(same[0])
        free.remove(same[0])
    return {name: tensor[order] for name, tensor in got.items()}


@torch.no_grad()
def check(name, *arguments):
    detector, images = trained_detector(name, *arguments)
    images = images[:1] if detector.exact else images
    expected, got = detector.reference(images), detector(images)
    assert expected.keys() == got.keys(), (expected.keys(), got.keys())
    count = expected["count"].min().item() if not detector.exact else len(expected["scores"])
    assert count >= ENOUGH, f"{name}: only {count} detections"
    assert expected["scores"].unique().numel() > ENOUGH, f"{name}: the scores are alike"
    images = [(expected, got)]
    if not detector.exact:
        assert got["count"].equal(expected["count"]), name
        split = lambda found: [{key: found[key][i] for key in found if key != "count"} for i in range(len(found["count"]))]
        images = zip(split(expected), split(got))
    for expected, got in images:
        got = in_order_of(expected, got)
        for key in expected:
            assert expected[key].dtype == got[key].dtype, (name, key)
            torch.testing.assert_close(got[key], expected[key], rtol=1e-4, atol=1e-3, msg=lambda text: f"{name}: {key}: {text}")


def test_fasterrcnn(_):
    check("fasterrcnn", 150, 170, "resize")


def test_maskrcnn(_):
    check("maskrcnn", 150, 170, "resize")


def test_retinanet(_):
    check("retinanet", 128, 192, "nothing")


def test_fcos(_):
    check("fcos", 128, 192, "normalize")


def test_ssd(_):
    check("ssd", 240, 300, "resize")


def test_exact(_):
    check("fcos", 96, 128, "normalize", True)
    check("retinanet", 96, 128, "normalize", True)


def test_prepared_scores_are_spread(generator):
    """The models above have few proposals while their weights are made, and all of them afterwards."""
    detector, images = trained_detector("fasterrcnn", 96, 128)
    assert detector.model.rpn.post_nms_top_n() == 1000


def main():
    tests = {name: test for name, test in globals().items() if name.startswith("test_")}
    chosen = sys.argv[1:] or list(tests)
    torch.backends.mha.set_fastpath_enabled(False)
    failed = []
    for name in chosen:
        try:
            tests[name](torch.Generator().manual_seed(0))
            print(f"{name} ... ok", flush=True)
        except AssertionError as error:
            failed.append(name)
            print(f"{name} ... FAILED: {error}", flush=True)
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
