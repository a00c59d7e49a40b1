#!/usr/bin/env python3
"""Export a PyTorch model to M.pt2 with golden inputs and outputs in M.golden.safetensors.

    export.py list
    export.py export resnet18 --batch 1:8:16 -o resnet18.pt2
    export.py export my_package.my_module:build_model --size 160:224:320,160:224:320 -o mine.pt2

docs/pt2-format.md describes both files. The only requirements are torch, torchvision and
safetensors.
"""

import argparse
import ctypes
import importlib
import json
import math
import os
import shutil
import sys
import tempfile
import warnings
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import PIL.Image
import torch
import torchvision
from safetensors.torch import save
from torch import nn
from torch._decomp import decompositions
from torch.ao.nn.quantized.reference.modules.utils import ReferenceQuantizedModule
from torch.ao.quantization import MinMaxObserver, PerChannelMinMaxObserver, QConfig, QConfigMapping, quantize_fx
from torch.ao.quantization.backend_config import get_tensorrt_backend_config
from torch.export import Dim
from torch.utils import _pytree as pytree
from torchvision.models.optical_flow.raft import FlowHead
from torchvision.transforms import functional

import detection

PACKAGES = ("detection", "segmentation", "video", "optical_flow", "quantization")  # of torchvision.models, each a task
VIDEO_FRAMES = 16
FLOW_SIZE = [520, 960]  # what the published weights were evaluated with, see the optical flow page of torchvision's gallery
M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4  # of malloc.h
CALIBRATION_BATCHES, CALIBRATION_BATCH_SIZE = 3, 8
CALIBRATION_PIXELS = CALIBRATION_BATCH_SIZE * 224 * 224  # larger images come in smaller batches, of 2 at least


