//! Replaces dtypes that TensorRT does not compute with: float64 becomes float32, and 64-bit integers become 32-bit ones where the
//! TensorRT at hand has none. Inputs and outputs change with the rest, as PyTorch users see in other backends too.

use std::collections::HashSet;

use crate::graph::{Argument, Constant, Graph, IntArg, ValueId, ValueKind};
use crate::passes::Error;
use crate::pt2::{AlignedBytes, DType};

pub(super) fn run(graph: &mut Graph, int64: bool) -> Result<(), Error> {
    let legal = |dtype: DType| match dtype {
        DType::Float64 => DType::Float32,
        DType::Int64 if !int64 => DType::Int32,
        DType::Int16 | DType::UInt16 => DType::Int32,
        other => other,
    };
    // Constants that nothing reads are left as they are.
    let users = graph.users();
    let returned: HashSet<ValueId> = graph.outputs.iter().map(|o| o.value).collect();
    let unread = |id: ValueId| {
        graph.constant(id).is_some() && users[id.index()].is_empty() && !returned.contains(&id)
    };
    let changed: Vec<(ValueId, DType)> = graph
        .values()
        .filter(|(id, _)| !unread(*id))
        .filter_map(|(id, value)| {
            let dtype = value.dtype()?;
            (legal(dtype) != dtype).then(|| (id, legal(dtype)))
        })
        .collect();
    for (id, dtype) in changed {
        if let Some(constant) = graph.constant(id) {
            let constant = convert(constant, dtype)?;
            graph.set_constant(id, constant);
        }
        if let ValueKind::Tensor { dtype: current, .. } = &mut graph.value_mut(id).kind {
            *current = dtype;
        }
    }
    graph.for_each_argument(|arg| {
        if let Argument::DType(dtype) = arg {
            *dtype = legal(*dtype);
        }
    });
    if !int64 {
        check_integers(graph)
    } else {
        Ok(())
    }
}

/// Slices that run to the end have `i64::MAX` there, which only means "far enough".
const OPEN_END: i64 = i64::MAX;

fn check_integers(graph: &Graph) -> Result<(), Error> {
    let fits = |n: i64| n == OPEN_END || i32::try_from(n).is_ok();
    for (_, node) in graph.nodes() {
        for (_, arg) in &node.args {
            let bad = match arg {
                Argument::Int(n) => Some(*n).filter(|n| !fits(*n)),
                Argument::Ints(list) => list.iter().find_map(|item| match item {
                    IntArg::Static(n) => Some(*n).filter(|n| !fits(*n)),
                    IntArg::Sym(_) => None,
                }),
                _ => None,
            };
            if let Some(value) = bad {
                return Err(Error::IntegerRange {
                    name: node.name.clone(),
                    value,
                });
            }
        }
    }
    Ok(())
}

fn convert(constant: &Constant, dtype: DType) -> Result<Constant, Error> {
    let bytes = constant.bytes();
    let mut out = AlignedBytes::zeroed(constant.numel() * dtype.size());
    let slots = out.as_mut().chunks_exact_mut(dtype.size());
    match constant.dtype() {
        DType::Float64 => {
            for (slot, item) in slots.zip(bytes.as_chunks().0) {
                slot.copy_from_slice(&(f64::from_le_bytes(*item) as f32).to_le_bytes());
            }
        }
        from => {
            let items: Box<dyn Iterator<Item = i64>> = match from {
                DType::Int64 => Box::new(
                    bytes
                        .as_chunks()
                        .0
                        .iter()
                        .map(|item| i64::from_le_bytes(*item)),
                ),
                DType::Int16 => Box::new(
                    bytes
                        .as_chunks()
                        .0
                        .iter()
                        .map(|item| i16::from_le_bytes(*item).into()),
                ),
                _ => Box::new(
                    bytes
                        .as_chunks()
                        .0
                        .iter()
                        .map(|item| u16::from_le_bytes(*item).into()),
                ),
            };
            for (slot, value) in slots.zip(items) {
                let narrow = i32::try_from(value).map_err(|_| Error::IntegerRange {
                    name: constant.name.clone(),
                    value,
                })?;
                slot.copy_from_slice(&narrow.to_le_bytes());
            }
        }
    }
    Ok(constant.with_elements(dtype, out))
}
