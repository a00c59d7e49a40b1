"""Operators that programs of other exporters have and `torch.export` writes in another form, called as such."""

import torch
import torch.nn.functional as F

from suite import D, Family, bools, ints, randn, uniform

native = Family("native").case
aten = torch.ops.aten
N, L, W = D("n", 2, 5), D("_l", 9, 13, 6), D("_w", 7, 11, 5)


def exact(name, function, *inputs, **options):
    native(name, function, *inputs, tolerance="exact", **options)


def convolution(stride, padding, dilation=1, transposed=False, output_padding=0, groups=1):
    """`stride` and what follows for each dimension, or one number for all, as core ATen may have it."""
    lists = [option if isinstance(option, list) else [option] for option in (stride, padding, dilation, output_padding)]
    return lambda x, w, b=None: torch.convolution(x, w, b, *lists[:3], transposed, lists[3], groups)


native("convolution_1d", convolution(2, 1), randn(N, 3, L), randn(4, 3, 3), randn(4))
native("convolution_2d_of_one_number", convolution(1, 2, 2), randn(2, 3, W, 9), randn(4, 3, 3, 2))
native("convolution_2d_groups", convolution([2, 1], [0, 1], [1, 2], groups=2), randn(2, 4, 9, 8), randn(6, 2, 3, 3), randn(6))
native("convolution_3d", convolution([1, 2, 1], [0, 1, 1]), randn(1, 2, 5, 6, 7), randn(3, 2, 2, 3, 3), randn(3))
native("convolution_unbatched_1d", lambda x, w: F.conv1d(x, w), randn(3, L), randn(4, 3, 2), dialect="core")
native("convolution_transposed_1d", convolution(2, 1, 1, True, 1), randn(N, 3, L), randn(3, 4, 3), randn(4))
native("convolution_transposed_2d_groups", convolution([2, 3], [1, 0], [2, 1], True, [1, 2], 2), randn(2, 4, 5, 6), randn(4, 3, 3, 2), randn(6))
native("convolution_transposed_3d", convolution(2, 0, 1, True, 0), randn(1, 2, 3, 4, 3), randn(2, 3, 2, 2, 2))

exact("constant_pad", lambda x: torch.constant_pad_nd(x, [1, 2], 3.5), randn(N, 3))
exact("constant_pad_default", lambda x: torch.constant_pad_nd(x, [0, 1, 2, 0]), ints(2, 3, W))
exact("constant_pad_crops_and_grows", lambda x: torch.constant_pad_nd(x, [-1, 2, 3, -2], -1), randn(2, 5, 6))
exact("constant_pad_truth", lambda x: torch.constant_pad_nd(x, [1, 1, 1, 0], True), bools(2, 3))
exact("constant_pad_nothing_left", lambda x: torch.cat([torch.constant_pad_nd(x, [-2, -1]), x], 1), randn(2, 3))
exact("constant_pad_by_size", lambda x: torch.constant_pad_nd(x, [0, x.shape[1] % 4], float("-inf")), randn(2, W))
PADS = {1: [3, 2], 2: [3, 2, 0, 4], 3: [1, 2, 3, 0, 2, 1]}
for n, size in {1: (W,), 2: (6, W), 3: (4, 5, W)}.items():
    for kind in ("reflection", "replication"):
        pad = getattr(aten, f"{kind}_pad{n}d")
        exact(f"{kind}_pad{n}d", lambda x, f=pad, p=PADS[n]: f(x, p), randn(N, 2, *size))
        exact(f"{kind}_pad{n}d_unbatched_crops", lambda x, f=pad, p=PADS[n]: f(x, [-1, *p[1:]]), randn(2, *size))
    exact(f"circular_pad{n}d", lambda x, p=PADS[n]: aten._pad_circular(x, p), randn(N, 2, *size))
    exact(f"circular_pad{n}d_crops", lambda x, p=PADS[n]: aten._pad_circular(x, [-2, *p[1:]]), randn(1, 2, *size), dialect="raw")

