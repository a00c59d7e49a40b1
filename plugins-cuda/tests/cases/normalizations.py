"""Group and layer normalization."""

import torch
import torch.nn.functional as F

from suite import Family, randn, with_special

group = Family("GroupNorm", "group_norm")
layer = Family("LayerNorm", "layer_norm")


def add_group(name, shape, groups, weight=True, bias=True, eps=None, x=None):
    channels = shape[1]
    extra = [randn(channels, seed=1)] * weight + [randn(channels, seed=2)] * bias
    fields = {"num_groups": groups} | ({"eps": eps} if eps else {})
    group.real(name, [randn(*shape) if x is None else x, *extra], lambda x, *wb: F.group_norm(x, groups, *wb, eps=eps or 1e-5), **fields)


add_group("plain", (2, 6, 5, 7), 3)
add_group("one_group", (2, 6, 5, 7), 1)
add_group("instance", (2, 6, 5, 7), 6)
add_group("even", (2, 8, 8, 8), 2)
add_group("even_row_odd_plane", (2, 8, 3, 3), 2)
add_group("no_bias", (2, 4, 3, 5), 2, bias=False)
add_group("no_weight", (2, 4, 3, 5), 2, weight=False, bias=False)
add_group("no_space", (5, 12), 4)
add_group("one_channel_groups", (5, 12, 3), 12)
add_group("vectors", (3, 6, 11), 2)
add_group("volumes", (2, 4, 3, 4, 5), 2)
add_group("block_row", (2, 8, 33, 31), 2)
add_group("block_row_even", (2, 8, 32, 32), 2)
add_group("chunks_odd", (1, 4, 131, 127), 1)
add_group("chunks_even", (2, 4, 96, 128), 2)
add_group("chunks_last_short", (1, 2, 8193, 2), 1)
add_group("even_channels", (2, 64, 16, 16), 4)
add_group("large_even", (2, 20, 64, 64), 2)
add_group("large_odd", (2, 20, 65, 63), 2)
add_group("past_block", (1, 18, 64, 64), 1)
# In shared memory, as far as it has room: 16 bytes for each of 512 threads, 8, 10 and 14 times; 2 and 4 bytes an element.
for length in (16384, 20480, 28672, 32768, 40960, 57344):
    add_group(f"groups_of_{length}", (1, 4, length // 2), 2)
    add_group(f"groups_past_{length}", (1, 16, length // 8 + 8), 2, bias=False)
add_group("no_space_odd", (5, 150), 2)
add_group("no_space_odd_groups", (3, 2 * 515), 2, weight=False)
add_group("eps", (2, 4, 3, 5), 2, eps=0.5)
add_group("no_batch", (0, 4, 3, 5), 2)
add_group("offset", (2, 4, 16, 16), 2, x=randn(2, 4, 16, 16) + 30)
add_group("nan", (2, 4, 3, 5), 2, x=with_special(randn(2, 4, 3, 5), float("nan")))
group.refused("no_multiple", [randn(2, 5, 3)], "no multiple", num_groups=2)
group.refused("no_groups", [randn(2, 4, 3)], "num_groups", num_groups=0)
group.refused("vector", [randn(4)], "at least 2", num_groups=2)
group.refused("weight", [randn(2, 4, 3), randn(3)], "weight", num_groups=2)


def add_layer(name, shape, last, weight=True, bias=True, eps=None, x=None):
    normalized = shape[len(shape) - last:]
    extra = [randn(*normalized, seed=1)] * weight + [randn(*normalized, seed=2)] * bias
    fields = {"normalized_shape": list(normalized)} | ({"eps": eps} if eps else {})
    layer.real(name, [randn(*shape) if x is None else x, *extra], lambda x, *wb: F.layer_norm(x, normalized, *wb, eps=eps or 1e-5), **fields)


add_layer("plain", (2, 7, 24), 1)
add_layer("odd", (3, 5, 31), 1)
add_layer("two_dims", (2, 3, 5, 7), 2)
add_layer("all_dims", (5, 8), 2)
add_layer("one_element_rows", (4, 1), 1)
add_layer("warp_row", (9, 1024), 1)
add_layer("transformer", (2, 5, 768), 1)
add_layer("block_row", (3, 1025), 1)
add_layer("block_row_even", (3, 4096), 1)
add_layer("longest_row", (2, 16384), 1)
add_layer("chunks", (2, 16388), 1)
add_layer("chunks_odd", (2, 3, 5463), 2)
add_layer("many_chunks", (1, 100003), 1)
# Around packs, warps, blocks and what those hold.
for length in (32, 33, 127, 129, 1023, 2047, 2049, 4095, 4097, 8191, 16381, 16383, 32767, 32768, 65535):
    add_layer(f"row_of_{length}", (2, length), 1)
# Weights that begin in the middle of packs, and rows beside such that are no numbers.
for length in (63, 64, 65, 71, 77, 255, 257, 767, 1021, 1100):
    add_layer(f"rows_of_{length}", (9, length), 1)
add_layer("row_of_odd_pack", (1, 73), 1)
add_layer("odd_no_bias", (5, 101), 1, bias=False)
add_layer("odd_no_weight", (5, 101), 1, weight=False)
for length in (77, 767):
    x = randn(6, length)
    x[::2] = float("nan")
    add_layer(f"nan_rows_of_{length}", (6, length), 1, x=x)
add_layer("shared_row", (3, 40960), 1)
add_layer("past_block", (2, 65544), 1)
add_layer("past_block_odd", (3, 65551), 1)
add_layer("rows_of_warps", (21, 100), 1)
add_layer("no_bias", (4, 10), 1, bias=False)
add_layer("no_weight", (4, 10), 1, weight=False, bias=False)
add_layer("eps", (4, 10), 1, eps=1e-3)
add_layer("no_rows", (0, 10), 1)
add_layer("constant", (3, 16), 1, x=torch.full((3, 16), 2.5))
add_layer("offset", (4, 512), 1, x=randn(4, 512) + 50)
add_layer("nan", (4, 9), 1, x=with_special(randn(4, 9), float("nan")))
add_layer("infinity", (4, 9), 1, x=with_special(randn(4, 9), float("inf")))
layer.refused("other_shape", [randn(2, 5)], "last dimensions", normalized_shape=[4])
layer.refused("too_many", [randn(5)], "last dimensions", normalized_shape=[5, 5])
layer.refused("none", [randn(5)], "normalized_shape", normalized_shape=[])
layer.refused("bias", [randn(2, 5), randn(5), randn(4)], "bias", normalized_shape=[5])
