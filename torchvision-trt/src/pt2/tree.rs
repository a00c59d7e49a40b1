//! Nested inputs and outputs: PyTorch's pytree specifications and the paths of their leaves.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use super::schema::NamedTupleDef;

/// A node of the tree; a leaf has no type.
#[derive(Debug, Deserialize)]
struct Spec {
    r#type: Option<String>,
    #[serde(default)]
    context: Value,
    children_spec: Vec<Spec>,
}

/// Version of the specification's notation that PyTorch 2.11 writes.
const PROTOCOL: i64 = 1;

/// Trees nest as deep as the user's own data; this bound only keeps a hostile file from exhausting the stack.
const MAX_DEPTH: usize = 64;

/// Paths of the leaves of an output tree, in order: `output_0`, `output_1` for a tensor or a sequence of them, keys joined by
/// dots below that and for dicts, dataclasses and named tuples.
pub(super) fn output_paths(
    text: &str,
    tuples: &HashMap<String, NamedTupleDef>,
) -> Result<Vec<String>, String> {
    let root = parse(text)?;
    let mut paths = Vec::new();
    let keys = root.keys(tuples)?;
    if root.r#type.is_none() {
        paths.push("output_0".into());
    }
    for (i, child) in root.children_spec.iter().enumerate() {
        let path = keys
            .as_ref()
            .map_or_else(|| format!("output_{i}"), |keys| keys[i].clone());
        child.leaves(path, tuples, 1, &mut paths)?;
    }
    Ok(paths)
}

fn parse(text: &str) -> Result<Spec, String> {
    let (protocol, spec): (i64, Spec) =
        serde_json::from_str(text).map_err(|e| format!("tree specification: {e}"))?;
    if protocol != PROTOCOL {
        return Err(format!(
            "tree specification of version {protocol}, expected {PROTOCOL}"
        ));
    }
    Ok(spec)
}

impl Spec {
    fn leaves(
        &self,
        path: String,
        tuples: &HashMap<String, NamedTupleDef>,
        depth: usize,
        out: &mut Vec<String>,
    ) -> Result<(), String> {
        if self.r#type.is_none() {
            out.push(path);
            return Ok(());
        }
        if depth > MAX_DEPTH {
            return Err(format!("a tree more than {MAX_DEPTH} levels deep"));
        }
        let keys = self.keys(tuples)?;
        for (i, child) in self.children_spec.iter().enumerate() {
            let key = keys
                .as_ref()
                .map_or_else(|| i.to_string(), |keys| keys[i].clone());
            child.leaves(format!("{path}.{key}"), tuples, depth + 1, out)?;
        }
        Ok(())
    }

    /// Names of the children; `None` for sequences, whose children have numbers.
    fn keys(&self, tuples: &HashMap<String, NamedTupleDef>) -> Result<Option<Vec<String>>, String> {
        let Some(kind) = self.r#type.as_deref() else {
            return Ok(None);
        };
        // Most contexts are JSON inside a string.
        let context = match &self.context {
            Value::String(text) => {
                serde_json::from_str(text).unwrap_or_else(|_| self.context.clone())
            }
            other => other.clone(),
        };
        let keys = match kind {
            "builtins.tuple" | "builtins.list" | "collections.deque" => return Ok(None),
            "builtins.dict" | "collections.OrderedDict" => names(&context),
            "collections.defaultdict" => context.get("dict_context").and_then(names),
            "collections.namedtuple" => {
                let class = context.as_str().unwrap_or_default();
                tuples.get(class).map(|fields| fields.field_names.clone())
            }
            // Registered dataclasses: the names of the fields with a value, then of those without.
            _ => context.get(0).and_then(names),
        };
        match keys {
            Some(keys) if keys.len() == self.children_spec.len() => Ok(Some(keys)),
            // A class with a flattening of its own: its children have no names that we could know.
            None if !kind.starts_with("builtins.") && !kind.starts_with("collections.") => Ok(None),
            _ => Err(format!(
                "the {kind} with {} entries has no matching keys",
                self.children_spec.len()
            )),
        }
    }
}

/// Keys of a dict are strings or numbers.
fn names(keys: &Value) -> Option<Vec<String>> {
    keys.as_array()?
        .iter()
        .map(|key| match key {
            Value::String(text) => Some(text.clone()),
            Value::Number(n) => Some(n.to_string()),
            Value::Bool(b) => Some(if *b { "True" } else { "False" }.into()),
            _ => None,
        })
        .collect()
}
