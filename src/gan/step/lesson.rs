//! What the discriminator learns in its half of a step.

use candle_core::{Result, Tensor};
use morphogan_nn::Passed;

use super::Gan;
use super::halves::Learnt;
use crate::config::Penalty;
use crate::gan::health;
use crate::gan::loss::Role;
use crate::gan::view::View;

/// What there is to tell, and the gradients of what is learnt.
type Lesson = (Learnt, Vec<Tensor>);

impl Gan {
    /// D on real and on fake pictures, both ways, and its update.
    pub(super) fn teach_d(
        &mut self,
        real: &Tensor,
        fake: &Tensor,
        measured: bool,
    ) -> Result<Learnt> {
        let (mut learnt, grads) = match self.penalty {
            Penalty::None => self.lesson(real, fake, measured)?,
            Penalty::R1 | Penalty::R1r2 => self.penalised_lesson(real, fake, measured)?,
        };
        let parameters = match &mut self.spectral {
            Some(spectral) => spectral.parameters_mut(),
            None => self.discriminator.parameters_mut(),
        };
        self.adam_d.update(parameters, &grads)?;
        if measured {
            learnt.grad_norm = health::norm(&grads)?;
        }
        Ok(learnt)
    }

    /// What D learns from each kind of picture by itself, as batch norm needs it.
    fn lesson(&mut self, real: &Tensor, fake: &Tensor, measured: bool) -> Result<Lesson> {
        let mut negative = 0.0;
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

        let pairs = grads_real.iter().zip(&grads_fake);
        let grads = pairs.map(|(a, b)| a + b).collect::<Result<_>>()?;
        let learnt = Learnt {
            on_real,
            on_fake,
            grad_norm: 0.0,
            negative,
            penalties: None,
        };
        Ok((learnt, grads))
    }

    /// What D learns from both kinds of pictures in one pass, and from how steep it is at them: without batch norm no
    /// picture counts for another.
    fn penalised_lesson(&mut self, real: &Tensor, fake: &Tensor, measured: bool) -> Result<Lesson> {
        let seen = [real, fake].map(|pictures| View::of(pictures, &self.live, &mut self.views));
        let [real, fake] = seen;
        let both = Tensor::cat(&[real?.pictures, fake?.pictures], 0)?; // [2b, size, size, channels]
        let passed = self.pass_d(&both)?;
        let negative = if measured {
            health::negative(&self.discriminator, &passed)?
        } else {
            0.0
        };
        let batch = both.dim(0)? / 2;
        let on_real = passed.output.narrow(0, 0, batch)?.contiguous()?; // [b, 1, 1, 1]
        let on_fake = passed.output.narrow(0, batch, batch)?.contiguous()?; // [b, 1, 1, 1]
        let (of_real, of_fake) = self.slopes(&on_real, &on_fake)?;
        let slopes = Tensor::cat(&[&of_real, &of_fake], 0)?; // [2b, 1, 1, 1]
        let strength = self.live.gamma / batch as f64;
        let of_real = of_real.affine(0.0, strength)?;
        let of_fake = match self.penalty {
            Penalty::R1r2 => of_real.clone(),
            Penalty::None | Penalty::R1 => of_real.zeros_like()?,
        };
        let strengths = Tensor::cat(&[of_real, of_fake], 0)?; // [2b, 1, 1, 1]
        let grads = self.discriminator.penalised(passed, &slopes, &strengths)?;
        let penalties = match &grads.input {
            Some(steepness) if measured => Some(self.penalties(steepness)?),
            _ => None,
        };
        let grads = match &self.spectral {
            Some(spectral) => spectral.backward(&grads.parameters)?,
            None => grads.parameters,
        };
        let learnt = Learnt {
            on_real,
            on_fake,
            grad_norm: 0.0,
            negative,
            penalties,
        };
        Ok((learnt, grads))
    }

    /// What the steepness of D, [2b, size, size, channels], would cost on real pictures and on fakes:
    /// γ/2 · ‖∂D/∂x‖², means over the pictures. The second counts with R2 only.
    fn penalties(&self, steepness: &Tensor) -> Result<[f64; 2]> {
        let batch = steepness.dim(0)? / 2;
        let of = |half: usize| -> Result<f64> {
            let half = steepness.narrow(0, half * batch, batch)?.contiguous()?;
            let norm = health::norm(&[half])?;
            Ok(0.5 * self.live.gamma * norm * norm / batch as f64)
        };
        Ok([of(0)?, of(1)?])
    }

    /// Gradients of D's loss at its outputs on real and on fake, each [b, 1, 1, 1].
    fn slopes(&self, on_real: &Tensor, on_fake: &Tensor) -> Result<(Tensor, Tensor)> {
        let target = Role::Real(1.0 - self.live.smoothing);
        if self.loss.is_of_pairs() {
            let of_real = self.loss.grad(target, &(on_real - on_fake)?)?;
            let of_fake = of_real.neg()?;
            return Ok((of_real, of_fake));
        }
        let of_real = self.slope(target, on_real)?;
        Ok((of_real, self.slope(Role::Fake, on_fake)?))
    }

    /// Gradient of what D minimises at its outputs on one kind of pictures, of the same shape.
    fn slope(&self, role: Role, outputs: &Tensor) -> Result<Tensor> {
        let grad = self.loss.grad(role, outputs)?;
        match self.anchors.filter(|_| self.live.lecam > 0.0) {
            Some(anchors) if role == Role::Fake => {
                grad + anchors.pull_on_fake(self.live.lecam, outputs)?
            }
            Some(anchors) => grad + anchors.pull_on_real(self.live.lecam, outputs)?,
            None => Ok(grad),
        }
    }

    /// A pass of D for training on what it sees, [b, size, size, channels] → [b, 1, 1, 1].
    pub(super) fn pass_d(&mut self, seen: &Tensor) -> Result<Passed> {
        if let Some(spectral) = &mut self.spectral {
            spectral.refresh(&mut self.discriminator)?;
        }
        self.discriminator.forward_train(seen)
    }

    /// D's outputs [b, 1, 1, 1] of a pass and the gradients of what it learns.
    fn judge(&self, passed: Passed, role: Role) -> Result<(Tensor, Vec<Tensor>)> {
        let outputs = passed.output.clone();
        let grad = self.slope(role, &outputs)?;
        let grads = self.discriminator.backward(passed, &grad, (false, true))?;
        let grads = match &self.spectral {
            Some(spectral) => spectral.backward(&grads.parameters)?,
            None => grads.parameters,
        };
        Ok((outputs, grads))
    }
}
