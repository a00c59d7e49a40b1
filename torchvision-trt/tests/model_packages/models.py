"""Models of the packages timm and transformers, in sizes that a CPU computes in seconds, with random weights.

What `torchvision-trt export models:NAME` takes: a function that returns the module.
"""

import timm
import transformers
from torch import nn


def mobilenetv4():
    """Depthwise convolutions of 3 and 5, folded into inverted bottlenecks."""
    return timm.create_model("mobilenetv4_conv_small")


def fastvit():
    """Convolutions and attention, with branches that are one convolution after training."""
    return timm.create_model("fastvit_t8")


def eva02():
    """A transformer with rotary position embeddings and SwiGLU."""
    return timm.create_model("eva02_tiny_patch14_224", img_size=56)


def sequencer():
    """LSTMs in both directions over rows and columns, in place of attention."""
    return timm.create_model("sequencer2d_s", layers=[1, 1, 1, 1], img_size=56)


def segformer():
    """Semantic segmentation: attention over reduced sequences, a head of linear layers over four scales."""
    config = transformers.SegformerConfig(num_labels=7)
    return Output(transformers.SegformerForSemanticSegmentation(config), "logits")


def dinov2():
    """Features of an image, with position embeddings interpolated to its size."""
    sizes = {"hidden_size": 64, "num_hidden_layers": 3, "num_attention_heads": 4}
    config = transformers.Dinov2Config(image_size=70, patch_size=14, **sizes)
    return Output(transformers.Dinov2Model(config), "last_hidden_state")


def depth_anything():
    """Depth of each pixel: features of four layers of a transformer, brought back to images and joined from coarse to fine."""
    sizes = {"hidden_size": 48, "num_hidden_layers": 4, "num_attention_heads": 4, "image_size": 70, "patch_size": 14}
    stages = ["stage1", "stage2", "stage3", "stage4"]
    backbone = transformers.Dinov2Config(out_features=stages, reshape_hidden_states=False, **sizes)
    head = {"neck_hidden_sizes": [8, 16, 24, 32], "fusion_hidden_size": 16, "head_hidden_size": 8}
    config = transformers.DepthAnythingConfig(backbone_config=backbone, reassemble_hidden_size=48, **head)
    return Output(transformers.DepthAnythingForDepthEstimation(config), "predicted_depth")


class Output(nn.Module):
    """One of the tensors that a model of transformers returns, from one tensor."""

    def __init__(self, model, name):
        super().__init__()
        self.model = model
        self.name = name

    def forward(self, pixel_values):
        return self.model(pixel_values)[self.name]
