"""Operations on the bits of integers."""

import torch

from suite import D, Family, bools, ints

bits = Family("bits").case
N = D("n", 2, 5)
FUNCTIONS = {"and": torch.bitwise_and, "or": torch.bitwise_or, "xor": torch.bitwise_xor}
WIDE = 2**62

for name, function in FUNCTIONS.items():
    bits(f"{name}_int64", function, ints(N, 30, low=-WIDE, high=WIDE), ints(30, low=-WIDE, high=WIDE))
    bits(f"{name}_int32", function, ints(N, 1, 30, low=-(2**31), high=2**31, dtype=torch.int32), ints(4, 30, low=-(2**31), high=2**31, dtype=torch.int32))
    bits(f"{name}_uint8", function, ints(40, low=0, high=256, dtype=torch.uint8), ints(3, 40, low=0, high=256, dtype=torch.uint8))
    bits(f"{name}_mixed", function, ints(40, low=-50, high=50, dtype=torch.int32), ints(40, low=-WIDE, high=WIDE))
    bits(f"{name}_truth", function, bools(N, 40), bools(40))
    bits(f"{name}_truth_and_integers", function, bools(40), ints(40))
    bits(f"{name}_number", lambda x, f=function: f(x, 0b1011), ints(N, 20, low=-99, high=99))
    bits(f"{name}_negative_number", lambda x, f=function: f(x, -6), ints(20, low=-99, high=99))
    bits(f"{name}_number_first", lambda x, f=function: f(12, x), ints(20, low=-99, high=99))
    bits(f"{name}_0d", function, ints(low=-99, high=99), ints(low=-99, high=99))
bits("operators", lambda a, b: (a & b, a | b, a ^ b, 5 & a, 5 | a, 5 ^ a, ~a), ints(N, 9), ints(9))
bits("in_place_raw", lambda a, b: (a.clone().bitwise_and_(b), a.clone().bitwise_or_(3), a.clone().bitwise_xor_(b)), ints(9), ints(9), dialect="raw")
bits("not_int32", torch.bitwise_not, ints(N, 9, dtype=torch.int32))
bits("not_truth", torch.bitwise_not, bools(N, 9))
bits("not_in_place", lambda a: (b := a.clone()).bitwise_not_() + b, ints(9))
for name, function in {"left": torch.bitwise_left_shift, "right": torch.bitwise_right_shift}.items():
    bits(f"{name}_shift", function, ints(N, 30, low=-(2**40), high=2**40), ints(30, low=0, high=64))
    bits(f"{name}_shift_int32", function, ints(N, 30, low=-(2**31), high=2**31, dtype=torch.int32), ints(30, low=0, high=32, dtype=torch.int32))
    bits(f"{name}_shift_uint8", function, ints(30, low=0, high=256, dtype=torch.uint8), ints(30, low=0, high=8, dtype=torch.uint8))
    bits(f"{name}_shift_too_far", function, ints(30, low=-99, high=99), ints(30, low=-5, high=70))
    bits(f"{name}_shift_number", lambda x, f=function: f(x, 3), ints(N, 30, low=-99, high=99))
    bits(f"{name}_shift_of_number", lambda x, f=function: f(-77, x), ints(30, low=0, high=9))
bits("shift_operators", lambda a, b: (a << b, a >> b, a << 2, a >> 1), ints(N, 9), ints(9, low=0, high=9))
bits("shift_in_place_raw", lambda a: (b := a.clone(), b.__ilshift__(3), b.__irshift__(1), b + a)[3], ints(9), dialect="raw")
