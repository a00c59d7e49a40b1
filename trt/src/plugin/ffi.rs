//! What TensorRT calls: the functions behind a [`TrtPluginObject`] and a [`TrtPluginKind`].

use std::cell::RefCell;
use std::ffi::{CString, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::Arc;

use trt_sys::{
    TrtDataType, TrtDimensionOperation, TrtPluginField, TrtPluginFunctions, TrtPluginKind,
    TrtPluginObject, TrtPluginTensor, TrtSizeBuilder, TrtSizeExpression, TrtSizes,
};

use super::shape::{ExpressionBuilder, Source};
use super::wire::{self, Encoded};
use super::{
    AnyPlugin, Call, DimensionOperation, Error, Fields, Registration, Result, Size, SymbolicShape,
    TensorFormat, TensorInfo, TensorMemory,
};
use crate::cuda::RawStream;
use crate::{DataType, Dims};

const OK: i32 = 0;
const FAILED: i32 = 1;

thread_local! {
    /// The first failure of a plugin on this thread since it was last taken, with the plugin's name.
    static FAILURE: RefCell<Option<(String, Error)>> = const { RefCell::new(None) };
}

/// Takes the first failure of a plugin on this thread since the last time, with the plugin's name.
///
/// Functions of this crate return it as [`Error::Plugin`](crate::Error::Plugin); this is for programs that call TensorRT
/// in another way.
pub fn take_failure() -> Option<(String, Error)> {
    FAILURE.take()
}

/// Keeps a failure for the call of TensorRT that it happens in.
fn note(plugin: &str, error: Error) {
    let text = format!("plugin {plugin}: {error}");
    tracing::error!(target: "tensorrt", "{text}");
    super::exports::report(&text);
    FAILURE.with_borrow_mut(|failure| {
        failure.get_or_insert_with(|| (plugin.to_owned(), error));
    });
}

/// Runs the body of a function that TensorRT calls; an error or a panic is noted.
fn enter<T>(plugin: &str, body: impl FnOnce() -> Result<T>) -> Option<T> {
    let result = catch_unwind(AssertUnwindSafe(body))
        .unwrap_or_else(|_| Err(Error::invalid("trt", "panicked at the border to a plugin")));
    result.map_err(|error| note(plugin, error)).ok()
}

fn status(done: Option<()>) -> i32 {
    if done.is_some() { OK } else { FAILED }
}

/// A plugin with its texts as TensorRT reads them.
struct Held {
    plugin: AnyPlugin,
    name: CString,
    version: CString,
    namespace: CString,
    timing_id: Option<CString>,
    metadata: CString,
    data: Vec<u8>,
    num_outputs: i32,
}

impl Held {
    fn new(plugin: AnyPlugin) -> Result<Arc<Self>> {
        let kind = *plugin.registration();
        let values = plugin.values()?;
        let outputs = plugin.num_outputs()?;
        Ok(Arc::new(Self {
            name: c_string(kind.name())?,
            version: c_string(kind.version())?,
            namespace: c_string(kind.namespace())?,
            timing_id: plugin.timing_id()?.map(|id| c_string(&id)).transpose()?,
            // Values may hold any text, and this is for people only.
            metadata: CString::new(values.to_string().replace('\0', " ")).unwrap_or_default(),
            data: values.to_bytes(),
            num_outputs: i32::try_from(outputs)
                .map_err(|_| Error::invalid("number of outputs", format!("is {outputs}")))?,
            plugin,
        }))
    }

    /// Hands a plugin to the shim, which ends it with `destroy`.
    fn into_object(self: Arc<Self>) -> TrtPluginObject {
        let held: &Self = &self;
        let mut object = TrtPluginObject {
            plugin: ptr::null_mut(),
            functions: &FUNCTIONS,
            name: held.name.as_ptr(),
            version: held.version.as_ptr(),
            name_space: held.namespace.as_ptr(),
            timing_id: held
                .timing_id
                .as_ref()
                .map_or(ptr::null(), |id| id.as_ptr()),
            metadata: held.metadata.as_ptr(),
            data: held.data.as_ptr().cast(),
            size: held.data.len() as u64,
            nb_outputs: held.num_outputs,
        };
        object.plugin = Arc::into_raw(self).cast_mut().cast();
        object
    }

    fn name(&self) -> &'static str {
        self.plugin.registration().name()
    }
}

