"""torchvision's detection models as torch.export can trace them: a batch of images in, detections of fixed number out.

The networks are torchvision's own and stay as they are. What follows them depends on data in its sizes and its flow; here each such
step has a counterpart of fixed size, named after what it stands for:

| here | torchvision 0.26 |
|---|---|
| `prepare` | `GeneralizedRCNNTransform.forward` |
| `filter_proposals` | `RegionProposalNetwork.filter_proposals` |
| `multiscale_roi_align` | `ops.poolers._multiscale_roi_align` |
| `box_candidates` | `RoIHeads.postprocess_detections` |
| `level_candidates` | `RetinaNet.postprocess_detections`, `FCOS.postprocess_detections` |
| `class_candidates` | `SSD.postprocess_detections` |
| `suppress` | `ops.batched_nms` and the choice of the best |
| `paste_masks` | `roi_heads.paste_masks_in_image` |
| `decode_heatmaps` | `roi_heads.heatmaps_to_keypoints` |

Boxes that do not count, because their score or their size is too low or they are mere padding, are kept in their places as boxes
without area, which overlap nothing, and with the score `NONE`.
"""

import torch
import torch.nn.functional as F
import torchvision.ops
from torch import Tensor, nn
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.fcos import FCOS
from torchvision.models.detection.generalized_rcnn import GeneralizedRCNN
from torchvision.models.detection.retinanet import RetinaNet
from torchvision.models.detection.rpn import permute_and_flatten
from torchvision.models.detection.ssd import SSD
from torchvision.ops import boxes as box_ops, poolers

PREPARE = ("nothing", "normalize", "resize")
# Boxes of an image that suppression looks at, best first: a worse box never suppresses a better one, so that more would only add
# detections behind these. TensorRT's TopK gives 3840 at most.
CANDIDATES = 3000
NONE = -1.0  # the score of what is no detection


@torch.library.custom_op("torchvision_trt::nms_mask", mutates_args=())
def nms_mask(boxes: Tensor, groups: Tensor | None, iou_threshold: float) -> Tensor:
    """Of boxes `[N, K, 4]`, best first: which are overlapped by no better one that is kept and of the same group `[N, K]`."""
    keep = boxes.new_zeros(boxes.shape[:2], dtype=torch.bool)
    order = torch.arange(boxes.shape[1], 0, -1, dtype=torch.float32, device=boxes.device)
    for image, corners in enumerate(boxes.float()):  # half precision cannot count them all
        group = corners.new_zeros(len(corners)) if groups is None else groups[image]
        for value in group.unique():
            members = (group == value).nonzero()[:, 0]
            kept = torchvision.ops.nms(corners[members], order[members], iou_threshold)
            keep[image, members[kept]] = True
    return keep


@nms_mask.register_fake
def _(boxes, groups, iou_threshold):
    return boxes.new_empty(boxes.shape[:2], dtype=torch.bool)


def rows(table, index):
    """Rows `[N, K, C]` of a table `[N, M, C]`, or of one for all images `[M, C]`."""
    if table.ndim == 2:
        return table[index]
    return table.gather(1, index[:, :, None].expand(-1, -1, table.shape[2]))


def best(scores, count):
    """The best scores of each image, falling, and where they are; fewer where there are not so many."""
    return scores.topk(min(count, scores.shape[1]), dim=1)


def decode(coder, codes, anchors):
    """Boxes `[N, K, 4]` from what was predicted and the boxes it refers to."""
    return coder.decode_single(codes.flatten(0, 1), anchors.flatten(0, 1)).reshape(codes.shape)


def without(boxes, scores, valid):
    return torch.where(valid[:, :, None], boxes, 0), torch.where(valid, scores, NONE)


def large(boxes, size):
    extent = boxes[:, :, 2:] - boxes[:, :, :2]
    return (extent >= size).all(2)


def suppress(boxes, labels, scores, iou_threshold, most):
    """The best `most` of the boxes `[N, K, 4]`, best first, that no better one of the same label suppresses."""
    keep = nms_mask(boxes, labels, iou_threshold) & (scores > NONE)
    scores, index = best(torch.where(keep, scores, NONE), most)
    missing = (0, most - scores.shape[1])
    boxes, labels = rows(boxes, index), labels.gather(1, index)
    valid = F.pad(scores, missing, value=NONE) > NONE
    return {
        "boxes": torch.where(valid[:, :, None], F.pad(boxes, (0, 0) + missing), 0),
        "labels": torch.where(valid, F.pad(labels, missing), 0),
        "scores": torch.where(valid, F.pad(scores, missing), 0),
        "count": valid.sum(1),
    }


