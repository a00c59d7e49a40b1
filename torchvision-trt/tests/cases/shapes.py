"""Operators that move elements or change the shape, static and dynamic."""

import torch
from torch import nn

from suite import D, Family, bools, ints, randn, uniform

shape = Family("shape").case
N, C, H, W = D("n", 2, 5), 6, D("h", 4, 7), D("w", 8, 3)


def exact(name, function, *inputs, **options):
    shape(name, function, *inputs, tolerance="exact", **options)


exact("cat_channels", lambda a, b: torch.cat([a, b], 1), randn(2, 3, 4, 5), randn(2, 6, 4, 5))
exact("cat_negative_axis", lambda a, b, c: torch.cat([a, b, c], -1), randn(2, 3), randn(2, 1), randn(2, 4))
exact("cat_batch_dynamic", lambda a, b: torch.cat([a, b], 0), randn(N, 3), randn(N, 3))
exact("cat_same_twice", lambda a: torch.cat([a, a], 1), randn(N, 3, H))
exact("cat_one", lambda a: torch.cat([a], 1), randn(2, 3))
exact("cat_many", lambda a: torch.cat([a[:, i : i + 1] for i in range(6)][::-1], 1), randn(N, 6, 3))
exact("cat_of_all_before", lambda a, b: (x := torch.cat([a, b], 1), c := x * 2, y := torch.cat([a, b, c], 1), torch.cat([a, b, c, y + 1, a], 1)), randn(N, 3), randn(N, 2))
exact("cat_begins_like_another_dim", lambda a, b: (torch.cat([a, b], 0), torch.cat([a, b, a], 1), torch.cat([a, b], 1), torch.cat([a, b, b], -1)), randn(2, 3), randn(2, 3))
exact("cat_of_mixed_types_before", lambda a, b, c: (torch.cat([a, b]), torch.cat([a, b, c]), torch.cat([a, b, c, a])), ints(2, dtype=torch.int32), ints(N), randn(3))
exact("cat_rounds_to_its_own_type", lambda a, b, c: (torch.cat([a + 4097, b]), torch.cat([a + 4097, b, c])), ints(N), randn(2, dtype=torch.float16), randn(3))
exact("cat_of_nothing_before", lambda a: (torch.cat([torch.zeros(0), a], 1), torch.cat([torch.zeros(0), a, a[:, :0], a], 1)), randn(N, 3))
exact("cat_integers", lambda a, b: torch.cat([a, b], 1), ints(2, 3), ints(2, 2))
shape("cat_promotes", lambda a, b: torch.cat([a, b], 1), ints(2, 3), randn(2, 2))
exact("cat_bools", lambda a, b: torch.cat([a, b], 0), bools(2, 3), bools(1, 3))
exact("stack", lambda a, b: torch.stack([a, b], 1), randn(N, 3), randn(N, 3))
exact("stack_last", lambda a, b: torch.stack([a, b], -1), randn(2, 3), randn(2, 3))

exact("chunk", lambda x: x.chunk(2, 1), randn(N, 6, 3))
exact("chunk_uneven", lambda x: x.chunk(3, 1), randn(2, 7, 3))
exact("chunk_fewer_than_asked", lambda x: x.chunk(4, 0), randn(5, 2))
exact("chunk_raw", lambda x: x.chunk(2, dim=1)[1], randn(2, 6, 3), dialect="raw")
exact("split", lambda x: x.split(2, -1), randn(N, 3, 7))
exact("split_sizes", lambda x: x.split([1, 4, 2], 1), randn(N, 7, 3))
exact("split_only_one_used", lambda x: x.split([1, 4, 2], 1)[1] * 1.0, randn(2, 7))

exact("view_static", lambda x: x.view(6, 4), randn(2, 3, 4))
exact("view_infer", lambda x: x.view(-1, 4), randn(N, 3, 4))
exact("view_infer_batch_kept", lambda x: x.view(x.size(0), -1), randn(N, 3, 4))
exact("view_groups", lambda x: x.view(x.shape[0], 2, 3, x.shape[2], x.shape[3]), randn(N, C, H, W))
exact("view_two_dynamic", lambda x: x.reshape(x.shape[0] * x.shape[2], 6), randn(N, C, H))
exact("view_to_scalar", lambda x: x.view(()), randn(1, 1))
exact("view_from_scalar", lambda x: x.view(1, 1, 1), randn())
exact("view_channel_shuffle", nn.ChannelShuffle(3), randn(2, 6, 4, 4))
exact(
    "view_channel_shuffle_by_hand",
    lambda x: x.view(x.size(0), 2, 3, x.size(2), x.size(3)).transpose(1, 2).contiguous().view(x.size(0), 6, x.size(2), x.size(3)),
    randn(N, C, H, W),
)
exact("reshape_after_transpose", lambda x: x.transpose(1, 2).reshape(-1, 3), randn(N, 3, 4))
exact("reshape_raw", lambda x: x.permute(0, 2, 1).reshape(2, 12), randn(2, 3, 4), dialect="raw")
exact("flatten", nn.Flatten(), randn(N, 3, 4, 5))
exact("flatten_all", lambda x: torch.flatten(x), randn(2, 3, 4))
exact("flatten_middle", lambda x: x.flatten(1, 2), randn(N, 3, H, 5))
exact("flatten_dynamic_spatial", lambda x: x.flatten(2), randn(N, 3, H, W))
exact("flatten_rank_1", lambda x: torch.flatten(x, 0), randn(5))
exact("flatten_raw", nn.Flatten(), randn(2, 3, 4), dialect="raw")
exact("unflatten", lambda x: x.unflatten(1, (2, 3)), randn(N, 6, 4))

