//! Which code computes a layer.

use candle_core::{DType, Tensor};

/// Chosen anew for each tensor; what they compute is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// [`super::cpu`]: f32 in main memory.
    Host,
    /// [`super::cuda`]: on a CUDA device on which the fast layers were found right, in f32; convolutions in bfloat16 too.
    #[cfg(feature = "cudnn")]
    Cuda,
    /// bfloat16 on a device without kernels for it: in f32, then rounded.
    Widened,
    /// [`super::portable`]: everything else.
    Portable,
}

impl Path {
    /// The fastest that can take `tensor`.
    pub fn of(tensor: &Tensor) -> Self {
        if tensor.dtype() == DType::BF16 {
            #[cfg(feature = "cudnn")]
            if tensor.elem_count() > 0 && super::cuda::is_trusted_in_bf16(tensor.device()) {
                return Self::Cuda;
            }
            return Self::Widened;
        }
        if tensor.dtype() != DType::F32 {
            return Self::Portable;
        }
        if tensor.device().is_cpu() {
            return Self::Host;
        }
        #[cfg(feature = "cudnn")]
        if tensor.elem_count() > 0 && super::cuda::is_trusted(tensor.device()) {
            return Self::Cuda;
        }
        Self::Portable
    }
}
