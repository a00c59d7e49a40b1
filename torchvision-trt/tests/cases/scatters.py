"""Elements replaced and accumulated by index: scatter, index_copy, index_add, put, masks."""

import torch

from suite import D, Family, bools, ints, randn, uniform

scatter = Family("scatter").case
N, M = D("n", 2, 5), D("m", 3, 6)


def exact(name, function, *inputs, **options):
    scatter(name, function, *inputs, tolerance="exact", **options)


def places(*shape, high, dtype=torch.int64):
    return ints(*shape, low=0, high=high, dtype=dtype)


def distinct(count, of):
    """`count` different indices below `of`, in another order each time."""
    spec = ints(count)
    return type(spec)((count,), lambda size, g: torch.randperm(of, generator=g)[: size[0]])


def distinct_along(rows, count, columns, of):
    """Indices that differ along the middle dimension, for `scatter` to be defined."""
    spec = ints(1)
    make = lambda size, g: torch.rand(size[0], of, size[2], generator=g).argsort(1)[:, : size[1]]
    return type(spec)((rows, count, columns), make)


along = distinct_along(3, 2, 5, of=4)
exact("elements", lambda x, i, s: x.scatter(1, i, s), randn(3, 4, 5), along, randn(3, 2, 5))
exact("elements_functions", lambda x, i, s: torch.scatter(x, -2, i, s), randn(3, 4, 5), along, randn(3, 2, 5))
exact("elements_larger_source", lambda x, i, s: x.scatter(1, i, s), randn(3, 4, 5), along, randn(4, 3, 6))
exact("elements_smaller_index", lambda x, i, s: x.scatter(1, i, s), randn(4, 4, 7), along, randn(3, 2, 5))
exact("elements_integers", lambda x, i, s: x.scatter(1, i, s), ints(3, 4, 5), along, ints(3, 2, 5))
exact("elements_bools", lambda x, i, s: x.scatter(1, i, s), bools(3, 4, 5), along, bools(3, 2, 5))
exact("elements_dynamic", lambda x, i, s: x.scatter(1, i, s), randn(N, 4, 5), distinct_along(N, 2, 5, of=4), randn(N, 2, 5))
exact("elements_rank_1", lambda x, i, s: x.scatter(0, i, s), randn(5), distinct(3, 5), randn(3))
exact("elements_scalars", lambda x, s: x.scatter(0, torch.tensor(0), s), randn(), randn())
exact("elements_none", lambda x, s: x.scatter(0, torch.zeros(0, dtype=torch.int64), s), randn(4), randn(4))
exact("value", lambda x, i: x.scatter(2, i, 2.5), randn(2, 3, 4), places(2, 3, 2, high=4))
exact("value_integers", lambda x, i: x.scatter(0, i, -7), ints(3, 4), places(1, 4, high=3))
exact("value_bool", lambda x, i: x.scatter(0, i, True), bools(3, 4), places(1, 4, high=3))
exact("value_one_hot", lambda i: torch.zeros(4, 6).scatter_(1, i[:, None], 1.0), places(4, high=6))
exact("value_in_place_raw", lambda x, i: x.clone().scatter_(1, i, 1.0), randn(3, 4), places(3, 2, high=4), dialect="raw")

for how in ("add", "multiply"):
    scatter(f"{how}", lambda x, i, s, how=how: x.scatter(1, i, s, reduce=how), randn(3, 4, 5), places(3, 6, 5, high=4), randn(3, 6, 5))
    scatter(f"{how}_value", lambda x, i, how=how: x.scatter(1, i, 1.5, reduce=how), randn(3, 4), places(3, 6, high=4))
