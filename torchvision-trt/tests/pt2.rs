//! The reader of exported programs, on small programs and on damaged ones.

use std::path::PathBuf;

use proptest::prelude::*;
use torchvision_trt::graph::{Argument, ConstantKind, DType, Dim, Graph, IntArg};
use torchvision_trt::pt2::{Error, Program, SymExpr, SymOp};

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(format!("{name}.pt2"))
}

fn graph(name: &str) -> Graph {
    let graph = Graph::from_program(&Program::open(fixture(name)).unwrap()).unwrap();
    graph.check("import").unwrap();
    graph
}

/// Opens a fixture after `damage` changed its bytes.
fn damaged(name: &str, damage: impl FnOnce(&mut Vec<u8>)) -> Error {
    let mut bytes = std::fs::read(fixture(name)).unwrap();
    damage(&mut bytes);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    Program::open(file.path()).expect_err("a damaged file was read")
}

/// Replaces a text of the same length, and the checksum of the entry it stands in, everywhere.
fn replace(bytes: &mut [u8], from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    let mut found = false;
    for at in 0..bytes.len() - from.len() {
        if &bytes[at..at + from.len()] == from.as_bytes() {
            bytes[at..at + from.len()].copy_from_slice(to.as_bytes());
            found = true;
        }
    }
    assert!(found, "`{from}` is not in the file");
    repair_checksums(bytes);
}

/// Writes the right checksum of every stored entry into the zip's directory.
fn repair_checksums(bytes: &mut [u8]) {
    let headers: Vec<usize> = (0..bytes.len() - 46)
        .filter(|&at| bytes[at..at + 4] == *b"PK\x01\x02")
        .collect();
    for at in headers {
        let u32_at = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        let u16_at =
            |at: usize| usize::from(u16::from_le_bytes(bytes[at..at + 2].try_into().unwrap()));
        let (size, local) = (u32_at(at + 20), u32_at(at + 42));
        let start = local + 30 + u16_at(local + 26) + u16_at(local + 28);
        let mut crc = flate2::Crc::new();
        crc.update(&bytes[start..start + size]);
        bytes[at + 16..at + 20].copy_from_slice(&crc.sum().to_le_bytes());
    }
}

#[test]
fn nested_trees_keep_their_keys() {
    let program = Program::open(fixture("nested")).unwrap();
    assert_eq!(program.torch_version(), "2.11.0+cu130");
    assert!(!program.is_functional());
    assert_eq!(program.forward_arguments().unwrap(), ["x", "extra"]);
    let graph = graph("nested");
    let inputs: Vec<_> = graph
        .inputs
        .iter()
        .map(|input| input.name.as_str())
        .collect();
    assert_eq!(inputs, ["x", "extra_a_b"]);
    let outputs: Vec<_> = graph
        .outputs
        .iter()
        .map(|output| output.path.as_str())
        .collect();
    let expected = [
        "found.boxes",
        "found.scores",
        "pair.left",
        "pair.right.0",
        "pair.right.1",
    ];
    assert_eq!(outputs, expected.map(|path| format!("output_0.{path}")));
}

#[test]
fn weights_are_read_as_pytorch_shows_them() {
    let program = Program::open(fixture("weights")).unwrap();
    let floats = |name: &str| -> Vec<f32> {
        let bytes = program.weight(name).unwrap().bytes();
        bytes
            .chunks_exact(4)
            .map(|b| f32::from_le_bytes(b.try_into().unwrap()))
            .collect()
    };
    let view = program.weight("view").unwrap();
    assert!(!view.is_contiguous());
    assert_eq!(
        (view.sizes(), view.strides(), view.offset()),
        (&[4, 2][..], &[1, 4][..], 4)
    );
    assert_eq!(floats("view"), [4.0, 8.0, 5.0, 9.0, 6.0, 10.0, 7.0, 11.0]);
    let conv = program.weight("conv.weight").unwrap();
    assert_eq!(conv.strides(), [27, 1, 9, 3]);
    assert_ne!(conv.bytes(), conv.storage());
    // Tied weights share their bytes, which are those of the file.
    let (a, b) = (
        program.weight("first.weight").unwrap(),
        program.weight("second.weight").unwrap(),
    );
    assert!(std::ptr::eq(a.bytes(), b.bytes()));
    assert_eq!(
        program.weight("f64").unwrap().bytes()[8..],
        f64::INFINITY.to_le_bytes()
    );
    assert_eq!(program.weight("bf16").unwrap().dtype(), DType::BFloat16);
    assert!(program.weight("scratch").is_none());
    assert_eq!(
        program.tensor_constant("scratch").unwrap().dtype(),
        DType::Int32
    );
    assert!(program.weight("empty").unwrap().bytes().is_empty());
    assert!(program.nan_weights().is_empty());
}

