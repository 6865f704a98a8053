//! The two halves of a step.

use candle_core::{DType, Result, Tensor};

use super::{Gan, Part, Scores, Verdicts};
use crate::gan::health::{self, Health};
use crate::gan::loss::Role;
use crate::gan::view::View;
use crate::nn::Passed;

/// A step whose first half is done: D has learnt, G has not.
pub struct Half {
    /// What G's pass left behind for its way back.
    made: Passed,
    learnt: Learnt,
    measured: bool,
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
        let half = self.begin_step(real, z, &mut || done(Part::Generate))?;
        done(Part::Discriminator);
        let scores = self.end_step(half);
        done(Part::Generator);
        scores
    }

    /// The first half of a step on `real` [b, size, size, channels] and `z` [b, 1, 1, latent]: D
    /// learns. [`Gan::end_step`] makes the other one, before anything else happens to the networks.
    /// `generated` is called when the fakes are there.
    ///
    /// # Errors
    /// candle's.
    pub fn begin_step(
        &mut self,
        real: &Tensor,
        z: &Tensor,
        generated: &mut dyn FnMut(),
    ) -> Result<Half> {
        let measured = health::is_due(self.adam_g.step);
        let made = self.generator.forward(z)?;
        generated();
        let learnt = self.teach_d(real, &made.output, measured)?;
        Ok(Half {
            made,
            learnt,
            measured,
        })
    }

    /// The other half: G learns from the same fakes through the updated D.
    ///
    /// # Errors
    /// candle's.
    pub fn end_step(&mut self, half: Half) -> Result<Scores> {
        let Half {
            made,
            learnt,
            measured,
        } = half;
        let dead = match measured {
            true => health::dead(&self.generator, &made)?,
            false => 0.0,
        };
        let (after, grads) = self.teach_g(made)?;
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
        self.scores(&learnt, &after, health)
    }

    /// What D says after the first half of a step, as it was before it learnt.
    ///
    /// # Errors
    /// candle's.
    pub fn verdicts(&self, half: &Half) -> Result<Verdicts> {
        let real = to_host(&half.learnt.on_real)?;
        Ok(self.verdicts_of(&real, &to_host(&half.learnt.on_fake)?))
    }

    fn verdicts_of(&self, real: &[f32], fake: &[f32]) -> Verdicts {
        let (loss, target) = (self.loss, 1.0 - self.live.smoothing);
        let loss_d = loss.mean(Role::Real(target), real) + loss.mean(Role::Fake, fake);
        Verdicts {
            loss_d: loss_d as f32,
            d_real: loss.mean_verdict(real) as f32,
            d_fake: loss.mean_verdict(fake) as f32,
        }
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
    fn teach_g(&mut self, made: Passed) -> Result<(Tensor, Vec<Tensor>)> {
        let seen = View::of(&made.output, &self.live, &mut self.views)?;
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
        let all = to_host(&all)?;
        let (real, rest) = all.split_at(learnt.on_real.elem_count());
        let (fake, after) = rest.split_at(batch);
        let Verdicts {
            loss_d,
            d_real,
            d_fake,
        } = self.verdicts_of(real, fake);
        Ok(Scores {
            loss_d,
            loss_g: self.loss.mean(Role::Generator, after) as f32,
            d_real,
            d_fake,
            d_fake_after: self.loss.mean_verdict(after) as f32,
            health,
        })
    }
}

fn to_host(outputs: &Tensor) -> Result<Vec<f32>> {
    outputs.flatten_all()?.to_dtype(DType::F32)?.to_vec1()
}
