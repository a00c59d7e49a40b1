#!/usr/bin/env python3
"""Write the cases of plugins into a folder: for each family NAME.safetensors with all tensors and NAME.json with all else, and cases.json.

    generate.py FOLDER [--large]

Every other Python file beside this one is a family. A family is written again only if its source changed, or what all share. With
--large also the cases that are too large to carry (files large_*.py), for a machine with a GPU.
"""

import argparse
import hashlib
import json
import runpy
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHARED = [HERE / "generate.py", HERE / "suite.py"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--large", action="store_true")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    families = sorted(source for source in HERE.glob("*.py") if source not in SHARED)
    families = [source for source in families if args.large or not source.stem.startswith("large_")]
    manifests = [up_to_date(source, args.folder) for source in families]
    names = [case["name"] for manifest in manifests for case in manifest["cases"] + manifest["refusals"]]
    doubles = sorted({name for name in names if names.count(name) > 1})
    assert not doubles, f"two cases are called {', '.join(doubles)}"
    write_by_rename(args.folder / "cases.json", json.dumps([source.stem for source in families]).encode())


def up_to_date(source, folder):
    """The manifest of a family, written if need be."""
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in [*SHARED, source])).hexdigest()
    path = folder / f"{source.stem}.json"
    manifest = json.loads(path.read_text()) if path.exists() else {}
    if manifest.get("fingerprint") != digest:
        manifest = {"fingerprint": digest, **write_family(source, folder)}
        write_by_rename(path, json.dumps(manifest).encode())
        print(f"wrote {len(manifest['cases'])} cases of {source.stem}", file=sys.stderr, flush=True)
    return manifest


def write_family(source, folder):
    import safetensors.torch
    import torch

    sys.path.insert(0, str(HERE))
    import suite

    torch.manual_seed(0)
    suite.CASES.clear()
    suite.REFUSALS.clear()
    runpy.run_path(str(source))
    tensors, cases = {}, []
    for case in suite.CASES:
        for role, group in (("input", case.inputs), ("output", case.outputs)):
            # Its own memory: a file of tensors holds no two views of one.
            tensors |= {f"{case.name}.{role}.{number}": tensor.clone() for number, tensor in enumerate(group)}
        counts = {"inputs": len(case.inputs), "outputs": len(case.outputs)}
        cases.append({"name": case.name, "plugin": case.plugin, "fields": case.fields, **counts, "tolerance": case.tolerance})
    write_by_rename(folder / f"{source.stem}.safetensors", safetensors.torch.save(tensors))
    types = lambda inputs: [{"type": suite.SHORT[x.dtype], "dims": list(x.shape)} for x in inputs]
    refusals = [
        {"name": r.name, "plugin": r.plugin, "fields": r.fields, "inputs": types(r.inputs), "message": r.message} for r in suite.REFUSALS
    ]
    return {"cases": cases, "refusals": refusals}


def write_by_rename(path, data):
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(data)
    partial.rename(path)


if __name__ == "__main__":
    main()
