//! The plugin: what it is called, how its shapes follow, how its kernel is launched.

use trt::DataType;
use trt::plugin::{Call, Error, Field, Fields, Plugin, Result, SymbolicShape, TensorInfo};

/// From each row of `x` `[N, F]` to each row of `centres` `[M, F]`: `[N, M]`, squared or not, in single precision.
#[derive(Debug)]
pub struct Distances {
    root: bool,
}

impl Plugin for Distances {
    const NAME: &'static str = "Distances";
    const NAMESPACE: &'static str = "tidepool";

    fn fields() -> &'static [Field] {
        const { &[Field::boolean("root", false)] }
    }

    fn new(fields: &Fields) -> Result<Self> {
        Ok(Self {
            root: fields.boolean("root")?,
        })
    }

    fn values(&self) -> Fields {
        Fields::new().with("root", self.root)
    }

    fn output_types(&self, _: &[DataType]) -> Result<Vec<DataType>> {
        Ok(vec![DataType::Float])
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        let [x, centres] = inputs else {
            return Err(Error::invalid("inputs", "expected x and centres"));
        };
        let ([rows, features], [count, others]) = (x.as_slice(), centres.as_slice()) else {
            return Err(Error::invalid("x, centres", "expected two dimensions each"));
        };
        // What is not known yet is checked at each run.
        if let (Some(features), Some(others)) = (features.known(), others.known())
            && features != others
        {
            let detail = format!("has {others} features, x has {features}");
            return Err(Error::invalid("centres", detail));
        }
        Ok(vec![vec![rows.clone(), count.clone()].into()])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        tensors[position].is_linear_of(&[DataType::Float])
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        // The number of features may be known now only.
        call.check_shapes(self)?;
        let (x, centres) = (call.input(0)?, call.input(1)?);
        launch(
            &Arguments {
                x: x.address(),
                centres: centres.address(),
                distances: call.output(0)?.address(),
                rows: x.dims[0],
                count: centres.dims[0],
                features: x.dims[1],
                root: self.root.into(),
            },
            call,
        )
    }
}

/// The struct of the same name in `kernels/squared_distances.cu`.
#[repr(C)]
struct Arguments {
    x: u64,
    centres: u64,
    distances: u64,
    rows: i64,
    count: i64,
    features: i64,
    root: i32,
}

#[cfg(kernel)]
fn launch(arguments: &Arguments, call: &Call<'_>) -> Result<()> {
    unsafe extern "C" {
        fn launch_distances(arguments: *const Arguments, stream: *mut std::ffi::c_void) -> i32;
    }
    // SAFETY: addresses, sizes and stream are those of the call; the kernel stays within the sizes.
    match unsafe { launch_distances(arguments, call.stream().0) } {
        0 => Ok(()),
        status => Err(Error::Launch {
            kernel: "distances".into(),
            status,
            detail: "see cudaError_t".into(),
        }),
    }
}

#[cfg(not(kernel))]
fn launch(_: &Arguments, _: &Call<'_>) -> Result<()> {
    Err(Error::KernelsNotCompiled {
        plugin: Distances::NAME.into(),
        remedy: "install nvcc or set NVCC, and build custom-plugin again".into(),
    })
}
