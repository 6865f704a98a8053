//! One training step: D on real and on detached fake pictures, then G on the same fakes through
//! the updated D.

use candle_core::{DType, Device, Result, Tensor};

use super::health::{self, Health};
use super::loss::Role;
use super::spectral::Spectral;
use super::view::View;
use super::{Average, ModelInfo, discriminator, generator};
use crate::config::{LiveConfig, Loss, TrainConfig};
use crate::latent::noise::{Noise, Purpose};
use crate::nn::{Adam, Passed, Stack};

/// Both networks and all that their training remembers.
#[derive(Clone, Debug)]
pub struct Gan {
    /// [b, 1, 1, latent] → [b, size, size, channels].
    pub generator: Stack,
    /// [b, size, size, channels] → outputs [b, 1, 1, 1], logits for BCE.
    pub discriminator: Stack,
    /// Of the generator.
    pub adam_g: Adam,
    /// Of the discriminator.
    pub adam_d: Adam,
    /// Follows the generator, if wanted.
    pub average: Option<Average>,
    /// The discriminator's learnt weights, where it works with divided ones.
    pub spectral: Option<Spectral>,
    /// Decides how pictures are changed before D sees them.
    pub views: Noise,
    loss: Loss,
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
    /// All, in order.
    pub const ALL: [Self; 3] = [Self::Generate, Self::Discriminator, Self::Generator];

    /// For a table.
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

/// What D's half of a step leaves to tell.
struct Learnt {
    /// D's outputs on real and on fake, each [b, 1, 1, 1].
    on_real: Tensor,
    on_fake: Tensor,
    /// Where health is measured: the size of the gradient, and the share of units below zero.
    grad_norm: f64,
    negative: f64,
}

impl Gan {
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
            loss: Loss::Bce,
            live: LiveConfig {
                lr_g: adam_g.rate,
                lr_d: adam_d.rate,
                beta1: adam_g.beta1,
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
        self.loss = config.loss;
        self.views = Noise::new(config.seed, Purpose::Views);
        if config.spectral_norm {
            self.spectral = Some(Spectral::of(&mut self.discriminator, noise)?);
        }
        self.adjust(&config.live);
        Ok(self)
    }

    /// Uses these settings from the next step on.
    pub fn adjust(&mut self, live: &LiveConfig) {
        for (adam, rate) in [(&mut self.adam_g, live.lr_g), (&mut self.adam_d, live.lr_d)] {
            adam.rate = rate;
            adam.beta1 = live.beta1;
        }
        match &mut self.average {
            _ if live.ema == 0.0 => self.average = None,
            Some(average) => average.decay = live.ema,
            None => self.average = Some(Average::new(&self.generator, live.ema)),
        }
        self.live = *live;
    }

    /// One step on `real` [b, size, size, channels] and `z` [b, 1, 1, latent].
    ///
    /// # Errors
    /// candle's.
    pub fn step(&mut self, real: &Tensor, z: &Tensor) -> Result<Scores> {
        self.step_in_parts(real, z, &mut |_| {})
    }

    /// D's half of a step alone, on pictures and latents of its own: where D learns more often than G
    /// (`d_steps`), before [`Gan::step`].
    ///
    /// # Errors
    /// candle's.
    pub fn step_of_d(&mut self, real: &Tensor, z: &Tensor) -> Result<()> {
        let fake = self.generator.forward(z)?.output; // [b, size, size, channels]
        self.teach_d(real, &fake, false)?;
        Ok(())
    }

    /// [`Gan::step`] that tells when each part is done, for those who measure.
    ///
    /// # Errors
    /// candle's.
    pub fn step_in_parts(
        &mut self,
        real: &Tensor,
        z: &Tensor,
        done: &mut dyn FnMut(Part),
    ) -> Result<Scores> {
        let measured = health::is_due(self.adam_g.step);
        let made = self.generator.forward(z)?;
        let fake = made.output.clone(); // [b, size, size, channels]
        done(Part::Generate);
        let learnt = self.teach_d(real, &fake, measured)?;
        done(Part::Discriminator);

        let dead = match measured {
            true => health::dead(&self.generator, &made)?,
            false => 0.0,
        };
        let (after, grads) = self.teach_g(made, &fake)?;
        if let Some(average) = &mut self.average {
            average.update(&self.generator)?;
        }
        let health = match measured {
            true => Some(Health {
                grad_norm_g: health::norm(&grads)? as f32,
                grad_norm_d: learnt.grad_norm as f32,
                dead_g: dead as f32,
                negative_d: learnt.negative as f32,
            }),
            false => None,
        };
        let scores = self.scores(&learnt, &after, health);
        done(Part::Generator);
        scores
    }

