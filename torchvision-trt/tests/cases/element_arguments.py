"""Functions of single elements with arguments, types and shapes that the tables of other families leave out."""

import torch
import torch.nn.functional as F

from suite import D, Family, bools, edges, in_place, ints, randn, table, uniform

element = Family("argument").case
N, M = D("n", 2, 5), D("m", 4, 3)
INF, NAN = float("inf"), float("nan")
SPECIAL = table(0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 1e-30, 30.0, -30.0, 1e30, INF, -INF, NAN)


def exact(name, function, *inputs, **options):
    element(name, function, *inputs, tolerance="exact", **options)


exact("addcmul_integers", lambda a, b, c: torch.addcmul(a, b, c, value=-3), ints(3, 4), ints(4), ints(3, 1))
element("addcmul_in_place_raw", lambda a, b, c: (a + 0).addcmul_(b, c, value=0.5) - a, randn(N, 3), randn(3), randn(N, 1), dialect="raw")
element("addcdiv_scalars_broadcast", lambda a, b, c: torch.addcdiv(a, b, c, value=-2), randn(), randn(N, 1), uniform(3, low=0.5, high=2))
element("addcdiv_by_zero", torch.addcdiv, randn(13), SPECIAL, table(*range(-6, 7)))
element("addcdiv_in_place_raw", lambda a, b, c: (a + 0).addcdiv_(b, c, value=0.5) * a, randn(N, 3), randn(3), uniform(3, low=0.5, high=2), dialect="raw")
element("addcdiv_half", lambda a, b, c: a.addcdiv(b, c), *[uniform(3, 5, low=1, high=2, dtype=torch.float16)] * 3, tolerance="fp16")

exact("clamp_max_tensor", torch.clamp_max, randn(N, 1, 3), randn(4, 1))
exact("clamp_max_special", lambda x: torch.clamp_max(x, 0.75), SPECIAL)
exact("clamp_max_integers_by_float", lambda x: x.clamp_max(1.5), ints(3, 4))
exact("clamp_max_nan_bound", lambda x, y: torch.clamp_max(x, y), table(0.0, 1.0, -1.0), table(NAN, 0.5, INF))
exact("clamp_min_nan_bound", lambda x, y: torch.clamp_min(x, y), table(0.0, 1.0, -1.0), table(NAN, 0.5, -INF))
exact("clamp_min_max_in_place_raw", lambda x: (x * 1).clamp_max_(0.5).clamp_min_(-0.25) + x, randn(N, 4), dialect="raw")

element("angle_truth", torch.angle, bools(3, 4))
element("angle_half", torch.angle, randn(3, 4, dtype=torch.float16), tolerance="fp16")
element("entr", lambda x: torch.special.entr(x), uniform(N, 3, 5, low=0, high=4))
element("entr_0d", torch.special.entr, uniform(low=0, high=2))
element("entr_integers", torch.special.entr, ints(3, 4, low=-1, high=5))
element("entr_core", torch.special.entr, uniform(7, low=-0.2, high=1), dialect="core")
element("ndtr", torch.special.ndtr, uniform(N, 30, low=-4, high=4))
# In single precision PyTorch loses the digits of this tail itself.
element("ndtr_tail", lambda x: torch.special.ndtr(x.double()).float(), uniform(40, low=-6, high=-3))
element("ndtr_special", torch.special.ndtr, SPECIAL)
element("ndtr_integers", torch.special.ndtr, ints(3, 7, low=-3, high=4))
element("ndtr_0d", torch.special.ndtr, randn())

element("float_power_integers", torch.float_power, ints(3, 4, low=-4, high=5), ints(4, low=0, high=4))
element("float_power_number_base", lambda x: torch.float_power(2.5, x), randn(N, 3))
element("float_power_negative_exponent", lambda x: x.float_power(-2), ints(3, 4, low=1, high=9))
element("float_power_special", lambda x: [torch.float_power(x, p).float() for p in (0.5, 3, 0, -1)], SPECIAL)
element("float_power_half", lambda x: torch.float_power(x, 2).float(), randn(5, dtype=torch.float16))
exact("ldexp_integers", torch.ldexp, ints(3, 1), ints(4, low=-3, high=8))
element("ldexp_special", lambda x: torch.ldexp(x, torch.tensor(3)), SPECIAL)
element("ldexp_far", lambda x, e: torch.ldexp(x, e), uniform(40, low=1, high=2), ints(40, low=-120, high=120))
element("ldexp_fractions_dynamic", lambda x, e: x.ldexp(e), randn(N, 3), randn(N, 1))
element("ldexp_in_place_raw", lambda x, e: (x * 1).ldexp_(e) - x, randn(3, 4), ints(4, low=0, high=3), dialect="raw")

