"""Reductions in all of their forms: everything, one dimension, several, kept or not; of floats, integers, truth values."""

import torch
import torch.nn.functional as F

from suite import D, Family, Input, bools, called, ints, randn, uniform

reduced = Family("reduced").case
N = D("n", 2, 5)
INF, NAN = float("inf"), float("nan")
FORMS = {
    "all": {}, "first": dict(dim=0), "last": dict(dim=-1), "middle_kept": dict(dim=1, keepdim=True), "minus_2": dict(dim=-2),
}
SEVERAL = {"two": dict(dim=(0, 2)), "minus_two_kept": dict(dim=(-1, -3), keepdim=True), "three": dict(dim=(0, 1, 2))}


def with_specials(*shape):
    def make(size, g):
        x = torch.randn(size, generator=g)
        pick = torch.rand(size, generator=g)
        return x.masked_fill(pick < 0.06, NAN).masked_fill(pick > 0.94, INF)

    return Input(shape, make)


FUNCTIONS = {
    "sum": called("torch.sum"), "mean": called("torch.mean"), "amax": torch.amax, "amin": torch.amin, "std": torch.std, "var": torch.var, "any": torch.any,
    "all": torch.all, "nansum": torch.nansum, "nanmean": torch.nanmean, "logsumexp": torch.logsumexp, "norm": torch.norm,
    "vector_norm": lambda x, **form: torch.linalg.vector_norm(x, 3, **form),
}
ONE_ONLY = {
    "prod": called("torch.prod"), "max": called("torch.max"), "min": called("torch.min"), "median": torch.median, "argmax": torch.argmax, "argmin": torch.argmin,
    "aminmax": torch.aminmax,
}
for name, function in {**FUNCTIONS, **ONE_ONLY}.items():
    forms = {**FORMS, **(SEVERAL if name in FUNCTIONS else {})}
    if name == "logsumexp":
        forms = {label: form for label, form in forms.items() if form}
    if name == "norm":
        forms.pop("three")  # PyTorch has that by `linalg.vector_norm` only.
    for label, form in forms.items():
        reduced(f"{name}_{label}", lambda x, f=function, form=form: f(x, **form), randn(N, 3, 5))
    dim = dict(dim=0)
    reduced(f"{name}_rank_1", lambda x, f=function, d=dim: f(x, **d), randn(9))
    if name not in ("std", "var"):
        reduced(f"{name}_0d", lambda x, f=function, d=dim: f(x, **d), randn())
        reduced(f"{name}_of_one", lambda x, f=function: f(x, dim=1), randn(4, 1))
    if name not in ("mean", "std", "var", "norm", "vector_norm", "logsumexp", "nanmean"):
        reduced(f"{name}_integers", lambda x, f=function: f(x, dim=1), Input((4, 7), lambda size, g: torch.stack([torch.randperm(7, generator=g) - 3 for _ in range(4)])))
        reduced(f"{name}_int32", lambda x, f=function: f(x, dim=0), Input((7,), lambda size, g: (torch.randperm(7, generator=g) - 3).int()))
for name in ("sum", "prod", "amax", "amin", "any", "all", "nansum"):
    function = getattr(torch, name)
    reduced(f"{name}_truth", lambda x, f=function: f(x, dim=1), bools(N, 5))
    reduced(f"{name}_uint8", lambda x, f=function: f(x, dim=1), ints(6, 5, low=0, high=4, dtype=torch.uint8))
for name in ("sum", "mean", "prod", "max", "min"):
    method = called(f"torch.Tensor.{name}")
    reduced(f"{name}_method", lambda x, f=method: f(x), randn(N, 3, 5))
    reduced(f"{name}_method_dim", lambda x, f=method: f(x, -1), randn(N, 3, 5))
    reduced(f"{name}_method_kept", lambda x, f=method: f(x, 0, True), randn(4, N))
