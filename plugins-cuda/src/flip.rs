//! `torch.flip`.

use crate::kernels::{Tensor, kernel};

#[repr(C)]
struct FlipArgs {
    input: Tensor,
    output: Tensor,
    flipped: u32,
}

kernel!(plugins_cuda_flip(FlipArgs));

#[cfg(test)]
mod tests {
    use super::*;

    /// A launch without elements needs no GPU: the launcher is reached and its struct has our size.
    #[test]
    fn launcher_is_linked() {
        let empty = Tensor::new(std::ptr::null_mut(), trt::DataType::Float, &[0, 3]).unwrap();
        let arguments = FlipArgs {
            input: empty,
            output: empty,
            flipped: 1,
        };
        // SAFETY: no element is read or written.
        let result = unsafe { plugins_cuda_flip(&arguments, std::ptr::null_mut()) };
        if crate::are_compiled() {
            assert_eq!(result, Ok(()));
        } else {
            assert_eq!(result, Err(crate::KernelError::NotCompiled));
        }
    }
}
