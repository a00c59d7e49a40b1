"""What a numeric case is, and the words to write one with."""

import functools
import importlib
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import nn

CASES = []


@dataclass(frozen=True)
class D:
    """A dynamic size: its name, its value in the first and in the second golden set, and its range."""

    name: str
    first: int
    second: int
    min: int = 1
    max: int = 64


@dataclass(frozen=True)
class Input:
    shape: tuple
    make: object  # (shape, generator) -> tensor

    def tensor(self, which, generator):
        pick = lambda size: size if isinstance(size, int) else (size.first, size.second)[which]
        return self.make([pick(size) for size in self.shape], generator)

    @property
    def dynamic(self):
        return {axis: size for axis, size in enumerate(self.shape) if isinstance(size, D)}


@dataclass(frozen=True)
class Case:
    name: str
    family: str
    module: nn.Module
    inputs: tuple
    tolerance: str
    low_tolerance: str | None
    dialect: str


@dataclass
class Family:
    """Collects the cases of one file."""

    name: str
    count: int = field(default=0)

    def case(self, name, function, *inputs, tolerance="fp32", low_tolerance=None, dialect="functional"):
        """`function` is a module, or a function of tensors. Tolerance "exact" is for operators that only move elements.

        `low_tolerance` is what half precision has to keep, where a step makes more of its error than an operator does.
        """
        module = function if isinstance(function, nn.Module) else Function(function)
        self.count += 1
        CASES.append(Case(f"{self.name}_{name}", self.name, module.eval(), inputs, tolerance, low_tolerance, dialect))


class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *inputs):
        return plain(self.function(*inputs))


def buffers(function, **tensors):
    """A function of tensors that are buffers of its module, then of the inputs."""
    module = Function(lambda *inputs: function(*[getattr(module, name) for name in tensors], *inputs))
    for name, tensor in tensors.items():
        module.register_buffer(name, tensor)
    return module


def plain(outputs):
    """PyTorch's named results (`torch.return_types`) cannot be saved; they are tuples all the same."""
    return tuple(map(plain, outputs)) if isinstance(outputs, tuple) else outputs


def randn(*shape, dtype=torch.float32):
    return Input(shape, lambda size, g: torch.randn(size, generator=g).to(dtype))


def uniform(*shape, low=0.0, high=1.0, dtype=torch.float32):
    return Input(shape, lambda size, g: (torch.rand(size, generator=g) * (high - low) + low).to(dtype))


def ints(*shape, low=-10, high=10, dtype=torch.int64):
    return Input(shape, lambda size, g: torch.randint(low, high, size, generator=g).to(dtype))


def bools(*shape):
    return Input(shape, lambda size, g: torch.rand(size, generator=g) < 0.5)


def edges(*shape):
    """Random numbers among the values where piecewise functions change."""
    special = torch.tensor([0.0, -0.0, 1.0, -1.0, 3.0, -3.0, 6.0, -6.0, 0.5, -0.5, 20.5, -20.5, 100.0, -100.0, 1e-8, 2.5])

    def make(size, g):
        x = torch.randn(size, generator=g) * 4
        pick = torch.randint(0, 2 * len(special), size, generator=g)
        return torch.where(pick < len(special), special[pick % len(special)], x)

    return Input(shape, make)


def table(*numbers, dtype=torch.float32):
    """These numbers, in another order in each golden set."""
    return Input((len(numbers),), lambda size, g: torch.tensor(numbers, dtype=dtype)[torch.randperm(len(numbers), generator=g)])


def in_place(function):
    """Reads the tensor, overwrites it, and reads it again through a view made before."""

    def apply(x):
        y = x * 1
        row = y[0]
        before = y + 1
        result = function(y)
        return before, row * 2, result + y

    return apply


@torch.no_grad()
def trained(module):
    """Gives normalisation layers statistics and weights that a trained model could have."""
    for layer in module.modules():
        if getattr(layer, "running_mean", None) is not None:
            layer.running_mean.normal_()
            layer.running_var.uniform_(0.2, 3.0)
        if isinstance(layer, (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm)) and layer.weight is not None:
            layer.weight.uniform_(-1.5, 1.5)
            layer.bias.normal_()
    return module


NAMES = (Path(__file__).with_name("converter_names.txt")).read_text().splitlines()[1:]


class CalledNames:
    """While this is open, notes which of `NAMES` are called, by whichever way: operator signs, methods, or other functions."""

    def __init__(self):
        self.found = set()

    def __enter__(self):
        self.replaced = []
        for name in NAMES:
            owner, attribute = resolve(name)
            if owner is not None:
                self.replaced.append((owner, attribute, vars(owner).get(attribute)))
                setattr(owner, attribute, self.noting(name, getattr(owner, attribute)))

    def __exit__(self, *_):
        for owner, attribute, original in reversed(self.replaced):
            if original is None:
                delattr(owner, attribute)
            else:
                setattr(owner, attribute, original)

    def noting(self, name, function):
        @functools.wraps(function)
        def call(*args, **kwargs):
            self.found.add(name)
            return function(*args, **kwargs)

        return call


def called(name):
    """The function of a dotted name, looked up when it is called, as in code that spells it: so `CalledNames` sees it."""
    owner, attribute = resolve(name)
    return lambda *args, **kwargs: getattr(owner, attribute)(*args, **kwargs)


def resolve(name):
    """The module or class that a dotted name is found in, and the name's last part; no owner if there is none."""
    *path, attribute = name.split(".")
    for length in range(len(path), 0, -1):
        try:
            owner = importlib.import_module(".".join(path[:length]))
        except ImportError:
            continue
        for part in path[length:]:
            owner = getattr(owner, part, None)
        return (owner, attribute) if hasattr(owner, attribute) else (None, attribute)
    return None, attribute