#[test]
fn constants_know_what_they_are_in_the_model() {
    let graph = graph("weights");
    let kind = |value: &str| {
        graph
            .constant(graph.value_named(value).unwrap())
            .unwrap()
            .kind
    };
    assert_eq!(kind("p_conv_weight"), ConstantKind::Parameter);
    assert_eq!(kind("b_scratch"), ConstantKind::Buffer);
    assert_eq!(kind("c_lifted_tensor_0"), ConstantKind::Literal);
    let fill = graph
        .nodes()
        .find(|(_, node)| node.target == "aten.masked_fill.Scalar")
        .unwrap()
        .1;
    assert_eq!(fill.arg("value"), Some(&Argument::Float(f64::NEG_INFINITY)));
}

#[test]
fn omitted_arguments_are_filled_in() {
    let graph = graph("conv");
    let conv = graph
        .nodes()
        .find(|(_, node)| node.target == "aten.conv2d.default")
        .unwrap()
        .1;
    let names: Vec<_> = conv.args.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "input", "weight", "bias", "stride", "padding", "dilation", "groups"
        ]
    );
    assert_eq!(
        conv.arg("dilation"),
        Some(&Argument::Ints(vec![IntArg::Static(1); 2]))
    );
    assert_eq!(conv.module_path(), "a");
    assert_eq!(conv.modules[1].class, "torch.nn.modules.conv.Conv2d");
    let relu = graph
        .nodes()
        .find(|(_, node)| node.target == "aten.relu.default")
        .unwrap()
        .1;
    assert!(
        relu.function
            .as_ref()
            .unwrap()
            .dotted_names()
            .contains(&"torch.Tensor.relu".to_owned())
    );
    assert!(
        relu.source_line().unwrap().starts_with("fixtures/make.py:"),
        "{:?}",
        relu.source_line()
    );
}

#[test]
fn strict_export_gives_the_same_module_paths() {
    let paths = |name: &str| -> Vec<String> {
        graph(name)
            .nodes()
            .map(|(_, node)| format!("{} {}", node.target, node.module_path()))
            .collect()
    };
    assert_eq!(paths("conv"), paths("conv_strict"));
}

#[test]
fn symbolic_sizes_have_ranges_and_values() {
    let graph = graph("dynamic");
    let shape = graph.value(graph.inputs[0].value).shape().unwrap().to_vec();
    let Dim::Symbolic(width) = &shape[3] else {
        panic!("{shape:?}")
    };
    let mut symbol = "";
    width.for_each_symbol(&mut |name| symbol = name);
    let range = graph.symbols[symbol];
    assert_eq!((range.min, range.max), (Some(4), Some(32)));
    assert_eq!(width.eval(&|_| Some(10)), Some(20));
    assert_eq!(width.eval(&|_| None), None);
}

#[test]
fn what_is_no_archive_is_refused() {
    assert!(matches!(
        damaged("conv", |b| b.clear()),
        Error::NotAnArchive { .. }
    ));
    assert!(matches!(
        damaged("conv", |b| b.truncate(b.len() - 9)),
        Error::NotAnArchive { .. }
    ));
    assert!(matches!(
        damaged("conv", |b| b.truncate(b.len() / 2)),
        Error::NotAnArchive { .. }
    ));
    assert!(matches!(
        damaged("conv", |b| *b = b"no zip at all, but long enough".repeat(4)),
        Error::NotAnArchive { .. }
    ));
    assert!(matches!(
        Program::open("does/not/exist.pt2"),
        Err(Error::Io { .. })
    ));
    let other = damaged("conv", |b| replace(b, "archive_format", "archive_FORMAT"));
    assert!(matches!(other, Error::WrongKind { .. }), "{other}");
}

#[test]
fn another_schema_is_refused_by_its_version() {
    let error = damaged("conv", |b| {
        replace(
            b,
            r#""schema_version": {"major": 8"#,
            r#""schema_version": {"major": 9"#,
        )
    });
    assert!(
        matches!(error, Error::Schema { found_major: 9, .. }),
        "{error}"
    );
    assert!(error.to_string().contains("8.x"), "{error}");
    let error = damaged("conv", |b| replace(b, "\"as_tensor\"", "\"as_tonsor\""));
    assert!(
        matches!(error, Error::Json { .. }) && error.to_string().contains("as_tonsor"),
        "{error}"
    );
}

#[test]
fn big_endian_files_are_refused() {
    let error = damaged("conv", |b| replace(b, "little", "biggie"));
    assert!(matches!(error, Error::ByteOrder { .. }), "{error}");
}

