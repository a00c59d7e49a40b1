//! What the attribute's output refers to, small enough to read: a stand-in for torchvision-trt.
#![allow(dead_code)]

pub struct Context<'n, 'w>(std::marker::PhantomData<(&'n (), &'w ())>);

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tensor;

pub type Result<T> = std::result::Result<T, String>;

pub struct Call;

#[diagnostic::on_unimplemented(
    message = "an argument of a converter cannot be `{Self}`",
    label = "not a type that an argument binds to"
)]
pub trait FromArgument: Sized {
    fn bind(name: &str) -> Option<Self>;
}

impl FromArgument for Tensor {
    fn bind(name: &str) -> Option<Self> {
        (name == "input" || name == "self").then_some(Tensor)
    }
}

impl FromArgument for i64 {
    fn bind(_: &str) -> Option<Self> {
        None
    }
}

impl FromArgument for String {
    fn bind(_: &str) -> Option<Self> {
        None
    }
}

impl<T> FromArgument for Vec<T> {
    fn bind(_: &str) -> Option<Self> {
        Some(Vec::new())
    }
}

impl<T: FromArgument> FromArgument for Option<T> {
    fn bind(name: &str) -> Option<Self> {
        Some(T::bind(name))
    }
}

#[diagnostic::on_unimplemented(
    message = "a converter cannot return `{Self}`",
    label = "not tensors"
)]
pub trait IntoOutputs {}
impl IntoOutputs for Tensor {}
impl IntoOutputs for () {}

pub mod __private {
    pub use super::{Context, Result};
    pub use inventory;

    pub struct Converter {
        pub name: &'static str,
        pub keys: &'static [&'static str],
        pub doc: &'static str,
        pub function: fn(&mut Context<'_, '_>) -> Result<()>,
        pub when: Option<fn(&super::Call) -> std::result::Result<(), String>>,
        pub module: &'static str,
        pub file: &'static str,
        pub line: u32,
    }

    inventory::collect!(Converter);

    pub fn bind<T: super::FromArgument>(
        _: &mut Context<'_, '_>,
        name: &str,
        _: usize,
        default: Option<fn() -> T>,
    ) -> Result<T> {
        T::bind(name)
            .or_else(|| default.map(|d| d()))
            .ok_or_else(|| format!("no {name}"))
    }

    pub fn finish(_: &mut Context<'_, '_>, _: impl super::IntoOutputs) -> Result<()> {
        Ok(())
    }
}

/// Runs a registered converter.
pub fn run(name: &str) -> Result<()> {
    let converter = inventory::iter::<__private::Converter>()
        .find(|c| c.name == name)
        .ok_or("not registered")?;
    (converter.function)(&mut Context(std::marker::PhantomData))
}
