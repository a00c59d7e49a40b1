//! Rules for keys.

use syn::LitStr;

use crate::check::Errors;
use crate::schema::{self, Schema};

/// Checks the keys of a converter. Those of PyTorch's own operators come back with their schemas.
pub(crate) fn check(keys: &[LitStr], errors: &mut Errors) -> Keys {
    let mut checked = Keys::default();
    for (i, key) in keys.iter().enumerate() {
        let text = key.value();
        let same = |other: &LitStr| normal(&other.value()) == normal(&text);
        match check_key(&text) {
            Err(message) => errors.add(key, &message),
            Ok(_) if keys[..i].iter().any(same) => errors.add(key, "this key is given twice"),
            Ok(None) => checked.others |= is_operator(&text),
            Ok(Some(schema)) => checked.schemas.push(schema),
        }
    }
    checked
}

/// What is known about a converter's operators.
#[derive(Default)]
pub(crate) struct Keys {
    /// Schemas of PyTorch's own operators among the keys.
    pub(crate) schemas: Vec<Schema>,
    /// True if some keys are operators that PyTorch does not define.
    pub(crate) others: bool,
}

fn short(key: &str) -> &str {
    key.strip_prefix("torch.ops.").unwrap_or(key)
}

/// A key without what users may leave out: `torch.ops.`, and the file that defines a class of `torch.nn`.
fn normal(key: &str) -> String {
    match key.strip_prefix("torch.nn.modules.") {
        Some(rest) => format!(
            "torch.nn.{}",
            rest.split_once('.').map_or(rest, |(_, class)| class)
        ),
        None => short(key).to_owned(),
    }
}

fn is_operator(key: &str) -> bool {
    short(key) != key
        || ["aten.", "prims.", "quantized_decomposed."]
            .iter()
            .any(|prefix| key.starts_with(prefix))
        || (key.ends_with(".default") && key.split('.').count() == 3)
}

fn check_key(key: &str) -> Result<Option<Schema>, String> {
    let segments: Vec<&str> = key.split('.').collect();
    let is_name = |s: &&str| {
        !s.is_empty()
            && !s.starts_with(|c: char| c.is_ascii_digit())
            && s.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    if segments.len() < 2 || !segments.iter().all(is_name) {
        let repaired = key.trim().replace("::", ".");
        let hint = match repaired != key && check_key(&repaired).is_ok() {
            true => format!("; did you mean \"{repaired}\"?"),
            false => String::new(),
        };
        return Err(format!(
            "a key is a dotted PyTorch name: \"torch.nn.ReLU.forward\", \"torch.relu\" or \"aten.relu.default\"{hint}"
        ));
    }
    if is_operator(key) {
        return check_operator(short(key));
    }
    if segments.len() == 2 && segments[1] == "forward" {
        return Err(
            "a module key starts with the class's module: \"mypkg.MyBlock.forward\"".into(),
        );
    }
    let last = segments[segments.len() - 1];
    if last.starts_with(char::is_uppercase) {
        return Err(format!(
            "a class is converted by its calls: did you mean \"{key}.forward\"?"
        ));
    }
    Ok(None)
}

fn check_operator(key: &str) -> Result<Option<Schema>, String> {
    let quoted = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        names.join(", ")
    };
    let segments: Vec<&str> = key.split('.').collect();
    if segments.len() != 3 {
        let hint = match &schema::overloads(key)[..] {
            [] => format!("\"{key}.default\"; torch.ops.{key}.overloads() lists them"),
            [one] => format!("did you mean \"{one}\"?"),
            several => format!("one of {}", quoted(several)),
        };
        return Err(format!("an operator key names its overload: {hint}"));
    }
    let found = Schema::of(key);
    if found.is_none() && schema::is_known_namespace(segments[0]) {
        let operator = format!("{}.{}", segments[0], segments[1]);
        let hint = match &schema::overloads(&operator)[..] {
            [] => closest(&segments)
                .map_or(String::new(), |name| format!("; did you mean \"{name}\"?")),
            several => format!("; there is {}", quoted(several)),
        };
        return Err(format!("PyTorch 2.11 exports no operator {key}{hint}"));
    }
    Ok(found)
}

/// The operator that `namespace.name.overload` is probably a slip of, with that overload if it has one.
fn closest(segments: &[&str]) -> Option<&'static str> {
    let names = schema::operators().filter_map(|operator| {
        let (namespace, rest) = operator.split_once('.')?;
        (namespace == segments[0]).then_some(rest.split('.').next()?)
    });
    let name = schema::closest(segments[1], names)?;
    let overloads = schema::overloads(&format!("{}.{name}", segments[0]));
    let same = |overload: &&&str| overload.ends_with(&format!(".{}", segments[2]));
    overloads.iter().find(same).or(overloads.first()).copied()
}
