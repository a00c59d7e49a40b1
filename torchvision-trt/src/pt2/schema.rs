//! The JSON of an exported program: `torch/_export/serde/schema.py` of PyTorch 2.11, field by field.
//!
//! Unions are objects with one key, which serde calls externally tagged. Fields that later minor versions add are ignored; a union
//! tag that is not listed here is an error.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny};

#[derive(Debug, Deserialize)]
pub(crate) struct ExportedProgram {
    pub(crate) graph_module: GraphModule,
    pub(crate) opset_version: BTreeMap<String, i64>,
    pub(crate) schema_version: SchemaVersion,
    pub(crate) range_constraints: BTreeMap<String, RangeConstraint>,
    #[serde(default)]
    pub(crate) verifiers: Vec<String>,
    #[serde(default)]
    pub(crate) torch_version: String,
    #[serde(default)]
    pub(crate) guards_code: Vec<String>,
}

/// What every schema has in common.
#[derive(Debug, Deserialize)]
pub(crate) struct Header {
    pub(crate) schema_version: SchemaVersion,
    #[serde(default)]
    pub(crate) torch_version: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct SchemaVersion {
    pub(crate) major: u64,
    pub(crate) minor: u64,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct RangeConstraint {
    pub(crate) min_val: Option<i64>,
    pub(crate) max_val: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct GraphModule {
    pub(crate) graph: Graph,
    pub(crate) signature: GraphSignature,
    pub(crate) module_call_graph: Vec<ModuleCallEntry>,
    #[serde(default)]
    pub(crate) metadata: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) treespec_namedtuple_fields: HashMap<String, NamedTupleDef>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct NamedTupleDef {
    pub(crate) field_names: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ModuleCallEntry {
    pub(crate) fqn: String,
    pub(crate) signature: Option<ModuleCallSignature>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ModuleCallSignature {
    pub(crate) out_spec: String,
    #[serde(default)]
    pub(crate) forward_arg_names: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Graph {
    pub(crate) inputs: Vec<Argument>,
    pub(crate) outputs: Vec<Argument>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) tensor_values: HashMap<String, TensorMeta>,
    pub(crate) sym_int_values: HashMap<String, SymInt>,
    pub(crate) sym_bool_values: HashMap<String, IgnoredAny>,
    #[serde(default)]
    pub(crate) custom_obj_values: HashMap<String, CustomObjArgument>,
    #[serde(default)]
    pub(crate) sym_float_values: HashMap<String, SymFloat>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Node {
    pub(crate) target: String,
    pub(crate) inputs: Vec<NamedArgument>,
    pub(crate) outputs: Vec<Argument>,
    pub(crate) metadata: NodeMetadata,
    pub(crate) name: Option<String>,
}

/// The entries of a node's metadata that say where it comes from in the user's code.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct NodeMetadata {
    pub(crate) stack_trace: Option<String>,
    pub(crate) nn_module_stack: Option<String>,
    pub(crate) source_fn_stack: Option<String>,
    pub(crate) torch_fn: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct NamedArgument {
    pub(crate) name: String,
    pub(crate) arg: Argument,
}

#[derive(Debug, Deserialize)]
pub(crate) enum Argument {
    #[serde(rename = "as_none")]
    None(#[expect(dead_code, reason = "always true")] bool),
    #[serde(rename = "as_tensor")]
    Tensor(TensorArgument),
    #[serde(rename = "as_tensors")]
    Tensors(Vec<TensorArgument>),
    #[serde(rename = "as_int")]
    Int(i64),
    #[serde(rename = "as_ints")]
    Ints(Vec<i64>),
    #[serde(rename = "as_float")]
    Float(Float),
    #[serde(rename = "as_floats")]
    Floats(Vec<Float>),
    #[serde(rename = "as_string")]
    Str(String),
    #[serde(rename = "as_strings")]
    Strs(Vec<String>),
    #[serde(rename = "as_sym_int")]
    SymInt(SymIntArgument),
    #[serde(rename = "as_sym_ints")]
    SymInts(Vec<SymIntArgument>),
    #[serde(rename = "as_scalar_type")]
    ScalarType(i64),
    #[serde(rename = "as_memory_format")]
    MemoryFormat(i64),
    #[serde(rename = "as_layout")]
    Layout(i64),
    #[serde(rename = "as_device")]
    Device(Device),
    #[serde(rename = "as_bool")]
    Bool(bool),
    #[serde(rename = "as_bools")]
    Bools(Vec<bool>),
    #[serde(rename = "as_sym_bool")]
    SymBool(SymBoolArgument),
    #[serde(rename = "as_sym_bools")]
    SymBools(Vec<SymBoolArgument>),
    #[serde(rename = "as_graph")]
    Graph(GraphArgument),
    #[serde(rename = "as_optional_tensors")]
    OptionalTensors(Vec<OptionalTensorArgument>),
    #[serde(rename = "as_custom_obj")]
    CustomObj(CustomObjArgument),
    #[serde(rename = "as_operator")]
    Operator(String),
    #[serde(rename = "as_sym_float")]
    SymFloat(SymFloatArgument),
    #[serde(rename = "as_sym_floats")]
    SymFloats(Vec<SymFloatArgument>),
    #[serde(rename = "as_optional_tensor")]
    OptionalTensor(OptionalTensorArgument),
    #[serde(rename = "as_complex")]
    Complex(ComplexValue),
    #[serde(rename = "as_nested_tensors")]
    NestedTensors(Vec<Vec<TensorArgument>>),
    #[serde(rename = "as_int_lists")]
    IntLists(Vec<Vec<i64>>),
    #[serde(rename = "as_string_to_argument")]
    Dict(BTreeMap<String, Argument>),
}

#[derive(Debug, Deserialize)]
pub(crate) struct TensorArgument {
    pub(crate) name: String,
}

#[derive(Debug, Deserialize)]
pub(crate) enum OptionalTensorArgument {
    #[serde(rename = "as_tensor")]
    Tensor(TensorArgument),
    #[serde(rename = "as_none")]
    None(#[expect(dead_code, reason = "always true")] bool),
}

#[derive(Debug, Deserialize)]
pub(crate) enum SymIntArgument {
    #[serde(rename = "as_name")]
    Name(String),
    #[serde(rename = "as_int")]
    Int(i64),
}

#[derive(Debug, Deserialize)]
pub(crate) enum SymFloatArgument {
    #[serde(rename = "as_name")]
    Name(String),
    #[serde(rename = "as_float")]
    Float(Float),
}

#[derive(Debug, Deserialize)]
pub(crate) enum SymBoolArgument {
    #[serde(rename = "as_name")]
    Name(String),
    #[serde(rename = "as_bool")]
    Bool(bool),
}

#[derive(Debug, Deserialize)]
pub(crate) struct GraphArgument {
    pub(crate) graph: Box<Graph>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct CustomObjArgument {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) class_fqn: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ComplexValue {
    pub(crate) real: Float,
    pub(crate) imag: Float,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Device {
    pub(crate) r#type: String,
    #[serde(default)]
    pub(crate) index: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct TensorMeta {
    pub(crate) dtype: i64,
    pub(crate) sizes: Vec<SymInt>,
    pub(crate) strides: Vec<SymInt>,
    pub(crate) storage_offset: SymInt,
    pub(crate) layout: i64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct SymExpr {
    pub(crate) expr_str: String,
    /// What it came to for the example; good for a guess only, what holds for one example need not hold for the program.
    #[serde(default)]
    pub(crate) hint: Option<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
pub(crate) enum SymInt {
    #[serde(rename = "as_expr")]
    Expr(SymExpr),
    #[serde(rename = "as_int")]
    Int(i64),
}

#[derive(Debug, Deserialize)]
pub(crate) enum SymFloat {
    #[serde(rename = "as_expr")]
    Expr(SymExpr),
    #[serde(rename = "as_float")]
    Float(Float),
}

#[derive(Debug, Deserialize)]
pub(crate) struct GraphSignature {
    pub(crate) input_specs: Vec<InputSpec>,
    pub(crate) output_specs: Vec<OutputSpec>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum InputSpec {
    UserInput {
        arg: Argument,
    },
    Parameter {
        arg: TensorArgument,
        parameter_name: String,
    },
    Buffer {
        arg: TensorArgument,
        buffer_name: String,
    },
    TensorConstant {
        arg: TensorArgument,
        tensor_constant_name: String,
    },
    CustomObj {
        arg: CustomObjArgument,
    },
    Token {
        arg: TensorArgument,
    },
    /// A Python value that the export baked into the program.
    ConstantInput {},
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OutputSpec {
    UserOutput {
        arg: Argument,
    },
    LossOutput {
        arg: TensorArgument,
    },
    BufferMutation {
        arg: TensorArgument,
        buffer_name: String,
    },
    ParameterMutation {
        arg: TensorArgument,
        parameter_name: String,
    },
    UserInputMutation {
        arg: TensorArgument,
        user_input_name: String,
    },
    GradientToParameter {
        parameter_name: String,
    },
    GradientToUserInput {
        user_input_name: String,
    },
    Token {},
}

/// `weights_config` and `constants_config`: where the bytes of each tensor are.
#[derive(Debug, Deserialize)]
pub(crate) struct PayloadConfig {
    pub(crate) config: BTreeMap<String, PayloadMeta>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct PayloadMeta {
    pub(crate) path_name: String,
    pub(crate) use_pickle: bool,
    pub(crate) tensor_meta: Option<TensorMeta>,
}

/// A float; JSON has no infinities, so those and NaN are strings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Float(pub(crate) f64);

impl<'de> Deserialize<'de> for Float {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(f64),
            Text(String),
        }
        match Written::deserialize(deserializer)? {
            Written::Number(x) => Ok(Self(x)),
            Written::Text(text) => match text.as_str() {
                "Infinity" => Ok(Self(f64::INFINITY)),
                "-Infinity" => Ok(Self(f64::NEG_INFINITY)),
                "NaN" => Ok(Self(f64::NAN)),
                _ => Err(D::Error::custom(format!("`{text}` is no float"))),
            },
        }
    }
}
