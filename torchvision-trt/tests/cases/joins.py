"""Tensors joined, split, repeated and turned: mixed ranks and types, nothing, sizes that are not known."""

import torch

from suite import D, Family, bools, ints, randn

join = Family("join").case
N, M = D("n", 2, 5), D("m", 4, 3, 2)


def exact(name, function, *inputs, **options):
    join(name, function, *inputs, tolerance="exact", **options)


exact("hstack_mixed_types", lambda x, y: torch.hstack((x, y)), ints(2, 3, 2), randn(2, 1, 2))
exact("hstack_empty", lambda x: torch.hstack([x[:, :0], x]), randn(N, 3))
exact("vstack_mixed_types_and_scalar", lambda x, y: torch.vstack((x, y, y)), bools(2, 1), ints())
exact("vstack_volumes", lambda x, y: torch.vstack([x, y]), randn(N, 3, 2), randn(1, 3, 2))
exact("dstack_scalars_and_dynamic", lambda x, y: (torch.dstack((x, x)), torch.dstack((y, y, y))), randn(), randn(N, 3))
exact("dstack_rank_4", lambda x, y: torch.dstack((x, y)), ints(2, 3, 1, 2), ints(2, 3, 2, 2))
exact("column_stack_mixed_types", lambda x, y, z: torch.column_stack((x, y, z)), ints(3), randn(3, 2), bools(3))
exact("column_stack_scalars", lambda x, y: torch.column_stack([x, y]), randn(), ints())
exact("column_stack_volumes", lambda x, y: torch.column_stack((x, y)), randn(N, 3, 2), randn(N, 1, 2))
exact("column_stack_one", lambda x: torch.column_stack([x]) + 1, ints(4))
exact("block_diag_dynamic", lambda x, y: torch.block_diag(x, y, x), randn(N, 3), randn(2, M))
exact("block_diag_truth", lambda x, y: torch.block_diag(x, y), bools(2, 3), bools(1, 1))
exact("block_diag_nothing_between", lambda x: torch.block_diag(x, x[:0], x), ints(2, 3))
exact("cartesian_prod_dynamic", lambda x, y: torch.cartesian_prod(x, y), randn(N), randn(M), dialect="raw")
exact("cartesian_prod_truth", lambda x, y: torch.cartesian_prod(x, y), bools(2), bools(3), dialect="raw")
exact("cartesian_prod_of_one_each", lambda x, y, z: torch.cartesian_prod(x, y, z), ints(1), ints(4), ints(1), dialect="raw")
exact("cartesian_prod_int32", lambda x: torch.cartesian_prod(x, x), ints(3, dtype=torch.int32), dialect="raw")
exact("broadcast_tensors_ranks", lambda x, y, z: torch.broadcast_tensors(x, y, z), randn(), ints(3, 1), bools(2, 1, 4))
exact("broadcast_tensors_dynamic", lambda x, y: [t * 1 for t in torch.broadcast_tensors(x, y)], randn(N, 1), randn(1, M))
exact("broadcast_tensors_one", lambda x: torch.broadcast_tensors(x)[0] + 1, randn(2, 3))
exact("broadcast_tensors_same", lambda x, y: torch.broadcast_tensors(x, y)[1] * 2, ints(N, 3), ints(N, 3))
exact("atleast_of_scalars", lambda x: (*torch.atleast_1d(x, x), *torch.atleast_2d(x, x), *torch.atleast_3d(x, x)), randn())
exact("atleast_of_vectors", lambda x, y: (*torch.atleast_2d(x, y), *torch.atleast_3d(x, y)), ints(3), bools(1))
exact("atleast_of_dynamic", lambda x, y: (*torch.atleast_3d(x, y), *torch.atleast_2d(y, x)), randn(N, 3), randn(M))
exact("atleast_raw", lambda x, y: (*torch.atleast_1d(x, y), *torch.atleast_3d(y, x)), randn(), randn(2, 3, 1, 4), dialect="raw")

