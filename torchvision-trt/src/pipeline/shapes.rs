//! The sizes an engine is built for: from the ranges in the program, unless the user gives other ones.

use std::collections::BTreeMap;

use super::{Error, Result};
use crate::graph::{Dim, Graph, Input, SymExpr};
use crate::module::ShapeRange;

/// The range of each input with dynamic sizes, by name.
///
/// `given` are the user's own ranges, `example` the sizes of the example that the program was exported with.
pub(super) fn ranges(
    graph: &Graph,
    given: &BTreeMap<String, ShapeRange>,
    example: &BTreeMap<String, i64>,
) -> Result<BTreeMap<String, ShapeRange>> {
    if let Some(unknown) = given
        .keys()
        .find(|name| graph.inputs.iter().all(|input| input.name != **name))
    {
        let known: Vec<_> = graph
            .inputs
            .iter()
            .map(|input| input.name.as_str())
            .collect();
        return Err(Error::shape(
            unknown,
            format!("the program has no such input; it has {}", known.join(", ")),
        ));
    }
    let mut ranges = BTreeMap::new();
    for input in &graph.inputs {
        let Some(shape) = graph.value(input.value).shape() else {
            continue;
        };
        let given = given.get(&input.name);
        if let Some(range) = given {
            check_given(graph, input, shape, range)?;
        }
        if shape.iter().all(|dim| dim.as_static().is_some()) {
            continue;
        }
        let range = match given {
            Some(range) => range.clone(),
            None => from_program(graph, input, shape, example)?,
        };
        ranges.insert(input.name.clone(), range);
    }
    Ok(ranges)
}

fn from_program(
    graph: &Graph,
    input: &Input,
    shape: &[Dim],
    example: &BTreeMap<String, i64>,
) -> Result<ShapeRange> {
    let mut range = ShapeRange {
        min: vec![],
        opt: vec![],
        max: vec![],
    };
    for (axis, dim) in shape.iter().enumerate() {
        let (min, max) = bounds(graph, dim);
        let (Some(min), Some(max)) = (min, max) else {
            let detail = format!(
                "dimension {axis} ({dim}) is dynamic without bounds; give its range as {}=MIN:OPT:MAX",
                input.name
            );
            return Err(Error::shape(&input.name, detail));
        };
        let typical = match dim {
            Dim::Static(size) => Some(*size),
            Dim::Symbolic(expr) => expr.eval(&|symbol| example.get(symbol).copied()),
        };
        range.min.push(min);
        range.opt.push(typical.unwrap_or(max).clamp(min, max));
        range.max.push(max);
    }
    Ok(range)
}

fn check_given(graph: &Graph, input: &Input, shape: &[Dim], range: &ShapeRange) -> Result<()> {
    let program = || {
        shape
            .iter()
            .map(Dim::to_string)
            .collect::<Vec<_>>()
            .join("x")
    };
    if [&range.min, &range.opt, &range.max]
        .iter()
        .any(|given| given.len() != shape.len())
    {
        let detail = format!("the program has {} dimensions ({})", shape.len(), program());
        return Err(Error::shape(&input.name, detail));
    }
    for (axis, dim) in shape.iter().enumerate() {
        let sizes = [range.min[axis], range.opt[axis], range.max[axis]];
        if !sizes.is_sorted() {
            let detail = format!("dimension {axis} needs MIN <= OPT <= MAX, found {sizes:?}");
            return Err(Error::shape(&input.name, detail));
        }
        let (min, max) = bounds(graph, dim);
        // torch.export states 2 as the lower bound of sizes it treats like any other: 1 is as good.
        let min = min.map(|min| {
            if min == 2 && dim.as_static().is_none() {
                1
            } else {
                min
            }
        });
        if min.is_some_and(|min| sizes[0] < min) || max.is_some_and(|max| sizes[2] > max) {
            let bound = |bound: Option<i64>| bound.map_or("any".into(), |size| size.to_string());
            let detail = format!(
                "dimension {axis} may be {} to {} in the program ({}), asked for are {} to {}; \
                 export the model with another range",
                bound(min),
                bound(max),
                program(),
                sizes[0],
                sizes[2]
            );
            return Err(Error::shape(&input.name, detail));
        }
    }
    Ok(())
}

