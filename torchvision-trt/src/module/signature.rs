//! The inputs and outputs of an engine under the names that users know, and the check of a call against them.

use trt::{Dims, Product, TensorLocation, Version};

use super::check::{self, Given, ProfileShape, TensorSpec};
use super::error::{Error, Result};
use super::metadata::{Metadata, TensorMetadata, dtype_name};
use super::tensor::{BufferMut, BufferRef, DeviceTensor, TensorView};

/// The inputs and outputs of an engine.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    /// The number of the device the engine is on.
    pub device: u32,
    /// Inputs, in the program's order where the metadata says it.
    pub inputs: Vec<TensorSpec>,
    /// Outputs, in the order of the output tree where the metadata says it.
    pub outputs: Vec<TensorSpec>,
}

/// A checked call: which argument is which input, their shapes and profile. Reused from call to call so that a check
/// allocates nothing.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// For each input of the signature its position among the arguments.
    pub order: Vec<usize>,
    /// For each input its shape.
    pub shapes: Vec<Dims>,
    /// The optimization profile to use.
    pub profile: usize,
}

/// An argument of a call, wherever its memory is.
pub trait Describe {
    /// Type, shape and length, after checks of the memory's place.
    ///
    /// # Errors
    /// [`Error::Placement`] for memory that the engine cannot use; `name` is for the message.
    fn describe(&self, name: &str) -> Result<Described>;
}

/// An argument in device memory.
pub trait Placed: Describe {
    /// The device address.
    fn address(&self) -> u64;
}

/// What [`Describe`] tells about an argument.
#[derive(Debug, Clone, Copy)]
pub struct Described {
    pub(super) given: Given,
    /// The number of the device whose memory it is, where that is known.
    pub(super) device: Option<u32>,
}

impl Describe for TensorView<'_> {
    fn describe(&self, _name: &str) -> Result<Described> {
        Ok(Described {
            given: Given {
                dtype: Some(self.dtype()),
                shape: self.shape(),
                len: Some(self.bytes().len()),
                may_be_longer: false,
            },
            device: None,
        })
    }
}

/// A shape alone, to ask what the outputs would be.
impl Describe for &[i64] {
    fn describe(&self, _name: &str) -> Result<Described> {
        Ok(Described {
            given: Given {
                dtype: None,
                shape: Dims::new(self)?,
                len: None,
                may_be_longer: false,
            },
            device: None,
        })
    }
}

impl Describe for DeviceTensor {
    fn describe(&self, name: &str) -> Result<Described> {
        // "The pointer must have at least 256-byte alignment" (IExecutionContext::setTensorAddress).
        const ALIGNMENT: u64 = 256;
        let detail = if self.address == 0 {
            "its address is null".to_owned()
        } else if !self.address.is_multiple_of(ALIGNMENT) {
            format!(
                "its address {:#x} is not aligned to {ALIGNMENT} bytes; copy it to memory of its own",
                self.address
            )
        } else {
            return Ok(Described {
                given: Given {
                    dtype: Some(self.dtype),
                    shape: self.shape,
                    len: Some(self.len),
                    may_be_longer: true,
                },
                device: self.device,
            });
        };
        Err(Error::Placement {
            name: name.to_owned(),
            detail,
        })
    }
}

impl Placed for DeviceTensor {
    fn address(&self) -> u64 {
        self.address
    }
}

/// Borrowed buffers are described as the tensors in them.
macro_rules! placed_buffer {
    ($($buffer:ident)*) => {
        $(impl Describe for $buffer<'_> {
            fn describe(&self, name: &str) -> Result<Described> {
                self.tensor().describe(name)
            }
        }

        impl Placed for $buffer<'_> {
            fn address(&self) -> u64 {
                self.tensor().address
            }
        })*
    };
}
placed_buffer!(BufferRef BufferMut);

