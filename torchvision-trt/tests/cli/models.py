"""Small models for the tests of the command line."""

import torch
from torch import nn


def tiny():
    return nn.Sequential(
        nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10)
    )


def with_nan():
    model = tiny()
    model[0].bias.data[3] = float("nan")
    model[5].weight.data = torch.zeros_like(model[5].weight)
    return NanToNum(model)


class NanToNum(nn.Module):
    """Keeps the outputs finite, which the exporter insists on."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        return torch.where(torch.isnan(self.model(x)), 0.0, 1.0)


class Unsupported(nn.Module):
    def forward(self, x):
        spectrum = torch.fft.rfft(x.mean(1))
        return spectrum.abs() + torch.special.bessel_j0(x).sum()
