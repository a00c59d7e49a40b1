//! From the program's JSON to a graph.

use std::collections::HashMap;
use std::sync::Arc;

use super::{
    Argument, Constant, ConstantKind, Dim, Error, Graph, Input, IntArg, Mutation, MutationTarget,
    Node, Output, Schema, Value, ValueId, ValueKind, provenance, strided,
};
use crate::pt2::{Layout, MemoryFormat, Program, SymExpr, SymRange, Weight, schema, tensor_dtype};

impl Graph {
    /// Builds the graph of a program: arguments left at their default are filled in, tensors of the archive become constants.
    ///
    /// # Errors
    /// [`Error`]: the program contradicts itself or holds something that no graph can.
    pub fn from_program(program: &Program) -> Result<Self, Error> {
        let module = &program.schema().graph_module;
        let mut import = Import {
            source: &module.graph,
            graph: Self::default(),
            schemas: HashMap::new(),
        };
        import.symbols(&program.schema().range_constraints);
        import.inputs(program, &module.signature)?;
        import.nodes()?;
        import.outputs(&module.signature, program.output_paths())?;
        Ok(import.graph)
    }
}

struct Import<'p> {
    source: &'p schema::Graph,
    graph: Graph,
    schemas: HashMap<&'p str, Option<Arc<Schema>>>,
}

