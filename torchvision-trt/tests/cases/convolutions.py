"""Convolutions and transposed convolutions."""

import torch.nn.functional as F
from torch import nn

from suite import D, Family, randn

conv = Family("conv").case
N = D("n", 2, 5)

conv("1d", nn.Conv1d(3, 5, 3), randn(2, 3, 17))
conv("1d_dilated_strided", nn.Conv1d(4, 6, 3, stride=2, padding=2, dilation=3), randn(1, 4, 20))
conv("1d_grouped_no_bias", nn.Conv1d(4, 8, 5, groups=4, bias=False), randn(N, 4, 11))
conv("1d_unbatched", nn.Conv1d(3, 5, 3, padding=1), randn(3, 9))
conv("1d_kernel_of_whole_input", nn.Conv1d(2, 3, 7), randn(3, 2, 7))
conv("1d_same_even_kernel", nn.Conv1d(2, 3, 4, padding="same"), randn(2, 2, 9))

conv("2d", nn.Conv2d(3, 8, 3, padding=1), randn(2, 3, 13, 11))
conv("2d_1x1", nn.Conv2d(7, 5, 1), randn(1, 7, 6, 5))
conv("2d_rectangular", nn.Conv2d(3, 4, (5, 2), stride=(2, 3), padding=(2, 1)), randn(2, 3, 16, 17))
conv("2d_dilated", nn.Conv2d(3, 4, 3, dilation=(2, 3), padding=(1, 4)), randn(1, 3, 15, 14))
conv("2d_grouped", nn.Conv2d(6, 9, 3, groups=3, padding=1), randn(2, 6, 8, 9))
conv("2d_depthwise", nn.Conv2d(8, 8, 3, groups=8, stride=2, padding=1, bias=False), randn(N, 8, 15, 15))
conv("2d_depthwise_multiplier", nn.Conv2d(4, 12, 3, groups=4), randn(1, 4, 9, 9))
conv("2d_stride_beyond_kernel", nn.Conv2d(3, 4, 1, stride=3), randn(2, 3, 10, 11))
conv("2d_padding_beyond_kernel", nn.Conv2d(2, 3, 2, padding=4), randn(1, 2, 5, 6))
conv("2d_same", nn.Conv2d(3, 4, 3, padding="same"), randn(2, 3, 9, 7))
conv("2d_same_even_kernel", nn.Conv2d(3, 4, (2, 4), padding="same"), randn(2, 3, 9, 7))
conv("2d_same_dilated_grouped", nn.Conv2d(4, 4, (4, 3), padding="same", dilation=(3, 2), groups=2), randn(1, 4, 12, 10))
conv("2d_valid", nn.Conv2d(3, 4, 3, padding="valid", stride=2), randn(2, 3, 9, 8))
conv("2d_unbatched", nn.Conv2d(3, 4, 3, padding=1), randn(3, 8, 6))
conv("2d_dynamic_size", nn.Conv2d(3, 4, 3, stride=2, padding=1), randn(N, 3, D("_h", 16, 21, 8, 64), D("_w", 12, 9, 8, 64)))
conv("2d_same_even_dynamic_size", nn.Conv2d(2, 3, 4, padding="same"), randn(2, 2, D("_h", 8, 11, 4), D("_w", 9, 6, 4)))
conv("2d_reflect_padding", nn.Conv2d(3, 4, 3, padding=2, padding_mode="reflect"), randn(1, 3, 7, 8))
conv("2d_weight_is_an_input", lambda x, w, b: F.conv2d(x, w, b, padding=1), randn(1, 3, 8, 8), randn(4, 3, 3, 3), randn(4))
conv("2d_weight_is_computed", lambda x, w: F.conv2d(x, w * 2 + 1, stride=2), randn(2, 3, 9, 9), randn(5, 3, 3, 3))
conv("2d_scalar_arguments", lambda x, w: F.conv2d(x, w, None, 2, 1, 1, 1), randn(2, 3, 9, 9), randn(5, 3, 3, 3))


class Shared(nn.Module):
    """One layer called twice; the second call has another input size."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, x):
        return self.layer(self.layer(x)[:, :, ::2])


conv("2d_shared_layer", Shared(), randn(1, 3, 8, 8))

channels_last = nn.Conv2d(6, 4, 3)
channels_last.weight.data = channels_last.weight.data.contiguous(memory_format=__import__("torch").channels_last)
conv("2d_weight_in_channels_last", channels_last, randn(2, 6, 7, 7))

conv("3d", nn.Conv3d(2, 4, 3, padding=1), randn(1, 2, 5, 6, 7))
conv("3d_rectangular", nn.Conv3d(3, 4, (1, 3, 2), stride=(1, 2, 2), padding=(0, 1, 1)), randn(N, 3, 4, 8, 9))
conv("3d_depthwise_dilated", nn.Conv3d(4, 4, 3, groups=4, dilation=(1, 2, 1), padding=2), randn(1, 4, 6, 7, 8))
conv("3d_same", nn.Conv3d(2, 2, (2, 3, 4), padding="same"), randn(1, 2, 5, 6, 7))
conv("3d_grouped_no_bias", nn.Conv3d(4, 6, 2, groups=2, stride=2, bias=False), randn(2, 4, 6, 6, 6))
conv("3d_dynamic_size", nn.Conv3d(2, 3, 3, padding=1), randn(1, 2, D("_t", 4, 6, 2), D("_h", 8, 5, 2), 6))

transposed = Family("conv_transpose").case

transposed("1d", nn.ConvTranspose1d(3, 5, 4, stride=2, padding=1), randn(2, 3, 9))
transposed("1d_output_padding", nn.ConvTranspose1d(3, 4, 3, stride=3, output_padding=2), randn(N, 3, 7))
transposed("2d", nn.ConvTranspose2d(4, 6, 3), randn(2, 4, 7, 8))
transposed("2d_strided", nn.ConvTranspose2d(4, 6, 4, stride=2, padding=1, bias=False), randn(1, 4, 6, 5))
transposed("2d_output_padding", nn.ConvTranspose2d(3, 4, 3, stride=2, padding=1, output_padding=1), randn(2, 3, 6, 7))
transposed("2d_output_padding_without_padding", nn.ConvTranspose2d(3, 4, 2, stride=2, output_padding=(1, 0)), randn(1, 3, 5, 5))
transposed("2d_grouped", nn.ConvTranspose2d(6, 9, 3, stride=2, groups=3, padding=1), randn(2, 6, 5, 6))
transposed("2d_depthwise", nn.ConvTranspose2d(4, 4, 2, stride=2, groups=4), randn(N, 4, 5, 6))
transposed("2d_dilated", nn.ConvTranspose2d(3, 4, 3, dilation=2, padding=3), randn(1, 3, 9, 8))
transposed("2d_dynamic_size", nn.ConvTranspose2d(3, 2, 2, stride=2), randn(N, 3, D("h", 5, 8), D("w", 6, 4)))
transposed("3d", nn.ConvTranspose3d(2, 3, 3, stride=(1, 2, 2), padding=1), randn(1, 2, 4, 5, 6))
transposed("3d_output_padding", nn.ConvTranspose3d(2, 3, 2, stride=2, output_padding=1), randn(1, 2, 3, 4, 3))
