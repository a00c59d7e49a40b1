//! Operator schemas: names, types and defaults of arguments, and what an operator writes to or returns a view of.
//!
//! The table holds PyTorch's own schema strings, one a line, sorted; `python/operator_schemas.py` writes it.

use std::sync::OnceLock;

use super::{Argument, IntArg};
use crate::pt2::{DType, Layout, MemoryFormat};

static TABLE: &str = include_str!("schemas.txt");

/// The schema of one operator overload.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// Parameters, positional ones first.
    pub params: Vec<Param>,
    /// For each result, the set it belongs to, if it is written to or a view.
    pub returns: Vec<Option<Alias>>,
}

/// A parameter of an operator.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// What it is when left out; `None` if it must be given.
    pub default: Option<Argument>,
    /// Results of the same set are views of it.
    pub alias: Option<Alias>,
}

/// A type: `int[2]?` is an optional list of two integers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type {
    /// The element (`Tensor`, `SymInt`, `Scalar`, …).
    pub element: String,
    /// `Some` for lists; within it the length a single value is repeated to, 0 if the schema gives none.
    pub list: Option<usize>,
    /// `None` is allowed.
    pub optional: bool,
}

/// An alias annotation: `(a)` is a view of set `a`, `(a!)` also writes to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// Name of the set.
    pub set: String,
    /// True if the operator writes to it.
    pub write: bool,
}

impl Schema {
    /// The schema of an operator (`aten.conv2d.default`), or `None` if the table lacks it, as for operators of users.
    pub fn of(target: &str) -> Option<Self> {
        static LINES: OnceLock<Vec<&str>> = OnceLock::new();
        let lines = LINES.get_or_init(|| {
            TABLE
                .lines()
                .filter(|line| !line.starts_with('#'))
                .collect()
        });
        let name = |line: &&str| line.split('(').next().unwrap_or_default().to_owned();
        let at = lines
            .binary_search_by(|line| name(line).as_str().cmp(target))
            .ok()?;
        parse(&lines[at][target.len()..])
    }

    /// True if the operator writes to one of its arguments.
    pub fn mutates(&self) -> bool {
        self.params
            .iter()
            .any(|p| p.alias.as_ref().is_some_and(|a| a.write))
    }

    /// The parameter that result `i` is a view of, if it is one.
    pub fn viewed(&self, i: usize) -> Option<&Param> {
        // A tensor list has one annotation for all of its elements.
        let alias = self.returns.get(i).or(self.returns.last())?.as_ref()?;
        self.params
            .iter()
            .find(|p| p.alias.as_ref().is_some_and(|a| a.set == alias.set))
    }
}

fn parse(text: &str) -> Option<Schema> {
    let (params, returns) = text.strip_prefix('(')?.rsplit_once(") -> ")?;
    let params = split(params)
        .into_iter()
        .filter(|p| *p != "*")
        .map(param)
        .collect::<Option<_>>()?;
    let returns = match returns.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
        Some(list) if !list.is_empty() => split(list)
            .into_iter()
            .map(|r| Some(alias(r)?.1))
            .collect::<Option<_>>()?,
        Some(_) => Vec::new(),
        None => vec![alias(returns)?.1],
    };
    Some(Schema { params, returns })
}

/// Splits at commas that stand in no brackets or quotes.
fn split(text: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut start, mut parts) = (0, false, 0, Vec::new());
    let mut previous = ' ';
    for (i, c) in text.char_indices() {
        match c {
            '"' if previous != '\\' => quoted = !quoted,
            '(' | '[' if !quoted => depth += 1,
            ')' | ']' if !quoted => depth -= 1,
            ',' if depth == 0 && !quoted => {
                parts.push(text[start..i].trim());
                start = i + 1;
            }
            _ => {}
        }
        previous = c;
    }
    if !text[start..].trim().is_empty() {
        parts.push(text[start..].trim());
    }
    parts
}

/// Takes the annotation out of `Tensor(a!)[] name`: the type without it, and the annotation.
fn alias(text: &str) -> Option<(String, Option<Alias>)> {
    let Some((before, rest)) = text.split_once('(') else {
        return Some((text.to_owned(), None));
    };
    let (sets, after) = rest.split_once(')')?;
    let own = sets.split("->").next()?.trim();
    let set = own.trim_end_matches('!').to_owned();
    Some((
        format!("{before}{after}"),
        Some(Alias {
            write: own.ends_with('!'),
            set,
        }),
    ))
}

fn param(text: &str) -> Option<Param> {
    // The annotation may contain blanks (`Tensor(a -> *)`), so it goes first; a default may contain brackets.
    let (declared, default) = match text.split_once('=') {
        Some((declared, default)) => (declared, Some(default)),
        None => (text, None),
    };
    let (declared, alias) = alias(declared)?;
    let (ty, name) = declared.rsplit_once(' ')?;
    let ty = parse_type(ty);
    let default = match default {
        Some(text) => Some(parse_default(text, &ty)?),
        None => None,
    };
    Some(Param {
        name: name.into(),
        ty,
        default,
        alias,
    })
}

fn parse_type(text: &str) -> Type {
    let (text, optional) = text.strip_suffix('?').map_or((text, false), |t| (t, true));
    match text.strip_suffix(']').and_then(|t| t.rsplit_once('[')) {
        Some((element, length)) => Type {
            element: element.into(),
            list: Some(length.parse().unwrap_or(0)),
            optional,
        },
        None => Type {
            element: text.into(),
            list: None,
            optional,
        },
    }
}

