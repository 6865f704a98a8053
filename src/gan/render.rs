//! Latents → pictures.

use candle_core::{Device, Result, Tensor};

use super::generator::Generator;
use crate::latent::{Latent, noise};
use crate::picture::Picture;

/// Faces drawn in one pass: bounds the memory of a large wall.
const BATCH: usize = 64;

/// [b, 1, 1, `len`] from b latents; others' lengths are cut or filled with zeros.
///
/// # Errors
/// candle's, for a device that fails.
pub fn latents_to_tensor(latents: &[Latent], len: usize, device: &Device) -> Result<Tensor> {
    let numbers: Vec<f32> = latents
        .iter()
        .flat_map(|z| z.0.iter().copied().chain(std::iter::repeat(0.0)).take(len))
        .collect();
    Tensor::from_vec(numbers, (latents.len(), 1, 1, len), device)
}

/// A picture for each latent of `len` numbers, in inference mode.
///
/// # Errors
/// candle's, for a device that fails.
pub fn render(generator: &Generator, len: usize, latents: &[Latent]) -> Result<Vec<Picture>> {
    if generator.is_empty() {
        return Ok(Vec::new());
    }
    let device = generator.device();
    let mut pictures = Vec::with_capacity(latents.len());
    for some in latents.chunks(BATCH) {
        let made = generator.infer(&latents_to_tensor(some, len, &device)?)?; // [b, h, w, c]
        pictures.extend(to_pictures(&made)?);
    }
    Ok(pictures)
}

/// Whether a face is numbers all over. Finite weights that are far too large give infinite features, and those a
/// black face.
///
/// # Errors
/// candle's, for a device that fails.
pub fn draws_numbers(generator: &Generator, len: usize) -> Result<bool> {
    if generator.is_empty() {
        return Ok(false);
    }
    let z = latents_to_tensor(&[noise::face(1, len)], len, &generator.device())?; // [1, 1, 1, len]
    let numbers: Vec<f32> = generator.infer(&z)?.flatten_all()?.to_vec1()?;
    Ok(numbers.iter().all(|x| x.is_finite()))
}

/// [b, h, w, 1 or 3] in −1..1 → b pictures.
pub(super) fn to_pictures(made: &Tensor) -> Result<Vec<Picture>> {
    let (_, height, width, channels) = made.dims4()?;
    let numbers: Vec<f32> = made.flatten_all()?.to_vec1()?;
    let pictures = numbers.chunks_exact(height * width * channels);
    let picture = |one| Picture {
        width,
        height,
        rgb: to_rgb(one, channels),
    };
    Ok(pictures.map(picture).collect())
}

/// −1..1 → 0..255; grey is repeated three times.
fn to_rgb(numbers: &[f32], channels: usize) -> Vec<u8> {
    let byte = |x: &f32| ((x + 1.0) * 127.5).round().clamp(0.0, 255.0) as u8;
    match channels {
        1 => numbers.iter().flat_map(|x| [byte(x); 3]).collect(),
        _ => numbers.iter().map(byte).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_bytes() {
        assert_eq!(to_rgb(&[-1.0, 0.0, 1.0], 3), [0, 128, 255]);
        assert_eq!(to_rgb(&[2.0], 1), [255; 3]);
    }

    #[test]
    fn latents_of_another_length_fit() {
        let latents = [Latent(vec![1.0, 2.0, 3.0]), Latent(vec![4.0])];
        let z = latents_to_tensor(&latents, 2, &Device::Cpu).unwrap();
        let numbers: Vec<f32> = z.flatten_all().unwrap().to_vec1().unwrap();
        assert_eq!(numbers, [1.0, 2.0, 4.0, 0.0]);
    }
}