/// A plugin for [`plugin_create`](trt_sys::TrtApi::plugin_create), which takes it over.
pub(crate) fn object(plugin: AnyPlugin) -> Result<TrtPluginObject> {
    Held::new(plugin).map(Held::into_object)
}

fn c_string(text: &str) -> Result<CString> {
    CString::new(text)
        .map_err(|_| Error::invalid(format!("text {text:?}"), "contains a NUL character"))
}

static FUNCTIONS: TrtPluginFunctions = TrtPluginFunctions {
    clone: Some(clone),
    attach: Some(attach),
    destroy: Some(destroy),
    output_types: Some(output_types),
    output_shapes: Some(output_shapes),
    supports: Some(supports),
    workspace: Some(workspace),
    enqueue: Some(enqueue),
    aliased_input: Some(aliased_input),
};

/// # Safety
/// For this and the functions below: `plugin` is from [`Held::into_object`] and not destroyed yet, arrays have the
/// counts given, pointers to results are valid.
unsafe fn held<'a>(plugin: *const c_void) -> &'a Held {
    // SAFETY: the caller's promise; plugins are `Sync`.
    unsafe { &*plugin.cast::<Held>() }
}

/// # Safety
/// As for [`std::slice::from_raw_parts`], but null is allowed for an empty slice.
unsafe fn slice<'a, T>(data: *const T, count: i32) -> &'a [T] {
    match usize::try_from(count) {
        // SAFETY: the caller's promise.
        Ok(count) if count > 0 && !data.is_null() => unsafe {
            std::slice::from_raw_parts(data, count)
        },
        _ => &[],
    }
}

/// # Safety
/// As for [`std::slice::from_raw_parts_mut`], but null is allowed for an empty slice.
unsafe fn slice_mut<'a, T>(data: *mut T, count: i32) -> &'a mut [T] {
    match usize::try_from(count) {
        // SAFETY: the caller's promise.
        Ok(count) if count > 0 && !data.is_null() => unsafe {
            std::slice::from_raw_parts_mut(data, count)
        },
        _ => &mut [],
    }
}

unsafe extern "C" fn clone(plugin: *const c_void, out: *mut TrtPluginObject) -> i32 {
    // SAFETY: the caller's promise: it owns one count of the plugin, so there can be another.
    unsafe {
        Arc::increment_strong_count(plugin.cast::<Held>());
        *out = Arc::from_raw(plugin.cast::<Held>()).into_object();
    }
    OK
}

unsafe extern "C" fn attach(plugin: *const c_void, out: *mut TrtPluginObject) -> i32 {
    // SAFETY: the caller's promise.
    let held = unsafe { held(plugin) };
    status(enter(held.name(), || {
        let attached = Held::new(held.plugin.attach()?)?;
        // SAFETY: the caller's promise.
        unsafe { *out = attached.into_object() };
        Ok(())
    }))
}

unsafe extern "C" fn destroy(plugin: *mut c_void) {
    // SAFETY: the caller's promise: it owns one count, which ends here.
    let held = unsafe { Arc::from_raw(plugin.cast_const().cast::<Held>()) };
    enter(held.name(), || {
        drop(held);
        Ok(())
    });
}

unsafe extern "C" fn output_types(
    plugin: *const c_void,
    inputs: *const TrtDataType,
    nb_inputs: i32,
    outputs: *mut TrtDataType,
    nb_outputs: i32,
) -> i32 {
    // SAFETY: the caller's promise.
    let (held, inputs, outputs) = unsafe {
        (
            held(plugin),
            slice(inputs, nb_inputs),
            slice_mut(outputs, nb_outputs),
        )
    };
    status(enter(held.name(), || {
        let inputs = inputs
            .iter()
            .map(|&dtype| data_type(dtype))
            .collect::<Result<Vec<_>>>()?;
        let types = held.plugin.output_types(&inputs)?;
        for (out, dtype) in outputs.iter_mut().zip(types) {
            *out = dtype.to_raw();
        }
        Ok(())
    }))
}

