//! [MatrixMultiply](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/MatrixMultiply.html) and
//! [Einsum](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Einsum.html).

use tch::Tensor;
use trt::MatrixOperation;
use trt::layers::{Einsum, MatrixMultiply};

use crate::interpreter::call::Call;
use crate::interpreter::error::{Failure, Result};

pub(super) fn matrix_multiply(call: &Call, layer: &MatrixMultiply<'_>) -> Result<Tensor> {
    let operations = (layer.operation0()?, layer.operation1()?);
    // A vector stands as a row on the left and as a column on the right; its dimension vanishes from the product.
    let a = match operations.0 {
        MatrixOperation::None => call.input(0)?.shallow_clone(),
        MatrixOperation::Transpose => call.input(0)?.f_transpose(-2, -1)?,
        MatrixOperation::Vector => call.input(0)?.f_unsqueeze(-2)?,
    };
    let b = match operations.1 {
        MatrixOperation::None => call.input(1)?.shallow_clone(),
        MatrixOperation::Transpose => call.input(1)?.f_transpose(-2, -1)?,
        MatrixOperation::Vector => call.input(1)?.f_unsqueeze(-1)?,
    };
    if a.dim() != b.dim() || a.dim() < 2 {
        return Err(Failure::invalid(format!(
            "operands of shapes {:?} and {:?}",
            a.size(),
            b.size()
        )));
    }
    let mut product = a.f_matmul(&b)?;
    if operations.1 == MatrixOperation::Vector {
        product = product.f_squeeze_dim(-1)?;
    }
    if operations.0 == MatrixOperation::Vector {
        let row = if operations.1 == MatrixOperation::Vector {
            -1
        } else {
            -2
        };
        product = product.f_squeeze_dim(row)?;
    }
    Ok(product)
}

pub(super) fn einsum(call: &Call, layer: &Einsum<'_>) -> Result<Tensor> {
    Ok(Tensor::f_einsum(
        &layer.equation()?,
        &call.inputs()?,
        None::<&[i64]>,
    )?)
}
