"""What a case of a plugin is, and the words to write one with."""

from dataclasses import dataclass

import torch

CASES = []
REFUSALS = []


@dataclass(frozen=True)
class Case:
    name: str
    plugin: str
    fields: dict
    inputs: tuple
    outputs: tuple
    tolerance: str


@dataclass(frozen=True)
class Refusal:
    name: str
    plugin: str
    fields: dict
    inputs: tuple
    message: str


# Names of tolerances, which tests/plugins/compare.rs gives their numbers.
TOLERANCES = {torch.float32: "fp32", torch.float16: "fp16", torch.bfloat16: "bf16"}
REAL = tuple(TOLERANCES)
SHORT = {torch.float32: "f32", torch.float16: "f16", torch.bfloat16: "bf16", torch.int32: "i32", torch.int64: "i64", torch.int8: "i8",
         torch.uint8: "u8", torch.bool: "bool"}


@dataclass
class Family:
    """Collects the cases of one plugin, whose names begin with `prefix`."""

    plugin: str
    prefix: str

    def case(self, name, inputs, outputs, tolerance="exact", **fields):
        """`inputs` are tensors, `outputs` what PyTorch makes of them. Tolerance "exact" is for what moves elements or counts."""
        name = f"{self.prefix}_{name}"
        assert name not in {case.name for case in CASES}, f"two cases are called {name}"
        tensors = [tuple(tensor.contiguous() for tensor in listed(group)) for group in (inputs, outputs)]
        CASES.append(Case(name, self.plugin, fields, *tensors, tolerance))

    def real(self, name, inputs, reference, dtypes=REAL, tolerances=TOLERANCES, **fields):
        """A case for each real type. `reference` computes in double precision on what the type holds of the real inputs; the others
        stay as they are, and so do its outputs that are not real."""
        for dtype in dtypes:
            held = [x.to(dtype) if x.is_floating_point() else x for x in listed(inputs)]
            wide = reference(*[x.double() if x.is_floating_point() else x for x in held])
            outputs = [y.to(dtype) if y.is_floating_point() else y for y in listed(wide)]
            self.case(f"{name}_{SHORT[dtype]}", held, outputs, tolerances[dtype], **fields)

    def exact(self, name, inputs, reference, dtypes, **fields):
        """A case for each type of the first input, of a reference that moves elements."""
        first, *others = listed(inputs)
        for dtype in dtypes:
            held = (first != 0) if dtype == torch.bool else first.to(dtype)
            self.case(f"{name}_{SHORT[dtype]}", [held, *others], reference(held, *others), **fields)

    def refused(self, name, inputs, message, **fields):
        """Attributes or inputs that the plugin must refuse, with a message that contains these words."""
        REFUSALS.append(Refusal(f"{self.prefix}_{name}", self.plugin, fields, tuple(listed(inputs)), message))


def listed(tensors):
    return list(tensors) if isinstance(tensors, (tuple, list)) else [tensors]


def randn(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed + sum(shape) + 31 * len(shape)))


def ints(*shape, low=-100, high=100, seed=0, dtype=torch.int32):
    return torch.randint(low, high, shape, generator=torch.Generator().manual_seed(seed + sum(shape))).to(dtype)


def with_special(x, *values):
    """The tensor with these numbers (NaN, infinities, …) strewn into it."""
    x = x.clone()
    flat = x.view(-1)
    for number, value in enumerate(values):
        flat[(number * 7 + 3) % len(flat)] = value
    return x
