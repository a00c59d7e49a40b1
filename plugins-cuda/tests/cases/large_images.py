"""Plugins on images of 4096 x 4096 pixels, tables and vectors of that order."""

import torch
import torch.nn.functional as F

from suite import Family, ints, randn

SIDE = 4096
FLOAT = (torch.float32,)
image = randn(SIDE, SIDE)

Family("TorchFlip", "large_flip").exact("both", image, lambda x: x.flip(0, 1), FLOAT, dims=[0, 1])
Family("RepeatDims", "large_repeat").exact("odd", image[:, :4095], lambda x: x.repeat(2, 1), FLOAT, repeat_dims=[2, 1])
Family("ExView", "large_view").exact("flat", image, lambda x: x.flatten(), FLOAT, dim_expression=str(SIDE * SIDE))
Family("CenteredLayer", "large_centered").real("image", image + 3, lambda x: x - x.mean())
Family("TorchUnfold", "large_unfold").exact(
    "image", image.view(1, 1, SIDE, SIDE), lambda x: F.unfold(x, 3, padding=1, stride=2), FLOAT, kernel_size=[3, 3], padding=[1, 1], stride=[2, 2])

index = ints(SIDE, SIDE, low=0, high=SIDE)
for dim in (0, 1):
    Family("TorchGather", f"large_gather_{dim}").exact("image", [image, index], lambda x, i: x.gather(dim, i.long()), FLOAT, dim=dim)
indices = ints(100_000, low=0, high=50_000)
Family("TorchEmbedding", "large_embedding").case("table", [indices, randn(50_000, 100)], F.embedding(indices, randn(50_000, 100)))

cum = Family("TorchCum", "large_cum")
for dim in (0, 1):
    # Sums of thousands of numbers around 0 cancel: the error is relative to the largest, not to each.
    cum.real(f"dim{dim}", image.abs(), lambda x: x.cumsum(dim), dim=dim)
    extreme = Family("TorchCumMaxMin", f"large_cum_max_{dim}")
    extreme.exact("image", image, lambda x: (lambda r: (r.values, r.indices.int()))(x.cummax(dim)), FLOAT, dim=dim)
cum.real("vector", image.flatten().abs(), lambda x: x.cumsum(0), dtypes=FLOAT, dim=0)
cum.exact("integers", ints(SIDE * SIDE + 3), lambda x: x.cumsum(0, dtype=x.dtype), (torch.int32,), dim=0)
cum.real("odd_rows", image.flatten()[: 16_000 * 1021].view(16_000, 1021).abs(), lambda x: x.cumsum(1), dim=1)

weights = [randn(SIDE, seed=1), randn(SIDE, seed=2)]
Family("LayerNorm", "large_layer_norm").real(
    "rows", [image, *weights], lambda x, w, b: F.layer_norm(x, (SIDE,), w, b), normalized_shape=[SIDE])
Family("LayerNorm", "large_layer_norm").real("one_row", image.flatten(), lambda x: F.layer_norm(x, x.shape), normalized_shape=[SIDE * SIDE])
Family("LayerNorm", "large_layer_norm").real(
    "odd_rows", [image.flatten()[: 20_000 * 767].view(20_000, 767), *(w[:767] for w in weights)],
    lambda x, w, b: F.layer_norm(x, (767,), w, b), normalized_shape=[767])
Family("GroupNorm", "large_group_norm").real(
    "shared_rows", [image.flatten()[: 12 * 320 * 4096].view(12, 320, 64, 64), *(w[:320] for w in weights)],
    lambda x, w, b: F.group_norm(x, 32, w, b), num_groups=32)
groups = image.view(4, 64, 256, 256)
Family("GroupNorm", "large_group_norm").real(
    "image", [groups, weights[0][:64], weights[1][:64]], lambda x, w, b: F.group_norm(x, 8, w, b), num_groups=8)
pool = Family("AdaptivePool", "large_pool")
pool.real("average", image.view(1, 1, SIDE, SIDE), lambda x: F.adaptive_avg_pool2d(x, (7, 600)), output_size=[7, 600], pooling_type=1)
pool.exact("maximum", image.view(1, 1, SIDE, SIDE), lambda x: F.adaptive_max_pool2d(x, (1000, 3)), FLOAT, output_size=[1000, 3], pooling_type=0)
vectors = [randn(SIDE), randn(SIDE - 1)]
Family("MeshGrid", "large_mesh_grid").case("image", vectors, torch.meshgrid(*vectors, indexing="ij"), num_inputs=2)
Family("TorchBmm", "large_bmm").real("matrices", [randn(2, 1000, 700), randn(2, 700, 900)], torch.bmm)
