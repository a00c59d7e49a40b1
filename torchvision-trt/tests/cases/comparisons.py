"""Comparisons, logic, choice, bounds."""

import torch

from suite import D, Family, bools, called, edges, ints, randn, table, uniform

compare = Family("compare").case
N = D("n", 2, 5)
INF, NAN = float("inf"), float("nan")


SPECIAL = table(0.0, -0.0, 1.0, -1.0, INF, -INF, NAN, 3.0)
for name in ("eq", "ne", "lt", "le", "gt", "ge"):
    function = called(f"torch.{name}")
    compare(f"{name}_floats", function, edges(N, 3, 9), edges(9))
    compare(f"{name}_special", lambda a, f=function: f(a[:, None], a), SPECIAL)
    compare(f"{name}_integers", function, ints(N, 1, 9, low=-2, high=2), ints(3, 9, low=-2, high=2))
    compare(f"{name}_mixed", function, ints(3, 9, low=-2, high=3), edges(9))
    compare(f"{name}_truth", function, bools(N, 9), bools(9))
    compare(f"{name}_uint8", function, ints(40, low=0, high=4, dtype=torch.uint8), ints(40, low=0, high=4, dtype=torch.uint8))
    compare(f"{name}_number", lambda a, f=function: f(a, 1), edges(N, 9))
    compare(f"{name}_0d", function, ints(low=0, high=2), ints(low=0, high=2))
    compare(f"{name}_half", function, ints(3, 9, dtype=torch.float16), ints(9, dtype=torch.float16))
    compare(f"{name}_in_place_raw", lambda a, b, m=name: getattr(a.clone(), m + "_")(b) + a, ints(3, 9, low=-2, high=2), ints(9, low=-2, high=2), dialect="raw")
for name in ("logical_and", "logical_or", "logical_xor"):
    function = called(f"torch.{name}")
    compare(f"{name}_truth", function, bools(N, 9), bools(9))
    compare(f"{name}_numbers", function, ints(N, 9, low=-1, high=2), edges(9))
    compare(f"{name}_special", lambda a, f=function: f(a[:, None], a), SPECIAL)
    compare(f"{name}_uint8", function, ints(40, low=0, high=3, dtype=torch.uint8), bools(40))
    compare(f"{name}_0d", function, bools(), bools())
for name in ("maximum", "minimum", "fmax", "fmin"):
    function = called(f"torch.{name}")
    compare(f"{name}_floats", function, edges(N, 3, 9), edges(9))
    compare(f"{name}_special", lambda a, f=function: f(a[:, None], a), SPECIAL)
    compare(f"{name}_integers", function, ints(N, 1, 9), ints(3, 9))
    compare(f"{name}_mixed", function, ints(3, 9), edges(9))
    compare(f"{name}_truth", function, bools(N, 9), bools(9))
    compare(f"{name}_uint8", function, ints(40, low=0, high=256, dtype=torch.uint8), ints(40, low=0, high=256, dtype=torch.uint8))
compare("max_min_of_two", lambda a, b: (torch.max(a, b), torch.min(a, b), a.max(b), a.min(b)), edges(N, 9), edges(9))
compare("max_min_of_two_integers", lambda a, b: (torch.Tensor.max(a, b), torch.Tensor.min(a, b)), ints(3, 9), ints(9))

