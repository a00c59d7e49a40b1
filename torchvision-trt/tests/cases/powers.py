"""Powers of floats and integers, with numbers on either side."""

import torch

from suite import D, Family, Input, called, ints, randn, uniform

power = Family("power").case
N = D("n", 2, 5)


def exponents(*shape, low=-3, high=20):
    return ints(*shape, low=low, high=high)


for exponent in (0, 1, 2, 3, 5, 16, 17, -1, -2, -3, 0.5, -0.5, 1.5, 2.0, 0.0, -2.0):
    label = str(exponent).replace("-", "minus_").replace(".", "_")
    power(f"to_{label}", lambda x, e=exponent: torch.pow(x, e), uniform(N, 7, low=0.3, high=2))
    if exponent == int(exponent):
        power(f"of_negative_to_{label}", lambda x, e=exponent: x.pow(e), uniform(3, 7, low=-2, high=-0.3))
    if exponent == int(exponent) and exponent >= 0 and isinstance(exponent, int):
        power(f"of_integers_to_{label}", lambda x, e=exponent: x**e, ints(N, 5, low=-4, high=5))
        power(f"of_int32_to_{label}", lambda x, e=exponent: x**e, ints(9, low=-3, high=4, dtype=torch.int32))
special = torch.tensor([0.0, -0.0, 1.0, -1.0, float("inf"), float("-inf"), float("nan")])
for exponent in (0, 1, 2, 3, -1, 0.5):
    label = str(exponent).replace("-", "minus_").replace(".", "_")
    power(f"of_special_to_{label}", lambda x, e=exponent: x**e, Input((7,), lambda size, g: special[torch.randperm(7, generator=g)]))
power("tensors", called("torch.pow"), uniform(N, 1, 5, low=0.1, high=3), randn(4, 1))
power("negative_base", torch.pow, uniform(4, 5, low=-3, high=-0.5), ints(5, low=-3, high=4))
power("of_number", lambda x: torch.pow(2, x), randn(N, 5))
power("of_float_to_integers", lambda x: 1.5**x, ints(3, 5))
power("of_integer_to_integers", lambda x: 3**x, ints(N, 5, low=0, high=20))
power("of_negative_integer_to_integers", lambda x: (-2) ** x, ints(20, low=0, high=40))
power("integers_to_integers", torch.pow, ints(N, 40, low=-5, high=6), exponents(40, low=0, high=25))
power("integers_to_negative_integers", torch.pow, ints(40, low=-2, high=3), exponents(40, low=-5, high=4))
power("int32_to_int32", torch.pow, ints(40, low=-4, high=5, dtype=torch.int32), ints(40, low=0, high=15, dtype=torch.int32))
power("integers_overflow", torch.pow, ints(30, low=2, high=9), ints(30, low=20, high=62))
power("integers_to_float", lambda x: x**0.5, ints(N, 4, low=0))
power("integers_to_floats", torch.pow, ints(4, 5, low=1), randn(5))
power("uint8", lambda x: x**2, ints(40, low=0, high=256, dtype=torch.uint8))
power("0d", torch.pow, uniform(low=0.5), randn())
power("half", lambda x: x**3, randn(3, 40, dtype=torch.float16), tolerance="fp16")
power("in_place_raw", lambda x: (y := x.clone(), y.pow_(2), y + x)[2], randn(N, 4), dialect="raw")
power("float_power", lambda x: torch.float_power(x, 3).float(), ints(N, 5))
power("float_power_tensors", lambda x, y: torch.float_power(x, y).float(), uniform(3, 5, low=0.1), randn(5))
power("float_power_of_number", lambda x: torch.float_power(2, x).float(), randn(5))
power("exp2", lambda x: torch.exp2(x) + torch.special.exp2(x), randn(N, 5))
power("ldexp", torch.ldexp, randn(4, 5), ints(N, 1, 5))
power("square", lambda x: torch.square(x) + x.square(), randn(N, 5))
power("square_integers", torch.square, ints(3, 4))
