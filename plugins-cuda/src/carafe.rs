//! Content-aware upsampling.

use trt::DataType;
use trt::plugin::{
    Call, Error, Field, FieldType, Fields, Plugin, Result, SymbolicShape, TensorInfo,
};

use crate::kernels::{Tensor, kernel};
use crate::tensors::{REAL, at_least, fits_32_bits, same_size, same_types, sizes, some_inputs};

/// Upsamples features with a kernel of its own for each position of the output.
///
/// Inputs features `[N, C, H, W]` and masks `[N, g k², s H, s W]`; output `[N, C, s H, s W]`, where
/// `out[n, c, y, x] = Σ masks[n, (c g / C) k² + i k + j, y, x] · features[n, c, y / s + i - (k-1)/2, x / s + j - (k-1)/2]`
/// over `i, j < k`, and features outside count as zero. `up_kernel` is k, odd; `up_group` g; `scale_factor` s.
///
/// Follows `mmcv.ops.carafe` ([CARAFE](https://arxiv.org/abs/1905.02188)).
#[derive(Debug)]
pub struct CarafeFeatureReassemble {
    kernel: i32,
    group: i32,
    scale: i32,
}

#[repr(C)]
struct CarafeArgs {
    features: Tensor,
    masks: Tensor,
    output: Tensor,
    size: i32,
    groups: i32,
    scale: i32,
}

kernel!(plugins_cuda_carafe(CarafeArgs));

impl Plugin for CarafeFeatureReassemble {
    const NAME: &'static str = "CarafeFeatureReassemble";

    fn fields() -> &'static [Field] {
        const {
            &[
                Field::required("scale_factor", FieldType::Int),
                Field::required("up_kernel", FieldType::Int),
                Field::int("up_group", 1),
            ]
        }
    }

    fn new(fields: &Fields) -> Result<Self> {
        let plugin = Self {
            kernel: fields.int("up_kernel")?,
            group: fields.int("up_group")?,
            scale: fields.int("scale_factor")?,
        };
        at_least("up_kernel", &[plugin.kernel], 1)?;
        at_least("up_group", &[plugin.group], 1)?;
        at_least("scale_factor", &[plugin.scale], 1)?;
        if plugin.kernel % 2 == 0 {
            return Err(Error::field(
                "up_kernel",
                format!("is {}, expected an odd size", plugin.kernel),
            ));
        }
        Ok(plugin)
    }

    fn values(&self) -> Fields {
        Fields::new()
            .with("up_kernel", self.kernel)
            .with("up_group", self.group)
            .with("scale_factor", self.scale)
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        let [features, _] = some_inputs(inputs)?;
        Ok(vec![*features])
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        let [features, masks] = some_inputs(inputs)?;
        let [batch, channels, height, width] = sizes("features", features)?;
        let [mask_batch, mask_channels, mask_height, mask_width] = sizes("masks", masks)?;
        if channels
            .known()
            .is_some_and(|channels| channels % i64::from(self.group) != 0)
        {
            return Err(Error::invalid(
                "features",
                format!(
                    "{channels} channels are no multiple of up_group {}",
                    self.group
                ),
            ));
        }
        let weights = i64::from(self.kernel).pow(2) * i64::from(self.group);
        let (height, width) = (height * self.scale, width * self.scale);
        same_size("masks, batch", mask_batch, batch)?;
        same_size("masks, channels", mask_channels, &weights.into())?;
        same_size("masks, height", mask_height, &height)?;
        same_size("masks, width", mask_width, &width)?;
        Ok(vec![
            vec![batch.clone(), channels.clone(), height, width].into(),
        ])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], _: usize) -> bool {
        same_types(position, tensors, REAL)
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        let output = call.output(0)?;
        fits_32_bits("height and width of the output", &output.dims[2..])?;
        let arguments = CarafeArgs {
            features: Tensor::of(call.input(0)?)?,
            masks: Tensor::of(call.input(1)?)?,
            output: Tensor::of(output)?,
            size: self.kernel,
            groups: self.group,
            scale: self.scale,
        };
        // SAFETY: the tensors and the stream are those of the call.
        unsafe { plugins_cuda_carafe(&arguments, call.stream()) }
    }
}
