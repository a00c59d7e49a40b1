"""Running sums, products, maxima and minima."""

import torch

from suite import REAL, Family, ints, randn, with_special

cum = Family("TorchCum", "cum")
extreme = Family("TorchCumMaxMin", "cum_max_min")
INTS = (torch.int32, torch.int64)

# Where the dimension is a row in memory, a column, cut into chunks, or of no or one element.
SHAPES = {
    "row": ((3, 40), -1), "short_row": ((5, 7), 1), "one": ((4, 1), 1), "column": ((9, 5), 0), "middle": ((3, 11, 4), 1),
    "row_even": ((2, 64), 1), "long_row": ((2, 5000), 1), "long_odd_row": ((1, 4099), -1), "chunked_row": ((1, 40000), 1),
    "chunked_odd_row": ((3, 6151), 1), "column_chunks": ((300, 3), 0), "column_many_chunks": ((2, 1000, 7), 1), "vector": ((33,), 0),
    "scalar": ((), 0), "empty": ((3, 0), 1), "empty_outer": ((0, 3), 1), "four_dims": ((2, 3, 4, 5), -2), "row_of_tile": ((2, 2048), 1),
    # Around packs, warps, tiles and groups of tiles; rows that are read by a few lanes, a warp, a block, or many blocks.
    "lane_rows": ((70, 3), 1), "warp_rows": ((9, 129), 1), "warp_rows_even": ((9, 512), 1), "past_warp": ((3, 1025), 1),
    "long_rows": ((257, 1030), 1), "tiles": ((2, 4096), 1), "tile_and_one": ((1, 4097), 1), "odd_tiles": ((3, 8191), 1),
    "tiles_of_short": ((1, 8193), 1), "odd_large_tiles": ((3, 8193), 1), "large_tile": ((1, 16384), 1), "large_tile_and_one": ((2, 16385), 1),
}


def add_cum(name, x, dim, dtypes=REAL, kinds=(0, 1), **tolerances):
    for kind in kinds:
        function = (torch.cumsum, torch.cumprod)[kind]
        cum.real(f"{name}_{('sum', 'prod')[kind]}", x, lambda x: function(x, dim), dtypes=dtypes, dim=dim, cum_type=kind, **tolerances)


for length in (31, 32, 33, 545, 635, 640, 641, 1021, 1023, 1024, 1029, 1280, 1281, 4095, 8200):
    SHAPES[f"row_of_{length}"] = ((3, length), 1)


for name, (shape, dim) in SHAPES.items():
    add_cum(name, randn(*shape), dim, kinds=(0,))
    # Near 1, so that long products neither vanish nor overflow.
    add_cum(name, 1 + randn(*shape) * 0.003, dim, kinds=(1,), dtypes=(torch.float32,))
    x = ints(*shape, low=-9, high=9)
    cum.exact(f"{name}_sum", x, lambda x: torch.cumsum(x, dim, dtype=x.dtype), INTS, dim=dim, cum_type=0)
# More tiles than a group of them has; numbers whose sums do not cancel.
add_cum("groups_of_tiles", randn(1, 1_200_000).abs(), 1, kinds=(0,), dtypes=(torch.float32,))
cum.exact("many_groups_sum", ints(1, 1_300_000), lambda x: torch.cumsum(x, 1, dtype=x.dtype), (torch.int64,), dim=1, cum_type=0)
add_cum("short", 1 + randn(4, 9) * 0.1, 1, kinds=(1,))
cum.exact("wraps_sum", ints(2, 50, low=2**30, high=2**31 - 1), lambda x: torch.cumsum(x, 1, dtype=x.dtype), INTS, dim=1, cum_type=0)
cum.exact("wraps_prod", ints(2, 50, low=-9, high=10), lambda x: torch.cumprod(x, 1, dtype=x.dtype), INTS, dim=1, cum_type=1)
add_cum("nan", with_special(randn(3, 40), float("nan")), 1, kinds=(0, 1))
add_cum("infinity", with_special(randn(3, 40), float("inf"), -float("inf")), 1, kinds=(0,))
add_cum("zero", with_special(1 + randn(3, 40) * 0.01, 0.0), 1, kinds=(1,))
# Rows begin and end in the middle of packs, beside others whose elements would be seen.
for length in (7, 41, 1021, 1029):
    x = randn(6, length)
    x[::2] = float("nan")
    add_cum(f"nan_rows_of_{length}", x, 1, kinds=(0,))
cum.refused("dim", randn(2, 3), "out of range", dim=2)
cum.refused("type", randn(2, 3), "cum_type", dim=0, cum_type=2)
cum.refused("missing", randn(2, 3), "dim")


def add_extreme(name, x, dim, dtypes):
    for kind, function in enumerate((torch.cummax, torch.cummin)):
        def reference(x):
            values, indices = function(x, dim)
            return values, indices.int()

        extreme.exact(f"{name}_{('max', 'min')[kind]}", x, reference, dtypes, dim=dim, cum_type=kind)


for name, (shape, dim) in SHAPES.items():
    add_extreme(name, randn(*shape), dim, (torch.float32, torch.bfloat16))
    add_extreme(f"{name}_ties", ints(*shape, low=-3, high=3), dim, (torch.float16, *INTS))
add_extreme("groups_of_tiles", randn(1, 2_500_000), 1, (torch.float32,))
add_extreme("nan", with_special(randn(3, 40), float("nan"), 5.0, float("nan")), 1, REAL)
add_extreme("nan_column", with_special(randn(40, 3), float("nan"), -5.0, float("nan")), 0, REAL)
add_extreme("nan_chunks", with_special(randn(1, 9000), *[float("nan")] * 3), 1, (torch.float32,))
# The worst values there are, where packs begin within rows and where tiles follow tiles.
for bad in (float("inf"), -float("inf")):
    add_extreme(f"all_{bad}", torch.full((5, 37), bad), 1, REAL)
    add_extreme(f"tiles_of_{bad}", torch.full((1, 9001), bad), 1, (torch.float32,))
for worst in (-(2**31), 2**31 - 1):
    add_extreme(f"worst_{worst}", torch.full((5, 37), worst, dtype=torch.int32), 1, (torch.int32,))
add_extreme("all_nan", torch.full((2, 20), float("nan")), 1, REAL)
add_extreme("infinity", with_special(randn(3, 40), float("inf"), -float("inf"), float("inf")), 1, REAL)
add_extreme("all_minus_infinity", torch.full((2, 20), -float("inf")), 1, REAL)
for length in (41, 515, 643):
    x = randn(6, length)
    x[::2] = float("nan")
    add_extreme(f"nan_rows_of_{length}", x, 1, REAL)
add_extreme("limits", torch.tensor([[0, -2**31, 2**31 - 1, -2**31, 5]]), 1, (torch.int32,))
extreme.refused("dim", randn(2, 3), "out of range", dim=-3)