impl<'p> Import<'p> {
    fn symbols(&mut self, ranges: &std::collections::BTreeMap<String, schema::RangeConstraint>) {
        let is_symbol = |name: &str| {
            name.starts_with(|c: char| c.is_alphabetic())
                && name.chars().all(|c| c.is_alphanumeric() || c == '_')
        };
        for (expr, range) in ranges {
            // A range on a multiple of a symbol (`32*s39`) bounds the symbol.
            let (factor, symbol) = match expr.split_once('*') {
                Some((factor, symbol)) => (factor.parse().unwrap_or(0), symbol),
                None => (1, expr.as_str()),
            };
            if !is_symbol(symbol) || factor < 1 {
                continue;
            }
            let min = range
                .min_val
                .map(|n| n.div_euclid(factor) + i64::from(n.rem_euclid(factor) != 0));
            let max = range.max_val.map(|n| n.div_euclid(factor));
            let known = self
                .graph
                .symbols
                .entry(symbol.into())
                .or_insert(SymRange { min, max });
            known.min = known.min.max(min);
            known.max = match (known.max, max) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
    }

    fn inputs(
        &mut self,
        program: &Program,
        signature: &schema::GraphSignature,
    ) -> Result<(), Error> {
        for spec in &signature.input_specs {
            match spec {
                schema::InputSpec::Parameter {
                    arg,
                    parameter_name,
                } => {
                    self.constant(
                        &arg.name,
                        parameter_name,
                        ConstantKind::Parameter,
                        program.weight(parameter_name),
                    )?;
                }
                schema::InputSpec::Buffer { arg, buffer_name } => {
                    let weight = program
                        .weight(buffer_name)
                        .or_else(|| program.tensor_constant(buffer_name));
                    self.constant(&arg.name, buffer_name, ConstantKind::Buffer, weight)?;
                }
                schema::InputSpec::TensorConstant {
                    arg,
                    tensor_constant_name: name,
                } => {
                    let weight = program
                        .tensor_constant(name)
                        .or_else(|| program.weight(name));
                    self.constant(&arg.name, name, ConstantKind::Literal, weight)?;
                }
                schema::InputSpec::UserInput { arg } => match arg {
                    schema::Argument::Tensor(schema::TensorArgument { name })
                    | schema::Argument::SymInt(schema::SymIntArgument::Name(name))
                    | schema::Argument::SymFloat(schema::SymFloatArgument::Name(name))
                    | schema::Argument::SymBool(schema::SymBoolArgument::Name(name)) => {
                        let value = self.define(name)?;
                        self.graph.inputs.push(Input {
                            name: name.clone(),
                            value,
                        });
                    }
                    schema::Argument::CustomObj(object) => {
                        self.object(&object.name, &object.class_fqn)?
                    }
                    // Python values that the export baked into the program.
                    _ => {}
                },
                schema::InputSpec::CustomObj { arg } => self.object(&arg.name, &arg.class_fqn)?,
                schema::InputSpec::Token { arg } => self.object(&arg.name, "token")?,
                schema::InputSpec::ConstantInput { .. } => {}
            }
        }
        Ok(())
    }

    fn constant(
        &mut self,
        name: &str,
        path: &str,
        kind: ConstantKind,
        weight: Option<&Arc<Weight>>,
    ) -> Result<(), Error> {
        let weight = weight.ok_or_else(|| crate::pt2::Error::Inconsistent {
            detail: format!("it uses `{path}` but stores no such tensor"),
        })?;
        let value = self.define(name)?;
        self.graph
            .set_constant(value, Constant::stored(path, kind, weight.clone()));
        Ok(())
    }

    fn object(&mut self, name: &str, class: &str) -> Result<(), Error> {
        let value = self.add(Value {
            name: name.into(),
            kind: ValueKind::Object(class.into()),
        })?;
        self.graph.objects.push(value);
        Ok(())
    }

    fn nodes(&mut self) -> Result<(), Error> {
        for node in &self.source.nodes {
            strided::check(node, |name| self.source.tensor_values.get(name))?;
            let target = node
                .target
                .strip_prefix("torch.ops.")
                .unwrap_or(&node.target);
            let name = node
                .name
                .clone()
                .or_else(|| first_name(&node.outputs))
                .unwrap_or_else(|| target.to_owned());
            let args = self.arguments(&name, target, &node.inputs)?;
            let mut outputs = Vec::with_capacity(node.outputs.len());
            for (i, output) in node.outputs.iter().enumerate() {
                self.results(&name, i, output, &mut outputs)?;
            }
            self.graph.push(Node {
                target: target.into(),
                name,
                args,
                outputs,
                modules: node
                    .metadata
                    .nn_module_stack
                    .as_deref()
                    .map_or_else(Vec::new, provenance::module_frames),
                function: provenance::function_call(&node.metadata),
                stack_trace: node.metadata.stack_trace.clone(),
            });
        }
        Ok(())
    }

    fn arguments(
        &mut self,
        node: &str,
        target: &'p str,
        inputs: &'p [schema::NamedArgument],
    ) -> Result<Vec<(String, Argument)>, Error> {
        let known = self
            .schemas
            .entry(target)
            .or_insert_with(|| Schema::of(target).map(Arc::new))
            .clone();
        let Some(known) = known else {
            // Operators of users and higher-order operators, which name no positional arguments.
            let mut args = Vec::with_capacity(inputs.len());
            for (i, input) in inputs.iter().enumerate() {
                let name = if input.name.is_empty() {
                    i.to_string()
                } else {
                    input.name.clone()
                };
                args.push((name, self.argument(node, &input.arg)?));
            }
            return Ok(args);
        };
        let mut args = Vec::with_capacity(known.params.len());
        for param in &known.params {
            let arg = match inputs.iter().find(|input| input.name == param.name) {
                Some(input) => param.ty.coerce(self.argument(node, &input.arg)?),
                None => param.default.clone().ok_or_else(|| Error::Unsupported {
                    place: format!("node `{node}`"),
                    detail: format!(
                        "{target} lacks its argument `{}`; export the model again",
                        param.name
                    ),
                })?,
            };
            args.push((param.name.clone(), arg));
        }
        if let Some(extra) = inputs
            .iter()
            .find(|input| known.params.iter().all(|p| p.name != input.name))
        {
            return Err(Error::Unsupported {
                place: format!("node `{node}`"),
                detail: format!(
                    "{target} has no argument `{}` in PyTorch 2.11; export the model with that version",
                    extra.name
                ),
            });
        }
        Ok(args)
    }

    fn argument(&self, node: &str, arg: &'p schema::Argument) -> Result<Argument, Error> {
        use schema::Argument as A;
        let value = |name: &str| self.value(&format!("node `{node}`"), name);
        let unsupported = |detail: String| Error::Unsupported {
            place: format!("node `{node}`"),
            detail,
        };
        Ok(match arg {
            A::None(_) | A::OptionalTensor(schema::OptionalTensorArgument::None(_)) => Argument::None,
            A::Tensor(t) | A::OptionalTensor(schema::OptionalTensorArgument::Tensor(t)) => Argument::Tensor(value(&t.name)?),
            A::Tensors(list) => Argument::Tensors(list.iter().map(|t| value(&t.name).map(Some)).collect::<Result<_, _>>()?),
            A::OptionalTensors(list) => Argument::Tensors(
                list.iter()
                    .map(|t| match t {
                        schema::OptionalTensorArgument::Tensor(t) => value(&t.name).map(Some),
                        schema::OptionalTensorArgument::None(_) => Ok(None),
                    })
                    .collect::<Result<_, _>>()?,
            ),
            A::NestedTensors(lists) => Argument::NestedTensors(
                lists
                    .iter()
                    .map(|list| list.iter().map(|t| value(&t.name)).collect::<Result<_, _>>())
                    .collect::<Result<_, _>>()?,
            ),
            A::Int(n) | A::SymInt(schema::SymIntArgument::Int(n)) => Argument::Int(*n),
            A::SymInt(schema::SymIntArgument::Name(name)) => Argument::SymInt(value(name)?),
            A::Ints(list) => Argument::Ints(list.iter().map(|n| IntArg::Static(*n)).collect()),
            A::SymInts(list) => Argument::Ints(
                list.iter()
                    .map(|n| match n {
                        schema::SymIntArgument::Int(n) => Ok(IntArg::Static(*n)),
                        schema::SymIntArgument::Name(name) => value(name).map(IntArg::Sym),
                    })
                    .collect::<Result<_, _>>()?,
            ),
            A::IntLists(lists) => Argument::IntLists(lists.clone()),
            A::Float(x) | A::SymFloat(schema::SymFloatArgument::Float(x)) => Argument::Float(x.0),
            A::SymFloat(schema::SymFloatArgument::Name(name)) => Argument::SymFloat(value(name)?),
            A::Floats(list) => Argument::Floats(list.iter().map(|x| x.0).collect()),
            A::SymFloats(list) => Argument::Floats(
                list.iter()
                    .map(|x| match x {
                        schema::SymFloatArgument::Float(x) => Ok(x.0),
                        schema::SymFloatArgument::Name(name) => Err(unsupported(format!(
                            "the list element `{name}` is a float computed from input sizes; write it as a tensor operation"
                        ))),
                    })
                    .collect::<Result<_, _>>()?,
            ),
            A::Bool(b) | A::SymBool(schema::SymBoolArgument::Bool(b)) => Argument::Bool(*b),
            A::SymBool(schema::SymBoolArgument::Name(name)) => Argument::SymBool(value(name)?),
            A::Bools(list) => Argument::Bools(list.clone()),
            A::SymBools(list) => Argument::Bools(
                list.iter()
                    .map(|b| match b {
                        schema::SymBoolArgument::Bool(b) => Ok(*b),
                        schema::SymBoolArgument::Name(name) => Err(unsupported(format!(
                            "the list element `{name}` is a condition on input sizes; export with a fixed size"
                        ))),
                    })
                    .collect::<Result<_, _>>()?,
            ),
            A::Str(s) => Argument::Str(s.clone()),
            A::Strs(list) => Argument::Strs(list.clone()),
            A::ScalarType(code) => Argument::DType(
                crate::pt2::DType::from_code(*code)
                    .ok_or_else(|| crate::pt2::Error::DType { name: format!("an argument of {node}"), code: *code })?,
            ),
            A::Layout(code) => Argument::Layout(
                Layout::from_code(*code).ok_or_else(|| unsupported(format!("unknown layout code {code}")))?,
            ),
            A::MemoryFormat(code) => Argument::MemoryFormat(
                MemoryFormat::from_code(*code).ok_or_else(|| unsupported(format!("unknown memory format code {code}")))?,
            ),
            A::Device(device) => Argument::Device(match device.index {
                Some(index) => format!("{}:{index}", device.r#type),
                None => device.r#type.clone(),
            }),
            A::Complex(z) => Argument::Complex { re: z.real.0, im: z.imag.0 },
            A::Graph(body) => Argument::Graph(Box::new(body_graph(&body.graph)?)),
            A::Operator(name) => Argument::Operator(name.clone()),
            A::CustomObj(object) => Argument::Object(value(&object.name)?),
            A::Dict(entries) => Argument::Dict(
                entries
                    .iter()
                    .map(|(key, arg)| Ok::<_, Error>((key.clone(), self.argument(node, arg)?)))
                    .collect::<Result<_, _>>()?,
            ),
        })
    }

    /// Defines what result `i` of a node gives.
    fn results(
        &mut self,
        node: &str,
        i: usize,
        output: &schema::Argument,
        out: &mut Vec<ValueId>,
    ) -> Result<(), Error> {
        use schema::Argument as A;
        let unnamed = || format!("{node}_result_{i}");
        match output {
            A::Tensor(schema::TensorArgument { name })
            | A::OptionalTensor(schema::OptionalTensorArgument::Tensor(schema::TensorArgument {
                name,
            }))
            | A::SymInt(schema::SymIntArgument::Name(name))
            | A::SymFloat(schema::SymFloatArgument::Name(name))
            | A::SymBool(schema::SymBoolArgument::Name(name)) => out.push(self.define(name)?),
            A::Tensors(list) => {
                for t in list {
                    out.push(self.define(&t.name)?);
                }
            }
            A::OptionalTensors(list) => {
                for t in list {
                    if let schema::OptionalTensorArgument::Tensor(t) = t {
                        out.push(self.define(&t.name)?);
                    }
                }
            }
            A::None(_) | A::OptionalTensor(schema::OptionalTensorArgument::None(_)) => {
                out.push(self.add(Value {
                    name: unnamed(),
                    kind: ValueKind::Object("None".into()),
                })?);
            }
            A::Int(n) | A::SymInt(schema::SymIntArgument::Int(n)) => {
                out.push(self.add(Value {
                    name: unnamed(),
                    kind: ValueKind::Int(SymExpr::Int(*n)),
                })?);
            }
            A::Float(x) | A::SymFloat(schema::SymFloatArgument::Float(x)) => {
                let kind = ValueKind::Float(Some(SymExpr::Float(x.0)));
                out.push(self.add(Value {
                    name: unnamed(),
                    kind,
                })?);
            }
            A::Bool(_) | A::SymBool(schema::SymBoolArgument::Bool(_)) => {
                out.push(self.add(Value {
                    name: unnamed(),
                    kind: ValueKind::Bool,
                })?);
            }
            A::CustomObj(object) => self.object(&object.name, &object.class_fqn)?,
            other => {
                return Err(Error::Unsupported {
                    place: format!("node `{node}`"),
                    detail: format!("its result {i} is neither a tensor nor a number: {other:?}"),
                });
            }
        }
        Ok(())
    }

    fn outputs(
        &mut self,
        signature: &schema::GraphSignature,
        paths: &[String],
    ) -> Result<(), Error> {
        let mut leaves = paths.iter();
        for spec in &signature.output_specs {
            match spec {
                schema::OutputSpec::UserOutput { arg } => {
                    let path = leaves
                        .next()
                        .ok_or_else(|| crate::pt2::Error::Inconsistent {
                            detail: format!(
                                "it has more outputs than the {} of its output tree",
                                paths.len()
                            ),
                        })?;
                    self.output(path, arg)?;
                }
                schema::OutputSpec::BufferMutation {
                    arg,
                    buffer_name: name,
                } => {
                    self.mutation(MutationTarget::Buffer, name, &arg.name)?;
                }
                schema::OutputSpec::ParameterMutation {
                    arg,
                    parameter_name: name,
                } => {
                    self.mutation(MutationTarget::Parameter, name, &arg.name)?;
                }
                schema::OutputSpec::UserInputMutation {
                    arg,
                    user_input_name: name,
                } => {
                    self.mutation(MutationTarget::Input, name, &arg.name)?;
                }
                schema::OutputSpec::Token { .. } => {}
                schema::OutputSpec::LossOutput {
                    arg: schema::TensorArgument { name },
                }
                | schema::OutputSpec::GradientToParameter {
                    parameter_name: name,
                }
                | schema::OutputSpec::GradientToUserInput {
                    user_input_name: name,
                } => {
                    return Err(Error::Unsupported {
                        place: format!("output `{name}`"),
                        detail: "the program trains the model (it returns a loss or gradients); export the model in eval mode".into(),
                    });
                }
            }
        }
        if leaves.next().is_some() {
            return Err(crate::pt2::Error::Inconsistent {
                detail: format!(
                    "it has fewer outputs than the {} of its output tree",
                    paths.len()
                ),
            }
            .into());
        }
        Ok(())
    }

    fn output(&mut self, path: &str, arg: &schema::Argument) -> Result<(), Error> {
        match arg {
            schema::Argument::Tensor(schema::TensorArgument { name })
            | schema::Argument::SymInt(schema::SymIntArgument::Name(name))
            | schema::Argument::SymFloat(schema::SymFloatArgument::Name(name))
            | schema::Argument::SymBool(schema::SymBoolArgument::Name(name)) => {
                let value = self.value(&format!("output `{path}`"), name)?;
                self.graph.outputs.push(Output {
                    path: path.into(),
                    value,
                });
            }
            // Python values that the program always returns the same: nothing to compute.
            _ => {}
        }
        Ok(())
    }

    fn mutation(&mut self, kind: MutationTarget, target: &str, value: &str) -> Result<(), Error> {
        let value = self.value(&format!("the update of `{target}`"), value)?;
        self.graph.mutations.push(Mutation {
            kind,
            target: target.into(),
            value,
        });
        Ok(())
    }

    fn value(&self, place: &str, name: &str) -> Result<ValueId, Error> {
        self.graph
            .value_named(name)
            .ok_or_else(|| Error::Undefined {
                place: place.into(),
                name: name.into(),
            })
    }

    fn add(&mut self, value: Value) -> Result<ValueId, Error> {
        if self.graph.value_named(&value.name).is_some() {
            return Err(Error::Redefined { name: value.name });
        }
        Ok(self.graph.add_value(value))
    }

    /// Defines a value that the program describes.
    fn define(&mut self, name: &str) -> Result<ValueId, Error> {
        let expression = |e: &schema::SymExpr| {
            SymExpr::parse(&e.expr_str).map_err(|detail| crate::pt2::Error::Expression {
                name: name.into(),
                detail,
            })
        };
        let kind = if let Some(meta) = self.source.tensor_values.get(name) {
            let shape = meta
                .sizes
                .iter()
                .map(|size| match size {
                    schema::SymInt::Int(n) => Ok(Dim::Static(*n)),
                    schema::SymInt::Expr(e) => expression(e).map(|e| match e {
                        SymExpr::Int(n) => Dim::Static(n),
                        e => Dim::Symbolic(e),
                    }),
                })
                .collect::<Result<_, _>>()?;
            ValueKind::Tensor {
                dtype: tensor_dtype(name, meta)?,
                shape,
            }
        } else if let Some(int) = self.source.sym_int_values.get(name) {
            ValueKind::Int(match int {
                schema::SymInt::Int(n) => SymExpr::Int(*n),
                schema::SymInt::Expr(e) => expression(e)?,
            })
        } else if let Some(float) = self.source.sym_float_values.get(name) {
            ValueKind::Float(match float {
                schema::SymFloat::Float(x) => Some(SymExpr::Float(x.0)),
                // Floats only feed operators; one that cannot be read matters only where it is used.
                schema::SymFloat::Expr(e) => expression(e).ok(),
            })
        } else if self.source.sym_bool_values.contains_key(name) {
            ValueKind::Bool
        } else if let Some(object) = self.source.custom_obj_values.get(name) {
            ValueKind::Object(object.class_fqn.clone())
        } else {
            return Err(crate::pt2::Error::Inconsistent {
                detail: format!("it does not say what `{name}` is"),
            }
            .into());
        };
        self.add(Value {
            name: name.into(),
            kind,
        })
    }
}

/// The body of a higher-order operator: its inputs are all of its own, nothing is captured.
fn body_graph(source: &schema::Graph) -> Result<Graph, Error> {
    let mut import = Import {
        source,
        graph: Graph::default(),
        schemas: HashMap::new(),
    };
    for input in &source.inputs {
        if let Some(name) = argument_name(input) {
            let value = import.define(name)?;
            import.graph.inputs.push(Input {
                name: name.into(),
                value,
            });
        }
    }
    import.nodes()?;
    for (i, output) in source.outputs.iter().enumerate() {
        import.output(&format!("output_{i}"), output)?;
    }
    Ok(import.graph)
}

fn argument_name(arg: &schema::Argument) -> Option<&str> {
    match arg {
        schema::Argument::Tensor(schema::TensorArgument { name })
        | schema::Argument::SymInt(schema::SymIntArgument::Name(name))
        | schema::Argument::SymFloat(schema::SymFloatArgument::Name(name))
        | schema::Argument::SymBool(schema::SymBoolArgument::Name(name)) => Some(name),
        _ => None,
    }
}

fn first_name(outputs: &[schema::Argument]) -> Option<String> {
    outputs.iter().find_map(|output| match output {
        schema::Argument::Tensors(list) => list.first().map(|t| t.name.clone()),
        output => argument_name(output).map(str::to_owned),
    })
}