impl Signature {
    /// The signature of an engine, with the names and order of its metadata.
    ///
    /// # Errors
    /// Metadata of another engine; an engine with inputs or outputs that a module cannot run.
    pub fn new(engine: &trt::Engine, metadata: Option<&Metadata>) -> Result<Self> {
        let spec = |tensor: &trt::TensorInfo| -> Result<TensorSpec> {
            check_runnable(&tensor.name, tensor.location, &tensor.format)?;
            let profiles = tensor.profiles.iter().map(|profile| ProfileShape {
                min: profile.min,
                opt: profile.opt,
                max: profile.max,
            });
            Ok(TensorSpec {
                name: tensor.name.clone(),
                path: tensor.name.clone(),
                dtype: tensor.dtype,
                shape: tensor.dims,
                profiles: profiles.collect(),
            })
        };
        let inputs = engine.inputs().map(spec).collect::<Result<_>>()?;
        let outputs = engine.outputs().map(spec).collect::<Result<_>>()?;
        let device = engine.device().ordinal();
        let signature = Self {
            device,
            inputs,
            outputs,
        };
        match metadata {
            Some(metadata) => signature.named_by(metadata),
            None => Ok(signature),
        }
    }

    /// Names and orders the tensors as the metadata says.
    pub(super) fn named_by(self, metadata: &Metadata) -> Result<Self> {
        Ok(Self {
            device: self.device,
            inputs: arrange("input", self.inputs, &metadata.inputs)?,
            outputs: arrange("output", self.outputs, &metadata.outputs)?,
        })
    }

    /// Checks the arguments of a call: names, types, shapes, lengths and profile. Needs no GPU.
    ///
    /// # Errors
    /// The first argument that does not fit, with what was expected.
    pub fn check<T: Describe>(&self, inputs: &[(&str, T)], call: &mut Call) -> Result<()> {
        call.order.resize(self.inputs.len(), 0);
        call.shapes.resize(self.inputs.len(), Dims::default());
        check::bind("input", &self.inputs, inputs, &mut call.order, |_| false)?;
        for (index, spec) in self.inputs.iter().enumerate() {
            let given = self.describe(spec, &inputs[call.order[index]].1)?;
            spec.check(&given)?;
            call.shapes[index] = given.shape;
        }
        call.profile = check::choose_profile(&self.inputs, &call.shapes)?;
        Ok(())
    }

    /// Checks the memory given for outputs against their shapes in this call; those of unknown shape are not given.
    pub(super) fn check_outputs<T: Describe>(
        &self,
        outputs: &[(&str, T)],
        shapes: &[Dims],
        order: &mut Vec<usize>,
    ) -> Result<()> {
        order.resize(self.outputs.len(), check::NONE);
        let allocated = |index: usize| shapes.get(index).is_some_and(Dims::is_dynamic);
        check::bind("output", &self.outputs, outputs, order, allocated)?;
        for ((spec, &shape), &position) in self.outputs.iter().zip(shapes).zip(order.iter()) {
            if let Some((_, output)) = outputs.get(position) {
                spec.check_output(&self.describe(spec, output)?, shape)?;
            }
        }
        Ok(())
    }

    fn describe<T: Describe>(&self, spec: &TensorSpec, argument: &T) -> Result<Given> {
        let Described { given, device } = argument.describe(&spec.path)?;
        match device {
            Some(found) if found != self.device => Err(Error::Placement {
                name: spec.path.clone(),
                detail: format!(
                    "is on cuda:{found}, the engine on cuda:{}; copy it there",
                    self.device
                ),
            }),
            _ => Ok(given),
        }
    }
}

/// Refuses what [`super::Session`] does not handle, rather than to compute something else.
fn check_runnable(name: &str, location: TensorLocation, format: &str) -> Result<()> {
    let detail = if location == TensorLocation::Host {
        "is a shape tensor on the host; run this engine with trt::Context".to_owned()
    } else if !format.is_empty() && !format.to_ascii_lowercase().contains("linear") {
        format!("has the memory layout `{format}`; build the engine with linear inputs and outputs")
    } else {
        return Ok(());
    };
    Err(Error::Placement {
        name: name.to_owned(),
        detail,
    })
}

