"""Rows of tables by index."""

import torch
import torch.nn.functional as F
from torch import nn

from suite import D, Family, ints, randn

embedding = Family("embedding").case
N = D("n", 2, 5)


def rows(*shape, dtype=torch.int64):
    return ints(*shape, low=0, high=9, dtype=dtype)


def exact(name, function, *inputs, **options):
    embedding(name, function, *inputs, tolerance="exact", **options)


exact("module", nn.Embedding(9, 4), rows(N, 3))
exact("padding_row_is_read_as_it_is", nn.Embedding.from_pretrained(torch.randn(9, 4), padding_idx=2), rows(2, 7))
exact("padding_idx", nn.Embedding(9, 4, padding_idx=-1), rows(3, 5))
exact("vector", nn.Embedding(9, 4), rows(5))
exact("one_index", nn.Embedding(9, 4), rows())
exact("rank_4", nn.Embedding(9, 4), rows(2, 1, 3, 2))
exact("int32_indices", nn.Embedding(9, 4), rows(2, 3, dtype=torch.int32))
exact("functional", lambda i, w: F.embedding(i, w), rows(N, 3), randn(9, 4))
exact("functional_scaled_gradient_and_padding", lambda i, w: F.embedding(i, w, padding_idx=3, scale_grad_by_freq=True), rows(2, 3), randn(9, 4))
exact("computed_index", lambda i, w: F.embedding((i * 2) % 9, w), rows(2, 3), randn(9, 4))
exact("integer_table", lambda i, w: F.embedding(i, w), rows(2, 3), ints(9, 4))
exact("core", nn.Embedding(9, 4), rows(2, 3), dialect="core")
exact("raw", nn.Embedding(9, 4), rows(2, 3), dialect="raw")
embedding("positions_added", lambda i, t=nn.Embedding(9, 4), p=nn.Embedding(6, 4): t(i) + p(torch.arange(i.shape[1])), rows(N, D("_l", 5, 3, 2, 6)))

bag = Family("embedding_bag").case
for mode in ("sum", "mean", "max"):
    bag(f"{mode}_rank_2", nn.EmbeddingBag(9, 4, mode=mode), rows(N, 3))
    bag(f"{mode}_one_index_a_bag", nn.EmbeddingBag(9, 4, mode=mode), rows(3, 1))
    bag(f"{mode}_offsets", lambda i, m=nn.EmbeddingBag(9, 4, mode=mode): m(i, torch.tensor([0, 2, 5])), rows(8))
    bag(f"{mode}_offsets_empty_bag", lambda i, m=nn.EmbeddingBag(9, 4, mode=mode): m(i, torch.tensor([0, 3, 3, 7])), rows(8))
    bag(f"{mode}_last_offset", lambda i, m=nn.EmbeddingBag(9, 4, mode=mode, include_last_offset=True): m(i, torch.tensor([0, 2, 8])), rows(8))
    bag(f"{mode}_core", nn.EmbeddingBag(9, 4, mode=mode), rows(2, 3), dialect="core")
bag("weighted", lambda i, w, m=nn.EmbeddingBag(9, 4, mode="sum"): m(i, per_sample_weights=w), rows(N, 3), randn(N, 3))
bag("weighted_offsets", lambda i, w, m=nn.EmbeddingBag(9, 4, mode="sum"): m(i, torch.tensor([0, 1, 6]), w), rows(8), randn(8))
bag("padding_idx", nn.EmbeddingBag(9, 4, mode="mean", padding_idx=2), rows(3, 6))
bag("padding_idx_sum", nn.EmbeddingBag(9, 4, mode="sum", padding_idx=2), rows(3, 6))
bag("padding_idx_max", nn.EmbeddingBag(9, 4, mode="max", padding_idx=2), rows(3, 6))
bag("all_padding", lambda i, m=nn.EmbeddingBag(9, 4, mode="mean", padding_idx=2): m(i * 0 + 2), rows(3, 6))
bag("functional", lambda i, w: F.embedding_bag(i, w, mode="mean"), rows(N, 3), randn(9, 4))
