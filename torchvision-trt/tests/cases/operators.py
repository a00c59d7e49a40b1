"""Python's operators on tensors: with tensors and numbers on either side, and in place, where the tensor is read again."""

import operator

import torch

from suite import D, Family, bools, called, ints, randn, uniform

op = Family("operator").case
N = D("n", 2, 5)

BINARY = ["__add__", "__sub__", "__mul__", "__truediv__", "__div__", "__floordiv__", "__mod__", "__pow__"]
REFLECTED = ["__radd__", "__rsub__", "__rmul__", "__rtruediv__", "__rdiv__", "__rpow__"]
IN_PLACE = ["__iadd__", "__isub__", "__imul__", "__itruediv__", "__idiv__", "__ifloordiv__", "__imod__", "__ipow__"]


def method(name, *numbers):
    return lambda x, *others: called(f"torch.Tensor.{name}")(x, *others, *numbers)


def in_place(name, *numbers):
    """Reads views of the tensor before and after, and the tensor itself again."""

    def function(x, *others):
        x = x * 1
        row = x[0]
        before = row * 2
        called(f"torch.Tensor.{name}")(x, *others, *numbers)
        return before, row + 1, x

    return function


for name in BINARY:
    short = name.strip("_")
    positive = name == "__pow__"
    left = uniform(N, 3, 4, low=0.2, high=3) if positive else randn(N, 3, 4)
    op(f"{short}_tensors", method(name), left, uniform(3, 1, low=0.3, high=2))
    op(f"{short}_float", method(name, 1.7), uniform(2, 5, low=0.2, high=3) if positive else randn(2, 5))
    op(f"{short}_integer", method(name, 3), randn(7))
    op(f"{short}_integers_and_integer", method(name, 3), ints(N, 5))
    op(f"{short}_integers_and_float", method(name, 2.5), ints(2, 5, low=1))
    op(f"{short}_integers", method(name), ints(4, 5), ints(5, low=1, high=4))
    op(f"{short}_scalars", method(name), uniform(low=0.2, high=3), uniform(low=0.5, high=2))
    if name not in ("__sub__", "__floordiv__", "__mod__", "__pow__"):
        op(f"{short}_truth_and_numbers", method(name), bools(3, 4), uniform(3, 4, low=0.5))
for name in REFLECTED:
    short = name.strip("_")
    divides = "div" in name
    op(f"{short}_float", method(name, 2.5), uniform(N, 3, low=0.3, high=2) if divides else randn(N, 3))
    op(f"{short}_integer", method(name, 2), uniform(3, low=0.3, high=2))
    op(f"{short}_integers_and_integer", method(name, 7), ints(2, 3, low=1, high=6))
    op(f"{short}_integers_and_float", method(name, 1.5), ints(N, 3, low=1, high=6))
    op(f"{short}_scalar", method(name, 3.0), uniform(low=0.3, high=2))
for name in IN_PLACE:
    short = name.strip("_")
    positive = uniform(3, 4, low=0.2, high=3)
    for dialect in ("functional", "raw"):
        op(f"{short}_tensor_{dialect}", in_place(name), positive, uniform(4, low=0.5, high=2), dialect=dialect)
        op(f"{short}_number_{dialect}", in_place(name, 2), randn(N, 4), dialect=dialect)
    if name not in ("__itruediv__", "__idiv__"):
        op(f"{short}_integers", in_place(name, 3), ints(3, 4))
        op(f"{short}_narrower", in_place(name), randn(3, 4), ints(4, low=1, high=4))

for name in ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"):
    short = name.strip("_")
    op(f"{short}_tensors", method(name), ints(N, 3, low=-2, high=2), ints(3, low=-2, high=2))
    op(f"{short}_number", method(name, 1), ints(2, 3, low=0, high=3))
    op(f"{short}_float_and_integers", method(name, 0.5), ints(2, 3, low=-1, high=2))
    op(f"{short}_numbers_and_truth", method(name), bools(2, 3), ints(2, 3, low=0, high=2))
    op(f"{short}_truths", method(name), bools(4, 5), bools(5))
    op(f"{short}_scalars", method(name), ints(low=0, high=2), ints(low=0, high=2))
op("neg", lambda x: -x, randn(N, 3))
op("neg_integers", lambda x: -x, ints(4, dtype=torch.int32))
op("neg_scalar", method("__neg__"), randn())
op("pos_abs_invert", lambda x, m: (+abs(x), ~m, ~x), ints(3, 4), bools(2, 3))
op("and_or_xor", lambda a, b: (a & b, a | b, a ^ b, True & a, a | False), bools(N, 4), bools(4))
op("in_place_and_or_xor", lambda a, b: operator.ixor(operator.ior(operator.iand(a.clone(), b), ~b), a), bools(3, 4), bools(4))
op("in_place_on_view", lambda x: operator.iadd((y := x * 1)[:, 1], 5.0) + y.sum(1), randn(N, 4))
op("in_place_by_itself", lambda x: operator.imul(y := x + 0, y) + y, randn(3, 4))
op("in_place_chain_raw", lambda x: operator.isub(operator.imul(operator.iadd(x.clone(), 2), x), 1), randn(3, N), dialect="raw")
