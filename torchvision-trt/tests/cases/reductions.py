"""Sums and means."""

import torch

from suite import D, Family, bools, ints, randn

reduce = Family("reduce").case
N = D("n", 2, 5)

reduce("mean_spatial", lambda x: x.mean([2, 3]), randn(N, 3, 5, 6))
reduce("mean_spatial_keep", lambda x: x.mean((-1, -2), keepdim=True), randn(2, 3, D("h", 5, 8), 6))
reduce("mean_all", lambda x: x.mean(), randn(2, 3, 4))
reduce("mean_one_axis", lambda x: x.mean(1), randn(2, 3, 4))
reduce("mean_batch", lambda x: x.mean(0), randn(N, 3))
reduce("mean_rank_1", lambda x: x.mean(0), randn(7))
reduce("mean_no_axes", lambda x: torch.mean(x, []), randn(3, 4))
reduce("mean_of_integers_as_float", lambda x: x.mean(1, dtype=torch.float32), ints(3, 4))
reduce("mean_half_to_float", lambda x: x.mean(1, dtype=torch.float32), randn(3, 40, dtype=torch.float16), tolerance="fp16")
reduce("sum_axis", lambda x: x.sum(1), randn(N, 3, 4))
reduce("sum_axes_keep", lambda x: x.sum([0, -1], keepdim=True), randn(2, 3, 4))
reduce("sum_all", lambda x: x.sum(), randn(3, 4))
reduce("sum_integers", lambda x: x.sum(1), ints(3, 4))
reduce("sum_int32_gives_int64", lambda x: x.sum(1), ints(3, 4, dtype=torch.int32))
reduce("sum_bools", lambda x: x.sum(0), bools(5, 4))
reduce("sum_dtype", lambda x: x.sum(1, dtype=torch.float32), ints(3, 4))
reduce("sum_rank_6", lambda x: x.sum((1, 3, 5)), randn(1, 2, 3, 2, 3, 2))
