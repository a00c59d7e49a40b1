"""Products of vectors and matrices with unusual shapes, types and arguments."""

import torch
import torch.nn.functional as F
from torch import nn

from suite import D, Family, bools, ints, randn

product = Family("product").case
N, M = D("n", 2, 5), D("m", 4, 3, 2)
INF, NAN = float("inf"), float("nan")


def exact(name, function, *inputs, **options):
    product(name, function, *inputs, tolerance="exact", **options)


exact("addbmm_integers", lambda a, b, c: torch.addbmm(a, b, c, beta=-2, alpha=3), ints(3, 5), ints(2, 3, 4), ints(2, 4, 5))
product("addbmm_dynamic_batch", torch.addbmm, randn(3, 5), randn(N, 3, 4), randn(N, 4, 5))
product("addbmm_broadcasts_input", lambda a, b, c: a.addbmm(b, c, alpha=-0.5), randn(5), randn(2, 3, 4), randn(2, 4, 5))
product("addbmm_beta_zero_ignores_nan", lambda a, b, c: torch.addbmm(a * NAN, b, c, beta=0), randn(1), randn(2, 3, 1), randn(2, 1, 5))
product("addbmm_in_place_raw", lambda a, b, c: (a + 0).addbmm_(b, c, beta=0.5) + a, randn(3, 5), randn(1, 3, 4), randn(1, 4, 5), dialect="raw")

product("baddbmm_alpha_zero", lambda a, b, c: torch.baddbmm(a, b, c, alpha=0), randn(2, 3, 5), randn(2, 3, 4), randn(2, 4, 5))
product("baddbmm_beta_zero_ignores_nan", lambda a, b, c: torch.baddbmm(a * INF, b, c, beta=0), randn(2, 1, 5), randn(2, 3, 4), randn(2, 4, 5))
product("baddbmm_in_place_raw", lambda a, b, c: (a + 0).baddbmm_(b, c, alpha=-2) - a, randn(N, 3, 5), randn(N, 3, 4), randn(N, 4, 5), dialect="raw")
exact("baddbmm_integers", lambda a, b, c: torch.baddbmm(a, b, c, beta=3, alpha=2), ints(3, 1), ints(2, 3, 4), ints(2, 4, 5))

product("addmv_dynamic", torch.addmv, randn(N), randn(N, M), randn(M))
product("addmv_beta_zero_ignores_nan", lambda a, b, c: torch.addmv(a * NAN, b, c, beta=0, alpha=2.5), randn(3), randn(3, 4), randn(4))
exact("addmv_integers", lambda a, b, c: a.addmv(b, c, beta=3, alpha=-1), ints(3), ints(3, 4), ints(4))
product("addmv_in_place_raw", lambda a, b, c: (a + 0).addmv_(b, c, beta=2) * a, randn(1), randn(1, 4), randn(4), dialect="raw")
product("addmv_half", torch.addmv, randn(5, dtype=torch.float16), randn(5, 7, dtype=torch.float16), randn(7, dtype=torch.float16), tolerance="fp16")

product("addr_dynamic", torch.addr, randn(N, M), randn(N), randn(M))
product("addr_broadcasts_input", lambda a, b, c: a.addr(b, c, alpha=-3), randn(4), randn(3), randn(4))
product("addr_beta_zero_ignores_nan", lambda a, b, c: torch.addr(a * NAN, b, c, beta=0), randn(3, 4), randn(3), randn(4))
exact("addr_integers", lambda a, b, c: torch.addr(a, b, c, beta=2, alpha=-3), ints(3, 4), ints(3), ints(4))
exact("addr_bools", lambda a, b, c: torch.addr(a, b, c, beta=True, alpha=True), bools(3, 4), bools(3), bools(4))
product("addr_in_place_raw", lambda a, b, c: (a + 0).addr_(b, c, beta=0.5) - a, randn(1, 4), randn(1), randn(4), dialect="raw")

product("inner_vectors_dynamic", torch.inner, randn(N), randn(N))
product("inner_scalar", lambda a, b: (torch.inner(a, b), torch.inner(b, a)), randn(), randn(2, 3))
exact("inner_integers", torch.inner, ints(2, 1, 4), ints(3, 2, 4))
product("inner_vector_and_matrices", lambda a, b: a.inner(b), randn(4), randn(3, 2, 4))
product("inner_dynamic_outer", torch.inner, randn(N, 4), randn(M, 4))

product("vecdot_first_dimension", lambda a, b: torch.linalg.vecdot(a, b, dim=0), randn(N, 3), randn(N, 3))
product("vecdot_broadcasts_both", torch.linalg.vecdot, randn(2, 1, 5), randn(3, 1))
product("vecdot_ranks_differ", lambda a, b: torch.linalg.vecdot(a, b, dim=-2), randn(4, 3), randn(2, N, 4, 1))
product("vecdot_one_element", torch.linalg.vecdot, randn(3, 1), randn(3, 1))

product("tensordot_no_dimensions", lambda a, b: torch.tensordot(a, b, 0), randn(2, 3), randn(4))
product("tensordot_all_dimensions", lambda a, b: torch.tensordot(a, b, 2), randn(3, 4), randn(3, 4))
product("tensordot_negative_dimensions", lambda a, b: torch.tensordot(a, b, ([-1, 0], [0, -2])), randn(N, 3, 4), randn(4, N, 2))
product("tensordot_dynamic", lambda a, b: torch.tensordot(a, b, ([0], [1])), randn(M, N), randn(3, M, 2))
exact("tensordot_integers", lambda a, b: torch.tensordot(a, b, ([1], [0])), ints(2, 3, 2), ints(3, 4))
product("tensordot_sizes_of_1", lambda a, b: torch.tensordot(a, b, ([1, 2], [0, 1])), randn(3, 1, 4), randn(1, 4, 1))