    /// D on real and on fake pictures, both ways, and its update.
    fn teach_d(&mut self, real: &Tensor, fake: &Tensor, measured: bool) -> Result<Learnt> {
        let (mut negative, mut grad_norm) = (0.0, 0.0);
        let seen = View::of(real, &self.live, &mut self.views)?;
        let passed = self.pass_d(&seen.pictures)?;
        if measured {
            negative = health::negative(&self.discriminator, &passed)?;
        }
        let target = Role::Real(1.0 - self.live.smoothing);
        let (on_real, grads_real) = self.judge(passed, target)?;

        let seen = View::of(fake, &self.live, &mut self.views)?;
        let passed = self.pass_d(&seen.pictures)?;
        let (on_fake, grads_fake) = self.judge(passed, Role::Fake)?;

        let grads: Vec<Tensor> = grads_real
            .iter()
            .zip(&grads_fake)
            .map(|(a, b)| a + b)
            .collect::<Result<_>>()?;
        drop((grads_real, grads_fake));
        let parameters = match &mut self.spectral {
            Some(spectral) => spectral.parameters_mut(),
            None => self.discriminator.parameters_mut(),
        };
        self.adam_d.update(parameters, &grads)?;
        if measured {
            grad_norm = health::norm(&grads)?;
        }
        Ok(Learnt {
            on_real,
            on_fake,
            grad_norm,
            negative,
        })
    }

    /// A pass of D for training on what it sees, [b, size, size, channels] → [b, 1, 1, 1].
    fn pass_d(&mut self, seen: &Tensor) -> Result<Passed> {
        if let Some(spectral) = &mut self.spectral {
            spectral.refresh(&mut self.discriminator)?;
        }
        self.discriminator.forward(seen)
    }

    /// D's outputs [b, 1, 1, 1] of a pass and the gradients of what it learns.
    fn judge(&self, passed: Passed, role: Role) -> Result<(Tensor, Vec<Tensor>)> {
        let outputs = passed.output.clone();
        let grad = self.loss.grad(role, &outputs)?;
        let grads = self.discriminator.backward(passed, &grad, (false, true))?;
        let grads = match &self.spectral {
            Some(spectral) => spectral.backward(&grads.parameters)?,
            None => grads.parameters,
        };
        Ok((outputs, grads))
    }

    /// The fakes that `made` ends with through D and back, and G's update: D's outputs [b, 1, 1, 1] and
    /// G's gradients. G wants its fakes called real; D's own weights get no gradient here.
    fn teach_g(&mut self, made: Passed, fake: &Tensor) -> Result<(Tensor, Vec<Tensor>)> {
        let seen = View::of(fake, &self.live, &mut self.views)?;
        let passed = self.pass_d(&seen.pictures)?;
        let outputs = passed.output.clone(); // [b, 1, 1, 1]
        let grad = self.loss.grad(Role::Generator, &outputs)?;
        let through_d = self.discriminator.backward(passed, &grad, (true, false))?;
        let Some(of_seen) = through_d.input else {
            candle_core::bail!("no gradient reached the generator")
        };
        let of_fake = seen.backward(of_seen)?;
        let of_g = self.generator.backward(made, &of_fake, (false, true))?;
        let parameters = self.generator.parameters_mut();
        self.adam_g.update(parameters, &of_g.parameters)?;
        Ok((outputs, of_g.parameters))
    }

