"""Slices scaled down to a largest norm."""

import torch

from suite import D, Family, Input, edges, randn

renorm = Family("renorm").case
N = D("n", 2, 5)


def with_nan(*shape):
    """NaN in one slice, infinity in another, zeros in a third."""

    def make(size, g):
        x = torch.randn(size, generator=g)
        x[0, 0], x[1, 1], x[2] = float("nan"), float("inf"), 0.0
        return x

    return Input(shape, make)


renorm("two_last", lambda x: torch.renorm(x, 2, -1, 1.0), randn(2, 3, 5))
renorm("two_first_batch", lambda x: torch.renorm(x, 2, 0, 1.5), randn(N, 3, 5))
renorm("one_middle", lambda x: x.renorm(1, 1, 4), randn(3, 5, D("w", 2, 7), 2))
renorm("half", lambda x: torch.renorm(x, 0.5, 1, 20.0), randn(3, 7))
renorm("three", lambda x: torch.renorm(x, 3.0, -2, 0.25), randn(4, 3))
renorm("largest", lambda x: torch.renorm(x, float("inf"), 0, 1), edges(5, 6))
renorm("none_above", lambda x: torch.renorm(x, 2, 0, 1e6), randn(5, 6), tolerance="exact")
renorm("to_zero", lambda x: torch.renorm(x, 2, 0, 0), randn(3, 4))
renorm("nan_inf_and_zeros", lambda x: torch.renorm(x, 2, 0, 1.0), with_nan(4, 5))
renorm("float16", lambda x: torch.renorm(x, 2, 0, 1.0), randn(3, 40, dtype=torch.float16), tolerance="fp16")
renorm("float64", lambda x: torch.renorm(x, 2, 0, 1.0), randn(3, 4, dtype=torch.float64))
renorm("in_place", lambda x: x.mul(2.0).renorm_(2, 0, 1.0), randn(3, 4))
renorm("one_element_slices", lambda x: torch.renorm(x, 2, 0, 0.5), randn(4, 1))
