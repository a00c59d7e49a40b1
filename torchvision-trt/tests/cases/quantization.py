"""Fake quantization, as quantization-aware training leaves it in a model. torch.export traces it with known sizes only."""

import torch
import torch.nn.functional as F

from suite import Family, buffers, randn

quant = Family("fake_quantize").case
per_tensor, per_channel = torch.fake_quantize_per_tensor_affine, torch.fake_quantize_per_channel_affine
SCALES, ZEROS = torch.tensor([0.02, 0.5, 0.011]), torch.zeros(3, dtype=torch.int32)

quant("symmetric", lambda x: per_tensor(x, 0.03, 0, -128, 127), randn(3, 3, 5, 7))
quant("symmetric_clamps", lambda x: per_tensor(x, 0.01, 0, -128, 127), randn(2, 300))
quant("narrow", lambda x: per_tensor(x, 0.01, 0, -127, 127), randn(2, 3, 50))
quant("ties_to_even", lambda x: per_tensor((x * 8).round() / 8, 0.25, 0, -128, 127), randn(4, 50))
quant("zero_point", lambda x: per_tensor(x, 0.02, 37, 0, 255), randn(3, 3, 5))
quant("unsigned", lambda x: per_tensor(x.relu(), 0.01, 0, 0, 255), randn(3, 100))
quant("four_bits", lambda x: per_tensor(x, 0.25, -1, -8, 7), randn(2, 3, 40))
quant("sixteen_bits", lambda x: per_tensor(x, 0.0001, 5, -32768, 32767), randn(2, 3, 40))
quant("rank_1", lambda x: per_tensor(x, 0.03, 0, -128, 127), randn(11))
quant("no_dimensions", lambda x: per_tensor(x, 0.03, 0, -128, 127), randn())
quant("huge", lambda x: per_tensor(x * 1e20, 0.03, 3, -128, 127), randn(20))
quant("raw", lambda x: per_tensor(x, 0.03, 0, -128, 127), randn(2, 5), dialect="raw")
quant("between_convolutions", lambda x: F.conv2d(per_tensor(x, 0.02, 0, -128, 127), torch.ones(2, 3, 3, 3) * 0.1), randn(1, 3, 6, 5))
quant("of_tensors", buffers(lambda s, z, x: per_tensor(x, s, z, -128, 127), s=torch.tensor(0.03), z=torch.tensor(0, dtype=torch.int32)), randn(2, 3, 5))
quant("of_tensors_zero_point", buffers(lambda s, z, x: per_tensor(x, s, z, 0, 255), s=torch.tensor([0.03]), z=torch.tensor([9], dtype=torch.int32)), randn(3, 3, 5))
quant("of_computed_scale", lambda x: per_tensor(x, x.abs().amax() / 127, torch.tensor(0, dtype=torch.int32), -128, 127), randn(3, 3, 5))

quant("channels_first_axis", buffers(lambda s, z, x: per_channel(x, s, z, 0, -128, 127), s=SCALES, z=ZEROS), randn(3, 4, 5))
quant("channels", buffers(lambda s, z, x: per_channel(x, s, z, 1, -128, 127), s=SCALES, z=ZEROS), randn(3, 3, 5, 2))
quant("channels_narrow", buffers(lambda s, z, x: per_channel(x, s, z, 1, -127, 127), s=SCALES, z=ZEROS), randn(2, 3, 50))
quant("channels_last_axis", buffers(lambda s, z, x: per_channel(x, s, z, 2, 0, 255), s=SCALES, z=torch.tensor([0, 7, 130], dtype=torch.int32)), randn(3, 2, 3))
quant("channels_float_zero_point", buffers(lambda s, z, x: per_channel(x, s, z, 1, 0, 15), s=SCALES, z=torch.tensor([0.3, 7.6, 3.0])), randn(2, 3, 9))
quant("channels_of_computed_scale", lambda x: per_channel(x, x.abs().amax((0, 2)) / 127, torch.zeros(3, dtype=torch.int32), 1, -128, 127), randn(3, 3, 5))
quant("rank_1_channels", buffers(lambda s, z, x: per_channel(x, s, z, 0, -128, 127), s=SCALES, z=ZEROS), randn(3))
quant("cachemask", lambda x: torch.ops.aten.fake_quantize_per_tensor_affine_cachemask(x, 0.01, 0, -128, 127), randn(3, 3, 50))
quant("cachemask_zero_point", lambda x: torch.ops.aten.fake_quantize_per_tensor_affine_cachemask(x, 0.01, 10, 0, 255), randn(2, 3, 50))
quant("channels_cachemask", buffers(lambda s, z, x: torch.ops.aten.fake_quantize_per_channel_affine_cachemask(x, s, z, 1, -128, 127), s=SCALES, z=ZEROS), randn(2, 3, 50))