#[test]
fn pickled_missing_short_and_unknown_weights_are_refused() {
    let error = damaged("conv", |b| {
        replace(b, r#""use_pickle": false, "#, r#""use_pickle":  true, "#)
    });
    assert!(matches!(error, Error::Pickled { .. }), "{error}");
    let error = damaged("conv", |b| {
        replace(b, "data/weights/weight_3", "data/weights/weight_x")
    });
    assert!(matches!(error, Error::MissingWeight { .. }), "{error}");
    let sizes = |from: i64| format!(r#""sizes": [{{"as_int": {from}}}, {{"as_int": 4}}]"#);
    let error = damaged("conv", |b| replace(b, &sizes(5), &sizes(9)));
    assert!(
        matches!(
            error,
            Error::WeightSize {
                needed: 144,
                found: 80,
                ..
            }
        ),
        "{error}"
    );
    let error = damaged("conv", |b| replace(b, r#""dtype": 7"#, r#""dtype": 0"#));
    assert!(matches!(error, Error::DType { code: 0, .. }), "{error}");
    let error = damaged("conv", |b| replace(b, r#""layout": 7"#, r#""layout": 2"#));
    assert!(matches!(error, Error::Layout { .. }), "{error}");
    let error = damaged("conv", |b| {
        replace(
            b,
            r#""storage_offset": {"as_int": 0}"#,
            r#""storage_offset": {"as_int":-1}"#,
        )
    });
    assert!(matches!(error, Error::WeightView { .. }), "{error}");
}

#[test]
fn a_damaged_program_is_found_by_its_checksum() {
    let error = damaged("conv", |b| {
        let at = b.windows(12).position(|w| w == b"graph_module").unwrap();
        b[at] ^= 1;
    });
    assert!(matches!(error, Error::Damaged { .. }), "{error}");
}

#[test]
fn nan_weights_are_named() {
    let mut bytes = std::fs::read(fixture("weights")).unwrap();
    let infinity = bytes
        .windows(8)
        .rposition(|w| w == f64::INFINITY.to_le_bytes())
        .unwrap();
    bytes[infinity..infinity + 8].copy_from_slice(&f64::NAN.to_le_bytes());
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    assert_eq!(Program::open(file.path()).unwrap().nan_weights(), ["f64"]);
}

/// Expressions together with SymPy's notation of them and their value where `s0` is 7 and `s1` is 3.
fn expression() -> impl Strategy<Value = (String, i64)> {
    let leaf = prop_oneof![
        (-20i64..20).prop_map(|n| (format!("Integer({n})"), n)),
        Just(("Symbol('s0', positive=True, integer=True)".to_owned(), 7)),
        Just(("Symbol('s1', integer=True)".to_owned(), 3)),
    ];
    leaf.prop_recursive(4, 32, 3, |inner| {
        let many = prop::collection::vec(inner.clone(), 2..4);
        let list = |items: &[(String, i64)]| {
            items
                .iter()
                .map(|(text, _)| text.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        };
        prop_oneof![
            many.clone()
                .prop_map(move |v| (format!("Add({})", list(&v)), v.iter().map(|e| e.1).sum())),
            many.clone().prop_map(move |v| (
                format!("Max({})", list(&v)),
                v.iter().map(|e| e.1).max().unwrap()
            )),
            many.prop_map(move |v| (
                format!("Min({})", list(&v)),
                v.iter().map(|e| e.1).min().unwrap()
            )),
            (inner.clone(), 1i64..9)
                .prop_map(|((t, v), d)| (format!("FloorDiv({t}, Integer({d}))"), v.div_euclid(d))),
            (inner.clone(), 1i64..9)
                .prop_map(|((t, v), d)| (format!("PythonMod({t}, Integer({d}))"), v.rem_euclid(d))),
            (inner, -3i64..4).prop_map(|((t, v), f)| (format!("Mul(Integer({f}), {t})"), v * f)),
        ]
    })
}

proptest! {
    #[test]
    fn expressions_evaluate_as_python_does((text, value) in expression()) {
        let sizes = |name: &str| match name { "s0" => Some(7), "s1" => Some(3), _ => None };
        prop_assert_eq!(SymExpr::parse(&text).unwrap().eval(&sizes), Some(value));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in ".{0,60}") {
        let _ = SymExpr::parse(&text);
    }

    #[test]
    fn cut_expressions_are_refused((text, _) in expression(), cut in 0.0f64..1.0) {
        let at = (text.len() as f64 * cut) as usize;
        prop_assert!(SymExpr::parse(&text[..at]).is_err());
    }

    #[test]
    fn no_damage_makes_the_reader_panic(at in 0.0f64..1.0, value: u8) {
        let mut bytes = std::fs::read(fixture("nested")).unwrap();
        let at = (bytes.len() as f64 * at) as usize;
        bytes[at] = value;
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        if let Ok(program) = Program::open(file.path()) {
            let _ = Graph::from_program(&program);
        }
    }
}

#[test]
fn unknown_functions_are_named() {
    let error = SymExpr::parse("Gamma(Integer(2))").unwrap_err();
    assert!(
        error.contains("a known function") && error.contains("Gamma"),
        "{error}"
    );
    assert!(SymExpr::parse(&"Abs(".repeat(5000)).is_err());
    let half = SymExpr::parse("Mul(Rational(1, 2), Symbol('s0'))").unwrap();
    assert!(matches!(&half, SymExpr::Apply(SymOp::Mul, _)));
    assert_eq!(
        (half.eval(&|_| Some(6)), half.eval(&|_| Some(7))),
        (Some(3), None)
    );
    assert_eq!(half.to_string(), "(1/2)*s0");
}
