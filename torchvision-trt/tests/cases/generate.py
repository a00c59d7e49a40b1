#!/usr/bin/env python3
"""Write the numeric cases, each a small .pt2 with its golden file, and cases.json, into a folder.

    generate.py FOLDER [--jobs N]

Every other Python file beside this one is a family of cases. A family is written again only if its source changed, or what all share.
cases.json says for each case which names of converter_names.txt it calls, as seen while it ran. Pinned to the PyTorch of the exporter.
"""

import argparse
import hashlib
import importlib
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXPORTER = HERE.parent.parent / "python"
SHARED = [HERE / "generate.py", HERE / "suite.py", HERE / "converter_names.txt", EXPORTER / "export.py"]


def fingerprint(family):
    digest = hashlib.sha256()
    for source in [*SHARED, HERE / f"{family}.py"]:
        digest.update(source.read_bytes())
    return digest.hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--jobs", type=int, default=2, help="families written at a time")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    families = sorted(source.stem for source in HERE.glob("*.py") if source not in SHARED)
    wanted = {family: fingerprint(family) for family in families}
    manifests = {family: read_manifest(args.folder / f"{family}.json") for family in families}
    stale = [family for family in families if manifests[family].get("fingerprint") != wanted[family]]
    if stale:
        # New processes: cases must not see what others did to PyTorch's state.
        with ProcessPoolExecutor(args.jobs, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
            results = list(pool.map(write_family, stale, [args.folder] * len(stale)))
        failures = [failure for _, lines in results for failure in lines]
        if failures:
            sys.exit("\n".join(failures))
        for family, (cases, _) in zip(stale, results):
            manifests[family] = {"fingerprint": wanted[family], "cases": cases}
            (args.folder / f"{family}.json").write_text(json.dumps(manifests[family]))
        print(f"wrote {', '.join(stale)}", file=sys.stderr)
    cases = [case for family in families for case in manifests[family]["cases"]]
    names = [case["name"] for case in cases]
    doubles = sorted({name for name in names if names.count(name) > 1})
    assert not doubles, f"two cases are called {', '.join(doubles)}"
    for old in args.folder.glob("*.pt2"):
        if old.stem not in names:
            old.unlink()
    text = json.dumps(cases)
    manifest = args.folder / "cases.json"
    if not manifest.exists() or manifest.read_text() != text:
        manifest.write_text(text)


def read_manifest(path):
    return json.loads(path.read_text()) if path.exists() else {}


def write_family(family, folder):
    """Writes the cases of a family; returns what cases.json says of them, and what went wrong."""
    import torch
    import warnings

    warnings.filterwarnings("ignore")
    torch.manual_seed(0)
    torch.set_num_threads(1)
    torch.backends.mha.set_fastpath_enabled(False)  # the fast path is no part of an exported program
    sys.path[:0] = [str(HERE), str(EXPORTER)]
    from export import named_outputs, save_by_rename
    from suite import CASES, CalledNames

    importlib.import_module(family)
    cases, failures = [], []
    for number, case in enumerate(CASES):
        generator = torch.Generator().manual_seed(number)
        sets = [[spec.tensor(which, generator) for spec in case.inputs] for which in (0, 1)]
        try:
            program = export(torch, case, sets[0])
        except Exception as error:
            failures.append(f"error: case {case.name} does not export: {error}")
            continue
        tensors = {}
        names = CalledNames()
        for which, inputs in enumerate(sets):
            for name, tensor in zip(program.graph_signature.user_inputs, inputs, strict=True):
                tensors[f"{which}.input.{name}"] = tensor
            with torch.no_grad(), names:
                outputs = case.module(*[tensor.clone() for tensor in inputs])
            for path, tensor in named_outputs(outputs).items():
                tensors[f"{which}.output.{path}"] = tensor
        tensors = {key: tensor.detach().clone().contiguous() for key, tensor in tensors.items()}
        save_by_rename(program, tensors, folder / f"{case.name}.pt2")
        cases.append({"name": case.name, "tolerance": case.tolerance, "calls": sorted(names.found)})
    return cases, failures


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
    if case.dialect == "raw":
        return program
    # "core" is what a user gets who decomposes everything into the core ATen operators.
    return program.run_decompositions() if case.dialect == "core" else program.run_decompositions({})


if __name__ == "__main__":
    main()
