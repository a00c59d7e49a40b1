//! The command line: what it prints, and what it says and leaves behind when its input is bad.
//!
//! The programs are exported by the command line itself, with the Python that `cargo xtask setup` prepares.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn cli(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_torchvision-trt"));
    command
        .args(args)
        .current_dir(workspace())
        .env_remove("RUST_LOG");
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[track_caller]
fn succeeds(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// Runs a command that must fail with status 1 and a message with all of `parts`.
#[track_caller]
fn fails(command: &mut Command, parts: &[&str]) {
    let output: Output = command.output().unwrap();
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    for part in parts {
        assert!(message.contains(part), "no {part:?} in: {message}");
    }
    assert!(!message.contains("panicked"), "{message}");
}

/// A folder with the exported models, or `None` after saying what is missing.
fn programs() -> Option<&'static Path> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let export = || {
        if !workspace().join(".deps/python/bin/python").exists() {
            return None;
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli");
        for (name, size) in [
            ("tiny", "32,32"),
            ("with_nan", "16,16"),
            ("Unsupported", "16,16"),
        ] {
            let mut command = cli(&[
                "export",
                &format!("models:{name}"),
                "--batch",
                "1:2:8",
                "--size",
                size,
            ]);
            command
                .arg("--output")
                .arg(folder.join(name).with_extension("pt2"));
            // The exporter imports models as Python does: from the current folder.
            succeeds(command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli")));
        }
        Some(folder)
    };
    let folder = FOLDER.get_or_init(export).as_deref();
    if folder.is_none() {
        eprintln!("skipped: no .deps/python; `cargo xtask setup --only python` prepares it");
    }
    folder
}

/// Whether engines can be built here, which needs TensorRT-RTX; says so if not.
fn can_build() -> bool {
    let found =
        trt::Library::load().is_ok_and(|library| library.product() == trt::Product::TensorRtRtx);
    if !found {
        eprintln!("skipped: no TensorRT-RTX; `cargo xtask setup --only tensorrt-rtx` prepares it");
    }
    found
}

fn convert(program: &Path, output: &Path) -> Command {
    let mut command = cli(&["convert", "--target", "sm_86"]);
    command.arg(program).arg("--output").arg(output);
    command
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

#[test]
fn wrong_usage_has_status_2() {
    for args in [
        &["convert"][..],
        &["frobnicate"],
        &["run", "m.engine"],
        &["convert", "m.pt2", "-o", "m", "--fp16", "--bf16"],
    ] {
        assert_eq!(
            cli(args).output().unwrap().status.code(),
            Some(2),
            "{args:?}"
        );
    }
    for (flag, value) in [
        ("--shape", "x=1:2"),
        ("--workspace", "1GB"),
        ("--target", "ampere"),
        ("--optimization-level", "6"),
    ] {
        let output = cli(&["convert", "m.pt2", "-o", "m.engine", flag, value])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{flag}");
        assert!(text(&output.stderr).contains(flag));
    }
}

#[test]
fn support_lists_keys_with_their_places() {
    let entries: Vec<Value> =
        serde_json::from_str(&succeeds(&mut cli(&["support", "--json"]))).unwrap();
    let relu = entries
        .iter()
        .find(|entry| entry["key"] == "aten.relu.default")
        .unwrap();
    assert_eq!(relu["kind"], "operator");
    assert!(relu["defined"].as_str().unwrap().contains(".rs:"));
    assert!(!relu["description"].as_str().unwrap().is_empty());
    let filtered = succeeds(&mut cli(&["support", "log_softmax"]));
    assert!(
        filtered.contains("log_softmax") && !filtered.contains("relu"),
        "{filtered}"
    );
}

#[test]
fn the_page_of_what_converts_is_current() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = folder.path().join("SUPPORT.md");
    succeeds(cli(&["support", "--markdown"]).arg(&fresh));
    let committed = fs::read_to_string(workspace().join("docs/SUPPORT.md")).unwrap_or_default();
    assert!(
        fs::read_to_string(fresh).unwrap() == committed,
        "docs/SUPPORT.md is out of date; run `cargo run -p torchvision-trt -- support --markdown docs/SUPPORT.md` and commit the result"
    );
}

#[test]
fn files_that_are_no_programs_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (broken, engine) = (
        folder.path().join("broken.pt2"),
        folder.path().join("m.engine"),
    );
    fails(
        &mut convert(&broken, &engine),
        &["broken.pt2", "No such file"],
    );
    for content in [&b""[..], b"no zip at all"] {
        fs::write(&broken, content).unwrap();
        fails(
            &mut convert(&broken, &engine),
            &["broken.pt2", "not a complete .pt2 archive"],
        );
        fails(cli(&["inspect"]).arg(&broken), &["broken.pt2"]);
        fails(cli(&["verify"]).arg(&broken), &["golden"]);
    }
    assert!(!engine.exists());
}