def default_size(name):
    """Height and width of the images that a model was trained for: SSD's have one size, the shorter side of the others' is 800 or 320."""
    sizes = {"ssd300": 300, "ssdlite320": 320, "fasterrcnn_mobilenet_v3_large_320": 320}
    return [next((size for prefix, size in sizes.items() if name.startswith(prefix)), 800)] * 2


class Detector(nn.Module):
    """A detection model of torchvision for images `[N, 3, height, width]`.

    Gives a dict: `boxes` `[N, D, 4]` in pixels of the given images, `labels` and `scores` `[N, D]`, best first, `count` `[N]`, and what
    the model has beside: `masks` `[N, D, 1, height, width]`, `keypoints` `[N, D, 17, 3]`, `keypoints_scores` `[N, D, 17]`. D is the
    model's limit of detections per image; beyond `count` everything is zero. With `exact`, of a single image, without the padding:
    the sizes are `[count, …]`.

    `prepare` says what the network does with the images before: "nothing", "normalize" (they are given in the range 0 to 1), or "resize"
    (normalize as well, then to the size the model was trained with). The model is changed to do just that.
    """

    def __init__(self, model, height, width, prepare="normalize", exact=False):
        super().__init__()
        self.model, self.given, self.exact = model.eval(), (height, width), exact
        transform = model.transform
        self.statistics = [0.0] * 3, [1.0] * 3  # what images are to be normalized with before they are given
        if prepare == "nothing":
            self.statistics = transform.image_mean, transform.image_std
            transform.image_mean, transform.image_std = [0.0] * 3, [1.0] * 3
        if prepare != "resize":
            transform.min_size, transform.max_size = (min(height, width),), max(height, width)
            transform.fixed_size = (width, height) if transform.fixed_size else None
        self.register_buffer("mean", torch.tensor(transform.image_mean)[:, None, None])
        self.register_buffer("std", torch.tensor(transform.image_std)[:, None, None])
        with torch.no_grad():
            self.learn_sizes(torch.zeros(3, height, width))

    def as_given(self, images):
        """Images with the statistics of normalized ones as this detector takes them."""
        if not self.mean.any():
            return images
        return (images * self.std + self.mean).clamp(0, 1)

    def learn_sizes(self, image):
        """What depends on the size of the images alone: anchors, and the scale of each feature map."""
        images, _ = self.model.transform([image])
        self.size, self.padded = images.image_sizes[0], images.tensors.shape[2:]
        features = self.features(images.tensors)
        generator = self.model.rpn.anchor_generator if self.regions else self.model.anchor_generator
        # One image of the padded size, so that the anchors of each level can be told by their number.
        images = ImageList(images.tensors, [tuple(self.size)])
        anchors = generator(images, list(features.values()))[0]
        per_location = generator.num_anchors_per_location()
        self.level_sizes = [f.shape[2] * f.shape[3] * n for f, n in zip(features.values(), per_location)]
        self.register_buffer("anchors", anchors)
        self.scales = {}
        if self.regions:
            heads = self.model.roi_heads
            for pooler in (heads.box_roi_pool, heads.mask_roi_pool, heads.keypoint_roi_pool):
                if pooler is not None:
                    maps = poolers._filter_input(features, pooler.featmap_names)
                    canonical = pooler.canonical_scale, pooler.canonical_level
                    self.scales[pooler] = poolers._setup_scales(maps, [self.size], *canonical)

    @property
    def regions(self):
        return isinstance(self.model, GeneralizedRCNN)

    def features(self, images):
        features = self.model.backbone(images)
        return {"0": features} if isinstance(features, Tensor) else features

    def forward(self, images):
        features = self.features(self.prepare(images))
        if self.regions:
            found = self.region_detections(features)
        else:
            head = self.model.head(list(features.values()))
            kinds = {RetinaNet: self.level_candidates, FCOS: self.level_candidates, SSD: self.class_candidates}
            candidates = next(choose for kind, choose in kinds.items() if isinstance(self.model, kind))
            found = suppress(*candidates(head), self.model.nms_thresh, self.model.detections_per_img)
        return self.finish(found)

    def prepare(self, images):
        images = (images - self.mean) / self.std
        if self.size != self.given:
            images = F.interpolate(images, size=tuple(self.size), mode="bilinear", align_corners=False)
        missing = [padded - size for padded, size in zip(self.padded, self.size)]
        return F.pad(images, (0, missing[1], 0, missing[0])) if any(missing) else images

    # --- one stage: RetinaNet, FCOS, SSD ----------------------------------------------------------------------------

    def level_candidates(self, head):
        """The best classes of places on each level, then the best of all levels."""
        model, coder = self.model, self.model.box_coder
        scores = head["cls_logits"].sigmoid()
        if isinstance(model, FCOS):
            scores = (scores * head["bbox_ctrness"].sigmoid()).sqrt()
        chosen, start, classes = [], 0, scores.shape[2]
        for level in scores.split(self.level_sizes, 1):
            score, index = best(level.flatten(1), model.topk_candidates)
            chosen.append((score, index + start * classes))
            start += level.shape[1]
        scores, order = best(torch.cat([score for score, _ in chosen], 1), CANDIDATES)
        index = torch.cat([index for _, index in chosen], 1).gather(1, order)
        place, label = index.div(classes, rounding_mode="floor"), index % classes
        codes, anchors = rows(head["bbox_regression"], place), rows(self.anchors, place)
        boxes = coder.decode(codes, anchors) if isinstance(model, FCOS) else decode(coder, codes, anchors)
        boxes = box_ops.clip_boxes_to_image(boxes, self.size)
        boxes, scores = without(boxes, scores, scores > model.score_thresh)
        return boxes, label, scores

    def class_candidates(self, head):
        """The best places of each class, then the best of all classes."""
        model = self.model
        scores = F.softmax(head["cls_logits"], -1)[:, :, 1:].transpose(1, 2)
        scores, place = scores.topk(min(model.topk_candidates, scores.shape[2]), dim=2)
        each = scores.shape[2]
        scores, order = best(scores.flatten(1), CANDIDATES)
        label, place = order.div(each, rounding_mode="floor") + 1, place.flatten(1).gather(1, order)
        codes = rows(head["bbox_regression"], place)
        boxes = box_ops.clip_boxes_to_image(decode(model.box_coder, codes, rows(self.anchors, place)), self.size)
        boxes, scores = without(boxes, scores, scores > model.score_thresh)
        return boxes, label, scores

    # --- two stages: Faster R-CNN, Mask R-CNN, Keypoint R-CNN -------------------------------------------------------

    def region_detections(self, features):
        heads = self.model.roi_heads
        proposals, valid = self.filter_proposals(*self.model.rpn.head(list(features.values())))
        pooled = self.multiscale_roi_align(heads.box_roi_pool, features, proposals)
        logits, codes = heads.box_predictor(heads.box_head(pooled))
        candidates = self.box_candidates(logits, codes, proposals, valid)
        found = suppress(*candidates, heads.nms_thresh, heads.detections_per_img)
        if heads.mask_roi_pool is not None:
            pooled = self.multiscale_roi_align(heads.mask_roi_pool, features, found["boxes"])
            logits = heads.mask_predictor(heads.mask_head(pooled))
            label = found["labels"].flatten()[:, None, None, None].expand(-1, 1, *logits.shape[2:])
            found["masks"] = logits.gather(1, label)[:, 0].sigmoid()
        if heads.keypoint_roi_pool is not None:
            pooled = self.multiscale_roi_align(heads.keypoint_roi_pool, features, found["boxes"])
            found["heatmaps"] = heads.keypoint_predictor(heads.keypoint_head(pooled))
        return found

    def filter_proposals(self, objectness, deltas):
        """The best boxes of each level, suppressed within it, then the best of all levels; and which of them count."""
        rpn, widest, levels, start = self.model.rpn, 0, [], 0
        for logits, codes in zip(objectness, deltas):
            sizes = logits.shape[0], -1, 1, *logits.shape[2:]
            logits = permute_and_flatten(logits, *sizes)[:, :, 0]
            codes = permute_and_flatten(codes, sizes[0], -1, 4, *sizes[3:])
            logits, index = best(logits, rpn.pre_nms_top_n())
            levels.append((logits, decode(rpn.box_coder, rows(codes, index), rows(self.anchors, index + start))))
            start += codes.shape[1]
            widest = max(widest, logits.shape[1])
        boxes, scores = [], []
        for logits, corners in levels:
            corners = box_ops.clip_boxes_to_image(corners, self.size)
            score = logits.sigmoid()
            valid = large(corners, rpn.min_size) & (score >= rpn.score_thresh)
            corners, score = without(corners, score, valid)
            missing = widest - score.shape[1]
            boxes.append(F.pad(corners, (0, 0, 0, missing)))
            scores.append(F.pad(score, (0, missing), value=NONE))
        boxes, scores = torch.stack(boxes, 1), torch.cat(scores, 1)
        keep = nms_mask(boxes.flatten(0, 1), None, rpn.nms_thresh).reshape(scores.shape)
        scores, index = best(torch.where(keep, scores, NONE), rpn.post_nms_top_n())
        valid = scores > NONE
        boxes, _ = without(rows(boxes.flatten(1, 2), index), scores, valid)
        return boxes, valid

    def multiscale_roi_align(self, pooler, features, boxes):
        """Regions of boxes `[N, K, 4]`, each from the level of its size: computed on all levels, then chosen."""
        scales, mapper = self.scales[pooler]
        image = torch.arange(boxes.shape[0], dtype=boxes.dtype)[:, None, None].expand(-1, boxes.shape[1], 1)
        regions = torch.cat([image, boxes], 2).flatten(0, 1)
        level = mapper([regions[:, 1:]])[:, None, None, None]
        pooled = 0
        for index, (maps, scale) in enumerate(zip(poolers._filter_input(features, pooler.featmap_names), scales)):
            values = torchvision.ops.roi_align(maps, regions, pooler.output_size, scale, pooler.sampling_ratio)
            pooled = pooled + torch.where(level == index, values, 0)
        return pooled

    def box_candidates(self, logits, codes, proposals, valid):
        """The best pairs of a proposal and a class other than the background."""
        heads, (batch, count) = self.model.roi_heads, valid.shape
        scores = F.softmax(logits, -1)[:, 1:].reshape(batch, count, -1)
        classes = scores.shape[2]
        scores, index = best(torch.where(valid[:, :, None], scores, NONE).flatten(1), CANDIDATES)
        place, label = index.div(classes, rounding_mode="floor"), index % classes + 1
        codes = rows(codes.reshape(batch, -1, 4), place * (classes + 1) + label)
        boxes = box_ops.clip_boxes_to_image(decode(heads.box_coder, codes, rows(proposals, place)), self.size)
        valid = (scores > heads.score_thresh) & large(boxes, 1e-2)
        boxes, scores = without(boxes, scores, valid)
        return boxes, label, scores

    # --- in pixels of the given images ------------------------------------------------------------------------------

    def finish(self, found):
        heatmaps = found.pop("heatmaps", None)
        to_given = [given / size for given, size in zip(self.given, self.size)]
        ratio = torch.tensor(to_given[::-1])
        inside, valid = found["boxes"], found["scores"] > 0
        found["boxes"] = inside * ratio.repeat(2)
        if "masks" in found:
            masks = paste_masks(found["masks"], found["boxes"].flatten(0, 1), *self.given)
            found["masks"] = masks.reshape(*valid.shape, 1, *self.given) * valid[:, :, None, None, None]
        if heatmaps is not None:
            points, scores = decode_heatmaps(heatmaps, inside.flatten(0, 1), *self.size)
            points = points * torch.cat([ratio, torch.ones(1)])
            found["keypoints"] = points.reshape(*valid.shape, *points.shape[1:]) * valid[:, :, None, None]
            found["keypoints_scores"] = scores.reshape(*valid.shape, -1) * valid[:, :, None]
        if self.exact:
            found.pop("count")
            (chosen,) = torch.where(valid[0])
            found = {name: tensor[0][chosen] for name, tensor in found.items()}
        return found

    @torch.no_grad()
    def reference(self, images):
        """What torchvision's own code gives, in the form of `forward`."""
        results = self.model(list(images))
        if self.exact:
            return results[0]
        most = self.model.roi_heads.detections_per_img if self.regions else self.model.detections_per_img
        pad = lambda t: F.pad(t, (0, 0) * (t.ndim - 1) + (0, most - len(t)))
        padded = {name: torch.stack([pad(result[name]) for result in results]) for name in results[0]}
        return padded | {"count": torch.tensor([len(result["scores"]) for result in results])}