scatter("add_method", lambda x, i, s: x.scatter_add(1, i, s), randn(3, 4, 5), places(3, 6, 5, high=4), randn(3, 6, 5))
scatter("add_function_negative_axis", lambda x, i, s: torch.scatter_add(x, -1, i, s), randn(2, 5), places(2, 7, high=5), randn(2, 7))
scatter("add_smaller_index", lambda x, i, s: x.scatter_add(1, i, s), randn(4, 4, 7), places(3, 2, 5, high=4), randn(3, 3, 6))
scatter("add_dynamic", lambda x, i, s: x.scatter_add(1, i, s), randn(N, 4), places(N, M, high=4), randn(N, M))
scatter("add_rank_1", lambda x, i, s: x.scatter_add(0, i, s), randn(3), places(9, high=3), randn(9))
exact("add_integers", lambda x, i, s: x.scatter_add(0, i, s), ints(3), places(9, high=3), ints(9))
exact("add_int32", lambda x, i, s: x.scatter_add(0, i, s), ints(3, dtype=torch.int32), places(9, high=3), ints(9, dtype=torch.int32))
scatter("add_in_place_raw", lambda x, i, s: x.clone().scatter_add_(0, i, s) * 2, randn(3), places(9, high=3), randn(9), dialect="raw")


def nan_stays_where_it_is(x, i, s):
    y = x.scatter_add(0, i, torch.where(i == 0, torch.full_like(s, float("nan")), s))
    return torch.where(y.isnan(), -1.0, y)


def infinity_stays_where_it_is(x, i, s):
    return x.scatter_add(0, i, torch.where(i == 1, torch.full_like(s, float("inf")), s))[torch.tensor([0, 2])]


scatter("add_nan", nan_stays_where_it_is, randn(3), places(9, high=3), randn(9))
scatter("add_infinity", infinity_stays_where_it_is, randn(3), places(9, high=3), randn(9))

for how in ("sum", "prod", "mean", "amax", "amin"):
    for own in (True, False):
        name = f"reduce_{how}{'' if own else '_without_own'}"
        function = lambda x, i, s, how=how, own=own: x.scatter_reduce(1, i, s, how, include_self=own)
        scatter(name, function, randn(3, 4, 5), places(3, 6, 5, high=4), randn(3, 6, 5))
        exact(f"{name}_integers", function, ints(3, 5), places(3, 4, high=5), ints(3, 4))
    scatter(f"reduce_{how}_smaller_index", function, randn(4, 4, 7), places(3, 2, 5, high=4), randn(3, 3, 6))
scatter("reduce_dynamic", lambda x, i, s: torch.scatter_reduce(x, 0, i, s, "amax"), randn(N), places(M, high=2), randn(M))

exact("index_copy", lambda x, i, s: x.index_copy(1, i, s), randn(3, 4, 5), distinct(2, 4), randn(3, 2, 5))
exact("index_copy_negative_axis", lambda x, i, s: torch.index_copy(x, -1, i, s), ints(3, 5), distinct(3, 5), ints(3, 3))
exact("index_copy_first_axis_dynamic", lambda x, i, s: x.index_copy(1, i, s), randn(N, 4), distinct(2, 4), randn(N, 2))
exact("index_copy_scalar", lambda x, s: x.index_copy(0, torch.tensor(0), s), randn(1), randn(1))
exact("index_copy_in_place_raw", lambda x, i, s: x.clone().index_copy_(0, i, s), randn(4, 2), distinct(3, 4), randn(3, 2), dialect="raw")
exact("index_fill", lambda x, i: x.index_fill(1, i, 2.5), randn(3, 4, 5), places(2, high=4))
exact("index_fill_negative_indices", lambda x: torch.index_fill(x, -1, torch.tensor([-1, 0]), -3), ints(3, 4))
exact("index_fill_by_tensor", lambda x, i, v: x.index_fill(0, i, v), randn(3, 4), places(2, high=3), randn())
exact("index_fill_scalar_index", lambda x: x.index_fill(0, torch.tensor(1), 0.0), randn(N, 4))
exact("index_fill_bool", lambda x, i: x.index_fill(1, i, True), bools(3, 4), places(2, high=4))
exact("index_fill_in_place_raw", lambda x, i: x.clone().index_fill_(0, i, 1.0), randn(3, 4), places(2, high=3), dialect="raw")

