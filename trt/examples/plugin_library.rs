//! A library of plugins for programs without Rust: `cargo build --example plugin_library` makes `libplugin_library.so`.

use trt::DataType;
use trt::plugin::{
    Call, Error, Field, Fields, Plugin, Registration, Result, SymbolicShape, TensorInfo,
};

/// Puts its input out with one dimension more, of size 1, before all others.
struct Wrap {
    dtype_checked: bool,
}

impl Plugin for Wrap {
    const NAME: &'static str = "Wrap";

    fn fields() -> &'static [Field] {
        const { &[Field::boolean("check", true)] }
    }

    fn new(fields: &Fields) -> Result<Self> {
        Ok(Self {
            dtype_checked: fields.boolean("check")?,
        })
    }

    fn values(&self) -> Fields {
        Fields::new().with("check", self.dtype_checked)
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        match inputs {
            [DataType::Float] => Ok(inputs.to_vec()),
            [_] if !self.dtype_checked => Ok(inputs.to_vec()),
            _ => Err(Error::invalid(
                "inputs",
                format!("are {inputs:?}, expected one Float"),
            )),
        }
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        let one = std::iter::once(1_i64.into());
        Ok(vec![one.chain(inputs[0].iter().cloned()).collect()])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        tensors[position].is_linear_of(&[DataType::Float])
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.copy(0, 0)
    }
}

static ALL: &[Registration] = &[Registration::of::<Wrap>()];

trt::plugin_library!(ALL, init = initLibExamplePlugins);
