//! The three kernels of a DCGAN: 4×4 convolution, its transpose, and the gradient of its weight.

use candle_core::Tensor;

use super::{Result, portable};

/// How a 4×4 kernel ties the wide (high resolution) side to the deep one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Geometry {
    /// Stride 2, padding 1: 2h×2w ↔ h×w.
    Halve,
    /// Stride 1, no padding: 4×4 ↔ 1×1.
    Whole,
}

impl Geometry {
    /// Stride of the convolution.
    pub fn stride(self) -> usize {
        match self {
            Self::Halve => 2,
            Self::Whole => 1,
        }
    }

    /// Zero padding of the convolution on each edge.
    pub fn padding(self) -> usize {
        match self {
            Self::Halve => 1,
            Self::Whole => 0,
        }
    }
}

/// Strided convolution, PyTorch's `conv2d`: forward of D, input gradient of G.
///
/// `wide` [b, 2h, 2w, ci], `weight` [co, 4, 4, ci] → [b, h, w, co].
///
/// # Errors
/// candle's, for shapes that do not fit or a device that fails.
pub fn down(wide: &Tensor, weight: &Tensor, geometry: Geometry) -> Result<Tensor> {
    portable::down(wide, weight, geometry)
}

/// Transposed convolution, PyTorch's `conv_transpose2d`: forward of G, input gradient of D.
///
/// `deep` [b, h, w, co], `weight` [co, 4, 4, ci] → [b, 2h, 2w, ci].
///
/// # Errors
/// candle's, for shapes that do not fit or a device that fails.
pub fn up(deep: &Tensor, weight: &Tensor, geometry: Geometry) -> Result<Tensor> {
    portable::up(deep, weight, geometry)
}

/// Weight gradient of [`down`] (`wide` its input, `deep` the gradient of its output) and of [`up`]
/// (`deep` its input, `wide` the gradient of its output).
///
/// `wide` [b, 2h, 2w, ci], `deep` [b, h, w, co] → [co, 4, 4, ci].
///
/// # Errors
/// candle's, for shapes that do not fit or a device that fails.
pub fn weight_grad(wide: &Tensor, deep: &Tensor, geometry: Geometry) -> Result<Tensor> {
    portable::weight_grad(wide, deep, geometry)
}
