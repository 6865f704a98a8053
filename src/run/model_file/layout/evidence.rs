//! What a file does not say, from what it remembers: running statistics of batch norms are those of features that only
//! one geometry and one activation give.

use candle_core::{Device, Tensor};

use super::build;
use crate::gan::latents_to_tensor;
use crate::gan::layers::{Kind, Layer, Layers};
use crate::latent::LatentSpace;
use crate::latent::noise::{Noise, Purpose};

/// Latents that geometries are told apart with, and those that running statistics are recalibrated with.
const FOR_GEOMETRY: usize = 64;
const CALIBRATED_WITH: usize = 256;
/// Pixels of all latents' features that tell the activation.
const PIXELS: usize = 1 << 14;
/// Larger features are not looked at: those in front tell as much, in a fraction of the time.
const LARGEST: usize = 16;
const LARGEST_OF_ACTIVATION: usize = 64;
/// Channels that tell the activation.
const CHANNELS: usize = 48;
/// Keeps the logarithms of channels that stand still apart from infinity.
const SMALLEST: f64 = 1e-6;

/// How far the features of random latents are from what the running statistics remember, 0 being exactly there: a number
/// for each norm that was looked at. Activations need a closer look than geometries, at one norm.
pub(super) fn of_geometry(layers: &Layers, latent: usize) -> candle_core::Result<Vec<f64>> {
    distances(layers, &latents(latent, FOR_GEOMETRY)?, LARGEST)
}

/// As [`of_geometry`], of the first norm that has an activation in front of it, and more exactly.
pub(super) fn of_activation(layers: &Layers, latent: usize) -> candle_core::Result<Vec<f64>> {
    let Some((probe, side)) = probe(layers, latent)? else {
        return Ok(Vec::new());
    };
    let count = (PIXELS / (side * side)).clamp(16, 256);
    let all = distances(&probe, &latents(latent, count)?, LARGEST_OF_ACTIVATION)?;
    // Those in front see the same whatever the activation is.
    let norms = probe.layers().iter().filter(|layer| is_norm(layer)).count();
    Ok(all
        .get(norms.saturating_sub(1))
        .copied()
        .into_iter()
        .collect())
}

fn is_norm(layer: &Layer) -> bool {
    matches!(layer.kind, Kind::BatchNorm { .. })
}

/// The network up to the first norm behind an activation, of which only some channels are computed, and the side of the
/// features there.
fn probe(layers: &Layers, latent: usize) -> candle_core::Result<Option<(Layers, usize)>> {
    let layers = layers.layers();
    let bends = |layer: &Layer| matches!(layer.kind, Kind::Relu | Kind::LeakyRelu { .. });
    let first_bend = layers.iter().position(bends);
    let Some(end) = first_bend.and_then(|bend| {
        let behind = layers.iter().skip(bend).position(is_norm)?;
        Some(bend + behind)
    }) else {
        return Ok(None);
    };
    let Ok((side, _)) = build::check(&layers[..=end], latent) else {
        return Ok(None);
    };
    let mut own = layers[..=end].to_vec();
    // Right in front of the norm stands its kernel.
    let [.., kernel, norm] = &mut own[..] else {
        return Ok(None);
    };
    let of_outputs = match kernel.kind {
        Kind::ConvTranspose { .. } => 1,
        Kind::Conv { .. } => 0,
        _ => return Ok(Some((Layers::new(own)?, side))),
    };
    let count = kernel.needed("weight")?.dim(of_outputs)?.min(CHANNELS);
    for (name, part) in kernel.parts.iter_mut().chain(&mut norm.parts) {
        let dim = if *name == "weight" && part.rank() == 4 {
            of_outputs
        } else {
            0
        };
        *part = part.narrow(dim, 0, count)?.contiguous()?;
    }
    Ok(Some((Layers::new(own)?, side)))
}

/// Of each norm of features up to `largest` × `largest`.
fn distances(layers: &Layers, z: &Tensor, largest: usize) -> candle_core::Result<Vec<f64>> {
    let numbers = |tensor: &Tensor| tensor.to_vec1::<f32>();
    let mut all = Vec::new();
    for (at, [mean, variance]) in layers.statistics(z, largest)? {
        let layer = &layers.layers()[at];
        let seen = numbers(&mean)?.into_iter().zip(numbers(&variance)?);
        let own_mean = numbers(layer.needed("running_mean")?)?;
        let own_variance = numbers(layer.needed("running_var")?)?;
        let own = own_mean.iter().zip(&own_variance);
        let each = seen
            .zip(own)
            .map(|((mean, variance), (own_mean, own_variance))| {
                let (variance, own_variance) = (
                    f64::from(variance) + SMALLEST,
                    f64::from(*own_variance) + SMALLEST,
                );
                let off = f64::from(mean - own_mean);
                (off * off / own_variance + libm::log(variance / own_variance).powi(2)).min(100.0)
            });
        all.push(each.sum::<f64>() / own_mean.len().max(1) as f64);
    }
    Ok(all)
}

/// With running statistics, which the file does not have.
pub(super) fn calibrated(layers: Layers, latent: usize) -> candle_core::Result<Layers> {
    let z = latents(latent, CALIBRATED_WITH)?;
    layers.calibrated(&z)
}

/// [n, 1, 1, latent].
fn latents(latent: usize, count: usize) -> candle_core::Result<Tensor> {
    let space = LatentSpace { len: latent };
    let drawn = space.draw(count, &mut Noise::new(1, Purpose::Calibration));
    latents_to_tensor(&drawn, latent, &Device::Cpu)
}
