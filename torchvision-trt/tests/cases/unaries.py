"""Functions of each element, in all of their forms: function, method, and both in place."""

import torch

from suite import D, Family, bools, called, edges, in_place, ints, randn, table, uniform

unary = Family("unary").case
N = D("n", 2, 5)
INF, NAN = float("inf"), float("nan")
SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.5, -2.5, 1e-30, -1e-30, 40.0, -40.0, 100.0, -100.0, 200.0, -200.0, INF, -INF, NAN)


# The functions of torch2trt, which exist in four forms, each with its domain.
DOMAINS = {
    "abs": (-5, 5), "acos": (-1, 1), "asin": (-1, 1), "atan": (-9, 9), "ceil": (-5, 5), "cos": (-7, 7), "cosh": (-4, 4),
    "exp": (-5, 5), "floor": (-5, 5), "log": (0, 9), "neg": (-5, 5), "reciprocal": (0.2, 3), "sin": (-7, 7), "sinh": (-4, 4),
    "sqrt": (0, 9), "tan": (-1.2, 1.2),
}
for name, (low, high) in DOMAINS.items():
    function, method = called(f"torch.{name}"), called(f"torch.Tensor.{name}")
    unary(f"{name}", function, uniform(N, 3, 5, low=low, high=high))
    unary(f"{name}_method", lambda x, f=method: f(x), uniform(2, 3, N, 2, low=low, high=high))
    unary(f"{name}_0d", function, uniform(low=low, high=high))
    unary(f"{name}_special", function, table(*SPECIAL))
    unary(f"{name}_transposed", lambda x, f=function: f(x.mT)[:, ::2], uniform(4, 7, low=low, high=high))
    unary(f"{name}_in_place", in_place(called(f"torch.{name}_")), uniform(N, 4, low=low, high=high))
    unary(f"{name}_in_place_method_raw", in_place(called(f"torch.Tensor.{name}_")), uniform(N, 4, low=low, high=high), dialect="raw")
    if name != "neg":
        unary(f"{name}_integers", function, ints(3, 4, low=0 if name in ("log", "sqrt") else -1, high=2))
    if name not in ("abs", "ceil", "floor", "neg"):
        unary(f"{name}_truth", function, bools(3, 4))

OTHERS = {
    "acosh": (1, 9), "asinh": (-9, 9), "atanh": (-0.95, 0.95), "erf": (-3, 3), "erfc": (-4, 6), "erfinv": (-1, 1), "exp2": (-9, 9),
    "expm1": (-3, 3), "log10": (0, 50), "log1p": (-0.9, 3), "log2": (0, 50), "logit": (0, 1), "rsqrt": (0.1, 5), "sigmoid": (-9, 9),
    "sign": (-2, 2), "sgn": (-2, 2), "signbit": (-2, 2), "sinc": (-4, 4), "square": (-4, 4), "tanh": (-4, 4), "round": (-5, 5),
    "deg2rad": (-400, 400), "rad2deg": (-7, 7), "angle": (-2, 2), "positive": (-2, 2), "nan_to_num": (-2, 2), "isnan": (-1, 1),
    "isinf": (-1, 1), "isfinite": (-1, 1), "isposinf": (-1, 1), "isneginf": (-1, 1), "isreal": (-1, 1), "logical_not": (-1, 1),
}
for name, (low, high) in OTHERS.items():
    function = getattr(torch, name)
    unary(f"{name}", function, uniform(N, 3, 5, low=low, high=high))
    unary(f"{name}_0d", function, uniform(low=low, high=high))
    unary(f"{name}_special", function, table(*SPECIAL))
    if name not in ("nan_to_num", "positive"):
        unary(f"{name}_integers", function, ints(3, N, low=1 if name in ("acosh", "rsqrt") else 0, high=2))
    if hasattr(torch.Tensor, name + "_"):
        unary(f"{name}_in_place_raw", in_place(called(f"torch.Tensor.{name}_")), uniform(N, 4, low=low, high=high), dialect="raw")

# Where digits are easily lost, each magnitude alone.
for exponent in range(-8, 3):
    near = dict(low=0.5 * 10.0**exponent, high=10.0**exponent)
    label = str(exponent).replace("-", "minus_")
    unary(f"log1p_of_10_to_{label}", torch.log1p, uniform(40, **near))
    unary(f"expm1_of_10_to_{label}", torch.expm1, uniform(40, **near))
    unary(f"erfinv_of_10_to_{label}", torch.erfinv, uniform(40, low=1 - near["high"], high=1 - near["low"]) if exponent < 0 else uniform(40, high=0.1))
unary("expm1_below_0", torch.expm1, uniform(N, 40, low=-1e-4, high=0))
for low in range(-4, 9, 2):
    unary(f"erfc_from_{low}".replace("-", "minus_"), torch.erfc, uniform(60, low=low, high=low + 2))
unary("erfinv_ends", torch.erfinv, table(1.0, -1.0, 0.0, 1.5, NAN))
for decimals in (0, 1, 3, -1, -2):
    label = str(decimals).replace("-", "minus_")
    unary(f"round_to_{label}", lambda x, d=decimals: torch.round(x, decimals=d), uniform(N, 30, low=-999, high=999))
unary("round_halves", torch.round, table(0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 3.49, 1e9), tolerance="exact")
unary("logit_eps", lambda x: torch.logit(x, 1e-3), uniform(N, 30))
unary("logit_eps_outside", lambda x: torch.special.logit(x, eps=0.1), randn(30))
unary("nan_to_num_values", lambda x: torch.nan_to_num(x, nan=1.5, posinf=7.0, neginf=-8.0), table(*SPECIAL))
unary("nan_to_num_integers", torch.nan_to_num, ints(3, 4))
unary("nan_to_num_half", torch.nan_to_num, table(1.0, INF, -INF, NAN, dtype=torch.float16), tolerance="exact")
unary("special", lambda x: (torch.special.expit(x), torch.special.entr(x), torch.special.ndtr(x), torch.special.log_softmax(x, 0)), randn(N, 30))
unary("entr_special", torch.special.entr, table(*SPECIAL))
for name in ("abs", "neg", "sign", "square", "bitwise_not"):
    unary(f"{name}_uint8", getattr(torch, name), ints(40, low=0, high=256, dtype=torch.uint8))
unary("exp_half", torch.exp, randn(3, 40, dtype=torch.float16), tolerance="fp16")
unary("sqrt_bfloat16", torch.sqrt, uniform(3, 40, dtype=torch.bfloat16), tolerance="bf16")
unary("double", lambda x: torch.sin(x).float(), randn(3, 4, dtype=torch.float64))
unary("chain_dynamic", lambda x: torch.exp(torch.sin(x)).sqrt().log_().neg_(), edges(N, D("m", 3, 7)))
