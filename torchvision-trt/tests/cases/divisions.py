"""Whole quotients and remainders, to the last bit: signs, zeros, infinities, large quotients."""

import torch

from suite import D, Family, Input, called, ints, randn, table, uniform

division = Family("division").case
N = D("n", 2, 5)


def spread(*shape, low=-6.0, high=6.0):
    """Numbers of many magnitudes and both signs."""

    def make(size, g):
        exponent = torch.rand(size, generator=g) * (high - low) + low
        return torch.randn(size, generator=g) * 10**exponent

    return Input(shape, make)


INF, NAN = float("inf"), float("nan")
SPECIAL = (0.0, -0.0, 1.0, -1.0, 2.5, -2.5, INF, -INF, NAN, 0.3, -0.3, 7.0, 1e-20, 3e20, -4.0, 4.0)
FUNCTIONS = {
    "remainder": torch.remainder,
    "fmod": called("torch.fmod"),
    "floor_divide": called("torch.floor_divide"),
    "div_floor": lambda a, b: torch.div(a, b, rounding_mode="floor"),
    "div_trunc": lambda a, b: torch.div(a, b, rounding_mode="trunc"),
}


def signed(function):
    """Also shows the sign of zeros."""
    return lambda *args: (y := function(*args), torch.signbit(torch.nan_to_num(y)))


def crossed(function):
    return lambda a: signed(function)(a[:, None], a)


for name, function in FUNCTIONS.items():
    division(f"{name}_floats", signed(function), randn(N, 33), randn(33), tolerance="exact")
    division(f"{name}_magnitudes", signed(function), spread(50, 40, low=-2, high=3), spread(40, low=-2, high=3), tolerance="exact")
    division(f"{name}_multiples", signed(lambda a, b, f=function: f(a * b, b)), ints(9, 40, dtype=torch.float32), uniform(40, low=-1), tolerance="exact")
    division(f"{name}_special", crossed(function), table(*(x for x in SPECIAL if abs(x) != 1e-20 and abs(x) != 3e20)), tolerance="exact")
    for divisor in (0.3, -0.3, 3, -7, 1.0, -0.25, 2, INF, 0.0):
        label = str(divisor).replace(".", "_").replace("-", "minus_")
        division(f"{name}_by_{label}", signed(lambda a, f=function, d=divisor: f(a, d)), spread(200, low=-3, high=4), tolerance="exact")
    division(f"{name}_half", function, randn(3, 40, dtype=torch.float16), uniform(40, low=0.5, dtype=torch.float16), tolerance="exact")
    division(f"{name}_0d", signed(function), randn(), randn(), tolerance="exact")
    for dtype in (torch.int32, torch.int64):
        bits = str(dtype)[-2:]
        division(f"{name}_int{bits}", lambda a, b, f=function: f(a, torch.where(b == 0, -3, b)), ints(N, 30, low=-40, high=40, dtype=dtype), ints(30, dtype=dtype))
        division(f"{name}_int{bits}_by_minus_7", lambda a, f=function: f(a, -7), ints(60, low=-40, high=40, dtype=dtype))
        wide = 2 ** (int(bits) - 2)
        large = ints(N, 40, low=-wide, high=wide, dtype=dtype)
        division(f"{name}_int{bits}_large", function, large, ints(40, low=wide // 999, high=wide, dtype=dtype))
        division(f"{name}_int{bits}_large_by_minus_3", lambda a, f=function: f(a, -3), large)
        division(
            f"{name}_int{bits}_beside_multiples", lambda a, b, f=function: f(torch.stack([a * b - 1, a * b, a * b + 1]), -b),
            ints(20, low=-9, high=9, dtype=dtype), ints(20, low=wide // 99, high=wide // 9, dtype=dtype),
        )
    division(f"{name}_uint8", function, ints(30, low=0, high=256, dtype=torch.uint8), ints(4, 30, low=1, high=256, dtype=torch.uint8))
    division(f"{name}_integers_by_float", function, ints(3, 20), uniform(20, low=0.3, high=4), tolerance="exact")
for name in ("remainder", "fmod"):
    division(f"{name}_large_quotients", FUNCTIONS[name], spread(300, low=4, high=11), uniform(300, low=0.1, high=2), tolerance="exact")
    division(f"{name}_large_quotients_by_number", lambda a, f=FUNCTIONS[name]: f(a, 0.7), spread(300, low=4, high=11), tolerance="exact")
division("remainder_of_number", lambda b: torch.remainder(7.5, b), randn(40), tolerance="exact")
division("remainder_of_size", lambda x: x % x.shape[0], randn(N, 7), tolerance="exact")
division("in_place_raw", lambda a: (b := a.clone().remainder_(0.7), b.fmod_(0.4) + b, a), randn(N, 20), dialect="raw", tolerance="exact")
division("trunc", signed(torch.trunc), spread(50), tolerance="exact")
division("trunc_special", torch.trunc, table(*SPECIAL, 0.5, -0.5, 1.5), tolerance="exact")
division("trunc_in_place_raw", lambda x: x.clone().trunc_() + x.clone().fix_(), randn(N, 20), dialect="raw")
division("frac", torch.frac, spread(N, 50, low=-2, high=3), tolerance="exact")
division("frac_special", torch.frac, table(*(x for x in SPECIAL if abs(x) < INF)), tolerance="exact")
division("trunc_integers", lambda x: (torch.trunc(x), torch.fix(x)), ints(4, 5))
division("true_divide", torch.true_divide, randn(N, 3), uniform(3, low=0.5))
