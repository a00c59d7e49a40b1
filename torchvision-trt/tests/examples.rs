//! The examples, run as programs on small models, give what PyTorch gives (`examples/make.py` computes it).
//!
//! Their programs are those that `cargo test` builds beside this one; by itself, `cargo test --test examples` runs what
//! `cargo build --examples --features tch` built before.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use image::RgbImage;

const NAMES: [&str; 6] = ["classify", "segment", "detect", "flow", "video", "camera"];
const SIZE: (u32, u32) = (96, 64);

/// The program of an example.
fn example(name: &str) -> Command {
    let this = std::env::current_exe().unwrap();
    let profile = this.ancestors().nth(2).unwrap();
    let program = profile.join("examples").join(name);
    assert!(
        program.exists(),
        "{} is not built: `cargo build --examples --features tch`",
        program.display()
    );
    let mut command = Command::new(program);
    if let Ok(library) = trt::Library::load() {
        command.env("TENSORRT_LIBRARY", library.path()); // which .deps above the current folder names otherwise
    }
    command
}

/// A folder with models, pictures and what is expected, or `None` after saying what is missing.
fn models() -> Option<&'static Path> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let make = || {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = package.join("../.deps/python/bin/python");
        if !cfg!(feature = "tch") || !python.exists() || trt::Library::load().is_err() {
            return None;
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("examples");
        let script = package.join("tests/examples/make.py");
        let made = Command::new(python)
            .arg(script)
            .arg(&folder)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", text(&made.stderr));
        Some(folder)
    };
    let folder = FOLDER.get_or_init(make).as_deref();
    if folder.is_none() {
        eprintln!(
            "skipped: needs the feature tch, .deps/python and TensorRT; see `cargo xtask setup`"
        );
    }
    folder
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What an example prints.
#[track_caller]
fn run(name: &str, args: &[&str]) -> Option<String> {
    let output = example(name)
        .args(args)
        .current_dir(models()?)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    Some(text(&output.stdout))
}

fn picture(name: impl AsRef<Path>) -> RgbImage {
    let path = models().unwrap().join(name);
    image::open(path).unwrap().into_rgb8()
}

/// Share of the pixels below a row whose channels differ by no more than `steps` of 255.
fn agreement(got: &RgbImage, expected: &RgbImage, steps: u8, row: u32) -> f64 {
    assert_eq!(got.dimensions(), expected.dimensions());
    let below =
        || (got.enumerate_pixels().zip(expected.pixels())).filter(|((_, y, _), _)| *y >= row);
    let same = below().filter(|((_, _, got), expected)| {
        (got.0.iter().zip(expected.0)).all(|(&got, expected)| got.abs_diff(expected) <= steps)
    });
    same.count() as f64 / below().count() as f64
}

