//! Parts of tensors: slices, padding, concatenation, splits.

use trt::SampleMode;

use crate::convert::tensor::{Scalar, Size, Tensor};
use crate::convert::{Context, Error, Result};
use crate::pt2::{SymExpr, SymOp};

impl<'n, 'w> Context<'n, 'w> {
    /// A box of a tensor: `sizes[i]` elements from `starts[i]` on, `strides[i]` apart, along each axis. Stride 0 repeats.
    ///
    /// # Errors
    /// When it leaves the tensor.
    pub fn strided_slice(
        &mut self,
        tensor: &Tensor,
        starts: &[Size],
        sizes: &[Size],
        strides: &[i64],
    ) -> Result<Tensor> {
        let layer = self.slice_layer(tensor, starts, sizes, strides)?;
        let result = self.output(&layer)?;
        Ok(self.with_sizes(result, sizes.to_vec()))
    }

    fn slice_layer(
        &mut self,
        tensor: &Tensor,
        starts: &[Size],
        sizes: &[Size],
        strides: &[i64],
    ) -> Result<trt::layers::Slice<'n>> {
        let raw = self.raw(tensor)?;
        let known = |list: &[Size]| list.iter().map(Size::as_static).collect::<Option<Vec<_>>>();
        let zeros = vec![0; starts.len()];
        let (start, size) = (known(starts), known(sizes));
        let layer = self.network().add_slice(
            raw,
            start.as_ref().unwrap_or(&zeros),
            size.as_ref().unwrap_or(&zeros),
            strides,
        )?;
        if start.is_none() {
            let start = self.raw_size_tensor(starts)?;
            layer.set_input(1, start)?;
        }
        if size.is_none() {
            let size = self.raw_size_tensor(sizes)?;
            layer.set_input(2, size)?;
        }
        Ok(layer)
    }

    /// `size` elements from `start` on, `stride` apart, along one axis.
    ///
    /// # Errors
    /// When it leaves the tensor.
    pub fn slice_axis(
        &mut self,
        tensor: &Tensor,
        axis: usize,
        start: &Size,
        size: &Size,
        stride: i64,
    ) -> Result<Tensor> {
        let mut sizes = self.sizes(tensor)?;
        if *start == Size::Static(0) && stride == 1 && sizes[axis] == *size {
            return Ok(*tensor);
        }
        let mut starts = vec![Size::Static(0); sizes.len()];
        let mut strides = vec![1; sizes.len()];
        starts[axis] = start.clone();
        sizes[axis] = size.clone();
        strides[axis] = stride;
        self.strided_slice(tensor, &starts, &sizes, &strides)
    }

    /// `tensor[start:end:step]` along one axis, clamped as in Python; `None` is an open end.
    ///
    /// # Errors
    /// When `step` is not positive, as PyTorch requires it to be.
    pub fn python_slice(
        &mut self,
        tensor: &Tensor,
        axis: usize,
        start: Option<&Size>,
        end: Option<&Size>,
        step: i64,
    ) -> Result<Tensor> {
        if step < 1 {
            return Err(Error::new(format!(
                "slice step {step}: expected a positive one"
            )));
        }
        let n = self.sizes(tensor)?[axis].clone();
        let (start, length) = python_range(start, end, &n);
        let size = if step == 1 {
            length
        } else {
            length.plus(step - 1).floor_div(step)
        };
        self.slice_axis(tensor, axis, &start, &size, step)
    }

    /// One element along an axis, which goes away ([torch.select]).
    ///
    /// [torch.select]: https://docs.pytorch.org/docs/2.11/generated/torch.select.html
    ///
    /// # Errors
    /// When the index is out of range.
    pub fn select(&mut self, tensor: &Tensor, axis: usize, index: &Size) -> Result<Tensor> {
        let n = self.sizes(tensor)?[axis].clone();
        if let (Size::Static(i), Size::Static(n)) = (index, &n)
            && !(-n..*n).contains(i)
        {
            return Err(Error::new(format!(
                "index {i} is out of range for dimension {axis} of size {n}"
            )));
        }
        let start = python_index(index, &n);
        let one = self.slice_axis(tensor, axis, &start, &Size::Static(1), 1)?;
        self.squeeze(&one, &[axis])
    }

    /// Consecutive parts of the given sizes along one axis.
    ///
    /// # Errors
    /// When TensorRT refuses a slice.
    pub fn split(&mut self, tensor: &Tensor, axis: usize, sizes: &[Size]) -> Result<Vec<Tensor>> {
        let mut start = Size::Static(0);
        let mut parts = Vec::with_capacity(sizes.len());
        for size in sizes {
            parts.push(self.slice_axis(tensor, axis, &start, size, 1)?);
            start = start.plus(size.clone());
        }
        Ok(parts)
    }

    /// Tensors one after another along one axis, in their common type ([torch.cat]).
    ///
    /// [torch.cat]: https://docs.pytorch.org/docs/2.11/generated/torch.cat.html
    ///
    /// # Errors
    /// When there are none, or their other sizes differ.
    pub fn concat(&mut self, tensors: &[Tensor], axis: usize) -> Result<Tensor> {
        let operands: Vec<_> = tensors.iter().map(|t| t.into()).collect();
        let dtype = self.result_type(&operands);
        match tensors {
            [] => return Err(Error::new("concatenation of no tensors")),
            [one] => return self.cast(one, dtype),
            _ => {}
        }
        let mut raws = Vec::with_capacity(tensors.len());
        for tensor in tensors {
            let tensor = self.cast(tensor, dtype)?;
            raws.push(self.raw(&tensor)?);
        }
        let layer = self.network().add_concatenation(&raws, axis as i64)?;
        self.output(&layer)
    }

    /// A border around a tensor: `before[i]` and `after[i]` elements along axis `i`, negative ones cut off.
    /// `fill` is the value for [`SampleMode::Fill`].
    ///
    /// # Errors
    /// When TensorRT refuses the type or the sizes.
    pub fn pad(
        &mut self,
        tensor: &Tensor,
        before: &[i64],
        after: &[i64],
        mode: SampleMode,
        fill: &Scalar,
    ) -> Result<Tensor> {
        let fixed = |list: &[i64]| list.iter().map(|n| Size::Static(*n)).collect::<Vec<_>>();
        self.pad_sizes(tensor, &fixed(before), &fixed(after), mode, fill)
    }

    /// A border whose width may depend on the sizes of inputs, see [`pad`](Self::pad).
    ///
    /// # Errors
    /// When TensorRT refuses the type or the sizes.
    pub fn pad_sizes(
        &mut self,
        tensor: &Tensor,
        before: &[Size],
        after: &[Size],
        mode: SampleMode,
        fill: &Scalar,
    ) -> Result<Tensor> {
        let zero = Size::Static(0);
        if before.iter().chain(after).all(|n| *n == zero) {
            return Ok(*tensor);
        }
        let starts: Vec<Size> = before.iter().map(|n| n.times(-1)).collect();
        let sizes: Vec<Size> = self
            .sizes(tensor)?
            .iter()
            .zip(before)
            .zip(after)
            .map(|((n, b), a)| n.plus(b.plus(a.clone())))
            .collect();
        let layer = self.slice_layer(tensor, &starts, &sizes, &vec![1; starts.len()])?;
        layer.set_mode(mode)?;
        if mode == SampleMode::Fill && fill.as_f64() != Some(0.0) {
            let fill = self.scalar(fill, tensor.dtype, 0)?;
            let fill = self.raw(&fill)?;
            layer.set_input(4, fill)?;
        }
        let result = self.output(&layer)?;
        Ok(self.with_sizes(result, sizes))
    }
}

