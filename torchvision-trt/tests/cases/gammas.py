"""The gamma function's logarithm and derivative: near its zeros and poles, far away, below 0."""

import torch

from suite import D, Family, in_place, ints, table, uniform

gamma = Family("gamma").case
N = D("n", 2, 5)
INF, NAN = float("inf"), float("nan")

for name in ("lgamma", "digamma"):
    function = getattr(torch, name)
    gamma(f"{name}", function, uniform(N, 3, 40, low=0.01, high=9))
    gamma(f"{name}_near_1", function, uniform(60, low=0.9, high=1.1))
    gamma(f"{name}_from_1_to_2", function, uniform(60, low=1, high=2))
    gamma(f"{name}_from_2_to_4", function, uniform(60, low=2, high=4))
    gamma(f"{name}_large", function, uniform(N, 30, low=10, high=1e4))
    gamma(f"{name}_huge", function, table(1e10, 1e20, 1e30, 3e37))
    gamma(f"{name}_small", function, uniform(60, low=1e-7, high=1e-2))
    gamma(f"{name}_negative", lambda x, f=function: f(x.floor() + 0.2 + 0.6 * (x - x.floor())), uniform(N, 60, low=-9, high=0))
    gamma(f"{name}_special", function, table(0.0, 1.0, 2.0, -1.0, -7.0, 0.5, INF, NAN, -0.5, 3.0))
    gamma(f"{name}_integers", function, ints(3, 7, low=1, high=12))
    gamma(f"{name}_0d", function, uniform(low=1, high=5))
    gamma(f"{name}_half", function, uniform(3, 40, low=0.5, high=9, dtype=torch.float16), tolerance="fp16")
    gamma(f"{name}_in_place_raw", in_place(getattr(torch.Tensor, name + "_")), uniform(N, 4, low=0.5, high=5), dialect="raw")
gamma("lgamma_near_2", lambda x: torch.lgamma(x), uniform(60, low=1.95, high=2.05))
gamma("lgamma_minus_infinity", torch.lgamma, table(-INF, INF))
gamma("names", lambda x: (torch.special.gammaln(x), torch.special.digamma(x), torch.special.psi(x)), uniform(N, 5, low=0.1, high=5))
gamma("multivariate_core", lambda x: torch.mvlgamma(x, 3), uniform(N, 5, low=2, high=9), dialect="core")
