//! TensorRT's registry of plugins: who can make a plugin of a name.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::ptr::{self, NonNull};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use trt_sys::{TrtPlugin, TrtPluginCreator, TrtPluginCreatorInfo, TrtPluginRegistry};

use super::ffi::Kind;
use super::wire::Encoded;
use super::{Fields, Registration};
use crate::error::{c_path, c_string};
use crate::library::{entry, text};
use crate::{Error, Library, Result};

/// The plugins that a TensorRT library knows, for all of the process.
///
/// A plan with plugins can be loaded when their creators are here. [`Network::add_plugin`](crate::Network::add_plugin)
/// registers what it adds.
///
/// Follows [`IPluginRegistry`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/c-api/classnvinfer1_1_1_i_plugin_registry.html).
#[derive(Clone, Debug)]
pub struct PluginRegistry {
    library: Library,
    raw: NonNull<TrtPluginRegistry>,
}

// SAFETY: one registry serves the process; all calls are made with `REGISTERED` locked.
unsafe impl Send for PluginRegistry {}
// SAFETY: as above.
unsafe impl Sync for PluginRegistry {}

/// A creator of ours, and what it reads.
struct Registered {
    creator: NonNull<TrtPluginCreator>,
    kind: Box<Kind>,
}

// SAFETY: a creator is used by TensorRT from any thread; `Kind` is immutable.
unsafe impl Send for Registered {}

