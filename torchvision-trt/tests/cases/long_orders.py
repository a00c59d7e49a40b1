"""Order of more elements than TensorRT's TopK gives, of equal elements, and of NaN; how often values occur."""

import torch

from suite import D, Family, Input, bools, ints, randn, table, uniform

order = Family("long_order").case
N, M = D("n", 2, 5), D("m", 7, 30, max=64)
INF, NAN = float("inf"), float("nan")


def exact(name, function, *inputs, **options):
    order(name, function, *inputs, tolerance="exact", **options)


def shuffled(*shape, dtype=torch.float32):
    """All different, so that there is one order only."""

    def make(size, g):
        count = torch.Size(size).numel()
        return (torch.randperm(count, generator=g) - count // 2).reshape(size).to(dtype)

    return Input(shape, make)


exact("sort_3840", torch.sort, shuffled(3840))
exact("sort_3841_down", lambda x: torch.sort(x, descending=True), shuffled(3841))
exact("sort_rows_of_5000", lambda x: torch.sort(x, dim=1), shuffled(2, 5000))
exact("sort_columns_of_4001", lambda x: x.sort(0, descending=True), shuffled(4001, 3))
exact("sort_7777_integers", torch.sort, shuffled(7777, dtype=torch.int64))
exact("sort_dynamic_rows_of_3999", lambda x: x.sort(-1), shuffled(N, 3999, dtype=torch.int32))
exact("sort_values_of_equal_elements", lambda x: torch.sort(x).values, ints(4500, low=-50, high=50))
exact("sort_infinities", lambda x: torch.sort(torch.where(x > 1, INF, torch.where(x < -1, -INF, x))).values, randn(4000))
exact("argsort_5000", lambda x: x.argsort(descending=True), shuffled(5000))
exact("msort", lambda x: (torch.msort(x), x[0].msort()), randn(70, 60))
exact("msort_0d", torch.msort, randn())
exact("msort_integers_dynamic", torch.msort, ints(M, 3))
exact("msort_half", torch.msort, shuffled(9, 2, dtype=torch.float16))
exact("msort_of_4000", torch.msort, ints(4000, 2, low=0, high=300))
exact("topk_4000_of_5000", lambda x: torch.topk(x, 4000), shuffled(5000))
exact("topk_4000_smallest_unknown_rows", lambda x: x.topk(3900, -1, largest=False), shuffled(N, 4100))
exact("kthvalue_4500", lambda x: torch.kthvalue(x, 4500), shuffled(5000))
exact("median_of_7800", torch.median, shuffled(7800))

for descending in (False, True):
    way = "down" if descending else "up"
    stable = lambda x, dim=-1, d=descending: torch.sort(x, stable=True, dim=dim, descending=d)
    exact(f"stable_{way}_ties", stable, ints(3, 50, low=0, high=5))
    exact(f"stable_{way}_ties_in_blocks", stable, ints(1500, low=0, high=40))
    exact(f"stable_{way}_rows_of_700", lambda x, f=stable: f(x, 0), ints(700, N, low=-3, high=3, dtype=torch.int32))
    exact(f"stable_{way}_zeros", stable, table(0.0, -0.0, 1.0, -0.0, 0.0, -1.0, 0.0))
    exact(f"stable_{way}_nan", lambda x, f=stable: f(x).indices, table(NAN, 1.0, INF, NAN, -INF, 1.0, NAN, INF, 0.0))
    exact(f"stable_{way}_nan_in_blocks", lambda x, f=stable: f(torch.where(x > 8, NAN, torch.where(x > 6, INF, x))).indices, ints(1300, low=0, high=10, dtype=torch.float32))
    exact(f"stable_{way}_truth", stable, bools(5, 9))
    exact(f"stable_{way}_dynamic", stable, ints(2, M, low=0, high=4))
    exact(f"stable_{way}_0d", stable, randn())
    exact(f"stable_{way}_argsort", lambda x, d=descending: torch.argsort(x, dim=0, stable=True, descending=d), ints(30, 3, low=0, high=4))
    exact(f"stable_{way}_half_core", stable, uniform(3, 40, low=0, high=0.01, dtype=torch.float16), dialect="core")


def holes(*shape):
    """Three elements in ten are NaN."""
    return Input(shape, lambda size, g: torch.randn(size, generator=g).masked_fill(torch.rand(size, generator=g) < 0.3, NAN))


exact("nanmedian", lambda x: (torch.nanmedian(x), *torch.nanmedian(x, 1)), holes(4, 9))
exact("nanmedian_kept_first", lambda x: x.nanmedian(0, keepdim=True), holes(30, 3))
exact("nanmedian_of_nan_only", lambda x: (torch.nanmedian(x * NAN), torch.nanmedian(x * NAN, 0).values), randn(3, 2))
exact("nanmedian_integers", lambda x: (torch.nanmedian(x), x.nanmedian(1).values), ints(3, 5))
exact("nanmedian_dynamic", lambda x: torch.nanmedian(x, 0).values, holes(M, 3))
exact("nanmedian_0d", lambda x: (torch.nanmedian(x), torch.nanmedian(x, 0)), randn())
exact("nanmedian_of_4001", torch.nanmedian, holes(4001))
exact("nanmedian_infinities", lambda x: torch.nanmedian(x), table(NAN, INF, -INF, INF, NAN, 3.0))

exact("mode", lambda x: torch.mode(x), ints(3, 9, low=0, high=4))
exact("mode_first_kept", lambda x: torch.mode(x, 0, keepdim=True), ints(11, N, low=-2, high=3))
exact("mode_floats_ties", lambda x: (x / 2).mode(1), ints(4, 8, low=0, high=6, dtype=torch.float32))
exact("mode_truth", lambda x: torch.mode(x, -1), bools(4, 7))
exact("mode_all_different", lambda x: torch.mode(x, 0), shuffled(9, 3))
exact("mode_0d", lambda x: torch.mode(x), ints())
exact("mode_values_of_many", lambda x: torch.mode(x, 0).values, ints(400, low=0, high=30))

exact("histc", lambda x: torch.histc(x, 7, -2, 2), randn(N, 50))
exact("histc_range_of_data", lambda x: torch.histc(x, 10), randn(3, 40))
exact("histc_edges_and_special", lambda x: torch.histc(x, 4, 0, 4), table(0.0, 1.0, 2.0, 4.0, 4.0, 4.1, -0.1, 3.9999, INF, -INF, NAN))
exact("histc_one_value", lambda x: torch.histc(x * 0 + 3, 5), randn(9))
exact("histc_one_bin", lambda x: torch.histc(x, bins=1, min=-1, max=1), randn(30))
exact("histc_default", lambda x: torch.histc(x), uniform(200))
exact("histc_0d", lambda x: x.histc(3, -4, 4), randn())
