"""Regions and control flow that torch.export keeps as higher-order operators."""

import torch
from torch._higher_order_ops.map import map as torch_map
from torch._higher_order_ops.scan import scan

from suite import D, Family, ints, randn

flow = Family("flow")
N = D("n", 2, 5)


def both(name, function, *inputs, **options):
    flow.case(name, function, *inputs, **options)
    flow.case(f"{name}_raw", function, *inputs, dialect="raw", **options)


def without_gradients(x):
    with torch.no_grad():
        y = x * 2
        with torch.enable_grad():
            y = y + torch.sin(x)
    return y + 1


def without_gradients_in_place(x):
    y = x * 1
    with torch.no_grad():
        y.mul_(2)
        y[:, 0] = 1.0
    return y + x


def inference_mode(x):
    with torch.inference_mode():
        return x * 2 + 1


def autocast_off(x):
    with torch.autocast("cpu", enabled=False):
        y = x @ x.t()
    return y + 1


def autocast_of_another_device(x):
    with torch.autocast("cuda", dtype=torch.float16):
        y = x @ x.t()
    return y + 1


def autocast(x):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        y = x @ x.t()
    return y.float() + 1


both("no_grad", without_gradients, randn(N, 3))
both("no_grad_in_place", without_gradients_in_place, randn(2, 3))
both("inference_mode", inference_mode, randn(2, 3))
both("autocast_off", autocast_off, randn(2, 3))
both("autocast_of_another_device", autocast_of_another_device, randn(2, 3))
flow.case("autocast", autocast, randn(2, 3), tolerance="bf16")
both("checkpoint", lambda x: torch.utils.checkpoint.checkpoint(lambda y: y.sin() * 2, x, use_reentrant=False), randn(N, 3))

both("cond_by_number", lambda x: torch.cond(True, lambda y: y.sin(), lambda y: y.cos(), (x,)), randn(2, 3))
both("cond_by_known_size", lambda x: torch.cond(x.shape[0] > 2, lambda y: y + 1, lambda y: y - 1, (x,)), randn(2, 3))
both("cond_by_constant", lambda x: torch.cond(torch.tensor(False), lambda y: y.sin(), lambda y: y.cos(), (x,)), randn(N, 3))
both("cond_by_data", lambda x: torch.cond(x.sum() > 0, lambda y: y.sin(), lambda y: y.cos(), (x,)), randn(N, 3))
both("cond_by_input", lambda c, x: torch.cond(c.sum() > 0, lambda y: y.sin(), lambda y: y * 2, (x,)), ints(1, low=-1, high=2), randn(2, 3))


def nested_choice(x):
    def inner(y):
        return torch.cond(y.mean() > 1, lambda z: z - 1, lambda z: z * 2, (y,))

    return torch.cond(x.sum() > 0, inner, lambda y: y.cos(), (x,)) + x


def choice_of_a_bad_branch(x):
    """The branch that is not taken gives NaN, which must not show."""
    return torch.cond(x.abs().sum() >= 0, lambda y: y * 1, lambda y: (y * 0) / (y * 0), (x,))


def choice_of_two(x):
    a, b = torch.cond(x.sum() > 0, lambda y: (y.sin(), y.sum(0)), lambda y: (y.cos(), y.sum(0) * 2), (x,))
    return a + b, b


both("cond_nested", nested_choice, randn(2, 3))
both("cond_of_a_bad_branch", choice_of_a_bad_branch, randn(2, 3))
both("cond_of_two", choice_of_two, randn(N, 3))
both("map", lambda x: torch_map(lambda row: row.sin() * 2, x), randn(4, 3))


class MapOfTwo(torch.nn.Module):
    def forward(self, x, y):
        return torch_map(lambda row, y: (row.sin() + y, row.cos().sum()), x, y)


both("map_of_two", MapOfTwo(), randn(4, 3), randn(3))
both("scan", lambda x: scan(lambda carry, row: (carry + row, carry * row), x[0], x), randn(4, 3))
both("scan_integers", lambda x: scan(lambda carry, row: (carry * 2 + row, carry + row), x[0] * 0, x), ints(5, 2), tolerance="exact")
