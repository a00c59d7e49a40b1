"""Unfolding, repeating, grids and views."""

import torch
import torch.nn.functional as F

from suite import REAL, SHORT, Family, ints, randn

unfold = Family("TorchUnfold", "unfold")
repeat = Family("RepeatDims", "repeat")
mesh = Family("MeshGrid", "mesh_grid")
view = Family("ExView", "view")
ALL = tuple(SHORT)
FLOAT = (torch.float32,)


def add_unfold(name, shape, kernel, dtypes=FLOAT, **options):
    def reference(x):
        return F.unfold(x.double(), kernel, **{key: tuple(value) for key, value in options.items()}).to(x.dtype)

    unfold.exact(name, ints(*shape, low=-120, high=120), reference, dtypes, kernel_size=list(kernel), **options)


add_unfold("plain", (2, 3, 6, 7), (2, 3), ALL)
add_unfold("tall", (1, 2, 9, 4), (3, 1))
add_unfold("padding", (2, 3, 5, 6), (3, 3), padding=[1, 1])
add_unfold("padding_unequal", (2, 1, 5, 8), (3, 2), padding=[2, 0])
add_unfold("stride", (2, 3, 9, 8), (3, 3), stride=[2, 3])
add_unfold("dilation", (2, 2, 11, 9), (3, 2), dilation=[2, 3])
add_unfold("all", (2, 3, 13, 10), (3, 2), (torch.float32, torch.float16, torch.int32), dilation=[2, 1], padding=[1, 2], stride=[3, 2])
add_unfold("same_even", (2, 3, 8, 8), (3, 3), (torch.float32, torch.float16), padding=[1, 1])
add_unfold("same_wide", (1, 2, 5, 64), (3, 5), (torch.float16, torch.uint8), padding=[1, 2])
# Packs of sixteen bytes, half of them and none, with windows that slide over elements and such that leave some out.
for width in (8, 12, 16, 20, 24):
    add_unfold(f"slide_{width}", (2, 3, 4, width), (3, 3), ALL, padding=[1, 1])
    add_unfold(f"leap_{width}", (1, 2, 5, 2 * width - 1), (3, 3), (torch.float16, torch.float32), padding=[1, 1], stride=[2, 2])
add_unfold("slide_past_image", (1, 2, 3, 10), (2, 9), (torch.float16, torch.float32), padding=[1, 7])
add_unfold("spread", (2, 3, 9, 16), (3, 3), (torch.float16,), padding=[2, 2], dilation=[2, 2])
add_unfold("unbatched", (3, 6, 7), (2, 2))
add_unfold("whole", (2, 3, 4, 5), (4, 5))
add_unfold("one_pixel", (2, 3, 4, 5), (1, 1))
add_unfold("one_by_one", (1, 1, 1, 1), (1, 1))
add_unfold("long_rows", (1, 1, 3, 1000), (2, 3), (torch.float32, torch.bfloat16))
add_unfold("stride_past_kernel", (2, 2, 11, 13), (2, 2), stride=[4, 5])
add_unfold("dilation_past_image", (1, 2, 5, 5), (2, 2), dilation=[4, 4])
add_unfold("only_padding", (1, 1, 1, 1), (3, 3), padding=[1, 1])
unfold.case("no_batch", [torch.zeros(0, 3, 4, 5)], torch.zeros(0, 12, 12), kernel_size=[2, 2])
unfold.refused("too_large", randn(1, 2, 3, 3), "no place", kernel_size=[4, 1])
unfold.refused("kernel", randn(1, 2, 3, 3), "kernel_size", kernel_size=[0, 1])
unfold.refused("stride", randn(1, 2, 3, 3), "stride", kernel_size=[1, 1], stride=[0, 1])
unfold.refused("padding", randn(1, 2, 3, 3), "padding", kernel_size=[1, 1], padding=[-1, 1])
unfold.refused("one_number", randn(1, 2, 3, 3), "kernel_size", kernel_size=[2])
unfold.refused("rank", randn(3, 3), "expected 3", kernel_size=[1, 1])


def add_repeat(name, shape, times, dtypes=FLOAT):
    repeat.exact(name, ints(*shape, low=-120, high=120), lambda x: x.repeat(times), dtypes, repeat_dims=times)


add_repeat("last", (2, 3, 4), [1, 1, 3], ALL)
add_repeat("first", (2, 3, 5), [4, 1, 1], ALL)
add_repeat("all", (2, 3, 5), [2, 3, 4])
add_repeat("more_dims", (3, 2), [2, 1, 4, 3])
add_repeat("once", (3, 2), [1, 1])
add_repeat("never", (3, 2), [2, 0])
add_repeat("scalar", (), [3, 2])
add_repeat("scalar_once", (), [])
add_repeat("one_element", (1, 1), [3, 5])
add_repeat("empty", (0, 3), [2, 2])
add_repeat("even", (2, 8, 16), [3, 2, 2], (torch.float32, torch.float16))
add_repeat("broadcast", (4, 1), [1, 1000], (torch.float32, torch.uint8))
add_repeat("middle", (3, 1, 40), [1, 50, 1])
add_repeat("large_first", (515, 512), [3, 1])
add_repeat("large_odd_first", (513, 515), [3, 1])
add_repeat("eight_dims", (2, 1, 3, 1, 2, 1, 2, 2), [1, 2, 2, 1, 2, 3, 1, 2])
repeat.refused("too_few", randn(2, 3), "repeat_dims", repeat_dims=[2])
repeat.refused("negative", randn(2, 3), "repeat_dims", repeat_dims=[2, -1])
repeat.refused("nine", randn(2), "repeat_dims", repeat_dims=[1] * 9)