fn arrange(
    kind: &'static str,
    mut specs: Vec<TensorSpec>,
    metadata: &[TensorMetadata],
) -> Result<Vec<TensorSpec>> {
    let mismatch = |detail: String| Error::Mismatch { kind, detail };
    if specs.len() != metadata.len() {
        return Err(mismatch(format!(
            "{} in the engine, {} in the metadata",
            specs.len(),
            metadata.len()
        )));
    }
    metadata
        .iter()
        .map(|tensor| {
            let position = specs.iter().position(|spec| spec.name == tensor.name);
            let position =
                position.ok_or_else(|| mismatch(format!("the engine has no `{}`", tensor.name)))?;
            let mut spec = specs.swap_remove(position);
            if spec.dtype != tensor.dtype {
                return Err(mismatch(format!(
                    "`{}` is {} in the engine, {} in the metadata",
                    tensor.name,
                    dtype_name::of(spec.dtype),
                    dtype_name::of(tensor.dtype)
                )));
            }
            spec.path.clone_from(&tensor.path);
            Ok(spec)
        })
        .collect()
}

/// Checks that the loaded library is of the kind that built an engine; the exact version is TensorRT's to judge, since
/// plans can be made compatible with later ones.
pub(super) fn check_library(metadata: &Metadata, product: Product, version: Version) -> Result<()> {
    let built = &metadata.library;
    let major = built
        .version
        .split('.')
        .next()
        .and_then(|major| major.parse().ok());
    if built.product == product.to_string() && major.is_none_or(|major: i32| major == version.major)
    {
        return Ok(());
    }
    Err(other_library(metadata, product, version))
}

/// The error that names both libraries.
pub(super) fn other_library(metadata: &Metadata, product: Product, version: Version) -> Error {
    Error::OtherLibrary {
        built: format!("{} {}", metadata.library.product, metadata.library.version),
        loaded: format!("{product} {version}"),
    }
}

/// Checks that an engine was built for a GPU of this compute capability; without targets TensorRT judges.
pub(super) fn check_targets(metadata: &Metadata, (major, minor): (i32, i32)) -> Result<()> {
    let gpu = format!("sm_{major}{minor}");
    if metadata.targets.is_empty() || metadata.targets.contains(&gpu) {
        return Ok(());
    }
    Err(Error::OtherGpu {
        targets: metadata.targets.clone(),
        gpu,
    })
}

#[cfg(test)]
mod tests {
    use trt::DataType;

    use super::*;
    use crate::module::metadata::sample;

    fn engine_spec(name: &str, dtype: DataType, shape: &[i64]) -> TensorSpec {
        TensorSpec {
            name: name.into(),
            path: name.into(),
            dtype,
            shape: Dims::new(shape).unwrap(),
            profiles: vec![],
        }
    }

    fn two_outputs() -> (Signature, Metadata) {
        let signature = Signature {
            device: 0,
            inputs: vec![engine_spec("x", DataType::Float, &[-1, 3, 224, 224])],
            outputs: vec![
                engine_spec("aux", DataType::Float, &[-1]),
                engine_spec("linear", DataType::Int64, &[-1, 1000]),
            ],
        };
        let mut metadata = sample();
        metadata.outputs.push(TensorMetadata {
            name: "aux".into(),
            path: "output_1".into(),
            dtype: DataType::Float,
            shape: vec![-1],
            profiles: vec![],
        });
        (signature, metadata)
    }

    #[test]
    fn metadata_gives_names_and_order() {
        let (signature, metadata) = two_outputs();
        let named = signature.named_by(&metadata).unwrap();
        let paths: Vec<_> = named
            .outputs
            .iter()
            .map(|spec| (&*spec.path, &*spec.name))
            .collect();
        assert_eq!(paths, [("output_0", "linear"), ("output_1", "aux")]);
    }

