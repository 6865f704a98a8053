//! What every drag with one generator needs.

use candle_core::{Device, Result};
use morphogan_nn::Frozen;

use super::maps::Levels;
use crate::gan::{Snapshot, latents_to_tensor};
use crate::latent::noise::{Noise, Purpose};

/// Faces that say how much features vary.
const FACES: usize = 16;

/// A generator that faces can be pulled at with.
#[derive(Debug)]
pub struct Prepared {
    pub(super) generator: Frozen,
    pub(super) device: Device,
    pub(super) levels: Levels,
    /// Numbers of a latent.
    pub(super) latent: usize,
    /// Step of the weights.
    pub step: u64,
}

impl Prepared {
    /// Takes about as long as drawing some thirty faces.
    ///
    /// # Errors
    /// candle's, for a device that fails, and for a network that is not a chain of blocks.
    pub fn new(model: &Snapshot) -> Result<Self> {
        let Some(chain) = model.generator().chain() else {
            candle_core::bail!("only chains of 4×4 transposed convolutions can be searched");
        };
        let (generator, device) = (Frozen::new(chain)?, model.generator().device());
        let info = model.info();
        let mut noise = Noise::new(1, Purpose::Directions);
        let random = info.latent_space().draw(FACES, &mut noise);
        let random = latents_to_tensor(&random, info.latent, &device)?; // [FACES, 1, 1, latent]
        Ok(Self {
            levels: Levels::new(&generator.forward(&random)?)?,
            generator,
            device,
            latent: info.latent,
            step: info.step,
        })
    }
}
