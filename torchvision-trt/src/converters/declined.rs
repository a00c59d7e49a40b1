//! Operators that no network can hold, declined with the reason, so that the report is not just "no converter".

use crate::convert::{Call, Context, Error, Result, converter};

fn declined() -> Result<()> {
    Err(Error::new("this operator is declined before conversion"))
}

/// Distinct elements.
///
/// Restriction: not converted, as the size of the result depends on data in a way that TensorRT has no layer for.
#[converter(
    "aten._unique.default", "aten._unique2.default", "aten.unique_dim.default", "aten.unique_consecutive.default", "aten.unique_dim_consecutive.default",
    "aten.bincount.default", "aten.combinations.default", "aten.repeat_interleave.Tensor", when = unknown_size, crate = crate
)]
fn of_unknown_size(_ctx: &mut Context) -> Result<()> {
    declined()
}

fn unknown_size(_call: &Call) -> std::result::Result<(), String> {
    Err("the size of its result depends on data in a way that TensorRT has no layer for; compute it outside of the model".into())
}

/// Complex numbers.
///
/// Restriction: not converted, as TensorRT has no complex numbers.
#[converter(
    "aten.complex.default", "aten.polar.default", "aten.view_as_complex.default", "aten.view_as_real.default", "aten.imag.default",
    "aten._conj.default", when = complex, crate = crate
)]
fn of_complex_numbers(_ctx: &mut Context) -> Result<()> {
    declined()
}

fn complex(_call: &Call) -> std::result::Result<(), String> {
    Err(
        "TensorRT has no complex numbers; keep the real and the imaginary part as two tensors"
            .into(),
    )
}

/// Fourier transforms.
///
/// Restriction: not converted, as TensorRT has no complex numbers.
#[converter(
    "aten._fft_c2c.default", "aten._fft_c2r.default", "aten._fft_r2c.default", "aten.fft_fft.default", "aten.fft_fft2.default",
    "aten.fft_fftn.default", "aten.fft_hfft.default", "aten.fft_hfft2.default", "aten.fft_hfftn.default", "aten.fft_ifft.default",
    "aten.fft_ifft2.default", "aten.fft_ifftn.default", "aten.fft_ihfft.default", "aten.fft_ihfft2.default",
    "aten.fft_ihfftn.default", "aten.fft_irfft.default", "aten.fft_irfft2.default", "aten.fft_irfftn.default",
    "aten.fft_rfft.default", "aten.fft_rfft2.default", "aten.fft_rfftn.default", "aten.istft.default", "aten.stft.center",
    "aten.stft.default",
    when = fourier, crate = crate
)]
fn of_fourier_transforms(_ctx: &mut Context) -> Result<()> {
    declined()
}

fn fourier(_call: &Call) -> std::result::Result<(), String> {
    Err("TensorRT has no complex numbers; compute the real and the imaginary part as products with matrices of cosines and sines, or the transform outside of the model".into())
}

/// Recurrent networks over packed sequences.
///
/// Restriction: not converted, as the batch of each step depends on data.
#[converter("aten.lstm.data", "aten.gru.data", "aten.rnn_tanh.data", "aten.rnn_relu.data", when = packed, crate = crate)]
fn of_packed_sequences(_ctx: &mut Context) -> Result<()> {
    declined()
}

fn packed(_call: &Call) -> std::result::Result<(), String> {
    Err(
        "the batch of each step of a packed sequence depends on data; give the recurrent layer the padded tensor"
            .into(),
    )
}

/// Random numbers.
///
/// Restriction: not converted, as no engine could be compared with PyTorch.
#[converter(
    "aten.rand.default", "aten.rand_like.default", "aten.randn.default", "aten.randn_like.default", "aten.randint.default", "aten.randint.low",
    "aten.randint_like.default", "aten.randint_like.low_dtype", "aten.randperm.default", "aten.bernoulli.default", "aten.bernoulli.p",
    "aten.bernoulli.Tensor", "aten.multinomial.default", "aten.normal_functional.default", "aten.normal.Tensor_Tensor",
    "aten.normal.Tensor_float", "aten.normal.float_Tensor", "aten.uniform.default", "aten.exponential.default", "aten.poisson.default",
    when = random, crate = crate
)]
fn of_random_numbers(_ctx: &mut Context) -> Result<()> {
    declined()
}

fn random(_call: &Call) -> std::result::Result<(), String> {
    Err("it draws random numbers, which no engine could draw alike; make them an input of the model".into())
}