def keep_freed_memory():
    """Lets glibc keep what is freed for the next tensor: by default the system clears each large one anew, page by page."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt:
        mallopt(M_MMAP_MAX, 0)
        mallopt(M_TRIM_THRESHOLD, -1)


def progress(message):
    print(message, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Range:
    """A size: one number, or MIN:OPT:MAX for a size that stays free in the exported program."""

    min: int
    opt: int
    max: int

    @classmethod
    def parse(cls, text):
        try:
            numbers = [int(part) for part in text.split(":")]
        except ValueError:
            numbers = []
        if len(numbers) == 1:
            numbers *= 3
        if len(numbers) != 3 or not 1 <= numbers[0] <= numbers[1] <= numbers[2]:
            raise argparse.ArgumentTypeError(f"'{text}' is neither N nor MIN:OPT:MAX with 1 <= MIN <= OPT <= MAX")
        return cls(*numbers)

    @property
    def dynamic(self):
        return self.min != self.max

    @property
    def example(self):
        """What the program is traced with: torch.export would make a size of 1 static."""
        return max(2, self.opt) if self.dynamic else self.opt

    @property
    def other(self):
        """A second size within the range, for the second golden set."""
        return self.min if self.min != self.opt else self.max


def parse_size(text):
    parts = text.split(",")
    if len(parts) != 2:
        raise argparse.ArgumentTypeError(f"'{text}' is not H,W")
    return [Range.parse(part) for part in parts]


# --- models ---------------------------------------------------------------------------------------------------------


def model_module(name):
    """The module of torchvision that defines a model, such as `quantization.resnet`."""
    return torchvision.models.get_model_builder(name).__module__.removeprefix("torchvision.models.")


def torchvision_task(name):
    package = model_module(name).partition(".")[0]
    return package if package in PACKAGES else "classification"


def default_size(name, task, weights=None):
    """Height and width that the published weights were evaluated with; the smallest of them for random weights."""
    if task == "optical_flow":
        return FLOW_SIZE
    if task == "detection":
        return detection.default_size(name)
    published = torchvision.models.get_model_weights(name)
    transforms = [entry.transforms() for entry in ([published.DEFAULT] if weights == "DEFAULT" else published)]
    sizes = [getattr(transform, "crop_size", None) or transform.resize_size for transform in transforms]
    return min([size[0], size[-1]] for size in sizes)


def input_shapes(task, batch, height, width):
    if task == "video":
        return [[batch, 3, VIDEO_FRAMES, height, width]]
    return [[batch, 3, height, width]] * (2 if task == "optical_flow" else 1)


def preset(name, task, model):
    """What torchvision publishes with weights (docs/pt2-format.md): how colors are normalized and what the classes are called."""
    weights = torchvision.models.get_model_weights(name).DEFAULT
    transforms = weights.transforms()
    if task == "detection":
        mean, std = model.statistics
    elif task == "optical_flow":  # its preset maps 0 to 1 to -1 to 1, without a name for that
        mean, std = [0.5] * 3, [0.5] * 3
    else:
        mean, std = transforms.mean, transforms.std
    return {"categories": weights.meta.get("categories") or [], "mean": mean, "std": std}


def list_models():
    """Name, task, family and inputs of each model, with its parameters and billions of operations, which tell what it costs."""
    models = []
    for name in torchvision.models.list_models():
        task = torchvision_task(name)
        inputs = input_shapes(task, 1, *default_size(name, task))
        published = torchvision.models.get_model_weights(name).DEFAULT.meta
        size = {"parameters": published["num_params"], "operations": published["_ops"]}
        family = model_module(name)
        models.append({"name": name, "task": task, "family": family, "inputs": inputs, **size})
    return models


def build_model(args):
    """The model in eval mode, its task, and the example inputs that a callable may return beside it."""
    if ":" in args.model:
        module, _, attribute = args.model.partition(":")
        sys.path.insert(0, os.getcwd())
        try:
            built = getattr(importlib.import_module(module), attribute)
        except (ImportError, AttributeError) as error:
            sys.exit(f"error: cannot import '{args.model}': {error}")
        built = built if isinstance(built, nn.Module) else built()
        model, example = built if isinstance(built, tuple) else (built, None)
        return model.eval(), None, example
    if args.model not in torchvision.models.list_models():
        sys.exit(f"error: torchvision {torchvision.__version__} has no model '{args.model}'; `list` prints what it has")
    task = torchvision_task(args.model)
    weights = "DEFAULT" if args.weights == "DEFAULT" else None
    if task == "quantization":
        # Packed int8 weights cannot be exported: the float model is quantized here (quantize_model).
        published = torchvision.models.get_model_weights(args.model)
        float_weights = published.DEFAULT.meta["unquantized"] if weights else None
        return torchvision.models.get_model(args.model, weights=float_weights, quantize=False).eval(), task, None
    options = {"weights_backbone": None} if task in ("segmentation", "detection") and weights is None else {}
    return torchvision.models.get_model(args.model, weights=weights, **options).eval(), task, None


# --- inputs and weights that are good test data ---------------------------------------------------------------------


def image_like(shape, generator):
    """Random input with the 1/f spectrum of photographs, scaled as after torchvision's normalisation.

    It has details down to single pixels: of smoother images, first convolutions with random weights leave little but rounding.
    """
    batch, channels, *spatial = shape
    mode = {1: "linear", 2: "bilinear", 3: "trilinear"}[len(spatial)]
    total = torch.zeros(shape)
    octaves = max(max(spatial) - 1, 1).bit_length()
    for octave in range(1, octaves + 1):
        grid = [min(2**octave, size) for size in spatial]
        shared = torch.randn([batch, 1, *grid], generator=generator)
        noise = 0.8 * shared + 0.6 * torch.randn([batch, channels, *grid], generator=generator)
        total += nn.functional.interpolate(noise, size=spatial, mode=mode, align_corners=False) / octave
    contrast = torch.rand([batch] + [1] * (len(shape) - 1), generator=generator) + 0.5
    brightness = 0.5 * torch.randn([batch, channels] + [1] * len(spatial), generator=generator)
    return (total / total.std() * contrast + brightness).clamp(-2.1, 2.6).contiguous()


def photo_input(path, shape):
    """A photograph, repeated over the batch, as torchvision's classification preset prepares it."""
    height, width = shape[-2:]
    image = functional.resize(PIL.Image.open(path).convert("RGB"), [round(max(height, width) / 0.875)])
    pixels = functional.to_tensor(functional.center_crop(image, [height, width]))
    pixels = functional.normalize(pixels, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
    return pixels.expand(shape).contiguous()


def make_inputs(shapes, generator):
    """Inputs that have the statistics which torchvision's normalisation gives."""
    return tuple(image_like(shape, generator) if len(shape) > 2 else torch.randn(shape, generator=generator) for shape in shapes)


# Spread and mean that activations get where random weights are made presentable. A mean above zero keeps most of a ReLU's
# input positive, as in trained networks. With a mean of zero, deep random networks are chaotic: they amplify a rounding
# error a hundredfold, and no conversion to half precision could be told right from wrong.
SPREAD, MEAN = (0.3, 0.8), (0.3, 0.9)
MEAN_WITHOUT_NORM = 0.7
# The part that stays of what a linear layer's outputs, or those of a convolution of pooled images, have in common over all images:
# pooled images differ little, and taking all of it away would leave the rounding errors of what was taken. With a half, a relative
# noise of 1e-3 in every layer of vgg19_bn or resnet152 makes less than 8e-3 in the outputs, which still differ by 40 % from image to
# image.
COMMON_SHARE = 0.5
FLOW_STEP = 0.05  # spread of a step of RAFT's refinement, in cells of 8 pixels


def is_pooled(tensor):
    """Whether it has one vector for each image, as classifiers and squeeze-and-excitation read and make them."""
    return tensor.shape[2:].numel() == 1


@torch.no_grad()
def normalize_layer(module, output, last):
    """Rescales a layer so that its output has unit spread and a set mean on this batch.

    The data-dependent initialisation of Salimans and Kingma (2016), section 3. Without it, activations of networks
    without batch norm fade with depth until the outputs no longer depend on the input.
    """
    linear, pooled = isinstance(module, nn.Linear), is_pooled(output)
    channel = output.ndim - 1 if linear else 1
    others = [axis for axis in range(output.ndim) if axis != channel]
    if pooled and not last:
        others = list(range(output.ndim))  # a batch is too small to know the mean of a single feature
    center = module.bias is not None
    mean = output.mean(others, keepdim=True) if center else torch.zeros(())
    spread = (output - mean).std()
    if not spread > 1e-6 * output.abs().max():
        return output  # constant on this batch, as for the flow that RAFT starts from: the rest is rounding
    mean = (1 - COMMON_SHARE) * mean if linear or pooled else mean
    shift = MEAN_WITHOUT_NORM if center else 0
    module.weight.div_(spread)
    if center:
        module.bias.sub_(mean.flatten()).div_(spread).add_(shift)
    return (output - mean) / spread + shift


def calibration_batch(shapes, generator):
    size = CALIBRATION_PIXELS // math.prod(shapes[0][2:] or [1])
    size = min(max(size, 2), CALIBRATION_BATCH_SIZE)
    return make_inputs([[size, *shape[1:]] for shape in shapes], generator)


@torch.no_grad()
def prepare_random_weights(model, shapes, generator):
    """Makes a randomly initialised model behave like a trained one: outputs of sane size that depend on the input."""
    for parameter in model.parameters():
        if parameter.ndim >= 2 and not parameter.any():
            nn.init.trunc_normal_(parameter, std=0.02)
    layers = [m for m in model.modules() if isinstance(m, (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.Linear))]
    norms = [m for m in model.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    for norm in norms:
        norm.train()
        if norm.affine:
            norm.weight.uniform_(*SPREAD, generator=generator)
            norm.bias.uniform_(*MEAN, generator=generator)

    def batch():
        return calibration_batch(shapes, generator)

    def once(module, _inputs, output):
        handles.pop(module).remove()
        return normalize_layer(module, output, last=module is layers[-1])

    def keep_pooled(norm, inputs):
        handles.pop(norm).remove()
        if is_pooled(inputs[0]):  # of unit spread already, and a batch is too small to know the variance of a single feature
            norm.reset_running_stats()
            norm.eval()

    handles = {layer: layer.register_forward_hook(once) for layer in layers}
    handles.update({norm: norm.register_forward_pre_hook(keep_pooled) for norm in norms})
    model(*batch())
    for handle in handles.values():
        handle.remove()

    for module in model.modules():
        if isinstance(module, FlowHead):  # small steps, which converge as those of a trained network do
            module.conv2.weight.mul_(FLOW_STEP)
            module.conv2.bias.mul_(FLOW_STEP)

    norms = [norm for norm in norms if norm.training]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a cumulative average over all batches
    for _ in range(CALIBRATION_BATCHES if norms else 0):
        model(*batch())
    for norm, momentum in zip(norms, momenta):
        norm.momentum = momentum
    model.eval()


# --- int8 -----------------------------------------------------------------------------------------------------------


@torch.no_grad()
def quantize_model(model, shapes, generator):
    """The model with `quantized_decomposed` operators around what TensorRT computes in int8, weights stored as int8.

    Post-training quantization as TensorRT has it: symmetric, one scale for an activation, one a channel for weights. Batch
    norm goes into the convolutions first.
    """
    activation = MinMaxObserver.with_args(dtype=torch.qint8, qscheme=torch.per_tensor_symmetric)
    weight = PerChannelMinMaxObserver.with_args(dtype=torch.qint8, qscheme=torch.per_channel_symmetric)
    scheme = QConfigMapping().set_global(QConfig(activation=activation, weight=weight))
    backend = get_tensorrt_backend_config()
    model = quantize_fx.prepare_fx(model, scheme, calibration_batch(shapes, generator), backend_config=backend)
    for _ in range(CALIBRATION_BATCHES):
        model(*calibration_batch(shapes, generator))
    model = quantize_fx._convert_to_reference_decomposed_fx(model, backend_config=backend)
    for module in model.modules():
        if isinstance(module, ReferenceQuantizedModule):
            int8 = module.get_quantized_weight()
            del module.weight
            module.register_buffer("weight", int8)
            module.get_weight = partial(dequantized_weight, module)
    return model


def dequantized_weight(module):
    low, high = module.weight_quant_min, module.weight_quant_max
    scale, zero_point, axis = module.weight_scale, module.weight_zero_point, module.weight_axis_int
    dequantize = torch.ops.quantized_decomposed.dequantize_per_channel
    return dequantize(module.weight, scale, zero_point, axis, low, high, torch.int8)


# --- the program -----------------------------------------------------------------------------------------------------


def correct_lstm_states():
    """Lets torch.export give the last states of an LSTM their shape.

    Up to 2.11 it counts the step as a dimension of theirs, https://github.com/pytorch/pytorch/issues/151200.
    """
    one_layer_lstm = decompositions.one_layer_lstm

    def with_state_shapes(*args, **kwargs):
        outputs, states = one_layer_lstm(*args, **kwargs)
        return outputs, tuple(state.reshape(state.shape[-2:]) for state in states)

    decompositions.one_layer_lstm = with_state_shapes


# --- the two files --------------------------------------------------------------------------------------------------


def named_outputs(output):
    """Output tensors by their path: dict keys and indices joined by dots, `output_N` for the top level of a sequence."""
    named = {}
    for path, tensor in pytree.tree_flatten_with_path(output)[0]:
        keys = [str(getattr(key, "key", getattr(key, "idx", getattr(key, "name", key)))) for key in path]
        if not keys or isinstance(path[0], pytree.SequenceKey):
            keys[:1] = ["output_" + (keys[0] if keys else "0")]
        if isinstance(tensor, torch.Tensor):
            named[".".join(keys)] = tensor
    return named


@torch.no_grad()
def golden(model, names, sets):
    """Golden tensors: `SET.input.NAME` and `SET.output.PATH`, computed by the eager model."""
    tensors = {}
    for index, inputs in enumerate(sets):
        for name, tensor in zip(names, inputs, strict=True):
            tensors[f"{index}.input.{name}"] = tensor
        outputs = named_outputs(model(*inputs))
        for path, tensor in outputs.items():
            if tensor.is_floating_point() and not tensor.isfinite().all():
                sys.exit(f"error: PyTorch's own output '{path}' is not finite: no use as golden data")
            tensors[f"{index}.output.{path}"] = tensor
        spread = ", ".join(f"{path} {list(t.shape)} std {t.float().std():.3g}" for path, t in outputs.items())
        progress(f"golden set {index}: {spread}")
    # safetensors refuses views and shared memory.
    return {key: tensor.detach().clone().contiguous() for key, tensor in tensors.items()}


def save_by_rename(program, tensors, target, task=None, extra_files=None):
    """Writes both files beside their destination, then renames: neither is ever seen half-written."""
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{target.stem}.", dir=target.parent))
    try:
        torch.export.save(program, folder / target.name, extra_files=extra_files)
        (folder / "golden").write_bytes(save(tensors, {"task": task} if task else None))
        os.replace(folder / "golden", target.with_suffix(".golden.safetensors"))
        os.replace(folder / target.name, target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def export(args):
    keep_freed_memory()
    correct_lstm_states()
    torch.manual_seed(args.seed)
    generator = torch.Generator().manual_seed(args.seed)
    torch.backends.mha.set_fastpath_enabled(False)  # the fast path is no part of an exported program

    progress(f"{args.model}: building")
    model, task, example = build_model(args)
    if task != "detection" and (args.exact or args.prepare != "normalize"):
        sys.exit("error: --prepare and --exact are for detection models of torchvision")
    if example is None:
        default = [224, 224] if ":" in args.model else default_size(args.model, task, args.weights)
        height, width = args.size or [Range(n, n, n) for n in default]
        sizes = lambda pick: input_shapes(task, pick(args.batch), pick(height), pick(width))
        dynamic = {0: Dim("batch", min=args.batch.min, max=args.batch.max)} if args.batch.dynamic else {}
        rank = len(sizes(lambda r: r.opt)[0])
        for axis, size in ((rank - 2, height), (rank - 1, width)):
            if size.dynamic:  # named dimensions fail on the guards of pooling layers
                dynamic[axis] = Dim.DYNAMIC(min=size.min, max=size.max)
        inputs = make_inputs(sizes(lambda r: r.example), generator)
        opt_shapes = sizes(lambda r: r.opt)
        sets = [make_inputs(sizes(pick), generator) for pick in (lambda r: r.opt, lambda r: r.other)]
        if args.image:
            sets[0] = tuple(photo_input(args.image, shape) for shape in opt_shapes)
        if task == "detection":
            if height.dynamic or width.dynamic:
                sys.exit("error: anchors belong to one size of images: give --size numbers without a range")
            if args.exact and args.batch != Range(1, 1, 1):
                sys.exit("error: --exact gives the detections of a single image: leave --batch at 1")
            model = detection.Detector(model, height.opt, width.opt, args.prepare, args.exact)
            inputs, *sets = [tuple(map(model.as_given, tensors)) for tensors in (inputs, *sets)]
    else:
        inputs, dynamic, sets = tuple(example), {}, [tuple(example)] * 2
        opt_shapes = [list(tensor.shape) for tensor in inputs]
        if args.batch.dynamic or args.size or args.image:
            sys.exit("error: a callable that returns its own example inputs takes no --batch, --size or --image")

    if args.weights == "none" or (args.weights is None and ":" not in args.model):
        progress(f"{args.model}: random weights of seed {args.seed}; setting batch-norm statistics from data")
        normalize_layers = lambda: prepare_random_weights(model, opt_shapes, generator)
        detection.prepare_random_weights(model, normalize_layers) if task == "detection" else normalize_layers()
    if task == "quantization":
        progress(f"{args.model}: quantizing to int8")
        model = quantize_model(model, opt_shapes, generator)

    progress(f"{args.model}: torch.export")
    dynamic_shapes = tuple(dynamic for _ in inputs) if dynamic else None
    program = torch.export.export(model, inputs, dynamic_shapes=dynamic_shapes).run_decompositions({})
    names = program.graph_signature.user_inputs
    tensors = golden(model.reference if task == "detection" else model, names, sets)

    progress(f"{args.model}: writing {args.output}")
    extra = {"torchvision_trt.json": json.dumps(preset(args.model, task, model))} if task else None
    save_by_rename(program, tensors, args.output, task, extra)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="print the exportable torchvision models as JSON")
    one = commands.add_parser("export", help="write M.pt2 and M.golden.safetensors")
    one.add_argument("model", help="a torchvision model, or pkg.module:callable that returns a module (and example inputs)")
    one.add_argument("--weights", choices=["DEFAULT", "none"], help="trained weights (downloads), or seeded random ones [torchvision models: none]")
    one.add_argument("--batch", type=Range.parse, default=Range(1, 1, 1), help="N or MIN:OPT:MAX [1]")
    one.add_argument("--size", type=parse_size, help="H,W; each N or MIN:OPT:MAX [what the model was trained for]")
    one.add_argument("--image", type=Path, help="a photograph to be the input of golden set 0")
    one.add_argument("--prepare", choices=detection.PREPARE, default="normalize", help="detection: what the network does with images before [normalize]")
    one.add_argument("--exact", action="store_true", help="detection: outputs of as many rows as there are detections, of one image")
    one.add_argument("--seed", type=int, default=0, help="of random weights and inputs [0]")
    one.add_argument("-o", "--output", type=Path, required=True, help="the .pt2 file")
    args = parser.parse_args()

    warnings.filterwarnings("ignore")
    if args.command == "list":
        json.dump(list_models(), sys.stdout)
        print()
    else:
        if args.output.suffix != ".pt2":
            sys.exit(f"error: the output must end in .pt2, got '{args.output}'")
        export(args)


if __name__ == "__main__":
    main()
