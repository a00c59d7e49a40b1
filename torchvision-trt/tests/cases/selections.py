"""Elements chosen by position or by value: gather, take, diagonals, triangles, searches, new tensors."""

import torch
import torch.nn.functional as F

from suite import D, Family, bools, edges, ints, randn

choose = Family("choose").case
N, M, H = D("n", 2, 5), D("m", 3, 6), D("h", 4, 7, 3)


def exact(name, function, *inputs, **options):
    choose(name, function, *inputs, tolerance="exact", **options)


def at(*shape, high, low=0):
    return ints(*shape, low=low, high=high)


exact("gather", lambda x, i: torch.gather(x, 1, i), randn(3, 4, 5), at(3, 2, 5, high=4))
exact("gather_method_negative_axis", lambda x, i: x.gather(-1, i), randn(2, 3), at(2, 6, high=3))
exact("gather_smaller_index", lambda x, i: x.gather(1, i), ints(4, 4, 7), at(3, 9, 5, high=4))
exact("gather_dynamic", lambda x, i: x.gather(1, i), randn(N, 4), at(N, M, high=4))
exact("gather_vector", lambda x, i: x.gather(0, i), bools(5), at(7, high=5))
exact("gather_vector_by_scalar", lambda x, i: x.gather(0, i), randn(5), at(high=5))
exact("gather_scalar", lambda x: (x.gather(0, torch.tensor(0)), x.gather(0, torch.tensor([0, 0]))), randn())
exact("gather_none", lambda x: x.gather(0, torch.zeros(0, 3, dtype=torch.int64)) + 1, randn(2, 3))
exact("index_select", lambda x, i: x.index_select(1, i), randn(N, 4, 5), at(6, high=4))
exact("index_select_function_int32", lambda x, i: torch.index_select(x, -1, i), ints(3, 4), ints(6, low=0, high=4, dtype=torch.int32))
exact("index_select_scalar_index", lambda x, i: x.index_select(0, i), randn(3, 2), at(high=3))
exact("index_select_vector", lambda x, i: x.index_select(0, i), bools(4), at(5, high=4))
exact("index_select_scalar", lambda x: x.index_select(0, torch.tensor([0])) + 0, randn())
exact("take", lambda x, i: x.take(i), randn(3, 4), at(2, 5, high=12, low=-12))
exact("take_function", lambda x, i: torch.take(x, i), ints(N, 4), at(6, high=8))
exact("take_scalar", lambda x, i: x.take(i), randn(3, 4), at(high=12))
exact("take_along_dim", lambda x, i: torch.take_along_dim(x, i, 1), randn(3, 4, 5), at(3, 1, 5, high=4))
exact("take_along_dim_broadcasts", lambda x, i: x.take_along_dim(i, dim=-1), randn(2, 1, 4), at(1, 3, 2, high=4))
exact("take_along_dim_flat", lambda x, i: x.take_along_dim(i), randn(3, 4), at(2, 2, high=12))
exact("take_along_dim_of_order", lambda x: x.take_along_dim(x.argsort(1), 1), randn(5, 4))
exact("where", lambda c, x, y: torch.where(c, x, y), bools(3, 1), randn(N, 1, 4), randn(3, 4))
exact("where_numbers", lambda c: torch.where(c, 1.5, -2.0), bools(2, 3))
exact("where_number_and_integers", lambda c, x: torch.where(c, x, 0.5), bools(3), ints(2, 3))
exact("where_method", lambda x, y: x.where(x > 0, y), edges(4, 5), randn(4, 5))
exact("where_mixed_types", lambda c, x, y: torch.where(c, x, y), bools(2, 3), ints(2, 3), randn())
exact("where_scalars", lambda c, x, y: torch.where(c, x, y), bools(), bools(), bools())

for name, axes in {"": (), "offset": (1,), "below": (-1,), "far": (9,), "of_outer": (0, 0, 2), "negative_axes": (-1, -1, -3)}.items():
    exact(f"diagonal_{name}".rstrip("_"), lambda x, axes=axes: torch.diagonal(x, *axes) * 1, randn(3, 4, 5))
