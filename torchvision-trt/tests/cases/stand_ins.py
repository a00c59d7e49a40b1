"""Names of converter_names.txt that PyTorch does not have: they come from packages that projects built on torch2trt load, or were
meant as others. Defined here under those very names, from what is documented of them."""

import sys
from types import ModuleType

import torch
import torch.nn.functional as F
from torch import nn


def centered_layer(x):
    """A layer of the demo of such a project, which its plugin computes: the mean is that of all elements."""
    return x - x.mean()


class Quantized:
    """Inference of quantization-aware training: what the layer gives is rounded to 8 bits, symmetric, one scale for all."""

    def learn(self, amax):
        self.register_buffer("learned_amax", torch.tensor(amax))
        self.register_buffer("zero_point", torch.zeros((), dtype=torch.int32), persistent=False)

    def quantize(self, x):
        return torch.fake_quantize_per_tensor_affine(x, self.learned_amax / 127, self.zero_point, -128, 127)


class IQuantReLU(Quantized, nn.ReLU):
    def __init__(self, amax):
        super().__init__()
        self.learn(amax)

    def forward(self, x):
        return self.quantize(super().forward(x))


class IQuantConv2d(Quantized, nn.Conv2d):
    def __init__(self, *args, amax, **kwargs):
        super().__init__(*args, **kwargs)
        self.learn(amax)

    def forward(self, x):
        return self.quantize(super().forward(x))


class IQuantConvBN2d(Quantized, nn.Conv2d):
    """The batch normalization that follows is folded into the weights."""

    def __init__(self, *args, amax, **kwargs):
        super().__init__(*args, **kwargs, bias=False)
        self.bn = nn.BatchNorm2d(self.out_channels)
        self.learn(amax)

    def forward(self, x):
        scale = self.bn.weight * torch.rsqrt(self.bn.running_var + self.bn.eps)
        bias = self.bn.bias - self.bn.running_mean * scale
        return self.quantize(self._conv_forward(x, self.weight * scale.reshape(-1, 1, 1, 1), bias))


def install():
    torch.avg_pool2d, torch.avg_pool3d = F.avg_pool2d, F.avg_pool3d
    F.CenteredLayer = centered_layer
    define("torch2trt.contrib.qat.layers.quant_activation", IQuantReLU)
    define("torch2trt.contrib.qat.layers.quant_conv", IQuantConv2d, IQuantConvBN2d)


def define(path, *classes):
    parts = path.split(".")
    for length in range(1, len(parts) + 1):
        name = ".".join(parts[:length])
        module = sys.modules.setdefault(name, ModuleType(name))
        if length > 1:
            setattr(sys.modules[".".join(parts[: length - 1])], parts[length - 1], module)
    for cls in classes:
        cls.__module__ = path
        setattr(module, cls.__name__, cls)
