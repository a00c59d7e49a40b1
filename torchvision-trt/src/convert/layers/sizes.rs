//! Sizes as tensors: what reshapes and slices read while the engine runs.

use trt::{DataType, ElementWiseOperation};

use crate::convert::tensor::{Size, Tensor};
use crate::convert::{Context, Error, Result};
use crate::graph::Dim;
use crate::pt2::{SymExpr, SymOp};

/// The symbol for a size of a network tensor that the program has no expression for.
pub(in crate::convert) fn own_symbol(tensor: &Tensor, axis: usize) -> SymExpr {
    SymExpr::symbol(&format!("t{}[{axis}]", tensor.index))
}

fn parse_own_symbol(name: &str) -> Option<(u32, usize)> {
    let (tensor, axis) = name.strip_prefix('t')?.strip_suffix(']')?.split_once('[')?;
    Some((tensor.parse().ok()?, axis.parse().ok()?))
}

impl<'n, 'w> Context<'n, 'w> {
    /// Sizes as a tensor of one dimension.
    ///
    /// # Errors
    /// When a size depends on data, not on input sizes.
    pub fn size_tensor(&mut self, sizes: &[Size]) -> Result<Tensor> {
        let raw = self.raw_size_tensor(sizes)?;
        self.wrap(raw)
    }

    pub(super) fn raw_size_tensor(&mut self, sizes: &[Size]) -> Result<trt::Tensor<'n>> {
        let mut parts = Vec::new();
        // Known sizes that stand together become one constant.
        for run in sizes.chunk_by(|a, b| a.as_static().is_some() && b.as_static().is_some()) {
            parts.push(match &run[0] {
                Size::Static(_) => {
                    let numbers: Vec<i64> = run.iter().filter_map(Size::as_static).collect();
                    self.index_constant(&numbers)?
                }
                Size::Symbolic(expression) => self.expression_tensor(expression)?,
            });
        }
        match parts[..] {
            [] => self.index_constant(&[]),
            [one] => Ok(one),
            _ => Ok(self.network().add_concatenation(&parts, 0)?.output(0)),
        }
    }

    fn index_constant(&mut self, numbers: &[i64]) -> Result<trt::Tensor<'n>> {
        let dtype = self.index_type();
        let bytes: Vec<u8> = match dtype {
            DataType::Int32 => numbers
                .iter()
                .flat_map(|&n| i32::try_from(n).unwrap_or(i32::MAX).to_le_bytes())
                .collect(),
            _ => numbers.iter().flat_map(|n| n.to_le_bytes()).collect(),
        };
        let bytes = self.network().keep(bytes);
        Ok(self
            .network()
            .add_constant(&[numbers.len() as i64], trt::Weights::new(dtype, bytes))?
            .output(0))
    }

    /// A size expression as a tensor of one element.
    fn expression_tensor(&mut self, expression: &SymExpr) -> Result<trt::Tensor<'n>> {
        if let Some(tensor) = self.symbols.get(expression) {
            return Ok(*tensor);
        }
        let tensor = match expression {
            SymExpr::Int(n) => self.index_constant(&[*n])?,
            SymExpr::Symbol(name) => self.symbol_tensor(name)?,
            SymExpr::Apply(op, args) => self.apply_tensor(*op, args, expression)?,
            _ => return Err(unsupported(expression)),
        };
        self.symbols.insert(expression.clone(), tensor);
        Ok(tensor)
    }

    fn apply_tensor(
        &mut self,
        op: SymOp,
        args: &[SymExpr],
        whole: &SymExpr,
    ) -> Result<trt::Tensor<'n>> {
        use ElementWiseOperation as Op;
        let operation = match op {
            SymOp::Identity => return self.expression_tensor(&args[0]),
            SymOp::Add => Op::Sum,
            SymOp::Mul => return self.product_tensor(args),
            SymOp::Max => Op::Max,
            SymOp::Min => Op::Min,
            SymOp::FloorDiv | SymOp::CleanDiv => Op::FloorDiv,
            SymOp::CeilDiv => {
                // ceil(a / b) = (a + b - 1) // b
                let up = SymExpr::Apply(
                    SymOp::Add,
                    vec![args[0].clone(), args[1].clone(), SymExpr::Int(-1)],
                );
                return self.expression_tensor(&SymExpr::Apply(
                    SymOp::FloorDiv,
                    vec![up, args[1].clone()],
                ));
            }
            SymOp::Mod | SymOp::PythonMod => {
                // a % b = a - a // b * b
                let quotient = SymExpr::Apply(SymOp::FloorDiv, args.to_vec());
                let product = SymExpr::Apply(
                    SymOp::Mul,
                    vec![SymExpr::Int(-1), quotient, args[1].clone()],
                );
                return self.expression_tensor(&SymExpr::Apply(
                    SymOp::Add,
                    vec![args[0].clone(), product],
                ));
            }
            SymOp::Pow | SymOp::PowByNatural => match args[1] {
                SymExpr::Int(n @ 1..=8) => {
                    return self.product_tensor(&vec![args[0].clone(); n as usize]);
                }
                _ => return Err(unsupported(whole)),
            },
            SymOp::TruncToInt | SymOp::FloorToInt => match whole_number(&args[0]) {
                Some(number) => return self.expression_tensor(&number),
                None => return Err(unsupported(whole)),
            },
            _ => return Err(unsupported(whole)),
        };
        let mut result = self.expression_tensor(&args[0])?;
        for arg in &args[1..] {
            let arg = self.expression_tensor(arg)?;
            result = self
                .network()
                .add_elementwise(result, arg, operation)?
                .output(0);
        }
        Ok(result)
    }

    /// A product, in which SymPy may have fractions: they divide at the end, where the whole is known to be an integer.
    fn product_tensor(&mut self, factors: &[SymExpr]) -> Result<trt::Tensor<'n>> {
        let mut divisor = 1;
        let mut result: Option<trt::Tensor<'n>> = None;
        for factor in factors {
            let factor = match factor {
                SymExpr::Apply(SymOp::Rational, parts) => match parts[..] {
                    [SymExpr::Int(n), SymExpr::Int(d)] => {
                        divisor *= d;
                        SymExpr::Int(n)
                    }
                    _ => return Err(unsupported(factor)),
                },
                other => other.clone(),
            };
            let tensor = self.expression_tensor(&factor)?;
            result = Some(match result {
                Some(before) => self
                    .network()
                    .add_elementwise(before, tensor, ElementWiseOperation::Prod)?
                    .output(0),
                None => tensor,
            });
        }
        let product = result.ok_or_else(|| Error::new("an empty product as a size"))?;
        if divisor == 1 {
            return Ok(product);
        }
        let divisor = self.index_constant(&[divisor])?;
        Ok(self
            .network()
            .add_elementwise(product, divisor, ElementWiseOperation::FloorDiv)?
            .output(0))
    }

    fn symbol_tensor(&mut self, name: &str) -> Result<trt::Tensor<'n>> {
        if let Some((index, axis)) = parse_own_symbol(name) {
            let tensor = self.handle(index);
            let raw = self.raw(&tensor)?;
            return self.axis_size(raw, axis);
        }
        // An input whose size is the symbol, or a multiple of it; of sizes that depend on data, what was converted before.
        let graph = self.graph();
        let inputs = graph.inputs.iter().map(|input| input.value);
        let converted = graph.values().map(|(v, _)| v);
        for value in inputs.chain(converted).filter(|v| self.is_converted(*v)) {
            for (axis, dim) in graph
                .value(value)
                .shape()
                .unwrap_or_default()
                .iter()
                .enumerate()
            {
                let Some(factor) = multiple_of(dim, name) else {
                    continue;
                };
                let tensor = self.tensor(value)?;
                let raw = self.raw(&tensor)?;
                let size = self.axis_size(raw, axis)?;
                if factor == 1 {
                    return Ok(size);
                }
                let factor = self.index_constant(&[factor])?;
                return Ok(self
                    .network()
                    .add_elementwise(size, factor, ElementWiseOperation::FloorDiv)?
                    .output(0));
            }
        }
        Err(Error::new(format!(
            "the size `{name}` is not a size of any input, nor of a tensor that is computed before it is needed"
        )))
    }

    /// One size of a tensor, as a tensor of one element.
    fn axis_size(&mut self, raw: trt::Tensor<'n>, axis: usize) -> Result<trt::Tensor<'n>> {
        let shape = self.network().add_shape(raw)?.output(0);
        Ok(self
            .network()
            .add_slice(shape, &[axis as i64], &[1], &[1])?
            .output(0))
    }
}

