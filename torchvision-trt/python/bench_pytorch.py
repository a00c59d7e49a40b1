#!/usr/bin/env python3
"""What the benches need of PyTorch.

    bench_pytorch.py load resnet18.pt2 [--peers eager,graph]      time torch.export.load, and the program on a GPU, as JSON;
                                                                  --wait: print `ready` and compute nothing on the GPU before a
                                                                  line comes on standard input
    bench_pytorch.py export resnet18 --batches 1,64 --onnx fp16 -o FOLDER
    bench_pytorch.py peer compile --model resnet18 --program FOLDER/resnet18-b64.pt2 --precision fp16

`export` writes MODEL-bBATCH.pt2 with its golden file for each batch size, and MODEL-bBATCH-PRECISION.onnx, and answers once.
`peer` is a server: it answers each line of JSON on its standard input with one on its standard output. `prepare` compiles or
captures and runs the golden input, `measure` times; `compile` only fills the caches of torch.compile on disk. Weights
are those of the exported program, so that its golden outputs hold.
"""

import argparse
import copy
import importlib.util
import json
import os
import resource
import sys
import tempfile
import time
import warnings
from pathlib import Path

import detection  # noqa: F401  registers the operators of detection models
import torch
import torch.ao.quantization.fx._decomposed  # noqa: F401  registers the operators of quantized_decomposed
import torchvision
from safetensors.torch import load_file, save_file
from torch.export.passes import move_to_device_pass

# tf32 is fp32 whose products may round their operands.
DTYPES = {"fp32": torch.float32, "tf32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16, "int8": torch.float32}
COMPILE_MODES = {"compile": "reduce-overhead", "max-autotune": "max-autotune"}
PEERS = ("eager", "graph", *COMPILE_MODES)
OPSET = 17
NEW_EXPORTER_NEEDS = "onnxscript"


def first_line(error):
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else ''}"[:300]


# --- programs and ONNX files ----------------------------------------------------------------------------------------


def cast(model, inputs, precision, device="cpu"):
    dtype = DTYPES[precision]
    return model.to(device, dtype), tuple(x.to(device, dtype) if x.is_floating_point() else x.to(device) for x in inputs)


def export_onnx(model, inputs, names, outputs, precision, path):
    """By the exporter that most users of TensorRT know; by the new one where that refuses and the new one is installed."""
    device = "cuda" if torch.cuda.is_available() else "cpu"  # it runs the model, which half precision makes slow on a CPU
    model, inputs = cast(copy.deepcopy(model), inputs, precision, device)
    options = {"input_names": names, "output_names": outputs}
    try:
        torch.onnx.export(model, inputs, path, dynamo=False, opset_version=OPSET, **options)
    except Exception as error:
        if importlib.util.find_spec(NEW_EXPORTER_NEEDS) is None:
            raise RuntimeError(f"{first_line(error)}; the new exporter needs {NEW_EXPORTER_NEEDS}") from error
        torch.onnx.export(model, inputs, path, dynamo=True, **options)


@torch.no_grad()
def export(args):
    import export as exporter

    torch.manual_seed(0)
    torch.backends.mha.set_fastpath_enabled(False)  # the fast path is no part of an exported program
    generator = torch.Generator().manual_seed(0)
    model, task, _ = exporter.build_model(argparse.Namespace(model=args.model, weights=None))
    if task is None or task == "detection":
        raise RuntimeError("the bench exports models of torchvision that are no detection models")
    shapes = lambda batch: exporter.input_shapes(task, batch, *exporter.default_size(args.model, task))
    exporter.prepare_random_weights(model, shapes(1), generator)
    if task == "quantization":
        model = exporter.quantize_model(model, shapes(1), generator)
    # Two frames are computed; a batch repeats them in turn.
    frames = exporter.make_inputs(shapes(2), generator)
    expected = model(*frames)
    report = {"programs": {}, "onnx": {}}
    for batch in args.batches:
        picks = [torch.tensor([0]), torch.tensor([1])] if batch == 1 else [torch.arange(batch) % 2]
        sets = [tuple(x[pick] for x in frames) for pick in picks]
        results = iter([torch.utils._pytree.tree_map(lambda x: x[pick], expected) for pick in picks])
        start = time.perf_counter()
        program = torch.export.export(model, sets[0]).run_decompositions({})
        names = list(program.graph_signature.user_inputs)
        tensors = exporter.golden(lambda *_: next(results), names, sets)
        path = args.output / f"{args.model}-b{batch}.pt2"
        exporter.save_by_rename(program, tensors, path, task)
        report["programs"][batch] = {"seconds": time.perf_counter() - start}
        outputs = [key.removeprefix("0.output.") for key in tensors if key.startswith("0.output.")]
        for precision in args.onnx:
            start = time.perf_counter()
            path = args.output / f"{args.model}-b{batch}-{precision}.onnx"
            try:
                if precision == "int8":
                    raise RuntimeError("quantized_decomposed operators have no ONNX form in PyTorch's exporter")
                export_onnx(model, sets[0], names, outputs, precision, path)
                report["onnx"][f"{batch}-{precision}"] = {"seconds": time.perf_counter() - start}
            except Exception as error:
                path.unlink(missing_ok=True)
                report["onnx"][f"{batch}-{precision}"] = {"error": f"ONNX export: {first_line(error)}"}
    return report


