"""Small whole blocks of the model families, with every operator between others as in life."""

import torch
from torch import nn
from torchvision.models import densenet, mobilenetv2, resnet, shufflenetv2, squeezenet
from torchvision.models.googlenet import Inception
from torchvision.ops import Conv2dNormActivation, SqueezeExcitation

from suite import D, Family, randn, trained

block = Family("block").case
N = D("n", 2, 5)


def image(channels):
    return randn(N, channels, 14, 14)


def down(channels_in, channels_out):
    return nn.Sequential(nn.Conv2d(channels_in, channels_out, 1, 2, bias=False), nn.BatchNorm2d(channels_out))


block("resnet_basic", trained(resnet.BasicBlock(8, 8)), image(8))
block("resnet_basic_down", trained(resnet.BasicBlock(8, 12, 2, down(8, 12))), image(8))
block("resnet_bottleneck", trained(resnet.Bottleneck(16, 4)), image(16))
block("resnext_bottleneck", trained(resnet.Bottleneck(16, 4, groups=2, base_width=64)), image(16))
block("squeezenet_fire", squeezenet.Fire(8, 4, 6, 6), image(8))
block("mobilenet_inverted", trained(mobilenetv2.InvertedResidual(8, 8, 1, 6)), image(8))
block("mobilenet_inverted_strided", trained(mobilenetv2.InvertedResidual(8, 12, 2, 6)), image(8))
block("shufflenet", trained(shufflenetv2.InvertedResidual(8, 8, 1)), image(8))
block("shufflenet_strided", trained(shufflenetv2.InvertedResidual(8, 16, 2)), image(8))
block("densenet_layers", trained(densenet._DenseBlock(3, 8, 2, 4, 0.0)), image(8))
block("densenet_transition", trained(densenet._Transition(8, 4)), image(8))
block("googlenet_inception", trained(Inception(8, 4, 4, 6, 2, 4, 3)), image(8))
block("squeeze_excitation", SqueezeExcitation(8, 2), image(8))
block("conv_norm_hardswish", trained(Conv2dNormActivation(3, 8, 3, activation_layer=nn.Hardswish)), image(3))
for name, module in {
    "resnet_basic": trained(resnet.BasicBlock(8, 8)),
    "squeezenet_fire": squeezenet.Fire(8, 4, 6, 6),
    "shufflenet": trained(shufflenetv2.InvertedResidual(8, 8, 1)),
    "densenet_layers": trained(densenet._DenseBlock(3, 8, 2, 4, 0.0)),
}.items():
    block(f"{name}_raw", module, image(8), dialect="raw")
block(
    "classifier",
    nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(), nn.Linear(8, 20), nn.ReLU(True), nn.Linear(20, 10)),
    image(8),
)


class TransformInput(nn.Module):
    """How googlenet and inception_v3 undo ImageNet's normalisation."""

    def forward(self, x):
        r = torch.unsqueeze(x[:, 0], 1) * (0.229 / 0.5) + (0.485 - 0.5) / 0.5
        g = torch.unsqueeze(x[:, 1], 1) * (0.224 / 0.5) + (0.456 - 0.5) / 0.5
        b = torch.unsqueeze(x[:, 2], 1) * (0.225 / 0.5) + (0.406 - 0.5) / 0.5
        return torch.cat((r, g, b), 1)


block("transform_input", TransformInput(), image(3))
