//! The three kernels of a DCGAN: 4×4 convolution, its transpose, and the gradient of its weight.

#[cfg(feature = "cudnn")]
use candle_core::DType;
use candle_core::Tensor;

use super::backend::Path;
use super::cpu;
#[cfg(feature = "cudnn")]
use super::cuda;
use super::precision::widened;
use super::shape::shape_of;
use super::{Geometry, Result, host, portable};

/// Strided convolution, PyTorch's `conv2d`: forward of D, input gradient of G.
///
/// `wide` [b, 2h, 2w, ci], `weight` [co, 4, 4, ci] → [b, h, w, co].
///
/// # Errors
/// candle's, for shapes that do not fit or a device that fails.
pub fn down(wide: &Tensor, weight: &Tensor, geometry: Geometry) -> Result<Tensor> {
    let path = Path::of(wide);
    let in_f32 = || widened([wide, weight], |wide, weight| down(wide, weight, geometry));
    match path {
        Path::Portable => return portable::down(wide, weight, geometry),
        Path::Widened => return in_f32(),
        _ => {}
    }
    let (batch, h, w, ci) = wide.dims4()?;
    let (h, w) = geometry.deep_side(h, w)?;
    let shape = shape_of(geometry, (batch, h, w), weight.dims4()?, ci)?;
    // cuDNN need not have an algorithm for every shape.
    #[cfg(feature = "cudnn")]
    if path == Path::Cuda {
        return cuda::down(wide, weight, &shape).or_else(|_| match wide.dtype() {
            DType::BF16 => in_f32(),
            _ => portable::down(wide, weight, geometry),
        });
    }
    host::filled((batch, h, w, shape.co), |deep| {
        host::with_slices([wide, weight], |[wide, weight]| {
            cpu::down(wide, weight, deep, &shape)
        })
    })
}

/// Transposed convolution, PyTorch's `conv_transpose2d`: forward of G, input gradient of D.
///
/// `deep` [b, h, w, co], `weight` [co, 4, 4, ci] → [b, 2h, 2w, ci].
///
/// # Errors
/// candle's, for shapes that do not fit or a device that fails.
pub fn up(deep: &Tensor, weight: &Tensor, geometry: Geometry) -> Result<Tensor> {
    let path = Path::of(deep);
    let in_f32 = || widened([deep, weight], |deep, weight| up(deep, weight, geometry));
    match path {
        Path::Portable => return portable::up(deep, weight, geometry),
        Path::Widened => return in_f32(),
        _ => {}
    }
    let (batch, h, w, _) = deep.dims4()?;
    let (co, _, _, ci) = weight.dims4()?;
    let shape = shape_of(geometry, (batch, h, w), weight.dims4()?, ci)?;
    if deep.dim(3)? != co {
        candle_core::bail!("{} channels meet a weight for {co}", deep.dim(3)?);
    }
    let (high, across) = shape.wide();
    // cuDNN need not have an algorithm for every shape.
    #[cfg(feature = "cudnn")]
    if path == Path::Cuda {
        return cuda::up(deep, weight, &shape).or_else(|_| match deep.dtype() {
            DType::BF16 => in_f32(),
            _ => portable::up(deep, weight, geometry),
        });
    }
    host::filled((batch, high, across, ci), |wide| {
        host::with_slices([deep, weight], |[deep, weight]| {
            cpu::up(deep, weight, wide, &shape)
        })
    })
}

/// Weight gradient of [`down`] (`wide` its input, `deep` the gradient of its output) and of [`up`]
/// (`deep` its input, `wide` the gradient of its output).
///
/// `wide` [b, 2h, 2w, ci], `deep` [b, h, w, co] → [co, 4, 4, ci].
///
/// # Errors
/// candle's, for shapes that do not fit or a device that fails.
pub fn weight_grad(wide: &Tensor, deep: &Tensor, geometry: Geometry) -> Result<Tensor> {
    let path = Path::of(wide);
    let in_f32 = || widened([wide, deep], |wide, deep| weight_grad(wide, deep, geometry));
    match path {
        Path::Portable => return portable::weight_grad(wide, deep, geometry),
        Path::Widened => return in_f32(),
        _ => {}
    }
    let (batch, h, w, co) = deep.dims4()?;
    let (_, high, across, ci) = wide.dims4()?;
    let shape = shape_of(geometry, (batch, h, w), (co, 4, 4, ci), ci)?;
    if shape.wide() != (high, across) || wide.dim(0)? != batch {
        candle_core::bail!(
            "{:?} and {:?} are no pair of sides",
            wide.shape(),
            deep.shape()
        );
    }
    // cuDNN need not have an algorithm for every shape.
    #[cfg(feature = "cudnn")]
    if path == Path::Cuda {
        return cuda::weight_grad(wide, deep, &shape).or_else(|_| match wide.dtype() {
            DType::BF16 => in_f32(),
            _ => portable::weight_grad(wide, deep, geometry),
        });
    }
    host::filled((co, 4, 4, ci), |grad| {
        host::with_slices([wide, deep], |[wide, deep]| {
            cpu::weight_grad(wide, deep, grad, &shape)
        })
    })
}
