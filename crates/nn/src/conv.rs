//! The three kernels of a DCGAN: 4×4 convolution, its transpose, and the gradient of its weight.

use candle_core::{DType, Tensor};

use super::backend::{Backend, Portable};
use super::device::{backend_of, is_fast_in_bf16};
use super::shape::ConvShape;
use super::{Geometry, Result};

/// Strided convolution, PyTorch's `conv2d`: forward of D, input gradient of G.
///
/// `wide` [b, 2h, 2w, ci], `weight` [co, 4, 4, ci] → [b, h, w, co].
///
/// # Errors
/// candle's, for shapes that do not fit or a device that fails.
pub fn down(wide: &Tensor, weight: &Tensor, geometry: Geometry) -> Result<Tensor> {
    let shape = ConvShape::of_down(geometry, wide.dims4()?, weight.dims4()?)?;
    computed([wide, weight], &|backend, [wide, weight]| {
        backend.down(wide, weight, &shape)
    })
}

/// Transposed convolution, PyTorch's `conv_transpose2d`: forward of G, input gradient of D.
///
/// `deep` [b, h, w, co], `weight` [co, 4, 4, ci] → [b, 2h, 2w, ci].
///
/// # Errors
/// candle's, for shapes that do not fit or a device that fails.
pub fn up(deep: &Tensor, weight: &Tensor, geometry: Geometry) -> Result<Tensor> {
    let shape = ConvShape::of_up(geometry, deep.dims4()?, weight.dims4()?)?;
    computed([deep, weight], &|backend, [deep, weight]| {
        backend.up(deep, weight, &shape)
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
    let shape = ConvShape::of_weight_grad(geometry, wide.dims4()?, deep.dims4()?)?;
    computed([wide, deep], &|backend, [wide, deep]| {
        backend.weight_grad(wide, deep, &shape)
    })
}

/// A kernel of a backend and two inputs.
type Kernel<'a> = &'a dyn Fn(&dyn Backend, [&Tensor; 2]) -> Result<Tensor>;

/// By the backend of the inputs. What a device cannot compute in bfloat16 is computed in f32 and rounded: the same
/// numbers as on a device that can.
fn computed(inputs: [&Tensor; 2], kernel: Kernel) -> Result<Tensor> {
    let device = inputs[0].device();
    if inputs[0].dtype() == DType::BF16 {
        if is_fast_in_bf16(device)
            && let Ok(made) = kernel(backend_of(inputs[0]), inputs)
        {
            return Ok(made);
        }
        let [a, b] = inputs.map(|input| input.to_dtype(DType::F32));
        return computed([&a?, &b?], kernel)?.to_dtype(DType::BF16);
    }
    let made = kernel(backend_of(inputs[0]), inputs);
    if device.is_cpu() {
        return made;
    }
    // A library need not have an algorithm for every shape.
    made.or_else(|_| kernel(&Portable, inputs))
}
