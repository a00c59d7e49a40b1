"""What convolutions take beyond a kernel of weights: padding modes, computed kernels, unbatched inputs, half precision."""

import torch
import torch.nn.functional as F
from torch import nn

from suite import D, Family, randn

conv = Family("conv").case
N = D("n", 2, 5)
LAYERS = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}
SIZES = {1: (9,), 2: (7, 9), 3: (6, 5, 7)}

for n, layer in LAYERS.items():
    padding = (2, 1, 3)[:n]
    for mode in ("zeros", "reflect", "replicate", "circular"):
        conv(f"{n}d_padding_mode_{mode}", layer(3, 4, 3, padding=padding, padding_mode=mode, stride=2), randn(N, 3, *SIZES[n]))
    conv(f"{n}d_padding_mode_circular_same_even", layer(2, 3, 4, padding="same", padding_mode="circular"), randn(2, 2, *SIZES[n]))
    conv(f"{n}d_unbatched_reflect", layer(3, 2, 3, padding=1, padding_mode="reflect"), randn(3, *SIZES[n]))
    conv(f"{n}d_core", layer(4, 6, 3, stride=2, padding=1, groups=2), randn(N, 4, *SIZES[n]), dialect="core")
    conv(f"{n}d_raw", layer(3, 4, 2, dilation=2, padding=2), randn(2, 3, *SIZES[n]), dialect="raw")
    function = f"conv{n}d"  # looked up when it is called, so that the call is noted
    kernel = randn(4, 2, *(2, 3, 1)[:n])
    conv(f"{n}d_functional", lambda x, w, f=function: getattr(F, f)(x, w, None, 2, 1, 1, 2), randn(2, 4, *SIZES[n]), kernel)
    conv(f"{n}d_functional_valid", lambda x, w, b, f=function: getattr(F, f)(x, w, b, padding="valid"), randn(2, 2, *SIZES[n]), kernel, randn(4))
    conv(f"{n}d_functional_same", lambda x, w, f=function: getattr(F, f)(x, w, padding="same", dilation=2), randn(2, 2, *SIZES[n]), kernel)
    conv(f"{n}d_only_bias_is_an_input", lambda x, b, f=function, w=torch.randn(4, 3, *[2] * n): getattr(F, f)(x, w, b), randn(2, 3, *SIZES[n]), randn(4))
    conv(f"{n}d_only_weight_is_an_input", lambda x, w, f=function, b=torch.randn(4): getattr(F, f)(x, w, b), randn(2, 2, *SIZES[n]), kernel)

conv("1d_dynamic_length", nn.Conv1d(3, 4, 5, stride=2, padding=2), randn(N, 3, D("_l", 12, 17, 6)))
conv("1d_circular_dynamic_length", nn.Conv1d(3, 4, 3, padding=2, padding_mode="circular"), randn(N, 3, D("_l", 12, 17, 6)))
conv("2d_replicate_dynamic_size", nn.Conv2d(2, 3, 3, padding=(3, 1), padding_mode="replicate"), randn(N, 2, D("_h", 6, 9, 4), D("_w", 5, 8, 4)))
conv("2d_zero_batch_stays_possible", nn.Conv2d(2, 3, 3), randn(D("n", 3, 1), 2, 5, 6))
conv("2d_kernel_of_whole_image", nn.Conv2d(3, 5, (6, 7)), randn(N, 3, 6, 7))
conv("2d_half", lambda x, w: F.conv2d(x, w, padding=1), randn(2, 3, 6, 7, dtype=torch.float16), randn(4, 3, 3, 3, dtype=torch.float16), tolerance="fp16")
conv("2d_bfloat16", lambda x, w: F.conv2d(x, w, padding=1), randn(2, 3, 6, 7, dtype=torch.bfloat16), randn(4, 3, 3, 3, dtype=torch.bfloat16), tolerance="bf16")


class WeightStandardised(nn.Conv2d):
    """The kernel is computed from the parameter in every call."""

    def forward(self, x):
        w = self.weight
        w = (w - w.mean((1, 2, 3), keepdim=True)) / (w.std((1, 2, 3), keepdim=True) + 1e-5)
        return self._conv_forward(x, w, self.bias)


conv("2d_weight_standardised", WeightStandardised(3, 4, 3, padding=1), randn(N, 3, 7, 6))
conv("2d_spectral_norm", nn.utils.parametrizations.spectral_norm(nn.Conv2d(3, 4, 3)), randn(2, 3, 7, 6))
conv("2d_weight_norm", nn.utils.parametrizations.weight_norm(nn.Conv2d(3, 4, 3)), randn(2, 3, 7, 6))
conv("2d_per_sample_kernels", lambda x, w: F.conv2d(x.reshape(1, 6, 8, 7), w.reshape(8, 3, 3, 3), groups=2), randn(2, 3, 8, 7), randn(2, 4, 3, 3, 3))
conv("tbc", lambda x, w, b: torch.conv_tbc(x, w, b, 1), randn(9, 2, 3), randn(3, 3, 4), randn(4))

transposed = Family("conv_transpose").case
UPWARDS = {1: nn.ConvTranspose1d, 2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}
for n, layer in UPWARDS.items():
    small = (4, 5, 3)[:n]
    transposed(f"{n}d_everything", layer(4, 6, 3, stride=3, padding=1, output_padding=2, groups=2, dilation=2), randn(N, 4, *small))
    transposed(f"{n}d_unbatched", layer(3, 2, 3, stride=2), randn(3, *small))
    transposed(f"{n}d_unbatched_output_padding", layer(3, 2, 2, stride=2, output_padding=1, bias=False), randn(3, *small))
    transposed(f"{n}d_core", layer(3, 4, 3, stride=2, padding=1, output_padding=1), randn(N, 3, *small), dialect="core")
    transposed(f"{n}d_output_padding_within_dilation", layer(2, 3, 3, dilation=3, output_padding=2), randn(1, 2, *small))
    weight = randn(4, 3, *(2, 3, 1)[:n])
    transposed(f"{n}d_functional", lambda x, w, f=f"conv_transpose{n}d": getattr(F, f)(x, w, None, 2, 0, 1, 1, 1), randn(2, 4, *small), weight)
    transposed(f"{n}d_functional_bias_is_an_input", lambda x, w, b, f=f"conv_transpose{n}d": getattr(F, f)(x, w, b, stride=2, output_padding=1), randn(2, 4, *small), weight, randn(3))
transposed("1d_grouped", nn.ConvTranspose1d(4, 8, 3, groups=4, stride=2), randn(N, 4, 6))
transposed("2d_output_size", lambda x, m=nn.ConvTranspose2d(3, 4, 3, stride=2, padding=1): m(x, output_size=(10, 8)), randn(2, 3, 5, 4))
transposed("2d_padding_leaves_little", nn.ConvTranspose2d(3, 4, 3, padding=2), randn(2, 3, 5, 4))
transposed("2d_output_padding_dynamic", nn.ConvTranspose2d(3, 2, 3, stride=2, output_padding=1), randn(N, 3, D("h", 5, 8), D("w", 6, 4)))
transposed("2d_shared_weight", lambda x, w=torch.randn(4, 3, 3, 3): F.conv_transpose2d(F.conv2d(x, w), w), randn(1, 3, 8, 8))
