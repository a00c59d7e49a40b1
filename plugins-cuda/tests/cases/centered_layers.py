"""x - x.mean()."""

import torch

from suite import Family, randn, with_special

centered = Family("CenteredLayer", "centered")


def add(name, x):
    centered.real(name, x, lambda x: x - x.mean())


add("vector", randn(7))
add("one_element", randn(1))
add("scalar", randn())
add("image", randn(2, 3, 17, 5))
add("even", randn(4, 8, 16, 32))
add("odd_tail", randn(3, 1001))
add("many_blocks", randn(5, 513, 131))
# More than the kernel's 1024 blocks take at a time.
centered.real("more_than_all_blocks", randn(1051, 1003), lambda x: x - x.mean(), dtypes=(torch.float32,))
add("empty", randn(0, 3))
add("six_dims", randn(2, 1, 3, 2, 5, 2))
# Far from 0: the mean must not lose what is left. Half precision holds little more than the mean here.
centered.real("offset", randn(64, 65) + 100, lambda x: x - x.mean(), dtypes=(torch.float32,))
centered.real("nan", with_special(randn(5, 9), float("nan")), lambda x: x - x.mean())
centered.real("infinity", with_special(randn(5, 9), float("inf")), lambda x: x - x.mean())
centered.refused("two_inputs", [randn(2), randn(2)], "there are 2")
