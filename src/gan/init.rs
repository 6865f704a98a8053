//! Initial weights of the paper: convolutions N(0, 0.02²), batch norm gains N(1, 0.02²).

use candle_core::{Device, Result, Tensor};

use crate::latent::noise::Noise;

const DEVIATION: f64 = 0.02;

/// A convolution's weight, [deep, 4, 4, wide].
///
/// # Errors
/// candle's.
pub fn weight(deep: usize, wide: usize, noise: &mut Noise, device: &Device) -> Result<Tensor> {
    let numbers = noise.normals(deep * 16 * wide, 0.0, DEVIATION);
    Tensor::from_vec(numbers, (deep, 4, 4, wide), device)
}

/// A batch norm's gain, `[channels]`.
///
/// # Errors
/// candle's.
pub fn gain(channels: usize, noise: &mut Noise, device: &Device) -> Result<Tensor> {
    Tensor::from_vec(noise.normals(channels, 1.0, DEVIATION), channels, device)
}
