//! The registry: every linked converter by its keys.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::{Call, Context, Error, Key, KeyKind, Result};

/// A registered converter; `#[converter]` makes it.
#[derive(Debug)]
pub struct Converter {
    /// Name of the function.
    pub name: &'static str,
    /// Keys as written.
    pub keys: &'static [&'static str],
    /// Doc comment of the function.
    pub doc: &'static str,
    /// Binds the arguments of the current call and adds its layers.
    pub function: fn(&mut Context<'_, '_>) -> Result<()>,
    /// May decline a call, with the reason.
    pub when: Option<Predicate>,
    /// Rust module of the function.
    pub module: &'static str,
    /// Source file of the function.
    pub file: &'static str,
    /// Line of the attribute.
    pub line: u32,
}

/// Accepts a call, or declines it with the reason.
pub type Predicate = fn(&Call<'_>) -> Result<(), String>;

inventory::collect!(Converter);

impl Converter {
    /// True for those of this crate, which a user's own beat.
    pub fn is_built_in(&self) -> bool {
        self.module.split("::").next() == Some(env!("CARGO_CRATE_NAME"))
    }

    /// `file:line`
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }

    /// What the converter computes: the first paragraph of its documentation.
    pub fn description(&self) -> String {
        let lines = self.doc.lines().map(str::trim);
        lines
            .take_while(|line| !line.is_empty() && !line.starts_with("Restriction:"))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// What the converter does not do, from the paragraph of its documentation that starts with `Restriction:`.
    pub fn restriction(&self) -> Option<String> {
        self.paragraph("Restriction:")
    }

    fn paragraph(&self, head: &str) -> Option<String> {
        let (_, text) = self.doc.split_once(head)?;
        Some(
            text.lines()
                .map(str::trim)
                .take_while(|l| !l.is_empty())
                .collect::<Vec<_>>()
                .join(" "),
        )
    }

    /// The plugins that take the place of layers where the library has plugins, from the paragraph of its documentation that starts
    /// with `Plugin:`.
    pub fn plugins(&self) -> Option<String> {
        self.paragraph("Plugin:")
    }

    /// True if one of the keys is this operator overload (without `torch.ops.`).
    pub(crate) fn converts_operator(&self, target: &str) -> bool {
        self.operators().any(|name| name == target)
    }

    pub(crate) fn operators(&self) -> impl Iterator<Item = String> {
        self.keys
            .iter()
            .map(|k| Key::parse(k))
            .filter(|k| k.kind == KeyKind::Operator)
            .map(|k| k.name)
    }
}

/// Converters by key. A user's own stand beside the built-in ones and beat them.
#[derive(Debug, Default)]
pub struct Registry {
    user: BTreeMap<Key, &'static Converter>,
    built_in: BTreeMap<Key, &'static Converter>,
}

impl Registry {
    /// All converters linked into the program.
    ///
    /// # Errors
    /// [`Error::Registry`] naming both places when two converters of the same rank claim one key.
    pub fn global() -> Result<&'static Self> {
        static GLOBAL: OnceLock<Result<Registry, String>> = OnceLock::new();
        let registry = GLOBAL.get_or_init(|| Self::new(inventory::iter::<Converter>));
        registry
            .as_ref()
            .map_err(|message| Error::Registry(message.clone()))
    }

    pub(super) fn new(
        converters: impl IntoIterator<Item = &'static Converter>,
    ) -> Result<Self, String> {
        let mut registry = Self::default();
        let mut clashes = Vec::new();
        for converter in converters {
            let entries = if converter.is_built_in() {
                &mut registry.built_in
            } else {
                &mut registry.user
            };
            for text in converter.keys {
                if let Some(other) = entries.insert(Key::parse(text), converter) {
                    // Linking order is arbitrary; the message is not.
                    let mut both =
                        [other, converter].map(|c| format!("`{}` at {}", c.name, c.place()));
                    both.sort();
                    clashes.push(format!(
                        "two converters claim \"{text}\": {} and {}",
                        both[0], both[1]
                    ));
                }
            }
        }
        clashes.sort();
        if clashes.is_empty() {
            Ok(registry)
        } else {
            Err(clashes.join("\n"))
        }
    }

    /// The converters of a rank: the user's own, or the built-in ones.
    pub(crate) fn rank(&self, rank: Rank) -> &BTreeMap<Key, &'static Converter> {
        match rank {
            Rank::User => &self.user,
            Rank::BuiltIn => &self.built_in,
        }
    }

    /// Every key with its converter, sorted; the user's own first.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &'static Converter)> {
        self.user.iter().chain(&self.built_in).map(|(k, c)| (k, *c))
    }

    /// True if an operator overload has a converter, whether or not it accepts every call.
    pub fn converts_operator(&self, target: &str) -> bool {
        let key = Key {
            kind: KeyKind::Operator,
            name: target.into(),
        };
        self.user.contains_key(&key) || self.built_in.contains_key(&key)
    }
}

/// Who registered a converter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rank {
    User,
    BuiltIn,
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn converter(
        keys: &'static [&'static str],
        module: &'static str,
        line: u32,
    ) -> Converter {
        Converter {
            name: "f",
            keys,
            doc: "",
            function: |_| Ok(()),
            when: None,
            module,
            file: "a.rs",
            line,
        }
    }

    #[test]
    fn the_linked_converters_agree() {
        let registry = Registry::global().unwrap();
        assert!(registry.converts_operator("aten.relu.default"));
    }

    #[test]
    fn two_of_one_rank_are_refused_with_both_places() {
        static ONE: Converter = converter(&["aten.relu.default"], "mine", 3);
        static TWO: Converter = converter(&["torch.ops.aten.relu.default"], "mine::sub", 7);
        let error = Registry::new([&TWO, &ONE]).unwrap_err();
        assert!(error.contains("`f` at a.rs:3 and `f` at a.rs:7"), "{error}");
    }

    #[test]
    fn a_users_own_stands_beside_the_built_in() {
        static MINE: Converter = converter(&["torch.nn.ReLU.forward"], "mine", 3);
        static OURS: Converter = converter(
            &["torch.nn.modules.activation.ReLU.forward"],
            "torchvision_trt::converters",
            7,
        );
        let registry = Registry::new([&MINE, &OURS]).unwrap();
        assert_eq!(
            registry.iter().map(|(_, c)| c.line).collect::<Vec<_>>(),
            [3, 7]
        );
    }
}
