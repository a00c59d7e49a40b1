//! Runs on tch tensors without a copy.

use tch::{Kind, Tensor};
use trt::cuda::{Event, Stream};
use trt::{DataType, Dims};

use super::error::{Error, Result};
use super::session::Session;
use super::signature::{Describe, Described, Placed};
use super::tensor::DeviceTensor;

const KINDS: [(Kind, DataType); 8] = [
    (Kind::Float, DataType::Float),
    (Kind::Half, DataType::Half),
    (Kind::BFloat16, DataType::BFloat16),
    (Kind::Int64, DataType::Int64),
    (Kind::Int, DataType::Int32),
    (Kind::Int8, DataType::Int8),
    (Kind::Uint8, DataType::UInt8),
    (Kind::Bool, DataType::Bool),
];

impl Describe for &Tensor {
    fn describe(&self, name: &str) -> Result<Described> {
        let refuse = |detail: String| Error::Placement {
            name: name.to_owned(),
            detail,
        };
        let kind = self.f_kind().map_err(|error| refuse(error.to_string()))?;
        let Some(&(_, dtype)) = KINDS.iter().find(|(known, _)| *known == kind) else {
            return Err(refuse(format!(
                "TensorRT has no counterpart of {kind:?}; convert it with to_kind"
            )));
        };
        let tch::Device::Cuda(device) = self.device() else {
            return Err(refuse(format!(
                "is on {:?}, expected a CUDA tensor; move it with to_device or use Session::run",
                self.device()
            )));
        };
        if !self.is_contiguous() {
            return Err(refuse("is not contiguous; call contiguous() on it".into()));
        }
        DeviceTensor {
            dtype,
            shape: Dims::new(&self.size())?,
            address: self.data_ptr() as u64,
            len: self.numel() * kind.elt_size_in_bytes(),
            device: u32::try_from(device).ok(),
        }
        .describe(name)
    }
}

impl Placed for &Tensor {
    fn address(&self) -> u64 {
        self.data_ptr() as u64
    }
}

impl Session {
    /// Runs on CUDA tensors, whose memory TensorRT reads in place, and returns at once: the outputs are new tensors that
    /// are ready in the order of PyTorch's default stream, like those of any other operation.
    ///
    /// # Errors
    /// As [`Session::run`]; tensors that are not on the engine's device, not contiguous or not aligned to 256 bytes; an
    /// output whose shape depends on the data.
    pub fn run_tch(&mut self, inputs: &[(&str, &Tensor)]) -> Result<Vec<(String, Tensor)>> {
        let module = self.module().clone();
        self.check(inputs)?;
        let shapes = self.output_shapes_of_call(module.signature())?;
        let device = module.engine().device();
        let mut outputs = Vec::new();
        for (spec, shape) in module.outputs().iter().zip(&shapes) {
            let refuse = |detail: String| Error::Placement {
                name: spec.path.clone(),
                detail,
            };
            if shape.is_dynamic() {
                return Err(Error::DataDependent {
                    name: spec.path.clone(),
                });
            }
            let kind = KINDS.iter().find(|(_, dtype)| *dtype == spec.dtype);
            let &(kind, _) = kind
                .ok_or_else(|| refuse(format!("PyTorch has no counterpart of {}", spec.dtype)))?;
            let options = (kind, tch::Device::Cuda(device.ordinal() as usize));
            let tensor =
                Tensor::f_empty(&**shape, options).map_err(|error| refuse(error.to_string()))?;
            outputs.push((spec.path.clone(), tensor));
        }
        // SAFETY: null is the default stream, which tch uses throughout.
        let default_stream =
            unsafe { Stream::from_raw(device, std::ptr::null_mut::<std::ffi::c_void>()) };
        let (ready, done) = match self.events.take() {
            Some(events) => events,
            None => (Event::new(device)?, Event::new(device)?),
        };
        ready.record(&default_stream)?;
        self.stream().wait(&ready)?;
        let placed: Vec<_> = outputs
            .iter()
            .map(|(name, tensor)| (name.as_str(), tensor))
            .collect();
        // SAFETY: the inputs were written before `ready`. PyTorch may reuse the memory of tensors that drop early, but
        // in the order of its stream, which waits for `done`.
        let enqueued = unsafe { self.enqueue_placed(inputs, &placed) };
        done.record(self.stream())?;
        default_stream.wait(&done)?;
        self.events = Some((ready, done));
        enqueued?;
        Ok(outputs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tensor_on_the_cpu_is_refused_with_the_remedy() {
        let tensor = Tensor::zeros([1], (Kind::Float, tch::Device::Cpu));
        let message = (&tensor).describe("x").unwrap_err().to_string();
        assert!(
            message.starts_with("`x`: is on Cpu, expected a CUDA tensor"),
            "{message}"
        );
        let complex = Tensor::zeros([1], (Kind::ComplexFloat, tch::Device::Cpu));
        assert!(
            (&complex)
                .describe("x")
                .unwrap_err()
                .to_string()
                .contains("to_kind")
        );
    }
}