unsafe extern "C" fn output_shapes(
    plugin: *const c_void,
    inputs: *const TrtSizes,
    nb_inputs: i32,
    shape_inputs: *const TrtSizes,
    nb_shape_inputs: i32,
    builder: *const TrtSizeBuilder,
    outputs: *mut TrtSizes,
    nb_outputs: i32,
) -> i32 {
    // SAFETY: the caller's promise.
    let (held, mut builder, outputs) = unsafe {
        let builder = Expressions {
            builder: &*builder,
            inputs: slice(inputs, nb_inputs),
            shape_inputs: slice(shape_inputs, nb_shape_inputs),
        };
        (held(plugin), builder, slice_mut(outputs, nb_outputs))
    };
    status(enter(held.name(), || {
        let inputs = symbolic(Source::Shape, builder.inputs);
        let shape_inputs = symbolic(Source::Value, builder.shape_inputs);
        let shapes = held.plugin.output_shapes(&inputs, &shape_inputs)?;
        for (out, shape) in outputs.iter_mut().zip(&shapes) {
            if shape.rank() > Dims::MAX_RANK {
                return Err(Error::invalid(
                    "output shape",
                    format!(
                        "has {} dimensions, TensorRT allows {}",
                        shape.rank(),
                        Dims::MAX_RANK
                    ),
                ));
            }
            out.rank = shape.rank() as i32;
            for (size, symbolic) in out.d.iter_mut().zip(shape.iter()) {
                size.expression = symbolic.build(&mut builder)?;
            }
        }
        Ok(())
    }))
}

unsafe extern "C" fn supports(
    plugin: *const c_void,
    tensors: *const TrtPluginTensor,
    count: i32,
    nb_inputs: i32,
) -> i32 {
    // SAFETY: the caller's promise.
    let (held, tensors) = unsafe { (held(plugin), slice(tensors, count)) };
    let supported = enter(held.name(), || {
        // A type or format that this crate does not know is one that the plugin does not.
        match tensors.iter().map(tensor_info).collect::<Result<Vec<_>>>() {
            Ok(tensors) => held
                .plugin
                .supports(&tensors, usize::try_from(nb_inputs).unwrap_or(0)),
            Err(_) => Ok(false),
        }
    });
    i32::from(supported.unwrap_or(false))
}

unsafe extern "C" fn workspace(
    plugin: *const c_void,
    inputs: *const TrtPluginTensor,
    nb_inputs: i32,
    outputs: *const TrtPluginTensor,
    nb_outputs: i32,
    bytes: *mut u64,
) -> i32 {
    // SAFETY: the caller's promise.
    let (held, inputs, outputs) = unsafe {
        (
            held(plugin),
            slice(inputs, nb_inputs),
            slice(outputs, nb_outputs),
        )
    };
    status(enter(held.name(), || {
        let inputs = inputs.iter().map(tensor_info).collect::<Result<Vec<_>>>()?;
        let outputs = outputs
            .iter()
            .map(tensor_info)
            .collect::<Result<Vec<_>>>()?;
        let needed = held.plugin.workspace(&inputs, &outputs)? as u64;
        // SAFETY: the caller's promise.
        unsafe { *bytes = needed };
        Ok(())
    }))
}

unsafe extern "C" fn enqueue(
    plugin: *const c_void,
    inputs: *const TrtPluginTensor,
    nb_inputs: i32,
    outputs: *const TrtPluginTensor,
    nb_outputs: i32,
    workspace: *mut c_void,
    stream: *mut c_void,
) -> i32 {
    // SAFETY: the caller's promise.
    let (held, inputs, outputs) = unsafe {
        (
            held(plugin),
            slice(inputs, nb_inputs),
            slice(outputs, nb_outputs),
        )
    };
    status(enter(held.name(), || {
        let inputs = inputs
            .iter()
            .map(tensor_memory)
            .collect::<Result<Vec<_>>>()?;
        let outputs = outputs
            .iter()
            .map(tensor_memory)
            .collect::<Result<Vec<_>>>()?;
        // SAFETY: TensorRT gives memory of the tensors' sizes and of the workspace asked for, and a stream of the
        // current device (IPluginV3OneRuntime::enqueue, IPluginV2DynamicExt::enqueue).
        let call = unsafe { Call::new(&inputs, &outputs, workspace as u64, RawStream(stream)) };
        held.plugin.enqueue(&call)
    }))
}

