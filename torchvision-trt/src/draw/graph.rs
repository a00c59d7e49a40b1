//! What there is to see of a graph.

use std::collections::{BTreeMap, HashMap};

use super::{Edge, Family, Node, Port, View};
use crate::convert::Unsupported;
use crate::graph::{self, Argument, Graph, ValueId};

impl View {
    /// The graph, with what cannot be converted marked.
    pub fn of_graph(graph: &Graph, unsupported: &Unsupported) -> Self {
        let mut problems = HashMap::new();
        for operator in &unsupported.operators {
            for place in &operator.places {
                problems.insert(place.node.as_str(), operator.problem());
            }
        }
        let mut drawn = Drawn {
            graph,
            made_by: HashMap::new(),
            nodes: Vec::new(),
        };
        for input in &graph.inputs {
            drawn.add(Family::Input, &input.name, "input", &[], &[input.value]);
        }
        for (_, node) in graph.nodes() {
            drawn.operator(node, problems.get(node.name.as_str()));
        }
        for output in &graph.outputs {
            drawn.add(Family::Output, &output.path, "output", &[output.value], &[]);
        }
        let mut classes = BTreeMap::new();
        for frame in graph.nodes().flat_map(|(_, node)| &node.modules) {
            classes
                .entry(frame.path.clone())
                .or_insert_with(|| frame.class.clone());
        }
        Self {
            name: "graph".into(),
            note: "the program after the passes, as converters see it".into(),
            classes,
            nodes: drawn.nodes,
        }
    }
}

/// Nodes drawn so far, and where each value is among their outputs.
struct Drawn<'g> {
    graph: &'g Graph,
    made_by: HashMap<ValueId, Edge>,
    nodes: Vec<Node>,
}

impl Drawn<'_> {
    fn operator(&mut self, node: &graph::Node, problem: Option<&String>) {
        let mut read = Vec::new();
        node.for_each_input(|value| read.push(value));
        let mut family = Family::of(&node.target);
        if node
            .outputs
            .iter()
            .all(|v| self.graph.value(*v).dtype().is_none())
        {
            family = Family::Constant;
        }
        let mut details = vec![("operator".to_owned(), node.target.clone())];
        let given = node
            .args
            .iter()
            .filter(|(_, argument)| *argument != Argument::None);
        details.extend(given.map(|(name, argument)| (name.clone(), self.argument(argument))));
        let drawn = self.add(
            family,
            &node.name,
            short(&node.target),
            &read,
            &node.outputs,
        );
        drawn.module = node.module_path().to_owned();
        drawn.details = details;
        drawn.python = node.source_line().into_iter().collect();
        drawn.problem = problem.cloned();
    }

    /// An argument; a parameter or buffer by its name in the model.
    fn argument(&self, argument: &Argument) -> String {
        let constant = match argument {
            Argument::Tensor(value) => self.graph.constant(*value).map(|c| (&c.name, value)),
            _ => None,
        };
        match constant {
            Some((name, value)) => format!("{name}: {}", self.graph.value(*value).kind),
            None => self.graph.show(argument),
        }
    }

    fn add(
        &mut self,
        family: Family,
        name: &str,
        label: &str,
        read: &[ValueId],
        made: &[ValueId],
    ) -> &mut Node {
        let mut inputs: Vec<Edge> = Vec::new();
        for edge in read.iter().filter_map(|value| self.made_by.get(value)) {
            if !inputs.contains(edge) {
                inputs.push(edge.clone());
            }
        }
        let port = |value: &ValueId| {
            let value = self.graph.value(*value);
            Port {
                name: value.name.clone(),
                kind: value.kind.to_string(),
            }
        };
        let node = Node {
            name: name.to_owned(),
            label: label.to_owned(),
            family,
            inputs,
            outputs: made.iter().map(port).collect(),
            ..Node::default()
        };
        let from = self.nodes.len();
        for (output, value) in made.iter().enumerate() {
            self.made_by.insert(*value, Edge { from, output });
        }
        self.nodes.push_mut(node)
    }
}

/// `aten.conv2d.default` is `conv2d`, `aten.add.Tensor` is `add`.
fn short(target: &str) -> &str {
    let mut parts = target.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(_), Some(operator), Some(_), None) => operator,
        _ => target.rsplit('.').next().unwrap_or(target),
    }
}
