//! Where a node comes from in the user's code, as its metadata says.

use super::{FunctionCall, ModuleFrame};
use crate::pt2::schema;

/// Reads `key,path,class;key,path,class`. A repeated call of a module has a key that ends in `@1`, `@2` and so on.
pub(super) fn module_frames(stack: &str) -> Vec<ModuleFrame> {
    stack
        .split(';')
        .filter_map(|frame| {
            let mut fields = frame.splitn(3, ',');
            let (key, path, class) = (fields.next()?, fields.next()?, fields.next()?);
            // PyTorch's placeholder for nodes that a pass of its own added.
            if path.starts_with("_empty_nn_module_stack") {
                return None;
            }
            let call = |text: &str| text.rsplit_once('@').and_then(|(_, n)| n.parse().ok());
            let plain = path.rsplit_once('@').map_or(path, |(path, _)| path);
            // With strict=True the path is Python source: `L['self'].layer1[0]`.
            let plain = plain
                .strip_prefix("L['self']")
                .unwrap_or(plain)
                .trim_start_matches('.');
            let plain = plain
                .replace("['", ".")
                .replace("']", "")
                .replace('[', ".")
                .replace(']', "");
            Some(ModuleFrame {
                path: plain.trim_start_matches('.').to_owned(),
                class: class.to_owned(),
                call: call(key).or_else(|| call(path)).unwrap_or(0),
            })
        })
        .collect()
}

/// Reads `torch_fn` (`relu_2;function.relu`), or with strict=True the innermost of `source_fn_stack` (`relu_1,torch.relu`).
pub(super) fn function_call(metadata: &schema::NodeMetadata) -> Option<FunctionCall> {
    if let Some((call, callable)) = metadata
        .torch_fn
        .as_deref()
        .and_then(|text| text.split_once(';'))
    {
        let (kind, name) = callable.rsplit_once('.')?;
        return Some(FunctionCall {
            call: call.into(),
            kind: kind.into(),
            name: name.into(),
        });
    }
    let (call, name) = metadata
        .source_fn_stack
        .as_deref()?
        .rsplit(';')
        .next()?
        .split_once(',')?;
    Some(FunctionCall {
        call: call.into(),
        kind: FunctionCall::QUALIFIED.into(),
        name: name.into(),
    })
}
