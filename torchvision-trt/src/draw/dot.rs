//! A view for Graphviz: `dot -Tsvg`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Family, Node, View, enclosing};

/// The view in Graphviz's language, with a frame around each module.
pub fn dot(title: &str, view: &View) -> String {
    let mut modules: BTreeMap<&str, Module<'_>> = BTreeMap::from([("", Module::default())]);
    for (index, node) in view.nodes.iter().enumerate() {
        let mut parent = "";
        for path in enclosing(&node.module) {
            if !modules.contains_key(path) {
                modules.insert(path, Module::default());
                modules.entry(parent).or_default().inner.push(path);
            }
            parent = path;
        }
        modules.entry(parent).or_default().nodes.push(index);
    }
    let mut out = format!(
        "digraph {} {{\n  labelloc=t; label={}; fontname=Helvetica;\n  node [shape=box, style=\"rounded,filled\", fontname=Helvetica, fontsize=10];\n  edge [color=\"#667788\", arrowsize=0.6];\n",
        quoted(&view.name),
        quoted(&format!("{title}: {}", view.note))
    );
    let writer = Writer { view, modules };
    writer.module("", 1, &mut out);
    for (index, node) in view.nodes.iter().enumerate() {
        for edge in &node.inputs {
            let _ = writeln!(out, "  n{} -> n{index};", edge.from);
        }
    }
    out.push_str("}\n");
    out
}

#[derive(Default)]
struct Module<'v> {
    inner: Vec<&'v str>,
    nodes: Vec<usize>,
}

struct Writer<'v> {
    view: &'v View,
    modules: BTreeMap<&'v str, Module<'v>>,
}

// Writing to a string cannot fail.
impl Writer<'_> {
    fn module(&self, path: &str, depth: usize, out: &mut String) {
        let indent = "  ".repeat(depth);
        let Some(module) = self.modules.get(path) else {
            return;
        };
        // A frame around one box says nothing that the box cannot say itself.
        let framed = !path.is_empty() && (module.nodes.len() > 1 || !module.inner.is_empty());
        if framed {
            let class = self.view.classes.get(path).map_or("", |class| class);
            let label = format!("{path}\n{}", class.rsplit('.').next().unwrap_or(class));
            let _ = writeln!(
                out,
                "{indent}subgraph {} {{ label={}; style=rounded; color=\"#8899aa\"; fontsize=11;",
                quoted(&format!("cluster_{path}")),
                quoted(&label)
            );
        }
        for &index in &module.nodes {
            let node = &self.view.nodes[index];
            let module = if framed || path.is_empty() { "" } else { path };
            let _ = writeln!(out, "{indent}n{index} [{}];", attributes(node, module));
        }
        for path in &module.inner {
            self.module(path, depth + 1, out);
        }
        if framed {
            let _ = writeln!(out, "{indent}}}");
        }
    }
}

fn attributes(node: &Node, module: &str) -> String {
    let title = match node.family {
        Family::Input | Family::Output => format!("{} {}", node.label, node.name),
        _ => node.label.clone(),
    };
    let kinds = node.outputs.iter().map(|port| port.kind.as_str());
    let lines = [title.as_str(), module]
        .into_iter()
        .chain(kinds)
        .filter(|line| !line.is_empty());
    let label = lines.collect::<Vec<_>>().join("\n");
    let tooltip = [node.name.as_str()]
        .into_iter()
        .chain(node.python.iter().map(String::as_str));
    let tooltip = tooltip
        .chain(node.problem.as_deref())
        .collect::<Vec<_>>()
        .join("\n");
    let frame = match node.problem {
        Some(_) => ", color=\"#cc0000\", penwidth=3",
        None => "",
    };
    format!(
        "label={}, tooltip={}, fillcolor=\"{}\"{frame}",
        quoted(&label),
        quoted(&tooltip),
        color(node.family)
    )
}

/// As in page.html.
fn color(family: Family) -> &'static str {
    match family {
        Family::Input | Family::Output => "#ffffff",
        Family::Product => "#bcd6f5",
        Family::Norm => "#cfe8c6",
        Family::Pointwise => "#fbd9a6",
        Family::Reduce => "#e3cdf2",
        Family::Move => "#dde3e8",
        Family::Constant => "#f1f1e4",
        Family::Cast => "#f9d0d8",
        Family::Other => "#eeeeee",
    }
}

/// A string of Graphviz's language; line breaks stay.
fn quoted(text: &str) -> String {
    let text = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("\"{text}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::{Edge, Port};

    fn node(name: &str, module: &str, inputs: &[usize]) -> Node {
        Node {
            name: name.into(),
            label: "relu".into(),
            module: module.into(),
            inputs: inputs
                .iter()
                .map(|&from| Edge { from, output: 0 })
                .collect(),
            outputs: vec![Port {
                name: name.into(),
                kind: "float32[2]".into(),
            }],
            ..Node::default()
        }
    }

    #[test]
    fn modules_are_frames_and_tensors_are_edges() {
        let view = View {
            name: "graph".into(),
            note: "after \"passes\"".into(),
            classes: BTreeMap::from([("a".into(), "mypkg.Block".into())]),
            nodes: vec![
                node("x", "", &[]),
                node("y", "a.b", &[0]),
                node("z", "a.b", &[1, 0]),
                node("w", "a.c", &[2]),
            ],
        };
        let text = dot("m.pt2", &view);
        assert!(
            text.contains("label=\"m.pt2: after \\\"passes\\\"\""),
            "{text}"
        );
        assert!(
            text.contains("subgraph \"cluster_a\" { label=\"a\\nBlock\";"),
            "{text}"
        );
        assert!(text.contains("subgraph \"cluster_a.b\""), "{text}");
        // A single box has no frame of its own, but says where it is.
        assert!(
            !text.contains("cluster_a.c") && text.contains("n3 [label=\"relu\\na.c\\nfloat32[2]\""),
            "{text}"
        );
        assert!(text.contains("n1 -> n2;\n  n0 -> n2;"), "{text}");
        assert_eq!(text.matches('{').count(), text.matches('}').count());
    }

    #[test]
    fn names_cannot_break_out_of_their_quotes() {
        let mut odd = node("a\"];\nevil", "m\\", &[]);
        odd.problem = Some("\"".into());
        let view = View {
            name: "\"".into(),
            note: String::new(),
            classes: BTreeMap::new(),
            nodes: vec![odd],
        };
        let text = dot("\"\\", &view);
        assert!(!text.contains("\nevil"), "{text}");
        let unescaped = text.replace("\\\\", "").replace("\\\"", "");
        assert_eq!(unescaped.matches('"').count() % 2, 0, "{text}");
    }
}
