//! Layers that move elements or change shape or type.

use trt_sys::TrtProperty;

use super::{add_layer, layer_type};
use crate::network::{Network, Tensor};
use crate::{DataType, Dims, Error, Result, SampleMode};

layer_type! {
    /// Conversion of the element type.
    ///
    /// Follows [`ICastLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Cast.html).
    Cast {
        /// Element type of the output.
        to_type, set_to_type: DataType = TO_TYPE;
    }
}

layer_type! {
    /// Concatenation along one dimension.
    ///
    /// Follows [`IConcatenationLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Concatenation.html).
    Concatenation {
        /// The dimension; TensorRT's default is the third from the end.
        axis, set_axis: i64 = AXIS;
    }
}

layer_type! {
    /// The input as it is.
    ///
    /// Follows [`IIdentityLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Identity.html).
    Identity {}
}

layer_type! {
    /// Zero padding (or, with negative numbers, cropping) of the last two dimensions.
    ///
    /// Follows [`IPaddingLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Padding.html).
    Padding {
        /// Elements before each of the two dimensions.
        pre_padding, set_pre_padding: Dims = PRE_PADDING;
        /// Elements after each of the two dimensions.
        post_padding, set_post_padding: Dims = POST_PADDING;
    }
}

layer_type! {
    /// The shape of the input as a one-dimensional tensor of integers.
    ///
    /// Follows [`IShapeLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Shape.html).
    Shape {}
}

layer_type! {
    /// Transpose, then reshape, then transpose.
    ///
    /// Optional input 1: the shape to reshape to.
    /// Follows [`IShuffleLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Shuffle.html).
    Shuffle {
        /// The shape to reshape to: at most one `-1` (inferred), `0` copies a size of the input.
        reshape_dimensions: Dims = RESHAPE_DIMENSIONS;
        /// Whether `0` in the shape copies a size of the input instead of meaning an empty dimension.
        zero_is_placeholder, set_zero_is_placeholder: bool = ZERO_IS_PLACEHOLDER;
    }
}

impl Shuffle<'_> {
    /// Permutation before the reshape: dimension `i` of the result is dimension `p[i]` of the input.
    ///
    /// # Errors
    /// The shape of the input cannot be inferred.
    pub fn first_transpose(&self) -> Result<Dims> {
        let rank = self
            .input(0)
            .map_or(Ok(0), |input| input.dims().map(|dims| dims.len()))?;
        self.permutation(
            TrtProperty::FIRST_TRANSPOSE,
            "Shuffle::first_transpose",
            rank,
        )
    }

    /// Sets [`first_transpose`](Self::first_transpose). Dimensions past the last one named stay where they are.
    ///
    /// # Errors
    /// The numbers are no permutation.
    pub fn set_first_transpose(&self, permutation: &[i64]) -> Result<()> {
        self.check_permutation("first transpose", permutation, permutation.len())?;
        self.set_property::<Dims>(
            TrtProperty::FIRST_TRANSPOSE,
            "Shuffle::set_first_transpose",
            permutation,
        )
    }

    /// Sets [`reshape_dimensions`](Self::reshape_dimensions).
    ///
    /// # Errors
    /// TensorRT refuses the shape, or the second transpose is already set and is none of so many dimensions.
    pub fn set_reshape_dimensions(&self, dims: &[i64]) -> Result<()> {
        let what = "Shuffle::set_reshape_dimensions";
        let transpose = self.permutation(TrtProperty::SECOND_TRANSPOSE, what, dims.len())?;
        self.check_permutation("second transpose", &transpose, dims.len())?;
        self.set_property::<Dims>(TrtProperty::RESHAPE_DIMENSIONS, what, dims)
    }

    /// Permutation after the reshape.
    ///
    /// # Errors
    /// The shape of the output cannot be inferred.
    pub fn second_transpose(&self) -> Result<Dims> {
        let rank = self.output(0).dims()?.len();
        self.permutation(
            TrtProperty::SECOND_TRANSPOSE,
            "Shuffle::second_transpose",
            rank,
        )
    }

    /// Sets [`second_transpose`](Self::second_transpose). Dimensions past the last one named stay where they are.
    ///
    /// Set the shape to reshape to first: it says how many dimensions there are.
    ///
    /// # Errors
    /// The numbers are no permutation of the dimensions after the reshape, or the shape of the input cannot be inferred.
    pub fn set_second_transpose(&self, permutation: &[i64]) -> Result<()> {
        self.check_permutation("second transpose", permutation, self.reshaped_rank()?)?;
        self.set_property::<Dims>(
            TrtProperty::SECOND_TRANSPOSE,
            "Shuffle::set_second_transpose",
            permutation,
        )
    }

    /// Number of dimensions between the reshape and the second transpose.
    fn reshaped_rank(&self) -> Result<usize> {
        if let Some(shape) = self.input(1) {
            let length = shape.dims()?.first().copied().unwrap_or(0);
            return Ok(usize::try_from(length).unwrap_or(Dims::MAX_RANK));
        }
        match (self.reshape_dimensions()?.len(), self.input(0)) {
            (0, Some(input)) => input.dims().map(|dims| dims.len()),
            (rank, _) => Ok(rank),
        }
    }

    /// Refuses an input that leaves a tensor of other dimensions than the second transpose has.
    pub(crate) fn check_input(&self, index: usize, input: &Tensor<'_>) -> Result<()> {
        let what = "Shuffle::set_input";
        let all = self.permutation(TrtProperty::SECOND_TRANSPOSE, what, Dims::MAX_RANK)?;
        let moves = |(dimension, &from): (usize, &i64)| from != dimension as i64;
        if !all.iter().enumerate().any(moves) {
            return Ok(());
        }
        let dims = input.dims()?;
        let rank = match (index, self.input(1)) {
            (1, _) => dims.first().and_then(|&rank| usize::try_from(rank).ok()),
            (0, None) if self.reshape_dimensions()?.is_empty() => Some(dims.len()),
            _ => None,
        };
        rank.map_or(Ok(()), |rank| {
            let rank = rank.min(all.len());
            self.check_permutation("second transpose", &all[..rank], rank)
        })
    }

    /// Refuses what is no permutation of the first dimensions of `rank`: TensorRT applies a second transpose to the shape
    /// unchecked.
    fn check_permutation(&self, what: &str, permutation: &[i64], rank: usize) -> Result<()> {
        let count = permutation.len();
        let all_there = (0..count as i64).all(|dimension| permutation.contains(&dimension));
        if all_there && count <= rank {
            return Ok(());
        }
        Err(Error::invalid(
            format!("{what} of layer `{}`", self.name()),
            format!("{permutation:?} is no permutation of dimensions of a tensor of {rank}"),
        ))
    }

    /// TensorRT's permutations always have eight entries; those past the rank mean nothing.
    fn permutation(&self, property: TrtProperty, what: &'static str, rank: usize) -> Result<Dims> {
        let entries: Dims = self.property(property, what)?;
        Dims::new(&entries[..rank.min(entries.len())])
    }
}