def paste_masks(masks, boxes, height, width):
    """Masks `[K, M, M]` of boxes `[K, 4]` in images of a size: `[K, height, width]`. Interpolation as a matrix for each axis."""
    size = masks.shape[-1]
    masks, scale = F.pad(masks, (1, 1, 1, 1)), (size + 2) / size
    center, half = (boxes[:, :2] + boxes[:, 2:]) * 0.5, (boxes[:, 2:] - boxes[:, :2]) * 0.5 * scale
    first, last = (center - half).trunc(), (center + half).trunc()
    extent = (last - first + 1).clamp(min=1)

    def weights(axis, count):
        pixel = torch.arange(count, dtype=boxes.dtype) - first[:, axis, None]
        place = ((pixel + 0.5) * ((size + 2) / extent[:, axis, None]) - 0.5).clamp(0, size + 1)
        share = 1 - (place[:, :, None] - torch.arange(size + 2, dtype=boxes.dtype)).abs()
        inside = (pixel >= 0) & (pixel < extent[:, axis, None])
        return share.clamp(min=0) * inside[:, :, None]

    return weights(1, height) @ masks @ weights(0, width).transpose(1, 2)


def decode_heatmaps(heatmaps, boxes, height, width):
    """The places `[K, P, 3]` of the greatest values of heat maps `[K, P, M, M]` spread over boxes `[K, 4]`, and the values `[K, P]`."""
    extent = (boxes[:, 2:] - boxes[:, :2]).clamp(min=1)
    pixels = extent.ceil()
    across, inside_x = cubic_weights(pixels[:, 0], width, heatmaps.shape[3])
    down, inside_y = cubic_weights(pixels[:, 1], height, heatmaps.shape[2])
    inside = inside_y[:, :, None] & inside_x[:, None, :]

    def peak(maps):
        values = down @ maps @ across.transpose(1, 2)
        return torch.where(inside, values, -torch.finfo(values.dtype).max).flatten(1).max(1)

    # One keypoint after another, since a map takes the memory of an image for each box.
    scores, index = (torch.stack(parts, 1) for parts in zip(*map(peak, heatmaps.unbind(1))))
    place = torch.stack([index % width, index.div(width, rounding_mode="floor")], 2)
    place = (place.to(boxes.dtype) + 0.5) * (extent / pixels)[:, None] + boxes[:, None, :2]
    return torch.cat([place, torch.ones_like(place[:, :, :1])], 2), scores


