//! The plugins of an engine, which must be registered before it is loaded.

use trt::Library;

use super::error::{Error, Result};
use super::metadata::Metadata;

/// Registers the plugins of `plugins-cuda`, and checks that all are there that the engine is said to have.
pub(super) fn provide(library: &Library, metadata: Option<&Metadata>) -> Result<()> {
    // TensorRT-RTX has none.
    let Ok(registry) = library.plugins() else {
        return Ok(());
    };
    for plugin in plugins_cuda::ALL {
        // What another library has registered under the name is there, too.
        if let Err(error) = registry.register(std::slice::from_ref(plugin)) {
            tracing::debug!("{error}");
        }
    }
    let Some(metadata) = metadata.filter(|metadata| !metadata.plugins.is_empty()) else {
        return Ok(());
    };
    let known = registry.creators()?;
    missing(&metadata.plugins, plugins_cuda::are_compiled(), |name| {
        known.iter().any(|creator| creator.name == name)
    })
}

/// An error about plugins that nobody has registered, or that this program has no kernels for.
fn missing(needed: &[String], kernels: bool, is_known: impl Fn(&str) -> bool) -> Result<()> {
    let is_ours = |name: &str| plugins_cuda::ALL.iter().any(|own| own.name() == name);
    let (ours, others): (Vec<_>, Vec<_>) = needed.iter().cloned().partition(|name| is_ours(name));
    let others: Vec<_> = others.into_iter().filter(|name| !is_known(name)).collect();
    if !others.is_empty() {
        return Err(Error::Plugins {
            plugins: others,
            remedy: "register them (`library.plugins()?.register(…)`) or load their library before",
        });
    }
    if !ours.is_empty() && !kernels {
        return Err(Error::Plugins {
            plugins: ours,
            remedy: "build this program where the CUDA toolkit is, or after `cargo xtask setup --only cuda`",
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_with_the_remedy() {
        let needed = ["RoiAlign", "TorchNMS", "Distances"].map(String::from);
        let check =
            |kernels, known: &[&str]| missing(&needed, kernels, |name| known.contains(&name));
        assert!(check(true, &["Distances"]).is_ok());
        let error = check(true, &["RoiAlign"]).unwrap_err().to_string();
        assert!(
            error.contains("the plugin Distances: register") && error.contains("--no-plugins"),
            "{error}"
        );
        let error = check(false, &["Distances"]).unwrap_err().to_string();
        assert!(
            error.contains("the plugins RoiAlign, TorchNMS: build"),
            "{error}"
        );
        assert!(missing(&[], false, |_| false).is_ok());
    }
}
