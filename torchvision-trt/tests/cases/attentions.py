"""Attention as a function, as a module and in transformer layers."""

import torch
import torch.nn.functional as F
from torch import nn

from suite import D, Family, bools, randn

attention = Family("attention").case
N, L, S = D("n", 2, 3), D("_l", 5, 7, 2), D("_s", 6, 4, 2)
sdpa = F.scaled_dot_product_attention


def heads(length=5, width=4, count=2, batch=N):
    return randn(batch, count, length, width)


attention("plain", lambda q, k, v: sdpa(q, k, v), heads(), heads(6), heads(6, 3))
attention("rank_3", lambda q, k, v: sdpa(q, k, v), randn(2, 5, 4), randn(2, 6, 4), randn(2, 6, 3))
attention("rank_2", lambda q, k, v: sdpa(q, k, v), randn(5, 4), randn(6, 4), randn(6, 3))
attention("scale", lambda q, k, v: sdpa(q, k, v, scale=0.7), heads(), heads(), heads())
attention("negative_scale", lambda q, k, v: sdpa(q, k, v, scale=-0.5), heads(), heads(), heads())
attention("causal", lambda q, k, v: sdpa(q, k, v, is_causal=True), heads(), heads(), heads())
attention("causal_longer_keys", lambda q, k, v: sdpa(q, k, v, is_causal=True), heads(4), heads(7), heads(7))
attention("causal_longer_queries", lambda q, k, v: sdpa(q, k, v, is_causal=True), heads(7), heads(4), heads(4))
attention("causal_dynamic", lambda q, k, v: sdpa(q, k, v, is_causal=True), heads(L), heads(S), heads(S))
attention("dynamic_length", lambda q, k, v: sdpa(q, k, v), heads(L), heads(S), heads(S))
attention("mask_bool", lambda q, k, v, m: sdpa(q, k, v, m | torch.eye(5, dtype=torch.bool)), heads(), heads(), heads(), bools(5, 5))
attention("mask_bool_broadcast", lambda q, k, v, m: sdpa(q, k, v, m | torch.eye(5, dtype=torch.bool)), heads(), heads(), heads(), bools(N, 1, 1, 5))
attention("mask_float", lambda q, k, v, m: sdpa(q, k, v, m), heads(), heads(6), heads(6), randn(N, 1, 5, 6))
attention("mask_minus_infinity", lambda q, k, v, m: sdpa(q, k, v, torch.where(m > 1, -torch.inf, m)), heads(), heads(6), heads(6), randn(5, 6))
attention("mask_that_hides_all", lambda q, k, v, m: sdpa(q, k, v, m & False), heads(), heads(), heads(), bools(5, 5))
attention("mask_that_hides_one_row", lambda q, k, v, m: sdpa(q, k, v, torch.arange(5)[:, None] > 0), heads(), heads(), heads(), bools(1))
attention("grouped_queries", lambda q, k, v: sdpa(q, k, v, enable_gqa=True), heads(count=6), heads(count=2), heads(count=2))
attention("grouped_queries_causal", lambda q, k, v: sdpa(q, k, v, is_causal=True, enable_gqa=True), heads(count=4), heads(count=1), heads(count=1))
attention("keys_broadcast", lambda q, k, v: sdpa(q, k, v), heads(batch=2), heads(batch=1), heads(batch=1))
attention("core", lambda q, k, v: sdpa(q, k, v), heads(batch=2), heads(batch=2), heads(batch=2), dialect="core")
attention("core_masked", lambda q, k, v, m: sdpa(q, k, v, m), heads(batch=2), heads(batch=2), heads(batch=2), randn(5, 5), dialect="core")
attention("raw_causal", lambda q, k, v: sdpa(q, k, v, is_causal=True), heads(batch=2), heads(batch=2), heads(batch=2), dialect="raw")
half = {"dtype": torch.float16}
attention("half", lambda q, k, v: sdpa(q, k, v), randn(2, 2, 5, 4, **half), randn(2, 2, 6, 4, **half), randn(2, 2, 6, 3, **half), tolerance="fp16")
attention("half_causal", lambda q, k, v: sdpa(q, k, v, is_causal=True), randn(2, 2, 5, 4, **half), randn(2, 2, 5, 4, **half), randn(2, 2, 5, 4, **half), tolerance="fp16")
attention("half_mask_that_hides", lambda q, k, v, m: sdpa(q, k, v, m & False), randn(2, 2, 5, 4, **half), randn(2, 2, 5, 4, **half), randn(2, 2, 5, 4, **half), bools(5, 5), tolerance="fp16")


def multihead(**options):
    return nn.MultiheadAttention(8, 2, **options)


