//! Loops over the slices of a tensor.

use trt::{LoopOutputKind, TripLimitKind};

use crate::convert::tensor::Tensor;
use crate::convert::{Context, Error, Result, Size};

/// What a loop leaves.
#[derive(Clone, Debug)]
pub struct Looped {
    /// The first state after each iteration, one behind the other along axis 0 in the order of the slices.
    pub all: Tensor,
    /// The states after the last iteration.
    pub last: Vec<Tensor>,
}

impl<'n, 'w> Context<'n, 'w> {
    /// A loop over the slices of a tensor along axis 0, of which there is at least one, `reverse` from the last to the first. `step`
    /// makes the next states, of the same shapes, from a slice and the states so far.
    ///
    /// Sizes of what is computed inside are not to be asked for: they would be known in there only.
    ///
    /// # Errors
    /// When `step` fails, gives another number of states, or TensorRT refuses a shape.
    pub fn for_each_slice(
        &mut self,
        slices: &Tensor,
        reverse: bool,
        initial: &[Tensor],
        step: impl FnOnce(&mut Self, &Tensor, &[Tensor]) -> Result<Vec<Tensor>>,
    ) -> Result<Looped> {
        let count = self.sizes(slices)?[0].clone();
        if count == Size::Static(1) {
            // No loop: TensorRT 10.6 gives the slices of a single step wrong elements.
            let slice = self.squeeze(slices, &[0])?;
            let next = step(self, &slice, initial)?;
            let first = first_of(&next, initial)?;
            let all = self.unsqueeze(first, 0)?;
            return Ok(Looped { all, last: next });
        }
        let limit = self.size_tensor(std::slice::from_ref(&count))?;
        let limit = self.squeeze(&limit, &[0])?;
        let (limit, raw_slices) = (self.raw(&limit)?, self.raw(slices)?);
        let body = self.network().add_loop()?;
        body.add_trip_limit(limit, TripLimitKind::Count)?;
        let slice = body.add_iterator(raw_slices, 0, reverse)?;
        let slice = self.output(&slice)?;
        let (mut recurrences, mut states) = (Vec::new(), Vec::new());
        for state in initial {
            let raw = self.raw(state)?;
            let recurrence = body.add_recurrence(raw)?;
            states.push(self.output(&recurrence)?);
            recurrences.push(recurrence);
        }
        let next = step(self, &slice, &states)?;
        let first = first_of(&next, initial)?;
        for (recurrence, next) in recurrences.iter().zip(&next) {
            let raw = self.raw(next)?;
            recurrence.set_input(1, raw)?;
        }
        let kind = if reverse {
            LoopOutputKind::Reverse
        } else {
            LoopOutputKind::Concatenate
        };
        let first = self.raw(first)?;
        let all = body.add_output(first, kind, 0)?;
        all.set_input(1, limit)?;
        let all = self.output(&all)?;
        let mut sizes = vec![count];
        sizes.extend(self.sizes(&initial[0])?);
        let all = self.with_sizes(all, sizes);
        let mut last = Vec::with_capacity(initial.len());
        for (recurrence, initial) in recurrences.iter().zip(initial) {
            let value = body.add_output(recurrence.output(0), LoopOutputKind::LastValue, 0)?;
            last.push(self.output_like(&value, initial)?);
        }
        Ok(Looped { all, last })
    }
}

/// The first state that a step gives, which must give as many as there are.
fn first_of<'s>(next: &'s [Tensor], initial: &[Tensor]) -> Result<&'s Tensor> {
    match next.first() {
        Some(first) if next.len() == initial.len() => Ok(first),
        _ => Err(Error::new(format!(
            "a loop over {} states whose step gives {}",
            initial.len(),
            next.len()
        ))),
    }
}
