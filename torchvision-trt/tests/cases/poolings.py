"""Pooling in all of its rounding and counting modes."""

import torch.nn.functional as F
from torch import nn

from suite import D, Family, randn

pool = Family("pool").case
N = D("n", 2, 5)

pool("max_2d", nn.MaxPool2d(2), randn(2, 3, 8, 6), tolerance="exact")
pool("max_2d_resnet", nn.MaxPool2d(3, stride=2, padding=1), randn(N, 3, 15, 16), tolerance="exact")
pool("max_2d_rectangular", nn.MaxPool2d((3, 2), stride=(1, 2), padding=(1, 0)), randn(1, 3, 9, 11), tolerance="exact")
pool("max_2d_ceil", nn.MaxPool2d(3, stride=2, ceil_mode=True), randn(2, 3, 8, 10), tolerance="exact")
pool("max_2d_ceil_padded", nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True), randn(2, 3, 8, 9), tolerance="exact")
# The last window would start in the padding on the right: PyTorch drops it, although rounding up asks for it.
pool("max_2d_ceil_drops_window", nn.MaxPool2d(2, stride=3, padding=1, ceil_mode=True), randn(1, 2, 6, 9), tolerance="exact")
pool("max_2d_ceil_stride_beyond", nn.MaxPool2d(1, stride=2, ceil_mode=True), randn(1, 2, 7, 8), tolerance="exact")
pool("max_2d_ceil_exact_fit", nn.MaxPool2d(2, stride=2, ceil_mode=True), randn(1, 2, 8, 8), tolerance="exact")
pool("max_2d_negative_with_padding", lambda x: F.max_pool2d(-x * x - 1, 3, 2, 1), randn(1, 2, 8, 8))
pool("max_2d_dilated", nn.MaxPool2d(2, stride=1, dilation=2), randn(1, 2, 8, 8), tolerance="exact")
pool("max_2d_unbatched", nn.MaxPool2d(2), randn(3, 8, 6), tolerance="exact")
pool("max_2d_raw", nn.MaxPool2d(3, 2, 1), randn(2, 3, 7, 7), tolerance="exact", dialect="raw")
pool("max_2d_ceil_dynamic_size", nn.MaxPool2d(3, 2, ceil_mode=True), randn(N, 2, D("_h", 16, 13, 8), D("_w", 12, 10, 8)), tolerance="exact")
pool("max_2d_padded_dynamic_size", nn.MaxPool2d(3, 2, 1), randn(N, 2, D("_h", 16, 13, 8), D("_w", 12, 11, 8)), tolerance="exact")
pool("max_1d", nn.MaxPool1d(3, stride=2, padding=1), randn(2, 3, 11), tolerance="exact")
pool("max_1d_ceil", nn.MaxPool1d(2, ceil_mode=True), randn(N, 3, 9), tolerance="exact")
pool("max_3d", nn.MaxPool3d((1, 2, 2), stride=(1, 2, 2)), randn(1, 2, 4, 6, 7), tolerance="exact")
pool("max_3d_ceil_padded", nn.MaxPool3d(3, stride=2, padding=1, ceil_mode=True), randn(N, 2, 6, 7, 8), tolerance="exact")

