//! A GPU to build for and to run on.

use trt::cuda::{Device, DeviceBuffer, Stream};
use trt::{
    Builder, BuilderFlag, Config, Engine, Library, Network, NetworkOptions, Plan, Result, Runtime,
    Tensor,
};

/// What every test needs; `None`, with one line of explanation, on a machine without a GPU.
pub(crate) struct Gpu {
    pub(crate) library: Library,
    pub(crate) device: Device,
    pub(crate) stream: Stream,
}

impl Gpu {
    pub(crate) fn get() -> Option<Self> {
        let device = match Device::new(0) {
            Ok(device) => device,
            Err(error) => {
                println!("skipped: no CUDA device ({error})");
                return None;
            }
        };
        Some(Self {
            library: Library::load().expect("a machine with a GPU needs TensorRT for this test"),
            stream: Stream::new(&device).unwrap(),
            device,
        })
    }

    pub(crate) fn build(
        &self,
        flags: &[BuilderFlag],
        profile: Option<[&[i64]; 3]>,
        fill: impl for<'n> FnOnce(&'n Network<'_>) -> Vec<Tensor<'n>>,
    ) -> Plan {
        self.try_build(
            |builder, config| {
                for &flag in flags {
                    config.set_flag(flag, true)?;
                }
                let Some([min, opt, max]) = profile else {
                    return Ok(());
                };
                let ranges = builder.optimization_profile()?;
                ranges.set_shape("x", min, opt, max)?;
                config.add_profile(&ranges).map(drop)
            },
            |network| Ok(fill(network)),
        )
        .unwrap()
    }

    pub(crate) fn try_build(
        &self,
        configure: impl for<'b> FnOnce(&'b Builder, &Config<'b>) -> Result<()>,
        fill: impl for<'n> FnOnce(&'n Network<'_>) -> Result<Vec<Tensor<'n>>>,
    ) -> Result<Plan> {
        let builder = Builder::new(&self.library)?;
        let options = if self.library.has_strongly_typed_networks() {
            NetworkOptions::strongly_typed()
        } else {
            NetworkOptions::weakly_typed()
        };
        let network = builder.network(options)?;
        for (index, output) in fill(&network)?.into_iter().enumerate() {
            output.set_name(&format!("y{index}"))?;
            network.mark_output(output)?;
        }
        let config = builder.config()?;
        configure(&builder, &config)?;
        builder.build(&network, &config)
    }

    pub(crate) fn load(&self, plan: &[u8]) -> Engine {
        Runtime::on(&self.library, &self.device)
            .unwrap()
            .load_engine(plan)
            .unwrap()
    }

    pub(crate) fn upload(&self, values: &[f32]) -> DeviceBuffer {
        DeviceBuffer::from_slice(&self.stream, values).unwrap()
    }

    pub(crate) fn room(&self, values: usize) -> DeviceBuffer {
        DeviceBuffer::new(&self.device, values * size_of::<f32>()).unwrap()
    }
}
