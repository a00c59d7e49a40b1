"""What users of other converters reported as wrong about shapes, parts and indices, each named after the behaviour."""

import torch
import torch.nn.functional as F
from torch import nn

from suite import D, Family, ints, randn

reported = Family("reported").case
N = D("n", 2, 5)


def exact(name, function, *inputs, **options):
    reported(name, function, *inputs, tolerance="exact", **options)


exact("view_with_batch_above_one", lambda x: x.view(x.shape[0], -1), randn(3, 4, 5))
exact("view_that_changes_the_batch", lambda x: x.view(-1, 5), randn(3, 4, 5))
exact("flatten_takes_the_batch_too", lambda x: torch.flatten(x), randn(N, 4))
exact("reshape_after_permute", lambda x: x.permute(0, 2, 3, 1).reshape(x.size(0), -1, 4), randn(N, 8, 3, 3))
exact("squeeze_leaves_a_batch_of_one", lambda x: x.squeeze(-1), randn(1, 3, 1))
exact("unsqueeze_before_the_batch", lambda x: x.unsqueeze(0), randn(N, 3))
exact("getitem_negative_start", lambda x: x[:, -3:], randn(N, 5))
exact("getitem_negative_start_and_end", lambda x: x[:, -4:-1], randn(2, 5))
exact("getitem_negative_index", lambda x: x[:, -1], randn(N, 5, 2))
exact("getitem_none_and_ellipsis", lambda x: x[:, None, ..., 0], randn(N, 5, 2))
exact("getitem_of_the_batch", lambda x: x[1:], randn(3, 5))
exact("getitem_index_tensor", lambda x: x[:, torch.tensor([2, 0])], randn(N, 5))
exact("getitem_step_beyond_the_end", lambda x: x[:, ::7], randn(N, 5))
exact("cat_along_the_batch", lambda x, y: torch.cat([x, y], 0), randn(N, 3), randn(N, 3))
exact("cat_negative_axis", lambda x, y: torch.cat([x, y], -1), randn(N, 3), randn(N, 2))
exact("cat_of_mixed_types", lambda x, y: torch.cat([x, y], 1), randn(N, 3), ints(N, 3, dtype=torch.int32))
exact("stack_first_axis", lambda x, y: torch.stack([x, y], 0), randn(N, 3), randn(N, 3))
exact("split_of_the_batch", lambda x: x.split(2, 0), randn(5, 3))
exact("split_that_leaves_a_rest", lambda x: x.split(3, -1), randn(N, 7))
exact("chunk_that_does_not_divide", lambda x: torch.chunk(x, 3, 1), randn(N, 7))
exact("narrow_of_the_batch", lambda x: x.narrow(0, 1, 2), randn(4, 3))
exact("transpose_negative_axes", lambda x: x.transpose(-1, -2), randn(N, 3, 4))
exact("transpose_of_the_batch", lambda x: x.transpose(0, 1), randn(N, 3, 4))
exact("permute_of_the_batch", lambda x: x.permute(1, 0, 2), randn(N, 3, 4))
exact("roll_without_axes", lambda x: torch.roll(x, 1), randn(3, 4))
exact("roll_beyond_the_size", lambda x: torch.roll(x, -9, 1), randn(N, 4))
exact("expand_of_the_batch", lambda x: x.expand(4, -1, -1), randn(1, 3, 2))
exact("meshgrid_heeds_its_indexing", lambda x, y: torch.meshgrid(x, y, indexing="xy"), randn(3), randn(4))
exact("gather_of_non_square", lambda x, i: x.gather(1, i), randn(2, 5), ints(2, 3, low=0, high=5))
exact("sizes_are_not_baked_in", lambda x: x.new_zeros(x.size(0), 2) + x.size(0) * x.shape[0], randn(N, 3))
exact("constants_are_not_taken_for_inputs", lambda x: x + torch.tensor([1.0, 2.0, 3.0])[None].expand(x.size(0), -1), randn(N, 3))
exact("empty_size_from_a_slice", lambda x: x[:, 5:].flatten(1), randn(2, 5, 2))
exact("in_place_after_a_view_was_taken", lambda x: (lambda y: (lambda v: (y.add_(1), v)[1])(y[:, 0]))(x * 1), randn(3, 2), dialect="raw")


class Embedding(nn.Module):
    def __init__(self, *sizes, **options):
        super().__init__()
        self.table = nn.Embedding(*sizes, **options)
        nn.init.normal_(self.table.weight)

    def forward(self, x):
        return self.table(x)


exact("embedding_padding_row_keeps_its_values", Embedding(6, 3, padding_idx=2), ints(N, 4, low=0, high=6))
exact("embedding_of_one_index", Embedding(6, 3), ints(low=0, high=6))
exact("embedding_of_short_integers", Embedding(6, 3), ints(4, low=0, high=6, dtype=torch.int32))
exact("embedding_of_many_dimensions", Embedding(6, 1), ints(2, 3, 2, low=0, high=6))
exact("embedding_then_sum", lambda x: F.embedding(x, torch.eye(5), padding_idx=-1).sum(1), ints(N, 3, low=0, high=5))
exact("embedding_table_that_is_an_input", lambda x, w: F.embedding(x, w), ints(2, 3, low=0, high=4), randn(4, N))
exact("type_of_another", lambda x, y: x.type_as(y), randn(3, 4), ints(2, dtype=torch.int32))
