//! The `#[converter(...)]` attribute of torchvision-trt.
//!
//! ```ignore
//! use torchvision_trt::convert::{Context, Result, Tensor, converter};
//!
//! #[converter("torch.nn.ReLU.forward", "torch.relu", "torch.ops.aten.relu.default")]
//! fn relu(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
//!     ctx.activation(input, trt::ActivationType::Relu)
//! }
//! ```
//! The work is done in three steps: `parse` reads the attribute and the function, `check` applies the rules (those for keys are
//! in `keys`, those that PyTorch's own operators set in `arguments`) and reports every broken one at its token, `expand` writes
//! the registration.

mod arguments;
mod check;
mod expand;
mod keys;
mod parse;
mod schema;

use proc_macro::TokenStream;

/// Registers a function as the converter of PyTorch names.
///
/// Each key is a dotted name of one of three kinds: a module call (`"torch.nn.ReLU.forward"`), a function (`"torch.relu"`,
/// `"torch.Tensor.view"`) or an operator overload (`"torch.ops.aten.relu.default"`, short `"aten.relu.default"`).
///
/// The function takes `ctx: &mut Context` and then any number of arguments, which are bound by the names of the operator's schema
/// (`input` also stands for `self`), or by position for functions and modules. Their types are those that implement
/// `torchvision_trt::convert::FromArgument`, also behind a reference (`&Tensor`, `Option<&Tensor>`, `&[Tensor]`, `&str`).
/// `#[default(expression)]` on an argument gives the value used when the call does not have it; `Option` means `None` then;
/// `#[name("self")]` binds it under another schema name. The result is `Result<Tensor>`, a tuple or `Vec` of tensors, or `Result<()>`
/// after `ctx.set_output(…)`.
///
/// After the keys: `when = path` names a `fn(&Call) -> Result<(), String>` that may decline a call with a reason;
/// `crate = path` says where `torchvision_trt` is when it goes by another name.
#[proc_macro_attribute]
pub fn converter(attribute: TokenStream, item: TokenStream) -> TokenStream {
    match parse::parse(attribute.into(), item.into()) {
        Ok(parsed) => match check::check(&parsed) {
            Ok(checked) => expand::expand(&parsed, &checked),
            Err(errors) => expand::fallback(&parsed.function, errors),
        },
        Err(parse::Failure { error, item }) => {
            let error = error.into_compile_error();
            quote::quote!(#error #item)
        }
    }
    .into()
}
