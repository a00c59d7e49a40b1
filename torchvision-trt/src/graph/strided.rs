//! `as_strided` addresses the memory of its input, of which a graph only knows the elements in their order.

use super::Error;
use crate::pt2::schema::{Argument, Node, SymInt, TensorArgument, TensorMeta};

/// Refuses an `as_strided` of a tensor whose elements do not lie in memory in their order.
pub(super) fn check<'p>(
    node: &Node,
    meta: impl Fn(&str) -> Option<&'p TensorMeta>,
) -> Result<(), Error> {
    if !node.target.starts_with("torch.ops.aten.as_strided") {
        return Ok(());
    }
    let input = node.inputs.iter().find(|input| input.name == "self");
    let meta = match input.map(|input| &input.arg) {
        Some(Argument::Tensor(TensorArgument { name })) => meta(name),
        _ => None,
    };
    if meta.is_some_and(in_order) {
        return Ok(());
    }
    Err(Error::Unsupported {
        place: format!("node `{}`", node.name.as_deref().unwrap_or(&node.target)),
        detail: "as_strided of a tensor that is not contiguous; call contiguous() before it".into(),
    })
}

fn in_order(meta: &TensorMeta) -> bool {
    let number = |size: &SymInt| match size {
        SymInt::Int(n) => Some(*n),
        SymInt::Expr(_) => None,
    };
    let mut expected = Some(1);
    let mut dims = meta.sizes.iter().zip(&meta.strides).rev();
    let strides_fit = dims.all(|(size, stride)| {
        let size = number(size);
        let fits = size == Some(1) || expected.is_some() && number(stride) == expected;
        expected = expected.zip(size).map(|(below, size)| below * size);
        fits
    });
    strides_fit && number(&meta.storage_offset) == Some(0)
}