compare("where", torch.where, bools(N, 1, 5), randn(3, 5), randn(5))
compare("where_promotes", torch.where, bools(3, 5), ints(3, 5), randn(5))
compare("where_numbers", lambda m: (torch.where(m, 1.5, -2.0), torch.where(m, 1, 0)), bools(N, 5))
compare("where_number_and_tensor", lambda m, x: (torch.where(m, x, 0), torch.where(m, -1.0, x)), bools(N, 5), randn(5))
compare("where_truth", torch.where, bools(3, 5), bools(N, 3, 5), bools(5))
compare("where_uint8", torch.where, bools(3, 5), ints(3, 5, low=0, high=256, dtype=torch.uint8), ints(5, low=0, high=256, dtype=torch.uint8))
compare("where_0d", torch.where, bools(), randn(), randn())
compare("where_special", lambda a, b: torch.where(a > 0, a, b), SPECIAL, SPECIAL)
compare("masked_fill", lambda x, m: (x.masked_fill(m, -INF), x.masked_fill(m[0], 2)), randn(N, 5), bools(N, 5))
compare("masked_fill_integers", lambda x, m, v: (x.masked_fill(m, 3), torch.masked_fill(x, m, v)), ints(4, 5), bools(5), ints())
compare("masked_fill_truth", lambda x, m: x.masked_fill(m, True), bools(4, 5), bools(5))
compare("masked_fill_in_place_raw", lambda x, m: (y := x.clone(), y[:, 1:].masked_fill_(m, 9.0), y + x)[2], randn(4, 5), bools(4, 4), dialect="raw")
compare("isclose", lambda a, b: (torch.isclose(a, b), torch.isclose(a, a + b * 1e-6)), ints(N, 9, low=-2, high=2, dtype=torch.float32), randn(9))
compare("isclose_special", lambda a: (torch.isclose(a[:, None], a), torch.isclose(a, a.flip(0), equal_nan=True)), SPECIAL)
compare("isclose_wide", lambda a, b: torch.isclose(a, b, rtol=0.3, atol=0.2), randn(N, 30), randn(30))
compare("isclose_integers", lambda a, b: torch.isclose(a, b, atol=1.0), ints(40), ints(40))
compare("heaviside", torch.heaviside, edges(N, 9), randn(9))
compare("heaviside_special", lambda a: torch.heaviside(a, torch.tensor(0.25)), SPECIAL)

CLAMPS = {
    "both": dict(min=-0.5, max=0.75), "min": dict(min=0.25), "max": dict(max=0.25), "crossed": dict(min=1.0, max=-1.0),
    "whole": dict(min=-1, max=2), "infinite": dict(min=-INF, max=1.0),
}
for name, bounds in CLAMPS.items():
    compare(f"clamp_{name}", lambda x, b=bounds: (torch.clamp(x, **b), torch.Tensor.clamp(x, **b), torch.clip(x, **b)), edges(N, 9))
    compare(f"clamp_integers_{name}", lambda x, b=bounds: torch.clamp(x, **b), ints(N, 9))
compare("clamp_special", lambda x: torch.clamp(x, -1, 2), SPECIAL)
compare("clamp_0d", lambda x: x.clamp(-0.1, 0.1), randn())
compare("clamp_tensors", torch.clamp, randn(N, 3, 5), uniform(5, low=-1, high=0), uniform(3, 1))
compare("clamp_min_tensor", lambda x, b: torch.clamp(x, min=b), ints(4, 5), randn(5))
compare("clamp_max_tensor", lambda x, b: torch.clamp(x, max=b), randn(N, 5), randn(5))
compare("clamp_in_place_raw", lambda x: (y := x.clone(), y[0].clamp_(-0.1, 0.2), y + x)[2], randn(N, 9), dialect="raw")
compare("clamp_min_function", lambda x: (torch.clamp_min(x, -0.5), torch.Tensor.clamp_min(x, 1)), edges(N, 9))
compare("clamp_max_function", lambda x: (torch.clamp_max(x, -0.5), torch.Tensor.clamp_max(x, 1)), edges(N, 9))
compare("clamp_min_max_integers", lambda x: (torch.clamp_min(x, 2), x.clamp_max(-1), x.clamp_min(0.5)), ints(4, 5))
compare("clamp_min_max_tensors", lambda x, b: (torch.clamp_min(x, b), torch.clamp_max(x, b)), randn(N, 5), randn(5))
compare("clamp_min_max_in_place_raw", lambda x: x.clone().clamp_min_(-0.2).clamp_max_(0.3) + x, randn(N, 5), dialect="raw")
compare("clamp_uint8", lambda x: x.clamp(20, 200), ints(60, low=0, high=256, dtype=torch.uint8))
compare("in_place_of_other_types_raw", lambda a, b, c: (a.clone().add_(b), a.clone().lt_(c), c.clone().logical_not_(), a.clone().bitwise_and_(b)), ints(9, low=0, high=99, dtype=torch.uint8), ints(9, dtype=torch.int32), randn(9), dialect="raw")
