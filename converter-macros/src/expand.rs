//! Output: the function as written, a wrapper that binds its arguments, and the registration.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Ident, ItemFn, Lit, Meta};

use crate::check::{Bound, Pass};
use crate::parse::{self, Parsed};

pub(crate) fn expand(parsed: &Parsed, arguments: &[Bound]) -> TokenStream {
    let krate = &parsed.options.krate;
    let mut function = parsed.function.clone();
    parse::strip(&mut function);
    let ident = &function.sig.ident;
    let name = ident.to_string();
    let keys = &parsed.options.keys;
    let doc = documentation(&function);
    let when = match &parsed.options.when {
        Some(path) => quote!(::core::option::Option::Some(#path)),
        None => quote!(::core::option::Option::None),
    };
    let bindings = arguments.iter().enumerate().map(|(i, a)| {
        let Bound {
            name,
            owned,
            default,
            ..
        } = a;
        let local = local(i);
        let bind = quote_spanned!(owned.span()=> bind::<#owned>);
        let default = match default {
            Some(value) => quote!(::core::option::Option::Some(|| -> #owned { #value })),
            None => quote!(::core::option::Option::None),
        };
        quote!(let #local = #krate::__private::#bind(ctx, #name, #i, #default)?;)
    });
    let passed = arguments.iter().enumerate().map(|(i, a)| {
        let local = local(i);
        match a.pass {
            Pass::Value => quote!(#local),
            Pass::Reference => quote!(&#local),
            Pass::OptionReference => quote!(#local.as_ref()),
            Pass::OptionDeref => quote!(#local.as_deref()),
        }
    });
    let output = function.sig.output.span();
    let finish = quote_spanned!(output=> #krate::__private::finish(ctx, result));
    quote! {
        #function

        const _: () = {
            fn convert(ctx: &mut #krate::__private::Context<'_, '_>) -> #krate::__private::Result<()> {
                #(#bindings)*
                let result = #ident(ctx, #(#passed),*)?;
                #finish
            }
            #krate::__private::inventory::submit! {
                #krate::__private::Converter {
                    name: #name,
                    keys: &[#(#keys),*],
                    doc: #doc,
                    function: convert,
                    when: #when,
                    module: ::core::module_path!(),
                    file: ::core::file!(),
                    line: ::core::line!(),
                }
            }
        };
    }
}

/// A variable of the wrapper. An argument's own name could be that of the function.
fn local(index: usize) -> Ident {
    format_ident!("argument_{index}")
}

/// The function without a registration beside the errors, so that nothing else is reported.
pub(crate) fn fallback(function: &ItemFn, error: syn::Error) -> TokenStream {
    let mut function = function.clone();
    parse::strip(&mut function);
    let error = error.into_compile_error();
    quote!(#error #[allow(dead_code, unused_variables)] #function)
}

/// The doc comment, one line per line.
fn documentation(function: &ItemFn) -> String {
    let lines = function.attrs.iter().filter_map(|a| match &a.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}
