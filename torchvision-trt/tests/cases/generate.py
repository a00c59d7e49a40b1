#!/usr/bin/env python3
"""Write the numeric cases, each a small .pt2 with its golden file, and cases.json, into a folder.

    generate.py FOLDER [--jobs N]

Every other Python file beside this one is a family of cases. A family is written again only if its source changed, or what all share.
cases.json says for each case which names of converter_names.txt it calls, as seen while it ran. Pinned to the PyTorch of the exporter.
"""

import argparse
import contextlib
import functools
import hashlib
import importlib
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXPORTER = HERE.parent.parent / "python"
SHARED = [HERE / "generate.py", HERE / "stand_ins.py", HERE / "suite.py", HERE / "converter_names.txt", EXPORTER / "export.py"]


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
    failures = []
    for family, cases, problems, seconds in write_families(stale, args.folder, args.jobs):
        failures += problems
        if not problems:
            manifests[family] = {"fingerprint": wanted[family], "cases": cases}
            (args.folder / f"{family}.json").write_text(json.dumps(manifests[family]))
            print(f"wrote {len(cases)} cases of {family} in {seconds:.0f} s", file=sys.stderr, flush=True)
    if failures:
        sys.exit("\n".join(failures))
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


def write_families(families, folder, jobs):
    """Writes families side by side; yields each as it is done."""
    # A new process for each: cases must not see what others did to PyTorch's state. All start with PyTorch imported.
    context = get_context("forkserver")
    context.set_forkserver_preload(["torch.export", "torch._dynamo", "torchvision", "safetensors.torch", "PIL.Image"])
    with ProcessPoolExecutor(jobs, mp_context=context, max_tasks_per_child=1) as pool:
        largest_first = sorted(families, key=lambda family: -(HERE / f"{family}.py").stat().st_size)
        for future in as_completed([pool.submit(write_family, family, folder) for family in largest_first]):
            yield future.result()


def write_family(family, folder):
    """Writes the cases of a family; returns its name, what cases.json says of them, what went wrong, and the seconds it took."""
    import torch
    import warnings

    start = time.monotonic()
    warnings.filterwarnings("ignore")
    torch.manual_seed(0)
    torch.set_num_threads(1)
    torch.backends.mha.set_fastpath_enabled(False)  # the fast path is no part of an exported program
    sys.path[:0] = [str(HERE), str(EXPORTER)]
    from export import named_outputs, save_by_rename
    from stand_ins import install
    from suite import CASES, CalledNames

    install()
    importlib.import_module(family)
    failures = []

    def attempt(case, step):
        try:
            return step()
        except Exception as error:
            failures.append(f"error: case {case.name} does not export: {error}")

    traced = []
    for number, case in enumerate(CASES):
        generator = torch.Generator().manual_seed(number)
        sets = [[spec.tensor(which, generator) for spec in case.inputs] for which in (0, 1)]
        program = attempt(case, lambda: trace(torch, case, sets[0]))
        if program is not None:
            names, tensors = CalledNames(), {}
            # A case may write to its inputs. Copying them is no call of the case.
            copies = [[tensor.clone() for tensor in inputs] for inputs in sets]
            with torch.no_grad(), names:
                run = lambda: [case.module(*inputs) for inputs in copies]
                results = attempt(case, run)
            if results is None:
                continue
            for which, (inputs, outputs) in enumerate(zip(sets, results)):
                for name, tensor in zip(program.graph_signature.user_inputs, inputs, strict=True):
                    tensors[f"{which}.input.{name}"] = tensor
                for path, tensor in named_outputs(outputs).items():
                    tensors[f"{which}.output.{path}"] = tensor
            traced.append((case, program, tensors, sorted(names.found)))
    # "core" is what a user gets who decomposes everything into the core ATen operators.
    tables = {"functional": ({},), "core": ()}
    cases = []
    for dialect in ("raw", *tables):
        with one_override():
            for case, program, tensors, calls in traced:
                if case.dialect != dialect:
                    continue
                if dialect in tables:
                    program = attempt(case, lambda: program.run_decompositions(*tables[dialect]))
                if program is not None:
                    tensors = {key: tensor.detach().clone().contiguous() for key, tensor in tensors.items()}
                    save_by_rename(program, tensors, folder / f"{case.name}.pt2")
                    limits = {"tolerance": case.tolerance, "low_tolerance": case.low_tolerance}
                    cases.append({"name": case.name, "family": case.family, **limits, "calls": calls})
    return family, cases, failures, time.monotonic() - start


@contextlib.contextmanager
def one_override():
    """While this is open, PyTorch prepares its operators for `run_decompositions` once, not for each program anew: a fifth of a
    second, ten times what the rest of the call takes with programs this small. All programs must take the same table: operators
    that one of them keeps stay whole in the others as well."""
    from torch.export import exported_program as module

    collect, override = module._collect_all_valid_cia_ops, module._override_composite_implicit_decomp
    with contextlib.ExitStack() as stack:
        prepared = {}

        def override_once(operators):
            if not prepared:
                prepared.update(operators)
                stack.enter_context(override(operators))
            assert operators.keys() == prepared.keys(), "another table of decompositions"
            return contextlib.nullcontext()

        module._collect_all_valid_cia_ops = functools.cache(collect)
        module._override_composite_implicit_decomp = override_once
        try:
            yield
        finally:
            module._collect_all_valid_cia_ops, module._override_composite_implicit_decomp = collect, override


def trace(torch, case, inputs):
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
    return torch.export.export(case.module, tuple(inputs), dynamic_shapes=dynamic)


if __name__ == "__main__":
    main()
