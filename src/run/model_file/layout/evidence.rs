//! What a file does not say, from what it remembers: running statistics of batch norms are those of features that only
//! one geometry and one activation give.

use candle_core::{Device, Tensor};

use super::build::Builder;
use super::geometry::Step;
use crate::gan::latents_to_tensor;
use crate::gan::layers::{self, Kind, Layer, Layers};
use crate::latent::LatentSpace;
use crate::latent::noise::{Noise, Purpose};
use crate::run::model_file::error::ModelFileError;

/// Latents that features are drawn from, and those that running statistics are recalibrated with.
const DRAWN: usize = 256;
const CALIBRATED_WITH: usize = 256;

/// Of how many pictures features are looked at.
#[derive(Clone, Copy)]
pub(super) struct SampleSize {
    /// Pixels of all pictures together.
    pixels: usize,
    /// Pictures at least.
    least: usize,
}

/// Fewer differ by chance.
pub(super) const FULL: SampleSize = SampleSize {
    pixels: 1 << 13,
    least: 48,
};
/// Tells some that are likely from many.
pub(super) const SMALL: SampleSize = SampleSize {
    pixels: 1 << 11,
    least: 24,
};
/// Larger features are not looked at: those in front tell as much, in a fraction of the time.
pub(super) const LARGEST: usize = 32;
/// Channels that are looked at.
const CHANNELS: usize = 32;
/// Keeps the logarithms of channels that stand still apart from infinity.
const SMALLEST: f64 = 1e-6;

/// Features of pictures, on their way through a network: [n, c, h, w].
#[derive(Clone)]
pub(super) struct Features(Tensor);

impl Features {
    /// Latents.
    pub fn drawn(latent: usize) -> candle_core::Result<Self> {
        let z = latents(latent, DRAWN)?; // [n, 1, 1, latent]
        Ok(Self(z.permute((0, 3, 1, 2))?.contiguous()?)) // [n, latent, 1, 1]
    }

    /// What `steps` make of them, each norm normalising by them as in training. Of so many pictures as tell enough.
    pub fn through(&self, builder: &Builder, steps: &[Step]) -> Result<Self, ModelFileError> {
        let layers = Layers::new(builder.layers(steps)?)?;
        Ok(Self(layers.train_forward(&self.some(&layers, FULL)?)?))
    }

    /// How far what `steps` make of them is from what the norm behind remembers, 0 being exactly there; `None` where it is
    /// too large to be looked at.
    pub fn distance(
        &self,
        builder: &Builder,
        (steps, norm): (&[Step], Step),
        size: SampleSize,
    ) -> Result<Option<f64>, ModelFileError> {
        let mut all = builder.layers(&[steps, &[norm]].concat())?;
        let Some(mut norm) = all.pop() else {
            return Ok(None);
        };
        if let Some(kernel) = all.last_mut() {
            narrow(kernel, &mut norm)?;
        }
        let layers = Layers::new(all)?;
        let some = self.some(&layers, size)?;
        let seen = layers.train_forward(&some)?;
        if seen.rank() == 4 && seen.dim(2)? > LARGEST {
            return Ok(None);
        }
        let [mean, squares] = layers::moments(&seen)?;
        let count = (seen.elem_count() / mean.elem_count().max(1)) as f64;
        let unbiased = (squares * (count / (count - 1.0).max(1.0)))?;
        Ok(Some(off([mean, unbiased], &norm)?))
    }

    /// So many of them that what `layers` give for them tells enough.
    fn some(&self, layers: &Layers, size: SampleSize) -> candle_core::Result<Tensor> {
        let x = &self.0;
        let one = layers.train_forward(&x.narrow(0, 0, 2.min(x.dim(0)?))?.contiguous()?)?;
        let side = if one.rank() == 4 { one.dim(2)? } else { 1 };
        let count = (size.pixels / (side * side)).max(size.least).min(x.dim(0)?);
        x.narrow(0, 0, count)?.contiguous()
    }
}

/// Leaves some channels of what a kernel gives, and of the norm behind it.
fn narrow(kernel: &mut Layer, norm: &mut Layer) -> candle_core::Result<()> {
    let of_outputs = match kernel.kind {
        Kind::ConvTranspose { .. } => 1,
        Kind::Conv { .. } => 0,
        _ => return Ok(()),
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
    Ok(())
}

/// How far mean and variance of the channels are from those that `norm` remembers: of the middle one, since some that
/// hardly move drift far while a network learns.
fn off([mean, variance]: [Tensor; 2], norm: &Layer) -> candle_core::Result<f64> {
    let numbers = |tensor: &Tensor| tensor.to_vec1::<f32>();
    let seen = numbers(&mean)?.into_iter().zip(numbers(&variance)?);
    let own_mean = numbers(norm.needed("running_mean")?)?;
    let own_variance = numbers(norm.needed("running_var")?)?;
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
    let mut each: Vec<f64> = each.collect();
    each.sort_by(f64::total_cmp);
    // Not of one channel alone: a mean of the middle half.
    let middle = &each[each.len() / 4..each.len() - each.len() / 4];
    Ok(middle.iter().sum::<f64>() / middle.len().max(1) as f64)
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