def weights_too(name, module, *inputs, call=lambda m, x: m(x, x, x), **options):
    attention(name, lambda *tensors: call(module.eval(), *tensors), *inputs, **options)


weights_too("multihead", multihead(batch_first=True), randn(N, 5, 8))
weights_too("multihead_sequence_first", multihead(), randn(5, N, 8))
weights_too("multihead_no_weights", multihead(batch_first=True), randn(N, 5, 8), call=lambda m, x: m(x, x, x, need_weights=False)[0])
weights_too("multihead_weights_of_each_head", multihead(batch_first=True), randn(N, 5, 8), call=lambda m, x: m(x, x, x, average_attn_weights=False))
weights_too("multihead_unbatched", multihead(), randn(5, 8))
weights_too("multihead_cross", multihead(batch_first=True, kdim=6, vdim=7), randn(N, 5, 8), randn(N, 4, 6), randn(N, 4, 7), call=lambda m, q, k, v: m(q, k, v))
weights_too("multihead_no_bias", multihead(batch_first=True, bias=False), randn(N, 5, 8))
weights_too("multihead_extra_key", multihead(batch_first=True, add_bias_kv=True, add_zero_attn=True), randn(2, 5, 8))
weights_too("multihead_key_mask", multihead(batch_first=True), randn(2, 5, 8), call=lambda m, x: m(x, x, x, key_padding_mask=torch.tensor([[0, 0, 0, 1, 1], [0, 1, 0, 0, 0]]).bool()))
weights_too("multihead_float_mask", multihead(batch_first=True), randn(2, 5, 8), randn(5, 5), call=lambda m, x, a: m(x, x, x, attn_mask=a, need_weights=False)[0])
weights_too("multihead_causal", multihead(batch_first=True), randn(N, 5, 8), call=lambda m, x: m(x, x, x, attn_mask=nn.Transformer.generate_square_subsequent_mask(5), is_causal=True, need_weights=False)[0])
weights_too("multihead_dynamic_length", multihead(batch_first=True), randn(N, L, 8))
weights_too("multihead_core", multihead(batch_first=True), randn(2, 5, 8), dialect="core")

layer = {"d_model": 8, "nhead": 2, "dim_feedforward": 12, "batch_first": True}
attention("encoder_layer", nn.TransformerEncoderLayer(**layer), randn(N, 5, 8))
attention("encoder_layer_norm_first_gelu", nn.TransformerEncoderLayer(**layer, norm_first=True, activation="gelu"), randn(N, L, 8))
attention("encoder_layer_raw", nn.TransformerEncoderLayer(**layer), randn(2, 5, 8), dialect="raw")
attention("encoder", nn.TransformerEncoder(nn.TransformerEncoderLayer(**layer), 2, enable_nested_tensor=False), randn(N, 5, 8))
attention("decoder_layer", nn.TransformerDecoderLayer(**layer), randn(N, 5, 8), randn(N, 6, 8))
attention("transformer", nn.Transformer(8, 2, 1, 1, 12, batch_first=True), randn(2, 5, 8), randn(2, 4, 8))


# What SDPA becomes in core ATen when a program is exported on a GPU. PyTorch has no CPU kernel for it: the plain one computes here.
# (Its siblings for flash attention and cuDNN give integers as well, with which torch.export cannot save a program.)
def plain(q, k, v, bias, log_sums, dropout_p=0.0, is_causal=False, *, scale=None):
    none = torch.empty(0)
    return sdpa(q, k, v, bias, is_causal=is_causal, scale=scale), none, none, none


torch.library.impl("aten::_scaled_dot_product_efficient_attention", "CPU")(plain)
efficient = torch.ops.aten._scaled_dot_product_efficient_attention
attention("efficient", lambda q, k, v: efficient(q, k, v, None, False)[0], heads(), heads(6), heads(6))
attention("efficient_causal", lambda q, k, v: efficient(q, k, v, None, False, 0.0, True, scale=0.3)[0], heads(), heads(), heads())
attention("efficient_masked", lambda q, k, v, m: efficient(q, k, v, m, False)[0], heads(), heads(6), heads(6), randn(N, 2, 5, 6))
attention("efficient_dynamic_lengths", lambda q, k, v: efficient(q, k, v, None, False, scale=-0.5)[0], heads(L), heads(S), heads(S))
attention("efficient_mask_hides", lambda q, k, v, m: efficient(q, k, v, m.masked_fill(m > 0, -torch.inf), False)[0], heads(), heads(6), heads(6), randn(5, 6))
attention("efficient_causal_dynamic_raw", lambda q, k, v: efficient(q, k, v, None, True, 0.0, True)[0], heads(L), heads(L), heads(L), dialect="raw")
