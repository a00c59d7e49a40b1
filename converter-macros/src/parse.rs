//! Syntax: the attribute's keys and options, the function it stands on.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Expr, Ident, ItemFn, LitStr, Path, Token};

/// The attribute and its function.
pub(crate) struct Parsed {
    pub(crate) options: Options,
    /// The function, with `#[default]` and `#[name]` still on its arguments.
    pub(crate) function: ItemFn,
}

/// `"key", …, when = path, crate = path`
pub(crate) struct Options {
    pub(crate) keys: Vec<LitStr>,
    pub(crate) when: Option<Path>,
    pub(crate) krate: Path,
}

/// A syntax error, with the item to emit beside it so that uses of the function still resolve.
pub(crate) struct Failure {
    pub(crate) error: syn::Error,
    pub(crate) item: TokenStream,
}

pub(crate) fn parse(attribute: TokenStream, item: TokenStream) -> Result<Parsed, Failure> {
    let function: ItemFn = syn::parse2(item.clone()).map_err(|e| Failure {
        error: syn::Error::new(e.span(), format!("#[converter] stands on a function: {e}")),
        item: item.clone(),
    })?;
    match syn::parse2(attribute) {
        Ok(options) => Ok(Parsed { options, function }),
        Err(error) => {
            let mut function = function;
            strip(&mut function);
            Err(Failure {
                error,
                item: quote::quote!(#function),
            })
        }
    }
}

impl Parse for Options {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let mut options = Self {
            keys: Vec::new(),
            when: None,
            krate: syn::parse_quote!(::torchvision_trt),
        };
        while !input.is_empty() {
            if input.peek(LitStr) {
                options.keys.push(input.parse()?);
            } else if input.peek(Ident::peek_any) {
                let name = input.call(Ident::parse_any)?;
                input.parse::<Token![=]>()?;
                let path = input.call(Path::parse_mod_style)?;
                match name.to_string().as_str() {
                    "when" => options.when = Some(path),
                    "crate" => options.krate = path,
                    other => {
                        let hint = match crate::schema::closest(other, ["when", "crate"]) {
                            Some(option) => format!("did you mean `{option}`?"),
                            None => "there are `when = path` and `crate = path`".into(),
                        };
                        return Err(syn::Error::new(
                            name.span(),
                            format!("unknown option; {hint}"),
                        ));
                    }
                }
            } else {
                return Err(input.error("expected a key such as \"torch.nn.ReLU.forward\", `when = path` or `crate = path`"));
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(options)
    }
}

/// True for the attributes that only this macro understands.
pub(crate) fn is_ours(attribute: &Attribute) -> bool {
    attribute.path().is_ident("default") || attribute.path().is_ident("name")
}

/// Takes `#[default]` and `#[name]` off the arguments, as the compiler knows neither.
pub(crate) fn strip(function: &mut ItemFn) {
    for argument in &mut function.sig.inputs {
        if let syn::FnArg::Typed(typed) = argument {
            typed.attrs.retain(|a| !is_ours(a));
        }
    }
}

/// The expression of `#[default(expression)]`.
pub(crate) fn default_of(attributes: &[Attribute]) -> syn::Result<Option<Expr>> {
    attributes
        .iter()
        .find(|a| a.path().is_ident("default"))
        .map(|a| a.parse_args())
        .transpose()
}

/// The literal of `#[name("self")]`.
pub(crate) fn name_of(attributes: &[Attribute]) -> syn::Result<Option<LitStr>> {
    attributes
        .iter()
        .find(|a| a.path().is_ident("name"))
        .map(|a| a.parse_args())
        .transpose()
}
