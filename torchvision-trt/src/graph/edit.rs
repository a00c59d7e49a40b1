//! Changing a graph: what passes are written with.

use super::{Argument, Constant, Dim, Graph, Node, NodeId, Value, ValueId, ValueKind};

impl Graph {
    /// Adds a value under its name, or under a similar one if that is taken.
    pub fn add_value(&mut self, mut value: Value) -> ValueId {
        if self.names.contains_key(&value.name) {
            let base = value.name.clone();
            let free = (1..)
                .map(|i| format!("{base}_{i}"))
                .find(|name| !self.names.contains_key(name));
            value.name = free.unwrap_or(base);
        }
        let id = ValueId(self.values.len() as u32);
        self.names.insert(value.name.clone(), id);
        self.values.push(value);
        id
    }

    /// Adds a value that is known before conversion.
    pub fn add_constant(&mut self, name: &str, constant: Constant) -> ValueId {
        let shape = constant.shape().iter().map(|&n| Dim::Static(n)).collect();
        let id = self.add_value(Value {
            name: name.into(),
            kind: ValueKind::Tensor {
                dtype: constant.dtype(),
                shape,
            },
        });
        self.constants.insert(id, constant);
        id
    }

    /// Makes the value of a node a constant. The node itself must be removed.
    pub fn set_constant(&mut self, id: ValueId, constant: Constant) {
        self.constants.insert(id, constant);
    }

    /// Adds a node at the end of the execution order.
    pub fn push(&mut self, node: Node) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(node);
        self.order.push(id);
        id
    }

    /// Adds a node that runs right before another.
    pub fn insert_before(&mut self, at: NodeId, node: Node) -> NodeId {
        let id = self.push(node);
        if let Some(position) = self.order.iter().position(|&other| other == at) {
            self.order.pop();
            self.order.insert(position, id);
        }
        id
    }

    /// Takes a node out of the execution order. Nothing may read its values any more.
    pub fn remove(&mut self, id: NodeId) {
        self.order.retain(|&other| other != id);
    }

    /// Keeps the nodes that `keep` accepts, called in execution order.
    pub fn retain(&mut self, mut keep: impl FnMut(NodeId, &Node) -> bool) {
        let nodes = &self.nodes;
        self.order.retain(|&id| keep(id, &nodes[id.index()]));
    }

    /// Lets `change` see every argument of every node.
    pub fn for_each_argument(&mut self, mut change: impl FnMut(&mut Argument)) {
        for id in &self.order {
            self.nodes[id.index()]
                .args
                .iter_mut()
                .for_each(|(_, arg)| change(arg));
        }
    }

    /// Makes a node read another tensor as the argument of this name, which it has.
    pub fn set_tensor(&mut self, node: NodeId, argument: &str, value: ValueId) {
        let args = self.node_mut(node).args.iter_mut();
        for (_, arg) in args.filter(|(name, _)| name == argument) {
            *arg = Argument::Tensor(value);
        }
    }

    /// Makes every reader of `old`, outputs included, read `new`.
    pub fn replace_uses(&mut self, old: ValueId, new: ValueId) {
        self.map_uses(|value| if value == old { new } else { value });
    }

    /// Makes every reader of a value, outputs included, read what `map` gives for it.
    pub fn map_uses(&mut self, mut map: impl FnMut(ValueId) -> ValueId) {
        for id in &self.order {
            for (_, arg) in &mut self.nodes[id.index()].args {
                arg.map_values(&mut map);
            }
        }
        self.outputs
            .iter_mut()
            .for_each(|output| output.value = map(output.value));
        self.mutations
            .iter_mut()
            .for_each(|mutation| mutation.value = map(mutation.value));
    }

    /// Takes the nodes out, to put them (and others) back in a new order with [`push`](Self::push).
    pub(crate) fn take_nodes(&mut self) -> Vec<Node> {
        let mut nodes: Vec<Option<Node>> = std::mem::take(&mut self.nodes)
            .into_iter()
            .map(Some)
            .collect();
        std::mem::take(&mut self.order)
            .into_iter()
            .filter_map(|id| nodes[id.index()].take())
            .collect()
    }

    /// Takes out constants that nothing reads. Parameters and buffers are put aside: they cost nothing, and the converter of a module
    /// may ask for those that a pass has folded into others.
    pub(crate) fn retain_constants(&mut self, mut keep: impl FnMut(ValueId) -> bool) {
        let gone = self.constants.extract_if(.., |id, _| !keep(*id));
        self.unread.extend(gone.filter(|(_, c)| c.is_stored()));
    }
}
