"""Layer, group, instance, root-mean-square and local response norms; batch norms beyond their usual form."""

import torch
import torch.nn.functional as F
from torch import nn
from torchvision.ops import FrozenBatchNorm2d

from suite import D, Family, randn, trained

norm = Family("norm").case
N = D("n", 2, 5)
H, W = D("_h", 6, 9, 3), D("_w", 5, 4, 3)

norm("layer", trained(nn.LayerNorm(7)), randn(N, 3, 7))
norm("layer_several_dimensions", trained(nn.LayerNorm([3, 7])), randn(N, 3, 7))
norm("layer_whole_tensor", trained(nn.LayerNorm([2, 3])), randn(2, 3))
norm("layer_vector", trained(nn.LayerNorm(5)), randn(5))
norm("layer_not_affine", nn.LayerNorm(7, elementwise_affine=False), randn(2, 3, 7))
norm("layer_no_bias", nn.LayerNorm(7, bias=False), randn(2, 3, 7))
norm("layer_large_eps", trained(nn.LayerNorm(7, eps=0.3)), randn(N, H, 7))
norm("layer_images", trained(nn.LayerNorm([4, 5, 6])), randn(N, 4, 5, 6))
norm("layer_channels_last", lambda x, m=trained(nn.LayerNorm(4)): m(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2), randn(N, 4, H, W))
norm("layer_functional", lambda x, w, b: F.layer_norm(x, (7,), w, b), randn(N, 3, 7), randn(7), randn(7))
norm("layer_functional_dynamic_shape", lambda x: F.layer_norm(x, x.shape[1:]), randn(N, 3, H))
norm("layer_torch", lambda x, w: torch.layer_norm(x, [7], w), randn(2, 3, 7), randn(7))
norm("layer_core", trained(nn.LayerNorm([3, 7])), randn(N, 3, 7), dialect="core")
norm("layer_raw", trained(nn.LayerNorm(7)), randn(2, 3, 7), dialect="raw")
norm("layer_statistics_used", lambda x: torch.native_layer_norm(x, [7], None, None, 1e-5), randn(2, 3, 7))
norm("layer_half", lambda x: F.layer_norm(x, (7,)), randn(2, 3, 7, dtype=torch.float16), tolerance="fp16")
norm("layer_half_large_values", lambda x: F.layer_norm(x * 200, (64,)), randn(2, 3, 64, dtype=torch.float16), tolerance="fp16")
norm("layer_far_from_zero", lambda x: F.layer_norm(x + 30, (64,)), randn(2, 3, 64))

norm("rms", nn.RMSNorm(7), randn(N, 3, 7))
norm("rms_not_affine", nn.RMSNorm([3, 7], elementwise_affine=False, eps=0.1), randn(N, 3, 7))
norm("rms_functional", lambda x, w: F.rms_norm(x, (7,), w, 1e-3), randn(2, H, 7), randn(7))
norm("rms_core", nn.RMSNorm(7), randn(2, 3, 7), dialect="core")
norm("rms_half", lambda x, w: F.rms_norm(x, (7,), w), randn(2, 3, 7, dtype=torch.float16), randn(7, dtype=torch.float16), tolerance="fp16")
norm("rms_zeros", lambda x: F.rms_norm(x * 0, (7,)), randn(2, 3, 7))

norm("group", trained(nn.GroupNorm(3, 6)), randn(N, 6, 5, 4))
norm("group_of_one", trained(nn.GroupNorm(6, 6)), randn(2, 6, 5, 4))
norm("group_of_all", trained(nn.GroupNorm(1, 6)), randn(2, 6, 5, 4))
norm("group_not_affine", nn.GroupNorm(2, 6, affine=False, eps=0.1), randn(2, 6, 5))
norm("group_rank_2", trained(nn.GroupNorm(2, 6)), randn(N, 6))
norm("group_rank_5", trained(nn.GroupNorm(2, 6)), randn(1, 6, 3, 4, 2))
norm("group_dynamic_size", trained(nn.GroupNorm(2, 6)), randn(N, 6, H, W))
norm("group_functional", lambda x, w, b: F.group_norm(x, 3, w, b, 1e-3), randn(N, 6, 5, 4), randn(6), randn(6))
norm("group_core", trained(nn.GroupNorm(3, 6)), randn(2, 6, 5, 4), dialect="core")
norm("group_raw", trained(nn.GroupNorm(3, 6)), randn(2, 6, 5, 4), dialect="raw")
norm("group_statistics_used", lambda x: torch.native_group_norm(x, None, None, 2, 6, 20, 3, 1e-5), randn(2, 6, 5, 4))
norm("group_half", lambda x: F.group_norm(x, 2), randn(2, 6, 5, 4, dtype=torch.float16), tolerance="fp16")

