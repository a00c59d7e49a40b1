"""Batch norm and its relatives."""

import torch
import torch.nn.functional as F
from torch import nn

from suite import D, Family, randn, trained

norm = Family("norm").case
N = D("n", 2, 5)

norm("batch_2d", trained(nn.BatchNorm2d(5)), randn(2, 5, 6, 7))
norm("batch_1d_rank_2", trained(nn.BatchNorm1d(6)), randn(N, 6))
norm("batch_1d_rank_3", trained(nn.BatchNorm1d(6)), randn(2, 6, 9))
norm("batch_3d", trained(nn.BatchNorm3d(3)), randn(1, 3, 4, 5, 6))
norm("batch_not_affine", trained(nn.BatchNorm2d(5, affine=False)), randn(2, 5, 6, 7))
norm("batch_large_eps", trained(nn.BatchNorm2d(5, eps=0.5)), randn(N, 5, 3, 3))
norm("batch_dynamic_size", trained(nn.BatchNorm2d(4)), randn(N, 4, D("h", 5, 9), D("w", 6, 3)))
norm("batch_raw", trained(nn.BatchNorm2d(4)), randn(2, 4, 5, 6), dialect="raw")
norm("batch_raw_not_affine", trained(nn.BatchNorm1d(4, affine=False)), randn(3, 4), dialect="raw")
norm("batch_small_variance", trained(nn.BatchNorm2d(3)), randn(1, 3, 4, 4))
norm(
    "batch_statistics_are_inputs",
    lambda x, mean, var: F.batch_norm(x, mean, var * var + 0.1),
    randn(2, 5, 4, 4), randn(5), randn(5),
)
norm("batch_channel_of_one", trained(nn.BatchNorm2d(1)), randn(3, 1, 4, 4))
norm("conv_batch", trained(nn.Sequential(nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6))), randn(N, 3, 9, 9))
norm("conv_batch_no_bias_relu", trained(nn.Sequential(nn.Conv2d(3, 6, 3, bias=False), nn.BatchNorm2d(6), nn.ReLU(True))), randn(2, 3, 9, 9))
norm("conv1d_batch", trained(nn.Sequential(nn.Conv1d(3, 6, 3), nn.BatchNorm1d(6))), randn(2, 3, 9))
norm("conv3d_batch", trained(nn.Sequential(nn.Conv3d(3, 6, 3), nn.BatchNorm3d(6))), randn(1, 3, 5, 5, 5))
norm("transposed_conv_batch", trained(nn.Sequential(nn.ConvTranspose2d(3, 6, 3), nn.BatchNorm2d(6))), randn(1, 3, 5, 5))
norm("linear_batch", trained(nn.Sequential(nn.Linear(7, 6), nn.BatchNorm1d(6))), randn(N, 7))
norm("batch_conv_batch_raw", trained(nn.Sequential(nn.BatchNorm2d(3), nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6))), randn(2, 3, 5, 5), dialect="raw")


class ConvUsedTwice(nn.Module):
    """The convolution's output is read before and after the norm: folding must not change the first reading."""

    def __init__(self):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 4, 3), trained(nn.BatchNorm2d(4))

    def forward(self, x):
        y = self.conv(x)
        return y + self.norm(y)


norm("conv_read_beside_batch", ConvUsedTwice(), randn(2, 3, 7, 7))


class NormUsedTwice(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = trained(nn.BatchNorm2d(4))

    def forward(self, x):
        return self.norm(torch.relu(self.norm(x)))


norm("batch_shared", NormUsedTwice(), randn(2, 4, 7, 7))