def load_report(args):
    """Seconds and peak memory in bytes of loading a program; frames per second of the program by peers that can run it, and why others
    cannot."""
    start = time.perf_counter()
    program = torch.export.load(args.program)
    seconds = time.perf_counter() - start
    report = {"problems": {}, "seconds": seconds, "peak": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}
    peers = {}
    for name in args.peers:
        options = {"peer": name, "device": "cuda", "precision": args.precision, "program": args.program, "model": None}
        try:
            peers[name] = Peer(argparse.Namespace(**options), program)
        except Exception as error:
            report["problems"][name] = first_line(error)
    if args.wait:
        print("ready", flush=True)
        sys.stdin.readline()
    for name, peer in peers.items():
        with torch.inference_mode(), tempfile.TemporaryDirectory() as folder:
            try:
                peer.prepare(Path(folder) / "outputs")
                report[f"{name}_fps"] = peer.measure(0.1, 0.3)["throughput"]
            except Exception as error:
                report["problems"][name] = first_line(error)
    return report


# --- peers ----------------------------------------------------------------------------------------------------------


def module_of(program, device, dtype):
    """A program as it is exported, on a device and in a type, both of which stand in its nodes."""
    if device != "cpu":
        program = move_to_device_pass(program, device)
    module = program.module()
    for node in list(module.graph.nodes):
        if node.target is torch.ops.aten._assert_tensor_metadata.default:
            module.graph.erase_node(node)  # says what the type was
        elif node.kwargs.get("dtype") is torch.float32:
            node.update_kwarg("dtype", dtype)
        elif ".dequantize_" in str(node.target):
            node.update_kwarg("out_dtype", dtype)  # where it is not said it is fp32
    module.recompile()
    torch.set_default_dtype(dtype)  # nodes that name none
    return module


def build(args, program):
    """The model as torchvision builds it, with the weights of the program; the program itself where there is no such model."""
    name = args.model
    if name is None or name.startswith("quantized_"):
        return module_of(program, args.device, DTYPES[args.precision])
    options = {"aux_logits": False, "init_weights": False} if name in ("googlenet", "inception_v3") else {}
    if name.startswith(("fcn_", "deeplabv3_", "lraspp_")):
        options = {"weights_backbone": None}
    try:
        with torch.device("meta"):
            model = torchvision.models.get_model(name, weights=None, **options)
        model.load_state_dict(program.state_dict, strict=False, assign=True)
        whole = not any(tensor.is_meta for tensor in (*model.parameters(), *model.buffers()))
    except NotImplementedError:  # regnets compute their widths with tensors
        whole = False
    if not whole:  # the same for tensors that a state dict leaves out
        model = torchvision.models.get_model(name, weights=None, **options)
        model.load_state_dict(program.state_dict, strict=False)
    return model.eval()


