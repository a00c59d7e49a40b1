"""torch.flip."""

import torch

from suite import SHORT, Family, ints, randn

flip = Family("TorchFlip", "flip")
ALL = tuple(SHORT)


def add(name, shape, dims, dtypes=(torch.float32,)):
    flip.exact(name, ints(*shape, low=-120, high=120), lambda x: torch.flip(x, dims), dtypes, dims=dims)


add("last", (2, 3, 5), [-1], ALL)
add("first", (3, 4, 7), [0], ALL)
add("all", (2, 3, 4, 5), [0, 1, 2, 3], ALL)
add("image", (2, 3, 9, 16), [3], (torch.float32, torch.float16))
add("both_sides", (2, 3, 8, 6), [2, -1])
add("outer_pair", (4, 3, 2, 8), [0, 2])
add("none", (2, 3), [])
add("vector", (17,), [0])
add("vector_even", (64,), [0])
add("one_element", (1, 1, 1), [0, 1, 2])
add("empty", (0, 3), [1])
add("empty_inner", (3, 0), [0])
add("eight_dims", (2, 1, 3, 2, 1, 2, 3, 2), [1, 3, 7])
add("large_odd", (3, 1021, 33), [1, 2])
add("odd_rows", (37, 1023), [1], (torch.float32, torch.float16, torch.uint8))
add("short_odd_rows", (211, 3), [1], (torch.float32, torch.bfloat16, torch.uint8))
flip.refused("twice", randn(2, 3), "dims", dims=[0, -2])
flip.refused("out_of_range", randn(2, 3), "dims", dims=[2])
