//! One training step: D on real and on detached fake pictures, then G on the same fakes through
//! the updated D.

mod halves;
mod lesson;

use candle_core::{Device, Result};
use morphogan_nn::{Adam, Precision, Stack};

use super::anchors::Anchors;
use super::health::Health;
use super::spectral::Spectral;
use super::{Average, ModelInfo, discriminator, generator, network};
use crate::config::{LiveConfig, Loss, Penalty, PrecisionChoice, TrainConfig};
use crate::latent::noise::{Noise, Purpose};

pub use halves::Half;

/// Both networks and all that their training remembers.
#[derive(Clone, Debug)]
pub struct Gan {
    /// [b, 1, 1, latent] → [b, size, size, channels].
    pub generator: Stack,
    /// [b, size, size, channels] → outputs [b, 1, 1, 1], logits for BCE.
    pub discriminator: Stack,
    pub adam_g: Adam,
    pub adam_d: Adam,
    /// Follows the generator, if wanted.
    pub average: Option<Average>,
    /// The discriminator's learnt weights, where it works with divided ones.
    pub spectral: Option<Spectral>,
    /// Decides how pictures are changed before D sees them.
    pub views: Noise,
    /// Where D's outputs lie, once there was a step.
    pub anchors: Option<Anchors>,
    loss: Loss,
    penalty: Penalty,
    live: LiveConfig,
}

/// What a step tells about itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scores {
    /// Loss of D on real plus on fake.
    pub loss_d: f32,
    /// Loss of G through the updated D; for BCE −log D(G(z)).
    pub loss_g: f32,
    /// Mean D(x), 0..1: see [`Loss::mean_verdict`].
    pub d_real: f32,
    /// Mean D(G(z)) before D's update, 0..1.
    pub d_fake: f32,
    /// Mean D(G(z)) after D's update, 0..1.
    pub d_fake_after: f32,
    /// Measured at some steps only.
    pub health: Option<Health>,
}

/// What the first half of a step tells: see [`Scores`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdicts {
    /// Loss of D on real plus on fake.
    pub loss_d: f32,
    /// Mean D(x) before D's update, 0..1.
    pub d_real: f32,
    /// Mean D(G(z)) before D's update, 0..1.
    pub d_fake: f32,
}

/// A part of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Latents and the fakes made from them.
    Generate,
    /// D on real and on fake, both ways, and its update.
    Discriminator,
    /// The fakes through D and back, G's gradients and update.
    Generator,
}

impl Part {
    pub const ALL: [Self; 3] = [Self::Generate, Self::Discriminator, Self::Generator];

    pub fn name(self) -> &'static str {
        match self {
            Self::Generate => "generate",
            Self::Discriminator => "discriminator",
            Self::Generator => "generator",
        }
    }
}

impl Scores {
    /// Whether the losses are numbers; if not, the weights are lost.
    pub fn are_finite(&self) -> bool {
        self.loss_d.is_finite() && self.loss_g.is_finite()
    }
}

impl Gan {
    /// Where its weights are.
    pub fn device(&self) -> &Device {
        let first = self.generator.blocks.first();
        first.map_or(&Device::Cpu, |block| block.weight.device())
    }

    /// Freshly initialised networks that learn as in the paper.
    ///
    /// # Errors
    /// candle's, for a device that fails.
    pub fn new(
        info: &ModelInfo,
        adams: (Adam, Adam),
        noise: &mut Noise,
        device: &Device,
    ) -> Result<Self> {
        let generator = generator(info, noise, device)?;
        let discriminator = discriminator(info, noise, device)?;
        Ok(Self::of(generator, discriminator, adams))
    }

    /// These networks; they learn as in the paper.
    pub fn of(generator: Stack, discriminator: Stack, (adam_g, adam_d): (Adam, Adam)) -> Self {
        Self {
            generator,
            discriminator,
            average: None,
            spectral: None,
            views: Noise::new(0, Purpose::Views),
            anchors: None,
            loss: Loss::Bce,
            penalty: Penalty::None,
            live: LiveConfig {
                lr_g: adam_g.rate,
                lr_d: adam_d.rate,
                beta1: adam_g.beta1,
                beta2: adam_g.beta2,
                ema: 0.0,
                ..LiveConfig::default()
            },
            adam_g,
            adam_d,
        }
    }

    /// Learns as `config` says, from the first step on; `noise` gives what that has to begin with.
    ///
    /// # Errors
    /// candle's.
    pub fn with_recipe(mut self, config: &TrainConfig, noise: &mut Noise) -> Result<Self> {
        (self.loss, self.penalty) = (config.loss, config.penalty);
        if config.penalty != Penalty::None {
            network::without_norm(&mut self.discriminator, noise)?;
        }
        self.views = Noise::new(config.seed, Purpose::Views);
        if config.spectral_norm {
            self.spectral = Some(Spectral::of(&mut self.discriminator, noise)?);
        }
        for network in [&mut self.generator, &mut self.discriminator] {
            network.precision = match config.precision {
                PrecisionChoice::F32 => Precision::F32,
                PrecisionChoice::Bf16 => Precision::Bf16,
            };
        }
        self.adjust(&config.live);
        Ok(self)
    }

    /// The generator goes on from its average, where there is one, and both optimisers without their
    /// momentum. The average follows slowly: while its samples are still good, the newest weights
    /// and the way they move may long be lost.
    pub fn go_on_from_average(&mut self) {
        let Some(average) = &self.average else {
            return;
        };
        let averaged = average.generator.parameters();
        for (weight, averaged) in self.generator.parameters_mut().into_iter().zip(averaged) {
            *weight = averaged.clone();
        }
        for adam in [&mut self.adam_g, &mut self.adam_d] {
            adam.step = 0;
            adam.moments.clear();
        }
    }

    /// D's output that speaks neither for real nor for fake, where only this program's averages say which that is.
    pub fn midpoint(&self) -> Option<f64> {
        let anchors = self.anchors.filter(|_| self.loss.is_of_pairs());
        anchors.map(|anchors| anchors.middle())
    }

    /// Uses these settings from the next step on.
    pub fn adjust(&mut self, live: &LiveConfig) {
        for (adam, rate) in [(&mut self.adam_g, live.lr_g), (&mut self.adam_d, live.lr_d)] {
            adam.rate = rate;
            (adam.beta1, adam.beta2) = (live.beta1, live.beta2);
        }
        match &mut self.average {
            _ if live.ema == 0.0 => self.average = None,
            Some(average) => average.decay = live.ema,
            None => self.average = Some(Average::new(&self.generator, live.ema)),
        }
        self.live = *live;
    }
}

#[cfg(test)]
mod tests;