    #[test]
    fn metadata_of_another_engine_is_refused() {
        let (signature, metadata) = two_outputs();
        let refused = |change: &dyn Fn(&mut Metadata)| {
            let mut metadata = metadata.clone();
            change(&mut metadata);
            signature
                .clone()
                .named_by(&metadata)
                .unwrap_err()
                .to_string()
        };
        assert!(refused(&|m| m.outputs.truncate(1)).contains("2 in the engine, 1 in the metadata"));
        assert!(
            refused(&|m| m.inputs[0].name = "image".into()).contains("the engine has no `image`")
        );
        assert!(
            refused(&|m| m.inputs[0].dtype = DataType::Half)
                .contains("float32 in the engine, float16")
        );
    }

    #[test]
    fn another_library_or_gpu_is_refused_with_both_named() {
        let metadata = sample();
        let version = |major, minor| Version {
            major,
            minor,
            patch: 0,
        };
        check_library(&metadata, Product::TensorRtRtx, version(1, 3)).unwrap();
        let error = check_library(&metadata, Product::TensorRt, version(10, 6)).unwrap_err();
        let message = error.to_string();
        assert!(
            message.contains("TensorRT-RTX 1.7.1") && message.contains("TensorRT 10.6.0"),
            "{message}"
        );
        assert!(check_library(&metadata, Product::TensorRtRtx, version(2, 0)).is_err());

        check_targets(&metadata, (8, 6)).unwrap();
        let message = check_targets(&metadata, (9, 0)).unwrap_err().to_string();
        assert!(
            message.contains("for sm_86, this GPU is sm_90"),
            "{message}"
        );
        let anywhere = Metadata {
            targets: vec![],
            ..metadata
        };
        check_targets(&anywhere, (9, 0)).unwrap();
    }

    #[test]
    fn device_memory_must_be_aligned() {
        let tensor = |address| DeviceTensor {
            dtype: DataType::Float,
            shape: Dims::from([1]),
            address,
            len: 4,
            device: Some(1),
        };
        tensor(0x100).describe("x").unwrap();
        assert!(
            tensor(0)
                .describe("x")
                .unwrap_err()
                .to_string()
                .contains("null")
        );
        assert!(
            tensor(0x140)
                .describe("x")
                .unwrap_err()
                .to_string()
                .contains("256")
        );
    }

    #[test]
    fn memory_of_another_device_is_refused() {
        let signature = Signature {
            device: 0,
            inputs: vec![engine_spec("x", DataType::Float, &[1])],
            outputs: vec![],
        };
        let mut tensor = DeviceTensor {
            dtype: DataType::Float,
            shape: Dims::from([1]),
            address: 0x100,
            len: 4,
            device: Some(1),
        };
        let mut call = Call::default();
        let message = signature
            .check(&[("x", tensor)], &mut call)
            .unwrap_err()
            .to_string();
        assert_eq!(
            message,
            "`x`: is on cuda:1, the engine on cuda:0; copy it there"
        );
        tensor.device = Some(0);
        signature.check(&[("x", tensor)], &mut call).unwrap();
    }

    #[test]
    fn a_shape_alone_can_be_checked() {
        let (signature, _) = two_outputs();
        let mut call = Call::default();
        signature
            .check(&[("x", &[2_i64, 3, 224, 224][..])], &mut call)
            .unwrap();
        assert_eq!(call.shapes, [Dims::from([2, 3, 224, 224])]);
        assert!(
            signature
                .check(&[("x", &[2_i64, 3][..])], &mut call)
                .is_err()
        );
    }

    #[test]
    fn shape_tensors_and_vectorized_layouts_are_refused() {
        check_runnable("x", TensorLocation::Device, "Row major linear FP32").unwrap();
        check_runnable("x", TensorLocation::Device, "").unwrap();
        assert!(check_runnable("x", TensorLocation::Host, "").is_err());
        assert!(check_runnable("x", TensorLocation::Device, "Channel major FP16 x 32").is_err());
    }
}