exact("transpose", lambda x: x.transpose(1, 2), randn(N, 3, H))
exact("transpose_negative", lambda x: x.transpose(-1, 0), randn(2, 3, 4))
exact("transpose_same_axis", lambda x: x.transpose(1, 1), randn(2, 3))
exact("t", lambda x: x.t(), randn(2, 3))
exact("permute", lambda x: x.permute(0, 2, 3, 1), randn(N, 3, H, W))
exact("permute_negative", lambda x: x.permute(-1, 0, -2), randn(2, 3, 4))
exact("permute_rank_5", lambda x: x.permute(4, 2, 0, 3, 1), randn(1, 2, 3, 4, 5))
exact("permute_back", lambda x: x.permute(0, 2, 1).permute(0, 2, 1), randn(2, 3, 4))

exact("unsqueeze", lambda x: x.unsqueeze(1), randn(N, 3))
exact("unsqueeze_last", lambda x: x.unsqueeze(-1), randn(2, 3))
exact("unsqueeze_front_dynamic", lambda x: x.unsqueeze(0), randn(N, H))
exact("unsqueeze_scalar", lambda x: x.unsqueeze(0), randn())
exact("unsqueeze_twice", lambda x: x[None, :, None], randn(N))
exact("squeeze_axis", lambda x: x.squeeze(1), randn(N, 1, 3))
exact("squeeze_axis_not_one", lambda x: x.squeeze(1), randn(2, 3))
exact("squeeze_all", lambda x: x.squeeze(), randn(1, 3, 1, 4))
exact("squeeze_axes", lambda x: x.squeeze((0, -1)), randn(1, 3, 1))

exact("select", lambda x: x[:, 0], randn(N, 3, 4))
exact("select_last", lambda x: x[:, -1], randn(N, 3, 4))
exact("select_rank_1", lambda x: x[2], randn(5))
exact("select_inception", lambda x: torch.unsqueeze(x[:, 1], 1) * 1.0, randn(N, 3, 4, 4))
exact("slice", lambda x: x[:, 1:3], randn(N, 5, 4))
exact("slice_open", lambda x: x[:, 2:], randn(N, 5))
exact("slice_negative", lambda x: x[..., -3:-1], randn(2, 5))
exact("slice_step", lambda x: x[:, ::2, 1::3], randn(N, 5, 8))
exact("slice_beyond_end", lambda x: x[:, 3:100], randn(2, 5))
exact("slice_dynamic_axis", lambda x: x[:, 1:], randn(2, D("h", 4, 7, 3), 3))
exact("slice_dynamic_axis_negative_end", lambda x: x[:, :-1], randn(2, D("h", 4, 7, 3), 3))
exact("slice_nothing_dropped", lambda x: x[:, 0:5], randn(2, 5))
exact("slice_batch", lambda x: x[:1], randn(N, 5))

exact("expand", lambda x: x.expand(2, 3, 4), randn(3, 1))
exact("expand_dynamic", lambda x, y: x.expand(y.shape[0], -1), randn(1, 3), randn(N, 2))
exact("contiguous_clone", lambda x: x.transpose(0, 1).contiguous().clone(), randn(2, 3))
exact("identity", lambda x: x, randn(N, 3))
exact("same_input_returned_twice", lambda x: (x, x), randn(2, 3))
exact("cast_to_int", lambda x: (x * 10).to(torch.int32), randn(3, 4))
exact("cast_to_int64", lambda x: x.long(), uniform(3, 4, low=-9, high=9))
exact("cast_int_to_float", lambda x: x.float(), ints(3, 4))
exact("cast_bool_to_float", lambda x: x.float(), bools(3, 4))
exact("cast_float_to_bool", lambda x: x.bool(), ints(3, 4, low=-1, high=2, dtype=torch.float32))
exact("cast_to_half", lambda x: x.half(), randn(3, 4))
exact("cast_to_bfloat16_and_back", lambda x: x.bfloat16().float(), randn(3, 4))
exact("outputs_in_dict", lambda x: {"out": x + 0, "aux": {"low": x[:, :1], "high": x[:, 1:]}}, randn(N, 3))