def cubic_weights(pixels, most, size):
    """Bicubic interpolation of `size` values to `pixels` `[K]` as a matrix `[K, most, size]`, and which of its rows count."""
    pixel = torch.arange(most, dtype=pixels.dtype)
    place = (pixel + 0.5) * (size / pixels[:, None]) - 0.5
    first = place.floor()
    share, taps = place - first, torch.arange(size, dtype=pixels.dtype)
    total = 0
    for offset in (-1, 0, 1, 2):
        tap = (first + offset).clamp(0, size - 1)
        total = total + cubic(share - offset)[:, :, None] * (tap[:, :, None] == taps)
    return total, pixel < pixels[:, None]


def cubic(x, a=-0.75):
    """Keys' cubic convolution kernel, with PyTorch's parameter."""
    x = x.abs()
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
    return torch.where(x <= 1, near, torch.where(x < 2, far, 0))


# --- random weights that detect something ---------------------------------------------------------------------------

# Spread of the logits of 91 classes, and their mean where a sigmoid follows: some hundred scores are above the thresholds, few of them
# high. Two classes would be told apart with certainty by such a spread, all alike.
LOGIT_SPREAD, SIGMOID_MEAN = 3.0, -4.0
# So few boxes of an image show statistics as well, in a fraction of the time.
CALIBRATION_PROPOSALS, CALIBRATION_DETECTIONS = 50, 5


