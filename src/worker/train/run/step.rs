//! One step, and what is written down of it.

use candle_core::Tensor;

use super::training::Training;
use crate::gan::{Scores, latents_to_tensor};
use crate::notice::Notice;
use crate::run::StepRecord;
use crate::worker::train::feed::Supply;
use crate::worker::train::message::{Event, Outcome};

impl Training<'_> {
    /// One step, if its pictures are there already; whether they were.
    pub(super) fn step(&mut self) -> Result<bool, Outcome> {
        let reals = self.reals()?;
        let Some((real, for_d)) = reals.split_last() else {
            return Ok(false);
        };
        self.follow_schedule();
        for real in for_d {
            let z = self.latents()?;
            self.gan.step_of_d(real, &z)?;
        }
        let z = self.latents()?;
        let half = self.gan.begin_step(real, &z, &mut || {})?;
        self.between_halves(&half)?;
        let scores = self.gan.end_step(half)?;
        self.info.step += 1;
        let seen = reals.len() * self.config.batch;
        self.info.images += seen as u64;
        if self.hold.is_in_halves() {
            // The wait was no training.
            self.throughput.set_paused(false);
        }
        self.throughput.step(seen);
        let record = self.record(scores);
        if self.recorder.record(&record, self.link)? {
            self.checkpoints.forget_saved();
        }
        self.link.send(Event::Step(record))?;
        let alarm = self.see(&record)?;
        if scores.are_finite() {
            self.heed(alarm)?;
            return Ok(true);
        }
        if self.rescue()? {
            Ok(false)
        } else {
            Err(Outcome::Failed(self.diverged()))
        }
    }

    /// The real pictures of a step, each [b, size, size, channels]: a batch for each update of D. None
    /// while any of them is on its way.
    pub(super) fn reals(&mut self) -> Result<Vec<Tensor>, Outcome> {
        let wanted = self.config.live.d_steps as usize;
        let begun = self.feed.place().clone();
        let mut all = Vec::with_capacity(wanted);
        while all.len() < wanted {
            match self.feed.next(self.link)? {
                Supply::Batch(chosen) => {
                    all.push(self.feed.tensor(&chosen, self.gan.device(), self.link)?);
                }
                // Commands come first. The batches that are there already are taken again.
                Supply::NotYet => {
                    self.feed.go_to(begun);
                    return Ok(Vec::new());
                }
                Supply::TooFew(notice) => return Err(Outcome::Failed(notice)),
                Supply::Finished => {
                    // A run that is made longer begins with the whole step.
                    self.feed.go_to(begun);
                    return Err(Outcome::Completed);
                }
            }
        }
        Ok(all)
    }

    /// Latents for one batch, [b, 1, 1, latent].
    pub(super) fn latents(&mut self) -> candle_core::Result<Tensor> {
        let space = self.info.latent_space();
        let latents = space.draw(self.config.batch, &mut self.noise);
        latents_to_tensor(&latents, self.info.latent, self.gan.device())
    }

    pub(super) fn diverged(&self) -> Notice {
        let kept = match self.checkpoints.saved_step() {
            Some(saved) => format!("The weights of step {saved} are kept."),
            None => "No weights were saved before it.".into(),
        };
        Notice::error(format!(
            "A loss was no longer a number at step {}, so training stopped. {kept} Try lower learning rates.",
            self.info.step
        ))
    }

    pub(super) fn record(&self, scores: Scores) -> StepRecord {
        StepRecord {
            step: self.info.step,
            images: self.info.images,
            loss_d: scores.loss_d,
            loss_g: scores.loss_g,
            d_real: scores.d_real,
            d_fake: scores.d_fake,
            d_fake_after: scores.d_fake_after,
            images_per_s: self.throughput.images_per_s(),
            seconds: self.throughput.seconds(),
            grad_norm_g: scores.health.map(|health| health.grad_norm_g),
            grad_norm_d: scores.health.map(|health| health.grad_norm_d),
            dead_g: scores.health.map(|health| health.dead_g),
            negative_d: scores.health.map(|health| health.negative_d),
            penalty_real: scores.health.and_then(|health| Some(health.penalties?[0])),
            penalty_fake: scores.health.and_then(|health| Some(health.penalties?[1])),
        }
    }
}