/// Lines as ` 93.1 %  tabby` name the classes that PyTorch finds best, in the same order with the same shares.
#[track_caller]
fn assert_classes(task: &str, printed: &str) {
    let expected = fs::read(models().unwrap().join("expected.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_slice(&expected).unwrap();
    let expected: Vec<(String, f64)> = serde_json::from_value(expected[task].clone()).unwrap();
    let lines: Vec<_> = printed.lines().collect();
    assert_eq!(lines.len(), expected.len(), "{printed}");
    for (line, (name, share)) in lines.into_iter().zip(expected) {
        let (found_share, found) = line.split_once(" %  ").unwrap();
        assert_eq!(found, name, "{printed}");
        let found_share: f64 = found_share.trim().parse().unwrap();
        assert!(
            (found_share - share).abs() <= 0.1,
            "{line}, expected {share} %"
        );
    }
}

#[test]
fn classify_names_what_pytorch_finds() {
    if let Some(printed) = run("classify", &["classify.pt2", "photo.png"]) {
        assert_classes("classify", &printed);
    }
}

#[test]
fn segment_colors_each_pixel_by_the_class_of_pytorch() {
    let args = [
        "segment.pt2",
        "photo.png",
        "--opacity",
        "1",
        "-o",
        "segments.png",
    ];
    let Some(printed) = run("segment", &args) else {
        return;
    };
    let (got, expected) = (picture("segments.png"), picture("segments_expected.png"));
    let share = agreement(&got, &expected, 0, 0);
    assert!(share >= 0.999, "{share}");
    assert!(
        agreement(&got, &picture("photo.png"), 0, 0) < 0.9,
        "nothing was colored"
    );
    assert!(printed.contains(" %  "), "{printed}");
    // A photograph of another size keeps it.
    run(
        "segment",
        &["segment.pt2", "large.png", "-o", "segments_large.png"],
    );
    assert_eq!(
        picture("segments_large.png").dimensions(),
        picture("large.png").dimensions()
    );
}

#[test]
fn detect_draws_box_name_mask_and_keypoints() {
    let Some(printed) = run(
        "detect",
        &["detect.pt2", "rectangle.png", "-o", "detections.png"],
    ) else {
        return;
    };
    let (found, file) = printed.split_once('\n').unwrap();
    assert_eq!(found, " 90.0 %  class 4, x 30 to 70, y 20 to 40");
    assert_eq!(
        file.trim(),
        "detections.png",
        "the second detection has a low score"
    );
    let got = picture("detections.png");
    assert_eq!(got.dimensions(), SIZE);
    let at = |x, y| got.get_pixel(x, y).0;
    let color = [0, 0, 128]; // the fourth of PASCAL VOC
    for (x, y) in [(30, 25), (70, 25), (50, 20), (50, 40)] {
        assert_eq!(at(x, y), color, "the box at {x}, {y}");
    }
    assert_eq!(
        at(40, 35),
        [128, 128, 192],
        "half of the mask's color on white"
    );
    assert_eq!(at(50, 30), [255, 255, 0], "a keypoint in the middle");
    assert_eq!(at(90, 60), [0, 0, 0], "nothing is drawn elsewhere");
    let name = (5..20).flat_map(|y| (30..96).map(move |x| (x, y)));
    let (mut white, mut behind) = (0, 0);
    for (x, y) in name {
        white += u32::from(at(x, y) == [255; 3]);
        behind += u32::from(at(x, y) == color);
    }
    assert!(
        white > 50 && behind > 300,
        "a name over the box: {white}, {behind}"
    );
}

#[test]
fn flow_has_the_colors_of_torchvision() {
    let args = ["flow.pt2", "photo.png", "photo.png", "-o", "flow.png"];
    let Some(printed) = run("flow", &args) else {
        return;
    };
    // 47.75 and 31.75 pixels from the middle, a fourth of that.
    assert!(
        printed.contains("the largest displacement is 14.3 pixels"),
        "{printed}"
    );
    let share = agreement(&picture("flow.png"), &picture("flow_expected.png"), 3, 0);
    assert!(share == 1.0, "{share}");
}

#[test]
fn video_names_what_pytorch_finds_in_the_same_frames() {
    if let Some(printed) = run("video", &["video.pt2", "frames"]) {
        assert_classes("video", &printed);
    }
}

#[test]
fn camera_shows_the_same_from_files_and_from_a_stream() {
    const TEXT: u32 = 15;
    if run("camera", &["segment.pt2", "frames", "-o", "shown"]).is_none() {
        return;
    }
    let frames = 0..9;
    let shown = frames
        .map(|frame| picture(format!("shown/{frame:05}.png")))
        .collect::<Vec<_>>();
    run(
        "segment",
        &[
            "segment.pt2",
            "frames/3.png",
            "--opacity",
            "0.5",
            "-o",
            "frame.png",
        ],
    );
    assert_eq!(agreement(&shown[3], &picture("frame.png"), 0, TEXT), 1.0);
    let white = shown[3]
        .enumerate_pixels()
        .filter(|(_, y, pixel)| *y < TEXT && pixel.0 == [255; 3]);
    assert!(
        white.count() > 50,
        "the frames per second are written there"
    );

    let mut stream = Vec::new();
    for frame in [3, 4] {
        let frame = picture(format!("frames/{frame}.png"));
        stream.extend(
            format!(
                "P6\n# {} is the width\n{} {}\n255\n",
                SIZE.0, SIZE.0, SIZE.1
            )
            .bytes(),
        );
        stream.extend(frame.as_raw());
    }
    let folder = models().unwrap();
    fs::write(folder.join("stream.ppm"), &stream).unwrap();
    let output = example("camera")
        .args(["segment.pt2", "-"])
        .current_dir(folder)
        .stdin(fs::File::open(folder.join("stream.ppm")).unwrap())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success());
    let header = b"P6\n96 64\n255\n";
    let length = header.len() + 3 * 96 * 64;
    assert_eq!(output.stdout.len(), 2 * length);
    for (frame, bytes) in output.stdout.chunks_exact(length).enumerate() {
        let pixels = bytes.strip_prefix(header).unwrap().to_vec();
        let got = RgbImage::from_raw(SIZE.0, SIZE.1, pixels).unwrap();
        assert_eq!(
            agreement(&got, &shown[3 + frame], 0, TEXT),
            1.0,
            "frame {frame}"
        );
    }
}

#[test]
fn what_cannot_be_shown_is_refused_with_a_reason() {
    for (name, args, reason) in [
        (
            "segment",
            &["classify.pt2", "photo.png"][..],
            "expected scores of pixels",
        ),
        (
            "classify",
            &["segment.pt2", "photo.png"],
            "expected scores of classes",
        ),
        (
            "detect",
            &["segment.pt2", "photo.png"],
            "this is no model of detection",
        ),
        (
            "flow",
            &["segment.pt2", "photo.png", "large.png"],
            "the frames differ in size",
        ),
        ("video", &["segment.pt2", "frames"], "[1, 3, 64, 96]"),
        ("classify", &["missing.pt2", "photo.png"], "missing.pt2"),
        (
            "camera",
            &["segment.pt2", "missing", "-o", "refused"],
            "missing",
        ),
    ] {
        let Some(folder) = models() else {
            return;
        };
        let output = example(name)
            .args(args)
            .current_dir(folder)
            .output()
            .unwrap();
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}: {message}");
        assert!(message.contains(reason), "{name}: {message}");
    }
}

#[test]
fn the_page_of_examples_shows_what_help_shows() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/examples.md");
    let page = fs::read_to_string(page).unwrap();
    if !cfg!(feature = "tch") {
        return; // not built with this profile for sure
    }
    for name in NAMES {
        let help = text(&example(name).arg("--help").output().unwrap().stdout);
        let shown = help
            .lines()
            .find_map(|line| line.strip_prefix("Example: "))
            .unwrap();
        assert!(
            page.contains(shown),
            "docs/examples.md does not show `{shown}`"
        );
        assert!(
            shown.contains(&format!("cargo run --release --example {name} -- ")),
            "{shown}"
        );
    }
}
