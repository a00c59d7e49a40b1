"""The same functions decomposed into core ATen operators, as `run_decompositions()` gives them."""

import torch
import torch.nn.functional as F
from torch import nn

from suite import D, Family, bools, edges, ints, randn, uniform


def core(name, function, *inputs, **options):
    Family("core_element").case(name, function, *inputs, dialect="core", **options)


N = D("n", 2, 5)
for name in ("relu", "relu6", "hardtanh", "leaky_relu", "elu", "selu", "celu", "silu", "mish", "gelu", "hardsigmoid", "hardswish", "softplus", "softsign", "logsigmoid", "tanhshrink", "softshrink", "hardshrink", "rrelu"):
    core(name, getattr(F, name), edges(N, 3, 7))
for name in ("abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "erf", "exp", "expm1", "floor", "frac", "log", "log10", "log1p", "log2", "neg", "reciprocal", "round", "rsqrt", "sigmoid", "sign", "sin", "sinh", "sqrt", "square", "tan", "tanh", "trunc", "exp2", "erfc", "logit", "sinc", "deg2rad", "nan_to_num", "isinf", "isnan", "isfinite", "logical_not"):
    core(name, getattr(torch, name), uniform(N, 3, 7, low=1.1, high=3) if name == "acosh" else uniform(N, 3, 7, low=0.1, high=0.9))
for name in ("add", "sub", "mul", "div", "remainder", "fmod", "floor_divide", "pow", "maximum", "minimum", "atan2", "hypot", "copysign", "logaddexp", "xlogy", "fmax", "heaviside", "eq", "ge", "logical_and", "ldexp"):
    core(name, getattr(torch, name), uniform(N, 3, 7, low=0.2, high=3), uniform(7, low=0.5, high=2))
for name in ("sum", "mean", "prod", "amax", "amin", "std", "var", "any", "all", "argmax", "logsumexp", "norm", "max", "cumsum", "cumprod", "cummax", "logcumsumexp", "softmax", "log_softmax", "median", "nansum", "count_nonzero", "sort", "aminmax", "var_mean", "std_mean"):
    core(name, lambda x, f=getattr(torch, name): f(x, dim=1), randn(N, 5, 4))
core("all_forms", lambda x: (x.sum(), x.mean(), x.prod(), x.max(), x.min(), x.any(), x.all(), x.var(), x.argmin()), randn(3, 4))
core("bits", lambda a, b: (a & b, a | b, a ^ b, ~a, a << 2, a >> 1), ints(N, 9), ints(9))
core("clamp", lambda x, b: (x.clamp(-0.5, 0.5), x.clamp_min(0.1), torch.clamp(x, b), x.clamp(max=2)), randn(N, 5), randn(5))
core("choice", lambda x, m: (torch.where(m, x, 0.0), x.masked_fill(m, 2), torch.lerp(x, x + 1, 0.7), torch.addcmul(x, x, x, value=2), torch.addcdiv(x, x, x + 9)), randn(N, 5), bools(5))
core("created", lambda x: (torch.zeros_like(x), torch.full((x.shape[0], 2), 3.0), torch.arange(x.shape[0]), torch.eye(3), x.new_ones(2), torch.linspace(0, 1, 5), torch.tril(x), torch.triu(x, 1)), randn(N, 3))
core("casts", lambda x, i: (x.int(), i.float(), x.bool(), x.half(), i.type_as(x), x.double().float()), uniform(N, 5, low=-3, high=3), ints(5), tolerance="fp16")
core("normalize", lambda x: (F.normalize(x), F.normalize(x, 3, 2), F.cosine_similarity(x, x + 1), F.pairwise_distance(x, x * 2), torch.cdist(x, x + 1), torch.linalg.norm(x)), randn(N, 3, 4))
core("gated", lambda x, w: (F.glu(x), F.prelu(x, w), F.threshold(x, 0.1, 2.0), F.softmin(x, 1), torch.cross(x[:, :3], x[:, 1:], dim=1)), randn(N, 4, 6), uniform(4))
core("in_place", lambda x: (y := x * 1, y[:, 0].mul_(2), F.elu_(y), y.remainder_(0.7), y.add_(x), y)[5], randn(N, 4))
core("dropout", nn.Sequential(nn.Tanh(), nn.Dropout(), nn.Dropout2d(), nn.AlphaDropout()), randn(N, 3, 4, 5))