@torch.no_grad()
def prepare_random_weights(detector, normalize_layers):
    """After a normalization of all layers: scores as far apart as trained weights make them, boxes near their anchors."""
    model = detector.model
    hook = detector.register_forward_pre_hook(lambda _, images: tuple(map(detector.as_given, images)))
    if detector.regions:
        limits, heads = model.rpn._post_nms_top_n, model.roi_heads
        before = limits["testing"], heads.detections_per_img
        limits["testing"], heads.detections_per_img = CALIBRATION_PROPOSALS, CALIBRATION_DETECTIONS
        normalize_layers()
        limits["testing"], heads.detections_per_img = before
    else:
        normalize_layers()
    hook.remove()
    for name, layer in model.named_modules():
        if not isinstance(layer, (nn.Conv2d, nn.Linear)):
            continue
        parts = name.split(".")
        if ("cls_score" in parts and layer.out_features > 2) or (isinstance(model, SSD) and "classification_head" in parts and layer.out_channels % model.head.classification_head.num_columns == 0):
            layer.weight.mul_(LOGIT_SPREAD)
            layer.bias.mul_(LOGIT_SPREAD)
        elif parts[-1] == "cls_logits" and not isinstance(model, GeneralizedRCNN):
            layer.bias.fill_(SIGMOID_MEAN)
        elif parts[-1] in ("bbox_pred", "bbox_reg") and not isinstance(model, FCOS) and "roi_heads" not in parts:
            layer.weight.mul_(0.1)
            layer.bias.mul_(0.1)
