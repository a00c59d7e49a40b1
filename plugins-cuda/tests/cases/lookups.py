"""torch.gather and torch.nn.functional.embedding."""

import torch
import torch.nn.functional as F

from suite import SHORT, Family, ints, randn

gather = Family("TorchGather", "gather")
embedding = Family("TorchEmbedding", "embedding")
ALL = tuple(SHORT)
FLOAT = (torch.float32,)


def add_gather(name, shape, index_shape, dim, dtypes=FLOAT, index_dtype=torch.int32):
    size = shape[dim] if shape else 1
    index = ints(*index_shape, low=0, high=max(size, 1), seed=5, dtype=index_dtype)
    gather.exact(name, [ints(*shape, low=-120, high=120), index], lambda x, i: torch.gather(x, dim, i.long()), dtypes, dim=dim)


add_gather("last", (3, 5), (3, 7), 1, ALL)
add_gather("first", (6, 5), (4, 5), 0, ALL, torch.int64)
add_gather("middle", (2, 6, 4), (2, 3, 4), 1)
add_gather("smaller_index", (4, 6, 5), (2, 9, 3), 1)
add_gather("negative_dim", (2, 3, 4), (2, 3, 2), -1)
add_gather("vector", (10,), (25,), 0)
add_gather("scalar", (), (), 0)
add_gather("one", (3, 4), (1, 1), 1)
add_gather("one_row", (3, 4, 5), (1, 2, 5), 1)
add_gather("four_dims", (2, 3, 4, 5), (2, 3, 2, 5), 2, (torch.float16, torch.int64))
add_gather("four_dims_smaller", (3, 4, 5, 6), (2, 3, 4, 5), 2)
add_gather("eight_dims", (2, 1, 3, 2, 2, 2, 3, 2), (2, 1, 2, 2, 2, 2, 3, 1), 4)
add_gather("empty_index", (3, 4), (0, 4), 0)
add_gather("empty_index_last", (3, 4), (3, 0), 1, index_dtype=torch.int64)
add_gather("odd_rows", (5, 33), (5, 31), 1, ALL)
add_gather("short_rows", (40, 3), (37, 3), 0, (torch.float32, torch.float16))
add_gather("large", (7, 401, 13), (7, 333, 13), 1, (torch.float32, torch.float16))
# An index out of range has all bits set.
outside = torch.tensor([[0, -1, 2], [3, 1, -7], [2**31 - 1, -2**31, 1]], dtype=torch.int32)
expected = torch.tensor([[0.0, torch.nan, 2.0], [torch.nan, 4.0, torch.nan], [torch.nan, torch.nan, 7.0]])
gather.case("outside", [torch.arange(9.0).view(3, 3), outside], expected, dim=1)
gather.case("outside_ints", [torch.arange(9, dtype=torch.int32).view(3, 3), outside], expected.nan_to_num(-1).int(), dim=1)
gather.case("of_nothing", [torch.zeros(2, 0), torch.zeros(2, 3, dtype=torch.int32)], torch.full((2, 3), torch.nan), dim=1)
gather.refused("rank", [randn(2, 3), ints(2)], "index", dim=0)
gather.refused("too_large", [randn(2, 3), ints(3, 3)], "index", dim=1)
gather.refused("dim", [randn(2, 3), ints(2, 3)], "out of range", dim=2)
gather.refused("one_input", [randn(2, 3)], "there are 1", dim=1)


def add_embedding(name, rows, width, shape, dtypes=FLOAT, index_dtype=torch.int32):
    indices = ints(*shape, low=0, high=rows, seed=5, dtype=index_dtype)
    weight = ints(rows, width, low=-120, high=120)
    for dtype in dtypes:
        held = (weight != 0) if dtype == torch.bool else weight.to(dtype)
        table = held.double() if not held.is_floating_point() else held
        embedding.case(f"{name}_{SHORT[dtype]}", [indices, held], F.embedding(indices, table).to(dtype))


add_embedding("plain", 10, 6, (2, 4), ALL)
add_embedding("aligned", 11, 16, (3, 5), ALL, torch.int64)
add_embedding("odd", 7, 5, (9,), ALL)
add_embedding("one_wide", 7, 1, (9,))
add_embedding("one_index", 7, 8, ())
add_embedding("one_row", 1, 8, (3, 2))
add_embedding("none", 7, 8, (0,))
add_embedding("no_width", 7, 0, (3,))
add_embedding("three_dims", 20, 12, (2, 3, 4), (torch.float16, torch.bfloat16))
add_embedding("wide", 5, 1000, (17,), (torch.float32, torch.float16))
add_embedding("many", 1000, 12, (50, 40), (torch.float32,), torch.int64)
table = randn(6, 4)
indices = torch.tensor([[1, 0, 5], [0, 0, 2]])
# padding_idx changes gradients, not the row.
embedding.case("padding", [indices, table], F.embedding(indices, table, padding_idx=0))
outside = torch.tensor([0, -1, 6, 5])
embedding.case("outside", [outside, table], torch.stack([table[0], torch.full((4,), torch.nan), torch.full((4,), torch.nan), table[5]]))
embedding.refused("vector_weight", [ints(3), randn(4)], "weight")
embedding.refused("one_input", [ints(3)], "there are 1")
