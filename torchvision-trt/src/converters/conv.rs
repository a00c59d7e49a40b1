//! Convolutions ([torch.nn.functional](https://docs.pytorch.org/docs/2.11/nn.functional.html#convolution-functions)).

use crate::convert::{Context, Error, Padding, Result, Tensor, converter, spatial};

/// Convolution over one to three dimensions.
#[converter(
    "aten.conv1d.default", "aten.conv2d.default", "aten.conv3d.default",
    "torch.nn.Conv1d.forward", "torch.nn.Conv2d.forward", "torch.nn.Conv3d.forward",
    "torch.conv1d", "torch.conv2d", "torch.conv3d",
    "torch.nn.functional.conv1d", "torch.nn.functional.conv2d", "torch.nn.functional.conv3d", crate = crate
)]
#[expect(clippy::too_many_arguments, reason = "they are PyTorch's")]
fn conv(
    ctx: &mut Context,
    input: &Tensor,
    weight: &Tensor,
    bias: Option<&Tensor>,
    #[default(vec![1])] stride: Vec<i64>,
    #[default(vec![0])] padding: Vec<i64>,
    #[default(vec![1])] dilation: Vec<i64>,
    #[default(1)] groups: i64,
) -> Result<Tensor> {
    let n = weight.rank().saturating_sub(2);
    let (stride, dilation) = (
        spatial(&stride, n, "stride")?,
        spatial(&dilation, n, "dilation")?,
    );
    let padding = Padding::symmetric(&spatial(&padding, n, "padding")?);
    ctx.convolution(input, weight, bias, &stride, &padding, &dilation, groups)
}

/// Convolution with padding by name: `'valid'` is none, `'same'` keeps the size with the odd element after the input.
#[converter("aten.conv1d.padding", "aten.conv2d.padding", "aten.conv3d.padding", crate = crate)]
#[expect(clippy::too_many_arguments, reason = "they are PyTorch's")]
fn conv_padding(
    ctx: &mut Context,
    input: &Tensor,
    weight: &Tensor,
    bias: Option<&Tensor>,
    #[default(vec![1])] stride: Vec<i64>,
    #[default("valid")] padding: &str,
    #[default(vec![1])] dilation: Vec<i64>,
    #[default(1)] groups: i64,
) -> Result<Tensor> {
    let n = weight.rank().saturating_sub(2);
    let (stride, dilation) = (
        spatial(&stride, n, "stride")?,
        spatial(&dilation, n, "dilation")?,
    );
    let kernel = ctx.dims(weight)?;
    let total: Vec<i64> = match padding {
        "valid" => vec![0; n],
        "same" => dilation
            .iter()
            .zip(&kernel[2..])
            .map(|(d, k)| d * (k - 1))
            .collect(),
        other => {
            return Err(Error::new(format!(
                "padding {other:?}: expected \"valid\" or \"same\""
            )));
        }
    };
    let before: Vec<i64> = total.iter().map(|t| t / 2).collect();
    let after = total.iter().zip(&before).map(|(t, b)| t - b).collect();
    ctx.convolution(
        input,
        weight,
        bias,
        &stride,
        &Padding { before, after },
        &dilation,
        groups,
    )
}

/// Transposed convolution over one to three dimensions.
#[converter(
    "aten.conv_transpose1d.default", "aten.conv_transpose2d.input", "aten.conv_transpose3d.input",
    "torch.nn.ConvTranspose1d.forward", "torch.nn.ConvTranspose2d.forward", "torch.nn.ConvTranspose3d.forward",
    "torch.conv_transpose1d", "torch.conv_transpose2d", "torch.conv_transpose3d",
    "torch.nn.functional.conv_transpose1d", "torch.nn.functional.conv_transpose2d", "torch.nn.functional.conv_transpose3d", crate = crate
)]
#[expect(clippy::too_many_arguments, reason = "they are PyTorch's")]
fn conv_transpose(
    ctx: &mut Context,
    input: &Tensor,
    weight: &Tensor,
    bias: Option<&Tensor>,
    #[default(vec![1])] stride: Vec<i64>,
    #[default(vec![0])] padding: Vec<i64>,
    #[default(vec![0])] output_padding: Vec<i64>,
    #[default(1)] groups: i64,
    #[default(vec![1])] dilation: Vec<i64>,
) -> Result<Tensor> {
    let n = weight.rank().saturating_sub(2);
    let (stride, padding) = (
        spatial(&stride, n, "stride")?,
        spatial(&padding, n, "padding")?,
    );
    let (output_padding, dilation) = (
        spatial(&output_padding, n, "output_padding")?,
        spatial(&dilation, n, "dilation")?,
    );
    ctx.transposed_convolution(
        input,
        weight,
        bias,
        &stride,
        &padding,
        &output_padding,
        groups,
        &dilation,
    )
}

/// Convolution or transposed convolution, as core ATen has them.
#[converter("aten.convolution.default", "aten._convolution.default", crate = crate)]
#[expect(clippy::too_many_arguments, reason = "they are PyTorch's")]
fn convolution(
    ctx: &mut Context,
    input: &Tensor,
    weight: &Tensor,
    bias: Option<&Tensor>,
    stride: Vec<i64>,
    padding: Vec<i64>,
    dilation: Vec<i64>,
    transposed: bool,
    output_padding: Vec<i64>,
    groups: i64,
) -> Result<Tensor> {
    if transposed {
        conv_transpose(
            ctx,
            input,
            weight,
            bias,
            stride,
            padding,
            output_padding,
            groups,
            dilation,
        )
    } else {
        conv(ctx, input, weight, bias, stride, padding, dilation, groups)
    }
}