exact("diagonal_wide_and_tall", lambda x, y: (x.diagonal(2), y.diagonal(-2)), ints(2, 5), ints(5, 2))
exact("diagonal_dynamic", lambda x: x.diagonal(1), randn(4, H))
exact("diagonal_dynamic_rows", lambda x: x.diagonal(), bools(H, 3))
exact("diag_of_vector", lambda x: (torch.diag(x), x.diag(2), x.diag(-1)), randn(3))
exact("diag_of_matrix", lambda x: (torch.diag(x), x.diag(2), x.diag(-1)), ints(3, 4))
exact("diag_dynamic", lambda x: torch.diag(x, 1), randn(N))
exact("diag_embed", lambda x: torch.diag_embed(x), randn(N, 3))
exact("diag_embed_offset", lambda x: x.diag_embed(-2, 0, 2), ints(2, 3))
exact("diag_embed_first_axes", lambda x: torch.diag_embed(x, 1, 1, 0), bools(2, 3))
exact("diag_embed_nan", lambda x: torch.where((y := torch.diag_embed(x / x)).isnan(), 7.0, y), ints(2, 3, low=0, high=2))
exact("diagflat", lambda x: (torch.diagflat(x), torch.diagflat(x, 1)), randn(2, 2))
exact("diagflat_scalar", lambda x: torch.diagflat(x, -1), randn())
exact("diagonal_scatter", lambda x, s: torch.diagonal_scatter(x, s), randn(3, 4), randn(3))
exact("diagonal_scatter_axes", lambda x, s: x.diagonal_scatter(s, -1, 2, 0), ints(3, 2, 4), ints(2, 3))
exact("diagonal_scatter_outer", lambda x, s: x.diagonal_scatter(s, 1, 0, 2), randn(3, N, 4), randn(N, 3))
exact("diagonal_written", lambda x: fill_diagonal(x), randn(3, 4))
exact("diagonal_written_raw", lambda x: fill_diagonal(x), randn(3, 4), dialect="raw")
choose("trace", lambda x: torch.trace(x), randn(3, 4))
exact("trace_integers", lambda x: x.trace(), ints(5, 3))
exact("trace_int32", lambda x: x.trace(), ints(3, 3, dtype=torch.int32))
for offset in (-2, 0, 1, 7):
    exact(f"triangles_{offset}".replace("-", "minus_"), lambda x, k=offset: (torch.tril(x, k), x.triu(k)), randn(2, 3, 4))
exact("triangles_of_integers_dynamic", lambda x: (x.tril(), x.triu(1)), ints(H, 4))
exact("triangles_of_bools", lambda x: (x.tril(-1), x.triu(-1)), bools(3, 3))
exact("triangles_in_place_raw", lambda x: (x.clone().tril_(), x.clone().triu_(1)), randn(3, 3), dialect="raw")
exact("triangle_indices", lambda x: x[torch.tril_indices(3, 4)[0], torch.triu_indices(3, 4, 1)[1, :1]], randn(3, 4))
exact("triangle_indices_values", lambda x: (x + torch.tril_indices(3, 4, -1), x - torch.triu_indices(3, 2, -1)), ints(1))
exact("upper_triangle_of_scores", lambda x: x[:, torch.triu_indices(4, 4, 1)[0], torch.triu_indices(4, 4, 1)[1]], randn(N, 4, 4))


def fill_diagonal(x):
    y = x.clone()
    y.diagonal().mul_(0).add_(3)
    return y


def ordered(*shape, **options):
    spec = randn(*shape)
    return type(spec)(shape, lambda size, g: torch.randn(size, generator=g).sort(-1).values)


for right in (False, True):
    side = "right" if right else "left"
    exact(f"searchsorted_{side}", lambda a, v, right=right: torch.searchsorted(a, v, right=right), ordered(5), randn(3, 4))
    exact(f"searchsorted_rows_{side}", lambda a, v, right=right: torch.searchsorted(a, v, right=right), ordered(2, 3, 5), randn(2, 3, 4))
    exact(f"bucketize_{side}", lambda v, right=right: torch.bucketize(v, torch.tensor([-3, 0, 2, 2, 5]), right=right), ints(4, 5))
