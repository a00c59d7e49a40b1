//! Plugins in a network: whether converters may use them, and how they add them.

use std::collections::BTreeSet;

use trt::plugin::{AnyPlugin, Fields, Plugin, Registration, SymbolicShape, TensorInfo};

use super::{Context, Error, Options, Result, Tensor};

/// Whether the plugins of `plugins-cuda` work with a library: TensorRT-RTX has no plugins, and a program that was built without nvcc
/// has no kernels.
pub fn has_plugins(library: &trt::Library) -> bool {
    plugins_cuda::are_compiled() && !plugins_cuda::are_emulated() && library.plugins().is_ok()
}

/// What a conversion does with plugins.
#[derive(Debug, Default)]
pub(super) struct Plugins {
    /// Whether converters find plugins of `plugins-cuda` for what they do.
    ours: bool,
    forbidden: bool,
    /// In the place of plugins, see [`around_plugins`](super::around_plugins).
    pub(super) stand_ins: Option<Vec<StandIn>>,
    /// The names of those in the network.
    pub(super) used: BTreeSet<&'static str>,
}

impl Plugins {
    pub(super) fn new(library: &trt::Library, options: &Options) -> Self {
        Self {
            ours: options.plugins && has_plugins(library),
            forbidden: !options.plugins,
            ..Self::default()
        }
    }

    pub(super) fn left_out() -> Self {
        Self {
            ours: true,
            stand_ins: Some(Vec::new()),
            ..Self::default()
        }
    }

    /// Whether converters find plugins of `plugins-cuda`.
    pub(super) fn may_be_used(&self) -> bool {
        self.ours
    }
}

/// A plugin that was left out of a network.
#[derive(Debug)]
#[non_exhaustive]
pub struct StandIn {
    /// The plugin.
    pub plugin: AnyPlugin,
    /// Its inputs: names of outputs of the network.
    pub inputs: Vec<String>,
    /// Its outputs: names of inputs of the network.
    pub outputs: Vec<String>,
}

impl<'n, 'w> Context<'n, 'w> {
    /// Whether there are plugins of `plugins-cuda` to use, and the user allows them. Else a converter makes do with layers.
    pub fn may_use_plugins(&self) -> bool {
        self.plugins.may_be_used()
    }

    /// Adds a plugin with these fields, and the defaults of the others; gives its outputs, of which there are `N`. A plugin of one's own is added in the same
    /// way, and need not ask [`may_use_plugins`](Self::may_use_plugins), which is about those of `plugins-cuda`.
    ///
    /// # Errors
    /// The plugin does not take the fields, or the number, types or shapes of the inputs; the user forbids plugins; TensorRT-RTX has
    /// none.
    pub fn add_plugin<P: Plugin, const N: usize>(
        &mut self,
        fields: &Fields,
        inputs: &[Tensor],
    ) -> Result<[Tensor; N]> {
        let refused =
            |error: trt::plugin::Error| Error::new(format!("plugin {}: {error}", P::NAME));
        if self.plugins.forbidden {
            return Err(Error::new(format!(
                "this needs the plugin {}, and plugins are forbidden; convert without `--no-plugins`",
                P::NAME
            )));
        }
        let plugin = Registration::of::<P>().create(fields).map_err(refused)?;
        let raws = inputs
            .iter()
            .map(|input| self.raw(input))
            .collect::<Result<Vec<_>>>()?;
        // TensorRT's own words about a type that a plugin does not take are about tactics.
        let outputs = infer(&plugin, &raws)?;
        self.plugins.used.insert(P::NAME);
        let tensors = if self.plugins.stand_ins.is_some() {
            self.leave_out(plugin, &raws, &outputs)?
        } else {
            let layer = self.network().add_plugin(&raws, &[], &plugin)?;
            layer
                .outputs()
                .map(|output| self.wrap(output))
                .collect::<Result<_>>()?
        };
        tensors.try_into().map_err(|tensors: Vec<Tensor>| {
            Error::new(format!("plugin {} has {} outputs", P::NAME, tensors.len()))
        })
    }

    /// Makes outputs of the network of a plugin's inputs, and inputs of its outputs.
    fn leave_out(
        &mut self,
        plugin: AnyPlugin,
        inputs: &[trt::Tensor<'n>],
        outputs: &[TensorInfo],
    ) -> Result<Vec<Tensor>> {
        let number = self.plugins.stand_ins.as_ref().map_or(0, Vec::len);
        let name = |kind: &str, index: usize| format!("plugin {number} {kind} {index}");
        let mut stand_in = StandIn {
            plugin,
            inputs: Vec::new(),
            outputs: Vec::new(),
        };
        for (index, input) in inputs.iter().enumerate() {
            let marked = self.network().add_identity(*input)?.output(0);
            let name = name("input", index);
            marked.set_name(&name)?;
            self.network().mark_output(marked)?;
            stand_in.inputs.push(name);
        }
        let mut tensors = Vec::new();
        for (index, info) in outputs.iter().enumerate() {
            let name = name("output", index);
            let tensor = self.network().add_input(&name, info.dtype, &info.dims)?;
            stand_in.outputs.push(name);
            tensors.push(self.wrap(tensor)?);
        }
        self.plugins
            .stand_ins
            .get_or_insert_default()
            .push(stand_in);
        Ok(tensors)
    }
}

/// What a plugin makes of these inputs.
fn infer(plugin: &AnyPlugin, inputs: &[trt::Tensor<'_>]) -> Result<Vec<TensorInfo>> {
    let name = plugin.registration().name();
    let refused = |error: trt::plugin::Error| Error::new(format!("plugin {name}: {error}"));
    let mut infos = inputs
        .iter()
        .map(|input| Ok(TensorInfo::linear(input.dtype()?, input.dims()?)))
        .collect::<Result<Vec<_>>>()?;
    let types: Vec<_> = infos.iter().map(|info| info.dtype).collect();
    let shapes: Vec<_> = infos
        .iter()
        .enumerate()
        .map(|(index, info)| SymbolicShape::of_input(index, &info.dims))
        .collect();
    let types = plugin.output_types(&types).map_err(refused)?;
    let shapes = plugin.output_shapes(&shapes, &[]).map_err(refused)?;
    for (dtype, shape) in types.into_iter().zip(&shapes) {
        let dims = shape
            .dims()
            .ok_or_else(|| Error::new(format!("plugin {name}: an output of shape {shape:?}")))?;
        infos.push(TensorInfo::linear(dtype, dims));
    }
    for count in 1..=infos.len() {
        if !plugin
            .supports(&infos[..count], inputs.len())
            .map_err(refused)?
        {
            let types: Vec<_> = infos.iter().map(|info| info.dtype.to_string()).collect();
            return Err(Error::new(format!(
                "plugin {name} does not take {} here: {}",
                types[count - 1],
                types.join(", ")
            )));
        }
    }
    Ok(infos.split_off(inputs.len()))
}
