//! Networks from ONNX files, by NVIDIA's parser. The files are written here, byte by byte.

mod common;

use trt::Error;

/// A field of a protobuf message that holds bytes.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len()).expect("short fields only");
    assert!(length < 128, "longer lengths take two bytes");
    [&[number << 3 | 2, length], bytes].concat()
}

/// A field that holds a small number.
fn number(number: u8, value: u8) -> Vec<u8> {
    vec![number << 3, value]
}

/// `y = OPERATOR(x)` for a float tensor of shape [2, 3].
fn model(operator: &str) -> Vec<u8> {
    let node = [
        field(1, b"x"),
        field(2, b"y"),
        field(3, b"the_node"),
        field(4, operator.as_bytes()),
    ]
    .concat();
    let sizes = [2, 3].map(|size| field(1, &number(1, size))).concat();
    let tensor = [number(1, 1), field(2, &sizes)].concat();
    let value = |name: &[u8]| [field(1, name), field(2, &field(1, &tensor))].concat();
    let graph = [
        field(1, &node),
        field(2, b"graph"),
        field(11, &value(b"x")),
        field(12, &value(b"y")),
    ]
    .concat();
    let opset = [field(1, b""), number(2, 17)].concat();
    [number(1, 8), field(7, &graph), field(8, &opset)].concat()
}

#[test]
fn a_file_becomes_a_network_or_an_error_with_the_parsers_words() {
    let builder = common::builder();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let new = || common::network(&builder);

    let network = new();
    let relu = file("relu.onnx", &model("Relu"));
    network.parse_onnx(&relu).unwrap();
    assert_eq!(network.num_layers(), 1);
    let input = network.inputs().next().unwrap();
    assert_eq!(
        (input.name().as_str(), input.dims().unwrap().to_vec()),
        ("x", vec![2, 3])
    );
    assert_eq!(network.outputs().next().unwrap().name(), "y");
    let again = network.parse_onnx(&relu).unwrap_err();
    assert!(matches!(again, Error::Invalid { .. }), "{again}");
    drop(network);

    let error = |path| new().parse_onnx(path).unwrap_err().to_string();
    let unknown = error(file("unknown.onnx", &model("NoSuchOperator")));
    assert!(
        unknown.contains("NoSuchOperator") && unknown.contains("unknown.onnx"),
        "{unknown}"
    );
    let damaged = error(file("damaged.onnx", b"no protobuf"));
    assert!(damaged.contains("damaged.onnx"), "{damaged}");
    // The parser reads these five bytes as a model without a graph.
    let other = error(file("greeting.onnx", b"hello"));
    assert!(
        other.contains("greeting.onnx") && other.contains("expected an ONNX model"),
        "{other}"
    );
    let missing = error(folder.path().join("missing.onnx"));
    assert!(missing.contains("missing.onnx"), "{missing}");
}