pool("avg_2d", nn.AvgPool2d(2), randn(2, 3, 8, 6))
pool("avg_2d_padded", nn.AvgPool2d(3, stride=2, padding=1), randn(N, 3, 9, 10))
pool("avg_2d_padded_not_counted", nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False), randn(2, 3, 9, 10))
pool("avg_2d_divisor", nn.AvgPool2d(3, stride=1, padding=1, divisor_override=5), randn(2, 3, 7, 6))
pool("avg_2d_ceil", nn.AvgPool2d(3, stride=2, ceil_mode=True), randn(2, 3, 8, 10))
pool("avg_2d_ceil_padded", nn.AvgPool2d(3, stride=2, padding=1, ceil_mode=True), randn(2, 3, 8, 10))
pool("avg_2d_ceil_padded_not_counted", nn.AvgPool2d(3, stride=2, padding=1, ceil_mode=True, count_include_pad=False), randn(2, 3, 8, 10))
pool("avg_2d_ceil_divisor", nn.AvgPool2d(2, stride=2, ceil_mode=True, divisor_override=3), randn(2, 3, 7, 9))
pool("avg_2d_ceil_divisor_dynamic_size", nn.AvgPool2d(2, ceil_mode=True, divisor_override=3), randn(N, 2, D("_h", 15, 12, 8), D("_w", 12, 9, 8)))
pool("avg_2d_ceil_divisor_drops_window", nn.AvgPool2d(2, stride=3, padding=1, ceil_mode=True, divisor_override=5), randn(1, 2, 6, 9))
pool("avg_2d_ceil_dynamic_size", nn.AvgPool2d(3, 2, ceil_mode=True), randn(N, 2, D("_h", 16, 13, 8), D("_w", 12, 10, 8)))
pool("avg_2d_ceil_padded_dynamic_size", nn.AvgPool2d(3, 2, 1, ceil_mode=True), randn(N, 2, D("_h", 16, 13, 8), D("_w", 12, 10, 8)))
pool("avg_2d_ceil_drops_window", nn.AvgPool2d(2, stride=3, padding=1, ceil_mode=True), randn(1, 2, 6, 9))
pool("avg_2d_rectangular", nn.AvgPool2d((2, 5), stride=(2, 1), padding=(0, 2)), randn(1, 3, 8, 9))
pool("avg_2d_global_by_size", lambda x: F.avg_pool2d(x, x.shape[2:]), randn(2, 3, 7, 5))
pool("avg_2d_unbatched", nn.AvgPool2d(3, padding=1), randn(3, 8, 7))
pool("avg_2d_padded_dynamic_size", nn.AvgPool2d(3, 2, 1, count_include_pad=False), randn(N, 2, D("_h", 16, 13, 8), D("_w", 12, 11, 8)))
pool("avg_1d", nn.AvgPool1d(3, stride=2, padding=1), randn(2, 3, 11))
pool("avg_1d_ceil_not_counted", nn.AvgPool1d(4, stride=3, padding=2, ceil_mode=True, count_include_pad=False), randn(2, 3, 11))
pool("avg_3d", nn.AvgPool3d((2, 3, 3), stride=(1, 2, 2), padding=(0, 1, 1)), randn(1, 2, 4, 7, 8))
pool("avg_3d_divisor_ceil", nn.AvgPool3d(2, ceil_mode=True, divisor_override=7), randn(1, 2, 5, 5, 5))

adaptive = Family("adaptive").case

adaptive("avg_2d_1x1", nn.AdaptiveAvgPool2d(1), randn(N, 4, 7, 7))
adaptive("avg_2d_1x1_dynamic_size", nn.AdaptiveAvgPool2d((1, 1)), randn(N, 4, D("_h", 7, 12, 2), D("_w", 9, 5, 2)))
adaptive("avg_2d_identity", nn.AdaptiveAvgPool2d((6, 6)), randn(2, 3, 6, 6))
adaptive("avg_2d_divisible", nn.AdaptiveAvgPool2d((3, 2)), randn(2, 3, 9, 8))
adaptive("avg_2d_not_divisible", nn.AdaptiveAvgPool2d((3, 4)), randn(2, 3, 7, 9))
adaptive("avg_2d_larger_output", nn.AdaptiveAvgPool2d(7), randn(1, 2, 5, 4))
adaptive("avg_2d_none", nn.AdaptiveAvgPool2d((None, 2)), randn(1, 3, 5, 6))
adaptive("avg_2d_unbatched", nn.AdaptiveAvgPool2d(2), randn(3, 6, 6))
adaptive("avg_2d_vgg", nn.AdaptiveAvgPool2d(7), randn(N, 3, 7, 7))
adaptive("avg_1d", nn.AdaptiveAvgPool1d(3), randn(2, 3, 10))
adaptive("avg_3d_1x1x1", nn.AdaptiveAvgPool3d(1), randn(N, 2, 3, 4, 5))
adaptive("avg_3d_not_divisible", nn.AdaptiveAvgPool3d((2, 3, 2)), randn(1, 2, 3, 5, 4))
adaptive("max_2d_1x1", nn.AdaptiveMaxPool2d(1), randn(N, 4, 7, 6), tolerance="exact")
adaptive("max_2d_divisible", nn.AdaptiveMaxPool2d((2, 3)), randn(2, 4, 8, 6), tolerance="exact")
adaptive("max_2d_not_divisible", nn.AdaptiveMaxPool2d((3, 4)), randn(2, 4, 7, 9), tolerance="exact")
