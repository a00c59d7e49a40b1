//! Deformable convolution ([torchvision.ops.deform_conv2d](https://docs.pytorch.org/vision/0.26/generated/torchvision.ops.deform_conv2d.html)).

use plugins_cuda::{DeformableConv, ModulatedDeformableConv};
use trt::plugin::Fields;

use crate::convert::{Context, Error, Result, Size, Tensor, converter};

/// Convolution whose kernel reads at places that are moved by offsets, weighted by a mask: the values are gathered, the rest is a
/// matrix product.
///
/// Plugin: DeformableConv, ModulatedDeformableConv.
///
/// Restriction: without the plugin memory for each element of the kernel, channel and place.
#[converter("torchvision.deform_conv2d.default", "torchvision.ops.deform_conv.deform_conv2d", "torchvision.ops.DeformConv2d.forward", crate = crate)]
#[expect(clippy::too_many_arguments, reason = "they are torchvision's")]
fn deform_conv2d(
    ctx: &mut Context,
    input: &Tensor,
    weight: &Tensor,
    offset: &Tensor,
    mask: &Tensor,
    bias: &Tensor,
    stride_h: i64,
    stride_w: i64,
    pad_h: i64,
    pad_w: i64,
    dilation_h: i64,
    dilation_w: i64,
    groups: i64,
    offset_groups: i64,
    use_mask: bool,
) -> Result<Tensor> {
    if ctx.may_use_plugins() {
        let fields = Fields::new()
            .with("stride", [stride_h, stride_w])
            .with("padding", [pad_h, pad_w])
            .with("dilation", [dilation_h, dilation_w])
            .with("group", groups)
            .with("deformable_group", offset_groups);
        let mut inputs = [*input, *offset, *mask, *weight, *bias];
        for tensor in &mut inputs[1..] {
            *tensor = ctx.cast(tensor, input.dtype())?;
        }
        let [result] = if use_mask {
            ctx.add_plugin::<ModulatedDeformableConv, _>(&fields, &inputs)?
        } else {
            let [x, offset, _, weight, bias] = inputs;
            ctx.add_plugin::<DeformableConv, _>(&fields, &[x, offset, weight, bias])?
        };
        return Ok(result);
    }
    let (sizes, kernel) = (ctx.sizes(input)?, ctx.sizes(weight)?);
    let places = ctx.sizes(offset)?[2..].to_vec();
    let known = |list: &[Size]| list.iter().map(Size::as_static).collect::<Option<Vec<_>>>();
    let (Some(channels), Some(kernel)) = (sizes[1].as_static(), known(&kernel)) else {
        return Err(Error::new(
            "a deformable convolution needs channels and a kernel of known size",
        ));
    };
    let volume = kernel[2] * kernel[3];
    let batch = sizes[0].clone();

    // [N, offset groups, kernel, 2, rows, columns]
    let fixed = |list: &[i64]| list.iter().map(|n| Size::Static(*n)).collect::<Vec<_>>();
    let shape = [
        vec![batch.clone()],
        fixed(&[offset_groups, volume, 2]),
        places.clone(),
    ]
    .concat();
    let offset = ctx.reshape(offset, &shape)?;
    let geometry = [(stride_h, pad_h, dilation_h), (stride_w, pad_w, dilation_w)];
    let mut axes = Vec::with_capacity(2);
    for (i, (stride, padding, dilation)) in geometry.into_iter().enumerate() {
        let moved = ctx.select(&offset, 3, &Size::Static(i as i64))?;
        let moved = ctx.cast(&moved, trt::DataType::Float)?;
        let inside: Vec<f64> = (0..volume)
            .map(|k| if i == 0 { k / kernel[3] } else { k % kernel[3] })
            .map(|k| (k * dilation - padding) as f64)
            .collect();
        let inside = ctx.numbers_constant(&inside, &[volume, 1, 1], moved.dtype())?;
        let steps = ctx.arange(&Size::Static(0), stride, &places[i])?;
        let steps = ctx.cast(&steps, moved.dtype())?;
        let steps = if i == 0 {
            ctx.unsqueeze(&steps, 1)?
        } else {
            steps
        };
        let regular = ctx.add(&inside, &steps)?;
        let place = ctx.add(&moved, &regular)?;
        let n = sizes[2 + i].clone();
        let taps = ctx.linear_taps(&place, &n)?;
        axes.push((n, taps));
    }

    // Each offset group reads images of its own channels.
    let part = Size::Static(channels / offset_groups.max(1));
    let images = batch.times(offset_groups);
    let shape = [images.clone(), part, sizes[2].clone(), sizes[3].clone()];
    let parts = ctx.reshape(input, &shape)?;
    let rows = ctx.pixel_rows(&parts)?;
    let image = ctx.arange(&Size::Static(0), 1, &images)?;
    let shape = [vec![batch.clone()], fixed(&[offset_groups, 1, 1, 1])].concat();
    let image = ctx.reshape(&image, &shape)?;
    let mut values = ctx.interpolated(&rows, &image, &axes)?;
    if use_mask {
        let shape = [
            vec![batch.clone()],
            fixed(&[offset_groups, volume]),
            places.clone(),
            fixed(&[1]),
        ]
        .concat();
        let mask = ctx.reshape(mask, &shape)?;
        values = ctx.mul(&values, &mask)?;
    }

    // [N, groups, channels in a group * kernel, places]
    let values = ctx.permute(&values, &[0, 1, 5, 2, 3, 4])?;
    let depth = channels / groups.max(1) * volume;
    let columns = [
        batch.clone(),
        Size::Static(groups),
        Size::Static(depth),
        places[0].times(places[1].clone()),
    ];
    let columns = ctx.reshape(&values, &columns)?;
    let filters = fixed(&[1, groups, kernel[0] / groups.max(1), depth]);
    let filters = ctx.reshape(weight, &filters)?;
    let product = ctx.matmul(&filters, &columns)?;
    let result = [
        batch,
        Size::Static(kernel[0]),
        places[0].clone(),
        places[1].clone(),
    ];
    let result = ctx.reshape(&product, &result)?;
    let bias = ctx.along_channels(bias, 4)?;
    ctx.add(&result, &bias)
}
