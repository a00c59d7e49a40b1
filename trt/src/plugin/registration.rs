//! Plugins by name, whatever their type.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::{Call, Error, Field, Fields, Plugin, Result, SymbolicShape, TensorInfo};
use crate::DataType;

/// A kind of plugin: its names, its fields, and how one is made.
#[derive(Clone, Copy)]
pub struct Registration {
    name: &'static str,
    version: &'static str,
    namespace: &'static str,
    fields: fn() -> &'static [Field],
    new: fn(&Fields) -> Result<Arc<dyn Erased>>,
}

impl Registration {
    /// The registration of a plugin's type.
    pub const fn of<P: Plugin>() -> Self {
        Self {
            name: P::NAME,
            version: P::VERSION,
            namespace: P::NAMESPACE,
            fields: P::fields,
            new: |fields| Ok(Arc::new(P::new(fields)?)),
        }
    }

    /// The name under which the plugin is found.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The version.
    pub const fn version(&self) -> &'static str {
        self.version
    }

    /// The namespace.
    pub const fn namespace(&self) -> &'static str {
        self.namespace
    }

    /// The attributes, with types and defaults.
    pub fn fields(&self) -> &'static [Field] {
        (self.fields)()
    }

    /// A plugin with these attributes, and the defaults of the others.
    ///
    /// # Errors
    /// Fields that are unknown, missing, of the wrong type or that the plugin refuses.
    pub fn create(&self, fields: &Fields) -> Result<AnyPlugin> {
        let plugin = guard("new", || {
            (self.new)(&fields.clone().complete(self.fields())?)
        })?;
        Ok(AnyPlugin {
            registration: *self,
            plugin,
        })
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Registration({} {})", self.name, self.version)
    }
}

/// A plugin of any type. Clones share it.
///
/// Its methods are those of [`Plugin`], with what they return checked; a panic is [`Error::Panic`].
#[derive(Clone)]
pub struct AnyPlugin {
    registration: Registration,
    plugin: Arc<dyn Erased>,
}

impl AnyPlugin {
    /// The kind of plugin this is.
    pub const fn registration(&self) -> &Registration {
        &self.registration
    }

    /// The values that make the same plugin again.
    ///
    /// # Errors
    /// The plugin panicked.
    pub fn values(&self) -> Result<Fields> {
        guard("values", || Ok(self.plugin.values()))
    }

    /// Number of outputs.
    ///
    /// # Errors
    /// It is zero, or the plugin panicked.
    pub fn num_outputs(&self) -> Result<usize> {
        guard("num_outputs", || match self.plugin.num_outputs() {
            0 => Err(Error::invalid(
                "number of outputs",
                "is 0, a plugin needs at least 1",
            )),
            count => Ok(count),
        })
    }

    /// Element types of the outputs.
    ///
    /// # Errors
    /// The plugin does not take these inputs.
    pub fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        let types = guard("output_types", || self.plugin.output_types(inputs))?;
        self.check_outputs("output_types", types.len())?;
        Ok(types)
    }

    /// Shapes of the outputs; see [`Plugin::output_shapes`].
    ///
    /// # Errors
    /// The plugin does not take these inputs.
    pub fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        shape_inputs: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        let shapes = guard("output_shapes", || {
            self.plugin.output_shapes(inputs, shape_inputs)
        })?;
        self.check_outputs("output_shapes", shapes.len())?;
        Ok(shapes)
    }

    /// Whether type and format of the last of these tensors go with those before it.
    ///
    /// # Errors
    /// The plugin panicked.
    pub fn supports(&self, tensors: &[TensorInfo], inputs: usize) -> Result<bool> {
        let Some(position) = tensors.len().checked_sub(1) else {
            return Ok(false);
        };
        guard("supports", || {
            Ok(self.plugin.supports(position, tensors, inputs))
        })
    }

    /// Bytes of scratch memory for tensors of at most these shapes.
    ///
    /// # Errors
    /// The shapes are too large for the plugin.
    pub fn workspace(&self, inputs: &[TensorInfo], outputs: &[TensorInfo]) -> Result<usize> {
        guard("workspace", || self.plugin.workspace(inputs, outputs))
    }

    /// Puts the work of a call on its stream.
    ///
    /// # Errors
    /// A launch failed.
    pub fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        guard("enqueue", || self.plugin.enqueue(call))
    }

    /// The input in whose memory an output is written.
    ///
    /// # Errors
    /// The plugin panicked.
    pub fn aliased_input(&self, output: usize) -> Result<Option<usize>> {
        guard("aliased_input", || Ok(self.plugin.aliased_input(output)))
    }

    /// What, beside shapes and formats, the time of a run depends on.
    ///
    /// # Errors
    /// The plugin panicked.
    pub fn timing_id(&self) -> Result<Option<String>> {
        guard("timing_id", || Ok(self.plugin.timing_id()))
    }

    /// The plugin for one execution context.
    ///
    /// # Errors
    /// A resource cannot be had.
    pub fn attach(&self) -> Result<Self> {
        let own = guard("attach", || self.plugin.attach())?;
        Ok(Self {
            registration: self.registration,
            plugin: own.unwrap_or_else(|| self.plugin.clone()),
        })
    }

    fn check_outputs(&self, method: &str, found: usize) -> Result<()> {
        let expected = self.num_outputs()?;
        if found == expected {
            return Ok(());
        }
        Err(Error::invalid(
            format!("{method} of {}", self.registration.name),
            format!("returned {found} outputs, num_outputs says {expected}"),
        ))
    }
}