native("layer_norm_several_dimensions", lambda x, w, b: torch.native_layer_norm(x, [3, 7], w, b, 1e-5), randn(N, 3, 7), randn(3, 7), randn(3, 7))
native("layer_norm_no_bias", lambda x, w: torch.native_layer_norm(x, [7], w, None, 0.1), randn(2, 3, 7), randn(7))
native("layer_norm_whole", lambda x: torch.native_layer_norm(x, [5], None, None, 1e-5), randn(5))
native("layer_norm_dynamic", lambda x: torch.native_layer_norm(x, [x.shape[1], 4], None, None, 1e-3), randn(2, W, 4))
native("layer_norm_half", lambda x: torch.native_layer_norm(x, [7], None, None, 1e-5)[0], randn(2, 3, 7, dtype=torch.float16), tolerance="fp16")
native("group_norm_affine", lambda x, w, b: torch.native_group_norm(x, w, b, 2, 6, 20, 3, 1e-5), randn(2, 6, 5, 4), randn(6), randn(6))
native("group_norm_of_all", lambda x: torch.native_group_norm(x, None, None, 3, 4, 7, 1, 0.1), randn(3, 4, 7))
native("group_norm_of_each", lambda x, w: torch.native_group_norm(x, w, None, 1, 4, 30, 4, 1e-5), randn(1, 4, 2, 3, 5), randn(4))
native("group_norm_dynamic", lambda x: torch.native_group_norm(x, None, None, x.shape[0], 4, x.shape[2], 2, 1e-5), randn(N, 4, W))
native("group_norm_core", torch.nn.GroupNorm(2, 6), randn(N, 6, 5, 4), dialect="core")

for name, value in (("first", 0), ("both", slice(None))):
    exact(f"dropout_{name}", lambda x, v=value: torch.native_dropout(x, 0.4, False)[v], randn(N, 3))
exact("dropout_mask", lambda x: torch.native_dropout(x, 0.4, False)[1], randn(N, 3))
exact("dropout_mask_used_raw", lambda x: (pair := torch.native_dropout(x, 0.9, False), pair[0] * pair[1])[1], randn(3, 4), dialect="raw")
exact("dropout_of_integers_mask_raw", lambda x: torch.native_dropout(x.float(), 0.5, False), ints(N, 2, 3), dialect="raw")
exact("dropout_mask_0d", lambda x: torch.native_dropout(x, 1.0, False), randn())

convert = torch.ops.prims.convert_element_type
for dtype in (torch.int32, torch.float16, torch.bool, torch.float32):
    exact(f"convert_element_type_{str(dtype)[6:]}", lambda x, t=dtype: convert(x, t), ints(N, 7, low=-2, high=3))
exact("convert_element_type_truncates", lambda x: convert(x, torch.int64), uniform(40, low=-5, high=5))

exact("copy_of_dynamic_row", lambda x, y: (x * 1).copy_(y), randn(N, W), randn(W))
exact("copy_of_number_dynamic", lambda x, y: (x * 1).copy_(y) + x, ints(N, 3), ints())
exact("copy_casts_and_broadcasts", lambda x, y: (x * 1).copy_(y), ints(3, N, W), uniform(3, 1, 1, low=-9, high=9))
exact("copy_to_half_raw", lambda x, y: (x + 0).copy_(y), randn(N, 4, dtype=torch.float16), ints(1), dialect="raw")
exact("copy_to_truth", lambda x, y: (x | x).copy_(y), bools(3, N), uniform(3, 1, low=-1, high=1))
exact("copy_into_view_raw", lambda x, y: (z := x * 1, z[:, 1:].copy_(y), z + x)[2], randn(N, 4), randn(1, 3), dialect="raw")

exact("scalar_tensor_of_size", lambda x: torch.scalar_tensor(x.shape[0]) + x, randn(N, 3))
exact("scalar_tensor_of_product", lambda x: torch.scalar_tensor(x.shape[0] * x.shape[1] - 1, dtype=torch.int64), randn(N, W))
exact("scalar_tensor_of_half_size", lambda x: x * torch.scalar_tensor(x.shape[1] // 2, dtype=torch.float16).float(), randn(3, W))
exact("scalar_tensor_raw", lambda x: torch.where(x > 0, torch.scalar_tensor(x.shape[0], dtype=torch.float32), x), randn(N, 3), dialect="raw")
exact("scalar_tensor_int32", lambda x: torch.scalar_tensor(x.shape[0] + 7, dtype=torch.int32).expand(2, x.shape[0]), randn(N))
exact("ones_dynamic_types", lambda x: (torch.ones(x.shape[0], 2, dtype=torch.bool), torch.ones_like(x, dtype=torch.int32), x.new_ones(())), randn(N, 3))
exact("ones_of_doubled_size", lambda x: torch.ones(x.shape[0] * 2, x.shape[1] + 1), randn(N, W))
exact("eye_dynamic_types", lambda x: (torch.eye(x.shape[0], dtype=torch.int64), torch.eye(x.shape[0], dtype=torch.bool)), randn(N))
exact("eye_dynamic_wide", lambda x: torch.eye(x.shape[0], 7) + x[:, None], randn(N))
exact("eye_dynamic_tall", lambda x: torch.eye(9, x.shape[0], dtype=torch.float16), randn(N))
exact("eye_dynamic_core", lambda x: torch.eye(x.shape[0] + 1), randn(N), dialect="core")
native("eye_dynamic_raw", lambda x: x @ torch.eye(x.shape[1]), randn(2, W), dialect="raw")