exact("searchsorted_side_int32", lambda a, v: torch.searchsorted(a, v, side="right", out_int32=True), ordered(6), randn(N))
exact("searchsorted_number", lambda a: torch.searchsorted(a, 0.25), ordered(6))
exact("searchsorted_scalar", lambda a, v: torch.searchsorted(a, v), ordered(6), randn())
exact("searchsorted_sorter", lambda a, v: torch.searchsorted(a, v, sorter=a.argsort()), randn(6), randn(4))
exact("searchsorted_nan", lambda a, v: torch.searchsorted(a, v / v), ordered(6), ints(5, low=0, high=2, dtype=torch.float32))
exact("bucketize_dynamic", lambda v, a: torch.bucketize(v, a), randn(N, M), ordered(7))
exact("bucketize_int32", lambda v, a: torch.bucketize(v, a, out_int32=True), randn(3), ordered(4))
exact("isin", lambda x, t: torch.isin(x, t), ints(N, 4), ints(2, 3))
exact("isin_inverted", lambda x, t: torch.isin(x, t, invert=True), ints(5), ints(3))
exact("isin_one", lambda x: torch.isin(x, 2), ints(3, 4, low=0, high=4))
exact("isin_of_number", lambda t: torch.isin(3, t), ints(4, low=0, high=5))
exact("isin_floats_nan", lambda x, t: torch.isin(x / x, t), ints(6, low=0, high=2), ints(3, low=0, high=2, dtype=torch.float32))
exact("isin_empty", lambda x: torch.isin(x, torch.zeros(0, dtype=torch.int64)), ints(3))
exact("isin_scalars", lambda x, t: torch.isin(x, t), ints(low=0, high=2), ints(low=0, high=2))
exact("one_hot", lambda x: F.one_hot(x, 5), at(N, 3, high=5))
exact("one_hot_scalar", lambda x: F.one_hot(x, 5), at(high=5))
exact("one_hot_float", lambda x: F.one_hot(x, 3).float().sum(0), at(7, high=3))
exact("one_hot_more_classes", lambda x: F.one_hot(x % 2, num_classes=4), ints(2, 2))
exact("one_hot_one", lambda x: F.one_hot(x * 0, 1), ints(4))

exact("new_tensor", lambda x: x + x.new_tensor([[1.0], [2.0]]), randn(2, 3))
exact("new_full", lambda x: x.new_full((x.shape[0], 2), 3), randn(N, 3))
exact("new_zeros_other_type", lambda x: x.new_zeros(x.shape, dtype=torch.int64) + 2, randn(N, 3))
exact("new_ones", lambda x: x.new_ones(2, x.shape[0]) * 2, ints(N))
exact("new_empty_filled", lambda x: x.new_empty(x.shape[0], 3).fill_(1.5), randn(N))
exact("new_empty_filled_raw", lambda x: x.new_empty(x.shape[0], 3).fill_(1.5), randn(N), dialect="raw")
exact("zero_in_place", lambda x: (x * 1).zero_() + 1, randn(N, 2))
exact("zero_in_place_raw", lambda x: (x * 1).zero_() + 1, randn(N, 2), dialect="raw")
exact("tensor", lambda x: x + torch.tensor([1.0, -2.0, 3.5]), randn(N, 3))
exact("tensor_scalar", lambda x: x * torch.tensor(3), ints(2, 3))
exact("tensor_of_bools", lambda x: torch.where(torch.tensor([True, False, True]), x, -x), ints(N, 3))
exact("tensor_nested_integers", lambda x: x[torch.tensor([[0, 2], [1, 1]])], randn(3, 2))
exact("tensor_typed_raw", lambda x: x + torch.tensor([1, 2, 3], dtype=torch.float32), randn(N, 3), dialect="raw")