product("kron_ranks_differ", lambda a, b: (torch.kron(a, b), torch.kron(b, a)), randn(3), randn(2, 1, 4))
product("kron_scalar", lambda a, b: torch.kron(a, b), randn(), randn(2, 3))
exact("kron_integers", torch.kron, ints(2, 3), ints(3, 2))
product("kron_method_of_one", lambda a, b: a.kron(b), randn(1, 2), randn(3, 1))
product("kron_of_higher_rank", torch.kron, randn(2, 1, 3), randn(1, 4, 2))
exact("kron_truth", torch.kron, bools(2, 2), ints(3))

product("multi_dot_vectors_at_the_ends", lambda a, b, c: torch.linalg.multi_dot([a, b, c]), randn(3), randn(3, 4), randn(4))
product("multi_dot_two", lambda a, b: torch.linalg.multi_dot((a, b)), randn(5, 4), randn(4, 3))
product("multi_dot_first_is_a_vector", lambda a, b, c: torch.linalg.multi_dot([a, b, c]), randn(3), randn(3, 4), randn(4, 2))
product("multi_dot_of_five", lambda a, b: torch.linalg.multi_dot([a, b, a, b, a]), randn(2, 5), randn(5, 2))
product("chain_matmul_one", lambda a: torch.chain_matmul(a) * 2, randn(3, 4))
product("chain_matmul_two", lambda a, b: torch.chain_matmul(a, b), randn(3, 4), randn(4, 1))
product("chain_matmul_four", lambda a, b: torch.chain_matmul(a, b, a, b), randn(2, 7), randn(7, 2))
product("chain_matmul_wide_inside", lambda a, b, c: torch.chain_matmul(a, b, c), randn(2, 4), randn(4, 33), randn(33, 3))
product("chain_matmul_raw", lambda a, b, c: torch.chain_matmul(a, b, c), randn(1, 4), randn(4, 1), randn(1, 2), dialect="raw")

product("matrix_power_one", lambda a: torch.matrix_power(a, 1) + 1, randn(3, 3))
product("matrix_power_two_of_batches", lambda a: torch.linalg.matrix_power(a, 2), randn(N, 2, 3, 3))
product("matrix_power_seven", lambda a: a.matrix_power(7), randn(2, 2))
product("matrix_power_eight", lambda a: torch.linalg.matrix_power(a, 8), randn(3, 3))
product("matrix_power_of_one_element", lambda a: torch.matrix_power(a, 5), randn(2, 1, 1))

product("outer_dynamic", lambda a, b: torch.outer(a, b), randn(N), randn(M))
exact("outer_mixed_types", lambda a, b: (torch.outer(a, b), a.ger(a)), ints(3), randn(1))
exact("outer_bools", torch.outer, bools(3), bools(4))
exact("outer_of_one", lambda a, b: a.outer(b), randn(1), randn(5))

product("weight_norm", lambda v, g: torch._weight_norm(v, g), randn(4, 3, 2), randn(4, 1, 1))
product("weight_norm_last_dimension", lambda v, g: torch._weight_norm(v, g, 2), randn(4, 3, 2), randn(1, 1, 2))
product("weight_norm_interface", lambda v, g: torch.ops.aten._weight_norm_interface(v, g, 0)[0], randn(4, 3), randn(4, 1))
product("weight_norm_vector", lambda v, g: torch._weight_norm(v, g, 0), randn(5), randn(5))
product("weight_norm_of_all", nn.utils.parametrizations.weight_norm(nn.Linear(4, 3), dim=None), randn(N, 4))
product("weight_norm_of_linear", nn.utils.parametrizations.weight_norm(nn.Linear(4, 3)), randn(N, 4))

trilinear = torch._trilinear
product("trilinear_of_bilinear", lambda a, w, b: trilinear(a, w, b, [1, 3], [0], [1, 2], [2, 3]), randn(5, 4), randn(3, 4, 2), randn(5, 2))
product("trilinear_nothing_summed", lambda a, b, c: trilinear(a, b, c, [1, 2], [0, 2], [0, 1], []), randn(2), randn(3), randn(4))
product("trilinear_all_summed", lambda a, b, c: trilinear(a, b, c, [], [], [], [0, 1]), randn(2, 3), randn(2, 3), randn(2, 3))
product("trilinear_attention", lambda a, b, c: trilinear(a, b, c, [2], [1], [0], [3]), randn(2, 5, 7), randn(2, 3, 7), randn(5, 3, 7))
product("bilinear_of_one_feature", lambda a, b, w, c: F.bilinear(a, b, w, c), randn(N, 2, 1), randn(N, 2, 3), randn(1, 1, 3), randn(1))
product("trilinear_core", lambda a, b, w: F.bilinear(a, b, w), randn(4, 3), randn(4, 2), randn(5, 3, 2), dialect="core")

product("conv_tbc_no_padding", lambda x, w, b: torch.conv_tbc(x, w, b), randn(9, 2, 3), randn(4, 3, 5), randn(5))
product("conv_tbc_more_padding", lambda x, w, b: torch.conv_tbc(x, w, b, 3), randn(2, 2, 3), randn(3, 3, 4), randn(4))
product("conv_tbc_kernel_of_one", lambda x, w, b: torch.conv_tbc(x, w, b), randn(5, 1, 3), randn(1, 3, 2), randn(2))
product("conv_tbc_one_channel", lambda x, w, b: torch.conv_tbc(x, w, b, 1), randn(7, 3, 1), randn(3, 1, 1), randn(1))