/// First position and number of positions of `start:end` in an axis of `n`; `None` is an open end.
pub(crate) fn python_range(start: Option<&Size>, end: Option<&Size>, n: &Size) -> (Size, Size) {
    let start = start.map_or(Size::Static(0), |s| clamped(s, n));
    let end = end.map_or(n.clone(), |e| clamped(e, n));
    let length = match (&start, &end) {
        // The usual case without noise in the expression.
        (Size::Static(0), end) => end.clone(),
        (start, end) => end.minus(start.clone()).max(0),
    };
    (start, length)
}

/// A Python index as a position from 0 to `n`.
fn clamped(index: &Size, n: &Size) -> Size {
    match (index, n) {
        (Size::Static(i), Size::Static(n)) => {
            Size::Static(if *i < 0 { i + n } else { *i }.clamp(0, *n))
        }
        (Size::Static(0), _) => Size::Static(0),
        // PyTorch writes an open end as the largest integer.
        (Size::Static(i64::MAX), n) => n.clone(),
        (Size::Static(i), n) if *i < 0 => n.plus(*i).max(0),
        (index, n) if index == n => n.clone(),
        (Size::Static(_), n) => index.min(n.clone()),
        (Size::Symbolic(expression), _) if never_negative(expression) => index.min(n.clone()),
        (index, n) => python_index(index, n).max(0).min(n.clone()),
    }
}

/// A Python index of one element of an axis of `n`, counted from 0.
pub(crate) fn python_index(index: &Size, n: &Size) -> Size {
    match index {
        Size::Static(i) if *i < 0 => n.plus(*i),
        Size::Symbolic(expression) if !never_negative(expression) => {
            // 1 where the index counts from the end.
            let from_end = index.times(-1).max(0).min(1);
            index.plus(n.times(from_end))
        }
        _ => index.clone(),
    }
}

/// True if an expression over sizes is surely not below 0.
fn never_negative(expression: &SymExpr) -> bool {
    match expression {
        SymExpr::Int(n) => *n >= 0,
        SymExpr::Symbol(_) => true,
        SymExpr::Apply(SymOp::Max, parts) => parts.iter().any(never_negative),
        SymExpr::Apply(
            SymOp::Identity
            | SymOp::Add
            | SymOp::Mul
            | SymOp::Min
            | SymOp::FloorDiv
            | SymOp::CleanDiv
            | SymOp::CeilDiv
            | SymOp::Pow
            | SymOp::PowByNatural,
            parts,
        ) => parts.iter().all(never_negative),
        _ => false,
    }
}
