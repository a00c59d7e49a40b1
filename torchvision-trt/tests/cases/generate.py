#!/usr/bin/env python3
"""Write the numeric cases, each a small .pt2 with its golden file, and cases.json, into a folder.

    generate.py FOLDER

Does nothing if the folder already holds what these sources make. Pinned to the PyTorch of the exporter.
"""

import hashlib
import importlib
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXPORTER = HERE.parent.parent / "python"
FAMILIES = [
    "activations", "aliasing", "arithmetic", "blocks", "convolutions", "linears", "normalizations", "poolings", "reductions",
    "shapes",
]


def fingerprint():
    digest = hashlib.sha256()
    for source in sorted([*HERE.glob("*.py"), EXPORTER / "export.py"]):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / "fingerprint"
    wanted = fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    stamp.unlink(missing_ok=True)

    import torch
    import warnings

    warnings.filterwarnings("ignore")
    torch.manual_seed(0)
    torch.set_num_threads(1)
    torch.backends.mha.set_fastpath_enabled(False)  # the fast path is no part of an exported program
    sys.path[:0] = [str(HERE), str(EXPORTER)]
    from export import named_outputs, save_by_rename
    from suite import CASES

    for family in FAMILIES:
        importlib.import_module(family)
    names = [case.name for case in CASES]
    assert len(names) == len(set(names)), "two cases share a name"

    for old in folder.glob("*.pt2"):
        if old.stem not in names:
            old.unlink()
    failures = []
    for number, case in enumerate(CASES):
        generator = torch.Generator().manual_seed(number)
        sets = [[spec.tensor(which, generator) for spec in case.inputs] for which in (0, 1)]
        try:
            program = export(torch, case, sets[0])
        except Exception as error:
            failures.append(f"error: case {case.name} does not export: {error}")
            continue
        tensors = {}
        for which, inputs in enumerate(sets):
            for name, tensor in zip(program.graph_signature.user_inputs, inputs, strict=True):
                tensors[f"{which}.input.{name}"] = tensor
            with torch.no_grad():
                outputs = named_outputs(case.module(*[tensor.clone() for tensor in inputs]))
            for path, tensor in outputs.items():
                tensors[f"{which}.output.{path}"] = tensor
        tensors = {key: tensor.detach().clone().contiguous() for key, tensor in tensors.items()}
        save_by_rename(program, tensors, folder / f"{case.name}.pt2")
        if sys.stderr.isatty():
            print(f"\r{number + 1}/{len(CASES)} cases", end="", file=sys.stderr)
    if failures:
        sys.exit("\n".join(failures))
    manifest = [{"name": case.name, "tolerance": case.tolerance} for case in CASES]
    (folder / "cases.json").write_text(json.dumps(manifest))
    stamp.write_text(wanted)
    print(f"wrote {len(CASES)} cases", file=sys.stderr)


def export(torch, case, inputs):
    dims = {}

    def dim(size):
        if size.name not in dims:
            # Names that start with "_" leave the size to torch.export, which some guards need.
            free = size.name.startswith("_")
            dims[size.name] = (
                torch.export.Dim.DYNAMIC(min=size.min, max=size.max) if free
                else torch.export.Dim(size.name, min=size.min, max=size.max)
            )
        return dims[size.name]

    shapes = [{axis: dim(size) for axis, size in spec.dynamic.items()} for spec in case.inputs]
    dynamic = {"inputs": tuple(shapes)} if any(shapes) else None
    if dynamic and type(case.module).__name__ != "Function":
        dynamic = tuple(shapes)
    program = torch.export.export(case.module, tuple(inputs), dynamic_shapes=dynamic)
    return program if case.dialect == "raw" else program.run_decompositions({})


if __name__ == "__main__":
    main()