/// `k` for a size of `k * symbol`.
fn multiple_of(dim: &Dim, symbol: &str) -> Option<i64> {
    match dim {
        Dim::Symbolic(SymExpr::Symbol(name)) if &**name == symbol => Some(1),
        Dim::Symbolic(SymExpr::Apply(SymOp::Mul, factors)) => match &factors[..] {
            [SymExpr::Int(k), SymExpr::Symbol(name)] | [SymExpr::Symbol(name), SymExpr::Int(k)]
                if &**name == symbol =>
            {
                Some(*k)
            }
            _ => None,
        },
        _ => None,
    }
}

/// An integer expression for a product of sizes and floats, rounded down, if the floats are fractions of a small power of two: then
/// the arithmetic of floats is exact.
fn whole_number(expression: &SymExpr) -> Option<SymExpr> {
    let factors = match expression {
        SymExpr::Apply(SymOp::Mul, factors) => factors.as_slice(),
        one => std::slice::from_ref(one),
    };
    let (mut integers, mut divisor) = (Vec::new(), 1i64);
    for factor in factors {
        integers.push(match factor {
            SymExpr::Apply(SymOp::ToFloat, inner) => inner[0].clone(),
            SymExpr::Float(x) if *x >= 0.0 && *x < 1e6 => {
                let bits = (0..10).find(|bits| (x * f64::from(1 << bits)).fract() == 0.0)?;
                divisor *= 1 << bits;
                SymExpr::Int((x * f64::from(1 << bits)) as i64)
            }
            SymExpr::Int(_) | SymExpr::Symbol(_) => factor.clone(),
            _ => return None,
        });
    }
    let product = SymExpr::Apply(SymOp::Mul, integers);
    Some(SymExpr::Apply(
        SymOp::FloorDiv,
        vec![product, SymExpr::Int(divisor)],
    ))
}

fn unsupported(expression: &SymExpr) -> Error {
    Error::new(format!(
        "the size `{expression}` cannot be computed while the engine runs"
    ))
}
