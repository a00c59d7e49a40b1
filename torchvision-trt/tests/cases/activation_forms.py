"""Every activation as function, module and in place, where the overwritten tensor is read again; special values; arguments."""

import torch
import torch.nn.functional as F
from torch import nn

from suite import D, Family, bools, called, edges, in_place, ints, randn, table, uniform

form = Family("form").case
N = D("n", 2, 5)
INF, NAN = float("inf"), float("nan")


SPECIAL = table(0.0, -0.0, 1.0, -1.0, 3.0, -3.0, 6.0, 0.5, -0.5, 1e-30, 30.0, -30.0, 100.0, -100.0, INF, -INF, NAN)


NAMES = ("relu", "relu6", "hardtanh", "sigmoid", "tanh", "leaky_relu", "elu", "selu", "celu", "silu", "mish", "gelu", "hardsigmoid")
NAMES += ("hardswish", "softplus", "softsign", "logsigmoid", "tanhshrink", "softshrink", "hardshrink", "rrelu")
FUNCTIONS = {name: called(f"torch.nn.functional.{name}") for name in NAMES}
FUNCTIONS |= {f"torch_{name}": called(f"torch.{name}") for name in ("relu", "sigmoid", "tanh", "selu", "celu")}
for name, function in FUNCTIONS.items():
    form(f"{name}", function, edges(N, 3, 7))
    form(f"{name}_special", function, SPECIAL)
    form(f"{name}_0d", function, randn())
    form(f"{name}_strided", lambda x, f=function: f(x.mT[..., ::2]), randn(4, 6, N))
    if name not in ("softsign", "tanhshrink"):
        form(f"{name}_half", function, randn(3, 40, dtype=torch.float16), tolerance="fp16")

for name in ("relu", "sigmoid", "tanh"):
    method = called(f"torch.Tensor.{name}")
    form(f"{name}_method", lambda x, m=method: m(x), edges(N, 9))
    form(f"{name}_integers", method, ints(3, 9, low=-3, high=4))
form("sigmoid_truth", torch.sigmoid, bools(3, 5))
IN_PLACE = {
    "hardtanh_": F.hardtanh_, "celu_": F.celu_, "torch_celu_": torch.celu_, "threshold_": lambda x: F.threshold_(x, 0.2, -1.5),
    "rrelu_": lambda x: F.rrelu_(x, training=False), "method_relu_": torch.Tensor.relu_, "sigmoid_": torch.Tensor.sigmoid_,
    "tanh_": torch.Tensor.tanh_, "silu_inplace": lambda x: F.silu(x, inplace=True), "elu_inplace": lambda x: F.elu(x, 0.7, inplace=True),
    "leaky_relu_inplace": lambda x: F.leaky_relu(x, 0.3, inplace=True), "mish_inplace": lambda x: F.mish(x, inplace=True),
    "relu6_inplace": lambda x: F.relu6(x, inplace=True), "hardswish_inplace": lambda x: F.hardswish(x, inplace=True),
    "hardsigmoid_inplace": lambda x: F.hardsigmoid(x, inplace=True), "celu_inplace": lambda x: F.celu(x, 1.3, inplace=True),
    "selu_inplace": lambda x: F.selu(x, inplace=True), "threshold_inplace": lambda x: F.threshold(x, 0.1, 2.0, inplace=True),
}
IN_PLACE |= {f"{name}_": called(f"torch.nn.functional.{name}_") for name in ("relu", "leaky_relu", "elu", "selu")}
IN_PLACE |= {f"torch_{name}_": called(f"torch.{name}_") for name in ("relu", "selu")}
for name, function in IN_PLACE.items():
    for dialect in ("functional", "raw"):
        form(f"{name}_{dialect}", in_place(function), edges(N, 7), dialect=dialect)

ARGUMENTS = {
    "leaky_relu_steep": lambda x: F.leaky_relu(x, 1.7), "leaky_relu_negative": lambda x: F.leaky_relu(x, -0.4),
    "elu_alpha": lambda x: F.elu(x, alpha=2.3), "elu_negative_alpha": lambda x: F.elu(x, alpha=-0.6), "celu_alpha": lambda x: F.celu(x, alpha=0.4),
    "hardtanh_bounds": lambda x: F.hardtanh(x, -0.3, 4.5), "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "softshrink_lambda": lambda x: F.softshrink(x, 1.3), "hardshrink_lambda": lambda x: F.hardshrink(x, 2.0), "hardshrink_0": lambda x: F.hardshrink(x, 0.0),
    "threshold": lambda x: F.threshold(x, 0.5, 9.0), "threshold_module": nn.Threshold(-0.5, 3), "rrelu_bounds": lambda x: F.rrelu(x, 0.1, 0.5),
    "rrelu_module": nn.RReLU(0.2, 0.4), "celu_module": nn.CELU(0.7), "selu_module": nn.SELU(), "softsign_module": nn.Softsign(),
}
for name, function in ARGUMENTS.items():
    form(f"{name}", function, edges(N, 3, 9))
    form(f"{name}_special_values", function, SPECIAL)
