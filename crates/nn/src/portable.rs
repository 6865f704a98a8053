//! The layers in plain candle operations: the reference that fast paths are tested against, and the
//! path of every device without kernels of its own (Metal).

use candle_core::{D, Tensor};

use super::types::Normalised;
use super::{Activation, Geometry, Result};

/// See [`super::conv::down`].
pub fn down(wide: &Tensor, weight: &Tensor, geometry: Geometry) -> Result<Tensor> {
    let wide = channels_first(wide)?; // [b, ci, 2h, 2w]
    let weight = channels_first(weight)?; // [co, ci, 4, 4]
    let deep = wide.conv2d(&weight, geometry.padding(), geometry.stride(), 1, 1)?; // [b, co, h, w]
    channels_last(&deep) // [b, h, w, co]
}

/// See [`super::conv::up`].
pub fn up(deep: &Tensor, weight: &Tensor, geometry: Geometry) -> Result<Tensor> {
    let deep = channels_first(deep)?; // [b, co, h, w]
    let weight = channels_first(weight)?; // [co, ci, 4, 4]
    let wide = deep.conv_transpose2d(&weight, geometry.padding(), 0, geometry.stride(), 1)?;
    channels_last(&wide) // [b, 2h, 2w, ci]
}

/// See [`super::conv::weight_grad`]. The batch plays the channels: each picture of `deep` is a
/// kernel of its size, spread by the stride, that slides over the 4×4 places of the weight.
pub fn weight_grad(wide: &Tensor, deep: &Tensor, geometry: Geometry) -> Result<Tensor> {
    let wide = wide.permute((3, 0, 1, 2))?.contiguous()?; // [ci, b, 2h, 2w]
    let deep = deep.permute((3, 0, 1, 2))?.contiguous()?; // [co, b, h, w]
    let (padding, spread) = (geometry.padding(), geometry.stride());
    let grad = wide.conv2d(&deep, padding, 1, spread, 1)?; // [ci, co, 4, 4]
    grad.permute((1, 2, 3, 0))?.contiguous() // [co, 4, 4, ci]
}

fn channels_first(x: &Tensor) -> Result<Tensor> {
    x.permute((0, 3, 1, 2))?.contiguous()
}

fn channels_last(x: &Tensor) -> Result<Tensor> {
    x.permute((0, 2, 3, 1))?.contiguous()
}

/// See [`super::activation::Activation::forward`].
pub fn activate(x: &Tensor, activation: Activation) -> Result<Tensor> {
    match activation {
        Activation::Linear => Ok(x.clone()),
        Activation::Relu => x.relu(),
        Activation::LeakyRelu(slope) => x.maximum(&(x * slope)?),
        Activation::Tanh => x.tanh(),
    }
}

/// See [`super::activation::Activation::backward`].
pub fn activate_backward(y: &Tensor, grad: &Tensor, activation: Activation) -> Result<Tensor> {
    let slope = match activation {
        Activation::Linear => return Ok(grad.clone()),
        Activation::Tanh => return grad * (1.0 - y.sqr()?)?,
        Activation::Relu => 0.0,
        Activation::LeakyRelu(slope) => slope,
    };
    let positive = y.gt(0.0)?.to_dtype(grad.dtype())?;
    grad * positive.affine(1.0 - slope, slope)?
}

/// Mean `[c]` and biased variance `[c]` of `x` `[.., c]`.
pub fn moments(x: &Tensor) -> Result<(Tensor, Tensor)> {
    let rows = x.flatten_to(x.rank() - 2)?; // [n, c]
    let mean = rows.mean(0)?; // [c]
    let variance = rows.broadcast_sub(&mean)?.sqr()?.mean(0)?; // [c]
    Ok((mean, variance))
}

/// `activation(gain · (x − mean) · inv_std + shift)`; all four `[c]`, `x` `[.., c]`.
pub fn normalise(
    x: &Tensor,
    (mean, inv_std): (&Tensor, &Tensor),
    (gain, shift): (&Tensor, &Tensor),
    activation: Activation,
) -> Result<Tensor> {
    let scale = (gain * inv_std)?;
    let normalised = x.broadcast_sub(mean)?.broadcast_mul(&scale)?;
    activate(&normalised.broadcast_add(shift)?, activation)
}

/// See [`super::BatchNorm::backward`].
pub fn normalise_backward(
    passed: &Normalised,
    gain: &Tensor,
    grad: &Tensor,
    activation: Activation,
) -> Result<(Tensor, Tensor, Tensor)> {
    let grad = activate_backward(&passed.output, grad, activation)?;
    let rows = grad.flatten_to(grad.rank() - 2)?; // [n, c]
    let centred = passed.input.broadcast_sub(&passed.mean)?;
    let hat = centred.broadcast_mul(&passed.inv_std)?;
    let hat_rows = hat.flatten_to(hat.rank() - 2)?; // [n, c]
    let count = rows.dim(0)? as f64;
    let grad_shift = rows.sum(0)?; // [c]
    let grad_gain = (&rows * &hat_rows)?.sum(0)?; // [c]
    let even = (&grad_shift / count)?;
    let along = (&grad_gain / count)?;
    let scale = (gain * &passed.inv_std)?;
    let grad_rows = rows
        .broadcast_sub(&even)?
        .sub(&hat_rows.broadcast_mul(&along)?)?
        .broadcast_mul(&scale)?; // [n, c]
    let last = grad.dim(D::Minus1)?;
    debug_assert_eq!(last, scale.elem_count());
    Ok((grad_rows.reshape(grad.shape())?, grad_gain, grad_shift))
}
