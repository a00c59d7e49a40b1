"""Quantization with integers in between, as PT2E and torch.ao.quantization leave it in a program."""

import torch
import torch.ao.quantization.fx._decomposed  # noqa: F401  registers the operators
import torch.nn.functional as F

from suite import D, Family, buffers, ints, randn

case = Family("quantize").case
ops = torch.ops.quantized_decomposed
N = D("n", 2, 5)
INT8 = (-128, 127, torch.int8)
SCALES, ZEROS = torch.tensor([0.02, 0.5, 0.011]), torch.zeros(3, dtype=torch.int64)


def tensorwise(x, scale, zero_point, low, high, dtype):
    return ops.dequantize_per_tensor(ops.quantize_per_tensor(x, scale, zero_point, low, high, dtype), scale, zero_point, low, high, dtype)


def channelwise(x, scales, zero_points, axis, low, high, dtype):
    return ops.dequantize_per_channel(ops.quantize_per_channel(x, scales, zero_points, axis, low, high, dtype), scales, zero_points, axis, low, high, dtype)


case("symmetric", lambda x: tensorwise(x, 0.03, 0, *INT8), randn(N, 3, 5, 7))
case("clamps", lambda x: tensorwise(x, 0.01, 0, *INT8), randn(2, 300))
case("narrow", lambda x: tensorwise(x, 0.01, 0, -127, 127, torch.int8), randn(2, 3, 50))
case("ties_to_even", lambda x: tensorwise((x * 8).round() / 8, 0.25, 0, *INT8), randn(4, 50))
case("zero_point", lambda x: tensorwise(x, 0.02, -37, *INT8), randn(N, 3, 5))
case("unsigned", lambda x: tensorwise(x.relu(), 0.01, 0, 0, 255, torch.uint8), randn(3, 100))
case("unsigned_zero_point", lambda x: tensorwise(x, 0.02, 128, 0, 255, torch.uint8), randn(N, 7))
case("four_bits", lambda x: tensorwise(x, 0.25, -1, -8, 7, torch.int8), randn(2, 3, 40))
case("sixteen_bits", lambda x: tensorwise(x, 0.0001, 5, -32768, 32767, torch.int16), randn(2, 3, 40))
case("integers_out", lambda x: ops.quantize_per_tensor(x, 0.03, 0, *INT8).int() + 1, randn(N, 3, 5), tolerance="exact")
case("integers_in", lambda x: ops.dequantize_per_tensor(x.to(torch.int8), 0.03, 2, *INT8), ints(3, 4, dtype=torch.int32))
case("no_dimensions", lambda x: tensorwise(x, 0.03, 0, *INT8), randn())
case("rank_1", lambda x: tensorwise(x, 0.03, 0, *INT8), randn(11))
case("pooled_between", lambda x: ops.dequantize_per_tensor(F.max_pool2d(ops.quantize_per_tensor(x, 0.03, 0, *INT8).float(), 2).to(torch.int8), 0.03, 0, *INT8), randn(2, 3, 6, 5))
case("of_tensors", buffers(lambda s, z, x: tensorwise(x, s, z, *INT8), s=torch.tensor(0.03), z=torch.tensor(0)), randn(N, 3, 5))
case("of_tensors_zero_point", buffers(lambda s, z, x: tensorwise(x, s, z, 0, 255, torch.uint8), s=torch.tensor([0.03]), z=torch.tensor([9])), randn(3, 3, 5))
case("of_computed_scale", lambda x: tensorwise(x, x.abs().amax() / 127, torch.tensor(0), *INT8), randn(3, 3, 5))
case("half_out", lambda x: ops.dequantize_per_tensor(ops.quantize_per_tensor(x, 0.03, 0, *INT8), 0.03, 0, *INT8, out_dtype=torch.float16), randn(2, 5))

case("channels", buffers(lambda s, z, x: channelwise(x, s, z, 1, *INT8), s=SCALES, z=ZEROS), randn(N, 3, 5, 2))
case("channels_last_axis", buffers(lambda s, z, x: channelwise(x, s, z, -1, 0, 255, torch.uint8), s=SCALES, z=torch.tensor([0, 7, 130])), randn(3, 2, 3))
case("channels_narrow", buffers(lambda s, z, x: channelwise(x, s, z, 0, -127, 127, torch.int8), s=SCALES, z=ZEROS), randn(3, 50))
case("channels_zero_points", buffers(lambda s, z, x: channelwise(x, s, z, 1, *INT8), s=SCALES, z=torch.tensor([1, -5, 0])), randn(2, 3, 9))


def int8(*shape):
    return torch.randint(-128, 128, shape, generator=torch.Generator().manual_seed(7), dtype=torch.int8)


def convolution(w, s, z, x, **options):
    """As a quantized convolution stands in a program, without what quantizes its result: steps would make much of half precision."""
    weight = ops.dequantize_per_channel(w, s, z, 0, *INT8)
    return F.conv2d(tensorwise(x, 0.03, 0, *INT8), weight, **options)


conv = dict(w=int8(3, 4, 3, 3), s=SCALES, z=ZEROS)
case("convolution", buffers(lambda w, s, z, x: convolution(w, s, z, x, padding=1), **conv), randn(N, 4, 7, 5))
case("convolution_bias", buffers(lambda w, s, z, b, x: convolution(w, s, z, x, bias=b, stride=2), **conv, b=torch.tensor([0.5, -1.0, 0.25])), randn(2, 4, 7, 8))
case("convolution_groups", buffers(lambda w, s, z, x: convolution(w, s, z, x, groups=3), w=int8(3, 1, 3, 2), s=SCALES, z=ZEROS), randn(1, 3, 6, 5))
case("linear", buffers(lambda w, s, z, x: F.linear(tensorwise(x, 0.03, 0, *INT8), ops.dequantize_per_channel(w, s, z, 0, *INT8)), w=int8(3, 7), s=SCALES, z=ZEROS), randn(N, 7))
case("weights_without_zero_points", buffers(lambda w, s, x: x + ops.dequantize_per_channel(w, s, None, 1, *INT8), w=int8(2, 3), s=SCALES), randn(2, 3))
case("weights_by_tensor", buffers(lambda w, x: x @ ops.dequantize_per_tensor(w, 0.01, 0, *INT8), w=int8(5, 4)), randn(N, 5))
case("weights_zero_point", buffers(lambda w, x: x @ ops.dequantize_per_tensor(w, 0.01, 3, *INT8), w=int8(5, 4)), randn(N, 5))
