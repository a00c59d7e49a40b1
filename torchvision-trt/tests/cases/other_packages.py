"""What projects built on torch2trt convert besides PyTorch's own functions; stand_ins.py defines it."""

import torch
import torch.nn.functional as F
from torch import nn
from torch2trt.contrib.qat.layers.quant_activation import IQuantReLU
from torch2trt.contrib.qat.layers.quant_conv import IQuantConv2d, IQuantConvBN2d

from suite import D, Family, randn, trained

other = Family("other").case
N = D("n", 2, 5)

other("avg_pool_2d", lambda x: torch.avg_pool2d(x, 3, 2, 1), randn(N, 3, 9, 10))
other("avg_pool_2d_ceil_not_counted", lambda x: torch.avg_pool2d(x, (3, 2), (2, 3), (1, 0), True, False), randn(2, 3, 8, 10))
other("avg_pool_3d", lambda x: torch.avg_pool3d(x, 2, 2, 0, True), randn(N, 2, 5, 6, 7))
other("avg_pool_3d_divisor", lambda x: torch.avg_pool3d(x, (1, 3, 2), divisor_override=5), randn(2, 3, 4, 6, 7))

other("centered", lambda x: F.CenteredLayer(x), randn(2, 3, 5, 7))
other("centered_dynamic", lambda x: F.CenteredLayer(x), randn(N, 3, D("h", 6, 9)))
other("centered_rank_1", lambda x: F.CenteredLayer(x), randn(7))
other("centered_no_dimensions", lambda x: F.CenteredLayer(x) + 1, randn())
other("centered_far_from_zero", lambda x: F.CenteredLayer(x + 100) + 100, randn(4, 31))

# An fp16 product beside the middle of two steps of 1/127 may round to the other one.
STEPS = {"low_tolerance": "bf16"}
# torch.export traces fake quantization with known sizes only.
other("quantized_relu", IQuantReLU(2.5), randn(3, 3, 5, 7))
other("quantized_relu_clamps", IQuantReLU(0.5), randn(2, 300))
other("quantized_relu_rank_1", IQuantReLU(1.5), randn(9))
other("quantized_relu_raw", IQuantReLU(1.5), randn(2, 9), dialect="raw")
other("quantized_relu_twice", nn.Sequential(IQuantReLU(1.5), nn.Linear(9, 4), IQuantReLU(0.7)), randn(3, 9), **STEPS)
other("quantized_conv", IQuantConv2d(3, 5, 3, amax=2.0), randn(3, 3, 7, 6), **STEPS)
other("quantized_conv_grouped", IQuantConv2d(4, 6, (3, 2), stride=2, padding=1, groups=2, amax=1.5), randn(2, 4, 8, 9), **STEPS)
other("quantized_conv_no_bias", IQuantConv2d(3, 4, 1, bias=False, amax=0.5), randn(2, 3, 5, 5), **STEPS)
other("quantized_conv_reflected", IQuantConv2d(3, 4, 3, padding=1, padding_mode="reflect", amax=2.0), randn(1, 3, 6, 5), **STEPS)
other("quantized_conv_unbatched", IQuantConv2d(3, 4, 3, dilation=2, amax=2.0), randn(3, 8, 9), **STEPS)
other("quantized_conv_bn", trained(IQuantConvBN2d(3, 5, 3, amax=3.0)), randn(3, 3, 7, 6), **STEPS)
other("quantized_conv_bn_strided", trained(IQuantConvBN2d(3, 4, 3, stride=2, padding=1, amax=2.0)), randn(2, 3, 9, 8), **STEPS)
other("quantized_conv_bn_depthwise", trained(IQuantConvBN2d(4, 4, 3, groups=4, amax=2.0)), randn(2, 4, 6, 7), **STEPS)
other("quantized_conv_bn_unbatched", trained(IQuantConvBN2d(2, 3, 2, amax=2.0)), randn(2, 5, 6), **STEPS)
other("quantized_conv_bn_relu", nn.Sequential(trained(IQuantConvBN2d(3, 6, 3, amax=3.0)), IQuantReLU(2.1)), randn(3, 3, 7, 6), **STEPS)
