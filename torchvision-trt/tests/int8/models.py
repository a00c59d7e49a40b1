"""What int8 has to get right: residual additions, depthwise and grouped convolutions, normalizations, products without convolutions."""

import torch
from torch import nn


def conv(inputs, outputs, kernel, stride=1, groups=1):
    padding = kernel // 2
    layer = nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(outputs))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = conv(inputs, outputs, 3, stride)
        self.second = conv(outputs, outputs, 3, groups=2)
        self.shortcut = conv(inputs, outputs, 1, stride) if stride > 1 else nn.Identity()

    def forward(self, x):
        y = self.second(self.first(x).relu())
        return (y + self.shortcut(x)).relu()


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3)
        self.blocks = nn.Sequential(Block(8, 8, 1), Block(8, 16, 2))
        self.depthwise = conv(16, 16, 5, groups=16)
        # Never negative after an activation, so that its range is all zeros.
        self.dead = nn.Conv2d(16, 16, 1)
        self.head = nn.Linear(16, 7)

    def forward(self, x):
        x = self.blocks(self.stem(x).relu())
        x = nn.functional.hardswish(self.depthwise(x)) + self.dead(x.clamp(max=0))
        return self.head(x.mean((2, 3)))


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(48, 64), nn.Linear(64, 5)

    def forward(self, x):
        x = x.flatten(2)
        return self.second(nn.functional.gelu(self.first(x)))


class Own(nn.Module):
    """What a converter of the test takes over, a convolution, between others."""

    def __init__(self):
        super().__init__()
        self.before, self.own, self.after = nn.Conv2d(3, 4, 3), OwnConv2d(4, 4, 1), nn.Conv2d(4, 5, 3)
        self.norm = nn.BatchNorm2d(4)

    def forward(self, x):
        return self.after(self.norm(self.own(self.before(x).relu())).relu())


class OwnConv2d(nn.Conv2d):
    pass


def own():
    return Own()


def residual():
    return Residual()


def mlp():
    return Mlp()


def nothing():
    return nn.Softmax(1)
