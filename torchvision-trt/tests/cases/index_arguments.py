"""Elements put, taken, searched and counted by index or number: negative places, nothing, scalars, types, in place."""

import torch

from suite import D, Family, Input, bools, ints, randn, table

index = Family("index_argument").case
N, M = D("n", 2, 5), D("m", 4, 3, 2)
INF, NAN = float("inf"), float("nan")


def exact(name, function, *inputs, **options):
    index(name, function, *inputs, tolerance="exact", **options)


def at(*shape, high, low=0, dtype=torch.int64):
    return ints(*shape, low=low, high=high, dtype=dtype)


def distinct(count, of):
    """Different places below `of`, negative ones among them."""

    def make(size, g):
        places = torch.randperm(of, generator=g)[:count]
        return torch.where(places % 2 == 0, places, places - of)

    return Input((count,), make)


exact("put_negative_places", lambda x, i, s: x.put(i.view(2, 3), s), randn(3, 5), distinct(6, 15), randn(2, 3))
exact("put_nothing", lambda x: x.put(torch.zeros(0, dtype=torch.int64), torch.zeros(0)) + 1, randn(2, 3))
index("put_accumulate_repeated", lambda x, i, s: torch.put(x, i, s, accumulate=True), randn(2, 3), at(9, low=-6, high=6), randn(9))
exact("put_truth_dynamic", lambda x, i, s: x.put(i, s), bools(N, 4), distinct(3, 8), bools(3))
exact("put_in_place_raw", lambda x, i, s: (x * 1).put_(i, s) + x, ints(3, 4), distinct(5, 12), ints(5), dialect="raw")
exact("take_in_dynamic", lambda x, i: x.take(i), randn(N, M), at(3, 2, low=-4, high=4))
exact("take_nothing", lambda x: torch.cat([torch.take(x, torch.zeros(0, dtype=torch.int64)), x]), ints(4))
exact("take_truth_of_one", lambda x, i: torch.take(x, i), bools(1), at(2, 3, low=-1, high=1))
exact("take_along_dim_both_broadcast", lambda x, i: torch.take_along_dim(x, i, -2), ints(2, 5, 1), at(1, 3, 4, high=5))
exact("take_along_dim_truth_first", lambda x, i: x.take_along_dim(i, 0), bools(3, 4), at(5, 1, high=3))

for how in ("add", "multiply"):
    index(f"scatter_{how}_dynamic", lambda x, i, s, how=how: torch.scatter(x, -1, i, s, reduce=how), randn(N, 4), at(N, 7, high=4), randn(N, 7))
    exact(f"scatter_{how}_integers", lambda x, i, s, how=how: x.scatter(0, i, s, reduce=how), ints(3, 4), at(5, 2, high=3), ints(6, 3, low=-3, high=4))
    exact(f"scatter_{how}_integer_value", lambda x, i, how=how: x.scatter(1, i, -3, reduce=how), ints(3, 4), at(2, 3, high=4))
    index(f"scatter_{how}_in_place_raw", lambda x, i, how=how: (x * 1).scatter_(0, i, 0.5, reduce=how) - x, randn(7), at(9, high=7), dialect="raw")
exact("scatter_value_0d", lambda x, i: (x * 1).scatter(0, i, 4.0), randn(), at(high=1))
exact("scatter_value_nothing", lambda x: x.scatter(1, torch.zeros(3, 0, dtype=torch.int64), 2.0) + 1, randn(3, 4))

for right in (False, True):
    exact(f"searchsorted_number_{right}", lambda s, r=right: (torch.searchsorted(s.sort().values, -0.5, right=r), torch.searchsorted(s.sort().values, 2, right=r)), table(2.0, -0.5, 1.0, 5.0, -0.5, 2.0))
    exact(f"bucketize_number_{right}", lambda s, r=right: (torch.bucketize(3, s.sort().values, right=r), torch.bucketize(-11, s.sort().values, right=r)), ints(N))
exact("searchsorted_number_int32", lambda s: torch.searchsorted(s.sort().values, 0, out_int32=True, side="right"), ints(7))
exact("searchsorted_number_sorter", lambda s: torch.searchsorted(s, 0.25, sorter=s.argsort()), randn(9))
exact("searchsorted_number_dynamic", lambda s: torch.searchsorted(s.sort().values, 1.0), randn(M))
exact("searchsorted_number_nan_and_infinity", lambda s: (torch.searchsorted(s.sort().values, NAN), torch.searchsorted(s.sort().values, INF)), randn(5))
exact("bucketize_number_int32", lambda s: torch.bucketize(0.5, s.sort().values, out_int32=True), randn(7))
exact("bucketize_number_infinity", lambda s: torch.bucketize(-INF, s.sort().values), randn(4))
exact("bucketize_number_raw", lambda s: torch.bucketize(0, s, right=True) + 1, ints(1), dialect="raw")

exact("isin_number_floats", lambda t: (torch.isin(0.5, t), torch.isin(0.5, t, invert=True)), table(0.5, 1.0, NAN))
exact("isin_number_matrix", lambda t: torch.isin(3, t), ints(N, 3, low=0, high=9))
exact("isin_number_nan", lambda t: torch.isin(NAN, t), table(NAN, 1.0))
exact("isin_number_nothing", lambda t: (torch.isin(2, t[:0]), torch.isin(2, t[:0], invert=True)), ints(3))
exact("isin_one_inverted", lambda x: torch.isin(x, 2, invert=True), ints(N, 3, low=0, high=4))
exact("isin_one_float_among_integers", lambda x: (torch.isin(x, 1.5), torch.isin(x, 2.0)), ints(3, 4, low=0, high=4))
exact("isin_one_nan", lambda x: torch.isin(x, NAN), table(NAN, 1.0, INF))
exact("isin_one_0d", lambda x: torch.isin(x, 1), ints(low=0, high=2))
