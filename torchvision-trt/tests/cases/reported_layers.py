"""What users reported converters to get wrong with layers, each named after the behaviour that is right."""

import torch
import torch.nn.functional as F
from torch import nn

from suite import D, Family, ints, randn, trained

reported = Family("reported").case
N = D("n", 2, 5)

reported("pad_keeps_its_mode", lambda x: F.pad(x, (2, 1, 1, 2), mode="reflect"), randn(N, 3, 5, 6), tolerance="exact")
reported("pad_replicates", nn.ReplicationPad2d((3, 1, 0, 2)), randn(2, 3, 4, 5), tolerance="exact")
reported("pad_keeps_its_value", nn.ConstantPad2d((1, 2, 3, 0), 5.5), randn(N, 3, 4, 5), tolerance="exact")
reported("pad_reaches_beyond_the_last_two_dimensions", lambda x: F.pad(x, (0, 0, 0, 0, 1, 2), value=-1.0), randn(2, 3, 4, 5), tolerance="exact")
reported("adaptive_average_overlaps_where_it_does_not_divide", nn.AdaptiveAvgPool2d((5, 4)), randn(N, 3, 7, 9))
reported("adaptive_average_of_fewer_elements_than_bins", nn.AdaptiveAvgPool2d(7), randn(2, 3, 1, 1))
reported("adaptive_average_keeps_a_size_of_none", nn.AdaptiveAvgPool2d((None, 3)), randn(N, 3, 7, 9))
reported("adaptive_average_over_time", nn.AdaptiveAvgPool1d(4), randn(N, 3, 10))
reported("adaptive_maximum_over_time", nn.AdaptiveMaxPool1d(4), randn(N, 3, 10), tolerance="exact")
reported("average_without_stride_steps_by_the_kernel", lambda x: F.avg_pool2d(x, (3, 2)), randn(N, 3, 9, 8))
reported("average_counts_no_padding_when_told_so", nn.AvgPool2d(3, 2, 1, ceil_mode=True, count_include_pad=False), randn(N, 3, 8, 9))
reported("average_divides_by_the_override", nn.AvgPool2d(3, 2, 1, divisor_override=7), randn(N, 3, 8, 9))
reported("maximum_is_dilated", nn.MaxPool2d(3, 1, dilation=2), randn(2, 3, 9, 8), tolerance="exact")
reported("convolution_pads_volumes_in_circles", nn.Conv3d(2, 3, 3, padding=1, padding_mode="circular"), randn(N, 2, 4, 5, 6))
reported("convolution_pads_by_reflection", nn.Conv2d(2, 3, 3, padding=(2, 1), padding_mode="reflect"), randn(N, 2, 5, 6))
reported("convolution_keeps_the_size_with_an_even_kernel", nn.Conv2d(2, 3, (4, 2), padding="same"), randn(N, 2, 5, 6))
reported("convolution_by_a_kernel_from_another_layer", lambda x, z, m=nn.Linear(4, 54): F.conv2d(x, m(z).view(3, 2, 3, 3), padding=1), randn(2, 2, 5, 6), randn(4))
reported("transposed_convolution_pads_its_output", nn.ConvTranspose2d(3, 4, 3, stride=2, padding=1, output_padding=1), randn(N, 3, 5, 6))
reported("transposed_convolution_pads_its_output_beyond_the_padding", nn.ConvTranspose2d(3, 4, 2, stride=3, output_padding=2), randn(N, 3, 5, 6))
reported("transposed_convolution_is_dilated", nn.ConvTranspose2d(3, 4, 3, dilation=2, bias=False), randn(N, 3, 5, 6))
reported("transposed_convolution_of_unequal_strides", nn.ConvTranspose2d(3, 4, (3, 5), stride=(1, 3), padding=(0, 2), output_padding=(0, 2)), randn(2, 3, 5, 6))
reported("linear_of_many_dimensions", nn.Linear(5, 4), randn(N, 2, 3, 2, 5))
reported("linear_of_a_vector_without_bias", nn.Linear(5, 4, bias=False), randn(5))
reported("batch_norm_by_its_own_batch", lambda x: F.batch_norm(x, None, None, training=True), randn(4, 3, 5, 6))
reported("batch_norm_in_training_ignores_the_running_statistics", lambda x: F.batch_norm(x, torch.full((3,), 9.0), torch.full((3,), 5.0), training=True), randn(4, 3, 5, 6))
reported("batch_norm_without_statistics", nn.BatchNorm2d(3, track_running_stats=False), randn(4, 3, 5, 6))
reported("batch_norm_without_weights", trained(nn.BatchNorm2d(3, affine=False)), randn(N, 3, 5, 6))
reported("instance_norm_without_statistics", nn.InstanceNorm2d(3, affine=True), randn(N, 3, 5, 6))
reported("instance_norm_by_running_statistics", trained(nn.InstanceNorm2d(3, affine=True, track_running_stats=True)), randn(N, 3, 5, 6))
reported("instance_norm_over_time", nn.InstanceNorm1d(3), randn(N, 3, 7))
reported("group_norm_takes_its_groups_and_eps", trained(nn.GroupNorm(2, 6, eps=0.2)), randn(N, 6, 5, 4))
reported("group_norm_over_time", trained(nn.GroupNorm(3, 6)), randn(N, 6, 9))
reported("layer_norm_over_several_dimensions", trained(nn.LayerNorm([3, 4, 5])), randn(N, 3, 4, 5))
reported("bicubic_is_not_nearest", lambda x: F.interpolate(x, scale_factor=2, mode="bicubic"), randn(N, 3, 5, 6))
reported("bicubic_aligns_corners", lambda x: F.interpolate(x, (9, 4), mode="bicubic", align_corners=True), randn(N, 3, 5, 6))
reported("interpolation_by_a_broken_factor", lambda x: F.interpolate(x, scale_factor=1.7, mode="bilinear"), randn(N, 3, 5, 6))
reported("grid_sample_reflects", lambda x, g: F.grid_sample(x, g * 2, padding_mode="reflection", align_corners=True), randn(2, 3, 5, 6), randn(2, 4, 3, 2))
reported("unfold_of_images_that_are_not_square", nn.Unfold((2, 3), padding=(1, 0)), randn(N, 3, 4, 7), tolerance="exact")
reported("embedding_reads_the_padding_row", nn.Embedding.from_pretrained(torch.ones(5, 3), padding_idx=1), ints(2, 4, low=0, high=5), tolerance="exact")
reported("multihead_attention_gives_its_weights", lambda x, m=nn.MultiheadAttention(8, 2, batch_first=True).eval(): m(x, x, x), randn(N, 5, 8))
reported("vgg_pools_images_smaller_than_it_expects", lambda x, m=nn.AdaptiveAvgPool2d((7, 7)): torch.flatten(m(F.max_pool2d(x, 2)), 1), randn(N, 3, 2, 2))
