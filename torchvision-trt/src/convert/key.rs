//! Keys: the dotted PyTorch names under which converters are registered.

/// What a key names, outermost first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyKind {
    /// A call of a module: `torch.nn.ReLU.forward`.
    Module,
    /// A Python function or method: `torch.nn.functional.relu`, `torch.Tensor.view`.
    Function,
    /// An operator overload: `aten.relu.default`.
    Operator,
}

/// A key in its one normal form.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// What the key names.
    pub kind: KeyKind,
    /// `torch.nn.ReLU`, `torch.nn.functional.relu`, `aten.relu.default`: without `.forward` and `torch.ops.`.
    pub name: String,
}

impl Key {
    /// The normal form of a key as users write it.
    ///
    /// `torch.ops.` is dropped; a class is named by its public alias. A name that ends in `.forward` is a module; one that
    /// starts with `torch.ops.`, `aten.` or `prims.`, or ends in `.default`, an operator; anything else a function.
    pub fn parse(text: &str) -> Self {
        if let Some(class) = text.strip_suffix(".forward") {
            return Self {
                kind: KeyKind::Module,
                name: public_class(class),
            };
        }
        let short = text.strip_prefix("torch.ops.");
        let is_operator = short.is_some()
            || ["aten.", "prims.", "quantized_decomposed."]
                .iter()
                .any(|p| text.starts_with(p))
            || text.ends_with(".default");
        let kind = if is_operator {
            KeyKind::Operator
        } else {
            KeyKind::Function
        };
        Self {
            kind,
            name: short.unwrap_or(text).to_owned(),
        }
    }
}

/// Packages whose public classes are defined in submodules that users do not name. Their names are unique in the package, unlike
/// those of `torchvision.models`, which has an `InvertedResidual` in three of its files.
const RE_EXPORTING: [(&str, &str); 2] = [
    ("torch.nn.modules.", "torch.nn."),
    ("torchvision.ops.", "torchvision.ops."),
];

/// The names under which a converter of a class may be registered, the one that says most first.
pub(crate) fn class_names(class: &str) -> Vec<String> {
    let mut names = vec![public_class(class)];
    if let Some((file, name)) = class
        .strip_prefix("torchvision.models.")
        .and_then(|rest| rest.split_once('.'))
        && !name.contains('.')
        && !file.is_empty()
    {
        names.push(format!("torchvision.models.{name}"));
    }
    names
}

/// The public name of a class: `torch.nn.modules.activation.ReLU` is `torch.nn.ReLU`.
pub(crate) fn public_class(class: &str) -> String {
    for (defining, public) in RE_EXPORTING {
        if let (Some(rest), Some(name)) = (class.strip_prefix(defining), class.rsplit('.').next()) {
            // Only one file deep is re-exported.
            if rest.split('.').count() <= 2 {
                return format!("{public}{name}");
            }
        }
    }
    class.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_of_models_go_by_their_file_and_by_the_public_name() {
        assert_eq!(
            class_names("torchvision.models.resnet.ResNet"),
            [
                "torchvision.models.resnet.ResNet",
                "torchvision.models.ResNet"
            ]
        );
        assert_eq!(
            class_names("torchvision.models.detection.rpn.RPNHead"),
            ["torchvision.models.detection.rpn.RPNHead"]
        );
        assert_eq!(
            class_names("torch.nn.modules.activation.ReLU"),
            ["torch.nn.ReLU"]
        );
        assert_ne!(
            class_names("torchvision.models.mobilenetv2.InvertedResidual")[0],
            class_names("torchvision.models.mobilenetv3.InvertedResidual")[0]
        );
    }

    #[test]
    fn the_ways_to_write_a_key_are_one() {
        let normal = |text: &str| {
            let key = Key::parse(text);
            (key.kind, key.name)
        };
        assert_eq!(
            normal("torch.ops.aten.relu.default"),
            (KeyKind::Operator, "aten.relu.default".into())
        );
        assert_eq!(
            normal("aten.relu.default"),
            normal("torch.ops.aten.relu.default")
        );
        assert_eq!(
            normal("torchvision.nms.default"),
            normal("torch.ops.torchvision.nms.default")
        );
        assert_eq!(
            normal("torch.nn.modules.activation.ReLU.forward"),
            normal("torch.nn.ReLU.forward")
        );
        assert_eq!(
            normal("torchvision.ops.misc.FrozenBatchNorm2d.forward").1,
            "torchvision.ops.FrozenBatchNorm2d"
        );
        assert_eq!(
            normal("torchvision.models.detection.rpn.RPNHead.forward").1,
            "torchvision.models.detection.rpn.RPNHead"
        );
        assert_eq!(normal("torchvision.ops.nms").0, KeyKind::Function);
        assert_eq!(normal("torch.Tensor.view").0, KeyKind::Function);
    }
}