scatter("index_add", lambda x, i, s: x.index_add(1, i, s), randn(3, 4, 5), places(6, high=4), randn(3, 6, 5))
scatter("index_add_alpha", lambda x, i, s: torch.index_add(x, -1, i, s, alpha=2.5), randn(3, 4), places(6, high=4), randn(3, 6))
exact("index_add_integers", lambda x, i, s: x.index_add(0, i, s, alpha=-3), ints(4), places(6, high=4), ints(6))
scatter("index_add_dynamic", lambda x, i, s: x.index_add(0, i, s), randn(4, N), places(M, high=4), randn(M, N))
scatter("index_add_scalar", lambda x, s: x.index_add(0, torch.tensor(0), s), randn(1), randn(1))
for how in ("prod", "mean", "amax", "amin"):
    for own in (True, False):
        function = lambda x, i, s, how=how, own=own: x.index_reduce(1, i, s, how, include_self=own)
        scatter(f"index_reduce_{how}{'' if own else '_without_own'}", function, randn(3, 4, 5), places(3, high=4), randn(3, 3, 5))

exact("put", lambda x, i, s: x.put(i, s), randn(3, 4), distinct(5, 12), randn(5))
exact("put_negative", lambda x, s: torch.put(x, torch.tensor([[-1, 0], [3, -5]]), s), ints(3, 4), ints(2, 2))
scatter("put_accumulates", lambda x, i, s: x.put(i, s, accumulate=True), randn(3, 4), places(20, high=12), randn(20))

exact("masked_scatter", lambda x, m, s: x.masked_scatter(m, s), randn(3, 4), bools(3, 4), randn(3, 4))
exact("masked_scatter_broadcast", lambda x, m, s: torch.masked_scatter(x, m, s), randn(3, 4), bools(3, 1), randn(5, 4))
exact("masked_scatter_widens", lambda x, m, s: x.masked_scatter(m, s), ints(1, 4), bools(3, 1), ints(12))
exact("masked_scatter_nothing", lambda x, s: x.masked_scatter(x > 1e9, s), randn(3, 4), randn(1))
exact("masked_scatter_dynamic", lambda x, m, s: x.masked_scatter(m, s), randn(N, 3), bools(N, 3), randn(N, 3))
exact("masked_scatter_in_place_raw", lambda x, m, s: x.clone().masked_scatter_(m, s), randn(6), bools(6), randn(6), dialect="raw")
exact("masked_fill", lambda x, m: x.masked_fill(m, -1e9), randn(N, 3), bools(N, 3))
exact("masked_fill_broadcast_both_ways", lambda x, m: torch.masked_fill(x, m, 2), randn(3, 1), bools(2, 1, 4))
exact("masked_fill_by_tensor", lambda x, m, v: x.masked_fill(m, v), ints(3, 4), bools(4), ints())
exact("masked_fill_infinity", lambda x, m: x.masked_fill(m, float("-inf")), uniform(2, 3), bools(2, 3))
exact("masked_fill_in_place_raw", lambda x, m: x.clone().masked_fill_(m, 0.0) + 1, randn(6), bools(6), dialect="raw")
exact("masked_fill_scalars", lambda x, m: x.masked_fill(m, 3), ints(), bools())

for step in (1, 2, 3):
    exact(f"slice_step_{step}", lambda x, s, step=step: x.slice_scatter(s, 1, 1, 7, step), randn(2, 7), randn(2, -(-6 // step)))
exact("slice_negative_bounds", lambda x, s: torch.slice_scatter(x, s, -1, -5, -1, 2), randn(3, 7), randn(3, 2))
exact("slice_nothing", lambda x, s: torch.slice_scatter(x, s, 1, 5, 2), randn(2, 7), randn(2, 0))
exact("slice_half_dynamic", lambda x: x.slice_scatter(x[: x.shape[0] // 2] * 0, 0, 0, x.shape[0] // 2), randn(D("_h", 4, 7, 3), 3))
exact("slice_last_dynamic", lambda x: x.slice_scatter(x[-2:] * 0, 0, -2), randn(D("h", 4, 7, 3), 3))
exact("slice_step_dynamic", lambda x: x.slice_scatter(x[::2] * 2, 0, 0, None, 2), randn(D("h", 4, 7, 3), 3))
exact("select", lambda x, s: x.select_scatter(s, 1, -1), randn(2, 3, 4), randn(2, 4))
exact("select_dynamic", lambda x, s: torch.select_scatter(x, s, 0, -1), randn(N, 4), randn(4))
exact("select_rank_1", lambda x, s: x.select_scatter(s, 0, 2), ints(5), ints())
