//! What PyTorch's own operators look like: which there are, and what their arguments are called and hold.
//!
//! The table is the one that torchvision-trt reads programs with, by a link: this crate depends on no other.

use std::sync::OnceLock;

static TABLE: &str = include_str!("schemas.txt");

/// One operator overload.
pub(crate) struct Schema {
    /// `aten.add.Tensor`
    pub(crate) operator: &'static str,
    pub(crate) parameters: Vec<Parameter>,
}

/// An argument of an operator.
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    /// As PyTorch writes it, without alias annotations: `Tensor?[]`, `SymInt[2]?`.
    pub(crate) ty: String,
}

impl Schema {
    /// The schema of an operator overload (without `torch.ops.`), if it is one of PyTorch's.
    pub(crate) fn of(operator: &str) -> Option<Self> {
        let at = lines()
            .binary_search_by(|line| name(line).cmp(operator))
            .ok()?;
        let operator = name(lines()[at]);
        let (parameters, _) = lines()[at][operator.len() + 1..].rsplit_once(") -> ")?;
        Some(Self {
            operator,
            parameters: split(parameters).filter_map(parameter).collect(),
        })
    }

    /// The argument that a converter's argument of this name is bound to.
    pub(crate) fn parameter(&self, name: &str) -> Option<&Parameter> {
        let find = |name: &str| self.parameters.iter().find(|p| p.name == name);
        find(name).or_else(|| find("self").filter(|_| name == "input"))
    }

    /// ``it has `self`, `other` and `alpha` ``
    pub(crate) fn list(&self) -> String {
        let names: Vec<String> = (self.parameters.iter())
            .map(|p| format!("`{}`", p.name))
            .collect();
        match names.split_last() {
            None => "it has none".into(),
            Some((last, [])) => format!("it has {last}"),
            Some((last, others)) => format!("it has {} and {last}", others.join(", ")),
        }
    }
}

/// Whether all operators of this namespace (`aten`) are in the table.
pub(crate) fn is_known_namespace(namespace: &str) -> bool {
    let prefix = format!("{namespace}.");
    lines().iter().any(|line| line.starts_with(&prefix))
}

/// The overloads of `aten.add`.
pub(crate) fn overloads(operator: &str) -> Vec<&'static str> {
    let prefix = format!("{operator}.");
    operators()
        .filter(|name| name.starts_with(&prefix))
        .collect()
}

/// Every operator overload.
pub(crate) fn operators() -> impl Iterator<Item = &'static str> {
    lines().iter().map(|line| name(line))
}

/// The candidate that `text` is probably a slip of.
pub(crate) fn closest<'a>(
    text: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let distance = |candidate: &&str| strsim::damerau_levenshtein(text, candidate);
    // A third of the letters may be wrong: more is another word.
    candidates
        .into_iter()
        .min_by_key(distance)
        .filter(|candidate| distance(candidate) * 3 <= text.len().max(3))
}

fn lines() -> &'static [&'static str] {
    static LINES: OnceLock<Vec<&str>> = OnceLock::new();
    LINES.get_or_init(|| TABLE.lines().filter(|l| !l.starts_with('#')).collect())
}

fn name(line: &'static str) -> &'static str {
    line.split('(').next().unwrap_or_default()
}

/// Splits at commas that stand in no brackets or quotes.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let (mut depth, mut quoted) = (0, false);
    text.split(move |c: char| {
        match c {
            '"' => quoted = !quoted,
            '(' | '[' if !quoted => depth += 1,
            ')' | ']' if !quoted => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0 && !quoted
    })
}

/// Reads `Tensor(a!) self` or `int[2] stride=[1, 1]`; the mark `*` is no parameter.
fn parameter(text: &'static str) -> Option<Parameter> {
    let declared = text.split('=').next()?.trim();
    let (ty, name) = declared.rsplit_once(' ')?;
    let ty = match (ty.find('('), ty.rfind(')')) {
        (Some(open), Some(close)) => format!("{}{}", &ty[..open], &ty[close + 1..]),
        _ => ty.to_owned(),
    };
    Some(Parameter { name, ty })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_of_the_table_is_understood() {
        for operator in operators() {
            let schema = Schema::of(operator).unwrap();
            for Parameter { name, ty } in &schema.parameters {
                let is_name = |c: char| c.is_alphanumeric() || c == '_';
                assert!(name.chars().all(is_name), "{operator}: {name}");
                assert!(
                    ty.chars().all(|c| is_name(c) || "[]?".contains(c)),
                    "{operator}: {ty}"
                );
            }
        }
    }

    #[test]
    fn parameters_have_their_names_and_types() {
        let parameters = |operator| -> Vec<(&str, String)> {
            let schema = Schema::of(operator).unwrap();
            (schema.parameters.into_iter())
                .map(|p| (p.name, p.ty))
                .collect()
        };
        assert_eq!(
            parameters("aten.max_pool2d.default")[..3],
            [
                ("self", "Tensor".into()),
                ("kernel_size", "int[2]".into()),
                ("stride", "int[2]".into())
            ]
        );
        assert_eq!(
            parameters("aten.index.Tensor")[1],
            ("indices", "Tensor?[]".into())
        );
        assert_eq!(parameters("aten.add_.Tensor")[0], ("self", "Tensor".into()));
    }

    #[test]
    fn slips_are_found_and_other_words_are_not() {
        assert_eq!(closest("aplha", ["alpha", "other"]), Some("alpha"));
        assert_eq!(closest("dims", ["dim", "keepdim"]), Some("dim"));
        assert_eq!(closest("weight", ["other", "alpha"]), None);
    }
}
