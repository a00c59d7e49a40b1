"""Reductions, diagonals, differences and cross products: dimensions in every form, integers, nothing, NaN."""

import torch

from suite import D, Family, Input, bools, ints, randn, table, uniform

reduction = Family("reduction_argument").case
N, M = D("n", 2, 5), D("m", 4, 3, 2)
INF, NAN = float("inf"), float("nan")


def exact(name, function, *inputs, **options):
    reduction(name, function, *inputs, tolerance="exact", **options)


def with_nan(*shape):
    """About one element in ten is NaN."""

    def make(size, g):
        x = torch.randn(size, generator=g)
        return x.masked_fill(torch.rand(size, generator=g) < 0.1, NAN)

    return Input(shape, make)


exact("count_nonzero_dimensions", lambda x: (x.count_nonzero((0, -1)), torch.count_nonzero(x, dim=1)), ints(N, 3, 4, low=0, high=2))
exact("count_nonzero_truth", lambda x: (x.count_nonzero(), x.count_nonzero(0)), bools(3, 7))
exact("count_nonzero_special", lambda x: torch.count_nonzero(x), table(0.0, -0.0, NAN, INF, 1e-40, -1.0))
exact("count_nonzero_0d", torch.count_nonzero, ints(low=0, high=2))
exact("count_nonzero_nothing", lambda x: x[:0].count_nonzero(0), randn(3, 4))
exact("count_nonzero_uint8_dynamic", lambda x: torch.count_nonzero(x, -2), ints(N, M, 3, low=0, high=3, dtype=torch.uint8))

for name in ("std_mean", "var_mean"):
    function = getattr(torch, name)
    reduction(f"{name}_corrections", lambda x, f=function: (*f(x, 1, correction=0), *f(x, (0, 2), correction=2)), randn(N, 4, 5))
    reduction(f"{name}_kept_dynamic", lambda x, f=function: f(x, -1, correction=1, keepdim=True), randn(3, D("k", 5, 9, 3)))
    reduction(f"{name}_of_all", lambda x, f=function: (*f(x), *f(x, unbiased=False)), randn(3, 7))
    reduction(f"{name}_of_one_element", lambda x, f=function: (f(x, 1)[0].isnan(), f(x, 1)[1], *f(x, 1, correction=0)), randn(4, 1))
    reduction(f"{name}_far_from_zero", lambda x, f=function: f(x + 100, 1), randn(3, 40))
    reduction(f"{name}_half", lambda x, f=function: f(x, 0), randn(9, 3, dtype=torch.float16), tolerance="fp16")

norm = torch.ops.aten.norm
for p in (None, 0, 1, 2, 2.5, INF, -INF, -1):
    label = str(p).replace("-", "minus_").replace(".", "_")
    reduction(f"norm_{label}", lambda x, p=p: (norm.ScalarOpt_dim(x, p, [-1]), norm.ScalarOpt_dim(x, p, [0, 1], True)), uniform(N, 3, 4, low=0.2, high=2))
reduction("norm_of_all", lambda x: (norm.Scalar(x), norm.Scalar(x, 3)), randn(3, 4))
reduction("norm_dtype", lambda x: (norm.ScalarOpt_dim_dtype(x, 2, [1], True, dtype=torch.float32), norm.ScalarOpt_dtype(x, 1, dtype=torch.float32)), randn(3, 9, dtype=torch.float16))
reduction("norm_0d", lambda x: norm.ScalarOpt_dim(x, 2, []), randn())

exact("median_nan", lambda x: (torch.median(x), torch.median(x, 1).values, x.median(0, keepdim=True).values), with_nan(5, 9))
exact("median_nan_place", lambda x: torch.median(x, 1), with_nan(4, 30))
exact("median_nan_place_first", lambda x: torch.median(x, 0).indices, with_nan(30, 5))
exact("median_one_and_two", lambda x, y: (torch.median(x, 0), torch.median(y), y.median(1).values), ints(1), ints(3, 2))
exact("median_0d", lambda x: (torch.median(x), *torch.median(x, 0)), randn())
exact("median_infinities", torch.median, table(INF, -INF, 3.0, INF, -2.0))
exact("median_of_all_dynamic", torch.median, randn(N, M))
exact("median_half", lambda x: x.median(), randn(3, 5, dtype=torch.float16))

reduction("trace_dynamic", lambda x: x.trace(), randn(N, M))
exact("trace_one_row", torch.trace, ints(1, 7))
exact("trace_truth", lambda x: torch.trace(x.int()), bools(4, 5))
exact("diag_of_matrix_dynamic", lambda x: torch.diag(x, -1) * 2, randn(M, N))
exact("diag_beyond", lambda x: torch.cat([torch.diag(x, 3), x.flatten()]), ints(2, 3))
exact("diag_truth", lambda x, y: (torch.diag(x), torch.diag(y, 1)), bools(2), bools(3, 3))
exact("diag_embed_dynamic_offset", lambda x: torch.diag_embed(x, -1, -1, 0), randn(M, N))
exact("diagflat_matrix_dynamic", lambda x: torch.diagflat(x), ints(N, 2))
exact("diagflat_truth_far", lambda x: torch.diagflat(x, 3), bools(2))
exact("diagflat_below", lambda x: x.diagflat(-2), randn(2, 1, 2))
exact("diff_method_twice_dynamic", lambda x: x.diff(2, 0), ints(D("k", 5, 9, 4), 3))
reduction("diff_prepend_and_twice", lambda x, a: torch.diff(x, n=2, dim=-1, prepend=a), randn(N, 4), randn(N, 1))
reduction("diff_half", lambda x: torch.diff(x, dim=1), randn(2, 7, dtype=torch.float16), tolerance="fp16")
reduction("diff_infinities", torch.diff, table(INF, 1.0, -INF, NAN, 2.0))

reduction("cross_negative_dimension", lambda a, b: torch.cross(a, b, dim=-2), randn(N, 3, 4), randn(N, 3, 4))
reduction("cross_in_two_sizes_of_3", lambda a, b: torch.cross(a, b), randn(3, 2, 3), randn(3, 2, 3))
exact("cross_int32", lambda a, b: a.cross(b, dim=0), ints(3, dtype=torch.int32), ints(3, dtype=torch.int32))
reduction("linalg_cross_vectors", torch.linalg.cross, randn(3), randn(3))
exact("linalg_cross_integers_broadcast", lambda a, b: torch.linalg.cross(a, b, dim=1), ints(2, 3, 1), ints(1, 3, 4))
reduction("linalg_cross_first_dimension", lambda a, b: torch.linalg.cross(a, b, dim=0), randn(3, N), randn(3, N))
reduction("linalg_cross_half", torch.linalg.cross, *[randn(4, 3, dtype=torch.float16)] * 2, tolerance="fp16")