reduced("max_truth", lambda x: (x.max(), x.min()), bools(3, 5))
reduced("max_uint8", lambda x: (x.max(), x.min(), x.amax(1)), ints(4, 5, low=0, high=256, dtype=torch.uint8))
reduced("only_indices", lambda x: torch.max(x, 1)[1], randn(N, 5))
reduced("only_values", lambda x: torch.min(x, 1).values, randn(N, 5))
reduced("argmax_flat_kept", lambda x: (torch.argmax(x, keepdim=True), x.argmin(keepdim=True)), randn(3, 4))
reduced("sum_dtype", lambda x: (x.sum(dtype=torch.float32), x.sum(1, dtype=torch.int32)), ints(3, 5))
reduced("mean_dtype", lambda x: x.mean(0, dtype=torch.float32), ints(N, 5))
reduced("prod_dtype", lambda x: x.prod(1, dtype=torch.float32), ints(N, 5, low=1, high=4))
reduced("empty_dims", lambda x: (x.sum(()), x.mean(()), x.amax(())), randn(3, 5))
reduced("nansum_special", lambda x: (torch.nansum(x, 1), torch.nanmean(x, 0)), Input((20, 9), lambda size, g: torch.where(torch.rand(size, generator=g) < 0.2, NAN, torch.randn(size, generator=g))))
reduced("sum_special", lambda x: (x.sum(1), x.mean(0), x.amax(1), x.amin(0)), with_specials(9, 9))
reduced("any_all_special", lambda x: (x.any(1), x.all(0), torch.any(x), torch.all(x)), with_specials(9, 9))
reduced("logsumexp_special", lambda x: torch.logsumexp(x[:, None] + torch.tensor([0.0, 1.0]), 1), Input((6,), lambda size, g: torch.tensor([INF, -INF, NAN, 300.0, -300.0, 0.0])))
reduced("logsumexp_large", lambda x: torch.logsumexp(x * 1000, (0, 1)), randn(N, 5))
reduced("logsumexp_integers", lambda x: torch.logsumexp(x, 1), ints(3, 5))
reduced("count_nonzero", lambda x, m: (torch.count_nonzero(x), torch.count_nonzero(x, 1), torch.count_nonzero(m, (0, 1))), ints(N, 5, low=-1, high=2), bools(3, 4))
for correction in (0, 1, 2, 2.5, 7):
    label = str(correction).replace(".", "_")
    reduced(f"var_correction_{label}", lambda x, c=correction: torch.var(x, dim=1, correction=c), randn(N, 5))
    reduced(f"std_correction_{label}", lambda x, c=correction: torch.std(x, dim=(0, 1), correction=c, keepdim=True), randn(3, 4))
reduced("var_old_forms", lambda x: (x.var(False), x.std(True), x.var(1, False), x.std(1, unbiased=True, keepdim=True)), randn(3, 5))
reduced("var_mean", lambda x: (torch.var_mean(x, 1), torch.std_mean(x), torch.var_mean(x, (0, 2), correction=0), torch.std_mean(x, 2, keepdim=True)), randn(3, 4, 5))
reduced("var_mean_dynamic", lambda x: torch.var_mean(x, (0, 1)), randn(N, D("m", 3, 7)))
reduced("var_with_large_mean", lambda x: torch.var(x + 100, 1), randn(N, 50))
for p in (0, 1, 2, 3, 0.5, -1, INF, -INF):
    label = str(p).replace(".", "_").replace("-", "minus_")
    reduced(f"norm_{label}", lambda x, p=p: torch.norm(x, p, dim=1), uniform(N, 7, low=-2, high=2))
    reduced(f"vector_norm_{label}", lambda x, p=p: torch.linalg.vector_norm(x, p, dim=(0, 2), keepdim=True), uniform(3, N, 4, low=-2, high=2))
    if p not in (0, -INF):
        reduced(f"normalize_{label}", lambda x, p=p: F.normalize(x, p, dim=-1), uniform(N, 3, 7, low=-2, high=2))
reduced("norm_forms", lambda x: (torch.norm(x), x.norm(1), torch.norm(x, dim=(0, 1)), torch.norm(x, "fro", dim=(0, 1)), torch.linalg.norm(x)), randn(3, 5))
reduced("norm_dtype", lambda x: (torch.norm(x, 2, dim=1, dtype=torch.float32), torch.linalg.vector_norm(x, dtype=torch.float32)), randn(3, 40, dtype=torch.float16), tolerance="fp16")
for ord in (1, -1, INF, -INF, "fro"):
    label = str(ord).replace("-", "minus_")
    reduced(f"matrix_norm_{label}", lambda x, o=ord: (torch.linalg.matrix_norm(x, o), torch.linalg.matrix_norm(x, o, dim=(0, -1), keepdim=True)), randn(3, 5, 4))
    reduced(f"linalg_norm_{label}", lambda x, o=ord: torch.linalg.norm(x, o, dim=(-2, -1)), randn(2, 3, 4))
reduced("linalg_norm_vector", lambda x: (torch.linalg.norm(x, 3), torch.linalg.norm(x, dim=0, keepdim=True), torch.linalg.norm(x, 0)), randn(9))
reduced("normalize_forms", lambda x: (F.normalize(x), F.normalize(x, dim=0), F.normalize(x, p=3.0, dim=2, eps=0.5)), randn(N, 3, 4))
reduced("normalize_zeros", lambda x: (F.normalize(x * 0), F.normalize(x * 1e-20, eps=1e-3)), randn(3, 4))
reduced("normalize_rank_1", lambda x: F.normalize(x, dim=0), randn(7))
reduced("normalize_scale", lambda x: F.normalize(x.flatten(1), p=1, dim=1) @ torch.ones(60), uniform(N, 3, 4, 5, low=0.1))