unsafe extern "C" fn aliased_input(plugin: *const c_void, output: i32) -> i32 {
    const NONE: i32 = -1;
    // SAFETY: the caller's promise.
    let held = unsafe { held(plugin) };
    let input = enter(held.name(), || {
        held.plugin
            .aliased_input(usize::try_from(output).unwrap_or(usize::MAX))
    });
    input
        .flatten()
        .and_then(|input| i32::try_from(input).ok())
        .unwrap_or(NONE)
}

fn data_type(raw: TrtDataType) -> Result<DataType> {
    DataType::try_from(raw).map_err(|error| Error::invalid("tensor", error.to_string()))
}

fn tensor_info(raw: &TrtPluginTensor) -> Result<TensorInfo> {
    let dims = Dims::from_raw(&raw.dims)
        .ok_or_else(|| Error::invalid("tensor", format!("has rank {}", raw.dims.rank)))?;
    let format = TensorFormat::try_from(raw.format)
        .map_err(|error| Error::invalid("tensor", error.to_string()))?;
    let mut info = TensorInfo::linear(data_type(raw.dtype)?, dims);
    info.format = format;
    // "TensorRT will set the value to -1.0F if it is invalid" (PluginTensorDesc).
    info.scale = (info.dtype == DataType::Int8 && raw.scale >= 0.0).then_some(raw.scale);
    Ok(info)
}

fn tensor_memory(raw: &TrtPluginTensor) -> Result<TensorMemory> {
    Ok(TensorMemory::new(tensor_info(raw)?, raw.address as u64))
}

/// TensorRT's sizes as ours: a number where it is known.
fn symbolic(source: Source, tensors: &[TrtSizes]) -> Vec<SymbolicShape> {
    let sizes = |(input, raw): (usize, &TrtSizes)| {
        let rank = usize::try_from(raw.rank).unwrap_or(0);
        let size = |(axis, raw): (usize, &trt_sys::TrtSize)| match raw.is_known {
            0 => Size::of_input(source, input, axis),
            _ => raw.value.into(),
        };
        raw.d.iter().take(rank).enumerate().map(size).collect()
    };
    tensors.iter().enumerate().map(sizes).collect()
}

/// Makes TensorRT's expressions, during one call of [`output_shapes`].
struct Expressions<'a> {
    builder: &'a TrtSizeBuilder,
    inputs: &'a [TrtSizes],
    shape_inputs: &'a [TrtSizes],
}

impl ExpressionBuilder for Expressions<'_> {
    type Expression = *const TrtSizeExpression;

    fn constant(&mut self, value: i64) -> Result<Self::Expression> {
        // SAFETY: the builder lives during the call.
        let made = self
            .builder
            .constant
            .map(|make| unsafe { make(self.builder.builder, value) });
        not_null(made, || {
            format!("the size {value} is too large for this TensorRT")
        })
    }

    fn input(&mut self, source: Source, input: usize, axis: usize) -> Result<Self::Expression> {
        let tensors = match source {
            Source::Shape => self.inputs,
            Source::Value => self.shape_inputs,
        };
        let size = tensors.get(input).and_then(|sizes| sizes.d.get(axis));
        not_null(size.map(|size| size.expression), || {
            format!("input {input} has no axis {axis}")
        })
    }

    fn operation(
        &mut self,
        operation: DimensionOperation,
        first: Self::Expression,
        second: Self::Expression,
    ) -> Result<Self::Expression> {
        let made = self.builder.operation.map(|make| {
            // SAFETY: the builder lives during the call; the expressions are its own and not null.
            unsafe { make(self.builder.builder, operation.to_raw(), first, second) }
        });
        not_null(made, || {
            format!("TensorRT refused the operation {operation:?}")
        })
    }

    fn output_value(
        &mut self,
        output: usize,
        expected: Self::Expression,
        limit: Self::Expression,
    ) -> Result<Self::Expression> {
        let output = i32::try_from(output).unwrap_or(i32::MAX);
        let made = self.builder.of_output.map(|make| {
            // SAFETY: the builder lives during the call; the expressions are its own and not null.
            unsafe { make(self.builder.builder, output, expected, limit) }
        });
        not_null(made, || match self.builder.of_output {
            None => "a size that the data decides needs TensorRT 10 or later".to_owned(),
            Some(_) => format!("TensorRT refused the value of output {output} as a size"),
        })
    }
}

