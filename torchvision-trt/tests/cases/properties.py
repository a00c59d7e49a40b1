"""Programs for any size: the test draws sizes and values by itself, besides those of the golden sets, and computes what is right in
properties.rs, which has a line for each of these."""

import torch
import torch.nn.functional as F

from suite import D, Family, bools, ints, randn, uniform

any_size = Family("property").case
A, B, C = D("a", 3, 5), D("b", 4, 2), D("c", 7, 3)
# Sizes that guards look at.
H, W = D("_h", 9, 13, 4, 40), D("_w", 12, 8, 4, 40)

any_size("add", lambda x, y: x + y, randn(A, 1, C), randn(B, C))
any_size("sub_alpha", lambda x, y: torch.sub(x, y, alpha=2.5), randn(B, C), randn(A, 1, 1))
any_size("mul_integers", lambda x, y: x * y, ints(A, B), ints(A, 1))
any_size("mul_mixed", lambda x, y: x * y, ints(B, 1), randn(A, 1, C))
any_size("div", lambda x, y: x / y, randn(A, 1), uniform(B, low=0.5, high=2.0))
any_size("floor_divide", lambda x, y: x // (y.abs() + 1), ints(A, B), ints(B))
any_size("remainder", lambda x, y: x % (y.abs() + 1), ints(A, B), ints(A, 1))
any_size("maximum", lambda x, y: torch.maximum(x, y), randn(A, 1, B), randn(C, B))
any_size("where", lambda c, x, y: torch.where(c, x, y), bools(A, 1), randn(B), randn(A, B))
any_size("less", lambda x, y: x < y, randn(A, B), randn(1, B))
any_size("outer", lambda x, y: x[:, None] - y, randn(A), randn(B))

any_size("sum", lambda x: x.sum((0, 2)), randn(A, B, C))
any_size("sum_keepdim", lambda x: x.sum(-2, keepdim=True), randn(A, B, C))
any_size("sum_all", lambda x: x.sum(), randn(A, B))
any_size("sum_integers", lambda x: x.sum(1), ints(A, B))
any_size("mean", lambda x: x.mean((1, 2)), randn(A, B, C))
any_size("amax", lambda x: x.amax((0, -1), keepdim=True), randn(A, B, C))
any_size("prod", lambda x: x.prod(1), uniform(A, B, low=0.5, high=1.5))
any_size("argmax", lambda x: x.argmax(1), randn(A, B))
any_size("var", lambda x: x.var((0, 2), unbiased=False), randn(A, B, C))
any_size("any", lambda x: x.any(1), bools(A, B))
any_size("softmax", lambda x: x.softmax(1), randn(A, B, C))
any_size("cumsum", lambda x: x.cumsum(0), randn(A, B))
any_size("norm", lambda x: torch.linalg.vector_norm(x, dim=1), randn(A, B))

any_size("slice", lambda x: x[1:3, ::2], randn(H, W))
any_size("slice_end", lambda x: x[..., -3:], randn(A, W))
any_size("slice_inner", lambda x: x[:, 1:-1], randn(A, W))
any_size("select", lambda x: x[:, -1], randn(A, B, C))
any_size("narrow", lambda x: x.narrow(0, 1, 3), randn(H, B))
any_size("flip", lambda x: x.flip(0, 2), randn(A, B, C))
any_size("roll", lambda x: x.roll((1, -2), (0, 1)), randn(H, W))
any_size("transpose_flatten", lambda x: x.transpose(0, 1).flatten(1), randn(A, B, C))
any_size("cat", lambda x, y: torch.cat([x, y, x], 1), randn(A, B), randn(A, C))
any_size("stack", lambda x, y: torch.stack([x, y], -1), randn(A, B), randn(A, B))

any_size("pad_constant", lambda x: F.pad(x, (1, 2, 0, 3), value=-1.5), randn(A, B, C))
any_size("pad_crop", lambda x: F.pad(x, (-1, 2)), randn(A, W))
any_size("pad_reflect", lambda x: F.pad(x, (1, 3, 2, 0), mode="reflect"), randn(A, 2, H, W))
any_size("pad_replicate", lambda x: F.pad(x, (2, 1, 0, 3), mode="replicate"), randn(A, 2, B, C))

any_size("max_pool", lambda x: F.max_pool2d(x, 3, 2, 1), randn(A, 2, H, W))
any_size("max_pool_ceil", lambda x: F.max_pool2d(x, 3, 2, ceil_mode=True), randn(A, 2, H, W))
any_size("avg_pool", lambda x: F.avg_pool2d(x, (2, 3), (1, 2), (1, 0)), randn(A, 2, H, W))
any_size("avg_pool_not_counted", lambda x: F.avg_pool2d(x, 3, 2, 1, count_include_pad=False), randn(A, 2, H, W))
any_size("avg_pool_ceil", lambda x: F.avg_pool2d(x, 3, 2, 1, ceil_mode=True), randn(A, 2, H, W))
any_size("avg_pool_divisor", lambda x: F.avg_pool2d(x, 2, ceil_mode=True, divisor_override=3), randn(A, 2, H, W))
any_size("global_avg_pool", lambda x: F.adaptive_avg_pool2d(x, 1), randn(A, 2, H, W))
any_size("global_max_pool", lambda x: F.adaptive_max_pool2d(x, 1), randn(A, 2, H, W))
