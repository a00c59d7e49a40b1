"""Exports small models and computes with PyTorch what the examples have to make of them: `make.py FOLDER`.

The pictures are made here, or cut out of the photograph that scikit-image ships.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np
import PIL.Image
import skimage
import torch
import torchvision
from torch import nn

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "../../python")]
import export  # noqa: E402

HEIGHT, WIDTH = 64, 96


class WhiteRectangle(nn.Module):
    """Detects the white in a picture: its box, its mask, and its middle as all 17 keypoints. A second detection has a low score."""

    def forward(self, x):
        inside = x.mean(1) > 0
        whole = torch.ones_like(inside)
        boxes = []
        for mask in (inside, whole):
            row = torch.arange(x.shape[2]).reshape(1, -1, 1).expand(mask.shape)
            column = torch.arange(x.shape[3]).reshape(1, 1, -1).expand(mask.shape)
            left, top = (torch.where(mask, place, 1000).amin((1, 2)) for place in (column, row))
            right, bottom = (torch.where(mask, place, -1).amax((1, 2)) for place in (column, row))
            boxes.append(torch.stack([left, top, right, bottom], 1).float())
        boxes = torch.stack(boxes, 1)
        middle = (boxes[:, :, :2] + boxes[:, :, 2:]) / 2
        keypoints = torch.cat([middle, torch.ones_like(middle[:, :, :1])], 2)
        return {
            "boxes": boxes,
            "labels": torch.tensor([[4, 5]]),
            "scores": torch.tensor([[0.9, 0.3]]),
            "masks": torch.stack([inside, whole], 1).float()[:, :, None],
            "keypoints": keypoints[:, :, None].expand(-1, -1, 17, -1),
        }


class Spread(nn.Module):
    """Sees everything move away from the middle if the frames are equal; gives a first guess and the result, as RAFT does."""

    def __init__(self):
        super().__init__()
        down, across = torch.meshgrid(torch.arange(HEIGHT), torch.arange(WIDTH), indexing="ij")
        self.register_buffer("field", torch.stack([across - WIDTH / 2 + 0.25, down - HEIGHT / 2 + 0.25])[None] / 4)

    def forward(self, first, second):
        moved = self.field + (second - first).mean(1, keepdim=True)
        return [torch.zeros_like(moved), moved]


def spread():
    frame = torch.zeros(1, 3, HEIGHT, WIDTH)
    return Spread(), (frame, frame.clone())


def clip():
    torch.manual_seed(1)
    model = nn.Sequential(nn.Conv3d(3, 8, 3, stride=2), nn.ReLU(), nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(8, 7))
    model[-1].weight.data *= 20
    return model, (torch.randn(1, 3, 4, 32, 32),)


def best_classes(scores, categories, count=5):
    shares, classes = scores.softmax(1)[0].topk(count)
    names = [categories[c] if categories else f"class {c}" for c in classes.tolist()]
    return [[name, 100 * share] for name, share in zip(names, shares.tolist())]


def voc_color(number):
    color = [0, 0, 0]
    for shift in range(7, -1, -1):
        for channel in range(3):
            color[channel] |= (number & 1) << shift
            number >>= 1
    return color


def colored(photo, scores):
    """The photograph with the color of each pixel's class; class 0 is the background."""
    classes = scores[0].argmax(0).numpy()
    palette = np.array([voc_color(number) for number in range(scores.shape[1])], dtype=np.uint8)
    return np.where((classes == 0)[:, :, None], photo, palette[classes])


def export_model(name, file, *options):
    sys.argv = ["export.py", "export", name, "-o", file, *options]
    export.main()
    return torch.export.load(file).module()


@torch.no_grad()
def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    astronaut = PIL.Image.open(Path(skimage.__file__).parent / "data/astronaut.png").convert("RGB")
    photo = astronaut.crop((128, 0, 320, 128)).resize((WIDTH, HEIGHT))
    photo.save("photo.png")
    astronaut.crop((0, 0, 301, 203)).save("large.png")
    rectangle = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    rectangle[20:41, 30:71] = 255
    PIL.Image.fromarray(rectangle).save("rectangle.png")
    Path("frames").mkdir(exist_ok=True)
    for frame in range(9):
        astronaut.crop((30 * frame, 0, 30 * frame + WIDTH, HEIGHT)).save(f"frames/{frame}.png")
    expected = {}

    model = export_model("squeezenet1_1", "classify.pt2", "--size", "64,64")
    pixels = export.photo_input("photo.png", [1, 3, 64, 64])
    categories = torchvision.models.get_model_weights("squeezenet1_1").DEFAULT.meta["categories"]
    expected["classify"] = best_classes(model(pixels), categories)

    model = export_model("lraspp_mobilenet_v3_large", "segment.pt2", "--size", f"{HEIGHT},{WIDTH}")
    mean, std = (torch.tensor(values)[:, None, None] for values in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    pixels = (torch.tensor(np.array(photo)).permute(2, 0, 1) / 255 - mean) / std
    PIL.Image.fromarray(colored(np.array(photo), model(pixels[None])["out"])).save("segments_expected.png")

    export_model("make:WhiteRectangle", "detect.pt2", "--size", f"{HEIGHT},{WIDTH}")
    export_model("make:spread", "flow.pt2")
    drawn = torchvision.utils.flow_to_image(Spread().field)[0].permute(1, 2, 0)
    PIL.Image.fromarray(drawn.numpy()).save("flow_expected.png")

    model = export_model("make:clip", "video.pt2")
    frames = [export.photo_input(f"frames/{frame * 9 // 4}.png", [3, 32, 32]) for frame in range(4)]
    expected["video"] = best_classes(model(torch.stack(frames, 1)[None]), None)
    Path("expected.json").write_text(json.dumps(expected))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