impl fmt::Debug for AnyPlugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.values() {
            Ok(values) => write!(f, "{}({values})", self.registration.name),
            Err(error) => write!(f, "{}({error})", self.registration.name),
        }
    }
}

/// Runs a plugin's code, which may panic and must not unwind into TensorRT.
fn guard<T>(method: &'static str, body: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| {
        Err(Error::Panic {
            method,
            message: panic_message(panic.as_ref()),
        })
    })
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "without a message".to_owned())
}

/// [`Plugin`] without its type.
trait Erased: Send + Sync {
    fn values(&self) -> Fields;
    fn num_outputs(&self) -> usize;
    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>>;
    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        shape_inputs: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>>;
    fn supports(&self, position: usize, tensors: &[TensorInfo], inputs: usize) -> bool;
    fn workspace(&self, inputs: &[TensorInfo], outputs: &[TensorInfo]) -> Result<usize>;
    fn enqueue(&self, call: &Call<'_>) -> Result<()>;
    fn aliased_input(&self, output: usize) -> Option<usize>;
    fn timing_id(&self) -> Option<String>;
    fn attach(&self) -> Result<Option<Arc<dyn Erased>>>;
}

impl<P: Plugin> Erased for P {
    fn values(&self) -> Fields {
        Plugin::values(self)
    }

    fn num_outputs(&self) -> usize {
        Plugin::num_outputs(self)
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        Plugin::output_types(self, inputs)
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        shape_inputs: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        Plugin::output_shapes(self, inputs, shape_inputs)
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], inputs: usize) -> bool {
        Plugin::supports(self, position, tensors, inputs)
    }

    fn workspace(&self, inputs: &[TensorInfo], outputs: &[TensorInfo]) -> Result<usize> {
        Plugin::workspace(self, inputs, outputs)
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        Plugin::enqueue(self, call)
    }

    fn aliased_input(&self, output: usize) -> Option<usize> {
        Plugin::aliased_input(self, output)
    }

    fn timing_id(&self) -> Option<String> {
        Plugin::timing_id(self)
    }

    fn attach(&self) -> Result<Option<Arc<dyn Erased>>> {
        Ok(Plugin::attach(self)?.map(|own| Arc::new(own) as Arc<dyn Erased>))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugin::Size;

    /// Keeps the elements above a limit: a size that the data decides. Panics where told to.
    struct Above {
        limit: f32,
        panics: bool,
    }

    impl Plugin for Above {
        const NAME: &'static str = "Above";

        fn fields() -> &'static [Field] {
            const { &[Field::float("limit", 0.0), Field::boolean("panics", false)] }
        }

        fn new(fields: &Fields) -> Result<Self> {
            let limit = fields.float("limit")?;
            if limit.is_nan() {
                return Err(Error::field("limit", "is not a number"));
            }
            Ok(Self {
                limit,
                panics: fields.boolean("panics")?,
            })
        }

        fn values(&self) -> Fields {
            Fields::new()
                .with("limit", self.limit)
                .with("panics", self.panics)
        }

        fn num_outputs(&self) -> usize {
            2
        }

        fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
            Ok(vec![inputs[0], DataType::Int32])
        }

        fn output_shapes(
            &self,
            inputs: &[SymbolicShape],
            _: &[SymbolicShape],
        ) -> Result<Vec<SymbolicShape>> {
            let all = inputs[0].volume();
            let kept = Size::of_output(1, all.floor_div(2_i64), &all);
            Ok(vec![vec![kept].into(), SymbolicShape::scalar()])
        }

        fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
            tensors[position].is_linear_of(&[DataType::Float, DataType::Int32])
        }

        fn enqueue(&self, call: &Call<'_>) -> Result<()> {
            assert!(!self.panics, "as the test wants");
            call.input(0).map(drop)
        }
    }

    const ABOVE: Registration = Registration::of::<Above>();

    #[test]
    fn a_plugin_is_made_asked_and_made_again_by_name() {
        let plugin = ABOVE.create(&Fields::new().with("limit", 0.5)).unwrap();
        let shapes = plugin.output_shapes(&[[3, 4].into()], &[]).unwrap();
        assert_eq!(shapes[0].dims().unwrap(), [-1]);
        assert_eq!(shapes[0].limit().dims().unwrap(), [12]);
        assert_eq!(shapes[1].dims().unwrap(), []);
        let again = ABOVE.create(&plugin.values().unwrap()).unwrap();
        assert_eq!(format!("{again:?}"), "Above(limit=0.5 panics=0)");
        assert_eq!(format!("{again:?}"), format!("{plugin:?}"));
        assert!(
            ABOVE
                .create(&Fields::new().with("limit", f64::NAN))
                .is_err()
        );
    }

    #[test]
    fn a_panic_is_an_error() {
        let plugin = ABOVE.create(&Fields::new().with("panics", true)).unwrap();
        // SAFETY: there is no memory, and the plugin touches none.
        let call =
            unsafe { Call::new(&[], &[], 0, std::ptr::null_mut::<std::ffi::c_void>().into()) };
        let error = plugin.enqueue(&call).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the plugin panicked in enqueue: as the test wants"
        );
        assert!(
            plugin
                .output_types(&[])
                .unwrap_err()
                .to_string()
                .contains("panicked in output_types")
        );

        let plugin = ABOVE.create(&Fields::new()).unwrap();
        assert_eq!(
            plugin.enqueue(&call).unwrap_err().to_string(),
            "input 0: is not given"
        );
    }
}