    /// All outputs come to the host in one copy, which is when a GPU's queue is waited for.
    fn scores(&self, learnt: &Learnt, after: &Tensor, health: Option<Health>) -> Result<Scores> {
        let batch = after.elem_count();
        let all = Tensor::cat(&[&learnt.on_real, &learnt.on_fake, after], 0)?; // [3b, 1, 1, 1]
        let all: Vec<f32> = all.flatten_all()?.to_dtype(DType::F32)?.to_vec1()?;
        let (real, rest) = all.split_at(learnt.on_real.elem_count());
        let (fake, after) = rest.split_at(batch);
        let (loss, target) = (self.loss, 1.0 - self.live.smoothing);
        let loss_d = loss.mean(Role::Real(target), real) + loss.mean(Role::Fake, fake);
        Ok(Scores {
            loss_d: loss_d as f32,
            loss_g: loss.mean(Role::Generator, after) as f32,
            d_real: loss.mean_verdict(real) as f32,
            d_fake: loss.mean_verdict(fake) as f32,
            d_fake_after: loss.mean_verdict(after) as f32,
            health,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Augment;

    fn gan(config: &TrainConfig) -> Gan {
        let info = ModelInfo {
            size: 32,
            channels: 3,
            latent: 4,
            width: 2,
            ..ModelInfo::default()
        };
        let mut noise = Noise::new(1, Purpose::Weights);
        let adams = (Adam::new(2e-4, 0.5), Adam::new(2e-4, 0.5));
        let gan = Gan::new(&info, adams, &mut noise, &Device::Cpu).unwrap();
        gan.with_recipe(config, &mut noise).unwrap()
    }

    fn step(gan: &mut Gan, seed: u64) -> Scores {
        let mut noise = Noise::new(seed, Purpose::Training);
        let mut tensor = |shape: (usize, usize, usize, usize)| {
            let count = shape.0 * shape.1 * shape.2 * shape.3;
            Tensor::from_vec(noise.normals(count, 0.0, 0.4), shape, &Device::Cpu).unwrap()
        };
        let (real, z) = (tensor((6, 32, 32, 3)), tensor((6, 1, 1, 4)));
        gan.step(&real, &z).unwrap()
    }

    fn weights(gan: &Gan) -> Vec<f32> {
        let stacks = [&gan.generator, &gan.discriminator];
        let all = stacks.into_iter().flat_map(Stack::parameters);
        all.flat_map(|p| p.flatten_all().unwrap().to_vec1::<f32>().unwrap())
            .collect()
    }

    fn with(live: LiveConfig) -> TrainConfig {
        TrainConfig {
            live,
            ..TrainConfig::default()
        }
    }

    #[test]
    fn every_switch_takes_effect_at_the_next_step_and_off_leaves_no_trace() {
        let paper = LiveConfig::default();
        let colour = Augment {
            colour: true,
            ..Augment::NONE
        };
        let switches = [
            LiveConfig {
                lr_g: 1e-3,
                ..paper
            },
            LiveConfig {
                lr_d: 1e-3,
                ..paper
            },
            LiveConfig {
                beta1: 0.0,
                ..paper
            },
            LiveConfig {
                smoothing: 0.1,
                ..paper
            },
            LiveConfig {
                instance_noise: 0.1,
                ..paper
            },
            LiveConfig {
                augment: colour,
                ..paper
            },
            LiveConfig {
                augment: Augment::ALL,
                ..paper
            },
        ];
        let mut plain = gan(&with(paper));
        step(&mut plain, 1);
        let before = plain.clone();
        step(&mut plain, 2);
        for live in switches {
            let mut other = gan(&with(live));
            other.adjust(&paper);
            step(&mut other, 1);
            assert_eq!(weights(&other), weights(&before), "{live:?}");
            other.adjust(&live);
            step(&mut other, 2);
            assert_ne!(weights(&other), weights(&plain), "{live:?}");
        }
    }

    #[test]
    fn with_everything_on_a_run_is_reproducible_and_its_losses_are_numbers() {
        for (loss, smoothing) in [(Loss::Bce, 0.1), (Loss::Lsgan, 0.1), (Loss::Hinge, 0.0)] {
            let config = TrainConfig {
                loss,
                spectral_norm: true,
                ..with(LiveConfig {
                    smoothing,
                    instance_noise: 0.1,
                    augment: Augment::ALL,
                    ..LiveConfig::default()
                })
            };
            let (mut one, mut two) = (gan(&config), gan(&config));
            for seed in 0..3 {
                let scores = step(&mut one, seed);
                assert!(scores.are_finite(), "{loss}");
                assert_eq!(scores, step(&mut two, seed));
            }
            assert_eq!(weights(&one), weights(&two));
            assert!(
                one.discriminator
                    .blocks
                    .iter()
                    .all(|block| block.norm.is_none())
            );
        }
    }

    #[test]
    fn health_is_told_at_every_fifth_step() {
        let mut gan = gan(&TrainConfig::default());
        for seed in 0..6 {
            let health = step(&mut gan, seed).health;
            assert_eq!(health.is_some(), seed % 5 == 0);
            let Some(health) = health else { continue };
            assert!(health.grad_norm_g > 0.0 && health.grad_norm_d > 0.0);
            assert!((0.0..1.0).contains(&health.dead_g), "{health:?}");
            assert!((0.1..0.9).contains(&health.negative_d), "{health:?}");
        }
    }

    #[test]
    fn the_average_comes_and_goes_with_its_setting() {
        let mut gan = gan(&TrainConfig::default());
        step(&mut gan, 1);
        assert_eq!(gan.average.as_ref().map(|average| average.steps), Some(1));
        let live = LiveConfig {
            ema: 0.5,
            ..LiveConfig::default()
        };
        gan.adjust(&live);
        let average = gan
            .average
            .as_ref()
            .map(|average| (average.decay, average.steps));
        assert_eq!(average, Some((0.5, 1)));
        gan.adjust(&LiveConfig { ema: 0.0, ..live });
        assert!(gan.average.is_none());
    }
}
