//! How many bits the convolutions of a training step compute with.

use candle_core::{DType, Tensor};

use super::Result;

/// What goes into the convolutions of training and comes out of them. Weights, gradients at rest, batch norm,
/// activations, Adam and all sums stay in f32, as with PyTorch's `autocast`; so does inference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits.
    #[default]
    F32,
    /// bfloat16: the range of f32, so that losses need no scaling, and eight bits of each number.
    Bf16,
}

impl Precision {
    /// `x` as a convolution takes it.
    pub(super) fn narrow(self, x: &Tensor) -> Result<Tensor> {
        match self {
            Self::F32 => Ok(x.clone()),
            Self::Bf16 => x.to_dtype(DType::BF16),
        }
    }
}
