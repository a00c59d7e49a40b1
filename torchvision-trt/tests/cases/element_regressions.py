"""What converters of others got wrong, silently, for elementwise functions and reductions; each case is named after the behaviour."""

import torch
import torch.nn.functional as F
from torch import nn

from suite import D, Family, edges, ints, randn, uniform

regression = Family("element_regression").case
N = D("n", 2, 5)


def after(module):
    """The module behind one whose result nobody else reads, and the same tensor read once more."""

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear, self.module = nn.Linear(7, 7), module

        def forward(self, x):
            y = self.linear(x)
            z = self.module(y)
            return z, y + 1

    return Block()


IN_PLACE = {
    "elu": nn.ELU(1.7, inplace=True), "leaky_relu": nn.LeakyReLU(0.3, inplace=True), "silu": nn.SiLU(inplace=True), "relu": nn.ReLU(inplace=True),
    "relu6": nn.ReLU6(inplace=True), "hardswish": nn.Hardswish(inplace=True), "selu": nn.SELU(inplace=True), "celu": nn.CELU(0.6, inplace=True),
    "hardtanh": nn.Hardtanh(-0.3, 0.4, inplace=True), "threshold": nn.Threshold(0.1, 5.0, inplace=True), "mish": nn.Mish(inplace=True),
    "dropout": nn.Dropout(0.5, inplace=True), "hardsigmoid": nn.Hardsigmoid(inplace=True), "rrelu": nn.RReLU(inplace=True),
}
for name, module in IN_PLACE.items():
    for dialect in ("functional", "raw", "core"):
        regression(f"in_place_{name}_is_seen_by_later_readers_{dialect}", after(module), randn(N, 7), dialect=dialect)
for dim in (None, 0, 1, 2, -1, -2, -3):
    label = str(dim).replace("-", "minus_")
    if dim is not None:
        regression(f"log_softmax_module_takes_dim_{label}", nn.LogSoftmax(dim), randn(N, 3, 4))
        regression(f"softmax_module_takes_dim_{label}", nn.Softmax(dim), randn(N, 3, 4))
for beta, threshold in ((1, 20), (2, 20), (0.5, 3), (3, 1), (1, 0)):
    label = f"{beta}_{threshold}".replace(".", "_")
    regression(f"softplus_module_takes_beta_and_threshold_{label}", nn.Softplus(beta, threshold), uniform(N, 9, low=-6, high=6))
for p in (1, 2, 3.5, 0.5, float("inf")):
    label = str(p).replace(".", "_")
    regression(f"normalize_takes_p_{label}", lambda x, p=p: F.normalize(x, p=p, dim=1), uniform(N, 3, 4, low=-2, high=2))
    regression(f"normalize_takes_p_{label}_of_rank_4", lambda x, p=p: F.normalize(x, p, 2, 1e-3), uniform(2, 3, 4, N, low=-2, high=2))
regression("gelu_takes_approximate", lambda x: (F.gelu(x, approximate="tanh"), F.gelu(x)), edges(N, 9))
regression("mean_without_dim", lambda x: x.mean() + torch.mean(x), randn(N, 3, 4))
regression("mean_of_negative_dim", lambda x: torch.mean(x, -2), randn(N, 3, 4))
regression("sum_over_the_batch", lambda x: (x.sum(0), x.sum(), torch.prod(x, 0), x.prod()), uniform(3, 4, low=0.5, high=1.5))
regression("clamp_without_max", lambda x: (torch.clamp(x, min=0.2), torch.clamp(x, max=0.2)), edges(N, 5))
regression("max_with_indices", lambda x: (torch.max(x, 1), torch.min(x, dim=-1, keepdim=True)), randn(N, 3, 4))
regression("max_of_two_and_of_all", lambda x, y: (torch.max(x, y), torch.max(x), torch.min(x, y), torch.min(x)), randn(N, 4), randn(4))
regression("number_on_the_left", lambda x: (1 - x, 2 / x, 3 ** x, 1.5 + x, 4 * x), uniform(N, 4, low=0.5))
regression("remainder_of_negative_numbers", lambda x: (x % 3, torch.fmod(x, 3), x // 3), uniform(N, 40, low=-20, high=20))
regression("remainder_of_negative_integers", lambda x: (x % 3, torch.fmod(x, 3), x // 3, -x % -4), ints(N, 40))
regression("power_of_negative_base", lambda x: (x**2, x**3, x**-1), uniform(N, 9, low=-2, high=-0.5))
regression("prelu_per_channel_of_rank_2_and_5", nn.PReLU(3), edges(N, 3, 2, 3, 2))
regression("integers_stay_integers", lambda x: (x + 1, x * 2, x - x, torch.relu(x), x.abs(), -x), ints(N, 4))
regression("in_place_chain_on_a_slice", lambda x: (y := x * 1, y[:, 0].mul_(2).add_(1), F.relu_(y[:, 1:]), y)[3], randn(N, 4), dialect="raw")
regression("tensor_divided_by_itself_in_place", lambda x: (y := x + 3, y.div_(y.sum()), y)[2], uniform(N, 4), dialect="raw")
