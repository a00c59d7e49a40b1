"""Linear layers and matrix products."""

import torch
import torch.nn.functional as F
from torch import nn

from suite import D, Family, randn

linear = Family("linear").case
N = D("n", 2, 5)

linear("rank_2", nn.Linear(7, 5), randn(2, 7))
linear("no_bias", nn.Linear(7, 5, bias=False), randn(3, 7))
linear("rank_1", nn.Linear(7, 5), randn(7))
linear("rank_3", nn.Linear(7, 5), randn(2, 3, 7))
linear("rank_4_dynamic", nn.Linear(7, 5), randn(N, 3, D("h", 4, 6), 7))
linear("dynamic_batch", nn.Linear(9, 4), randn(N, 9))
linear("one_output", nn.Linear(9, 1), randn(N, 9))
linear("after_flatten", nn.Sequential(nn.Flatten(), nn.Linear(24, 5)), randn(N, 2, 3, 4))
linear("weight_is_an_input", lambda x, w, b: F.linear(x, w, b), randn(2, 3, 7), randn(4, 7), randn(4))
linear("rank_2_weight_is_computed", lambda x, w: F.linear(x, w.relu()), randn(N, 7), randn(4, 7))

matmul = Family("matmul").case
matmul("2x2", torch.matmul, randn(3, 4), randn(4, 5))
matmul("vector_matrix", torch.matmul, randn(4), randn(4, 5))
matmul("matrix_vector", torch.matmul, randn(3, 4), randn(4))
matmul("vector_vector", torch.matmul, randn(4), randn(4))
matmul("broadcast", torch.matmul, randn(2, 1, 3, 4), randn(5, 4, 6))
matmul("batch_vector", torch.matmul, randn(2, 3, 4), randn(4))
matmul("batched_dynamic", torch.bmm, randn(N, 3, 4), randn(N, 4, 5))
matmul("mm_transposed", lambda a, b: torch.mm(a.t(), b), randn(4, 3), randn(4, 5))
matmul("addmm", lambda a, b, c: torch.addmm(a, b, c, beta=0.5, alpha=2), randn(5), randn(3, 4), randn(4, 5))
