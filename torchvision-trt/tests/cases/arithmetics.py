"""Further arithmetic of several operands."""

import torch

from suite import D, Family, bools, called, edges, ints, randn, table, uniform

mixed = Family("mixed").case
N = D("n", 2, 5)
INF, NAN = float("inf"), float("nan")


SPECIAL = table(0.0, -0.0, 1.0, -1.0, INF, -INF, NAN, 3.0)
PAIRS = {
    "atan2": (-3, 3), "hypot": (-3, 3), "copysign": (-3, 3), "logaddexp": (-9, 9), "logaddexp2": (-9, 9), "xlogy": (0, 3),
}
for name, (low, high) in PAIRS.items():
    function = called(f"torch.{name}")
    mixed(f"{name}", function, uniform(N, 3, 9, low=low, high=high), uniform(9, low=low, high=high))
    mixed(f"{name}_broadcast", function, uniform(4, 1, low=low, high=high), uniform(N, 1, 9, low=low, high=high))
    mixed(f"{name}_special", lambda a, f=function: f(a[:, None], a), SPECIAL)
    mixed(f"{name}_0d", function, uniform(low=low, high=high), uniform(low=low, high=high))
    if name in ("atan2", "copysign", "xlogy"):
        mixed(f"{name}_integers", function, ints(3, 9, low=1), ints(9, low=1))
mixed("hypot_large", torch.hypot, uniform(40, low=1e25, high=1e30), uniform(40, low=1e25, high=1e30))
mixed("copysign_number", lambda x: (torch.copysign(x, -2.0), torch.copysign(x, 0.0), torch.copysign(x, -0.0)), randn(N, 9))
mixed("copysign_shows_zeros", lambda x, y: torch.signbit(torch.copysign(x, y)), table(0.0, -0.0, 1.0, -1.0, INF, -INF, 2.0, 3.0), table(0.0, -0.0, 1.0, -1.0, INF, -INF, 2.0, 3.0))
mixed("atan2_all_around", lambda a: torch.atan2(torch.sin(a), torch.cos(a)), uniform(99, low=-9, high=9))
mixed("xlogy_numbers", lambda x: (torch.xlogy(2.0, x), torch.xlogy(x, 3.0), torch.special.xlog1py(x, x)), uniform(N, 9))
mixed("addcmul", torch.addcmul, randn(N, 3, 4), randn(3, 1), randn(4))
mixed("addcmul_value", lambda a, b, c: torch.addcmul(a, b, c, value=-0.5), randn(N, 4), randn(4), randn(1))
mixed("addcmul_integers", lambda a, b, c: torch.addcmul(a, b, c, value=3), ints(3, 4), ints(3, 4), ints(4))
mixed("addcmul_in_place_raw", lambda a, b, c: a.clone().addcmul_(b, c, value=2) + a, randn(N, 4), randn(4), randn(4), dialect="raw")
mixed("addcdiv", torch.addcdiv, randn(N, 3, 4), randn(3, 1), uniform(4, low=0.5))
mixed("addcdiv_value", lambda a, b, c: torch.addcdiv(a, b, c, value=-0.5), randn(N, 4), randn(4), uniform(1, low=0.5))
mixed("addcdiv_in_place_raw", lambda a, b, c: a.clone().addcdiv_(b, c, value=2) + a, randn(N, 4), randn(4), uniform(4, low=0.5), dialect="raw")
for weight in (0.0, 0.3, 0.5, 0.9, 1.0, 1.7, -0.4):
    label = str(weight).replace("-", "minus_").replace(".", "_")
    mixed(f"lerp_{label}", lambda a, b, w=weight: torch.lerp(a, b, w), randn(N, 3, 4), randn(4))
mixed("lerp_tensor", torch.lerp, randn(N, 3, 4), randn(4), uniform(3, 1, low=-1, high=2))
mixed("lerp_0d", torch.lerp, randn(), randn(), uniform())
mixed("lerp_in_place_raw", lambda a, b: a.clone().lerp_(b, 0.7) + a, randn(N, 4), randn(4), dialect="raw")
for name in ("add", "sub", "mul", "div"):
    function, method = called(f"torch.{name}"), called(f"torch.Tensor.{name}")
    mixed(f"{name}_function", function, randn(N, 3, 4), uniform(3, 1, low=0.4))
    mixed(f"{name}_method", lambda a, b, f=method: f(a, b), ints(3, 4), uniform(4, low=0.4))
    mixed(f"{name}_number", lambda a, f=function: f(a, 2), ints(N, 4))
    mixed(f"{name}_uint8_and_number", lambda a, f=function: f(a, 3), ints(40, low=0, high=256, dtype=torch.uint8))
    mixed(f"{name}_uint8_and_float", function, ints(40, low=0, high=256, dtype=torch.uint8), uniform(40, low=0.5))
    mixed(f"{name}_in_place_raw", lambda a, b, n=name: (y := a * 1, getattr(y, n + "_")(b), y[0] + a)[2], randn(N, 4), uniform(4, low=0.4), dialect="raw")
    if name != "div":
        mixed(f"{name}_uint8_wraps", function, ints(60, low=0, high=256, dtype=torch.uint8), ints(60, low=0, high=256, dtype=torch.uint8))
        mixed(f"{name}_int32_wraps", function, ints(60, low=2**30, high=2**31, dtype=torch.int32), ints(60, low=-(2**31), high=-(2**30), dtype=torch.int32))
mixed("mul_in_place_reads_later", lambda x: (y := x + 1, z := y[:, :2], y.mul_(3), z + y.sum())[3], randn(N, 4))
mixed("alpha", lambda a, b: (torch.add(a, b, alpha=2), torch.sub(a, b, alpha=-1.5), torch.rsub(a, b, alpha=3)), randn(N, 4), randn(4))
mixed("alpha_number", lambda a: (torch.add(a, 2, alpha=3), torch.sub(a, 1.5, alpha=2), torch.rsub(a, 2, alpha=3)), randn(N, 4))
mixed("alpha_integers", lambda a, b: (torch.add(a, b, alpha=2), torch.sub(a, b, alpha=-3), torch.rsub(a, 7, alpha=2)), ints(3, 4), ints(4))
mixed("add_truth", lambda a, b: (torch.add(a, b), a + 1, a * 2.5, a * b, True + a), bools(N, 4), bools(4))
mixed("half_and_numbers", lambda a: a * 0.1 + 3 - a / 7, randn(3, 40, dtype=torch.float16), tolerance="fp16")
mixed("promotes_0d", lambda a, b: (a + b, b * a, a - 2.5), ints(3, 4, dtype=torch.int32), ints())
mixed("promotes_0d_float", lambda a, b: (a + b, b / a), ints(3, 4, low=1, dtype=torch.int32), randn())
mixed("size_arithmetic", lambda x: x * x.shape[0] + x.shape[1] // x.shape[0] - (x.shape[0] + 1), randn(N, D("m", 3, 7)))