layer_type! {
    /// Strided slice: element `start + i * stride` for `i < size` in each dimension.
    ///
    /// Optional inputs: 1 start, 2 size, 3 stride, 4 fill value, 5 axes; they replace the properties.
    /// Follows [`ISliceLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Slice.html).
    Slice {
        /// First element in each dimension.
        start, set_start: Dims = START;
        /// Size of the output in each dimension.
        size, set_size: Dims = SIZE;
        /// Step in each dimension.
        stride, set_stride: Dims = STRIDE;
        /// What is read outside of the bounds.
        mode, set_mode: SampleMode = MODE;
        /// The dimensions that start, size and stride are about; all of them by default.
        axes, set_axes: Dims = AXES;
    }
}

layer_type! {
    /// Removal of dimensions of size 1, named by input 1 (a constant).
    ///
    /// Follows [`ISqueezeLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Squeeze.html).
    Squeeze {}
}

layer_type! {
    /// Insertion of dimensions of size 1, named by input 1 (a constant) as dimensions of the output.
    ///
    /// Follows [`IUnsqueezeLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Unsqueeze.html).
    Unsqueeze {}
}

impl Network<'_> {
    /// Adds a conversion to `dtype`.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_cast(&self, input: Tensor<'_>, dtype: DataType) -> Result<Cast<'_>> {
        add_layer!(self.add_cast(input.raw(), dtype.to_raw()) of &[input]).map(Cast)
    }

    /// Adds a concatenation along dimension `axis`.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_concatenation(&self, inputs: &[Tensor<'_>], axis: i64) -> Result<Concatenation<'_>> {
        let handles: Vec<_> = inputs.iter().map(Tensor::raw).collect();
        let concatenation = Concatenation(
            add_layer!(self.add_concatenation(handles.as_ptr(), handles.len() as i32) of inputs)?,
        );
        concatenation.set_axis(axis)?;
        Ok(concatenation)
    }

    /// Adds an identity.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_identity(&self, input: Tensor<'_>) -> Result<Identity<'_>> {
        add_layer!(self.add_identity(input.raw()) of &[input]).map(Identity)
    }

    /// Adds zero padding of the last two dimensions.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_padding(&self, input: Tensor<'_>, pre: &[i64], post: &[i64]) -> Result<Padding<'_>> {
        let pre = Dims::new(pre)?.to_raw();
        let post = Dims::new(post)?.to_raw();
        add_layer!(self.add_padding(input.raw(), &pre, &post) of &[input]).map(Padding)
    }

    /// Adds the shape of a tensor, of 64-bit integers (32-bit before TensorRT 10).
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_shape(&self, input: Tensor<'_>) -> Result<Shape<'_>> {
        add_layer!(self.add_shape(input.raw()) of &[input]).map(Shape)
    }

    /// Adds a transpose, reshape and transpose; each is set on the layer.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_shuffle(&self, input: Tensor<'_>) -> Result<Shuffle<'_>> {
        add_layer!(self.add_shuffle(input.raw()) of &[input]).map(Shuffle)
    }

    /// Adds a strided slice.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_slice(
        &self,
        input: Tensor<'_>,
        start: &[i64],
        size: &[i64],
        stride: &[i64],
    ) -> Result<Slice<'_>> {
        let start = Dims::new(start)?.to_raw();
        let size = Dims::new(size)?.to_raw();
        let stride = Dims::new(stride)?.to_raw();
        add_layer!(self.add_slice(input.raw(), &start, &size, &stride) of &[input]).map(Slice)
    }

    /// Adds a removal of dimensions of size 1.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_squeeze(&self, input: Tensor<'_>, axes: Tensor<'_>) -> Result<Squeeze<'_>> {
        add_layer!(self.add_squeeze(input.raw(), axes.raw()) of &[input, axes]).map(Squeeze)
    }

    /// Adds an insertion of dimensions of size 1.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_unsqueeze(&self, input: Tensor<'_>, axes: Tensor<'_>) -> Result<Unsqueeze<'_>> {
        add_layer!(self.add_unsqueeze(input.raw(), axes.raw()) of &[input, axes]).map(Unsqueeze)
    }
}
