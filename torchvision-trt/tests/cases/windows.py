"""Patches of images: unfold, fold, and the moves between channels and space."""

import torch
import torch.nn.functional as F
from torch import nn

from suite import D, Family, ints, randn

N = D("n", 2, 5)
H, W = D("_h", 6, 9, 4), D("_w", 8, 5, 4)
unfold = Family("unfold").case


def exact(name, function, *inputs, **options):
    unfold(name, function, *inputs, tolerance="exact", **options)


exact("square", lambda x: F.unfold(x, 3), randn(N, 3, 6, 7))
exact("rectangular", lambda x: F.unfold(x, (2, 3)), randn(2, 3, 6, 7))
exact("strided_padded", lambda x: F.unfold(x, (3, 2), padding=(1, 2), stride=(2, 3)), randn(2, 3, 7, 9))
exact("dilated", lambda x: F.unfold(x, 3, dilation=(2, 1), padding=2, stride=(1, 2)), randn(1, 2, 7, 8))
exact("unbatched", lambda x: F.unfold(x, (2, 3), padding=1), randn(3, 6, 7))
exact("whole_image", lambda x: F.unfold(x, (6, 7)), randn(2, 3, 6, 7))
exact("patches_of_a_transformer", lambda x: F.unfold(x, 4, stride=4).transpose(1, 2), randn(N, 3, 8, 12))
exact("module", nn.Unfold((2, 3), dilation=2, padding=1, stride=2), randn(2, 2, 8, 9))
exact("dynamic_size", lambda x: F.unfold(x, 3, padding=1), randn(N, 2, H, W))
exact("dynamic_size_strided", lambda x: F.unfold(x, (2, 3), stride=2), randn(N, 2, H, W))
exact("core", lambda x: F.unfold(x, 3, padding=1), randn(2, 3, 6, 7), dialect="core")
exact("half", lambda x: F.unfold(x, 2), randn(2, 3, 4, 5, dtype=torch.float16))
unfold("as_convolution", lambda x, w=torch.randn(4, 27): F.fold(w @ F.unfold(x, 3, padding=1), (6, 7), 1), randn(N, 3, 6, 7))

exact("tensor", lambda x: x.unfold(1, 3, 2), randn(2, 9))
exact("tensor_negative_dim", lambda x: x.unfold(-1, 2, 1), randn(2, 3, 5))
exact("tensor_twice", lambda x: x.unfold(2, 3, 1).unfold(3, 2, 2), randn(N, 2, 6, 7))
exact("tensor_whole", lambda x: x.unfold(0, 4, 1), randn(4, 3))
exact("tensor_integers", lambda x: x.unfold(1, 2, 3), ints(2, 8))
exact("tensor_vector", lambda x: x.unfold(0, 3, 4), randn(9))
exact("tensor_dynamic", lambda x: x.unfold(1, 3, 2), randn(N, D("_l", 9, 14, 5), 2))
exact("tensor_core", lambda x: x.unfold(1, 3, 2), randn(2, 9), dialect="core")

fold = Family("fold").case
fold("disjoint", lambda x: F.fold(x, (6, 9), (2, 3), stride=(2, 3)), randn(N, 12, 9))
fold("overlapping", lambda x: F.fold(x, (6, 7), 3), randn(2, 18, 20))
fold("strided_padded", lambda x: F.fold(x, (7, 8), (3, 2), padding=(1, 0), stride=(2, 2)), randn(2, 12, 16))
fold("dilated", lambda x: F.fold(x, (7, 6), 2, dilation=(2, 3)), randn(1, 8, 15))
fold("unbatched", lambda x: F.fold(x, (5, 4), 2), randn(8, 12))
fold("module", nn.Fold((6, 7), (2, 3), padding=1, stride=2), randn(N, 12, 16))
fold("inverse_of_unfold", lambda x: F.fold(F.unfold(x, 2, stride=2), (6, 8), 2, stride=2), randn(2, 3, 6, 8))
fold("counts", lambda x: F.fold(F.unfold(torch.ones_like(x), 3, padding=1), (6, 8), 3, padding=1), randn(2, 3, 6, 8))
fold("core", lambda x: F.fold(x, (6, 7), 3), randn(2, 18, 20), dialect="core")

pixel = Family("pixel").case


def moved(name, function, *inputs, **options):
    pixel(name, function, *inputs, tolerance="exact", **options)


moved("shuffle", nn.PixelShuffle(2), randn(N, 12, 4, 5))
moved("shuffle_by_three", lambda x: F.pixel_shuffle(x, 3), randn(2, 18, 2, 3))
moved("shuffle_unbatched", lambda x: F.pixel_shuffle(x, 2), randn(8, 3, 2))
moved("shuffle_extra_batch", lambda x: F.pixel_shuffle(x, 2), randn(2, 3, 8, 3, 2))
moved("shuffle_dynamic", nn.PixelShuffle(2), randn(N, 8, H, W))
moved("shuffle_core", nn.PixelShuffle(2), randn(2, 8, 3, 4), dialect="core")
moved("shuffle_raw", nn.PixelShuffle(2), randn(2, 8, 3, 4), dialect="raw")
moved("unshuffle", nn.PixelUnshuffle(2), randn(N, 3, 4, 6))
moved("unshuffle_by_three", lambda x: F.pixel_unshuffle(x, 3), randn(2, 2, 6, 9))
moved("unshuffle_unbatched", lambda x: F.pixel_unshuffle(x, 2), randn(3, 4, 6))
moved("unshuffle_core", nn.PixelUnshuffle(2), randn(2, 3, 4, 6), dialect="core")
moved("unshuffle_back", lambda x: F.pixel_unshuffle(F.pixel_shuffle(x, 2), 2), randn(2, 8, 3, 4))
moved("channel_shuffle", nn.ChannelShuffle(3), randn(N, 6, H, W))
moved("channel_shuffle_functional", lambda x: F.channel_shuffle(x, 2), randn(2, 6, 3, 4))
moved("channel_shuffle_rank_3", lambda x: torch.channel_shuffle(x, 2), randn(2, 6, 5))
moved("channel_shuffle_rank_5", lambda x: F.channel_shuffle(x, 2), randn(2, 6, 2, 3, 2))
moved("channel_shuffle_core", nn.ChannelShuffle(3), randn(2, 6, 3, 4), dialect="core")
