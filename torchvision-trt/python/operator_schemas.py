"""Writes the table of operator schemas that the reader of exported programs needs.

torch.export leaves out arguments that have their default value, so `src/graph/schemas.txt` supplies names, types and defaults of
every operator that can stand in an exported program, one schema a line, sorted by name:

    python torchvision-trt/python/operator_schemas.py          # PyTorch and torchvision as pinned by this project

Left out: variants with an `out` argument, gradients of operators, and operators that need a script object or a future.
"""

import pathlib

import torch
import torch.ao.quantization.fx._decomposed  # noqa: F401  registers quantized_decomposed
import torchvision  # noqa: F401  registers torchvision's operators

NAMESPACES = ("aten", "torchvision", "quantized_decomposed", "prims")
UNWANTED_TYPES = ("Generator", "Storage", "Stream", "__torch__", "Future", "Dict(", "Any")
TABLE = pathlib.Path(__file__).parent.parent / "src" / "graph" / "schemas.txt"


def wanted(schema) -> bool:
    namespace, name = schema.name.split("::")
    text = str(schema)
    return (
        namespace in NAMESPACES
        and ("Tensor" in text or name.startswith(("_assert", "sym_")))
        and not any(a.is_out for a in schema.arguments)
        and "..." not in text
        and "backward" not in name
        and not any(t in text.replace("Generator? generator=None", "") for t in UNWANTED_TYPES)
    )


def line(schema) -> str:
    """`aten::add.Tensor(...)` as the program names it: `aten.add.Tensor(...)`."""
    name = schema.name.replace("::", ".") + "." + (schema.overload_name or "default")
    arguments = str(schema).split("(", 1)[1]
    return f"{name}({arguments}"


def main() -> None:
    lines = sorted({line(s) for s in torch._C._jit_get_all_schemas() if wanted(s)})
    header = f"# Written by python/operator_schemas.py with PyTorch {torch.__version__.split('+')[0]}"
    header += f" and torchvision {torchvision.__version__.split('+')[0]}; do not edit."
    TABLE.write_text("\n".join([header, *lines]) + "\n")
    print(f"{TABLE}: {len(lines)} operators, {TABLE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
