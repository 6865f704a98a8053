//! The two halves of a step.

use candle_core::{DType, Result, Tensor};
use morphogan_nn::Passed;

use super::{Gan, Part, Scores, Verdicts};
use crate::gan::anchors::Anchors;
use crate::gan::health::{self, Health};
use crate::gan::loss::Role;
use crate::gan::view::View;

/// A step whose first half is done: D has learnt, G has not.
pub struct Half {
    /// What G's pass left behind for its way back.
    made: Passed,
    learnt: Learnt,
    /// The real pictures, where G's loss looks at them, [b, size, size, channels].
    real: Option<Tensor>,
    measured: bool,
}

/// What D's half of a step leaves to tell.
pub(super) struct Learnt {
    /// D's outputs on real and on fake, each [b, 1, 1, 1].
    pub on_real: Tensor,
    pub on_fake: Tensor,
    /// Where health is measured: the size of the gradient, and the share of units below zero.
    pub grad_norm: f64,
    pub negative: f64,
    /// And what steepness costs on real and on fake pictures, where D has a penalty.
    pub penalties: Option<[f64; 2]>,
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
        let fake = self.generator.forward_train(z)?.output; // [b, size, size, channels]
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
        let made = self.generator.forward_train(z)?;
        generated();
        let learnt = self.teach_d(real, &made.output, measured)?;
        Ok(Half {
            made,
            learnt,
            real: self.loss.is_of_pairs().then(|| real.clone()),
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
            real,
            measured,
        } = half;
        let dead = if measured {
            health::dead(&self.generator, &made)?
        } else {
            0.0
        };
        let (after, grads) = self.teach_g(made, real.as_ref())?;
        if let Some(average) = &mut self.average {
            average.update(&self.generator)?;
        }
        let health = match measured {
            true => Some(Health {
                grad_norm_g: health::norm(&grads)? as f32,
                grad_norm_d: learnt.grad_norm as f32,
                dead_g: dead as f32,
                negative_d: learnt.negative as f32,
                penalties: learnt.penalties.map(|both| both.map(|one| one as f32)),
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
        let (loss, target) = (self.loss, Role::Real(1.0 - self.live.smoothing));
        if loss.is_of_pairs() {
            let ahead: Vec<f32> = real.iter().zip(fake).map(|(x, y)| x - y).collect();
            let d_real = loss.mean_verdict(&ahead) as f32;
            return Verdicts {
                loss_d: loss.mean(target, &ahead) as f32,
                d_real,
                d_fake: 1.0 - d_real,
            };
        }
        let loss_d = loss.mean(target, real) + loss.mean(Role::Fake, fake);
        Verdicts {
            loss_d: loss_d as f32,
            d_real: loss.mean_verdict(real) as f32,
            d_fake: loss.mean_verdict(fake) as f32,
        }
    }

    /// The fakes that `made` ends with through D and back, and G's update: D's outputs [b, 1, 1, 1], less those on
    /// `real` where that is given, and G's gradients. G wants its fakes called real; D's own weights get no gradient
    /// here.
    fn teach_g(&mut self, made: Passed, real: Option<&Tensor>) -> Result<(Tensor, Vec<Tensor>)> {
        let seen = View::of(&made.output, &self.live, &mut self.views)?;
        let passed = self.pass_d(&seen.pictures)?;
        let mut outputs = passed.output.clone(); // [b, 1, 1, 1]
        if let Some(real) = real {
            let seen = View::of(real, &self.live, &mut self.views)?;
            outputs = (outputs - self.discriminator.infer(&seen.pictures)?)?;
        }
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
    fn scores(
        &mut self,
        learnt: &Learnt,
        after: &Tensor,
        health: Option<Health>,
    ) -> Result<Scores> {
        let batch = after.elem_count();
        let all = Tensor::cat(&[&learnt.on_real, &learnt.on_fake, after], 0)?; // [3b, 1, 1, 1]
        let all = to_host(&all)?;
        let (real, rest) = all.split_at(learnt.on_real.elem_count());
        let (fake, after) = rest.split_at(batch);
        self.anchors = Some(Anchors::after(self.anchors, real, fake));
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
