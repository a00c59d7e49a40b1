"""Arithmetic with broadcasting, scalars and mixed element types."""

import torch

from suite import D, Family, bools, ints, randn, uniform

arith = Family("arith").case
N = D("n", 2, 5)

arith("add", torch.add, randn(2, 3, 4), randn(2, 3, 4))
arith("add_broadcast", lambda a, b: a + b, randn(2, 3, 4), randn(4))
arith("add_broadcast_both", lambda a, b: a + b, randn(2, 1, 4), randn(3, 1))
arith("add_broadcast_dynamic", lambda a, b: a + b, randn(N, 3, 4), randn(1, 4))
arith("add_alpha", lambda a, b: torch.add(a, b, alpha=-2.5), randn(3, 4), randn(3, 4))
arith("add_scalar", lambda a: a + 1.25, randn(3, 4))
arith("add_scalar_alpha", lambda a: torch.add(a, 3, alpha=2), randn(3, 4))
arith("add_integer_scalar_to_float", lambda a: a + 2, randn(3, 4))
arith("add_float_scalar_to_integer", lambda a: a + 2.5, ints(3, 4))
arith("add_integers", lambda a, b: a + b, ints(3, 4), ints(3, 4))
arith("add_int32_int64", lambda a, b: a + b, ints(3, 4, dtype=torch.int32), ints(3, 4))
arith("add_integer_alpha", lambda a, b: torch.add(a, b, alpha=3), ints(3, 4), ints(4))
arith("add_float_and_integer", lambda a, b: a + b, randn(3, 4), ints(3, 4))
arith("add_float_and_bool", lambda a, b: a + b, randn(3, 4), bools(3, 4))
arith("add_half_and_float", lambda a, b: a + b, randn(3, 4, dtype=torch.float16), randn(3, 4))
arith("add_scalar_tensor_keeps_half", lambda a, b: a + b, randn(3, 4, dtype=torch.float16), randn(), tolerance="fp16")
arith("add_with_itself", lambda a: a + a, randn(3, 4))
arith("add_scalars", lambda a, b: a + b, randn(), randn())
arith("add_rank_5", lambda a, b: a + b, randn(1, 2, 3, 4, 5), randn(4, 1))

arith("sub", lambda a, b: a - b, randn(2, 3), randn(3))
arith("sub_alpha", lambda a, b: torch.sub(a, b, alpha=0.5), randn(2, 3), randn(2, 3))
arith("rsub", lambda a: 1 - a, randn(N, 3))
arith("rsub_alpha", lambda a: torch.rsub(a, 3.0, alpha=2), randn(4, 3))

arith("mul", lambda a, b: a * b, randn(2, 3, 4), randn(2, 3, 4))
arith("mul_squeeze_excitation", lambda a, b: a * b, randn(N, 8, 5, 6), randn(N, 8, 1, 1))
arith("mul_scalar", lambda a: a * -0.5, randn(3, 4))
arith("mul_integer_scalar", lambda a: a * 3, ints(3, 4))
arith("mul_integer_by_float_scalar", lambda a: a * 0.5, ints(3, 4, dtype=torch.int32))
arith("mul_bool_and_float", lambda a, b: a * b, bools(3, 4), randn(3, 4))
arith("mul_bools", lambda a, b: a * b, bools(3, 4), bools(3, 4))

arith("div", lambda a, b: a / b, randn(2, 3), uniform(3, low=0.5, high=2))
arith("div_scalar", lambda a: a / 3, randn(N, 3))
arith("div_integers_gives_float", lambda a, b: a / b, ints(3, 4), ints(3, 4, low=1))
arith("div_integer_by_scalar", lambda a: a / 4, ints(3, 4))

arith("chain", lambda a, b: (a * 2 + b) * (a - b / 2) + 0.5, randn(N, 3, 4), randn(3, 4))
arith("constant_tensor", lambda a: a + torch.tensor([1.0, -2.0, 3.0]), randn(N, 3))
arith("float64", lambda a: (a * 2 + 1).to(torch.float32), randn(3, 4, dtype=torch.float64))
arith("half", lambda a, b: a * b + a, randn(3, 4, dtype=torch.float16), randn(3, 4, dtype=torch.float16), tolerance="fp16")
arith("bfloat16", lambda a, b: a * b + a, randn(3, 4, dtype=torch.bfloat16), randn(3, 4, dtype=torch.bfloat16), tolerance="bf16")
