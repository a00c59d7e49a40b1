//! A plugin with a kernel for the operator of `examples/custom-converter`. `docs/custom-plugin.md` explains it.

mod plugin;

use torchvision_trt::convert::{Context, Result, Tensor, converter};
use trt::plugin::{Fields, Registration};

pub use plugin::Distances;

/// All plugins of this package; a program registers them before it loads an engine.
pub static ALL: &[Registration] = &[Registration::of::<Distances>()];

/// Whether nvcc was there when the package was built.
pub const HAS_KERNEL: bool = cfg!(kernel);

/// The squared distance of each row of `x` to each row of `centres`.
#[converter("tidepool.squared_distances.default")]
fn squared_distances(ctx: &mut Context, x: &Tensor, centres: &Tensor) -> Result<Tensor> {
    let fields = Fields::new().with("root", false);
    let [distances] = ctx.add_plugin::<Distances, _>(&fields, &[*x, *centres])?;
    Ok(distances)
}
