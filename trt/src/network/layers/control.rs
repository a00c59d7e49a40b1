//! Loops, conditionals and assertions.

use std::ptr::NonNull;

use trt_sys::{TrtConditional, TrtLayer, TrtLoop, TrtStatus};

use super::{add_layer, layer_type, part_of_network};
use crate::error::{c_string, int32};
use crate::library::{entry, text};
use crate::network::{Core, Layer, Network, Tensor};
use crate::{LoopOutputKind, Result, TripLimitKind};

layer_type! {
    /// Fails the execution when the input, a truth value, is false.
    ///
    /// Follows [`IAssertionLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Assertion.html).
    Assertion {
        /// What the error says.
        message, set_message: String = MESSAGE;
    }
}

layer_type! {
    /// The condition of an [`IfConditional`].
    Condition {}
}

layer_type! {
    /// A tensor that enters an [`IfConditional`].
    ConditionalInput {}
}

layer_type! {
    /// A result of an [`IfConditional`]. Inputs: value if true, value if false.
    ConditionalOutput {}
}

layer_type! {
    /// When a [`Loop`] ends. Input: number of iterations or condition.
    TripLimit {
        /// What the input means.
        trip_limit: TripLimitKind = TRIP_LIMIT;
    }
}

layer_type! {
    /// A value carried from one iteration of a [`Loop`] to the next.
    ///
    /// Input 0: the value of the first iteration; input 1, set with
    /// [`Layer::set_input`]: the value of the next.
    Recurrence {}
}

layer_type! {
    /// The slices of a tensor, one for each iteration of a [`Loop`].
    Iterator {
        /// The dimension that is cut in slices.
        axis, set_axis: i64 = AXIS;
        /// Whether the last slice comes first.
        reverse, set_reverse: bool = REVERSE;
    }
}

layer_type! {
    /// A result of a [`Loop`].
    ///
    /// Input 1, set with [`Layer::set_input`]: the number of iterations, where values
    /// are concatenated.
    LoopOutput {
        /// What is returned.
        loop_output: LoopOutputKind = LOOP_OUTPUT;
        /// The dimension along which values are concatenated.
        axis, set_axis: i64 = AXIS;
    }
}

/// A loop under construction: layers between its boundary layers are repeated.
///
/// Follows [`ILoop`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Loop.html).
#[derive(Clone, Copy)]
pub struct Loop<'n> {
    handle: NonNull<TrtLoop>,
    network: &'n Core,
}

impl<'n> Loop<'n> {
    /// The name.
    pub fn name(&self) -> String {
        let mut name = std::ptr::null();
        if let Some(get) = self.network.library.api().loop_name {
            // SAFETY: the loop lives as long as its network; the string is copied before anything can change it.
            unsafe {
                get(self.handle.as_ptr(), &mut name);
                return text(name);
            }
        }
        String::new()
    }

    /// Renames the loop.
    ///
    /// # Errors
    /// The name contains a NUL.
    pub fn set_name(&self, name: &str) -> Result<()> {
        let name = c_string(name)?;
        let set = entry!(self.network.library, loop_set_name, "Loop::set_name")?;
        self.network.library.check_log(&"Loop::set_name", || {
            // SAFETY: the loop lives as long as its network; TensorRT copies the string.
            unsafe { set(self.handle.as_ptr(), name.as_ptr()) }
        })
    }

