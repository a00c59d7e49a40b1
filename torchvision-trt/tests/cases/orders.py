"""Order, running results, distances."""

import torch
import torch.nn.functional as F

from suite import D, Family, Input, bools, called, ints, randn, table, uniform

order = Family("order").case
N = D("n", 2, 5)
M = D("m", 3, 7, max=40)
INF, NAN = float("inf"), float("nan")


def distinct(*shape, dtype=torch.int64):
    """Integers of which no two along a dimension are equal: their order is one only."""

    def make(size, g):
        count = 1
        for n in size:
            count *= n
        return (torch.randperm(count, generator=g) - count // 2).reshape(size).to(dtype)

    return Input(shape, make)


for name in ("cumsum", "cumprod", "cummax", "cummin", "logcumsumexp"):
    function, method = called(f"torch.{name}"), called(f"torch.Tensor.{name}")
    exact = {} if name in ("cumsum", "cumprod", "logcumsumexp") else {"tolerance": "exact"}
    order(f"{name}", lambda x, f=function: f(x, 1), uniform(N, 9, low=-2, high=2), **exact)
    order(f"{name}_first", lambda x, f=function: f(x, dim=0), randn(7, 3, N), **exact)
    order(f"{name}_last_method", lambda x, f=method: f(x, -1), randn(2, 3, 33), **exact)
    order(f"{name}_dynamic", lambda x, f=function: f(x, 0), randn(M, 3), **exact)
    order(f"{name}_dynamic_middle", lambda x, f=method: f(x, -2), randn(N, M, 4), **exact)
    order(f"{name}_one", lambda x, f=function: f(x, 1), randn(4, 1), **exact)
    order(f"{name}_0d", lambda x, f=function: f(x, 0), randn(), **exact)
    order(f"{name}_rank_1", lambda x, f=function: f(x, 0), uniform(64, low=-1.5, high=1.5), **exact)
    order(f"{name}_half", lambda x, f=function: f(x, 1), uniform(3, 12, low=-1, high=1, dtype=torch.float16), tolerance="exact" if exact else "fp16")
    order(f"{name}_special", lambda x, f=function: f(x, 0), table(0.0, 1.0, -1.0, 2.0, NAN, INF, -3.0, 0.5, INF, NAN, 4.0), **exact)
    if name != "logcumsumexp":
        order(f"{name}_integers", lambda x, f=function: f(x, 1), ints(N, 9, low=-3, high=4))
        order(f"{name}_int32", lambda x, f=function: f(x, 0), ints(17, low=-3, high=4, dtype=torch.int32))
        order(f"{name}_truth", lambda x, f=function: f(x, 1), bools(3, 9))
        order(f"{name}_uint8", lambda x, f=function: f(x, 1), ints(3, 9, low=0, high=5, dtype=torch.uint8))
order("cumsum_dtype", lambda x: (torch.cumsum(x, 1, dtype=torch.float32), torch.cumprod(x, 1, dtype=torch.float32)), ints(3, 5))
order("cumprod_overflow", lambda x: torch.cumprod(x, 0), ints(30, low=5, high=900))
order("cummax_ties", lambda x: (torch.cummax(x, 1), torch.cummin(x, 1)), ints(9, 30, low=0, high=3))
order("cumsum_in_place_raw", lambda x: (y := x.clone(), y.cumsum_(1), y.cumprod_(0), y + x)[3], randn(N, 5), dialect="raw")
order("diff", lambda x: (torch.diff(x), torch.diff(x, n=2, dim=0)), randn(5, 7))
order("diff_around", lambda x, a, b: torch.diff(x, dim=1, prepend=a, append=b), ints(N, 7), ints(N, 1), ints(N, 2))
order("diff_truth", torch.diff, bools(3, 7))

for name, pick in {"topk": lambda x, d: torch.topk(x, 3, d), "smallest": lambda x, d: torch.topk(x, 2, d, largest=False), "kthvalue": lambda x, d: torch.kthvalue(x, 2, d), "sort": torch.sort, "sort_down": lambda x, d: torch.sort(x, d, descending=True), "argsort": torch.argsort, "stable": lambda x, d: torch.sort(x, dim=d, stable=True)}.items():
    order(f"{name}_last", lambda x, f=pick: f(x, -1), randn(N, 3, 9), tolerance="exact")
    order(f"{name}_first", lambda x, f=pick: f(x, 0), randn(7, N, 3), tolerance="exact")
    order(f"{name}_integers", lambda x, f=pick: f(x, 1), distinct(N, 9))
    order(f"{name}_int32", lambda x, f=pick: f(x, 0), distinct(9, dtype=torch.int32))
    order(f"{name}_half", lambda x, f=pick: f(x, 1), distinct(3, 9, dtype=torch.float16), tolerance="exact")
    if name not in ("topk", "smallest", "kthvalue"):
        order(f"{name}_dynamic", lambda x, f=pick: f(x, 1), randn(2, M), tolerance="exact")
        order(f"{name}_0d", lambda x, f=pick: f(x, 0), randn(), tolerance="exact")
order("topk_one_0d", lambda x: torch.topk(x, 1), randn(), tolerance="exact")
order("kthvalue_kept", lambda x: (torch.kthvalue(x, 4, 1, keepdim=True), torch.kthvalue(x, 1)), randn(N, 6), tolerance="exact")
order("median_dynamic", lambda x: (torch.median(x, 1), torch.median(x, 0, keepdim=True)), randn(5, M), tolerance="exact")
order("median_all", lambda x: (torch.median(x), torch.median(x.long())), distinct(3, 4, dtype=torch.float32), tolerance="exact")
for right in (False, True):
    order(f"searchsorted_{right}", lambda s, x, r=right: torch.searchsorted(s.sort().values, x, right=r), ints(9), ints(N, 7))
    order(f"searchsorted_rows_{right}", lambda s, x, r=right: torch.searchsorted(s.sort(-1).values, x, right=r), ints(N, 3, 9), ints(N, 3, 4))
    order(f"bucketize_{right}", lambda x, r=right: torch.bucketize(x, torch.tensor([-2.0, 0.0, 0.0, 1.5]), right=r), randn(N, 3, 4))
order("searchsorted_side", lambda x: torch.searchsorted(torch.tensor([1, 3, 3, 5]), x, side="right", out_int32=True), ints(40, low=0, high=7))
order("bucketize_special", lambda x: torch.bucketize(x, torch.tensor([-1.0, 1.0, INF])), table(INF, -INF, NAN, 1.0, -1.0, 0.0))
order("isin", lambda x, y: (torch.isin(x, y), torch.isin(x, y, invert=True), torch.isin(x, 3)), ints(N, 3, 4), ints(2, 3))

for p in (1.0, 2.0, 3.0, 0.5, 0.0, INF):
    label = str(p).replace(".", "_")
    order(f"cdist_{label}", lambda a, b, p=p: torch.cdist(a, b, p), randn(N, 5, 7), randn(N, 4, 7))
    order(f"pdist_{label}", lambda a, p=p: F.pdist(a, p), randn(6, 7))
    order(f"dist_{label}", lambda a, b, p=p: torch.dist(a, b, p), randn(N, 5), randn(5))
    order(f"pairwise_distance_{label}", lambda a, b, p=p: F.pairwise_distance(a, b, p), randn(N, 5), randn(N, 5))
order("cdist_matrices", lambda a, b: torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist"), randn(M, 3), randn(N, 3))
order("cdist_large", lambda a, b: torch.cdist(a, b), randn(30, 8), randn(40, 8))
order("cdist_broadcast", lambda a, b: torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist"), randn(2, 1, 5, 3), randn(4, 6, 3))
order("pairwise_distance_kept", lambda a, b: F.pairwise_distance(a, b, 2.0, 0.1, True), randn(N, 3, 5), randn(5))
order("cosine_similarity", lambda a, b: (F.cosine_similarity(a, b), F.cosine_similarity(a, b, dim=-1, eps=2.0)), randn(N, 3, 5), randn(N, 3, 5))
order("cosine_similarity_broadcast", lambda a, b: F.cosine_similarity(a[:, None], b[None], dim=-1), randn(N, 5), randn(4, 5))
order("cosine_similarity_zeros", lambda a, b: F.cosine_similarity(a * 0, b, 0), randn(5, 3), randn(5, 3))
order("cross", lambda a, b: (torch.cross(a, b, dim=1), torch.linalg.cross(a, b, dim=1)), randn(N, 3, 4), randn(N, 3, 4))
order("cross_first_of_3", lambda a, b: torch.cross(a, b), randn(2, 3, 4), randn(2, 3, 4))
order("cross_last", lambda a, b: torch.linalg.cross(a, b), randn(N, 1, 3), randn(1, 5, 3))
order("cross_integers", lambda a, b: torch.cross(a, b, dim=-1), ints(4, 3), ints(4, 3))
