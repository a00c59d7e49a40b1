//! The plan: which converter takes which nodes, in which order. Making it is the contract check.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::call::{Call, place};
use super::key::class_names;
use super::registry::Rank;
use super::{
    Converter, Error, Key, KeyKind, Registry, Result, Unsupported, UnsupportedOperator, advice,
};
use crate::graph::{Graph, Node, NodeId};

/// A call with the converter that takes it.
#[derive(Debug)]
pub(crate) struct Unit<'g> {
    pub(crate) converter: &'static Converter,
    pub(crate) call: Call<'g>,
}

/// True for nodes that define no tensor: sizes are carried as expressions, assertions on them are the exporter's.
fn is_symbolic(graph: &Graph, node: &Node) -> bool {
    node.outputs
        .iter()
        .all(|v| graph.value(*v).dtype().is_none())
}

/// Assigns every node that computes a tensor, the user's converters before the built-in ones, modules before functions before
/// operators, outer modules before inner ones. `plugins`: whether converters may use them.
///
/// # Errors
/// [`Error::Unsupported`] with every node that nothing takes, [`Error::Message`] if a module cannot be taken over as a whole.
pub(crate) fn plan<'g>(
    graph: &'g Graph,
    registry: &Registry,
    plugins: bool,
) -> Result<Vec<Unit<'g>>> {
    let mut planner = Planner::new(graph, plugins);
    for rank in [Rank::User, Rank::BuiltIn] {
        planner.claim_all(registry.rank(rank));
    }
    planner.check(registry)?;
    planner.order()
}

/// The nodes that converters of the user's own take: passes that only make things faster leave them as they are.
pub(crate) fn taken_by_user(graph: &Graph, registry: &Registry) -> HashSet<NodeId> {
    let mut planner = Planner::new(graph, true);
    planner.claim_all(registry.rank(Rank::User));
    planner.claimed.into_keys().collect()
}

struct Planner<'g> {
    graph: &'g Graph,
    plugins: bool,
    users: Vec<Vec<NodeId>>,
    /// Index of the unit that takes a node.
    claimed: HashMap<NodeId, usize>,
    /// First reason for which a converter did not take a node, and that converter.
    declined: HashMap<NodeId, (String, &'static Converter)>,
    units: Vec<Unit<'g>>,
}

type Converters = BTreeMap<Key, &'static Converter>;

impl<'g> Planner<'g> {
    fn new(graph: &'g Graph, plugins: bool) -> Self {
        Self {
            graph,
            plugins,
            users: graph.users(),
            claimed: HashMap::new(),
            declined: HashMap::new(),
            units: Vec::new(),
        }
    }

    fn claim_all(&mut self, converters: &Converters) {
        self.claim_modules(converters);
        self.claim_functions(converters);
        self.claim_operators(converters);
    }

    fn claim_modules(&mut self, converters: &Converters) {
        if !converters.keys().any(|k| k.kind == KeyKind::Module) {
            return;
        }
        let deepest = self
            .graph
            .nodes()
            .map(|(_, n)| n.modules.len())
            .max()
            .unwrap_or(0);
        for depth in 0..deepest {
            let mut groups = Groups::default();
            for (id, node) in self.graph.nodes() {
                let Some(frame) = node
                    .modules
                    .get(depth)
                    .filter(|_| !is_symbolic(self.graph, node))
                else {
                    continue;
                };
                let found = class_names(&frame.class).into_iter().find_map(|name| {
                    converters.get(&Key {
                        kind: KeyKind::Module,
                        name,
                    })
                });
                if let Some(converter) = found {
                    groups.add((frame.path.as_str(), frame.call), id, converter);
                }
            }
            for ((path, _), converter, nodes) in groups.0 {
                self.claim(converter, KeyKind::Module, nodes, path);
            }
        }
    }

    fn claim_functions(&mut self, converters: &Converters) {
        if !converters.keys().any(|k| k.kind == KeyKind::Function) {
            return;
        }
        let mut groups = Groups::default();
        for (id, node) in self
            .graph
            .nodes()
            .filter(|(_, n)| !is_symbolic(self.graph, n))
        {
            let Some(function) = &node.function else {
                continue;
            };
            let found = function.dotted_names().into_iter().find_map(|name| {
                converters.get(&Key {
                    kind: KeyKind::Function,
                    name,
                })
            });
            if let Some(converter) = found {
                groups.add((function.call.as_str(), node.module_path()), id, converter);
            }
        }
        for ((_, path), converter, nodes) in groups.0 {
            self.claim(converter, KeyKind::Function, nodes, path);
        }
    }

    fn claim_operators(&mut self, converters: &Converters) {
        for (id, node) in self
            .graph
            .nodes()
            .filter(|(_, n)| !is_symbolic(self.graph, n))
        {
            let key = Key {
                kind: KeyKind::Operator,
                name: node.target.clone(),
            };
            if let Some(converter) = converters.get(&key) {
                self.claim(converter, KeyKind::Operator, vec![id], node.module_path());
            }
        }
    }