norm("instance_1d", trained(nn.InstanceNorm1d(4)), randn(N, 4, 9))
norm("instance_2d", trained(nn.InstanceNorm2d(4)), randn(N, 4, 6, 5))
norm("instance_3d", trained(nn.InstanceNorm3d(4)), randn(2, 4, 3, 4, 5))
norm("instance_affine", trained(nn.InstanceNorm2d(4, affine=True)), randn(N, 4, H, W))
norm("instance_running_statistics", trained(nn.InstanceNorm2d(4, affine=True, track_running_stats=True)), randn(N, 4, 6, 5))
norm("instance_unbatched", trained(nn.InstanceNorm2d(4, affine=True)), randn(4, 6, 5))
norm("instance_1d_unbatched", nn.InstanceNorm1d(4), randn(4, 9))
norm("instance_functional", lambda x, w, b: F.instance_norm(x, weight=w, bias=b, eps=1e-2), randn(N, 4, 6, 5), randn(4), randn(4))
norm("instance_functional_running", lambda x, m, v: F.instance_norm(x, m, v.abs() + 0.1, use_input_stats=False), randn(2, 4, 6, 5), randn(4), randn(4))
norm("instance_torch", lambda x: torch.instance_norm(x, None, None, None, None, True, 0.1, 1e-5, False), randn(2, 4, 6, 5))
norm("instance_core", trained(nn.InstanceNorm2d(4, affine=True)), randn(2, 4, 6, 5), dialect="core")

norm("local_response", nn.LocalResponseNorm(3), randn(N, 7, 5, 4))
norm("local_response_even_size", nn.LocalResponseNorm(4, alpha=0.1, beta=0.5, k=2.0), randn(2, 7, 5, 4))
norm("local_response_beyond_channels", nn.LocalResponseNorm(9, alpha=0.5), randn(2, 4, 5, 4))
norm("local_response_1d", nn.LocalResponseNorm(3, alpha=0.2), randn(2, 6, 8))
norm("local_response_3d", nn.LocalResponseNorm(2, alpha=0.2), randn(1, 5, 3, 4, 2))
norm("local_response_alexnet", nn.LocalResponseNorm(5), randn(2, 12, 6, 6))

norm("batch_no_statistics", nn.BatchNorm2d(4, track_running_stats=False), randn(3, 4, 6, 5))
norm("batch_no_statistics_affine_1d", trained(nn.BatchNorm1d(4, track_running_stats=False)), randn(N, 4, 9))
norm("batch_no_statistics_rank_2", nn.BatchNorm1d(4, track_running_stats=False, affine=False), randn(N, 4))
norm("batch_functional", lambda x, m, v, w, b: F.batch_norm(x, m, v.abs() + 0.1, w, b, False, 0.1, 1e-3), randn(2, 4, 6, 5), randn(4), randn(4), randn(4), randn(4))
norm("batch_functional_training_form", lambda x: F.batch_norm(x, None, None, training=True), randn(3, 4, 6, 5))
norm("batch_only_weight_is_an_input", lambda x, w, m=torch.randn(4), v=torch.rand(4) + 0.1: F.batch_norm(x, m, v, w), randn(2, 4, 6, 5), randn(4))
norm("batch_core", trained(nn.BatchNorm3d(4)), randn(2, 4, 3, 4, 5), dialect="core")
norm("batch_core_no_statistics", nn.BatchNorm2d(4, track_running_stats=False), randn(3, 4, 6, 5), dialect="core")
norm("batch_half", lambda x, m, v: F.batch_norm(x, m, v.abs() + 0.1), randn(2, 4, 6, 5, dtype=torch.float16), randn(4, dtype=torch.float16), randn(4, dtype=torch.float16), tolerance="fp16")
norm("batch_frozen", FrozenBatchNorm2d(4), randn(N, 4, 6, 5))
