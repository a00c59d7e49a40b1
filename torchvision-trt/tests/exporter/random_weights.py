"""Images and weights that export.py draws at random let half precision be judged.

Run by exporter.rs.
"""

import copy
import sys
from pathlib import Path

import torch
from torchvision import models

sys.path.insert(0, str(Path(__file__).parents[2] / "python"))

import export

SIZE = 256


def test_images_have_details_of_single_pixels(generator):
    for size in (64, 224, 520):
        image = export.image_like([2, 3, size, size], generator)
        curvature = image[..., 2:] - 2 * image[..., 1:-1] + image[..., :-2]
        # Between the pixels that an image is interpolated from there is none.
        assert curvature.abs().median() > 0.05 * image.std(), size


@torch.no_grad()
def test_rounded_weights_change_little(generator):
    """A network with squeeze-and-excitation and one with a normalization of pooled images, which make the most of rounding errors."""
    for name in ("lraspp_mobilenet_v3_large", "deeplabv3_mobilenet_v3_large"):
        model = models.get_model(name, weights=None, weights_backbone=None).eval()
        shape = [2, 3, SIZE, SIZE]
        export.prepare_random_weights(model, [shape], generator)
        rounded = copy.deepcopy(model)
        for parameter in rounded.parameters():
            parameter.copy_(parameter.half())
        images = export.image_like(shape, generator)
        expected, got = model(images)["out"], rounded(images)["out"]
        error = ((got - expected).norm() / expected.norm()).item()
        assert error < 4e-3, f"{name}: {error:.1e}"
        different = ((expected[0] - expected[1]).norm() / expected.norm()).item()
        assert different > 0.2, f"{name}: outputs of two images differ by {different:.1e}"


for name, test in list(globals().items()):
    if name.startswith("test_"):
        torch.manual_seed(0)
        test(torch.Generator().manual_seed(0))
        print(f"{name}: passed")
