"""`Tensor.__getitem__`, `__setitem__` and their kin, in all forms."""

import torch

from suite import D, Family, bools, ints, randn

family = Family("getitem")
N, M, H = D("n", 2, 5), D("m", 3, 6), D("h", 7, 4, 3)
FREE = D("_h", 7, 4, 3)


def exact(name, function, *inputs, **options):
    family.case(name, function, *inputs, tolerance="exact", **options)


def both(name, function, *inputs):
    """As torch.export gives it, and as run_decompositions does."""
    exact(name, function, *inputs)
    exact(f"{name}_raw", function, *inputs, dialect="raw")


def at(*shape, high):
    return ints(*shape, low=-high, high=high)


exact("integer", lambda x: x[1], randn(3, 4, 5))
exact("integer_negative", lambda x: x[-2, :, -1], randn(3, 4, 5))
exact("integer_last_of_dynamic", lambda x: x[-1], randn(N, 4))
exact("integers_to_scalar", lambda x: x[1, 2, 3], randn(3, 4, 5))
exact("ellipsis", lambda x: x[..., 0], randn(N, 4, 5))
exact("ellipsis_between", lambda x: x[0, ..., 1:3], randn(3, 4, 5, 6))
exact("ellipsis_alone", lambda x: x[...] * 1, randn(3))
exact("none_everywhere", lambda x: x[None, :, None, ..., None], randn(N, 4))
exact("none_on_scalar", lambda x: x[None], randn())
exact("slices_with_steps", lambda x: x[::2, 1::3, :-1:2], randn(3, 7, 6))
exact("slice_reversed_bounds", lambda x: x[:, 3:1], randn(2, 5))
exact("slice_beyond_both_ends", lambda x: x[-100:100], randn(5))
exact("slice_negative_of_dynamic", lambda x: x[-2:], randn(H, 3))
exact("slice_by_size", lambda x: x[: x.shape[0] // 2], randn(FREE, 3))
exact("slice_by_negative_size", lambda x: x[-(x.shape[0] // 2) :], randn(FREE, 3))
exact("slice_from_size_to_size", lambda x: x[x.shape[0] // 3 : x.shape[0] - 1], randn(FREE, 3))
exact("slice_by_other_size", lambda x, y: x[:, : y.shape[0]], randn(2, 9), randn(D("_n", 2, 5, 1, 8), 2))
exact("slice_step_of_dynamic", lambda x: x[1::3], randn(FREE, 3))
exact("integer_and_slice_and_none", lambda x: x[1, None, 2:, ::2], ints(3, 4, 5))
exact("true", lambda x: x[True], randn(2, 3))
exact("list", lambda x: x[[2, 0, 0]], randn(3, 4))
exact("list_negative", lambda x: x[:, [-1, 1]], randn(3, 4))
exact("nested_list", lambda x: x[[[0, 1], [1, 0]]], randn(3, 4))
exact("two_lists", lambda x: x[[0, 2], [1, -1]], randn(3, 4, 2))
exact("empty_list", lambda x: x[[]], randn(3, 4))
exact("tensor", lambda x, i: x[i], randn(3, 4), at(5, high=3))
exact("tensor_of_two_dimensions", lambda x, i: x[:, i], randn(3, 4, 2), at(5, 2, high=4))
exact("tensor_scalar", lambda x: x[torch.tensor(-2)], randn(3, 4))
exact("tensor_int32", lambda x, i: x[i], randn(3, 4), ints(2, low=0, high=3, dtype=torch.int32))
exact("tensor_dynamic", lambda x, i: x[i], randn(N, 4), at(M, high=2))
exact("tensors_neighbours", lambda x, i, j: x[:, i, j], randn(3, 4, 5, 2), at(6, high=4), at(6, high=5))
exact("tensors_apart", lambda x, i, j: x[i, :, j], randn(3, 4, 5), at(6, high=3), at(6, high=5))
exact("tensors_apart_behind", lambda x, i, j: x[:, i, :, j], randn(2, 3, 4, 5), at(6, high=3), at(6, high=5))
exact("tensors_broadcast", lambda x, i, j: x[i, j], randn(3, 4, 2), at(6, 1, high=3), at(2, high=4))
exact("tensors_three", lambda x, i, j, k: x[i, j, k], randn(3, 4, 5), at(2, high=3), at(2, high=4), at(2, high=5))
exact("tensors_dynamic", lambda x, i, j: x[:, i, j], randn(2, N, M), at(4, high=2), at(4, high=3))
exact("tensor_and_slice", lambda x, i: x[1:, i, ::2], randn(3, 4, 5), at(6, high=4))
exact("tensor_and_integer", lambda x, i: x[i, 1], randn(3, 4, 5), at(6, high=3))
exact("tensor_and_none", lambda x, i: x[None, i], randn(3, 4), at(6, high=3))
exact("tensor_and_ellipsis", lambda x, i: x[..., i], randn(3, 4), at(6, high=4))
exact("tensor_of_bools", lambda x, i: x[i], bools(3, 4), at(6, high=3))
exact("tensor_of_integers", lambda x, i: x[:, i], ints(3, 4), at(6, high=4))
exact("gather_of_arange", lambda x: x[torch.arange(x.shape[0]), torch.arange(x.shape[0]) % 3], randn(N, 3))

exact("mask_known", lambda x: x[torch.tensor([True, False, True])], randn(3, 4))
exact("mask_known_of_columns", lambda x: x[:, torch.tensor([True, False, True, True])] * 2, randn(3, 4))
exact("mask_known_of_two_dimensions", lambda x: x[torch.tensor([[True, False], [False, True], [True, True]])], randn(3, 2, 4))
exact("mask_known_then_sum", lambda x: x[torch.tensor([True, False, True])].sum(0), ints(3, 4))

exact("write_integer", lambda x, v: set_at(x, 1, v), randn(3, 4), randn(4))
both("write_column", lambda x: set_at(x, (slice(None), 1), 2.5), randn(N, 4, 5))
both("write_last", lambda x, v: set_at(x, -1, v), randn(N, 4), randn(4))
both("write_slice", lambda x, v: set_at(x, (slice(None), slice(1, 3)), v), randn(3, 4), randn(3, 2))
both("write_slice_step", lambda x, v: set_at(x, (slice(None), slice(0, None, 2)), v), randn(3, 5), randn(3, 3))
both("write_slice_step_3", lambda x: set_at(x, slice(1, 7, 3), 0.0), randn(8, 2))
both("write_slice_step_dynamic", lambda x: set_at(x, slice(None, None, 2), 0.0), randn(H, 2))
both("write_slice_negative", lambda x: set_at(x, slice(-2, None), 1.0), randn(H, 2))
both("write_slice_of_slice", lambda x: set_at(x, (slice(1, 3), slice(None, None, 2)), -1.0), randn(4, 5))
both("write_broadcasts", lambda x, v: set_at(x, (slice(None), slice(0, 2)), v), randn(3, 4), randn(3, 1))
both("write_casts", lambda x, v: set_at(x, 0, v), randn(3, 4), ints(4))
both("write_casts_to_integers", lambda x, v: set_at(x, 0, v), ints(3, 4), randn(4))
both("write_ellipsis", lambda x, v: set_at(x, (..., 0), v), randn(2, 3, 4), randn(2, 3))
both("write_everything", lambda x, v: set_at(x, ..., v), randn(2, 3), randn(3))
both("write_new_axis", lambda x, v: set_at(x, (None, slice(0, 1)), v), randn(2, 3), randn(1, 1, 3))
both("write_element", lambda x: set_at(x, (1, 2), 9.0), randn(2, 3))
both("write_bool", lambda x: set_at(x, (slice(None), 0), True), bools(3, 4))
both("write_mask", lambda x: set_at(x, x > 0, 0.0), randn(N, 4))
both("write_mask_of_rows", lambda x, m: set_at(x, m, 1.0), randn(3, 4), bools(3))
both("write_mask_of_columns", lambda x, m: set_at(x, (slice(None), m), 1.0), randn(3, 4, 5), bools(4))
both("write_mask_row_values", lambda x, m, v: set_at(x, m, v), randn(3, 4), bools(3), randn(4))
both("write_mask_tensor_value", lambda x, m, v: set_at(x, m, v), ints(3, 4), bools(3, 4), ints())
both("write_mask_one_value", lambda x, m, v: set_at(x, m, v), randn(3, 4), bools(3, 4), randn(1))
both("write_mask_leading_values", lambda x, m, v: set_at(x, (slice(None), m), v), randn(3, 4, 5), bools(4), randn(3, 1, 1))
both("write_mask_ellipsis", lambda x, m: set_at(x, (..., m), 1.0), randn(2, 3, 4), bools(4))
both("write_mask_known_values", lambda x, v: set_at(x, torch.tensor([True, False, True]), v), randn(3, 4), randn(2, 4))
both("write_mask_known_inner_values", lambda x, v: set_at(x, (slice(None), torch.tensor([True, False, True])), v), randn(2, 3, 4), randn(2, 2, 4))
both("write_tensor", lambda x, v: set_at(x, torch.tensor([2, 0]), v), randn(3, 4), randn(2, 4))
both("write_tensor_negative", lambda x, v: set_at(x, torch.tensor([-1, 0]), v), randn(3, 4), randn(4))
both("write_tensor_of_columns", lambda x, v: set_at(x, (slice(None), torch.tensor([3, 1])), v), randn(3, 4, 2), randn(3, 2, 2))
both("write_tensor_scalar", lambda x: set_at(x, (slice(None), torch.tensor(-1)), 5.0), randn(3, 4))
both("write_tensors", lambda x, v: set_at(x, (torch.tensor([0, 2]), torch.tensor([1, 3])), v), randn(3, 4), randn(2))
both("write_tensors_apart", lambda x, v: set_at(x, (torch.tensor([0, 2]), slice(None), torch.tensor([1, 3])), v), randn(3, 2, 4), randn(2, 2))
both("write_tensors_broadcast", lambda x, v: set_at(x, (torch.tensor([[0], [2]]), torch.tensor([1, 3])), v), randn(3, 4), randn(2, 1))
both("write_tensor_dynamic", lambda x, i: set_at(x, i, 0.0), randn(N, 3), at(M, high=2))
both("write_list", lambda x: set_at(x, [0, 2], 0.5), randn(3, 4))
both("write_nothing", lambda x: set_at(x, [], 0.5), randn(3, 4))


def set_at(x, key, value):
    y = x.clone()
    y[key] = value
    return y


def read_after_write(x):
    y = x * 1
    row = y[0]
    y[:, 1] = 7.0
    y[0, ::2] += 1
    return y, row * 2


def written_twice(x):
    y = x.clone()
    y[1:][:, 0] = 3.0
    y[y > 1] *= 0
    return y


def add_in_place_at_tensor(x, i):
    y = x.clone()
    y[i] += 1
    return y


both("write_then_read_older_view", read_after_write, randn(3, 4))
both("write_add_in_place", lambda x: add_in_place_at_tensor(x, torch.tensor([0, 2])), randn(3, 4))
both("write_add_in_place_slice", lambda x: add_in_place_at_tensor(x, slice(0, None, 2)), randn(H, 4))

exact("put_function", lambda x, i, v: torch.index_put(x, (i,), v), randn(3, 4), ints(1, low=0, high=3), randn(4))
exact("put_none_first", lambda x, v: torch.ops.aten.index_put(x, [None, torch.tensor([2, 0])], v), randn(2, 3, 4), randn(2, 2, 4))
family.case("put_accumulates", lambda x, i, v: x.index_put((i,), v, accumulate=True), randn(3, 4), at(6, high=3), randn(6, 4))
family.case("put_accumulates_pairs", lambda x, i, j, v: x.index_put((i, j), v, True), randn(3, 4), at(9, high=3), at(9, high=4), randn(9))
family.case("put_accumulates_one_value", lambda x, i, v: x.index_put((i,), v, True), randn(3, 4), at(5, high=3), randn())
exact("put_accumulates_integers", lambda x, i, v: x.index_put((i,), v, True), ints(3), at(8, high=3), ints(8))
family.case("put_accumulates_mask", lambda x, m, v: x.index_put((m,), v, True), randn(3, 4), bools(3, 4), randn())

exact("select", lambda x: x.select(-1, -2), randn(3, 4))
exact("select_function", lambda x: torch.select(x, 0, 1), randn(N, 4))
exact("select_by_size", lambda x: x.select(0, x.shape[0] // 2), randn(H, 4))
exact("select_by_negative_size", lambda x: x[-(x.shape[0] // 2)], randn(FREE, 4))
exact("narrow", lambda x: x.narrow(1, 1, 2), randn(3, 4))
exact("narrow_function_negative", lambda x: torch.narrow(x, -1, -3, 2), ints(3, 4))
exact("narrow_dynamic", lambda x: x.narrow(0, 1, x.shape[0] - 2), randn(FREE, 4))
exact("narrow_by_tensor_raw", lambda x: x.narrow(0, torch.tensor(1), 2), randn(4, 4), dialect="raw")
exact("narrow_raw", lambda x: x.narrow(1, -2, 2), randn(3, 4), dialect="raw")