/// By registry, name, version and namespace.
type Key = (usize, &'static str, &'static str, &'static str);

/// What we registered. The lock is held for every call of the registry: listing "is not thread-safe".
fn registered() -> MutexGuard<'static, HashMap<Key, Registered>> {
    static REGISTERED: OnceLock<Mutex<HashMap<Key, Registered>>> = OnceLock::new();
    let registered = REGISTERED.get_or_init(Mutex::default);
    registered.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a creator in the registry makes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CreatorInfo {
    /// The plugin's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its namespace.
    pub namespace: String,
}

impl Library {
    /// The registry of plugins.
    ///
    /// # Errors
    /// [`Error::Unsupported`]: TensorRT-RTX has no plugins.
    pub fn plugins(&self) -> Result<PluginRegistry> {
        let what = "a registry of plugins";
        entry!(self, registry_register, what)?;
        let raw = NonNull::new(self.raw().plugin_registry());
        Ok(PluginRegistry {
            library: self.clone(),
            raw: raw.ok_or_else(|| self.unsupported(what))?,
        })
    }
}

impl PluginRegistry {
    /// Makes plugins known; those that are known already stay as they are.
    ///
    /// # Errors
    /// Another library has registered a plugin of that name, version and namespace.
    pub fn register(&self, registrations: &[Registration]) -> Result<()> {
        registrations
            .iter()
            .try_for_each(|kind| self.register_one(kind))
    }

    fn register_one(&self, registration: &Registration) -> Result<()> {
        let api = self.library.api();
        let what = fmt::from_fn(|f| write!(f, "registering the plugin {}", registration.name()));
        let create = entry!(self.library, plugin_creator_create, &what)?;
        let register = entry!(self.library, registry_register, &what)?;
        let mut registered = registered();
        let key = self.key(registration);
        if registered.contains_key(&key) {
            return Ok(());
        }
        let kind = Kind::new(*registration)
            .map_err(|source| Error::plugin(registration.name(), source, &what))?;
        let mut creator = ptr::null_mut();
        let raw = kind.raw();
        self.library.check(&what, || {
            // SAFETY: the kind is boxed, so its address holds, and kept as long as the creator.
            unsafe { create(&raw, &mut creator) }
        })?;
        let creator = self.library.created("a plugin creator", creator)?;
        // Not the log: whatever it says, the registry has the creator once the call succeeds.
        let registering = self.library.check(&what, || {
            // SAFETY: registry and creator are alive; from here on the creator stays so.
            unsafe { register(self.raw.as_ptr(), creator.as_ptr()) }
        });
        if let Err(error) = registering {
            if let Some(destroy) = api.plugin_creator_destroy {
                // SAFETY: the registry has refused the creator, so nobody else has it.
                unsafe { destroy(creator.as_ptr()) };
            }
            return Err(error);
        }
        registered.insert(key, Registered { creator, kind });
        Ok(())
    }

    /// Takes a plugin of [`register`](Self::register) out again. Plans with it cannot be loaded from then on; engines
    /// that are loaded go on.
    ///
    /// # Errors
    /// The plugin is not registered, or not by this program.
    pub fn deregister(&self, registration: &Registration) -> Result<()> {
        let what = fmt::from_fn(|f| write!(f, "deregistering the plugin {}", registration.name()));
        let deregister = entry!(self.library, registry_deregister, &what)?;
        let mut registered = registered();
        let key = self.key(registration);
        let own = registered.get(&key).ok_or_else(|| {
            Error::invalid(what.to_string(), "this program has not registered it")
        })?;
        self.library.check(&what, || {
            // SAFETY: registry and creator are alive.
            unsafe { deregister(self.raw.as_ptr(), own.creator.as_ptr()) }
        })?;
        if let Some(own) = registered.remove(&key) {
            // The creator is not destroyed: another thread may be loading a plan by it.
            Box::leak(own.kind);
        }
        Ok(())
    }

    /// All plugins that can be made, sorted by name.
    ///
    /// # Errors
    /// TensorRT's refusal.
    pub fn creators(&self) -> Result<Vec<CreatorInfo>> {
        let what = "listing the plugins";
        let list = entry!(self.library, registry_creators, what)?;
        let info = entry!(self.library, plugin_creator_info, what)?;
        let _registered = registered();
        let mut creators = Vec::new();
        loop {
            let capacity = creators.len();
            let mut count = 0;
            self.library.check(&what, || {
                // SAFETY: the registry is alive, the array has that capacity.
                unsafe {
                    list(
                        self.raw.as_ptr(),
                        capacity as i32,
                        creators.as_mut_ptr(),
                        &mut count,
                    )
                }
            })?;
            let count = usize::try_from(count).unwrap_or(0);
            creators.resize(count, ptr::null_mut());
            if count <= capacity {
                break;
            }
        }
        let mut out: Vec<_> = creators
            .into_iter()
            .filter_map(|creator| {
                let mut raw = TrtPluginCreatorInfo::default();
                // SAFETY: the registry keeps its creators while the lock is held. A creator of a kind that the shim
                // does not know gives an error, and is left out.
                let status = unsafe { info(creator, &mut raw) };
                // SAFETY: the strings live as long as the creator.
                (status == trt_sys::TrtStatus::OK).then(|| unsafe {
                    CreatorInfo {
                        name: text(raw.name),
                        version: text(raw.version),
                        namespace: text(raw.name_space),
                    }
                })
            })
            .collect();
        out.sort();
        Ok(out)
    }

    /// Makes a plugin of a library such as NVIDIA's own, for
    /// [`Network::add_library_plugin`](crate::Network::add_library_plugin).
    ///
    /// # Errors
    /// There is none of that name, version and namespace, or it refuses the fields.
    pub fn create(
        &self,
        name: &str,
        version: &str,
        namespace: &str,
        fields: &Fields,
    ) -> Result<LibraryPlugin> {
        let what = fmt::from_fn(|f| write!(f, "making the plugin {name} version {version}"));
        let find = entry!(self.library, registry_find, &what)?;
        let make = entry!(self.library, plugin_creator_make, &what)?;
        let (c_name, c_version, c_namespace) =
            (c_string(name)?, c_string(version)?, c_string(namespace)?);
        let encode = |(name, value)| Encoded::new(name, value);
        let encoded = fields.iter().map(encode).collect::<super::Result<Vec<_>>>();
        let encoded =
            encoded.map_err(|error| Error::invalid(what.to_string(), error.to_string()))?;
        let fields: Vec<_> = encoded.iter().map(Encoded::field).collect();

        let _registered = registered();
        let mut creator = ptr::null_mut();
        self.library.check(&what, || {
            // SAFETY: the registry is alive, the strings live during the call.
            unsafe {
                find(
                    self.raw.as_ptr(),
                    c_name.as_ptr(),
                    c_version.as_ptr(),
                    c_namespace.as_ptr(),
                    &mut creator,
                )
            }
        })?;
        if creator.is_null() {
            return Err(Error::invalid(
                what.to_string(),
                format!(
                    "no plugin of that name, version and namespace {namespace:?} is registered; load its library"
                ),
            ));
        }
        let mut plugin = ptr::null_mut();
        self.library.check(&what, || {
            // SAFETY: the registry keeps the creator while the lock is held; strings and fields live during the call.
            unsafe {
                make(
                    creator,
                    c_name.as_ptr(),
                    fields.as_ptr(),
                    fields.len() as i32,
                    &mut plugin,
                )
            }
        })?;
        Ok(LibraryPlugin {
            raw: self.library.created("a plugin", plugin)?,
            registry: self.clone(),
        })
    }

    /// Loads a library of plugins and registers what it has.
    ///
    /// # Errors
    /// The file is no such library, one of its plugins is registered already, or TensorRT is older than 8.6 and leaves
    /// loading to the program.
    pub fn load_library(&self, path: impl AsRef<Path>) -> Result<PluginLibrary> {
        let path = path.as_ref();
        let what = fmt::from_fn(|f| write!(f, "loading the plugins of {}", path.display()));
        let load = entry!(self.library, registry_load_library, &what)?;
        let c_path = c_path(path)?;
        let _registered = registered();
        let mut handle = ptr::null_mut();
        // SAFETY: the registry is alive. The library's initialisers run, as the user asks for.
        self.library.check(&what, || unsafe {
            load(self.raw.as_ptr(), c_path.as_ptr(), &mut handle)
        })?;
        Ok(PluginLibrary {
            handle: self.library.created("a plugin library", handle)?,
            registry: self.clone(),
        })
    }

    /// Deregisters what [`load_library`](Self::load_library) registered, and closes the library.
    ///
    /// # Safety
    /// No plugin of the library is alive, in a network, engine or otherwise, and no thread loads a plan with one.
    ///
    /// # Errors
    /// Another TensorRT has loaded the library; TensorRT's refusal.
    pub unsafe fn unload_library(&self, library: PluginLibrary) -> Result<()> {
        let what = "unloading a library of plugins";
        library.registry.check_library(what, &self.library)?;
        let unload = entry!(self.library, registry_unload_library, what)?;
        let _registered = registered();
        self.library.check_log(&what, || {
            // SAFETY: the handle is of this registry and used once; the caller's promise for the code.
            unsafe { unload(self.raw.as_ptr(), library.handle.as_ptr()) }
        })
    }

    /// Refuses what is of this registry where what is of `library`'s is needed.
    fn check_library(&self, what: &str, library: &Library) -> Result<()> {
        if library.raw().plugin_registry() == self.raw.as_ptr() {
            return Ok(());
        }
        Err(Error::invalid(
            what,
            format!("is of {}, expected one of {library}", self.library),
        ))
    }

    fn key(&self, registration: &Registration) -> Key {
        (
            self.raw.as_ptr() as usize,
            registration.name(),
            registration.version(),
            registration.namespace(),
        )
    }
}

/// A library of plugins that TensorRT has loaded; it stays so when this is dropped.
#[derive(Debug)]
pub struct PluginLibrary {
    handle: NonNull<std::ffi::c_void>,
    registry: PluginRegistry,
}

// SAFETY: the handle is only given back to the registry, under its lock.
unsafe impl Send for PluginLibrary {}
// SAFETY: as above.
unsafe impl Sync for PluginLibrary {}

/// A plugin made by [`PluginRegistry::create`].
pub struct LibraryPlugin {
    raw: NonNull<TrtPlugin>,
    registry: PluginRegistry,
}

impl LibraryPlugin {
    /// The plugin, for a network of that library.
    pub(crate) fn raw_for(&self, library: &Library) -> Result<*const TrtPlugin> {
        self.registry
            .check_library("plugin of a library", library)?;
        Ok(self.raw.as_ptr())
    }
}

impl Drop for LibraryPlugin {
    fn drop(&mut self) {
        if let Some(destroy) = self.registry.library.api().plugin_destroy {
            // SAFETY: made by a creator for us alone ("it is the user's responsibility to delete the plugin object"),
            // destroyed once; networks hold clones.
            unsafe { destroy(self.raw.as_ptr()) };
        }
    }
}

impl fmt::Debug for LibraryPlugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LibraryPlugin({})", self.registry.library)
    }
}