fn parse_default(text: &str, ty: &Type) -> Option<Argument> {
    if text == "None" {
        return Some(Argument::None);
    }
    let items = |text: &'_ str| -> Vec<String> {
        match text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
            Some(list) => split(list).into_iter().map(str::to_owned).collect(),
            None => vec![text.to_owned()],
        }
    };
    if ty.list.is_some() {
        let items = items(text);
        let list = match ty.element.as_str() {
            "int" | "SymInt" => Argument::Ints(
                items
                    .iter()
                    .map(|i| i.parse().ok().map(IntArg::Static))
                    .collect::<Option<_>>()?,
            ),
            "float" => Argument::Floats(
                items
                    .iter()
                    .map(|i| i.parse().ok())
                    .collect::<Option<_>>()?,
            ),
            "bool" => Argument::Bools(items.iter().map(|i| i == "True").collect()),
            "str" => Argument::Strs(items),
            _ if items.is_empty() => Argument::Tensors(Vec::new()),
            _ => return None,
        };
        return Some(ty.coerce(list));
    }
    Some(match ty.element.as_str() {
        "int" | "SymInt" => Argument::Int(text.parse().ok()?),
        "float" => Argument::Float(text.parse().ok()?),
        "bool" => Argument::Bool(text == "True"),
        "str" => Argument::Str(
            text.trim_matches('"')
                .replace("\\\"", "\"")
                .replace("\\'", "'")
                .replace("\\\\", "\\"),
        ),
        "Scalar" => match text.parse() {
            Ok(n) => Argument::Int(n),
            Err(_) => Argument::Float(text.parse().ok()?),
        },
        // Numbered as in c10, unlike the program's own JSON.
        "ScalarType" => Argument::DType(match text {
            "4" => DType::Int64,
            "6" => DType::Float32,
            "7" => DType::Float64,
            "11" => DType::Bool,
            _ => return None,
        }),
        "MemoryFormat" => Argument::MemoryFormat(match text {
            "0" => MemoryFormat::Contiguous,
            "1" => MemoryFormat::Preserve,
            "2" => MemoryFormat::ChannelsLast,
            "3" => MemoryFormat::ChannelsLast3d,
            _ => return None,
        }),
        "Layout" => Argument::Layout(Layout::Strided),
        _ => return None,
    })
}

impl Type {
    /// Brings an argument into the form of the type, as PyTorch's own binding does: an integer for a float becomes a float, a
    /// single number for a list of known length is repeated. Anything else stays: a `Tensor` may well be given as a number.
    pub fn coerce(&self, arg: Argument) -> Argument {
        let repeat = self.list.unwrap_or(0).max(1);
        match (self.element.as_str(), self.list, arg) {
            ("float", None, Argument::Int(n)) => Argument::Float(n as f64),
            ("float", Some(_), Argument::Ints(list))
                if list.iter().all(|i| matches!(i, IntArg::Static(_))) =>
            {
                Argument::Floats(
                    list.iter()
                        .map(|i| {
                            if let IntArg::Static(n) = i {
                                *n as f64
                            } else {
                                0.0
                            }
                        })
                        .collect(),
                )
            }
            ("float", Some(_), Argument::Float(x)) => Argument::Floats(vec![x; repeat]),
            ("int" | "SymInt", Some(_), Argument::Int(n)) => {
                Argument::Ints(vec![IntArg::Static(n); repeat])
            }
            ("int" | "SymInt", Some(_), Argument::SymInt(v)) => {
                Argument::Ints(vec![IntArg::Sym(v); repeat])
            }
            ("int" | "SymInt", Some(_), Argument::Ints(list)) if list.len() == 1 && repeat > 1 => {
                Argument::Ints(vec![list[0]; repeat])
            }
            ("bool", Some(_), Argument::Bool(b)) => Argument::Bools(vec![b; repeat]),
            // The writer calls every empty list of a higher-order operator a tensor list.
            ("int" | "SymInt", Some(_), Argument::Tensors(list)) if list.is_empty() => {
                Argument::Ints(Vec::new())
            }
            (_, _, arg) => arg,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_parses_and_is_found() {
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let target = line.split('(').next().unwrap();
            let schema = Schema::of(target);
            assert!(schema.is_some(), "{line}");
        }
    }

    #[test]
    fn defaults_have_the_form_of_their_type() {
        let conv = Schema::of("aten.conv2d.default").unwrap();
        let ones = Argument::Ints(vec![IntArg::Static(1); 2]);
        assert_eq!(conv.params[3].default, Some(ones));
        assert_eq!(conv.params[2].default, Some(Argument::None));
        let pool = Schema::of("aten.max_pool2d.default").unwrap();
        assert_eq!(pool.params[2].default, Some(Argument::Ints(Vec::new())));
        let gelu = Schema::of("aten.gelu.default").unwrap();
        assert_eq!(gelu.params[1].default, Some(Argument::Str("none".into())));
    }

    #[test]
    fn views_and_writes_are_known() {
        let relu = Schema::of("aten.relu_.default").unwrap();
        assert!(relu.mutates());
        let view = Schema::of("aten.view.default").unwrap();
        assert!(!view.mutates());
        assert_eq!(view.viewed(0).unwrap().name, "self");
        let split = Schema::of("aten.split.Tensor").unwrap();
        assert_eq!(split.viewed(3).unwrap().name, "self");
        assert!(Schema::of("aten.relu.default").unwrap().viewed(0).is_none());
        assert!(Schema::of("mypkg.op.default").is_none());
    }
}