element("frac_special", torch.frac, SPECIAL)
element("frac_large_and_negative", torch.frac, uniform(N, 30, low=-1e5, high=1e5))
element("frac_0d", lambda x: x.frac(), uniform(low=-9, high=9))
element("frac_in_place_raw", in_place(torch.Tensor.frac_), uniform(N, 4, low=-9, high=9), dialect="raw")
for name in ("hardshrink", "softshrink"):
    function = getattr(F, name)
    element(f"{name}_raw", function, edges(N, 3, 7), dialect="raw")
    element(f"{name}_special_raw", function, SPECIAL, dialect="raw")
    element(f"{name}_lambda_raw", lambda x, f=function: f(x, 1.5), edges(40), dialect="raw")
    element(f"{name}_0_raw", lambda x, f=function: f(x, 0), SPECIAL, dialect="raw")
    element(f"{name}_0d_raw", function, randn(), dialect="raw")
    element(f"{name}_half_raw", function, randn(3, 40, dtype=torch.float16), dialect="raw", tolerance="fp16")
element("glu_first_dimension", lambda x: F.glu(x, 0), randn(6, N))
element("glu_special", lambda x: F.glu(x, -2), edges(3, 8, 2))
element("glu_of_two", lambda x: F.glu(x), randn(N, 3, 2))
element("glu_half", F.glu, randn(3, 10, dtype=torch.float16), tolerance="fp16")
exact("heaviside_special", torch.heaviside, SPECIAL, randn(1))
exact("heaviside_integers", torch.heaviside, ints(3, 4, low=-2, high=3), ints(4))
exact("heaviside_dynamic_broadcast", lambda x, v: x.heaviside(v), edges(N, 1, 3), randn(4, 1))
exact("heaviside_truth", torch.heaviside, bools(3, 4), bools(4))
exact("heaviside_in_place_raw", lambda x, v: (x * 1).heaviside_(v) - x, edges(3, 4), randn(4), dialect="raw")

element("logaddexp_infinities", lambda x: (torch.logaddexp(x, x), torch.logaddexp(x, x.flip(0)), torch.logaddexp(-x, x)), SPECIAL)
element("logaddexp2_infinities", lambda x: (torch.logaddexp2(x, x), torch.logaddexp2(x, x.flip(0)), torch.logaddexp2(-x, x)), SPECIAL)
element("logaddexp_scalar", lambda x, y: (torch.logaddexp(x, y), x.logaddexp2(y)), randn(N, 3), randn())
element("logaddexp_half", torch.logaddexp, *[randn(3, 40, dtype=torch.float16)] * 2, tolerance="fp16")
element("xlog1py_numbers", lambda x: (torch.special.xlog1py(2, x), torch.special.xlog1py(x, 3.5), torch.special.xlog1py(0, x)), uniform(N, 5, low=-0.9, high=3))
element("xlog1py_special", lambda x: torch.special.xlog1py(x, x.flip(0)), SPECIAL)
element("xlog1py_integers", torch.special.xlog1py, ints(3, 1, low=-3, high=4), ints(4, low=0, high=5))
element("xlog1py_broadcast", lambda x, y: torch.special.xlog1py(x, y), randn(N, 1), uniform(3, low=-0.5, high=1e-6))
element("xlog1py_zeros", torch.special.xlog1py, table(0.0, -0.0, 0.0, 1.0, 0.0), table(NAN, INF, -1.0, -1.0, -2.0))

exact("isclose_large_integers", lambda x: torch.isclose(x + 16777216, x.flip(0) + 16777216, 0, 1.5), ints(40, low=0, high=6))
exact("isclose_integers_relative", lambda x, y: torch.isclose(x, y, rtol=0.3), ints(30), ints(30))
exact("isclose_special", lambda x: (torch.isclose(x, x), torch.isclose(x, x, equal_nan=True), x.isclose(x.flip(0), atol=INF)), SPECIAL)
exact("isclose_broadcast_truth", torch.isclose, bools(3, 1), bools(4))
for name in ("isfinite", "isneginf", "isposinf", "isreal"):
    exact(f"{name}_truth", getattr(torch, name), bools(3, 4))
    exact(f"{name}_half", getattr(torch, name), table(1.0, INF, -INF, NAN, 65504.0, dtype=torch.float16))
    exact(f"{name}_overflow", lambda x, f=getattr(torch, name): f(x * 1e38 * x), randn(N, 40))
for name in ("positive", "resolve_neg", "resolve_conj", "conj", "real", "conj_physical"):
    exact(f"{name}_raw", lambda x, f=getattr(torch, name): f(x) + 1, randn(N, 3), dialect="raw")
exact("positive_integers_written_raw", lambda x: (+x, (x * 1).positive().add_(2), torch.real(x)), ints(3), dialect="raw")
