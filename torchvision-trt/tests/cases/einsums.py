"""Einstein summation: many equations."""

import torch

from suite import D, Family, ints, randn, uniform

einsum = Family("einsum").case
N, M = D("n", 2, 5), D("_m", 4, 3, 2)


def of(name, equation, *inputs, **options):
    einsum(name, lambda *tensors: torch.einsum(equation, *tensors), *inputs, **options)


of("product", "ij,jk->ik", randn(3, 4), randn(4, 5))
of("implicit", "ij,jk", randn(3, 4), randn(4, 5))
of("implicit_sorted", "ba", randn(3, 4))
of("capitals_and_blanks", "B h I d, B h J d -> B h I J", randn(2, 3, 4, 5), randn(2, 3, 6, 5))
of("transpose", "ij->ji", randn(N, 3))
of("permute", "bijk->bkji", randn(N, 3, 4, 5))
of("total", "ij->", randn(3, 4))
of("row_sums", "ij->i", randn(N, 4))
of("batch_product", "bij,bjk->bik", randn(N, 3, 4), randn(N, 4, 5))
of("element_by_element", "ij,ij->ij", randn(3, 4), randn(3, 4))
of("outer", "i,j->ij", randn(N), randn(4))
# Of positive numbers: the sum of others may be near zero, and half precision shows.
of("dot", "i,i->", uniform(5), uniform(5))
of("matrix_vector", "ij,j->i", randn(3, 4), randn(4))
of("broadcast_scale", "bchw,c->bchw", randn(N, 3, 4, 5), randn(3))
of("relative_positions", "bhwc,hkc->bhwk", randn(N, 4, 5, 3), randn(4, 6, 3))
of("attention_scores", "bhqd,bhkd->bhqk", randn(N, 2, M, 4), randn(N, 2, M, 4))
of("sum_over_two", "bij,bjk->b", randn(2, 3, 4), randn(2, 4, 5))
of("two_contractions", "abcd,cdef->abef", randn(2, 3, 4, 2), randn(4, 2, 3, 2))
of("ellipsis", "...ij,...jk->...ik", randn(2, 3, 4, 5), randn(2, 3, 5, 2))
of("ellipsis_of_different_ranks", "...ij,...jk->...ik", randn(2, 3, 4, 5), randn(3, 5, 2))
of("ellipsis_broadcasts_ones", "...ij,...jk->...ik", randn(2, 1, 4, 5), randn(1, 3, 5, 2))
of("ellipsis_in_one", "...d,de->...e", randn(N, 3, 4), randn(4, 5))
of("ellipsis_summed", "...ij->ij", randn(2, 3, 4, 5))
of("ellipsis_implicit", "...i,...i", randn(2, 3, 4), randn(2, 3, 4))
of("ellipsis_empty", "...ij,...jk->...ik", randn(3, 4), randn(4, 5))
of("ellipsis_in_the_middle", "b...c,cd->b...d", randn(2, 3, 4, 5), randn(5, 6))
of("letter_broadcasts_one", "ij,ij->ij", randn(3, 1), randn(3, 4))
of("contracted_letter_broadcasts_one", "ij,jk->ik", randn(3, 1), randn(4, 5))
of("diagonal", "ii->i", randn(4, 4))
of("trace", "ii->", uniform(4, 4))
of("batch_diagonal", "bii->bi", randn(N, 4, 4))
of("batch_trace", "...ii->...", randn(2, 3, 4, 4))
of("diagonal_times", "ii,ij->j", randn(4, 4), randn(4, 3))
of("three", "ij,jk,kl->il", randn(2, 3), randn(3, 4), randn(4, 5))
of("three_elementwise", "bi,bi,bi->b", randn(N, 4), randn(N, 4), randn(N, 4))
of("three_bilinear", "bn,anm,bm->ba", randn(N, 3), randn(4, 3, 5), randn(N, 5))
of("four", "ai,bi,ci,di->abcd", randn(2, 3), randn(3, 3), randn(2, 3), randn(4, 3))
of("same_operand_twice_letters", "ij,ij->", randn(3, 4), randn(3, 4))
of("integers", "ij,jk->ik", ints(3, 4), ints(4, 5), tolerance="exact")
of("core", "bij,bjk->bik", randn(2, 3, 4), randn(2, 4, 5), dialect="core")
of("raw", "bhqd,bhkd->bhqk", randn(2, 2, 3, 4), randn(2, 2, 5, 4), dialect="raw")
of("half", "ij,jk->ik", randn(3, 4, dtype=torch.float16), randn(4, 5, dtype=torch.float16), tolerance="fp16")
einsum("same_tensor_twice", lambda x: torch.einsum("bi,bj->bij", x, x), randn(N, 4))
einsum("sublists", lambda a, b: torch.einsum(a, [0, 1], b, [1, 2], [0, 2]), randn(3, 4), randn(4, 5))