class Peer:
    def __init__(self, args, program=None):
        self.args, self.gpu = args, args.device == "cuda"
        if self.gpu and not torch.cuda.is_available():
            raise RuntimeError("PyTorch sees no CUDA device")
        if not self.gpu and args.peer == "graph":
            raise RuntimeError("CUDA graphs need a GPU")
        tf32 = args.precision != "fp32"
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = tf32
        torch.backends.cudnn.benchmark = True  # PyTorch at its best
        if args.peer in COMPILE_MODES:
            importlib.import_module("torch._inductor.compile_fx")  # takes a second, which is no model's
        program = program or torch.export.load(args.program)
        self.names = list(program.graph_signature.user_inputs)
        self.golden = load_file(args.program.with_suffix(".golden.safetensors"))
        self.model, self.inputs = cast(build(args, program), self.inputs_of(0), args.precision)
        self.memory_in_use()  # makes the CUDA context, which does not count

    def inputs_of(self, number):
        return tuple(self.golden[f"{number}.input.{name}"] for name in self.names)

    def synchronize(self):
        if self.gpu:
            torch.cuda.synchronize()

    def memory_in_use(self):
        if not self.gpu:
            return None
        free, total = torch.cuda.mem_get_info()
        return total - free

    def place(self):
        """Model and inputs on the device, laid out as the peer wants them."""
        self.model, self.inputs = cast(self.model, self.inputs, self.args.precision, self.args.device)
        if self.args.peer != "eager":
            layout = torch.channels_last
            self.model = self.model.to(memory_format=layout)
            self.inputs = tuple(x.to(memory_format=layout) if x.ndim == 4 else x for x in self.inputs)

    def compile(self):
        """Compiles as `prepare` does, into PyTorch's cache on disk. What was compiled does not run, nor does cuDNN search: engines are
        built on the same device meanwhile, by timing their kernels."""
        inductor = torch._inductor

        def backend(graph, inputs):
            options = inductor.list_mode_options(COMPILE_MODES[self.args.peer])
            inductor.compile_fx.compile_fx(graph, inputs, config_patches=options)
            return graph

        start = time.perf_counter()
        torch.backends.cudnn.benchmark = False
        self.place()
        torch.compile(self.model, backend=backend)(*self.inputs)
        return {"seconds": time.perf_counter() - start}

    def prepare(self, outputs):
        """Makes `self.run`, and writes what it computes from each golden set; `memory` is what all that holds of the device."""
        import export as exporter

        memory, start = self.memory_in_use(), time.perf_counter()
        self.place()
        model, inputs = self.model, self.inputs
        if self.args.peer in COMPILE_MODES:
            model = torch.compile(model, mode=COMPILE_MODES[self.args.peer])
        result = None

        def call():
            nonlocal result
            result = model(*inputs)

        run = call
        if self.args.peer == "graph":
            run = capture(call).replay
        for _ in range(3):  # the first calls compile and record
            run()
        self.synchronize()
        seconds = time.perf_counter() - start
        computed = {}
        for number in range(1 + max(int(key.split(".")[0]) for key in self.golden)):
            pairs = list(zip(inputs, self.inputs_of(number), strict=True))
            if any(x.shape != given.shape for x, given in pairs):
                continue  # of another batch or size than what was captured
            for x, given in pairs:
                x.copy_(given)
            run()
            self.synchronize()
            for name, tensor in exporter.named_outputs(result).items():
                floating = tensor.is_floating_point()
                computed[f"{number}.{name}"] = (tensor.float() if floating else tensor).cpu().clone().contiguous()
        save_file(computed, outputs)
        if self.gpu:
            torch.cuda.empty_cache()
        self.run = run
        return {"seconds": seconds, "memory": self.memory_in_use() - memory if self.gpu else None}

    def measure(self, warm_up, seconds):
        end = time.perf_counter() + warm_up
        while time.perf_counter() < end:
            self.run()
            self.synchronize()
        times = []
        end = time.perf_counter() + seconds
        while not times or time.perf_counter() < end:
            start = time.perf_counter()
            self.run()
            self.synchronize()
            times.append(1e3 * (time.perf_counter() - start))
        # As many calls as fit, queued: what was queued is waited for, so a slow model gets fewer.
        calls = max(1, int(seconds / (times[len(times) // 2] / 1e3)))
        start = time.perf_counter()
        for _ in range(calls):
            self.run()
        self.synchronize()
        throughput = calls * self.inputs[0].shape[0] / (time.perf_counter() - start)
        times.sort()
        at = lambda share: times[round(share * (len(times) - 1))]
        return {"p50": at(0.5), "p90": at(0.9), "p99": at(0.99), "throughput": throughput}


def capture(run):
    """A CUDA graph of one call. The calls before it run on a stream of their own, as capture wants."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            run()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        run()
    return graph


class Replies:
    """Answers on standard output, one line of JSON each. What libraries print must not end up among them."""

    def __init__(self):
        self.file = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)

    def __call__(self, work):
        try:
            message = {"ok": work()}
        except Exception as error:
            message = {"error": first_line(error)}
        print(json.dumps(message), file=self.file, flush=True)


@torch.inference_mode()
def serve(args):
    reply = Replies()
    peer = None

    def start():
        nonlocal peer
        peer = Peer(args)
        return {"torch": torch.__version__, "torchvision": torchvision.__version__, "cuda": torch.version.cuda}

    reply(start)
    for line in sys.stdin:
        command = json.loads(line)
        action = command.pop("do")
        reply(lambda: getattr(peer, action)(**command))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    load = commands.add_parser("load")
    load.add_argument("program", type=Path)
    load.add_argument("--peers", default=[], type=lambda text: text.split(","), help=f"also run it on the GPU: {', '.join(PEERS)}")
    load.add_argument("--precision", choices=DTYPES, default="fp32")
    load.add_argument("--wait", action="store_true", help="before the GPU computes, print `ready` and wait for a line on standard input")
    one = commands.add_parser("export")
    one.add_argument("model")
    one.add_argument("--batches", required=True, type=lambda text: [int(part) for part in text.split(",")])
    one.add_argument("--onnx", default=[], type=lambda text: text.split(","))
    one.add_argument("-o", "--output", type=Path, required=True)
    peer = commands.add_parser("peer")
    peer.add_argument("peer", choices=PEERS)
    peer.add_argument("--model", required=True)
    peer.add_argument("--program", type=Path, required=True)
    peer.add_argument("--precision", choices=DTYPES, required=True)
    peer.add_argument("--device", default="cuda")
    args = parser.parse_args()

    warnings.filterwarnings("ignore")
    if args.command == "peer":
        serve(args)
    elif args.command == "export":
        Replies()(lambda: export(args))
    else:
        print(json.dumps(load_report(args)))


if __name__ == "__main__":
    main()