    fn claim(
        &mut self,
        converter: &'static Converter,
        kind: KeyKind,
        nodes: Vec<NodeId>,
        module: &str,
    ) {
        if nodes.iter().any(|n| self.claimed.contains_key(n)) {
            return;
        }
        // A converter of an operator that also goes by a class or function name takes a call of those only if the
        // operator is all there is in it; else what is inside is converted piece by piece.
        let alone =
            matches!(nodes[..], [id] if converter.converts_operator(&self.graph.node(id).target));
        if !alone && converter.operators().next().is_some() {
            return;
        }
        // An operator by another name is bound by its schema.
        let kind = if alone { KeyKind::Operator } else { kind };
        let mut call = Call::of_nodes(self.graph, kind, nodes, module.to_owned(), &self.users);
        call.plugins = self.plugins;
        if let Some(Err(reason)) = converter.when.map(|accepts| accepts(&call)) {
            for &id in &call.nodes {
                self.declined
                    .entry(id)
                    .or_insert_with(|| (reason.clone(), converter));
            }
            return;
        }
        for &id in &call.nodes {
            self.claimed.insert(id, self.units.len());
        }
        self.units.push(Unit { converter, call });
    }

    fn check(&self, registry: &Registry) -> Result<(), Unsupported> {
        let mut operators: Vec<UnsupportedOperator> = Vec::new();
        for (id, node) in self.graph.nodes() {
            if self.claimed.contains_key(&id) || is_symbolic(self.graph, node) {
                continue;
            }
            let place = place(self.graph, node);
            let (reason, converter) = self.declined.get(&id).cloned().unzip();
            let same = |o: &&mut UnsupportedOperator| o.target == node.target && o.reason == reason;
            match operators.iter_mut().find(same) {
                Some(operator) => operator.places.push(place),
                None => operators.push(UnsupportedOperator {
                    target: node.target.clone(),
                    closest_key: match reason {
                        Some(_) => None,
                        None => advice::closest_key(registry, &node.target, &place),
                    },
                    signature: advice::signature(self.graph, node),
                    declined_by: converter.map(|c| format!("`{}` at {}", c.name, c.place())),
                    reason,
                    places: vec![place],
                }),
            }
        }
        if operators.is_empty() {
            Ok(())
        } else {
            Err(Unsupported { operators })
        }
    }

    /// Units so that each stands after those it reads from. A module taken over as a whole may have nodes of others between its own.
    fn order(self) -> Result<Vec<Unit<'g>>> {
        let mut producer = HashMap::new();
        for (i, unit) in self.units.iter().enumerate() {
            producer.extend(unit.call.outputs.iter().map(|v| (*v, i)));
        }
        let reads: Vec<Vec<usize>> = (self.units.iter().enumerate())
            .map(|(i, u)| {
                u.call
                    .inputs
                    .iter()
                    .filter_map(|v| producer.get(v).copied())
                    .filter(|&p| p != i)
                    .collect()
            })
            .collect();
        let mut sorted = Vec::with_capacity(self.units.len());
        let (mut done, mut open) = (HashSet::new(), HashSet::new());
        for (id, _) in self.graph.nodes() {
            // Depth first with a stack of its own: chains of units can be long.
            let mut stack: Vec<usize> = self.claimed.get(&id).copied().into_iter().collect();
            while let Some(&unit) = stack.last() {
                let missing: Vec<usize> = reads[unit]
                    .iter()
                    .copied()
                    .filter(|p| !done.contains(p))
                    .collect();
                if missing.is_empty() || done.contains(&unit) {
                    stack.pop();
                    if done.insert(unit) {
                        sorted.push(unit);
                    }
                } else if open.insert(unit) {
                    stack.extend(missing);
                } else {
                    let call = &self.units[unit].call;
                    return Err(Error::Message(format!(
                        "`{}` cannot be taken over as a whole by the converter at {}: what it computes is needed by others before it is complete; convert the operators inside instead",
                        if call.module().is_empty() {
                            call.target()
                        } else {
                            call.module().to_owned()
                        },
                        self.units[unit].converter.place(),
                    )));
                }
            }
        }
        let mut units: Vec<Option<Unit>> = self.units.into_iter().map(Some).collect();
        Ok(sorted.into_iter().filter_map(|i| units[i].take()).collect())
    }
}

/// Nodes by call, in the order of the first node.
struct Groups<K>(Vec<(K, &'static Converter, Vec<NodeId>)>);

impl<K> Default for Groups<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: PartialEq> Groups<K> {
    fn add(&mut self, key: K, node: NodeId, converter: &'static Converter) {
        // A call's nodes stand close together, so the search from the back is short.
        match self.0.iter_mut().rev().find(|(k, ..)| *k == key) {
            Some((_, _, nodes)) => nodes.push(node),
            None => self.0.push((key, converter, vec![node])),
        }
    }
}
