"""In-place writes whose effect is read elsewhere, as torch.export saves them before run_decompositions."""

import torch
import torch.nn.functional as F
from torch import nn

from suite import D, Family, randn

alias = Family("alias")
N = D("n", 2, 5)


def raw(name, function, *inputs, **options):
    alias.case(name, function, *inputs, dialect="raw", **options)


def chain(x):
    y = x + 1
    y.relu_()
    y.add_(x)
    z = y * 2
    y.mul_(0.5)
    return y + z


def written_through_view(x):
    y = x * 1
    y[:, 0].add_(10)
    return y * 2


def read_through_older_view(x):
    y = x * 1
    first = y[:, :2]
    y.mul_(3)
    return first + 1


def write_through_view_read_base_and_view(x):
    y = x.clone()
    view = y.view(-1, 2)
    view.relu_()
    return y + 1, view * 2


def slice_assignment(x):
    y = torch.zeros_like(x)
    y[:, 1:3] = x[:, 0:2]
    return y


def residual(x):
    y = F.relu(x, inplace=False)
    identity = y
    y = y * 0.5
    y += identity
    return F.relu_(y)


def transposed_write(x):
    y = x * 1
    y.t().sub_(torch.tensor([1.0, 2.0, 3.0])[:, None])
    return y


def overwritten_before_use(x):
    y = x + 1
    z = y.view(-1)
    y.fill_(2.0)
    return z + x.view(-1)


def cat_then_write(x):
    y = x * 1
    joined = torch.cat([y, y], 1)
    y.add_(100)
    return joined + y.sum()


raw("chain", chain, randn(3, 4))
raw("chain_dynamic", chain, randn(N, 4))
raw("write_through_view", written_through_view, randn(3, 4))
raw("read_through_older_view", read_through_older_view, randn(3, 4))
raw("write_view_read_both", write_through_view_read_base_and_view, randn(3, 4))
raw("slice_assignment", slice_assignment, randn(3, 4))
raw("residual", residual, randn(3, 4))
raw("transposed_write", transposed_write, randn(2, 3))
raw("overwritten_before_use", overwritten_before_use, randn(2, 3))
raw("cat_then_write", cat_then_write, randn(2, 3))
raw("relu_of_shared_value", lambda x: (lambda y: F.relu_(y.clone()) + y)(x * 2), randn(3, 4))
raw("hardtanh_then_reads", lambda x: (lambda y: (F.hardtanh_(y, 0.0, 6.0) + y).mul_(y))(x * 4), randn(3, 4))
raw("sequential", nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(True), nn.Dropout(0.2, True), nn.ReLU6(True)), randn(N, 3, 6, 6))
