//! New weights for an engine that is there.

use std::ffi::c_char;
use std::fmt;
use std::ptr::NonNull;

use trt_sys::{TrtRefitter, TrtStatus, TrtWeightsRole};

use crate::enums::native_enum;
use crate::error::c_string;
use crate::library::{entry, text};
use crate::{Engine, Error, Result, Weights};

native_enum! {
    /// What weights are to their layer.
    WeightsRole: TrtWeightsRole, "weights role" {
        /// Kernel of a convolution or deconvolution.
        Kernel = KERNEL,
        /// Bias of a convolution or deconvolution.
        Bias = BIAS,
        /// Shift of a scale.
        Shift = SHIFT,
        /// Scale of a scale.
        Scale = SCALE,
        /// Values of a constant.
        Constant = CONSTANT,
        /// Anything, for weights with a name of their own.
        Any = ANY,
    }
}

/// Replaces weights of an engine that was built with [`BuilderFlag::Refit`](crate::BuilderFlag::Refit).
///
/// Give it all new weights, which it borrows, then call [`refit`](Self::refit). No context of the engine may exist
/// meanwhile, since one could be running.
/// Follows [`IRefitter`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/c-api/classnvinfer1_1_1_i_refitter.html).
pub struct Refitter<'w> {
    handle: NonNull<TrtRefitter>,
    /// Exclusive: nobody can make a context meanwhile.
    engine: &'w mut Engine,
}

// SAFETY: nothing in IRefitter is bound to a thread; it is not Sync, so only one thread uses it at a time.
unsafe impl Send for Refitter<'_> {}

type ListNames =
    unsafe extern "C" fn(*mut TrtRefitter, i32, *mut *const c_char, *mut i32) -> TrtStatus;
type ListRoles = unsafe extern "C" fn(
    *mut TrtRefitter,
    i32,
    *mut *const c_char,
    *mut TrtWeightsRole,
    *mut i32,
) -> TrtStatus;

impl<'w> Refitter<'w> {
    /// Creates a refitter for an engine.
    ///
    /// # Errors
    /// The engine was built without [`BuilderFlag::Refit`](crate::BuilderFlag::Refit), a clone or a context of it exists,
    /// or the library has no refitter.
    pub fn new(engine: &'w mut Engine) -> Result<Self> {
        let library = engine.library();
        let what = "creating the refitter";
        let create = entry!(library, refitter_create, what)?;
        if engine.is_shared() {
            return Err(Error::invalid(
                "engine to refit",
                "is in use by a context or a clone; drop them first",
            ));
        }
        engine.device().make_current()?;
        let mut handle = std::ptr::null_mut();
        library.check(&what, || {
            // SAFETY: the factory is that of the library which the table was made for; engine and logger outlive the
            // refitter.
            unsafe {
                create(
                    library.raw().create_refitter(),
                    engine.raw(),
                    library.logger(),
                    &mut handle,
                )
            }
        })?;
        Ok(Self {
            handle: library.created(what, handle)?,
            engine,
        })
    }

    // `&mut self`: under it the lifetime cannot shrink, so weights must outlive the refitter.
    /// Sets new weights of a layer, by its name.
    ///
    /// # Errors
    /// There is no such layer, or the weights have another type or number of elements.
    pub fn set_weights(
        &mut self,
        layer: &str,
        role: WeightsRole,
        weights: Weights<'w>,
    ) -> Result<()> {
        let set = entry!(
            self.engine.library(),
            refitter_set_weights,
            "Refitter::set_weights"
        )?;
        let name = c_string(layer)?;
        let weights = weights.to_raw()?;
        let what = fmt::from_fn(|f| write!(f, "Refitter::set_weights of layer `{layer}`, {role}"));
        self.engine.library().check_log(&what, || {
            // SAFETY: the refitter is alive; the weights are borrowed for longer than it lives.
            unsafe { set(self.raw(), name.as_ptr(), role.to_raw(), weights) }
        })
    }

    /// Sets new weights by the name they got with [`Network::set_weights_name`](crate::Network::set_weights_name).
    ///
    /// # Errors
    /// There are no such weights, or they have another type or number of elements.
    pub fn set_named_weights(&mut self, name: &str, weights: Weights<'w>) -> Result<()> {
        let set = entry!(
            self.engine.library(),
            refitter_set_named_weights,
            "Refitter::set_named_weights"
        )?;
        let text = c_string(name)?;
        let weights = weights.to_raw()?;
        let what = fmt::from_fn(|f| write!(f, "Refitter::set_named_weights of `{name}`"));
        self.engine.library().check_log(&what, || {
            // SAFETY: the refitter is alive; the weights are borrowed for longer than it lives.
            unsafe { set(self.raw(), text.as_ptr(), weights) }
        })
    }

