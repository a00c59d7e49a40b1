//! Aligned regions with as many samples as fit into each bin (`roi_align` with a `sampling_ratio` of 0).
//!
//! The samples of a bin are evenly spaced along both axes, and interpolation treats the axes alone. So how much each row and each
//! column of the feature map counts in a bin has a closed form, however many samples there are, and two products give the means.

use trt::{ElementWiseOperation as Op, UnaryOperation};

use crate::convert::{Context, Result, Scalar, Size, Tensor};

/// Where boxes begin along an axis of the feature map and how far they reach, both `[boxes, 1]`.
pub(super) struct Extent {
    pub(super) start: Tensor,
    pub(super) length: Tensor,
}

/// The means over the bins `[boxes, channels, rows, columns]`; `extents` and `bins` along rows and columns, `image` of each box as
/// `[boxes]`.
pub(super) fn bin_means(
    ctx: &mut Context,
    input: &Tensor,
    image: &Tensor,
    extents: &[Extent; 2],
    bins: [i64; 2],
) -> Result<Tensor> {
    let sizes = ctx.sizes(input)?;
    let images = if sizes[0] == Size::Static(1) {
        *input
    } else {
        ctx.gather_slices(input, image, 0)?
    };
    let rows = shares(ctx, &extents[0], bins[0], &sizes[2])?;
    let columns = shares(ctx, &extents[1], bins[1], &sizes[3])?;
    let rows = ctx.cast(&rows, input.dtype())?;
    let columns = ctx.cast(&columns, input.dtype())?;
    let rows = ctx.unsqueeze(&rows, 1)?;
    let columns = ctx.transpose(&columns, 1, 2)?;
    let columns = ctx.unsqueeze(&columns, 1)?;
    let means = ctx.matmul(&rows, &images)?;
    ctx.matmul(&means, &columns)
}

/// How much each of the `n` elements of an axis counts in each bin, as `[boxes, bins, n]`.
fn shares(ctx: &mut Context, extent: &Extent, bins: i64, n: &Size) -> Result<Tensor> {
    let bin = ctx.div(&extent.length, bins as f64)?;
    let count = ctx.unary(UnaryOperation::Ceil, &bin)?;
    let count = ctx.maximum(&count, 0.0)?;
    let at_least_one = ctx.maximum(&count, 1.0)?;
    let step = ctx.div(&bin, &at_least_one)?;
    // Boxes without samples take any step.
    let some = ctx.compare(Op::Greater, &count, 0.0)?;
    let step = ctx.select_where(&some, &step, 1.0)?;
    let numbers: Vec<f64> = (0..bins).map(|b| b as f64).collect();
    let numbers = ctx.numbers_constant(&numbers, &[1, bins], bin.dtype())?;
    let start = ctx.mul(&bin, &numbers)?;
    let start = ctx.add(&extent.start, &start)?;
    let samples = Samples {
        start: ctx.unsqueeze(&start, 2)?,
        step: ctx.unsqueeze(&step, 2)?,
        count: ctx.unsqueeze(&count, 2)?,
    };

    let place = ctx.arange(&Size::Static(0), 1, n)?;
    let place = ctx.cast(&place, bin.dtype())?;
    let (low, high) = (ctx.sub(&place, 1.0)?, ctx.add(&place, 1.0)?);
    let before = samples.below(ctx, &low, false)?;
    let middle = samples.below(ctx, &place, false)?;
    let after = samples.below(ctx, &high, false)?;
    // A sample between two elements counts for each by its distance from the other. Beyond the first and the last element, their
    // values go on for one more.
    let rising = samples.distances(ctx, &low, &before, &middle)?;
    let reach = ctx.sub(&middle, &before)?;
    let first = ctx.compare(Op::Equal, &place, 0.0)?;
    let rising = ctx.select_where(&first, &reach, &rising)?;
    let falling = samples.distances(ctx, &high, &middle, &after)?;
    let end = samples.below(ctx, &high, true)?;
    let reach = ctx.sub(&end, &middle)?;
    let last = ctx.compare(Op::Equal, &place, Scalar::from(n.plus(-1)))?;
    let falling = ctx.unary(UnaryOperation::Neg, &falling)?;
    let falling = ctx.select_where(&last, &reach, &falling)?;
    let sum = ctx.add(&rising, &falling)?;
    let count = ctx.unsqueeze(&at_least_one, 2)?;
    ctx.div(&sum, &count)
}

/// The samples of bins: `start + (i + 1/2) * step` for `i` below `count`.
struct Samples {
    start: Tensor,
    step: Tensor,
    count: Tensor,
}

impl Samples {
    /// How many are below a place, or `at` it.
    fn below(&self, ctx: &mut Context, place: &Tensor, at: bool) -> Result<Tensor> {
        let distance = ctx.sub(place, &self.start)?;
        let steps = ctx.div(&distance, &self.step)?;
        let (shift, rounding) = if at {
            (0.5, UnaryOperation::Floor)
        } else {
            (-0.5, UnaryOperation::Ceil)
        };
        let number = ctx.add(&steps, shift)?;
        let number = ctx.unary(rounding, &number)?;
        let number = ctx.maximum(&number, 0.0)?;
        ctx.minimum(&number, &self.count)
    }

    /// The sum of their distances from a place, of those from number `from` to `to`.
    fn distances(
        &self,
        ctx: &mut Context,
        place: &Tensor,
        from: &Tensor,
        to: &Tensor,
    ) -> Result<Tensor> {
        let count = ctx.sub(to, from)?;
        let middle = ctx.add(from, to)?;
        let middle = ctx.mul(&middle, 0.5)?;
        let middle = ctx.mul(&middle, &self.step)?;
        let begin = ctx.sub(&self.start, place)?;
        let mean = ctx.add(&begin, &middle)?;
        ctx.mul(&count, &mean)
    }
}