/// Least and greatest size, as far as the program bounds them.
fn bounds(graph: &Graph, dim: &Dim) -> (Option<i64>, Option<i64>) {
    let at = |expr: &SymExpr, end: fn(&crate::graph::SymRange) -> Option<i64>| {
        expr.eval(&|symbol| graph.symbols.get(symbol).and_then(end))
    };
    match dim {
        Dim::Static(size) => (Some(*size), Some(*size)),
        Dim::Symbolic(expr) => (at(expr, |range| range.min), at(expr, |range| range.max)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{DType, SymRange, Value};

    /// x: [batch 2..=16, 3, height without upper bound or up to 320]
    fn graph(max_height: Option<i64>) -> Graph {
        let mut graph = Graph::default();
        let shape = vec![
            Dim::Symbolic(SymExpr::symbol("s0")),
            Dim::Static(3),
            Dim::Symbolic(SymExpr::symbol("s1")),
        ];
        let value = graph.add_value(Value::tensor("x", DType::Float32, shape));
        graph.inputs.push(Input {
            name: "x".into(),
            value,
        });
        graph.symbols.insert(
            "s0".into(),
            SymRange {
                min: Some(2),
                max: Some(16),
            },
        );
        graph.symbols.insert(
            "s1".into(),
            SymRange {
                min: Some(160),
                max: max_height,
            },
        );
        graph
    }

    fn given(min: [i64; 3], opt: [i64; 3], max: [i64; 3]) -> BTreeMap<String, ShapeRange> {
        BTreeMap::from([(
            "x".into(),
            ShapeRange {
                min: min.into(),
                opt: opt.into(),
                max: max.into(),
            },
        )])
    }

    #[test]
    fn the_program_and_its_example_give_the_range() {
        let example = BTreeMap::from([("s0".to_owned(), 4), ("s1".to_owned(), 224)]);
        let range = &ranges(&graph(Some(320)), &BTreeMap::new(), &example).unwrap()["x"];
        assert_eq!(range, &given([2, 3, 160], [4, 3, 224], [16, 3, 320])["x"]);
    }

    #[test]
    fn a_missing_bound_asks_for_the_range() {
        let error = ranges(&graph(None), &BTreeMap::new(), &BTreeMap::new())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("`x`")
                && error.contains("dimension 2")
                && error.contains("x=MIN:OPT:MAX"),
            "{error}"
        );
        let wanted = given([1, 3, 160], [4, 3, 500], [16, 3, 1000]);
        assert_eq!(
            ranges(&graph(None), &wanted, &BTreeMap::new()).unwrap(),
            wanted
        );
    }

    #[test]
    fn what_the_program_does_not_allow_is_refused() {
        let graph = graph(Some(320));
        for (wrong, expected) in [
            (given([1, 3, 100], [4, 3, 224], [16, 3, 320]), "160 to 320"),
            (given([1, 3, 160], [4, 3, 224], [32, 3, 320]), "1 to 16"),
            (given([1, 4, 160], [4, 4, 224], [16, 4, 320]), "3 to 3"),
            (
                given([4, 3, 160], [1, 3, 224], [16, 3, 320]),
                "MIN <= OPT <= MAX",
            ),
        ] {
            let error = ranges(&graph, &wrong, &BTreeMap::new())
                .unwrap_err()
                .to_string();
            assert!(error.contains(expected), "{error}");
        }
        let short = BTreeMap::from([(
            "x".into(),
            ShapeRange {
                min: vec![1],
                opt: vec![1],
                max: vec![1],
            },
        )]);
        assert!(
            ranges(&graph, &short, &BTreeMap::new())
                .unwrap_err()
                .to_string()
                .contains("3 dimensions")
        );
        let unknown = BTreeMap::from([("y".into(), short["x"].clone())]);
        assert!(
            ranges(&graph, &unknown, &BTreeMap::new())
                .unwrap_err()
                .to_string()
                .contains("it has x")
        );
    }
}