for beta in (0.3, 1.0, 2.5, 4):
    for threshold in (0.5, 5.0, 20.0, 33):
        label = f"{beta}_{threshold}".replace(".", "_")
        form(f"softplus_{label}", lambda x, b=beta, t=threshold: F.softplus(x, b, t), uniform(N, 40, low=-12, high=12))
form("softplus_far_below_0", F.softplus, uniform(60, low=-60, high=-15))
form("softplus_negative_beta", lambda x: F.softplus(x, -0.8), uniform(60, low=-9, high=9))
form("mish_far_below_0", F.mish, uniform(60, low=-40, high=-12))
form("logsigmoid_both_ends", F.logsigmoid, uniform(60, low=-60, high=60))
form("logsigmoid_near_0", F.logsigmoid, uniform(60, low=12, high=40))
form("prelu_one", lambda x, w: F.prelu(x, w), edges(N, 3, 7), uniform(1))
form("prelu_channels", lambda x, w: torch.prelu(x, w), edges(2, 3, 4, N), uniform(3, low=-1, high=1))
form("prelu_rank_2", lambda x, w: F.prelu(x, w), edges(N, 5), uniform(5))
form("prelu_rank_1", lambda x, w: F.prelu(x, w), edges(9), uniform(1))
form("prelu_0d", lambda x, w: F.prelu(x, w), randn(), uniform(1))
form("prelu_special", lambda x, w: F.prelu(x, w), SPECIAL, uniform(1))
form("prelu_module", nn.PReLU(3, 0.4), edges(N, 3, 5, 4))
form("glu", nn.GLU(), randn(N, 3, 8))
form("glu_first", lambda x: F.glu(x, 0), randn(6, N))
form("glu_middle", lambda x: F.glu(x, -2), randn(2, 4, N))
for dim in (0, 1, 2, -1, -2):
    label = str(dim).replace("-", "minus_")
    for name, function in {name: called(f"torch.nn.functional.{name}") for name in ("softmax", "log_softmax", "softmin")}.items():
        form(f"{name}_dim_{label}", lambda x, f=function, d=dim: f(x, dim=d), randn(N, 3, 5))
for name, function in {"softmax": torch.softmax, "log_softmax": torch.log_softmax}.items():
    form(f"{name}_function", lambda x, f=function: f(x, 1), randn(2, 3, N, 4))
    form(f"{name}_of_integers", lambda x, f=function: f(x, 1, dtype=torch.float32), ints(3, N))
    form(f"{name}_half_as_float", lambda x, f=function: f(x, -1, dtype=torch.float32), randn(3, 9, dtype=torch.float16))
    form(f"{name}_0d", lambda x, f=function: f(x, 0), randn())
    form(f"{name}_zero", lambda x, f=function: f(x * 0, -1), randn())
    form(f"{name}_rank_1", lambda x, f=function: f(x, 0), randn(D("m", 3, 9)))
    form(f"{name}_large", lambda x, f=function: f(x * 1e4, 1), randn(N, 7))
    form(f"{name}_masked", lambda x, m, f=function: f(x.masked_fill(m, -INF), 1), randn(N, 7), bools(7))
form("softmax_method", lambda x: torch.Tensor.softmax(x, 1), randn(N, 3, 4))
form("softmax_modules", lambda x: nn.Softmin(1)(x) + nn.Softmax2d()(x), randn(N, 3, 4, 5))
form("log_softmax_implicit_dim", nn.LogSoftmax(), randn(N, 5))
for name, module in {"": nn.Dropout, "2d": nn.Dropout2d, "3d": nn.Dropout3d, "1d": nn.Dropout1d, "_alpha": nn.AlphaDropout, "_feature_alpha": nn.FeatureAlphaDropout}.items():
    form(f"dropout{name}_module", nn.Sequential(nn.Tanh(), module(0.4), nn.ReLU()), randn(N, 3, 4, 5, 2) if name == "3d" else randn(N, 3, 4))
for name in ("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout"):
    shape = (N, 3, 4, 5, 2) if name == "dropout3d" else (N, 3, 4, 5) if name == "dropout2d" else (N, 3, 4)
    form(f"{name}_off", lambda x, n=name: getattr(F, n)(x + 1, 0.6, training=False) * 2, randn(*shape))
    form(f"{name}_off_in_place_raw", lambda x, n=name: (y := x + 1, getattr(F, n)(y, 0.6, False, True), y + x)[2], randn(*shape), dialect="raw")
form("dropout_never", lambda x: F.dropout(x + 1, 0.0, training=True), randn(N, 4))
