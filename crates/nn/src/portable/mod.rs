//! The kernels as candle-nn's layers and candle's operations: the reference that the fast backends are tested against, and
//! what every device without kernels of its own uses (Metal).

mod augment;

use candle_core::{DType, Module as _, Tensor};
use candle_nn::{Conv2d, Conv2dConfig, ConvTranspose2d, ConvTranspose2dConfig, ModuleT as _};

pub use augment::{augment, augment_backward};

use super::types::{Activation, BatchNorm, Normalised, Update};
use super::{Geometry, Result};

pub fn down(wide: &Tensor, weight: &Tensor, geometry: Geometry) -> Result<Tensor> {
    let config = Conv2dConfig {
        padding: geometry.padding(),
        stride: geometry.stride(),
        ..Conv2dConfig::default()
    };
    let weight = channels_first(weight)?; // [co, ci, 4, 4]
    let wide = channels_first(wide)?; // [b, ci, 2h, 2w]
    let deep = Conv2d::new(weight, None, config).forward(&wide)?; // [b, co, h, w]
    channels_last(&deep) // [b, h, w, co]
}

pub fn up(deep: &Tensor, weight: &Tensor, geometry: Geometry) -> Result<Tensor> {
    let config = ConvTranspose2dConfig {
        padding: geometry.padding(),
        stride: geometry.stride(),
        ..ConvTranspose2dConfig::default()
    };
    let weight = channels_first(weight)?; // [co, ci, 4, 4]
    let deep = channels_first(deep)?; // [b, co, h, w]
    let wide = ConvTranspose2d::new(weight, None, config).forward(&deep)?; // [b, ci, 2h, 2w]
    channels_last(&wide) // [b, 2h, 2w, ci]
}

/// The batch plays the channels: each picture of `deep` is a kernel of its size, spread by the stride, that slides over
/// the 4×4 places of the weight.
pub fn weight_grad(wide: &Tensor, deep: &Tensor, geometry: Geometry) -> Result<Tensor> {
    let config = Conv2dConfig {
        padding: geometry.padding(),
        dilation: geometry.stride(),
        ..Conv2dConfig::default()
    };
    let wide = wide.permute((3, 0, 1, 2))?.contiguous()?; // [ci, b, 2h, 2w]
    let deep = deep.permute((3, 0, 1, 2))?.contiguous()?; // [co, b, h, w]
    let grad = Conv2d::new(deep, None, config).forward(&wide)?; // [ci, co, 4, 4]
    grad.permute((1, 2, 3, 0))?.contiguous() // [co, 4, 4, ci]
}

fn channels_first(x: &Tensor) -> Result<Tensor> {
    x.permute((0, 3, 1, 2))?.contiguous()
}

fn channels_last(x: &Tensor) -> Result<Tensor> {
    x.permute((0, 2, 3, 1))?.contiguous()
}

pub fn activate(x: &Tensor, activation: Activation) -> Result<Tensor> {
    match activation {
        Activation::Linear => Ok(x.clone()),
        Activation::Relu => x.relu(),
        Activation::LeakyRelu(slope) => candle_nn::ops::leaky_relu(x, slope),
        Activation::Tanh => x.tanh(),
    }
}

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

/// candle-nn's layer, which takes rows [n, c].
fn layer(norm: &BatchNorm, momentum: f64) -> Result<candle_nn::BatchNorm> {
    let (mean, variance) = (norm.running_mean.clone(), norm.running_var.clone());
    let (gain, shift) = (norm.gain.clone(), norm.shift.clone());
    let (channels, epsilon) = (gain.elem_count(), BatchNorm::EPSILON);
    candle_nn::BatchNorm::new_with_momentum(
        channels, mean, variance, gain, shift, epsilon, momentum,
    )
}

fn rows_of(x: &Tensor) -> Result<Tensor> {
    x.flatten_to(x.rank() - 2) // [n, c]
}

pub fn batch_norm(
    norm: &BatchNorm,
    x: &Tensor,
    activation: Activation,
    momentum: f64,
) -> Result<(Normalised, (Tensor, Tensor))> {
    // With momentum 1 the layer's running statistics are those of this batch, which the backward pass needs. As in
    // PyTorch a batch of one row has no variance.
    let layer = layer(norm, 1.0)?;
    let output = layer.forward_train(&rows_of(x)?)?.contiguous()?; // [n, c]
    let count = output.dim(0)? as f64;
    let mean = layer.running_mean().detach();
    let variance = (layer.running_var().detach() * ((count - 1.0) / count))?; // biased
    let running = norm.tracked((&mean, &variance), count, momentum)?;
    let normalised = Normalised {
        input: x.clone(),
        inv_std: (variance + BatchNorm::EPSILON)?.sqrt()?.recip()?,
        mean,
        output: activate(&output.reshape(x.shape())?, activation)?, // [.., c]
    };
    Ok((normalised, running))
}

pub fn batch_norm_infer(norm: &BatchNorm, x: &Tensor, activation: Activation) -> Result<Tensor> {
    let layer = layer(norm, 0.0)?;
    let output = layer.forward_t(&rows_of(x)?, false)?; // [n, c]
    activate(&output.reshape(x.shape())?, activation) // [.., c]
}

pub fn batch_norm_backward(
    norm: &BatchNorm,
    passed: &Normalised,
    grad: &Tensor,
    activation: Activation,
) -> Result<(Tensor, Tensor, Tensor)> {
    let shape = grad.shape();
    let grad = rows_of(&activate_backward(&passed.output, grad, activation)?)?; // [n, c]
    let normalised = rows_of(&passed.input)? // [n, c]
        .broadcast_sub(&passed.mean)?
        .broadcast_mul(&passed.inv_std)?;
    let count = grad.dim(0)? as f64;
    let of_shift = grad.sum(0)?; // [c]
    let of_gain = (&grad * &normalised)?.sum(0)?; // [c]
    let even = (&of_shift / count)?;
    let along = (&of_gain / count)?;
    let of_input = grad
        .broadcast_sub(&even)?
        .sub(&normalised.broadcast_mul(&along)?)?
        .broadcast_mul(&(&norm.gain * &passed.inv_std)?)?;
    Ok((of_input.reshape(shape)?, of_gain, of_shift))
}

pub fn adam(
    parameter: &Tensor,
    grad: &Tensor,
    (m, v): (&Tensor, &Tensor),
    update: Update,
) -> Result<[Tensor; 3]> {
    let (rate, root) = update.corrected();
    let m = ((m * update.beta1)? + (grad * (1.0 - update.beta1))?)?;
    let v = ((v * update.beta2)? + (grad.sqr()? * (1.0 - update.beta2))?)?;
    let deviation = ((v.sqrt()? / root)? + update.epsilon)?;
    let moved = (parameter - ((&m * rate)? / deviation)?)?;
    Ok([moved, m, v])
}

pub fn sum_of_squares(x: &Tensor) -> Result<f64> {
    scalar(&x.sqr()?.sum_all()?)
}

pub fn count_never_on(features: &Tensor) -> Result<f64> {
    scalar(&features.max(0)?.le(0.0)?.to_dtype(DType::F32)?.sum_all()?)
}

pub fn count_negative(x: &Tensor) -> Result<f64> {
    scalar(&x.lt(0.0)?.to_dtype(DType::F32)?.sum_all()?)
}

fn scalar(tensor: &Tensor) -> Result<f64> {
    tensor.to_dtype(DType::F64)?.to_scalar()
}
