//! A generator at one step.

use candle_core::Result;

use super::{ModelInfo, render};
use crate::latent::Latent;
use crate::nn::Stack;
use crate::picture::Picture;

/// A generator's weights at one step, never half-updated. Making one copies nothing: training
/// replaces tensors and does not change them.
#[derive(Clone, Debug)]
pub struct Snapshot {
    info: ModelInfo,
    generator: Stack,
}

impl Snapshot {
    /// The generator that `info` describes.
    pub fn new(info: ModelInfo, generator: Stack) -> Self {
        Self { info, generator }
    }

    /// What the model is.
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// The network.
    pub fn generator(&self) -> &Stack {
        &self.generator
    }

    /// A picture for each latent. Latents of another length are cut or filled with zeros.
    ///
    /// # Errors
    /// candle's, for a device that fails.
    pub fn draw(&self, latents: &[Latent]) -> Result<Vec<Picture>> {
        render(&self.generator, self.info.latent, latents)
    }
}