fn not_null(
    made: Option<*const TrtSizeExpression>,
    why: impl FnOnce() -> String,
) -> Result<*const TrtSizeExpression> {
    made.filter(|made| !made.is_null())
        .ok_or_else(|| Error::invalid("output shape", why()))
}

impl DimensionOperation {
    fn to_raw(self) -> TrtDimensionOperation {
        match self {
            Self::Sum => TrtDimensionOperation::SUM,
            Self::Product => TrtDimensionOperation::PROD,
            Self::Max => TrtDimensionOperation::MAX,
            Self::Min => TrtDimensionOperation::MIN,
            Self::Difference => TrtDimensionOperation::SUB,
            Self::Equal => TrtDimensionOperation::EQUAL,
            Self::Less => TrtDimensionOperation::LESS,
            Self::FloorDivision => TrtDimensionOperation::FLOOR_DIV,
            Self::CeilDivision => TrtDimensionOperation::CEIL_DIV,
        }
    }
}

/// A kind of plugin with its texts and fields as TensorRT reads them.
pub(crate) struct Kind {
    registration: Registration,
    names: [CString; 3],
    /// What `fields` points to.
    _defaults: Vec<Encoded>,
    fields: Vec<TrtPluginField>,
}

// SAFETY: the pointers of `fields` lead into `_defaults`, which nobody changes.
unsafe impl Send for Kind {}
// SAFETY: as above.
unsafe impl Sync for Kind {}

impl Kind {
    pub(crate) fn new(registration: Registration) -> Result<Box<Self>> {
        let encode = |field: &super::Field| match field.default() {
            Some(value) => Encoded::new(field.name(), &value),
            None => Encoded::without_value(field.name(), field.kind()),
        };
        let defaults: Vec<_> = registration
            .fields()
            .iter()
            .map(encode)
            .collect::<Result<_>>()?;
        Ok(Box::new(Self {
            registration,
            names: [
                c_string(registration.name())?,
                c_string(registration.version())?,
                c_string(registration.namespace())?,
            ],
            fields: defaults.iter().map(Encoded::field).collect(),
            _defaults: defaults,
        }))
    }

    /// What [`plugin_creator_create`](trt_sys::TrtApi::plugin_creator_create) takes; `self` must outlive the creator.
    pub(crate) fn raw(&self) -> TrtPluginKind {
        TrtPluginKind {
            user: ptr::from_ref(self).cast_mut().cast(),
            name: self.names[0].as_ptr(),
            version: self.names[1].as_ptr(),
            name_space: self.names[2].as_ptr(),
            fields: self.fields.as_ptr(),
            nb_fields: self.fields.len() as i32,
            create: Some(create),
        }
    }
}

/// # Safety
/// `user` is a [`Kind`] that is alive, `fields` an array of `nb_fields`, `out` valid.
unsafe extern "C" fn create(
    user: *mut c_void,
    fields: *const TrtPluginField,
    nb_fields: i32,
    out: *mut TrtPluginObject,
) -> i32 {
    // SAFETY: the caller's promise.
    let (kind, fields) = unsafe { (&*user.cast::<Kind>(), slice(fields, nb_fields)) };
    status(enter(kind.registration.name(), || {
        // SAFETY: the caller's promise: the fields' pointers are valid for their lengths.
        let values: Fields = unsafe { wire::decode(fields) }?;
        let object = object(kind.registration.create(&values)?)?;
        // SAFETY: the caller's promise.
        unsafe { *out = object };
        Ok(())
    }))
}