    /// Layers and roles whose weights must be set, too, because they were fused with those that are set.
    ///
    /// # Errors
    /// TensorRT does not tell.
    pub fn missing(&self) -> Result<Vec<(String, WeightsRole)>> {
        self.roles(
            "Refitter::missing",
            self.engine.library().api().refitter_missing,
        )
    }

    /// All layers and roles whose weights can be set.
    ///
    /// # Errors
    /// TensorRT does not tell.
    pub fn all(&self) -> Result<Vec<(String, WeightsRole)>> {
        self.roles("Refitter::all", self.engine.library().api().refitter_all)
    }

    /// Names of weights that must be set, too.
    ///
    /// # Errors
    /// TensorRT does not tell.
    pub fn missing_named(&self) -> Result<Vec<String>> {
        self.names(
            "Refitter::missing_named",
            self.engine.library().api().refitter_missing_weights,
        )
    }

    /// Names of all weights that can be set.
    ///
    /// # Errors
    /// TensorRT does not tell.
    pub fn all_named(&self) -> Result<Vec<String>> {
        self.names(
            "Refitter::all_named",
            self.engine.library().api().refitter_all_weights,
        )
    }

    /// Puts the new weights into the engine.
    ///
    /// # Errors
    /// Weights are [`missing`](Self::missing).
    pub fn refit(&mut self) -> Result<()> {
        let refit = entry!(self.engine.library(), refitter_refit, "Refitter::refit")?;
        self.engine.device().make_current()?;
        // SAFETY: refitter, engine and weights are alive.
        self.engine
            .library()
            .check(&"Refitter::refit", || unsafe { refit(self.raw()) })
    }

    fn raw(&self) -> *mut TrtRefitter {
        self.handle.as_ptr()
    }

    fn names(&self, what: &'static str, list: Option<ListNames>) -> Result<Vec<String>> {
        let list = list.ok_or_else(|| self.engine.library().unsupported(what))?;
        let mut count = 0;
        self.engine.library().check(&what, || {
            // SAFETY: the refitter is alive; with no capacity nothing is written but the count.
            unsafe { list(self.raw(), 0, std::ptr::null_mut(), &mut count) }
        })?;
        let mut names = vec![std::ptr::null(); usize::try_from(count).unwrap_or(0)];
        self.engine.library().check(&what, || {
            // SAFETY: the refitter is alive; the array has the length that is given.
            unsafe { list(self.raw(), count, names.as_mut_ptr(), &mut count) }
        })?;
        // SAFETY: names live as long as the refitter.
        Ok(names
            .into_iter()
            .map(|name| unsafe { text(name) })
            .collect())
    }

    fn roles(
        &self,
        what: &'static str,
        list: Option<ListRoles>,
    ) -> Result<Vec<(String, WeightsRole)>> {
        let list = list.ok_or_else(|| self.engine.library().unsupported(what))?;
        let mut count = 0;
        self.engine.library().check(&what, || {
            // SAFETY: the refitter is alive; with no capacity nothing is written but the count.
            unsafe {
                list(
                    self.raw(),
                    0,
                    std::ptr::null_mut(),
                    std::ptr::null_mut(),
                    &mut count,
                )
            }
        })?;
        let length = usize::try_from(count).unwrap_or(0);
        let (mut layers, mut roles) = (
            vec![std::ptr::null(); length],
            vec![TrtWeightsRole::ANY; length],
        );
        self.engine.library().check(&what, || {
            // SAFETY: the refitter is alive; the arrays have the length that is given.
            unsafe {
                list(
                    self.raw(),
                    count,
                    layers.as_mut_ptr(),
                    roles.as_mut_ptr(),
                    &mut count,
                )
            }
        })?;
        std::iter::zip(layers, roles)
            // SAFETY: names live as long as the refitter.
            .map(|(layer, role)| Ok((unsafe { text(layer) }, WeightsRole::try_from(role)?)))
            .collect::<Result<_, Error>>()
    }
}

impl Drop for Refitter<'_> {
    fn drop(&mut self) {
        if let Some(destroy) = self.engine.library().api().refitter_destroy {
            // SAFETY: destroyed once, here, before the engine.
            unsafe { destroy(self.raw()) };
        }
    }
}

impl fmt::Debug for Refitter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refitter")
            .field("missing", &self.missing().ok())
            .finish_non_exhaustive()
    }
}
