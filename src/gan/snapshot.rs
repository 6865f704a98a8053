//! A generator at one step.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use candle_core::Result;
use morphogan_nn::{Packed, Stack};

use super::{Generator, ModelInfo, render};
use crate::latent::{Direction, Latent};
use crate::picture::Picture;

/// A generator's weights at one step, never half-updated. Making one copies nothing: training
/// replaces tensors and does not change them.
#[derive(Debug)]
pub struct Snapshot {
    info: ModelInfo,
    generator: Generator,
    /// For [`Snapshot::draw_now`], from its second face on.
    packed: OnceLock<Option<Packed>>,
    drawn: AtomicBool,
    discriminator: Option<Stack>,
    directions: Vec<Direction>,
}

impl Snapshot {
    /// The generator that `info` describes.
    pub fn new(info: ModelInfo, generator: impl Into<Generator>) -> Self {
        Self {
            info,
            generator: generator.into(),
            packed: OnceLock::new(),
            drawn: AtomicBool::new(false),
            discriminator: None,
            directions: Vec::new(),
        }
    }

    /// With the discriminator of the same step.
    pub fn with_discriminator(self, discriminator: Option<Stack>) -> Self {
        Self {
            discriminator,
            ..self
        }
    }

    /// With directions found for these weights.
    pub fn with_directions(self, directions: Vec<Direction>) -> Self {
        Self { directions, ..self }
    }

    /// What the model is.
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    pub fn generator(&self) -> &Generator {
        &self.generator
    }

    /// The discriminator of the same step, where it is known.
    pub fn discriminator(&self) -> Option<&Stack> {
        self.discriminator.as_ref()
    }

    /// Named directions that came with the weights.
    pub fn directions(&self) -> &[Direction] {
        &self.directions
    }

    /// A picture for each latent. Latents of another length are cut or filled with zeros.
    ///
    /// # Errors
    /// candle's, for a device that fails.
    pub fn draw(&self, latents: &[Latent]) -> Result<Vec<Picture>> {
        render::render(&self.generator, self.info.latent, latents)
    }

    /// One picture as soon as possible, for a hand on a slider: from the second one on with weights
    /// laid out for it (see [`Packed`]), so that it may differ from [`Snapshot::draw`] by a rounding of
    /// its 8 bits. `None` from a network without layers.
    ///
    /// # Errors
    /// candle's, for a device that fails.
    pub fn draw_now(&self, latent: &Latent) -> Result<Option<Picture>> {
        // Weights of a run are soon replaced: laying them out pays only if they are asked again.
        if self.drawn.swap(true, Ordering::Relaxed)
            && let Some(packed) = self.packed()?
        {
            let mut z = latent.0.clone();
            z.resize(self.info.latent, 0.0);
            return Ok(render::to_pictures(&packed.infer(&z)?)?.pop());
        }
        Ok(self.draw(std::slice::from_ref(latent))?.pop())
    }

    /// How real the discriminator of the same step takes the face of `latent` for, 0..1 (see
    /// [`Loss::verdict`](crate::config::Loss::verdict)); `None` where it is not known.
    ///
    /// # Errors
    /// candle's, for a device that fails.
    pub fn realness(&self, latent: &Latent) -> Result<Option<f32>> {
        let Some(discriminator) = &self.discriminator else {
            return Ok(None);
        };
        let latents = std::slice::from_ref(latent);
        let device = self.generator.device();
        let z = render::latents_to_tensor(latents, self.info.latent, &device)?; // [1, 1, 1, latent]
        let face = self.generator.infer(&z)?; // [1, h, w, c]
        let outputs: Vec<f32> = discriminator.infer(&face)?.flatten_all()?.to_vec1()?; // [1]
        // Models of earlier versions do not tell their loss; most were trained with the default.
        let loss = self.info.loss.unwrap_or_default();
        let middle = self.info.midpoint.unwrap_or(0.0);
        let verdict = |output: &f32| loss.verdict(f64::from(*output) - middle) as f32;
        Ok(outputs.first().map(verdict))
    }

    /// Tells these weights from others: FNV-1a over the first layer's numbers, in 16 hexadecimal digits.
    ///
    /// # Errors
    /// candle's, for a device that fails.
    pub fn fingerprint(&self) -> Result<String> {
        let Some(first) = self.generator.first_matrix()? else {
            return Ok(String::new());
        };
        let numbers: Vec<f32> = first.flatten_all()?.to_vec1()?;
        let hash = numbers.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, x| {
            (hash ^ u64::from(x.to_bits())).wrapping_mul(0x0100_0000_01b3)
        });
        Ok(format!("{hash:016x}"))
    }

    fn packed(&self) -> Result<Option<&Packed>> {
        if self.packed.get().is_none() {
            let packed = self.generator.chain().map(Packed::new).transpose()?;
            let _ = self.packed.set(packed.flatten());
        }
        Ok(self.packed.get().and_then(Option::as_ref))
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;
    use crate::gan::generator;
    use crate::latent::noise::{self, Noise, Purpose};

    #[test]
    fn a_picture_at_once_is_the_same_picture() {
        let info = ModelInfo::small(10, 16);
        let mut weights = Noise::new(1, Purpose::Weights);
        let network = generator(&info, &mut weights, &Device::Cpu).unwrap();
        let snapshot = Snapshot::new(info, network);
        for seed in 0..3 {
            let latent = noise::face(seed, 10);
            let expected = snapshot.draw(std::slice::from_ref(&latent)).unwrap();
            let now = snapshot.draw_now(&latent).unwrap().unwrap();
            let pairs = now.rgb.iter().zip(&expected[0].rgb);
            assert!(pairs.clone().all(|(a, b)| a.abs_diff(*b) <= 1));
            assert!(pairs.filter(|(a, b)| a != b).count() < now.rgb.len() / 20);
        }
        assert!(snapshot.packed.get().is_some());
        let short = snapshot.draw_now(&Latent(vec![1.0])).unwrap().unwrap();
        assert_eq!(short.width, 32);
    }
}