    /// Carries a value from one iteration to the next, starting with `initial`.
    ///
    /// # Errors
    /// TensorRT refuses the tensor, or it is of another network.
    pub fn add_recurrence(&self, initial: Tensor<'_>) -> Result<Recurrence<'n>> {
        let add = entry!(self.network.library, loop_add_recurrence, "loop")?;
        self.add("Loop::add_recurrence", &[initial], |handle, out| {
            // SAFETY: loop and tensor are of the same network, which is alive.
            unsafe { add(handle, initial.raw(), out) }
        })
        .map(Recurrence)
    }

    /// Ends the loop after `limit` iterations or when `limit` becomes false.
    ///
    /// # Errors
    /// TensorRT refuses the tensor, or it is of another network.
    pub fn add_trip_limit(&self, limit: Tensor<'_>, kind: TripLimitKind) -> Result<TripLimit<'n>> {
        let add = entry!(self.network.library, loop_add_trip_limit, "loop")?;
        self.add("Loop::add_trip_limit", &[limit], |handle, out| {
            // SAFETY: loop and tensor are of the same network, which is alive.
            unsafe { add(handle, limit.raw(), kind.to_raw(), out) }
        })
        .map(TripLimit)
    }

    /// Goes through the slices of a tensor along `axis`.
    ///
    /// # Errors
    /// TensorRT refuses the tensor, or it is of another network.
    pub fn add_iterator(
        &self,
        tensor: Tensor<'_>,
        axis: i64,
        reverse: bool,
    ) -> Result<Iterator<'n>> {
        let axis = int32("axis", axis)?;
        let add = entry!(self.network.library, loop_add_iterator, "loop")?;
        self.add("Loop::add_iterator", &[tensor], |handle, out| {
            // SAFETY: loop and tensor are of the same network, which is alive.
            unsafe { add(handle, tensor.raw(), axis, reverse.into(), out) }
        })
        .map(Iterator)
    }

    /// Returns the last value of `tensor`, or all values concatenated along `axis`.
    ///
    /// # Errors
    /// TensorRT refuses the tensor, or it is of another network.
    pub fn add_output(
        &self,
        tensor: Tensor<'_>,
        kind: LoopOutputKind,
        axis: i64,
    ) -> Result<LoopOutput<'n>> {
        let axis = int32("axis", axis)?;
        let add = entry!(self.network.library, loop_add_output, "loop")?;
        self.add("Loop::add_output", &[tensor], |handle, out| {
            // SAFETY: loop and tensor are of the same network, which is alive.
            unsafe { add(handle, tensor.raw(), kind.to_raw(), axis, out) }
        })
        .map(LoopOutput)
    }

    fn add(
        &self,
        what: &'static str,
        inputs: &[Tensor<'_>],
        call: impl FnOnce(*mut TrtLoop, *mut *mut TrtLayer) -> TrtStatus,
    ) -> Result<Layer<'n>> {
        let handle = self.handle.as_ptr();
        let layer = self.network.add(what, inputs, |_, out| call(handle, out))?;
        // SAFETY: the layer was just added to this network.
        Ok(unsafe { Layer::from_raw(layer, self.network) })
    }
}

part_of_network!(Loop);

/// A conditional under construction: one of two subgraphs is computed.
///
/// Follows [`IIfConditional`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/If.html).
#[derive(Clone, Copy)]
pub struct IfConditional<'n> {
    handle: NonNull<TrtConditional>,
    network: &'n Core,
}

impl<'n> IfConditional<'n> {
    /// The name.
    pub fn name(&self) -> String {
        let mut name = std::ptr::null();
        if let Some(get) = self.network.library.api().conditional_name {
            // SAFETY: the conditional lives as long as its network; the string is copied before anything can change it.
            unsafe {
                get(self.handle.as_ptr(), &mut name);
                return text(name);
            }
        }
        String::new()
    }

    /// Renames the conditional.
    ///
    /// # Errors
    /// The name contains a NUL.
    pub fn set_name(&self, name: &str) -> Result<()> {
        let name = c_string(name)?;
        let set = entry!(
            self.network.library,
            conditional_set_name,
            "IfConditional::set_name"
        )?;
        self.network
            .library
            .check_log(&"IfConditional::set_name", || {
                // SAFETY: the conditional lives as long as its network; TensorRT copies the string.
                unsafe { set(self.handle.as_ptr(), name.as_ptr()) }
            })
    }

