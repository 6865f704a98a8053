//! One training step: D on real and on detached fake pictures, then G on the same fakes through
//! the updated D.

use candle_core::{DType, Device, Result, Tensor};

use super::{Average, ModelInfo, discriminator, generator, loss};
use crate::config::LiveConfig;
use crate::latent::noise::Noise;
use crate::nn::{Adam, Stack};

const REAL: f64 = 1.0;
const FAKE: f64 = 0.0;

/// Both networks and their optimisers.
#[derive(Clone, Debug)]
pub struct Gan {
    /// [b, 1, 1, latent] → [b, size, size, channels].
    pub generator: Stack,
    /// [b, size, size, channels] → logits [b, 1, 1, 1].
    pub discriminator: Stack,
    /// Of the generator.
    pub adam_g: Adam,
    /// Of the discriminator.
    pub adam_d: Adam,
    /// Follows the generator, if wanted.
    pub average: Option<Average>,
}

/// What a step tells about itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scores {
    /// BCE of D on real plus on fake.
    pub loss_d: f32,
    /// −log D(G(z)) through the updated D.
    pub loss_g: f32,
    /// Mean D(x), 0..1.
    pub d_real: f32,
    /// Mean D(G(z)) before D's update, 0..1.
    pub d_fake: f32,
    /// Mean D(G(z)) after D's update, 0..1.
    pub d_fake_after: f32,
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

impl Gan {
    /// Freshly initialised networks.
    ///
    /// # Errors
    /// candle's, for a device that fails.
    pub fn new(
        info: &ModelInfo,
        adams: (Adam, Adam),
        noise: &mut Noise,
        device: &Device,
    ) -> Result<Self> {
        let (adam_g, adam_d) = adams;
        Ok(Self {
            generator: generator(info, noise, device)?,
            discriminator: discriminator(info, noise, device)?,
            adam_g,
            adam_d,
            average: None,
        })
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
    }

    /// One step on `real` [b, size, size, channels] and `z` [b, 1, 1, latent].
    ///
    /// # Errors
    /// candle's.
    pub fn step(&mut self, real: &Tensor, z: &Tensor) -> Result<Scores> {
        self.step_in_parts(real, z, &mut |_| {})
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
        let made = self.generator.forward(z)?;
        let fake = made.output.clone(); // [b, size, size, channels]
        done(Part::Generate);

        let (logits_real, grads_real) = self.judge(real, REAL)?;
        let (logits_fake, grads_fake) = self.judge(&fake, FAKE)?;
        let grads: Vec<Tensor> = grads_real
            .iter()
            .zip(&grads_fake)
            .map(|(a, b)| a + b)
            .collect::<Result<_>>()?;
        drop((grads_real, grads_fake));
        self.adam_d
            .update(self.discriminator.parameters_mut(), &grads)?;
        done(Part::Discriminator);

        // G wants its fakes called real; D's own weights get no gradient here.
        let judged = self.discriminator.forward(&fake)?;
        let logits_after = judged.output.clone(); // [b, 1, 1, 1]
        let grad = loss::bce_grad(&logits_after, REAL)?;
        let through_d = self.discriminator.backward(judged, &grad, (true, false))?;
        let Some(of_fake) = through_d.input else {
            candle_core::bail!("no gradient reached the generator")
        };
        let of_g = self.generator.backward(made, &of_fake, (false, true))?;
        self.adam_g
            .update(self.generator.parameters_mut(), &of_g.parameters)?;
        if let Some(average) = &mut self.average {
            average.update(&self.generator)?;
        }

        let scores = scores(&logits_real, &logits_fake, &logits_after);
        done(Part::Generator);
        scores
    }

    /// D's logits [b, 1, 1, 1] on `pictures` and the gradients of its parameters for `label`.
    fn judge(&mut self, pictures: &Tensor, label: f64) -> Result<(Tensor, Vec<Tensor>)> {
        let passed = self.discriminator.forward(pictures)?;
        let logits = passed.output.clone();
        let grad = loss::bce_grad(&logits, label)?;
        let grads = self.discriminator.backward(passed, &grad, (false, true))?;
        Ok((logits, grads.parameters))
    }
}

/// All logits come to the host in one copy, which is when a GPU's queue is waited for.
fn scores(real: &Tensor, fake: &Tensor, after: &Tensor) -> Result<Scores> {
    let batch = real.elem_count();
    let all = Tensor::cat(&[real, fake, after], 0)?; // [3b, 1, 1, 1]
    let all: Vec<f32> = all.flatten_all()?.to_dtype(DType::F32)?.to_vec1()?;
    let (real, rest) = all.split_at(batch);
    let (fake, after) = rest.split_at(batch);
    Ok(Scores {
        loss_d: (loss::bce(real, REAL) + loss::bce(fake, FAKE)) as f32,
        loss_g: loss::bce(after, REAL) as f32,
        d_real: loss::mean_probability(real) as f32,
        d_fake: loss::mean_probability(fake) as f32,
        d_fake_after: loss::mean_probability(after) as f32,
    })
}
