"""Adaptive pooling in one, two and three dimensions."""

import torch
import torch.nn.functional as F

from suite import Family, ints, randn, with_special

pool = Family("AdaptivePool", "adaptive_pool")
POOLS = {("max", 1): F.adaptive_max_pool1d, ("max", 2): F.adaptive_max_pool2d, ("max", 3): F.adaptive_max_pool3d,
         ("avg", 1): F.adaptive_avg_pool1d, ("avg", 2): F.adaptive_avg_pool2d, ("avg", 3): F.adaptive_avg_pool3d}


def add(name, x, size, kinds=("max", "avg"), reference_size=None, extra=()):
    for kind in kinds:
        function = POOLS[kind, len(size)]
        wanted = reference_size or [s if s > 0 else None for s in size]
        # Maxima move elements, so that they are exact.
        exact = dict(tolerances=dict.fromkeys((torch.float32, torch.float16, torch.bfloat16), "exact")) if kind == "max" else {}
        reference = lambda x, *_: function(x, wanted)
        pool.real(f"{name}_{kind}", [x, *extra], reference, output_size=size, pooling_type=int(kind == "avg"), **exact)


add("even", randn(2, 3, 8, 12), [4, 6])
add("odd_ratio", randn(2, 3, 7, 10), [3, 4])
add("larger", randn(1, 2, 3, 4), [5, 9])
add("global", randn(2, 5, 14, 9), [1, 1])
add("global_odd_width", randn(3, 4, 33, 7), [1, 1])
add("wide_windows", randn(2, 2, 70, 90), [3, 2])
add("narrow_windows", randn(2, 2, 200, 6), [3, 5])
add("keeps_height", randn(2, 3, 6, 11), [0, 4])
add("keeps_both", randn(2, 3, 6, 5), [0, -1])
add("even_to_seven", randn(3, 5, 56, 56), [7, 7])
add("halves", randn(2, 3, 28, 28), [14, 14])
add("pairs", randn(2, 3, 6, 32), [6, 16])
add("pairs_of_rows", randn(2, 3, 15, 32), [3, 16])
add("fours", randn(2, 3, 12, 16), [4, 4])
add("eights", randn(2, 3, 16, 24), [2, 3])
add("global_small", randn(5, 70, 7, 7), [1, 1])
add("global_row", randn(300, 9), [1])
add("global_small_volumes", randn(3, 50, 3, 5, 7), [1, 1, 1])
add("many_global_small", randn(8, 2500, 3, 9), [1, 1])
# As many planes as threads share, and such that the last block has few of.
add("blocks_of_small", randn(4, 256, 7, 7), [1, 1])
add("block_and_one_of_small", randn(1, 257, 7, 7), [1, 1])
add("very_many_global_small", randn(1, 600_001, 3), [1], kinds=("avg",))
add("rounds_of_small", randn(1, 280_003, 7), [1], kinds=("max",))
add("nan_small", with_special(randn(2, 33, 7, 7), float("nan"), float("inf")), [1, 1])
add("half_pack", randn(2, 3, 10, 12), [3, 5])
add("wide_row", randn(1, 2, 3, 1030), [2, 7])
add("widest_row", randn(1, 1, 2, 8192), [1, 100])
add("past_widest_row", randn(1, 1, 2, 8193), [2, 100])
add("segments", randn(1, 2, 3, 20_000), [2, 5001])
add("longer_segments", randn(1, 9001), [20_011])
add("past_shared", randn(1, 2, 18_001), [2])
add("few_large", randn(1, 2, 130, 128), [2, 1])
add("unbatched", randn(3, 9, 8), [2, 5])
add("vectors", randn(2, 3, 17), [5])
add("vectors_global", randn(2, 3, 65), [1])
add("vectors_longer", randn(2, 3, 4), [9])
add("volumes", randn(2, 2, 5, 7, 6), [2, 3, 4])
add("volumes_global", randn(2, 2, 5, 7, 6), [1, 1, 1])
add("volumes_planes", randn(1, 2, 9, 6, 8), [4, 1, 1])
add("no_batch", randn(0, 3, 6, 6), [2, 2])
add("many_planes", randn(16, 70, 5, 6), [2, 3])
add("size_input", randn(2, 3, 12, 9), [0, 0], reference_size=[5, 4], extra=[ints(1, 1, 5, 4)])
add("infinity", with_special(randn(2, 3, 9, 9), float("inf"), -float("inf")), [4, 4], kinds=("max",))
add("all_minus_infinity", torch.full((1, 2, 6, 6), -float("inf")), [4, 1], kinds=("max",))
add("nan", with_special(randn(2, 3, 9, 9), float("nan")), [4, 4])
add("nan_global", with_special(randn(2, 3, 30, 9), float("nan")), [1, 1])
pool.refused("no_size", randn(2, 3, 4), "output_size", output_size=[])
pool.refused("four_sizes", randn(2, 3, 4), "output_size", output_size=[1, 1, 1, 1])
pool.refused("type", randn(2, 3, 4), "pooling_type", output_size=[1], pooling_type=2)
pool.refused("too_few_dims", randn(3), "at least 2", output_size=[1, 1])
pool.refused("nothing_to_pool", randn(2, 0, 3), "nothing to pool", output_size=[1, 1])
pool.refused("missing", randn(2, 3, 4), "output_size")
