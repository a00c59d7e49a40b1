//! What to do about an operator that nothing converts: the key that was perhaps meant, and the converter to write.

use super::{KeyKind, Place, Registry};
use crate::graph::{Argument, Graph, IntArg, Node, Param, Schema};

/// The registered key that comes closest to an operator or to a module around it: a slip in a key of the user's own, another
/// overload, or a name that is much alike.
pub(super) fn closest_key(registry: &Registry, target: &str, place: &Place) -> Option<String> {
    // A class is often registered under the package that exports it rather than the file that defines it.
    let own = registry
        .iter()
        .filter(|(_, converter)| !converter.is_built_in());
    let mut modules = own
        .filter(|(key, _)| key.kind == KeyKind::Module)
        .map(|(key, _)| &key.name);
    let class = place.own_class.as_deref().unwrap_or_default();
    let is_near = |a: &str, b: &str| strsim::damerau_levenshtein(a, b) * 4 <= a.len();
    if let Some(name) = modules.find(|name| !class.is_empty() && is_near(last(class), last(name))) {
        return Some(format!("{name}.forward"));
    }
    let operators = || {
        registry
            .iter()
            .filter(|(key, _)| key.kind == KeyKind::Operator)
            .map(|(key, _)| &key.name)
    };
    let without_overload = |name: &str| {
        name.rsplit_once('.')
            .map(|(operator, _)| operator.to_owned())
    };
    operators()
        .find(|name| without_overload(name) == without_overload(target))
        .or_else(|| {
            let nearest =
                operators().min_by_key(|name| strsim::damerau_levenshtein(name, target))?;
            let letters = operator_name(target).len();
            (strsim::damerau_levenshtein(nearest, target) * 3 <= letters).then_some(nearest)
        })
        .cloned()
}

/// The head of a converter for the operator that a node calls: its key, and the arguments with their types.
pub(super) fn signature(graph: &Graph, node: &Node) -> String {
    let arguments = match Schema::of(&node.target) {
        Some(schema) => schema.params.iter().filter_map(declared).collect(),
        None => node.args.iter().filter_map(found).collect::<Vec<_>>(),
    };
    let result = match node
        .outputs
        .iter()
        .filter(|v| graph.value(**v).dtype().is_some())
        .count()
    {
        0 | 1 => "Tensor",
        2 => "(Tensor, Tensor)",
        3 => "(Tensor, Tensor, Tensor)",
        _ => "Vec<Tensor>",
    };
    let arguments: String = arguments
        .iter()
        .map(|argument| format!(", {argument}"))
        .collect();
    format!(
        "#[converter(\"{}\")]\nfn {}(ctx: &mut Context{arguments}) -> Result<{result}>",
        node.target,
        operator_name(&node.target).trim_start_matches('_'),
    )
}

/// A parameter of a schema as a converter declares it. What says where and how a result is stored means nothing to a network.
fn declared(param: &Param) -> Option<String> {
    let ty = match (param.ty.element.as_str(), param.ty.list) {
        ("Tensor", None) => "&Tensor",
        ("Tensor?", Some(_)) => "&[Option<Tensor>]",
        ("Tensor", Some(_)) => "&[Tensor]",
        ("int", None) => "i64",
        ("SymInt", None) => "Size",
        ("int", Some(_)) => "Vec<i64>",
        ("SymInt", Some(_)) => "Vec<Size>",
        ("float", None) => "f64",
        ("float", Some(_)) => "Vec<f64>",
        ("bool", None) => "bool",
        ("bool", Some(_)) => "Vec<bool>",
        ("Scalar", None) => "Scalar",
        ("str", None) => "&str",
        ("ScalarType", None) => "DType",
        _ => return None,
    };
    Some(match param.ty.optional {
        true => argument(&param.name, &format!("Option<{ty}>")),
        false => argument(&param.name, ty),
    })
}

/// An argument of a call whose operator has no schema here, as the program has it.
fn found((name, value): &(String, Argument)) -> Option<String> {
    let ty = match value {
        Argument::Tensor(_) => "&Tensor",
        Argument::Tensors(list) if list.contains(&None) => "&[Option<Tensor>]",
        Argument::Tensors(_) => "&[Tensor]",
        Argument::Int(_) => "i64",
        Argument::SymInt(_) => "Size",
        Argument::Ints(list) if list.iter().any(|i| matches!(i, IntArg::Sym(_))) => "Vec<Size>",
        Argument::Ints(_) => "Vec<i64>",
        Argument::Float(_) => "f64",
        Argument::Floats(_) => "Vec<f64>",
        Argument::Bool(_) => "bool",
        Argument::Bools(_) => "Vec<bool>",
        Argument::Str(_) => "&str",
        Argument::DType(_) => "DType",
        _ => return None,
    };
    Some(argument(name, ty))
}

fn argument(name: &str, ty: &str) -> String {
    match name {
        "self" => format!("input: {ty}"),
        "type" | "move" | "loop" | "in" | "where" => format!("r#{name}: {ty}"),
        _ => format!("{name}: {ty}"),
    }
}

/// `aten.fft_rfft.default` is `fft_rfft`.
fn operator_name(target: &str) -> &str {
    target.split('.').nth(1).unwrap_or(target)
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::Converter;

    fn closest(target: &str) -> Option<String> {
        closest_key(Registry::global().unwrap(), target, &Place::default())
    }

    #[test]
    fn another_overload_or_a_similar_name_is_proposed_and_nothing_else() {
        assert_eq!(
            closest("aten.relu.out").as_deref(),
            Some("aten.relu.default")
        );
        assert_eq!(closest("aten.geqrf.default"), None);
        assert_eq!(closest("mypkg.frobnicate.default"), None);
    }

    #[test]
    fn a_slip_in_a_key_of_ones_own_is_found() {
        static MINE: Converter = Converter {
            name: "block",
            keys: &["mypkg.Blok.forward"],
            doc: "",
            function: |_| Ok(()),
            when: None,
            module: "mine",
            file: "a.rs",
            line: 1,
        };
        let registry = Registry::new([&MINE]).unwrap();
        let near = |class: &str| {
            let place = Place {
                own_class: Some(class.into()),
                ..Place::default()
            };
            closest_key(&registry, "aten.geqrf.default", &place)
        };
        // Misspelt, or named after the package that exports it instead of the file that defines it.
        assert_eq!(near("mypkg.Block").as_deref(), Some("mypkg.Blok.forward"));
        assert_eq!(
            near("mypkg.blocks.Blok").as_deref(),
            Some("mypkg.Blok.forward")
        );
        assert_eq!(near("mypkg.Attention"), None);
    }

    #[test]
    fn a_signature_has_the_arguments_of_the_schema() {
        let node = |target: &str, args| Node {
            target: target.into(),
            args,
            ..Node::default()
        };
        assert_eq!(
            signature(
                &Graph::default(),
                &node("aten.fft_rfft.default", Vec::new())
            ),
            "#[converter(\"aten.fft_rfft.default\")]\nfn fft_rfft(ctx: &mut Context, input: &Tensor, n: Option<Size>, dim: i64, \
             norm: Option<&str>) -> Result<Tensor>"
        );
        let args = vec![
            ("sizes".into(), Argument::Ints(vec![IntArg::Static(2)])),
            ("scale".into(), Argument::Float(2.0)),
        ];
        assert_eq!(
            signature(&Graph::default(), &node("mypkg.scale.default", args)),
            "#[converter(\"mypkg.scale.default\")]\nfn scale(ctx: &mut Context, sizes: Vec<i64>, scale: f64) -> Result<Tensor>"
        );
    }
}
