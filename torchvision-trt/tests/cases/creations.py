"""New tensors, of fixed sizes and of sizes that depend on the input; changes of the element type."""

import torch

from suite import D, Family, Input, bools, called, ints, randn, uniform

create = Family("create").case
N = D("n", 2, 5)
M = D("m", 3, 7)

create("tensor", lambda x: (x + torch.tensor([1.0, -2.0, 3.0]), x * torch.tensor(2), x + torch.tensor([[1], [2]])), randn(2, 3))
create("tensor_types", lambda x: torch.where(torch.tensor([True, False, True]), x, torch.tensor(7, dtype=torch.float16)), randn(N, 3))
create("tensor_returned", lambda x: (x, torch.tensor([[1, 2], [3, 4]]), torch.tensor([True, False])), randn(3))
create("tensor_written_raw", lambda x: (t := torch.tensor([1.0, 2.0, 3.0]), t.mul_(2), x + t)[2], randn(N, 3), dialect="raw")
create("as_tensor", lambda x: x + torch.as_tensor([0.5, 1.5, 2.5]) + torch.scalar_tensor(3), randn(N, 3))
# Memory that is left undefined can hold NaN, so it is written before it is read.
for name, known in (("zeros", lambda t: t), ("ones", lambda t: t), ("empty", lambda t: t.fill_(2))):
    create(
        f"{name}",
        lambda x, f=getattr(torch, name), k=known: (x + k(f(3)), k(f(x.shape[0], 3)), k(f(2, x.shape[1], dtype=torch.int64))),
        randn(N, 3),
    )
    create(
        f"{name}_like",
        lambda x, f=getattr(torch, name + "_like"), k=known: (k(f(x)), k(f(x, dtype=torch.int32)), k(f(x[0])) + x),
        ints(N, M),
    )
    create(f"new_{name}", lambda x, m="new_" + name, k=known: k(getattr(x, m)((x.shape[1], 2))), randn(N, M))
create("full", lambda x: (torch.full((2, 3), 1.5), torch.full((x.shape[0], 3), 7), torch.full((x.shape[0],), True), x), randn(N, 3))
create("full_like", lambda x: (torch.full_like(x, 2.5), torch.full_like(x, 3, dtype=torch.float32), x.new_full((x.shape[0], 2), -1)), ints(N, 3))
create("full_of_size", lambda x: torch.full((2, x.shape[0]), x.shape[1]) + torch.full((1,), x.shape[0]), randn(N, M))
create("fill_raw", lambda x: (y := x * 1, y[0].fill_(3.0), y.view(-1)[:2].zero_(), y + x)[3], randn(N, 4), dialect="raw")
create("fill_by_tensor_raw", lambda x, v: (y := x * 1, y[:, 1:].fill_(v), y + x)[2], randn(N, 4), randn(), dialect="raw")
create("empty_strided", lambda x: torch.empty_strided((2, 3), (3, 1)).fill_(2.0) + x, randn(2, 3))
create("arange", lambda x: (x + torch.arange(3), torch.arange(2, 9, 3), torch.arange(0.5, 2.0, 0.25), torch.arange(5, 0, -2)), randn(N, 3))
create("arange_dynamic", lambda x: (torch.arange(x.shape[0]), torch.arange(1, x.shape[0] + 1, dtype=torch.float32), torch.arange(0, x.shape[0] * 3, 3)), randn(N, 3))
create("arange_dynamic_start", lambda x: torch.arange(x.shape[0], x.shape[0] + x.shape[1]) * 2, randn(N, M))
create("arange_down", lambda x: torch.arange(x.shape[0] - 1, -1, -1), randn(N, 3))
create("linspace", lambda x: (x * torch.linspace(-1, 1, 3), torch.linspace(2, 5, 1), torch.linspace(0, 9, 4, dtype=torch.float16)), randn(N, 3))
create("eye", lambda x: (x @ torch.eye(3), torch.eye(2, 4), torch.eye(3, dtype=torch.int64)), randn(N, 3))
create("eye_dynamic", lambda x: (torch.eye(x.shape[0]), torch.eye(x.shape[0], x.shape[1])), randn(N, M))
for diagonal in (0, 1, -1, 3, -4):
    label = str(diagonal).replace("-", "minus_")
    create(f"tril_triu_{label}", lambda x, d=diagonal: (torch.tril(x, d), torch.triu(x, d)), randn(2, N, M), tolerance="exact")
create("tril_types", lambda x, m: (x.tril(), x.triu(1), m.tril(-1), m.triu()), ints(3, 5), bools(4, 3))
create("tril_special", lambda x: torch.triu(x, 1), Input((4, 4), lambda size, g: torch.full(size, float("-inf"))), tolerance="exact")
create("tril_in_place_raw", lambda x: (y := x * 1, y.tril_(), y.triu_(-1), y + x)[3], randn(3, N, 4), dialect="raw")

CASTS = {name: called(f"torch.Tensor.{name}") for name in ("bool", "int", "long", "float", "half")}
SOURCES = {
    "floats": uniform(N, 9, low=-3, high=3), "integers": ints(N, 9, low=-2, high=3), "truth": bools(N, 9), "half": uniform(N, 9, low=-3, high=3, dtype=torch.float16),
    "int32": ints(N, 9, low=-2, high=3, dtype=torch.int32), "uint8": ints(N, 9, low=0, high=256, dtype=torch.uint8), "0d": uniform(low=-2, high=2),
}
for name, cast in CASTS.items():
    for source, values in SOURCES.items():
        rounds = name == "half" and source in ("floats", "0d")
        create(f"{source}_to_{name}", lambda x, f=cast: f(x), values, tolerance="fp16" if rounds else "exact")
create("to_uint8", lambda x, i, m: (x.byte(), i.to(torch.uint8), m.to(torch.uint8)), uniform(N, 9, high=255), ints(9, low=0, high=999), bools(9))
create("large_to_uint8", lambda i, j: (i.to(torch.uint8), j.byte()), ints(N, 40, low=-(2**62), high=2**62), ints(40, low=-(2**31), high=2**31, dtype=torch.int32))
create("uint8_image", lambda x: x[:, ::2].permute(2, 0, 1).float() / 255 - 0.5, ints(N, 6, 3, low=0, high=256, dtype=torch.uint8))
create("uint8_steps", lambda x: ((x // 3 + 7).flip(0), torch.cat([x, x + 1]), x[1:].reshape(-1)), ints(4, 6, low=0, high=250, dtype=torch.uint8))
create("type_as", lambda x, i, m: (x.type_as(i), i.type_as(x), m.type_as(x), x.type_as(m)), uniform(N, 5, low=-2, high=2), ints(2), bools(3))
create("to_forms", lambda x, i: (x.to(i), x.to(torch.int32), x.type(torch.int64), x.to("cpu", torch.float16), x.to(copy=True)), uniform(N, 5, low=-2, high=2), ints(2), tolerance="fp16")
create("double_inside", lambda x: (x.double() * 1.5 + 1).float(), randn(N, 5))
create("cast_truncates", lambda x: (x.int(), x.long(), x.int().float()), uniform(N, 40, low=-9, high=9))
create("half_truth", lambda x: (x * 0.4).bool(), ints(N, 40, low=-1, high=2, dtype=torch.float32))