exact("hsplit_volume", lambda x: x.hsplit((1, 1, 5)), randn(N, 4, 2), dialect="raw")
exact("hsplit_vector_in_parts", lambda x: torch.hsplit(x, 3), ints(6), dialect="raw")
exact("hsplit_negative_places", lambda x: torch.hsplit(x, (-3, -1)), bools(2, 5), dialect="raw")
exact("hsplit_raw", lambda x: x.hsplit(2)[1] + 1, randn(3, 4), dialect="raw")
exact("vsplit_volume", lambda x: torch.vsplit(x, 2), ints(4, 1, 3), dialect="raw")
exact("vsplit_places_beyond", lambda x: x.vsplit((0, 2, 7)), randn(3, 2), dialect="raw")
exact("vsplit_dynamic_columns", lambda x: x.vsplit(3)[1] * 2, randn(6, N), dialect="raw")
exact("vsplit_raw", lambda x: [part + 1 for part in torch.vsplit(x, (1, 2))], bools(4, 2), dialect="raw")
exact("dsplit_rank_4", lambda x: torch.dsplit(x, 3), randn(N, 2, 6, 2), dialect="raw")
exact("dsplit_places_beyond", lambda x: x.dsplit((2, 9)), ints(2, 3, 4), dialect="raw")
exact("dsplit_negative_place", lambda x: torch.dsplit(x, (-1,)), bools(1, 3, 5), dialect="raw")
exact("dsplit_raw", lambda x: x.dsplit(2)[0] * 3, randn(2, 1, 4), dialect="raw")

exact("fliplr_volume", lambda x: torch.fliplr(x), bools(2, 3, 4))
exact("fliplr_dynamic_columns", lambda x: x.fliplr() + 1, randn(3, N))
exact("fliplr_one_column", lambda x: torch.fliplr(x) + x, ints(3, 1))
exact("fliplr_half", lambda x: x.fliplr(), randn(2, 3, dtype=torch.float16))
exact("flipud_vector", lambda x: torch.flipud(x), ints(5))
exact("flipud_volume", lambda x: x.flipud(), bools(3, 2, 2))
exact("flipud_one_row", lambda x: x.flipud() * 2, randn(1, 4))
exact("flipud_twice", lambda x: torch.flipud(torch.flipud(x)[1:]), ints(4, 3))
exact("swapaxes_raw", lambda x: x.swapaxes(0, -1) + 1, randn(N, 3, 4), dialect="raw")
exact("swapdims_raw", lambda x: torch.swapdims(x, -2, 1), bools(2, 3, 1), dialect="raw")
exact("swapaxes_same_raw", lambda x: torch.swapaxes(x, 1, -1) * 2, ints(2, 3), dialect="raw")
exact("swapaxes_in_place_raw", lambda x: (y := x * 1, y.swapaxes_(0, 1), y.swapdims_(1, 2), y + 1)[3], randn(2, 3, 4), dialect="raw")
exact("matrix_transpose_of_batches_raw", lambda x: x.mT @ x * 0 + x.mT.sum(), ints(2, 3, 3), dialect="raw")
exact("matrix_transpose_written_raw", lambda x: (y := x * 1, y.mT.mul_(2), y.mH[..., :1], y)[2:], randn(N, 3, 2), dialect="raw")
exact("adjoint_raw", lambda x: x.adjoint() + 1, randn(2, M), dialect="raw")
exact("narrow_dynamic_start", lambda x, y: x.narrow(0, y.shape[0] - 2, 2), randn(6, 2), randn(D("k", 2, 5, 2, 6)))
exact("narrow_nothing", lambda x: torch.cat([x.narrow(1, 3, 0), x], 1), randn(2, 3))
exact("narrow_copy", lambda x: x.narrow_copy(-1, -3, 2), ints(2, 4))
for start, dim in ((2, 1), (-4, -1), (0, 0)):
    exact(
        f"narrow_from_{start}_raw".replace("-", "minus_"),
        lambda x, start=start, dim=dim: torch.narrow(x, dim, torch.tensor(start), 2) * 2, randn(3, 5), dialect="raw",
    )
exact("narrow_from_whole_raw", lambda x: x.narrow(1, torch.tensor(0), 3) + 1, ints(N, 3), dialect="raw")
exact("narrow_from_nothing_raw", lambda x: torch.cat([x, x.narrow(0, torch.tensor(2), 0)]), bools(2, 3), dialect="raw")
