"""torch.bmm."""

import torch

from suite import Family, randn, with_special

bmm = Family("TorchBmm", "bmm")


def add(name, batch, m, k, n, a=None):
    a = randn(batch, m, k) if a is None else a
    bmm.real(name, [a, randn(batch, k, n, seed=3)], torch.bmm)


add("plain", 2, 5, 7, 3)
add("one", 1, 1, 1, 1)
add("rows", 3, 1, 19, 33)
add("columns", 3, 33, 19, 1)
add("outer", 2, 17, 1, 15)
add("tile", 1, 128, 8, 128)
add("more_than_tile", 2, 129, 9, 131)
add("deep", 1, 3, 700, 5)
add("wide", 1, 4, 12, 300)
add("tall", 1, 300, 12, 4)
add("packs", 2, 128, 64, 136)
add("packs_past_tile", 1, 136, 72, 264)
add("odd_left", 2, 40, 33, 48)
add("odd_right", 2, 40, 40, 33)
add("stages", 1, 130, 200, 128)
add("no_batch", 0, 3, 4, 5)
add("no_depth", 2, 3, 0, 5)
add("no_rows", 2, 0, 4, 5)
add("many", 70, 3, 4, 5)
add("nan", 2, 5, 7, 3, with_special(randn(2, 5, 7), float("nan")))
add("infinity", 2, 5, 7, 3, with_special(randn(2, 5, 7), float("inf")))
bmm.refused("depth", [randn(2, 3, 4), randn(2, 5, 6)], "expected [B, m, k]")
bmm.refused("batch", [randn(2, 3, 4), randn(1, 4, 6)], "expected [B, m, k]")
bmm.refused("matrices", [randn(3, 4), randn(4, 6)], "expected [B, m, k]")