    /// Sets the condition, a truth value of rank 0.
    ///
    /// # Errors
    /// TensorRT refuses the tensor, or it is of another network.
    pub fn set_condition(&self, condition: Tensor<'_>) -> Result<Condition<'n>> {
        let add = entry!(
            self.network.library,
            conditional_set_condition,
            "if-conditional"
        )?;
        self.add(
            "IfConditional::set_condition",
            &[condition],
            |handle, out| {
                // SAFETY: conditional and tensor are of the same network, which is alive.
                unsafe { add(handle, condition.raw(), out) }
            },
        )
        .map(Condition)
    }

    /// Lets a tensor from outside be used in the subgraphs, through the output of the layer.
    ///
    /// # Errors
    /// TensorRT refuses the tensor, or it is of another network.
    pub fn add_input(&self, tensor: Tensor<'_>) -> Result<ConditionalInput<'n>> {
        let add = entry!(
            self.network.library,
            conditional_add_input,
            "if-conditional"
        )?;
        self.add("IfConditional::add_input", &[tensor], |handle, out| {
            // SAFETY: conditional and tensor are of the same network, which is alive.
            unsafe { add(handle, tensor.raw(), out) }
        })
        .map(ConditionalInput)
    }

    /// Returns `if_true` or `if_false`.
    ///
    /// # Errors
    /// TensorRT refuses the tensors, or one is of another network.
    pub fn add_output(
        &self,
        if_true: Tensor<'_>,
        if_false: Tensor<'_>,
    ) -> Result<ConditionalOutput<'n>> {
        let add = entry!(
            self.network.library,
            conditional_add_output,
            "if-conditional"
        )?;
        self.add(
            "IfConditional::add_output",
            &[if_true, if_false],
            |handle, out| {
                // SAFETY: conditional and tensors are of the same network, which is alive.
                unsafe { add(handle, if_true.raw(), if_false.raw(), out) }
            },
        )
        .map(ConditionalOutput)
    }

    fn add(
        &self,
        what: &'static str,
        inputs: &[Tensor<'_>],
        call: impl FnOnce(*mut TrtConditional, *mut *mut TrtLayer) -> TrtStatus,
    ) -> Result<Layer<'n>> {
        let handle = self.handle.as_ptr();
        let layer = self.network.add(what, inputs, |_, out| call(handle, out))?;
        // SAFETY: the layer was just added to this network.
        Ok(unsafe { Layer::from_raw(layer, self.network) })
    }
}

part_of_network!(IfConditional);

impl<'n> Layer<'n> {
    /// The loop that this boundary layer belongs to; `None` for other layers.
    pub fn containing_loop(&self) -> Option<Loop<'n>> {
        let mut handle = std::ptr::null_mut();
        // SAFETY: the layer lives as long as its network, to which its loop belongs.
        unsafe { self.network().library.api().layer_loop?(self.raw(), &mut handle) };
        Some(Loop {
            handle: NonNull::new(handle)?,
            network: self.network(),
        })
    }

    /// The conditional that this boundary layer belongs to; `None` for other layers.
    pub fn containing_conditional(&self) -> Option<IfConditional<'n>> {
        let mut handle = std::ptr::null_mut();
        // SAFETY: the layer lives as long as its network, to which its conditional belongs.
        unsafe { self.network().library.api().layer_conditional?(self.raw(), &mut handle) };
        Some(IfConditional {
            handle: NonNull::new(handle)?,
            network: self.network(),
        })
    }
}

impl Network<'_> {
    /// Adds an assertion that `condition` is true.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, or the tensor is of another network.
    pub fn add_assertion(&self, condition: Tensor<'_>, message: &str) -> Result<Assertion<'_>> {
        let message = c_string(message)?;
        add_layer!(self.add_assertion(condition.raw(), message.as_ptr()) of &[condition])
            .map(Assertion)
    }

    /// Adds a loop.
    ///
    /// # Errors
    /// The library has no loops.
    pub fn add_loop(&self) -> Result<Loop<'_>> {
        let add = entry!(self.core.library, add_loop, "add_loop")?;
        // SAFETY: the network is alive.
        let handle = self
            .core
            .add("add_loop", &[], |network, out| unsafe { add(network, out) })?;
        Ok(Loop {
            handle,
            network: &self.core,
        })
    }

    /// Adds a conditional.
    ///
    /// # Errors
    /// The library has no conditionals.
    pub fn add_if_conditional(&self) -> Result<IfConditional<'_>> {
        let add = entry!(self.core.library, add_conditional, "add_if_conditional")?;
        // SAFETY: the network is alive.
        let handle = self
            .core
            .add("add_if_conditional", &[], |network, out| unsafe {
                add(network, out)
            })?;
        Ok(IfConditional {
            handle,
            network: &self.core,
        })
    }
}
