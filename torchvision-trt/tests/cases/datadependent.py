"""Results whose size depends on data: masks as indices, nonzero, masked_select."""

import torch

from suite import D, Family, bools, ints, randn, table

unknown = Family("unknown").case
N = D("n", 4, 7)


def exact(name, function, *inputs, **options):
    unknown(name, function, *inputs, tolerance="exact", **options)


exact("nonzero", lambda x: torch.nonzero(x), ints(3, 4, low=0, high=2))
exact("nonzero_vector", lambda x: x.nonzero(), bools(N))
exact("nonzero_by_dimension", lambda x: x.nonzero(as_tuple=True), ints(3, 4, low=0, high=2, dtype=torch.float32))
exact("argwhere", lambda x: torch.argwhere(x > 0), randn(2, 3, 2))
exact("where_condition", lambda x: torch.where(x > 0), randn(N, 3))
exact("masked_select", lambda x, m: torch.masked_select(x, m), randn(3, 4), bools(3, 4))
exact("masked_select_broadcasts", lambda x, m: x.masked_select(m), ints(3, 1), bools(2, 1, 4))
exact("nonzero_rank_4", lambda x: torch.nonzero(x > 0), randn(N, 2, 1, 3))
exact("nonzero_special", lambda x: (x - x).nonzero(), table(1.0, float("inf"), float("nan"), -2.0))
exact("nonzero_by_dimension_vector", lambda x: torch.nonzero(x, as_tuple=True)[0] * 2, bools(N))
exact("nonzero_by_dimension_of_volume", lambda x: torch.nonzero(x, as_tuple=True), ints(2, 3, N, low=0, high=2))
exact("nonzero_by_dimension_none", lambda x: torch.nonzero(x * 0, as_tuple=True), ints(2, 3))
exact("nonzero_by_dimension_raw", lambda x: x.nonzero(as_tuple=True)[1] + 1, bools(3, N), dialect="raw")
exact("where_condition_truth", lambda m: torch.where(m), bools(2, N, 2))
exact("where_condition_numbers_raw", lambda x: torch.where(x - 1), ints(3, 4, low=0, high=3), dialect="raw")
exact("masked_select_row_mask", lambda x, m: torch.masked_select(x, m), randn(N, 3), bools(3))
exact("masked_select_none", lambda x: torch.cat([x.masked_select(x > 100), x.flatten()]), randn(2, 3))
exact("masked_select_scalar_mask_raw", lambda x, m: x.masked_select(m) + 1, randn(N, 3), bools(1), dialect="raw")
exact("mask", lambda x, m: x[m], randn(3, 4), bools(3, 4))
exact("mask_of_rows", lambda x, m: x[m], randn(N, 4), bools(N))
exact("mask_of_columns", lambda x, m: x[:, m], ints(3, 4, 2), bools(4))
exact("mask_of_two_dimensions", lambda x, m: x[:, m], randn(2, 3, 4, 2), bools(3, 4))
exact("mask_and_index", lambda x, m: x[m, 1], randn(3, 4), bools(3))
exact("mask_and_index_tensor", lambda x, m: x[m, torch.tensor([2])], randn(3, 4), bools(3))
exact("mask_raw", lambda x: x[x > 0] * 2, randn(3, 4), dialect="raw")
unknown("mask_then_computation", lambda x, m: (x[m] * 2 + 1).sum(0), randn(N, 4), bools(N))
exact("mask_then_join", lambda x, m: torch.cat([x[m], x], 0), randn(3, 4), bools(3))
exact("mask_then_index", lambda x, y: x[torch.where(y > 0)[0]], randn(N, 4), randn(N))
exact("mask_add_in_place", lambda x: add_where_positive(x), randn(3, 4))
exact("mask_add_in_place_raw", lambda x: add_where_positive(x), randn(3, 4), dialect="raw")
exact("mask_write_computed", lambda x: write_computed(x), randn(3, 4))
unknown("mask_of_scores_as_in_detection", lambda boxes, scores: keep(boxes, scores), randn(N, 4), randn(N))


def add_where_positive(x):
    y = x.clone()
    y[y > 0] += 1
    return y


def write_computed(x):
    y = x.clone()
    mask = y < 0
    y[mask] = y[mask] * -2
    return y


def keep(boxes, scores):
    found = torch.where(scores > 0)[0]
    return boxes[found] * 2, scores[found], found
