//! Rules: what a key and a converter function may look like. All broken rules are reported together.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, FnArg, GenericArgument, Pat, PathArguments, ReturnType, Type};

use crate::parse::{self, Parsed};
use crate::{arguments, keys};

/// One bound argument.
pub(crate) struct Bound {
    /// Name in the operator's schema.
    pub(crate) name: String,
    /// Where the name stands.
    pub(crate) name_span: Span,
    /// The type as declared.
    pub(crate) declared: Type,
    /// The owned type that is bound.
    pub(crate) owned: Type,
    pub(crate) pass: Pass,
    pub(crate) default: Option<Expr>,
}

/// How the owned value reaches the function.
pub(crate) enum Pass {
    Value,
    Reference,
    /// `Option<&T>`
    OptionReference,
    /// `Option<&[T]>`, `Option<&str>`
    OptionDeref,
}

pub(crate) fn check(parsed: &Parsed) -> Result<Vec<Bound>, syn::Error> {
    let mut errors = Errors::default();
    let signature = &parsed.function.sig;
    if parsed.options.keys.is_empty() {
        errors.add(
            &signature.ident,
            "name at least one key: #[converter(\"torch.nn.ReLU.forward\")]",
        );
    }
    let keys = keys::check(&parsed.options.keys, &mut errors);
    if let Some(token) = &signature.asyncness {
        errors.add(token, "a converter is called synchronously: remove `async`");
    }
    if !signature.generics.params.is_empty() {
        errors.add(
            &signature.generics,
            "a converter cannot be generic: it is registered as one function",
        );
    }
    match &signature.output {
        ReturnType::Type(_, ty) if last_segment(ty).is_some_and(|s| s == "Result") => {}
        ReturnType::Type(_, ty) => errors.add(
            ty,
            "a converter returns Result<Tensor>, a Result of several tensors, or Result<()>",
        ),
        ReturnType::Default => errors.add(
            &signature.ident,
            "a converter returns Result<Tensor>, a Result of several tensors, or Result<()>",
        ),
    }

    let mut inputs = signature.inputs.iter();
    match inputs.next() {
        Some(FnArg::Typed(first)) if is_context(&first.ty) => {}
        Some(first) => errors.add(
            first,
            "the first argument of a converter is `ctx: &mut Context`",
        ),
        None => errors.add(
            &signature.ident,
            "the first argument of a converter is `ctx: &mut Context`",
        ),
    }
    let mut bound = Vec::new();
    for input in inputs {
        match bind(input) {
            Ok(argument) => bound.push(argument),
            Err(error) => errors.push(error),
        }
    }
    arguments::check(&bound, &keys, &mut errors);
    errors.finish().map(|()| bound)
}

fn is_context(ty: &Type) -> bool {
    matches!(ty, Type::Reference(r) if r.mutability.is_some() && last_segment(&r.elem).is_some_and(|s| s == "Context"))
}

pub(crate) fn last_segment(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(p) => p.path.segments.last().map(|s| s.ident.to_string()),
        _ => None,
    }
}

fn bind(input: &FnArg) -> syn::Result<Bound> {
    let FnArg::Typed(typed) = input else {
        return Err(syn::Error::new_spanned(
            input,
            "a converter is a free function: it has no `self`",
        ));
    };
    let Pat::Ident(pattern) = &*typed.pat else {
        return Err(syn::Error::new_spanned(
            &typed.pat,
            "an argument needs a plain name: it is bound by that name in the operator's schema",
        ));
    };
    let (name, name_span) = match parse::name_of(&typed.attrs)? {
        Some(literal) => (literal.value(), literal.span()),
        None => (pattern.ident.unraw().to_string(), pattern.ident.span()),
    };
    let (owned, pass) = owned_type(&typed.ty)?;
    let default = parse::default_of(&typed.attrs)?.map(|value| match &*typed.ty {
        Type::Reference(r) if is_unsized(&r.elem) => {
            syn::parse_quote_spanned!(value.span()=> (#value).into())
        }
        _ => value,
    });
    Ok(Bound {
        name,
        name_span,
        declared: (*typed.ty).clone(),
        owned,
        pass,
        default,
    })
}

/// The type to bind for a declared one: `&[T]` is bound as `Vec<T>`, `&str` as `String`, `Option<&T>` as `Option<T>`.
fn owned_type(declared: &Type) -> syn::Result<(Type, Pass)> {
    if let Type::Reference(reference) = declared {
        return Ok((owned_target(reference)?, Pass::Reference));
    }
    if let Some(Type::Reference(reference)) = option_argument(declared) {
        let target = owned_target(reference)?;
        let pass = if is_unsized(&reference.elem) {
            Pass::OptionDeref
        } else {
            Pass::OptionReference
        };
        let span = declared.span();
        return Ok((
            syn::parse_quote_spanned!(span=> ::core::option::Option<#target>),
            pass,
        ));
    }
    Ok((declared.clone(), Pass::Value))
}

fn is_unsized(target: &Type) -> bool {
    matches!(target, Type::Slice(_)) || last_segment(target).is_some_and(|s| s == "str")
}

fn owned_target(reference: &syn::TypeReference) -> syn::Result<Type> {
    if let Some(token) = &reference.mutability {
        return Err(syn::Error::new_spanned(
            token,
            "arguments are read-only: remove `mut`",
        ));
    }
    let span = reference.elem.span();
    Ok(match &*reference.elem {
        Type::Slice(slice) => {
            let element = &slice.elem;
            syn::parse_quote_spanned!(span=> ::std::vec::Vec<#element>)
        }
        target if is_unsized(target) => syn::parse_quote_spanned!(span=> ::std::string::String),
        target => target.clone(),
    })
}

pub(crate) fn option_argument(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|s| s.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}

/// Errors found so far, combined into one.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    pub(crate) fn add(&mut self, tokens: &impl quote::ToTokens, message: &str) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            none => *none = Some(error),
        }
    }

    fn finish(self) -> Result<(), syn::Error> {
        self.0.map_or(Ok(()), Err)
    }
}