/// tests/pt2.rs damages programs in every other way.
#[test]
fn a_program_that_was_cut_short_is_refused() {
    let whole = fs::read(workspace().join("torchvision-trt/tests/fixtures/conv.pt2")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (broken, engine) = (
        folder.path().join("broken.pt2"),
        folder.path().join("m.engine"),
    );
    fs::write(&broken, &whole[..whole.len() / 2]).unwrap();
    fails(
        &mut convert(&broken, &engine),
        &["broken.pt2", "copy it again if it was cut short"],
    );
    assert!(!engine.exists());
}

#[test]
fn every_operator_without_converter_is_listed_with_its_python_line() {
    let Some(programs) = programs() else { return };
    let program = programs.join("Unsupported.pt2");
    let report: Value =
        serde_json::from_str(&succeeds(cli(&["inspect", "--json"]).arg(&program))).unwrap();
    let targets: Vec<_> = report["unsupported"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["target"])
        .collect();
    assert_eq!(
        targets,
        ["aten.fft_rfft.default", "aten.special_bessel_j0.default"]
    );
    let place = report["unsupported"][0]["where"][0].as_str().unwrap();
    assert!(
        place.contains("models.py:") && place.contains("torch.fft.rfft(x.mean(1))"),
        "{place}"
    );
    let first = &report["unsupported"][0];
    assert_eq!(
        first["calls"][0]["line"]
            .as_str()
            .map(|line| line.contains("models.py:")),
        Some(true)
    );
    assert!(
        first["signature"]
            .as_str()
            .unwrap()
            .contains("fn fft_rfft(ctx: &mut Context, input: &Tensor")
    );
    assert_eq!(report["inputs"][0]["name"], "x");
    assert_eq!(
        report["sizes"]
            .as_object()
            .unwrap()
            .values()
            .next()
            .unwrap()["max"],
        8
    );

    let folder = tempfile::tempdir().unwrap();
    if can_build() {
        let engine = folder.path().join("m.engine");
        fails(
            &mut convert(&program, &engine),
            &[
                "fft_rfft",
                "special_bessel_j0",
                "models.py:",
                "#[converter(",
            ],
        );
    }
    assert!(is_empty(folder.path()));
}

#[test]
fn a_program_is_drawn_with_what_cannot_be_converted() {
    let folder = tempfile::tempdir().unwrap();
    let (dot, html) = (folder.path().join("m.dot"), folder.path().join("m.html"));
    let program = workspace().join("torchvision-trt/tests/fixtures/blocks.pt2");
    let mut command = cli(&["inspect", "--dot"]);
    command.arg(&dot).arg("--html").arg(&html).arg(&program);
    let report = succeeds(&mut command);
    assert!(
        report.contains("aten.special_bessel_j0.default"),
        "{report}"
    );
    let dot = fs::read_to_string(dot).unwrap();
    assert!(
        dot.starts_with("digraph")
            && dot.contains("cluster_block")
            && dot.contains("special_bessel_j0"),
        "{dot}"
    );
    let html = fs::read_to_string(html).unwrap();
    assert!(
        html.contains("<title>blocks.pt2</title>") && html.contains("There is no network to show")
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);

    let nowhere = folder.path().join("missing/m.html");
    fails(
        cli(&["inspect", "--html"]).arg(&nowhere).arg(&program),
        &["missing/m.html"],
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn a_program_becomes_an_engine_with_its_description() {
    let (Some(programs), true) = (programs(), can_build()) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let engine = folder.path().join("tiny.engine");
    let report = succeeds(convert(&programs.join("tiny.pt2"), &engine).args(["--fp16", "--json"]));
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["plan_bytes"], fs::metadata(&engine).unwrap().len());
    let description: Value =
        serde_json::from_slice(&fs::read(folder.path().join("tiny.engine.json")).unwrap()).unwrap();
    assert_eq!(description, report["metadata"]);
    assert_eq!(description["precision"], "fp16");
    assert_eq!(description["targets"][0], "sm_86");
    assert_eq!(description["inputs"][0]["profiles"][0]["max"][0], 8);
    assert_eq!(description["inputs"][0]["profiles"][0]["opt"][0], 2);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn nan_weights_are_named() {
    let (Some(programs), true) = (programs(), can_build()) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let output = convert(
        &programs.join("with_nan.pt2"),
        &folder.path().join("m.engine"),
    )
    .output()
    .unwrap();
    let message = text(&output.stderr);
    assert!(output.status.success(), "{message}");
    assert!(
        message.contains("NaN") && message.contains("model.0.bias"),
        "{message}"
    );
}

/// A file with one tensor of this shape.
fn sample(file: &Path, name: &str, shape: &[usize]) {
    let bytes = vec![0; 4 * shape.iter().product::<usize>()];
    let view = safetensors::tensor::TensorView::new(safetensors::Dtype::F32, shape.into(), &bytes);
    let content = safetensors::serialize([(name, view.unwrap())], None).unwrap();
    fs::write(file, content).unwrap();
}

#[test]
fn shapes_come_from_recorded_inputs() {
    let (Some(programs), true) = (programs(), can_build()) else {
        return;
    };
    let tiny = programs.join("tiny.pt2");
    let folder = tempfile::tempdir().unwrap();
    let samples = folder.path().join("samples");
    fs::create_dir(&samples).unwrap();
    for (number, batch) in [2, 5, 3].into_iter().enumerate() {
        let file = samples.join(format!("{number}.safetensors"));
        sample(&file, "input", &[batch, 3, 32, 32]);
    }
    let engine = folder.path().join("tiny.engine");
    succeeds(convert(&tiny, &engine).arg("--shapes-of").arg(&samples));
    let metadata = fs::read_to_string(folder.path().join("tiny.engine.json")).unwrap();
    let metadata: serde_json::Value = serde_json::from_str(&metadata).unwrap();
    let range = &metadata["inputs"][0]["profiles"][0];
    let batches = ["min", "opt", "max"].map(|end| range[end][0].as_i64().unwrap());
    assert_eq!(batches, [2, 3, 5], "{metadata}");

    let other = samples.join("other.safetensors");
    sample(&other, "photo", &[1]);
    fails(
        convert(&tiny, &engine).arg("--shapes-of").arg(&other),
        &["photo", "input"],
    );
    sample(&other, "input", &[3, 32, 32]);
    fails(
        convert(&tiny, &engine).arg("--shapes-of").arg(&samples),
        &["input", "number of dimensions"],
    );
    fails(
        convert(&tiny, &engine).arg("--shapes-of").arg(&tiny),
        &["tiny.pt2", "files of tensors (.safetensors)"],
    );
}

#[test]
fn a_dla_that_is_not_there_is_refused() {
    let (Some(programs), true) = (programs(), can_build()) else {
        return;
    };
    let tiny = programs.join("tiny.pt2");
    let folder = tempfile::tempdir().unwrap();
    let engine = folder.path().join("tiny.engine");
    fails(
        convert(&tiny, &engine).args(["--dla", "0"]),
        &["DLA", "fp16", "fp32"],
    );
    fails(
        convert(&tiny, &engine).args(["--dla", "0", "--fp16"]),
        &["DLA"],
    );
    assert!(is_empty(folder.path()));
}

#[test]
fn what_cannot_be_built_leaves_nothing_behind() {
    let (Some(programs), true) = (programs(), can_build()) else {
        return;
    };
    let tiny = programs.join("tiny.pt2");
    let folder = tempfile::tempdir().unwrap();
    let engine = folder.path().join("tiny.engine");

    let mut old_gpu = cli(&["convert", "--target", "sm_61"]);
    fails(old_gpu.arg(&tiny).arg("--output").arg(&engine), &["sm_61"]);
    fails(
        convert(&tiny, &engine).args(["--shape", "input=1x3x32x32:2x3x32x32:64x3x32x32"]),
        &["1 to 8", "64"],
    );
    fails(
        convert(&tiny, &engine).args(["--shape", "photo=1x3x32x32"]),
        &["photo", "input"],
    );
    fails(
        &mut convert(&tiny, &folder.path().join("missing/tiny.engine")),
        &["missing/tiny.engine"],
    );
    let nowhere = folder.path().join("no.so");
    fails(
        convert(&tiny, &engine).env("TENSORRT_LIBRARY", &nowhere),
        &["no.so", "as a TensorRT library"],
    );
    assert!(is_empty(folder.path()));
}

#[test]
fn several_programs_become_a_folder_of_engines() {
    let (Some(programs), true) = (programs(), can_build()) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let engines = folder.path().join("engines");
    for jobs in ["1", "3"] {
        let mut command = convert(&programs.join("tiny.pt2"), &engines);
        command.args([programs.join("absent.pt2"), programs.join("with_nan.pt2")]);
        command.args(["--jobs", jobs]);
        fails(&mut command, &["absent.pt2", "1 of 3 programs"]);
        for name in ["tiny", "with_nan"] {
            assert!(engines.join(format!("{name}.engine")).exists());
            assert!(engines.join(format!("{name}.engine.json")).exists());
        }
        assert_eq!(fs::read_dir(&engines).unwrap().count(), 4);
        fs::remove_dir_all(&engines).unwrap();
    }
    fs::create_dir(&engines).unwrap();
    succeeds(&mut convert(&programs.join("tiny.pt2"), &engines));
    assert!(engines.join("tiny.engine").exists());
}

/// Programs are converted as their paths arrive, and each is answered for, so that another process can feed this one.
#[test]
fn programs_are_named_on_the_standard_input() {
    let (Some(programs), true) = (programs(), can_build()) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let engines = folder.path().join("engines");
    let mut process = convert(Path::new("-"), &engines)
        .arg("--json")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut paths = process.stdin.take().unwrap();
    let stdout = process.stdout.take().unwrap();
    let mut answers = serde_json::Deserializer::from_reader(stdout).into_iter::<Value>();
    for name in ["tiny", "absent", "with_nan"] {
        let program = programs.join(name).with_extension("pt2");
        writeln!(paths, "{}", program.display()).unwrap();
        let answer = answers.next().unwrap().unwrap();
        assert_eq!(answer["program"], program.to_str().unwrap());
        let engine = engines.join(name).with_extension("engine");
        assert_eq!(answer.get("error").is_none(), engine.exists(), "{answer}");
        assert_eq!(answer.get("error").is_some(), name == "absent", "{answer}");
    }
    drop(paths);
    assert!(answers.next().is_none());
    assert_eq!(process.wait().unwrap().code(), Some(1));
}

/// A limit on the size of files stands for a full disk: writing fails half-way in the same manner.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_the_old_engine_alone() {
    let (Some(programs), true) = (programs(), can_build()) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let engine = folder.path().join("tiny.engine");
    fs::write(&engine, "old").unwrap();
    let inner = convert(&programs.join("tiny.pt2"), &engine);
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""])
        .arg(inner.get_program())
        .args(inner.get_args());
    fails(
        limited.current_dir(workspace()),
        &["tiny.engine", "File too large"],
    );
    assert_eq!(fs::read(&engine).unwrap(), b"old");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_file_that_is_no_engine_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let engine = folder.path().join("m.engine");
    fs::write(&engine, "no plan").unwrap();
    for command in ["bench", "profile"] {
        fails(
            cli(&[command]).arg(&engine),
            &["m.engine", "no TensorRT plan or was cut off"],
        );
    }
    fails(
        cli(&["run", "--image", "photo.jpg"]).arg(&engine),
        &["m.engine"],
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn without_a_gpu_the_message_says_so() {
    if trt::cuda::is_available() {
        eprintln!("skipped: there is a GPU");
        return;
    }
    let (Some(programs), true) = (programs(), can_build()) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let engine = folder.path().join("tiny.engine");
    succeeds(&mut convert(&programs.join("tiny.pt2"), &engine));
    for command in ["bench", "profile"] {
        fails(
            cli(&[command]).arg(&engine),
            &["tiny.engine", "no CUDA driver"],
        );
    }
    let golden = programs.join("tiny.pt2");
    fails(
        cli(&["verify", "--engine"]).arg(&engine).arg(golden),
        &["no CUDA driver"],
    );
}

#[test]
fn the_exporter_refuses_what_it_cannot_export() {
    let Some(_) = programs() else { return };
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("m.pt2");
    for (arguments, expected) in [
        (&["resnet17"][..], "no model 'resnet17'"),
        (&["no_such_package:f"], "cannot import"),
        (
            &["ssd300_vgg16", "--size", "300,300:320:340"],
            "anchors belong to one size",
        ),
        (&["resnet18", "--exact"], "are for detection models"),
        (&["alexnet", "--batch", "4:2"], "neither N nor MIN:OPT:MAX"),
        (&["alexnet", "--size", "224"], "is not H,W"),
    ] {
        fails(
            cli(&["export"]).args(arguments).arg("--output").arg(&model),
            &[expected],
        );
    }
    assert!(is_empty(folder.path()));
}