NUMBERS = (*REAL, torch.int32, torch.int64)


def add_mesh(name, *shapes, dtypes=FLOAT):
    for dtype in dtypes:
        vectors = [ints(*shape, seed=number).to(dtype) for number, shape in enumerate(shapes)]
        mesh.case(f"{name}_{SHORT[dtype]}", vectors, torch.meshgrid(*vectors, indexing="ij"), num_inputs=len(vectors))


add_mesh("two", (5,), (7,), dtypes=NUMBERS)
add_mesh("three", (3,), (4,), (8,), dtypes=NUMBERS)
add_mesh("one", (6,))
add_mesh("with_scalar", (6,), (), (3,))
add_mesh("even", (16,), (32,), dtypes=(torch.float32, torch.float16))
add_mesh("empty", (4,), (0,))
add_mesh("five", (2,), (3,), (1,), (4,), (5,))
add_mesh("one_element_each", (1,), (1,), dtypes=(torch.float32, torch.int64))
add_mesh("long", (1,), (3001,), dtypes=(torch.float32, torch.float16))


def add_spaced(name, shape, dims, starts=None, strides=None, dtypes=FLOAT, given=None):
    """The numbers starts + strides * [0, 1, …] along each of the dimensions."""
    sizes = [shape[dim] for dim in dims]
    for dtype in dtypes:
        axes = [torch.arange(n, dtype=torch.float64) * b + a for n, a, b in zip(sizes, starts or [0.0] * 9, strides or [1.0] * 9)]
        outputs = [grid.to(dtype) for grid in torch.meshgrid(*axes, indexing="ij")]
        fields = {"slice_dims": dims} if given is None else given
        fields |= {"starts": starts} if starts else {}
        fields |= {"strides": strides} if strides else {}
        mesh.case(f"{name}_{SHORT[dtype]}", [ints(*shape).to(dtype)], outputs, **fields)


add_spaced("image", (1, 3, 5, 7), [2, 3], dtypes=NUMBERS, given={})
add_spaced("anchors", (2, 4, 6, 8), [2, 3], [0.5, 1.0], [16.0, 8.0], dtypes=NUMBERS[:3])
add_spaced("negative_dims", (2, 4, 6, 9), [-1, -2], [3.0, -4.0], [-0.25, 0.125])
add_spaced("one_dim", (2, 11), [1], [2.0], [3.0], dtypes=(torch.float32, torch.int32))
add_spaced("three_dims", (4, 5, 6), [0, 1, 2], [0.0, 1.0, 2.0], [1.0, 2.0, 3.0])
add_spaced("spaced_empty", (4, 0, 6), [0, 1], [0.0, 1.0], [1.0, 2.0])
mesh.refused("matrix", [randn(2, 3), randn(2)], "expected a vector", num_inputs=2)
mesh.refused("number", [randn(2)], "expected 2", num_inputs=2)
mesh.refused("starts", randn(1, 2, 3, 4), "starts", slice_dims=[1, 2, 3])
mesh.refused("dims", randn(2, 3), "out of range")
mesh.refused("no_dims", randn(2, 3), "slice_dims", slice_dims=[], starts=[], strides=[])


def add_view(name, shapes, expression, shape, dtypes=FLOAT):
    others = [ints(*other) for other in shapes[1:]]
    view.exact(name, [ints(*shapes[0], low=-120, high=120), *others], lambda x, *_: x.reshape(shape), dtypes, dim_expression=expression)


add_view("constant", [(2, 6)], "3;4", (3, 4), ALL)
add_view("of_other", [(4, 6), (3, 8)], "a0;a1", (3, 8))
add_view("arithmetic", [(4, 6), (3, 4)], "a0*2;(a1+4)/2", (6, 4))
add_view("precedence", [(4, 6), (2, 5)], "a0+a1*2;2", (12, 2))
add_view("two_others", [(5, 6), (10, 1), (3, 7)], "a0;b0", (10, 3))
add_view("flat", [(3, 5, 7), (105,)], "a0", (105,))
add_view("scalar", [(1, 1)], "", ())
add_view("to_one", [()], "1;1;1", (1, 1, 1))
add_view("empty", [(0, 3)], "3;0", (3, 0))
add_view("parentheses", [(12, 2), (3, 5)], "(a0+1)*(a1-2)/2;24/((a0+1)*(a1-2)/2)", (6, 4))
add_view("spaces", [(2, 6), (4, 3)], " a0 ; a1 ", (4, 3))
add_view("same", [(2, 3, 5), (2, 3, 5)], "a0;a1;a2", (2, 3, 5), (torch.float32, torch.bfloat16, torch.int64))
add_view("eight_dims", [(4, 27), (2, 3)], "2;1;a0;3;1;a1;1;3", (2, 1, 2, 3, 1, 3, 1, 3))
add_view("odd_bytes", [(7, 3), (3, 7)], "a0;a1", (3, 7), (torch.int8, torch.uint8, torch.bool, torch.float16))
add_view("empty_of_other", [(5, 0), (0, 2)], "a0;5", (0, 5))
add_view("large", [(101, 203)], "203;101", (203, 101), (torch.float32, torch.float16, torch.uint8))
view.refused("elements", randn(2, 3), "another number of elements", dim_expression="7")
view.refused("no_input", randn(2, 3), "a0", dim_expression="a0")
view.refused("grammar", randn(2, 3), "dim_expression", dim_expression="2*;3")
view.refused("letter", randn(2, 3), "dim_expression", dim_expression="a")
view.refused("missing", randn(2, 3), "dim_expression")
